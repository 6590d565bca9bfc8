#include "caravel/imaging/xray/scatter.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/error.hpp"
#include "caravel/imaging/blur.hpp"
#include "caravel/imaging/compton.hpp"
#include "caravel/imaging/noise.hpp"
#include "caravel/imaging/xray/compton_walk.hpp"
#include "caravel/imaging/xray/ct_image.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace caravel::imaging {
namespace {

constexpr index_t most_views = 8;
constexpr index_t most_bins = 12;         // of the coarse detector along an axis
constexpr index_t most_cells = 32;        // of the coarse object along an axis
constexpr index_t pieces = 4;             // of a view's histories
constexpr double highest_energy = 150.0;  // keV

double dot(const Vector3& a, const Vector3& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }
Vector3 minus(const Vector3& a, const Vector3& b) {
    return {a[0] - b[0], a[1] - b[1], a[2] - b[2]};
}
Vector3 unit(const Vector3& a) {
    const double length = std::sqrt(dot(a, a));
    return {a[0] / length, a[1] / length, a[2] / length};
}

/// The object as water of another density, on a coarse grid.
struct Medium {
    Grid grid{};
    std::vector<double> density{};  // of water, 1
    double densest = 0.0;

    double at(const Vector3& p) const {
        const auto i = static_cast<index_t>(std::floor((p[0] - grid.origin[0]) / grid.spacing[0]));
        const auto j = static_cast<index_t>(std::floor((p[1] - grid.origin[1]) / grid.spacing[1]));
        const auto k = static_cast<index_t>(std::floor((p[2] - grid.origin[2]) / grid.spacing[2]));
        return grid.contains(i, j, k) ? density[static_cast<std::size_t>(grid.index(i, j, k))]
                                      : 0.0;
    }

    /// Where a line from `p` along `d` is inside: distances; second < first when never.
    std::pair<double, double> inside(const Vector3& p, const Vector3& d) const {
        double in = 0.0;
        double out = 1e9;
        const std::array<index_t, 3> cells{grid.nx, grid.ny, grid.nz};
        for (std::size_t a = 0; a < 3; ++a) {
            const double low = grid.origin[a];
            const double high = low + grid.spacing[a] * static_cast<double>(cells[a]);
            if (std::abs(d[a]) < 1e-12) {
                if (p[a] < low || p[a] > high) return {0.0, -1.0};
                continue;
            }
            const double first = (low - p[a]) / d[a];
            const double second = (high - p[a]) / d[a];
            in = std::max(in, std::min(first, second));
            out = std::min(out, std::max(first, second));
        }
        return {in, out};
    }

    /// Metres of water from `p` along `d` to the outside.
    double water_ahead(const Vector3& p, const Vector3& d) const {
        const auto [in, out] = inside(p, d);
        if (out <= in) return 0.0;
        const double spacing = std::min({grid.spacing[0], grid.spacing[1], grid.spacing[2]});
        const auto steps = static_cast<int>(std::ceil((out - in) / spacing));
        const double step = (out - in) / steps;
        double sum = 0.0;
        for (int i = 0; i < steps; ++i) {
            const double along = in + (i + 0.5) * step;
            sum += at({p[0] + along * d[0], p[1] + along * d[1], p[2] + along * d[2]});
        }
        return sum * step;
    }
};

Medium coarse_medium(exec::ThreadTeam& team, const CtModel& model) {
    const Grid& fine = model.object.grid;
    const auto spacing = [](double s, index_t n) {
        return s * static_cast<double>(n) / static_cast<double>(std::min(n, most_cells));
    };
    Medium medium;
    medium.grid =
        covering_grid(fine, {spacing(fine.spacing[0], fine.nx), spacing(fine.spacing[1], fine.ny),
                             spacing(fine.spacing[2], fine.nz)});
    medium.density = perfect_volume(team, model, model.channels(), medium.grid);
    for (double& d : medium.density) d = std::max(0.0, d);
    medium.densest = *std::max_element(medium.density.begin(), medium.density.end());
    return medium;
}

/// Beam, detector and medium of one view, and what its photons do.
class View {
  public:
    View(const Medium& medium, const WaterTable& water, const CtModel& model,
         const DetectorResponse& response, const ScatterField& field, index_t view)
        : medium_(medium),
          water_(water),
          model_(model),
          response_(response),
          field_(field),
          view_(view) {
        double sum = 0.0;
        for (const double photons : model.scan.beam.photons) cumulated_.push_back(sum += photons);
        const ScanGeometry& g = field.geometry;
        const Ray central = pixel_ray(g, view, 0.5 * static_cast<double>(g.columns - 1),
                                      0.5 * static_cast<double>(g.rows - 1));
        normal_ = unit(minus(central.to, central.from));
    }

