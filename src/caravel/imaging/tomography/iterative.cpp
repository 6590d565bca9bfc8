#include "caravel/imaging/tomography/iterative.hpp"

#include "caravel/base/error.hpp"
#include "caravel/exec/reduce.hpp"
#include "caravel/imaging/tomography/projection.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

namespace caravel::imaging {
namespace {

using Values = std::vector<float>;

void check_settings(const IterativeSettings& s, const ScanGeometry& geometry) {
    if (s.iterations < 1) {
        throw InputError(
            Diagnostic{{}, std::to_string(s.iterations) + " iterations", "at least 1", {}});
    }
    if (s.subsets < 1 || s.subsets > geometry.views) {
        throw InputError(
            Diagnostic{{},
                       std::to_string(s.subsets) + " subsets",
                       "1 to " + std::to_string(geometry.views) + ", the number of views",
                       {}});
    }
    if (!(s.relaxation > 0.0 && s.relaxation < 2.0)) {
        throw InputError(Diagnostic{
            {}, "a relaxation of " + std::to_string(s.relaxation), "above 0 and below 2", {}});
    }
}

void check_problem(const ScanGeometry& geometry, std::span<const float> projections,
                   const Grid& grid, const IterativeSettings& settings,
                   std::span<const float> volume) {
    check_geometry(geometry, grid);
    check_settings(settings, geometry);
    CARAVEL_EXPECTS(std::ssize(volume) == grid.cell_count() &&
                    std::ssize(projections) == geometry.pixel_count());
}

void report(const IterativeSettings& s, double share) {
    if (s.interrupted && s.interrupted()) throw Interrupted("the reconstruction was interrupted");
    if (s.progress) s.progress(share);
}

std::size_t at(index_t i) { return static_cast<std::size_t>(i); }

double squares(exec::ThreadTeam& team, const Values& values) {
    return exec::sum_of(team, std::ssize(values), [&values](index_t i) {
        const auto x = static_cast<double>(values[at(i)]);
        return x * x;
    });
}

double root_mean_square(exec::ThreadTeam& team, const Values& values) {
    return std::sqrt(squares(team, values) / static_cast<double>(values.size()));
}

// Every subset-th view from `first` on, as a scan of its own.
ScanGeometry subset_of(const ScanGeometry& geometry, int first, int subsets) {
    ScanGeometry part = geometry;
    const double step = geometry.arc / static_cast<double>(geometry.views);
    part.views = (geometry.views - first + subsets - 1) / subsets;
    part.first_angle += step * first;
    part.arc = step * subsets * static_cast<double>(part.views);
    return part;
}

// Subsets in an order that puts neighbours in time far apart in angle (golden section).
std::vector<int> subset_order(int subsets) {
    int stride = std::max(1, static_cast<int>(std::lround(0.381966 * subsets)));
    while (std::gcd(stride, subsets) != 1) ++stride;
    std::vector<int> order;
    for (int i = 0; i < subsets; ++i) {
        order.push_back(static_cast<int>(index_t{i} * stride % subsets));
    }
    return order;
}

void invert(exec::ThreadTeam& team, Values& values) {
    const float most = *std::max_element(values.begin(), values.end());
    exec::for_each(team, std::ssize(values), [&values, most](index_t i) {
        float& x = values[at(i)];
        x = x > 1e-4F * most ? 1.0F / x : 0.0F;
    });
}

// One subset: its projections' inverse row sums and the column sums' inverse.
struct Subset {
    ScanGeometry geometry;
    index_t first = 0;
    Values row;
    Values column;
};

Subset make_subset(exec::ThreadTeam& team, const ScanGeometry& whole, const Grid& grid, int first,
                   int subsets) {
    Subset s{subset_of(whole, first, subsets), first, {}, {}};
    const Values ones(at(grid.cell_count()), 1.0F);
    s.row.resize(at(s.geometry.pixel_count()));
    project_scan(team, s.geometry, grid, ones, s.row);
    s.column.assign(at(grid.cell_count()), 0.0F);
    const Values views(s.row.size(), 1.0F);
    back_project_scan(team, s.geometry, grid, views, s.column);
    invert(team, s.row);
    invert(team, s.column);
    return s;
}

class SubsetUpdates {
  public:
    SubsetUpdates(exec::ThreadTeam& team, std::span<const float> projections, const Grid& grid,
                  const IterativeSettings& settings, std::span<float> volume)
        : team_(team),
          measured_(projections),
          grid_(grid),
          settings_(settings),
          volume_(volume),
          change_(volume.size()) {}

