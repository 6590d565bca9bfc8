// Extended phase graphs: echoes of trains of pulses, exact and without sums over spins.
#pragma once

#include "caravel/base/view.hpp"

#include <complex>
#include <span>
#include <vector>

namespace caravel::imaging::mri {

/// What a batch of voxels is made of, one entry per voxel; an empty `transmit` is 1, an empty
/// `diffusion` 0.
struct EpgTissue {
    std::vector<double> density{};    // equilibrium magnetisation
    std::vector<double> r1{};         // 1/s
    std::vector<double> r2{};         // 1/s
    std::vector<double> transmit{};   // 1
    std::vector<double> diffusion{};  // m2/s
};

/// Configuration states F+(k), F-(k), Z(k), k = 0 ... most, of many voxels at once. F+(k) holds
/// m exp(-i k phi) averaged over the dephasing phi of a voxel, F-(k) = conj(F+(-k)).
/// Source: M. Weigel, J. Magn. Reson. Imaging 41 (2015) 266 (same signs as sequence.hpp).
class PhaseGraph {
  public:
    /// In equilibrium. `most`: highest k kept; what is pushed beyond is lost (exact while 2 `most`
    /// is at least the number of shifts, since states further out cannot come back).
    PhaseGraph(const EpgTissue& tissue, int most);

    index_t voxels() const { return voxels_; }

    /// Instantaneous pulse (rad).
    void pulse(double flip, double phase);
    /// Relaxation for `time` (s) without a shift.
    void relax(double time);
    /// As relax(), with precession `turn` (rad) that is even over the voxel.
    void relax(double time, double turn);
    /// One unit of dephasing.
    void shift();
    /// Relaxation with damping by diffusion while a constant gradient shifts by one unit, which is
    /// `wavenumber` (rad/m), then the shift.
    void relax_and_shift(double time, double wavenumber);
    /// Damping by diffusion without a gradient.
    void relax_unshifted(double time, double wavenumber);
    /// Loses all transverse states.
    void spoil();

    /// F+(0) of one voxel: the signal.
    std::complex<double> signal(index_t voxel) const;
    std::complex<double> transverse(int k, index_t voxel) const;  // F+(k), k of either sign
    std::complex<double> longitudinal(int k, index_t voxel) const;

  private:
    std::size_t at(int k) const { return static_cast<std::size_t>(k) * stride_; }
    void scale(double time);

    index_t voxels_;
    std::size_t stride_;
    int most_;
    int used_ = 0;  // highest k that may differ from 0
    EpgTissue tissue_;
    std::vector<double> plus_re_, plus_im_, minus_re_, minus_im_, z_re_, z_im_;
    std::vector<double> e1_, e2_;
};

/// A train of refocusing pulses, 90 degrees first.
struct EchoTrain {
    double spacing = 0.01;                         // s, between echoes
    double excitation = 1.5707963267948966;        // rad
    double excitation_phase = 1.5707963267948966;  // rad: CPMG, 90 degrees from the refocusing ones
    std::vector<double> refocusing{};              // rad, one per echo
    double refocusing_phase = 0.0;                 // rad
    double wavenumber = 0.0;  // rad/m that a half spacing dephases by; for diffusion
};

/// Echoes, [echo * voxels + voxel], in the unit of the density.
std::vector<std::complex<double>> echo_train(const EpgTissue& tissue, const EchoTrain& train);

/// A gradient echo that repeats.
struct GradientEchoTrain {
    double repetition_time = 0.01;  // s
    double echo_time = 0.005;       // s
    std::vector<double> flip{};     // rad, one per repetition
    double phase_increment = 0.0;   // rad: quadratic RF spoiling (117 degrees); 0: none
    bool spoiled = false;           // transverse magnetisation is lost before every pulse
    double wavenumber = 0.0;        // rad/m of one repetition; for diffusion
    int most_states = 200;
};

/// Signals at the echo time, the pulse's phase taken off, [repetition * voxels + voxel].
std::vector<std::complex<double>> gradient_echo_train(const EpgTissue& tissue,
                                                      const GradientEchoTrain& train);

}  // namespace caravel::imaging::mri
