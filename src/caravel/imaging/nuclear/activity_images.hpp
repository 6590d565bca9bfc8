// Images of activity in the units that people read.
#pragma once

#include "caravel/imaging/image.hpp"
#include "caravel/imaging/object.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace caravel::imaging {

/// What the images of one nuclide are made with.
struct ActivityCalibration {
    Grid grid{};
    std::string suffix{};  // of the names: "_In111"
    std::string nuclide{};
    std::optional<double> body_weight{};        // kg
    std::optional<double> injected_activity{};  // Bq
};

/// Standardised uptake value (kg/m3): activity over injected activity per body weight.
double standardised_uptake(double activity, double injected_activity, double body_weight);

/// Root mean square of a field over the voxels of `image` that are not air.
double typical_deviation(const Grid& image, const ImagedObject& object, exec::ThreadTeam& team,
                         std::span<const double> deviation);

/// Adds "activity" (Bq/mL), "suv" (g/mL) and "injected_dose" (%/mL) as far as they are known.
/// `activity`, `truth` and `noise` in Bq/m3; noise 0: a blank image.
void add_activity_images(const ActivityCalibration& calibration, exec::ThreadTeam& team,
                         const std::vector<double>& activity, const std::vector<double>& truth,
                         double noise, ScanResult& result);

}  // namespace caravel::imaging
