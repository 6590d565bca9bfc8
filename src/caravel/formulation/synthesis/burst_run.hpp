// Steps of the monomer balance, the same for every representation of the particles.
//
// Over one step the particles see one mean monomer concentration; it solves the balance, so that
// what they take up and what the solution loses agree however stiff uptake is. A Population is a
// value with: move(law, monomer, dt), add(number, radius), number(), mean(), deviation() and
// largest() of the radius, volume() and area() per m3, uptake(law, monomer) = volume gained per
// time and monomer, longest_step(law, monomer), aggregate(collision, dt), settle(law, monomer).
#pragma once

#include "caravel/base/error.hpp"
#include "caravel/formulation/synthesis/burst_conditions.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace caravel::formulation::synthesis {

/// How finely a run steps: largest changes per step. The defaults leave errors below 0.3 %.
struct BurstStepping {
    double log_supersaturation = 0.02;  // while nuclei form
    double log_nucleation = 0.2;        // of the rate, while nuclei form
    double driving_force = 0.05;        // of monomer above saturation, relative
    double conversion = 0.02;           // of everything given
    double temperature = 1.0;           // K
    double collisions = 0.1;            // per particle
    int step_limit = 50'000;
};

template <class Population>
class BurstRun {
  public:
    BurstRun(const BurstSystem& system, Population particles, BurstStepping stepping = {})
        : system_(system), stepping_(stepping), particles_(std::move(particles)) {
        precursor_ = system.precursor;
        monomer_ = system.monomer;
        start_ = precursor_ + monomer_ + solid(particles_);
    }

    /// Runs to the end of the recipe.
    BurstResult run() {
        record(burst_conditions(system_, 0.0));
        double dt = 1e-6 * system_.duration;
        for (const double point : break_points(system_)) {
            while (time_ < point) {
                dt = step(std::min(dt, longest(point)), point);
                if (++steps_ > stepping_.step_limit) fail("took too many steps");
            }
        }
        result_.nucleated = born_ >= smallest_event;
        return std::move(result_);
    }

    const Population& particles() const { return particles_; }
    int steps() const { return steps_; }
    double smallest_nucleus() const { return smallest_nucleus_; }  // m
    double largest_radius() const { return largest_radius_; }      // m, of any particle at any time

  private:
    struct Trial {
        Population particles;
        double mean_precursor = 0.0;
        double precursor = 0.0;
        double monomer = 0.0;
        double nuclei = 0.0;
        double deposit_area = 0.0;  // 1/m, mean over the step
        double excess = 0.0;        // mol/m3, of the balance
    };
    struct Step {
        BurstConditions now;
        double dt = 0.0;
        double given = 0.0;     // mol/m3 since the start, at the end of the step
        double lateness = 0.5;  // weight of the end in the mean monomer
    };

    double solid(const Population& particles) const {
        return particles.volume() / system_.molar_volume;
    }

    /// Mean of a quantity relaxing at rate z/dt lies this far from its start towards its end.
    static double relaxation_weight(double z) {
        return z < 1e-4 ? 0.5 + z / 12.0 : 1.0 / -std::expm1(-z) - 1.0 / z;
    }

    double longest(double point) const {
        double dt = std::min(point - time_, system_.duration / 100.0);
        const double change =
            std::abs(system_.temperature(time_ + dt) - system_.temperature(time_));
        if (change > stepping_.temperature) dt *= stepping_.temperature / change;
        const BurstConditions now = burst_conditions(system_, time_ + 0.5 * dt);
        const double pairs = 4.0 * now.collision * particles_.number();
        if (pairs > 0.0) dt = std::min(dt, stepping_.collisions / pairs);
        return std::min(dt, particles_.longest_step(now.growth, monomer_));
    }

