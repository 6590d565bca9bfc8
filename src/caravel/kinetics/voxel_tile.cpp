#include "caravel/kinetics/voxel_tile.hpp"

#include "caravel/kinetics/solver_work.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace caravel::kinetics {

namespace {

// Part of the window below which steps that lose positivity become implicit Euler steps.
constexpr double shortest_share = 1.0 / 1024.0;

std::size_t at(index_t index) { return static_cast<std::size_t>(index); }

// Bounds of the factor that follows from two refused steps, and of the order seen between them.
constexpr double least_share = 0.05;
constexpr double least_order = 0.3;
constexpr double safety = 0.95;

// What the controller makes of a refused step.
void refuse(StepController& control, double error) {
    if (error <= 1.0) {
        control.shrink(0.5);
    } else if (std::isfinite(error)) {
        control.reject(error);
    } else {
        control.shrink(0.1);
    }
}

}  // namespace

VoxelTile::VoxelTile(const VoxelJob& job)
    : job_(job),
      block_(job.program, job.shared, at(voxel_stages())),
      lanes_(job.kernels.lanes),
      before_(job.program.size()),
      whole_(job.program.size()),
      middle_(job.program.size()),
      halves_(job.program.size()) {
    block_.relative = job.options.relative_tolerance;
    prepare(block_, job.fields, job.limits);
}

VoxelStatistics VoxelTile::run(index_t begin, index_t end) {
    voxels_.clear();
    for (index_t voxel = begin; voxel < end; ++voxel) {
        if (job_.active.empty() || job_.active[at(voxel)] != 0) {
            voxels_.push_back(voxel);
        }
    }
    std::fill_n(block_.h, lane_count(), job_.dt);
    for (std::size_t i = 0; i < voxels_.size(); i += lane_count()) {
        attempt(voxels_.data() + i, std::min(lane_count(), voxels_.size() - i));
    }
    resume();
    if (failure_) {
        throw NumericalError(failure_->what);
    }
    return statistics_;
}

// One step over the whole window for `count` voxels; those it does not finish wait in pending_.
void VoxelTile::attempt(const index_t* voxels, std::size_t count) {
    const bool contiguous =
        count == lane_count() && voxels[count - 1] - voxels[0] == static_cast<index_t>(count) - 1;
    if (contiguous) {
        job_.kernels.load(block_, job_.fields, job_.limits, voxels[0]);
    } else {
        for (std::size_t lane = 0; lane < count; ++lane) {
            load_lane(block_, job_.fields, job_.limits, lane, voxels[lane]);
        }
    }
    job_.kernels.step(block_);
    std::size_t accepted = 0;
    double errors[most_lanes];
    for (std::size_t lane = 0; lane < count; ++lane) {
        errors[lane] = error(lane);
        accepted += errors[lane] <= 1.0 && block_.below[lane] == 0 ? 1 : 0;
    }
    statistics_.accepted += static_cast<std::int64_t>(accepted);
    if (contiguous && accepted == count) {
        job_.kernels.store(block_, job_.fields, voxels[0]);
        return;
    }
    for (std::size_t lane = 0; lane < count; ++lane) {
        const bool below = errors[lane] <= 1.0 && block_.below[lane] != 0;
        if (errors[lane] <= 1.0 && !below) {
            put(lane, voxels[lane], block_.result);
            continue;
        }
        ++statistics_.rejected;
        Pending pending{voxels[lane], errors[lane], {job_.dt, 0.0, voxel_order()}};
        pending.control.propose(job_.dt);
        refuse(pending.control, errors[lane]);
        pending_.push_back(pending);
    }
}

void VoxelTile::put(std::size_t lane, index_t voxel, const double* array) const {
    for (std::size_t i = 0; i < size(); ++i) {
        job_.fields.y[i][voxel] = array[i * lane_count() + lane];
    }
}

// Of the step of a lane in tolerances; infinite where it has no result.
double VoxelTile::error(std::size_t lane) const {
    const double mean = block_.squares[lane] / static_cast<double>(size());
    return block_.flaw[lane] == 0.0 && std::isfinite(mean)
               ? std::sqrt(mean)
               : std::numeric_limits<double>::infinity();
}

