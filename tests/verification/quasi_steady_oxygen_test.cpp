// Oxygen in balance against closed forms (uptake sphere, Krogh cylinder) and against the stepped
// field in a tumour whose consumption changes.
#include "caravel/tissue/fields/elliptic_solver.hpp"
#include "caravel/tissue/fields/immersed_boundary.hpp"
#include "caravel/tissue/fields/radial_line.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

namespace {

using namespace caravel;
using namespace caravel::tissue;
using Values = std::vector<double>;

/// Value at `position` (in cells, 0 is the first centre) by a cubic through four of `count` values;
/// value(i) may mirror i < 0.
template <class Value>
double cubic(double position, index_t first, index_t count, const Value& value) {
    index_t start = static_cast<index_t>(std::floor(position)) - 1;
    start = std::min(std::max(start, first), count - 4);
    double sum = 0.0;
    for (index_t m = 0; m < 4; ++m) {
        double weight = 1.0;
        for (index_t other = 0; other < 4; ++other) {
            if (other == m) continue;
            weight *=
                (position - static_cast<double>(start + other)) / static_cast<double>(m - other);
        }
        sum += weight * value(start + m);
    }
    return sum;
}

/// Limit of three values on grids twice as fine each, of second order.
double extrapolate(double coarse, double middle, double fine) {
    const double first = middle + (middle - coarse) / 3.0;
    const double second = fine + (fine - middle) / 3.0;
    return second + (second - first) / 15.0;
}

Values line_conductivity(const RadialLine& line, double value) {
    return Values(static_cast<std::size_t>(line.grid.nx), value);
}

Boundaries held_at(std::size_t side, double value) {
    Boundaries faces{};
    faces[side] = {FaceCondition::Kind::value, value, 0.0};
    return faces;
}

struct SphereRow {
    double radius;  // um
    double uptake;  // 1/min
    double place;   // r over radius
    double value;   // mmHg
};

constexpr double oxygen_diffusion = 1e5;  // um2/min
constexpr double oxygen_decay = 0.1;      // 1/min
constexpr double rim_pressure = 38.0;     // mmHg

// analytic_reference.csv, sphere_uptake
constexpr SphereRow sphere_rows[] = {
    {100.0, 3.0, 0.0, 36.1054243124},  {100.0, 3.0, 0.9, 37.6355208901},
    {100.0, 7.4, 0.9, 37.1456094425},  {100.0, 10.0, 0.9, 36.8699125525},
    {200.0, 3.0, 0.0, 31.1509908899},  {200.0, 3.0, 0.5, 32.7855904302},
    {200.0, 3.0, 0.9, 36.6338986524},  {200.0, 7.4, 0.0, 24.0417076014},
    {200.0, 7.4, 0.9, 35.0324402950},  {300.0, 3.0, 0.0, 24.7662224509},
    {300.0, 3.0, 0.9, 35.2069919447},  {300.0, 7.4, 0.0, 14.7756654725},
    {300.0, 7.4, 0.5, 19.2963781133},  {300.0, 10.0, 0.0, 11.2657447081},
    {300.0, 10.0, 0.5, 16.0445500257}, {300.0, 10.0, 0.9, 31.1698949992},
    {400.0, 3.0, 0.0, 18.4677894377},  {400.0, 3.0, 0.5, 22.5282078863},
    {400.0, 3.0, 0.9, 33.5692867511},  {400.0, 7.4, 0.0, 8.2487798300},
    {400.0, 10.0, 0.0, 5.4869635296},  {400.0, 10.0, 0.5, 10.0037860360},
    {400.0, 10.0, 0.9, 28.2347512407}, {500.0, 3.0, 0.0, 13.1250668317},
    {500.0, 3.0, 0.5, 17.7934147327},  {500.0, 3.0, 0.9, 31.8710525799},
    {500.0, 7.4, 0.5, 8.6071209028},   {500.0, 7.4, 0.9, 27.3767780410},
    {500.0, 10.0, 0.5, 6.1209293601},  {500.0, 10.0, 0.9, 25.5433775345},
};

double sphere_of_shells(const SphereRow& row, index_t shells) {
    exec::ThreadTeam team(1);
    const RadialLine line = radial_line(RadialShape::sphere, 0.0, row.radius, shells);
    const Boundaries faces = held_at(1, rim_pressure);
    EllipticSolver solver(line.grid, faces);
    const Values diffusion = line_conductivity(line, oxygen_diffusion);
    solver.set_conductances(team, radial_conductances(line, view_of(diffusion), faces));
    Values loss = line.weight;
    for (double& value : loss) value *= row.uptake + oxygen_decay;
    CellTerms terms;
    terms.loss = view_of(loss);
    Values u(loss.size(), rim_pressure);
    solver.solve(team, view_of(u), terms, 1e-12);
    const double position = row.place * static_cast<double>(shells) - 0.5;
    return cubic(position, -2, shells,
                 [&](index_t i) { return u[static_cast<std::size_t>(i < 0 ? -1 - i : i)]; });
}

TEST(QuasiSteadyOxygen, ShellsMeetEveryRowOfTheUptakeSphere) {
    for (const SphereRow& row : sphere_rows) {
        const double limit = extrapolate(sphere_of_shells(row, 40), sphere_of_shells(row, 80),
                                         sphere_of_shells(row, 160));
        EXPECT_NEAR(limit, row.value, 1e-6 * row.value) << row.radius << ' ' << row.uptake;
    }
}

/// An octant with mirrored faces around the origin; the sphere's surface is immersed.
struct Octant {
    Grid grid;
    Values u;