    /// Precursor at the end and its mean: first order in solution and on `area` (1/m).
    void convert(const Step& s, double area, Trial& trial) const {
        const double k = s.now.conversion + s.now.surface_conversion * area;
        const double z = k * s.dt;
        const double kept = z < 1e-9 ? 1.0 - z / 2.0 : -std::expm1(-z) / z;  // mean of exp(-kt)
        trial.precursor = precursor_ * std::exp(-z) + s.now.feed * s.dt * kept;
        const double gained = precursor_ + s.now.feed * s.dt - trial.precursor;
        trial.mean_precursor = z < 1e-9 ? precursor_ + 0.5 * s.now.feed * s.dt : gained / z;
    }

    /// Moves the particles through the step at mean monomer `mean` and closes the balance.
    void try_mean(const Step& s, double mean, Trial& trial) const {
        GrowthLaw law = s.now.growth;
        law.deposition = s.now.surface_conversion * trial.mean_precursor * law.molar_volume;
        trial.particles = particles_;
        const double before = particles_.area();
        trial.particles.move(law, mean, 0.5 * s.dt);
        const double middle = trial.particles.area();
        trial.nuclei = s.now.nucleation(mean) * s.dt;
        if (trial.nuclei < 1.0) trial.nuclei = 0.0;  // 1/m3
        if (trial.nuclei > 0.0) trial.particles.add(trial.nuclei, s.now.nucleus(mean));
        const double nuclei_area = trial.particles.area() - middle;
        trial.particles.move(law, mean, 0.5 * s.dt);
        const double after = trial.particles.area();
        trial.deposit_area = (before + 4.0 * middle + after) / 6.0 + nuclei_area / 3.0;
        trial.monomer = s.given - trial.precursor - solid(trial.particles);
        const double expected = (mean - (1.0 - s.lateness) * monomer_) / s.lateness;
        trial.excess = expected - trial.monomer;
    }

    /// Mean monomer that closes the balance: secant steps kept inside a shrinking bracket.
    double solve(const Step& s, double guess, double slope, Trial& trial) const {
        double low = 0.0;
        double high = (1.0 - s.lateness) * monomer_ + s.lateness * (s.given - trial.precursor);
        double x = std::clamp(guess, low, high);
        double x_before = x;
        double f_before = 0.0;
        for (int i = 0; i < 80; ++i) {
            try_mean(s, x, trial);
            const double f = trial.excess;
            if (std::abs(f) <= 1e-9 * x / s.lateness + 4e-16 * s.given) break;
            (f > 0.0 ? high : low) = x;
            if (high - low <= 1e-15 * high) break;
            if (i > 0 && f != f_before) slope = (f - f_before) / (x - x_before);
            x_before = x;
            f_before = f;
            x -= f / slope;
            if (!(x > low && x < high) || i % 8 == 7) x = 0.5 * (low + high);
        }
        return x;
    }

    Trial attempt(const Step& s, double slope) const {
        Trial trial{particles_};
        double area = particles_.area();
        double guess = monomer_ + 0.5 * s.dt * monomer_rate_;
        for (int i = 0; i < (s.now.surface_conversion > 0.0 ? 12 : 1); ++i) {
            convert(s, area, trial);
            guess = solve(s, guess, slope, trial);
            const double changed = std::abs(trial.deposit_area - area);
            area = trial.deposit_area;
            if (changed <= 1e-9 * area) break;
        }
        return trial;
    }

    /// Largest change over what is allowed; above 1 the step was too long.
    double roughness(const Step& s, const Trial& trial) const {
        const double saturated = s.now.growth.solubility;
        double rough = 0.0;
        if (trial.particles.number() > 0.0) {
            const double force =
                std::max(std::abs(monomer_ - saturated), std::abs(trial.monomer - saturated));
            rough = std::abs(trial.monomer - monomer_) /
                    (stepping_.driving_force * (force + 0.2 * saturated));
            const double grown = std::abs(solid(trial.particles) - solid(particles_));
            rough = std::max(rough,
                             grown / (stepping_.conversion * (s.given + 2.0 * solid(particles_))));
        }
        if (trial.nuclei > 1e-3 * std::max(trial.particles.number(), smallest_event)) {
            const double from = s.now.log_supersaturation(monomer_);
            const double to = s.now.log_supersaturation(trial.monomer);
            rough = std::max(rough, std::abs(to - from) / stepping_.log_supersaturation);
            const double rates =
                std::log(s.now.nucleation(trial.monomer)) - std::log(s.now.nucleation(monomer_));
            if (std::isfinite(rates))
                rough = std::max(rough, std::abs(rates) / stepping_.log_nucleation);
            else
                rough = std::max(rough, 2.0);
        }
        return rough;
    }

