// Melanoma spheroids of line 983b (Browning 2021, eLife 10:e73020; data under CC BY 4.0): what was
// measured, and the fit of the biology to it.
#pragma once

#include "caravel/inference/least_squares.hpp"
#include "caravel/tissue/cells/radial_spheroid.hpp"

#include <array>
#include <map>
#include <span>
#include <vector>

namespace caravel::test {

inline constexpr double day = 86400.0;
inline constexpr double um = 1e-6;

struct Measured {
    double radius = 0.0;  // um
    double inhibited = 0.0;
    double necrotic = 0.0;
    double variation = 0.0;  // of the radius between wells: standard deviation over mean
};
using Series = std::map<double, Measured>;  // by day

/// Median radius per day of the time-lapse pictures of a seeding (5,000 or 1,250): a few of them
/// have no spheroid found in them.
Series pictures(int seeding);

/// Mean structure per day of the sections (seeding 5,000 alone).
Series sections();

matter::Library& spheroid_library();
tissue::CellBiology biology_of(const std::string& line);
tissue::SpheroidSurroundings surroundings_983b();

std::vector<double> days_of(const Series& series, double from);

/// Structure on these days of a packed ball that has `radius` (um) on the day `first`.
std::map<double, tissue::SpheroidStructure> run(const tissue::CellBiology& biology, double first,
                                                double radius, const std::vector<double>& days);

/// Natural logarithms of what is fitted of the biology.
using Parameters = std::array<double, 6>;
Parameters parameters_of(const tissue::CellBiology& biology);
tissue::CellBiology biology_with(std::span<const double> theta);

/// What the biology is fitted to, and the differences. Pictures weigh as ten values of 3 %, each
/// fraction of a section as one of 0.05. The first day's radius is where the model starts.
struct Calibration {
    Series seen;
    Series cut;
    double first;
    std::vector<double> days{};  // of either
    double pictures_used = 0.0;
    std::size_t cuts_used = 0;

    Calibration(Series pictures, Series sections, double first_day, double last_day);
    std::size_t size() const { return static_cast<std::size_t>(pictures_used) + 2 * cuts_used; }
    void operator()(std::span<const double> theta, std::span<double> residuals) const;
};

/// The best values; bounds are a factor exp(2) to either side of the start.
Parameters fit(const Parameters& start, const Calibration& calibration);

}  // namespace caravel::test
