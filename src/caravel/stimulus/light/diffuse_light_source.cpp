#include "caravel/stimulus/light/diffuse_light_source.hpp"

#include "caravel/base/error.hpp"
#include "caravel/stimulus/light/diffuse_light_rays.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace caravel::stimulus {
namespace {

using Triple = std::array<double, 3>;
using Cell = std::array<index_t, 3>;

/// What an index step reflects of a ray, and the ray behind it.
double refract(Triple& direction, std::size_t axis, double outside, double inside) {
    if (outside == inside) return 0.0;
    const double ratio = outside / inside;
    const double first = std::abs(direction[axis]);
    const double sine = ratio * ratio * (1.0 - first * first);
    if (sine >= 1.0) return 1.0;
    const double second = std::sqrt(1.0 - sine);
    const double across = (outside * first - inside * second) / (outside * first + inside * second);
    const double along = (outside * second - inside * first) / (outside * second + inside * first);
    const double sign = direction[axis] > 0.0 ? 1.0 : -1.0;
    for (double& d : direction) d *= ratio;
    direction[axis] = sign * second;
    return 0.5 * (across * across + along * along);
}

/// One ray on its way; places in voxels.
struct Flight {
    Triple at{};
    Triple direction{};
    Cell cell{};
    double weight = 0.0;
    double index = 0.0;    // of what it comes from; 0: no step of the index
    std::size_t axis = 0;  // of the border it stands on
};

class FlightTracer {
  public:
    FlightTracer(const PhotonMedium& medium, const TransportCoefficients& coefficients,
                 FirstFlight& result)
        : medium_(medium),
          grid_(medium.grid),
          coefficients_(coefficients),
          result_(result),
          size_{grid_.nx, grid_.ny, grid_.nz} {}

    void trace(const LightRay& ray);
    /// Diffuse light that starts at a place, spread over the eight nearest cells of the body.
    void deposit(const Triple& at, const Cell& cell, double weight);
    bool is_body(const Cell& cell) const {
        return coefficients_.body[static_cast<std::size_t>(number(cell))] != 0;
    }

  private:
    index_t number(const Cell& cell) const { return grid_.index(cell[0], cell[1], cell[2]); }
    bool is_inside(const Cell& cell) const { return grid_.contains(cell[0], cell[1], cell[2]); }
    const OpticalMedium& at(const Cell& cell) const {
        return medium_.media[medium_.label[static_cast<std::size_t>(number(cell))]];
    }
    bool place(const LightRay& ray, Flight& flight) const;
    bool enter_box(Flight& flight) const;
    void choose_cell(Flight& flight) const;
    double next_border(const Flight& flight, std::size_t& axis) const;
    void cross(Flight& flight, double length, std::size_t axis) const;
    bool reach_body(Flight& flight);
    void fly_first_length(Flight& flight);

