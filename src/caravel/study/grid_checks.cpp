#include "caravel/study/grid_checks.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/study/grid_injection.hpp"

#include <fmt/format.h>

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

}  // namespace

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
