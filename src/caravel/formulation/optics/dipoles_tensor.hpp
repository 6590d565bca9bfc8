// The lattice tensor of the dipole interaction: its values, its transform, its product.
#pragma once

#include "caravel/base/fft.hpp"
#include "caravel/exec/threads.hpp"
#include "caravel/formulation/optics/vector3.hpp"

#include <array>
#include <complex>

namespace caravel::formulation::optics {

/// Tensor components in the order xx, xy, xz, yy, yz, zz.
using DipoleTensor = std::array<std::complex<double>, 6>;

/// Which part of the interaction: the static field, the field of the wave number, or the term of
/// order k^2 of its series, (1 + rr/r^2) / (2 r).
enum class Coupling { quasi_static, full_wave, retardation };

/// Field of a unit dipole at distance `r` (in lattice spacings) in Gaussian units, times
/// spacing^3: exp(i kd r)/r [kd^2 (1 - rr) - (1 - i kd r)/r^2 (1 - 3 rr)] (Draine and Flatau 1994,
/// J Opt Soc Am A 11:1491); for retardation times spacing. At r = 0 it is 0, for retardation the
/// mean over the cubic cell.
DipoleTensor dipole_tensor(Coupling coupling, double kd, const Vector3& r);

/// Sides of the box and lengths of the transforms along x, y and z.
struct LatticeSizes {
    std::array<index_t, 3> box{};
    std::array<index_t, 3> transform{};
    index_t padded_y = 0;  // transform along y rounded up to whole lanes
};

/// Transform of the tensor over the padded lattice, divided by the number of its points:
/// [kx][kz][component][ky] with kx and kz up to half of their lengths.
struct TensorTransform {
    std::vector<double> re;
    std::vector<double> im;  // empty for the real couplings
};

TensorTransform transform_tensor(const LatticeSizes& sizes, Coupling coupling, double kd,
                                 exec::ThreadTeam& team);

/// One sample of eight series of vectors and the tensors to multiply them by.
struct TensorBlock {
    std::array<double*, 3> re{};
    std::array<double*, 3> im{};
    index_t at = 0;                     // where the eight lanes start
    const double* tensor_re = nullptr;  // eight lanes of xx; the next component is `step` on
    const double* tensor_im = nullptr;  // null for a real tensor
    index_t step = 0;
    double sign_x = 1.0;  // -1 where kx is mirrored
    double sign_z = 1.0;
};

/// Multiplies in place, in one vector width; all widths give the same bits.
using TensorKernel = void (*)(const TensorBlock&);

/// The kernel for the widest vectors of this processor.
TensorKernel tensor_kernel();

}  // namespace caravel::formulation::optics
