#include "caravel/response/treatment/treatment_fields.hpp"

#include "caravel/stimulus/light/light_input.hpp"

#include <array>

namespace caravel::response {
namespace {

struct Shown {
    std::string_view row;
    std::string_view label;
    std::string_view unit;
};

/// Rows of the parts that are not shares, and the units in which people read them.
constexpr std::array known{
    Shown{"cem43", "thermal dose at 43 Cel", "min"},
    Shown{"alive", "cells that are well", "%"},
    Shown{"vulnerable", "cells that may recover", "%"},
    Shown{"cem43.cells", "thermal dose as tolerant cells feel it", "min"},
    Shown{"arrhenius.cells", "damage integral of cells", "1"},
    Shown{"arrhenius.vessels", "damage integral of vessels", "1"},
    Shown{"arrhenius.coagulation", "damage integral of coagulation", "1"},
    Shown{"freezing.lowest", "lowest temperature of this cycle", "Cel"},
    Shown{"freezing.coldest", "lowest temperature", "Cel"},
    Shown{"freezing.cooling_rate", "fastest cooling", "K/min"},
    Shown{"freezing.lethal_time", "time below the lethal temperature", "min"},
    Shown{"freezing.cycles", "freeze-thaw cycles", "1"},
    Shown{"oxygen", "oxygen", "umol/L"},
    Shown{"oxygen_supplied", "oxygen that vessels supplied", "umol/L"},
    Shown{"oxygen_from_peroxide", "oxygen out of peroxide", "umol/L"},
    Shown{"oxygen_at_start", "oxygen before the light", "umol/L"},
    Shown{"singlet_oxygen", "reacted singlet oxygen", "umol/L"},
    Shown{"radicals", "radicals", "umol/L"},
    Shown{"peroxide", "hydrogen peroxide", "umol/L"},
    Shown{"sensitiser", "sensitiser not bleached", "%"},
};

}  // namespace

TreatmentField shown_row(const std::string& row, std::span<const double> values) {
    TreatmentField field{row, row, "1", {values.begin(), values.end()}};
    for (const auto& k : known)
        if (k.row == row) {
            field.label = k.label;
            field.unit = k.unit;
        }
    return field;
}

}  // namespace caravel::response
