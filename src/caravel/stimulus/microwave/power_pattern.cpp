#include "caravel/base/checks.hpp"
#include "caravel/base/quadrature.hpp"
#include "caravel/stimulus/microwave/antenna.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace caravel::stimulus {
namespace {

using std::numbers::pi;

/// Square of a half wave's current at a share x of the half length, of integral 1 over -1 to 1.
double current_weight(double x) {
    const double c = std::cos(0.5 * pi * x);
    return c * c;
}

/// Gauss rule on -1 to 1 whose weights hold the current already.
QuadratureRule current_rule(int points) {
    QuadratureRule rule = gauss_legendre(points);
    for (std::size_t i = 0; i < rule.size(); ++i) rule.weight[i] *= current_weight(rule.node[i]);
    return rule;
}

/// Integral over the active length of weight e^(-d/depth)/d^2 (1/m2), straight on.
double far_sum(double along, double away, double half, double depth) {
    static const QuadratureRule rule = current_rule(12);
    double sum = 0.0;
    for (std::size_t i = 0; i < rule.size(); ++i) {
        const double z = half * rule.node[i] - along;
        const double square = z * z + away * away;
        sum += rule.weight[i] * std::exp(-std::sqrt(square) / depth) / square;
    }
    return sum;
}

/// The same near the line: with s = along + away tan(t) its pole is gone.
double near_sum(double along, double away, double half, double depth) {
    static const QuadratureRule rule = gauss_legendre(24);
    // At the very tip, where the weight vanishes, the sum has a limit that this much off the axis
    // shows.
    away = std::max(away, 1e-6 * half);
    const double first = std::atan2(-half - along, away);
    const double reach = 0.5 * (std::atan2(half - along, away) - first);
    double sum = 0.0;
    for (std::size_t i = 0; i < rule.size(); ++i) {
        const double t = first + reach * (1.0 + rule.node[i]);
        const double x = std::clamp((along + away * std::tan(t)) / half, -1.0, 1.0);
        sum += rule.weight[i] * current_weight(x) * std::exp(-away / (std::cos(t) * depth));
    }
    return sum * reach / (away * half);
}

double line_sum(double along, double away, double half, double depth) {
    const double clear = std::hypot(std::max(0.0, std::abs(along) - half), away);
    constexpr double far = 0.75;  // of half the length: there 12 points give 1e-7
    return clear > far * half ? far_sum(along, away, half, depth)
                              : near_sum(along, away, half, depth);
}

/// sinh(x)/x.
double bulge(double x) { return std::abs(x) < 1e-4 ? 1.0 + x * x / 6.0 : std::sinh(x) / x; }

}  // namespace

PowerPattern::PowerPattern(const MicrowaveInput& m, const Dielectric& dielectric)
    : axis_(m.position, m.direction),
      half_(0.5 * m.length),
      radius_(m.kind == "plane" ? m.spot_radius : m.radius),
      depth_(penetration_depth(dielectric, m.frequency)),
      total_(m.power * m.efficiency) {
    require_between(m.power, 0.0, 1e6, "the power of '" + m.name + "'", "W");
    require_between(m.efficiency, 0.0, 1.0, "the efficiency of '" + m.name + "'", "1");
    require_positive(
        radius_, (m.kind == "plane" ? "the spot's radius of '" : "the radius of '") + m.name + "'",
        "m");
    if (m.kind == "plane") {
        kind_ = Kind::plane;
        factor_ = total_ / (pi * radius_ * radius_ * depth_);
        return;
    }
    require_between(m.length, 4.0 * radius_, 1e3, "the active length of '" + m.name + "'", "m",
                    "at least 4 radii");
    if (m.kind == "antenna")
        set_antenna();
    else if (m.kind == "needle")
        set_needle();
    else
        throw InputError(Diagnostic{m.where,
                                    "a microwave applicator of kind '" + m.kind + "' is not known",
                                    "antenna, plane or needle", ""});
}

