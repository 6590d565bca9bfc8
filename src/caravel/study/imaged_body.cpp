#include "caravel/study/imaged_body.hpp"

#include "caravel/base/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace caravel::study {
namespace {

constexpr double tissue_density = 1000.0;  // kg/m3
constexpr double trunk_share = 0.8;        // of the body (assumed)
constexpr double trunk_slenderness = 3.0;  // length over diameter (assumed)
constexpr double seen_length = 2.0;        // diameters (assumed)
constexpr double voxels_across = 56.0;
constexpr double most_voxels = 60e6;
constexpr double heart_blood = 0.1;  // of all blood, in the heart's chambers (assumed)

/// Place and form of a part in a trunk of radius 1; half axes relative to a sphere of its volume.
struct Seat {
    const char* name;
    Vector3 centre;
    Vector3 stretch;
    double share;  // of the organ's volume: pairs
};

constexpr std::array<Seat, 5> seats{{{"liver", {0.0, 0.08, 0.42}, {1.2, 1.0, 1.0 / 1.2}, 1.0},
                                     {"spleen", {-0.6, 0.1, -0.1}, {0.8, 0.8, 1.0 / 0.64}, 1.0},
                                     {"kidney", {0.48, 0.38, -0.55}, {0.9, 0.9, 1.0 / 0.81}, 0.5},
                                     {"kidney", {-0.48, 0.38, -0.75}, {0.9, 0.9, 1.0 / 0.81}, 0.5},
                                     {"blood", {0.0, -0.1, 1.5}, {1.0, 1.0, 1.0}, heart_blood}}};

struct Ellipsoid {
    std::uint16_t region = 0;
    Vector3 centre{};
    Vector3 half{};

    bool holds(const Vector3& at) const {
        double sum = 0.0;
        for (std::size_t d = 0; d < 3; ++d) {
            const double x = (at[d] - centre[d]) / half[d];
            sum += x * x;
        }
        return sum <= 1.0;
    }
};

double radius_of(double volume) { return std::cbrt(0.75 * volume / std::numbers::pi); }

/// Diameter (m) of a cylinder of `trunk_slenderness` that holds the trunk.
double trunk_diameter(double body_weight) {
    const double volume = trunk_share * body_weight / tissue_density;
    return std::cbrt(4.0 * volume / (std::numbers::pi * trunk_slenderness));
}

class Drawing {
  public:
    Drawing(const ImagedBodyInput& input, double body_weight)
        : radius_(0.5 * input.diameter.value_or(trunk_diameter(body_weight))),
          half_length_(0.5 * input.length.value_or(seen_length * 2.0 * radius_)) {
        auto& o = body_.object;
        o.regions = {{"air", "air", false, false}, {"muscle", "muscle", false, true}};
        const double h = input.resolution.value_or(2.0 * radius_ / voxels_across);
        depth_ = input.tumour_depth.value_or(0.05 * radius_);
        spacing_ = h;
    }

    ImagedBody operator()(const std::vector<BodyPart>& organs,
                          const std::vector<BodyPart>& tumours) {
        add_spine();
        for (const auto& organ : organs) add_organ(organ);
        for (const auto& tumour : tumours) add_tumour(tumour, tumours.size());
        make_grid();
        fill();
        return std::move(body_);
    }

  private:
    std::uint16_t region_of(const std::string& name, const std::string& tissue, bool lesion) {
        auto& regions = body_.object.regions;
        for (std::size_t i = 0; i < regions.size(); ++i)
            if (regions[i].name == name) return static_cast<std::uint16_t>(i);
        regions.push_back({name, tissue, lesion, false});
        return static_cast<std::uint16_t>(regions.size() - 1);
    }

    void add_spine() {
        const double thick = 0.12 * radius_;
        parts_.push_back({region_of("bone", "bone", false),
                          {0.0, 0.78 * radius_, 0.0},
                          {thick, thick, 1e3 * half_length_}});
    }

