#include "caravel/imaging/xray/compton_walk.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/imaging/compton.hpp"
#include "caravel/imaging/xray/tissue_attenuation.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace caravel::imaging {
namespace {

constexpr double highest = 150.0;  // keV

}  // namespace

WaterTable::WaterTable(const PhotonTables& photons, matter::Library& library) {
    const matter::Composition water = tissue_composition(library, "water");
    const double density = tissue_density(library, "water");
    for (double energy = 1.0; energy <= highest; energy += 1.0) {
        const double photo = mass_attenuation(photons, water, energy * kiloelectronvolt,
                                              matter::PhotonProcess::photo);
        const double compton = mass_attenuation(photons, water, energy * kiloelectronvolt,
                                                matter::PhotonProcess::compton);
        attenuation_.push_back(density * (photo + compton));
        share_.push_back(compton / (photo + compton));
    }
}

double WaterTable::at(const std::vector<double>& table, double energy) const {
    const double x = std::clamp(energy / kiloelectronvolt - 1.0, 0.0, highest - 1.0 - 1e-9);
    const auto i = static_cast<std::size_t>(x);
    return table[i] + (x - static_cast<double>(i)) * (table[i + 1] - table[i]);
}

double WaterTable::attenuation(double energy) const { return at(attenuation_, energy); }
double WaterTable::scattered_share(double energy) const { return at(share_, energy); }

ComptonEvent sample_compton(exec::RandomStream& stream, double energy) {
    const double most = klein_nishina(energy, 1.0);
    for (;;) {
        const double cosine = 2.0 * exec::uniform(stream) - 1.0;
        if (exec::uniform(stream) * most <= klein_nishina(energy, cosine))
            return {cosine, scattered_energy(energy, cosine)};
    }
}

double compton_density(double energy, double cosine) {
    return klein_nishina(energy, cosine) / klein_nishina_total(energy);
}

Vector3 turned(exec::RandomStream& stream, const Vector3& d, double cosine) {
    const double sine = std::sqrt(std::max(0.0, 1.0 - cosine * cosine));
    const double turn = 2.0 * std::numbers::pi * exec::uniform(stream);
    const double a = sine * std::cos(turn);
    const double b = sine * std::sin(turn);
    // frame without a singular place (Duff et al. 2017)
    const double sign = std::copysign(1.0, d[2]);
    const double u = -1.0 / (sign + d[2]);
    const double v = d[0] * d[1] * u;
    return {a * (1.0 + sign * d[0] * d[0] * u) + b * v + cosine * d[0],
            a * sign * v + b * (sign + d[1] * d[1] * u) + cosine * d[1],
            -a * sign * d[0] - b * d[1] + cosine * d[2]};
}

}  // namespace caravel::imaging
