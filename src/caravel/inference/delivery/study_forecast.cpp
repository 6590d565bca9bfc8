#include "caravel/inference/delivery/study_forecast.hpp"

#include "caravel/base/expects.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/body/law_disposition.hpp"
#include "caravel/body/law_parameters.hpp"
#include "caravel/inference/delivery/study_forecast_places.hpp"
#include "caravel/inference/delivery/study_interval_outputs.hpp"
#include "caravel/study/dispositions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>

namespace caravel::inference::delivery {
namespace {

constexpr double same_time = 1.0;  // s, two times that differ by less are one

/// What carries a carrier's injection.
const study::PlannedDose* only_dose(const study::Prepared& prepared, std::size_t formulation) {
    const study::PlannedDose* only = nullptr;
    for (const study::PlannedDose& dose : prepared.built.doses) {
        if (dose.formulation != static_cast<int>(formulation)) continue;
        if (only != nullptr) return nullptr;
        only = &dose;
    }
    return only;
}

std::string told(const std::string& word) { return word == "not_told" ? std::string() : word; }

std::string shape_word(const formulation::Shape& shape) {
    constexpr double flat = 20.0;  // diameter over thickness of a sheet (assumed)
    if (const auto* disc = std::get_if<formulation::Disc>(&shape.form))
        return disc->diameter > flat * disc->thickness ? "sheet" : "plate";
    const std::string tag =
        std::visit([](const auto& s) { return std::string(s.tag); }, shape.form);
    if (tag == "rod" || tag == "cage") return tag;
    for (const char* round : {"sphere", "vesicle", "micelle", "dendrimer", "janus", "cluster"})
        if (tag == round) return "sphere";
    return "other";
}

/// Coatings, ligands and labels, in words.
std::string coating_words(const formulation::Formulation& f) {
    std::string words;
    for (const auto& coating : f.coatings) words += coating.material + ' ';
    for (const auto& ligand : f.ligands) words += ligand.molecule + ' ';
    for (const auto& label : f.labels) words += label.name + ' ';
    return words;
}

ParticleFacts particle_facts(const formulation::Formulation& f,
                             const formulation::Properties& properties) {
    const double diameter = properties.hydrodynamic_diameter;
    const body::ParticleInBody particle =
        body::particle_from(f, diameter, study::usual_particles_per_kg);
    ParticleFacts facts;
    facts.hydrodynamic_diameter = diameter;
    facts.core_diameter = properties.outer_diameter;
    facts.zeta_potential = f.zeta_potential;
    facts.material = particle.material;
    facts.shape = shape_word(f.shape);
    facts.coating = coating_words(f);
    facts.is_pegylated = particle.stealth > 0.5;
    facts.is_targeted = !f.ligands.empty();
    return facts;
}

/// The forecasts of one carrier of a study.
class CarrierForecast {
  public:
    CarrierForecast(report::RunRecord& record, const study::Prepared& prepared,
                    const MechanismForecaster& forecaster, std::size_t formulation,
                    std::optional<double> known_until)
        : record_(record),
          prepared_(prepared),
          forecaster_(forecaster),
          formulation_(formulation),
          places_(record, prepared, formulation),
          start_(only_dose(prepared, formulation)->start),
          known_until_(known_until) {}

    void add() {
        const std::size_t tumours =
            std::max<std::size_t>(1, prepared_.file.input.subject.tumours.size());
        for (std::size_t t = 0; t < tumours; ++t) {
            facts_ = study_case(prepared_, formulation_, t);
            learn(t);
            for (const OutputGroup& group : output_groups(record_))
                for (std::size_t k = 0; k < group.outputs.size(); ++k)
                    forecast(t, group.outputs[k].name, group.places[k]);
        }
    }

    /// Those that some forecast was conditioned on.
    std::size_t known_points() const { return known_elsewhere_ + known_in_tumours_; }

  private:
    /// The measured points of this carrier as the forecast of one tumour knows them: those of blood
    /// and organs, and its own.
    void learn(std::size_t tumour) {
        known_.clear();
        if (!known_until_) return;
        std::vector<Point> told;
        for (const KnownPoint& k : delivery::known_points(record_, *known_until_)) {
            const auto share = places_.share(record_.series[k.series].name, k.point.time);
            if (!share || k.point.time <= start_) continue;
            if (share->place == Place::tumour && share->tumour != tumour) continue;
            told.push_back({share->place,
                            k.point.time - start_,
                            {k.point.value / share->scale,
                             k.point.below_limit ? Censoring::left : Censoring::none}});
        }
        known_ = forecaster_.speaking(facts_, one_per_place_and_time(std::move(told)));
        const auto own = static_cast<std::size_t>(std::count_if(
            known_.begin(), known_.end(), [](const Point& p) { return p.place == Place::tumour; }));
        known_in_tumours_ += own;
        known_elsewhere_ = std::max(known_elsewhere_, known_.size() - own);
    }

