#include "caravel/body/physiology.hpp"

#include "caravel/base/error.hpp"
#include "caravel/formulation/formulation.hpp"
#include "caravel/input/csv.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <stdexcept>

namespace caravel::body {
namespace {

using input::positive;
using input::Presence;

const std::vector<std::string> organ_order{"lung", "heart",      "brain",  "liver", "spleen",
                                           "gut",  "kidney",     "muscle", "skin",  "fat",
                                           "bone", "lymph_node", "rest"};

const OrganInput* find_input(const SubjectInput& subject, const std::string& organ) {
    for (const auto& o : subject.organs)
        if (o.organ == organ) return &o;
    return nullptr;
}

/// Refuses own values that would have no effect.
void check_own_values(const SubjectInput& subject) {
    std::vector<Diagnostic> mistakes;
    std::set<std::string> seen;
    for (const auto& own : subject.organs) {
        if (std::find(organ_order.begin(), organ_order.end(), own.organ) == organ_order.end())
            mistakes.push_back({{}, "the subject has no organ '" + own.organ + "'", "", ""});
        if (!seen.insert(own.organ).second)
            mistakes.push_back({{}, "organ '" + own.organ + "' is given twice", "once each", ""});
        if (own.blood_flow && own.organ == "lung")
            mistakes.push_back(
                {{}, "blood_flow of the lung is the cardiac output", "cardiac_output", ""});
        if (own.blood_flow && own.organ == "rest")
            mistakes.push_back({{},
                                "blood_flow of the rest is what organs and tumours leave",
                                "no blood_flow",
                                ""});
    }
    if (!mistakes.empty()) throw InputError(std::move(mistakes));
}

/// Allometry: a quantity scales with (body weight)^exponent. The exponents in use, 2/3 for surface
/// and 3/4 for flows, are assumed.
double scaled(double reference, double weight, double reference_weight, double exponent) {
    return reference * std::pow(weight / reference_weight, exponent);
}

Organ make_organ(const std::string& name, const SubjectInput& subject, const Physiology& body,
                 matter::Library& library) {
    const std::string& species = subject.species;
    const OrganInput* own = find_input(subject, name);
    Organ organ;
    organ.name = name;
    organ.volume = own && own->volume ? *own->volume
                                      : library.value("species", species, "volume_fraction", name) *
                                            body.body_weight;
    organ.vascular_fraction = own && own->vascular_fraction
                                  ? *own->vascular_fraction
                                  : library.value("species", species, "vascular_fraction", name);
    organ.interstitial_fraction =
        own && own->interstitial_fraction
            ? *own->interstitial_fraction
            : library.value("species", species, "interstitial_fraction", name);
    if (name != "lung")
        organ.arterial_flow = own && own->blood_flow
                                  ? *own->blood_flow
                                  : library.value("species", species, "blood_flow_fraction", name) *
                                        body.cardiac_output;
    return organ;
}

/// The rest of the body takes up what the user's own flows and the tumours leave.
void balance_rest(Physiology& body, std::span<const TumourDemand> tumours) {
    double taken = 0.0;
    for (const auto& organ : body.organs)
        if (organ.name != "lung" && organ.name != "rest") taken += organ.arterial_flow;
    for (const auto& tumour : tumours) taken += tumour.blood_flow;
    Organ& rest = body.organs.back();
    rest.arterial_flow = body.cardiac_output - taken;
    if (rest.arterial_flow <= 0.0)
        throw InputError(
            Diagnostic{{},
                       "organs and tumours take " + format_number(from_si(taken, "L/h"), 4) +
                           " L/h of blood, more than the cardiac output of " +
                           format_number(from_si(body.cardiac_output, "L/h"), 4) + " L/h",
                       "",
                       "reduce blood_flow of an organ or tumour, or give cardiac_output"});
}

double flow_named(const Physiology& body, const std::string& names) {
    double sum = 0.0;
    std::size_t begin = 0;
    while (begin <= names.size()) {
        const std::size_t end = std::min(names.find(';', begin), names.size());
        const std::string name = names.substr(begin, end - begin);
        if (name == "cardiac_output")
            sum += body.cardiac_output;
        else
            sum += body.organ(name).arterial_flow;
        begin = end + 1;
    }
    return sum;
}

std::vector<FlowEdge> read_edges(const Physiology& body, std::span<const TumourDemand> tumours,
                                 const input::CsvTable& table) {
    const std::size_t from = table.column("from");
    const std::size_t to = table.column("to");
    const std::size_t flow_of = table.column("flow_of");
    std::vector<FlowEdge> edges;
    for (const auto& row : table.rows)
        edges.push_back({row[from], row[to], flow_named(body, row[flow_of])});
    for (const auto& tumour : tumours) {
        edges.push_back({"arterial", tumour.name, tumour.blood_flow});
        edges.push_back({tumour.name, "venous", tumour.blood_flow});
    }
    return edges;
}

/// Takes total flow and drainage of each organ from the edges, lymph as a fraction of plasma flow.
void finish_organs(Physiology& body, matter::Library& library) {
    const double lymph = library.value("species", body.species, "lymph_flow_fraction");
    for (auto& organ : body.organs) {
        organ.total_flow = inflow(body.edges, organ.name);
        for (const auto& edge : body.edges)
            if (edge.from == organ.name && edge.to == "liver") organ.drains_to = "liver";
        // The lung carries the whole output but makes little lymph: 3 % of the others' share
        // (assumed).
        const double share = organ.name == "lung" ? 0.03 : 1.0;
        organ.lymph_flow = share * lymph * organ.total_flow * body.plasma_fraction();
    }
}

}  // namespace

double Physiology::blood_volume() const {
    double sum = arterial_volume + venous_volume;
    for (const auto& organ : organs) sum += organ.vascular_fraction * organ.volume;
    return sum;
}

const Organ& Physiology::organ(std::string_view name) const {
    for (const auto& o : organs)
        if (o.name == name) return o;
    throw InputError(Diagnostic{{}, "no organ named '" + std::string(name) + "'", "", ""});
}

void describe(input::Visitor& v, OrganInput& o) {
    v.choice({"organ", "organ", Presence::required}, o.organ, formulation::organ_names());
    v.number({"volume", "volume, blood included"}, o.volume, positive("mL"));
    v.number({"blood_flow", "arterial blood flow"}, o.blood_flow, positive("mL/min"));
    v.number({"vascular_fraction", "blood volume per organ volume"}, o.vascular_fraction,
             {"1", 0.0, 1.0, true, true});
    v.number({"interstitial_fraction", "interstitial volume per organ volume"},
             o.interstitial_fraction, {"1", 0.0, 1.0, true, true});
}

void describe_subject(input::Visitor& v, SubjectInput& s) {
    v.choice({"species", "species", Presence::required}, s.species, formulation::species_names());
    v.number({"body_weight", "default: reference weight of the species"}, s.body_weight,
             {"kg", 0.001, 300.0});
    v.number({"body_surface_area", "default: reference scaled with weight^(2/3)"},
             s.body_surface_area, positive("m2"));
    v.number({"haematocrit", "red-cell fraction of blood"}, s.haematocrit,
             {"1", 0.0, 1.0, true, true});
    v.number({"cardiac_output", "blood flow through the lung"}, s.cardiac_output, positive("L/h"));
    v.number({"blood_volume", "whole blood"}, s.blood_volume, positive("mL"));
    v.number({"glomerular_filtration_rate", "plasma filtered by both kidneys"},
             s.glomerular_filtration_rate, input::non_negative("mL/min"));
    v.records({"organ", "own values for organs"}, s.organs);
}

Physiology make_physiology(const SubjectInput& subject, std::span<const TumourDemand> tumours,
                           matter::Library& library, const std::filesystem::path& circulation) {
    const auto fact = [&](std::string_view property) {
        return library.value("species", subject.species, property);
    };
    check_own_values(subject);
    Physiology body;
    body.species = subject.species;
    const double reference = fact("body_weight");
    body.body_weight = subject.body_weight.value_or(reference);
    body.haematocrit = subject.haematocrit ? *subject.haematocrit : fact("haematocrit");
    body.body_surface_area =
        subject.body_surface_area
            ? *subject.body_surface_area
            : scaled(fact("body_surface_area"), body.body_weight, reference, 2.0 / 3.0);
    body.cardiac_output = subject.cardiac_output
                              ? *subject.cardiac_output
                              : scaled(fact("cardiac_output"), body.body_weight, reference, 0.75);
    body.glomerular_filtration_rate =
        subject.glomerular_filtration_rate
            ? *subject.glomerular_filtration_rate
            : scaled(fact("glomerular_filtration_rate"), body.body_weight, reference, 0.75);
    for (const auto& name : organ_order)
        body.organs.push_back(make_organ(name, subject, body, library));
    balance_rest(body, tumours);
    double in_organs = 0.0;
    for (const auto& organ : body.organs) in_organs += organ.vascular_fraction * organ.volume;
    const double blood = subject.blood_volume ? *subject.blood_volume
                                              : fact("blood_volume_fraction") * body.body_weight;
    // Large vessels hold what the organs do not, one part arterial to four parts venous (assumed);
    // at least a tenth of all blood (assumed), because organ blood fractions of different sources
    // overlap.
    const double large_vessels = std::max(blood - in_organs, blood / 10.0);
    body.large_vessels_assumed = blood - in_organs < blood / 10.0;
    body.arterial_volume = 0.2 * large_vessels;
    body.venous_volume = 0.8 * large_vessels;
    // A library keeps its own tables; one from elsewhere is read each time.
    body.edges = circulation.parent_path() == library.root()
                     ? read_edges(body, tumours, library.csv(circulation.filename()))
                     : read_edges(body, tumours, input::read_csv(circulation));
    check_flow_balance(body.edges);
    finish_organs(body, library);
    return body;
}

}  // namespace caravel::body
