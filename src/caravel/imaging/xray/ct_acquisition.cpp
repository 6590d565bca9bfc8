#include "caravel/imaging/xray/ct_acquisition.hpp"

#include "caravel/base/error.hpp"
#include "caravel/imaging/blur.hpp"
#include "caravel/imaging/noise.hpp"
#include "caravel/imaging/tomography/iterative.hpp"
#include "caravel/imaging/tomography/projection.hpp"
#include "caravel/imaging/xray/material_decomposition.hpp"
#include "caravel/imaging/xray/scatter.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace caravel::imaging {
namespace {

constexpr index_t rays_per_block = 1 << 16;
constexpr double least_photons = 0.5;  // a pixel that saw nothing counts as half a photon
constexpr index_t most_subsets = 12;   // of sart's views

double square(double x) { return x * x; }

/// What is scanned at once: a cone's whole object, or one slice.
struct Stack {
    Grid object{};
    std::vector<std::vector<float>> amount{};  // per basis material
    ScanGeometry geometry{};
    Grid image{};
    index_t first_slice = 0;
};

Grid one_slice(Grid grid, index_t k) {
    grid.origin[2] += grid.spacing[2] * static_cast<double>(k);
    grid.nz = 1;
    return grid;
}

std::vector<Stack> stacks(exec::ThreadTeam& team, const CtModel& model,
                          const CtSettings& settings) {
    std::vector<Stack> all;
    const XrayObject& object = model.object;
    if (settings.beam == "cone") {
        Stack whole{object.grid, {}, scan_geometry(object, settings, 0.0), model.image, 0};
        for (std::size_t b = 0; b < object.basis; ++b)
            whole.amount.emplace_back(object.volume(b).begin(), object.volume(b).end());
        all.push_back(std::move(whole));
        return all;
    }
    Grid sliced = object.grid;
    sliced.nz = model.image.nz;
    sliced.spacing[2] = model.image.spacing[2];
    sliced.origin[2] = model.image.origin[2];
    for (index_t k = 0; k < model.image.nz; ++k) {
        Stack slice{one_slice(sliced, k), {}, {}, one_slice(model.image, k), k};
        slice.geometry = scan_geometry(object, settings, slice.image.centre(0, 0, 0)[2]);
        all.push_back(std::move(slice));
    }
    for (std::size_t b = 0; b < object.basis; ++b) {
        const std::vector<double> fine(object.volume(b).begin(), object.volume(b).end());
        const std::vector<double> coarse = resample(team, object.grid, fine, sliced);
        const std::size_t cells = coarse.size() / all.size();
        for (std::size_t k = 0; k < all.size(); ++k) {
            std::vector<float>& to = all[k].amount.emplace_back(cells);
            for (std::size_t i = 0; i < cells; ++i)
                to[i] = static_cast<float>(coarse[k * cells + i]);
        }
    }
    return all;
}

/// Weights of a symmetric kernel of three with a variance of `variance` pixels squared (< 1/2), by
/// which aperture and focal spot blur the signal.
void blur_pixels(std::span<double> values, std::size_t count, std::size_t stride, double side,
                 std::vector<double>& line) {
    line.resize(count);
    for (std::size_t i = 0; i < count; ++i) line[i] = values[i * stride];
    for (std::size_t i = 0; i < count; ++i) {
        const double before = line[i > 0 ? i - 1 : 0];
        const double after = line[std::min(i + 1, count - 1)];
        values[i * stride] = line[i] + side * (before - 2.0 * line[i] + after);
    }
}

/// One pass per fraction of the variance, so that every kernel is positive.
void blur_view(const Stack& stack, const CtSettings& s, std::span<double> view) {
    const double zoom = magnification(s);
    const double variance =
        (1.0 + square(s.focal_spot * (zoom - 1.0) / s.detector.pixel_pitch)) / 12.0;
    const int passes = std::max(1, static_cast<int>(std::ceil(2.0 * variance)));
    const double side = 0.5 * variance / passes;
    const auto columns = static_cast<std::size_t>(stack.geometry.columns);
    const auto rows = static_cast<std::size_t>(stack.geometry.rows);
    std::vector<double> line;
    for (int pass = 0; pass < passes; ++pass) {
        for (std::size_t r = 0; r < rows; ++r)
            blur_pixels(view.subspan(r * columns, columns), columns, 1, side, line);
        for (std::size_t c = 0; rows > 1 && c < columns; ++c)
            blur_pixels(view.subspan(c), rows, columns, side, line);
    }
}

/// Means become measured signals. An energy-integrating pixel gets a scaled Poisson number with the
/// mean and the variance of the compound one.
void measure(const ScanContext& context, const Polychromatic& model, std::span<double> means,
             std::span<const double> variances, std::uint32_t entity) {
    const double floor = model.response.floor_variance;
    std::vector<double> unit(means.size());  // signal of one count
    for (std::size_t i = 0; i < means.size(); ++i) {
        const double shot = variances[i] - floor;
        unit[i] = means[i] > 0.0 && shot > 0.0 ? shot / means[i] : 1.0;
        means[i] /= unit[i];
    }
    draw_counts(context.team, means, context.seed, NoisePurpose::photons, entity);
    for (std::size_t i = 0; i < means.size(); ++i) means[i] *= unit[i];
    if (floor > 0.0)
        add_gaussian_noise(context.team, means, std::sqrt(floor), context.seed,
                           NoisePurpose::electronics, entity);
    // The least signal is left to the caller, who sums channels first.
}

class Acquisition {
  public:
    Acquisition(const ScanContext& context, const CtModel& model, const CtSettings& settings,
                const CtChannels& channels, const Polychromatic* materials)
        : context_(context),
          model_(model),
          settings_(settings),
          channels_(channels),
          materials_(materials) {
        for (const std::size_t channel : channels) {
            scales_.push_back(model.scale(channel, settings));
            const Polychromatic one = one_channel(model.water, channel);
            const std::vector<double> air(1, 0.0);
            const std::vector<double> photons = arriving_photons(one, air);
            least_.push_back(least_photons * scales_.back().air() /
                             std::accumulate(photons.begin(), photons.end(), 0.0));
        }
        acquired_.volumes.resize(channels.size());
        for (CtVolume& volume : acquired_.volumes)
            volume.values.resize(static_cast<std::size_t>(model.image.cell_count()));
        if (materials != nullptr)
            acquired_.densities.assign(materials->materials(),
                                       std::vector<double>(acquired_.volumes[0].values.size()));
    }

