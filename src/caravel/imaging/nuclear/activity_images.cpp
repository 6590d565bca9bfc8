#include "caravel/imaging/nuclear/activity_images.hpp"

#include "caravel/base/large_pages.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/exec/reduce.hpp"
#include "caravel/imaging/blur.hpp"

#include <fmt/format.h>

#include <cmath>

namespace caravel::imaging {
namespace {

Image scaled_image(const ActivityCalibration& calibration, exec::ThreadTeam& team,
                   const std::vector<double>& activity, const std::vector<double>& truth,
                   double noise, double factor) {
    const auto scaled = [&](const std::vector<double>& values) {
        auto result = large_vector<double>(values.size());
        exec::for_each(team, static_cast<index_t>(values.size()), [&](index_t n) {
            const auto i = static_cast<std::size_t>(n);
            result[i] = factor * values[i];
        });
        return result;
    };
    Image image;
    image.grid = calibration.grid;
    image.values = scaled(activity);
    image.truth = scaled(truth);
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
    exec::for_each(team, static_cast<index_t>(filled.size()), [&](index_t n) {
        const auto i = static_cast<std::size_t>(n);
        filled[i] = dense[object.region[i]];
    });
    const std::vector<double> share = resample(team, object.grid, filled, image);
    const auto voxels = static_cast<index_t>(share.size());
    const auto over_dense = [&](const auto& value) {
        return exec::sum_of(team, voxels, [&](index_t n) {
            const auto i = static_cast<std::size_t>(n);
            return share[i] < 0.5 ? 0.0 : value(i);
        });
    };
    const double sum = over_dense([&](std::size_t i) { return deviation[i] * deviation[i]; });
    const double count = over_dense([](std::size_t) { return 1.0; });
    return count > 0.0 ? std::sqrt(sum / count) : 0.0;
}

void add_activity_images(const ActivityCalibration& calibration, exec::ThreadTeam& team,
                         const std::vector<double>& activity, const std::vector<double>& truth,
                         double noise, ScanResult& result) {
    const auto add = [&](const char* name, const std::string& label, const char* unit,
                         double factor) {
        Image image =
            scaled_image(calibration, team, activity, truth, noise, factor * from_si(1.0, unit));
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
