// One coupling window of a gridded tumour: local kinetics, transport between voxels, oxygen, fluid,
// motion of the tissue.
#pragma once

#include "caravel/exec/threads.hpp"
#include "caravel/tissue/grid/grid_plan.hpp"
#include "caravel/tissue/grid/scene.hpp"

#include <memory>
#include <span>
#include <vector>

namespace caravel::tissue {

/// What happened in a window, for the report.
struct GridStatistics {
    std::int64_t windows = 0;
    std::int64_t voxel_steps = 0;
    std::int64_t halvings = 0;           // of diffusion steps, to stay positive
    std::int64_t first_order_steps = 0;  // diffusion steps that had to be of first order
};

/// Advances the fields of a tumour in place. Fields: the local species in their order (amount per
/// volume of tissue; those of Motion::outflow stay 0), then oxygen (Pa), interstitial fluid
/// pressure (Pa), the molecules of the study (mol/m3) and, with angiogenesis, vessel_rows, each
/// with one value per voxel. Strang order: half the local kinetics, half the convection, diffusion,
/// the other halves; tissue moves at the end.
class GridStepper {
  public:
    /// `plan` must outlive the stepper.
    GridStepper(const GridPlan& plan, int threads);
    ~GridStepper();
    GridStepper(GridStepper&&) noexcept;
    GridStepper& operator=(GridStepper&&) noexcept;

    /// Number of values of all fields.
    std::size_t size() const;
    /// Fields at the start: cells where the tumour is, oxygen and pressure in balance.
    void initialise(std::span<double> fields) const;
    /// Advances over [start, end] (s). `inflow`: amount that arterial blood brings in this window,
    /// per exchange; `signals`: values of plan.uniform_signals in the middle of the window;
    /// `treated`: what heat, cold and light do in it; `injected`: amount that needles bring, per
    /// plan.injected; `vegf_blockade`: 0 to 1, over the window. Returns the amount that left, per
    /// return. Throws NumericalError.
    std::vector<double> advance(std::span<double> fields, std::span<const double> inflow,
                                std::span<const double> signals, double start, double end,
                                const TreatedTissueFields& treated = {},
                                std::span<const double> injected = {},
                                double vegf_blockade = 0.0) const;
    /// Amount of a species in the tumour and in the tissue around it, copies included.
    struct Content {
        double tumour = 0.0;
        double around = 0.0;
    };
    std::vector<Content> contents(std::span<const double> fields) const;
    /// Blood flow (m3/s) through the tumour and through the tissue around it.
    Content blood_flow(std::span<const double> fields,
                       std::span<const double> perfusion = {}) const;
    /// Vessel wall per volume of the tumour, against that of the start.
    double vessel_density(std::span<const double> fields) const;
    const GridStatistics& statistics() const;

  private:
    struct Work;
    std::unique_ptr<Work> work_;
};

}  // namespace caravel::tissue
