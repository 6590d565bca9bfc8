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
        for (std::size_t t = 0; t < built_.tumours.size(); ++t) {
            in_space_ = is_in_space(built_, built_.tumours[t]);
            add_tumour(built_.tumours[t]);
            add_receptors(t);
        }
        return std::move(result_);
    }

  private:
    void add(Observable observable) {
        const bool calibrated = built_.carrier_kinetics[index()].calibrated && !in_space_;
        observable.status = calibrated ? report::Status::calibrated : report::Status::predicted;
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

    /// Share of a tumour's receptors that hold a carrier, on the surface of cells.
    void add_receptors(std::size_t t) {
        const auto& tumour = built_.tumours[t];
        std::vector<std::string> places;
        for (auto& place : tumour_places(built_, tumour.name()))
            if (is_on_receptors(place, tumour.name())) places.push_back(std::move(place));
        for (const auto& receptors : built_.receptors) {
            if (receptors.tumour != t || receptors.formulation != index()) continue;
            add({.name = fmt::format("{}.receptors_taken{}", tumour.name(), suffix_),
                 .label = title(tumour.name()) + ": receptors taken by " + particle_,
                 .unit = "%",
                 .group = "tumour",
                 .numerator = at(places),
                 .denominator_terms = volume_terms(tumour, receptors.capacity),
                 .least_denominator = stated_volume(tumour) * receptors.capacity});
            result_.back().injected_carrier = -1;
        }
    }

    std::size_t index() const { return static_cast<std::size_t>(formulation_); }

    const BuiltModel& built_;
    int formulation_;
    const std::string& particle_;
    std::string suffix_;
    bool in_space_ = false;  // the tumour that is being added
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
