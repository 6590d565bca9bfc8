#include "caravel/matter/photon_cross_sections.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/error.hpp"
#include "caravel/base/suggest.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/input/csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace caravel::matter {
namespace {

constexpr double cm2_per_g = 0.1;  // m2/kg
constexpr std::array<std::string_view, 3> process_names{"photo", "rayleigh", "compton"};

}  // namespace

PhotonCrossSections::PhotonCrossSections(const std::filesystem::path& path) {
    const auto csv = input::read_csv(path);
    const auto symbol = csv.column("symbol");
    const auto process = csv.column("process");
    const auto energy = csv.column("E_keV");
    const auto value = csv.column("cs_cm2_per_g");
    const auto curvature = csv.column("d2");
    for (std::size_t i = 0; i < csv.rows.size(); ++i) {
        const auto kind =
            std::find(process_names.begin(), process_names.end(), csv.rows[i][process]);
        if (kind == process_names.end())
            throw InputError(Diagnostic{csv.where(i, process), "unknown process",
                                        "photo, rayleigh or compton", ""});
        Spline& spline =
            splines_[csv.rows[i][symbol]][static_cast<std::size_t>(kind - process_names.begin())];
        spline.x.push_back(std::log(csv.number(i, energy)));
        spline.y.push_back(std::log(csv.number(i, value)));
        spline.curvature.push_back(csv.number(i, curvature));
    }
}

double PhotonCrossSections::operator()(std::string_view element, PhotonProcess process,
                                       double energy) const {
    const auto found = splines_.find(element);
    if (found == splines_.end()) {
        std::vector<std::string_view> names;
        for (const auto& entry : splines_) names.push_back(entry.first);
        throw InputError(Diagnostic{{},
                                    fmt::format("no photon cross-sections of '{}'", element),
                                    "a tabulated element",
                                    did_you_mean(element, names)});
    }
    const Spline& s = found->second[static_cast<std::size_t>(process)];
    const double x = std::log(energy / kiloelectronvolt);
    if (!(x >= s.x.front() - 1e-9 && x <= s.x.back() + 1e-9))
        throw InputError(Diagnostic{
            {},
            fmt::format("no {} cross-section of {} at {} keV",
                        process_names[static_cast<std::size_t>(process)], element,
                        format_number(energy / kiloelectronvolt, 5)),
            fmt::format("an energy between {} and {} keV", format_number(std::exp(s.x.front()), 4),
                        format_number(std::exp(s.x.back()), 4)),
            ""});
    const auto above =
        std::clamp<std::ptrdiff_t>(std::upper_bound(s.x.begin(), s.x.end(), x) - s.x.begin(), 1,
                                   static_cast<std::ptrdiff_t>(s.x.size()) - 1);
    const auto i = static_cast<std::size_t>(above);
    const double h = s.x[i] - s.x[i - 1];
    if (h <= 0.0) return std::exp(s.y[i]) * cm2_per_g;
    const double a = (s.x[i] - x) / h;
    const double b = 1.0 - a;
    const double y =
        a * s.y[i - 1] + b * s.y[i] +
        ((a * a * a - a) * s.curvature[i - 1] + (b * b * b - b) * s.curvature[i]) * h * h / 6.0;
    return std::exp(y) * cm2_per_g;
}

}  // namespace caravel::matter
