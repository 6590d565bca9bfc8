#include "caravel/inference/delivery/qualification.hpp"

#include "caravel/base/error.hpp"
#include "caravel/exec/for_each.hpp"
#include "caravel/inference/delivery/qualification_scores.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <mutex>
#include <tuple>
#include <utility>

namespace caravel::inference::delivery {
namespace {

constexpr double hour = 3600.0;

bool is_seen(const Point& p) { return p.fraction.censoring == Censoring::none; }

bool is_scored_organ(const Point& p) {
    switch (p.place) {
    case Place::liver:
    case Place::spleen:
    case Place::kidney:
    case Place::lung:
    case Place::blood: return p.time >= 1.0 * hour && p.time <= 48.0 * hour;
    default: return false;
    }
}

/// Questions of one kind about a case, with the points given and what was measured.
struct Task {
    std::string_view question;
    std::vector<Point> known;
    std::vector<Question> questions;
    std::vector<double> measured;  // log10
};

Task maximum_task(const DeliveryCase& c) {
    Task task{question::tumour_max, {}, {}, {}};
    Question ask{Place::tumour, {}};
    double greatest = 0.0;
    for (const Point& p : c.points) {
        if (p.place != Place::tumour) continue;
        ask.times.push_back(p.time);
        if (is_seen(p)) greatest = std::max(greatest, p.fraction.value);
    }
    if (greatest > 0.0) {
        task.questions.push_back(std::move(ask));
        task.measured.push_back(std::log10(greatest));
    }
    return task;
}

Task later_task(const DeliveryCase& c, std::string_view name, Place given) {
    Task task{name, {}, {}, {}};
    for (const Point& p : c.points)
        if (p.place == given && is_seen(p)) {
            task.known.push_back(p);
            break;
        }
    if (task.known.empty()) return task;
    for (const Point& p : c.points) {
        if (p.place != Place::tumour || !is_seen(p) || p.time <= task.known.front().time) continue;
        task.questions.push_back({Place::tumour, {p.time}});
        task.measured.push_back(std::log10(p.fraction.value));
    }
    return task;
}

Task organ_task(const DeliveryCase& c) {
    Task task{question::organs, {}, {}, {}};
    for (const Point& p : c.points) {
        if (!is_scored_organ(p) || !is_seen(p)) continue;
        task.questions.push_back({p.place, {p.time}});
        task.measured.push_back(std::log10(p.fraction.value));
    }
    return task;
}

bool is_tumour_record(const DeliveryCase& c) { return c.id.rfind("tumour:", 0) == 0; }

struct Plans {
    Folds tumour;
    Folds organs;
};

Plans make_plans(const DeliveryData& data, const QualificationOptions& options) {
    std::vector<const DeliveryCase*> tumour;
    std::vector<const DeliveryCase*> organs;
    for (const DeliveryCase& c : data.cases) (is_tumour_record(c) ? tumour : organs).push_back(&c);
    return {make_folds(tumour, options.folds, options.seed),
            make_folds(organs, options.organ_folds, options.seed)};
}

enum class Plan { tumour, leak, organs };

struct Job {
    Plan plan = Plan::tumour;
    int fold = 0;
    std::size_t learner = 0;
};

/// Learners inside folds, so that neighbouring threads get equal shares of slow learners.
std::vector<Job> all_jobs(std::size_t learners, const QualificationOptions& options) {
    std::vector<Job> jobs;
    for (const Plan plan : {Plan::tumour, Plan::leak, Plan::organs}) {
        if (plan == Plan::leak && !options.has_leak_test) continue;
        const int folds = plan == Plan::organs ? options.organ_folds : options.folds;
        for (int fold = 0; fold < folds; ++fold)
            for (std::size_t learner = 0; learner < learners; ++learner)
                jobs.push_back({plan, fold, learner});
    }
    return jobs;
}

class Run {
  public:
    Run(const DeliveryData& data, const std::vector<Learner>& learners,
        const QualificationOptions& options)
        : data_(data), learners_(learners), options_(options) {
        const Plans plans = make_plans(data, options);
        result_.tumour_folds = plans.tumour;
        result_.organ_folds = plans.organs;
    }

    Qualification run() {
        const std::vector<Job> jobs = all_jobs(learners_.size(), options_);
        std::vector<std::vector<Outcome>> outcomes(jobs.size());
        exec::ThreadTeam team(options_.threads);
        exec::for_each(
            team, static_cast<index_t>(jobs.size()),
            [&](index_t i) {
                const auto k = static_cast<std::size_t>(i);
                if (is_cancelled(options_.cancel)) return;
                outcomes[k] = do_job(jobs[k], k);
                report(static_cast<index_t>(jobs.size()));
            },
            1);
        if (is_cancelled(options_.cancel))
            throw Interrupted(fmt::format("interrupted after {} of {} folds", done_, jobs.size()));
        collect(jobs, outcomes);
        return std::move(result_);
    }

