#include "caravel/imaging/noise.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/exec/random.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace caravel::imaging {
namespace {

constexpr std::size_t chunk = 4096;  // values of one stream

/// Runs work(stream, first, last) over chunks, each with a stream of its own.
template <class Work>
void in_chunks(exec::ThreadTeam& team, std::size_t size, std::uint64_t seed, NoisePurpose purpose,
               std::uint32_t entity, const Work& work) {
    const auto chunks = static_cast<index_t>((size + chunk - 1) / chunk);
    team.run(chunks, [&](index_t i) {
        exec::RandomStream stream(seed, static_cast<std::uint32_t>(purpose),
                                  (std::uint64_t{entity} << 32U) | static_cast<std::uint64_t>(i));
        const std::size_t first = static_cast<std::size_t>(i) * chunk;
        work(stream, first, std::min(first + chunk, size));
    });
}

/// exp(-x) I_n(x) for n = 0 or 1, x >= 0.
double scaled_bessel(int n, double x) {
    if (x < 25.0) return std::exp(-x) * std::cyl_bessel_i(static_cast<double>(n), x);
    const double mu = 4.0 * n * n;
    double term = 1.0;
    double sum = 1.0;
    for (int k = 1; k < 12; ++k) {
        const double odd = 2.0 * k - 1.0;
        term *= -(mu - odd * odd) / (8.0 * k * x);
        sum += term;
    }
    return sum / std::sqrt(2.0 * std::numbers::pi * x);
}

}  // namespace

void add_gaussian_noise(exec::ThreadTeam& team, std::span<double> values, double sigma,
                        std::uint64_t seed, NoisePurpose purpose, std::uint32_t entity) {
    if (!(sigma > 0.0)) return;
    in_chunks(team, values.size(), seed, purpose, entity,
              [&](exec::RandomStream& stream, std::size_t first, std::size_t last) {
                  for (std::size_t i = first; i < last; ++i)
                      values[i] += sigma * exec::normal(stream);
              });
}

void add_rician_noise(exec::ThreadTeam& team, std::span<double> values, double sigma,
                      std::uint64_t seed, std::uint32_t entity) {
    if (!(sigma > 0.0)) return;
    in_chunks(team, values.size(), seed, NoisePurpose::magnitude, entity,
              [&](exec::RandomStream& stream, std::size_t first, std::size_t last) {
                  for (std::size_t i = first; i < last; ++i) {
                      const double re = values[i] + sigma * exec::normal(stream);
                      values[i] = std::hypot(re, sigma * exec::normal(stream));
                  }
              });
}

void draw_counts(exec::ThreadTeam& team, std::span<double> means, std::uint64_t seed,
                 NoisePurpose purpose, std::uint32_t entity) {
    for (const double mean : means) {
        if (!(mean >= 0.0))
            throw InputError(Diagnostic{
                {}, fmt::format("a mean count is {}", format_number(mean)), "0 or more", ""});
    }
    in_chunks(team, means.size(), seed, purpose, entity,
              [&](exec::RandomStream& stream, std::size_t first, std::size_t last) {
                  for (std::size_t i = first; i < last; ++i) {
                      // beyond 1e9 counts the normal limit errs by less than 1e-5 of a deviation
                      means[i] = means[i] <= 1e9
                                     ? static_cast<double>(exec::poisson(stream, means[i]))
                                     : means[i] + std::sqrt(means[i]) * exec::normal(stream);
                  }
              });
}

double rician_mean(double signal, double sigma) {
    if (!(sigma > 0.0)) return std::abs(signal);
    const double x = signal * signal / (4.0 * sigma * sigma);
    return sigma * std::sqrt(std::numbers::pi / 2.0) *
           ((1.0 + 2.0 * x) * scaled_bessel(0, x) + 2.0 * x * scaled_bessel(1, x));
}

}  // namespace caravel::imaging
