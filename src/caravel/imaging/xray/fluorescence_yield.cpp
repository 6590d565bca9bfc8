#include "caravel/imaging/xray/fluorescence_yield.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/suggest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

namespace caravel::imaging {
namespace {

matter::Shell k_shell(const PhotonTables& photons, std::string_view element) {
    for (const matter::Shell& shell : photons.tables.shells(element))
        if (shell.name == "K" && shell.fluorescence_yield > 0.0) return shell;
    std::vector<std::string_view> names;
    for (const matter::Element& known : photons.tables.elements()) names.emplace_back(known.symbol);
    throw InputError(Diagnostic{{},
                                fmt::format("no K fluorescence of '{}' is tabulated", element),
                                "the symbol of an element such as Au, I or Gd",
                                did_you_mean(element, names)});
}

}  // namespace

KAlpha k_alpha(const PhotonTables& photons, std::string_view element) {
    KAlpha lines;
    lines.edge = k_shell(photons, element).edge;
    for (const matter::FluorescenceLine& line : photons.tables.lines(element)) {
        if (line.from != "K") continue;
        if (line.to == "L3") {
            lines.alpha_1 = line.energy;
            lines.share_1 = line.rate;
        } else if (line.to == "L2") {
            lines.alpha_2 = line.energy;
            lines.share_2 = line.rate;
        }
    }
    if (!(lines.share_1 + lines.share_2 > 0.0))
        throw InputError(Diagnostic{
            {}, fmt::format("no K lines of '{}' are tabulated", element), "a heavier element", ""});
    return lines;
}

double k_production(const PhotonTables& photons, std::string_view element, double energy) {
    const matter::Shell shell = k_shell(photons, element);
    if (energy < shell.edge) return 0.0;
    return photons.cross_sections(element, matter::PhotonProcess::photo, energy) *
           (1.0 - 1.0 / shell.jump_ratio) * shell.fluorescence_yield;
}

double line_share(double energy, double sigma, double low, double high) {
    const double scale = 1.0 / (sigma * std::numbers::sqrt2);
    return 0.5 * (std::erf((high - energy) * scale) - std::erf((low - energy) * scale));
}

std::vector<std::pair<double, double>> line_windows(const KAlpha& lines, double resolution) {
    const double low = std::min(lines.alpha_1, lines.alpha_2);
    const double high = std::max(lines.alpha_1, lines.alpha_2);
    if (high - low <= 2.0 * resolution) return {{low - resolution, high + resolution}};
    return {{low - resolution, low + resolution}, {high - resolution, high + resolution}};
}

}  // namespace caravel::imaging
