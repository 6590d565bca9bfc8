#include "caravel/formulation/optics/surface_enhancement.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/quadrature.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace caravel::formulation::optics {

namespace {

using Complex = std::complex<double>;

// One illumination with its answer.
struct Light {
    const ClusterInput* input;
    const ClusterWaves* waves;
};

ComplexVector3 total_field(const Light& light, const Vector3& point) {
    const ClusterInput& input = *light.input;
    const Complex phase = std::polar(1.0, input.wave_number * dot(input.direction, point));
    ComplexVector3 e;
    for (std::size_t c = 0; c < 3; ++c) e[c] = input.polarisation[c] * phase;
    for (std::size_t i = 0; i < input.spheres.size(); ++i) {
        const int order = light.waves->orders[i];
        const ComplexVector3 s =
            wave_field(WaveKind::outgoing, light.waves->outgoing[i], order, input.wave_number,
                       difference(point, input.spheres[i].centre));
        for (std::size_t c = 0; c < 3; ++c) e[c] += s[c];
    }
    return e;
}

int inside_which(const ClusterInput& input, const Vector3& point) {
    for (std::size_t i = 0; i < input.spheres.size(); ++i) {
        const double depth =
            input.spheres[i].radius - norm(difference(point, input.spheres[i].centre));
        if (depth > 1e-9 * input.spheres[i].radius) return static_cast<int>(i);
    }
    return -1;
}

void check(const ClusterInput& input, const ClusterWaves& waves, const SurfaceSampling& sampling) {
    if (waves.outgoing.size() != input.spheres.size()) {
        throw InputError(Diagnostic{{},
                                    "the waves belong to another cluster",
                                    fmt::format("waves of {} spheres", input.spheres.size()),
                                    ""});
    }
    if (!(sampling.distance >= 0.0) || sampling.polar_nodes < 0) {
        throw InputError(Diagnostic{{},
                                    "the molecule distance or node count is negative",
                                    "distance >= 0 m, nodes >= 0",
                                    ""});
    }
}

SurfaceField around(const Light& light, const Light& shifted, std::size_t sphere,
                    const SurfaceSampling& sampling) {
    const ClusterSphere& s = light.input->spheres[sphere];
    const double radius = s.radius + sampling.distance;
    const int n =
        sampling.polar_nodes > 0 ? sampling.polar_nodes : 2 * light.waves->orders[sphere] + 4;
    SurfaceField field;
    double used = 0.0;
    const QuadratureRule rule = gauss_legendre(n);
    for (std::size_t i = 0; i < rule.size(); ++i) {
        const double cosine = rule.node[i];
        const double sine = std::sqrt(1.0 - cosine * cosine);
        for (int j = 0; j < 2 * n; ++j) {
            const double azimuth = std::numbers::pi * j / n;
            const Vector3 point{s.centre[0] + radius * sine * std::cos(azimuth),
                                s.centre[1] + radius * sine * std::sin(azimuth),
                                s.centre[2] + radius * cosine};
            if (inside_which(*light.input, point) >= 0) continue;
            const double weight = rule.weight[i] / (4.0 * n);
            const double e2 = square(total_field(light, point));
            const double r2 =
                shifted.input == light.input ? e2 : square(total_field(shifted, point));
            used += weight;
            field.mean_square += weight * e2;
            field.mean_fourth += weight * e2 * e2;
            field.mean_raman += weight * e2 * r2;
            if (e2 > field.maximum) {
                field.maximum = e2;
                field.hot_spot = point;
            }
        }
    }
    field.excluded = std::max(0.0, 1.0 - used);
    if (field.excluded < 1e-12) field.excluded = 0.0;
    if (used <= 0.0) return field;
    for (double* mean : {&field.mean_square, &field.mean_fourth, &field.mean_raman}) *mean /= used;
    return field;
}

SurfaceEnhancement sum_up(const Light& light, const Light& shifted,
                          const SurfaceSampling& sampling) {
    SurfaceEnhancement result;
    double area = 0.0;
    for (std::size_t i = 0; i < light.input->spheres.size(); ++i) {
        const SurfaceField f = around(light, shifted, i, sampling);
        const double r = light.input->spheres[i].radius + sampling.distance;
        const double share = r * r * (1.0 - f.excluded);
        area += share;
        result.all.mean_square += share * f.mean_square;
        result.all.mean_fourth += share * f.mean_fourth;
        result.all.mean_raman += share * f.mean_raman;
        if (f.maximum > result.all.maximum) {
            result.all.maximum = f.maximum;
            result.all.hot_spot = f.hot_spot;
        }
        result.spheres.push_back(f);
    }
    if (!(area > 0.0)) {
        throw InputError(Diagnostic{{},
                                    "no free surface is left at the molecule distance",
                                    "a distance below the gaps",
                                    ""});
    }
    result.all.mean_square /= area;
    result.all.mean_fourth /= area;
    result.all.mean_raman /= area;
    return result;
}

}  // namespace

ComplexVector3 electric_field(const ClusterInput& input, const ClusterWaves& waves,
                              const Vector3& point) {
    check(input, waves, {});
    const int inside = inside_which(input, point);
    if (inside >= 0) {
        throw InputError(Diagnostic{{},
                                    fmt::format("the point lies in sphere {}", inside),
                                    "a point outside all spheres",
                                    ""});
    }
    return total_field({&input, &waves}, point);
}

SurfaceEnhancement surface_enhancement(const ClusterInput& input, const ClusterWaves& waves,
                                       const SurfaceSampling& sampling) {
    return surface_enhancement(input, waves, input, waves, sampling);
}

SurfaceEnhancement surface_enhancement(const ClusterInput& input, const ClusterWaves& waves,
                                       const ClusterInput& shifted_input,
                                       const ClusterWaves& shifted_waves,
                                       const SurfaceSampling& sampling) {
    check(input, waves, sampling);
    check(shifted_input, shifted_waves, sampling);
    if (shifted_input.spheres.size() != input.spheres.size()) {
        throw InputError(Diagnostic{{},
                                    "the shifted solution belongs to another cluster",
                                    fmt::format("{} spheres", input.spheres.size()),
                                    ""});
    }
    const Light light{&input, &waves};
    SurfaceEnhancement result = sum_up(light, {&shifted_input, &shifted_waves}, sampling);
    if (waves.lower_outgoing.empty()) return result;
    const ClusterWaves lower_waves{waves.lower_outgoing, waves.lower_orders, {}, {}};
    const Light lower{&input, &lower_waves};
    const double before = sum_up(lower, lower, sampling).all.mean_fourth;
    result.convergence = std::abs(before / result.all.mean_fourth - 1.0);
    return result;
}

}  // namespace caravel::formulation::optics