    /// One accepted step of at most dt; returns the next one's length.
    double step(double dt, double point) {
        for (int tries = 0; tries < 60; ++tries) {
            Step s;
            s.now = burst_conditions(system_, time_ + 0.5 * dt);
            s.dt = dt;
            s.given = start_ + fed(system_, 0.0, time_ + dt);
            const double uptake = particles_.uptake(s.now.growth, monomer_) / system_.molar_volume;
            s.lateness = relaxation_weight(uptake * dt);
            Trial trial = attempt(s, 1.0 / s.lateness + uptake * dt);
            const double rough = roughness(s, trial);
            if (rough <= 1.5 || dt <= 1e-15 * system_.duration) {
                accept(s, std::move(trial), dt >= point - time_ ? point : time_ + dt);
                return dt * std::clamp(0.8 / std::max(rough, 1e-9), 0.3, 2.0);
            }
            dt *= std::clamp(0.8 / rough, 0.1, 0.6);
        }
        fail("step size fell to nothing");
    }

    void accept(const Step& s, Trial trial, double end) {
        if (!std::isfinite(trial.monomer) || !std::isfinite(trial.particles.number()))
            fail("is not finite");
        time_ = end;
        monomer_rate_ = (trial.monomer - monomer_) / s.dt;
        precursor_ = trial.precursor;
        monomer_ = std::max(trial.monomer, 0.0);
        born_ += trial.nuclei;
        if (trial.nuclei > 0.0)
            smallest_nucleus_ = std::min(smallest_nucleus_, s.now.nucleus(trial.monomer));
        particles_ = std::move(trial.particles);
        if (s.now.collision > 0.0) particles_.aggregate(s.now.collision, s.dt);
        particles_.settle(s.now.growth, monomer_);
        record(s.now);
    }

    void record(const BurstConditions& now) {
        const double number = particles_.number();
        const bool any = number >= smallest_event;
        const double mean = particles_.mean();
        largest_radius_ = std::max(largest_radius_, particles_.largest());
        const double given = start_ + fed(system_, 0.0, time_);
        result_.times.push_back(time_);
        result_.precursor.push_back(precursor_);
        result_.monomer.push_back(monomer_);
        result_.supersaturation.push_back(monomer_ / now.growth.solubility);
        result_.number.push_back(any ? number : 0.0);
        result_.mean_diameter.push_back(any ? 2.0 * mean : 0.0);
        result_.spread.push_back(any ? particles_.deviation() / mean : 0.0);
        result_.solid.push_back(solid(particles_));
        result_.largest_supersaturation =
            std::max(result_.largest_supersaturation, result_.supersaturation.back());
        if (given > 0.0)
            result_.balance_residual =
                std::max(result_.balance_residual,
                         std::abs(precursor_ + monomer_ + solid(particles_) - given) / given);
    }

    [[noreturn]] void fail(const std::string& problem) const {
        throw NumericalError({"burst nucleation", "monomer", "", time_, time_, problem,
                              "check solubility, interfacial energy and prefactor"});
    }

    const BurstSystem& system_;
    BurstStepping stepping_;
    Population particles_;
    double precursor_ = 0.0;
    double monomer_ = 0.0;
    double start_ = 0.0;
    double time_ = 0.0;
    double monomer_rate_ = 0.0;
    double born_ = 0.0;
    double smallest_nucleus_ = 1.0;
    double largest_radius_ = 0.0;
    int steps_ = 0;
    BurstResult result_;
};

}  // namespace caravel::formulation::synthesis