    // Adds the subset's correction; returns the sum of squares of its residual before.
    double update(const Subset& s) {
        difference_.resize(s.row.size());
        project_scan(team_, s.geometry, grid_, volume_, difference_);
        const index_t view = s.geometry.rows * s.geometry.columns;
        exec::for_each(team_, std::ssize(difference_), [&](index_t i) {
            const index_t from = (s.first + i / view * settings_.subsets) * view + i % view;
            difference_[at(i)] = measured_[at(from)] - difference_[at(i)];
        });
        const double sum = squares(team_, difference_);
        exec::for_each(team_, std::ssize(difference_),
                       [&](index_t i) { difference_[at(i)] *= s.row[at(i)]; });
        std::fill(change_.begin(), change_.end(), 0.0F);
        back_project_scan(team_, s.geometry, grid_, difference_, change_);
        const auto relaxation = static_cast<float>(settings_.relaxation);
        exec::for_each(team_, std::ssize(change_), [&](index_t i) {
            float& x = volume_[at(i)];
            x += relaxation * s.column[at(i)] * change_[at(i)];
            if (settings_.non_negative) x = std::max(x, 0.0F);
        });
        return sum;
    }

  private:
    exec::ThreadTeam& team_;
    std::span<const float> measured_;
    const Grid& grid_;
    const IterativeSettings& settings_;
    std::span<float> volume_;
    Values change_;
    Values difference_;
};

}  // namespace

Residuals reconstruct_sart(exec::ThreadTeam& team, const ScanGeometry& geometry,
                           std::span<const float> projections, const Grid& grid,
                           const IterativeSettings& settings, std::span<float> volume) {
    check_problem(geometry, projections, grid, settings, volume);
    std::vector<Subset> subsets;
    for (const int first : subset_order(settings.subsets)) {
        subsets.push_back(make_subset(team, geometry, grid, first, settings.subsets));
    }
    SubsetUpdates updates(team, projections, grid, settings, volume);
    Residuals residuals;
    for (int i = 0; i < settings.iterations; ++i) {
        double sum = 0.0;
        for (std::size_t s = 0; s < subsets.size(); ++s) {
            report(settings, (i + static_cast<double>(s) / static_cast<double>(subsets.size())) /
                                 settings.iterations);
            sum += updates.update(subsets[s]);
        }
        residuals.push_back(std::sqrt(sum / static_cast<double>(geometry.pixel_count())));
    }
    report(settings, 1.0);
    return residuals;
}

Residuals reconstruct_cgls(exec::ThreadTeam& team, const ScanGeometry& geometry,
                           std::span<const float> projections, const Grid& grid,
                           const IterativeSettings& settings, std::span<float> volume) {
    check_problem(geometry, projections, grid, settings, volume);
    const auto add = [&team](std::span<float> to, double factor, const Values& from) {
        exec::for_each(team, std::ssize(to), [&](index_t i) {
            to[at(i)] += static_cast<float>(factor * static_cast<double>(from[at(i)]));
        });
    };
    Values residual(projections.size());
    project_scan(team, geometry, grid, volume, residual);
    for (std::size_t i = 0; i < residual.size(); ++i) residual[i] = projections[i] - residual[i];
    Values gradient(volume.size(), 0.0F);
    back_project_scan(team, geometry, grid, residual, gradient);
    Values direction = gradient;
    Values image(projections.size());
    double steepness = squares(team, gradient);
    const double vanished = 1e-14 * steepness;
    const auto mean = [&] { return root_mean_square(team, residual); };
    Residuals residuals{mean()};
    for (int i = 0; i < settings.iterations && steepness > vanished; ++i) {
        report(settings, static_cast<double>(i) / settings.iterations);
        project_scan(team, geometry, grid, direction, image);
        const double length = steepness / squares(team, image);
        add(volume, length, direction);
        add(residual, -length, image);
        residuals.push_back(mean());
        std::fill(gradient.begin(), gradient.end(), 0.0F);
        back_project_scan(team, geometry, grid, residual, gradient);
        const double before = steepness;
        steepness = squares(team, gradient);
        const auto keep = static_cast<float>(steepness / before);
        exec::for_each(team, std::ssize(direction), [&](index_t v) {
            direction[at(v)] = gradient[at(v)] + keep * direction[at(v)];
        });
    }
    report(settings, 1.0);
    return residuals;
}

double sart_memory(const ScanGeometry& geometry, const Grid& grid, int subsets) {
    const auto voxels = static_cast<double>(grid.cell_count());
    const auto pixels = static_cast<double>(geometry.pixel_count());
    // Inverse sums of all subsets, the change of one, and its differences.
    return 4.0 * (voxels * (subsets + 1) + pixels * (1.0 + 1.0 / subsets)) +
           projection_memory(geometry, grid);
}

}  // namespace caravel::imaging
