// Directions that experiments agree on, found by altering the shipped phantoms.
#include "support/phantom_study.hpp"

#include "caravel/stimulus/magnetic/coil.hpp"
#include "caravel/study/study_file.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

namespace caravel {
namespace {

using test::ShippedPhantom;
using List = std::vector<std::string>;

List with(List a, const List& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

// Light: 425 nm is the dye's strong band and stays in the skin.

const List short_light{"protocol.light[0].photons=20000", "protocol.light[0].duration=10 s",
                       "run.until=10 s"};

TEST(TreatmentTrends, LightGetsDeeperTheFurtherIntoTheInfrared) {
    std::vector<double> fluence;
    for (const char* wavelength : {"425 nm", "690 nm", "808 nm"}) {
        const ShippedPhantom p(
            "verteporfin_tissue",
            with(short_light, {std::string("protocol.light[0].wavelength=") + wavelength}));
        fluence.push_back(p["phantom.fluence_rate[lamp][2 mm]"]);
        std::printf("%s: %.4g mW/cm2 at 2 mm\n", wavelength, fluence.back());
    }
    EXPECT_LT(fluence[0], 0.01 * fluence[1]);
    EXPECT_LT(fluence[1], fluence[2]);
}

TEST(TreatmentTrends, VioletLightWinsInTheDishAndDoesNothingInTissue) {
    const List red{"protocol.light[0].wavelength=690 nm"};
    const ShippedPhantom dish("verteporfin_dish");
    const ShippedPhantom dish_red("verteporfin_dish", red);
    const ShippedPhantom tissue("verteporfin_tissue", {"protocol.light[0].photons=15000"});
    const ShippedPhantom tissue_red("verteporfin_tissue",
                                    with(red, {"protocol.light[0].photons=15000"}));
    const std::string alive = "phantom.survival_mean[tumour]";
    std::printf("alive: dish %.1f %% (425 nm), %.1f %% (690 nm); tissue %.1f %%, %.1f %%\n",
                dish[alive], dish_red[alive], tissue[alive], tissue_red[alive]);
    EXPECT_LT(dish[alive], dish_red[alive]);
    EXPECT_GT(tissue[alive], 99.99);
    EXPECT_LT(tissue_red[alive], 50.0);
}

TEST(TreatmentTrends, RodsMadeFor915nmTakeMoreThereThanAt808nm) {
    const ShippedPhantom p(
        "nanorods_808_915",
        {"protocol.light[0].photons=10000", "protocol.light[1].photons=10000",
         "protocol.light[0].duration=4 s", "protocol.light[1].duration=4 s", "run.until=4 s"});
    EXPECT_GT(p["phantom.absorbed_share[laser 915][vankayala_aunr_915]"],
              2.0 * p["phantom.absorbed_share[laser 808][vankayala_aunr_915]"]);
}

// 808 nm on chlorin e6 alone: no light chemistry, and no heat that the tissue itself does not give.
TEST(TreatmentTrends, NearInfraredOnChlorinE6AloneDoesNothing) {
    const List base{"phantom.load[0].agent=chlorin_e6",
                    "phantom.photodynamic.sensitiser=chlorin_e6",
                    "phantom.load[0].concentration=10 umol/L", "protocol.light[0].photons=15000"};
    const ShippedPhantom infrared("photodynamic",
                                  with(base, {"protocol.light[0].wavelength=808 nm"}));
    const ShippedPhantom red("photodynamic", with(base, {"protocol.light[0].wavelength=660 nm"}));
    EXPECT_LT(infrared.tumour_mean("singlet_oxygen"), 1e-9);
    EXPECT_EQ(infrared["phantom.absorbed_share[lamp][chlorin_e6]"], 0.0);
    EXPECT_GT(infrared["phantom.survival_mean[tumour]"], 99.9999);
    EXPECT_LT(red["phantom.survival_mean[tumour]"], 50.0);
}

TEST(TreatmentTrends, OneLineDoesHeatAndChemistryOnlyWhereTheDyeAbsorbs) {
    const ShippedPhantom dots("carbon_dots_ce6_671", {"protocol.light[0].photons=15000"});
    const ShippedPhantom albumin("albumin_icg_ce6_808", {"protocol.light[0].photons=15000"});
    EXPECT_GT(dots["phantom.temperature_mean_max[tumour]"], 41.0);
    EXPECT_GT(dots.tumour_mean("singlet_oxygen"), 0.3);
    EXPECT_GT(albumin["phantom.temperature_mean_max[tumour]"], 45.0);
    EXPECT_LT(albumin.tumour_mean("singlet_oxygen"), 1e-9);
}

// Oxygen.

TEST(TreatmentTrends, OxygenFromPeroxideRescuesTheTreatmentInHypoxia) {
    const List photons{"protocol.light[0].photons=15000"};
    const ShippedPhantom with_oxide("mno2_ce6_hypoxia", photons);
    const ShippedPhantom without("mno2_ce6_hypoxia",
                                 with(photons, {"phantom.photodynamic.catalysis=0 1/s"}));
    std::printf("alive: %.1f %% with catalysis, %.2f %% without\n",
                with_oxide["phantom.survival_mean[tumour]"],
                without["phantom.survival_mean[tumour]"]);
    EXPECT_LT(with_oxide["phantom.survival_mean[tumour]"], 50.0);
    EXPECT_GT(without["phantom.survival_mean[tumour]"], 99.0);
}

TEST(TreatmentTrends, FractionsBeatContinuousLightOfTheSameDoseWhereOxygenIsShort) {
    const List base{"protocol.light[0].photons=15000", "phantom.longest_step=5 s"};
    const ShippedPhantom continuous(
        "photodynamic", with(base, {"protocol.light[0].duration=5 min", "run.until=15 min"}));
    const ShippedPhantom fractions(
        "photodynamic",
        with(base, {"protocol.light[0].duration=15 min", "run.until=15 min",
                    "protocol.light[0].on_time=20 s", "protocol.light[0].off_time=40 s"}));
    const double one = continuous.tumour_mean("singlet_oxygen");
    const double many = fractions.tumour_mean("singlet_oxygen");
    std::printf("reacted: %.0f continuous, %.0f umol/L in fractions\n", one * 1e3, many * 1e3);
    EXPECT_GT(many, 1.05 * one);
}

// Cold. Ice: mean over the block of the frozen share of water, at the end of freezing.

const List freezing{"run.until=3 min", "protocol.probe[0].duration=3 min",
                    "phantom.load[1].concentration=1e-6 mg/mL", "phantom.longest_step=2 s"};

double ice(const List& more) {
    return ShippedPhantom("cryosurgery", with(freezing, more)).mean("ice");
}

// MgO of 3.58 g/mL: 0.358 mg/mL fill 0.01 % of the volume, 179 mg/mL 5 %.
TEST(TreatmentTrends, ParticlesHelpTheIceBallAtPercentsOfVolumeAndNotAtHundredthsOfThem) {
    const double none = ice({"phantom.load[0].concentration=1e-6 mg/mL"});
    const double traces = ice({"phantom.load[0].concentration=0.358 mg/mL"});
    const double much = ice({"phantom.load[0].concentration=179 mg/mL"});
    std::printf("ice: %+.4f %% at 0.01 %% of volume, %+.2f %% at 5 %%\n",
                100.0 * (traces / none - 1.0), 100.0 * (much / none - 1.0));
    EXPECT_NEAR(traces / none, 1.0, 1e-3);
    EXPECT_GT(much / none, 1.02);
}

// Frozen tissue conducts four times better than such particles, which hold no water either: what
// is left of the two effects is small, and against the ice.
TEST(TreatmentTrends, ParticlesThatConductAsUnfrozenTissueDoNotHelpTheIceBall) {
    const double none = ice({"phantom.load[0].concentration=1e-6 mg/mL"});
    const double neutral =
        ice({"phantom.load[0].concentration=179 mg/mL", "phantom.load[0].conductivity=0.5 W/(m.K)",
             "phantom.load[0].heat_capacity=1 J/(g.K)"});
    std::printf("ice: %+.2f %% with particles that conduct as unfrozen tissue\n",
                100.0 * (neutral / none - 1.0));
    EXPECT_LT(neutral, none);
    EXPECT_GT(neutral, 0.95 * none);
}

struct Chilled {
    double ice = 0.0;     // mm3 of frozen normal tissue
    double beyond = 0.0;  // mm3 of it more than 14 mm from the middle, where the rim ends
    double cold = 0.0;    // mm3 of normal tissue below -20 Cel
    double killed = 0.0;  // mm3 of tumour below -40 Cel
};

// A round tumour of 8 mm, a rim of 6 mm, a quarter of an hour of cold.
Chilled around_tumour(const std::string& rim) {
    const ShippedPhantom p(
        "cryosurgery", {"run.until=15 min", "protocol.probe[0].duration=15 min",
                        "phantom.longest_step=5 s", "phantom.resolution=1.25 mm",
                        "phantom.shape[0].kind=sphere", "phantom.load[1].concentration=" + rim});
    const double voxel = std::pow(1.25, 3);
    const Grid grid{32, 32, 32, {1.25e-3, 1.25e-3, 1.25e-3}, {}};
    const auto& ice = p.field("ice");
    const auto& temperature = p.field("temperature");
    Chilled sum;
    for (std::size_t i = 0; i < ice.size(); ++i) {
        const auto n = static_cast<index_t>(i);
        const Vector3 at = grid.centre(n % 32, n / 32 % 32, n / 1024);
        const double share = p.tumour_share()[i];
        sum.ice += voxel * (1.0 - share) * ice[i];
        if (std::hypot(at[0] - 0.02, at[1] - 0.02, at[2] - 0.02) > 14e-3)
            sum.beyond += voxel * ice[i];
        if (temperature[i] < 253.15) sum.cold += voxel * (1.0 - share);
        if (temperature[i] < 233.15) sum.killed += voxel * share;
    }
    return sum;
}

// The rim gives off heat before tissue freezes and, frozen, conducts half as well as ice: less ice
// beyond it, and the cold stays inside. Within the rim itself it is colder than without: the
// capsules hold less latent heat than the water in whose place they are.
TEST(TreatmentTrends, ARimThatChangesPhaseProtectsWhatLiesBeyondItAndKeepsTheColdInside) {
    const Chilled bare = around_tumour("1e-6 mg/mL");
    const Chilled rim = around_tumour("100 mg/mL");
    const Chilled thick = around_tumour("400 mg/mL");
    std::printf(
        "frozen normal tissue: %.0f, with a rim %.0f and %.0f mm3; beyond it %.0f, %.0f and "
        "%.0f; below -20 Cel %.0f, %.0f and %.0f; tumour below -40 Cel %.0f, %.0f and "
        "%.0f mm3\n",
        bare.ice, rim.ice, thick.ice, bare.beyond, rim.beyond, thick.beyond, bare.cold, rim.cold,
        thick.cold, bare.killed, rim.killed, thick.killed);
    EXPECT_LT(rim.ice, 0.99 * bare.ice);
    EXPECT_LT(rim.beyond, 0.97 * bare.beyond);
    EXPECT_LT(thick.beyond, 0.7 * bare.beyond);
    EXPECT_LT(thick.ice, 0.95 * bare.ice);
    EXPECT_GE(rim.killed, bare.killed);
    EXPECT_GT(thick.cold, bare.cold);
}

TEST(TreatmentTrends, ColdThenLightLeavesFewerCellsThanEitherAlone) {
    const List photons{"protocol.light[0].photons=15000"};
    const ShippedPhantom both("heat_after_cold", photons);
    const ShippedPhantom cold("heat_after_cold",
                              with(photons, {"protocol.light[0].irradiance=1e-6 W/cm2"}));
    const ShippedPhantom light("heat_after_cold",
                               with(photons, {"protocol.probe[0].temperature=0 Cel",
                                              "protocol.probe[0].transfer=0.001 W/(m2.K)"}));
    const std::string alive = "phantom.survival_mean[tumour]";
    std::printf("alive: %.1f %% both, %.1f %% cold, %.1f %% light\n", both[alive], cold[alive],
                light[alive]);
    EXPECT_LT(both[alive], 0.8 * cold[alive]);
    EXPECT_LT(both[alive], 0.8 * light[alive]);
}

// Fields.

TEST(TreatmentTrends, AUniformStaticFieldNeitherPullsNorHeats) {
    matter::Library library(std::string(CARAVEL_SOURCE_DIR) + "/data");
    const auto particle = study::read_formulation("ionp_mri_hyperthermia", test::repository_data());
    stimulus::CoilInput uniform;
    uniform.field = 4e5;  // A/m, 0.5 T
    uniform.position = {0.0, 0.0, 0.0};
    const Vector3 place{0.0, 0.0, 5e-3};
    const auto still = stimulus::magnetic_drift(particle, library, uniform, place, 1e-3);
    EXPECT_EQ(still, Vector3{});
    stimulus::CoilInput magnet = uniform;
    magnet.kind = "magnet";
    magnet.radius = 5e-3;
    magnet.length = 20e-3;
    const Vector3 outside{0.0, 0.0, 15e-3};
    const auto pulled = stimulus::magnetic_drift(particle, library, magnet, outside, 1e-3);
    EXPECT_LT(pulled[2], 0.0);  // towards the pole
    const ShippedPhantom depot("magnetic_depot",
                               {"protocol.magnetic_field[0].frequency=0 Hz", "run.until=1 min",
                                "protocol.magnetic_field[0].duration=1 min"});
    EXPECT_EQ(depot["phantom.magnetic_energy"], 0.0);
    // Nothing but its own metabolism warms it, whatever the field.
    const ShippedPhantom weak("magnetic_depot",
                              {"protocol.magnetic_field[0].frequency=0 Hz", "run.until=1 min",
                               "protocol.magnetic_field[0].duration=1 min",
                               "protocol.magnetic_field[0].field=0.001 kA/m"});
    EXPECT_EQ(depot["phantom.temperature_max"], weak["phantom.temperature_max"]);
}

TEST(TreatmentTrends, ADepotHeatsItsMiddleMoreThanItsRim) {
    const ShippedPhantom depot("magnetic_depot");
    EXPECT_GT(depot["phantom.temperature_max"],
              depot["phantom.temperature_mean_max[tumour]"] + 3.0);
    EXPECT_GT(depot["phantom.tumour_covered"], 10.0);
    EXPECT_LT(depot["phantom.tumour_covered"], 90.0);
}

}  // namespace
}  // namespace caravel
