// Light that leaves a block: through which face, and what detectors see of it.
#pragma once

#include "caravel/stimulus/light/photon_transport.hpp"

#include <cstddef>
#include <vector>

namespace caravel::study {

/// "Face" of light that leaves into exterior tissue within the block.
inline constexpr std::size_t inner_face = 6;

/// Face of the box (x low, x high, y low ...) that a place lies on, else inner_face.
std::size_t face_of(const Grid& grid, const Vector3& place);

/// Weights of exits, line after line: 7 ways out of the body, then the detectors. Exits of a
/// detector number beyond them count for their face alone.
class ExitSums {
  public:
    ExitSums(const Grid& grid, std::size_t lines, std::size_t detectors);

    void add(const stimulus::PhotonExit& exit, std::size_t line, double weight);
    double left(std::size_t line, std::size_t face) const { return sums_[line * width_ + face]; }
    double left_in_all(std::size_t line) const;
    double detected(std::size_t line, std::size_t d) const {
        return sums_[line * width_ + inner_face + 1 + d];
    }
    /// Of all lines.
    double detected_in_all(std::size_t d) const;
    std::size_t detectors() const { return detectors_; }
    void clear();

  private:
    const Grid& grid_;
    std::size_t width_;
    std::size_t detectors_;
    std::vector<double> sums_;
};

/// A line's row: absorbed, reflected (with `specular`) and transmitted as seen from the face of
/// `entry` (NaN for -1), left in all, detectors.
std::vector<double> shares_of(const ExitSums& sums, std::size_t line, int entry, double specular,
                              double absorbed);

}  // namespace caravel::study
