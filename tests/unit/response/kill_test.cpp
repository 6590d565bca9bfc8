#include "caravel/response/kill.hpp"
#include "caravel/kinetics/voxel_solver.hpp"
#include "caravel/response/growth.hpp"
#include "unit/tissue/example_tumour.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace caravel::response {
namespace {

using test::amount;
using test::message_of;
using test::TumourModel;

Kill kill_of(const KillLaw& law, const std::string& site = "cells") {
    Kill kill;
    kill.agent = "probe";
    kill.site = site;
    kill.law = law;
    return kill;
}

void add(TumourModel& m, const Kill& kill) { add_kill(m.model, m.tumour, kill, m.drugs, m.body); }

/// Volume (m3/s) that leaves a population, and what the rates say about where it goes.
double killed(const TumourModel& m, const std::vector<double>& y, std::size_t population) {
    const auto rates = test::rates_at(m.model, y);
    return -amount(rates, m.tumour.population(population));
}

TEST(Kill, EmaxTakesHalfItsLargestRateAtHalfConcentration) {
    TumourModel m;
    add(m, kill_of(EmaxKill{1e-4, 0.02, 3.0}));
    auto y = m.model.initial();
    // 0.02 kg/m3 with 0.5 kg/mol in 1.5e-7 m3 of sensitive tumour, of which 65 % are cells, twice
    // that in resistant ones
    amount(y, m.pool("tumour.cells.sensitive")) = 0.02 / 0.5 * 0.65 * 1.5e-7;
    amount(y, m.pool("tumour.cells.resistant")) = 0.04 / 0.5 * 0.65 * 0.5e-7;
    EXPECT_NEAR(killed(m, y, 0), 0.5e-4 * 1.5e-7, 1e-22);
    EXPECT_NEAR(killed(m, y, 1), 8.0 / 9.0 * 1e-4 * 0.5e-7, 1e-22);
    // Concentration counts, not amount: half the cells with half the drug die as fast.
    amount(y, m.tumour.population(0)) *= 0.5;
    amount(y, m.pool("tumour.cells.sensitive")) *= 0.5;
    EXPECT_NEAR(killed(m, y, 0), 0.5e-4 * 0.75e-7, 1e-22);
}

TEST(Kill, KilledVolumeEntersTheFirstStageAndItsDrugTheInterstitium) {
    TumourModel without;
    TumourModel with;
    add(with, kill_of(EmaxKill{1e-4, 0.02, 1.0}));
    auto y = with.model.initial();
    amount(y, with.pool("tumour.cells.sensitive")) = 0.02 / 0.5 * 0.65 * 1.5e-7;
    const auto before = test::rates_at(without.model, y);
    const auto after = test::rates_at(with.model, y);
    const double lost = 0.5e-4 * 1.5e-7;
    EXPECT_NEAR(amount(after, with.tumour.dying()[0]), lost, 1e-22);
    const double freed = 0.5e-4 * 0.02 / 0.5 * 0.65 * 1.5e-7;
    for (const auto& [place, sign] :
         {std::pair{"tumour.cells.sensitive", -1.0}, std::pair{"tumour.interstitium", 1.0}})
        EXPECT_NEAR(amount(after, with.pool(place)) - amount(before, with.pool(place)),
                    sign * freed,
                    1e-10 * freed + 1e-14 * std::abs(amount(before, with.pool(place))))
            << place;
    EXPECT_NO_THROW(with.model.check_conservation());
}

TEST(Kill, EveryDrugInKilledCellsReturnsWhicheverDrugKills) {
    TumourModel m;
    body::DrugDisposition other = test::inert_drug();
    other.agent = "other";
    auto& passenger =
        m.drugs.emplace("other", body::DrugBlock(m.model, m.body, other, 0.3, 1e-9)).first->second;
    m.tumour.add_drug_pools(m.model, passenger);
    add(m, kill_of(LinearKill{3e-3}, "plasma"));
    auto y = m.model.initial();
    amount(y, m.pool("venous")) = 0.4 / 0.5 * 0.8 * m.body.venous_volume;  // 0.4 kg/m3
    amount(y, passenger.pool("tumour.cells.resistant")) = 7e-10;
    const auto rates = test::rates_at(m.model, y);
    EXPECT_NEAR(amount(rates, passenger.pool("tumour.interstitium")), 3e-3 * 0.4 * 7e-10, 1e-24);
    EXPECT_NEAR(amount(rates, passenger.pool("tumour.cells.resistant")), -3e-3 * 0.4 * 7e-10,
                1e-24);
}

TEST(Kill, LinearKillSeesInterstitiumOrPlasma) {
    TumourModel m;
    Kill interstitium = kill_of(LinearKill{3e-3}, "interstitium");
    interstitium.population = "sensitive";
    Kill plasma = kill_of(LinearKill{3e-3}, "plasma");
    plasma.population = "resistant";
    plasma.sensitivity = 2.0;
    add(m, interstitium);
    add(m, plasma);
    auto y = m.model.initial();
    amount(y, m.pool("tumour.interstitium")) = 0.1 / 0.5 * 0.3 * 2e-7;     // 0.1 kg/m3
    amount(y, m.pool("venous")) = 0.4 / 0.5 * 0.8 * m.body.venous_volume;  // 0.4 kg/m3 plasma
    EXPECT_NEAR(killed(m, y, 0), 3e-3 * 0.1 * 1.5e-7, 1e-20);
    EXPECT_NEAR(killed(m, y, 1), 3e-3 * 2.0 * 0.4 * 0.5e-7, 1e-20);
    // The interstitium's concentration falls when the same drug has twice the room.
    amount(y, m.tumour.dying()[0]) = 2e-7;
    EXPECT_NEAR(killed(m, y, 0), 3e-3 * 0.05 * 1.5e-7, 1e-20);
}

TEST(Kill, ExposureIsTheIntegralOfConcentrationAndKillsAboveItsThreshold) {
    TumourModel m;
    add(m, kill_of(ExposureKill{1e-4, 50.0, 4.0}, "plasma"));
    std::vector<kinetics::SpeciesId> exposures;
    for (std::size_t i = 0; i < m.model.all_species().size(); ++i)
        if (m.model.all_species()[i].name.find(".exposure") != std::string::npos)
            exposures.push_back({static_cast<int>(i)});
    ASSERT_EQ(exposures.size(), 2U);  // one per population
    auto y = m.model.initial();
    amount(y, m.pool("venous")) = 0.4 / 0.5 * 0.8 * m.body.venous_volume;
    const auto rates = test::rates_at(m.model, y);
    for (const auto& id : exposures) EXPECT_NEAR(amount(rates, id), 0.4, 1e-13);
    EXPECT_EQ(killed(m, y, 0), 0.0);
    for (const auto& id : exposures) amount(y, id) = 50.0;
    EXPECT_NEAR(killed(m, y, 0), 0.5e-4 * 1.5e-7, 1e-22);
    for (const auto& id : exposures) amount(y, id) = 100.0;
    EXPECT_NEAR(killed(m, y, 0), 16.0 / 17.0 * 1e-4 * 1.5e-7, 1e-22);
}

TEST(Kill, JacobianOfAllLawsMeetsCentralDifferences) {
    TumourModel m;
    add_growth(m.model, m.tumour, {SimeoniGrowth{3e-6, 1e-12, 20.0}});
    add(m, kill_of(EmaxKill{1e-4, 0.02, 2.5}));
    add(m, kill_of(EmaxKill{2e-4, 0.01, 1.0}, "interstitium"));
    add(m, kill_of(LinearKill{3e-3}, "plasma"));
    add(m, kill_of(ExposureKill{1e-4, 50.0, 4.0}));
    const kinetics::CompiledModel compiled(m.model);
    auto y = m.model.initial();
    for (std::size_t i = 0; i < y.size(); ++i) {
        const auto& species = m.model.all_species()[i];
        const double spread = 0.5 + 0.07 * static_cast<double>(i % 13);
        y[i] = species.substance.empty() ? spread * species.scale : 1e-8 * spread;
    }
    const std::size_t n = y.size();
    const auto dense = compiled.dense_jacobian(y, compiled.coefficients());
    std::vector<double> up(n);
    std::vector<double> down(n);
    int compared = 0;
    for (std::size_t column = 0; column < n; ++column) {
        const double middle = y[column];
        const double h = 1e-5 * middle;
        y[column] = middle + h;
        compiled.rates(y, compiled.coefficients(), up);
        const double high = y[column];
        y[column] = middle - h;
        compiled.rates(y, compiled.coefficients(), down);
        const double width = high - y[column];
        y[column] = middle;
        for (std::size_t row = 0; row < n; ++row) {
            const double difference = (up[row] - down[row]) / width;
            const double exact = dense[row * n + column];
            // Rounding of the difference: what the row's rates leave, divided by the width.
            const double rounding = 1e-14 * (std::abs(up[row]) + 1e-8) / width;
            EXPECT_NEAR(difference, exact, 1e-7 * std::abs(exact) + rounding)
                << m.model.all_species()[row].name << " by " << m.model.all_species()[column].name;
            compared += exact != 0.0 && std::abs(exact) > 100.0 * rounding ? 1 : 0;
        }
    }
    EXPECT_GT(compared, 100);
}

/// A voxel of a tumour whose drug, all between the cells, kills them in proportion to what they
/// take up: 0.2 1/h at 1 kg/m3 of tissue, which cells concentrate.
struct KilledVoxel {
    KilledVoxel() : tumour(model, cells(), tissue::TumourSetting::voxel) {
        auto d = test::inert_drug();
        d.cell_uptake = 100.0 / 3600.0;
        d.cell_accumulation = 1000.0;
        d.tumour_permeability_surface = 1e-9;
        const auto body = test::reference_mouse({});
        auto& drug = drugs.emplace("probe", body::DrugBlock(d, molar_mass, 1e-9)).first->second;
        drug.add_pool(model, "venous");
        drug.add_pool(model, "lymph");
        tumour.add_drug_pools(model, drug);
        tumour.add_drug_reactions(model, drug, body);
        add_kill(model, tumour,
                 kill_of(LinearKill{0.2 / 3600.0 * tumour.parameters().cell_fraction()}), drugs,
                 body);
        const auto growth = model.add_coefficient("growth", std::log(2.0) / 432000.0);
        model.add_reaction(
            {"growth", {{tumour.population(0), 1.0}}, {growth, tumour.population(0), {}, {}}});
    }
    static tissue::TumourParameters cells() {
        auto p = test::example_tumour();
        p.populations.resize(1);
        p.populations[0].fraction = 1.0;
        return p;
    }

