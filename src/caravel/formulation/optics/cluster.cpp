#include "caravel/formulation/optics/cluster.hpp"

#include "caravel/base/error.hpp"
#include "caravel/formulation/optics/cluster_system.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace caravel::formulation::optics {

namespace {

using Complex = std::complex<double>;

constexpr std::size_t direct_limit = 3000;
constexpr std::size_t small_system = 200;  // where the dense factors cost less than the products
constexpr int lowest_order = 3;

std::size_t at(int i) { return static_cast<std::size_t>(i); }

[[noreturn]] void refuse(std::string what, std::string expected, std::string hint = "") {
    throw InputError(Diagnostic{{}, std::move(what), std::move(expected), std::move(hint)});
}

void check_pairs(const std::vector<ClusterSphere>& spheres) {
    for (std::size_t i = 0; i < spheres.size(); ++i) {
        for (std::size_t j = i + 1; j < spheres.size(); ++j) {
            const double gap = norm(difference(spheres[i].centre, spheres[j].centre)) -
                               spheres[i].radius - spheres[j].radius;
            if (gap > 0.0) continue;
            refuse(
                fmt::format("spheres {} and {} overlap or touch (gap {:.4g} nm)", i, j, gap * 1e9),
                "a gap above 0", "move the centres apart");
        }
    }
}

void check(const ClusterInput& input) {
    if (input.spheres.empty()) refuse("the cluster has no sphere", "at least one sphere");
    if (!(input.wave_number > 0.0) || !std::isfinite(input.wave_number)) {
        refuse("the wave number is not positive", "2 pi n / wavelength in 1/m");
    }
    for (std::size_t i = 0; i < input.spheres.size(); ++i) {
        const ClusterSphere& s = input.spheres[i];
        const std::size_t orders = s.coefficients.a.size();
        if (!(s.radius > 0.0) || !std::isfinite(norm(s.centre)) || orders < 1 ||
            orders != s.coefficients.b.size()) {
            refuse(fmt::format("sphere {} is not complete", i),
                   "a radius above 0, a finite centre, equally many a and b");
        }
        if (input.order < 0 || at(input.order) > orders) {
            refuse(
                fmt::format("order {} is asked for, sphere {} brings {}", input.order, i, orders),
                "as many Mie coefficients as orders");
        }
    }
    Complex along = 0.0;
    double size = 0.0;
    for (std::size_t c = 0; c < 3; ++c) {
        along += input.direction[c] * input.polarisation[c];
        size += std::norm(input.polarisation[c]);
    }
    if (std::abs(norm(input.direction) - 1.0) > 1e-9 || std::abs(size - 1.0) > 1e-9 ||
        std::abs(along) > 1e-9) {
        refuse("direction or polarisation is not usable",
               "unit vectors perpendicular to each other (to 1e-9)");
    }
    check_pairs(input.spheres);
}

Vector3 middle(const std::vector<ClusterSphere>& spheres) {
    Vector3 low = spheres[0].centre, high = low;
    for (const ClusterSphere& s : spheres) {
        for (std::size_t c = 0; c < 3; ++c) {
            low[c] = std::min(low[c], s.centre[c]);
            high[c] = std::max(high[c], s.centre[c]);
        }
    }
    return {0.5 * (low[0] + high[0]), 0.5 * (low[1] + high[1]), 0.5 * (low[2] + high[2])};
}

double overlap(const WaveCoefficients& a, const WaveCoefficients& b) {
    double sum = 0.0;
    for (std::size_t k = 0; k < a.size(); ++k) sum += std::real(std::conj(a[k]) * b[k]);
    return sum;
}

// Waves about the middle of the cluster, tied to the spheres by regular translations.
class ClusterFrame {
  public:
    ClusterFrame(const ClusterInput& input, const ClusterSystem& system, int order)
        : order_(order), system_(&system) {
        const auto& orders = system.orders();
        const AxialTable table(*std::max_element(orders.begin(), orders.end()), order);
        const Vector3 origin = middle(input.spheres);
        for (std::size_t i = 0; i < orders.size(); ++i) {
            to_sphere_.emplace_back(table, WaveKind::regular, orders[i], order, input.wave_number,
                                    difference(input.spheres[i].centre, origin));
        }
    }
    int order() const { return order_; }

    // What one regular wave about the middle sends to every sphere.
    WaveCoefficients spread(std::size_t element) const {
        WaveCoefficients unit(at(2 * mode_count(order_)));
        unit[element] = 1.0;
        WaveCoefficients arriving(system_->size());
        for (std::size_t i = 0; i < to_sphere_.size(); ++i) {
            const std::size_t size = system_->first(i + 1) - system_->first(i);
            to_sphere_[i].add(unit, std::span(arriving).subspan(system_->first(i), size));
        }
        return arriving;
    }

