#include "caravel/study/phantom_shapes.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

namespace caravel::study {
namespace {

constexpr double endless = std::numeric_limits<double>::infinity();
constexpr int parts = 6;  // along a voxel's edge

double dot(const Vector3& a, const Vector3& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

Vector3 vector_of(const std::vector<double>& values) { return {values[0], values[1], values[2]}; }

Vector3 unit(Vector3 v) {
    const double length = std::sqrt(dot(v, v));
    for (double& c : v) c /= length;
    return v;
}

/// Directions spread evenly over a sphere by the golden angle.
std::vector<Vector3> spread_directions(std::int64_t count) {
    std::vector<Vector3> directions;
    const double golden = std::numbers::pi * (3.0 - std::sqrt(5.0));
    for (std::int64_t i = 0; i < count; ++i) {
        const double z = 1.0 - (2.0 * static_cast<double>(i) + 1.0) / static_cast<double>(count);
        const double r = std::sqrt(1.0 - z * z);
        const double angle = golden * static_cast<double>(i);
        directions.push_back({r * std::cos(angle), r * std::sin(angle), z});
    }
    return directions;
}

/// Number of the last body that holds a place; -1: none.
int last_holding(const std::vector<PhantomBody>& bodies, const Vector3& place) {
    for (std::size_t s = bodies.size(); s-- > 0;)
        if (bodies[s].holds(place)) return static_cast<int>(s);
    return -1;
}

class ShareCounter {
  public:
    ShareCounter(const std::vector<PhantomShape>& shapes, const std::vector<PhantomBody>& bodies,
                 const Grid& grid)
        : bodies_(&bodies), grid_(&grid) {
        for (const auto& s : shapes) tumour_.push_back(s.role == "tumour");
    }
    bool any() const { return std::find(tumour_.begin(), tumour_.end(), true) != tumour_.end(); }

    bool is_tumour(int shape) const {
        return shape >= 0 && tumour_[static_cast<std::size_t>(shape)];
    }

    /// Part of a voxel that is tumour: eight points near its corners decide whether all of it is.
    double operator()(const Vector3& middle, bool middle_is_tumour) const {
        int corners = 0;
        for (int c = 0; c < 8; ++c)
            corners += at(middle, {(c & 1) * 1.0 - 0.5, ((c >> 1) & 1) * 1.0 - 0.5,
                                   ((c >> 2) & 1) * 1.0 - 0.5})
                           ? 1
                           : 0;
        if (corners == (middle_is_tumour ? 8 : 0)) return middle_is_tumour ? 1.0 : 0.0;
        int inside = 0;
        for (int k = 0; k < parts; ++k)
            for (int j = 0; j < parts; ++j)
                for (int i = 0; i < parts; ++i)
                    inside += at(middle, {(i + 0.5) / parts - 0.5, (j + 0.5) / parts - 0.5,
                                          (k + 0.5) / parts - 0.5})
                                  ? 1
                                  : 0;
        return static_cast<double>(inside) / (parts * parts * parts);
    }

  private:
    bool at(const Vector3& middle, const Vector3& offset) const {
        return is_tumour(last_holding(*bodies_, {middle[0] + offset[0] * grid_->spacing[0],
                                                 middle[1] + offset[1] * grid_->spacing[1],
                                                 middle[2] + offset[2] * grid_->spacing[2]}));
    }

    const std::vector<PhantomBody>* bodies_;
    const Grid* grid_;
    std::vector<bool> tumour_;
};

}  // namespace

Vector3 middle_of(const Grid& grid) {
    return {grid.origin[0] + 0.5 * grid.spacing[0] * static_cast<double>(grid.nx),
            grid.origin[1] + 0.5 * grid.spacing[1] * static_cast<double>(grid.ny),
            grid.origin[2] + 0.5 * grid.spacing[2] * static_cast<double>(grid.nz)};
}

PhantomBody::PhantomBody(const PhantomShape& shape, const Grid& grid)
    : centre_(shape.centre.empty() ? middle_of(grid) : vector_of(shape.centre)) {
    const double radius = shape.radius.value_or(0.0);
    if (shape.kind == "sphere") {
        half_ = {radius, radius, radius};
    } else if (shape.kind == "ellipsoid") {
        kind_ = Kind::ellipsoid;
        half_ = vector_of(shape.half_axes);
    } else if (shape.kind == "box") {
        kind_ = Kind::box;
        for (std::size_t d = 0; d < 3; ++d) half_[d] = 0.5 * shape.size[d];
    } else if (shape.kind == "cylinder") {
        kind_ = Kind::cylinder;
        half_ = {radius, shape.length ? 0.5 * *shape.length : endless, 0.0};
        direction_ = unit(vector_of(shape.direction));
    } else if (shape.kind == "layer") {
        kind_ = Kind::layer;
        const auto axis = static_cast<std::size_t>(shape.along[0] - 'x');
        direction_ = {0.0, 0.0, 0.0};
        direction_[axis] = 1.0;
        half_ = {shape.from.value_or(-endless), shape.to.value_or(endless), 0.0};
    } else if (shape.kind == "rods") {
        kind_ = Kind::rods;
        half_ = {radius, shape.length ? 0.5 * *shape.length : endless, 0.0};
        direction_ = {std::cos(shape.angle), std::sin(shape.angle), 0.0};
        pitch_ = shape.pitch.value_or(4.0 * radius);
        rows_ = shape.rows;
    } else {
        kind_ = Kind::irregular;
        half_ = {radius, radius, radius};
        lobe_height_ = shape.lobe_height;
        lobes_ = spread_directions(shape.lobes);
        // Neighbouring lobes are about sqrt(4 pi / n) apart.
        sharpness_ = static_cast<double>(shape.lobes);
    }
}

bool PhantomBody::holds(const Vector3& place) const {
    const Vector3 d{place[0] - centre_[0], place[1] - centre_[1], place[2] - centre_[2]};
    switch (kind_) {
    case Kind::sphere: return dot(d, d) <= half_[0] * half_[0];
    case Kind::ellipsoid: {
        const Vector3 n{d[0] / half_[0], d[1] / half_[1], d[2] / half_[2]};
        return dot(n, n) <= 1.0;
    }
    case Kind::box:
        return std::abs(d[0]) <= half_[0] && std::abs(d[1]) <= half_[1] &&
               std::abs(d[2]) <= half_[2];
    case Kind::cylinder: {
        const double along = dot(d, direction_);
        return std::abs(along) <= half_[1] && dot(d, d) - along * along <= half_[0] * half_[0];
    }
    case Kind::layer: {
        const double along = dot(place, direction_);
        return along >= half_[0] && along < half_[1];
    }
    case Kind::irregular: return irregular_holds(d);
    case Kind::rods: return rods_hold(d);
    }
    return false;
}

/// Bumps and dents by turns: r(n) = R (1 + h sum of (-1)^k exp(s (n . d_k - 1))).
bool PhantomBody::irregular_holds(const Vector3& offset) const {
    const double distance = std::sqrt(dot(offset, offset));
    if (distance == 0.0) return true;
    if (distance > half_[0] * (1.0 + 2.0 * lobe_height_)) return false;
    double height = 0.0;
    double sign = 1.0;
    for (const auto& lobe : lobes_) {
        height += sign * std::exp(sharpness_ * (dot(offset, lobe) / distance - 1.0));
        sign = -sign;
    }
    return distance <= half_[0] * (1.0 + lobe_height_ * std::clamp(height, -1.0, 1.0));
}

/// A triangular lattice within 60 degrees: row k (from 0) holds k + 1 rods.
bool PhantomBody::rods_hold(const Vector3& offset) const {
    if (std::abs(offset[2]) > half_[1]) return false;
    const double along = offset[0] * direction_[0] + offset[1] * direction_[1];
    const double across = offset[1] * direction_[0] - offset[0] * direction_[1];
    const double row_pitch = pitch_ * 0.5 * std::numbers::sqrt3;
    const auto nearest = static_cast<std::int64_t>(std::lround(along / row_pitch));
    for (std::int64_t row = std::max<std::int64_t>(0, nearest - 1);
         row <= std::min(rows_ - 1, nearest + 1); ++row) {
        const double first = -0.5 * static_cast<double>(row) * pitch_;
        const double place = std::round((across - first) / pitch_);
        const double rod = std::clamp(place, 0.0, static_cast<double>(row));
        const double dx = along - static_cast<double>(row) * row_pitch;
        const double dy = across - first - rod * pitch_;
        if (dx * dx + dy * dy <= half_[0] * half_[0]) return true;
    }
    return false;
}

VoxelisedShapes voxelise(const std::vector<PhantomShape>& shapes, const Grid& grid) {
    std::vector<PhantomBody> bodies;
    for (const auto& s : shapes) bodies.emplace_back(s, grid);
    const ShareCounter share(shapes, bodies, grid);
    VoxelisedShapes result;
    const auto cells = static_cast<std::size_t>(grid.cell_count());
    result.shape.assign(cells, -1);
    result.tumour_share.assign(cells, 0.0);
    const bool any_tumour = share.any();
    std::size_t cell = 0;
    for (index_t k = 0; k < grid.nz; ++k)
        for (index_t j = 0; j < grid.ny; ++j)
            for (index_t i = 0; i < grid.nx; ++i, ++cell) {
                const Vector3 middle = grid.centre(i, j, k);
                result.shape[cell] = last_holding(bodies, middle);
                if (any_tumour)
                    result.tumour_share[cell] = share(middle, share.is_tumour(result.shape[cell]));
            }
    return result;
}

std::vector<tissue::HeatLink> cut_ways(const std::vector<PhantomShape>& shapes, const Grid& grid,
                                       const std::vector<int>& shape) {
    std::vector<PhantomBody> bodies;
    for (const auto& s : shapes) bodies.emplace_back(s, grid);
    const std::array<index_t, 3> size{grid.nx, grid.ny, grid.nz};
    const std::array<index_t, 3> step{1, grid.nx, grid.nx * grid.ny};
    std::vector<tissue::HeatLink> links;
    for (index_t p = 0; p < grid.cell_count(); ++p) {
        const std::array<index_t, 3> at{p % size[0], p / size[0] % size[1], p / step[2]};
        const int own = shape[static_cast<std::size_t>(p)];
        for (std::size_t a = 0; a < 3; ++a) {
            if (at[a] + 1 == size[a] || shape[static_cast<std::size_t>(p + step[a])] == own)
                continue;
            double low = 0.0;
            double high = 1.0;
            while (high - low > 1e-3) {
                const double share = 0.5 * (low + high);
                Vector3 place = grid.centre(at[0], at[1], at[2]);
                place[a] += share * grid.spacing[a];
                (last_holding(bodies, place) == own ? low : high) = share;
            }
            links.push_back({p, static_cast<int>(a), 0.5 * (low + high)});
        }
    }
    return links;
}

std::vector<bool> voxels_in(const PhantomShape& shape, const Grid& grid) {
    const PhantomBody body(shape, grid);
    std::vector<bool> inside(static_cast<std::size_t>(grid.cell_count()));
    std::size_t cell = 0;
    for (index_t k = 0; k < grid.nz; ++k)
        for (index_t j = 0; j < grid.ny; ++j)
            for (index_t i = 0; i < grid.nx; ++i, ++cell)
                inside[cell] = body.holds(grid.centre(i, j, k));
    return inside;
}

}  // namespace caravel::study