  private:
    std::vector<Task> tasks_of(const DeliveryCase& c, Plan plan) const {
        if (plan == Plan::leak) return {maximum_task(c)};
        if (plan == Plan::tumour)
            return {maximum_task(c), later_task(c, question::later_by_tumour, Place::tumour)};
        return {organ_task(c), later_task(c, question::later_by_blood, Place::blood)};
    }

    const Folds& folds_of(Plan plan) const {
        return plan == Plan::organs ? result_.organ_folds : result_.tumour_folds;
    }

    /// Cases that this fold tests.
    std::vector<const DeliveryCase*> tested(const Job& job) const {
        std::vector<const DeliveryCase*> cases;
        for (const DeliveryCase& c : data_.cases)
            if (is_tumour_record(c) == (job.plan != Plan::organs) &&
                folds_of(job.plan).at(c.article) == job.fold)
                cases.push_back(&c);
        return cases;
    }

    std::vector<double> compute(const Job& job) const {
        std::vector<DeliveryCase> training =
            training_cases(data_.cases, folds_of(job.plan), job.fold);
        if (job.plan == Plan::leak)
            training = shuffle_outcomes(
                training, options_.seed * 1000 + static_cast<std::uint64_t>(job.fold));
        const Predict predict = learners_[job.learner].train(training);
        std::vector<double> numbers;
        for (const DeliveryCase* c : tested(job)) {
            DeliveryCase asked = *c;
            asked.points.clear();
            for (const Task& task : tasks_of(*c, job.plan)) {
                if (task.questions.empty()) continue;
                const auto forecasts = predict(asked, task.known, task.questions);
                if (forecasts.size() != task.questions.size())
                    throw std::logic_error("a learner answered another number of questions");
                for (const Forecast& f : forecasts)
                    numbers.insert(numbers.end(), {f.median, f.lower, f.upper});
            }
        }
        return numbers;
    }

    /// Forecasts of a job, three numbers each, from the store where they are known.
    std::vector<double> forecasts(const Job& job, std::size_t index) {
        if (options_.store == nullptr) return compute(job);
        {
            const std::lock_guard lock(mutex_);
            if (options_.store->has(index)) return decode_doubles(options_.store->payload(index));
        }
        std::vector<double> numbers = compute(job);
        const std::lock_guard lock(mutex_);
        const Record record{index, encode_doubles(numbers)};
        options_.store->append(std::span(&record, 1));
        return numbers;
    }

    std::vector<Outcome> do_job(const Job& job, std::size_t index) {
        const std::vector<double> numbers = forecasts(job, index);
        std::vector<Outcome> outcomes;
        std::size_t next = 0;
        for (const DeliveryCase* c : tested(job))
            for (const Task& task : tasks_of(*c, job.plan))
                for (std::size_t q = 0; q < task.questions.size(); ++q, next += 3) {
                    if (next + 3 > numbers.size()) throw IoError("a stored fold has other cases");
                    outcomes.push_back({std::string(task.question),
                                        learners_[job.learner].name,
                                        c->id,
                                        c->article,
                                        job.fold,
                                        task.questions[q].place,
                                        task.questions[q].times,
                                        task.measured[q],
                                        {numbers[next], numbers[next + 1], numbers[next + 2]}});
                }
        return outcomes;
    }

    void report(index_t total) {
        const std::lock_guard lock(mutex_);
        ++done_;
        if (options_.progress) options_.progress({done_, total, std::nan("")});
    }

    void collect(const std::vector<Job>& jobs, const std::vector<std::vector<Outcome>>& outcomes) {
        for (const Learner& learner : learners_) result_.learners.push_back(learner.name);
        std::vector<Outcome> shuffled;
        for (std::size_t k = 0; k < jobs.size(); ++k) {
            auto& to = jobs[k].plan == Plan::leak ? shuffled : result_.outcomes;
            to.insert(to.end(), outcomes[k].begin(), outcomes[k].end());
        }
        for (const DeliveryCase& c : data_.cases)
            for (const Point& p : c.points)
                if (!is_seen(p) &&
                    (is_tumour_record(c) ? p.place == Place::tumour : is_scored_organ(p)))
                    ++result_.censored;
        for (const Folds& folds : {result_.tumour_folds, result_.organ_folds})
            for (SplitLeak& leak : find_split_leaks(data_.cases, folds))
                result_.split_leaks.push_back(std::move(leak));
        score_all(result_, shuffled, options_.resamples, options_.seed);
    }

    const DeliveryData& data_;
    const std::vector<Learner>& learners_;
    const QualificationOptions& options_;
    Qualification result_;
    std::mutex mutex_;
    index_t done_ = 0;
};

}  // namespace

std::uint64_t job_count(std::size_t learners, const QualificationOptions& options) {
    return all_jobs(learners, options).size();
}

void require_plan(const DeliveryData& data, const QualificationOptions& options) {
    make_plans(data, options);
}

Qualification qualify_delivery(const DeliveryData& data, const std::vector<Learner>& learners,
                               const QualificationOptions& options) {
    if (learners.empty())
        throw InputError(Diagnostic{{}, "there is no learner to qualify", "one or more", ""});
    return Run(data, learners, options).run();
}

}  // namespace caravel::inference::delivery