    /// Adds the scatter of `count` photons, each standing for `weight` of them.
    void run(exec::RandomStream& stream, int count, int orders, double weight,
             std::span<double> mean, std::span<double> second) const {
        for (int i = 0; i < count; ++i) follow(stream, orders, weight, mean, second);
    }

  private:
    Ray random_ray(exec::RandomStream& stream, double& column, double& row) const {
        const ScanGeometry& g = field_.geometry;
        column = exec::uniform(stream) * static_cast<double>(g.columns) - 0.5;
        row = exec::uniform(stream) * static_cast<double>(g.rows) - 0.5;
        return pixel_ray(g, view_, column, row);
    }

    void follow(exec::RandomStream& stream, int orders, double weight, std::span<double> mean,
                std::span<double> second) const {
        double column = 0.0;
        double row = 0.0;
        const Ray ray = random_ray(stream, column, row);
        const double u = exec::uniform(stream) * cumulated_.back();
        const auto bin = static_cast<std::size_t>(
            std::lower_bound(cumulated_.begin(), cumulated_.end(), u) - cumulated_.begin());
        double energy = model_.scan.beam.energy[std::min(bin, cumulated_.size() - 1)];
        Vector3 direction = unit(minus(ray.to, ray.from));
        Vector3 at = ray.from;
        for (int order = 0; order < orders; ++order) {
            if (!fly(stream, at, direction, energy)) return;
            weight *= water_.scattered_share(energy);
            detect(stream, at, direction, energy, weight, mean, second);
            const ComptonEvent event = sample_compton(stream, energy);
            energy = event.energy;
            direction = turned(stream, direction, event.cosine);
        }
    }

    /// To the next collision; false when it leaves.
    bool fly(exec::RandomStream& stream, Vector3& at, const Vector3& d, double energy) const {
        const auto [in, out] = medium_.inside(at, d);
        if (out <= in) return false;
        const double majorant = medium_.densest * water_.attenuation(energy);
        if (!(majorant > 0.0)) return false;
        double along = in;
        for (;;) {
            along += exec::exponential(stream, 1.0 / majorant);
            if (along >= out) return false;
            const Vector3 p{at[0] + along * d[0], at[1] + along * d[1], at[2] + along * d[2]};
            if (exec::uniform(stream) * medium_.densest < medium_.at(p)) {
                at = p;
                return true;
            }
        }
    }

    /// Adds the chance to reach a point of the detector, on behalf of all of it.
    void detect(exec::RandomStream& stream, const Vector3& at, const Vector3& direction,
                double energy, double weight, std::span<double> mean,
                std::span<double> second) const {
        const ScanGeometry& g = field_.geometry;
        double column = 0.0;
        double row = 0.0;
        const Ray ray = random_ray(stream, column, row);
        const Vector3 way = minus(ray.to, at);
        const double distance2 = dot(way, way);
        const Vector3 towards = unit(way);
        const double facing = dot(towards, normal_);
        if (facing <= 0.0) return;
        const double cosine = dot(towards, direction);
        const double after = scattered_energy(energy, cosine);
        const double area = g.column_pitch * g.row_pitch * static_cast<double>(g.columns * g.rows);
        const double chance =
            compton_density(energy, cosine) * area * facing / distance2 *
            std::exp(-water_.attenuation(after) * medium_.water_ahead(at, towards));
        const auto bin = [](double x, index_t from, index_t to) {
            const auto i = static_cast<index_t>((x + 0.5) * static_cast<double>(to) /
                                                static_cast<double>(from));
            return std::clamp<index_t>(i, 0, to - 1);
        };
        const auto cell = static_cast<std::size_t>(bin(row, g.rows, field_.rows) * field_.columns +
                                                   bin(column, g.columns, field_.columns));
        const auto cells = static_cast<std::size_t>(field_.rows * field_.columns);
        const std::size_t energies = response_.mean.size() / response_.channels;
        const auto e = std::min(
            static_cast<std::size_t>(std::lround(std::max(1.0, after / kiloelectronvolt))) - 1,
            energies - 1);
        for (std::size_t c = 0; c < field_.channels; ++c) {
            mean[c * cells + cell] += weight * chance * response_.mean[c * energies + e];
            second[c * cells + cell] += weight * chance * response_.second[c * energies + e];
        }
    }

