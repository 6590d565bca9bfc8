#include "caravel/study/carrier_release.hpp"

#include "caravel/study/conditions.hpp"

namespace caravel::study {
namespace {

class Releases {
  public:
    Releases(BuiltModel& built, const StudyInput& study, matter::Library& library,
             const Cohort& cohort)
        : built_(built),
          study_(study),
          library_(library),
          cohort_(cohort),
          payloads_(study.formulations[static_cast<std::size_t>(cohort.formulation)].payloads) {}

    void add() {
        for (std::size_t i = 0; i < payloads_.size(); ++i)
            if (!payloads_[i].release.empty()) add_payload(i);
    }

  private:
    void add_payload(std::size_t i) {
        std::map<std::string, kinetics::CoefficientId> coefficients;
        for (const auto& place : cohort_.places.places()) {
            if (place.drug_place.empty()) continue;
            if (!coefficients.count(place.environment))
                coefficients[place.environment] = add_driver(i, place.environment);
            const std::string name = "release." + place.name + "." + cohort_.places.label() + "." +
                                     cohort_.places.payload_name(i);
            built_.model.add_transfer(name, place.species[i + 1],
                                      built_.drugs.at(payloads_[i].agent).pool(place.drug_place),
                                      coefficients[place.environment]);
        }
    }

    kinetics::CoefficientId add_driver(std::size_t i, const std::string& environment) {
        const auto id =
            built_.model.add_coefficient("release." + environment + "." + cohort_.places.label() +
                                             "." + cohort_.places.payload_name(i),
                                         0.0);
        ReleaseDriver driver{id, payloads_[i].release, cohort_.birth, environment, 0.0};
        for (const auto& tumour : built_.tumours)
            if (environment == tumour.name() + ".plasma")
                driver.transit_time =
                    tumour.parameters().vascular_fraction / tumour.parameters().blood_flow;
        for (const auto& release : payloads_[i].release)
            if (release.trigger)
                add_condition(built_, library_, study_.subject.conditions, environment,
                              release.trigger->signal);
        built_.releases.push_back(std::move(driver));
        return id;
    }

    BuiltModel& built_;
    const StudyInput& study_;
    matter::Library& library_;
    const Cohort& cohort_;
    const std::vector<formulation::Payload>& payloads_;
};

}  // namespace

bool is_memoryless(const formulation::Formulation& f) {
    for (const auto& payload : f.payloads)
        for (const auto& release : payload.release)
            if (!formulation::is_memoryless(release.law)) return false;
    return true;
}

void add_release(BuiltModel& built, const StudyInput& study, matter::Library& library,
                 const Cohort& cohort) {
    Releases(built, study, library, cohort).add();
}

}  // namespace caravel::study
