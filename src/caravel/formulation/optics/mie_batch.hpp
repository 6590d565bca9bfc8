// Many layered spheres at once: wavelengths of a spectrum, sizes of a distribution, designs.
#pragma once

#include "caravel/exec/threads.hpp"

#include <span>

namespace caravel::formulation::optics {

/// Spheres with the same number of layers (1 to 4), stored layer by layer: the value of layer l of
/// sphere i is at [l * count + i]. Meaning of the values as in layered_sphere(), without
/// conductors.
struct SphereBatch {
    int layers = 1;
    std::span<const double> size_parameters;
    std::span<const double> index_real;  // relative to the medium
    std::span<const double> index_imag;
};

/// Where the efficiencies go, one per sphere; an empty span leaves a column out.
struct SphereBatchResult {
    std::span<double> extinction;
    std::span<double> scattering;
    std::span<double> absorption;
    std::span<double> backscattering;
    std::span<double> anisotropy;
};

/// Instruction sets the kernel is built for; all give the same bits.
enum class MieLanes { baseline = 2, avx2 = 4, avx512 = 8 };

/// The widest one that this processor has.
MieLanes widest_mie_lanes();

/// Efficiencies of all spheres. Eight neighbours share the orders of the largest, so put spheres of
/// like size side by side. The results do not depend on the number of threads or on `lanes`, and
/// agree with layered_sphere() to 1e-12. Throws InputError as it does, naming the sphere, or for
/// other numbers of layers or spans of unequal length; std::logic_error for lanes the processor
/// lacks.
void layered_spheres(exec::ThreadTeam& team, const SphereBatch& batch,
                     const SphereBatchResult& result, MieLanes lanes = widest_mie_lanes());

}  // namespace caravel::formulation::optics
