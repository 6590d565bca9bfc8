#include "caravel/inference/fit/page.hpp"

#include "caravel/base/unit.hpp"
#include "caravel/report/axis.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

namespace caravel::inference::fit {
namespace {

using report::FitPage;

// Seconds are shown as minutes, hours or days; other units as they are.
struct TimeUnit {
    double divisor = 1.0;
    std::string name;
};

TimeUnit time_unit_of(const FitProblem& problem) {
    if (problem.time_unit != "s") return {1.0, problem.time_unit};
    double end = 0.0;
    for (const Datum& d : problem.data)
        if (std::isfinite(d.time)) end = std::max(end, d.time);
    const report::TimeScale scale = report::time_scale(std::max(end, 1.0));
    return {scale.seconds, scale.unit};
}

std::string remark_of(const Estimate& e) {
    std::string text;
    const auto add = [&](const std::string& part) { text += (text.empty() ? "" : "; ") + part; };
    if (!e.is_determined) add("not determined by these data");
    if (!e.bound.empty())
        add("at its " + e.bound + " bound" + (e.interval ? "" : ": no interval by curvature"));
    if (e.profile && !e.profile->below.limit) add("open below: " + e.profile->below.reason);
    if (e.profile && !e.profile->above.limit) add("open above: " + e.profile->above.reason);
    return text;
}

class Painter {
  public:
    Painter(const FitObjective& objective, const FitRecord& record)
        : objective_(objective),
          problem_(objective.problem()),
          record_(record),
          time_(time_unit_of(problem_)) {}

    FitPage paint() {
        page_.name = problem_.name;
        page_.description = record_.description;
        page_.run_id = record_.run_id;
        page_.version = record_.version;
        page_.time_unit = time_.name;
        page_.inside_band = record_.check.inside;
        page_.warnings = record_.result.identifiability.messages;
        page_.warnings.insert(page_.warnings.end(), record_.result.messages.begin(),
                              record_.result.messages.end());
        add_cards();
        add_parameters();
        add_starts();
        add_panels();
        add_residuals();
        add_profiles();
        const Matrix& correlation = record_.result.identifiability.correlation;
        for (std::size_t i = 0; i < correlation.rows; ++i)
            page_.correlation.emplace_back(correlation.row(i).begin(), correlation.row(i).end());
        return std::move(page_);
    }

  private:
    void add_cards() {
        const FitResult& r = record_.result;
        page_.cards = {
            {"-log posterior density", format_number(r.objective, 6)},
            {"AIC", format_number(r.aic, 5)},
            {"BIC", format_number(r.bic, 5)},
            {fmt::format("starts within {} of the best", same_objective),
             fmt::format("{} of {}", r.starts.hits(same_objective), r.starts.fits.size())},
            {"measured values", std::to_string(problem_.data.size())},
            {"parameters estimated", std::to_string(r.estimates.size())},
            {"directions not determined", std::to_string(r.identifiability.undetermined())}};
    }

    void add_parameters() {
        for (std::size_t i = 0; i < record_.result.estimates.size(); ++i) {
            const Estimate& e = record_.result.estimates[i];
            const Parameter& parameter = objective_.space().estimated(i);
            FitPage::Parameter p;
            p.name = e.name;
            p.unit = e.unit;
            p.estimate = e.value;
            p.standard_error = e.standard_error;
            p.interval = e.interval;
            p.profile_low = e.profile_low;
            p.profile_high = e.profile_high;
            if (e.posterior) {
                p.posterior = {{e.posterior->low, e.posterior->high}};
                p.r_hat = e.posterior->r_hat;
                p.effective_size = e.posterior->effective_size;
            }
            p.lower = parameter.lower;
            p.upper = parameter.upper;
            p.remark = remark_of(e);
            p.is_determined = e.is_determined;
            page_.parameters.push_back(std::move(p));
        }
    }

    void add_starts() {
        for (const std::size_t i : record_.result.starts.ranking()) {
            const LocalFit& fit = *record_.result.starts.fits[i];
            page_.starts.push_back({i, fit.value, name_of(fit.stop), fit.evaluations});
        }
    }

