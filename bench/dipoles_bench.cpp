// The discrete dipole approximation. Gate: a 64^3 gold nanocage spectrum, 50 wavelengths, averaged
// over orientations, within 5 min on two threads and 4 GB. Peer: ADDA 1.4 takes 17 to 20 s per
// wavelength for an 8,300-dipole gold rod at 800 to 900 nm.
#include "caravel/formulation/optics/dipoles_orientation.hpp"
#include "caravel/formulation/optics/lanczos.hpp"

#include <benchmark/benchmark.h>

#include <cmath>
#include <numbers>

namespace {

using namespace caravel;
using namespace caravel::formulation::optics;
using Complex = std::complex<double>;

constexpr double water = 1.33;

double wavenumber(double wavelength) { return 2.0 * std::numbers::pi * water / wavelength; }

/// Gold in closed form: Drude and two critical points (P. Etchegoin, E. Le Ru and M. Meyer 2006, J
/// Chem Phys 125:164705), over that of water; wavelength in m.
Complex gold_in_water(double wavelength) {
    constexpr Complex i(0.0, 1.0);
    const double l = wavelength * 1e9;
    const auto critical = [&](double a, double lc, double mu) {
        const Complex turn = std::polar(1.0, -std::numbers::pi / 4.0);
        return a / lc *
               (turn / (1.0 / lc - 1.0 / l - i / mu) +
                std::conj(turn) / (1.0 / lc + 1.0 / l + i / mu));
    };
    const Complex drude = 1.0 / (177.5 * 177.5 * (1.0 / (l * l) + i / (14500.0 * l)));
    return (1.54 - drude + critical(1.27, 470.0, 1900.0) + critical(1.1, 325.0, 1060.0)) /
           (water * water);
}

std::vector<double> wavelengths(double first, double last, int count) {
    std::vector<double> values;
    for (int i = 0; i < count; ++i) values.push_back(first + (last - first) * i / (count - 1));
    return values;
}

QuasiStaticOptions serving(const std::vector<double>& spectrum) {
    QuasiStaticOptions options;
    for (const double wavelength : spectrum) options.targets.push_back(gold_in_water(wavelength));
    return options;
}

void run_spectrum(benchmark::State& state, const LatticeShape& lattice) {
    exec::ThreadTeam team(2);
    const std::vector<double> spectrum = wavelengths(500e-9, 1000e-9, 50);
    double peak = 0.0;
    SpectralResponse response;
    for (auto _ : state) {
        response = quasi_static_response(lattice.shape, lattice.spacing, serving(spectrum), team);
        for (const double wavelength : spectrum) {
            const CrossSections c =
                response.cross_sections(gold_in_water(wavelength), wavenumber(wavelength));
            peak = std::max(peak, c.extinction);
        }
    }
    double change = 0.0;
    for (const double wavelength : spectrum) {
        change = std::max(change, response.convergence(gold_in_water(wavelength)));
    }
    state.counters["dipoles"] = static_cast<double>(dipole_count(lattice.shape));
    state.counters["steps"] = static_cast<double>(response.axes[0].diagonal.size());
    state.counters["convergence"] = change;
    state.counters["peak_nm2"] = peak * 1e18;
}

// gate: 300 s
void cage_spectrum(benchmark::State& state) {
    run_spectrum(state, lattice_cage(50e-9, 7.8125e-9, 12e-9, 50e-9 / 64.0));
    state.SetLabel("gate 300 s");
}

// ADDA: 50 wavelengths x 17 to 20 s
void rod_spectrum(benchmark::State& state) {
    run_spectrum(state, lattice_rod(52e-9, 14e-9, 0.95e-9));
    state.SetLabel("ADDA 850 to 1000 s");
}

// ADDA: 17 to 20 s
void rod_full_wave(benchmark::State& state) {
    exec::ThreadTeam team(2);
    const LatticeShape lattice = lattice_rod(52e-9, 14e-9, 0.95e-9);
    const double wavelength = 850e-9;
    const Complex m = std::sqrt(gold_in_water(wavelength));
    const PlaneWave wave{{1.0, 0.0, 0.0}, {0.0, 0.0, 1.0}};
    FullWaveResult result;
    for (auto _ : state) {
        result = full_wave(lattice.shape, lattice.spacing, wavenumber(wavelength), {&m, 1}, wave,
                           {}, team);
    }
    state.counters["dipoles"] = static_cast<double>(dipole_count(lattice.shape));
    state.counters["steps"] = static_cast<double>(result.residuals.size() - 1);
    state.SetLabel("ADDA 17 to 20 s per wavelength");
}

void product(benchmark::State& state) {
    exec::ThreadTeam team(2);
    const LatticeShape lattice = lattice_cube(1.0, 1.0 / static_cast<double>(state.range(0)));
    InteractionOperator interaction(lattice.shape, Coupling::quasi_static, 0.0, team);
    const std::vector<double> x(static_cast<std::size_t>(3 * interaction.dipoles()), 1.0);
    std::vector<double> y(x.size());
    for (auto _ : state) interaction.apply(team, x, y);
    state.counters["MB"] = static_cast<double>(interaction.memory()) / 1e6;
}

BENCHMARK(product)->ArgName("cube")->Arg(32)->Arg(64)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(rod_spectrum)->Unit(benchmark::kSecond)->UseRealTime()->Iterations(1);
BENCHMARK(rod_full_wave)->Unit(benchmark::kSecond)->UseRealTime()->Iterations(1);
BENCHMARK(cage_spectrum)->Unit(benchmark::kSecond)->UseRealTime()->Iterations(1);

}  // namespace
