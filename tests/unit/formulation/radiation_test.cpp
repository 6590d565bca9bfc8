#include "caravel/formulation/radiation/dose_enhancement.hpp"
#include "caravel/formulation/radiation/local_dose.hpp"
#include "caravel/formulation/radiation/photoelectric.hpp"
#include "caravel/formulation/radiation/radiolabel.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/error.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <numbers>

namespace caravel::formulation::radiation {
namespace {

constexpr double kev = 1e3 * electronvolt;

const matter::XrayTables& tables() {
    static const matter::XrayTables shared(std::filesystem::path(CARAVEL_SOURCE_DIR) / "data" /
                                           "xray");
    return shared;
}

TEST(DoseEnhancement, MixesByMassFraction) {
    EXPECT_DOUBLE_EQ(dose_enhancement(0.0, 150.0), 1.0);
    EXPECT_DOUBLE_EQ(dose_enhancement(0.01, 101.0), 2.0);
    EXPECT_THROW(dose_enhancement(1.1, 2.0), InputError);
}

TEST(TubeSpectrum, EndsAtThePeakAndHardensWithFiltration) {
    const auto mean = [](const Spectrum& s) {
        double weights = 0.0, sum = 0.0;
        for (const auto& bin : s) {
            weights += bin.weight;
            sum += bin.weight * bin.energy;
        }
        return sum / weights;
    };
    const Spectrum soft = tube_spectrum(tables(), 100.0 * kev, 1e-3);
    const Spectrum hard = tube_spectrum(tables(), 100.0 * kev, 10e-3);
    EXPECT_LT(soft.back().energy, 100.0 * kev);
    EXPECT_GT(mean(hard), mean(soft));
    EXPECT_GT(mean(soft), 35.0 * kev);
    EXPECT_LT(mean(soft), 60.0 * kev);
}

/// Photons, electrons and what stays in the outer shells add up to the ionisation energy.
TEST(VacancyCascade, KeepsEnergy) {
    for (const char* element : {"Fe", "I", "Gd", "Au", "Bi"})
        for (const char* shell : {"K", "L1", "L3"}) {
            const Cascade c = vacancy_cascade(tables(), element, shell);
            double edge = 0.0;
            for (const auto& s : tables().shells(element))
                if (s.name == shell) edge = s.edge;
            EXPECT_NEAR(c.photon_energy() + c.electron_energy() + c.remaining_energy, edge,
                        1e-9 * edge)
                << element << ' ' << shell;
        }
}

TEST(VacancyCascade, GoldKVacancyFluorescesAsTabulated) {
    const Cascade c = vacancy_cascade(tables(), "Au", "K");
    double k_photons = 0.0;
    for (const auto& photon : c.photons)
        if (photon.energy > 60.0 * kev) k_photons += photon.number;
    EXPECT_NEAR(k_photons, 0.9604, 1e-9);
}

/// The shells of the tables end at O3, so the count is a lower bound of the ten or so that a full
/// cascade gives; a K vacancy mostly moves to L2 and L3 by fluorescence.
TEST(VacancyCascade, GoldEmitsSeveralElectrons) {
    const double k = vacancy_cascade(tables(), "Au", "K").electron_number();
    const double l1 = vacancy_cascade(tables(), "Au", "L1").electron_number();
    const double l3 = vacancy_cascade(tables(), "Au", "L3").electron_number();
    EXPECT_GT(k, 3.5);
    EXPECT_LT(k, 20.0);
    EXPECT_GT(l1, l3);
    EXPECT_NEAR(k, l3, 0.5);
}

TEST(VacancyCascade, GroupsKeepNumberAndEnergy) {
    const Cascade c = vacancy_cascade(tables(), "Au", "L1");
    Cascade grouped;
    grouped.electrons = group_by_energy(c.electrons, 8);
    EXPECT_LT(grouped.electrons.size(), 40u);
    EXPECT_NEAR(grouped.electron_number(), c.electron_number(), 1e-12);
    EXPECT_NEAR(grouped.electron_energy(), c.electron_energy(), 1e-12 * c.electron_energy());
}

TEST(VacancyCascade, NamesTheShellsOfAnElement) {
    EXPECT_THROW(vacancy_cascade(tables(), "Au", "Q1"), InputError);
    EXPECT_THROW(vacancy_cascade(tables(), "Xx", "K"), InputError);
}

/// Above the K edge of gold the K shell takes 1 - 1/4.874 of the interactions.
TEST(Photoelectric, KShellShareFollowsTheJumpRatio) {
    const auto shares = shell_shares(tables(), "Au", 100.0 * kev);
    ASSERT_FALSE(shares.empty());
    EXPECT_EQ(shares.front().shell, "K");
    EXPECT_NEAR(shares.front().share, 1.0 - 1.0 / 4.874, 1e-12);
    EXPECT_EQ(shell_shares(tables(), "Au", 60.0 * kev).front().shell, "L1");
}

TEST(Photoelectric, EnergyIsThatOfThePhoton) {
    const Cascade c = photoelectric_emission(tables(), "Au", 100.0 * kev);
    EXPECT_NEAR(c.photon_energy() + c.electron_energy() + c.remaining_energy, 100.0 * kev,
                1e-9 * 100.0 * kev);
}

TEST(ElectronRange, IsTheInverseOfTheEnergy) {
    for (const double energy : {0.5, 1.0, 10.0, 50.0, 100.0})
        EXPECT_NEAR(electron_energy(electron_range(energy * kev)), energy * kev, 1e-9 * kev);
    // Cole's fit: 10 keV electrons go 2.5 um, 100 keV ones about 140 um (ESTAR: 2.52, 143 um).
    EXPECT_NEAR(electron_range(10.0 * kev) * 1e6, 2.5, 0.25);
    EXPECT_NEAR(electron_range(100.0 * kev) * 1e6, 143.0, 15.0);
}

/// The dose integrated over all water is the energy that escapes.
TEST(LocalDose, IntegratesToTheEscapingEnergy) {
    const ElectronSource source{25e-9, 14.0, {{1.0 * kev, 2.0}, {5.0 * kev, 1.0}}};
    std::vector<double> r, weight;
    const int n = 4000;
    const double longest = electron_range(5.0 * kev);
    for (int i = 0; i < n; ++i) {
        const double u = (i + 0.5) / n;
        r.push_back(source.radius + longest * u * u);
        weight.push_back(2.0 * u * longest / n);
    }
    const auto dose = radial_dose(source, r);
    double energy = 0.0;
    for (int i = 0; i < n; ++i) {
        const auto k = static_cast<std::size_t>(i);
        energy += dose[k] * 1000.0 * 4.0 * std::numbers::pi * r[k] * r[k] * weight[k];
    }
    const double emitted = 7.0 * kev;
    EXPECT_NEAR(energy / emitted, escaping_energy_fraction(source), 3e-3);
}

TEST(LocalDose, StaysWithinTheRangeAndFallsOutwards) {
    const ElectronSource source{25e-9, 14.0, {{2.0 * kev, 1.0}}};
    const double range = electron_range(2.0 * kev);
    const auto dose = radial_dose(source, std::vector{26e-9, 40e-9, 100e-9, 25e-9 + 1.1 * range});
    EXPECT_GT(dose[0], dose[1]);
    EXPECT_GT(dose[1], dose[2]);
    EXPECT_EQ(dose[3], 0.0);
    EXPECT_THROW(radial_dose(source, std::vector{20e-9}), InputError);
}

TEST(Radiolabel, ActivityOfTechnetium) {
    // 1e9 nuclei with a half-life of 6.0072 h: ln 2 / 21 626 s x 1e9 = 32.05 kBq.
    EXPECT_NEAR(activity(1e9, 21626.0), 32051.6, 0.5);
    EXPECT_NEAR(remaining_label(21626.0, 21626.0, 0.0), 0.5, 1e-12);
    EXPECT_NEAR(remaining_label(21626.0, 21626.0, 21626.0), 0.25, 1e-12);
}

}  // namespace
}  // namespace caravel::formulation::radiation