    FitPage::Panel& panel_of(const Datum& datum) {
        for (FitPage::Panel& p : page_.panels)
            if (p.observable == datum.observable && p.experiment == datum.condition) return p;
        FitPage::Panel panel;
        panel.observable = datum.observable;
        panel.experiment = datum.condition;
        panel.unit = datum.unit;
        panel.logarithmic = is_logarithmic(datum.noise);
        page_.panels.push_back(std::move(panel));
        return page_.panels.back();
    }

    void add_panels() {
        for (const Datum& d : problem_.data) {
            if (!std::isfinite(d.time)) continue;
            panel_of(d).points.push_back({d.time / time_.divisor, d.observation.value,
                                          d.observation.censoring == Censoring::left});
        }
        for (FitPage::Panel& panel : page_.panels) add_bands(panel);
        for (const Curve& curve : record_.curves) {
            for (FitPage::Panel& panel : page_.panels) {
                if (panel.observable != curve.observable || panel.experiment != curve.condition)
                    continue;
                for (const double t : curve.time) panel.curve_time.push_back(t / time_.divisor);
                panel.curve = curve.value;
            }
        }
    }

    // Bands of values at one time are averaged: they differ by the draws of noise only.
    void add_bands(FitPage::Panel& panel) {
        std::map<double, std::pair<std::array<double, 3>, double>> at;
        for (std::size_t i = 0; i < problem_.data.size(); ++i) {
            const Datum& d = problem_.data[i];
            if (d.observable != panel.observable || d.condition != panel.experiment) continue;
            if (!std::isfinite(d.time)) continue;
            auto& [sum, count] = at[d.time / time_.divisor];
            sum[0] += record_.check.low[i];
            sum[1] += record_.check.median[i];
            sum[2] += record_.check.high[i];
            count += 1.0;
        }
        for (const auto& [time, entry] : at) {
            panel.band_time.push_back(time);
            for (std::size_t k = 0; k < 3; ++k)
                panel.bands[k].push_back(entry.first[k] / entry.second);
        }
    }

    void add_residuals() {
        for (const ObservableStatistics& s : statistics_of(problem_, record_.result)) {
            page_.observables.push_back(s.observable);
            page_.statistics.push_back(
                {s.observable, s.count, s.censored, s.mean, s.deviation, s.fold});
        }
        for (std::size_t i = 0; i < problem_.data.size(); ++i) {
            const Datum& d = problem_.data[i];
            const double predicted = record_.result.prediction.value[i];
            const double score = normal_score(d, predicted, record_.result.prediction.sigma[i]);
            if (std::isnan(score)) continue;
            const auto place =
                std::find(page_.observables.begin(), page_.observables.end(), d.observable);
            page_.residuals.push_back({static_cast<std::size_t>(place - page_.observables.begin()),
                                       d.time / time_.divisor, predicted, d.observation.value,
                                       score});
        }
    }

    void add_profiles() {
        for (std::size_t i = 0; i < record_.result.estimates.size(); ++i) {
            const Estimate& e = record_.result.estimates[i];
            if (!e.profile || e.profile->points.empty()) continue;
            const Scale scale = objective_.space().estimated(i).scale;
            FitPage::Profile profile;
            profile.name = e.name;
            profile.unit = e.unit;
            profile.threshold = e.profile->threshold;
            profile.logarithmic = scale == Scale::log10;
            for (const ProfilePoint& point : e.profile->points) {
                profile.value.push_back(from_scale(scale, point.at));
                profile.rise.push_back(point.value - record_.result.objective);
            }
            page_.profiles.push_back(std::move(profile));
        }
    }

    const FitObjective& objective_;
    const FitProblem& problem_;
    const FitRecord& record_;
    TimeUnit time_;
    FitPage page_;
};

}  // namespace

report::FitPage page_of(const FitObjective& objective, const FitRecord& record,
                        const std::string& assignments) {
    report::FitPage page = Painter(objective, record).paint();
    page.assignments = assignments;
    return page;
}

}  // namespace caravel::inference::fit
