#include "caravel/formulation/synthesis/burst_volumes.hpp"

#include "caravel/base/error.hpp"
#include "caravel/formulation/synthesis/burst_moments.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

namespace caravel::formulation::synthesis {
namespace {

constexpr double share_of_cell = 0.45;  // crossed per move, two moves per step
constexpr double head_room = 1.3;       // of the grid above the largest node of the moments
constexpr double below_nuclei = 0.4;    // lowest face over the smallest nucleus

double gamma_density(double radius, double number, double mean, double spread) {
    const double shape = 1.0 / (spread * spread);
    const double x = radius / mean * shape;
    return number * shape / mean * std::exp((shape - 1.0) * std::log(x) - x - std::lgamma(shape));
}

}  // namespace

CellPopulation::CellPopulation(std::vector<double> faces, const FixedPivot* pairs)
    : cells_(std::move(faces)), pairs_(pairs) {}

void CellPopulation::seed(const Seeds& seeds) {
    const double mean = seeds.diameter / 2.0;
    if (seeds.spread < 1e-6) {
        cells_.add(seeds.number, mean);
        return;
    }
    cells_.fill([&](double r) { return gamma_density(r, seeds.number, mean, seeds.spread); });
}

void CellPopulation::move(const GrowthLaw& law, double monomer, double dt) {
    std::vector<double> speeds;
    speeds.reserve(cells_.faces().size());
    for (const double face : cells_.faces()) speeds.push_back(law.rate(face, monomer));
    cells_.move(speeds, dt);
}

void CellPopulation::aggregate(double collision, double dt) {
    if (pairs_ == nullptr) return;
    const std::span<double> density = cells_.density();
    const std::span<const double> widths = cells_.widths();
    const std::size_t n = density.size();
    std::vector<double> numbers(n);
    for (std::size_t i = 0; i < n; ++i) numbers[i] = density[i] * widths[i];
    std::vector<double> first(n, 0.0);
    pairs_->add_aggregation(numbers, collision, first);
    std::vector<double> middle(n);
    for (std::size_t i = 0; i < n; ++i) middle[i] = std::max(numbers[i] + 0.5 * dt * first[i], 0.0);
    std::vector<double> rates(n, 0.0);
    pairs_->add_aggregation(middle, collision, rates);
    for (std::size_t i = 0; i < n; ++i)
        density[i] = std::max(numbers[i] + dt * rates[i], 0.0) / widths[i];
}

double CellPopulation::mean() const {
    const double n = number();
    return n > 0.0 ? cells_.moment(1) / n : 0.0;
}

double CellPopulation::deviation() const {
    const double n = number();
    if (!(n > 0.0)) return 0.0;
    const double centre = mean();
    return std::sqrt(std::max(cells_.moment(2) / n - centre * centre, 0.0));
}

double CellPopulation::volume() const { return 4.0 * std::numbers::pi / 3.0 * cells_.moment(3); }

double CellPopulation::area() const { return 4.0 * std::numbers::pi * cells_.moment(2); }

double CellPopulation::uptake(const GrowthLaw& law, double monomer) const {
    double sum = 0.0;
    for (std::size_t i = 0; i < cells_.centres().size(); ++i) {
        const double n = cells_.density()[i] * cells_.widths()[i];
        const double r = cells_.centres()[i];
        if (n > 0.0) sum += n * r * r * law.uptake(r, monomer);
    }
    return 4.0 * std::numbers::pi * sum;
}

double CellPopulation::longest_step(const GrowthLaw& law, double monomer) const {
    // faces of cells that matter; the smallest particles, which dissolve at once, are implicit
    const double critical = monomer > law.solubility
                                ? law.capillary_length / std::log(monomer / law.solubility)
                                : std::numeric_limits<double>::infinity();
    const auto density = cells_.density();
    const auto widths = cells_.widths();
    const double negligible = 1e-9 * number();
    double dt = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < density.size(); ++i) {
        if (!(density[i] * widths[i] > negligible)) continue;
        for (const double face : {cells_.faces()[i], cells_.faces()[i + 1]}) {
            const double speed = law.rate(face, monomer);
            if (speed == 0.0 || (speed < 0.0 && face < 0.5 * critical)) continue;
            dt = std::min(dt, 2.0 * share_of_cell * widths[i] / std::abs(speed));
        }
    }
    return dt;
}

std::vector<double> cell_volumes(std::span<const double> faces) {
    std::vector<double> volumes;
    for (std::size_t i = 0; i + 1 < faces.size(); ++i) {
        const double a = faces[i];
        const double b = faces[i + 1];
        volumes.push_back(std::numbers::pi / 3.0 * (a + b) * (a * a + b * b));
    }
    return volumes;
}

BurstResult run_burst_volumes(const BurstSystem& system, int cells) {
    check(system);
    if (cells < 10 || cells > 100'000)
        throw InputError(
            {{}, "finite volumes with " + std::to_string(cells) + " cells", "10 to 100000", ""});
    // The moments say which sizes the grid must span; nothing else is taken from them.
    BurstRun<NodePopulation> scout(system, seeded_nodes(system));
    scout.run();
    const double smallest = formula_unit_radius(system.molar_volume);
    double low = std::min(scout.smallest_nucleus(), scout.largest_radius());
    if (system.seeds) low = std::min(low, 0.5 * system.seeds->diameter);
    low = std::max(smallest, below_nuclei * low);
    const double high = std::max(head_room * scout.largest_radius(), 2.0 * low);
    const std::vector<double> faces = uniform_faces(low, high, cells);
    std::optional<FixedPivot> pairs;
    if (system.stability_ratio)
        pairs.emplace(cell_volumes(faces), [](double u, double v) {
            const double ratio = std::cbrt(u / v);
            return 2.0 + ratio + 1.0 / ratio;
        });
    CellPopulation particles(faces, pairs ? &*pairs : nullptr);
    if (system.seeds) particles.seed(*system.seeds);
    BurstRun<CellPopulation> run(system, std::move(particles));
    BurstResult result = run.run();
    const FiniteVolume& final = run.particles().cells();
    for (std::size_t i = 0; i < final.centres().size(); ++i) {
        result.diameters.push_back(2.0 * final.centres()[i]);
        result.density.push_back(0.5 * final.density()[i]);
    }
    return result;
}

}  // namespace caravel::formulation::synthesis