void PowerPattern::set_antenna() {
    kind_ = Kind::antenna;
    factor_ = total_ / (4.0 * pi * depth_);
    // What the pattern would leave inside of the applicator reaches the tissue around it.
    const QuadratureRule along = gauss_legendre(48, -half_, half_);
    const QuadratureRule across = gauss_legendre(24, 0.0, radius_);
    double inside = 0.0;
    for (std::size_t i = 0; i < along.size(); ++i)
        for (std::size_t j = 0; j < across.size(); ++j)
            inside += along.weight[i] * across.weight[j] * across.node[j] *
                      line_sum(along.node[i], across.node[j], half_, depth_);
    factor_ /= 1.0 - inside / (2.0 * depth_);
}

void PowerPattern::set_needle() {
    kind_ = Kind::needle;
    focus_ = std::sqrt((half_ - radius_) * (half_ + radius_));
    const double spread = std::log((half_ + focus_) * (half_ + focus_) / (radius_ * radius_));
    factor_ = total_ * focus_ / (2.0 * pi * spread);
}

double PowerPattern::antenna(double along, double away) const {
    if (away < radius_ && std::abs(along) < half_) return 0.0;
    return factor_ * line_sum(along, away, half_, depth_);
}

double PowerPattern::needle(double along, double away) const {
    const double x = along / half_;
    const double y = away / radius_;
    if (x * x + y * y < 1.0) return 0.0;
    // Distances to the two foci; their mean over the focal length is the ellipsoid's number.
    const double r1 = std::hypot(along - focus_, away);
    const double r2 = std::hypot(along + focus_, away);
    const double half_sum = 0.5 * (r1 + r2);
    return factor_ / (r1 * r2 * (half_sum - focus_) * (half_sum + focus_));
}

double PowerPattern::plane(double along, double away) const {
    return along < 0.0 || away > radius_ ? 0.0 : factor_ * std::exp(-along / depth_);
}

double PowerPattern::in_frame(double along, double away) const {
    if (kind_ == Kind::antenna) return antenna(along, away);
    return kind_ == Kind::needle ? needle(along, away) : plane(along, away);
}

double PowerPattern::operator()(const Vector3& place) const {
    const AxisPlace p = axis_(place);
    return in_frame(p.along, p.away);
}

std::optional<double> PowerPattern::whole_cell(const Vector3& centre,
                                               const Vector3& spacing) const {
    const AxisPlace c = axis_(centre);
    const double reach = 0.5 * std::hypot(spacing[0], spacing[1], spacing[2]);
    return kind_ == Kind::plane ? plane_cell(c, reach, spacing)
                                : line_cell(c, reach, centre, spacing);
}

std::optional<double> PowerPattern::line_cell(const AxisPlace& c, double reach,
                                              const Vector3& centre, const Vector3& spacing) const {
    const double widest = std::max({spacing[0], spacing[1], spacing[2]});
    const double along = std::abs(c.along);
    const bool may_cross = c.away - reach < radius_ && along - reach < half_;
    if (may_cross) {
        const double finest = kind_ == Kind::needle ? 0.08 : 0.2;  // of the radius
        if (widest > finest * radius_) return {};
        return kind_ == Kind::needle ? needle(c.along, c.away) : surface_cell(c, widest);
    }
    const double source = kind_ == Kind::needle ? focus_ : half_;
    const double nearest = std::hypot(std::max(0.0, along - source), c.away) - reach;
    if (widest > 0.5 * nearest) return {};
    // Gauss points, two each way.
    const double offset = 0.5 / std::numbers::sqrt3;
    double sum = 0.0;
    for (unsigned corner = 0; corner < 8; ++corner) {
        Vector3 place = centre;
        for (unsigned i = 0; i < 3; ++i)
            place[i] += ((corner >> i) & 1U) != 0 ? offset * spacing[i] : -offset * spacing[i];
        sum += (*this)(place);
    }
    return 0.125 * sum;
}

