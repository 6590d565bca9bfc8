// Steps of Pennes' equation: books, bits, bounds, refusals, and the explicit kernels.
#include "caravel/tissue/heat/pennes.hpp"

#include "caravel/base/error.hpp"
#include "caravel/tissue/heat/heat_stages.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

namespace caravel::tissue {
namespace {

constexpr double body = 310.15;  // K

double irregular(std::size_t i, int seed) {
    const double s = 43758.5453 * std::sin(12.9898 * static_cast<double>(i) + 78.233 * seed);
    return s - std::floor(s);
}

ThermalTissue tissue_of(double density, double capacity, double conductivity, double perfusion) {
    ThermalTissue t;
    t.name = "t";
    t.density = density;
    t.heat_capacity = capacity;
    t.conductivity = conductivity;
    t.perfusion = perfusion;
    return t;
}

HeatMedium box(index_t nx, index_t ny, index_t nz) {
    HeatMedium m;
    m.grid = Grid{nx, ny, nz, {1e-3, 1e-3, 1e-3}};
    m.label.assign(static_cast<std::size_t>(m.grid.cell_count()), 0);
    m.tissues = {tissue_of(1079.0, 3540.0, 0.52, 0.001)};
    return m;
}

// Everything that acts at once: tissues, particles, six faces, sources, perfusion, contacts.
struct Everything {
    explicit Everything(bool with_slope = false) : medium(box(23, 17, 19)) {
        HeatMedium& m = medium;
        m.tissues.push_back(tissue_of(911.0, 2348.0, 0.21, 0.0005));
        m.tissues.push_back(tissue_of(1050.0, 3600.0, 0.51, 0.004));
        m.tissues[1].metabolic_heat = 460.0;
        m.tissues[2].metabolic_heat = 5000.0;
        if (with_slope) m.tissues[0].conductivity_slope = 1e-3;
        const std::size_t cells = m.label.size();
        for (std::size_t p = 0; p < cells; ++p) {
            m.label[p] = static_cast<std::uint16_t>(3.0 * irregular(p / 40, 1));
            m.conductivity_factor.push_back(1.0 + 0.3 * irregular(p, 2));
            m.capacity_factor.push_back(1.0 - 0.1 * irregular(p, 3));
            source.push_back(irregular(p, 4) > 0.9 ? 1e6 : 0.0);
            factor.push_back(2.0 * irregular(p, 5));
            conductance.push_back(irregular(p, 6) > 0.97 ? 1e7 : 0.0);
            beside.push_back(300.0);
            start.push_back(body + irregular(p, 7));
        }
        using Kind = HeatFace::Kind;
        m.faces[0] = {Kind::fixed, 305.0, 0.0, 0.0};
        m.faces[1] = {Kind::convective, 295.0, 10.0, 20.0};
        m.faces[2] = {Kind::insulated, 300.0, 0.0, 35.0};
        m.faces[4] = {Kind::convective, 280.0, 0.0, -50.0};
        m.faces[5] = {Kind::convective, 278.0, 1000.0, 0.0};
        drive = {view_of(source), view_of(factor), view_of(conductance), view_of(beside), body};
    }
    HeatMedium medium;
    std::vector<double> source, factor, conductance, beside, start;
    HeatDrive drive;
};

double largest_term(const HeatBalance& b) {
    return std::max({std::abs(b.source), std::abs(b.metabolic), std::abs(b.perfusion),
                     std::abs(b.contact), std::abs(b.faces), std::abs(b.stored)});
}

TEST(Pennes, BooksCloseInEveryStepWhateverActs) {
    exec::ThreadTeam team(2);
    for (const bool with_slope : {false, true}) {
        for (const HeatScheme scheme : {HeatScheme::implicit, HeatScheme::explicit_stages}) {
            for (const double dt : {0.2, 2.0, 50.0}) {
                const Everything e(with_slope);
                PennesSolver solver(e.medium);
                auto t = e.start;
                for (int n = 0; n < 4; ++n) {
                    const HeatBalance b = solver.step(team, view_of(t), e.drive, dt, scheme);
                    EXPECT_LT(std::abs(b.residual()), 1e-12 * largest_term(b)) << dt;
                    EXPECT_GT(b.source, 0.0);
                    EXPECT_GT(b.metabolic, 0.0);
                    EXPECT_NE(b.contact, 0.0);
                    EXPECT_LT(b.faces, 0.0);
                }
            }
        }
    }
}

TEST(Pennes, StoredHeatIsThatOfTheTemperatures) {
    exec::ThreadTeam team(1);
    const Everything e;
    PennesSolver solver(e.medium);
    auto t = e.start;
    const HeatBalance b = solver.step(team, view_of(t), e.drive, 1.0);
    double stored = 0.0;
    for (std::size_t p = 0; p < t.size(); ++p) {
        stored += e.medium.tissues[e.medium.label[p]].volumetric_heat_capacity() *
                  e.medium.capacity_factor[p] * (t[p] - e.start[p]) * e.medium.grid.cell_volume();
    }
    EXPECT_NEAR(b.stored, stored, 1e-10 * std::abs(stored));
    double source = 0.0;
    for (const double q : e.source) source += q * e.medium.grid.cell_volume();
    EXPECT_NEAR(b.source, source, 1e-12 * source);
}

TEST(Pennes, HasTheSameBitsForAnyNumberOfThreads) {
    for (const HeatScheme scheme : {HeatScheme::implicit, HeatScheme::explicit_stages}) {
        for (const double dt : {0.5, 20.0}) {
            std::vector<std::vector<double>> results;
            for (const int threads : {1, 2, 4}) {
                exec::ThreadTeam team(threads);
                const Everything e(true);
                PennesSolver solver(e.medium);
                auto t = e.start;
                HeatBalance books;
                for (int n = 0; n < 3; ++n) {
                    books = solver.step(team, view_of(t), e.drive, dt, scheme);
                }
                t.push_back(books.faces);
                t.push_back(books.perfusion);
                results.push_back(t);
            }
            EXPECT_EQ(results[0], results[1]);
            EXPECT_EQ(results[0], results[2]);
        }
    }
}

TEST(Pennes, ExplicitAndImplicitAgreeAndMeetTheBalance) {
    exec::ThreadTeam team(2);
    const Everything e;
    PennesSolver solver(e.medium);
    auto a = e.start;
    auto b = e.start;
    for (int n = 0; n < 40; ++n) {
        solver.step(team, view_of(a), e.drive, 0.25);
        solver.step(team, view_of(b), e.drive, 0.25, HeatScheme::explicit_stages);
    }
    double apart = 0.0;
    for (std::size_t p = 0; p < a.size(); ++p) apart = std::max(apart, std::abs(a[p] - b[p]));
    EXPECT_LT(apart, 0.01);  // K, of a range of 30 K
    for (int n = 0; n < 60; ++n) solver.step(team, view_of(a), e.drive, 200.0);
    auto steady = e.start;
    solver.balance(team, view_of(steady), e.drive);
    apart = 0.0;
    for (std::size_t p = 0; p < a.size(); ++p) apart = std::max(apart, std::abs(a[p] - steady[p]));
    EXPECT_LT(apart, 1e-6);  // K
}

TEST(Pennes, PointHeatNeitherUndershootsNorOscillatesAtAnyStep) {
    exec::ThreadTeam team(2);
    for (const double dt : {0.3, 3.0, 30.0, 300.0, 3e4}) {
        const HeatMedium m = box(21, 21, 21);
        PennesSolver solver(m);
        std::vector<double> t(m.label.size(), body);
        std::vector<double> q(t.size(), 0.0);
        const auto middle = static_cast<std::size_t>(m.grid.index(10, 10, 10));
        q[middle] = 1e7;
        HeatDrive drive;
        drive.source = view_of(q);
        double before = body;
        for (int n = 0; n < 8; ++n) {
            solver.step(team, view_of(t), drive, dt);
            EXPECT_GE(*std::min_element(t.begin(), t.end()), body - 1e-9) << dt;
            EXPECT_GE(t[middle], before - 1e-3) << dt;  // K: it only grows warmer
            before = t[middle];
        }
        auto steady = t;
        solver.balance(team, view_of(steady), drive);
        EXPECT_LT(t[middle], steady[middle] + 0.01) << dt;
    }
}

TEST(Pennes, HotVoxelCoolsWithoutUndershoot) {
    exec::ThreadTeam team(2);
    for (const double dt : {0.3, 3.0, 30.0, 3e3}) {
        const HeatMedium m = box(15, 15, 15);
        PennesSolver solver(m);
        std::vector<double> t(m.label.size(), body);
        t[static_cast<std::size_t>(m.grid.index(7, 7, 7))] = 350.0;
        for (int n = 0; n < 5; ++n) {
            solver.step(team, view_of(t), {}, dt);
            EXPECT_GE(*std::min_element(t.begin(), t.end()), body - 1e-7) << dt;
        }
    }
}

TEST(Pennes, StiffContactHoldsItsVoxelBetweenItsOwnTemperatureAndTheTissues) {
    exec::ThreadTeam team(1);
    const HeatMedium m = box(9, 9, 9);
    PennesSolver solver(m);
    const auto middle = static_cast<std::size_t>(m.grid.index(4, 4, 4));
    std::vector<double> t(m.label.size(), body);
    std::vector<double> g(t.size(), 0.0);
    std::vector<double> beside(t.size(), 373.15);
    g[middle] = 1e12;  // W/m3/K
    HeatDrive drive;
    drive.contact_conductance = view_of(g);
    drive.contact_temperature = view_of(beside);
    for (int n = 0; n < 5; ++n) {
        solver.step(team, view_of(t), drive, 5.0);
        EXPECT_LE(*std::max_element(t.begin(), t.end()), 373.15 + 1e-6);
        EXPECT_GE(*std::min_element(t.begin(), t.end()), body - 1e-6);
    }
    // Six neighbours of k/dx2 = 5.2e5 W/m3/K draw it at most 2e-4 K down.
    EXPECT_NEAR(t[middle], 373.15, 2e-4);
}

TEST(Pennes, MetalAndAirInTissueStayWithinBounds) {
    exec::ThreadTeam team(2);
    HeatMedium m = box(16, 16, 16);
    m.tissues.push_back(tissue_of(8000.0, 500.0, 300.0, 0.0));
    m.tissues.push_back(tissue_of(1.2, 1000.0, 0.026, 0.0));
    for (std::size_t p = 0; p < m.label.size(); ++p) {
        m.label[p] = static_cast<std::uint16_t>(3.0 * irregular(p, 3));
    }
    std::vector<double> t(m.label.size(), body);
    t[1000] = 400.0;
    PennesSolver solver(m);
    for (int n = 0; n < 6; ++n) {
        solver.step(team, view_of(t), {}, 10.0);
        EXPECT_GE(*std::min_element(t.begin(), t.end()), body - 1e-6);
        EXPECT_LE(*std::max_element(t.begin(), t.end()), 400.0);
    }
}

TEST(Pennes, FollowsTheMediumsFactors) {
    exec::ThreadTeam team(1);
    HeatMedium m = box(5, 1, 1);
    m.tissues[0].perfusion = 0.0;
    PennesSolver solver(m);
    std::vector<double> q(5, 1e6);
    HeatDrive drive;
    drive.source = view_of(q);
    std::vector<double> t(5, body);
    solver.step(team, view_of(t), drive, 1.0);
    const double once = t[2] - body;
    EXPECT_NEAR(once, 1e6 / (1079.0 * 3540.0), 1e-12);
    m.capacity_factor.assign(5, 2.0);
    solver.follow_medium();
    t.assign(5, body);
    solver.step(team, view_of(t), drive, 1.0);
    EXPECT_NEAR(t[2] - body, 0.5 * once, 1e-12);
}

TEST(Pennes, RefusesBadInput) {
    exec::ThreadTeam team(1);
    const HeatMedium m = box(3, 3, 3);
    PennesSolver solver(m);
    std::vector<double> t(27, body);
    std::vector<double> few(26, 0.0);
    std::vector<double> wrong(27, -1.0);
    const auto refuses = [&](const HeatDrive& drive, double dt) {
        try {
            solver.step(team, view_of(t), drive, dt);
        } catch (const InputError& error) {
            return std::string(error.what());
        }
        return std::string();
    };
    const View<const double> short_view = view_of(std::as_const(few));
    const View<const double> negative = view_of(std::as_const(wrong));
    EXPECT_NE(refuses({}, 0.0).find("a step of 0 s"), std::string::npos);
    EXPECT_NE(refuses({short_view}, 1.0).find("heat source has 26"), std::string::npos);
    EXPECT_NE(refuses({{}, negative}, 1.0).find("exchange with blood"), std::string::npos);
    EXPECT_NE(refuses({{}, {}, negative, negative}, 1.0).find("contact conductance of voxel 0"),
              std::string::npos);
    EXPECT_NE(refuses({{}, {}, negative}, 1.0).find("only a conductance"), std::string::npos);
    EXPECT_NE(refuses({{}, {}, {}, {}, 0.0}, 1.0).find("arterial temperature is 0"),
              std::string::npos);
    EXPECT_THROW(solver.step(team, view_of(few), {}, 1.0), InputError);
    t[13] = std::numeric_limits<double>::quiet_NaN();
    EXPECT_THROW(solver.step(team, view_of(t), {}, 1.0), NumericalError);
}

// One step by the book, cell by cell.
std::vector<double> plain_euler(const Grid& g, const std::vector<double>& c,
                                const std::vector<double>& k, const std::vector<double>& loss,
                                const std::vector<double>& u, double dt) {
    std::vector<double> next(u.size());
    const auto flux = [&](std::size_t p, index_t i, index_t j, index_t l, double h) {
        if (!g.contains(i, j, l)) return 0.0;
        const auto q = static_cast<std::size_t>(g.index(i, j, l));
        return 2.0 * k[p] * k[q] / (k[p] + k[q]) * (u[q] - u[p]) / (h * h);
    };
    for (index_t l = 0; l < g.nz; ++l) {
        for (index_t j = 0; j < g.ny; ++j) {
            for (index_t i = 0; i < g.nx; ++i) {
                const auto p = static_cast<std::size_t>(g.index(i, j, l));
                const double in =
                    flux(p, i - 1, j, l, g.spacing[0]) + flux(p, i + 1, j, l, g.spacing[0]) +
                    flux(p, i, j - 1, l, g.spacing[1]) + flux(p, i, j + 1, l, g.spacing[1]) +
                    flux(p, i, j, l - 1, g.spacing[2]) + flux(p, i, j, l + 1, g.spacing[2]);
                next[p] = u[p] + dt * (in / c[p] - loss[p] * u[p]);
            }
        }
    }
    return next;
}

template <class T>
void expect_kernels_agree(double tolerance) {
    exec::ThreadTeam team(2);
    for (const auto& [nx, ny, nz] :
         {std::array<index_t, 3>{37, 9, 8}, {1, 1, 1}, {2, 1, 5}, {64, 3, 1}, {16, 16, 16}}) {
        Grid g{nx, ny, nz, {1e-3, 0.8e-3, 1.3e-3}};
        const auto cells = static_cast<std::size_t>(g.cell_count());
        std::vector<double> c(cells, 3.8e6), k(cells, 0.5), loss(cells), u(cells);
        for (std::size_t p = 0; p < cells; ++p) {
            if (p > cells / 2) k[p] = 0.1 + irregular(p, 1);
            loss[p] = 0.01 * irregular(p, 2);
            u[p] = irregular(p, 3);
        }
        const std::vector<T> loss_t(loss.begin(), loss.end());
        const std::vector<T> u_t(u.begin(), u.end());
        const auto right = plain_euler(g, c, k, loss, u, 1.0);
        std::vector<T> first;
        for (const auto& kernels : heat::usable_heat_kernels<T>()) {
            HeatStages<T> stages(team, g, view_of(std::as_const(c)), view_of(std::as_const(k)));
            stages.use(kernels);
            stages.set_loss(view_of(loss_t));
            std::vector<T> next(cells);
            stages.euler(team, view_of(u_t), {}, 1.0, view_of(next));
            for (std::size_t p = 0; p < cells; ++p) {
                ASSERT_NEAR(static_cast<double>(next[p]), right[p], tolerance) << kernels.name;
            }
            std::vector<T> later = u_t;
            std::vector<T> mean(cells);
            stages.chebyshev(team, view_of(later), {}, 20.0, view_of(mean));
            later.insert(later.end(), mean.begin(), mean.end());
            if (first.empty()) first = later;
            EXPECT_EQ(later, first) << kernels.name;
        }
    }
}

TEST(HeatKernels, AgreeWithTheBookAndHaveTheSameBits) {
    expect_kernels_agree<double>(10.0 * 20.0 * 2.3e-16);
    expect_kernels_agree<float>(10.0 * 20.0 * 1.2e-7);
}

TEST(ChebyshevStages, AreStableUpToTheirReachAndOfSecondOrder) {
    for (const int stages : {2, 3, 7, 20, 60}) {
        const ChebyshevStages c = chebyshev_stages(stages);
        const auto amplify = [&](double z) {
            double before = 0.0;
            double now = c.first * z;
            for (const ChebyshevStage& s : c.later) {
                const double next =
                    s.keep * now + s.before * before + s.step * z * now + s.start * z;
                before = std::exchange(now, next);
            }
            return 1.0 + now;
        };
        const double z = -1e-3;
        EXPECT_NEAR(amplify(z), 1.0 + z + 0.5 * z * z, 1e-9) << stages;
        for (double x = 0.0; x <= 1.0; x += 0.003) {
            EXPECT_LE(std::abs(amplify(-x * chebyshev_reach(stages))), 1.0 + 1e-12) << stages;
        }
        EXPECT_EQ(chebyshev_stage_count(0.999 * chebyshev_reach(stages), 1.0), stages);
    }
    EXPECT_THROW(chebyshev_stage_count(1e9, 1.0), NumericalError);
    EXPECT_THROW(chebyshev_stages(1), std::logic_error);
}

}  // namespace
}  // namespace caravel::tissue