    const PhotonMedium& medium_;
    const Grid& grid_;
    const TransportCoefficients& coefficients_;
    FirstFlight& result_;
    Cell size_;
};

/// The voxel that a ray goes into from where it stands.
void FlightTracer::choose_cell(Flight& f) const {
    for (std::size_t a = 0; a < 3; ++a) {
        auto cell = static_cast<index_t>(std::floor(f.at[a]));
        if (f.direction[a] < 0.0 && static_cast<double>(cell) == f.at[a]) --cell;
        f.cell[a] = std::clamp<index_t>(cell, 0, size_[a] - 1);
    }
}

/// From outside of the box to the face it comes in through; false when it passes by.
bool FlightTracer::enter_box(Flight& f) const {
    double in = 0.0, out = std::numeric_limits<double>::infinity();
    for (std::size_t a = 0; a < 3; ++a) {
        const double speed = f.direction[a] / grid_.spacing[a];
        const auto edge = static_cast<double>(size_[a]);
        if (speed == 0.0) {
            if (f.at[a] < 0.0 || f.at[a] > edge) return false;
            continue;
        }
        const double low = std::min(-f.at[a] / speed, (edge - f.at[a]) / speed);
        if (low > in) {
            in = low;
            f.axis = a;
        }
        out = std::min(out, std::max(-f.at[a] / speed, (edge - f.at[a]) / speed));
    }
    if (!(in < out)) return false;
    for (std::size_t a = 0; a < 3; ++a)
        f.at[a] = std::clamp(f.at[a] + in * f.direction[a] / grid_.spacing[a], 0.0,
                             static_cast<double>(size_[a]));
    f.at[f.axis] = f.direction[f.axis] > 0.0 ? 0.0 : static_cast<double>(size_[f.axis]);
    const std::size_t face = 2 * f.axis + (f.direction[f.axis] > 0.0 ? 0 : 1);
    if (medium_.faces[face] == LightFace::fresnel) f.index = medium_.outside_index;
    return true;
}

bool FlightTracer::place(const LightRay& ray, Flight& f) const {
    bool inside = true;
    for (std::size_t a = 0; a < 3; ++a) {
        f.at[a] = (ray.position[a] - grid_.origin[a]) / grid_.spacing[a];
        // places meant to lie on a border of voxels do
        const double nearest = std::round(f.at[a]);
        if (std::abs(f.at[a] - nearest) < 1e-9 * std::max(1.0, std::abs(nearest)))
            f.at[a] = nearest;
        inside = inside && f.at[a] >= 0.0 && f.at[a] <= static_cast<double>(size_[a]);
    }
    f.direction = ray.direction;
    f.weight = ray.weight;
    if (!inside && !enter_box(f)) return false;
    choose_cell(f);
    return true;
}

double FlightTracer::next_border(const Flight& f, std::size_t& axis) const {
    double nearest = std::numeric_limits<double>::infinity();
    for (std::size_t a = 0; a < 3; ++a) {
        if (f.direction[a] == 0.0) continue;
        const double plane = static_cast<double>(f.cell[a] + (f.direction[a] > 0.0 ? 1 : 0));
        const double here = (plane - f.at[a]) * grid_.spacing[a] / f.direction[a];
        if (here < nearest) {
            nearest = here;
            axis = a;
        }
    }
    return std::max(nearest, 0.0);
}

void FlightTracer::cross(Flight& f, double length, std::size_t axis) const {
    for (std::size_t a = 0; a < 3; ++a) f.at[a] += length * f.direction[a] / grid_.spacing[a];
    f.at[axis] = static_cast<double>(f.cell[axis] + (f.direction[axis] > 0.0 ? 1 : 0));
    f.cell[axis] += f.direction[axis] > 0.0 ? 1 : -1;
    f.axis = axis;
}

/// Through exterior voxels to the body, less what its surface reflects.
bool FlightTracer::reach_body(Flight& f) {
    while (at(f.cell).exterior) {
        f.index = at(f.cell).refractive_index;
        std::size_t axis = 0;
        const double length = next_border(f, axis);
        cross(f, length, axis);
        if (!is_inside(f.cell)) return false;
    }
    if (f.index > 0.0) {
        const double lost =
            f.weight * refract(f.direction, f.axis, f.index, at(f.cell).refractive_index);
        result_.specular += lost;
        f.weight -= lost;
    }
    return f.weight > 0.0;
}

/// One transport length: on the way the ray is absorbed evenly; what is left starts to be diffuse.
void FlightTracer::fly_first_length(Flight& f) {
    double depth = 0.0, left = f.weight;
    for (;;) {
        const auto i = static_cast<std::size_t>(number(f.cell));
        const double absorption = coefficients_.absorption[i];
        const double transport = absorption + coefficients_.reduced[i];
        std::size_t axis = 0;
        const double border = next_border(f, axis);
        const bool ends = depth + transport * border >= 1.0;
        const double length = ends ? (1.0 - depth) / transport : border;
        result_.fluence[i] += f.weight * length / grid_.cell_volume();
        left = std::max(0.0, left - f.weight * length * absorption);
        depth += transport * length;
        if (ends) {
            Triple end = f.at;
            for (std::size_t a = 0; a < 3; ++a)
                end[a] += length * f.direction[a] / grid_.spacing[a];
            deposit(end, f.cell, left);
            return;
        }
        cross(f, length, axis);
        if (!is_inside(f.cell) || at(f.cell).exterior) {
            result_.left += left;
            return;
        }
    }
}

void FlightTracer::deposit(const Triple& at, const Cell& cell, double weight) {
    std::array<index_t, 3> low{};
    Triple part{};
    for (std::size_t a = 0; a < 3; ++a) {
        const double middle = at[a] - 0.5;
        low[a] = static_cast<index_t>(std::floor(middle));
        part[a] = middle - static_cast<double>(low[a]);
    }
    for (int corner = 0; corner < 8; ++corner) {
        Cell to{};
        double share = weight / grid_.cell_volume();
        for (std::size_t a = 0; a < 3; ++a) {
            const int up = (corner >> a) & 1;
            to[a] = std::clamp<index_t>(low[a] + up, 0, size_[a] - 1);
            share *= up != 0 ? part[a] : 1.0 - part[a];
        }
        // Light does not start beyond the surface.
        const Cell& chosen = is_body(to) ? to : cell;
        result_.source[static_cast<std::size_t>(number(chosen))] += share;
    }
}

void FlightTracer::trace(const LightRay& ray) {
    Flight f;
    if (!place(ray, f)) {
        result_.missed += ray.weight;
        return;
    }
    const auto i = static_cast<std::size_t>(number(f.cell));
    if (ray.isotropic && f.index == 0.0 && coefficients_.reduced[i] > 0.0 && is_body(f.cell)) {
        deposit(f.at, f.cell, f.weight);
        return;
    }
    if (!reach_body(f)) {
        // All of it was reflected, or it never came to the body.
        if (f.weight > 0.0) result_.missed += f.weight;
        return;
    }
    fly_first_length(f);
}

void start_in_voxels(const PhotonMedium& medium, const TransportCoefficients& coefficients,
                     const LightSourceInput& source, FirstFlight& result) {
    const std::size_t cells = coefficients.body.size();
    if (source.weights.size() != cells)
        throw InputError(Diagnostic{
            {},
            fmt::format("light source: {} weights for {} voxels", source.weights.size(), cells),
            "one weight per voxel",
            ""});
    double total = 0.0;
    for (const double w : source.weights) {
        if (!(w >= 0.0 && std::isfinite(w)))
            throw InputError(Diagnostic{
                {}, "light source: a weight is negative or not finite", "0 or more", ""});
        total += w;
    }
    if (!(total > 0.0))
        throw InputError(
            Diagnostic{{}, "light source: all weights are 0", "at least one more than 0", ""});
    for (std::size_t i = 0; i < cells; ++i) {
        const double share = source.weights[i] / total;
        if (coefficients.body[i] != 0)
            result.source[i] += share / medium.grid.cell_volume();
        else
            result.missed += share;
    }
}

double index_at(const PhotonMedium& medium, const std::vector<double>& position) {
    if (position.size() != 3) return 1.0;
    std::array<index_t, 3> cell{};
    for (std::size_t a = 0; a < 3; ++a) {
        const double at = (position[a] - medium.grid.origin[a]) / medium.grid.spacing[a];
        if (!(std::abs(at) < 1e9)) return medium.outside_index;
        cell[a] = static_cast<index_t>(std::floor(at));
    }
    if (!medium.grid.contains(cell[0], cell[1], cell[2])) return medium.outside_index;
    const auto i = static_cast<std::size_t>(medium.grid.index(cell[0], cell[1], cell[2]));
    return medium.media[medium.label[i]].refractive_index;
}

}  // namespace