    const Medium& medium_;
    const WaterTable& water_;
    const CtModel& model_;
    const DetectorResponse& response_;
    const ScatterField& field_;
    index_t view_;
    std::vector<double> cumulated_;
    Vector3 normal_{};
};

/// (1 2 1)/4 along both axes of the coarse detector.
void smooth(std::span<double> cells, index_t rows, index_t columns) {
    const std::vector<double> rough(cells.begin(), cells.end());
    const auto at = [&](index_t r, index_t c) {
        return rough[static_cast<std::size_t>(std::clamp<index_t>(r, 0, rows - 1) * columns +
                                              std::clamp<index_t>(c, 0, columns - 1))];
    };
    for (index_t r = 0; r < rows; ++r) {
        for (index_t c = 0; c < columns; ++c) {
            double sum = 0.0;
            for (index_t dr = -1; dr <= 1; ++dr)
                for (index_t dc = -1; dc <= 1; ++dc)
                    sum += (dr == 0 ? 2.0 : 1.0) * (dc == 0 ? 2.0 : 1.0) * at(r + dr, c + dc);
            cells[static_cast<std::size_t>(r * columns + c)] = sum / 16.0;
        }
    }
}

/// Scatter over primary in the detector's middle, all channels together.
double to_primary(const CtModel& model, const ScatterField& field) {
    ChannelSignal primary;
    channel_signals(one_channel(model.scan, model.channels()), model.centre,
                    std::span(&primary, 1));
    double sum = 0.0;
    for (index_t v = 0; v < field.views; ++v) {
        for (std::size_t c = 0; c < field.channels; ++c)
            sum += field.mean[static_cast<std::size_t>(
                ((v * static_cast<index_t>(field.channels) + static_cast<index_t>(c)) * field.rows +
                 field.rows / 2) *
                    field.columns +
                field.columns / 2)];
    }
    return sum / static_cast<double>(field.views) / primary.mean;
}

/// What photons from 1 keV on, in steps of 1 keV, make in a pixel.
DetectorResponse response_per_kev(const CtModel& model, matter::Library& library,
                                  const CtDetector& detector) {
    std::vector<double> energies;
    for (double energy = 1.0; energy <= highest_energy; energy += 1.0)
        energies.push_back(energy * kiloelectronvolt);
    return detector_response(model.photons, library, detector, energies);
}

/// Adds the pieces of every view in order, and smooths.
std::vector<double> gathered(const ScatterField& field, const std::vector<double>& tiles) {
    const std::size_t cells = static_cast<std::size_t>(field.rows * field.columns) * field.channels;
    std::vector<double> sums(static_cast<std::size_t>(field.views) * cells, 0.0);
    for (std::size_t i = 0; i < tiles.size(); ++i)
        sums[i / (cells * static_cast<std::size_t>(pieces)) * cells + i % cells] += tiles[i];
    const auto plane = static_cast<std::size_t>(field.rows * field.columns);
    for (std::size_t at = 0; at < sums.size(); at += plane)
        smooth(std::span<double>(sums).subspan(at, plane), field.rows, field.columns);
    return sums;
}

}  // namespace