    /// On the x axis; even in y and z: 9/8 and -1/8 of the first two cells.
    double on_axis(double place) const {
        constexpr double share[2] = {1.125, -0.125};
        const index_t n = grid.nx - 1;
        return cubic(place * static_cast<double>(n) - 0.5, -2, n, [&](index_t i) {
            double sum = 0.0;
            for (index_t k = 0; k < 2; ++k) {
                for (index_t j = 0; j < 2; ++j) {
                    const index_t cell = grid.index(i < 0 ? -1 - i : i, j, k);
                    sum += share[j] * share[k] * u[static_cast<std::size_t>(cell)];
                }
            }
            return sum;
        });
    }
};

Octant sphere_of_voxels(double radius, double uptake, index_t n) {
    exec::ThreadTeam team(2);
    const double h = radius / static_cast<double>(n);
    Octant octant{{n + 1, n + 1, n + 1, {h, h, h}, {}}, {}};
    const Grid& grid = octant.grid;
    const Values diffusion(static_cast<std::size_t>(grid.cell_count()), oxygen_diffusion);
    const auto distance = [&](const Vector3& at) {
        return std::sqrt(at[0] * at[0] + at[1] * at[1] + at[2] * at[2]) - radius;
    };
    ImmersedBoundary sphere = immerse(grid, view_of(diffusion), {}, distance, rim_pressure);
    for (std::size_t p = 0; p < sphere.loss.size(); ++p) {
        if (sphere.is_inside[p]) sphere.loss[p] += uptake + oxygen_decay;
    }
    EllipticSolver solver(grid, {});
    solver.set_conductances(team, sphere.conductances);
    CellTerms terms;
    terms.loss = view_of(sphere.loss);
    terms.source = view_of(sphere.source);
    octant.u.assign(sphere.loss.size(), rim_pressure);
    solver.solve(team, view_of(octant.u), terms, 1e-11);
    return octant;
}

TEST(QuasiSteadyOxygen, VoxelsWithACutSurfaceConvergeToTheUptakeSphere) {
    double radius = 0.0;
    double uptake = 0.0;
    Octant coarse;
    Octant fine;
    for (const SphereRow& row : sphere_rows) {
        if (row.radius != radius || row.uptake != uptake) {
            radius = row.radius;
            uptake = row.uptake;
            coarse = sphere_of_voxels(radius, uptake, 28);
            fine = sphere_of_voxels(radius, uptake, 56);
        }
        const double value = fine.on_axis(row.place);
        const double limit = value + (value - coarse.on_axis(row.place)) / 3.0;
        EXPECT_NEAR(limit, row.value, 1e-4 * row.value)
            << row.radius << ' ' << row.uptake << ' ' << row.place;
    }
}

struct KroghRow {
    double outer;   // um, of the tissue
    double demand;  // ml O2/100 ml/min
    double place;   // um
    double value;   // mmHg
};

// analytic_reference.csv, krogh_erlang; the rows at the capillary's wall are its condition
constexpr KroghRow krogh_rows[] = {
    {30.0, 1.0, 17.0, 58.9665540030}, {30.0, 1.0, 30.0, 58.7842085829},
    {50.0, 1.0, 27.0, 56.0839040229}, {50.0, 1.0, 50.0, 55.5032609834},
    {30.0, 2.0, 30.0, 57.5684171658}, {50.0, 2.0, 27.0, 52.1678080457},
    {50.0, 2.0, 50.0, 51.0065219667}, {30.0, 5.0, 17.0, 54.8327700149},
    {30.0, 5.0, 30.0, 53.9210429145}, {50.0, 5.0, 50.0, 37.5163049168},
    {70.0, 5.0, 37.0, 14.6801622231}, {70.0, 5.0, 70.0, 8.6578709373},
};

double krogh_cylinder(const KroghRow& row, index_t shells) {
    constexpr double capillary = 4.0;        // um
    constexpr double krogh = 9.4e-10 * 1e8;  // um2/s ml O2/ml/mmHg
    exec::ThreadTeam team(1);
    const RadialLine line = radial_line(RadialShape::cylinder, capillary, row.outer, shells);
    const Boundaries faces = held_at(0, 60.0);
    EllipticSolver solver(line.grid, faces);
    const Values conductivity = line_conductivity(line, krogh);
    solver.set_conductances(team, radial_conductances(line, view_of(conductivity), faces));
    Values consumption = line.weight;
    for (double& value : consumption) value *= row.demand / 100.0 / 60.0;
    SaturableBalance balance;
    balance.consumption = view_of(consumption);  // zero order
    Values u(consumption.size(), 60.0);
    solve_saturable(team, solver, view_of(u), balance, 1e-11);
    const double position = (row.place - capillary) / line.grid.spacing[0] - 0.5;
    return cubic(position, 0, shells, [&](index_t i) { return u[static_cast<std::size_t>(i)]; });
}

TEST(QuasiSteadyOxygen, ShellsMeetEveryRowOfTheKroghCylinder) {
    for (const KroghRow& row : krogh_rows) {
        const double limit = extrapolate(krogh_cylinder(row, 100), krogh_cylinder(row, 200),
                                         krogh_cylinder(row, 400));
        EXPECT_NEAR(limit, row.value, 1e-6 * row.value) << row.outer << ' ' << row.demand;
    }
}

/// Octant of a tumour whose cells multiply (a front moves outwards) and whose core loses its
/// appetite, in tissue with vessels; um, min, mmHg.
struct ChangingTumour {
    Grid grid{14, 14, 14, {30.0, 30.0, 30.0}, {}};
    double half = 1.5;
    Values consumption;
    Values exchange;
    Values vessel;
    Boundaries faces = held_at(1, rim_pressure);

