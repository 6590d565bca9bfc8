#include "caravel/imaging/optical/emission.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/error.hpp"
#include "caravel/formulation/luminescence/fret.hpp"
#include "caravel/response/photodynamic/activation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace caravel::imaging {
namespace {

using formulation::luminescence::Band;

void require_share(const char* what, double share) {
    if (share >= 0.0 && share <= 1.0) return;
    throw InputError(Diagnostic{{}, fmt::format("the {} is {}", what, share), "0 to 1", ""});
}

}  // namespace

double absorption_per_unit(const LuminescentAgent& emitter, double wavelength) {
    if (!(emitter.absorption_cross_section > 0.0 && emitter.excitation_width > 0.0)) return 0.0;
    const Band band{emitter.excitation_peak, emitter.excitation_width};
    return emitter.absorption_cross_section *
           formulation::luminescence::band_height(band, wavelength);
}

double band_response(const LuminescentAgent& emitter, const EmissionBand& band,
                     const std::function<double(double)>& weight) {
    constexpr int pieces = 64;
    constexpr double tails = 4.0;  // full widths: a part in 1e20 lies beyond
    const double reach = tails * emitter.emission_width;
    const double low = std::max(band.centre - 0.5 * band.width, emitter.emission_peak - reach);
    const double high = std::min(band.centre + 0.5 * band.width, emitter.emission_peak + reach);
    if (!(high > low)) return 0.0;
    const Band spectrum{emitter.emission_peak, emitter.emission_width};
    const double step = (high - low) / pieces;
    double sum = 0.0;
    for (int i = 0; i < pieces; ++i) {
        const double at = low + (i + 0.5) * step;
        sum += formulation::luminescence::band_density(spectrum, at) * weight(at);
    }
    return sum * step;
}

double ph_brightness(const LuminescentAgent& emitter, double ph) {
    if (!emitter.ph_midpoint) return 1.0;
    const double distance = ph - *emitter.ph_midpoint;
    const double on = 1.0 / (1.0 + std::pow(10.0, emitter.bright_in_acid ? distance : -distance));
    return emitter.dark_share + (1.0 - emitter.dark_share) * on;
}

double local_yield(const LuminescentAgent& emitter, double irradiance) {
    if (!emitter.upconverting || !(emitter.saturation > 0.0)) return emitter.quantum_yield;
    if (!(irradiance > 0.0)) return 0.0;
    return response::upconversion_yield(2.0 * emitter.quantum_yield, emitter.saturation, irradiance,
                                        emitter.order);
}

double emitted_photons(const LuminescentAgent& emitter, double excitation, double irradiance,
                       double ph) {
    const double photon = planck * speed_of_light / excitation;  // J
    return absorption_per_unit(emitter, excitation) * irradiance / photon *
           local_yield(emitter, irradiance) * ph_brightness(emitter, ph);
}

std::vector<LuminescentAgent> transfer_pair(const LuminescentAgent& donor,
                                            const LuminescentAgent& acceptor, double efficiency) {
    require_share("efficiency of energy transfer", efficiency);
    LuminescentAgent left = donor;
    left.absorption_cross_section *= 1.0 - efficiency;
    LuminescentAgent handed_on = acceptor;
    handed_on.excitation_peak = donor.excitation_peak;
    handed_on.excitation_width = donor.excitation_width;
    handed_on.absorption_cross_section = donor.absorption_cross_section * efficiency;
    return {left, handed_on, acceptor};
}

LuminescentAgent enzyme_activated(const LuminescentAgent& emitter, double activated) {
    require_share("activated share of a probe", activated);
    LuminescentAgent probe = emitter;
    probe.quantum_yield *= emitter.dark_share + (1.0 - emitter.dark_share) * activated;
    return probe;
}

}  // namespace caravel::imaging
