#include "caravel/inference/population/family_runs.hpp"

#include "caravel/study/conditions.hpp"
#include "caravel/study/study_images.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace caravel::inference::population {
namespace {

using kinetics::KineticModel;
using study::AmountRecord;

/// Shared models that are kept: families whose keys change the structure need few, those that
/// change it in every variant would fill memory.
constexpr std::size_t most_models = 32;

constexpr double balance_limit = 1e-9;  // relative, as of a run's ledger

bool same(const kinetics::Species& a, const kinetics::Species& b) {
    return a.name == b.name && a.substance == b.substance && a.non_negative == b.non_negative;
}

bool same_terms(const std::vector<kinetics::Term>& a, const std::vector<kinetics::Term>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
        return x.species.index == y.species.index && x.weight == y.weight;
    });
}

// Unit weights and absent constants are part of the structure: rates that lean on them are
// compiled in another way.
bool same(const kinetics::Sum& a, const kinetics::Sum& b) {
    return (a.constant == 0.0) == (b.constant == 0.0) &&
           std::equal(a.terms.begin(), a.terms.end(), b.terms.begin(), b.terms.end(),
                      [](const auto& x, const auto& y) {
                          return x.species.index == y.species.index &&
                                 (x.weight == 1.0) == (y.weight == 1.0);
                      });
}

// Formulas are never shared: they run alone.
bool same(const kinetics::Reaction& a, const kinetics::Reaction& b) {
    const auto& p = a.law;
    const auto& q = b.law;
    if (!p.expression.empty() || !q.expression.empty()) return false;
    return p.coefficient.index == q.coefficient.index && p.substrate.index == q.substrate.index &&
           p.second.index == q.second.index && same_terms(a.stoichiometry, b.stoichiometry) &&
           std::equal(p.factors.begin(), p.factors.end(), q.factors.begin(), q.factors.end(),
                      [](const auto& x, const auto& y) {
                          return x.shape == y.shape && x.argument.index == y.argument.index &&
                                 x.divisor.index == y.divisor.index;
                      });
}

template <class Item>
bool same_list(const std::vector<Item>& a, const std::vector<Item>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const Item& x, const Item& y) { return same(x, y); });
}

kinetics::SolverOptions options_with(double relative_tolerance) {
    kinetics::SolverOptions options;
    options.relative_tolerance = relative_tolerance;
    return options;
}

/// Whether nothing but doses changes rates in time, by laws that lanes can compute.
bool is_batchable(const ReadyVariant& v) {
    if (v.built.model.has_expressions() || !v.built.grids.empty()) return false;
    for (const auto& driver : v.built.releases)
        for (const auto& release : driver.laws)
            if (!formulation::is_memoryless(release.law)) return false;
    return v.study.protocol.stimuli.empty() && !v.times.empty() && v.times.back() > 0.0;
}

/// What is left of a variant that needs no curves.
study::BuiltModel doses_of(study::BuiltModel& built) {
    study::BuiltModel rest;
    rest.rest = built.rest;
    rest.doses = std::move(built.doses);
    rest.jumps = std::move(built.jumps);
    rest.infusions = std::move(built.infusions);
    return rest;
}

/// Times inside (0, end) at which a dose changes something.
std::vector<double> stops_of(const ReadyVariant& v) {
    std::vector<double> stops;
    for (const auto& jump : v.built.jumps) stops.push_back(jump.time);
    for (const auto& infusion : v.built.infusions)
        stops.insert(stops.end(), {infusion.start, infusion.end});
    std::sort(stops.begin(), stops.end());
    stops.erase(std::unique(stops.begin(), stops.end()), stops.end());
    std::erase_if(stops, [&](double t) { return t <= 0.0 || t >= v.times.back(); });
    return stops;
}

double condition(const study::BuiltModel& built, const std::string& slot) {
    for (const auto& c : built.conditions)
        if (c.slot == slot) return c.value;
    throw std::invalid_argument("no condition '" + slot + "'");
}