    CtAcquired run() {
        const ScanGeometry central =
            scan_geometry(model_.object, settings_, middle(model_.object)[2]);
        check_image_size(static_cast<double>(central.views) * static_cast<double>(central.rows) *
                             static_cast<double>(central.columns),
                         "projection values", "take larger pixels or fewer views");
        const std::vector<Stack> all = stacks(context_.team, model_, settings_);
        if (settings_.scatter) {
            scatter_ = simulate_scatter(context_, model_, settings_, central);
            acquired_.scatter_to_primary = scatter_.to_primary_at_centre;
        }
        for (std::size_t i = 0; i < all.size(); ++i) {
            scan(all[i]);
            if (context_.progress)
                context_.progress(static_cast<double>(i + 1) / static_cast<double>(all.size()));
        }
        return std::move(acquired_);
    }

  private:
    void stop_if_asked() const {
        if (context_.interrupted && context_.interrupted())
            throw Interrupted("the CT scan was interrupted");
    }

    void scan(const Stack& stack) {
        const auto pixels = static_cast<std::size_t>(stack.geometry.pixel_count());
        const std::size_t basis = model_.object.basis;
        std::vector<float> integrals(basis * pixels);
        for (std::size_t b = 0; b < basis; ++b) {
            stop_if_asked();
            project_scan(context_.team, stack.geometry, stack.object, stack.amount[b],
                         std::span<float>(integrals).subspan(b * pixels, pixels));
        }
        thickness_.assign(channels_.size(), std::vector<float>(pixels));
        masses_.assign(acquired_.densities.size(), std::vector<float>(pixels));
        const index_t per_view = stack.geometry.rows * stack.geometry.columns;
        const index_t views_per_block = std::max<index_t>(1, rays_per_block / per_view);
        for (index_t view = 0; view < stack.geometry.views; view += views_per_block) {
            stop_if_asked();
            const index_t views = std::min(views_per_block, stack.geometry.views - view);
            detect(stack, integrals, view, views);
        }
        integrals = std::vector<float>();  // hands the memory back, which {} would keep
        for (std::size_t c = 0; c < channels_.size(); ++c)
            reconstruct(stack, thickness_[c], acquired_.volumes[c].values);
        for (std::size_t m = 0; m < masses_.size(); ++m)
            reconstruct(stack, masses_[m], acquired_.densities[m]);
    }

