#include "caravel/imaging/xray/xray_dose.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/imaging/noise.hpp"

#include <cmath>
#include <numbers>
#include <vector>

namespace caravel::imaging {
namespace {

constexpr index_t pieces = 16;
constexpr int histories = 2000;                     // of a piece
constexpr double water_density = 1000.0;            // kg/m3
constexpr double lowest_energy = kiloelectronvolt;  // J, absorbed at once

/// Way (m) to the surface of the cylinder around z.
double way_out(const Vector3& at, const Vector3& d, double radius) {
    const double across = d[0] * d[0] + d[1] * d[1];
    if (across < 1e-12) return 1e3 * radius;
    const double b = (at[0] * d[0] + at[1] * d[1]) / across;
    const double c = (at[0] * at[0] + at[1] * at[1] - radius * radius) / across;
    return -b + std::sqrt(std::max(0.0, b * b - c));
}

/// Energy (J) that one photon leaves behind.
double left_behind(exec::RandomStream& stream, const WaterTable& water, double energy,
                   double radius) {
    const double x = radius * (2.0 * exec::uniform(stream) - 1.0);
    Vector3 at{x, -std::sqrt(radius * radius - x * x), 0.0};
    Vector3 direction{0.0, 1.0, 0.0};
    double left = 0.0;
    while (energy > lowest_energy) {
        const double path = exec::exponential(stream, 1.0 / water.attenuation(energy));
        if (path >= way_out(at, direction, radius)) return left;
        for (std::size_t a = 0; a < 3; ++a) at[a] += path * direction[a];
        if (exec::uniform(stream) >= water.scattered_share(energy)) break;
        const ComptonEvent event = sample_compton(stream, energy);
        left += energy - event.energy;
        energy = event.energy;
        direction = turned(stream, direction, event.cosine);
    }
    return left + energy;
}

}  // namespace

double cylinder_dose(exec::ThreadTeam& team, const WaterTable& water, const PhotonSpectrum& beam,
                     double radius, std::uint64_t seed) {
    std::vector<double> cumulated;
    double sum = 0.0;
    for (const double photons : beam.photons) cumulated.push_back(sum += photons);
    if (!(sum > 0.0) || !(radius > 0.0)) return 0.0;
    std::vector<double> energy(pieces);
    team.run(pieces, [&](index_t piece) {
        exec::RandomStream stream(seed, static_cast<std::uint32_t>(NoisePurpose::walk),
                                  0xD05E0000U + static_cast<std::uint64_t>(piece));
        double left = 0.0;
        std::size_t bin = 0;
        for (int i = 0; i < histories; ++i) {
            // energies in even steps of the spectrum instead of by chance
            const double u = sum * (i + exec::uniform(stream)) / histories;
            while (bin + 1 < cumulated.size() && cumulated[bin] < u) ++bin;
            left += left_behind(stream, water, beam.energy[bin], radius);
        }
        energy[static_cast<std::size_t>(piece)] = left;
    });
    double total = 0.0;
    for (const double left : energy) total += left;
    const double per_photon = total / (static_cast<double>(pieces) * histories);
    return sum * 2.0 * radius * per_photon / (std::numbers::pi * radius * radius * water_density);
}

}  // namespace caravel::imaging
