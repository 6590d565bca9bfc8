#include "caravel/study/grid_checks.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/study/grid_injection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace caravel::study {
namespace {

[[noreturn]] void fail(const Location& where, std::string what, std::string expected,
                       std::string hint = "") {
    throw InputError(Diagnostic{where, std::move(what), std::move(expected), std::move(hint)});
}

void check_injections(const StudyInput& study, std::size_t t) {
    const Tumour& tumour = study.subject.tumours[t];
    for (const auto& a : study.protocol.administrations)
        if (gridded_target(study, a) == &tumour && !a.volume)
            fail(
                a.where,
                fmt::format("an injection of unknown volume into tumour '{}', which is computed in "
                            "space",
                            tumour.tissue.name),
                "volume = \"20 uL\"", "the fluid fills the space between the cells around the tip");
}

void refuse_unused_keys(const Tumour& tumour) {
    const auto& c = tumour.tissue.grid.biology;
    const std::pair<const char*, bool> unused[] = {
        {"doubling_time", c.doubling_time.has_value()},
        {"switch_half_life", c.switch_half_life.has_value()},
        {"apoptosis_rate", c.apoptosis_rate.has_value()},
        {"clearance_half_life", c.clearance_half_life.has_value()},
        {"glucose_half", c.glucose_half.has_value()}};
    for (const auto& [key, given] : unused)
        if (given)
            fail(tumour.tissue.where,
                 fmt::format("'{}' of the cells has no effect on a tumour in space", key),
                 "growth.doubling_time for division, dying_rate for clearance",
                 "leave the key out");
}

/// Half width (m) of the tumour along an axis where it is widest, and of the box around its middle.
struct Reach {
    double tumour = 0.0;
    double box = 0.0;
};

Reach reach_along(const tissue::Domain& domain, std::size_t axis) {
    const Grid& grid = domain.grid;
    const index_t sizes[] = {grid.nx, grid.ny, grid.nz};
    const index_t strides[] = {1, grid.nx, grid.nx * grid.ny};
    const index_t stride = strides[axis];
    std::vector<double> widths(domain.tumour_share.size(), 0.0);  // of lines, at their first voxels
    index_t first = sizes[axis];
    index_t last = -1;
    for (index_t cell = 0; cell < grid.cell_count(); ++cell) {
        const double share = domain.tumour_share[static_cast<std::size_t>(cell)];
        if (!(share > 0.0)) continue;
        const index_t place = cell / stride % sizes[axis];
        widths[static_cast<std::size_t>(cell - place * stride)] += share;
        first = std::min(first, place);
        last = std::max(last, place);
    }
    const double h = grid.spacing[axis];
    const double width = h * *std::max_element(widths.begin(), widths.end());
    if (domain.mirrored[2 * axis]) return {width, h * static_cast<double>(sizes[axis])};
    const double middle = 0.5 * static_cast<double>(first + last + 1);
    return {0.5 * width, h * std::min(middle, static_cast<double>(sizes[axis]) - middle)};
}

}  // namespace

std::vector<std::string> growth_warnings(const StudyInput& study,
                                         const std::vector<tissue::GridPlan>& grids) {
    std::vector<std::string> all;
    for (const auto& plan : grids) {
        const auto tumour = std::find_if(study.subject.tumours.begin(), study.subject.tumours.end(),
                                         [&](const auto& t) { return t.tissue.name == plan.name; });
        if (tumour == study.subject.tumours.end()) continue;
        const double before = tumour->tissue.volume;
        const double after =
            response::untreated_volume(tumour->growth.law, before, study.run.until);
        const double wider = std::cbrt(after / before);
        double lacking = 0.0;
        double margin = 0.0;
        for (std::size_t axis = 0; axis < 3; ++axis) {
            const Reach reach = reach_along(plan.domain, axis);
            lacking = std::max(lacking, wider * reach.tumour - reach.box);
            margin = std::max(margin, (wider - 1.0) * reach.tumour);
        }
        if (!(lacking > 0.0)) continue;
        all.push_back(fmt::format(
            "'{}' may grow from {} to {} mm3, beyond the end of its box, where the run would stop; "
            "without drugs and with all cells alive it needs {}.",
            plan.name, format_number(from_si(before, "mm3"), 3),
            format_number(from_si(after, "mm3"), 3),
            tumour->tissue.grid.domain.shape == "file"
                ? std::string("a segmentation that shows more around it")
                : fmt::format("margin = \"{} mm\"",
                              std::ceil(10.0 * from_si(margin, "mm")) / 10.0)));
    }
    return all;
}

void check_grid_input(const StudyInput& study, std::size_t t) {
    const Tumour& tumour = study.subject.tumours[t];
    check_injections(study, t);
    refuse_unused_keys(tumour);
    for (const auto& kill : tumour.kills)
        if (kill.site == "plasma")
            fail(tumour.tissue.where, "a kill at the site 'plasma' in a tumour in space",
                 "site = \"cells\" or \"interstitium\"");
    for (const double time : tumour.tissue.grid.fields_at)
        if (time > study.run.until)
            fail(tumour.tissue.where,
                 fmt::format("fields_at {} h is after the end of the study",
                             format_number(from_si(time, "h"), 5)),
                 fmt::format("times up to {} h", format_number(from_si(study.run.until, "h"), 5)));
}

void check_volume(const Tumour& tumour, double there) {
    const double said = tumour.tissue.volume;
    if (std::abs(there - said) <= 0.02 * said) return;
    const auto text = [](double volume) { return format_number(from_si(volume, "mm3"), 4); };
    fail(tumour.tissue.where,
         fmt::format("the shape of tumour '{}' holds {} mm3, its volume says {} mm3",
                     tumour.tissue.name, text(there), text(said)),
         fmt::format("volume = \"{} mm3\"", text(there)));
}

}  // namespace caravel::study
