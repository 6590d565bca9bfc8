#include "caravel/imaging/nuclear/emission.hpp"

#include "caravel/base/expects.hpp"
#include "caravel/exec/reduce.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace caravel::imaging {
namespace {

std::size_t size_of(index_t n) { return static_cast<std::size_t>(n); }

/// Counts over their expectation; 0 where nothing is expected.
float ratio(float counts, float expected) {
    return expected > 0.0F && counts > 0.0F ? counts / expected : 0.0F;
}

void multiply(exec::ThreadTeam& team, std::span<const float> correction,
              std::span<const float> sensitivity, std::span<float> image) {
    exec::for_each(team, static_cast<index_t>(image.size()), [&](index_t i) {
        const std::size_t j = size_of(i);
        image[j] = sensitivity[j] > 0.0F ? image[j] * correction[j] / sensitivity[j] : 0.0F;
    });
}

}  // namespace

std::vector<index_t> subset_order(index_t subsets) {
    index_t step = std::max<index_t>(1, static_cast<index_t>(0.382 * static_cast<double>(subsets)));
    while (std::gcd(step, subsets) != 1) ++step;
    std::vector<index_t> order;
    for (index_t i = 0; i < subsets; ++i) order.push_back(i * step % subsets);
    return order;
}

std::vector<float> subset_sensitivities(const EmissionSystem& system) {
    const std::vector<float> ones(size_of(system.subset_size), 1.0F);
    std::vector<float> all(size_of(system.subsets * system.voxels));
    for (index_t s = 0; s < system.subsets; ++s)
        system.back_project(
            s, ones, std::span(all).subspan(size_of(s * system.voxels), size_of(system.voxels)));
    return all;
}

double log_likelihood(exec::ThreadTeam& team, const EmissionSystem& system,
                      const EmissionCounts& data, std::span<const float> image) {
    std::vector<float> means(size_of(system.subset_size));
    double sum = 0.0;
    for (index_t s = 0; s < system.subsets; ++s) {
        system.project(s, image, means);
        const std::size_t first = size_of(s * system.subset_size);
        sum += exec::sum_of(team, system.subset_size, [&](index_t i) {
            const std::size_t j = first + size_of(i);
            const double mean = static_cast<double>(means[size_of(i)]) +
                                (data.background.empty() ? 0.0 : data.background[j]);
            const double y = data.counts[j];
            return (y > 0.0 && mean > 0.0 ? y * std::log(mean) : 0.0) - mean;
        });
    }
    return sum;
}

float even_start(const EmissionSystem& system, const EmissionCounts& data) {
    const auto sum = [](const std::vector<float>& values) {
        return std::accumulate(values.begin(), values.end(), 0.0);
    };
    const double counts = sum(data.counts);
    const double sensitivity = sum(subset_sensitivities(system));
    if (!(sensitivity > 0.0)) return 0.0F;
    return static_cast<float>(std::max(0.1 * counts, counts - sum(data.background)) / sensitivity);
}

void reconstruct_emission(exec::ThreadTeam& team, const EmissionSystem& system,
                          const EmissionCounts& data, index_t iterations, std::span<float> image,
                          const std::function<void(index_t)>& after) {
    CARAVEL_EXPECTS(static_cast<index_t>(image.size()) == system.voxels);
    CARAVEL_EXPECTS(static_cast<index_t>(data.counts.size()) ==
                    system.subsets * system.subset_size);
    const std::vector<float> sensitivity = subset_sensitivities(system);
    const std::vector<index_t> order = subset_order(system.subsets);
    std::vector<float> means(size_of(system.subset_size));
    std::vector<float> correction(image.size());
    index_t done = 0;
    for (index_t iteration = 0; iteration < iterations; ++iteration) {
        for (const index_t s : order) {
            system.project(s, image, means);
            const std::size_t first = size_of(s * system.subset_size);
            exec::for_each(team, system.subset_size, [&](index_t i) {
                const std::size_t j = first + size_of(i);
                float& mean = means[size_of(i)];
                mean = ratio(data.counts[j],
                             data.background.empty() ? mean : mean + data.background[j]);
            });
            system.back_project(s, means, correction);
            multiply(team, correction,
                     std::span(sensitivity).subspan(size_of(s * system.voxels), image.size()),
                     image);
            if (after) after(++done);
        }
    }
}

void reconstruct_list(exec::ThreadTeam& team, const Grid& grid, std::span<const ListEvent> events,
                      std::span<const float> sensitivity, index_t iterations,
                      std::span<float> image) {
    CARAVEL_EXPECTS(static_cast<index_t>(image.size()) == grid.cell_count());
    std::vector<Ray> lines;
    lines.reserve(events.size());
    for (const ListEvent& event : events) lines.push_back(event.line);
    std::vector<float> means(events.size());
    std::vector<float> correction(image.size());
    for (index_t iteration = 0; iteration < iterations; ++iteration) {
        project_rays(team, grid, image, lines, means);
        exec::for_each(team, static_cast<index_t>(events.size()), [&](index_t i) {
            const ListEvent& event = events[size_of(i)];
            float& mean = means[size_of(i)];
            mean = event.weight * ratio(1.0F, event.weight * mean + event.background);
        });
        std::fill(correction.begin(), correction.end(), 0.0F);
        back_project_rays(team, grid, lines, means, correction);
        multiply(team, correction, sensitivity, image);
    }
}

}  // namespace caravel::imaging