    void add_organ(const BodyPart& organ) {
        for (const auto& seat : seats) {
            if (organ.name != seat.name) continue;
            const double r = radius_of(seat.share * organ.volume);
            Ellipsoid e{region_of(organ.name, organ.name, false), {}, {}};
            for (std::size_t d = 0; d < 3; ++d) {
                e.centre[d] = seat.centre[d] * radius_;
                e.half[d] = seat.stretch[d] * r;
            }
            parts_.push_back(e);
        }
    }

    /// On the low-y flank; what is larger than its room bulges outwards.
    void add_tumour(const BodyPart& tumour, std::size_t count) {
        const double r = radius_of(tumour.volume);
        const double middle = -0.6 * std::min(half_length_, 2.0 * radius_);
        const double apart = 2.5 * r;
        const auto number = static_cast<double>(body_.tumours.size());
        const double z = middle + (number - 0.5 * static_cast<double>(count - 1)) * apart;
        const double y = std::min(-radius_ + depth_ + r, -0.5 * radius_);
        body_.tumours.push_back({{0.0, y, z}, r});
        parts_.push_back({region_of(tumour.name, "tumour", true), {0.0, y, z}, {r, r, r}});
    }

    void make_grid() {
        Vector3 reach{radius_, radius_, half_length_};
        for (const auto& t : body_.tumours)
            for (std::size_t d = 0; d < 2; ++d)
                reach[d] = std::max(reach[d], std::abs(t.centre[d]) + t.radius);
        std::array<index_t, 3> n{};
        Grid& grid = body_.object.grid;
        for (std::size_t d = 0; d < 3; ++d) {
            const double margin = d < 2 ? 2.0 * spacing_ : 0.0;
            const double half = std::min(std::ceil((reach[d] + margin) / spacing_), 1e5);
            n[d] = std::max<index_t>(1, 2 * static_cast<index_t>(half));
            grid.origin[d] = -0.5 * static_cast<double>(n[d]) * spacing_;
        }
        const double voxels =
            static_cast<double>(n[0]) * static_cast<double>(n[1]) * static_cast<double>(n[2]);
        if (voxels > most_voxels)
            throw InputError(Diagnostic{
                {},
                fmt::format("the body that scanners see would have {:.3g} voxels", voxels),
                fmt::format("at most {:.0f} million", most_voxels / 1e6),
                "a coarser resolution or a shorter length in [imaging]"});
        grid.nx = n[0];
        grid.ny = n[1];
        grid.nz = n[2];
        grid.spacing = {spacing_, spacing_, spacing_};
    }

    std::uint16_t at(const Vector3& place) const {
        for (std::size_t i = parts_.size(); i-- > 0;)
            if (parts_[i].holds(place)) return parts_[i].region;
        return std::hypot(place[0], place[1]) <= radius_ ? 1 : 0;
    }

    void fill() {
        auto& o = body_.object;
        o.region.resize(static_cast<std::size_t>(o.grid.cell_count()));
        for (index_t k = 0; k < o.grid.nz; ++k)
            for (index_t j = 0; j < o.grid.ny; ++j)
                for (index_t i = 0; i < o.grid.nx; ++i)
                    o.region[static_cast<std::size_t>(o.grid.index(i, j, k))] =
                        at(o.grid.centre(i, j, k));
    }

    ImagedBody body_;
    std::vector<Ellipsoid> parts_;  // later ones over earlier ones
    double radius_;
    double half_length_;
    double depth_ = 0.0;
    double spacing_ = 0.0;
};

}  // namespace

void describe(input::Visitor& v, ImagedBodyInput& b) {
    v.number({"diameter", "of the trunk (default: from the body weight)"}, b.diameter,
             input::positive("mm"));
    v.number({"length", "that the scanners see (default: two diameters)"}, b.length,
             input::positive("mm"));
    v.number({"resolution", "of the body itself (default: a 56th of the diameter)"}, b.resolution,
             input::positive("mm"));
    v.number({"tumour_depth", "of tissue over the tumour (default: a 40th of the diameter)"},
             b.tumour_depth, input::non_negative("mm"));
}

ImagedBody draw_body(const ImagedBodyInput& input, double body_weight,
                     const std::vector<BodyPart>& organs, const std::vector<BodyPart>& tumours) {
    return Drawing(input, body_weight)(organs, tumours);
}

}  // namespace caravel::study
