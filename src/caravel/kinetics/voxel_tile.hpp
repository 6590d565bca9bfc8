// The voxels of one tile: first all of them over the whole window, side by side, then those that
// need more steps, each with its own.
#pragma once

#include "caravel/base/error.hpp"
#include "caravel/kinetics/step_control.hpp"
#include "caravel/kinetics/voxel_lanes.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace caravel::kinetics {

/// What the tiles of a call share.
struct VoxelJob {
    const BatchProgram& program;
    const SharedFactors& shared;
    const BoundModel& bound;
    const KineticModel& model;
    const VoxelKernels& kernels;
    const VoxelOptions& options;
    const VoxelLimits& limits;
    const VoxelFields& fields;
    double dt;
    std::span<const unsigned char> active;
};

class VoxelTile {
  public:
    explicit VoxelTile(const VoxelJob& job);

    /// Voxels begin to end - 1. Throws NumericalError for the first that cannot be solved, when all
    /// others have been.
    VoxelStatistics run(index_t begin, index_t end);

  private:
    /// A voxel that one step over the window did not finish.
    struct Pending {
        index_t voxel = 0;
        double error = 0.0;
        StepController control{1.0, 0.0, 1};
    };
    struct Refused {
        double h = 0.0;
        double error = 0.0;
    };
    struct Lane {
        bool busy = false;
        index_t voxel = 0;
        double t = 0.0;
        double h = 0.0;
        bool last = false;
        int rejected = 0;  // in a row
        int steps = 0;
        Refused refused{};  // the last step that was
        StepController control{1.0, 0.0, 1};
    };
    struct Failure {
        index_t voxel = 0;
        NumericalFailure what{};
    };

    std::size_t size() const { return job_.program.size(); }
    std::size_t lane_count() const { return job_.kernels.lanes; }
    double& entry(double* array, std::size_t i, std::size_t lane) const {
        return array[i * lane_count() + lane];
    }

    void attempt(const index_t* voxels, std::size_t count);
    void resume();
    void refill(std::size_t lane);
    bool choose_step(Lane& lane);
    void set_step(std::size_t lane);
    double error(std::size_t lane) const;
    void judge(std::size_t lane);
    static void shorten(Lane& lane, double error);
    void end_step(std::size_t lane);
    void put(std::size_t lane, index_t voxel, const double* array) const;
    void take_positive_step(std::size_t lane);
    bool euler(const double* y, double h, double* result);
    bool judge_positive(std::size_t lane);
    void bind(index_t voxel);
    bool is_sound(const Lane& lane);
    void fail(std::size_t lane);
    void fail(const Lane& lane, const std::string& quantity, const std::string& problem,
              const char* advice);
    const std::string& species(std::size_t place) const;

    const VoxelJob& job_;
    VoxelBlock block_;
    std::vector<index_t> voxels_;
    std::vector<Pending> pending_;
    std::size_t next_ = 0;
    std::size_t busy_ = 0;
    std::vector<Lane> lanes_;
    VoxelStatistics statistics_;
    std::optional<Failure> failure_;
    std::optional<BoundModel> bound_;  // for positive steps
    std::vector<double> coefficients_;
    PaddedArray before_;
    PaddedArray whole_;  // result of one step
    PaddedArray middle_;
    PaddedArray halves_;  // result of two
};

}  // namespace caravel::kinetics
