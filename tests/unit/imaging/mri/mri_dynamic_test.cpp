// Dynamic contrast: fits of courses with known exchange, and scans of an object that changes.
#include "caravel/imaging/mri/mri_dynamic.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/statistics.hpp"
#include "caravel/imaging/mri/mri_maps.hpp"
#include "caravel/imaging/mri/signal_equations.hpp"
#include "caravel/imaging/noise.hpp"
#include "caravel/matter/table.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <stdexcept>

namespace caravel::imaging {
namespace {

constexpr double minute = 60.0;

/// Plasma after a bolus at time 0: a exp(-m t) + b exp(-n t).
struct Bolus {
    double a = 3.0, m = 1.0 / 40.0, b = 2.0, n = 1.0 / 900.0;
    double at(double t) const {
        return t < 0.0 ? 0.0 : a * std::exp(-m * t) + b * std::exp(-n * t);
    }
    /// int_0^t Cp(s) exp(-kep (t - s)) ds
    double kept(double t, double kep) const {
        if (t < 0.0) return 0.0;
        const auto part = [&](double size, double rate) {
            return size * (std::exp(-kep * t) - std::exp(-rate * t)) / (rate - kep);
        };
        return part(a, m) + part(b, n);
    }
};

std::vector<double> times_of(std::size_t count, double step) {
    std::vector<double> times;
    for (std::size_t n = 0; n < count; ++n) times.push_back(static_cast<double>(n) * step);
    return times;
}

TEST(TracerKinetics, StraightCoursesGiveTheirConstantsExactly) {
    // Cp = 2 throughout, nothing returns: C = vp 2 + K 2 t.
    const std::vector<double> times = times_of(8, 10.0);
    const std::vector<double> plasma(8, 2.0);
    std::vector<double> tissue;
    for (const double t : times) tissue.push_back(0.1 + 0.002 * t);
    for (const TracerModel model : {TracerModel::patlak, TracerModel::tofts}) {
        const TracerFit fit = fit_tracer(times, tissue, plasma, model);
        ASSERT_TRUE(fit.found);
        EXPECT_NEAR(fit.value.transfer, 0.001, 1e-12);
        EXPECT_NEAR(fit.value.plasma_volume, 0.05, 1e-10);
        EXPECT_NEAR(fit.value.back_rate, 0.0, 1e-10);
        EXPECT_NEAR(fit.residual, 0.0, 1e-12);
    }
}

TEST(TracerKinetics, ExchangeIsFoundWithSecondOrderInTheTimeStep) {
    const Bolus bolus;
    const double transfer = 0.2 / minute, kep = 0.5 / minute, vp = 0.04;
    double before = 0.0;
    for (const double step : {8.0, 4.0, 2.0}) {
        const std::vector<double> times = times_of(static_cast<std::size_t>(480.0 / step), step);
        std::vector<double> plasma, tissue;
        for (const double t : times) {
            plasma.push_back(bolus.at(t));
            tissue.push_back(vp * bolus.at(t) + transfer * bolus.kept(t, kep));
        }
        const TracerFit fit = fit_tracer(times, tissue, plasma, TracerModel::tofts);
        ASSERT_TRUE(fit.found);
        const double error = std::abs(fit.value.transfer / transfer - 1.0);
        EXPECT_LT(error, 0.01);
        EXPECT_NEAR(fit.value.back_rate, kep, 0.02 * kep);
        EXPECT_NEAR(fit.value.plasma_volume, vp, 0.02 * vp);
        if (before > 0.0) {
            EXPECT_NEAR(std::log2(before / error), 2.0, 0.1) << step;
        }
        before = error;
    }
}

TEST(TracerKinetics, ACourseOfPlasmaIsAllVessel) {
    const std::vector<double> times = times_of(6, 5.0);
    const std::vector<double> plasma{0.0, 4.0, 3.0, 2.0, 1.5, 1.0};
    std::vector<double> vessel;
    for (const double p : plasma) vessel.push_back(0.3 * p);
    const TracerFit fit = fit_tracer(times, vessel, plasma, TracerModel::tofts);
    ASSERT_TRUE(fit.found);
    EXPECT_NEAR(fit.value.plasma_volume, 0.3, 1e-9);
    EXPECT_NEAR(fit.value.transfer, 0.0, 1e-9);
    EXPECT_FALSE(fit.returns);
}

TEST(TracerKinetics, ConstantsAreToldAsTheyAreAlsoBelowNoughtAndAboveOne) {
    const std::vector<double> times = times_of(8, 10.0);
    const std::vector<double> plasma{0.0, 4.0, 3.0, 2.5, 2.0, 1.8, 1.6, 1.5};
    // int Cp by trapezoids, s
    const std::vector<double> sum{0.0, 20.0, 55.0, 82.5, 105.0, 124.0, 141.0, 156.5};
    for (const auto& [volume, transfer] : {std::pair{1.3, 0.004}, std::pair{-0.2, -0.01}}) {
        std::vector<double> tissue;
        for (std::size_t n = 0; n < 8; ++n)
            tissue.push_back(volume * plasma[n] + transfer * sum[n]);
        for (const TracerModel model : {TracerModel::tofts, TracerModel::patlak}) {
            const TracerFit fit = fit_tracer(times, tissue, plasma, model);
            ASSERT_TRUE(fit.found);
            EXPECT_NEAR(fit.value.plasma_volume, volume, 1e-12);
            EXPECT_NEAR(fit.value.transfer, transfer, 1e-14);
        }
    }
}

TEST(TracerKinetics, TheMeanOfTheBaselineIsTakenOff) {
    const std::vector<double> times = times_of(8, 10.0);
    const std::vector<double> plasma{0.0, 0.0, 0.0, 4.0, 3.0, 2.0, 1.5, 1.2};
    // int Cp by trapezoids, s
    const std::vector<double> sum{0.0, 0.0, 0.0, 20.0, 55.0, 80.0, 97.5, 111.0};
    std::vector<double> tissue;
    for (std::size_t n = 0; n < 8; ++n) tissue.push_back(7.0 + 0.1 * plasma[n] + 0.002 * sum[n]);
    const TracerFit fit = fit_tracer(times, tissue, plasma, TracerModel::patlak, 3);
    EXPECT_NEAR(fit.value.plasma_volume, 0.1, 1e-12);
    EXPECT_NEAR(fit.value.transfer, 0.002, 1e-14);
    EXPECT_NEAR(fit.residual, 0.0, 1e-12);
}

TEST(TracerKinetics, StandardErrorsOfALineByHand) {
    // Patlak of a plasma that is 1 from the second time on: vp and Ktrans are those of a line.
    const std::vector<double> times{0.0, 10.0, 20.0, 30.0};
    const std::vector<double> plasma{0.0, 1.0, 1.0, 1.0};
    const std::vector<double> tissue{0.0, 1.0, 2.5, 3.0};
    // int Cp is 5, 15, 25: slope (3 - 1) / 20, mean 6.5 / 3 at 15; left are -1/6, 1/3, -1/6.
    const TracerFit fit = fit_tracer(times, tissue, plasma, TracerModel::patlak);
    EXPECT_NEAR(fit.value.transfer, 0.1, 1e-12);
    EXPECT_NEAR(fit.value.plasma_volume, 6.5 / 3.0 - 1.5, 1e-12);
    const double variance = (1.0 / 6.0) / 2.0;  // squares 1/36 + 1/9 + 1/36, two points free
    EXPECT_NEAR(fit.error.transfer, std::sqrt(variance / 200.0), 1e-12);
    EXPECT_NEAR(fit.error.plasma_volume, std::sqrt(variance * (1.0 / 3.0 + 225.0 / 200.0)), 1e-12);
    EXPECT_TRUE(fit.is_significant());  // 0.1 against 0.0204
}

TEST(TracerKinetics, AFitThatLeavesNothingTellsNoError) {
    // int Cp is 5 and 15: vp + 5 K = 1, vp + 15 K = 2. Two points above the baseline, two numbers.
    const std::vector<double> times{0.0, 10.0, 20.0};
    const std::vector<double> plasma{0.0, 1.0, 1.0};
    const std::vector<double> tissue{0.0, 1.0, 2.0};
    const TracerFit fit = fit_tracer(times, tissue, plasma, TracerModel::patlak, 1);
    ASSERT_TRUE(fit.found);
    EXPECT_NEAR(fit.value.transfer, 0.1, 1e-12);
    EXPECT_NEAR(fit.value.plasma_volume, 0.5, 1e-12);
    EXPECT_EQ(fit.error.transfer, TracerFit::unknown);
    EXPECT_EQ(fit.error.plasma_volume, TracerFit::unknown);
    EXPECT_FALSE(fit.is_significant());
}

TEST(TracerKinetics, OfAReturnThatIsNotFittedNothingIsKnown) {
    const std::vector<double> times{0.0, 10.0, 20.0, 30.0, 40.0};
    const std::vector<double> plasma{0.0, 1.0, 1.0, 1.0, 1.0};
    const std::vector<double> tissue{0.0, 1.0, 2.5, 3.0, 4.5};
    const TracerFit fit = fit_tracer(times, tissue, plasma, TracerModel::tofts);
    ASSERT_TRUE(fit.found);
    EXPECT_FALSE(fit.returns);
    EXPECT_EQ(fit.error.back_rate, TracerFit::unknown);
    EXPECT_GT(fit.error.transfer, 0.0);
    EXPECT_LT(fit.error.transfer, 1.0);
}

/// Fits of many courses of `bolus` with normal noise; frames before 90 s are the baseline.
struct Trials {
    std::vector<double> transfer{}, error{};
    double significant = 0.0, returning = 0.0;  // shares
};

Trials noisy_fits(double scale, double noise) {
    const Bolus bolus;
    const double transfer = scale * 0.2 / minute, kep = 0.5 / minute, vp = scale * 0.04;
    const std::vector<double> times = times_of(40, 10.0);
    std::vector<double> plasma, clean;
    for (const double t : times) {
        plasma.push_back(bolus.at(t - 95.0));
        clean.push_back(vp * bolus.at(t - 95.0) + transfer * bolus.kept(t - 95.0, kep));
    }
    const TracerFitter fitter(times, plasma, TracerModel::tofts, 9);
    exec::ThreadTeam team(1);
    Trials trials;
    constexpr int count = 1000;
    for (std::uint64_t seed = 1; seed <= count; ++seed) {
        std::vector<double> course(clean.size(), 0.0);
        add_gaussian_noise(team, course, noise, seed, NoisePurpose::camera);
        for (std::size_t n = 0; n < course.size(); ++n) course[n] += clean[n];
        const TracerFit fit = fitter.fit(course);
        trials.transfer.push_back(fit.value.transfer * minute);
        trials.error.push_back(fit.error.transfer * minute);
        trials.significant += fit.is_significant() ? 1.0 / count : 0.0;
        trials.returning += fit.returns ? 1.0 / count : 0.0;
    }
    return trials;
}

TEST(TracerKinetics, NoiseAloneGivesNoTransferInTheMean) {
    for (const double noise : {0.02, 0.2}) {
        const Trials trials = noisy_fits(0.0, noise);
        double mean = 0.0, squares = 0.0;
        for (std::size_t n = 0; n < trials.transfer.size(); ++n) {
            const double z = trials.transfer[n] / trials.error[n];
            mean += z / 1000.0;
            squares += z * z / 1000.0;
        }
        EXPECT_NEAR(mean, 0.0, 0.1);  // three standard errors
        EXPECT_NEAR(squares, 1.0, 0.15);
        EXPECT_LT(trials.significant, 0.08);
        EXPECT_LT(trials.returning, 0.03);
    }
}

TEST(TracerKinetics, ErrorsAreThoseOfRepeatedCourses) {
    const Trials trials = noisy_fits(1.0, 0.02);
    double mean = 0.0, squares = 0.0, of_error = 0.0;
    for (std::size_t n = 0; n < trials.transfer.size(); ++n) {
        mean += trials.transfer[n] / 1000.0;
        of_error += trials.error[n] / 1000.0;
    }
    for (const double k : trials.transfer) squares += (k - mean) * (k - mean) / 1000.0;
    EXPECT_NEAR(mean, 0.2, 0.002);
    EXPECT_NEAR(of_error / std::sqrt(squares), 1.0, 0.07);
    EXPECT_NEAR(trials.returning, 1.0, 1e-9);
    EXPECT_NEAR(trials.significant, 1.0, 1e-9);
}

TEST(TracerKinetics, CoursesWithoutValuesAreNotFitted) {
    const std::vector<double> times = times_of(6, 5.0);
    const std::vector<double> some{0.0, 1.0, 2.0, 3.0, 4.0, 5.0};
    const std::vector<double> nothing(6, 0.0);
    EXPECT_FALSE(fit_tracer(times, some, nothing, TracerModel::patlak).found);
    const std::vector<double> two{0.0, 5.0};
    EXPECT_FALSE(fit_tracer(two, two, two, TracerModel::patlak).found);
    const TracerFit none = fit_tracer(times, nothing, some, TracerModel::tofts);
    EXPECT_TRUE(none.found);
    EXPECT_EQ(none.value.transfer, 0.0);
    EXPECT_THROW(fit_tracer(two, times, times, TracerModel::tofts), InputError);
    const std::vector<double> back{0.0, 5.0, 4.0, 15.0, 20.0, 25.0};
    EXPECT_THROW(fit_tracer(back, some, some, TracerModel::tofts), InputError);
}

TEST(TracerKinetics, AreaUnderACourse) {
    const std::vector<double> times{0.0, 10.0, 20.0, 40.0};
    const std::vector<double> course{7.0, 2.0, 2.0, 4.0};
    // Nothing is there at the start, and what came before is not looked at.
    EXPECT_DOUBLE_EQ(area_from(5.0, times, course, 5.0), 5.0);
    EXPECT_DOUBLE_EQ(area_from(5.0, times, course, 2.5), 1.25);
    EXPECT_DOUBLE_EQ(area_from(5.0, times, course, 25.0), 5.0 + 20.0 + 25.0);
    EXPECT_DOUBLE_EQ(area_from(5.0, times, course, 500.0), 5.0 + 20.0 + 60.0);
    EXPECT_DOUBLE_EQ(area_from(40.0, times, course, 500.0), 0.0);
}

TEST(TracerKinetics, ConcentrationComesBackFromTheSignal) {
    const SpoiledAgent agent{5.0, 25.0, 20e-3, 2e-3, 0.35};
    for (const double r1 : {0.4, 0.6, 2.0}) {
        const auto signal = [&](double c) {
            return mri::spoiled_gradient_echo(r1 + agent.r1 * c, agent.r2_star * c,
                                              agent.repetition_time, agent.echo_time, agent.flip);
        };
        for (const double c : {0.0, 0.01, 0.3, 2.0}) {
            const FoundConcentration found = concentration_of(signal(c) / signal(0.0), r1, agent);
            ASSERT_TRUE(found.found) << c;
            EXPECT_NEAR(found.value, c, 1e-6);
        }
        EXPECT_FALSE(concentration_of(1e3, r1, agent).found);
    }
    // No signal at all is what tissue that never relaxes would give.
    EXPECT_NEAR(concentration_of(0.0, 0.5, agent).value, -0.1, 1e-6);
    EXPECT_LT(concentration_of(-0.1, 0.5, agent).value, -0.1);
    EXPECT_FALSE(concentration_of(1.5, 0.0, agent).found);
}

TEST(TracerKinetics, SignalOfAMagnitude) {
    EXPECT_DOUBLE_EQ(signal_of_magnitude(5.0, 3.0, 1.0), 4.0);
    EXPECT_DOUBLE_EQ(signal_of_magnitude(7.0, 2.0, 3.0), std::sqrt(29.0));
    EXPECT_DOUBLE_EQ(signal_of_magnitude(3.0, 5.0, 1.0), -4.0);
    EXPECT_DOUBLE_EQ(signal_of_magnitude(3.0, 0.0, 4.0), 3.0);
    // In the mean the signal comes back: 4 and 3 standard deviations, one channel.
    exec::ThreadTeam team(1);
    for (const double signal : {3.0, 4.0}) {
        std::vector<double> re(200000, signal), im(200000, 0.0);
        add_gaussian_noise(team, re, 1.0, 3, NoisePurpose::camera);
        add_gaussian_noise(team, im, 1.0, 4, NoisePurpose::camera);
        double mean = 0.0;
        for (std::size_t n = 0; n < re.size(); ++n)
            mean += signal_of_magnitude(std::hypot(re[n], im[n]), 1.0, 1.0) / 200000.0;
        EXPECT_NEAR(mean, signal, 0.02 * signal);
    }
}

constexpr double transfer = 0.15 / minute;
constexpr double kep = 0.3 / minute;
constexpr double volume = 0.05;
constexpr double arrival = 40.0;  // s

/// A block of muscle with a tumour that takes up an agent from `arrival` on; muscle does at a
/// tenth.
ImagedObject object_at(double time) {
    ImagedObject object;
    object.grid = {16, 16, 2, {1e-3, 1e-3, 1e-3}, {}};
    object.regions = {{"body", "muscle", false, true}, {"tumour", "tumour", true, false}};
    ImagedAgent agent;
    agent.name = "gadolinium";
    agent.unit = "mol/m3";
    agent.relaxing = RelaxingAgent{};
    agent.relaxing->relaxivity.fill({4.5, 5.5, 6.0});
    object.agents = {agent};
    const Bolus bolus;
    const double t = time - arrival;
    const double tissue = volume * bolus.at(t) + transfer * bolus.kept(t, kep);
    AgentField field;
    for (index_t v = 0; v < object.grid.cell_count(); ++v) {
        const index_t i = v % 16, j = v / 16 % 16;
        const bool tumour = i >= 4 && i < 12 && j >= 4 && j < 12;
        object.region.push_back(tumour ? 1 : 0);
        field.concentration.push_back(tumour ? tissue : 0.1 * tissue);
    }
    object.fields = {field};
    return object;
}

MriSettings settings() {
    MriSettings mri;
    mri.sequence = "dce";
    mri.matrix = {16.0, 16.0};
    mri.slice_thickness = 1e-3;
    mri.repetition_time = 20e-3;
    mri.echo_time = 2e-3;
    mri.flip_angle = 0.4;
    mri.frame_time = 4.0;
    mri.filter = "none";
    mri.noise = false;
    return mri;
}

DynamicProtocol protocol() {
    DynamicProtocol p;
    p.times = times_of(90, 4.0);
    p.baseline = 10;
    for (const double t : p.times) p.plasma.push_back(Bolus{}.at(t + 2.0 - arrival));
    return p;
}

ScanResult scan(const MriSettings& mri, const DynamicProtocol& p, Tier tier, int threads = 2) {
    static matter::Library library(CARAVEL_SOURCE_DIR "/data");
    exec::ThreadTeam team(threads);
    return scan_mri_dynamic({team, library, 1, {}, {}}, object_at, mri, p, tier);
}

const Image& named(const ScanResult& result, const std::string& name) {
    const auto at = std::find_if(result.images.begin(), result.images.end(),
                                 [&](const Image& i) { return i.name == name; });
    if (at == result.images.end()) throw std::runtime_error("no image " + name);
    return *at;
}

double at(const Image& image, index_t i) {
    return image.values[static_cast<std::size_t>(image.grid.index(i, 8, 0))];
}

TEST(DynamicContrast, MapsHoldTheExchangeOfTheTissue) {
    for (const Tier tier : {Tier::image, Tier::acquisition}) {
        const ScanResult result = scan(settings(), protocol(), tier);
        EXPECT_EQ(named(result, "frame_90").unit, "1");
        const Image& ktrans = named(result, "ktrans");
        EXPECT_EQ(ktrans.unit, "1/min");
        EXPECT_NEAR(at(ktrans, 8), transfer * minute, 0.03 * transfer * minute);
        EXPECT_NEAR(at(ktrans, 1), 0.1 * transfer * minute, 0.005 * transfer * minute);
        EXPECT_NEAR(at(named(result, "kep"), 8), kep * minute, 0.05 * kep * minute);
        EXPECT_NEAR(at(named(result, "plasma_volume"), 8), volume, 0.1 * volume);
        EXPECT_EQ(std::count(ktrans.missing.begin(), ktrans.missing.end(), 1), 0);
        EXPECT_NEAR(at(named(result, "area"), 1) / at(named(result, "area"), 8), 0.1, 0.01);
    }
}

const CourseReading& course(const ScanResult& result, const std::string& region,
                            const std::string& name) {
    const auto at =
        std::find_if(result.courses.begin(), result.courses.end(),
                     [&](const CourseReading& c) { return c.region == region && c.name == name; });
    if (at == result.courses.end()) throw std::runtime_error("no course " + name);
    return *at;
}

DynamicProtocol protocol_with_constants() {
    DynamicProtocol p = protocol();
    p.constants = {{0.1 * transfer, kep, 0.1 * volume}, {transfer, kep, volume}};
    return p;
}

TEST(DynamicContrast, TruthStandsBesideTheMapsAndTheRegions) {
    const ScanResult result = scan(settings(), protocol_with_constants(), Tier::image);
    const auto true_at = [](const Image& image, index_t i) {
        return image.truth[static_cast<std::size_t>(image.grid.index(i, 8, 0))];
    };
    EXPECT_NEAR(true_at(named(result, "ktrans"), 8), 0.15, 1e-12);
    EXPECT_NEAR(true_at(named(result, "ktrans"), 1), 0.015, 1e-12);
    EXPECT_NEAR(true_at(named(result, "kep"), 8), 0.3, 1e-12);
    EXPECT_NEAR(true_at(named(result, "plasma_volume"), 1), 0.005, 1e-12);
    const Image& area = named(result, "area");
    EXPECT_NEAR(at(area, 8) / true_at(area, 8), 1.0, 0.02);
    const CourseReading& ktrans = course(result, "tumour", "ktrans_course");
    EXPECT_EQ(ktrans.unit, "1/min");
    EXPECT_NEAR(ktrans.truth, 0.15, 1e-12);
    // The point spread mixes a tenth as much muscle into the rim, as into the mean of the map.
    EXPECT_NEAR(ktrans.value, 0.15, 0.06 * 0.15);
    double map = 0.0;
    for (index_t v = 0; v < 512; ++v)
        if (v % 16 >= 4 && v % 16 < 12 && v / 16 % 16 >= 4 && v / 16 % 16 < 12)
            map += named(result, "ktrans").values[static_cast<std::size_t>(v)] / 128.0;
    EXPECT_NEAR(ktrans.value, map, 0.01 * map);
    EXPECT_NEAR(course(result, "tumour", "kep_course").value, 0.3, 0.02);
    EXPECT_NEAR(course(result, "tumour", "plasma_volume_course").value, 0.05, 0.005);
    EXPECT_NEAR(course(result, "tumour", "ktrans_median").value, 0.15, 0.02 * 0.15);
    EXPECT_TRUE(std::isnan(
        course(scan(settings(), protocol(), Tier::image), "tumour", "ktrans_course").truth));
    EXPECT_THROW(course(result, "body", "ktrans_course"), std::runtime_error);  // background
    DynamicProtocol wrong = protocol_with_constants();
    wrong.constants.pop_back();
    EXPECT_THROW(scan(settings(), wrong, Tier::image), InputError);
}

/// A twentieth of the agent, at a noise in which single voxels show little; seed 0: no noise.
ScanResult weak_scan(std::uint64_t seed) {
    constexpr double share = 0.05;
    MriSettings mri = settings();
    mri.noise = seed > 0;
    mri.snr = 6000.0;
    const MovingObject weak = [](double time) {
        ImagedObject object = object_at(time);
        for (double& c : object.fields.front().concentration) c *= share;
        return object;
    };
    DynamicProtocol p = protocol();
    for (std::size_t n = 0; n < p.plasma.size(); ++n) p.plasma[n] *= share;
    static matter::Library library(CARAVEL_SOURCE_DIR "/data");
    exec::ThreadTeam team(2);
    return scan_mri_dynamic({team, library, seed, {}, {}}, weak, mri, p, Tier::image);
}

TEST(DynamicContrast, NoiseDoesNotLiftTheTransferOfARegion) {
    const CourseReading clean = course(weak_scan(0), "tumour", "ktrans_course");
    double z = 0.0, squares = 0.0, of_voxels = 0.0;
    constexpr int scans = 12;
    for (std::uint64_t seed = 1; seed <= scans; ++seed) {
        const ScanResult result = weak_scan(seed);
        const CourseReading k = course(result, "tumour", "ktrans_course");
        const double own = (k.value - clean.value) / k.error;
        z += own / scans;
        squares += own * own / scans;
        const CourseReading median = course(result, "tumour", "ktrans_median");
        of_voxels += (median.value - clean.value) / median.error / scans;
    }
    std::cout << "region's course: mean z " << z << ", mean square " << squares
              << "; median of voxels: mean z " << of_voxels << "\n";
    EXPECT_NEAR(z, 0.0, 3.0 / std::sqrt(12.0));
    EXPECT_LT(squares, 3.0);
    EXPECT_NEAR(of_voxels, 0.0, 3.0 / std::sqrt(12.0));
}

TEST(DynamicContrast, AReturnThatNoFitKeepsIsMissingNotNought) {
    const ScanResult result = weak_scan(1);
    const Image& kep_map = named(result, "kep");
    const Image& ktrans = named(result, "ktrans");
    std::vector<double> kept;  // in the tumour
    index_t gone = 0;
    for (index_t v = 0; v < kep_map.grid.cell_count(); ++v) {
        const auto i = static_cast<std::size_t>(v);
        if (ktrans.missing[i] == 0 && kep_map.missing[i] != 0) ++gone;
        if (kep_map.missing[i] != 0) continue;
        EXPECT_EQ(ktrans.missing[i], 0);
        EXPECT_GT(kep_map.values[i], 0.0);
        const bool tumour = v % 16 >= 4 && v % 16 < 12 && v / 16 % 16 >= 4 && v / 16 % 16 < 12;
        if (tumour) kept.push_back(kep_map.values[i]);
    }
    std::cout << "return unknown in " << gone << " voxels, kept in " << kept.size()
              << " of the tumour\n";
    EXPECT_GT(gone, 10);
    ASSERT_GT(kept.size(), 10u);
    EXPECT_LT(kept.size(), 128u);
    const CourseReading median = course(result, "tumour", "kep_median");
    EXPECT_DOUBLE_EQ(median.value, quantile(kept, 0.5));
    EXPECT_GT(median.value, 0.0);
}

TEST(DynamicContrast, ARegionWithoutTransferSaysSo) {
    // Muscle is the background, so the tumour alone can be silent: no agent outside of its vessels.
    MriSettings mri = settings();
    mri.noise = true;
    const MovingObject vessels = [](double time) {
        ImagedObject object = object_at(time);
        object.fields.front().concentration.assign(object.region.size(),
                                                   volume * Bolus{}.at(time - arrival));
        return object;
    };
    matter::Library library(CARAVEL_SOURCE_DIR "/data");
    exec::ThreadTeam team(2);
    const ScanResult result =
        scan_mri_dynamic({team, library, 3, {}, {}}, vessels, mri, protocol(), Tier::image);
    const CourseReading& k = course(result, "tumour", "ktrans_course");
    EXPECT_LT(std::abs(k.value), 1.96 * k.error);
    ASSERT_EQ(result.notes.size(), 1u);
    EXPECT_NE(result.notes[0].find("transfer constant of tumour cannot be told from 0"),
              std::string::npos);
}

TEST(DynamicContrast, PatlakSlopeIsTheTransferWhereNothingReturns) {
    DynamicProtocol p = protocol();
    p.model = TracerModel::patlak;
    const ScanResult result = scan(settings(), p, Tier::image);
    // Agent that returns makes the slope too small.
    EXPECT_LT(at(named(result, "ktrans"), 8), 0.8 * transfer * minute);
    EXPECT_THROW(named(result, "kep"), std::runtime_error);
}

TEST(DynamicContrast, NoiseIsFlaggedAndThreadsChangeNothing) {
    MriSettings mri = settings();
    mri.noise = true;
    mri.snr = 300.0;
    const ScanResult one = scan(mri, protocol(), Tier::image, 1);
    const ScanResult three = scan(mri, protocol(), Tier::image, 3);
    for (std::size_t n = 0; n < one.images.size(); ++n) {
        EXPECT_EQ(one.images[n].values, three.images[n].values);
        for (const double value : one.images[n].values) EXPECT_TRUE(std::isfinite(value));
    }
    mri.snr = 0.01;
    const Image dark = named(scan(mri, protocol(), Tier::image), "ktrans");
    EXPECT_GT(std::count(dark.missing.begin(), dark.missing.end(), 1), 400);
}

double mean_of(const std::vector<double>& values) {
    double sum = 0.0;
    for (const double v : values) sum += v;
    return sum / static_cast<double>(values.size());
}

double deviation_of(const std::vector<double>& values) {
    const double mean = mean_of(values);
    double sum = 0.0;
    for (const double v : values) sum += (v - mean) * (v - mean);
    return std::sqrt(sum / static_cast<double>(values.size() - 1));
}

/// Values of an image in muscle.
std::vector<double> muscle_of(const Image& image) {
    std::vector<double> values;
    for (index_t v = 0; v < image.grid.cell_count(); ++v)
        if (v % 16 < 4 || v % 16 >= 12) values.push_back(image.values[static_cast<std::size_t>(v)]);
    return values;
}

TEST(DynamicContrast, NoiseOfTheAreaIsThatOfItsFramesAndTheBaselinesMean) {
    MriSettings mri = settings();
    mri.noise = true;
    mri.snr = 1e4;
    DynamicProtocol p;
    p.times = times_of(30, 4.0);
    p.baseline = 8;
    const MovingObject rest = [](double) { return object_at(0.0); };
    matter::Library library(CARAVEL_SOURCE_DIR "/data");
    exec::ThreadTeam team(2);
    const ScanResult result =
        scan_mri_dynamic({team, library, 5, {}, {}}, rest, mri, p, Tier::image);
    // Relative noise of a frame, and what it is as a concentration.
    double relative = 0.0;
    for (std::size_t n = 1; n <= 30; ++n) {
        const std::vector<double> frame = muscle_of(named(result, "frame_" + std::to_string(n)));
        relative += deviation_of(frame) / mean_of(frame) / 30.0;
    }
    const MriMaps maps = mri_maps(team, object_at(0.0), library, mri.field);
    const SpoiledAgent agent{4.5, 6.0, mri.repetition_time, mri.echo_time, mri.flip_angle};
    const double slope = (concentration_of(1.001, maps.r1.front(), agent).value -
                          concentration_of(0.999, maps.r1.front(), agent).value) /
                         0.002;
    // Baseline to 32 s, then 60 s: frames at 34 s (weight 3 s), 38 ... 86 s (4 s each), 90 s
    // (2 + 1.5 s: the last trapezoid ends half-way to 94 s), 94 s (0.5 s). The mean of 8 baseline
    // frames is in all of it.
    const double own = 9.0 + 13.0 * 16.0 + 3.5 * 3.5 + 0.25;
    const double expected = slope * relative * std::sqrt(own + 60.0 * 60.0 / 8.0);
    EXPECT_NEAR(deviation_of(muscle_of(named(result, "area"))) / expected, 1.0, 0.13);
    EXPECT_NEAR(mean_of(muscle_of(named(result, "area"))), 0.0, 4.0 * expected / std::sqrt(256.0));
}

TEST(DynamicContrast, ASeriesTooShortForItsAreaSaysSo) {
    DynamicProtocol p = protocol();
    EXPECT_TRUE(scan(settings(), p, Tier::image).notes.empty());
    p.times.resize(20);  // 40 s after the baseline, the last middle at 38 s
    p.plasma.clear();
    const ScanResult result = scan(settings(), p, Tier::image);
    ASSERT_EQ(result.notes.size(), 1u);
    EXPECT_NE(result.notes[0].find("38 s after the baseline instead of 60 s"), std::string::npos);
}

TEST(DynamicContrast, FramesWithoutPausesStartOneAfterTheOther) {
    MriSettings mri = settings();
    mri.frames = 3;
    EXPECT_EQ(dynamic_starts(mri, 4.0), (std::vector<double>{0.0, 4.0, 8.0}));
}

TEST(DynamicContrast, WithoutPlasmaOnlyTheAreaIsRead) {
    DynamicProtocol p = protocol();
    p.plasma.clear();
    const ScanResult result = scan(settings(), p, Tier::image);
    EXPECT_GT(at(named(result, "area"), 8), 0.0);
    EXPECT_THROW(named(result, "ktrans"), std::runtime_error);
}

TEST(DynamicContrast, ProtocolsThatMakeNoSenseAreRefused) {
    const auto refused = [](const MriSettings& mri, const DynamicProtocol& p) {
        EXPECT_THROW(scan(mri, p, Tier::image), InputError);
    };
    DynamicProtocol p = protocol();
    p.times[5] += 1.0;  // leaves frame 6 no room
    refused(settings(), p);
    p = protocol();
    p.times.clear();
    refused(settings(), p);
    p = protocol();
    p.baseline = 0;
    refused(settings(), p);
    p = protocol();
    p.plasma.pop_back();
    refused(settings(), p);
    p = protocol();
    p.agent = 3;
    refused(settings(), p);
    MriSettings other = settings();
    other.sequence = "gre";
    refused(other, protocol());
}

}  // namespace
}  // namespace caravel::imaging
