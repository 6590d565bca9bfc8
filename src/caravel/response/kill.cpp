#include "caravel/response/kill.hpp"

#include "caravel/base/error.hpp"

#include <fmt/format.h>

namespace caravel::response {
namespace {

using input::positive;
using input::Presence;
using kinetics::Factor;
using kinetics::KineticModel;
using kinetics::Shape;
using kinetics::SumId;

/// Concentration (kg/m3) at a site as argument over divisor.
struct Concentration {
    SumId mass;      // kg
    SumId volume{};  // m3; unset: `mass` is already a concentration
};

/// Of a voxel, added to the volume of the cells in it where drug is divided by it: less than one
/// cell (1800 um3) in voxels up to 1.2 mm, eight cells at 2.4 mm. Where cells fill a share f of the
/// voxel their concentration is 1e-6 / f too low. Where the kill itself takes the last of them,
/// drug over volume is 0 over 0, which no step is short enough for; with this it falls with the
/// drug.
constexpr double trace_of_cells = 1e-6;

SumId volume_of_cells(KineticModel& model, const tissue::LumpedTumour& tumour,
                      std::size_t population, const std::string& name) {
    const bool voxel = tumour.concentration_divisor().index < 0;
    if (!voxel) return tumour.population_volume(population);
    return model.add_sum(
        {name + ".volume", {{tumour.population(population), 1.0}}, trace_of_cells});
}

Concentration concentration(KineticModel& model, const tissue::LumpedTumour& tumour,
                            const Kill& kill, const body::DrugBlock& drug,
                            const body::Physiology& body, std::size_t population) {
    const double scale = drug.molar_mass() * kill.sensitivity;
    const std::string name = tumour.name() + "." + kill.site + "." + drug.agent() + "." +
                             std::to_string(population) + ".for_kill." +
                             std::to_string(model.sums().size());
    if (kill.site == "cells" || kill.site == "nucleus") {
        // In cells: in all of them, nuclei included.
        std::vector<kinetics::Term> terms;
        for (const auto& where : tumour.inside_cells(population, drug.agent()))
            if (kill.site == "cells" || where == tumour.nucleus_place(population))
                terms.push_back({drug.pool(where), scale / tumour.parameters().cell_fraction()});
        const SumId drug_inside = model.add_sum({name, std::move(terms), 0.0});
        return {drug_inside, volume_of_cells(model, tumour, population, name)};
    }
    if (kill.site == "interstitium")
        return {model.add_sum({name,
                               {{drug.pool(tumour.name() + ".interstitium"),
                                 scale / tumour.parameters().interstitial_fraction}},
                               0.0}),
                tumour.concentration_divisor()};
    const double plasma = body.venous_volume * drug.disposition().blood_to_plasma;
    return {model.add_sum({name, {{drug.pool("venous"), scale / plasma}}, 0.0}), {}};
}

/// dE/dt = C as a species without ledger; returns a sum over it.
SumId add_exposure(KineticModel& model, const Concentration& c, const ExposureKill& law,
                   const std::string& name) {
    const auto exposure = model.add_species({name + ".exposure", "", law.half_exposure, true});
    std::vector<Factor> factors{{Shape::linear, c.mass, 1.0, 1.0, c.volume}};
    model.add_reaction({name + ".exposure",
                        {{exposure, 1.0}},
                        {model.add_coefficient(name + ".exposure", 1.0), {}, {}, factors}});
    return model.add_sum({name + ".exposure", {{exposure, 1.0}}, 0.0});
}

struct RateAndFactor {
    double rate = 0.0;  // 1/s
    Factor factor;
};

RateAndFactor kill_rate(KineticModel& model, const Concentration& c, const KillLaw& law,
                        const std::string& name) {
    if (const auto* e = std::get_if<EmaxKill>(&law))
        return {e->max_rate, {Shape::hill, c.mass, e->half, e->hill, c.volume}};
    if (const auto* l = std::get_if<LinearKill>(&law))
        return {l->potency, {Shape::linear, c.mass, 1.0, 1.0, c.volume}};
    const auto& x = std::get<ExposureKill>(law);
    return {x.max_rate,
            {Shape::hill, add_exposure(model, c, x, name), x.half_exposure, x.hill, {}}};
}

}  // namespace

void describe(input::Visitor& v, EmaxKill& l) {
    v.number({"max_rate", "largest kill rate", Presence::required}, l.max_rate, positive("1/h"));
    v.number({"half", "concentration at half of it", Presence::required}, l.half,
             positive("ug/mL"));
    v.number({"hill", "Hill exponent"}, l.hill, positive("1"));
}
void describe(input::Visitor& v, LinearKill& l) {
    v.number({"potency", "kill rate per concentration", Presence::required}, l.potency,
             positive("mL/(ng.d)"));
}
void describe(input::Visitor& v, ExposureKill& l) {
    v.number({"max_rate", "largest kill rate", Presence::required}, l.max_rate, positive("1/h"));
    v.number({"half_exposure", "exposure at half of it", Presence::required}, l.half_exposure,
             positive("ug.h/mL"));
    v.number({"hill", "steepness of the threshold"}, l.hill, positive("1"));
}
void describe(input::Visitor& v, Kill& k) {
    v.text({"agent", "drug", Presence::required}, k.agent);
    v.choice({"site", "where the concentration acts"}, k.site,
             {"cells", "nucleus", "interstitium", "plasma"});
    v.text({"population", "cells that respond (default: all)"}, k.population);
    v.number({"sensitivity", "multiplies the concentration"}, k.sensitivity, positive("1"));
    v.alternatives({"law", "kill law", Presence::required}, k.law);
    if (v.reads()) k.where = v.where();
}

void add_kill(KineticModel& model, const tissue::LumpedTumour& tumour, const Kill& kill,
              const std::map<std::string, body::DrugBlock>& drugs, const body::Physiology& body) {
    const auto& drug = drugs.at(kill.agent);
    if (kill.site == "nucleus" && tumour.parameters().nucleus(kill.agent) == nullptr)
        throw InputError(Diagnostic{kill.where,
                                    fmt::format("'{}' kills from the nucleus of tumour '{}', where "
                                                "nothing says that it binds",
                                                kill.agent, tumour.name()),
                                    "[[subject.tumour.nucleus]] with this agent", ""});
    const auto& populations = tumour.parameters().populations;
    bool found = false;
    for (std::size_t i = 0; i < populations.size(); ++i) {
        if (!kill.population.empty() && kill.population != populations[i].name) continue;
        found = true;
        // No cells now are no cells later, and their drug concentration would be 0/0.
        if (populations[i].fraction == 0.0) continue;
        // A second law for the same drug and cells gets a number of its own.
        const std::string name = tumour.name() + ".kill." + kill.agent + "." + populations[i].name +
                                 "." + std::to_string(model.reactions().size());
        const auto c = concentration(model, tumour, kill, drug, body, i);
        const auto [rate, factor] = kill_rate(model, c, kill.law, name);
        const auto id = model.add_coefficient(name, rate);
        const auto cells = tumour.population(i);
        model.add_reaction(
            {name, {{cells, -1.0}, {tumour.dying().front(), 1.0}}, {id, cells, {}, {factor}}});
        for (const auto& [agent, inside] : drugs)
            for (const auto& where : tumour.inside_cells(i, agent))
                model.add_transfer(fmt::format("{}.drug.{}{}", name, agent,
                                               where == tumour.cell_place(i) ? "" : ".nucleus"),
                                   inside.pool(where), inside.pool(tumour.name() + ".interstitium"),
                                   id, {factor});
    }
    if (!found)
        throw InputError(Diagnostic{
            kill.where,
            "tumour '" + tumour.name() + "' has no population '" + kill.population + "'", "", ""});
}

}  // namespace caravel::response
