// From the description of a phantom to what the treatment's solver takes.
#pragma once

#include "caravel/matter/table.hpp"
#include "caravel/response/treatment/treatment_plan.hpp"
#include "caravel/study/phantom_input.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace caravel::study {

/// A plan with what lies in its voxels.
struct BuiltPhantom {
    response::TreatmentPlan plan;
    std::vector<std::vector<double>> agents;  // kg/m3 or mol/m3, in the plan's order
    std::vector<double> released;             // mol/m3 of the sensitiser; empty: none
    std::vector<double> carried;
    std::vector<double> oxygen;  // mol/m3; empty without photochemistry
    std::vector<double> ph;
    std::vector<int> shape;      // of the study's shapes, uppermost one per voxel; -1: none
    double end = 0.0;            // s
    double longest_time = 1e-6;  // s of flight; later light is gated
    std::vector<std::string> assumptions;
    std::vector<std::string> notes;

    /// Views of the arrays; the phantom must stay where it is.
    response::TreatmentLoad load() const;
    /// Whether anything changes with time: else light alone is computed.
    bool changes() const { return plan.heat || plan.photodynamic; }
};

/// The grid of a phantom and the numbers of a label volume (empty without one). Throws InputError
/// for sizes that are no whole number of voxels or too many.
struct PhantomBox {
    Grid grid;
    std::vector<std::int32_t> labels;
};
PhantomBox phantom_box(const Phantom& phantom, const std::filesystem::path& folder);

/// Throws InputError with everything that is wrong, at its place: unknown tissues, shapes outside,
/// sources that miss, wavelengths without data, events after the end. `folder`: where a label
/// volume lies.
BuiltPhantom build_phantom(const PhantomStudy& study, const std::filesystem::path& folder,
                           matter::Library& library);

}  // namespace caravel::study
