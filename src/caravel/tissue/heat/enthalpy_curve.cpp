#include "caravel/tissue/heat/enthalpy_curve.hpp"

#include "caravel/tissue/heat/enthalpy_point.hpp"

#include <algorithm>

namespace caravel::tissue {

namespace {

constexpr double reference_temperature = 310.15;  // K, of the unfrozen conductivity
constexpr double hottest = 373.15;                // K, to which a conductivity's slope holds

struct Corner {
    double temperature = 0.0;
    int rank = 0;  // tissue solidus 0 and liquidus 1, particles 2 and 3
    bool operator<(const Corner& other) const {
        return temperature != other.temperature ? temperature < other.temperature
                                                : rank < other.rank;
    }
};

/// Share of a range's latent heat that lies between two corners.
double share_between(const Corner& low, const Corner& high, const std::array<Corner, 2>& range) {
    const double width = range[1].temperature - range[0].temperature;
    if (width > 0.0) {
        const double overlap = std::min(high.temperature, range[1].temperature) -
                               std::max(low.temperature, range[0].temperature);
        return std::max(0.0, overlap) / width;
    }
    return low.rank == range[0].rank && high.rank == range[1].rank ? 1.0 : 0.0;
}

void set_conduction(const ThermalTissue& tissue, EnthalpyCurve& c) {
    const bool freezes = tissue.latent_heat > 0.0;
    c.liquidus = tissue.liquidus;
    c.solidus = freezes ? tissue.solidus : tissue.liquidus;
    c.melting_width = c.liquidus - c.solidus;
    c.unfrozen =
        tissue.conductivity + tissue.conductivity_slope * (c.liquidus - reference_temperature);
    c.frozen = freezes ? tissue.frozen_conductivity : c.unfrozen;
    const bool mushy = c.melting_width > 0.0;
    c.melting_start = mushy ? c.frozen : c.unfrozen;
    c.melting_change = mushy ? (c.unfrozen - c.frozen) / c.melting_width : 0.0;
    c.slope = tissue.conductivity_slope;
    c.sloped = std::max(0.0, hottest - c.liquidus);
    c.liquidus_integral = conductivity_integral(c, c.liquidus);
}

/// Conductivity within the pieces, linear in each.
void set_pieces(EnthalpyCurve& c) {
    double low = c.first;
    c.first_integral = conductivity_integral(c, low);
    double before = c.first_integral;
    for (std::size_t j = 0; j < 3; ++j) {
        const double high = low + c.rise[j];
        const double after = conductivity_integral(c, high);
        const bool wide = c.rise[j] > 0.0;
        c.per_kelvin[j] = wide ? 1.0 / c.rise[j] : 0.0;
        c.integral[j] = after - before;
        c.steepness[j] = 0.5 * (low + high) >= c.liquidus ? c.slope
                         : 0.5 * (low + high) > c.solidus ? c.melting_change
                                                          : 0.0;
        // from the integral, so that the piece ends where the next one starts
        c.conductivity[j] =
            wide ? c.integral[j] * c.per_kelvin[j] - 0.5 * c.steepness[j] * c.rise[j] : 0.0;
        low = high;
        before = after;
    }
    c.last = low;
    c.last_conductivity = c.unfrozen + c.slope * std::min(low - c.liquidus, c.sloped);
    c.last_sloped = std::max(0.0, c.liquidus + c.sloped - low);
}

}  // namespace

EnthalpyCurve enthalpy_curve(const ThermalTissue& tissue, const AddedPhaseChange& particles) {
    EnthalpyCurve c;
    set_conduction(tissue, c);
    const double unfrozen = tissue.volumetric_heat_capacity();
    const bool freezes = tissue.latent_heat > 0.0;
    const double frozen = freezes ? tissue.density * tissue.frozen_heat_capacity : unfrozen;
    const bool melts = !particles.latent_heat.empty();
    const std::array<Corner, 2> own{Corner{c.solidus, 0}, Corner{c.liquidus, 1}};
    const std::array<Corner, 2> added{Corner{melts ? particles.solidus : c.liquidus, 2},
                                      Corner{melts ? particles.liquidus : c.liquidus, 3}};
    std::array<Corner, 4> corners{own[0], own[1], added[0], added[1]};
    std::sort(corners.begin(), corners.end());
    c.first = corners[0].temperature;
    c.cold = frozen;
    c.warm = unfrozen;
    for (std::size_t j = 0; j < 3; ++j) {
        const Corner& low = corners[j];
        const Corner& high = corners[j + 1];
        const double middle = 0.5 * (low.temperature + high.temperature);
        const double capacity = middle < c.solidus    ? frozen
                                : middle > c.liquidus ? unfrozen
                                                      : 0.5 * (frozen + unfrozen);
        c.rise[j] = high.temperature - low.temperature;
        c.sensible[j] = capacity * c.rise[j];
        c.melting_share[j] = freezes ? share_between(low, high, own) : 0.0;
        c.latent[j] = tissue.latent_heat * c.melting_share[j];
        c.particle_share[j] = melts ? share_between(low, high, added) : 0.0;
        const bool is_below = high < own[1] || high.rank == own[1].rank;
        c.below_zero[j] = is_below ? 1.0 : 0.0;
    }
    set_pieces(c);
    return c;
}

bool conduct_alike(const EnthalpyCurve& a, const EnthalpyCurve& b) {
    return a.solidus == b.solidus && a.liquidus == b.liquidus && a.frozen == b.frozen &&
           a.unfrozen == b.unfrozen && a.slope == b.slope;
}

EnthalpyPoint point_at(const EnthalpyCurve& curve, const VoxelHeat& voxel, double enthalpy) {
    enthalpy::Point<double> p{};
    enthalpy::evaluate<true>(curve, voxel.capacity_factor, voxel.particle_latent, enthalpy, p);
    return {p.temperature, p.slope, p.conductivity, p.integral};
}

double enthalpy_at(const EnthalpyCurve& curve, const VoxelHeat& voxel, double temperature) {
    double below = 0.0;  // content of the pieces below the tissue's liquidus
    double content = 0.0;
    double low = curve.first;
    for (std::size_t j = 0; j < 3; ++j) {
        const double width = curve.sensible[j] * voxel.capacity_factor + curve.latent[j] +
                             curve.particle_share[j] * voxel.particle_latent;
        below += curve.below_zero[j] * width;
        const double rise = curve.rise[j];
        const double share = rise > 0.0 ? std::clamp((temperature - low) / rise, 0.0, 1.0)
                                        : (temperature >= low ? 1.0 : 0.0);
        content += share * width;
        low += rise;
    }
    content += voxel.capacity_factor * (curve.cold * std::min(0.0, temperature - curve.first) +
                                        curve.warm * std::max(0.0, temperature - low));
    return content - below;
}

double conductivity_integral(const EnthalpyCurve& curve, double temperature) {
    double conductivity = 0.0;
    double integral = 0.0;
    enthalpy::conduct(curve, temperature, conductivity, integral);
    return integral;
}

double frozen_share_at(const EnthalpyCurve& curve, const VoxelHeat& voxel, double enthalpy) {
    std::array<double, 3> width{};
    double x = enthalpy;
    double molten = 0.0;
    double freezing = 0.0;
    for (std::size_t j = 0; j < 3; ++j) {
        width[j] = curve.sensible[j] * voxel.capacity_factor + curve.latent[j] +
                   curve.particle_share[j] * voxel.particle_latent;
        x += curve.below_zero[j] * width[j];
    }
    for (std::size_t j = 0; j < 3; ++j) {
        const double share = width[j] > 0.0 ? std::clamp(x / width[j], 0.0, 1.0) : 1.0;
        molten += curve.melting_share[j] * share;
        freezing += curve.melting_share[j];
        x -= width[j];
    }
    return std::max(0.0, freezing - molten);
}

}  // namespace caravel::tissue
