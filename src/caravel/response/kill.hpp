// Drug kill of tumour cells: damaged volume enters the transit chain of dying cells.
#pragma once

#include "caravel/input/visitor.hpp"
#include "caravel/kinetics/model.hpp"
#include "caravel/tissue/lumped_tumour.hpp"

#include <map>
#include <string>
#include <string_view>
#include <variant>

namespace caravel::response {

/// rate = max_rate C^h/(half^h + C^h)
struct EmaxKill {
    static constexpr std::string_view tag = "emax";
    static constexpr std::string_view doc = "saturating with concentration (Emax, Hill)";
    double max_rate = 0.0;  // 1/s
    double half = 0.0;      // kg/m3
    double hill = 1.0;
};
/// rate = potency C (Simeoni 2004: k2)
struct LinearKill {
    static constexpr std::string_view tag = "linear";
    static constexpr std::string_view doc = "proportional to concentration (Simeoni k2)";
    double potency = 0.0;  // m3/kg/s
};
/// rate = max_rate E^h/(half^h + E^h) with the exposure E = integral of C: a threshold for h >> 1.
struct ExposureKill {
    static constexpr std::string_view tag = "exposure";
    static constexpr std::string_view doc = "sets in above an exposure (AUC) threshold";
    double max_rate = 0.0;       // 1/s
    double half_exposure = 0.0;  // kg s/m3
    double hill = 4.0;           // assumed
};

using KillLaw = std::variant<EmaxKill, LinearKill, ExposureKill>;

/// How one drug kills.
struct Kill {
    std::string agent;
    std::string site = "cells";  // where the concentration acts: cells, nucleus ...
    std::string population;      // empty: every population
    double sensitivity = 1.0;    // multiplies the concentration
    KillLaw law;
    Location where{};
};

void describe(input::Visitor& v, EmaxKill& law);
void describe(input::Visitor& v, LinearKill& law);
void describe(input::Visitor& v, ExposureKill& law);
void describe(input::Visitor& v, Kill& kill);

/// Adds kill by one drug; every drug inside killed cells returns to the interstitium.
/// Throws InputError when the population does not exist.
void add_kill(kinetics::KineticModel& model, const tissue::LumpedTumour& tumour, const Kill& kill,
              const std::map<std::string, body::DrugBlock>& drugs, const body::Physiology& body);

}  // namespace caravel::response
