#include "caravel/stimulus/light/tissue_optics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace caravel::stimulus {
namespace {

// American National Standard Z136.1-2014, table of the skin's limits, as remembered: to be compared
// with the standard before anything rests on it.
constexpr double joule_per_square_centimetre = 1e4;  // J/m2
constexpr double nanosecond = 1e-9;                  // s
constexpr double short_pulse = 100e-9;               // s
constexpr double long_exposure = 10.0;               // s

struct Limits {
    double pulse = 0.0;     // J/cm2, from 1 ns to 100 ns
    double exposure = 0.0;  // J/cm2 times t^power, up to 10 s
    double power = 0.0;
    double steady = 0.0;  // W/cm2, beyond
};

/// Less absorption by melanin lets through more.
double correction(double nm) {
    if (nm < 700.0) return 1.0;
    return nm < 1050.0 ? std::pow(10.0, 0.002 * (nm - 700.0)) : 5.0;
}

Limits limits_at(double nm) {
    const double factor = correction(nm);
    if (nm < 1400.0) return {0.02 * factor, 1.1 * factor, 0.25, 0.2 * factor};
    if (nm < 1500.0) return {0.1, 0.56, 0.25, 0.1};
    if (nm < 1800.0) return {1.0, 1.0, 0.0, 0.1};
    return {0.1, 0.56, 0.25, 0.1};
}

}  // namespace

double skin_exposure_limit(double wavelength, double duration) {
    constexpr double nanometre = 1e-9;
    const double nm = wavelength / nanometre;
    const double slack = 1e-6;  // nm: the way from metres may round the ends outside
    if (!(nm >= 400.0 - slack && nm <= 2600.0 + slack) || !(duration > 0.0))
        return std::numeric_limits<double>::quiet_NaN();
    const Limits limits = limits_at(nm);
    const double counted = std::max(duration, nanosecond);
    if (counted > long_exposure) return limits.steady * joule_per_square_centimetre;
    const double energy =
        counted <= short_pulse ? limits.pulse : limits.exposure * std::pow(counted, limits.power);
    return energy * joule_per_square_centimetre / counted;
}

}  // namespace caravel::stimulus
