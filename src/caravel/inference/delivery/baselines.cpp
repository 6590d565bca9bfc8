#include "caravel/inference/delivery/baselines.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/statistics.hpp"
#include "caravel/inference/delivery/scores.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <utility>

namespace caravel::inference::delivery {
namespace {

double log_hours(double time) { return std::log10(time / 3600.0); }

struct Interval {
    double low = 0.0;  // added to the median
    double high = 0.0;
};

Interval interval_of(std::span<const double> residuals) {
    return {quantile(residuals, 0.05), quantile(residuals, 0.95)};
}

/// A regression of one place, with residuals on inner folds.
struct Head {
    Regressor at;
    Interval interval;
    std::vector<Sample> samples;
    std::vector<double> residuals;  // of the samples
};

/// How a known point moves a forecast.
struct Update {
    double slope = 0.0;
    Interval interval;
};

Head make_head(std::vector<Sample> samples, const Regression& regression, bool has_time) {
    Head head;
    head.samples = std::move(samples);
    head.residuals.resize(head.samples.size());
    head.at = regression(head.samples, has_time);
    const Folds folds = inner_folds(head.samples);
    std::set<int> numbers;
    for (const auto& entry : folds) numbers.insert(entry.second);
    for (const int fold : numbers) {
        std::vector<Sample> others;
        std::set<std::string> articles;
        for (const Sample& s : head.samples)
            if (folds.at(s.owner->article) != fold) {
                others.push_back(s);
                articles.insert(s.owner->article);
            }
        // A regression chooses its penalty on folds of its own and needs two articles for that.
        const Regressor at = articles.size() < 2 ? head.at : regression(others, has_time);
        for (std::size_t i = 0; i < head.samples.size(); ++i) {
            const Sample& s = head.samples[i];
            if (folds.at(s.owner->article) == fold)
                head.residuals[i] = s.value - at(*s.owner, s.log_time);
        }
    }
    head.interval = interval_of(head.residuals);
    return head;
}

bool has_two_articles(std::span<const Sample> samples) {
    for (const Sample& s : samples)
        if (s.owner->article != samples.front().owner->article) return true;
    return false;
}

/// Uncensored points of every place and their maxima, case by case.
struct Samples {
    std::map<Place, std::vector<Sample>> points;
    std::map<Place, std::vector<Sample>> maxima;
};

Samples samples_of(std::span<const DeliveryCase> cases) {
    Samples samples;
    for (const DeliveryCase& c : cases) {
        std::map<Place, double> greatest;
        for (const Point& p : c.points) {
            if (p.fraction.censoring != Censoring::none) continue;
            const double value = std::log10(p.fraction.value);
            samples.points[p.place].push_back({&c, log_hours(p.time), value});
            const auto [top, is_new] = greatest.try_emplace(p.place, value);
            if (!is_new) top->second = std::max(top->second, value);
        }
        for (const auto& [place, value] : greatest)
            samples.maxima[place].push_back({&c, 0.0, value});
    }
    return samples;
}

/// Residuals of the first point of one place and of every later one of the other, in one case.
std::vector<std::pair<double, double>> residual_pairs(const Head& known, const Head& asked) {
    std::map<const DeliveryCase*, std::size_t> first;
    for (std::size_t i = 0; i < known.samples.size(); ++i)
        first.try_emplace(known.samples[i].owner, i);
    std::vector<std::pair<double, double>> pairs;
    for (std::size_t j = 0; j < asked.samples.size(); ++j) {
        const auto found = first.find(asked.samples[j].owner);
        if (found == first.end()) continue;
        if (asked.samples[j].log_time > known.samples[found->second].log_time)
            pairs.emplace_back(known.residuals[found->second], asked.residuals[j]);
    }
    return pairs;
}

/// Below 20 pairs a 5 % quantile is the smallest residual itself, so there is no interval to give.
constexpr std::size_t least_pairs = 20;

std::optional<Update> make_update(const Head& known, const Head& asked) {
    const auto pairs = residual_pairs(known, asked);
    if (pairs.size() < least_pairs) return std::nullopt;
    double square = 0.0;
    double product = 0.0;
    for (const auto& [x, y] : pairs) {
        square += x * x;
        product += x * y;
    }
    Update update;
    if (square > 0.0) update.slope = product / square;
    std::vector<double> left;
    for (const auto& [x, y] : pairs) left.push_back(y - update.slope * x);
    update.interval = interval_of(left);
    return update;
}

/// The known point to go by: the latest of the asked place, else the latest one.
const Point* informative(std::span<const Point> known, Place asked) {
    const Point* best = nullptr;
    for (const Point& p : known) {
        if (p.fraction.censoring != Censoring::none) continue;
        const bool is_better = best == nullptr || std::pair(p.place == asked, p.time) >
                                                      std::pair(best->place == asked, best->time);
        if (is_better) best = &p;
    }
    return best;
}

/// A regression and its training cases; what a question needs is learned when it is first asked.
class Trained {
  public:
    Trained(std::span<const DeliveryCase> training, Regression regression)
        : cases_(training.begin(), training.end()),
          regression_(std::move(regression)),
          samples_(samples_of(cases_)) {}

