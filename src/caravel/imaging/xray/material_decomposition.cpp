#include "caravel/imaging/xray/material_decomposition.hpp"

#include "caravel/base/error.hpp"
#include "caravel/imaging/symmetric_solve.hpp"
#include "caravel/imaging/xray/tissue_attenuation.hpp"

#include <algorithm>
#include <cmath>

namespace caravel::imaging {
namespace {

constexpr int most_steps = 30;
constexpr double singular = 1e-13;  // share of a pivot that is rounding

/// Mean counts and their slopes by every integral.
void counts_and_slopes(const Polychromatic& spectral, std::span<const double> integrals,
                       std::vector<double>& counts, std::vector<double>& slopes) {
    const std::vector<double> photons = arriving_photons(spectral, integrals);
    const std::size_t energies = photons.size();
    const std::size_t materials = integrals.size();
    const std::size_t channels = spectral.response.channels;
    counts.assign(channels, 0.0);
    slopes.assign(channels * materials, 0.0);
    for (std::size_t c = 0; c < channels; ++c) {
        for (std::size_t e = 0; e < energies; ++e) {
            const double seen = photons[e] * spectral.response.mean[c * energies + e];
            counts[c] += seen;
            for (std::size_t m = 0; m < materials; ++m)
                slopes[c * materials + m] -= seen * spectral.attenuation[m * energies + e];
        }
    }
}

/// Columns of the pseudo-inverse (A' W A)^-1 A' W of some materials.
std::vector<double> weighted_inverse(std::span<const double> matrix,
                                     std::span<const double> weights, std::size_t materials,
                                     const std::vector<std::size_t>& members) {
    const std::size_t n = members.size();
    const std::size_t channels = weights.size();
    std::vector<double> normal(n * n);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j)
            for (std::size_t c = 0; c < channels; ++c)
                normal[i * n + j] += weights[c] * matrix[c * materials + members[i]] *
                                     matrix[c * materials + members[j]];
    std::vector<double> inverse(n * channels);
    std::vector<double> right(n);
    for (std::size_t c = 0; c < channels; ++c) {
        for (std::size_t i = 0; i < n; ++i)
            right[i] = weights[c] * matrix[c * materials + members[i]];
        if (solve_symmetric(normal, right, singular) < n) return {};
        for (std::size_t i = 0; i < n; ++i) inverse[i * channels + c] = right[i];
    }
    return inverse;
}

}  // namespace

MaterialModel material_model(const CtModel& model, matter::Library& library,
                             const std::vector<std::string>& elements) {
    MaterialModel materials;
    materials.names = {"water", "bone"};
    materials.names.insert(materials.names.end(), elements.begin(), elements.end());
    materials.spectral = model.scan;
    materials.spectral.attenuation.clear();
    for (std::size_t m = 0; m < materials.names.size(); ++m) {
        const matter::Composition composition =
            m < 2 ? tissue_composition(library, materials.names[m])
                  : model.photons.tables.composition(materials.names[m]);
        for (const double energy : model.scan.beam.energy)
            materials.spectral.attenuation.push_back(
                mass_attenuation(model.photons, composition, energy));
    }
    return materials;
}

bool decompose_counts(const Polychromatic& spectral, std::span<const double> counts,
                      std::span<double> integrals) {
    const std::size_t materials = integrals.size();
    std::vector<double> expected;
    std::vector<double> slopes;
    std::vector<double> fisher(materials * materials);
    std::vector<double> step(materials);
    for (int round = 0; round < most_steps; ++round) {
        counts_and_slopes(spectral, integrals, expected, slopes);
        std::fill(fisher.begin(), fisher.end(), 0.0);
        std::fill(step.begin(), step.end(), 0.0);
        for (std::size_t c = 0; c < expected.size(); ++c) {
            const double mean = std::max(expected[c], 1e-9);
            for (std::size_t i = 0; i < materials; ++i) {
                const double slope = slopes[c * materials + i];
                step[i] += (counts[c] / mean - 1.0) * slope;
                for (std::size_t j = 0; j < materials; ++j)
                    fisher[i * materials + j] += slope * slopes[c * materials + j] / mean;
            }
        }
        if (solve_symmetric(fisher, step, singular) < materials) return false;
        // No step may change a depth by more than one.
        double largest = 0.0;
        double relative = 0.0;
        const std::size_t energies = spectral.energies();
        for (std::size_t e = 0; e < energies; ++e) {
            double change = 0.0;
            for (std::size_t m = 0; m < materials; ++m)
                change += step[m] * spectral.attenuation[m * energies + e];
            largest = std::max(largest, std::abs(change));
        }
        const double damping = largest > 1.0 ? 1.0 / largest : 1.0;
        for (std::size_t m = 0; m < materials; ++m) integrals[m] += damping * step[m];
        relative = damping * largest;
        if (relative < 1e-6) return true;
    }
    return false;
}

