#include "caravel/base/checks.hpp"
#include "caravel/base/constants.hpp"
#include "caravel/stimulus/microwave/antenna.hpp"

#include <cmath>
#include <complex>
#include <numbers>

namespace caravel::stimulus {

Dielectric tissue_dielectric(matter::Library& library, const std::string& tissue,
                             double frequency) {
    require_between(frequency, 10.0, 100e9, "the frequency", "Hz",
                    "the Cole-Cole terms hold there");
    constexpr std::string_view table = "dielectric";
    const double omega = 2.0 * std::numbers::pi * frequency;
    const std::complex<double> i(0.0, 1.0);
    std::complex<double> sum = library.value(table, tissue, "permittivity_at_infinity");
    for (const char* term : {"1", "2", "3", "4"}) {
        const auto strength = library.find(table, tissue, "relaxation_strength", term);
        if (!strength) continue;
        const double time = library.value(table, tissue, "relaxation_time", term);
        const double broadening = library.value(table, tissue, "relaxation_broadening", term);
        sum += *strength / (1.0 + std::pow(i * omega * time, 1.0 - broadening));
    }
    const double ionic = library.value(table, tissue, "ionic_conductivity");
    return {sum.real(), ionic - sum.imag() * omega * vacuum_permittivity};
}

double penetration_depth(const Dielectric& d, double frequency) {
    require_positive(d.permittivity, "the permittivity", "1");
    require_positive(d.conductivity, "the conductivity", "S/m");
    require_positive(frequency, "the frequency", "Hz");
    const double omega = 2.0 * std::numbers::pi * frequency;
    const double loss = d.conductivity / (omega * vacuum_permittivity * d.permittivity);
    // sqrt(1 + loss^2) - 1 without cancellation for a small loss.
    const double excess = loss * loss / (1.0 + std::hypot(1.0, loss));
    const double attenuation = omega / speed_of_light * std::sqrt(0.5 * d.permittivity * excess);
    return 0.5 / attenuation;
}

}  // namespace caravel::stimulus
