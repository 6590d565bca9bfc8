#include "caravel/inference/population/family_outputs.hpp"

#include "caravel/base/suggest.hpp"
#include "caravel/study/study_images.hpp"

#include <algorithm>
#include <cmath>

namespace caravel::inference::population {
namespace {

using study::AmountRecord;
using study::BuiltModel;
using study::Observable;

const report::QuantityResult* find(const std::vector<report::QuantityResult>& list,
                                   const std::string& name) {
    for (const auto& q : list)
        if (q.name == name) return &q;
    return nullptr;
}

template <class List>
std::string suggestion(const std::string& name, const List& list) {
    std::vector<std::string_view> names;
    for (const auto& item : list) names.push_back(item.name);
    return did_you_mean(name, names);
}

/// "tumour.volume@240 h"
std::string name_of(const RequestedOutput& output) {
    return output.time ? output.name + "@" + format_quantity(*output.time, "h") : output.name;
}

template <class List>
bool has(const List& list, const std::string& name) {
    return std::any_of(list.begin(), list.end(), [&](const auto& o) { return o.name == name; });
}

/// Half-lives exist only where a curve falls, the initial one only where it falls in two phases: a
/// variant must not fail for one that nobody asked for.
bool exists_always(const std::string& number) {
    if (number.find("half_life") == std::string::npos) return true;
    return number.rfind("plasma.half_life_terminal", 0) == 0;
}

/// All numbers of the results that every variant has; samples are observables at their times.
/// Samples of curves that are prescribed (a heated tumour's temperature) hold nothing to learn.
std::vector<RequestedOutput> everything(const report::RunRecord& record,
                                        const std::vector<Observable>& observables) {
    std::vector<RequestedOutput> outputs;
    for (const auto& q : record.quantities) {
        const bool sample = q.time && has(observables, q.name);
        const bool prescribed = !has(observables, q.name) && has(record.series, q.name);
        if (prescribed || !exists_always(q.name)) continue;
        outputs.push_back({q.name, sample ? q.time : std::nullopt});
    }
    return outputs;
}

std::size_t row_of(const AmountRecord& record, double time) {
    const auto& times = record.times();
    const auto found = std::lower_bound(times.begin(), times.end(), time);
    return static_cast<std::size_t>(found - times.begin());
}

/// Times are written with a few digits.
bool is_at(const report::QuantityResult& q, double time) {
    return q.time && std::abs(*q.time - time) <= 1e-6 * std::max(1.0, std::abs(time));
}

/// Whether a number of an image is asked for, "...[name of the image]". Runs for them cost time.
bool asks_for_readings(const std::vector<RequestedOutput>& requested,
                       const std::vector<study::ImageInput>& images) {
    return std::any_of(requested.begin(), requested.end(), [&](const RequestedOutput& o) {
        return std::any_of(images.begin(), images.end(), [&](const auto& image) {
            const std::string end = "[" + image.name + "]";
            return o.name.size() > end.size() &&
                   o.name.compare(o.name.size() - end.size(), end.size(), end) == 0;
        });
    });
}

std::vector<report::QuantityResult> readings_of(const study::Prepared& base,
                                                const study::DataPaths& data) {
    study::KeptFields fields(study::object_times(base.file.input.protocol.images));
    study::RunnerHooks hooks;
    hooks.fields = [&](const study::FieldMoment& moment) { fields.keep(base.built, moment); };
    const auto run = study::run_model(base.file.input, base.built, {}, hooks);
    return study::image_quantities({base.file.input, base.built, run.record, &fields}, data);
}

NumericalError no_value(const std::string& output, double end) {
    return NumericalError({"outputs", output, "", end, 0.0, "has no value in this variant",
                           "ask for an output that every variant has"});
}

}  // namespace

FamilyOutputs::FamilyOutputs(const study::Prepared& base,
                             const std::vector<RequestedOutput>& requested,
                             const study::DataPaths& data) {
    for (const auto& m : base.measurements) data_times_.push_back(m.point.time);
    const auto observables = study::make_observables(base.built, base.file.input);
    const bool timed_only =
        !requested.empty() && std::all_of(requested.begin(), requested.end(),
                                          [](const RequestedOutput& o) { return !!o.time; });
    report::RunRecord record;
    if (!timed_only) record = study::simulate(base, {}, "");
    std::vector<Diagnostic> mistakes;
    const auto readings = asks_for_readings(requested, base.file.input.protocol.images)
                              ? readings_of(base, data)
                              : std::vector<report::QuantityResult>{};
    for (const auto& output : requested.empty() ? everything(record, observables) : requested)
        add(output, record, readings, observables, mistakes);
    for (const auto& t : timed_)
        if (!(t.time >= 0.0 && t.time <= base.file.input.run.until))
            mistakes.push_back(
                {{},
                 "output '" + names_[t.output] + "' lies outside the study",
                 "a time from 0 h to " + format_quantity(base.file.input.run.until, "h"),
                 ""});
    if (!mistakes.empty()) throw InputError(std::move(mistakes));
    if (needs_curves()) find_curves(base, record);
}

/// False: no image has a number of that name.
bool FamilyOutputs::add_reading(const RequestedOutput& output,
                                const std::vector<report::QuantityResult>& readings,
                                std::vector<Diagnostic>& mistakes) {
    std::vector<const report::QuantityResult*> named;
    for (const auto& q : readings)
        if (q.name == output.name) named.push_back(&q);
    if (named.empty()) return false;
    const report::QuantityResult* found = named.size() == 1 ? named.front() : nullptr;
    if (output.time) {
        const auto at = std::find_if(named.begin(), named.end(),
                                     [&](const auto* q) { return is_at(*q, *output.time); });
        found = at == named.end() ? nullptr : *at;
    }
    if (found != nullptr) {
        units_.back() = found->unit;
        readings_.push_back({names_.size() - 1, output.name, output.time});
        return true;
    }
    std::string times;
    for (const auto* q : named)
        times += (times.empty() ? "" : ", ") + format_quantity(q->time.value_or(0.0), "h");
    mistakes.push_back(
        {{},
         output.time ? "no scan at the time of '" + name_of(output) + "'"
                     : "'" + output.name + "' is read by several scans",
         "one of the times " + times,
         "as in " + output.name + "@" + format_quantity(named.front()->time.value_or(0.0), "h")});
    return true;
}

void FamilyOutputs::add(const RequestedOutput& output, const report::RunRecord& record,
                        const std::vector<report::QuantityResult>& readings,
                        const std::vector<Observable>& observables,
                        std::vector<Diagnostic>& mistakes) {
    names_.push_back(name_of(output));
    const std::size_t place = names_.size() - 1;
    units_.emplace_back();
    if (add_reading(output, readings, mistakes)) return;
    const auto observable = std::find_if(observables.begin(), observables.end(),
                                         [&](const auto& o) { return o.name == output.name; });
    if (output.time) {
        if (observable == observables.end()) {
            mistakes.push_back({{},
                                "the study has no observable '" + output.name + "'",
                                "a name from 'caravel list observables --study'",
                                suggestion(output.name, observables)});
            return;
        }
        units_.back() = observable->unit;
        timed_.push_back({place, output.name, *output.time});
        return;
    }
    const auto* q = find(record.quantities, output.name);
    if (q != nullptr && observable == observables.end()) {
        units_.back() = q->unit;
        quantities_.push_back({place, output.name});
        return;
    }
    std::string hint = suggestion(output.name, record.quantities);
    if (observable != observables.end())
        hint = "'" + output.name + "' is a curve: name a time, as in " + output.name + "@24 h";
    mistakes.push_back({{},
                        "the results have no number '" + output.name + "'",
                        "a name of results.json, or an observable with a time",
                        std::move(hint)});
}

/// Leaves out one curve after the other to see which of them the wanted numbers come from.
void FamilyOutputs::find_curves(const study::Prepared& base, const report::RunRecord& record) {
    const auto results = [&](const std::vector<report::Series>& series,
                             const std::vector<double>& untreated) {
        return study::make_quantities(base.built, base.file.input, record.times, series, untreated);
    };
    // Any volume shows whether a number depends on the control.
    const std::vector<double> control{1.0};
    const auto whole = results(record.series, control);
    const auto same = [&](const std::vector<report::QuantityResult>& part) {
        return std::all_of(quantities_.begin(), quantities_.end(), [&](const Quantity& wanted) {
            const auto* a = find(whole, wanted.name);
            const auto* b = find(part, wanted.name);
            // Numbers of fields come from no curve.
            if (a == nullptr && b == nullptr) return true;
            return a != nullptr && b != nullptr && a->value == b->value;
        });
    };
    needs_untreated_ = !same(results(record.series, {}));
    std::vector<report::Series> kept;
    for (std::size_t i = 0; i < record.series.size(); ++i) {
        auto without = record.series;
        without.erase(without.begin() + static_cast<std::ptrdiff_t>(i));
        if (!same(results(without, control))) kept.push_back(record.series[i]);
    }
    if (!same(results(kept, control))) kept = record.series;
    for (const auto& s : kept) curves_.push_back(s.name);
}

std::vector<double> FamilyOutputs::extra_times() const {
    auto times = data_times_;
    for (const auto& t : timed_) times.push_back(t.time);
    return times;
}

std::vector<double> FamilyOutputs::times(const study::StudyInput& study,
                                         const BuiltModel& built) const {
    std::vector<double> times;
    for (const auto& t : timed_) {
        if (t.time > study.run.until)
            throw InputError(
                Diagnostic{{},
                           "output '" + names_[t.output] + "' lies after the end of this variant",
                           "a time up to " + format_quantity(study.run.until, "h"),
                           ""});
        times.push_back(t.time);
    }
    if (needs_curves()) return study::output_times(study, built, extra_times());
    // Blood that growing tumours take is checked where a run checks it.
    if (built.rest.tumour_flow.index >= 0 && !times.empty()) {
        const double last = *std::max_element(times.begin(), times.end());
        for (const double t : study::window_ends(study, built))
            if (t < last) times.push_back(t);
    }
    std::sort(times.begin(), times.end());
    times.erase(std::unique(times.begin(), times.end()), times.end());
    return times;
}

std::vector<report::Series> FamilyOutputs::curves(const std::vector<Observable>& observables,
                                                  const BuiltModel& built,
                                                  const AmountRecord& record) const {
    std::vector<report::Series> series;
    for (const auto& o : observables) {
        if (std::find(curves_.begin(), curves_.end(), o.name) == curves_.end()) continue;
        report::Series s;
        s.name = o.name;
        s.label = o.label;
        s.unit = o.unit;
        const Unit unit = parse_unit(o.unit);
        for (std::size_t i = 0; i < record.times().size(); ++i)
            s.values.push_back(study::evaluate(o, unit, built, record.row(i), record.times()[i]));
        series.push_back(std::move(s));
    }
    return series;
}

std::vector<double> FamilyOutputs::untreated_volumes(const std::vector<Observable>& observables,
                                                     const BuiltModel& built,
                                                     const AmountRecord& record) const {
    std::vector<double> volumes;
    const std::string name = built.tumours.front().name() + ".volume";
    for (const auto& o : observables)
        if (o.name == name)
            for (std::size_t i = 0; i < record.times().size(); ++i)
                volumes.push_back(study::evaluate(o, built, record.row(i), record.times()[i]));
    return volumes;
}

void FamilyOutputs::take_quantities(const study::StudyInput& study, const BuiltModel& built,
                                    const std::vector<Observable>& observables,
                                    const AmountRecord& treated, const AmountRecord* untreated,
                                    const std::vector<report::QuantityResult>& fields,
                                    std::vector<double>& values) const {
    std::vector<double> control;
    if (untreated != nullptr) control = untreated_volumes(observables, built, *untreated);
    const auto results = study::make_quantities(built, study, treated.times(),
                                                curves(observables, built, treated), control);
    for (const auto& wanted : quantities_) {
        const auto* q = find(results, wanted.name);
        if (q == nullptr) q = find(fields, wanted.name);
        // A half-life of a curve that never falls, an area that does not end: no failure either.
        if (q == nullptr) {
            values[wanted.output] = std::nan("");
            continue;
        }
        const std::string& unit = units_[wanted.output];
        values[wanted.output] =
            q->unit == unit ? q->value : from_si(to_si(q->value, parse_unit(q->unit)), unit);
    }
}

std::vector<Observable> FamilyOutputs::observables(const study::StudyInput& study,
                                                   const BuiltModel& built) const {
    auto all = study::make_observables(built, study);
    if (needs_curves()) return all;
    std::erase_if(all, [&](const Observable& o) {
        return std::none_of(timed_.begin(), timed_.end(),
                            [&](const Timed& t) { return t.observable == o.name; });
    });
    return all;
}

std::vector<double> FamilyOutputs::values(const study::StudyInput& study, const BuiltModel& built,
                                          const std::vector<Observable>& observables,
                                          const AmountRecord& treated,
                                          const AmountRecord* untreated,
                                          const std::vector<report::QuantityResult>& fields) const {
    std::vector<double> values(names_.size());
    for (const auto& t : timed_) {
        const auto found = std::find_if(observables.begin(), observables.end(),
                                        [&](const auto& o) { return o.name == t.observable; });
        const double value =
            found == observables.end()
                ? std::nan("")
                : study::evaluate(*found, built, treated.row(row_of(treated, t.time)), t.time);
        // A tumour that vanishes is no failure of the variant: it has no value there.
        const bool may_vanish =
            found != observables.end() && found->least_denominator > 0.0 && std::isnan(value);
        if (!std::isfinite(value) && !may_vanish) throw no_value(names_[t.output], t.time);
        values[t.output] = value;
    }
    for (const auto& r : readings_) {
        const auto found = std::find_if(fields.begin(), fields.end(), [&](const auto& q) {
            return q.name == r.name && (!r.time || is_at(q, *r.time));
        });
        if (found == fields.end())
            throw no_value(names_[r.output], r.time.value_or(study.run.until));
        values[r.output] = found->value;
    }
    if (needs_curves())
        take_quantities(study, built, observables, treated, untreated, fields, values);
    return values;
}

}  // namespace caravel::inference::population
