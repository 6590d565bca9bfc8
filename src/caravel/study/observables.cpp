#include "caravel/study/observables.hpp"

#include "caravel/study/observable_groups.hpp"
#include "caravel/study/observable_terms.hpp"

#include <limits>

namespace caravel::study {
namespace {

using kinetics::Term;

void append(std::vector<Observable>& list, std::vector<Observable> more) {
    for (auto& observable : more) list.push_back(std::move(observable));
}

/// What follows of tumours' cells and of the blood's.
class CellCurves {
  public:
    explicit CellCurves(const BuiltModel& built) : built_(built) {}

    std::vector<Observable> make() {
        for (const auto& tumour : built_.tumours) add_cells(tumour);
        for (const auto& [name, species] : built_.blood_cells)
            add({.name = "blood." + name,
                 .label = "Circulating " + name,
                 .unit = "10*9/L",
                 .group = "toxicity",
                 .numerator = {{species, 1.0}},
                 .denominator = 1.0});
        return std::move(result_);
    }

  private:
    void add(Observable observable) {
        observable.status = report::Status::predicted;
        result_.push_back(std::move(observable));
    }

    /// What changes the vessels of a tumour in space, and what light, heat and cold do to it.
    void add_fields(const std::string& t) {
        const auto record = [&](const char* what, const char* label, const char* unit) {
            if (!built_.model.has_species(t + what)) return;
            add({.name = t + what,
                 .label = title(t) + label,
                 .unit = unit,
                 .group = "tumour",
                 .numerator = {{built_.model.species(t + what), 1.0}},
                 .denominator = 1.0});
        };
        record(".vessel_density", ": vessels per volume against the start", "1");
        record(".temperature_mean", ": mean temperature", "Cel");
        record(".temperature_max", ": highest temperature", "Cel");
        record(".treatment_survival", ": cells that light, heat and cold left", "%");
    }

    void add_cells(const tissue::LumpedTumour& tumour) {
        const std::string& t = tumour.name();
        add({.name = t + ".volume",
             .label = title(t) + ": volume",
             .unit = "mm3",
             .group = "tumour",
             .numerator = volume_terms(tumour, 1.0),
             .denominator = 1.0});
        std::vector<Term> viable;
        for (std::size_t i = 0; i < tumour.parameters().populations.size(); ++i)
            viable.push_back({tumour.population(i), 1.0});
        add({.name = t + ".survival_fraction",
             .label = title(t) + ": viable volume against the start",
             .unit = "1",
             .group = "tumour",
             .numerator = viable,
             .denominator = tumour.parameters().volume});
        add_fields(t);
        if (viable.size() < 2) return;
        for (std::size_t i = 0; i < viable.size(); ++i)
            add({.name = t + ".population_fraction." + tumour.parameters().populations[i].name,
                 .label = title(t) + ": " + tumour.parameters().populations[i].name + " cells",
                 .unit = "%",
                 .group = "tumour",
                 .numerator = {viable[i]},
                 .denominator_terms = viable});
    }

    const BuiltModel& built_;
    std::vector<Observable> result_;
};

}  // namespace

std::vector<Observable> make_observables(const BuiltModel& built, const StudyInput& study) {
    std::vector<Observable> all;
    for (const auto& [agent, drug] : built.drugs)
        if (injected_amount(built, agent, std::numeric_limits<double>::infinity()) > 0.0)
            append(all, agent_observables(built, agent, drug));
    for (std::size_t f = 0; f < study.formulations.size(); ++f)
        append(all, carrier_observables(built, study, static_cast<int>(f)));
    append(all, CellCurves(built).make());
    return all;
}

}  // namespace caravel::study
