#include "caravel/inference/delivery/mechanism_observation.hpp"

#include <algorithm>
#include <cmath>

namespace caravel::inference::delivery {

namespace {

bool names_chelator(const std::string& coating) {
    static constexpr std::array<const char*, 8> words = {"NOTA",  "DOTA", "NODAGA", "DTPA",
                                                         "HYNIC", "DFO",  "TETA",   "CB-TE2A"};
    return std::any_of(words.begin(), words.end(), [&coating](const char* word) {
        return coating.find(word) != std::string::npos;
    });
}

}  // namespace

const std::vector<std::string>& observation_names() {
    static const std::vector<std::string> names = {
        "shift",       "slope",    "log_time", "log_time_squared", "greatest",
        "untold_dose", "chelator", "log_dose", "log_mass"};
    return names;
}

ObservationTerms observation_terms(const DeliveryCase& asked, Place place, double raw, double time,
                                   bool is_greatest) {
    constexpr double usual_fraction = -1.5;
    constexpr double usual_time = 8.0 * 3600.0;
    constexpr double usual_dose = 1e-5;  // kg/kg
    ObservationTerms terms{};
    terms[observation::shift] = 1.0;
    terms[observation::slope] = raw - usual_fraction;
    const double decades = std::log10(std::clamp(time, 600.0, 1e6) / usual_time);
    terms[observation::log_time] = decades;
    terms[observation::log_time_squared] = decades * decades;
    terms[observation::greatest] = is_greatest ? 1.0 : 0.0;
    if (place == Place::tumour) {
        if (asked.animal.tumour_mass)
            terms[observation::log_mass] =
                std::log10(std::clamp(*asked.animal.tumour_mass, 1e-6, 1e-2) / 3e-4);
        return terms;
    }
    terms[observation::untold_dose] = asked.dose ? 0.0 : 1.0;
    terms[observation::chelator] = names_chelator(asked.particle.coating) ? 1.0 : 0.0;
    if (asked.dose && *asked.dose > 0.0)
        terms[observation::log_dose] = std::log10(std::clamp(*asked.dose / usual_dose, 1e-2, 1e2));
    return terms;
}

double observed_median(std::span<const double> coefficients, double raw,
                       const ObservationTerms& terms) {
    return raw + dot(coefficients, terms);
}

std::vector<double> fit_observation(std::span<const HeldOut> values, double bend) {
    constexpr double ridge = 2.0;  // values x decades^2
    constexpr int iterations = 60;
    constexpr std::size_t n = observation::count;
    std::vector<double> coefficients(n, 0.0);
    for (int iteration = 0; iteration < iterations; ++iteration) {
        Matrix normal = identity(n);
        for (double& value : normal.values) value *= ridge;
        std::vector<double> right(n, 0.0);
        for (const HeldOut& v : values) {
            const double error = v.observed - observed_median(coefficients, v.raw, v.terms);
            const double weight = v.weight * std::min(1.0, bend / std::max(std::abs(error), 1e-9));
            for (std::size_t i = 0; i < n; ++i) {
                right[i] += weight * v.terms[i] * (v.observed - v.raw);
                for (std::size_t j = 0; j < n; ++j)
                    normal(i, j) += weight * v.terms[i] * v.terms[j];
            }
        }
        coefficients = solve_cholesky(try_cholesky(normal).value(), right);
    }
    return coefficients;
}

}  // namespace caravel::inference::delivery
