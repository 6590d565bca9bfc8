// Light, heat, cold and chemistry in the tissue, together: one solver for what exchanges within
// seconds.
#pragma once

#include "caravel/response/treatment/lesion.hpp"
#include "caravel/response/treatment/treatment_plan.hpp"

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace caravel::response {

/// One quantity in every voxel, for files and pictures (SI).
struct TreatmentField {
    std::string name{};   // "temperature"
    std::string label{};  // "temperature"
    std::string unit{};   // UCUM, in which it is shown
    std::vector<double> values{};
};

/// Energy (J) and light so far.
struct TreatmentBooks {
    double light_launched = 0.0;
    double light_absorbed = 0.0;
    double light_by_agents = 0.0;
    double light_emitted = 0.0;     // launched again by agents that glow
    double emitted_absorbed = 0.0;  // of that, in the tissue
    double magnetic = 0.0;          // by particles
    double eddy = 0.0;
    double microwave = 0.0;
    tissue::HeatBalance heat{};
    double hottest = 0.0;  // K, anywhere, ever
    double coldest = 0.0;  // K
    std::int64_t photons = 0;
    std::int64_t steps = 0;
};

struct TreatmentHooks {
    std::function<void(double, double)> progress{};  // s done, s in all
    std::function<bool()> interrupted{};
};

/// State: rows of one value per voxel (temperature, enthalpy where it freezes, damage,
/// photochemistry, fluence rate of every light as last computed), then scalars (controllers,
/// books); everything that changes is in it.
class Treatment {
  public:
    /// `plan` must outlive the treatment. Throws InputError for what cannot be: light without
    /// optical data, overlapping probes, sources outside of the domain, symmetric domains under
    /// light that is not.
    Treatment(const TreatmentPlan& plan, matter::Library& library, int threads);
    ~Treatment();
    Treatment(Treatment&&) noexcept;
    Treatment& operator=(Treatment&&) noexcept;

    std::size_t size() const;
    void initialise(std::span<double> state, const TreatmentLoad& load) const;
    /// Times (s) at which something begins or ends.
    std::vector<double> events() const;
    /// Whether something acts in [start, end], or tissue is still off its rest temperature.
    bool active(std::span<const double> state, double start, double end) const;
    /// Advances the state over [start, end] (s) in its own steps. Throws NumericalError.
    void advance(std::span<double> state, const TreatmentLoad& load, double start, double end,
                 const TreatmentHooks& hooks = {}) const;

    std::span<const double> temperature(std::span<const double> state) const;  // K
    /// Share of cells that live, of all causes.
    void survival(std::span<const double> state, std::span<double> share) const;
    void perfusion(std::span<const double> state, std::span<double> factor) const;
    TreatmentBooks books(std::span<const double> state) const;
    /// Power of every steered source as a share of full power, and its thermometer's last reading.
    std::vector<stimulus::ControlMemory> controllers(std::span<const double> state) const;
    /// Relative standard error that the photons of a light leave in the largest rise of temperature
    /// (the largest of its runs); 0 where it is not known: without photons, or before its first.
    double rise_error(std::span<const double> state, std::size_t light) const;
    /// Sentences about lights whose photons leave a temperature uncertain by more than 5 %, and
    /// about those that diffusion does not describe.
    std::vector<std::string> doubts(std::span<const double> state) const;
    std::vector<TreatmentField> fields(std::span<const double> state) const;
    /// Sentences for the report: what was assumed, what is outside of validity, what is unsafe.
    const std::vector<std::string>& notes() const;

    struct Work;

  private:
    std::unique_ptr<Work> work_;
};

}  // namespace caravel::response