    std::vector<Forecast> answer(const DeliveryCase& asked, std::span<const Point> known,
                                 std::span<const Question> questions) {
        const std::lock_guard lock(mutex_);
        std::vector<Forecast> forecasts;
        for (const Question& question : questions)
            forecasts.push_back(forecast(asked, known, question));
        return forecasts;
    }

  private:
    const Head& head(Place place, bool has_time) {
        auto& heads = has_time ? points_ : maxima_;
        if (const auto found = heads.find(place); found != heads.end()) return found->second;
        auto& samples = (has_time ? samples_.points : samples_.maxima)[place];
        if (samples.empty() || !has_two_articles(samples))
            throw InputError(Diagnostic{{},
                                        fmt::format("no training data for {}", place_name(place)),
                                        "points of two articles or more",
                                        ""});
        return heads[place] = make_head(samples, regression_, has_time);
    }

    const std::optional<Update>& update(Place known, Place asked) {
        const auto [found, is_new] = updates_.try_emplace({known, asked});
        if (is_new && !samples_.points[known].empty())
            found->second = make_update(head(known, true), head(asked, true));
        return found->second;
    }

    Forecast forecast(const DeliveryCase& asked, std::span<const Point> known,
                      const Question& question) {
        const bool has_time = question.times.size() == 1;
        const double time = has_time ? log_hours(question.times.front()) : 0.0;
        const Head& own = head(question.place, has_time);
        double median = own.at(asked, time);
        Interval interval = own.interval;
        const Point* point = has_time ? informative(known, question.place) : nullptr;
        if (point != nullptr) {
            if (const auto& shift = update(point->place, question.place)) {
                const double expected = head(point->place, true).at(asked, log_hours(point->time));
                median += shift->slope * (std::log10(point->fraction.value) - expected);
                interval = shift->interval;
            }
        }
        return {median, median + interval.low, median + interval.high};
    }

    std::vector<DeliveryCase> cases_;
    Regression regression_;
    Samples samples_;  // point into cases_
    std::mutex mutex_;
    std::map<Place, Head> points_;
    std::map<Place, Head> maxima_;
    std::map<std::pair<Place, Place>, std::optional<Update>> updates_;  // known, asked
};

}  // namespace

Learner regression_learner(std::string name, Regression regression) {
    return {
        std::move(name),
        [regression = std::move(regression)](std::span<const DeliveryCase> training) -> Predict {
            return [trained = std::make_shared<Trained>(training, regression)](
                       const DeliveryCase& asked, std::span<const Point> known,
                       std::span<const Question> questions) {
                return trained->answer(asked, known, questions);
            };
        }};
}

Learner null_learner() { return regression_learner("null", median_regression); }

Learner ridge_learner() { return regression_learner("ridge", ridge_regression); }

Learner neighbour_learner() {
    return regression_learner("5-NN", [](std::span<const Sample> samples, bool has_time) {
        return neighbour_regression(samples, has_time, 5);
    });
}

std::vector<Learner> baseline_learners() {
    return {null_learner(), ridge_learner(), neighbour_learner()};
}

}  // namespace caravel::inference::delivery
