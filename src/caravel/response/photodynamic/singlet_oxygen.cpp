#include "caravel/response/photodynamic/singlet_oxygen.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

namespace caravel::response {
namespace {

constexpr std::size_t width = SingletOxygenLanes::width;

/// Near 1 / cbrt(x) for normal x > 0 (within 5 %), of the exponent's bits: enough to choose a step.
double rough_inverse_cube_root(double x) {
    constexpr std::uint64_t one = 0x3ff0'0000'0000'0000;
    constexpr std::uint64_t shift = 0x0009'0000'0000'0000;  // evens out the mantissa's error
    return std::bit_cast<double>(one + one / 3 - shift - std::bit_cast<std::uint64_t>(x) / 3);
}

/// Steps the voxels through lanes; a lane that has finished takes the next voxel.
class LaneRun {
  public:
    LaneRun(std::span<SingletOxygenState> states, std::span<const SingletOxygenRates> rates,
            double dt, double tolerance)
        : states_(states), rates_(rates), dt_(dt), tolerance_(tolerance) {
        for (std::size_t lane = 0; lane < width; ++lane) refill(lane);
    }

    std::int64_t run(const SingletOxygenKernel& kernel) {
        while (active_ > 0) {
            for (std::size_t lane = 0; lane < width; ++lane) prepare(lane);
            kernel.step(b_);
            for (std::size_t lane = 0; lane < width; ++lane) finish(lane);
        }
        return tried_;
    }

  private:
    struct Progress {
        std::size_t voxel = 0;
        bool busy = false;
        bool last = false;
        bool above = false;  // the oxygen at which the supply rests
        double left = 0.0;   // s
        double next = 0.0;   // s: step to try
        double peroxide_after = 0.0;
        double radicals = 0.0;  // mol/m3/s of unbleached sensitiser
    };

    /// Supply as gain - loss O, of either side of the oxygen at which it rests.
    struct Supply {
        double gain = 0.0;  // mol/m3/s
        double loss = 0.0;  // 1/s
    };

    double negligible_oxygen(std::size_t lane) const { return 0.1 * tolerance_ * b_.half[lane]; }

    void refill(std::size_t lane) {
        Progress& p = progress_[lane];
        if (p.busy) --active_;
        p.busy = false;
        while (next_ < states_.size()) {
            const std::size_t voxel = next_++;
            const SingletOxygenRates& r = rates_[voxel];
            const double events = r.activation * r.sensitiser;
            if (advance_quiet(states_[voxel], r, events)) continue;
            p = {};
            p.voxel = voxel;
            p.busy = true;
            p.left = p.next = dt_;
            p.radicals = r.radical_share * events;
            ++active_;
            load(lane, r, states_[voxel]);
            return;
        }
        idle(lane);
    }

    /// Where oxygen is not taken, or all is radicals, and no peroxide is left: exact.
    bool advance_quiet(SingletOxygenState& y, const SingletOxygenRates& r, double events) const {
        if (events * (1.0 - r.radical_share) > 0.0) return false;
        if (releases(r, y)) return false;
        y.radicals += r.radical_share * events * y.share * dt_;
        const double away = y.oxygen - r.oxygen_start;
        const double rate = away > 0.0             ? r.excess_rate
                            : r.oxygen_start > 0.0 ? r.supply / r.oxygen_start
                                                   : 0.0;
        const double change = away * std::expm1(-rate * dt_);
        y.oxygen += change;
        y.supplied += change;
        return true;
    }

    static bool releases(const SingletOxygenRates& r, const SingletOxygenState& y) {
        return r.catalysis > 0.0 &&
               (y.peroxide > 0.0 || r.peroxide_turnover * r.peroxide_level > 0.0);
    }

    void load(std::size_t lane, const SingletOxygenRates& r, const SingletOxygenState& y) {
        const double events = (1.0 - r.radical_share) * r.activation;
        b_.share[lane] = y.share;
        b_.oxygen[lane] = y.oxygen;
        b_.take[lane] = events * r.sensitiser;
        b_.bleach[lane] = events * r.bleaching;
        b_.sensitiser[lane] = r.sensitiser;
        b_.self[lane] = r.self;
        b_.half[lane] = r.oxygen_half;
        supply_below_[lane] =
            r.oxygen_start > 0.0 ? Supply{r.supply, r.supply / r.oxygen_start} : Supply{};
        supply_above_[lane] = {r.excess_rate * r.oxygen_start, r.excess_rate};
    }