    void forecast(std::size_t tumour, const std::string& name, const OutputPlace& at) {
        const auto share = places_.share(name, at.time);
        if (!share || share->tumour != tumour) return;
        Question question{share->place, {at.time - start_}};
        if (share->is_greatest) question.times = forecast_times(prepared_, formulation_, tumour);
        if (question.times.empty() || question.times.front() <= 0.0) return;
        const std::vector<Question> questions = {question};
        const auto scaled = [&](std::span<const Point> known) {
            const Forecast f = forecaster_(facts_, known, questions).front();
            const auto value = [&](double log10) { return share->scale * std::pow(10.0, log10); };
            report::DeliveryForecast result;
            result.median = value(f.median);
            result.interval = {value(f.lower), value(f.upper)};
            return result;
        };
        report::DeliveryForecast result = scaled(known_);
        if (!known_.empty()) result.before = scaled({}).interval;
        place(at, std::move(result));
        if (share->is_greatest) forget_time(record_.quantities[at.index]);
    }

    /// The kinetics' time is none of the forecast's.
    static void forget_time(report::QuantityResult& greatest) {
        if (greatest.forecast && greatest.forecast->is_reported) greatest.time.reset();
    }

    void place(const OutputPlace& at, report::DeliveryForecast forecast) {
        if (at.is_quantity) {
            report::QuantityResult& quantity = record_.quantities[at.index];
            forecast.is_reported = quantity.status == report::Status::predicted;
            if (forecast.is_reported) {
                quantity.interval = forecast.interval;
                quantity.prior_interval = forecast.before;
                // What the draws said of it: the forecast stands for it now.
                quantity.updated.reset();
                std::erase_if(record_.intervals->without,
                              [&](const auto& w) { return w.first == quantity.name; });
            }
            quantity.forecast = std::move(forecast);
            return;
        }
        report::Series& series = record_.series[at.index];
        if (series.status != report::Status::predicted) return;
        const report::BandPoint point{at.time, forecast.interval[0], forecast.interval[1],
                                      forecast.median};
        const auto after =
            std::lower_bound(series.band.begin(), series.band.end(), at.time,
                             [](const auto& b, double time) { return b.time < time; });
        if (after != series.band.end() && after->time == at.time)
            *after = point;
        else
            series.band.insert(after, point);
    }

