#include "caravel/base/unit.hpp"
#include "caravel/report/pk_metrics.hpp"
#include "caravel/study/record_builder.hpp"

#include <algorithm>
#include <cmath>

namespace caravel::study {
namespace {

using report::QuantityResult;
using report::Series;

const Series* find(const std::vector<Series>& series, const std::string& name) {
    for (const auto& s : series)
        if (s.name == name) return &s;
    return nullptr;
}

/// Adds numbers of one run to a list.
class Collector {
  public:
    Collector(const BuiltModel& built, const StudyInput& study, const std::vector<double>& times,
              const std::vector<Series>& series)
        : built_(built), study_(study), times_(times), series_(series) {}

    std::vector<QuantityResult> collect(const std::vector<double>& untreated) {
        for (const auto& [agent, drug] : built_.drugs)
            if (injected_amount(built_, agent, times_.back()) > 0.0) add_pk(agent);
        for (const auto& tumour : built_.tumours) add_tumour(tumour.name(), untreated);
        for (const auto& [cells, id] : built_.blood_cells) add_nadir(cells);
        add_samples();
        return std::move(result_);
    }

  private:
    void add(std::string name, double value, std::string unit, std::string label,
             report::Status status, std::optional<double> time = {}, bool key = false) {
        if (!std::isfinite(value)) return;
        QuantityResult q;
        q.name = std::move(name);
        q.value = value;
        q.unit = std::move(unit);
        q.label = std::move(label);
        q.time = time;
        q.status = status;
        q.calibrated_with = status == report::Status::calibrated ? calibration() : std::string();
        q.key = key;
        result_.push_back(std::move(q));
    }

    std::string calibration() const {
        for (const auto& k : built_.carrier_kinetics)
            if (k.calibrated) return k.source;
        for (const auto& [agent, drug] : built_.drugs)
            if (!drug.disposition().calibrated_with.empty())
                return drug.disposition().calibrated_with;
        return {};
    }

    std::string suffix(const std::string& agent) const {
        return agent == built_.main_agent ? std::string() : "[" + agent + "]";
    }

    void add_pk(const std::string& agent) {
        for (const char* place : {"plasma", "blood"}) {
            const Series* s = find(series_, std::string(place) + ".concentration" + suffix(agent));
            if (s) add_curve(*s, place, agent, std::string(place) == "plasma");
        }
        for (const auto& tumour : built_.tumours) {
            const Series* s = find(series_, tumour.name() + ".concentration" + suffix(agent));
            if (s) add_curve(*s, tumour.name(), agent, false);
        }
        add_ratios(agent);
    }

    /// Clearance and volumes are defined after a single intravenous dose.
    std::optional<PlannedDose> single_dose(const std::string& agent) const {
        std::optional<PlannedDose> only;
        for (const auto& dose : built_.doses) {
            if (!dose.amounts.count(agent)) continue;
            if (only) return std::nullopt;
            only = dose;
        }
        return only;
    }

    /// A curve whose metrics are being added.
    struct Curve {
        const Series& series;
        std::string place;
        std::string agent;
        std::optional<PlannedDose> dose;  // the only one, if there was only one
        bool of_plasma = false;           // clearance and volumes are those of plasma
    };

    void put(const Curve& c, const std::string& name, const std::optional<double>& value,
             const std::string& unit, const std::string& label, bool key = false) {
        if (value)
            add(c.place + "." + name + suffix(c.agent), *value, unit, c.series.label + ", " + label,
                c.series.status, {}, key);
    }