void set_releases(const study::BuiltModel& built, std::vector<double>& coefficients) {
    for (const auto& driver : built.releases)
        coefficients[static_cast<std::size_t>(driver.coefficient.index)] =
            study::release_rate(driver, 0.0, [&](std::size_t i) {
                return condition(built, study::condition_slot(driver.environment,
                                                              driver.laws[i].trigger->signal));
            });
}

void add_jumps(const study::BuiltModel& built, double t, std::span<double> y) {
    for (const auto& jump : built.jumps)
        if (jump.time == t) y[static_cast<std::size_t>(jump.species.index)] += jump.amount;
}

/// Infusions that run after time t.
void set_infusions(const study::BuiltModel& built, double t, std::span<double> coefficients) {
    for (const auto& infusion : built.infusions)
        coefficients[static_cast<std::size_t>(infusion.coefficient.index)] =
            infusion.start <= t && t < infusion.end ? infusion.rate : 0.0;
}

void check_flow(const ReadyVariant& v, const AmountRecord& record) {
    if (v.tumour_flow.empty()) return;
    double before = 0.0;
    for (std::size_t i = 0; i < record.times().size(); ++i) {
        double taken = 0.0;
        for (const auto& term : v.tumour_flow)
            taken += term.weight * record.row(i)[static_cast<std::size_t>(term.species.index)];
        study::check_tumour_flow(v.built, taken, record.times()[i], before);
        before = record.times()[i];
    }
}

/// Variants of one shared model with equal times, and the untreated controls of them behind them.
class Batch {
  public:
    Batch(const std::vector<const ReadyVariant*>& variants, bool with_controls)
        : variants_(variants),
          controls_(with_controls ? variants.size() : 0),
          times_(variants.front()->times),
          stops_(variants.front()->stops),
          model_(variants.front()->model->model()) {
        for (std::size_t i = 0; i < variants.size() + controls_; ++i)
            records_.emplace_back(times_, model_.all_species().size());
    }

    void run(exec::ThreadTeam& team) {
        const kinetics::BatchPlan plan{0.0, times_.back(), times_, stops_};
        const kinetics::BatchCallbacks callbacks{
            [this](std::int64_t i, kinetics::Individual& numbers) { prepare(i, numbers); },
            [this](std::int64_t i, std::span<const double> states) { finish(i, states); },
            [this](std::int64_t i, std::size_t stop, std::span<double> coefficients,
                   std::span<double> y) { change(i, stop, coefficients, y); }};
        const auto result =
            variants_.front()->model->solver().run(team, 0, std::ssize(records_), plan, callbacks);
        for (const auto& failure : result.failures) failures_[failure.individual] = failure.what;
    }

    /// Outputs of one variant. Throws NumericalError.
    std::vector<double> outputs(std::size_t i, const FamilyOutputs& outputs) const {
        const ReadyVariant& v = *variants_[i];
        throw_failure(i);
        check_flow(v, records_[i]);
        check_balance(v, records_[i]);
        const AmountRecord* control = nullptr;
        if (controls_ > 0) {
            throw_failure(i + variants_.size());
            control = &records_[i + variants_.size()];
            check_flow(v, *control);
        }
        return outputs.values(v.study, v.built, v.observables, records_[i], control);
    }

  private:
    bool is_control(std::int64_t i) const {
        return static_cast<std::size_t>(i) >= variants_.size();
    }
    const study::BuiltModel& built(std::int64_t i) const {
        return variants_[static_cast<std::size_t>(i) % variants_.size()]->built;
    }

    void prepare(std::int64_t i, kinetics::Individual& numbers) const {
        numbers = variants_[static_cast<std::size_t>(i) % variants_.size()]->numbers;
        if (is_control(i)) return;
        add_jumps(built(i), 0.0, numbers.initial);
        set_infusions(built(i), 0.0, numbers.coefficients);
    }

    void change(std::int64_t i, std::size_t stop, std::span<double> coefficients,
                std::span<double> y) {
        if (is_control(i)) return;
        const double t = stops_[stop];
        add_jumps(built(i), t, y);
        set_infusions(built(i), t, coefficients);
        // A run records the amounts after a dose.
        const auto at = std::lower_bound(times_.begin(), times_.end(), t);
        if (at == times_.end() || *at != t) return;
        after_dose_[i].emplace_back(at - times_.begin(), std::vector<double>(y.begin(), y.end()));
    }

