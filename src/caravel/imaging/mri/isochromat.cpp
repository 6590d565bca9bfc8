#include "caravel/imaging/mri/isochromat.hpp"

#include "caravel/base/error.hpp"
#include "caravel/imaging/mri/bloch_program.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <mutex>
#include <numbers>

#include <fmt/format.h>

namespace caravel::imaging::mri {

namespace {

using Complex = std::complex<double>;

constexpr std::size_t smallest_block = 64;
constexpr double most_sum_bytes = 256e6;  // that partial sums may take
constexpr std::size_t steps_between_questions = 4096;

[[noreturn]] void refuse(const std::string& what, const std::string& expected) {
    throw InputError(Diagnostic{{}, what, expected, {}});
}

void check_row(const std::vector<double>& row, std::size_t spins, const char* name,
               bool may_be_negative) {
    if (row.empty()) return;
    if (row.size() != spins) {
        refuse(fmt::format("{} values of '{}' for {} spins", row.size(), name, spins),
               "one per spin or none");
    }
    for (const double value : row) {
        if (!std::isfinite(value) || (!may_be_negative && value < 0.0)) {
            refuse(fmt::format("'{}' of a spin is {}", name, value),
                   may_be_negative ? "a finite number" : "a number >= 0");
        }
    }
}

void check_change(const RateChange& change, std::size_t spins) {
    check_row(change.added_r1, spins, "added_r1", true);
    check_row(change.added_r2, spins, "added_r2", true);
    bool good = change.time.size() == change.factor.size();
    for (std::size_t i = 0; good && i < change.time.size(); ++i) {
        good = std::isfinite(change.time[i]) && std::isfinite(change.factor[i]) &&
               (i == 0 || change.time[i] > change.time[i - 1]);
    }
    if (!good) refuse("a change of rates with times that do not rise", "one factor per time");
}

void check_spins(const SpinPopulation& spins, const BlochOptions& options) {
    const std::size_t n = spins.density.size();
    check_row(spins.density, n, "density", true);
    check_row(spins.x, n, "x", true);
    check_row(spins.y, n, "y", true);
    check_row(spins.z, n, "z", true);
    check_row(spins.r1, n, "r1", false);
    check_row(spins.r2, n, "r2", false);
    check_row(spins.off_resonance, n, "off_resonance", true);
    check_row(spins.transmit, n, "transmit", true);
    check_row(spins.mx, n, "mx", true);
    check_row(spins.my, n, "my", true);
    check_row(spins.mz, n, "mz", true);
    check_change(options.change, n);
    for (const auto& coil : options.coils) {
        if (coil.size() != n) refuse("a coil without a sensitivity for each spin", "one per spin");
        for (const Complex& value : coil) {
            if (!std::isfinite(value.real()) || !std::isfinite(value.imag())) {
                refuse("a coil's sensitivity is not finite", "finite numbers");
            }
        }
    }
    if (!std::isfinite(options.gamma)) refuse("gamma is not finite", "rad/(s T)");
}

// How spins are cut and summed; follows from the numbers of spins and samples alone.
struct Cutting {
    std::size_t block = 0;
    std::size_t blocks = 0;
    std::size_t groups = 0;  // each with its own sums

    Cutting(std::size_t spins, std::size_t values) {
        const std::size_t sixteenth = (spins + 15) / 16;
        block = std::clamp((sixteenth + spin_lanes - 1) / spin_lanes * spin_lanes, smallest_block,
                           spin_block);
        blocks = (spins + block - 1) / block;
        const double bytes = std::max(1.0, 16.0 * static_cast<double>(values));
        const double fitting = std::clamp(most_sum_bytes / bytes, 4.0, 64.0);
        groups = std::min(blocks, static_cast<std::size_t>(fitting));
    }
};

template <class Real, std::size_t size>
void fill(std::array<Real, size>& row, const std::vector<double>& values, std::size_t first,
          std::size_t count, double otherwise, double scale = 1.0) {
    for (std::size_t i = 0; i < count; ++i) {
        row[i] = static_cast<Real>(values.empty() ? otherwise : values[first + i] * scale);
    }
}

template <class Real, std::size_t size>
void keep(const std::array<Real, size>& row, std::vector<double>& values, std::size_t first,
          std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) values[first + i] = static_cast<double>(row[i]);
}

template <class Real>
class Simulation {
  public:
    Simulation(const std::vector<BlochStep>& program, SpinPopulation& spins,
               const BlochOptions& options, index_t samples)
        : program_(program),
          spins_(spins),
          options_(options),
          samples_(static_cast<std::size_t>(samples)),
          coils_(std::max<std::size_t>(1, options.coils.size())),
          cutting_(spins.density.size(), coils_ * samples_) {
        const auto usable = usable_bloch_kernels<Real>();
        const auto wanted = static_cast<std::size_t>(std::max(0, options.variant));
        kernels_ =
            options.variant < 0 ? usable.back() : usable[std::min(wanted, usable.size() - 1)];
    }

