#include "caravel/study/observable_groups.hpp"
#include "caravel/study/observable_terms.hpp"

#include <fmt/format.h>

#include <limits>

namespace caravel::study {
namespace {

using kinetics::Term;

class CarrierCurves {
  public:
    CarrierCurves(const BuiltModel& built, const StudyInput& study, int formulation)
        : built_(built),
          formulation_(formulation),
          particle_(study.formulations[static_cast<std::size_t>(formulation)].name),
          suffix_(study.formulations.size() > 1 ? "[" + particle_ + "]" : std::string()) {}

    std::vector<Observable> make() {
        add_blood();
        for (const auto& organ : built_.physiology.organs) add_organ(organ);
        for (const auto& tumour : built_.tumours) add_tumour(tumour);
        return std::move(result_);
    }

  private:
    void add(Observable observable) {
        const auto f = static_cast<std::size_t>(formulation_);
        observable.status = built_.carrier_kinetics[f].calibrated ? report::Status::calibrated
                                                                  : report::Status::predicted;
        observable.injected_carrier = formulation_;
        result_.push_back(std::move(observable));
    }

    std::string label(const std::string& place) const {
        return title(place) + ": " + particle_ + " carrier";
    }

    /// Carriers at the places.
    std::vector<Term> at(const std::vector<std::string>& places) const {
        std::vector<Term> terms;
        for (const auto& cohort : built_.cohorts)
            if (cohort.formulation == formulation_)
                for (const auto& place : places)
                    if (cohort.places.has_place(place))
                        terms.push_back({cohort.places.place(place).species[0], 1.0});
        return terms;
    }

    void add_blood() {
        const auto& body = built_.physiology;
        add({.name = "blood.carrier_injected_dose_fraction" + suffix_,
             .label = label("blood"),
             .unit = "%{ID}",
             .group = "blood",
             .numerator = at({"arterial"}),
             .denominator = body.arterial_volume / body.blood_volume()});
        add({.name = "blood.carrier_injected_dose_per_gram" + suffix_,
             .label = label("blood"),
             .unit = "%{ID}/g",
             .group = "blood",
             .numerator = at({"arterial"}),
             .denominator = body.arterial_volume * tissue_density});
    }

    void add_organ(const body::Organ& organ) {
        add({.name = organ.name + ".carrier_injected_dose_per_gram" + suffix_,
             .label = label(organ.name),
             .unit = "%{ID}/g",
             .group = "organs",
             .numerator = at(
                 {organ.name + ".plasma", organ.name + ".interstitium", organ.name + ".captured"}),
             .denominator = organ.volume * tissue_density});
    }

    void add_tumour(const tissue::LumpedTumour& tumour) {
        const std::string& t = tumour.name();
        const auto places = at(tumour_places(built_, t));
        add({.name = fmt::format("{}.delivery_efficiency{}", t, suffix_),
             .label = label(t),
             .unit = "%{ID}",
             .group = "tumour",
             .numerator = places,
             .denominator = 1.0});
        add({.name = fmt::format("{}.carrier_injected_dose_per_gram{}", t, suffix_),
             .label = label(t),
             .unit = "%{ID}/g",
             .group = "tumour",
             .numerator = places,
             .denominator_terms = volume_terms(tumour, tissue_density),
             .least_denominator = stated_volume(tumour) * tissue_density});
    }

    const BuiltModel& built_;
    int formulation_;
    const std::string& particle_;
    std::string suffix_;
    std::vector<Observable> result_;
};

}  // namespace

std::vector<Observable> carrier_observables(const BuiltModel& built, const StudyInput& study,
                                            int formulation) {
    if (injected_carrier(built, formulation, std::numeric_limits<double>::infinity()) <= 0.0)
        return {};
    return CarrierCurves(built, study, formulation).make();
}

}  // namespace caravel::study
