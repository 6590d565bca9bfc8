// Which combinations of the drive frequencies the coils of a particle scanner receive.
#pragma once

#include "caravel/imaging/mpi/mpi_settings.hpp"

#include <array>
#include <complex>
#include <vector>

namespace caravel::imaging {

/// A received frequency whose amplitude belongs to one order: voltage amplitude (V, of the complex
/// exponential) = gain * order's amplitude of the moment (A m2).
struct ReceivedFrequency {
    index_t bin = 0;              // cycles per frame
    std::complex<double> gain{};  // V/(A m2)
};

/// The part cos(a wx t) cos(b wy t) cos(c wz t) of a coil's moment: every frequency |a fx +- b fy
/// +- c fz| within the band tells of it.
struct ReceivedOrder {
    std::size_t coil = 0;        // axis
    std::array<int, 3> order{};  // a, b, c
    std::vector<ReceivedFrequency> frequencies{};
    double weight = 0.0;  // 1/(A m2): one over the standard deviation of the amplitude's estimate
};

/// Orders up to mpi.highest_order that pass the band and the stops around the drive frequencies,
/// for a coil along every driven axis. The moments lag by the Debye factor 1/(1 + i w tau), which
/// the gain holds. Frequencies at which two orders meet are left out. `sigma`: standard deviation
/// (V) of a sample.
std::vector<ReceivedOrder> received_orders(const MpiSettings& mpi, double relaxation_time,
                                           double sigma);

/// Standard deviation (V) of real and imaginary part of one frequency's amplitude.
double bin_noise(const MpiSettings& mpi, double sigma);

}  // namespace caravel::imaging