    std::vector<Complex> run(exec::ThreadTeam& team) {
        std::vector<std::vector<Complex>> sums(cutting_.groups);
        team.run(static_cast<index_t>(cutting_.groups), [&](index_t tile) {
            const auto g = static_cast<std::size_t>(tile);
            sums[g].assign(coils_ * samples_, Complex{});
            const std::size_t end = (g + 1) * cutting_.blocks / cutting_.groups;
            for (std::size_t b = g * cutting_.blocks / cutting_.groups; b < end; ++b) {
                run_block(b, sums[g]);
            }
        });
        std::vector<Complex> total(coils_ * samples_);
        for (const auto& part : sums) {
            for (std::size_t i = 0; i < total.size(); ++i) total[i] += part[i];
        }
        return total;
    }

  private:
    void run_block(std::size_t number, std::vector<Complex>& sums) {
        const std::size_t first = number * cutting_.block;
        const std::size_t count = std::min(cutting_.block, spins_.density.size() - first);
        const auto spins = std::make_unique<SpinBlock<Real>>();  // zero
        SpinBlock<Real>& s = *spins;
        fetch(first, count, s);
        WindowSums window;
        for (std::size_t i = 0; i < program_.size(); ++i) {
            if (i % steps_between_questions == 0) ask();
            const BlochStep& step = program_[i];
            kernels_.advance(s, step.before);
            if (step.action == BlochAction::pulse) kernels_.pulse(s, step.pulse);
            if (step.action != BlochAction::window) continue;
            if (step.samples > 1 && !step.keeps_rotor) kernels_.set_rotor(s, step.dwell);
            for (std::size_t coil = 0; coil < coils_; ++coil) {
                receive(coil, first, count, s);
                kernels_.sum_window(s, step.samples, window);
                Complex* const to =
                    sums.data() + coil * samples_ + static_cast<std::size_t>(step.first_sample);
                for (std::size_t k = 0; k < step.samples; ++k) {
                    to[k] += Complex(window.re[k], window.im[k]);
                }
            }
        }
        keep(s.mx, spins_.mx, first, count);
        keep(s.my, spins_.my, first, count);
        keep(s.mz, spins_.mz, first, count);
    }

    void fetch(std::size_t first, std::size_t count, SpinBlock<Real>& s) const {
        s.size = (count + spin_lanes - 1) / spin_lanes * spin_lanes;
        fill(s.x, spins_.x, first, count, 0.0);
        fill(s.y, spins_.y, first, count, 0.0);
        fill(s.z, spins_.z, first, count, 0.0);
        fill(s.frequency, spins_.off_resonance, first, count, 0.0, 0.5 / std::numbers::pi);
        fill(s.r1, spins_.r1, first, count, 0.0);
        fill(s.r2, spins_.r2, first, count, 0.0);
        fill(s.added_r1, options_.change.added_r1, first, count, 0.0);
        fill(s.added_r2, options_.change.added_r2, first, count, 0.0);
        fill(s.transmit, spins_.transmit, first, count, 1.0);
        fill(s.m0, spins_.density, first, count, 0.0);
        fill(s.mx, spins_.mx, first, count, 0.0);
        fill(s.my, spins_.my, first, count, 0.0);
        fill(s.mz, spins_.mz, first, count, 0.0);
    }