    report::RunRecord& record_;
    const study::Prepared& prepared_;
    const MechanismForecaster& forecaster_;
    std::size_t formulation_;
    ForecastPlaces places_;
    double start_;
    std::optional<double> known_until_;
    DeliveryCase facts_;
    std::vector<Point> known_;
    std::size_t known_elsewhere_ = 0;
    std::size_t known_in_tumours_ = 0;
};

std::string sentence(const study::Prepared& prepared, std::size_t formulation,
                     const FittedLaws& laws, std::size_t known) {
    const auto& f = prepared.file.input.formulations[formulation];
    const bool is_calibrated = prepared.built.carrier_kinetics[formulation].calibrated;
    std::string text = fmt::format(
        "Delivered shares of {}: forecast of the property laws with what {} articles measure "
        "beside "
        "them, median and 90 % interval as caravel qualify delivery holds them against unseen "
        "articles",
        f.name, laws.provenance.articles);
    if (known > 0) text += fmt::format(", given {} measured point{}", known, known == 1 ? "" : "s");
    text += is_calibrated
                ? "; its disposition is calibrated, so this forecast stands beside the study's "
                  "numbers and their draws"
                : "; it is the reported value and interval of these numbers and the band of these "
                  "curves, whose lines are the kinetics of the study as it stands";
    const double lost = std::exp(laws.fit.theta.at(body::law::label_lost));
    return text + fmt::format(
                      ". They are shares of label that articles find, in the typical case "
                      "{:.0f} % of the dose: with all of it found they would be {:.2g} "
                      "times as large.",
                      100.0 / (1.0 + lost), 1.0 + lost);
}

}  // namespace

std::string why_no_forecast(const study::Prepared& prepared, std::size_t formulation) {
    constexpr double longest = 3600.0;  // s
    const auto& input = prepared.file.input;
    const auto& properties = prepared.built.properties[formulation];
    const double diameter = properties.hydrodynamic_diameter;
    if (!properties.is_particle()) return "is no particle";
    if (!(diameter >= study::smallest_by_laws && diameter <= study::largest_by_laws))
        return "is not within 1 nm and 2 um";
    const std::string& species = input.subject.body.species;
    if (species != "mouse" && species != "rat")
        return "is given to a " + species + ", and the articles speak of mice";
    const study::PlannedDose* dose = only_dose(prepared, formulation);
    if (dose == nullptr) return "is not injected once";
    const auto& route = input.protocol.administrations[dose->administration].route;
    if (route != "intravenous") return "is given by another route than a vein";
    if (dose->duration > longest) return "is infused for longer than an hour";
    return {};
}

bool has_forecast(const study::Prepared& prepared) {
    for (std::size_t f = 0; f < prepared.file.input.formulations.size(); ++f)
        if (why_no_forecast(prepared, f).empty()) return true;
    return false;
}

DeliveryCase study_case(const study::Prepared& prepared, std::size_t formulation,
                        std::size_t tumour) {
    const auto& input = prepared.file.input;
    const auto& properties = prepared.built.properties[formulation];
    const study::PlannedDose* dose = only_dose(prepared, formulation);
    CARAVEL_EXPECTS(dose != nullptr);
    DeliveryCase c;
    c.id = "study:" + input.info.name;
    c.article = c.id;
    c.particle = particle_facts(input.formulations[formulation], properties);
    c.animal.species = input.subject.body.species;
    c.animal.body_weight = prepared.built.physiology.body_weight;
    if (properties.carrier_mass > 0.0)
        c.dose = dose->carrier_mass *
                 ((properties.carrier_mass + properties.payload_mass) / properties.carrier_mass) /
                 prepared.built.physiology.body_weight;
    if (tumour < input.subject.tumours.size()) {
        const study::Tumour& own = input.subject.tumours[tumour];
        c.animal.has_tumour = true;
        c.animal.tumour_mass = own.tissue.volume * body::tissue_density;
        c.animal.cancer = told(own.cancer);
        c.animal.implantation = told(own.implantation);
        c.animal.site = told(own.site);
    }
    return c;
}

std::vector<Point> one_per_place_and_time(std::vector<Point> points) {
    const auto key = [](const Point& p) {
        return std::tuple(p.place, p.time, p.fraction.censoring != Censoring::none,
                          p.fraction.value);
    };
    std::sort(points.begin(), points.end(),
              [&](const Point& a, const Point& b) { return key(a) < key(b); });
    std::vector<Point> kept;
    for (std::size_t i = 0; i < points.size();) {
        Point one = points[i];
        double logs = 0.0;
        double count = 0.0;
        const auto is_same = [&one](const Point& p) {
            return p.place == one.place && p.time <= one.time + same_time;
        };
        for (; i < points.size() && is_same(points[i]); ++i) {
            if (points[i].fraction.censoring != Censoring::none) continue;
            logs += std::log(points[i].fraction.value);
            count += 1.0;
        }
        if (count > 0.0) one.fraction = {std::exp(logs / count), Censoring::none};
        kept.push_back(one);
    }
    return kept;
}

std::vector<double> forecast_times(const study::Prepared& prepared, std::size_t formulation,
                                   std::size_t tumour) {
    constexpr double hour = 3600.0;
    const auto& input = prepared.file.input;
    const double start = only_dose(prepared, formulation)->start;
    const std::string& name = input.subject.tumours[tumour].tissue.name;
    std::vector<double> times;
    const auto add = [&](double time) {
        if (time > start && time <= input.run.until) times.push_back(time - start);
    };
    for (const auto* list : {&input.protocol.samples, &input.protocol.measurements})
        for (const study::Sample& sample : *list)
            for (std::int64_t i = 0; sample.of == name && i < sample.repeat; ++i)
                add(sample.at + static_cast<double>(i) * sample.every.value_or(0.0));
    for (const double h : {1.0, 2.0, 4.0, 8.0, 24.0, 48.0, 72.0, 168.0}) add(start + h * hour);
    std::sort(times.begin(), times.end());
    const auto is_same = [](double a, double b) { return b - a < same_time; };
    times.erase(std::unique(times.begin(), times.end(), is_same), times.end());
    return times;
}

void add_forecasts(report::RunRecord& record, const study::Prepared& prepared,
                   const FittedLaws& laws, std::optional<double> known_until) {
    CARAVEL_EXPECTS(record.intervals.has_value());
    const MechanismForecaster forecaster(laws.fit, laws.discrepancies);
    for (std::size_t f = 0; f < prepared.file.input.formulations.size(); ++f) {
        if (!prepared.built.properties[f].is_particle()) continue;
        const std::string reason = why_no_forecast(prepared, f);
        if (!reason.empty()) {
            record.intervals->sentences.push_back(
                fmt::format("No forecast of delivery from articles for {}: it {}.",
                            prepared.file.input.formulations[f].name, reason));
            continue;
        }
        CarrierForecast carrier(record, prepared, forecaster, f, known_until);
        carrier.add();
        record.intervals->sentences.push_back(sentence(prepared, f, laws, carrier.known_points()));
    }
}

}  // namespace caravel::inference::delivery
