#include "caravel/study/stimuli_checks.hpp"

#include "caravel/base/suggest.hpp"
#include "caravel/response/treatment/treatment_sources.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace caravel::study {
namespace {

std::string place_text(const std::vector<double>& place) {
    return fmt::format("({}, {}, {}) mm", format_number(place[0] * 1e3, 6),
                       format_number(place[1] * 1e3, 6), format_number(place[2] * 1e3, 6));
}

std::string box_text(const Grid& grid) {
    const double n[] = {static_cast<double>(grid.nx), static_cast<double>(grid.ny),
                        static_cast<double>(grid.nz)};
    std::vector<double> high;
    for (std::size_t d = 0; d < 3; ++d) high.push_back(grid.origin[d] + n[d] * grid.spacing[d]);
    return place_text({grid.origin.begin(), grid.origin.end()}) + " to " + place_text(high);
}

bool inside(const Grid& grid, const std::vector<double>& place) {
    const double n[] = {static_cast<double>(grid.nx), static_cast<double>(grid.ny),
                        static_cast<double>(grid.nz)};
    for (std::size_t d = 0; d < 3; ++d)
        if (!(place[d] >= grid.origin[d] && place[d] <= grid.origin[d] + n[d] * grid.spacing[d]))
            return false;
    return true;
}

class StimuliCheck {
  public:
    StimuliCheck(const stimulus::Stimuli& stimuli, const Grid& grid, double end,
                 input::Diagnostics& mistakes)
        : stimuli_(stimuli), grid_(grid), end_(end), mistakes_(mistakes) {}

    void operator()() {
        const auto& p = stimuli_;
        for (const auto& l : p.lights) check_light(l);
        for (const auto& c : p.coils) check_timed("a magnetic field", c.name, c.at, c.where);
        for (const auto& m : p.microwaves) {
            check_timed("a microwave", m.name, m.at, m.where);
            check_inside("the antenna", m.name, m.position, m.where);
        }
        for (const auto& b : p.probes) {
            check_timed("a probe", b.name, b.at, b.where);
            check_inside("the tip of", b.name, b.tip, b.where);
        }
        for (const auto& c : p.controls) check_control(c);
    }

  private:
    void complain(const Location& where, std::string what, std::string expected,
                  std::string hint = "") {
        mistakes_.add({where, std::move(what), std::move(expected), std::move(hint)});
    }

    void check_timed(const std::string& what, const std::string& name, double at,
                     const Location& where) {
        if (std::find(names_.begin(), names_.end(), name) != names_.end())
            complain(where, fmt::format("the name '{}' stands twice", name),
                     "a name of its own for every source");
        names_.push_back(name);
        if (at > end_)
            complain(
                where,
                fmt::format("{} at {} min comes after the end", what, format_number(at / 60.0, 6)),
                fmt::format("a time up to {} min", format_number(end_ / 60.0, 6)));
    }

    void check_inside(const std::string& what, const std::string& name,
                      const std::vector<double>& place, const Location& where) {
        if (place.size() != 3 || inside(grid_, place)) return;
        complain(
            where,
            fmt::format("{} '{}' at {} is outside of the domain", what, name, place_text(place)),
            "a place within " + box_text(grid_));
    }

    void check_light(const stimulus::LightInput& light) {
        check_timed("a light", light.name, light.at, light.where);
        const auto& s = light.source;
        if (s.position.size() != 3 || s.direction.size() != 3) return;
        if (s.kind == "planar" || s.kind == "pattern" || s.kind == "volume") return;
        const Vector3 place{s.position[0], s.position[1], s.position[2]};
        const Vector3 direction{s.direction[0], s.direction[1], s.direction[2]};
        const bool directed = s.kind != "isotropic" && s.kind != "line";
        if (directed ? meets_box(grid_, place, direction) : inside(grid_, s.position)) return;
        complain(light.where,
                 fmt::format("light '{}' at {} does not reach the domain", light.name,
                             place_text(s.position)),
                 "a source in or before " + box_text(grid_),
                 directed ? "its direction must point at the block" : "");
    }

    void check_control(const stimulus::ControlInput& control) {
        const std::vector<std::string_view> views(names_.begin(), names_.end());
        if (std::find(names_.begin(), names_.end(), control.of) == names_.end())
            complain(control.where,
                     fmt::format("a control of '{}', which is not there", control.of),
                     "the name of a light, magnetic_field, microwave or probe",
                     did_you_mean(control.of, views));
        if (std::find(steered_.begin(), steered_.end(), control.of) != steered_.end())
            complain(control.where, fmt::format("a second control of '{}'", control.of),
                     "one control for every source");
        steered_.push_back(control.of);
        if (control.thermometer != "hottest")
            check_inside("the thermometer of", control.of, control.position, control.where);
    }

    const stimulus::Stimuli& stimuli_;
    const Grid& grid_;
    double end_;
    input::Diagnostics& mistakes_;
    std::vector<std::string> names_;
    std::vector<std::string> steered_;
};

}  // namespace

bool meets_box(const Grid& grid, const Vector3& place, const Vector3& direction) {
    const double n[] = {static_cast<double>(grid.nx), static_cast<double>(grid.ny),
                        static_cast<double>(grid.nz)};
    double enter = 0.0;
    double leave = std::numeric_limits<double>::infinity();
    for (std::size_t d = 0; d < 3; ++d) {
        const double low = grid.origin[d] - place[d];
        const double high = low + n[d] * grid.spacing[d];
        if (direction[d] == 0.0) {
            if (low > 0.0 || high < 0.0) return false;
            continue;
        }
        const double a = low / direction[d];
        const double b = high / direction[d];
        enter = std::max(enter, std::min(a, b));
        leave = std::min(leave, std::max(a, b));
    }
    return enter <= leave && leave > 0.0;
}

void place_in_middle(stimulus::Stimuli& stimuli, const tissue::Domain& domain) {
    const auto middle = response::middle_of(domain);
    const auto place = [&](std::vector<double>& position) {
        if (position.empty()) position = middle;
    };
    for (auto& c : stimuli.coils) place(c.position);
    for (auto& m : stimuli.microwaves) place(m.position);
    for (auto& c : stimuli.controls) place(c.position);
}

void check_stimuli(const stimulus::Stimuli& stimuli, const Grid& grid, double end,
                   input::Diagnostics& mistakes) {
    StimuliCheck(stimuli, grid, end, mistakes)();
}

}  // namespace caravel::study
