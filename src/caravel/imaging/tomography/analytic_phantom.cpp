#include "caravel/imaging/tomography/analytic_phantom.hpp"

#include "caravel/base/error.hpp"
#include "caravel/exec/for_each.hpp"
#include "caravel/imaging/tomography/scan_frame.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>

namespace caravel::imaging {
namespace {

struct Range {
    double from = -std::numeric_limits<double>::infinity();
    double to = std::numeric_limits<double>::infinity();

    void cut(const Range& other) {
        from = std::max(from, other.from);
        to = std::min(to, other.to);
    }
};

// A solid in the coordinates in which it has unit size.
class UnitSolid {
  public:
    explicit UnitSolid(const Solid& solid)
        : solid_(solid), cosine_(std::cos(solid.turn)), sine_(std::sin(solid.turn)) {}

    const Solid& solid() const { return solid_; }

    Vector3 turned(const Vector3& v) const {
        return {(cosine_ * v[0] + sine_ * v[1]) / solid_.half[0],
                (cosine_ * v[1] - sine_ * v[0]) / solid_.half[1], v[2] / solid_.half[2]};
    }

    Vector3 local(const Vector3& point) const {
        const Vector3& c = solid_.centre;
        return turned({point[0] - c[0], point[1] - c[1], point[2] - c[2]});
    }

    // The norm whose unit ball is the solid; never above the Euclidean one.
    double size(const Vector3& q) const {
        if (solid_.shape == SolidShape::ellipsoid) return std::hypot(q[0], q[1], q[2]);
        if (solid_.shape == SolidShape::box) {
            return std::max({std::abs(q[0]), std::abs(q[1]), std::abs(q[2])});
        }
        const auto [a, b, up] = order();
        return std::max(std::hypot(q[a], q[b]), std::abs(q[up]));
    }

    double chord(const Ray& ray) const {
        const Vector3 start = local(ray.from);
        const Vector3 step{ray.to[0] - ray.from[0], ray.to[1] - ray.from[1],
                           ray.to[2] - ray.from[2]};
        const Vector3 way = turned(step);
        Range inside{0.0, 1.0};
        if (solid_.shape == SolidShape::ellipsoid) {
            inside.cut(in_ball(start, way, {1.0, 1.0, 1.0}));
        } else if (solid_.shape == SolidShape::box) {
            for (std::size_t a = 0; a < 3; ++a) inside.cut(in_slab(start[a], way[a]));
        } else {
            const auto up = order()[2];
            Vector3 across{1.0, 1.0, 1.0};
            across[up] = 0.0;
            inside.cut(in_ball(start, way, across));
            inside.cut(in_slab(start[up], way[up]));
        }
        return std::max(inside.to - inside.from, 0.0) * std::hypot(step[0], step[1], step[2]);
    }

  private:
    std::array<std::size_t, 3> order() const {
        const auto up = static_cast<std::size_t>(solid_.along);
        return {(up + 1) % 3, (up + 2) % 3, up};
    }

    static Range in_slab(double start, double way) {
        if (way == 0.0) return std::abs(start) <= 1.0 ? Range{} : Range{1.0, 0.0};
        const double a = (-1.0 - start) / way;
        const double b = (1.0 - start) / way;
        return {std::min(a, b), std::max(a, b)};
    }

    // From the closest point, where nothing cancels however far away the ray starts.
    static Range in_ball(const Vector3& start, const Vector3& way, const Vector3& use) {
        double squares = 0.0, product = 0.0;
        for (std::size_t a = 0; a < 3; ++a) {
            squares += use[a] * way[a] * way[a];
            product += use[a] * way[a] * start[a];
        }
        const double middle = squares > 0.0 ? -product / squares : 0.0;
        double distance = 0.0;
        for (std::size_t a = 0; a < 3; ++a) {
            const double x = start[a] + middle * way[a];
            distance += use[a] * x * x;
        }
        if (distance >= 1.0) return {1.0, 0.0};
        if (squares == 0.0) return {};
        const double half = std::sqrt((1.0 - distance) / squares);
        return {middle - half, middle + half};
    }

