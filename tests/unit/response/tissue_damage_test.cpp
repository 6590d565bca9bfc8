#include "caravel/response/damage/tissue_damage.hpp"

#include "caravel/base/error.hpp"
#include "caravel/input/document.hpp"
#include "caravel/input/reader.hpp"
#include "caravel/response/damage/damage_kernels.hpp"
#include "caravel/response/damage/damage_plan.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <memory>
#include <string>
#include <vector>

namespace caravel::response {
namespace {

constexpr double zero = 273.15;  // K

matter::Library& library() {
    static matter::Library shipped(std::filesystem::path(CARAVEL_SOURCE_DIR) / "data");
    return shipped;
}

DamageInput with_model(const std::string& model) {
    DamageInput damage;
    damage.model = model;
    return damage;
}

/// Tissue under a course of temperatures that differs per voxel.
class Tissue {
  public:
    Tissue(const DamageInput& damage, std::size_t voxels, int threads = 1)
        : model(damage, library()), team(threads), state(model.rows().size() * voxels), n(voxels) {
        model.initialise(state, n);
    }
    void advance(const std::vector<double>& start, const std::vector<double>& end, double dt) {
        model.advance(team, state, view_of(start), view_of(end), dt);
    }
    void hold(double celsius, double dt) {
        const std::vector<double> t(n, celsius + zero);
        advance(t, t, dt);
    }
    double row(const std::string& name, std::size_t voxel = 0) const {
        const auto& rows = model.rows();
        const auto place = std::find(rows.begin(), rows.end(), name) - rows.begin();
        return state.at(static_cast<std::size_t>(place) * n + voxel);
    }
    std::vector<double> survival() {
        std::vector<double> share(n);
        model.survival(team, state, share);
        return share;
    }

