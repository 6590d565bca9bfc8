#include "caravel/study/phantom_checks.hpp"

#include "caravel/study/stimuli_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace caravel::study {
namespace {

class ProtocolCheck {
  public:
    ProtocolCheck(const PhantomStudy& study, const Grid& grid, input::Diagnostics& mistakes)
        : study_(study), grid_(grid), mistakes_(mistakes), end_(phantom_end(study)) {}

    void operator()() {
        check_stimuli(study_.protocol.stimuli, grid_, end_, mistakes_);
        for (const double t : study_.phantom.fields_at)
            if (t > end_)
                complain(
                    study_.phantom.where,
                    fmt::format("fields at {} min come after the end", format_number(t / 60.0, 6)),
                    "a time up to the end");
        check_use();
    }

  private:
    void complain(const Location& where, std::string what, std::string expected,
                  std::string hint = "") {
        mistakes_.add({where, std::move(what), std::move(expected), std::move(hint)});
    }

    /// A vessel must fit into the block, sideways.
    void check_width(const tissue::HeatVesselInput& v) {
        if (v.start.size() != 3 || v.end.size() != 3) return;
        const index_t n[] = {grid_.nx, grid_.ny, grid_.nz};
        double length = 0.0;
        for (std::size_t d = 0; d < 3; ++d) length = std::hypot(length, v.end[d] - v.start[d]);
        double width = std::numeric_limits<double>::infinity();
        for (std::size_t d = 0; d < 3; ++d)
            if (std::abs(v.end[d] - v.start[d]) < 0.9 * length)
                width = std::min(width, static_cast<double>(n[d]) * grid_.spacing[d]);
        if (2.0 * v.vessel.radius < width) return;
        complain(
            v.where,
            fmt::format("a vessel of {} mm across in a block of {} mm",
                        format_number(2e3 * v.vessel.radius, 4), format_number(width * 1e3, 4)),
            "a radius below half the width of the block");
    }

    void check_use() {
        const auto& p = study_.protocol.stimuli;
        const auto& phantom = study_.phantom;
        if (!phantom.heat &&
            !(p.coils.empty() && p.microwaves.empty() && p.probes.empty() && p.controls.empty()))
            complain(phantom.where, "heat = false with coils, microwaves, probes or controls",
                     "heat = true; light alone needs lights alone");
        if (!phantom.heat && !phantom.vessels.empty())
            complain(phantom.vessels.front().where, "a vessel where heat = false",
                     "heat = true: vessels take heat, light does not see them");
        for (const auto& vessel : phantom.vessels) check_width(vessel);
        for (const auto& image : study_.protocol.images)
            if (object_times({image}).back() > end_)
                complain(image.where, fmt::format("image '{}' comes after the end", image.name),
                         "a time up to the end");
        if (!phantom.heat && p.lights.empty() && study_.protocol.images.empty())
            complain(phantom.where, "heat = false without a light or an image",
                     "a [[protocol.light]] or a [[protocol.image]]");
        if (phantom.photodynamic && p.lights.empty())
            complain(phantom.where, "photodynamic without a light", "a [[protocol.light]]");
        if (phantom.photodynamic && phantom.loads.empty())
            complain(phantom.where, "photodynamic without a load",
                     "a [[phantom.load]] of the sensitiser");
        if ((phantom.heat || phantom.photodynamic) && !(end_ > 0.0))
            complain(phantom.where, "nothing lasts: the run ends at 0 s",
                     "until in [run], or a stimulus with a duration");
    }

    const PhantomStudy& study_;
    const Grid& grid_;
    input::Diagnostics& mistakes_;
    double end_;
};

}  // namespace

void check_protocol(const PhantomStudy& study, const Grid& grid, input::Diagnostics& mistakes) {
    ProtocolCheck(study, grid, mistakes)();
}

}  // namespace caravel::study
