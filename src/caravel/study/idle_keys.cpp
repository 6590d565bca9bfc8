#include "caravel/study/idle_keys.hpp"

#include "caravel/base/unit.hpp"
#include "caravel/input/reader.hpp"

#include <fmt/format.h>

namespace caravel::study {
namespace {

std::string written(tissue::GridInput grid) { return input::to_toml(input::echo(grid)); }

}  // namespace

std::vector<std::string> idle_keys(const StudyInput& study) {
    std::vector<std::string> all;
    for (const auto& t : study.subject.tumours)
        if (t.tissue.model == "lumped" && written(t.tissue.grid) != written({}))
            all.push_back(fmt::format(
                "[subject.tumour.grid] of '{}' has no effect: its model is \"lumped\", without "
                "places; model = \"grid\" uses it.",
                t.tissue.name));
    for (const auto& a : study.protocol.administrations)
        if (a.every && a.repeat == 1)
            all.push_back(fmt::format(
                "'every' of the dose of {} at {} h has no effect: it is given once; repeat = 2 or "
                "more gives it again.",
                a.of, format_number(from_si(a.at, "h"), 6)));
    return all;
}

}  // namespace caravel::study
