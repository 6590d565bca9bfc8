// Fields of a gridded tumour as people look at them, and the numbers that sum them up.
#pragma once

#include "caravel/tissue/grid/grid_plan.hpp"

#include <span>
#include <string>
#include <vector>

namespace caravel::tissue {

/// One quantity in every voxel (SI); NaN outside of the tissue.
struct GridField {
    std::string name{};   // "doxorubicin.total"
    std::string label{};  // "doxorubicin, total"
    std::string unit{};   // UCUM, in which it is shown
    std::vector<double> values{};
};

/// A substance whose amounts are shown: mass per amount (kg/mol for drugs, 1 for carriers).
struct ShownSubstance {
    std::string substance{};
    std::string label{};
    double mass = 1.0;
};

/// Concentrations per volume of tissue of every substance (in all, in the interstitial fluid, in
/// cells), tumour share, viable and dead cells, oxygen and interstitial fluid pressure. `fields` as
/// GridStepper keeps them.
std::vector<GridField> shown_fields(const GridPlan& plan, std::span<const double> fields,
                                    const std::vector<ShownSubstance>& substances);

/// What a tumour's fields say in a few numbers; shares are of the tumour's volume.
struct GridSummary {
    double hypoxic_share = 0.0;     // below 10 mmHg
    double dead_share = 0.0;        // cells that are dying or dead
    double mean_oxygen = 0.0;       // Pa
    double largest_pressure = 0.0;  // Pa, of the interstitial fluid
    double volume = 0.0;            // m3
};
GridSummary summarise(const GridPlan& plan, std::span<const double> fields);

/// How far a field comes into the tumour: mean in the deepest eighth of its volume (half the radius
/// of a sphere) over the mean of all, and the depth (m) above which 90 % of the amount lies.
struct Penetration {
    double core_to_mean = 0.0;
    double depth_90 = 0.0;
};
Penetration penetration(const GridPlan& plan, const std::vector<double>& depth,
                        const std::vector<double>& values);

}  // namespace caravel::tissue
