// Scattered X-rays on the detector of a CT.
#pragma once

#include "caravel/imaging/image.hpp"
#include "caravel/imaging/xray/ct_model.hpp"

#include <span>
#include <vector>

namespace caravel::imaging {

/// Mean scattered signal, and its second moment, on a coarse detector at some views; linear
/// between.
struct ScatterField {
    ScanGeometry geometry{};
    std::size_t channels = 1;
    index_t views = 0, rows = 1, columns = 1;
    std::vector<double> mean{};    // per pixel of the detector: view, channel, row, column
    std::vector<double> second{};  // likewise
    double to_primary_at_centre = 0.0;

    /// Adds `factor` times the scatter to signals (channel after channel, view after view).
    void add(const ScanGeometry& scan, index_t first_view, index_t view_count, double factor,
             std::span<double> means, std::span<double> variances) const;
};

/// Monte Carlo with forced detection (Colijn and Beekman 2004): photons of the beam fly by delta
/// tracking (Woodcock 1965) through the object taken as water of the density that weakens the beam
/// as much, collide up to `orders` times, and every collision adds its chance to reach a point of
/// the detector. Free electrons; coherent scattering counts as not scattered.
ScatterField simulate_scatter(const ScanContext& context, const CtModel& model,
                              const CtSettings& settings, const ScanGeometry& geometry,
                              int histories = 12'000, int orders = 6);

}  // namespace caravel::imaging
