// What articles measure where the laws speak of particles: how held-out values lie about the raw
// forecasts, place by place, by robust regression.
#pragma once

#include "caravel/inference/delivery/mechanism_model.hpp"

namespace caravel::inference::delivery {

/// Terms of the observation law, value = raw + sum of coefficient x term, all log10.
namespace observation {
enum : std::size_t {
    shift,             // 1
    slope,             // raw + 1.5
    log_time,          // log10(t / 8 h)
    log_time_squared,  // the same squared
    greatest,          // 1 for the greatest of several times
    untold_dose,       // 1 where no mass of particles is told: mostly radioactive doses
    chelator,          // 1 where the coating names a chelator of metal labels
    log_dose,          // log10(dose / (10 mg/kg)), 0 where not told
    log_mass,          // log10(tumour mass / 0.3 g), 0 where not told or asked elsewhere
    count
};
}  // namespace observation
const std::vector<std::string>& observation_names();
using ObservationTerms = std::array<double, observation::count>;

/// The terms of a forecast `raw` (log10 fraction) at a place and time (s). Of a tumour dose and
/// label are left out: two classes of few articles.
ObservationTerms observation_terms(const DeliveryCase& asked, Place place, double raw, double time,
                                   bool is_greatest);

/// raw + sum of coefficient x term.
double observed_median(std::span<const double> coefficients, double raw,
                       const ObservationTerms& terms);

/// A held-out value.
struct HeldOut {
    double raw = 0.0;
    double observed = 0.0;
    ObservationTerms terms{};
    double weight = 1.0;
};

/// Coefficients that minimise sum of weight x Huber(error; `bend` decades) + ridge/2 x sum of
/// squares: nearly a median for a small bend. Zeros for no values.
std::vector<double> fit_observation(std::span<const HeldOut> values, double bend);

}  // namespace caravel::inference::delivery
