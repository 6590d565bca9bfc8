// The fast tier: diffusion of light, where scattering dominates.
#pragma once

#include "caravel/exec/threads.hpp"
#include "caravel/stimulus/light/light_source.hpp"
#include "caravel/stimulus/light/photon_medium.hpp"

#include <string>
#include <vector>

namespace caravel::stimulus {

struct DiffuseLight {
    std::vector<double> fluence{};  // 1/m2 per launched energy
    double absorbed = 0.0;          // share of the launched energy
    double left = 0.0;              // through the surface
    double specular = 0.0;
    double valid_share = 0.0;  // of the absorbed energy, where diffusion holds
    std::string warning{};     // empty where it holds for nearly all
};

/// Solves  div(grad(phi) / 3 (mu_a + mu_s')) - mu_a phi + S = 0  with extrapolated borders;
/// collimated sources start one transport length inside. Valid where mu_s' > 10 mu_a and beyond
/// three transport lengths from sources and borders. Throws InputError as transport_photons() and
/// for media that nowhere scatter.
DiffuseLight diffuse_light(exec::ThreadTeam& team, const PhotonMedium& medium,
                           const LightSourceInput& source);

/// Effective reflection coefficient of a border for diffuse light, from the index inside over that
/// outside (exact Fresnel integrals: Haskell 1994).
double effective_reflection(double relative_index);

}  // namespace caravel::stimulus
