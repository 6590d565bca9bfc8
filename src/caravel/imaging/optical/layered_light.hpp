// Diffuse light in layers, exact in every lateral frequency: the fast tier.
#pragma once

#include "caravel/exec/threads.hpp"
#include "caravel/imaging/optical/tissue_light.hpp"

#include <span>
#include <vector>

namespace caravel::imaging {

/// The diffusion of light in layers of cells, for lateral cosine waves of eigenvalue `lateral`
/// (1/m2): D_z coupling between layers, (mu_a + D lateral) lost in each, light lost at both
/// surfaces by Robin's condition. With lateral = 2 (1 - cos(pi m/n))/h^2 per axis it is the problem
/// of cells between mirrors; with k^2 that of continuous waves, whose Hankel integral gives the
/// spread of a point. Error of second order in the thickness.
class LayeredLight {
  public:
    explicit LayeredLight(const LightLayers& layers);

    std::size_t size() const { return absorption_.size(); }
    double thickness() const { return thickness_; }
    /// What leaves the surface (1/m2) per source (1/m2 of each layer); one value per layer, for
    /// `lateral.size()` waves at once: escape[d * waves + i].
    void escape(std::span<const double> lateral, std::span<double> escape) const;
    /// Fluence per layer for even light: sources in 1/m3, fluence in 1/m2.
    std::vector<double> fluence(const std::vector<double>& source, double lateral) const;
    /// Flux through the surface per fluence in the first layer (1).
    double surface_rate() const { return surface_; }

  private:
    std::vector<double> absorption_, diffusion_;
    std::vector<double> coupling_;  // 1/m2 times m: between layer d and d + 1, 1/m
    double thickness_ = 0.0;
    double surface_ = 0.0;  // flux per fluence
    double bottom_ = 0.0;
};

/// Eigenvalues (1/m2) of the second difference of n cells of width h between mirrors.
std::vector<double> mirror_eigenvalues(index_t n, double h);

/// Voxels of the object as layers below each column's own surface.
struct LayeredObject {
    Grid grid{};
    std::vector<BodyColumn> columns{};
    LightLayers layers{};
};

/// Two surfaces (1/(m2 s) per column, x fastest) out of two sources (1/(m3 s) per voxel of the
/// grid) that light leaves by diffusion in layers.
struct SurfacePair {
    std::vector<double> first{};
    std::vector<double> second{};
};
SurfacePair layered_escape(exec::ThreadTeam& team, const LayeredObject& object,
                           const std::vector<double>& first, const std::vector<double>& second);

/// Fluence (1 per irradiance) of each layer for an even field, unscattered light included.
std::vector<double> layered_fluence(const LightLayers& layers, bool from_below);

/// Fluence (per irradiance of `beam`, one value per column) of each voxel for a beam from above;
/// outside of the body 0.
std::vector<double> layered_beam(exec::ThreadTeam& team, const LayeredObject& object,
                                 const std::vector<double>& beam);

}  // namespace caravel::imaging
