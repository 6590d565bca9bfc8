#include "caravel/inference/bootstrap.hpp"

#include "caravel/base/checks.hpp"
#include "caravel/base/statistics.hpp"
#include "caravel/exec/random.hpp"
#include "caravel/inference/guards.hpp"

#include <cmath>
#include <numeric>

namespace caravel::inference {
namespace {

constexpr std::uint32_t row_purpose = 0x424F4F54;  // "BOOT"

double standard_deviation(const std::vector<double>& values) {
    const double centre = mean(values);
    double sum = 0.0;
    for (const double value : values) sum += (value - centre) * (value - centre);
    return std::sqrt(sum / static_cast<double>(values.size() - 1));
}

std::vector<std::size_t> resample(std::size_t rows, std::uint64_t seed, int number) {
    exec::RandomStream stream(seed, row_purpose, static_cast<std::uint64_t>(number));
    std::vector<std::size_t> chosen(rows);
    for (std::size_t& row : chosen) {
        row = static_cast<std::size_t>(exec::uniform(stream) * static_cast<double>(rows));
    }
    return chosen;
}

}  // namespace

std::vector<Estimate> bootstrap(std::size_t rows, const RowStatistic& statistic,
                                const BootstrapOptions& options) {
    require_between(static_cast<double>(rows), 2, 1e12, "the number of rows to resample", "");
    require_between(options.resamples, 10, 1e7, "the number of bootstrap resamples", "");
    require_between(options.confidence, 1e-6, 1.0 - 1e-6, "the bootstrap confidence", "");
    std::vector<std::size_t> all(rows);
    std::iota(all.begin(), all.end(), std::size_t{0});
    const std::vector<double> values = statistic(all);
    guard_finite(values, "bootstrap", "estimate", "all rows");
    std::vector<std::vector<double>> replicates(values.size());
    for (int b = 0; b < options.resamples; ++b) {
        const std::vector<double> again = statistic(resample(rows, options.seed, b));
        guard_finite(again, "bootstrap", "estimate", "resample " + std::to_string(b));
        for (std::size_t k = 0; k < again.size(); ++k) replicates[k].push_back(again[k]);
    }
    const double tail = 0.5 * (1.0 - options.confidence);
    std::vector<Estimate> result;
    for (std::size_t k = 0; k < values.size(); ++k) {
        result.push_back({values[k], standard_deviation(replicates[k]),
                          quantile(replicates[k], tail), quantile(replicates[k], 1.0 - tail)});
    }
    return result;
}

}  // namespace caravel::inference
