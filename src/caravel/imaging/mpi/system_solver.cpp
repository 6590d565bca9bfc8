#include "caravel/imaging/mpi/system_solver.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/expects.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace caravel::imaging {
namespace {

constexpr index_t tiles = 32;  // of rows; partial sums are added in their order
constexpr std::size_t lanes = 8;

double row_times(const float* row, const double* values, std::size_t count) {
    std::array<double, lanes> sums{};
    std::size_t i = 0;
    for (; i + lanes <= count; i += lanes) {
        for (std::size_t l = 0; l < lanes; ++l)
            sums[l] += static_cast<double>(row[i + l]) * values[i + l];
    }
    double sum =
        ((sums[0] + sums[4]) + (sums[1] + sums[5])) + ((sums[2] + sums[6]) + (sums[3] + sums[7]));
    for (; i < count; ++i) sum += static_cast<double>(row[i]) * values[i];
    return sum;
}

void add_row(const float* row, double factor, double* values, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) values[i] += factor * static_cast<double>(row[i]);
}

void check_interrupted(const ScanContext& context, std::int64_t done, std::int64_t all) {
    if (context.interrupted && context.interrupted())
        throw Interrupted("interrupted while an image was reconstructed");
    if (context.progress) context.progress(static_cast<double>(done) / static_cast<double>(all));
}

double square(const std::vector<double>& values) {
    double sum = 0.0;
    for (const double v : values) sum += v * v;
    return sum;
}

/// S^T (S x) or S^T d, rows in tiles.
class Normal {
  public:
    Normal(exec::ThreadTeam& team, const SystemMatrix& matrix) : team_(team), matrix_(matrix) {
        for (auto& part : parts_) part.resize(matrix.voxels);
    }

    template <class Datum>
    std::vector<double> back_project(const Datum& datum) {
        team_.run(tiles, [&](index_t tile) {
            auto& part = parts_[static_cast<std::size_t>(tile)];
            std::fill(part.begin(), part.end(), 0.0);
            const auto t = static_cast<std::size_t>(tile);
            const std::size_t last = matrix_.rows * (t + 1) / tiles;
            for (std::size_t r = matrix_.rows * t / tiles; r < last; ++r) {
                const float* const row = matrix_.entries.data() + r * matrix_.voxels;
                add_row(row, datum(r, row), part.data(), matrix_.voxels);
            }
        });
        std::vector<double> sum(matrix_.voxels, 0.0);
        for (const auto& part : parts_) {
            for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += part[i];
        }
        return sum;
    }

    std::vector<double> apply(const std::vector<double>& x) {
        return back_project([&](std::size_t, const float* row) {
            return row_times(row, x.data(), matrix_.voxels);
        });
    }

  private:
    exec::ThreadTeam& team_;
    const SystemMatrix& matrix_;
    std::array<std::vector<double>, tiles> parts_;
};

}  // namespace

std::vector<double> solve_kaczmarz(const ScanContext& context, const SystemMatrix& matrix,
                                   std::span<const double> data, const SolverRun& run) {
    CARAVEL_EXPECTS(data.size() == matrix.rows);
    const double lambda = run.regularisation * matrix.central_energy;
    std::vector<double> energy(matrix.rows, 0.0);
    for (std::size_t r = 0; r < matrix.rows; ++r) {
        const float* const row = matrix.entries.data() + r * matrix.voxels;
        for (std::size_t i = 0; i < matrix.voxels; ++i)
            energy[r] += static_cast<double>(row[i]) * static_cast<double>(row[i]);
    }
    std::vector<double> x(matrix.voxels, 0.0);
    std::vector<double> slack(matrix.rows, 0.0);  // residual over the root of lambda
    const double root = std::sqrt(lambda);
    for (std::int64_t sweep = 0; sweep < run.iterations; ++sweep) {
        check_interrupted(context, sweep, run.iterations);
        for (std::size_t r = 0; r < matrix.rows; ++r) {
            const float* const row = matrix.entries.data() + r * matrix.voxels;
            const double miss = data[r] - row_times(row, x.data(), matrix.voxels) - root * slack[r];
            const double factor = miss / (energy[r] + lambda);
            add_row(row, factor, x.data(), matrix.voxels);
            slack[r] += root * factor;
        }
    }
    return x;
}

std::vector<double> solve_conjugate_gradient(const ScanContext& context, const SystemMatrix& matrix,
                                             std::span<const double> data, const SolverRun& run) {
    CARAVEL_EXPECTS(data.size() == matrix.rows);
    const double lambda = run.regularisation * matrix.central_energy;
    Normal normal(context.team, matrix);
    std::vector<double> x(matrix.voxels, 0.0);
    std::vector<double> residual =
        normal.back_project([&](std::size_t r, const float*) { return data[r]; });
    std::vector<double> direction = residual;
    double energy = square(residual);
    const double enough = 1e-16 * energy;
    for (std::int64_t i = 0; i < run.iterations && energy > enough; ++i) {
        check_interrupted(context, i, run.iterations);
        std::vector<double> image = normal.apply(direction);
        double curvature = 0.0;
        for (std::size_t v = 0; v < image.size(); ++v) {
            image[v] += lambda * direction[v];
            curvature += image[v] * direction[v];
        }
        const double step = energy / curvature;
        for (std::size_t v = 0; v < x.size(); ++v) {
            x[v] += step * direction[v];
            residual[v] -= step * image[v];
        }
        const double next = square(residual);
        for (std::size_t v = 0; v < x.size(); ++v)
            direction[v] = residual[v] + next / energy * direction[v];
        energy = next;
    }
    return x;
}

}  // namespace caravel::imaging
