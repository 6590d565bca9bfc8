// An object as X-rays see it: few materials, and how much of each is in every voxel.
#pragma once

#include "caravel/imaging/object.hpp"
#include "caravel/imaging/xray/photon_tables.hpp"

#include <span>
#include <string>
#include <vector>

namespace caravel::imaging {

/// Attenuation of all tissues and agents of an object at some energies (1/m, or 1/m per unit of an
/// agent), written with few of them: mu_i(E) = sum_b share(i, b) mu_b(E).
struct AttenuationBasis {
    std::vector<std::size_t> members{};  // materials that the others are made of
    std::vector<double> shares{};        // material after material, basis fastest
    double residual = 0.0;               // largest relative misfit (weighted norm)
};

/// Chooses the basis greedily (the material that fits worst comes next) until every material fits
/// within `tolerance` in the norm weighted by `weights` (one per energy, not negative). `curves`
/// holds material after material, energy fastest.
AttenuationBasis attenuation_basis(std::span<const double> curves, std::span<const double> weights,
                                   double tolerance);

/// See above. The first materials are the regions, then the agents that attenuate.
struct XrayObject {
    Grid grid{};
    std::size_t basis = 0;
    std::vector<double> attenuation{};  // basis after basis, energy fastest (1/m)
    std::vector<float> amount{};        // basis after basis, voxel fastest
    double radius = 0.0;    // m, of the cylinder around the grid's middle that holds all but air
    double bottom = 0.0;    // m, lower end of all but air along z
    double top = 0.0;       // m
    double residual = 0.0;  // of the basis
    std::vector<std::string> tissues{};  // of regions

    std::span<const float> volume(std::size_t b) const {
        const std::size_t cells = amount.size() / basis;
        return std::span<const float>(amount).subspan(b * cells, cells);
    }
};

/// Agents add to the tissue and displace nothing. Throws InputError for unknown tissues.
XrayObject xray_object(const PhotonTables& photons, matter::Library& library,
                       const ImagedObject& object, std::span<const double> energies,
                       std::span<const double> weights);

/// Concentration (kg/m3) of an element that the agents bring along, one per voxel.
std::vector<double> element_concentration(const ImagedObject& object, std::string_view element);

/// Line integrals of all basis materials (m) through `point` along the unit vector (x, y) in the
/// plane of constant z: nearest voxels.
void integrate_through(const XrayObject& object, const Vector3& point, double x, double y,
                       std::span<double> integrals);

/// Mean of these over `directions` of half a turn.
std::vector<double> mean_integrals(const XrayObject& object, const Vector3& point,
                                   int directions = 32);

/// Middle of the object: on the grid's axis, halfway between bottom and top.
Vector3 middle(const XrayObject& object);

}  // namespace caravel::imaging