void ScatterField::add(const ScanGeometry& scan, index_t first_view, index_t view_count,
                       double factor, std::span<double> means, std::span<double> variances) const {
    const index_t per_view = scan.rows * scan.columns;
    const auto middle_of = [](index_t i, index_t from, index_t to) {
        return std::clamp(
            (static_cast<double>(i) + 0.5) * static_cast<double>(to) / static_cast<double>(from) -
                0.5,
            0.0, static_cast<double>(to - 1));
    };
    for (std::size_t c = 0; c < channels; ++c) {
        for (index_t v = 0; v < view_count; ++v) {
            const double place = static_cast<double>(first_view + v) * static_cast<double>(views) /
                                 static_cast<double>(scan.views);
            const auto low = std::min(static_cast<index_t>(place), views - 1);
            const double share = place - static_cast<double>(low);
            const std::array<index_t, 2> pair{low, (low + 1) % views};
            for (index_t i = 0; i < per_view; ++i) {
                const double y = middle_of(i / scan.columns, scan.rows, rows);
                const double x = middle_of(i % scan.columns, scan.columns, columns);
                const auto y0 = static_cast<index_t>(y);
                const auto x0 = static_cast<index_t>(x);
                const double fy = y - static_cast<double>(y0);
                const double fx = x - static_cast<double>(x0);
                double value = 0.0;
                double square = 0.0;
                for (int corner = 0; corner < 8; ++corner) {
                    const double wv = (corner & 4) != 0 ? share : 1.0 - share;
                    const double wy = (corner & 2) != 0 ? fy : 1.0 - fy;
                    const double wx = (corner & 1) != 0 ? fx : 1.0 - fx;
                    const index_t row = std::min(y0 + ((corner & 2) >> 1), rows - 1);
                    const index_t column = std::min(x0 + (corner & 1), columns - 1);
                    const auto at = static_cast<std::size_t>(
                        ((pair[static_cast<std::size_t>((corner & 4) >> 2)] *
                              static_cast<index_t>(channels) +
                          static_cast<index_t>(c)) *
                             rows +
                         row) *
                            columns +
                        column);
                    value += wv * wy * wx * mean[at];
                    square += wv * wy * wx * second[at];
                }
                const auto to = static_cast<std::size_t>(
                    (static_cast<index_t>(c) * view_count + v) * per_view + i);
                means[to] += factor * value;
                variances[to] += square;
            }
        }
    }
}

ScatterField simulate_scatter(const ScanContext& context, const CtModel& model,
                              const CtSettings& settings, const ScanGeometry& geometry,
                              int histories, int orders) {
    ScatterField field;
    field.geometry = geometry;
    field.channels = model.channels();
    field.views = std::min(most_views, geometry.views);
    field.rows = std::min(most_bins, geometry.rows);
    field.columns = std::min(most_bins, geometry.columns);
    ScanGeometry sparse = geometry;
    sparse.views = field.views;
    field.geometry = sparse;
    const WaterTable water(model.photons, context.library);
    const Medium medium = coarse_medium(context.team, model);
    const DetectorResponse response = response_per_kev(model, context.library, settings.detector);
    const auto cells = static_cast<std::size_t>(field.rows * field.columns) * field.channels;
    const auto tiles = static_cast<std::size_t>(field.views * pieces);
    std::vector<double> mean(tiles * cells);
    std::vector<double> second(tiles * cells);
    // photons on the whole detector per history, then per pixel of a coarse cell
    const double weight = photon_count(model.scan.beam) *
                          static_cast<double>(field.rows * field.columns) /
                          static_cast<double>(histories);
    context.team.run(static_cast<index_t>(tiles), [&](index_t tile) {
        exec::RandomStream stream(context.seed, static_cast<std::uint32_t>(NoisePurpose::walk),
                                  0x5CA70000U + static_cast<std::uint64_t>(tile));
        const View view(medium, water, model, response, field, tile / pieces);
        const std::size_t at = static_cast<std::size_t>(tile) * cells;
        view.run(stream, histories / static_cast<int>(pieces), orders, weight,
                 std::span<double>(mean).subspan(at, cells),
                 std::span<double>(second).subspan(at, cells));
    });
    field.mean = gathered(field, mean);
    field.second = gathered(field, second);
    field.to_primary_at_centre = to_primary(model, field);
    return field;
}

}  // namespace caravel::imaging