    report::PkMetrics metrics(const Curve& c) const {
        const double first = c.dose ? c.dose->start : 0.0;
        std::vector<double> t;
        std::vector<double> values;
        for (std::size_t i = 0; i < times_.size(); ++i) {
            if (times_[i] < first || !std::isfinite(c.series.values[i])) continue;
            t.push_back(times_[i] - first);
            values.push_back(std::max(c.series.values[i], 0.0));
        }
        if (t.size() < 3) return {};
        report::PkDose dose;
        if (c.dose) {
            // kg with ug/mL = 1e-3 kg/m3: clearance in m3/s after that factor.
            dose.amount = c.dose->amounts.at(c.agent) * built_.drugs.at(c.agent).molar_mass() * 1e3;
            dose.infusion_time = c.dose->duration;
            dose.intravenous =
                study_.protocol.administrations[c.dose->administration].route == "intravenous";
        }
        return report::pk_metrics(t, values, dose);
    }

    static std::optional<double> in_hours(const std::optional<double>& seconds) {
        return seconds ? std::optional(from_si(*seconds, "h")) : std::nullopt;
    }

    void add_curve(const Series& s, const std::string& place, const std::string& agent,
                   bool of_plasma) {
        const Curve c{s, place, agent, single_dose(agent), of_plasma};
        const auto m = metrics(c);
        const std::string area = s.unit == "ug/g" ? "ug.h/g" : "ug.h/mL";
        const auto per_hour = [](const std::optional<double>& auc) {
            return auc ? std::optional(*auc / 3600.0) : std::nullopt;
        };
        put(c, "concentration_max", m.c_max, s.unit, "Cmax", of_plasma);
        put(c, "time_of_max", in_hours(m.t_max), "h", "Tmax");
        put(c, "auc", per_hour(m.auc_last), area, "AUC to the end");
        if (!c.dose) return;
        put(c, "auc_infinity", per_hour(m.auc_infinity), area, "AUC", of_plasma);
        put(c, "half_life_terminal", in_hours(m.half_life_terminal), "h", "terminal half-life",
            of_plasma);
        put(c, "half_life_initial", in_hours(m.half_life_initial), "h", "initial half-life");
        put(c, "mean_residence_time", in_hours(m.mean_residence_time), "h", "mean residence time");
        if (of_plasma) add_disposition(c, m);
    }

    /// Clearance and volumes, in mL for animals and L for people.
    void add_disposition(const Curve& c, const report::PkMetrics& m) {
        const double area = built_.physiology.body_surface_area;
        const double mass = built_.physiology.body_weight;
        const std::string flow = mass < 1.0 ? "mL/h" : "L/h";
        const std::string volume = mass < 1.0 ? "mL" : "L";
        if (m.clearance) {
            put(c, "clearance", from_si(*m.clearance, flow), flow, "clearance", true);
            put(c, "clearance_per_area", from_si(*m.clearance / area, "L/h/m2"), "L/h/m2",
                "clearance per body surface");
            put(c, "clearance_per_weight", from_si(*m.clearance / mass, "mL/h/kg"), "mL/h/kg",
                "clearance per body weight");
        }
        if (m.volume_steady_state) {
            put(c, "volume_steady_state", from_si(*m.volume_steady_state, volume), volume,
                "volume of distribution (steady state)", true);
            put(c, "volume_steady_state_per_area", from_si(*m.volume_steady_state / area, "L/m2"),
                "L/m2", "Vss per body surface");
        }
    }

    double auc(const Series& s) const {
        std::vector<double> values;
        for (const double v : s.values) values.push_back(std::isfinite(v) ? std::max(v, 0.0) : 0.0);
        return report::area_under_curve(times_, values);
    }

    void add_ratios(const std::string& agent) {
        const Series* blood = find(series_, "blood.concentration" + suffix(agent));
        for (const auto& tumour : built_.tumours) {
            const Series* t = find(series_, tumour.name() + ".concentration" + suffix(agent));
            const Series* id =
                find(series_, tumour.name() + ".injected_dose_per_gram" + suffix(agent));
            if (t && blood && auc(*blood) > 0.0)
                add(tumour.name() + ".to_blood_ratio" + suffix(agent), auc(*t) / auc(*blood), "1",
                    "Tumour : blood (AUC), " + agent, t->status);
            if (id)
                add_maximum(*id, tumour.name() + ".injected_dose_per_gram_max" + suffix(agent),
                            id->label + ", maximum", true);
        }
    }

