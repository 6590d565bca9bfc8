// Which materials lie in a voxel or on a ray, from several energy bins.
#pragma once

#include "caravel/exec/threads.hpp"
#include "caravel/imaging/xray/ct_model.hpp"

#include <span>
#include <string>
#include <vector>

namespace caravel::imaging {

/// Water, bone and elements as the materials of a model: line integrals in kg/m2.
struct MaterialModel {
    std::vector<std::string> names{};  // "water", "bone", "Au"
    Polychromatic spectral{};
};

/// Throws InputError for an unknown element.
MaterialModel material_model(const CtModel& model, matter::Library& library,
                             const std::vector<std::string>& elements);

/// Line integrals (kg/m2) of materials from the counts of energy bins of one ray: Newton steps with
/// Fisher's information on the Poisson likelihood from the given start. Returns whether it
/// converged to 1e-6; the start is left where nothing can be solved.
bool decompose_counts(const Polychromatic& spectral, std::span<const double> counts,
                      std::span<double> integrals);

/// Least squares min |W (A x - y)|^2 with x >= 0, the same A (channels x materials) and weights
/// (1/variance) for many y: every subset of materials is solved once. At most 8 materials.
class NonNegativeFit {
  public:
    NonNegativeFit(std::span<const double> matrix, std::span<const double> weights,
                   std::size_t materials);

    void solve(std::span<const double> y, std::span<double> x) const;
    /// Standard deviation of material m when all are free.
    double deviation(std::size_t m) const { return deviation_[m]; }

  private:
    struct Subset {
        std::vector<std::size_t> members{};
        std::vector<double> inverse{};  // members x channels
    };

    std::size_t materials_ = 0;
    std::vector<double> matrix_;
    std::vector<double> weights_;
    std::vector<Subset> subsets_;  // the full one first
    std::vector<double> deviation_;
};

/// Fit of densities (kg/m3) to water-relative attenuations of all channels, with the spectra that
/// are detected behind the object's middle; `noise` per channel.
NonNegativeFit image_fit(const CtModel& model, const MaterialModel& materials,
                         std::span<const double> noise);

/// Densities per material from water-relative images (channel after channel).
std::vector<std::vector<double>> decompose_images(
    exec::ThreadTeam& team, const NonNegativeFit& fit, std::size_t materials,
    const std::vector<std::span<const double>>& channels);

}  // namespace caravel::imaging
