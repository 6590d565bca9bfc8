#include "caravel/study/observable_groups.hpp"
#include "caravel/study/observable_terms.hpp"

#include <algorithm>

namespace caravel::study {
namespace {

using kinetics::SpeciesId;
using kinetics::Term;

class AgentCurves {
  public:
    explicit AgentCurves(const BuiltModel& built) : built_(built) {}

    std::vector<Observable> make(const std::string& agent, const body::DrugBlock& drug) {
        status_ = agent_status(agent, drug);
        add_blood(agent, drug);
        for (const auto& organ : built_.physiology.organs) add_organ(agent, drug, organ);
        for (const auto& tumour : built_.tumours) {
            const auto known = status_;
            if (is_in_space(built_, tumour)) status_ = report::Status::predicted;
            add_tumour(agent, drug, tumour);
            status_ = known;
        }
        add_elimination(agent, drug);
        return std::move(result_);
    }

  private:
    void add(Observable observable) {
        observable.status = status_;
        result_.push_back(std::move(observable));
    }

    /// An agent's curves are calibrated when the kinetics of all carriers that bring it are, or
    /// its own where none does: most of a carried agent is where its carriers are.
    report::Status agent_status(const std::string& agent, const body::DrugBlock& drug) const {
        bool carried = false;
        bool calibrated = true;
        for (const auto& cohort : built_.cohorts) {
            const auto& agents = cohort.places.agents();
            if (std::find(agents.begin(), agents.end(), agent) == agents.end()) continue;
            carried = true;
            calibrated =
                calibrated &&
                built_.carrier_kinetics[static_cast<std::size_t>(cohort.formulation)].calibrated;
        }
        if (!carried) calibrated = !drug.disposition().calibrated_with.empty();
        return calibrated ? report::Status::calibrated : report::Status::predicted;
    }

    std::string name(const std::string& base, const std::string& agent) const {
        return agent == built_.main_agent ? base : base + "[" + agent + "]";
    }

    /// Amounts of an agent inside carriers at the places, with one weight.
    std::vector<Term> carried(const std::string& agent, const std::vector<std::string>& places,
                              double weight) const {
        std::vector<Term> terms;
        for (const auto& cohort : built_.cohorts) {
            const auto& agents = cohort.places.agents();
            for (std::size_t i = 0; i < agents.size(); ++i) {
                if (agents[i] != agent) continue;
                for (const auto& place : places)
                    if (cohort.places.has_place(place))
                        terms.push_back({cohort.places.place(place).species[i + 1], weight});
            }
        }
        return terms;
    }

    void add_blood(const std::string& agent, const body::DrugBlock& drug) {
        const auto& body = built_.physiology;
        const double volume = body.arterial_volume;
        const double m = drug.molar_mass();
        const double ratio = drug.disposition().blood_to_plasma;
        const double plasma = body.plasma_fraction();
        const SpeciesId free = drug.pool("arterial");
        const auto all = join({{free, 1.0}}, carried(agent, {"arterial"}, 1.0));
        const auto mass = weigh(all, m);
        add({.name = name("blood.concentration", agent),
             .label = "Blood: " + agent + ", total",
             .unit = "ug/mL",
             .group = "blood",
             .numerator = mass,
             .denominator = volume});
        const auto in_plasma = join({{free, m / ratio}}, carried(agent, {"arterial"}, m / plasma));
        add({.name = name("plasma.concentration", agent),
             .label = "Plasma: " + agent + ", total",
             .unit = "ug/mL",
             .group = "blood",
             .numerator = in_plasma,
             .denominator = volume});
        add({.name = name("plasma.released_concentration", agent),
             .label = "Plasma: " + agent + ", released",
             .unit = "ug/mL",
             .group = "release",
             .numerator = {{free, m / ratio}},
             .denominator = volume});
        add({.name = name("plasma.encapsulated_fraction", agent),
             .label = "Plasma: " + agent + " inside carriers",
             .unit = "%",
             .group = "release",
             .numerator = carried(agent, {"arterial"}, m / plasma),
             .denominator_terms = in_plasma});
        add({.name = name("blood.injected_dose_fraction", agent),
             .label = "Blood: " + agent,
             .unit = "%{ID}",
             .group = "blood",
             .numerator = all,
             .denominator = volume / body.blood_volume(),
             .injected_agent = agent});
        add({.name = name("blood.injected_dose_per_gram", agent),
             .label = "Blood: " + agent,
             .unit = "%{ID}/g",
             .group = "blood",
             .numerator = all,
             .denominator = volume * tissue_density,
             .injected_agent = agent});
    }