double PowerPattern::surface_cell(const AxisPlace& c, double width) const {
    if (std::abs(c.along) >= half_) return antenna(c.along, c.away);
    // The part outside of the applicator, as if the surface were flat, and the pattern in its
    // middle.
    const double inner = std::max(radius_, c.away - 0.5 * width);
    const double outer = c.away + 0.5 * width;
    if (outer <= inner) return 0.0;
    return (outer - inner) / width * antenna(c.along, 0.5 * (inner + outer));
}

std::optional<double> PowerPattern::plane_cell(const AxisPlace& c, double reach,
                                               const Vector3& spacing) const {
    double half = 0.0;
    double factor = 1.0;
    for (std::size_t i = 0; i < 3; ++i) {
        half += 0.5 * std::abs(c.axis[i]) * spacing[i];
        factor *= bulge(0.5 * c.axis[i] * spacing[i] / depth_);
    }
    const double slack = 1e-9 * half;
    if (c.away - reach >= radius_ || c.along + half <= slack) return 0.0;
    const bool whole = c.away + reach <= radius_ && c.along - half >= -slack;
    if (whole) return factor * plane(c.along, c.away);
    constexpr double finest = 1.0 / 32.0;  // of the radius
    const double widest = std::max({spacing[0], spacing[1], spacing[2]});
    if (widest > finest * radius_) return {};
    // The share of a small cell that lies under the spot and behind the face.
    const double under = std::clamp(0.5 + (radius_ - c.away) / widest, 0.0, 1.0);
    const double behind = std::clamp(0.5 + 0.5 * c.along / half, 0.0, 1.0);
    return under * behind * factor_ * std::exp(-std::max(0.0, c.along) / depth_);
}

double PowerPattern::mean(const Vector3& centre, const Vector3& spacing) const {
    if (const auto whole = whole_cell(centre, spacing)) return *whole;
    const Vector3 half{0.5 * spacing[0], 0.5 * spacing[1], 0.5 * spacing[2]};
    double sum = 0.0;
    for (unsigned corner = 0; corner < 8; ++corner) {
        Vector3 place = centre;
        for (unsigned i = 0; i < 3; ++i)
            place[i] += ((corner >> i) & 1U) != 0 ? 0.5 * half[i] : -0.5 * half[i];
        sum += mean(place, half);
    }
    return 0.125 * sum;
}

namespace {

/// Middle and ends of what gives off power.
bool reaches(const MicrowaveInput& m, const Axis& axis, const Grid& g) {
    const double half = m.kind == "plane" ? 0.0 : 0.5 * m.length;
    const double slack = 1e-6 * (g.spacing[0] + g.spacing[1] + g.spacing[2]);
    const std::array<double, 3> extent{g.spacing[0] * static_cast<double>(g.nx),
                                       g.spacing[1] * static_cast<double>(g.ny),
                                       g.spacing[2] * static_cast<double>(g.nz)};
    for (int step = -8; step <= 8; ++step) {
        bool inside = true;
        for (std::size_t i = 0; i < 3; ++i) {
            const double x = axis.position()[i] + step / 8.0 * half * axis.direction()[i];
            inside = inside && x >= g.origin[i] - slack && x <= g.origin[i] + extent[i] + slack;
        }
        if (inside) return true;
    }
    return false;
}

}  // namespace

std::vector<double> power_density(const MicrowaveInput& m, const Grid& grid,
                                  const Dielectric& dielectric) {
    const PowerPattern pattern(m, dielectric);
    if (!reaches(m, Axis(m.position, m.direction), grid))
        throw InputError(Diagnostic{
            m.where, "the applicator '" + m.name + "' lies outside of the domain",
            "a position within it", "a plane applicator's spot has its middle on a face"});
    std::vector<double> density(static_cast<std::size_t>(grid.cell_count()));
    std::size_t cell = 0;
    for (index_t k = 0; k < grid.nz; ++k)
        for (index_t j = 0; j < grid.ny; ++j)
            for (index_t i = 0; i < grid.nx; ++i)
                density[cell++] = pattern.mean(grid.centre(i, j, k), grid.spacing);
    return density;
}

}  // namespace caravel::stimulus
