#include "caravel/stimulus/light/diffuse_light.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/stimulus/light/diffuse_light_source.hpp"
#include "caravel/stimulus/light/diffuse_light_validity.hpp"
#include "caravel/tissue/fields/elliptic_solver.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

namespace caravel::stimulus {
namespace {

/// What the surface lets out: per cell, flux over fluence and volume (1/m).
class Leak {
  public:
    Leak(const PhotonMedium& medium, const TransportCoefficients& coefficients,
         const std::vector<double>& diffusion);
    const std::vector<double>& rate() const { return rate_; }

  private:
    void add_cell(const std::array<index_t, 3>& cell);
    /// (1 + R)/(1 - R) of a border between two indices.
    double border_factor(double inside, double outside);

    const PhotonMedium& medium_;
    const TransportCoefficients& coefficients_;
    const std::vector<double>& diffusion_;
    std::vector<double> rate_;
    std::map<double, double> factors_;  // by relative index: each is an integral
};

Leak::Leak(const PhotonMedium& medium, const TransportCoefficients& coefficients,
           const std::vector<double>& diffusion)
    : medium_(medium),
      coefficients_(coefficients),
      diffusion_(diffusion),
      rate_(coefficients.body.size(), 0.0) {
    const Grid& grid = medium.grid;
    for (index_t k = 0; k < grid.nz; ++k)
        for (index_t j = 0; j < grid.ny; ++j)
            for (index_t i = 0; i < grid.nx; ++i) add_cell({i, j, k});
}

double Leak::border_factor(double inside, double outside) {
    const double relative = inside / outside;
    const auto [at, is_new] = factors_.emplace(relative, 1.0);
    if (is_new) {
        const double r = effective_reflection(relative);
        at->second = (1.0 + r) / (1.0 - r);
    }
    return at->second;
}

void Leak::add_cell(const std::array<index_t, 3>& cell) {
    const Grid& grid = medium_.grid;
    const auto n = static_cast<std::size_t>(grid.index(cell[0], cell[1], cell[2]));
    if (coefficients_.body[n] == 0) return;
    const double index = medium_.media[medium_.label[n]].refractive_index;
    for (std::size_t face = 0; face < 6; ++face) {
        const std::size_t axis = face / 2;
        std::array<index_t, 3> next = cell;
        next[axis] += face % 2 == 0 ? -1 : 1;
        double factor = 1.0;
        if (grid.contains(next[0], next[1], next[2])) {
            const auto beside = static_cast<std::size_t>(grid.index(next[0], next[1], next[2]));
            const OpticalMedium& other = medium_.media[medium_.label[beside]];
            if (!other.exterior) continue;
            factor = border_factor(index, other.refractive_index);
        } else if (medium_.faces[face] == LightFace::mirror) {
            continue;
        } else if (medium_.faces[face] == LightFace::fresnel) {
            factor = border_factor(index, medium_.outside_index);
        }
        const double h = grid.spacing[axis];
        rate_[n] += 1.0 / (0.5 * h / diffusion_[n] + 2.0 * factor) / h;
    }
}

/// Diffusion coefficients (m); where next to nothing scatters light flies through the whole box.
std::vector<double> diffusion_coefficients(const Grid& grid, const TransportCoefficients& c) {
    const double longest = std::max({static_cast<double>(grid.nx) * grid.spacing[0],
                                     static_cast<double>(grid.ny) * grid.spacing[1],
                                     static_cast<double>(grid.nz) * grid.spacing[2]});
    std::vector<double> values(c.body.size(), 0.0);
    for (std::size_t i = 0; i < values.size(); ++i)
        if (c.body[i] != 0)
            values[i] = 1.0 / (3.0 * std::max(c.absorption[i] + c.reduced[i], 1.0 / longest));
    return values;
}

void require_diffusive(const PhotonMedium& medium, const TransportCoefficients& coefficients) {
    if (!coefficients.scatters)
        throw InputError(Diagnostic{{},
                                    "no medium scatters light: there is no diffusion",
                                    "a reduced scattering above 0",
                                    "method = \"monte_carlo\""});
    for (const LightFace face : medium.faces)
        if (face == LightFace::cyclic)
            throw InputError(Diagnostic{{},
                                        "diffusion of light has no cyclic faces",
                                        "faces that are open, fresnel or mirror",
                                        "method = \"monte_carlo\", or mirror for what is even"});
}

}  // namespace

DiffuseLight diffuse_light(exec::ThreadTeam& team, const PhotonMedium& medium,
                           const LightSourceInput& source) {
    check(medium);
    const TransportCoefficients coefficients(medium);
    require_diffusive(medium, coefficients);
    FirstFlight flight = first_flight(medium, coefficients, source);
    const std::vector<double> diffusion = diffusion_coefficients(medium.grid, coefficients);
    const Leak leak(medium, coefficients, diffusion);
    const std::size_t cells = diffusion.size();
    std::vector<double> loss(cells, 0.0);
    for (std::size_t i = 0; i < cells; ++i)
        if (coefficients.body[i] != 0) loss[i] = coefficients.absorption[i] + leak.rate()[i];

    DiffuseLight light;
    light.fluence.assign(cells, 0.0);
    tissue::EllipticSolver solver(medium.grid, tissue::Boundaries{});
    solver.set_conductivity(team, view_of(diffusion));
    tissue::CellTerms terms;
    terms.loss = view_of(loss);
    terms.source = view_of(flight.source);
    (void)solver.solve(team, view_of(light.fluence), terms, 1e-10);

    const double volume = medium.grid.cell_volume();
    light.specular = flight.specular;
    light.left = flight.left + flight.missed;
    for (std::size_t i = 0; i < cells; ++i) {
        light.left += leak.rate()[i] * light.fluence[i] * volume;
        light.fluence[i] += flight.fluence[i];
        if (coefficients.body[i] != 0)
            light.absorbed += coefficients.absorption[i] * light.fluence[i] * volume;
    }
    const DiffusionValidity validity =
        diffusion_validity(medium, coefficients, flight.source, light.fluence);
    light.valid_share = validity.share;
    light.warning = validity.warning;
    return light;
}

}  // namespace caravel::stimulus