    // |outgoing waves of all spheres, gathered about the middle|^2
    double scattered(const WaveCoefficients& outgoing) const {
        WaveCoefficients sum(at(2 * mode_count(order_)));
        for (std::size_t i = 0; i < to_sphere_.size(); ++i) {
            const std::size_t size = system_->first(i + 1) - system_->first(i);
            to_sphere_[i].add_reverse(std::span(outgoing).subspan(system_->first(i), size), sum);
        }
        return overlap(sum, sum);
    }

  private:
    int order_;
    const ClusterSystem* system_;
    std::vector<WaveTranslation> to_sphere_;
};

// Orders about the middle: as a lone sphere around all would need, to near machine precision.
int frame_order(const ClusterInput& input) {
    const Vector3 origin = middle(input.spheres);
    double reach = 0.0;
    for (const ClusterSphere& s : input.spheres) {
        reach = std::max(reach, norm(difference(s.centre, origin)) + s.radius);
    }
    const double x = input.wave_number * reach;
    return static_cast<int>(std::ceil(x + 4.05 * std::cbrt(x))) + 8;
}

WaveCoefficients arriving_plane_wave(const ClusterInput& input, const ClusterSystem& system) {
    WaveCoefficients all;
    for (std::size_t i = 0; i < input.spheres.size(); ++i) {
        const double phase = input.wave_number * dot(input.direction, input.spheres[i].centre);
        const Complex turn = std::polar(1.0, phase);
        for (const Complex& a :
             plane_wave(system.orders()[i], input.direction, input.polarisation)) {
            all.push_back(a * turn);
        }
    }
    return all;
}

// Cross-sections of some excitations, each with the same weight.
struct Sums {
    CrossSections total;
    std::vector<double> spheres;
};

Sums sum_up(const ClusterInput& input, const ClusterSystem& system, const ClusterFrame& frame,
            std::span<const WaveCoefficients> excitations,
            std::span<const WaveCoefficients> outgoing, double weight) {
    Sums sums{{}, std::vector<double>(input.spheres.size(), 0.0)};
    const double area = weight / (input.wave_number * input.wave_number);
    for (std::size_t e = 0; e < excitations.size(); ++e) {
        sums.total.extinction -= area * overlap(excitations[e], outgoing[e]);
        sums.total.scattering += area * frame.scattered(outgoing[e]);
        for (std::size_t i = 0; i < input.spheres.size(); ++i) {
            sums.spheres[i] += weight * system.absorbed(i, outgoing[e]);
        }
    }
    for (const double a : sums.spheres) sums.total.absorption += a;
    return sums;
}

void take_fixed(const ClusterInput& input, const ClusterSystem& system, Sums sums,
                const WaveCoefficients& outgoing, ClusterResult& result) {
    result.fixed = sums.total;
    result.sphere_absorption = std::move(sums.spheres);
    const double balance =
        result.fixed.extinction - result.fixed.scattering - result.fixed.absorption;
    const double size = std::abs(result.fixed.extinction);
    result.energy_residual = size > 0.0 ? std::abs(balance) / size : 0.0;
    result.waves.orders = system.orders();
    for (std::size_t i = 0; i < input.spheres.size(); ++i) {
        const auto part =
            std::span(outgoing).subspan(system.first(i), system.first(i + 1) - system.first(i));
        result.waves.outgoing.emplace_back(part.begin(), part.end());
    }
}

ClusterSystem::Solution solve_system(const ClusterInput& input, const ClusterSystem& system,
                                     const std::vector<WaveCoefficients>& excitations) {
    if (input.solver == ClusterSolver::direct) return system.solve(excitations, true);
    const bool dense_fits = system.size() <= direct_limit;
    if (input.solver == ClusterSolver::automatic && dense_fits &&
        (excitations.size() > 1 || system.size() <= small_system)) {
        return system.solve(excitations, true);
    }
    try {
        return system.solve(excitations, false);
    } catch (const NumericalError&) {
        if (input.solver == ClusterSolver::iterative || !dense_fits) throw;
        return system.solve(excitations, true);
    }
}

ClusterResult solve(const ClusterInput& input, const std::vector<int>& orders, bool with_average) {
    const ClusterSystem system(input.spheres, input.wave_number, orders, input.threads);
    const ClusterFrame frame(input, system, frame_order(input));
    // The plane wave first, then every regular wave about the middle: one factorisation for all.
    std::vector<WaveCoefficients> excitations{arriving_plane_wave(input, system)};
    const int elements = with_average ? 2 * mode_count(frame.order()) : 0;
    for (int k = 0; k < elements; ++k) excitations.push_back(frame.spread(at(k)));
    const ClusterSystem::Solution solution = solve_system(input, system, excitations);
    const std::span<const WaveCoefficients> from(excitations), to(solution.outgoing);
    ClusterResult result;
    result.iterations = solution.iterations;
    take_fixed(input, system, sum_up(input, system, frame, from.first(1), to.first(1), 1.0),
               solution.outgoing.front(), result);
    if (!with_average) return result;
    Sums sums =
        sum_up(input, system, frame, from.subspan(1), to.subspan(1), 2.0 * std::numbers::pi);
    result.average = sums.total;
    result.average_sphere_absorption = std::move(sums.spheres);
    result.average_orders = frame.order();
    return result;
}

double change(const ClusterResult& a, const ClusterResult& b) {
    return std::max(std::abs(a.fixed.extinction - b.fixed.extinction),
                    std::abs(a.fixed.absorption - b.fixed.absorption)) /
           std::abs(a.fixed.extinction);
}

std::vector<int> scaled(const std::vector<int>& orders, double factor, int step) {
    std::vector<int> result;
    for (const int n : orders) {
        const int grown = static_cast<int>(std::lround(n * factor));
        result.push_back(std::max(
            lowest_order, step > 0 ? std::max(grown, n + step) : std::min(grown, n + step)));
    }
    return result;
}

bool clamp_to_available(const ClusterInput& input, std::vector<int>& orders) {
    bool clamped = false;
    for (std::size_t i = 0; i < orders.size(); ++i) {
        const int top = static_cast<int>(input.spheres[i].coefficients.a.size());
        clamped = clamped || orders[i] >= top;
        orders[i] = std::min(orders[i], top);
    }
    return clamped;
}

}  // namespace

