// A carrier with one payload in a reference mouse, every rate known.
#pragma once

#include "caravel/body/carrier.hpp"
#include "example_body.hpp"

namespace caravel::test {

/// No uptake, no elimination; walls let a little through.
inline body::CarrierKinetics inert_carrier(const body::Physiology& body) {
    body::CarrierKinetics k;
    k.name = "probe";
    for (const auto& organ : body.organs)
        k.organs[organ.name].permeability_surface = 1e-3 * organ.volume;  // m3/s
    return k;
}

/// Model, cohort and drug of one carrier "probe" that carries "cargo".
struct CarrierModel {
    explicit CarrierModel(const body::CarrierKinetics& k,
                          body::Physiology subject = reference_mouse())
        : body(std::move(subject)), cohort("probe", "carrier probe", {"cargo"}, {1e-6, 1e-9}) {
        body::DrugDisposition disposition;
        disposition.agent = "cargo";
        body::DrugBlock drug(model, body, disposition, 0.5, 1e-9);
        drug.add_reactions(model, body, rest_flow(body));
        drugs.emplace("cargo", drug);
        body::add_body_places(model, cohort, body);
        body::CarrierSums sums;
        for (const auto& organ : body.organs) {
            const std::string place = organ.name + ".captured";
            sums.captured[organ.name] =
                model.add_sum({place, {{cohort.place(place).species[0], 1.0}}, 0.0});
        }
        body::add_body_reactions(model, cohort, body, k, sums, rest_flow(body), drugs);
    }

    kinetics::SpeciesId carrier(const std::string& place) const {
        return cohort.place(place).species[0];
    }
    kinetics::SpeciesId cargo(const std::string& place) const {
        return cohort.place(place).species[1];
    }
    /// Carrier mass (kg) in the vein with `ratio` mol of cargo per kg.
    std::vector<double> injected(double mass, double ratio) const {
        std::vector<double> y(model.initial());
        amount(y, carrier("venous")) = mass;
        amount(y, cargo("venous")) = mass * ratio;
        return y;
    }
    double total_carrier(const std::vector<double>& y) const {
        double sum = 0.0;
        for (const auto& place : cohort.places()) sum += amount(y, place.species[0]);
        return sum;
    }
    /// Inside carriers and free (mol).
    double total_cargo(const std::vector<double>& y) const {
        double sum = 0.0;
        for (const auto& place : cohort.places()) sum += amount(y, place.species[1]);
        for (const auto& [place, id] : drugs.at("cargo").pools()) sum += amount(y, id);
        return sum;
    }

    body::Physiology body;
    kinetics::KineticModel model;
    body::CarrierCohort cohort;
    std::map<std::string, body::DrugBlock> drugs;
};

}  // namespace caravel::test