    /// Numbers that no operation of a step objects to.
    void idle(std::size_t lane) {
        load(lane, {}, {});
        b_.h[lane] = 1.0;
        b_.release[lane] = 0.0;
        b_.release_slope[lane] = 0.0;
    }

    /// Length of the next step and what happens to peroxide during it.
    void prepare(std::size_t lane) {
        Progress& p = progress_[lane];
        if (!p.busy) return;
        ++tried_;
        const SingletOxygenRates& r = rates_[p.voxel];
        const double peroxide = states_[p.voxel].peroxide;
        const bool releasing = releases(r, states_[p.voxel]);
        const double rate = r.catalysis + r.peroxide_turnover;
        const double rest = releasing ? r.peroxide_turnover * r.peroxide_level / rate : 0.0;
        double h = p.next;
        // the sum alone is exact, so a step shall see little of the decay
        if (releasing && std::abs(peroxide - rest) > negligible_oxygen(lane))
            h = std::min(h, 0.25 / rate);
        p.last = h >= p.left;
        if (p.last) h = p.left;
        b_.h[lane] = h;
        b_.release[lane] = 0.0;
        b_.release_slope[lane] = 0.0;
        p.peroxide_after = peroxide;
        if (releasing) release(lane, r, peroxide, rest);
        choose_supply(lane);
    }

    /// Oxygen that peroxide gives during the step: exact in sum, taken to change linearly.
    void release(std::size_t lane, const SingletOxygenRates& r, double peroxide, double rest) {
        const double h = b_.h[lane];
        const double rate = r.catalysis + r.peroxide_turnover;
        const double gone = -std::expm1(-rate * h);
        const double after = rest * gone + peroxide * (1.0 - gone);
        progress_[lane].peroxide_after = after;
        const double mean = rest * (1.0 - gone / (rate * h)) + peroxide * (gone / (rate * h));
        b_.release[lane] = 0.5 * r.catalysis * std::max(mean, 0.0);
        b_.release_slope[lane] = 0.5 * r.catalysis * (after - peroxide) / h;
    }

    /// Oxygen by which a step may overshoot the kink of the supply.
    double slack(std::size_t lane) const {
        return tolerance_ * (1e-3 * b_.half[lane] + rates_[progress_[lane].voxel].oxygen_start);
    }

    /// One side of the kink for the whole step; on it, the side to which oxygen goes.
    void choose_supply(std::size_t lane) {
        Progress& p = progress_[lane];
        const double oxygen = b_.oxygen[lane];
        const double above = oxygen - rates_[p.voxel].oxygen_start;
        const double taken = b_.take[lane] * b_.share[lane] * oxygen / (b_.half[lane] + oxygen);
        p.above = std::abs(above) > slack(lane) ? above > 0.0 : b_.release[lane] > taken;
        const Supply supply = p.above ? supply_above_[lane] : supply_below_[lane];
        b_.gain[lane] = supply.gain;
        b_.loss[lane] = supply.loss;
    }

    /// Part of the step after which oxygen crossed the kink; 1 if it did not.
    double crossing(std::size_t lane) const {
        const Progress& p = progress_[lane];
        const double start = rates_[p.voxel].oxygen_start;
        const double before = b_.oxygen[lane] - start;
        const double after = before + b_.d_oxygen[lane];
        const double beyond = p.above ? -after : after;
        if (!(beyond > slack(lane))) return 1.0;
        return std::clamp(before / (before - after), 0.1, 0.9);
    }

    void finish(std::size_t lane) {
        Progress& p = progress_[lane];
        if (!p.busy) return;
        SingletOxygenState& y = states_[p.voxel];
        const double h = b_.h[lane];
        const double error = b_.error[lane] / tolerance_;
        const bool within = error <= 1.0;  // false for what is not a number
        const bool small = y.oxygen <= negligible_oxygen(lane) || y.share <= tolerance_;
        const double factor =
            error > 1e-9 ? std::clamp(0.9 * rough_inverse_cube_root(error), 0.1, 5.0) : 5.0;
        const double crossed = within ? crossing(lane) : 1.0;
        const Balance change = balance(lane);
        const bool positive = y.oxygen + change.oxygen >= 0.0 && y.share + b_.d_share[lane] >= 0.0;
        if (within && positive && crossed == 1.0) {
            y.radicals += h * p.radicals * b_.mean_share[lane];
            accept(lane, y, change);
        } else if (h <= 1e-9 * dt_ || (within && !positive && small)) {
            take_positive(lane, y, p);
        } else {
            p.next = h * (crossed < 1.0 ? crossed : within ? 0.5 : std::min(factor, 0.5));
            return;
        }
        p.left = p.last ? 0.0 : p.left - h;
        p.next = h * std::max(factor, 0.1);
        if (!(p.left > 0.0)) refill(lane);
    }