void VoxelTile::resume() {
    next_ = 0;
    busy_ = 0;
    for (std::size_t lane = 0; lane < lane_count(); ++lane) {
        refill(lane);
    }
    while (busy_ > 0) {
        for (std::size_t lane = 0; lane < lane_count(); ++lane) {
            set_step(lane);
        }
        job_.kernels.step(block_);
        for (std::size_t lane = 0; lane < lane_count(); ++lane) {
            judge(lane);
        }
        job_.kernels.commit(block_);
        for (std::size_t lane = 0; lane < lane_count(); ++lane) {
            if (block_.accepted[lane] != 0) {
                end_step(lane);
            }
        }
    }
    pending_.clear();
}

void VoxelTile::refill(std::size_t lane) {
    Lane& l = lanes_[lane];
    l.busy = false;
    while (!l.busy && next_ < pending_.size()) {
        const Pending& pending = pending_[next_++];
        l = {true, pending.voxel, 0.0, 0.0, false, 1, 1, {job_.dt, pending.error}, pending.control};
        load_lane(block_, job_.fields, job_.limits, lane, l.voxel);
        l.busy = is_sound(l);
    }
    busy_ += l.busy ? 1 : 0;
}

bool VoxelTile::choose_step(Lane& lane) {
    const StepController::Step step = lane.control.propose(job_.dt - lane.t);
    lane.h = step.size;
    lane.last = step.last;
    return lane.steps++ < job_.options.most_steps && lane.rejected < rejections_in_a_row &&
           lane.h > 0.0;
}

void VoxelTile::set_step(std::size_t lane) {
    Lane& l = lanes_[lane];
    while (l.busy && !choose_step(l)) {
        --busy_;
        fail(lane);
        refill(lane);
    }
    if (l.busy) {
        block_.h[lane] = l.h;
    }
}

void VoxelTile::judge(std::size_t lane) {
    block_.accepted[lane] = 0;
    Lane& l = lanes_[lane];
    if (!l.busy) {
        return;
    }
    const double size = error(lane);
    const bool below = size <= 1.0 && block_.below[lane] != 0;
    if (size <= 1.0 && !below) {
        ++statistics_.accepted;
        l.control.accept(size);
        l.rejected = 0;
        block_.accepted[lane] = -1;
    } else {
        ++statistics_.rejected;
        ++l.rejected;
        if (below && l.h < shortest_share * job_.dt) {
            take_positive_step(lane);
        } else {
            shorten(l, size);
        }
    }
}

// A transient that is shorter than the step leaves errors that hardly fall with it: the order seen
// between two refused steps, not that of the method, says how much shorter the next must be.
void VoxelTile::shorten(Lane& lane, double error) {
    const Refused before = lane.refused;
    lane.refused = {lane.h, error};
    if (!(error > 1.0) || !std::isfinite(error) || lane.rejected < 2 || !(before.error > 1.0) ||
        !std::isfinite(before.error) || !(before.h > lane.h)) {
        return refuse(lane.control, error);
    }
    const double order = std::log(before.error / error) / std::log(before.h / lane.h);
    const double bounded = std::clamp(order, least_order, static_cast<double>(voxel_order()));
    lane.control.shrink(std::max(least_share, safety * std::pow(error, -1.0 / bounded)));
}

void VoxelTile::end_step(std::size_t lane) {
    Lane& l = lanes_[lane];
    l.t += l.h;
    if (l.last) {
        put(lane, l.voxel, block_.y);
        --busy_;
        refill(lane);
    }
}

// Two linearly implicit Euler steps of half the size, their difference to one of the whole as the
// error: these keep the signs of linear kinetics for any size and of others for small ones, and
// what the stoichiometry conserves.
void VoxelTile::take_positive_step(std::size_t lane) {
    Lane& l = lanes_[lane];
    bind(l.voxel);
    for (std::size_t i = 0; i < size(); ++i) {
        before_[i] = entry(block_.y, i, lane);
    }
    if (!euler(before_.data(), l.h, whole_.data()) ||
        !euler(before_.data(), 0.5 * l.h, middle_.data()) ||
        !euler(middle_.data(), 0.5 * l.h, halves_.data())) {
        l.control.shrink(0.1);
        return;
    }
    if (!judge_positive(lane)) {
        return;
    }
    for (std::size_t i = 0; i < size(); ++i) {
        entry(block_.result, i, lane) = halves_[i];
    }
    ++statistics_.accepted;
    l.control.accept(1.0);
    l.rejected = 0;
    block_.accepted[lane] = -1;
}

