// Temperature from the phase of gradient echoes.
#pragma once

#include <span>
#include <vector>

namespace caravel::imaging {

/// Phase (rad) that a gradient echo at `echo_time` (s) gains per kelvin at `field` (T).
double phase_per_kelvin(double field, double echo_time);

/// Warming (K) between two complex images from the phase of after * conj(before); wraps beyond
/// +-pi / phase_per_kelvin(). 0 where either image is below `floor`.
/// Source: Y. Ishihara et al., Magn Reson Med 34 (1995) 814.
struct ComplexSpan {
    std::span<const double> re{};
    std::span<const double> im{};
};
std::vector<double> temperature_change(const ComplexSpan& before, const ComplexSpan& after,
                                       double field, double echo_time, double floor = 0.0);

/// Standard deviation (K) at a signal-to-noise ratio of the magnitude in both images.
double temperature_noise(double field, double echo_time, double snr);

}  // namespace caravel::imaging
