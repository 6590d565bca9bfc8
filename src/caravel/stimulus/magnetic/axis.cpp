#include "caravel/stimulus/magnetic/axis.hpp"

#include "caravel/base/error.hpp"

#include <algorithm>
#include <cmath>

namespace caravel::stimulus {
namespace {

bool is_vector(const std::vector<double>& v) {
    return v.size() == 3 &&
           std::all_of(v.begin(), v.end(), [](double x) { return std::isfinite(x); });
}

double length(const Vector3& v) { return std::hypot(v[0], v[1], v[2]); }

Vector3 vector_of(const std::vector<double>& v, const char* name) {
    if (!is_vector(v))
        throw InputError(Diagnostic{
            {}, std::string("the ") + name + " is no vector", "three finite numbers", "[x, y, z]"});
    return {v[0], v[1], v[2]};
}

}  // namespace

Axis::Axis(const std::vector<double>& position, const std::vector<double>& direction)
    : position_(vector_of(position, "position")), direction_(vector_of(direction, "direction")) {
    const double size = length(direction_);
    if (!(size > 0.0))
        throw InputError(
            Diagnostic{{}, "the direction has no length", "a vector other than 0", ""});
    for (double& x : direction_) x /= size;
}

AxisPlace Axis::operator()(const Vector3& place) const {
    AxisPlace p;
    p.axis = direction_;
    Vector3 d{};
    for (std::size_t i = 0; i < 3; ++i) d[i] = place[i] - position_[i];
    for (std::size_t i = 0; i < 3; ++i) p.along += d[i] * direction_[i];
    for (std::size_t i = 0; i < 3; ++i) p.outward[i] = d[i] - p.along * direction_[i];
    p.away = length(p.outward);
    for (double& x : p.outward) x = p.away > 0.0 ? x / p.away : 0.0;
    return p;
}

void check_axis(input::Visitor& v, const std::vector<double>& position,
                const std::vector<double>& direction) {
    if (!v.reads()) return;
    // Left out: the middle of the tissue.
    if (!position.empty() && !is_vector(position))
        v.complain("position", "a position has three coordinates", "[x, y, z]");
    if (!is_vector(direction) ||
        std::all_of(direction.begin(), direction.end(), [](double x) { return x == 0.0; }))
        v.complain("direction", "a direction has three coordinates, not all 0", "[x, y, z]",
                   "its length does not matter");
}

}  // namespace caravel::stimulus