    static constexpr double molar_mass = 0.5;
    kinetics::KineticModel model;
    tissue::LumpedTumour tumour;
    std::map<std::string, body::DrugBlock> drugs;
};

TEST(Kill, WithoutAnUpperRateTakesTheLastCellsOfAVoxel) {
    KilledVoxel v;
    const kinetics::CompiledModel compiled(v.model);
    const kinetics::VoxelSolver solver(compiled, {3e-4, 10000});
    auto y = v.model.initial();
    const auto& all = v.model.all_species();
    amount(y, v.drugs.at("probe").pool("tumour.interstitium")) = 1.0 / KilledVoxel::molar_mass;
    const auto drug = [&] {
        double sum = 0.0;
        for (std::size_t s = 0; s < all.size(); ++s)
            if (all[s].substance == "probe") sum += y[s];
        return sum;
    };
    const double given = drug();
    std::vector<double*> places;
    for (double& value : y) places.push_back(&value);
    std::vector<kinetics::VoxelCoefficient> coefficients;
    for (const auto& c : v.model.coefficients()) coefficients.push_back({c.value, nullptr});
    exec::ThreadTeam team(1);
    std::int64_t most = 0;
    for (int window = 0; window < 48; ++window) {
        const auto done = solver.advance(team, 1, places, coefficients, 1800.0);
        most = std::max(most, done.accepted + done.rejected);
    }
    EXPECT_LT(most, 200);
    EXPECT_LT(amount(y, v.tumour.population(0)), 1e-6);
    EXPECT_NEAR(drug(), given, 1e-12 * given);
}

TEST(Kill, SaysWhereItStandsWhenItsCellsDoNotExist) {
    TumourModel m;
    Kill kill = kill_of(EmaxKill{1e-4, 0.02, 1.0});
    kill.population = "stem";
    kill.where = {"study.toml", 12, 1};
    const auto what = message_of([&] { add(m, kill); });
    EXPECT_NE(what.find("study.toml:12"), std::string::npos) << what;
    EXPECT_NE(what.find("'stem'"), std::string::npos) << what;
}

TEST(Kill, APopulationWithoutCellsStaysEmpty) {
    tissue::TumourParameters p = test::example_tumour();
    p.populations[0].fraction = 1.0;
    p.populations[1].fraction = 0.0;
    TumourModel m(test::inert_drug(), p);
    add(m, kill_of(EmaxKill{1e-4, 0.02, 1.0}));
    auto y = m.model.initial();
    amount(y, m.pool("venous")) = 1e-9;
    y = test::integrate(m.model, y, 1e5, 1e-6);
    EXPECT_EQ(amount(y, m.tumour.population(1)), 0.0);
    EXPECT_GT(amount(y, m.tumour.dying()[0]), 0.0);
}

TEST(Kill, AnUnknownPopulationIsRefusedByName) {
    TumourModel m;
    Kill kill = kill_of(LinearKill{1.0});
    kill.population = "stem";
    EXPECT_EQ(message_of([&] { add(m, kill); }), "tumour 'tumour' has no population 'stem'");
}

}  // namespace
}  // namespace caravel::response
