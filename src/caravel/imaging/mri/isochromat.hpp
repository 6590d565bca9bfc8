// Signal of many independent spins (isochromats) that go through a sequence.
#pragma once

#include "caravel/exec/threads.hpp"
#include "caravel/imaging/mri/sequence.hpp"

#include <complex>
#include <cstdint>
#include <functional>
#include <vector>

namespace caravel::imaging::mri {

/// Spins, one entry per spin in every vector that is not empty.
struct SpinPopulation {
    std::vector<double> x{};  // m; empty: 0
    std::vector<double> y{};
    std::vector<double> z{};
    std::vector<double> density{};  // equilibrium magnetisation in the unit of the signal; gives
                                    // the number of spins
    std::vector<double> r1{};       // 1/s; empty: 0
    std::vector<double> r2{};
    std::vector<double> off_resonance{};  // rad/s; empty: 0
    std::vector<double> transmit{};       // 1, what the pulses are multiplied with; empty: 1
    std::vector<double> mx{};  // state at the start and the end; empty at the start: equilibrium
    std::vector<double> my{};
    std::vector<double> mz{};

    index_t size() const { return static_cast<index_t>(density.size()); }
};

/// Each spin becomes `count` of equal weight at the quantiles (i + 1/2) / count of the Lorentz
/// distribution of half width `r2_prime` (rad/s = 1/s, one per spin), so that free decay gains
/// exp(-r2_prime t) and echoes refocus. The mean over the quantiles is wrong by less than
/// (1 + r2_prime t) / count (2 % at 64 and r2_prime t = 0.3).
SpinPopulation spread_lorentzian(const SpinPopulation& spins, const std::vector<double>& r2_prime,
                                 int count);

/// Rates that change during the scan because an agent comes or goes: added rates
/// factor(t) * added, factor linear between `time`, constant outside.
struct RateChange {
    std::vector<double> time{};      // s, rising
    std::vector<double> factor{};    // 1, one per time
    std::vector<double> added_r1{};  // 1/s per spin at factor 1; empty: 0
    std::vector<double> added_r2{};
};

enum class Precision : std::uint8_t { single_precision, double_precision };

struct BlochOptions {
    Precision precision = Precision::single_precision;  // of the spins' state; times and phases of
                                                        // the sequence are always double
    double gamma = proton_gamma;                        // rad/(s T)
    double longest_pulse_piece = 1e-5;                  // s
    std::vector<std::vector<std::complex<double>>> coils{};  // sensitivity per coil and spin; none:
                                                             // one even coil
    RateChange change{};
    std::function<bool()> interrupted{};  // true: Interrupted is thrown
    int variant = -1;                     // of bloch_variants(); -1: the widest the machine has
};

/// Samples of all receivers, in order.
struct SignalSamples {
    index_t coils = 1;
    index_t samples = 0;
    std::vector<double> time{};                 // s, per sample
    std::vector<std::complex<double>> value{};  // [coil * samples + sample], unit of the density
};

/// Signal = sum over spins of m times the coil's sensitivity, demodulated; the state at the end is
/// left in `spins`. Free precession and relaxation are exact (rates that change included); pulses
/// with relaxation are split (Strang): second order in the piece, exact without relaxation or for
/// duration 0. Same bits for any number of threads and any variant. Single precision is wrong by
/// about 1e-6 of the sum of |density|.
/// Throws InputError for sizes that do not match and values that are not finite.
SignalSamples simulate_signal(exec::ThreadTeam& team, const Sequence& sequence,
                              SpinPopulation& spins, const BlochOptions& options = {});

/// As above for a time line that is used more than once.
SignalSamples simulate_signal(exec::ThreadTeam& team, const TimeLine& line, SpinPopulation& spins,
                              const BlochOptions& options = {});

/// Names of the machine's variants, narrowest first: "plain", "avx2", "avx512f".
std::vector<const char*> bloch_variants();

}  // namespace caravel::imaging::mri
