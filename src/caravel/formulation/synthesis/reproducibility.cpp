#include "caravel/formulation/synthesis/reproducibility.hpp"

#include "caravel/base/error.hpp"
#include "caravel/exec/random.hpp"

#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace caravel::formulation::synthesis {
namespace {

constexpr std::uint32_t purpose = 0x5e17;  // batches of a recipe

constexpr int classes = 32;

/// Quantile of chi-square over its degrees of freedom (Wilson, Hilferty 1931), z the normal one.
double chi_square_share(double freedom, double z) {
    const double a = 2.0 / (9.0 * freedom);
    const double root = 1.0 - a + z * std::sqrt(a);
    return root * root * root;
}

/// Deviates the numbers of one batch; each call draws anew.
class Deviation {
  public:
    Deviation(const Tolerances& tolerances, std::uint64_t seed, std::uint64_t batch)
        : tolerances_(tolerances), stream_(seed, purpose, batch) {}

    void concentration(double& value) { scale(value, tolerances_.concentration); }
    void time(double& value) { scale(value, tolerances_.time); }
    void intensity(double& value) { scale(value, tolerances_.intensity); }
    double temperature_offset() { return tolerances_.temperature * exec::normal(stream_); }

  private:
    void scale(double& value, double tolerance) {
        value = exec::lognormal(stream_, value, tolerance);
    }
    Tolerances tolerances_;
    exec::RandomStream stream_;
};

struct Vary {
    Deviation& by;

    void operator()(Solution& s) const {
        by.concentration(s.precursor);
        by.concentration(s.reagent_ratio);
        for (Stabiliser& stabiliser : s.stabilisers) by.concentration(stabiliser.concentration);
        by.time(s.duration);
        by.intensity(s.feed_rate);
        by.time(s.ageing_duration);
        const double offset = by.temperature_offset();
        s.temperature += offset;
        for (double& t : s.programme) t += offset;
        s.ageing_temperature += by.temperature_offset();
    }
    void operator()(Burst& r) const { (*this)(r.solution); }
    void operator()(Coprecipitation& r) const { (*this)(r.solution); }
    void operator()(SolGel& r) const { (*this)(r.solution); }
    void operator()(Hydrothermal& r) const { (*this)(r.solution); }
    void operator()(ThermalDecomposition& r) const { (*this)(r.solution); }
    void operator()(Photochemical& r) const {
        (*this)(r.solution);
        by.intensity(r.irradiance);
    }
    void operator()(SeededGrowth& r) const {
        (*this)(r.solution);
        by.concentration(r.seed_number);
    }
    void operator()(CitrateReduction& r) const {
        by.concentration(r.gold);
        by.concentration(r.citrate);
        by.time(r.duration);
        r.temperature += by.temperature_offset();
    }
    void operator()(Microemulsion& r) const {
        by.concentration(r.precursor);
        by.concentration(r.water_to_surfactant);
        by.intensity(r.exchange_time);
        by.time(r.reaction_time);
    }
    void operator()(Nanoprecipitation& r) const {
        by.concentration(r.polymer_concentration);
        by.concentration(r.stabiliser_concentration);
        by.concentration(r.ionic_strength);
        by.intensity(r.mixing_time);
        r.temperature += by.temperature_offset();
    }
    void operator()(EmulsionEvaporation& r) const {
        by.concentration(r.polymer_concentration);
        by.concentration(r.stabiliser_concentration);
        by.intensity(r.power_density);
        r.temperature += by.temperature_offset();
    }
    void operator()(BallMilling& r) const {
        by.intensity(r.speed);
        by.concentration(r.ball_to_powder);
        by.time(r.duration);
    }
    void operator()(WireExplosion& r) const {
        by.intensity(r.energy_ratio);
        by.intensity(r.medium_density);
    }
};

}  // namespace

Recipe batch_of(const Recipe& recipe, std::uint64_t seed, std::uint64_t batch) {
    Recipe varied = recipe;
    Deviation deviation(recipe.tolerances, seed, batch);
    std::visit(Vary{deviation}, varied.method);
    return varied;
}

Reproducibility reproduce(const Recipe& recipe, const Parameters& parameters, int batches,
                          std::uint64_t seed) {
    if (batches < 2)
        throw InputError(
            Diagnostic{{}, fmt::format("{} batches asked for", batches), "at least 2", ""});
    Reproducibility r;
    r.batches = batches;
    double mean = 0.0;
    double squares = 0.0;  // sum of squared deviations (Welford)
    double yield = 0.0;
    bool has_yield = false;
    int made = 0;
    for (int batch = 0; batch < batches; ++batch) {
        SynthesisOutcome outcome;
        try {
            outcome = make(batch_of(recipe, seed, static_cast<std::uint64_t>(batch)), parameters,
                           classes);
        } catch (const InputError&) {
            outcome.formed = false;
        } catch (const NumericalError&) {
            outcome.formed = false;
        }
        if (!outcome.formed) {
            ++r.failed;
            continue;
        }
        ++made;
        const double step = outcome.mean_diameter - mean;
        mean += step / made;
        squares += step * (outcome.mean_diameter - mean);
        has_yield = outcome.yield.has_value();
        yield += outcome.yield.value_or(0.0);
    }
    r.mean_diameter = mean;
    if (made > 1) {
        r.between_batches = std::sqrt(squares / (made - 1)) / mean;
        r.low = r.between_batches / std::sqrt(chi_square_share(made - 1, 1.959964));
        r.high = made > 2 ? r.between_batches / std::sqrt(chi_square_share(made - 1, -1.959964))
                          : std::numeric_limits<double>::infinity();
    }
    if (made > 0 && has_yield) r.yield = yield / made;
    return r;
}

}  // namespace caravel::formulation::synthesis