    void finish(std::int64_t i, std::span<const double> states) {
        AmountRecord& record = records_[static_cast<std::size_t>(i)];
        std::copy(states.begin(), states.end(), record.values().begin());
        if (is_control(i)) return;
        if (const auto found = after_dose_.find(i); found != after_dose_.end())
            for (const auto& [row, y] : found->second)
                std::copy(y.begin(), y.end(), record.row(static_cast<std::size_t>(row)).begin());
        add_jumps(built(i), times_.back(), record.row(times_.size() - 1));
    }

    /// The balance of every substance at the end, as a run's ledger.
    void check_balance(const ReadyVariant& v, const AmountRecord& record) const {
        const auto& names = v.model->substances();
        const auto& of = v.model->substance_of();
        std::vector<double> content(names.size() + 1);
        const auto y = record.row(times_.size() - 1);
        for (std::size_t k = 0; k < of.size(); ++k) content[of[k]] += y[k];
        const auto given = given_amounts(v);
        for (std::size_t s = 0; s < names.size(); ++s)
            if (!(std::abs(content[s] - given[s]) <= balance_limit * std::abs(given[s])))
                throw NumericalError({"ledger", names[s], "", times_.back(), 0.0,
                                      "does not balance",
                                      "this is a defect of Caravel; please report it"});
    }

    /// What is in the model at the start and what doses brought until the end, by substance.
    std::vector<double> given_amounts(const ReadyVariant& v) const {
        const auto& of = v.model->substance_of();
        const double end = times_.back();
        std::vector<double> given(v.model->substances().size() + 1);
        for (std::size_t k = 0; k < of.size(); ++k) given[of[k]] += v.numbers.initial[k];
        for (const auto& jump : v.built.jumps)
            if (jump.time <= end)
                given[of[static_cast<std::size_t>(jump.species.index)]] += jump.amount;
        for (const auto& infusion : v.built.infusions) {
            const double run = std::max(std::min(end, infusion.end) - infusion.start, 0.0);
            for (const auto& reaction : v.model->model().reactions())
                if (reaction.law.coefficient.index == infusion.coefficient.index)
                    for (const auto& term : reaction.stoichiometry)
                        given[of[static_cast<std::size_t>(term.species.index)]] +=
                            term.weight * infusion.rate * run;
        }
        return given;
    }

    void throw_failure(std::size_t i) const {
        const auto found = failures_.find(static_cast<std::int64_t>(i));
        if (found != failures_.end())
            throw NumericalError({"variant", "amounts", "", times_.back(), 0.0, found->second, ""});
    }

    const std::vector<const ReadyVariant*>& variants_;
    std::size_t controls_;
    const std::vector<double>& times_;
    const std::vector<double>& stops_;
    const KineticModel& model_;
    std::vector<AmountRecord> records_;
    std::map<std::int64_t, std::vector<std::pair<std::ptrdiff_t, std::vector<double>>>> after_dose_;
    std::map<std::int64_t, std::string> failures_;
};

}  // namespace

SharedModel::SharedModel(const KineticModel& model, double relative_tolerance)
    : compiled_(model), options_(options_with(relative_tolerance)), solver_(compiled_, options_) {
    const auto& all = compiled_.model().all_species();
    for (const auto& species : all)
        if (!species.substance.empty()) substances_.push_back(species.substance);
    std::sort(substances_.begin(), substances_.end());
    substances_.erase(std::unique(substances_.begin(), substances_.end()), substances_.end());
    for (const auto& species : all) {
        const auto found =
            species.substance.empty()
                ? substances_.end()
                : std::lower_bound(substances_.begin(), substances_.end(), species.substance);
        substance_of_.push_back(static_cast<std::size_t>(found - substances_.begin()));
    }
}

