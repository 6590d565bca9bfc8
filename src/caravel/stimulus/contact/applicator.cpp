#include "caravel/stimulus/contact/applicator.hpp"

#include "caravel/base/error.hpp"
#include "caravel/stimulus/contact/applicator_surface.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace caravel::stimulus {
namespace {

constexpr double body_temperature = 310.15;  // K, of a probe before its programme
constexpr double patches_per_voxel = 4.0;
constexpr double time_constants = 6.0;  // after which a probe has its temperature

/// Time since the start of a cycle and which it is.
struct Phase {
    std::int64_t cycle = 0;
    double since = 0.0;  // s
};

Phase phase_at(const ProbeInput& p, double since) {
    const double period = p.duration + p.pause;
    auto cycle = static_cast<std::int64_t>(std::floor(since / period));
    cycle = std::clamp<std::int64_t>(cycle, 0, p.cycles - 1);
    return {cycle, since - static_cast<double>(cycle) * period};
}

double approach(double from, double to, double time, double constant) {
    return constant > 0.0 ? to + (from - to) * std::exp(-time / constant) : to;
}

/// Temperature (K) at the start of a cycle.
double start_of(const ProbeInput& p, std::int64_t cycle) {
    double at = body_temperature;
    for (std::int64_t c = 0; c < cycle; ++c) {
        at = approach(at, probe_temperature(p), p.duration, p.time_constant);
        at = approach(at, p.thaw_temperature.value_or(body_temperature), p.pause, p.time_constant);
    }
    return at;
}

double programme_end(const ProbeInput& p) {
    return p.at + static_cast<double>(p.cycles) * p.duration +
           static_cast<double>(p.cycles - 1) * p.pause;
}

std::string place_of(const Vector3& at) {
    return fmt::format("({:g}, {:g}, {:g}) mm", 1e3 * at[0], 1e3 * at[1], 1e3 * at[2]);
}

void check_inside(const ProbeInput& p, const Grid& grid) {
    const std::array<index_t, 3> size{grid.nx, grid.ny, grid.nz};
    const Vector3 axis = probe_axis(p);
    for (std::size_t a = 0; a < 3; ++a) {
        const double width = p.radius * std::sqrt(std::max(0.0, 1.0 - axis[a] * axis[a]));
        const double middle = p.tip[a] + p.radius * axis[a];
        const double end = p.tip[a] + p.active_length * axis[a];
        // of the tip's sphere only the half away from the shaft is surface
        const double below = axis[a] > 0.0 ? p.radius : width;
        const double above = axis[a] < 0.0 ? p.radius : width;
        const double low = std::min(middle - below, end - width);
        const double high = std::max(middle + above, end + width);
        const double first = grid.origin[a];
        const double last = first + static_cast<double>(size[a]) * grid.spacing[a];
        const double rounding = 1e-9 * (last - first);
        if (low >= first - rounding && high <= last + rounding) continue;
        throw InputError(Diagnostic{
            p.where,
            fmt::format("probe \"{}\" with its tip at {} reaches out of the grid along {}", p.name,
                        place_of({p.tip[0], p.tip[1], p.tip[2]}), "xyz"[a]),
            fmt::format("its surface within {:g} to {:g} mm", 1e3 * first, 1e3 * last),
            "shorten the active length, move the tip, or enlarge the domain"});
    }
}

void check_pair(const ProbeInput& a, const ProbeInput& b) {
    const bool at_once = a.at < programme_end(b) && b.at < programme_end(a);
    if (!at_once) return;
    const double gap = axis_distance(a, b) - a.radius - b.radius;
    if (gap >= -1e-9) return;
    throw InputError(
        Diagnostic{b.where,
                   fmt::format("probes \"{}\" and \"{}\" overlap by {:.3g} mm while both act",
                               a.name, b.name, -1e3 * gap),
                   fmt::format("axes at least {:.3g} mm apart", 1e3 * (a.radius + b.radius)),
                   "move one, or let one begin after the other has ended"});
}

}  // namespace

ProbeState probe_state(const ProbeInput& probe, double time) {
    const double since = time - probe.at;
    if (since < 0.0 || time >= programme_end(probe)) return {body_temperature, false};
    const Phase phase = phase_at(probe, since);
    const double start = start_of(probe, phase.cycle);
    const double cold = probe_temperature(probe);
    if (phase.since < probe.duration) {
        return {approach(start, cold, phase.since, probe.time_constant), true};
    }
    const double ended = approach(start, cold, probe.duration, probe.time_constant);
    const double pause = phase.since - probe.duration;
    const double goal = probe.thaw_temperature.value_or(body_temperature);
    return {approach(ended, goal, pause, probe.time_constant), probe.thaw_temperature.has_value()};
}

std::vector<double> probe_events(const ProbeInput& probe) {
    std::vector<double> times;
    const double period = probe.duration + probe.pause;
    const auto turn = [&](double at, double length) {
        times.push_back(at);
        if (!(probe.time_constant > 0.0)) return;
        for (double t = 0.5; t <= time_constants && t * probe.time_constant < length; t += 0.5) {
            times.push_back(at + t * probe.time_constant);
        }
    };
    for (std::int64_t c = 0; c < probe.cycles; ++c) {
        const double start = probe.at + static_cast<double>(c) * period;
        turn(start, probe.duration);
        if (c + 1 < probe.cycles && probe.pause > 0.0) {
            turn(start + probe.duration, probe.pause);
        }
    }
    times.push_back(programme_end(probe));
    return times;
}

std::vector<double> probe_conductance(const ProbeInput& probe, const Grid& grid) {
    check_probe(probe);
    check_inside(probe, grid);
    std::vector<double> conductance(static_cast<std::size_t>(grid.cell_count()), 0.0);
    const double closest = std::min({grid.spacing[0], grid.spacing[1], grid.spacing[2]});
    const double per_area = probe_transfer(probe) / grid.cell_volume();
    const std::array<index_t, 3> size{grid.nx, grid.ny, grid.nz};
    for (const SurfacePatch& patch : probe_patches(probe, closest / patches_per_voxel)) {
        std::array<index_t, 3> cell{};
        for (std::size_t a = 0; a < 3; ++a) {
            const double number = (patch.centre[a] - grid.origin[a]) / grid.spacing[a];
            cell[a] = std::clamp<index_t>(static_cast<index_t>(std::floor(number)), 0, size[a] - 1);
        }
        conductance[static_cast<std::size_t>(grid.index(cell[0], cell[1], cell[2]))] +=
            per_area * patch.area;
    }
    return conductance;
}

void check_probes(const std::vector<ProbeInput>& probes, const Grid& grid) {
    for (const ProbeInput& probe : probes) {
        check_probe(probe);
        check_inside(probe, grid);
    }
    for (std::size_t a = 0; a < probes.size(); ++a) {
        for (std::size_t b = a + 1; b < probes.size(); ++b) check_pair(probes[a], probes[b]);
    }
}

}  // namespace caravel::stimulus
