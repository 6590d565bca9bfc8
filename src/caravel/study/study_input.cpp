#include "caravel/study/study_input.hpp"

#include "caravel/base/suggest.hpp"
#include "caravel/study/depots.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace caravel::study {
namespace {

using input::fraction;
using input::NumberRule;
using input::positive;
using input::Presence;

/// Times may lie before 0 only by mistake.
NumberRule time_rule() { return input::non_negative("h"); }

constexpr std::int64_t many = 100000;

/// Cells and nuclei that kills name are the tumour's.
void check_kills(input::Visitor& v, const Tumour& t) {
    const tissue::PopulationInput unnamed;
    std::vector<std::string_view> cells;
    for (const auto& p : t.tissue.populations) cells.push_back(p.name);
    if (cells.empty()) cells.push_back(unnamed.name);
    const auto binds = [&](const std::string& agent) {
        const auto& nuclei = t.tissue.nuclei;
        return std::any_of(nuclei.begin(), nuclei.end(),
                           [&](const auto& nucleus) { return nucleus.agent == agent; });
    };
    for (const auto& k : t.kills) {
        if (!k.population.empty() &&
            std::find(cells.begin(), cells.end(), k.population) == cells.end())
            v.complain(
                "kill", "tumour '" + t.tissue.name + "' has no population '" + k.population + "'",
                "the name of a [[subject.tumour.population]]", did_you_mean(k.population, cells));
        if (k.site == "nucleus" && !binds(k.agent))
            v.complain("kill",
                       "'" + k.agent + "' kills from the nucleus of tumour '" + t.tissue.name +
                           "', where nothing says that it binds",
                       "[[subject.tumour.nucleus]] with this agent");
    }
}

}  // namespace

void describe(input::Visitor& v, StudyInfo& s) {
    v.text({"name", "one line for people", Presence::required}, s.name);
    v.text({"description", "what the study asks"}, s.description);
    v.text({"author", "who wrote it"}, s.author);
    v.text({"reference", "publication it follows"}, s.reference);
}

void describe(input::Visitor& v, Tumour& t) {
    tissue::describe_tumour(v, t.tissue);
    v.record({"growth", "growth law (default: none)"}, t.growth);
    v.records({"kill", "how drugs kill"}, t.kills);
    v.record({"treatment", "how a tumour in space answers to light, heat and cold"}, t.treatment);
    v.choice({"cancer", "organ the cancer comes from, for the forecast of delivery"}, t.cancer,
             {"breast", "liver", "skin", "colon", "brain", "cervix", "lung", "prostate", "stomach",
              "ovary", "pancreas", "kidney", "other", "not_told"});
    v.choice({"implantation", "cells of another species or the animal's own, for that forecast"},
             t.implantation, {"xenograft", "allograft", "not_told"});
    v.choice({"site", "in the organ the cancer comes from or elsewhere, for that forecast"}, t.site,
             {"orthotopic", "heterotopic", "not_told"});
    if (!v.describes_types()) check_kills(v, t);
}

void describe(input::Visitor& v, ConditionInput& c) {
    v.text({"environment", "blood, interstitium, lysosome, or <tumour>.interstitium ...",
            Presence::required},
           c.environment);
    formulation::describe_signal(v, c.signal);
    v.any_of({"value", "value there", Presence::required}, c.value, formulation::signal_rules());
    formulation::check_signal_value(v, "value", c.signal, c.value);
}

void describe(input::Visitor& v, Subject& s) {
    body::describe_subject(v, s.body);
    v.records({"tumour", "tumours"}, s.tumours);
    v.records({"condition", "local conditions that triggers see (default: tables)"}, s.conditions);
    v.records({"myelosuppression", "loss of blood cells"}, s.toxicities);
}

