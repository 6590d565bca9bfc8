// Images of a scanner with one driven axis: voltage over speed, put where the field-free point was.
#pragma once

#include "caravel/imaging/image.hpp"
#include "caravel/imaging/mpi/moment_field.hpp"
#include "caravel/imaging/mpi/receive_chain.hpp"

#include <span>
#include <vector>

namespace caravel::imaging {

/// Scans with one drive. The received orders of a station give the moment along the drive but for
/// the drive's own frequency, that is but for a slope: the image of a station is known up to a
/// constant. Stations of a line overlap by half and are set on each other there; then the line is
/// lowered so that its ends have mean 0 (Lu et al. 2013, IEEE Trans Med Imaging 32:1565).
/// The tail of the point spread has no finite sum in space; concentrations are scaled so that a
/// ball of even concentration, four widths of the point spread across, is shown as it is. Settings,
/// response and grid outlive it.
class XSpace {
  public:
    /// `sigma`: standard deviation (V) of a sample; 0 for no noise.
    XSpace(const MpiSettings& mpi, const ParticleResponse& response, const Grid& image,
           double sigma);

    /// Standard deviation (kg/m3) of a voxel in the middle of the image, as predicted.
    double noise() const;
    /// What the image shows (kg/m3) at a voxel that alone holds 1 kg/m3, against its line's ends.
    double peak() const;
    /// The image by the point spread (difference of the alignment over a voxel) of `truth` (kg/m3
    /// on the image grid), with the noise that the voltages' gives.
    std::vector<double> show(const ScanContext& context, std::span<const double> truth) const;
    /// The image from the voltages of every station.
    std::vector<double> acquire(const ScanContext& context, const Grid& object,
                                std::span<const double> iron) const;

  private:
    /// A place of the drive's middle.
    struct Station {
        index_t first = 0;  // voxel
        Vector3 middle{};   // m
    };
    using Amplitudes = std::vector<double>;  // A m2, one per order

    Station station(index_t number, const Vector3& line) const;
    double kernel(const Vector3& from_particle) const;
    double ball_slope() const;
    Vector3 line_start(index_t line) const;
    Amplitudes noise_of(const ScanContext& context, index_t line, index_t number) const;
    std::vector<double> differences(const Amplitudes& amplitudes) const;
    std::vector<double> join(const std::vector<std::vector<double>>& parts) const;
    void put(index_t line, const std::vector<double>& values, std::vector<double>& image) const;
    index_t line_count() const { return image_.cell_count() / length_; }

    const MpiSettings& mpi_;
    const ParticleResponse& response_;
    const Grid& image_;
    double sigma_;
    std::size_t axis_ = 0;
    index_t length_ = 1;    // voxels along the drive
    index_t width_ = 1;     // of a station
    index_t stations_ = 1;  // of a line
    std::vector<ReceivedOrder> orders_;
    double scale_ = 1.0;  // A m2/m per kg/m3
};

}  // namespace caravel::imaging
