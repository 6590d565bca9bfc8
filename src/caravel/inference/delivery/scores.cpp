#include "caravel/inference/delivery/scores.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/expects.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <map>
#include <set>

namespace caravel::inference::delivery {
namespace {

constexpr std::array<std::string_view, 15> places{
    "tumour", "blood", "liver", "spleen",    "kidney",  "lung",  "heart", "muscle",
    "bone",   "skin",  "brain", "intestine", "stomach", "urine", "faeces"};

/// Sums over outcomes of one article from which every score follows.
struct Sums {
    double count = 0.0;
    double square = 0.0;  // of errors
    double within_2 = 0.0;
    double within_3 = 0.0;
    double within_10 = 0.0;
    double covered = 0.0;
    double width = 0.0;
    std::array<double, places.size()> place_count{};
    std::array<double, places.size()> place_sum{};
    std::array<double, places.size()> place_square{};

    void add(const Outcome& o) {
        const double error = o.forecast.median - o.measured;
        const double fold = std::abs(error);
        count += 1.0;
        square += error * error;
        within_2 += fold <= std::log10(2.0) ? 1.0 : 0.0;
        within_3 += fold <= std::log10(3.0) ? 1.0 : 0.0;
        within_10 += fold <= 1.0 ? 1.0 : 0.0;
        covered += o.measured >= o.forecast.lower && o.measured <= o.forecast.upper ? 1.0 : 0.0;
        width += o.forecast.upper - o.forecast.lower;
        const auto k = static_cast<std::size_t>(o.place);
        place_count[k] += 1.0;
        place_sum[k] += o.measured;
        place_square[k] += o.measured * o.measured;
    }

    void add(const Sums& s) {
        count += s.count;
        square += s.square;
        within_2 += s.within_2;
        within_3 += s.within_3;
        within_10 += s.within_10;
        covered += s.covered;
        width += s.width;
        for (std::size_t k = 0; k < places.size(); ++k) {
            place_count[k] += s.place_count[k];
            place_sum[k] += s.place_sum[k];
            place_square[k] += s.place_square[k];
        }
    }

    /// In the order of the fields of Score.
    std::vector<double> scores() const {
        double about_mean = 0.0;
        double total_square = 0.0;
        for (std::size_t k = 0; k < places.size(); ++k) {
            if (place_count[k] == 0.0) continue;
            about_mean += place_square[k] - place_sum[k] * place_sum[k] / place_count[k];
            total_square += place_square[k];
        }
        const bool is_flat = about_mean <= 1e-12 * total_square;  // rounding
        return {std::sqrt(square / count),
                is_flat ? 0.0 : 1.0 - square / about_mean,
                within_2 / count,
                within_3 / count,
                within_10 / count,
                covered / count,
                width / count};
    }
};

void require_forecast(const Outcome& o) {
    if (std::isfinite(o.forecast.median) && std::isfinite(o.forecast.lower) &&
        std::isfinite(o.forecast.upper) && std::isfinite(o.measured))
        return;
    throw NumericalError({o.learner, "forecast of " + o.question, o.id, 0.0, 0.0, "is not finite",
                          "leave this learner out or repair it"});
}

/// Sums of each article, in the order of their keys.
std::vector<Sums> by_article(std::span<const Outcome> outcomes) {
    std::map<std::string, Sums> sums;
    for (const Outcome& o : outcomes) {
        require_forecast(o);
        sums[o.article].add(o);
    }
    if (sums.size() < 2)
        throw InputError(Diagnostic{{},
                                    fmt::format("{} articles to score", sums.size()),
                                    "outcomes of 2 articles or more",
                                    ""});
    std::vector<Sums> list;
    for (const auto& entry : sums) list.push_back(entry.second);
    return list;
}

}  // namespace

std::string_view place_name(Place place) { return places.at(static_cast<std::size_t>(place)); }

Score score(std::span<const Outcome> outcomes, int resamples, std::uint64_t seed) {
    const std::vector<Sums> sums = by_article(outcomes);
    BootstrapOptions options;
    options.resamples = resamples;
    options.seed = seed;
    const auto estimates = bootstrap(
        sums.size(),
        [&](std::span<const std::size_t> rows) {
            Sums all;
            for (const std::size_t row : rows) all.add(sums[row]);
            return all.scores();
        },
        options);
    std::set<std::string> ids;
    for (const Outcome& o : outcomes) ids.insert(o.id);
    return {outcomes.front().question,
            outcomes.front().learner,
            outcomes.size(),
            ids.size(),
            sums.size(),
            estimates[0],
            estimates[1],
            estimates[2],
            estimates[3],
            estimates[4],
            estimates[5],
            estimates[6]};
}

Estimate rmse_difference(std::span<const Outcome> first, std::span<const Outcome> second,
                         int resamples, std::uint64_t seed) {
    CARAVEL_EXPECTS(first.size() == second.size());
    const std::vector<Sums> a = by_article(first);
    const std::vector<Sums> b = by_article(second);
    CARAVEL_EXPECTS(a.size() == b.size());
    BootstrapOptions options;
    options.resamples = resamples;
    options.seed = seed;
    const auto difference = [&](std::span<const std::size_t> rows) {
        double count = 0.0;
        double squares_a = 0.0;
        double squares_b = 0.0;
        for (const std::size_t row : rows) {
            count += a[row].count;
            squares_a += a[row].square;
            squares_b += b[row].square;
        }
        return std::vector{std::sqrt(squares_a / count) - std::sqrt(squares_b / count)};
    };
    return bootstrap(a.size(), difference, options).front();
}

}  // namespace caravel::inference::delivery
