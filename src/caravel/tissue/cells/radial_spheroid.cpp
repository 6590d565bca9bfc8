#include "caravel/tissue/cells/radial_spheroid.hpp"

#include "caravel/base/checks.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace caravel::tissue {

namespace {
constexpr double sphere_factor = 4.0 * std::numbers::pi / 3.0;

double cube(double x) { return x * x * x; }

[[noreturn]] void fail(const std::string& quantity, double time, std::string problem,
                       std::string advice) {
    throw NumericalError(NumericalFailure{"radial spheroid", quantity, "", time, time,
                                          std::move(problem), std::move(advice)});
}

/// Slope of van Leer's limiter between neighbouring differences.
double limited(double left, double right) {
    return left * right <= 0.0 ? 0.0 : 2.0 * left * right / (left + right);
}

/// Consumption per consuming volume and its slope, continued as a straight line below 0 so that
/// it is concave everywhere: Newton's method then converges from any side.
std::array<double, 2> consumption(const CellBiology& b, double p) {
    if (p < 0.0) {
        const double slope = b.oxygen_uptake + b.oxygen_consumption / b.oxygen_half;
        return {slope * p, slope};
    }
    const double sum = p + b.oxygen_half;
    return {b.oxygen_uptake * p + b.oxygen_consumption * p / sum,
            b.oxygen_uptake + b.oxygen_consumption * b.oxygen_half / (sum * sum)};
}
/// Means over shells of equal thickness of what has the means `old` over shells that end at `edges`
/// (cubes of radii): straight lines within the old shells, limited.
std::vector<double> cut_shells(const std::vector<double>& edges, const std::vector<double>& old) {
    const std::size_t n = old.size();
    std::vector<double> means(n);
    std::size_t k = 0;
    double whole = 0.0;   // integral over the old shells before k
    double before = 0.0;  // integral up to the last cut
    double start = 0.0;
    for (std::size_t i = 1; i <= n; ++i) {
        const double end =
            i == n ? edges[n] : edges[n] * cube(static_cast<double>(i) / static_cast<double>(n));
        for (; k + 1 < n && edges[k + 1] <= end; ++k) whole += old[k] * (edges[k + 1] - edges[k]);
        const double width = edges[k + 1] - edges[k];
        const double share = (end - edges[k]) / width;
        const double slope =
            k == 0 || k + 1 == n ? 0.0 : limited(old[k] - old[k - 1], old[k + 1] - old[k]);
        const double now = whole + width * share * (old[k] + 0.5 * slope * (share - 1.0));
        means[i - 1] = (now - before) / (end - start);
        before = now;
        start = end;
    }
    return means;
}
}  // namespace

RadialSpheroid::RadialSpheroid(const CellBiology& biology, const SpheroidSurroundings& surroundings,
                               double radius, int shells)
    : biology_(biology), surroundings_(surroundings), radius_(radius) {
    check_surroundings(surroundings, radius);
    require_between(shells, 8, 100000, "the number of shells", "1");
    if (biology_.oxygen_consumption > 0.0)
        require_positive(biology_.oxygen_half, "the oxygen pressure of half consumption", "Pa");
    else
        biology_.oxygen_half = 1.0;
    states_.assign(static_cast<std::size_t>(shells), {1.0, 0.0, 0.0});
    oxygen_.assign(states_.size(), surroundings.oxygen);
    solve_oxygen();
    earlier_oxygen_ = oxygen_;
}

/// Flow of oxygen into the sphere over 4 pi (Pa m3/s) as {constant, factor of the outermost shell's
/// pressure to be subtracted}: half of that shell (conductance `outer_shell`) and the medium, where
/// D (r p)'' = decay r p, one after the other.
std::array<double, 2> RadialSpheroid::supply(double outer_shell) const {
    const SpheroidSurroundings& s = surroundings_;
    const double gap = s.medium_radius - radius_;
    const double x = std::sqrt(s.decay / s.medium_diffusion) * gap;
    const double thinned = x < 1e-6 ? 1.0 : x / std::sinh(x);
    const double steepened = x < 1e-6 ? 1.0 : x / std::tanh(x);
    const double in = s.medium_diffusion * radius_ * s.medium_radius / gap * thinned;
    const double out = s.medium_diffusion * radius_ * (radius_ / gap * steepened + 1.0);
    const double share = outer_shell / (out + outer_shell);
    return {share * in * s.oxygen, share * out};
}

