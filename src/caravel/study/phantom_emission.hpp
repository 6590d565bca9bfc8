// What glows in a phantom, and with which colour and yield.
#pragma once

#include "caravel/imaging/agent.hpp"
#include "caravel/input/reader.hpp"
#include "caravel/matter/table.hpp"
#include "caravel/response/treatment/treatment_plan.hpp"
#include "caravel/study/phantom_input.hpp"

#include <optional>
#include <string>
#include <vector>

namespace caravel::study {

/// An emission whose colour and yield are known.
struct PhantomGlow {
    PhantomEmission input;
    double wavelength = 0.0;  // m
    response::EmissionLaw law;
    /// Whose band excites; none: all that the load absorbs does.
    std::optional<imaging::LuminescentAgent> emitter;
};

/// Colour and yield of every [[phantom.emission]]. Mistakes: unknown loads, names that stand twice,
/// loads without luminescence, a transfer without a sensitiser.
std::vector<PhantomGlow> find_glows(const PhantomStudy& study, matter::Library& library,
                                    input::Diagnostics& mistakes);

/// The emissions of a plan whose lights and agents stand; agents then absorb at least what excites
/// them. Complains where no light excites, and where more energy comes out than went in.
void set_emissions(const std::vector<PhantomGlow>& glows, response::TreatmentPlan& plan,
                   std::vector<std::string>& assumptions, input::Diagnostics& mistakes);

}  // namespace caravel::study
