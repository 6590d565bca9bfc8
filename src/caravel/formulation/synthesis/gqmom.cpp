#include "caravel/formulation/synthesis/gqmom.hpp"

#include <algorithm>

namespace caravel::formulation::synthesis {

Recurrence generalised_recurrence(const Recurrence& recurrence, std::size_t count) {
    const std::size_t given = recurrence.size();
    if (given < 2 || count <= given) return recurrence;
    std::vector<double> zeta = half_line_coefficients(recurrence);
    if (zeta.size() != 2 * given - 1 ||
        std::any_of(zeta.begin(), zeta.end(), [](double z) { return !(z > 0.0); }))
        return recurrence;
    // Laguerre: zeta_2n ~ n, zeta_(2n+1) ~ n + shape, continued from the last one known of each
    const double shape = zeta[0] / zeta[1];
    const double last = static_cast<double>(given - 1);
    const double even = zeta[2 * given - 3] / last;
    const double odd = zeta[2 * given - 2] / (last + shape);
    for (std::size_t n = given; n < count; ++n) {
        zeta.push_back(even * static_cast<double>(n));
        zeta.push_back(odd * (static_cast<double>(n) + shape));
    }
    Recurrence result = recurrence_from_half_line(zeta, recurrence.b[0]);
    std::copy(recurrence.a.begin(), recurrence.a.end(), result.a.begin());
    std::copy(recurrence.b.begin(), recurrence.b.end(), result.b.begin());
    return result;
}

Recurrence gamma_recurrence(double mass, double mean, double spread, std::size_t count) {
    const double shape = 1.0 / (spread * spread);
    const double scale = mean / shape;
    Recurrence result;
    for (std::size_t n = 0; n < count; ++n) {
        const double k = static_cast<double>(n);
        result.a.push_back(scale * (2.0 * k + shape));
        result.b.push_back(n == 0 ? mass : scale * scale * k * (k + shape - 1.0));
    }
    return result;
}

}  // namespace caravel::formulation::synthesis
