// Voltages of the coils of a particle scanner, as amplitudes of the received orders.
#pragma once

#include "caravel/imaging/image.hpp"
#include "caravel/imaging/mpi/moment_field.hpp"
#include "caravel/imaging/mpi/receive_chain.hpp"

#include <vector>

namespace caravel::imaging {

/// Moment (A m2) along the coil's axis over the first half of a frame (samples 0 to N/2; the second
/// half mirrors it), the field-free point on its path around `station` (m).
std::vector<double> moment_samples(exec::ThreadTeam& team, const MpiSettings& mpi,
                                   const MomentField& field, const Vector3& station);

/// One estimate per order of `orders` that belongs to `coil`, in units of its standard deviation,
/// without noise: the moment's Fourier series at the order's frequencies, which the coil sees times
/// their gains. Entries of other coils are left as they are.
void receive(const ScanContext& context, const MpiSettings& mpi, const std::vector<double>& samples,
             std::size_t coil, const std::vector<ReceivedOrder>& orders, std::vector<double>& data);

}  // namespace caravel::imaging