NonNegativeFit::NonNegativeFit(std::span<const double> matrix, std::span<const double> weights,
                               std::size_t materials)
    : materials_(materials),
      matrix_(matrix.begin(), matrix.end()),
      weights_(weights.begin(), weights.end()),
      deviation_(materials) {
    if (materials == 0 || materials > 8)
        throw InputError(Diagnostic{{},
                                    "a decomposition has no or too many materials",
                                    "1 to 8 materials, water and bone among them",
                                    ""});
    const std::size_t all = (std::size_t{1} << materials) - 1;
    for (std::size_t mask = all; mask > 0; --mask) {
        Subset subset;
        for (std::size_t m = 0; m < materials; ++m)
            if ((mask >> m & 1U) != 0) subset.members.push_back(m);
        subset.inverse = weighted_inverse(matrix_, weights_, materials, subset.members);
        if (mask == all && subset.inverse.empty())
            throw InputError(Diagnostic{{},
                                        "the energy bins cannot tell the materials apart",
                                        "thresholds on both sides of every element's K edge",
                                        "add thresholds"});
        if (mask == all) {
            for (std::size_t m = 0; m < materials; ++m) {
                double variance = 0.0;
                for (std::size_t c = 0; c < weights_.size(); ++c)
                    variance += subset.inverse[m * weights_.size() + c] *
                                subset.inverse[m * weights_.size() + c] / weights_[c];
                deviation_[m] = std::sqrt(variance);
            }
        }
        if (!subset.inverse.empty()) subsets_.push_back(std::move(subset));
    }
}

void NonNegativeFit::solve(std::span<const double> y, std::span<double> x) const {
    const std::size_t channels = weights_.size();
    double best = -1.0;
    std::vector<double> trial(materials_);
    std::fill(x.begin(), x.end(), 0.0);
    for (const Subset& subset : subsets_) {
        std::fill(trial.begin(), trial.end(), 0.0);
        bool positive = true;
        for (std::size_t i = 0; i < subset.members.size() && positive; ++i) {
            double value = 0.0;
            for (std::size_t c = 0; c < channels; ++c)
                value += subset.inverse[i * channels + c] * y[c];
            trial[subset.members[i]] = value;
            positive = value >= 0.0;
        }
        if (!positive) continue;
        double misfit = 0.0;
        for (std::size_t c = 0; c < channels; ++c) {
            double rest = y[c];
            for (std::size_t m = 0; m < materials_; ++m)
                rest -= matrix_[c * materials_ + m] * trial[m];
            misfit += weights_[c] * rest * rest;
        }
        if (best >= 0.0 && misfit >= best) continue;
        best = misfit;
        std::copy(trial.begin(), trial.end(), x.begin());
        if (&subset == &subsets_.front()) return;  // nothing fits better than all of them
    }
}

NonNegativeFit image_fit(const CtModel& model, const MaterialModel& materials,
                         std::span<const double> noise) {
    const std::size_t count = materials.names.size();
    const std::vector<double> photons = arriving_photons(model.scan, model.centre);
    std::vector<double> matrix;
    std::vector<double> weights;
    const std::size_t energies = photons.size();
    for (std::size_t c = 0; c < model.channels(); ++c) {
        double of_water = 0.0;
        std::vector<double> row(count);
        for (std::size_t e = 0; e < energies; ++e) {
            const double seen = photons[e] * model.scan.response.mean[c * energies + e];
            of_water += seen * model.water.attenuation[e];
            for (std::size_t m = 0; m < count; ++m)
                row[m] += seen * materials.spectral.attenuation[m * energies + e];
        }
        for (const double value : row) matrix.push_back(value / of_water);
        weights.push_back(noise[c] > 0.0 ? 1.0 / (noise[c] * noise[c]) : 1.0);
    }
    return {matrix, weights, count};
}

std::vector<std::vector<double>> decompose_images(
    exec::ThreadTeam& team, const NonNegativeFit& fit, std::size_t materials,
    const std::vector<std::span<const double>>& channels) {
    const std::size_t voxels = channels.front().size();
    std::vector<std::vector<double>> densities(materials, std::vector<double>(voxels));
    constexpr std::size_t piece = 8192;
    team.run(static_cast<index_t>((voxels + piece - 1) / piece), [&](index_t tile) {
        std::vector<double> y(channels.size());
        std::vector<double> x(materials);
        const std::size_t first = static_cast<std::size_t>(tile) * piece;
        for (std::size_t i = first; i < std::min(first + piece, voxels); ++i) {
            for (std::size_t c = 0; c < y.size(); ++c) y[c] = channels[c][i];
            fit.solve(y, x);
            for (std::size_t m = 0; m < materials; ++m) densities[m][i] = x[m];
        }
    });
    return densities;
}

}  // namespace caravel::imaging
