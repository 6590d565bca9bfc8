#include "caravel/tissue/grid/solute_spaces.hpp"

#include <algorithm>
#include <cmath>

namespace caravel::tissue {

double SoluteSpaces::conductivity(double share) const {
    if (share >= 1.0) return tumour_conductivity;
    if (share <= 0.0) return normal_conductivity;
    if (tumour_conductivity <= 0.0 || normal_conductivity <= 0.0) return 0.0;
    return 1.0 / (share / tumour_conductivity + (1.0 - share) / normal_conductivity);
}

SoluteSpaces solute_spaces(const GridPlan& plan, const Solute& solute) {
    const double water = free_diffusion(solute.radius);
    const auto space = [&](const TissueConstants& c) {
        return c.interstitial_fraction * available_share(solute.radius, c.matrix);
    };
    SoluteSpaces s;
    s.tumour_space = space(plan.tumour);
    s.normal_space = space(plan.normal);
    s.tumour_conductivity = s.tumour_space * water * hindrance(solute.radius, plan.tumour.matrix);
    s.normal_conductivity = s.normal_space * water * hindrance(solute.radius, plan.normal.matrix);
    s.retardation = retardation(solute.radius, plan.tumour.matrix);
    return s;
}

namespace {

/// How far (m) what diffuses reaches into a part of this thickness before vessels take it.
double reach(double thickness, double conductivity, double wall) {
    if (wall <= 0.0) return thickness;
    const double depth = std::sqrt(conductivity / wall);
    return depth * std::tanh(thickness / depth);
}

/// Diffusion (1/s) between both parts.
double exchange(const SoluteSpaces& s, const SurfaceVoxel& v) {
    if (s.tumour_conductivity <= 0.0 || s.normal_conductivity <= 0.0) return 0.0;
    const double rest = 1.0 - v.share;
    const double tumour =
        reach(0.5 * v.share * v.width, s.tumour_conductivity, v.tumour_wall / v.share);
    const double normal = reach(0.5 * rest * v.width, s.normal_conductivity,
                                (v.normal_wall + std::max(0.0, v.lymph)) / rest);
    return 1.0 / (v.width * (tumour / s.tumour_conductivity + normal / s.normal_conductivity));
}

}  // namespace

SoluteSplit split(const SoluteSpaces& s, const SurfaceVoxel& v) {
    const auto over = [](double value, double by) { return by > 0.0 ? value / by : 0.0; };
    if (v.share >= 1.0) return {over(1.0, s.tumour_space), 0.0, 1.0};
    if (v.share <= 0.0) return {over(1.0, s.normal_space), over(1.0, s.normal_space), 0.0};
    const double between = exchange(s, v);
    const double normal_loss = v.normal_wall + std::max(0.0, v.lymph);
    // Both balances over their common determinant.
    double tumour = v.tumour_wall * (normal_loss + between) + between * v.normal_wall;
    double normal = v.tumour_wall * (v.normal_wall + between) + between * v.normal_wall;
    if (tumour + normal <= 0.0) tumour = normal = 1.0;
    // What the fluid carries over, as it leaves the tumour at the tumour's concentration.
    if (v.outflow > 0.0) {
        const double held = normal_loss + between;
        normal = (held * normal + v.outflow * tumour) / (held + v.outflow);
    }
    const double in_tumour = v.share * s.tumour_space * tumour;
    const double all = in_tumour + (1.0 - v.share) * s.normal_space * normal;
    if (all <= 0.0) return {0.0, 0.0, v.share};
    return {tumour / all, normal / all, in_tumour / all};
}

}  // namespace caravel::tissue
