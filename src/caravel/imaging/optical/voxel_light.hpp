// Light in the voxels as they are: the acquisition tier.
#pragma once

#include "caravel/imaging/image.hpp"
#include "caravel/imaging/optical/fluorescence_settings.hpp"
#include "caravel/imaging/optical/tissue_light.hpp"

#include <vector>

namespace caravel::imaging {

/// Irradiance (W/m2) that falls on each column of the grid, x fastest: even, or a round beam (its
/// share of each column by 8 x 8 points, scaled to the power).
std::vector<double> beam_profile(const Grid& grid, const FluorescenceSettings& settings);

/// Fluence rate (W/m2) of every voxel by diffusion: first scatterings along each column, then
/// diffuse_light().
std::vector<double> diffuse_excitation(exec::ThreadTeam& team, const stimulus::PhotonMedium& medium,
                                       const std::vector<BodyColumn>& columns,
                                       const FluorescenceSettings& settings);

/// The same by Monte Carlo.
std::vector<double> photon_excitation(const ScanContext& context,
                                      const stimulus::PhotonMedium& medium,
                                      const FluorescenceSettings& settings);

/// What leaves towards the camera (1/(m2 s), per column) of sources (1/(m3 s), per voxel), by
/// diffusion: fluence in the first voxel over its distance to the extrapolated border.
std::vector<double> diffuse_surface(exec::ThreadTeam& team, const stimulus::PhotonMedium& medium,
                                    const std::vector<BodyColumn>& columns,
                                    const std::vector<double>& source);

/// The same by Monte Carlo: photons that leave through the top of their column's first voxel.
std::vector<double> photon_surface(const ScanContext& context, const stimulus::PhotonMedium& medium,
                                   const std::vector<BodyColumn>& columns,
                                   const std::vector<double>& source, std::int64_t photons,
                                   std::uint32_t stream);

/// Share of the light of every voxel that leaves through the tops of the columns, by one adjoint
/// run of diffusion: sources in the first voxels, weighted with their rate of escape.
std::vector<double> escape_shares(exec::ThreadTeam& team, const stimulus::PhotonMedium& medium,
                                  const std::vector<BodyColumn>& columns);

}  // namespace caravel::imaging