    // What a coil sees of the state is what its window starts with.
    void receive(std::size_t coil, std::size_t first, std::size_t count, SpinBlock<Real>& s) const {
        if (options_.coils.empty()) {
            std::copy_n(s.mx.begin(), s.size, s.start_re.begin());
            std::copy_n(s.my.begin(), s.size, s.start_im.begin());
            return;
        }
        const Complex* const sensitivity = options_.coils[coil].data() + first;
        for (std::size_t i = 0; i < count; ++i) {
            const auto re = static_cast<Real>(sensitivity[i].real());
            const auto im = static_cast<Real>(sensitivity[i].imag());
            s.start_re[i] = s.mx[i] * re - s.my[i] * im;
            s.start_im[i] = s.mx[i] * im + s.my[i] * re;
        }
    }

    void ask() {
        if (!options_.interrupted) return;
        const std::lock_guard lock(mutex_);
        if (options_.interrupted()) throw Interrupted("the simulation of spins was interrupted");
    }

    const std::vector<BlochStep>& program_;
    SpinPopulation& spins_;
    const BlochOptions& options_;
    std::size_t samples_;
    std::size_t coils_;
    Cutting cutting_;
    BlochKernels<Real> kernels_{};
    std::mutex mutex_;
};

void start_in_equilibrium(SpinPopulation& spins) {
    const std::size_t n = spins.density.size();
    if (spins.mx.empty()) spins.mx.assign(n, 0.0);
    if (spins.my.empty()) spins.my.assign(n, 0.0);
    if (spins.mz.empty()) spins.mz = spins.density;
}

}  // namespace

SpinPopulation spread_lorentzian(const SpinPopulation& spins, const std::vector<double>& r2_prime,
                                 int count) {
    const std::size_t n = spins.density.size();
    check_spins(spins, {});
    check_row(r2_prime, n, "r2_prime", false);
    if (count < 1 || r2_prime.size() != n) {
        refuse("spins cannot be spread", "count >= 1 and one r2_prime per spin");
    }
    SpinPopulation result;
    const auto copies = static_cast<std::size_t>(count);
    const auto repeat = [&](const std::vector<double>& from, double scale) {
        std::vector<double> to;
        to.reserve(from.size() * copies);
        for (const double value : from) to.insert(to.end(), copies, value * scale);
        return to;
    };
    const double share = 1.0 / count;
    result.x = repeat(spins.x, 1.0);
    result.y = repeat(spins.y, 1.0);
    result.z = repeat(spins.z, 1.0);
    result.density = repeat(spins.density, share);
    result.r1 = repeat(spins.r1, 1.0);
    result.r2 = repeat(spins.r2, 1.0);
    result.transmit = repeat(spins.transmit, 1.0);
    result.mx = repeat(spins.mx, share);
    result.my = repeat(spins.my, share);
    result.mz = repeat(spins.mz, share);
    for (std::size_t i = 0; i < n; ++i) {
        const double own = spins.off_resonance.empty() ? 0.0 : spins.off_resonance[i];
        for (int j = 0; j < count; ++j) {
            const double quantile = (j + 0.5) * share - 0.5;
            result.off_resonance.push_back(own +
                                           r2_prime[i] * std::tan(std::numbers::pi * quantile));
        }
    }
    return result;
}

SignalSamples simulate_signal(exec::ThreadTeam& team, const TimeLine& line, SpinPopulation& spins,
                              const BlochOptions& options) {
    check_spins(spins, options);
    start_in_equilibrium(spins);
    const std::vector<BlochStep> program = make_bloch_program(line, options.gamma, options.change);
    SignalSamples result;
    result.coils = std::max<index_t>(1, static_cast<index_t>(options.coils.size()));
    result.samples = static_cast<index_t>(line.sample_time.size());
    result.time = line.sample_time;
    result.value = options.precision == Precision::single_precision
                       ? Simulation<float>(program, spins, options, result.samples).run(team)
                       : Simulation<double>(program, spins, options, result.samples).run(team);
    const std::size_t samples = line.sample_time.size();
    for (std::size_t i = 0; i < result.value.size(); ++i) {
        result.value[i] *= std::polar(1.0, -line.receiver_phase[i % samples]);
    }
    return result;
}

SignalSamples simulate_signal(exec::ThreadTeam& team, const Sequence& sequence,
                              SpinPopulation& spins, const BlochOptions& options) {
    return simulate_signal(team, compile_sequence(sequence, options.longest_pulse_piece), spins,
                           options);
}

std::vector<const char*> bloch_variants() {
    std::vector<const char*> names;
    for (const auto& kernels : usable_bloch_kernels<float>()) names.push_back(kernels.name);
    return names;
}

}  // namespace caravel::imaging::mri
