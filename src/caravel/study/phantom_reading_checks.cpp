#include "caravel/base/unit.hpp"
#include "caravel/study/phantom_reading.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace caravel::study {
namespace {

constexpr int own_column_count = 4;

/// Columns of every table before the detectors.
std::vector<std::string> own_columns() { return {"absorbed", "reflected", "transmitted", "left"}; }

/// Says what is wrong with readings.
class ReadingCheck {
  public:
    ReadingCheck(const PhantomStudy& study, const response::TreatmentPlan& plan,
                 input::Diagnostics& mistakes)
        : study_(study), plan_(plan), mistakes_(mistakes) {}

    void operator()() {
        const auto& p = study_.phantom;
        const bool photons = std::any_of(plan_.lights.begin(), plan_.lights.end(),
                                         [](const auto& l) { return l.method == "monte_carlo"; });
        const Location* first = p.gates               ? &p.gates->where
                                : p.detectors.empty() ? nullptr
                                                      : &p.detectors.front().where;
        if (first == nullptr && !p.sweeps.empty()) first = &p.sweeps.front().where;
        if (first != nullptr && !photons)
            complain(*first, "time gates, detectors or sweeps without photons",
                     "a [[protocol.light]] of method = \"monte_carlo\"");
        check_light_alone();
        auto names = own_columns();
        for (const auto& d : p.detectors) {
            if (std::count(names.begin(), names.begin() + own_column_count, d.name) > 0)
                complain(
                    d.where,
                    fmt::format("the detector '{}' has the name of a column of the tables", d.name),
                    "a name of its own");
            else if (std::find(names.begin(), names.end(), d.name) != names.end())
                complain(d.where, fmt::format("the detector '{}' stands twice", d.name),
                         "a name of its own");
            names.push_back(d.name);
            check_place(d);
        }
        for (const auto& s : p.sweeps) s.factors.empty() ? check_tissue(s) : check_load(s);
        check_values();
    }

  private:
    void complain(const Location& where, std::string what, std::string expected,
                  std::string hint = "") {
        mistakes_.add({where, std::move(what), std::move(expected), std::move(hint)});
    }

    /// Gates end the way of light, so that nothing can follow from it: neither what loads give off
    /// nor heat and photochemistry, whose light has no gates. Fields of sensitivity belong to light
    /// alone: later fields are those of the treatment.
    void check_light_alone() {
        const auto& p = study_.phantom;
        if (p.gates && !plan_.emissions.empty())
            complain(p.gates->where, "time gates beside light that loads give off",
                     "no [[phantom.emission]]",
                     "late light excites too: run the gates in a study of their own");
        if (!p.heat && !p.photodynamic) return;
        const char* const expected = "heat = false and no [phantom.photodynamic]";
        if (p.gates)
            complain(p.gates->where, "time gates beside a treatment", expected,
                     "late light warms too: run the gates in a study of their own");
        for (const auto& d : p.detectors)
            if (d.sensitivity) complain(d.where, "a sensitivity beside a treatment", expected);
    }

    void check_place(const PhantomDetector& d) {
        const Grid& grid = plan_.domain.grid;
        const double n[] = {static_cast<double>(grid.nx), static_cast<double>(grid.ny),
                            static_cast<double>(grid.nz)};
        double square = 0.0;  // m2, of the distance to the block
        for (std::size_t a = 0; a < 3; ++a) {
            const double low = grid.origin[a];
            const double high = low + n[a] * grid.spacing[a];
            const double off = d.position[a] - std::clamp(d.position[a], low, high);
            square += off * off;
        }
        if (square < d.radius * d.radius) return;
        complain(d.where,
                 fmt::format("the detector '{}' lies {} mm off the phantom and sees nothing",
                             d.name, format_number(std::sqrt(square) * 1e3, 4)),
                 "a position on its surface");
    }

    /// Every value of a tissue or load has one row, and one name among the numbers.
    void check_values() {
        std::vector<std::string> seen;
        for (const auto& s : study_.phantom.sweeps) {
            for (const double v : s.factors.empty() ? s.absorption_coefficient : s.factors) {
                auto row = sweep_row(s.of, v, s.factors.empty() ? "1/mm" : "1");
                if (std::find(seen.begin(), seen.end(), row) != seen.end())
                    complain(s.where, fmt::format("the sweep of '{}' stands twice", row),
                             "every value once");
                seen.push_back(std::move(row));
            }
        }
    }

    void check_tissue(const PhantomSweep& s) {
        for (const auto& t : plan_.tissues)
            if (t.name == s.of) return;
        complain(s.where, fmt::format("no tissue is named '{}'", s.of),
                 "a tissue of the phantom with absorption_coefficient, or a load with factors");
    }

    void check_load(const PhantomSweep& s) {
        std::size_t found = 0;
        for (const auto& load : study_.phantom.loads) {
            if (load.shown_name() != s.of) continue;
            ++found;
            if (load.distribution != "uniform")
                complain(s.where, fmt::format("a sweep of '{}', which is not spread evenly", s.of),
                         "a load with distribution = \"uniform\"");
        }
        if (found != 1)
            complain(
                s.where,
                fmt::format("{} load is named '{}'", found == 0 ? "no" : "more than one", s.of),
                "the name of one [[phantom.load]]");
        for (const auto& agent : plan_.agents)
            for (std::size_t l = 0; l < std::min(plan_.lights.size(), agent.optics.size()); ++l) {
                if (plan_.lights[l].method != "monte_carlo") continue;  // sweeps fly no other
                const auto& o = agent.optics[l];
                if (agent.name == s.of && o.scattering > 0.01 * o.absorption) {
                    complain(s.where,
                             fmt::format("a sweep of '{}', which scatters too: {} of what it "
                                         "absorbs",
                                         s.of, format_number(o.scattering / o.absorption, 3)),
                             "a load that absorbs alone; a run for every concentration of others");
                    return;
                }
            }
    }

    const PhantomStudy& study_;
    const response::TreatmentPlan& plan_;
    input::Diagnostics& mistakes_;
};

}  // namespace

std::vector<std::string> light_table_columns(const PhantomStudy& study) {
    auto names = own_columns();
    for (const auto& d : study.phantom.detectors) names.push_back(d.name);
    return names;
}

std::string sweep_row(const std::string& of, double value, const std::string& unit) {
    return of + " " + format_number(from_si(value, unit), 6) +
           (unit == "1" ? " times" : " " + unit);
}

void check_readings(const PhantomStudy& study, const response::TreatmentPlan& plan,
                    input::Diagnostics& mistakes) {
    ReadingCheck(study, plan, mistakes)();
}

std::string light_tables_csv(const std::vector<LightTable>& tables,
                             const std::vector<std::string>& columns) {
    std::string text = "light,of,value,unit";
    for (const auto& c : columns) text += fmt::format(",\"{0} (%)\",\"{0} error (%)\"", c);
    text += "\n";
    for (const auto& t : tables)
        for (std::size_t v = 0; v < t.values.size(); ++v) {
            text += fmt::format("\"{}\",\"{}\",{},{}", t.light, t.of.empty() ? "time" : t.of,
                                format_number(from_si(t.values[v], t.unit), 8), t.unit);
            for (std::size_t c = 0; c < columns.size(); ++c)
                for (const double x : {t.shares[v][c], t.errors[v][c]})
                    text += std::isfinite(x) ? "," + format_number(100.0 * x, 8) : ",";
            text += "\n";
        }
    return text;
}

}  // namespace caravel::study
