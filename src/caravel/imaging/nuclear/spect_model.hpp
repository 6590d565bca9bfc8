// One SPECT scan of one object, ready to be counted and reconstructed.
#pragma once

#include "caravel/imaging/nuclear/emission.hpp"
#include "caravel/imaging/nuclear/linear_reconstruction.hpp"
#include "caravel/imaging/nuclear/nuclide.hpp"
#include "caravel/imaging/nuclear/spect_projector.hpp"
#include "caravel/imaging/nuclear/spect_scan.hpp"

#include <map>
#include <string>
#include <vector>

namespace caravel::imaging {

struct SpectSource {
    EmittingField field{};
    double decay = 1.0;  // mean activity over that at the start
};

/// An energy window, set on a line of a source.
struct SpectChannel {
    std::size_t source = 0;
    double line = 0.0;  // J
    EnergyWindow window{};
};

struct SpectModel {
    SpectSettings spect{};
    Grid image{};
    std::vector<SpectSource> sources{};
    std::vector<SpectChannel> channels{};                 // ascending by source
    std::vector<Collimator> collimators{};                // of every channel
    std::map<double, std::vector<double>> attenuation{};  // 1/m by photon energy, object's grid
    double radius = 0.0;                                  // m, of what is not air

    /// Time (s) that one view is seen.
    double view_time() const;
    /// Mean activity (Bq/m3) of a source on a grid.
    std::vector<double> activity(std::size_t source, const ImagedObject& object,
                                 exec::ThreadTeam& team, const Grid& grid) const;
};

/// Throws InputError for an unknown nuclide, an object whose agents carry no gamma emitter, an
/// object beyond the field of view or in the collimator, sizes beyond reason.
SpectModel spect_model(const ScanContext& context, const ImagedObject& object,
                       const SpectSettings& settings);

/// Counts of the channels on one grid of cubic voxels.
class SpectCounting {
  public:
    SpectCounting(const SpectModel& model, const ImagedObject& object, exec::ThreadTeam& team,
                  const Grid& grid, index_t views);

    index_t views() const { return views_; }
    index_t view_size() const { return primary_.front().view_size(); }
    const Grid& grid() const { return grid_; }

    /// Unscattered and scattered counts that an activity (Bq/m3) of a source gives in a channel,
    /// view after view, for the time of one of the settings' views.
    enum class Part { primary, scattered, both };
    std::vector<float> expect(const ScanContext& context, std::size_t source,
                              std::span<const double> activity, std::size_t channel,
                              Part part) const;

    /// The reconstruction's model of the unscattered counts of a source in its own channels: per
    /// subset its views, per view its channels. It refers to this object and to `context`.
    EmissionSystem system(const ScanContext& context, std::size_t source, index_t subsets) const;
    std::vector<std::size_t> own_channels(std::size_t source) const;
    /// Counts of one view of a channel per activity (Bq/m3) of the source and transmitted share.
    double scale(std::size_t source, std::size_t channel) const;

  private:
    std::vector<double> scatter_source(exec::ThreadTeam& team, std::size_t source,
                                       std::span<const double> activity, std::size_t channel) const;
    double angle(index_t view) const;

    const SpectModel& model_;
    Grid grid_;
    index_t views_;
    std::vector<SpectProjector> primary_{};                // of every channel, as it is
    std::vector<SpectProjector> assumed_{};                // as the reconstruction believes
    std::map<double, std::vector<double>> attenuation_{};  // on this grid
    std::map<double, double> typical_{};                   // 1/m, mean over what is not air
};

ScanResult spect_image_tier(const ScanContext& context, const ImagedObject& object,
                            const SpectModel& model);
ScanResult spect_acquisition_tier(const ScanContext& context, const ImagedObject& object,
                                  const SpectModel& model);

/// Counts, noise and convergence that one source's image will have.
struct SpectForecast {
    std::vector<double> weight{};  // kappa^2, see voxel_deviation()
    std::vector<double> gain{};
    std::vector<double> seen{};  // what is left of the activity without attenuation correction
    double information = 0.0;
    double primaries = 0.0;  // counts
    double scattered = 0.0;  // counts of scatter and of other nuclides
};
SpectForecast forecast_spect(const ScanContext& context, const SpectModel& model,
                             const ImagedObject& object, std::size_t source);
LinearReconstruction spect_reconstruction(const SpectModel& model, std::size_t source);

/// Images and numbers that both tiers share; `activity` and `noise` in Bq/m3, noise 0: unknown.
void add_spect_images(const SpectModel& model, const ImagedObject& object, exec::ThreadTeam& team,
                      std::size_t source, const std::vector<double>& activity,
                      const SpectForecast& forecast, double noise, ScanResult& result);
/// Zeros for a source without counts, and a note. Throws InputError when the detector would not
/// count any activity.
void add_blank_spect(const SpectModel& model, const ImagedObject& object, exec::ThreadTeam& team,
                     std::size_t source, const SpectForecast& forecast, ScanResult& result);

}  // namespace caravel::imaging