    ChangingTumour()
        : consumption(static_cast<std::size_t>(grid.cell_count())),
          exchange(consumption.size(), 0.2),
          vessel(consumption.size(), 60.0) {}

    void set_time(double minutes) {
        const double days = minutes / 1440.0;
        const double radius = 180.0 + 30.0 * days;
        for (index_t k = 0; k < grid.nz; ++k) {
            for (index_t j = 0; j < grid.ny; ++j) {
                for (index_t i = 0; i < grid.nx; ++i) {
                    const Vector3 at = grid.centre(i, j, k);
                    const double r = std::sqrt(at[0] * at[0] + at[1] * at[1] + at[2] * at[2]);
                    const double inside = 0.5 - 0.5 * std::tanh((r - radius) / 30.0);
                    const double dead = 0.5 - 0.5 * std::tanh((r - 0.3 * radius) / 30.0);
                    const double per_day = std::sin(2.0 * 3.14159265358979 * days);
                    consumption[static_cast<std::size_t>(grid.index(i, j, k))] =
                        8.0 + 120.0 * inside * (1.0 + 0.2 * per_day) * (1.0 - 0.15 * days * dead);
                }
            }
        }
    }
};

TEST(QuasiSteadyOxygen, FollowsTheSteppedFieldOverFiveDaysWithinHalfAPercent) {
    exec::ThreadTeam team(1);
    ChangingTumour tumour;
    const Values diffusion(tumour.consumption.size(), oxygen_diffusion);
    EllipticSolver solver(tumour.grid, tumour.faces);
    solver.set_conductivity(team, view_of(diffusion));
    VariableDiffusion stepper(tumour.grid, tumour.faces);
    stepper.set_conductivity(team, view_of(diffusion));
    const SaturableBalance balance{view_of(tumour.consumption), tumour.half,
                                   view_of(tumour.exchange), view_of(tumour.vessel), oxygen_decay};
    tumour.set_time(0.0);
    Values steady(diffusion.size(), rim_pressure);
    solve_saturable(team, solver, view_of(steady), balance);
    Values stepped = steady;
    Values loss(stepped.size());
    Values source(stepped.size());
    CellTerms terms;
    terms.loss = view_of(loss);
    terms.source = view_of(source);
    constexpr double dt = 1.0;                // min
    constexpr double between_solves = 360.0;  // min
    double worst = 0.0;
    double smallest = rim_pressure;
    for (double time = 0.0; time < 7200.0; time += dt) {
        const bool is_solve = std::fmod(time + dt, between_solves) == 0.0;
        tumour.set_time(time + dt);
        for (std::size_t p = 0; p < stepped.size(); ++p) {
            const double u = stepped[p];
            loss[p] = tumour.consumption[p] / (u + tumour.half) + tumour.exchange[p] + oxygen_decay;
            source[p] = tumour.exchange[p] * tumour.vessel[p];
        }
        stepper.step(team, view_of(stepped), terms, dt, TimeScheme::crank_nicolson);
        if (!is_solve) continue;
        solve_saturable(team, solver, view_of(steady), balance);
        for (std::size_t p = 0; p < stepped.size(); ++p) {
            worst = std::max(worst, std::abs(steady[p] - stepped[p]) / stepped[p]);
            smallest = std::min(smallest, stepped[p]);
        }
    }
    EXPECT_LT(smallest, 5.0);  // mmHg: the tumour's inside is hypoxic
    EXPECT_GT(smallest, 0.0);
    EXPECT_LT(worst, 0.005);
    RecordProperty("largest_difference", std::to_string(worst));
}

}  // namespace
