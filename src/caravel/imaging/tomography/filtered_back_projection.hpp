// Reconstruction of line integrals by filtering and back projection.
#pragma once

#include "caravel/exec/threads.hpp"
#include "caravel/imaging/tomography/geometry.hpp"

#include <cstdint>
#include <functional>
#include <span>

namespace caravel::imaging {

enum class RampWindow : std::uint8_t { none, shepp_logan, cosine, hamming, hann };

struct RampFilter {
    RampWindow window = RampWindow::none;
    double cutoff = 1.0;  // share of the detector's Nyquist frequency
};

/// Volume (1/m for line integrals of an attenuation) from projections: parallel and fan beam FBP,
/// cone beam by Feldkamp, Davis and Kress 1984. Band-limited ramp (Ramachandran and
/// Lakshminarayanan 1971); arcs shorter than a turn are weighted by Parker 1982 (at least half a
/// turn plus the fan). `interrupted` is asked between batches of views; true throws Interrupted.
void reconstruct_filtered(exec::ThreadTeam& team, const ScanGeometry& geometry,
                          std::span<const float> projections, const RampFilter& filter,
                          const Grid& grid, std::span<float> volume,
                          const std::function<bool()>& interrupted = {});

/// Memory that reconstruct_filtered() takes beside its arguments (byte), on `threads` threads.
double filtered_memory(const ScanGeometry& geometry, const Grid& grid, int threads);

}  // namespace caravel::imaging
