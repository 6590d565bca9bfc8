#include "caravel/formulation/cards/light_values.hpp"

#include <algorithm>
#include <cmath>

namespace caravel::formulation {
namespace {

constexpr double least_prominence = 0.02;
constexpr double fine_step = 0.25e-9;   // m, of a refined peak
constexpr double slow_step = 4e-9;      // m, where a solver is slow
constexpr std::size_t slow_model = 50;  // wavelengths: fewer mean a slow solver
constexpr int points = 9;               // of one round of refinement

double extinction(const LightSpectrum& s, std::size_t i) { return s.values[i].extinction; }

/// Lowest value between i and the next higher ground on one side (step -1 or 1).
double ground(const LightSpectrum& s, std::size_t i, int step) {
    double lowest = extinction(s, i);
    auto at = static_cast<std::ptrdiff_t>(i) + step;
    for (; at >= 0 && at < static_cast<std::ptrdiff_t>(s.values.size()); at += step) {
        const double here = extinction(s, static_cast<std::size_t>(at));
        if (here > extinction(s, i)) break;
        lowest = std::min(lowest, here);
    }
    return lowest;
}

/// Where the extinction falls to a share of that at `top` on one side; none when it does not.
std::optional<double> crossing(const LightSpectrum& s, std::size_t top, int side, double share) {
    const double level = share * extinction(s, top);
    auto at = static_cast<std::ptrdiff_t>(top) + side;
    for (; at >= 0 && at < static_cast<std::ptrdiff_t>(s.values.size()); at += side) {
        const auto i = static_cast<std::size_t>(at), before = static_cast<std::size_t>(at - side);
        if (extinction(s, i) > level) continue;
        const double part =
            (extinction(s, before) - level) / (extinction(s, before) - extinction(s, i));
        return s.wavelengths[before] + part * (s.wavelengths[i] - s.wavelengths[before]);
    }
    return std::nullopt;
}

double step_of(const LightModel& model) {
    return model.most_wavelengths < slow_model ? slow_step : fine_step;
}

/// Narrows a bracket (m) around its maximum, round by round.
double narrow(const LightModel& model, double from, double to) {
    double best = 0.5 * (from + to);
    const double end = step_of(model);
    const int count = model.most_wavelengths < slow_model ? 3 : points;
    while (to - from > 2.0 * end) {
        std::vector<double> grid;
        const double step = (to - from) / (count + 1.0);
        for (int i = 0; i < count; ++i) grid.push_back(from + step * (i + 1.0));
        const auto values = model.cross_sections(grid, 0.0);
        const auto top = std::max_element(
            values.begin(), values.end(),
            [](const auto& a, const auto& b) { return a.extinction < b.extinction; });
        best = grid[static_cast<std::size_t>(top - values.begin())];
        from = best - step;
        to = best + step;
    }
    return best;
}

}  // namespace

std::optional<double> extinction_peak(const LightModel& model, const LightSpectrum& s) {
    std::optional<std::size_t> highest;
    for (std::size_t i = 1; i + 1 < s.values.size(); ++i) {
        const double here = extinction(s, i);
        if (here < extinction(s, i - 1) || here < extinction(s, i + 1)) continue;
        if (highest && here <= extinction(s, *highest)) continue;
        const double lower = std::max(ground(s, i, -1), ground(s, i, 1));
        if (here - lower >= least_prominence * here) highest = i;
    }
    if (!highest) return std::nullopt;
    return narrow(model, s.wavelengths[*highest - 1], s.wavelengths[*highest + 1]);
}

std::optional<double> band_centre(const LightModel& model, double peak, double shift) {
    constexpr double reach = 150e-9;    // m
    constexpr std::size_t quick = 200;  // wavelengths: solvers that take more afford a fine grid
    const double step = model.most_wavelengths > quick ? 3e-9 : 10e-9;  // m
    constexpr double level = 0.9;
    LightSpectrum s;
    for (double w = peak - reach; w <= peak + reach; w += step)
        if (w >= model.range.shortest && w <= model.range.longest) s.wavelengths.push_back(w);
    s.values = model.cross_sections(s.wavelengths, shift);
    std::size_t top = 0;
    for (std::size_t i = 1; i < s.values.size(); ++i)
        if (std::abs(s.wavelengths[i] - peak) <= 0.5 * reach &&
            (top == 0 || extinction(s, i) > extinction(s, top)))
            top = i;
    if (top == 0 || top + 1 >= s.values.size()) return std::nullopt;
    const auto red = crossing(s, top, 1, level), blue = crossing(s, top, -1, level);
    if (!red || !blue) return std::nullopt;
    return 0.5 * (*red + *blue);
}

}  // namespace caravel::formulation