    void add_organ(const std::string& agent, const body::DrugBlock& drug,
                   const body::Organ& organ) {
        std::vector<Term> released{{drug.pool(organ.name), 1.0}};
        if (drug.has_cell_pool(organ)) released.push_back({drug.pool(organ.name + ".cells"), 1.0});
        const auto all =
            join(released, carried(agent,
                                   {organ.name + ".plasma", organ.name + ".interstitium",
                                    organ.name + ".captured"},
                                   1.0));
        const double mass = organ.volume * tissue_density;
        const auto weighed = weigh(all, drug.molar_mass());
        const std::string label = title(organ.name) + ": " + agent;
        add({.name = name(organ.name + ".concentration", agent),
             .label = label + ", total",
             .unit = "ug/g",
             .group = "organs",
             .numerator = weighed,
             .denominator = mass});
        add({.name = name(organ.name + ".released_concentration", agent),
             .label = label + ", released",
             .unit = "ug/g",
             .group = "release",
             .numerator = {{drug.pool(organ.name), drug.molar_mass()}},
             .denominator = mass});
        add({.name = name(organ.name + ".injected_dose_fraction", agent),
             .label = label,
             .unit = "%{ID}",
             .group = "organs",
             .numerator = all,
             .denominator = 1.0,
             .injected_agent = agent});
        add({.name = name(organ.name + ".injected_dose_per_gram", agent),
             .label = label,
             .unit = "%{ID}/g",
             .group = "organs",
             .numerator = all,
             .denominator = mass,
             .injected_agent = agent});
    }

    void add_tumour(const std::string& agent, const body::DrugBlock& drug,
                    const tissue::LumpedTumour& tumour) {
        const std::string& t = tumour.name();
        std::vector<Term> released;
        std::vector<Term> cells;
        std::vector<Term> nuclei;
        for (const char* place : {".plasma", ".interstitium", ".endosome"})
            released.push_back({drug.pool(t + place), 1.0});
        for (std::size_t i = 0; i < tumour.parameters().populations.size(); ++i) {
            for (const auto& where : tumour.inside_cells(i, agent)) {
                released.push_back({drug.pool(where), 1.0});
                cells.push_back({drug.pool(where), drug.molar_mass()});
                if (where == tumour.nucleus_place(i))
                    nuclei.push_back({drug.pool(where), drug.molar_mass()});
            }
        }
        const auto all = join(released, carried(agent, tumour_places(built_, t), 1.0));
        const auto mass = volume_terms(tumour, tissue_density);
        const double least = stated_volume(tumour) * tissue_density;
        const double m = drug.molar_mass();
        const std::string label = title(t) + ": " + agent;
        add({.name = name(t + ".concentration", agent),
             .label = label + ", total",
             .unit = "ug/g",
             .group = "tumour",
             .numerator = weigh(all, m),
             .denominator_terms = mass,
             .least_denominator = least});
        add({.name = name(t + ".released_concentration", agent),
             .label = label + ", released",
             .unit = "ug/g",
             .group = "tumour",
             .numerator = weigh(released, m),
             .denominator_terms = mass,
             .least_denominator = least});
        std::vector<Term> viable;
        for (std::size_t i = 0; i < tumour.parameters().populations.size(); ++i)
            viable.push_back({tumour.population(i), tumour.parameters().cell_fraction()});
        add({.name = name(t + ".cells_concentration", agent),
             .label = label + " in cells",
             .unit = "ug/mL",
             .group = "tumour",
             .numerator = cells,
             .denominator_terms = viable,
             .least_denominator = stated_volume(tumour) * tumour.parameters().cell_fraction()});
        if (!nuclei.empty())
            add({.name = name(t + ".nucleus_concentration", agent),
                 .label = label + " bound in nuclei, per cell volume",
                 .unit = "ug/mL",
                 .group = "tumour",
                 .numerator = nuclei,
                 .denominator_terms = viable,
                 .least_denominator = stated_volume(tumour) * tumour.parameters().cell_fraction()});
        add({.name = name(t + ".injected_dose_fraction", agent),
             .label = label,
             .unit = "%{ID}",
             .group = "tumour",
             .numerator = all,
             .denominator = 1.0,
             .injected_agent = agent});
        add({.name = name(t + ".injected_dose_per_gram", agent),
             .label = label,
             .unit = "%{ID}/g",
             .group = "tumour",
             .numerator = all,
             .denominator_terms = mass,
             .least_denominator = least,
             .injected_agent = agent});
    }

    void add_elimination(const std::string& agent, const body::DrugBlock& drug) {
        add({.name = name("metabolised.injected_dose_fraction", agent),
             .label = "Metabolised: " + agent,
             .unit = "%{ID}",
             .group = "elimination",
             .numerator = {{drug.pool("metabolised"), 1.0}},
             .denominator = 1.0,
             .injected_agent = agent});
        add({.name = name("urine.injected_dose_fraction", agent),
             .label = "Urine: " + agent,
             .unit = "%{ID}",
             .group = "elimination",
             .numerator = join({{drug.pool("urine"), 1.0}}, carried(agent, {"urine"}, 1.0)),
             .denominator = 1.0,
             .injected_agent = agent});
        add({.name = name("bile.injected_dose_fraction", agent),
             .label = "Bile: " + agent,
             .unit = "%{ID}",
             .group = "elimination",
             .numerator = carried(agent, {"bile"}, 1.0),
             .denominator = 1.0,
             .injected_agent = agent});
    }

    const BuiltModel& built_;
    std::vector<Observable> result_;
    report::Status status_ = report::Status::predicted;  // of what is being added
};

}  // namespace

std::vector<Observable> agent_observables(const BuiltModel& built, const std::string& agent,
                                          const body::DrugBlock& drug) {
    return AgentCurves(built).make(agent, drug);
}

}  // namespace caravel::study