bool VoxelTile::judge_positive(std::size_t lane) {
    double squares = 0.0;
    bool below = false;
    for (std::size_t i = 0; i < size(); ++i) {
        below = below || halves_[i] < entry(block_.least, i, lane);
        const double extent = std::max(std::abs(before_[i]), std::abs(halves_[i]));
        const double ratio =
            (halves_[i] - whole_[i]) / (entry(block_.absolute, i, lane) + block_.relative * extent);
        squares += ratio * ratio;
    }
    const double size_of_error = std::sqrt(squares / static_cast<double>(size()));
    if (below || !(size_of_error <= 1.0)) {
        refuse(lanes_[lane].control, below ? 0.0 : size_of_error);
        return false;
    }
    return true;
}

// result = y + h (I - h J)^-1 f(y); false where that does not exist.
bool VoxelTile::euler(const double* y, double h, double* result) {
    if (!bound_->factor(y, 1.0 / h)) {
        return false;
    }
    bound_->evaluate(y, result);
    bound_->solve(result);
    for (std::size_t i = 0; i < size(); ++i) {
        result[i] += y[i];
    }
    return std::all_of(result, result + size(), [](double value) { return std::isfinite(value); });
}

void VoxelTile::bind(index_t voxel) {
    if (!bound_) {
        bound_ = job_.bound;
    }
    coefficients_.clear();
    for (const VoxelCoefficient& coefficient : job_.fields.coefficients) {
        coefficients_.push_back(value_at(coefficient, voxel));
    }
    bound_->bind(coefficients_);
}

// Whether the numbers of a lane that was just loaded are finite.
bool VoxelTile::is_sound(const Lane& lane) {
    constexpr const char* advice = "check what was written into this voxel before the window";
    for (std::size_t i = 0; i < size(); ++i) {
        const double value = job_.fields.y[i][lane.voxel];
        if (!std::isfinite(value)) {
            fail(lane, species(i), fmt::format("is not finite ({}) at the start", value), advice);
            return false;
        }
    }
    const auto& coefficients = job_.fields.coefficients;
    for (std::size_t i = 0; i < coefficients.size(); ++i) {
        const double value = value_at(coefficients[i], lane.voxel);
        if (!std::isfinite(value)) {
            fail(lane, "coefficient " + job_.model.coefficients()[i].name,
                 fmt::format("is not finite ({})", value), advice);
            return false;
        }
    }
    return true;
}

// Names the species that keeps the lane from a step: not finite, negative or the least accurate.
void VoxelTile::fail(std::size_t lane) {
    const Lane& l = lanes_[lane];
    const std::size_t stage = size() * lane_count();
    const double* const last = block_.stages + (at(voxel_stages()) - 1) * stage;
    std::size_t worst = 0;
    double largest = -1.0;
    std::string problem = "does not meet the error tolerance";
    for (std::size_t i = 0; i < size(); ++i) {
        const std::size_t place = i * lane_count() + lane;
        const double result = block_.result[place];
        const double extent = std::max(std::abs(block_.y[place]), std::abs(result));
        double ratio = std::abs(last[place] - (last - stage)[place]) /
                       (block_.absolute[place] + block_.relative * extent);
        if (!std::isfinite(result)) {
            ratio = std::numeric_limits<double>::infinity();
            problem = "is not finite";
        } else if (result < block_.least[place]) {
            ratio = std::numeric_limits<double>::max();
            problem = fmt::format("is negative ({:.6g})", result);
        }
        if (ratio > largest) {
            largest = ratio;
            worst = i;
        }
    }
    if (l.steps > job_.options.most_steps) {
        problem = fmt::format("needs more than {} steps", job_.options.most_steps);
    }
    fail(l, species(worst), problem + fmt::format(", the step size is {:.3g} s", l.h),
         "check the rates of this species, or loosen the tolerance");
}

// Keeps the lowest voxel, so that what is reported does not depend on the lanes.
void VoxelTile::fail(const Lane& lane, const std::string& quantity, const std::string& problem,
                     const char* advice) {
    if (!failure_ || lane.voxel < failure_->voxel) {
        failure_ = {lane.voxel,
                    {"kinetics of voxels", quantity, fmt::format("voxel {}", lane.voxel), lane.t,
                     lane.t, problem, advice}};
    }
}

const std::string& VoxelTile::species(std::size_t place) const {
    const auto places = job_.program.place();
    const auto found = std::find(places.begin(), places.end(), static_cast<int>(place));
    return job_.model.all_species()[at(found - places.begin())].name;
}

}  // namespace caravel::kinetics
