#include "caravel/stimulus/light/light_source.hpp"

#include <cmath>
#include <numbers>

namespace caravel::stimulus {

namespace {

double norm(const std::vector<double>& v) {
    double sum = 0.0;
    for (const double x : v) sum += x * x;
    return std::sqrt(sum);
}

double parallelogram(const std::vector<double>& a, const std::vector<double>& b) {
    if (a.size() != 3 || b.size() != 3) return 0.0;
    return norm({a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]});
}

bool has_edges(const LightSourceInput& s) { return s.kind == "planar" || s.kind == "pattern"; }

bool has_radius(const LightSourceInput& s) {
    return s.kind == "disk" || s.kind == "gaussian" || s.kind == "fibre";
}

}  // namespace

void describe(input::Visitor& v, LightSourceInput& source) {
    v.choice({"kind", "shape of the beam"}, source.kind,
             {"pencil", "disk", "gaussian", "planar", "cone", "isotropic", "line", "fibre",
              "pattern", "volume"});
    v.numbers({"position", "middle of the beam; a corner of planar and pattern, an end of line",
               input::Presence::required},
              source.position, input::any_number("mm"));
    v.numbers({"direction", "of the beam or the line, any length"}, source.direction,
              input::any_number("1"));
    v.number({"radius", "of disk and fibre; gaussian: where the irradiance is 1/e2"}, source.radius,
             {"mm", 0.0, 1000.0});
    v.number({"half_angle", "of a cone"}, source.half_angle, {"deg", 0.0, 180.0});
    v.number({"numerical_aperture", "of a fibre"}, source.numerical_aperture, {"1", 0.0, 1.6});
    v.number({"length", "of a line"}, source.length, {"mm", 0.0, 1000.0});
    v.numbers({"edge_1", "first edge of planar and pattern"}, source.edge_1,
              input::any_number("mm"));
    v.numbers({"edge_2", "second edge"}, source.edge_2, input::any_number("mm"));
    v.numbers({"weights", "brightness of the pixels of a pattern, along edge_1 first"},
              source.weights, input::non_negative("1"));
    v.integer({"columns", "pixels of a pattern along edge_1"}, source.columns, 1, 100'000);
    if (!v.reads()) return;
    if (source.position.size() != 3) v.complain("position", "a place has three coordinates");
    if (source.direction.size() != 3 || !(norm(source.direction) > 0.0)) {
        v.complain("direction", "a direction has three components, not all 0");
    }
    if (has_edges(source) && !(parallelogram(source.edge_1, source.edge_2) > 0.0)) {
        v.complain("edge_1", "the edges span no area", "two edges of three components each");
    }
    if (has_radius(source) && !(source.radius > 0.0)) {
        v.complain("radius", "the " + source.kind + " has no radius", "more than 0 mm");
    }
    if (source.kind == "line" && !(source.length > 0.0)) {
        v.complain("length", "the line has no length", "more than 0 mm");
    }
}

double beam_area(const LightSourceInput& source) {
    if (has_edges(source)) return parallelogram(source.edge_1, source.edge_2);
    // of a Gaussian beam too: its power over this circle is half the irradiance on the axis
    return has_radius(source) ? std::numbers::pi * source.radius * source.radius : 0.0;
}

}  // namespace caravel::stimulus