/// One step of Newton's method: balances of the shells as a tridiagonal system for the pressures.
double RadialSpheroid::linearised_step(std::vector<double>& trial) const {
    const std::size_t n = states_.size();
    const double dr = radius_ / static_cast<double>(n);
    const auto area = [&](std::size_t i) { return std::pow(static_cast<double>(i) * dr, 2); };
    const double d = surroundings_.tissue_diffusion;
    const auto [from_medium, to_medium] = supply(d * area(n) / (0.5 * dr));
    std::vector<double> upper(n);
    double lower = 0.0;
    for (std::size_t i = 0; i < n; ++i) {
        const double shell =
            (cube(static_cast<double>(i + 1)) - cube(static_cast<double>(i))) * cube(dr) / 3.0;
        const double volume = shell * consuming_volume(biology_, states_[i]);
        const auto [rate, slope] = consumption(biology_, oxygen_[i]);
        const double out = i + 1 < n ? d * area(i + 1) / dr : 0.0;
        double diagonal = lower + out + volume * slope + shell * surroundings_.decay;
        double right = volume * (slope * oxygen_[i] - rate);
        if (i + 1 == n) {
            diagonal += to_medium;
            right += from_medium;
        }
        if (i > 0) {
            diagonal -= lower * upper[i - 1];
            right += lower * trial[i - 1];
        }
        upper[i] = out / diagonal;
        trial[i] = right / diagonal;
        lower = out;
    }
    double change = std::abs(trial[n - 1] - oxygen_[n - 1]);
    for (std::size_t i = n - 1; i-- > 0;) {
        trial[i] += upper[i] * trial[i + 1];
        change = std::max(change, std::abs(trial[i] - oxygen_[i]));
    }
    return change;
}

void RadialSpheroid::solve_oxygen() {
    std::vector<double> trial(states_.size());
    for (int iteration = 0; iteration < 100; ++iteration) {
        const double change = linearised_step(trial);
        oxygen_.swap(trial);
        if (change <= 1e-10 * surroundings_.oxygen) return;
    }
    fail("oxygen", time_, "the balance of oxygen did not converge", "check the consumption");
}

void RadialSpheroid::advance(double dt) {
    const std::size_t n = states_.size();
    std::vector<double> edges(n + 1, 0.0);  // cubes of the shells' new radii
    for (std::size_t i = 0; i < n; ++i) {
        const double i0 = static_cast<double>(i);
        const double cubes = (cube(i0 + 1.0) - cube(i0)) * cube(radius_ / static_cast<double>(n));
        const double p = std::max(0.0, 1.5 * oxygen_[i] - 0.5 * earlier_oxygen_[i]);
        CellTurnover made;
        advance_cells(biology_, p, input::infinity, dt, states_[i], made);
        turnover_.born += sphere_factor * cubes * made.born;
        turnover_.died += sphere_factor * cubes * made.died;
        turnover_.cleared += sphere_factor * cubes * made.cleared;
        const double packed = states_[i].sum();
        edges[i + 1] = edges[i] + cubes * packed;
        for (double* state : {&states_[i].dividing, &states_[i].resting, &states_[i].dead})
            *state /= packed;
    }
    remap(edges);
    time_ += dt;
    radius_ = std::cbrt(edges[n]);
    if (radius_ >= surroundings_.medium_radius)
        fail("radius", time_, "the spheroid fills the medium", "choose a larger medium_radius");
    earlier_oxygen_ = oxygen_;
    solve_oxygen();
}

/// Cuts shells of equal thickness out of shells that end at `edges` (cubes of radii). Living and
/// dividing volume are carried over; the rest of a shell is dead, so that nothing is lost.
void RadialSpheroid::remap(const std::vector<double>& edges) {
    const std::size_t n = states_.size();
    std::vector<double> old(n);
    std::vector<CellStates> fresh(n);
    const auto carry = [&](const auto& value_of, const auto& store) {
        for (std::size_t i = 0; i < n; ++i) old[i] = value_of(states_[i]);
        const std::vector<double> means = cut_shells(edges, old);
        for (std::size_t i = 0; i < n; ++i) store(fresh[i], means[i]);
    };
    carry([](const CellStates& s) { return s.dividing + s.resting; },
          [](CellStates& s, double living) {
              s.resting = living;
              s.dead = std::max(0.0, 1.0 - living);
          });
    carry([](const CellStates& s) { return s.dividing; },
          [](CellStates& s, double dividing) {
              s.dividing = std::min(dividing, s.resting);
              s.resting -= s.dividing;
          });
    states_ = std::move(fresh);
}

double RadialSpheroid::position_of(double share, bool of_dead) const {
    const std::size_t n = states_.size();
    const auto value = [&](std::size_t i) {
        return of_dead ? states_[i].dead : 1.0 - states_[i].dividing;
    };
    for (std::size_t i = n; i-- > 0;) {
        if (value(i) < share) continue;
        if (i + 1 == n) return 1.0;
        const double between = (value(i) - share) / (value(i) - value(i + 1));
        return (static_cast<double>(i) + 0.5 + between) / static_cast<double>(n);
    }
    return 0.0;
}

SpheroidStructure RadialSpheroid::structure() const {
    const std::size_t n = states_.size();
    SpheroidStructure s;
    s.time = time_;
    s.radius = radius_;
    s.inhibited = position_of(0.5, false);
    s.necrotic = position_of(0.5, true);
    s.volume = sphere_factor * cube(radius_);
    for (std::size_t i = 0; i < n; ++i) {
        const double i0 = static_cast<double>(i);
        s.living_volume += (1.0 - states_[i].dead) * sphere_factor * (cube(i0 + 1.0) - cube(i0)) *
                           cube(radius_ / static_cast<double>(n));
    }
    s.centre_oxygen = oxygen_.front();
    s.surface_oxygen = oxygen_.back();
    return s;
}

}  // namespace caravel::tissue
