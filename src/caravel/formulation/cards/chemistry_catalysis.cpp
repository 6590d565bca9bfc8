// Enzyme-like, Fenton and photocatalytic activity of a card.
#include "caravel/base/constants.hpp"
#include "caravel/formulation/cards/chemistry_part.hpp"
#include "caravel/formulation/chemistry/fenton.hpp"
#include "caravel/formulation/chemistry/photocatalysis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <numbers>
#include <optional>
#include <utility>

namespace caravel::formulation {
namespace {

using namespace chemistry;

constexpr ChemistryConditions at;
constexpr double ultraviolet = 365e-9;  // m
constexpr double reactive = 1e-3;       // m3/(mol s): slower ions are not worn out but turn over

std::string text(double value) { return format_number(value, 3); }

struct Kind {
    Activity activity;
    const char* substrate;
    const char* second;
    const char* product;
    double yield;
    double concentration;
    double second_concentration;
};

const Kind kinds[] = {
    {Activity::peroxidase, "H2O2", "reduced dye", "oxidised dye", 1.0, at.peroxide, at.dye},
    {Activity::catalase, "H2O2", "", "O2", 0.5, at.peroxide, 0.0},
    {Activity::oxidase, "glucose", "", "H2O2", 1.0, at.glucose, 0.0},
    {Activity::glutathione_oxidase, "GSH", "", "GSSG", 0.5, at.glutathione, 0.0},
};

/// The law of one material, scaled to its exposed area.
std::optional<RateLaw> law_of(FactReader& facts, const ExposedMatter& matter, const Kind& kind) {
    const std::string_view context = to_text(kind.activity);
    const auto kcat = facts.find(matter.material, "kcat", context);
    if (!kcat) return std::nullopt;
    RateLaw law;
    law.name = fmt::format("{}_{}", matter.material, context);
    law.kind = kind.activity;
    law.kcat = *kcat;
    law.km = facts.need(matter.material, "km", context);
    law.second_km = facts.get(matter.material, "second_km", 0.0, context);
    law.ph = {facts.get(matter.material, "acid_pk", -100.0, context),
              facts.get(matter.material, "base_pk", 100.0, context)};
    law.substrate = kind.substrate;
    law.second_substrate = kind.second;
    law.product = kind.product;
    law.yield = kind.yield;
    const double d = facts.need(matter.material, "reference_diameter", context);
    return scaled_to_area(law, std::numbers::pi * d * d, matter.area);
}

/// One entry per material, areas and volumes added: a rate law is that of all its surface.
std::vector<ExposedMatter> by_material(const std::vector<ExposedMatter>& exposed) {
    std::vector<ExposedMatter> merged;
    for (const ExposedMatter& matter : exposed) {
        const auto same = std::find_if(merged.begin(), merged.end(), [&](const ExposedMatter& m) {
            return m.material == matter.material;
        });
        if (same == merged.end()) {
            merged.push_back(matter);
        } else {
            same->area += matter.area;
            same->volume += matter.volume;
        }
    }
    return merged;
}

/// The activity as a name on the card; with the material where an outer one has the same activity.
std::string activity_name(const CardSection& section, const Kind& kind,
                          const std::string& material) {
    std::string name(to_text(kind.activity));
    const bool is_taken =
        std::any_of(section.values.begin(), section.values.end(),
                    [&](const CardValue& v) { return v.name == name + "_activity"; });
    if (!is_taken) return name;
    name += '_';
    for (const char letter : material)
        name += std::isalnum(static_cast<unsigned char>(letter)) ? letter : '_';
    return name;
}

void add_activity(const CardContext& c, CardSection& section, const FactReader& facts,
                  const RateLaw& law, const Kind& kind, const std::string& name) {
    const double ph = c.formulation.medium.ph;
    const double here = rate(law, kind.concentration, kind.second_concentration, ph);
    const std::string second = law.second_km > 0.0 ? fmt::format(", {} {} mmol/L", kind.second,
                                                                 text(kind.second_concentration))
                                                   : "";
    const std::string validity =
        fmt::format("{} {} mmol/L{}, pH {}; kcat with the exposed area; within about a decade",
                    kind.substrate, text(kind.concentration), second, text(ph));
    const std::string method = "Michaelis and Menten on the surface, bell of pH";
    add_value(section, facts, name + "_activity", here, "1/s", "turnovers per particle", method,
              validity);
    add_value(section, facts, name + "_specific_activity",
              rate_per_mass(here, c.properties.carrier_mass), "umol/(min.mg)",
              fmt::format("{} per dry mass", kind.substrate), method, validity);
    add_value(section, facts, name + "_kcat", law.kcat, "1/s",
              "per particle, saturated, at the best pH", "scaled with area", "");
    add_value(section, facts, name + "_km", law.km, "mmol/L", law.substrate, "of the table", "");
    section.notes.push_back(describe(law));
}

CardLine ph_line(const RateLaw& law, const Kind& kind, const std::vector<double>& ph) {
    CardLine line{law.name, {}};
    for (const double x : ph)
        line.y.push_back(rate(law, kind.concentration, kind.second_concentration, x));
    return line;
}

FentonRates fenton_rates(FactReader& facts, const std::string& material) {
    return {facts.need(material, "fenton_rate_constant"),
            facts.get(material, "glutathione_reduction", 0.0),
            facts.get(material, "electron_migration", 0.0)};
}

void add_depletion(CardSection& section, const FactReader& facts, const FentonRates& rates,
                   const FentonStore& store) {
    const double alone = depletion_half_life(rates, store, at.peroxide, 0.0);
    const std::string where = fmt::format("H2O2 {} mmol/L held constant", text(at.peroxide));
    add_value(section, facts, "fenton_depletion_half_life", alone, "h",
              "until half of the rate is left, no glutathione",
              "surface and store of reduced ions, ODE", where);
    add_value(section, facts, "fenton_radical_capacity",
              store.surface_ions * store.reduced_share + store.stored_ions, "1",
              "OH per particle until all is oxidised, no glutathione", "balance of electrons",
              where);
    add_value(section, facts, "fenton_kept_up_share",
              kept_up_share(rates, at.peroxide, at.glutathione), "%",
              fmt::format("of the rate that {} mmol/L glutathione keeps up for ever",
                          text(at.glutathione)),
              "balance of oxidation and reduction", where);
    CardCurve curve{
        "fenton_activity", "time", "h", {}, "rate per particle", "1/s", {}, {}, true, true};
    for (int i = 0; i <= 40; ++i) curve.x.push_back(0.03 * alone * std::pow(10.0, i / 20.0));
    for (const auto& [thiol, label] :
         {std::pair{0.0, "no glutathione"}, std::pair{at.glutathione, "glutathione 5 mmol/L"}}) {
        CardLine line{label, {}};
        for (const FentonState& s : fenton_run(rates, store, at.peroxide, thiol, curve.x))
            line.y.push_back(std::max(
                1e-12, fenton_rate(rates, store, at.peroxide, std::clamp(s.surface, 0.0, 1.0))));
        curve.lines.push_back(std::move(line));
    }
    curve.method = "surface and store of reduced ions";
    section.curves.push_back(std::move(curve));
}

void add_fenton_of(const CardContext& c, CardSection& section, const ExposedMatter& matter) {
    FactReader facts(c.library, "catalysis");
    const FentonRates rates = fenton_rates(facts, matter.material);
    const double share = facts.need(matter.material, "reduced_share");
    const double ions = matter.volume * c.library.value("materials", matter.material, "density") /
                        c.library.value("materials", matter.material, "molar_mass") * avogadro *
                        facts.need(matter.material, "metal_ions_per_formula") * share;
    FentonStore store;
    store.surface_ions =
        std::min(ions, matter.area * facts.need(matter.material, "surface_ion_density") * share);
    store.stored_ions = rates.migration > 0.0 ? ions - store.surface_ions : 0.0;
    const double fresh = fenton_rate(rates, store, at.peroxide, 1.0);
    const std::string validity = fmt::format(
        "H2O2 {} mmol/L; {} active ions on the surface of '{}', rate of the free ion; "
        "pH not in it",
        text(at.peroxide), text(store.surface_ions), matter.material);
    add_value(section, facts, "fenton_rate", fresh, "1/s", "radicals per fresh particle",
              "second order, surface ions", validity);
    add_value(section, facts, "fenton_specific_rate",
              rate_per_mass(fresh, c.properties.carrier_mass), "nmol/(s.mg)",
              "radicals per dry mass, fresh", "second order, surface ions", validity);
    section.notes.push_back(
        fmt::format("rate law {}_fenton (fenton): {} L/(mol.s) x [H2O2] x {} ions; H2O2 -> OH",
                    matter.material, text(rates.oxidation * 1e3), text(store.surface_ions)));
    if (rates.oxidation < reactive) {
        section.notes.emplace_back(
            "oxidised iron reacts slowly and is not used up: no depletion is stated");
        return;
    }
    add_depletion(section, facts, rates, store);
}

void add_radical_yields(CardSection& section, FactReader& facts, const std::string& material,
                        double gap, double edge) {
    const Photocatalyst p{gap, facts.need(material, "hydroxyl_yield"),
                          facts.need(material, "superoxide_yield")};
    if (ultraviolet > edge) throw NotAvailable("365 nm lies beyond the band gap of " + material);
    const std::string where = "per energy absorbed at 365 nm; low intensity";
    const double photons = ultraviolet / (planck * speed_of_light) / avogadro;  // mol/J
    add_value(section, facts, "hydroxyl_radical_yield", p.hydroxyl_yield * photons, "nmol/J", where,
              "constant quantum yield", fmt::format("{} per photon", text(p.hydroxyl_yield)));
    add_value(section, facts, "superoxide_yield", p.superoxide_yield * photons, "nmol/J", where,
              "constant quantum yield", fmt::format("{} per photon", text(p.superoxide_yield)));
    section.notes.push_back(
        fmt::format("rate law {}_photocatalysis (photocatalysis): {} OH and {} O2- per photon "
                    "absorbed below {} nm, as long as the light is on",
                    material, text(p.hydroxyl_yield), text(p.superoxide_yield), text(edge * 1e9)));
}

}  // namespace

void add_catalysis(const CardContext& c, const std::vector<ExposedMatter>& exposed,
                   CardSection& section) {
    CardCurve curve{
        "activity_profile", "pH", "1", {}, "turnovers per particle", "1/s", {}, {}, false, true};
    for (int i = 0; i <= 60; ++i) curve.x.push_back(3.0 + 0.1 * i);
    double best = 0.0;
    bool on_peroxide = false;
    std::string winner;
    FactReader winning(c.library, "catalysis");
    std::string materials;
    for (const ExposedMatter& matter : by_material(exposed)) {
        materials += (materials.empty() ? "" : ", ") + matter.material;
        for (const Kind& kind : kinds) {
            FactReader facts(c.library, "catalysis");
            const auto law = law_of(facts, matter, kind);
            if (!law) continue;
            add_activity(c, section, facts, *law, kind,
                         activity_name(section, kind, matter.material));
            curve.lines.push_back(ph_line(*law, kind, curve.x));
            const double here =
                rate(*law, kind.concentration, kind.second_concentration, c.formulation.medium.ph);
            const bool peroxide = std::string_view(kind.substrate) == "H2O2";
            if (peroxide < on_peroxide || (peroxide == on_peroxide && here < best)) continue;
            on_peroxide = peroxide;
            best = here;
            winner = law->name;
            winning = facts;
        }
    }
    if (winner.empty()) {
        section.refusals.push_back(
            {"catalytic_activity", fmt::format("no enzyme-like activity of the matter that water "
                                               "reaches ({}) in data/catalysis.csv",
                                               materials.empty() ? "none" : materials)});
        return;
    }
    add_value(
        section, winning, "catalytic_activity", best, "1/s",
        "turnovers per particle of the fastest activity, on H2O2 if there is one", winner,
        fmt::format("pH {}, H2O2 {} mmol/L", text(c.formulation.medium.ph), text(at.peroxide)));
    curve.method = "Michaelis and Menten, bell of pH";
    section.curves.push_back(std::move(curve));
}

void add_fenton(const CardContext& c, const std::vector<ExposedMatter>& exposed,
                CardSection& section) {
    for (const ExposedMatter& matter : exposed)
        if (c.library.find("catalysis", matter.material, "fenton_rate_constant")) {
            attempt(section, "fenton_rate", [&] { add_fenton_of(c, section, matter); });
            return;
        }
    section.refusals.push_back(
        {"fenton_rate", "no iron or copper of known rate among the matter that water reaches"});
}

void add_photocatalysis(const CardContext& c, const std::vector<ExposedMatter>& exposed,
                        CardSection& section) {
    for (const ExposedMatter& matter : exposed) {
        FactReader facts(c.library, "catalysis");
        const auto gap = facts.find(matter.material, "band_gap");
        if (!gap) continue;
        const double edge = threshold_wavelength({*gap, 0.0, 0.0});
        add_value(section, facts, "photocatalytic_threshold", edge, "nm",
                  "longest wavelength that makes radicals", "h c over the band gap",
                  "bulk gap of " + matter.material);
        attempt(section, "hydroxyl_radical_yield",
                [&] { add_radical_yields(section, facts, matter.material, *gap, edge); });
        return;
    }
}

}  // namespace caravel::formulation
