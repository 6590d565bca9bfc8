// A spectrum of 100 wavelengths, 400 to 1192 nm, of a gold spheroid of 20 x 100 nm in water: all
// cross-sections, orientations and anisotropies, relative error 1e-10. Gate: 0.2 s. The Matlab
// package SMARTIES takes 6 s for one T-matrix of order 50.
#include "caravel/formulation/optics/spheroid.hpp"
#include "caravel/formulation/optics/spheroid_near_field.hpp"

#include <benchmark/benchmark.h>

#include <complex>
#include <numbers>

namespace {

using namespace caravel::formulation::optics;
using Complex = std::complex<double>;

/// Gold as a Drude metal with two critical points; wavelength in nm.
Complex gold(double wavelength) {
    const Complex i(0.0, 1.0);
    const double l = wavelength;
    const Complex turn = std::polar(1.0, -std::numbers::pi / 4.0);
    const auto critical_point = [&](double amplitude, double li, double mu) {
        return amplitude / li *
               (turn / (1.0 / li - 1.0 / l - i / mu) +
                std::conj(turn) / (1.0 / li + 1.0 / l + i / mu));
    };
    return 1.54 * (1.0 - 1.0 / (177.5 * 177.5 * (1.0 / (l * l) + i / (14500.0 * l)))) +
           critical_point(1.27, 470.0, 1900.0) + critical_point(1.1, 325.0, 1060.0);
}

void gold_rod_spectrum(benchmark::State& state) {
    for (auto _ : state) {
        for (int j = 0; j < 100; ++j) {
            const double wavelength = 400.0 + 8.0 * j;
            const double k = 2.0 * std::numbers::pi * 1.33 / wavelength;
            benchmark::DoNotOptimize(
                spheroid_cross_sections(10.0, 50.0, k, std::sqrt(gold(wavelength)) / 1.33));
        }
    }
}

void one_matrix_of_order_50(benchmark::State& state) {
    SpheroidOptions options;
    options.order = 50;
    for (auto _ : state)
        benchmark::DoNotOptimize(solve_spheroid(1.0, 10.0, 1.0, {1.5, 0.02}, options));
}

void surface_field_of_a_disc(benchmark::State& state) {
    const double k = 2.0 * std::numbers::pi * 1.33 / 650.0;
    for (auto _ : state)
        benchmark::DoNotOptimize(spheroid_surface_field(
            45.0, 15.0, k, std::sqrt(gold(650.0)) / 1.33, Incidence::field_along_axis));
}

BENCHMARK(gold_rod_spectrum)->Unit(benchmark::kMillisecond);
BENCHMARK(one_matrix_of_order_50)->Unit(benchmark::kMillisecond);
BENCHMARK(surface_field_of_a_disc)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