    Solid solid_;
    double cosine_;
    double sine_;
};

std::vector<UnitSolid> unit_solids(std::span<const Solid> solids) {
    check_solids(solids);
    return {solids.begin(), solids.end()};
}

double sum_of_chords(const std::vector<UnitSolid>& solids, const Ray& ray) {
    double sum = 0.0;
    for (const UnitSolid& unit : solids) sum += unit.solid().value * unit.chord(ray);
    return sum;
}

// Share of the voxel around `middle` that lies in the solid.
double share_inside(const UnitSolid& unit, const Vector3& middle, const Vector3& spacing,
                    int samples) {
    const double size = unit.size(unit.local(middle));
    if (samples == 1) return size <= 1.0 ? 1.0 : 0.0;
    const Vector3& half = unit.solid().half;
    const double reach = 0.5 * std::hypot(spacing[0], spacing[1], spacing[2]) /
                         std::min({half[0], half[1], half[2]});
    if (size + reach <= 1.0) return 1.0;
    if (size - reach >= 1.0) return 0.0;
    int inside = 0;
    const auto offset = [samples](int i) { return (i + 0.5) / samples - 0.5; };
    for (int k = 0; k < samples; ++k) {
        for (int j = 0; j < samples; ++j) {
            for (int i = 0; i < samples; ++i) {
                const Vector3 at{middle[0] + offset(i) * spacing[0],
                                 middle[1] + offset(j) * spacing[1],
                                 middle[2] + offset(k) * spacing[2]};
                if (unit.size(unit.local(at)) <= 1.0) ++inside;
            }
        }
    }
    return static_cast<double>(inside) / (samples * samples * samples);
}

}  // namespace

void check_solids(std::span<const Solid> solids) {
    for (std::size_t i = 0; i < solids.size(); ++i) {
        const Solid& s = solids[i];
        const bool sized = s.half[0] > 0.0 && s.half[1] > 0.0 && s.half[2] > 0.0;
        if (!sized || s.along < 0 || s.along > 2) {
            throw InputError(Diagnostic{{},
                                        "solid " + std::to_string(i + 1) + " of the phantom " +
                                            (sized ? "stands along no axis" : "has no size"),
                                        sized ? "0, 1 or 2" : "three lengths above 0",
                                        {}});
        }
    }
}

double value_at(std::span<const Solid> solids, const Vector3& point) {
    double sum = 0.0;
    for (const Solid& solid : solids) {
        const UnitSolid unit(solid);
        if (unit.size(unit.local(point)) <= 1.0) sum += solid.value;
    }
    return sum;
}

double line_integral(std::span<const Solid> solids, const Ray& ray) {
    return sum_of_chords(unit_solids(solids), ray);
}

void project_solids(exec::ThreadTeam& team, std::span<const Solid> solids,
                    const ScanGeometry& geometry, std::span<float> projections) {
    CARAVEL_EXPECTS(std::ssize(projections) == geometry.pixel_count());
    const std::vector<UnitSolid> units = unit_solids(solids);
    exec::for_each(
        team, geometry.views * geometry.rows,
        [&](index_t line) {
            const ScanFrame frame(geometry, line / geometry.rows);
            const auto row = static_cast<double>(line % geometry.rows);
            for (index_t c = 0; c < geometry.columns; ++c) {
                projections[static_cast<std::size_t>(line * geometry.columns + c)] =
                    static_cast<float>(
                        sum_of_chords(units, frame.ray(static_cast<double>(c), row)));
            }
        },
        16);
}

void fill_voxels(exec::ThreadTeam& team, std::span<const Solid> solids, const Grid& grid,
                 int samples, std::span<float> volume) {
    CARAVEL_EXPECTS(samples >= 1 && std::ssize(volume) == grid.cell_count());
    const std::vector<UnitSolid> units = unit_solids(solids);
    exec::for_each(
        team, grid.ny * grid.nz,
        [&](index_t line) {
            for (index_t i = 0; i < grid.nx; ++i) {
                const Vector3 middle = grid.centre(i, line % grid.ny, line / grid.ny);
                double sum = 0.0;
                for (const UnitSolid& unit : units) {
                    sum += unit.solid().value * share_inside(unit, middle, grid.spacing, samples);
                }
                volume[static_cast<std::size_t>(line * grid.nx + i)] = static_cast<float>(sum);
            }
        },
        16);
}

}  // namespace caravel::imaging
