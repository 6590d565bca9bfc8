// What glows in a phantom or a tumour, and with which colour and yield.
#pragma once

#include "caravel/formulation/formulation.hpp"
#include "caravel/imaging/agent.hpp"
#include "caravel/input/reader.hpp"
#include "caravel/matter/table.hpp"
#include "caravel/response/treatment/emission_input.hpp"
#include "caravel/response/treatment/treatment_plan.hpp"

#include <optional>
#include <string>
#include <vector>

namespace caravel::study {

/// What an emission may mean by its `of`: agents of a plan with that name.
struct GlowSource {
    std::string name{};
    const formulation::Formulation* carrier = nullptr;  // whose particles they are
    std::string molecule{};                             // or dissolved
    bool own_absorption = false;     // typed in, and the same at every wavelength
    bool payload_in_carrier = true;  // its dyes glow with it; else as agents of their own
};

/// Where emissions are: what may glow, what shines, and how people name it.
struct GlowScene {
    std::vector<GlowSource> sources{};
    std::vector<stimulus::LightInput> lamps{};
    bool sensitiser = false;     // something could take over their energy
    std::string source_kind{};   // "load"
    std::string source_names{};  // "the name of a [[phantom.load]]"
    std::string photodynamic{};  // table of the sensitiser: "[phantom.photodynamic]"
};

/// An emission whose colour and yield are known.
struct Glow {
    response::EmissionInput input{};
    double wavelength = 0.0;  // m
    response::EmissionLaw law{};
    bool of_molecule = false;
    /// Whose band excites; none: all that the agent absorbs does.
    std::optional<imaging::LuminescentAgent> emitter{};
};

/// Colour and yield of every emission. Mistakes: unknown sources, names that stand twice, sources
/// without luminescence, a transfer without a sensitiser.
std::vector<Glow> find_glows(const std::vector<response::EmissionInput>& emissions,
                             const GlowScene& scene, matter::Library& library,
                             input::Diagnostics& mistakes);

/// The lamps, and after them a light of every glow's colour: what agents' optics are looked up for.
std::vector<stimulus::LightInput> with_colours(std::vector<stimulus::LightInput> lamps,
                                               const std::vector<Glow>& glows);

/// Complains of lamps and glows of a wavelength that a tissue of the plan has no optics at.
void check_wavelengths(const response::TreatmentPlan& plan, const std::vector<Glow>& glows,
                       matter::Library& library, input::Diagnostics& mistakes);

/// The emissions of a plan whose lights and agents stand; agents then absorb at least what excites
/// them. Complains where no light excites, and where more energy comes out than went in.
void set_emissions(const std::vector<Glow>& glows, response::TreatmentPlan& plan,
                   std::vector<std::string>& assumptions, input::Diagnostics& mistakes);

}  // namespace caravel::study
