#include "caravel/kinetics/sensitivity.hpp"

#include "caravel/kinetics/sensitivity_integration.hpp"
#include "caravel/kinetics/sensitivity_work.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>
#include <variant>

namespace caravel::kinetics {

namespace {

[[noreturn]] void refuse(const std::string& parameter, const std::string& what,
                         const std::string& expected, const std::string& hint = {}) {
    throw InputError(Diagnostic{
        {}, fmt::format("sensitivity parameter '{}': {}", parameter, what), expected, hint});
}

void expect_weight(const SensitivityParameter& parameter, double weight) {
    if (!std::isfinite(weight)) {
        refuse(parameter.name, fmt::format("a weight is {}", weight), "a finite derivative");
    }
}

void expect_index(const SensitivityParameter& parameter, int index, std::size_t count,
                  const char* kind) {
    if (index < 0 || static_cast<std::size_t>(index) >= count) {
        refuse(parameter.name, fmt::format("the model has no {} {}", kind, index),
               fmt::format("an index from 0 to below {}", count),
               "the ids belong to the model they were made by");
    }
}

void expect_valid(const KineticModel& model, const std::vector<SensitivityParameter>& parameters) {
    std::size_t factors = 0;
    for (const Reaction& reaction : model.reactions()) {
        factors += reaction.law.factors.size();
    }
    for (const SensitivityParameter& parameter : parameters) {
        for (const CoefficientWeight& link : parameter.coefficients) {
            expect_index(parameter, link.coefficient.index, model.coefficients().size(),
                         "coefficient");
            expect_weight(parameter, link.weight);
        }
        for (const Term& term : parameter.initial) {
            expect_index(parameter, term.species.index, model.all_species().size(), "species");
            expect_weight(parameter, term.weight);
        }
        for (const auto* list : {&parameter.factor_a, &parameter.factor_b}) {
            for (const FactorWeight& link : *list) {
                expect_index(parameter, static_cast<int>(link.place), factors, "factor");
                expect_weight(parameter, link.weight);
            }
        }
        if (!(parameter.scale > 0.0) || !std::isfinite(parameter.scale)) {
            refuse(parameter.name, fmt::format("the scale is {}", parameter.scale),
                   "a typical magnitude greater than 0");
        }
    }
}

void expect_sizes(const SensitivitySolver::Work& work, std::span<const double> y,
                  std::span<const double> sensitivities) {
    if (y.size() != work.species()) {
        throw std::invalid_argument("the state does not have one value per species");
    }
    if (sensitivities.size() != work.species() * work.parameters.size()) {
        throw std::invalid_argument(
            "the sensitivities do not have one value per species and parameter");
    }
}

void expect_valid(const SensitivityCall& call) {
    if (!(call.end >= call.start) || !std::isfinite(call.end) || !std::isfinite(call.start)) {
        throw std::invalid_argument("the time interval must be finite and not run backwards");
    }
    const auto& times = call.output_times;
    if (!std::is_sorted(times.begin(), times.end()) ||
        (!times.empty() && (times.front() < call.start || times.back() > call.end))) {
        throw std::invalid_argument("output times must ascend inside the time interval");
    }
    if (!times.empty() && !call.sink) {
        throw std::invalid_argument("output times need a sink");
    }
}

// A model's numbers are checked before work space is made from them.
std::vector<SensitivityParameter> checked(const CompiledModel& model,
                                          std::vector<SensitivityParameter> parameters) {
    expect_valid(model.model(), parameters);
    return parameters;
}

}  // namespace

SensitivitySolver::SensitivitySolver(const CompiledModel& model, SolverOptions options,
                                     std::vector<SensitivityParameter> parameters,
                                     SensitivityOptions sensitivity)
    : work_(std::make_unique<Work>(model, options, checked(model, std::move(parameters)),
                                   sensitivity)) {}
SensitivitySolver::~SensitivitySolver() = default;
SensitivitySolver::SensitivitySolver(SensitivitySolver&&) noexcept = default;
SensitivitySolver& SensitivitySolver::operator=(SensitivitySolver&&) noexcept = default;

std::size_t SensitivitySolver::species_count() const { return work_->species(); }
std::size_t SensitivitySolver::parameter_count() const { return work_->parameters.size(); }

void SensitivitySolver::start(std::span<double> sensitivities) const {
    const std::size_t count = parameter_count();
    if (sensitivities.size() != species_count() * count) {
        throw std::invalid_argument(
            "the sensitivities do not have one value per species and parameter");
    }
    std::fill(sensitivities.begin(), sensitivities.end(), 0.0);
    for (std::size_t p = 0; p < count; ++p) {
        for (const Term& term : work_->parameters[p].initial) {
            sensitivities[static_cast<std::size_t>(term.species.index) * count + p] += term.weight;
        }
    }
}

double SensitivitySolver::advance(std::span<double> y, std::span<double> sensitivities, double t0,
                                  double t1, double& next_step, const SensitivityForcing& forcing,
                                  std::span<const double> output_times, const SensitivitySink& sink,
                                  std::span<const CrossingEvent> events) {
    if (!events.empty()) {
        throw NotAvailable(
            "sensitivities across a crossing event: the time of the crossing depends on the "
            "parameters; integrate to a fixed time, or use finite differences");
    }
    expect_sizes(*work_, y, sensitivities);
    const SensitivityCall call{y, sensitivities, t0, t1, next_step, forcing, output_times, sink};
    expect_valid(call);
    return std::visit(
        [&]<class Tableau>(RosenbrockStep<Tableau>& stepper) {
            return SensitivityIntegration<Tableau>(*work_, stepper, call).run();
        },
        work_->state.stepper);
}

void SensitivitySolver::jump(const SensitivityJump& jump, double t, std::span<double> y,
                             std::span<double> sensitivities, const SensitivityForcing& forcing) {
    expect_sizes(*work_, y, sensitivities);
    const std::size_t count = parameter_count();
    const auto expect_known = [&](int species, std::size_t parameter) {
        if (species < 0 || static_cast<std::size_t>(species) >= species_count() ||
            (parameter != 0 && parameter >= count)) {
            throw InputError(Diagnostic{
                {},
                fmt::format("jump of species {} by parameter {}", species, parameter),
                fmt::format("a species below {} and a parameter below {}", species_count(), count),
                "the parameters are counted as they were given to the solver"});
        }
    };
    std::vector<double> before(y.size());
    std::vector<double> after(y.size());
    std::vector<double> coefficients = work_->state.coefficients;
    if (forcing && !jump.delays.empty()) {
        std::vector<double> weights = work_->weights;
        forcing(t, coefficients, weights);
    }
    work_->state.model.rates(y, coefficients, before, t);
    for (const Term& term : jump.amounts) {
        expect_known(term.species.index, 0);
        y[static_cast<std::size_t>(term.species.index)] += term.weight;
    }
    for (const SensitivityJump::Change& change : jump.changes) {
        expect_known(change.species.index, change.parameter);
        sensitivities[static_cast<std::size_t>(change.species.index) * count + change.parameter] +=
            change.weight;
    }
    work_->state.model.rates(y, coefficients, after, t);
    for (const SensitivityJump::Delay& delay : jump.delays) {
        expect_known(0, delay.parameter);
        for (std::size_t i = 0; i < y.size(); ++i) {
            sensitivities[i * count + delay.parameter] += (before[i] - after[i]) * delay.weight;
        }
    }
}

std::span<double> SensitivitySolver::coefficients() { return work_->state.coefficients; }
std::span<double> SensitivitySolver::coefficient_weights() { return work_->weights; }
const SolverStatistics& SensitivitySolver::statistics() const { return work_->state.statistics; }

}  // namespace caravel::kinetics