double mean_cosine(const OpticalMedium& medium) {
    const PhaseFunction& phase = medium.phase;
    if (phase.kind == PhaseFunction::Kind::modified_henyey_greenstein)
        return phase.beta * medium.anisotropy;
    if (phase.kind != PhaseFunction::Kind::tabulated) return medium.anisotropy;
    double sum = 0.0;
    for (std::size_t i = 0; i + 1 < phase.cosines.size(); ++i)
        sum += 0.5 * (phase.cosines[i] + phase.cosines[i + 1]);
    return sum / static_cast<double>(phase.cosines.size() - 1);
}

TransportCoefficients::TransportCoefficients(const PhotonMedium& medium)
    : absorption(medium.label.size()), reduced(medium.label.size()), body(medium.label.size()) {
    for (std::size_t i = 0; i < medium.label.size(); ++i) {
        const OpticalMedium& here = medium.media[medium.label[i]];
        absorption[i] = here.absorption;
        reduced[i] = here.scattering * (1.0 - mean_cosine(here));
        if (!medium.added_absorption.empty()) absorption[i] += medium.added_absorption[i];
        if (!medium.added_scattering.empty())
            reduced[i] += medium.added_scattering[i] * (1.0 - medium.added_anisotropy);
        body[i] = !here.exterior && absorption[i] + reduced[i] > 0.0 ? 1 : 0;
        scatters = scatters || (body[i] != 0 && reduced[i] > 0.0);
    }
}

FirstFlight first_flight(const PhotonMedium& medium, const TransportCoefficients& coefficients,
                         const LightSourceInput& source) {
    FirstFlight result;
    result.fluence.assign(coefficients.body.size(), 0.0);
    result.source.assign(coefficients.body.size(), 0.0);
    if (source.kind == "volume") {
        start_in_voxels(medium, coefficients, source, result);
    } else {
        FlightTracer tracer(medium, coefficients, result);
        for (const LightRay& ray : light_rays(source, index_at(medium, source.position)))
            tracer.trace(ray);
    }
    constexpr double all = 1.0 - 1e-9;
    if (result.missed >= all)
        throw InputError(Diagnostic{{},
                                    "the light source lies outside of the domain and misses it",
                                    "a source whose beam meets the tissue",
                                    "position and direction are in the coordinates of the grid"});
    return result;
}

}  // namespace caravel::stimulus