ClusterSphere layered_cluster_sphere(const Vector3& centre, std::span<const double> outer_radii,
                                     std::span<const Complex> relative_indices, double wave_number,
                                     int orders) {
    std::vector<double> sizes;
    for (const double r : outer_radii) sizes.push_back(r * wave_number);
    ClusterSphere sphere;
    sphere.centre = centre;
    sphere.coefficients = mie_coefficients(sizes, relative_indices, orders);
    sphere.radius = outer_radii.back();
    return sphere;
}

std::vector<int> estimated_orders(const ClusterInput& input) {
    std::vector<int> orders;
    for (std::size_t i = 0; i < input.spheres.size(); ++i) {
        const ClusterSphere& s = input.spheres[i];
        const double x = input.wave_number * s.radius;
        double steepest = 1e300;
        for (std::size_t j = 0; j < input.spheres.size(); ++j) {
            if (j == i) continue;
            const double r = s.radius, o = input.spheres[j].radius;
            const double d = norm(difference(s.centre, input.spheres[j].centre));
            const double cosine = (d * d - r * r - o * o) / (2.0 * r * o);
            const double focal = r * o * std::sqrt(cosine * cosine - 1.0) / d;
            steepest = std::min(steepest, std::asinh(focal / r));
        }
        const double images = std::log(1.0 / input.tolerance) / (2.0 * steepest);
        orders.push_back(std::max(lowest_order, static_cast<int>(std::ceil(std::min(
                                                    x + 4.05 * std::cbrt(x) + images, 500.0)))));
    }
    return orders;
}

ClusterResult cluster_cross_sections(const ClusterInput& input) {
    check(input);
    if (input.order > 0) {
        return solve(input, std::vector<int>(input.spheres.size(), input.order),
                     input.orientation_average);
    }
    std::vector<int> orders = estimated_orders(input);
    for (bool last = false;;) {
        last = clamp_to_available(input, orders);
        ClusterResult lower = solve(input, scaled(orders, 0.85, -1), false);
        ClusterResult result = solve(input, orders, input.orientation_average);
        const double difference_found = change(result, lower);
        if (difference_found <= input.tolerance) {
            result.convergence = difference_found;
            result.waves.lower_outgoing = std::move(lower.waves.outgoing);
            result.waves.lower_orders = std::move(lower.waves.orders);
            return result;
        }
        if (last) {
            refuse(fmt::format("the cluster is not converged at multipole order {}: extinction and "
                               "absorption still change by {:.2g}",
                               *std::max_element(orders.begin(), orders.end()), difference_found),
                   fmt::format("a change of at most {:.2g}", input.tolerance),
                   "a gap is too small: widen it, bring more orders or ask for less");
        }
        orders = scaled(orders, 1.25, 2);
    }
}

}  // namespace caravel::formulation::optics