namespace {

/// Keys that only a dose into a depot has.
void check_depot(input::Visitor& v, const Administration& a) {
    if (needs_depot(a.route) || a.route.empty()) return;
    const std::pair<const char*, bool> own[] = {
        {"absorption_half_life", a.absorption_half_life.has_value()},
        {"bioavailability", a.bioavailability != 1.0}};
    for (const auto& [key, given] : own)
        if (given)
            v.complain(key, fmt::format("a dose of route \"{}\" has no depot", a.route),
                       "route = \"subcutaneous\", \"intraperitoneal\" or \"oral\"",
                       "leave the key out");
}

/// Keys that only an injection into a tumour has.
void check_injection(input::Visitor& v, const Administration& a) {
    const std::pair<const char*, bool> own[] = {{"volume", a.volume.has_value()},
                                                {"rate", a.rate.has_value()},
                                                {"position", !a.position.empty()},
                                                {"reflux", a.reflux > 0.0}};
    for (const auto& [key, given] : own)
        if (given && a.route != "intratumoural")
            v.complain(key, "this dose is not injected into a tumour", "route = \"intratumoural\"",
                       "leave the key out");
    if (a.rate && !a.volume) v.complain("rate", "a rate without a volume", "volume = \"20 uL\"");
    if (a.rate && a.duration)
        v.complain("rate", "both a rate and a duration", "one of them: duration = volume / rate");
    if (!a.position.empty() && a.position.size() != 3)
        v.complain("position", "not a place in space",
                   "three lengths: [\"0 mm\", \"0 mm\", \"1 mm\"]");
}

}  // namespace

void describe(input::Visitor& v, Administration& a) {
    v.number({"at", "time of the (first) dose", Presence::required}, a.at, time_rule());
    v.choice({"route", "route"}, a.route,
             {"intravenous", "intra_arterial", "intraperitoneal", "subcutaneous", "oral",
              "intratumoural"});
    v.any_of({"dose", "per body mass, body surface, or in all", Presence::required}, a.dose,
             {positive("mg/kg"), positive("mg/m2"), positive("mg"), positive("umol"),
              positive("umol/kg"), positive("1")});
    v.text({"of", "agent the dose counts, or 'particles'", Presence::required}, a.of);
    v.text({"formulation", "its name; 'free' for dissolved drug (default: the only one)"},
           a.formulation);
    v.number({"duration", "of an infusion (default: bolus)"}, a.duration, positive("min"));
    v.integer({"repeat", "number of doses"}, a.repeat, 1, many);
    v.number({"every", "interval of repeated doses"}, a.every, positive("h"));
    v.text({"into", "tumour of an intratumoural injection (default: the first)"}, a.into);
    v.number({"volume", "injected volume (intratumoural)"}, a.volume, positive("uL"));
    v.number({"rate",
              "of an intratumoural injection (default: a bolus; into a tumour in space by "
              "hand, 30 s)"},
             a.rate, positive("uL/min"));
    v.numbers({"position",
               "of the needle's tip from the middle of a tumour in space (default: "
               "the middle)"},
              a.position, input::any_number("mm"));
    v.number({"reflux", "share of an injection that runs back along the needle"}, a.reflux,
             fraction());
    v.text({"line", "infusion line; one infusion at a time"}, a.line);
    v.number({"absorption_half_life", "out of the depot (subcutaneous, intraperitoneal, oral)"},
             a.absorption_half_life, positive("h"));
    v.number({"bioavailability", "fraction absorbed"}, a.bioavailability, fraction());
    if (v.describes_types()) return;
    if (v.reads()) a.where = v.where();
    check_injection(v, a);
    check_depot(v, a);
    if (a.repeat > 1 && !a.every)
        v.complain("repeat", "repeated doses need an interval", "every = \"24 h\"");
    if (a.every && a.duration && *a.duration > *a.every)
        v.complain("duration", "the infusion is longer than the interval between doses",
                   "duration <= every");
}

