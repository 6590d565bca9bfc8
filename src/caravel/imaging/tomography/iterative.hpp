// Reconstruction of line integrals by repeated projection.
#pragma once

#include "caravel/exec/threads.hpp"
#include "caravel/imaging/tomography/geometry.hpp"

#include <functional>
#include <span>
#include <vector>

namespace caravel::imaging {

struct IterativeSettings {
    int iterations = 20;
    int subsets = 1;          // of views; 1: SIRT, more: OS-SART
    double relaxation = 1.0;  // above 0, below 2
    bool non_negative = true;
    std::function<void(double)> progress{};  // share done
    std::function<bool()> interrupted{};     // true: throw Interrupted
};

/// Root mean square of measured less projected values, before the first and after every iteration
/// (SIRT: before every iteration and not after the last, which needs no projection of its own).
using Residuals = std::vector<double>;

/// Simultaneous algebraic reconstruction: x += relaxation C A' R (b - A x) with R and C the inverse
/// row and column sums (Andersen and Kak 1984; Gregor and Benson 2008, IEEE Trans Med Imaging
/// 27:918; subsets: Wang and Jiang 2004). Starts from what `volume` holds. Without subsets the
/// residual, weighted by R, falls in every iteration. Throws InputError for settings without
/// meaning, Interrupted.
Residuals reconstruct_sart(exec::ThreadTeam& team, const ScanGeometry& geometry,
                           std::span<const float> projections, const Grid& grid,
                           const IterativeSettings& settings, std::span<float> volume);

/// Conjugate gradients on the normal equations (Hestenes and Stiefel 1952; Bjorck 1996, algorithm
/// 7.4.1). Starts from what `volume` holds; the residual falls in every iteration. Uses
/// `iterations` and the callbacks only; stops early when the gradient vanishes. Throws as above.
Residuals reconstruct_cgls(exec::ThreadTeam& team, const ScanGeometry& geometry,
                           std::span<const float> projections, const Grid& grid,
                           const IterativeSettings& settings, std::span<float> volume);

/// Memory that reconstruct_sart() takes beside its arguments (byte).
double sart_memory(const ScanGeometry& geometry, const Grid& grid, int subsets);

}  // namespace caravel::imaging