    /// What a step does to oxygen. The stages keep the balance but for their rounding; the largest
    /// term takes that up: supply, or without vessels what has reacted, or what is left.
    struct Balance {
        double oxygen = 0.0;
        double reacted = 0.0;
        double supplied = 0.0;
    };
    Balance balance(std::size_t lane) const {
        const double released = b_.h[lane] * b_.release[lane];
        const double oxygen = b_.d_oxygen[lane];
        const double reacted = b_.d_reacted[lane];
        if (b_.gain[lane] > 0.0 || b_.loss[lane] > 0.0)
            return {oxygen, reacted, oxygen + reacted - released};
        if (released > 0.0) return {released - reacted, reacted, 0.0};
        return {oxygen, -oxygen, 0.0};
    }

    void accept(std::size_t lane, SingletOxygenState& y, const Balance& change) {
        y.share += b_.d_share[lane];
        y.oxygen += change.oxygen;
        y.reacted += change.reacted;
        y.supplied += change.supplied;
        y.from_peroxide += b_.h[lane] * b_.release[lane];
        y.peroxide = progress_[lane].peroxide_after;
        b_.share[lane] = y.share;
        b_.oxygen[lane] = y.oxygen;
    }

    /// A step that is implicit in what is taken, so positive at any length.
    void take_positive(std::size_t lane, SingletOxygenState& y, const Progress& p) {
        const double h = b_.h[lane];
        const double below = 1.0 / (b_.half[lane] + y.oxygen);
        const double rate = b_.take[lane] * y.share * below;
        const auto end = [&](const Supply& s) {
            return (y.oxygen + h * (s.gain + b_.release[lane])) / (1.0 + h * (s.loss + rate));
        };
        // the implicit balance has its solution on one side of the kink
        const bool above = end(supply_below_[lane]) > rates_[p.voxel].oxygen_start;
        const Supply& supply = above ? supply_above_[lane] : supply_below_[lane];
        const double oxygen = end(supply);
        const double bleached =
            b_.bleach[lane] * (b_.sensitiser[lane] * y.share + b_.self[lane]) * oxygen * below;
        const double share = y.share / (1.0 + h * bleached);
        y.radicals += h * p.radicals * 0.5 * (y.share + share);
        y.reacted += h * rate * oxygen;
        if (supply.gain > 0.0 || supply.loss > 0.0)
            y.supplied += oxygen - y.oxygen + h * (rate * oxygen - b_.release[lane]);
        y.from_peroxide += h * b_.release[lane];
        y.peroxide = p.peroxide_after;
        y.oxygen = b_.oxygen[lane] = oxygen;
        y.share = b_.share[lane] = share;
    }

    std::span<SingletOxygenState> states_;
    std::span<const SingletOxygenRates> rates_;
    double dt_;
    double tolerance_;
    SingletOxygenLanes b_;
    std::array<Supply, width> supply_below_{};
    std::array<Supply, width> supply_above_{};
    std::array<Progress, width> progress_{};
    std::size_t next_ = 0;
    std::size_t active_ = 0;
    std::int64_t tried_ = 0;
};

}  // namespace

std::int64_t advance_singlet_oxygen(std::span<SingletOxygenState> states,
                                    std::span<const SingletOxygenRates> rates, double dt,
                                    double tolerance, const SingletOxygenKernel& kernel) {
    if (!(dt > 0.0)) return 0;
    return LaneRun(states, rates, dt, tolerance).run(kernel);
}

std::int64_t advance_singlet_oxygen(SingletOxygenState& state, const SingletOxygenRates& rates,
                                    double dt, double tolerance) {
    return advance_singlet_oxygen(std::span(&state, 1), std::span(&rates, 1), dt, tolerance,
                                  singlet_oxygen_kernels().back());
}

double surviving_share(double dose, double threshold, double spread) {
    if (!(dose > 0.0)) return 1.0;
    return 0.5 *
           std::erfc(std::log(dose / threshold) / std::sqrt(2.0 * std::log1p(spread * spread)));
}

}  // namespace caravel::response
