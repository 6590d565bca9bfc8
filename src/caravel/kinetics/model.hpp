// KineticModel: species, coefficients and reactions; the one way to write compartments and local
// chemistry. Blocks of several folders add to one model, which is then compiled and solved jointly.
#pragma once

#include "caravel/kinetics/expression.hpp"
#include "caravel/kinetics/rate_program.hpp"

#include <functional>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace caravel::kinetics {

/// Strong indices into a model.
struct SpeciesId {
    int index = -1;
};
struct CoefficientId {
    int index = -1;
};
struct SumId {
    int index = -1;
};

/// An amount at one place. `substance` groups species whose total the ledger closes (empty: not
/// conserved, e.g. cells). Infinite `scale`: a curve alone, which steers no step of Solver.
struct Species {
    std::string name{};       // "liver.interstitial.doxorubicin"
    std::string substance{};  // "doxorubicin"
    double scale = 1.0;       // typical magnitude: absolute tolerance = scale * relative * 1e-3
    bool non_negative = true;
};

struct Term {
    SpeciesId species;
    double weight = 1.0;
};

/// A factor g(x) of a rate, x = a sum of species, or the ratio of two. `a` and `b` are constants:
///   capacity    1 - x/a, 0 above a          michaelis   1/(1 + x/a)
///   hill        x^b/(a^b + x^b), 0 for x<=0  inhibition  a^b/(a^b + x^b)
///   exponential exp(-x/a)                    power       (x/a)^b
///   logarithm   ln(a/x)                      simeoni     (1 + (x/a)^b)^(-1/b)
///   linear      x/a                          logistic    1 - (x/a)^b  (may be negative)
/// Where x/a has no real power or logarithm, the argument (never the result) is held: power,
/// logarithm and logistic use max(x, 1e-30 a); inhibition and simeoni are 1 for x <= 0.
enum class Shape {
    capacity,
    michaelis,
    hill,
    inhibition,
    exponential,
    power,
    logarithm,
    simeoni,
    linear,
    logistic
};

struct Factor {
    Shape shape = Shape::linear;
    SumId argument;
    double a = 1.0;
    double b = 1.0;
    /// Index -1: none; else x = argument / max(divisor, 1e-30), e.g. amount over volume. Over an
    /// empty or negative volume x takes the sign of the argument and is very large, or 0 with it.
    SumId divisor{};
};

/// rate = coefficient * [substrate] * product of factors. Without substrate: zero order.
/// Optionally `second`: rate = coefficient * substrate * second * factors (mass action).
/// Or `expression` alone: the rate is a formula of names of species, coefficients and sums and of
/// `time`; nothing else of the law is then set.
struct RateLaw {
    CoefficientId coefficient;
    SpeciesId substrate{};  // index -1: none
    SpeciesId second{};     // index -1: none
    std::vector<Factor> factors;
    Expression expression{};
};

/// d species/dt += weight * rate for each term of `stoichiometry`.
struct Reaction {
    std::string name;
    std::vector<Term> stoichiometry;
    RateLaw law;
};

struct Coefficient {
    std::string name;
    double value = 0.0;  // SI
};

/// A linear combination of species (a concentration, a load, a volume).
struct Sum {
    std::string name;
    std::vector<Term> terms;
    double constant = 0.0;
};

/// Species, coefficients, sums and reactions under construction; names are unique.
class KineticModel {
  public:
    SpeciesId add_species(Species species, double initial = 0.0);
    CoefficientId add_coefficient(std::string name, double value);
    SumId add_sum(Sum sum);
    void add_reaction(Reaction reaction);

    /// Moves substance from one species to another with a first-order rate.
    void add_transfer(std::string name, SpeciesId from, SpeciesId to, CoefficientId rate,
                      std::vector<Factor> factors = {});

    /// Adds a reaction whose rate is a formula, e.g. "k * A * B / (K + A)". Throws InputError for a
    /// formula that cannot be read and std::invalid_argument for names the model does not have.
    void add_formula(std::string name, std::vector<Term> stoichiometry, std::string_view formula);
    /// Whether some reaction has an expression for its rate.
    bool has_expressions() const;

    /// Throws std::invalid_argument naming the species when absent.
    SpeciesId species(std::string_view name) const;
    bool has_species(std::string_view name) const;

    const std::vector<Species>& all_species() const { return species_; }
    const std::vector<Coefficient>& coefficients() const { return coefficients_; }
    const std::vector<Sum>& sums() const { return sums_; }
    const std::vector<Reaction>& reactions() const { return reactions_; }
    const std::vector<double>& initial() const { return initial_; }

    /// Throws std::invalid_argument naming the reaction whose stoichiometry creates or destroys a
    /// conserved substance (weights of one substance must add to 0, or the reaction must have no
    /// substrate: a declared source; expressions count as such).
    void check_conservation() const;

  private:
    void expect_known(SpeciesId id, std::string_view user) const;
    void expect_known_names(const RateLaw& law, std::string_view user) const;
    void expect_known_parts(const RateLaw& law, std::string_view user) const;

    std::vector<Species> species_;
    std::vector<double> initial_;
    std::vector<Coefficient> coefficients_;
    std::vector<Sum> sums_;
    std::vector<Reaction> reactions_;
    std::map<std::string, int, std::less<>> species_index_;
    std::set<std::string, std::less<>> coefficient_names_;
    std::set<std::string, std::less<>> sum_names_;
    std::set<std::string, std::less<>> reaction_names_;
};

/// Flat sparse form of a model for evaluation; immutable and shareable between threads.
class CompiledModel {
  public:
    explicit CompiledModel(const KineticModel& model);
    /// Number of species.
    int size() const { return program_.size; }
    int coefficient_count() const { return program_.coefficient_count; }
    /// Values at compile time (SI).
    std::span<const double> coefficients() const { return coefficients_; }
    const KineticModel& model() const { return model_; }

    /// dy/dt at (y, coefficients); all spans in model order. `time` is for expressions.
    void rates(std::span<const double> y, std::span<const double> coefficients,
               std::span<double> dydt, double time = 0.0) const;
    /// Column-compressed Jacobian pattern and its values in that order.
    std::span<const int> column_starts() const { return program_.column_starts; }
    std::span<const int> row_indices() const { return program_.row_indices; }
    void jacobian(std::span<const double> y, std::span<const double> coefficients,
                  std::span<double> values, double time = 0.0) const;
    /// Dense row-major Jacobian (for tests and oracles).
    std::vector<double> dense_jacobian(std::span<const double> y,
                                       std::span<const double> coefficients,
                                       double time = 0.0) const;
    /// The reactions whose rate is an expression, with their derivatives; species in model order.
    const ExpressionProgram& expressions() const { return program_.expressions; }
    /// Value of a sum at y. Throws std::invalid_argument when the model has no such sum.
    double sum(SumId id, std::span<const double> y) const;

  private:
    KineticModel model_;
    RateProgram program_;
    std::vector<double> coefficients_;
};

}  // namespace caravel::kinetics
