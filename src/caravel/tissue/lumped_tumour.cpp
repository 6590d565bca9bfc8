#include "caravel/tissue/lumped_tumour.hpp"

#include "caravel/base/error.hpp"

#include <cmath>
#include <numbers>
#include <utility>

namespace caravel::tissue {
namespace {

using body::tissue_density;
using input::non_negative;
using input::positive;
using input::Presence;
using kinetics::Factor;
using kinetics::KineticModel;
using kinetics::Shape;
using kinetics::SumId;

constexpr int transit_compartments = 3;  // of dying cells (Simeoni 2004)

/// x / reference
Factor proportional(SumId sum, double reference) { return {Shape::linear, sum, reference, 1.0}; }

/// reference / x
Factor inverse(SumId sum, double reference) { return {Shape::power, sum, reference, -1.0}; }

}  // namespace

void describe(input::Visitor& v, ReceptorInput& r) {
    v.text({"name", "name in the receptor table", Presence::required}, r.name);
    v.number({"count", "per cell", Presence::required}, r.count, non_negative("1"));
}

void describe(input::Visitor& v, PopulationInput& p) {
    v.text({"name", "name", Presence::required}, p.name);
    v.number({"fraction", "of the viable volume at the start", Presence::required}, p.fraction,
             {"1", 0.0, 1.0, true, false});
    v.number({"accumulation", "intracellular drug against a sensitive cell"}, p.accumulation,
             positive("1"));
    v.number({"growth_factor", "growth rate against the growth law"}, p.growth_factor,
             non_negative("1"));
    v.records({"receptor", "receptors on these cells"}, p.receptors);
}

void describe(input::Visitor& v, NucleusInput& n) {
    v.text({"agent", "drug", Presence::required}, n.agent);
    v.number({"binding_rate", "of drug in cells, at free sites", Presence::required},
             n.binding_rate, positive("1/h"));
    v.number({"release_half_life", "back to the cytosol", Presence::required}, n.release_half_life,
             positive("h"));
    v.number({"capacity", "sites per cell volume (default: in plenty)"}, n.capacity,
             positive("umol/L"));
}

void describe_tumour(input::Visitor& v, TumourInput& t) {
    v.text({"name", "name used by observables"}, t.name);
    v.choice({"model", "lumped (well mixed), or grid (in space)"}, t.model, {"lumped", "grid"});
    v.text({"line", "name in the tumour line table"}, t.line);
    v.number({"volume", "at the start", Presence::required}, t.volume, positive("mm3"));
    v.number({"blood_flow", "blood flow per tumour volume"}, t.blood_flow, positive("mL/min/mL"));
    v.number({"vascular_fraction", "blood volume per tumour volume"}, t.vascular_fraction,
             {"1", 0.0, 1.0, true, true});
    v.number({"interstitial_fraction", "interstitium per tumour volume"}, t.interstitial_fraction,
             {"1", 0.0, 1.0, true, true});
    v.number({"vessel_surface_density", "vessel surface per tumour volume"},
             t.vessel_surface_density, positive("1/cm"));
    v.number({"vascular_permeability", "of the vessel wall for the carrier (default: from size)"},
             t.vascular_permeability, non_negative("cm/s"));
    v.number({"uptake_clearance", "plasma cleared of carriers by capture, per tumour volume"},
             t.uptake_clearance, non_negative("mL/h/mL"));
    v.number({"endocytosis_rate", "of carriers in the interstitium"}, t.endocytosis_rate,
             non_negative("1/h"));
    v.number({"exit_rate", "of carriers from the interstitium into lymph and veins"}, t.exit_rate,
             non_negative("1/h"));
    v.number({"endosomal_escape_half_life", "of drug released in endosomes"},
             t.endosomal_escape_half_life, positive("min"));
    v.number({"receptor_return_half_life",
              "of receptors that carriers took inside, back to the surface (default: at once)"},
             t.receptor_return_half_life, positive("h"));
    v.number({"exocytosis_half_life", "of endocytosed carriers (default: they stay)"},
             t.exocytosis_half_life, positive("h"));
    v.records({"nucleus", "drugs that bind in the nucleus"}, t.nuclei);
    v.number({"dying_rate", "of damaged cells through each of three stages"}, t.dying_rate,
             positive("1/d"));
    v.records({"population", "cell populations (default: one)"}, t.populations);
    v.record({"grid", "the tumour in space, for model = \"grid\""}, t.grid);
    if (v.reads()) t.where = v.where();
    if (v.describes_types()) return;
    if (t.model == "lumped" && t.grid.angiogenesis)
        v.complain("grid",
                   "angiogenesis in tumour '" + t.name +
                       "', whose vessels are one number: a lumped tumour is well mixed and has no "
                       "hypoxic part for them to grow in",
                   "model = \"grid\"", "or leave [subject.tumour.grid.angiogenesis] out");
    if (t.populations.empty()) return;
    double sum = 0.0;
    for (const auto& p : t.populations) sum += p.fraction;
    if (std::abs(sum - 1.0) > 1e-6)
        v.complain("population", "the fractions of the populations add to " + format_number(sum, 6),
                   "1");
}

TumourParameters resolve(const TumourInput& t, matter::Library& library) {
    library.require("tumour_lines", t.line, t.where);
    const auto fact = [&](std::string_view property) {
        if (auto own = library.find("tumour_lines", t.line, property)) return *own;
        return library.value("tumour_lines", "generic", property);
    };
    TumourParameters p;
    p.name = t.name;
    p.line = t.line;
    p.volume = t.volume;
    p.blood_flow = t.blood_flow ? *t.blood_flow : fact("blood_flow") * tissue_density;
    p.vascular_fraction = t.vascular_fraction ? *t.vascular_fraction : fact("vascular_fraction");
    p.interstitial_fraction =
        t.interstitial_fraction ? *t.interstitial_fraction : fact("interstitial_fraction");
    p.vessel_surface_density =
        t.vessel_surface_density ? *t.vessel_surface_density : fact("vessel_surface_density");
    if (p.cell_fraction() <= 0.0)
        throw InputError(Diagnostic{t.where,
                                    "vessels and interstitium of tumour '" + t.name + "' take " +
                                        format_number(1.0 - p.cell_fraction(), 4) +
                                        " of its volume and leave none for cells",
                                    "vascular_fraction + interstitial_fraction < 1", ""});
    p.cell_volume = fact("cell_volume");
    p.vascular_permeability = t.vascular_permeability;
    p.uptake_clearance = t.uptake_clearance;
    p.endocytosis_rate = t.endocytosis_rate;
    p.exit_rate = t.exit_rate;
    p.endosomal_escape_half_life = t.endosomal_escape_half_life;
    p.dying_rate = t.dying_rate;
    const auto rate = [](const std::optional<double>& half_life) {
        return half_life ? std::numbers::ln2 / *half_life : 0.0;
    };
    p.receptor_return_rate = rate(t.receptor_return_half_life);
    p.exocytosis_rate = rate(t.exocytosis_half_life);
    p.nuclei = t.nuclei;
    p.populations = t.populations;
    if (p.populations.empty()) p.populations.push_back({});
    return p;
}

double drug_wall(const body::DrugDisposition& drug, const TumourParameters& tumour) {
    return drug.tumour_permeability_surface ? *drug.tumour_permeability_surface * tissue_density
                                            : 10.0 * tumour.blood_flow;
}

LumpedTumour::LumpedTumour(KineticModel& model, TumourParameters parameters, TumourSetting setting)
    : parameters_(std::move(parameters)), setting_(setting) {
    if (setting_ == TumourSetting::voxel) parameters_.volume = 1.0;
    kinetics::Sum all{name() + ".volume", {}, 0.0};
    kinetics::Sum viable{name() + ".viable_volume", {}, 0.0};
    for (const auto& p : parameters_.populations) {
        const auto id =
            model.add_species({name() + ".volume." + p.name, "", parameters_.volume, true},
                              p.fraction * parameters_.volume);
        populations_.push_back(id);
        population_sums_.push_back(
            model.add_sum({name() + ".population." + p.name, {{id, 1.0}}, 0.0}));
        all.terms.push_back({id, 1.0});
        viable.terms.push_back({id, 1.0});
    }
    for (int i = 1; i <= transit_compartments; ++i) {
        const auto id = model.add_species(
            {name() + ".volume.dying" + std::to_string(i), "", parameters_.volume, true});
        dying_.push_back(id);
        all.terms.push_back({id, 1.0});
    }
    volume_ = model.add_sum(std::move(all));
    viable_ = model.add_sum(std::move(viable));
    if (setting_ == TumourSetting::record) return;
    const auto rate = model.add_coefficient(name() + ".dying_rate", parameters_.dying_rate);
    for (std::size_t i = 0; i < dying_.size(); ++i) {
        std::vector<kinetics::Term> change{{dying_[i], -1.0}};
        if (i + 1 < dying_.size()) change.push_back({dying_[i + 1], 1.0});
        model.add_reaction(
            {name() + ".dying" + std::to_string(i + 1), change, {rate, dying_[i], {}, {}}});
    }
}

std::string LumpedTumour::cell_place(std::size_t i) const {
    return name() + ".cells." + parameters_.populations[i].name;
}

std::string LumpedTumour::nucleus_place(std::size_t i) const {
    return name() + ".nucleus." + parameters_.populations[i].name;
}

std::vector<std::string> LumpedTumour::inside_cells(std::size_t i, const std::string& agent) const {
    if (parameters_.nucleus(agent) == nullptr) return {cell_place(i)};
    return {cell_place(i), nucleus_place(i)};
}

const NucleusInput* TumourParameters::nucleus(const std::string& agent) const {
    for (const auto& n : nuclei)
        if (n.agent == agent) return &n;
    return nullptr;
}

std::vector<Factor> LumpedTumour::inflow_factors() const {
    return {proportional(volume_, parameters_.volume)};
}

/// Share of a block's cells that are of population i; per volume in a voxel, which may hold other
/// tissue as well.
std::vector<Factor> LumpedTumour::population_share(std::size_t i) const {
    const SumId own = population_sums_[i];
    if (setting_ == TumourSetting::voxel) return {proportional(own, 1.0)};
    return {proportional(own, parameters_.volume), inverse(volume_, parameters_.volume)};
}

/// What viable cells leave of the block: 1 - viable/all.
Factor LumpedTumour::dead_share() const {
    if (setting_ == TumourSetting::voxel) return {Shape::capacity, viable_, 1.0, 1.0};
    return {Shape::capacity, viable_, 1.0, 1.0, volume_};
}

void LumpedTumour::add_inflow(KineticModel& model, kinetics::SpeciesId species) const {
    const std::string label =
        "inflow." + model.all_species()[static_cast<std::size_t>(species.index)].name;
    model.add_reaction({label, {{species, 1.0}}, {model.add_coefficient(label, 0.0), {}, {}, {}}});
}

std::string LumpedTumour::drug_transfer(const std::string& from, const std::string& to,
                                        const std::string& agent) {
    return "drug." + from + "-" + to + "." + agent;
}

void LumpedTumour::add_drug_pools(KineticModel& model, body::DrugBlock& drug) const {
    for (const char* place : {".plasma", ".interstitium", ".endosome"})
        drug.add_pool(model, name() + place);
    for (std::size_t i = 0; i < populations_.size(); ++i)
        for (const auto& place : inside_cells(i, drug.agent())) drug.add_pool(model, place);
}

/// Cytosol to nucleus at free sites, and back.
void LumpedTumour::add_nucleus(KineticModel& model, const body::DrugBlock& drug,
                               std::size_t i) const {
    const auto* n = parameters_.nucleus(drug.agent());
    if (n == nullptr) return;
    const auto nucleus = drug.pool(nucleus_place(i));
    const auto in = drug_transfer(cell_place(i), nucleus_place(i), drug.agent());
    const auto out = drug_transfer(nucleus_place(i), cell_place(i), drug.agent());
    std::vector<Factor> free_sites;
    if (n->capacity) {
        const auto taken =
            model.add_sum({nucleus_place(i) + ".taken." + drug.agent(), {{nucleus, 1.0}}, 0.0});
        free_sites.push_back({Shape::capacity, taken, *n->capacity * parameters_.cell_fraction(),
                              1.0, population_sums_[i]});
    }
    model.add_transfer(in, drug.pool(cell_place(i)), nucleus,
                       model.add_coefficient(in, n->binding_rate), std::move(free_sites));
    model.add_transfer(out, nucleus, drug.pool(cell_place(i)),
                       model.add_coefficient(out, std::numbers::ln2 / n->release_half_life));
}

void LumpedTumour::add_drug_reactions(KineticModel& model, const body::DrugBlock& drug,
                                      const body::Physiology& body) const {
    const auto& p = parameters_;
    const auto& d = drug.disposition();
    const auto move = [&](const std::string& from, const std::string& to, double rate,
                          std::vector<Factor> factors = {}) {
        const std::string label = drug_transfer(from, to, drug.agent());
        model.add_transfer(label, drug.pool(from), drug.pool(to),
                           model.add_coefficient(label, rate), std::move(factors));
    };
    const std::string vessel = name() + ".plasma";
    const std::string matrix = name() + ".interstitium";
    if (setting_ == TumourSetting::voxel) {
        add_inflow(model, drug.pool(vessel));
        move(matrix, "lymph", 0.0);
    } else {
        move("arterial", vessel, p.blood_flow * p.volume / body.arterial_volume, inflow_factors());
    }
    move(vessel, "venous", p.blood_flow / p.vascular_fraction);
    const double wall = drug_wall(d, p);
    move(vessel, matrix, wall / (p.vascular_fraction * d.blood_to_plasma));
    move(matrix, vessel, wall / p.interstitial_fraction);
    // Without a known uptake rate cells equilibrate within minutes (assumed).
    const double uptake = d.cell_uptake.value_or(1.0 / 60.0);
    const double escape = std::numbers::ln2 / p.endosomal_escape_half_life;
    for (std::size_t i = 0; i < populations_.size(); ++i) {
        const std::string cells = cell_place(i);
        const double accumulation = d.cell_accumulation * p.populations[i].accumulation;
        move(matrix, cells, uptake * p.cell_fraction() / p.interstitial_fraction,
             population_share(i));
        move(cells, matrix, uptake / accumulation);
        move(name() + ".endosome", cells, escape, population_share(i));
        add_nucleus(model, drug, i);
    }
    // The share of dying cells does not stay in them: 1 - viable/all goes to the interstitium.
    move(name() + ".endosome", matrix, escape, {dead_share()});
}

}  // namespace caravel::tissue
