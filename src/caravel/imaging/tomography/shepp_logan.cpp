#include "caravel/imaging/tomography/analytic_phantom.hpp"

#include <array>
#include <numbers>

namespace caravel::imaging {
namespace {

struct Ellipse {
    double value, contrast_value;
    double a, b;
    double x, y;
    double degrees;
};

constexpr std::array<Ellipse, 10> slice = {{{2.0, 1.0, 0.69, 0.92, 0.0, 0.0, 0.0},
                                            {-0.98, -0.8, 0.6624, 0.874, 0.0, -0.0184, 0.0},
                                            {-0.02, -0.2, 0.11, 0.31, 0.22, 0.0, -18.0},
                                            {-0.02, -0.2, 0.16, 0.41, -0.22, 0.0, 18.0},
                                            {0.01, 0.1, 0.21, 0.25, 0.0, 0.35, 0.0},
                                            {0.01, 0.1, 0.046, 0.046, 0.0, 0.1, 0.0},
                                            {0.01, 0.1, 0.046, 0.046, 0.0, -0.1, 0.0},
                                            {0.01, 0.1, 0.046, 0.023, -0.08, -0.605, 0.0},
                                            {0.01, 0.1, 0.023, 0.023, 0.0, -0.606, 0.0},
                                            {0.01, 0.1, 0.023, 0.046, 0.06, -0.605, 0.0}}};

struct Ellipsoid {
    double value;
    Vector3 half;
    Vector3 centre;
    double degrees;
};

constexpr std::array<Ellipsoid, 10> head = {
    {{2.0, {0.69, 0.92, 0.9}, {0.0, 0.0, 0.0}, 0.0},
     {-0.98, {0.6624, 0.874, 0.88}, {0.0, 0.0, 0.0}, 0.0},
     {-0.02, {0.41, 0.16, 0.21}, {-0.22, 0.0, -0.25}, 108.0},
     {-0.02, {0.31, 0.11, 0.22}, {0.22, 0.0, -0.25}, 72.0},
     {0.02, {0.21, 0.25, 0.5}, {0.0, 0.35, -0.25}, 0.0},
     {0.02, {0.046, 0.046, 0.046}, {0.0, 0.1, -0.25}, 0.0},
     {0.01, {0.046, 0.023, 0.02}, {-0.08, -0.65, -0.25}, 0.0},
     {0.01, {0.046, 0.023, 0.02}, {0.06, -0.65, -0.25}, 90.0},
     {0.02, {0.056, 0.04, 0.1}, {0.06, -0.105, 0.625}, 90.0},
     {-0.02, {0.056, 0.056, 0.1}, {0.0, 0.1, 0.625}, 0.0}}};

constexpr double degree = std::numbers::pi / 180.0;

Vector3 times(double scale, const Vector3& v) { return {scale * v[0], scale * v[1], scale * v[2]}; }

}  // namespace

std::vector<Solid> shepp_logan_slice(double scale, bool contrast) {
    std::vector<Solid> solids;
    for (const Ellipse& e : slice) {
        solids.push_back({SolidShape::cylinder, times(scale, {e.x, e.y, 0.0}),
                          times(scale, {e.a, e.b, 1.0}), e.degrees * degree,
                          contrast ? e.contrast_value : e.value, 2});
    }
    return solids;
}

std::vector<Solid> shepp_logan_head(double scale) {
    std::vector<Solid> solids;
    for (const Ellipsoid& e : head) {
        solids.push_back({SolidShape::ellipsoid, times(scale, e.centre), times(scale, e.half),
                          e.degrees * degree, e.value, 2});
    }
    return solids;
}

}  // namespace caravel::imaging
