// Signals that JEMRIS 2.9 computed for an EPI of 100 x 100 samples, reproduced from its phantoms.
// Facts about these files: a phantom holds M0, R1, R2, R2* (1/ms) and the off-resonance in rad/s
// ("DB") per voxel, x fastest, 1 mm apart, centred; JEMRIS turns the other way round (conjugate
// signal) and divides by the number of spins. It moves every spin by normal noise of 1 % of a voxel
// along each axis (its default), which no other program can repeat: for small moves the relative
// error is sqrt(sum |m|^2 sigma^2 k^2) / |S| and that is what is left in case b. Its integrator
// (Adams, tolerances of 1e-6 and 1e-8, restarted at every block) errs in the phase by 0.002 to
// 0.007 rad up to 5 cm from the centre and by 0.03 rad at 10 cm, as VODE does at the same
// tolerances: that is of the size of what is left besides in case a, whose column reaches 10 cm.
#include "caravel/imaging/mri/isochromat.hpp"
#include "caravel/imaging/mri/pulseq_reader.hpp"
#include "caravel/imaging/noise.hpp"
#include "support/shared_data.hpp"
#include "validation/hdf5_numbers.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <iostream>
#include <numbers>

namespace caravel::imaging::mri {
namespace {

using Complex = std::complex<double>;
using std::numbers::pi;

SpinPopulation read_phantom(const std::filesystem::path& path, double shift_unit) {
    const test::Hdf5Numbers data = test::read_hdf5_numbers(path, "sample/data");
    const std::size_t ny = data.size.at(0), nx = data.size.at(1);
    SpinPopulation spins;
    for (std::size_t i = 0; i < nx * ny; ++i) {
        const double* const v = &data.values[5 * i];
        if (v[0] <= 0.0) continue;
        const auto centred = [](std::size_t at, std::size_t n) {
            return 1e-3 * (static_cast<double>(at) - 0.5 * static_cast<double>(n - 1));
        };
        spins.x.push_back(centred(i % nx, nx));
        spins.y.push_back(centred(i / nx, ny));
        spins.density.push_back(v[0]);
        spins.r1.push_back(1e3 * v[1]);
        spins.r2.push_back(1e3 * v[2]);
        spins.off_resonance.push_back(v[4] * shift_unit);
    }
    return spins;
}

std::vector<Complex> read_signal(const std::filesystem::path& path) {
    const test::Hdf5Numbers data = test::read_hdf5_numbers(path, "signal/channels/00");
    std::vector<Complex> signal;
    for (std::size_t i = 0; i < data.size.at(0); ++i) {
        signal.emplace_back(data.values[3 * i], -data.values[3 * i + 1]);
    }
    return signal;
}

struct Errors {
    double of_norm;   // |difference| / |signal|
    double of_peak;   // root mean square of the difference / largest |signal|
    double expected;  // of_norm by the moves of the spins
};

Errors compare(const std::filesystem::path& folder, const char* phantom, const char* signal,
               Precision precision, double shift_unit = 1.0) {
    const Sequence sequence = read_pulseq(folder / "epi_100x100_TE100_FOV230.seq");
    SpinPopulation spins = read_phantom(folder / phantom, shift_unit);
    const std::vector<Complex> jemris = read_signal(folder / signal);
    exec::ThreadTeam team(2);
    BlochOptions options;
    options.precision = precision;
    const SignalSamples own = simulate_signal(team, sequence, spins, options);
    const std::vector<Vector3> k = k_trajectory(sequence);
    const auto n = static_cast<double>(spins.size());
    double difference = 0.0, norm = 0.0, peak = 0.0, moved = 0.0;
    for (std::size_t i = 0; i < jemris.size(); ++i) {
        difference += std::norm(own.value[i] / n - jemris[i]);
        norm += std::norm(jemris[i]);
        peak = std::max(peak, std::abs(jemris[i]));
        double weight = 0.0;
        for (std::size_t s = 0; s < spins.density.size(); ++s) {
            const double m = spins.density[s] * std::exp(-spins.r2[s] * own.time[i]) / n;
            weight += m * m;
        }
        const double q = 2.0 * pi * 1e-5;
        moved += weight * q * q * (k[i][0] * k[i][0] + k[i][1] * k[i][1]);
    }
    return {std::sqrt(difference / norm),
            std::sqrt(difference / static_cast<double>(jemris.size())) / peak,
            std::sqrt(moved / norm)};
}

std::optional<std::filesystem::path> folder() {
    const auto shared = test::shared_data();
    if (!shared) return std::nullopt;
    return *shared / "imaging/jemris_koma";
}

TEST(JemrisSignals, ColumnIsReproduced) {
    if (!folder()) GTEST_SKIP() << test::data_not_present;
    const Errors e = compare(*folder(), "column1d.h5", "signals_jemris_a.column1d.h5",
                             Precision::double_precision);
    EXPECT_LT(e.of_peak, 0.002);  // measured 0.00088
    // A known miss of 0.2 % of the norm: 1.07 %, of which JEMRIS's moves of 200 spins explain 0.80;
    // the rest is of the size of its integrator's error.
    EXPECT_GT(e.of_norm, 0.002);
    EXPECT_LT(e.of_norm, 0.0108);
    EXPECT_NEAR(e.expected, 0.0080, 0.0002);
}

TEST(JemrisSignals, SpheresWithChemicalShiftAreReproduced) {
    if (!folder()) GTEST_SKIP() << test::data_not_present;
    const Errors e = compare(*folder(), "sphere_chemical_shift.h5", "signals_jemris_b.spheresCS.h5",
                             Precision::double_precision);
    EXPECT_LT(e.of_peak, 0.002);  // measured 0.00021
    // A known miss of 0.2 % of the norm: 0.67 %, all of it JEMRIS's moves of the spins.
    EXPECT_GT(e.of_norm, 0.002);
    EXPECT_NEAR(e.of_norm / e.expected, 1.0, 0.03);
}

/// Share of the signal's norm by which one signal differs from another, over all samples and over
/// tenths of the samples in time.
struct Difference {
    double all = 0.0;
    std::array<double, 10> tenth{};
};

Difference difference(const std::vector<Complex>& a, const std::vector<Complex>& b,
                      const std::vector<Complex>& signal) {
    Difference d;
    double norm = 0.0;
    for (std::size_t i = 0; i < signal.size(); ++i) {
        norm += std::norm(signal[i]);
        d.tenth[i * d.tenth.size() / signal.size()] += std::norm(a[i] - b[i]);
    }
    for (double& t : d.tenth) {
        d.all += t / norm;
        t = std::sqrt(t / norm);
    }
    d.all = std::sqrt(d.all);
    return d;
}

/// Signals of the case with spins moved as JEMRIS moves them, each by its own random numbers.
struct Moved {
    std::vector<Complex> jemris{}, at_rest{};
    std::vector<std::vector<Complex>> moved{};
};

Moved moved_signals(const char* phantom, const char* signal) {
    const Sequence sequence = read_pulseq(*folder() / "epi_100x100_TE100_FOV230.seq");
    const SpinPopulation at_rest = read_phantom(*folder() / phantom, 1.0);
    exec::ThreadTeam team(2);
    const auto signal_of = [&](SpinPopulation population) {
        std::vector<Complex> samples = simulate_signal(team, sequence, population, {}).value;
        for (Complex& s : samples) s /= static_cast<double>(population.size());
        return samples;
    };
    Moved all{read_signal(*folder() / signal), signal_of(at_rest), {}};
    constexpr double hundredth_of_a_voxel = 1e-5;  // m
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
        SpinPopulation own = at_rest;
        add_gaussian_noise(team, own.x, hundredth_of_a_voxel, seed, NoisePurpose::camera, 0);
        add_gaussian_noise(team, own.y, hundredth_of_a_voxel, seed, NoisePurpose::camera, 1);
        all.moved.push_back(signal_of(own));
    }
    return all;
}

/// Mean and deviation of a number of the differences that moves alone make.
template <class Number>
std::array<double, 2> spread(const Moved& all, const Number& number) {
    double sum = 0.0, squares = 0.0;
    for (const auto& own : all.moved) {
        const double x = number(difference(own, all.at_rest, all.at_rest));
        sum += x;
        squares += x * x;
    }
    const auto n = static_cast<double>(all.moved.size());
    return {sum / n, std::sqrt((squares - sum * sum / n) / (n - 1.0))};
}

// The gate of 0.2 % of the norm asks for more than JEMRIS agrees with itself: two of its runs
// differ by the moves of their spins, which follow the clock.
TEST(JemrisSignals, TwoRunsOfJemrisWouldDifferByMoreThanTheGate) {
    if (!folder()) GTEST_SKIP() << test::data_not_present;
    const Moved a = moved_signals("column1d.h5", "signals_jemris_a.column1d.h5");
    const Moved b = moved_signals("sphere_chemical_shift.h5", "signals_jemris_b.spheresCS.h5");
    for (const Moved* all : {&a, &b}) {
        for (std::size_t n = 1; n < all->moved.size(); ++n)
            EXPECT_GT(difference(all->moved[n], all->moved[n - 1], all->at_rest).all, 0.008);
        for (const auto& own : all->moved)
            EXPECT_GT(difference(own, all->at_rest, all->at_rest).all, 0.006);
    }
}

TEST(JemrisSignals, CaseBDiffersAsSpinsThatAreMovedDo) {
    if (!folder()) GTEST_SKIP() << test::data_not_present;
    const Moved b = moved_signals("sphere_chemical_shift.h5", "signals_jemris_b.spheresCS.h5");
    const Difference own = difference(b.jemris, b.at_rest, b.at_rest);
    const auto [mean, deviation] = spread(b, [](const Difference& d) { return d.all; });
    std::cout << "case b: " << own.all << ", moved spins " << mean << " +- " << deviation << "\n";
    EXPECT_NEAR(own.all, mean, 3.0 * deviation);
    for (std::size_t t = 0; t < 4; ++t) {
        const auto [m, s] = spread(b, [t](const Difference& d) { return d.tenth[t]; });
        EXPECT_NEAR(own.tenth[t], m, 3.0 * s) << t;
    }
}

// The column reaches 10 cm: early samples differ as moved spins do, later ones by more and more, as
// the error of JEMRIS's integrator does. A known miss.
TEST(JemrisSignals, CaseADiffersByMoreThanMovesLateInTheTrain) {
    if (!folder()) GTEST_SKIP() << test::data_not_present;
    const Moved a = moved_signals("column1d.h5", "signals_jemris_a.column1d.h5");
    const Difference own = difference(a.jemris, a.at_rest, a.at_rest);
    double before = 0.0;
    for (std::size_t t = 0; t < own.tenth.size(); ++t) {
        const auto [m, s] = spread(a, [t](const Difference& d) { return d.tenth[t]; });
        std::cout << "case a, tenth " << t << ": " << own.tenth[t] << ", moved spins " << m
                  << " +- " << s << "\n";
        if (t < 3) {
            EXPECT_NEAR(own.tenth[t], m, 3.0 * s) << t;
            continue;
        }
        const double excess = std::sqrt(own.tenth[t] * own.tenth[t] - m * m);
        EXPECT_GT(excess, 0.98 * before) << t;
        before = excess;
    }
    EXPECT_NEAR(before, 0.0034, 0.0003);
}

TEST(JemrisSignals, SinglePrecisionIsAsNear) {
    if (!folder()) GTEST_SKIP() << test::data_not_present;
    const Errors e = compare(*folder(), "sphere_chemical_shift.h5", "signals_jemris_b.spheresCS.h5",
                             Precision::single_precision);
    EXPECT_LT(e.of_peak, 0.002);
    EXPECT_NEAR(e.of_norm / e.expected, 1.0, 0.03);
}

TEST(JemrisSignals, OffResonanceOfPhantomsIsInRadiansPerSecond) {
    if (!folder()) GTEST_SKIP() << test::data_not_present;
    for (const double unit : {2.0 * pi, -1.0, 0.0}) {
        const Errors e =
            compare(*folder(), "sphere_chemical_shift.h5", "signals_jemris_b.spheresCS.h5",
                    Precision::single_precision, unit);
        EXPECT_GT(e.of_norm, 0.2) << unit;
    }
}

}  // namespace
}  // namespace caravel::imaging::mri