    TissueDamage model;
    exec::ThreadTeam team;
    std::vector<double> state;
    std::size_t n;
};

/// Temperatures from far below freezing to far above boiling, rising and falling.
std::vector<double> course(std::size_t voxels, int step) {
    std::vector<double> t(voxels);
    for (std::size_t i = 0; i < voxels; ++i) {
        const double phase = 0.13 * static_cast<double>(i) + 0.7 * step;
        t[i] = 310.15 + 45.0 * std::sin(phase) * std::sin(0.011 * static_cast<double>(i));
    }
    return t;
}

TEST(TissueDamage, RestLeavesTheStateToTheBit) {
    for (const char* model : {"arrhenius", "three_state", "cem43"}) {
        Tissue tissue(with_model(model), 100);
        const auto before = tissue.state;
        tissue.hold(37.0, 3600.0);
        tissue.hold(38.9, 1e6);
        tissue.hold(5.0, 1e6);
        EXPECT_EQ(tissue.state, before) << model;
        EXPECT_NEAR(tissue.survival()[0], 1.0, 1e-15);
    }
}

TEST(TissueDamage, VoxelsAtRestBesideHotOnesKeepTheirBits) {
    for (const char* model : {"arrhenius", "three_state", "cem43"}) {
        Tissue tissue(with_model(model), 64);
        Tissue alone(with_model(model), 64);
        std::vector<double> t(64, 37.0 + zero);
        for (std::size_t i = 0; i < 64; i += 3) t[i] = 80.0 + zero;
        for (std::size_t i = 1; i < 64; i += 6) t[i] = -30.0 + zero;
        for (int step = 0; step < 50; ++step) tissue.advance(t, t, 10.0);
        for (const std::string& row : tissue.model.rows())
            EXPECT_EQ(tissue.row(row, 2), alone.row(row, 2)) << model << " " << row;
        EXPECT_LT(tissue.survival()[3], 0.9);
        EXPECT_LT(tissue.survival()[1], 0.9);
    }
}

TEST(TissueDamage, ThermalDoseDecidesAtItsLimit) {
    // 50 Cel for 200 and for 300 min of CEM43: only the second is beyond 240
    DamageInput damage = with_model("cem43");
    damage.heat_shock = false;
    for (const double minutes : {200.0, 300.0}) {
        Tissue tissue(damage, 8);
        const double seconds = minutes * 60.0 / 128.0;
        for (int i = 0; i < 10; ++i) tissue.hold(50.0, seconds / 10.0);
        EXPECT_NEAR(tissue.row("cem43"), minutes * 60.0, minutes * 60.0 * 1e-12);
        EXPECT_EQ(tissue.survival()[0]<0.01, minutes> 240.0);
    }
}

TEST(TissueDamage, RowsAreTheIntegralsOfTheirProcesses) {
    DamageInput damage = with_model("arrhenius");
    damage.heat_shock = false;
    Tissue tissue(damage, 70);
    std::vector<double> start(70);
    std::vector<double> end(70);
    for (std::size_t i = 0; i < 70; ++i) {
        start[i] = 37.0 + 0.6 * static_cast<double>(i) + zero;
        end[i] = start[i] + 4.0 * std::sin(static_cast<double>(i));
    }
    tissue.advance(start, end, 3.0);
    const ArrheniusProcess cells = find_process(library(), damage.process);
    const ArrheniusProcess vessels = find_process(library(), damage.vessels);
    for (std::size_t i = 0; i < 70; ++i) {
        const double dose = cem43_dose(start[i], end[i], 3.0);
        EXPECT_NEAR(tissue.row("cem43", i), dose, dose * 1e-12);
        const double omega = arrhenius_dose(cells, start[i], end[i], 3.0);
        EXPECT_NEAR(tissue.row("arrhenius.cells", i), omega, omega * 2e-6) << i;
        const double closed = arrhenius_dose(vessels, start[i], end[i], 3.0);
        EXPECT_NEAR(tissue.row("arrhenius.vessels", i), closed, closed * 2e-6) << i;
    }
}

TEST(TissueDamage, KernelsAgreeWithThePlainVersionAndAmongEachOther) {
    for (const char* model : {"arrhenius", "three_state", "cem43"}) {
        const DamagePlan plan = plan_damage(with_model(model), library());
        const auto fresh = [&] {
            auto b = std::make_unique<DamageBlock>();
            b->dt = 1.5;
            b->lowest = 300.0;
            b->highest = 360.0;
            b->largest_change = 1.0;
            for (std::size_t i = 0; i < block_voxels; ++i) {
                b->start[i] = 300.0 + 0.9 * static_cast<double>(i);
                b->end[i] = b->start[i] + (i % 3 == 0 ? 0.0 : i % 3 == 1 ? 1.0 : -0.7);
                if (plan.constants.rows.alive >= 0) {
                    b->at(plan.constants.rows.alive)[i] = 0.9;
                    b->at(plan.constants.rows.vulnerable)[i] = 0.05;
                }
                b->at(plan.constants.rows.stress)[i] = 0.3;
                b->at(plan.constants.rows.tolerance)[i] = 0.1;
            }
            return b;
        };
        const auto plain = fresh();
        const auto narrow = fresh();
        heat_plainly(plan.constants, *plain);
        usable_damage_kernels().front().heat(plan.constants, *narrow);
        for (int r = 0; r < plan.constants.heat_rows; ++r)
            for (std::size_t i = 0; i < block_voxels; ++i) {
                const double expected = plain->at(r)[i];
                EXPECT_NEAR(narrow->at(r)[i], expected, std::abs(expected) * 2e-6 + 1e-300)
                    << model << " " << plan.names[static_cast<std::size_t>(r)] << " " << i;
            }
        for (const DamageKernels& kernels : usable_damage_kernels()) {
            const auto wide = fresh();
            kernels.heat(plan.constants, *wide);
            for (int r = 0; r < plan.constants.heat_rows; ++r)
                for (std::size_t i = 0; i < block_voxels; ++i)
                    EXPECT_EQ(wide->at(r)[i], narrow->at(r)[i]) << kernels.name << " " << r;
        }
    }
}

TEST(TissueDamage, SameBitsForAnyNumberOfThreads) {
    constexpr std::size_t n = 5003;
    std::vector<std::vector<double>> states;
    for (const int threads : {1, 2, 4}) {
        Tissue tissue(with_model("three_state"), n, threads);
        for (int step = 0; step < 12; ++step)
            tissue.advance(course(n, step), course(n, step + 1), 3.0);
        states.push_back(tissue.state);
    }
    EXPECT_EQ(states[0], states[1]);
    EXPECT_EQ(states[0], states[2]);
}

TEST(TissueDamage, SurvivalNeverRises) {
    for (const char* model : {"arrhenius", "three_state", "cem43"}) {
        Tissue tissue(with_model(model), 500);
        std::vector<double> before = tissue.survival();
        for (int step = 0; step < 60; ++step) {
            tissue.advance(course(500, step), course(500, step + 1), 2.0);
            const std::vector<double> after = tissue.survival();
            for (std::size_t i = 0; i < 500; ++i) {
                ASSERT_LE(after[i], before[i] + 4e-16) << model << " " << i;
                ASSERT_GE(after[i], 0.0);
            }
            before = after;
        }
        EXPECT_LT(*std::min_element(before.begin(), before.end()), 0.5) << model;
    }
}

TEST(TissueDamage, LongStepsFollowShortOnes) {
    Tissue once(with_model("three_state"), 8);
    Tissue often(with_model("three_state"), 8);
    once.hold(43.5, 1800.0);
    for (int i = 0; i < 180; ++i) often.hold(43.5, 10.0);
    EXPECT_NEAR(once.survival()[0], often.survival()[0], 2e-3);
    EXPECT_NEAR(once.row("heat_shock.tolerance"), often.row("heat_shock.tolerance"), 2e-3);
}

TEST(TissueDamage, PriorWarmthProtects) {
    for (const char* model : {"arrhenius", "three_state", "cem43"}) {
        DamageInput without = with_model(model);
        without.heat_shock = false;
        Tissue tolerant(with_model(model), 1);
        Tissue plain(without, 1);
        for (Tissue* tissue : {&tolerant, &plain}) {
            tissue->hold(42.0, 1800.0);
            tissue->hold(37.0, 8 * 3600.0);
        }
        EXPECT_GT(tolerant.row("heat_shock.tolerance"), 0.2);
        const double before = tolerant.survival()[0];
        const double plain_before = plain.survival()[0];
        tolerant.hold(45.0, 900.0);
        plain.hold(45.0, 900.0);
        EXPECT_GT(tolerant.survival()[0] / before, plain.survival()[0] / plain_before) << model;
        EXPECT_LT(tolerant.survival()[0], before);
        EXPECT_EQ(tolerant.row("cem43"), plain.row("cem43"));
        EXPECT_EQ(tolerant.row("arrhenius.vessels"), plain.row("arrhenius.vessels"));
    }
}

TEST(TissueDamage, VesselsShutAndWiden) {
    DamageInput damage = with_model("arrhenius");
    damage.dilation = 5.0;
    Tissue tissue(damage, 1);
    std::vector<double> factor(1);
    const auto perfusion = [&](double celsius) {
        const std::vector<double> t{celsius + zero};
        tissue.model.perfusion(tissue.team, tissue.state, view_of(t), factor);
        return factor[0];
    };
    EXPECT_EQ(perfusion(37.0), 1.0);
    EXPECT_NEAR(perfusion(45.0), 5.0, 1e-12);
    EXPECT_GT(perfusion(42.0), perfusion(40.0));
    tissue.hold(60.0, 1.0);
    EXPECT_LT(perfusion(45.0), 1e-6);
    Tissue frozen(damage, 1);
    frozen.hold(-20.0, 60.0);
    frozen.model.perfusion(frozen.team, frozen.state, {}, factor);
    EXPECT_NEAR(factor[0], 0.01, 1e-12);
}

TEST(TissueDamage, CoagulationFollowsItsProcess) {
    Tissue tissue(with_model("three_state"), 1);
    std::vector<double> share(1);
    tissue.hold(60.0, 44.25);
    tissue.model.coagulated(tissue.team, tissue.state, share);
    EXPECT_NEAR(share[0], 1.0 - std::exp(-1.0), 1e-3);
    DamageInput none = with_model("three_state");
    none.coagulation = "none";
    none.vessels = "none";
    Tissue plain(none, 1);
    plain.model.coagulated(plain.team, plain.state, share);
    EXPECT_EQ(share[0], 0.0);
}

TEST(TissueDamage, ParticlesHelpIceKill) {
    DamageInput damage;
    damage.heat_shock = false;
    const TissueDamage model(damage, library());
    exec::ThreadTeam team(1);
    std::vector<double> state(model.rows().size() * 2);
    model.initialise(state, 2);
    const std::vector<double> warm(2, 37.0 + zero);
    const std::vector<double> cold(2, -15.0 + zero);
    const std::vector<double> sites{0.0, 50.0};
    model.advance(team, state, view_of(warm), view_of(cold), 600.0, view_of(sites));
    std::vector<double> share(2);
    model.survival(team, state, share);
    EXPECT_LT(share[1], 0.9 * share[0]);
}

TEST(TissueDamage, InputIsReadWithUnits) {
    const auto read = [](const std::string& text) {
        return input::read<DamageInput>(input::parse_toml(text, "study.toml").root);
    };
    const DamageInput damage = read(
        "model = 'cem43'\nlethal_dose = '60 min'\nvessels = 'none'\nheat_shock = false\n"
        "dilation = 8.6\nlethal_temperature = '-45 Cel'\n");
    EXPECT_EQ(damage.model, "cem43");
    EXPECT_DOUBLE_EQ(damage.lethal_dose, 3600.0);
    EXPECT_EQ(damage.vessels, "none");
    EXPECT_FALSE(damage.heat_shock);
    EXPECT_DOUBLE_EQ(damage.dilation, 8.6);
    EXPECT_NEAR(damage.lethal_temperature.value_or(0.0), 228.15, 1e-9);
    EXPECT_THROW(read("model = 'arhenius'"), InputError);
    EXPECT_THROW(read("lethal_dose = '-240 min'"), InputError);
    EXPECT_THROW(read("lethal_temperature = '5 Cel'"), InputError);
}

TEST(TissueDamage, RefusesWhatCannotBe) {
    DamageInput damage;
    damage.vessels = "microvasculatur";
    try {
        const TissueDamage model(damage, library());
        FAIL();
    } catch (const InputError& error) {
        EXPECT_EQ(error.diagnostics().at(0).hint, "did you mean 'microvasculature'?");
    }
    const auto refused = [](auto change) {
        DamageInput wrong;
        change(wrong);
        EXPECT_THROW(TissueDamage(wrong, library()), InputError);
    };
    refused([](DamageInput& d) { d.model = "threestate"; });
    refused([](DamageInput& d) { d.lethal_dose = -240.0; });
    refused([](DamageInput& d) { d.dilation = -1.0; });
    refused([](DamageInput& d) { d.lethal_temperature = 5.0 + zero; });
    Tissue tissue(DamageInput{}, 4);
    EXPECT_THROW(tissue.hold(50.0, -1.0), InputError);
    EXPECT_THROW(tissue.hold(std::numeric_limits<double>::quiet_NaN(), 1.0), NumericalError);
}

}  // namespace
}  // namespace caravel::response