void describe(input::Visitor& v, Stimulus& s) {
    v.choice({"kind", "what kind", Presence::required}, s.kind,
             {"heat", "cold", "light", "ultrasound", "microwave", "magnetic_static",
              "magnetic_alternating", "xray", "electric"});
    v.number({"at", "start", Presence::required}, s.at, time_rule());
    v.number({"duration", "duration", Presence::required}, s.duration, positive("min"));
    v.text({"on", "tumour it is directed at"}, s.on);
    v.number({"temperature", "plateau of a heating"}, s.temperature, {"Cel", 0.0, 100.0});
    v.number({"rise_time", "linear rise"}, s.rise_time, positive("s"));
    v.number({"cooling_time", "time constant of the return"}, s.cooling_time, positive("s"));
    v.number({"wavelength", "of light"}, s.wavelength, positive("nm"));
    v.number({"irradiance", "of light, microwaves or ultrasound"}, s.irradiance, positive("W/cm2"));
    v.number({"frequency", "of ultrasound or fields"}, s.frequency, positive("kHz"));
    v.number({"pressure", "peak negative pressure"}, s.pressure, positive("MPa"));
    v.number({"field", "flux density"}, s.field, positive("mT"));
    v.number({"voltage", "electric pulses"}, s.voltage, positive("V"));
    v.number({"dose", "radiation dose"}, s.dose, positive("Gy"));
    if (v.describes_types()) return;
    if (v.reads()) s.where = v.where();
    if (s.kind == "heat" && !s.temperature)
        v.complain("kind", "a heating needs its temperature", "temperature = \"42 Cel\"");
    if (s.rise_time > s.duration)
        v.complain("rise_time", "the rise is longer than the heating", "rise_time <= duration");
}

void describe(input::Visitor& v, Sample& s) {
    v.number({"at", "time of the (first) sample", Presence::required}, s.at, time_rule());
    v.text({"of", "organ, blood, plasma or tumour"}, s.of);
    v.integer({"repeat", "number of samples"}, s.repeat, 1, many);
    v.number({"every", "interval of repeated samples"}, s.every, positive("h"));
    if (v.describes_types()) return;
    if (v.reads()) s.where = v.where();
    if (s.repeat > 1 && !s.every)
        v.complain("repeat", "repeated samples need an interval", "every = \"24 h\"");
}

void describe(input::Visitor& v, Protocol& p) {
    v.records({"administer", "doses"}, p.administrations);
    v.records({"stimulus", "what acts from outside"}, p.stimuli);
    stimulus::describe_stimuli(v, p.local);
    v.records({"image", "scans"}, p.images);
    v.records({"sample", "samples taken"}, p.samples);
    v.records({"measure", "measurements on samples"}, p.measurements);
}

void describe(input::Visitor& v, Data& d) {
    v.text({"file", "CSV with time, value, unit (beside the study)", Presence::required}, d.file);
    v.text({"observable", "which observable (default: the file's column)"}, d.observable);
    v.text({"name", "name of the data set"}, d.name);
    if (v.reads()) d.where = v.where();
}

void describe(input::Visitor& v, Run& r) {
    v.number({"until", "end of the simulation", Presence::required}, r.until, positive("h"));
    v.integer({"seed", "of random numbers"}, r.seed, 0, std::numeric_limits<std::int64_t>::max());
    v.number({"relative_tolerance", "of the integrator"}, r.relative_tolerance, {"1", 1e-12, 1e-2});
    v.number({"output_interval", "between output times (default: 400 in all)"}, r.output_interval,
             positive("h"));
    v.number({"checkpoint_interval", "simulated time between checkpoints"}, r.checkpoint_interval,
             positive("h"));
}

void describe(input::Visitor& v, StudyInput& s) {
    v.record({"study", "what and why", Presence::required}, s.info);
    v.records({"formulation", "particles, or use = a shipped one"}, s.formulations);
    v.records({"drug", "how the body handles a drug (default: shipped values)"}, s.drugs);
    v.record({"subject", "who is treated", Presence::required}, s.subject);
    v.record({"protocol", "what is done"}, s.protocol);
    v.records({"data", "measured points"}, s.data);
    v.record({"imaging", "the body that scanners see"}, s.imaging);
    v.record({"run", "how long, how exactly", Presence::required}, s.run);
}

}  // namespace caravel::study