    void add_maximum(const Series& s, const std::string& name, const std::string& label, bool key) {
        std::size_t best = 0;
        bool any = false;
        for (std::size_t i = 0; i < s.values.size(); ++i) {
            if (!std::isfinite(s.values[i])) continue;
            if (!any || s.values[i] > s.values[best]) best = i;
            any = true;
        }
        if (any) add(name, s.values[best], s.unit, label, s.status, times_[best], key);
    }

    void add_tumour(const std::string& name, const std::vector<double>& untreated) {
        const std::string delivery = name + ".delivery_efficiency";
        for (const auto& s : series_) {
            if (s.name.rfind(delivery, 0) != 0) continue;
            add_maximum(s, delivery + "_max" + s.name.substr(delivery.size()),
                        s.label + ", delivery efficiency (maximum)", true);
        }
        const Series* volume = find(series_, name + ".volume");
        if (!volume) return;
        const auto smallest = std::min_element(volume->values.begin(), volume->values.end());
        add(name + ".volume_min", *smallest, "mm3", "Tumour volume, smallest", volume->status,
            times_[static_cast<std::size_t>(smallest - volume->values.begin())]);
        add(name + ".volume_end", volume->values.back(), "mm3", "Tumour volume at the end",
            volume->status, times_.back(), has_response());
        const Series* survival = find(series_, name + ".survival_fraction");
        if (survival && has_response())
            add(name + ".survival_fraction_min",
                *std::min_element(survival->values.begin(), survival->values.end()), "1",
                "Viable volume against the start, smallest", survival->status);
        const bool killed =
            built_.tumours.size() == 1 && !study_.subject.tumours.front().kills.empty();
        if (killed && !untreated.empty() && untreated.back() > 0.0)
            add(name + ".growth_inhibition",
                100.0 * (1.0 - volume->values.back() / untreated.back()), "%",
                "Tumour growth inhibition at the end, against no treatment", volume->status,
                times_.back(), true);
    }

    bool has_response() const {
        for (const auto& t : study_.subject.tumours)
            if (!t.kills.empty() || t.growth.law.index() != 0) return true;
        return false;
    }

    void add_nadir(const std::string& cells) {
        const Series* s = find(series_, "blood." + cells);
        if (!s) return;
        const auto lowest = std::min_element(s->values.begin(), s->values.end());
        const auto when = times_[static_cast<std::size_t>(lowest - s->values.begin())];
        add("blood." + cells + "_nadir", *lowest, s->unit, "Nadir of " + cells, s->status, when,
            true);
    }

    void add_samples() {
        for (const auto* list : {&study_.protocol.samples, &study_.protocol.measurements})
            for (const auto& sample : *list)
                for (std::int64_t i = 0; i < sample.repeat; ++i)
                    add_sample(sample.of,
                               sample.at + static_cast<double>(i) * sample.every.value_or(0.0));
    }

    void add_sample(const std::string& place, double time) {
        const auto found = std::lower_bound(times_.begin(), times_.end(), time);
        if (found == times_.end() || *found != time) return;
        const auto index = static_cast<std::size_t>(found - times_.begin());
        for (const auto& s : series_)
            if (s.name.rfind(place + ".", 0) == 0)
                add(s.name, s.values[index], s.unit, s.label + ", sample", s.status, time);
    }

    const BuiltModel& built_;
    const StudyInput& study_;
    const std::vector<double>& times_;
    const std::vector<Series>& series_;
    std::vector<QuantityResult> result_;
};

}  // namespace

std::vector<QuantityResult> make_quantities(const BuiltModel& built, const StudyInput& study,
                                            const std::vector<double>& times,
                                            const std::vector<Series>& series,
                                            const std::vector<double>& untreated) {
    return Collector(built, study, times, series).collect(untreated);
}

}  // namespace caravel::study
