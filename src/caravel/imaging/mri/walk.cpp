#include "caravel/imaging/mri/walk.hpp"

#include "caravel/base/checks.hpp"
#include "caravel/base/grid.hpp"
#include "caravel/exec/random.hpp"
#include "caravel/imaging/noise.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace caravel::imaging {
namespace {

constexpr double surface_distance = 0.4;  // radii; what a spin at the surface counts as away

/// Spheres of one arrangement, lengths in radii.
struct Arrangement {
    double edge = 0.0;
    std::vector<double> x{};
    std::vector<double> y{};
    std::vector<double> z{};
};

struct Surroundings {
    double field = 0.0;  // over the shift at the equator
    double squared_distance = 0.0;
    std::size_t nearest = 0;
};

double to_nearest_image(double distance, double edge) {
    if (distance > 0.5 * edge) return distance - edge;
    if (distance < -0.5 * edge) return distance + edge;
    return distance;
}

Surroundings look_around(const Arrangement& a, const Vector3& at) {
    Surroundings s;
    s.squared_distance = 3.0 * a.edge * a.edge;
    for (std::size_t i = 0; i < a.x.size(); ++i) {
        const double dx = to_nearest_image(at[0] - a.x[i], a.edge);
        const double dy = to_nearest_image(at[1] - a.y[i], a.edge);
        const double dz = to_nearest_image(at[2] - a.z[i], a.edge);
        const double squared = dx * dx + dy * dy + dz * dz;
        const double inverse = 1.0 / squared;
        s.field += (3.0 * dz * dz * inverse - 1.0) * inverse / std::sqrt(squared);
        if (squared < s.squared_distance) {
            s.squared_distance = squared;
            s.nearest = i;
        }
    }
    return s;
}

/// Puts a spin that stepped into a sphere back outside, mirrored at the surface.
void reflect(const Arrangement& a, const Surroundings& s, Vector3& at) {
    const double distance = std::max(std::sqrt(s.squared_distance), 1e-3);
    const double factor = 2.0 / distance - 2.0;
    at[0] += factor * to_nearest_image(at[0] - a.x[s.nearest], a.edge);
    at[1] += factor * to_nearest_image(at[1] - a.y[s.nearest], a.edge);
    at[2] += factor * to_nearest_image(at[2] - a.z[s.nearest], a.edge);
}

void wrap(double edge, Vector3& at) {
    for (double& x : at) x -= edge * std::floor(x / edge);
}

/// A spin on its way; time in r^2/D, phase in units of the equator's shift times that time.
class Walker {
  public:
    Walker(const Arrangement& a, double step, exec::RandomStream& stream)
        : spheres_(a), step_(step), stream_(stream) {
        do {
            for (double& x : at_) x = a.edge * exec::uniform(stream_);
            here_ = look_around(a, at_);
        } while (here_.squared_distance < 1.0);
    }

    /// Phase collected until `time`.
    double phase_at(double time) {
        while (time_ < time) advance(time);
        return phase_;
    }

  private:
    void advance(double until) {
        const double left = until - time_;
        const double away = std::sqrt(here_.squared_distance) - 1.0 + surface_distance;
        const double wanted = step_ * step_ * away * away / 6.0;
        const bool last = wanted >= left;
        const double dt = last ? left : wanted;
        const double deviation = std::sqrt(2.0 * dt);
        for (double& x : at_) x += deviation * exec::normal(stream_);
        wrap(spheres_.edge, at_);
        Surroundings there = look_around(spheres_, at_);
        if (there.squared_distance < 1.0) {
            reflect(spheres_, there, at_);
            wrap(spheres_.edge, at_);
            there = look_around(spheres_, at_);
        }
        phase_ += 0.5 * dt * (here_.field + there.field);
        here_ = there;
        time_ = last ? until : time_ + dt;
    }

