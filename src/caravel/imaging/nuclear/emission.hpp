// Reconstruction of activity from counts by expectation maximisation.
#pragma once

#include "caravel/exec/threads.hpp"
#include "caravel/imaging/tomography/projection.hpp"

#include <functional>
#include <span>
#include <vector>

namespace caravel::imaging {

/// A linear model of counts in subsets: mean counts = A x + background. Both functions overwrite
/// what they give; back_project is the adjoint of project.
struct EmissionSystem {
    index_t voxels = 0;
    index_t subsets = 1;
    index_t subset_size = 0;  // counts per subset
    std::function<void(index_t, std::span<const float>, std::span<float>)> project{};
    std::function<void(index_t, std::span<const float>, std::span<float>)> back_project{};
};

/// Counts and expected background, subset after subset.
struct EmissionCounts {
    std::vector<float> counts{};
    std::vector<float> background{};  // empty: none
};

/// Sensitivity of every subset: back projection of ones, subset after subset.
std::vector<float> subset_sensitivities(const EmissionSystem& system);

/// sum of y ln(m) - m over all counts; the constant ln y! is left out.
double log_likelihood(exec::ThreadTeam& team, const EmissionSystem& system,
                      const EmissionCounts& data, std::span<const float> image);

/// Even image whose mean counts add up to the data less the background (at least a tenth of the
/// data): where reconstruct_emission() may start.
float even_start(const EmissionSystem& system, const EmissionCounts& data);

/// Ordered subsets expectation maximisation (L. A. Shepp and Y. Vardi 1982; H. M. Hudson and R. S.
/// Larkin 1994): x <- x / (A' 1) A'(y / (A x + b)), in a fixed order of subsets far from each
/// other. Voxels that no line sees become 0. With one subset: MLEM, which raises the likelihood in
/// each iteration and, without background, keeps sum of A x equal to the sum of the counts. `after`
/// is called with the number of updates done.
void reconstruct_emission(exec::ThreadTeam& team, const EmissionSystem& system,
                          const EmissionCounts& data, index_t iterations, std::span<float> image,
                          const std::function<void(index_t)>& after = {});

/// Order in which n subsets are taken: multiples of a step near 0.38 n without common factor.
std::vector<index_t> subset_order(index_t subsets);

/// One coincidence of a list.
struct ListEvent {
    Ray line{};
    float weight = 1.0F;      // attenuation and efficiency of the line
    float background = 0.0F;  // expected per line, in the unit of weight times integral
};

/// MLEM of single events: x <- x / s sum_e w_e A_e' 1 / (w_e A_e x + b_e), with the sensitivity s
/// (counts per unit of activity) of every voxel over all lines, counted or not.
void reconstruct_list(exec::ThreadTeam& team, const Grid& grid, std::span<const ListEvent> events,
                      std::span<const float> sensitivity, index_t iterations,
                      std::span<float> image);

}  // namespace caravel::imaging
