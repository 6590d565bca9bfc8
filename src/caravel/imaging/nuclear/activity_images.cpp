#include "caravel/imaging/nuclear/activity_images.hpp"

#include "caravel/base/large_pages.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/imaging/blur.hpp"

#include <fmt/format.h>

#include <cmath>

namespace caravel::imaging {
namespace {

Image scaled_image(const ActivityCalibration& calibration, const std::vector<double>& activity,
                   const std::vector<double>& truth, double noise, double factor) {
    Image image;
    image.grid = calibration.grid;
    reserve_large(image.values, activity.size());
    for (const double value : activity) image.values.push_back(factor * value);
    reserve_large(image.truth, truth.size());
    for (const double value : truth) image.truth.push_back(factor * value);
    image.noise = factor * noise;
    image.noise_model = noise > 0.0 ? "gaussian" : "none";
    return image;
}

}  // namespace

double standardised_uptake(double activity, double injected_activity, double body_weight) {
    return activity * body_weight / injected_activity;
}

double typical_deviation(const Grid& image, const ImagedObject& object, exec::ThreadTeam& team,
                         std::span<const double> deviation) {
    std::vector<double> dense;
    for (const ImagedRegion& region : object.regions)
        dense.push_back(region.tissue == "air" ? 0.0 : 1.0);
    auto filled = large_vector<double>(object.region.size());
    for (std::size_t i = 0; i < filled.size(); ++i) filled[i] = dense[object.region[i]];
    const std::vector<double> share = resample(team, object.grid, filled, image);
    double sum = 0.0;
    double count = 0.0;
    for (std::size_t i = 0; i < share.size(); ++i) {
        if (share[i] < 0.5) continue;
        sum += deviation[i] * deviation[i];
        count += 1.0;
    }
    return count > 0.0 ? std::sqrt(sum / count) : 0.0;
}

void add_activity_images(const ActivityCalibration& calibration, std::vector<double> activity,
                         const std::vector<double>& truth, double noise, ScanResult& result) {
    const auto add = [&](const char* name, const std::string& label, const char* unit,
                         double factor) {
        Image image =
            scaled_image(calibration, activity, truth, noise, factor * from_si(1.0, unit));
        image.name = name + calibration.suffix;
        image.label = fmt::format("{}, {}", label, calibration.nuclide);
        image.unit = unit;
        result.images.push_back(std::move(image));
    };
    add("activity", "activity", "Bq/mL", 1.0);
    if (!calibration.injected_activity) return;
    const double injected = *calibration.injected_activity;
    if (calibration.body_weight)
        add("suv", "standardised uptake", "g/mL",
            standardised_uptake(1.0, injected, *calibration.body_weight));
    add("injected_dose", "share of the injected activity", "%/mL", 1.0 / injected);
}

}  // namespace caravel::imaging