    const Arrangement& spheres_;
    double step_;
    exec::RandomStream& stream_;
    Vector3 at_{};
    Surroundings here_{};
    double time_ = 0.0;
    double phase_ = 0.0;
};

Arrangement arrange(const DipoleSpheres& spheres, std::uint64_t seed, index_t number) {
    Arrangement a;
    a.edge = std::cbrt(4.0 / 3.0 * std::numbers::pi * static_cast<double>(spheres.count) /
                       spheres.volume_fraction);
    exec::RandomStream stream(seed, static_cast<std::uint32_t>(NoisePurpose::placement),
                              static_cast<std::uint64_t>(number));
    for (auto* places : {&a.x, &a.y, &a.z}) {
        for (index_t i = 0; i < spheres.count; ++i)
            places->push_back(a.edge * exec::uniform(stream));
    }
    return a;
}

/// Every time and half of it, ascending.
std::vector<double> marks_of(const std::vector<double>& times, double unit) {
    std::vector<double> marks;
    for (const double time : times) {
        marks.push_back(time / unit);
        marks.push_back(0.5 * time / unit);
    }
    std::sort(marks.begin(), marks.end());
    marks.erase(std::unique(marks.begin(), marks.end()), marks.end());
    return marks;
}

/// Mean cosines over the spins of one arrangement: free, echo for every time.
std::vector<double> walk_arrangement(const DipoleSpheres& spheres, const WalkRun& run,
                                     index_t number) {
    const double unit = spheres.radius * spheres.radius / spheres.diffusion;
    const std::vector<double> marks = marks_of(run.times, unit);
    const Arrangement a = arrange(spheres, run.seed, number);
    exec::RandomStream stream(run.seed, static_cast<std::uint32_t>(NoisePurpose::walk),
                              static_cast<std::uint64_t>(number));
    std::vector<double> sums(2 * run.times.size(), 0.0);
    std::vector<double> phases(marks.size());
    const auto phase_of = [&](double time) {
        const auto found = std::lower_bound(marks.begin(), marks.end(), time);
        return phases[static_cast<std::size_t>(found - marks.begin())];
    };
    for (index_t spin = 0; spin < run.spins; ++spin) {
        Walker walker(a, run.step, stream);
        for (std::size_t i = 0; i < marks.size(); ++i)
            phases[i] = spheres.frequency_shift * unit * walker.phase_at(marks[i]);
        for (std::size_t t = 0; t < run.times.size(); ++t) {
            const double whole = phase_of(run.times[t] / unit);
            sums[2 * t] += std::cos(whole);
            sums[2 * t + 1] += std::cos(whole - 2.0 * phase_of(0.5 * run.times[t] / unit));
        }
    }
    for (double& sum : sums) sum /= static_cast<double>(run.spins);
    return sums;
}

void check(const DipoleSpheres& s, const WalkRun& run) {
    require_positive(s.radius, "the radius", "m");
    require_between(s.volume_fraction, 1e-9, 0.01, "the volume fraction", "1");
    require_positive(s.frequency_shift, "the frequency shift", "rad/s");
    require_positive(s.diffusion, "the diffusion coefficient", "m2/s");
    require_between(run.step, 0.01, 1.0, "the step", "1");
    for (const auto& [number, name] :
         {std::pair{s.count, "number of spheres"}, std::pair{run.arrangements, "arrangements"},
          std::pair{run.spins, "number of spins"}})
        require_between(static_cast<double>(number), 1.0, 1e9, std::string("the ") + name, "1");
    if (run.times.empty() || !std::is_sorted(run.times.begin(), run.times.end()) ||
        !(run.times.front() > 0.0))
        throw InputError(
            Diagnostic{{}, "the times of a walk do not ascend", "ascending times above 0", ""});
}

DecayRate rate_between(double early, double early_error, double late, double late_error,
                       double time) {
    if (!(early > 0.0) || !(late > 0.0) || !(time > 0.0))
        throw InputError(Diagnostic{
            {}, "a signal has decayed into its noise", "earlier times or more spins", ""});
    return {std::log(early / late) / time,
            std::hypot(early_error / early, late_error / late) / time};
}

}  // namespace

std::vector<WalkSignal> walk_signals(exec::ThreadTeam& team, const DipoleSpheres& spheres,
                                     const WalkRun& run) {
    check(spheres, run);
    std::vector<std::vector<double>> parts(static_cast<std::size_t>(run.arrangements));
    team.run(run.arrangements, [&](index_t i) {
        parts[static_cast<std::size_t>(i)] = walk_arrangement(spheres, run, i);
    });
    const double n = static_cast<double>(run.arrangements);
    const auto mean_and_error = [&](std::size_t at, double& mean, double& error) {
        double sum = 0.0;
        for (const auto& part : parts) sum += part[at];
        mean = sum / n;
        double squares = 0.0;
        for (const auto& part : parts) squares += (part[at] - mean) * (part[at] - mean);
        error = std::sqrt(squares / (n * std::max(n - 1.0, 1.0)));
    };
    std::vector<WalkSignal> signals(run.times.size());
    for (std::size_t t = 0; t < signals.size(); ++t) {
        signals[t].time = run.times[t];
        mean_and_error(2 * t, signals[t].free, signals[t].free_error);
        mean_and_error(2 * t + 1, signals[t].echo, signals[t].echo_error);
    }
    return signals;
}

DecayRate free_rate(const WalkSignal& early, const WalkSignal& late) {
    return rate_between(early.free, early.free_error, late.free, late.free_error,
                        late.time - early.time);
}

DecayRate echo_rate(const WalkSignal& early, const WalkSignal& late) {
    return rate_between(early.echo, early.echo_error, late.echo, late.echo_error,
                        late.time - early.time);
}

}  // namespace caravel::imaging