    /// Signals of some views, and what is made of them.
    void detect(const Stack& stack, std::span<const float> integrals, index_t view, index_t views) {
        const std::size_t basis = model_.object.basis;
        const std::size_t pixels = integrals.size() / basis;
        const auto per_view =
            static_cast<std::size_t>(stack.geometry.rows * stack.geometry.columns);
        const std::size_t rays = per_view * static_cast<std::size_t>(views);
        const std::size_t first = per_view * static_cast<std::size_t>(view);
        std::vector<float> block(basis * rays);
        for (std::size_t b = 0; b < basis; ++b)
            std::copy_n(integrals.data() + b * pixels + first, rays, block.data() + b * rays);
        const std::size_t channels = model_.channels();
        std::vector<double> signals(channels * rays);
        std::vector<double> variances(signals.size());
        project_signals(context_.team, model_.scan, block, rays, signals, variances);
        context_.team.run(static_cast<index_t>(channels) * views, [&](index_t i) {
            const auto at = static_cast<std::size_t>(i) * per_view;
            blur_view(stack, settings_, std::span<double>(signals).subspan(at, per_view));
        });
        if (settings_.scatter) add_scatter(stack.geometry, view, views, signals, variances);
        if (settings_.noise) measure(context_, model_.scan, signals, variances, ++entity_);
        if (settings_.scatter_correction) remove_scatter(stack.geometry, view, views, signals);
        to_thickness(signals, rays, first);
        if (materials_ != nullptr) to_masses(signals, rays, first);
    }

    void add_scatter(const ScanGeometry& geometry, index_t view, index_t views,
                     std::span<double> signals, std::span<double> variances) const {
        scatter_.add(geometry, view, views, 1.0, signals, variances);
    }
    void remove_scatter(const ScanGeometry& geometry, index_t view, index_t views,
                        std::span<double> signals) const {
        std::vector<double> unused(signals.size());
        scatter_.add(geometry, view, views, -1.0, signals, unused);
    }

    void to_thickness(std::span<const double> signals, std::size_t rays, std::size_t first) {
        const std::size_t all = model_.channels();
        for (std::size_t c = 0; c < channels_.size(); ++c) {
            for (std::size_t i = 0; i < rays; ++i) {
                double signal = 0.0;
                for (std::size_t k = 0; k < all; ++k)
                    if (channels_[c] == all || channels_[c] == k) signal += signals[k * rays + i];
                const double depth = -std::log(std::max(signal, least_[c]) / scales_[c].air());
                thickness_[c][first + i] = static_cast<float>(scales_[c].thickness(depth));
            }
        }
    }

    void to_masses(std::span<const double> signals, std::size_t rays, std::size_t first) {
        const std::size_t channels = model_.channels();
        constexpr std::size_t piece = 256;
        context_.team.run(static_cast<index_t>((rays + piece - 1) / piece), [&](index_t tile) {
            std::vector<double> counts(channels);
            std::vector<double> masses(masses_.size());
            const std::size_t begin = static_cast<std::size_t>(tile) * piece;
            for (std::size_t i = begin; i < std::min(begin + piece, rays); ++i) {
                for (std::size_t k = 0; k < channels; ++k) counts[k] = signals[k * rays + i];
                std::fill(masses.begin(), masses.end(), 0.0);
                // water of the same weakening is a start; a kilogram in a square metre is a
                // millimetre of it
                masses[0] = 1e3 * static_cast<double>(thickness_[0][first + i]);
                decompose_counts(*materials_, counts, masses);
                for (std::size_t m = 0; m < masses.size(); ++m)
                    masses_[m][first + i] = static_cast<float>(masses[m]);
            }
        });
    }

    void reconstruct(const Stack& stack, std::span<const float> projections,
                     std::span<double> values) const {
        stop_if_asked();
        std::vector<float> volume(static_cast<std::size_t>(stack.image.cell_count()));
        if (settings_.reconstruction == "sart") {
            std::fill(volume.begin(), volume.end(), 0.5F);
            IterativeSettings sart;
            sart.iterations = static_cast<int>(settings_.iterations);
            sart.subsets = ct_subsets(stack.geometry.views);
            sart.interrupted = context_.interrupted;
            reconstruct_sart(context_.team, stack.geometry, projections, stack.image, sart, volume);
        } else {
            reconstruct_filtered(context_.team, stack.geometry, projections,
                                 ramp_filter(settings_.window), stack.image, volume,
                                 context_.interrupted);
        }
        double* to = values.data() + model_.image.index(0, 0, stack.first_slice);
        std::copy(volume.begin(), volume.end(), to);
    }

    const ScanContext& context_;
    const CtModel& model_;
    const CtSettings& settings_;
    const CtChannels& channels_;
    const Polychromatic* materials_;
    std::vector<WaterScale> scales_;
    std::vector<double> least_;  // signal
    std::vector<std::vector<float>> thickness_;
    std::vector<std::vector<float>> masses_;
    ScatterField scatter_;
    std::uint32_t entity_ = 0;
    CtAcquired acquired_;
};

}  // namespace

int ct_subsets(index_t views) {
    for (index_t n = std::min(most_subsets, views / 2); n > 1; --n)
        if (views % n == 0) return static_cast<int>(n);
    return 1;
}

CtAcquired acquire(const ScanContext& context, const CtModel& model, const CtSettings& settings,
                   const CtChannels& channels, const Polychromatic* materials) {
    return Acquisition(context, model, settings, channels, materials).run();
}

}  // namespace caravel::imaging
