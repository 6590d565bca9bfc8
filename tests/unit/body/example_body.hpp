// Subjects built from the tables under data/, and drugs of which everything is known.
#pragma once

#include "caravel/body/drug.hpp"
#include "caravel/body/physiology.hpp"
#include "caravel/kinetics/solver.hpp"

#include <filesystem>
#include <limits>
#include <string>
#include <vector>

namespace caravel::test {

inline std::filesystem::path data_folder() {
    return std::filesystem::path(CARAVEL_SOURCE_DIR) / "data";
}

inline body::Physiology subject_of(const body::SubjectInput& subject,
                                   const std::vector<body::TumourDemand>& tumours = {}) {
    matter::Library library(data_folder());
    return body::make_physiology(subject, tumours, library, data_folder() / "circulation.csv");
}

inline body::Physiology reference_mouse(const std::vector<body::TumourDemand>& tumours = {}) {
    return subject_of({}, tumours);
}

/// The whole flow of the rest when there is no tumour.
inline body::RestFlow rest_flow(const body::Physiology& body) {
    return {body.organ("rest").arterial_flow, {}};
}

/// A drug that prefers tissues to plasma and plasma to red cells; nothing eliminates it.
inline body::DrugDisposition inert_drug() {
    body::DrugDisposition drug;
    drug.agent = "probe";
    drug.blood_to_plasma = 0.8;
    drug.default_partition = 2.0;
    drug.partitions = {{"liver", 40.0}, {"fat", 0.3}};
    return drug;
}

template <class Action>
std::string message_of(const Action& action) {
    try {
        action();
    } catch (const InputError& error) {
        return error.what();
    }
    return "no error";
}

/// State of a model after `duration` (s) from `y`.
inline std::vector<double> integrate(const kinetics::KineticModel& model, std::vector<double> y,
                                     double duration, double relative_tolerance = 1e-9) {
    const kinetics::CompiledModel compiled(model);
    kinetics::SolverOptions options;
    options.relative_tolerance = relative_tolerance;
    kinetics::Solver solver(compiled, options);
    double step = 0.0;
    solver.advance(y, 0.0, duration, step);
    return y;
}

inline std::vector<double> rates_at(const kinetics::KineticModel& model,
                                    const std::vector<double>& y) {
    const kinetics::CompiledModel compiled(model);
    std::vector<double> rates(y.size());
    compiled.rates(y, compiled.coefficients(), rates);
    return rates;
}

inline double& amount(std::vector<double>& y, kinetics::SpeciesId id) {
    return y[static_cast<std::size_t>(id.index)];
}
inline double amount(const std::vector<double>& y, kinetics::SpeciesId id) {
    return y[static_cast<std::size_t>(id.index)];
}

}  // namespace caravel::test
