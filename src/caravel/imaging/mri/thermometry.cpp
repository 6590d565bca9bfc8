#include "caravel/imaging/mri/thermometry.hpp"

#include "caravel/imaging/mri/mri_maps.hpp"
#include "caravel/imaging/mri/sequence.hpp"

#include <cmath>
#include <numbers>

namespace caravel::imaging {

double phase_per_kelvin(double field, double echo_time) {
    return mri::proton_gamma * field * water_shift_per_kelvin * echo_time;
}

std::vector<double> temperature_change(const ComplexSpan& before, const ComplexSpan& after,
                                       double field, double echo_time, double floor) {
    std::vector<double> change(after.re.size(), 0.0);
    const double per = phase_per_kelvin(field, echo_time);
    for (std::size_t v = 0; v < change.size(); ++v) {
        const double one = std::hypot(before.re[v], before.im[v]);
        const double two = std::hypot(after.re[v], after.im[v]);
        if (!(one > floor && two > floor)) continue;
        const double re = after.re[v] * before.re[v] + after.im[v] * before.im[v];
        const double im = after.im[v] * before.re[v] - after.re[v] * before.im[v];
        change[v] = std::atan2(im, re) / per;
    }
    return change;
}

double temperature_noise(double field, double echo_time, double snr) {
    return snr > 0.0 ? std::numbers::sqrt2 / (snr * std::abs(phase_per_kelvin(field, echo_time)))
                     : 0.0;
}

}  // namespace caravel::imaging
