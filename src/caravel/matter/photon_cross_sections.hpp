// Photoelectric, Rayleigh and Compton cross-sections of elements.
#pragma once

#include <array>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace caravel::matter {

enum class PhotonProcess { photo, rayleigh, compton };

/// Cubic splines of ln(cross-section) over ln(energy) between absorption edges, from xraylib's
/// tables (0.1 or 1 keV to 800 keV).
class PhotonCrossSections {
  public:
    /// Reads data/xray/cross_sections.csv; throws InputError or IoError.
    explicit PhotonCrossSections(const std::filesystem::path& csv);

    /// Per mass of the element (m2/kg) at `energy` (J); at an edge the value above it. Throws
    /// InputError for an unknown element and outside the table.
    double operator()(std::string_view element, PhotonProcess process, double energy) const;

  private:
    struct Spline {
        std::vector<double> x, y, curvature;  // ln keV, ln cm2/g, second derivative
    };
    std::map<std::string, std::array<Spline, 3>, std::less<>> splines_;
};

}  // namespace caravel::matter
