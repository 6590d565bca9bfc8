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

    void add_curve(const Series& s, const std::string& place, const std::string& agent,
                   bool dosed) {
        const auto only = single_dose(agent);
        const double first = only ? only->start : 0.0;
        std::vector<double> t;
        std::vector<double> c;
        for (std::size_t i = 0; i < times_.size(); ++i) {
            if (times_[i] < first || !std::isfinite(s.values[i])) continue;
            t.push_back(times_[i] - first);
            c.push_back(std::max(s.values[i], 0.0));
        }
        if (t.size() < 3) return;
        report::PkDose dose;
        if (only) {
            // kg with ug/mL = 1e-3 kg/m3: clearance in m3/s after that factor.
            dose.amount = only->amounts.at(agent) * built_.drugs.at(agent).molar_mass() * 1e3;
            dose.infusion_time = only->duration;
            const auto& route = study_.protocol.administrations[only->administration].route;
            dose.intravenous = route == "intravenous";
        }
        const auto m = report::pk_metrics(t, c, dose);
        const std::string end = suffix(agent);
        const std::string of = s.label;
        if (m.c_max)
            add(place + ".concentration_max" + end, *m.c_max, s.unit, of + ", Cmax", s.status, {},
                dosed);
        if (m.t_max)
            add(place + ".time_of_max" + end, from_si(*m.t_max, "h"), "h", of + ", Tmax", s.status);
        const std::string area = s.unit == "ug/g" ? "ug.h/g" : "ug.h/mL";
        if (m.auc_last)
            add(place + ".auc" + end, *m.auc_last / 3600.0, area, of + ", AUC to the end",
                s.status);
        if (!only) return;
        if (m.auc_infinity)
            add(place + ".auc_infinity" + end, *m.auc_infinity / 3600.0, area, of + ", AUC",
                s.status, {}, dosed);
        if (m.half_life_terminal)
            add(place + ".half_life_terminal" + end, from_si(*m.half_life_terminal, "h"), "h",
                of + ", terminal half-life", s.status, {}, dosed);
        if (m.half_life_initial)
            add(place + ".half_life_initial" + end, from_si(*m.half_life_initial, "h"), "h",
                of + ", initial half-life", s.status);
        if (m.mean_residence_time)
            add(place + ".mean_residence_time" + end, from_si(*m.mean_residence_time, "h"), "h",
                of + ", mean residence time", s.status);
        if (!dosed) return;
        const double area_of_body = built_.physiology.body_surface_area;
        const double mass = built_.physiology.body_weight;
        if (m.clearance) {
            const std::string flow = mass < 1.0 ? "mL/h" : "L/h";
            add(place + ".clearance" + end, from_si(*m.clearance, flow), flow, of + ", clearance",
                s.status, {}, true);
            add(place + ".clearance_per_area" + end, from_si(*m.clearance / area_of_body, "L/h/m2"),
                "L/h/m2", of + ", clearance per body surface", s.status);
            add(place + ".clearance_per_weight" + end, from_si(*m.clearance / mass, "mL/h/kg"),
                "mL/h/kg", of + ", clearance per body weight", s.status);
        }
        if (m.volume_steady_state) {
            const std::string volume = mass < 1.0 ? "mL" : "L";
            add(place + ".volume_steady_state" + end, from_si(*m.volume_steady_state, volume),
                volume, of + ", volume of distribution (steady state)", s.status, {}, true);
            add(place + ".volume_steady_state_per_area" + end,
                from_si(*m.volume_steady_state / area_of_body, "L/m2"), "L/m2",
                of + ", Vss per body surface", s.status);
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
        if (!untreated.empty() && untreated.back() > 0.0 && built_.tumours.size() == 1)
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
