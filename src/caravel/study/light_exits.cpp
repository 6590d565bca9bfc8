#include "caravel/study/light_exits.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

namespace caravel::study {

std::size_t face_of(const Grid& grid, const Vector3& place) {
    const double n[] = {static_cast<double>(grid.nx), static_cast<double>(grid.ny),
                        static_cast<double>(grid.nz)};
    std::size_t face = inner_face;
    double nearest = 1e-3;  // voxels
    for (std::size_t d = 0; d < 3; ++d) {
        const double at = (place[d] - grid.origin[d]) / grid.spacing[d];
        for (const auto& [distance, f] :
             {std::pair(std::abs(at), 2 * d), std::pair(std::abs(at - n[d]), 2 * d + 1)})
            if (distance < nearest) {
                nearest = distance;
                face = f;
            }
    }
    return face;
}

ExitSums::ExitSums(const Grid& grid, std::size_t lines, std::size_t detectors)
    : grid_(grid),
      width_(inner_face + 1 + detectors),
      detectors_(detectors),
      sums_(lines * width_) {}

void ExitSums::add(const stimulus::PhotonExit& exit, std::size_t line, double weight) {
    sums_[line * width_ + face_of(grid_, exit.position)] += weight;
    const auto d = static_cast<std::size_t>(exit.detector);
    if (d < detectors_) sums_[line * width_ + inner_face + 1 + d] += weight;
}

double ExitSums::left_in_all(std::size_t line) const {
    const auto first = sums_.begin() + static_cast<std::ptrdiff_t>(line * width_);
    return std::accumulate(first, first + static_cast<std::ptrdiff_t>(inner_face + 1), 0.0);
}

double ExitSums::detected_in_all(std::size_t d) const {
    double sum = 0.0;
    for (std::size_t line = 0; line * width_ < sums_.size(); ++line) sum += detected(line, d);
    return sum;
}

void ExitSums::clear() { std::fill(sums_.begin(), sums_.end(), 0.0); }

std::vector<double> shares_of(const ExitSums& sums, std::size_t line, int entry, double specular,
                              double absorbed) {
    constexpr double nowhere = std::numeric_limits<double>::quiet_NaN();
    std::vector<double> row{absorbed, nowhere, nowhere, sums.left_in_all(line)};
    if (entry >= 0) {
        row[1] = specular + sums.left(line, static_cast<std::size_t>(entry));
        row[2] = sums.left(line, static_cast<std::size_t>(entry ^ 1));
    }
    for (std::size_t d = 0; d < sums.detectors(); ++d) row.push_back(sums.detected(line, d));
    return row;
}

}  // namespace caravel::study
