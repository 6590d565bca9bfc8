#include "caravel/imaging/reading/detectability.hpp"

#include "caravel/base/error.hpp"
#include "caravel/imaging/blur.hpp"
#include "caravel/imaging/reading/observer.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace caravel::imaging {
namespace {

/// Fine voxels: their own blur is of no weight.
DetectionTask fine_task() {
    DetectionTask task;
    task.contrast = 2.0;
    task.noise = 10.0;
    task.spacing = {1e-5, 1e-5, 1e-5};
    return task;
}

TEST(Detectability, OfASharpSphereInWhiteNoiseIsRosesFormula) {
    const DetectionTask task = fine_task();
    const double volume = std::numbers::pi / 6.0 * 1e-9;
    EXPECT_NEAR(detectability_index(task, 1e-3) / (0.2 * std::sqrt(volume / 1e-15)), 1.0, 0.01);
}

TEST(Detectability, OfABlurredSphereEqualsTheEnergyInFrequency) {
    // integral |B(k)|^2 exp(-k^2 s^2) 4 pi k^2 dk/(2 pi)^3 by plain summation
    DetectionTask task = fine_task();
    task.blur = {1e-3, 1e-3, 1e-3};
    const double s = 1e-3 / fwhm_per_sigma;
    const double variance = s * s + 1e-10 / 12.0;
    const double radius = 0.75e-3;
    double energy = 0.0;
    const double step = 1.0;
    for (double k = 0.5 * step; k < 8.0 / s; k += step) {
        const double x = k * radius;
        const double ball = 4.0 * std::numbers::pi * (std::sin(x) - x * std::cos(x)) / (k * k * k);
        energy += step * k * k * ball * ball * std::exp(-k * k * variance) /
                  (2.0 * std::numbers::pi * std::numbers::pi);
    }
    const double expected = 0.2 * std::sqrt(energy / 1e-15);
    EXPECT_NEAR(detectability_index(task, 1.5e-3) / expected, 1.0, 1e-6);
    EXPECT_NEAR(ideal_detectability_index(task, 1.5e-3) / expected, 1.0, 1e-6);
}

TEST(Detectability, OfAPointIsThatOfThePointSpread) {
    // C V G(r): energy C^2 V^2/(4 pi s^2)^(3/2) in white noise of power sigma^2 v
    DetectionTask task = fine_task();
    task.blur = {2e-3, 1e-3, 1e-3};
    const double d = 2e-5;
    const double v = std::numbers::pi / 6.0 * d * d * d;
    const double s3 = 2e-9 / std::pow(fwhm_per_sigma, 3);
    const double expected = 0.2 * v / std::sqrt(std::pow(4.0 * std::numbers::pi, 1.5) * s3 * 1e-15);
    EXPECT_NEAR(detectability_index(task, d) / expected, 1.0, 2e-3);
}

TEST(Detectability, IdealObserverGainsFromCorrelatedNoiseAndRefusesNoiseSmootherThanSignal) {
    DetectionTask task = fine_task();
    task.blur = {1e-3, 1e-3, 1e-3};
    task.noise_correlation = {0.8e-3, 0.8e-3, 0.8e-3};
    EXPECT_GT(ideal_detectability_index(task, 1e-3), detectability_index(task, 1e-3));
    task.noise_correlation = {2e-3, 2e-3, 2e-3};
    EXPECT_THROW(ideal_detectability_index(task, 1e-3), NumericalError);
    EXPECT_GT(detectability_index(task, 1e-3), 0.0);
}

TEST(Detectability, AreaUnderTheCurve) {
    EXPECT_DOUBLE_EQ(area_under_curve(0.0), 0.5);
    EXPECT_NEAR(area_under_curve(1.0), 0.7602499389065233, 1e-15);  // Phi(1/sqrt 2)
    EXPECT_NEAR(detectability_for_area(0.95), 2.326174307353348, 1e-12);
    EXPECT_NEAR(area_under_curve(detectability_for_area(0.7)), 0.7, 1e-14);
    EXPECT_THROW(detectability_for_area(1.0), InputError);
}

TEST(Detectability, RecoveryOfASphere) {
    // a = R/(sqrt 2 s) = 1: erf(1) - 2/(e sqrt(pi)) = 0.427593
    const double fwhm = 1e-3;
    const double radius = std::numbers::sqrt2 * fwhm / fwhm_per_sigma;
    EXPECT_NEAR(peak_recovery(2.0 * radius, fwhm), 0.42759329552912, 1e-12);
    EXPECT_NEAR(peak_recovery(1e-2, 1e-3), 1.0, 1e-12);
    EXPECT_EQ(peak_recovery(1e-3, 0.0), 1.0);
    const double joint = 0.02 * fwhm / fwhm_per_sigma * std::numbers::sqrt2;
    EXPECT_NEAR(peak_recovery(joint * (1.0 - 1e-9), fwhm) / peak_recovery(joint, fwhm), 1.0, 1e-7);
}

TEST(Detectability, MeanRecoveryEqualsABlurredSphereOnVoxels) {
    exec::ThreadTeam team(2);
    const Grid grid{64, 64, 64, {5e-5, 5e-5, 5e-5}, {-1.6e-3, -1.6e-3, -1.6e-3}};
    std::vector<double> inside(static_cast<std::size_t>(grid.cell_count()), 0.0);
    for (index_t k = 0; k < 64; ++k)
        for (index_t j = 0; j < 64; ++j)
            for (index_t i = 0; i < 64; ++i) {
                const Vector3 at = grid.centre(i, j, k);
                if (std::hypot(at[0], at[1], at[2]) < 0.75e-3)
                    inside[static_cast<std::size_t>(grid.index(i, j, k))] = 1.0;
            }
    std::vector<double> blurred = inside;
    blur(team, grid, {0.6e-3, 0.6e-3, 0.6e-3}, blurred);
    double sum = 0.0;
    double count = 0.0;
    for (std::size_t n = 0; n < inside.size(); ++n) {
        sum += inside[n] * blurred[n];
        count += inside[n];
    }
    EXPECT_NEAR(mean_recovery(1.5e-3, 0.6e-3), sum / count, 3e-3);
    const std::size_t middle = static_cast<std::size_t>(grid.index(32, 32, 32));
    EXPECT_NEAR(peak_recovery(1.5e-3, 0.6e-3), blurred[middle], 6e-3);
}

TEST(Detectability, SmallestSphereHasTheIndexAskedFor) {
    DetectionTask task = fine_task();
    task.spacing = {2e-4, 2e-4, 2e-4};
    task.blur = {1e-3, 1e-3, 1e-3};
    const DetectionLimit limit = detection_limit(task);
    ASSERT_TRUE(limit.area_095 && limit.rose);
    EXPECT_NEAR(detectability_index(task, *limit.area_095), 2.326174307353348, 1e-6);
    EXPECT_NEAR(detectability_index(task, *limit.rose), 5.0, 1e-6);
    EXPECT_LT(*limit.area_095, *limit.rose);
    // four times the noise: a larger sphere, between the laws d^3 (point) and d^1.5 (even)
    task.noise *= 4.0;
    const double grown = *detection_limit(task).rose / *limit.rose;
    EXPECT_GT(grown, std::pow(4.0, 1.0 / 3.0));
    EXPECT_LT(grown, std::pow(4.0, 1.0 / 1.5));
    task.noise = 1e9;
    EXPECT_FALSE(detection_limit(task).rose.has_value());
    task.noise = 0.0;
    EXPECT_THROW(detection_limit(task), InputError);
}

TEST(Detectability, FormulaHoldsInAReadersTrial) {
    exec::ThreadTeam team(2);
    for (const double correlation : {0.0, 1.2e-3}) {
        ObserverTrial trial;
        trial.task.spacing = {5e-4, 5e-4, 5e-4};
        trial.task.noise = 1.0;
        trial.task.blur = {1.5e-3, 1.5e-3, 1.5e-3};
        trial.task.noise_correlation = {correlation, correlation, correlation};
        trial.diameter = 2e-3;
        trial.images = 500;
        trial.task.contrast = 1.0;
        trial.task.contrast = 1.5 / detectability_index(trial.task, trial.diameter);
        const ObserverResult found = observer_trial(team, trial);
        EXPECT_NEAR(found.matched.detectability, 1.5, 0.2) << correlation;  // error 0.07
        EXPECT_NEAR(found.matched.area, area_under_curve(1.5), 3.0 * found.matched.area_error);
        // channels that fit the lesion lose little, and gain where noise is correlated
        const double ideal = ideal_detectability_index(trial.task, trial.diameter);
        EXPECT_LT(found.channelised.detectability, ideal + 0.3) << correlation;
        EXPECT_GT(found.channelised.detectability, 1.1) << correlation;
        EXPECT_EQ(found.matched.false_positive.back(), 1.0);
        EXPECT_EQ(found.matched.true_positive.back(), 1.0);
    }
}

TEST(Detectability, FormulaHoldsInProjections) {
    exec::ThreadTeam team(2);
    ObserverTrial trial;
    trial.task.spacing = {2.5e-4, 2.5e-4, 1e-3};
    trial.task.noise = 1.0;
    trial.task.blur = {1e-3, 1e-3, 0.0};
    trial.task.projection = true;
    trial.diameter = 2e-3;
    trial.images = 500;
    trial.task.contrast = 1.0;
    trial.task.contrast = 2.0 / detectability_index(trial.task, trial.diameter);
    EXPECT_NEAR(observer_trial(team, trial).matched.detectability, 2.0, 0.25);
}

TEST(Detectability, RocByHand) {
    const std::vector<double> absent{1.0, 2.0, 3.0};
    const std::vector<double> present{2.0, 4.0};
    // pairs won: 2 > 1, 2 = 2 (a half), 4 > all three: 4.5 of 6
    const RocCurve curve = roc_curve(absent, present);
    EXPECT_DOUBLE_EQ(curve.area, 0.75);
    EXPECT_EQ(curve.false_positive, (std::vector<double>{0.0, 0.0, 1.0 / 3, 2.0 / 3, 1.0}));
    EXPECT_EQ(curve.true_positive, (std::vector<double>{0.0, 0.5, 0.5, 1.0, 1.0}));
    EXPECT_NEAR(curve.detectability, 1.0 / std::sqrt(1.5), 1e-12);
    EXPECT_THROW(roc_curve(absent, std::vector<double>{1.0}), InputError);
    EXPECT_THROW(roc_curve(absent, std::vector<double>{1.0, std::nan("")}), InputError);
}

}  // namespace
}  // namespace caravel::imaging