bool SharedModel::fits(const KineticModel& model, double relative_tolerance) const {
    const KineticModel& own = compiled_.model();
    return options_.relative_tolerance == relative_tolerance &&
           own.coefficients().size() == model.coefficients().size() &&
           same_list(own.all_species(), model.all_species()) &&
           same_list(own.sums(), model.sums()) && same_list(own.reactions(), model.reactions());
}

const SharedModel& SharedModels::find(const KineticModel& model, double relative_tolerance,
                                      std::vector<std::unique_ptr<SharedModel>>& own) {
    const std::lock_guard lock(mutex_);
    for (const auto& known : models_)
        if (known.fits(model, relative_tolerance)) return known;
    if (models_.size() < most_models) return models_.emplace_back(model, relative_tolerance);
    for (const auto& known : own)
        if (known->fits(model, relative_tolerance)) return *known;
    own.push_back(std::make_unique<SharedModel>(model, relative_tolerance));
    return *own.back();
}

ReadyVariant FamilyRuns::prepare(std::size_t row, const study::StudyInput& study,
                                 study::BuiltModel built) {
    ReadyVariant v;
    v.row = row;
    v.study = study;
    v.built = std::move(built);
    v.times = outputs_.times(v.study, v.built);
    v.observables = outputs_.observables(v.study, v.built);
    if (!is_batchable(v) || outputs_.needs_images()) return v;
    v.stops = stops_of(v);
    v.model = &models_.find(v.built.model, v.study.run.relative_tolerance, own_);
    v.numbers = kinetics::individual_of(v.built.model);
    set_releases(v.built, v.numbers.coefficients);
    if (const int sum = v.built.rest.tumour_flow.index; sum >= 0)
        v.tumour_flow = v.built.model.sums()[static_cast<std::size_t>(sum)].terms;
    if (outputs_.needs_curves()) return v;
    v.built = doses_of(v.built);
    v.study = {};
    return v;
}

void FamilyRuns::run(const std::vector<ReadyVariant>& variants,
                     std::vector<VariantResult>& results) {
    std::vector<std::vector<const ReadyVariant*>> groups;
    for (const auto& v : variants) {
        if (v.model == nullptr) {
            run_alone(v, results[v.row]);
            continue;
        }
        auto group = std::find_if(groups.begin(), groups.end(), [&](const auto& g) {
            const ReadyVariant& other = *g.front();
            return other.model == v.model && other.stops == v.stops && other.times == v.times;
        });
        if (group == groups.end()) group = groups.emplace(group);
        group->push_back(&v);
    }
    for (const auto& group : groups) {
        Batch batch(group, outputs_.needs_untreated());
        batch.run(team_);
        for (std::size_t i = 0; i < group.size(); ++i) {
            auto& result = results[group[i]->row];
            catch_failure(result, [&] { result.outputs = batch.outputs(i, outputs_); });
        }
    }
    own_.clear();
}

void FamilyRuns::run_alone(const ReadyVariant& v, VariantResult& result) const {
    catch_failure(result, [&] {
        const auto extra = outputs_.extra_times();
        study::KeptFields fields(study::object_times(v.study.protocol.images));
        study::RunnerHooks hooks;
        if (outputs_.needs_images())
            hooks.fields = [&](const study::FieldMoment& moment) { fields.keep(v.built, moment); };
        const auto treated = study::run_model(v.study, v.built, extra, hooks);
        std::optional<study::RunOutcome> control;
        if (outputs_.needs_untreated()) {
            study::BuiltModel untreated = v.built;
            untreated.jumps.clear();
            untreated.infusions.clear();
            control = study::run_model(v.study, untreated, extra, {});
        }
        study::make_ledger(v.built, treated.record);
        auto numbers = treated.field_quantities;
        if (outputs_.needs_images())
            for (auto& q :
                 study::image_quantities({v.study, v.built, treated.record, &fields}, data_))
                numbers.push_back(std::move(q));
        result.outputs = outputs_.values(v.study, v.built, v.observables, treated.record,
                                         control ? &control->record : nullptr, numbers);
    });
}

}  // namespace caravel::inference::population
