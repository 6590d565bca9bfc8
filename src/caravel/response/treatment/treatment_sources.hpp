// What coils, antennas and probes do in every voxel of a treatment.
#pragma once

#include "caravel/response/treatment/treatment.hpp"

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace caravel::response {

/// Share (0 to 1) of full power that the controllers leave a source of this name.
using PowerShare = std::function<double(const std::string&)>;

/// Share (0 to 1) of [start, end] in which something from `at` for `duration` (s) is on.
double overlap(double at, double duration, double start, double end);

/// Middle (m) of a domain, its mirror images included.
std::vector<double> middle_of(const tissue::Domain& domain);

/// Patterns at full power, computed once.
class TreatmentSources {
  public:
    /// `plan` must outlive the sources. Throws InputError for probes that overlap or are outside,
    /// and for anything but a uniform field in a symmetric domain.
    TreatmentSources(const TreatmentPlan& plan, matter::Library& library);

    /// Adds the mean power (W/m3) over [start, end] to `source`, and its energy (J) to the books.
    void add_power(std::span<double> source, const TreatmentLoad& load, const PowerShare& share,
                   double start, double end, TreatmentBooks& books) const;
    /// Conductance (W/m3/K) and temperature (K) of air, vessels and probes in the middle of a step;
    /// false when none touches tissue.
    bool contacts(std::span<double> conductance, std::span<double> temperature,
                  const PowerShare& share, double start, double end) const;
    /// Whether a coil, antenna or probe acts in [start, end].
    bool acts(double start, double end) const;
    /// Times (s) at which one begins, ends or has a kink.
    std::vector<double> events() const;
    const std::vector<std::string>& notes() const { return notes_; }

  private:
    void make_skin();
    void make_vessels();
    void make_coil(const stimulus::CoilInput& coil, matter::Library& library);
    double tissue_conductivity(std::size_t tissue, double frequency,
                               matter::Library& library) const;

    const TreatmentPlan& plan_;
    std::vector<std::vector<double>> amplitude_;  // A/m, per coil and voxel
    std::vector<std::vector<double>> eddy_;       // W/m3
    std::vector<std::vector<double>> microwave_;  // W/m3
    std::vector<std::vector<double>> probe_;      // W/m3/K
    tissue::HeatContacts standing_;               // air and vessels; empty: neither
    std::vector<std::string> notes_;
};

}  // namespace caravel::response
