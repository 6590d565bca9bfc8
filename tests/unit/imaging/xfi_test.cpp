// X-ray fluorescence imaging.
#include "caravel/base/constants.hpp"
#include "caravel/base/error.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/imaging/reading/reading.hpp"
#include "caravel/imaging/reading/region_map.hpp"
#include "caravel/imaging/xray/xfi_model.hpp"
#include "caravel/imaging/xray/xfi_scan.hpp"
#include "caravel/input/reader.hpp"
#include "xray_phantoms.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace caravel::imaging {
namespace {

using test::cylinder;
using test::within;

constexpr double kev = kiloelectronvolt;
constexpr double degree = std::numbers::pi / 180.0;

matter::Library& library() {
    static matter::Library shipped(std::filesystem::path(CARAVEL_SOURCE_DIR) / "data");
    return shipped;
}
const PhotonTables& photons() {
    static const PhotonTables tables(library());
    return tables;
}

ScanResult scan(const ImagedObject& object, const XfiSettings& settings, Tier tier,
                int threads = 2) {
    exec::ThreadTeam team(threads);
    const ScanContext context{team, library(), 5, {}, {}};
    return scan_xfi(context, object, settings, tier);
}

double number(const ScanResult& result, const std::string& name) {
    for (const ScanNumber& n : result.numbers)
        if (n.name == name) return n.value;
    ADD_FAILURE() << "no number " << name;
    return 0.0;
}

ImagedObject gold_mouse(double concentration) {
    return cylinder("muscle", 25e-3, 66, 12, "Au", {{4e-3, 0.0, 3.5e-3, concentration}});
}

TEST(XrayFluorescence, GoldLinesAndYieldAreThoseOfTheLiterature) {
    const KAlpha gold = k_alpha(photons(), "Au");
    EXPECT_NEAR(gold.alpha_1 / kev, 68.806, 0.002);
    EXPECT_NEAR(gold.alpha_2 / kev, 66.991, 0.002);
    EXPECT_NEAR(gold.edge / kev, 80.725, 0.002);
    // K-alpha photons per mg/mL and cm at 85 keV: 4.4693e-3 (xraylib)
    EXPECT_NEAR(0.01 * k_production(photons(), "Au", 85.0 * kev) * (gold.share_1 + gold.share_2) /
                    4.4693e-3,
                1.0, 0.01);
    EXPECT_EQ(k_production(photons(), "Au", 80.0 * kev), 0.0);
    EXPECT_THROW(k_alpha(photons(), "Ua"), InputError);
}

TEST(XrayFluorescence, OneVoxelCountsWhatTheFormulaSays) {
    // 1 mg/mL of gold over 1 mm: photons x production x solid angle / 4 pi x efficiency x window
    XfiSettings s;
    const XfiYield yield = xfi_yield(photons(), library(), s);
    const double all =
        s.photons * 0.44693 * s.solid_angle / (4.0 * std::numbers::pi) * s.detector_efficiency;
    EXPECT_NEAR(yield.line / all, 0.98, 0.012);  // windows of one full width to both sides
    EXPECT_NEAR(yield.compton_energy / kev, 64.9, 0.05);
}

TEST(XrayFluorescence, TheDetectorsAngleDecidesWhetherTheLineStandsOnTheComptonPeak) {
    XfiSettings s;
    const auto background = [&](double angle) {
        s.detector_angle = angle * degree;
        s.solid_angle = 0.05;
        return xfi_yield(photons(), library(), s).background;
    };
    EXPECT_GT(background(120.0), 3.0 * background(150.0));  // 68.0 keV lies between the lines
    EXPECT_GT(background(120.0), 3.0 * background(90.0));
}

TEST(XrayFluorescence, TheTiersAgreeOnContrastAndNoise) {
    XfiSettings s;
    s.noise = false;
    const auto rod = [&](Tier tier) {
        const Image image = scan(gold_mouse(5.0), s, tier).images.front();
        return within(image.grid, image.values, 4e-3, 0.0, 1.6e-3, 1).mean;
    };
    EXPECT_NEAR(rod(Tier::acquisition) / rod(Tier::image), 1.0, 0.05);
    s.noise = true;
    const auto noise = [&](Tier tier) {
        const Image image = scan(gold_mouse(0.0), s, tier).images.front();
        return within(image.grid, image.values, 0.0, 0.0, 9e-3, 0).deviation;
    };
    const double acquired = noise(Tier::acquisition);
    EXPECT_NEAR(acquired / noise(Tier::image), 1.0, 0.1);
    const ScanResult blank = scan(gold_mouse(0.0), s, Tier::acquisition);
    const Image& image = blank.images.front();
    const double everywhere = within(image.grid, image.values, 0.0, 0.0, 12.5e-3, 0).deviation;
    EXPECT_NEAR(3.0 * everywhere / number(blank, "detection_limit"), 1.0, 0.15);
}

TEST(XrayFluorescence, TheShippedScannerReadsAndSeesGold) {
    const input::Document document = input::read_document(
        std::filesystem::path(CARAVEL_SOURCE_DIR) / "data/scanners/mouse_xfi.toml");
    const auto settings =
        input::read<XfiSettings>(std::get<input::Table>(document.root.data).find("xfi")->value);
    const ScanResult result = scan(gold_mouse(1.0), settings, Tier::image);
    EXPECT_LT(number(result, "detection_limit"), 0.3);  // kg/m3
    EXPECT_LT(number(result, "dose"), 0.5);
}

TEST(XrayFluorescence, WithoutCorrectionTissueHidesPartOfTheElement) {
    XfiSettings s;
    s.noise = false;
    const auto rod = [&](bool corrected) {
        s.attenuation_correction = corrected;
        const Image image = scan(gold_mouse(5.0), s, Tier::acquisition).images.front();
        return within(image.grid, image.values, 4e-3, 0.0, 1.6e-3, 1).mean;
    };
    const double share = rod(false) / rod(true);
    EXPECT_GT(share, 0.5);
    EXPECT_LT(share, 0.8);  // about 12 mm in and 12 mm out at 0.19 and 0.2 per cm
}

TEST(XrayFluorescence, ProjectionShowsTheMassAlongTheBeam) {
    XfiSettings s;
    s.mode = "projection";
    s.photons = 1e9;
    for (const Tier tier : {Tier::image, Tier::acquisition}) {
        const Image image = scan(gold_mouse(5.0), s, tier).images.front();
        EXPECT_EQ(image.unit, "mg/cm2");
        EXPECT_EQ(image.grid.ny, 1);
        const auto pixel = static_cast<std::size_t>(image.grid.index(
            static_cast<index_t>((4e-3 - image.grid.origin[0]) / 1e-3), 0, image.grid.nz / 2));
        EXPECT_NEAR(image.truth[pixel], 3.5, 0.3);  // 5 mg/mL over 7 mm
        EXPECT_NEAR(image.values[pixel] / image.truth[pixel], 1.0, 0.12);
    }
}

TEST(XrayFluorescence, RegionsOfAProjectionAreReadAlongTheBeam) {
    // a rod of 7 mm seen from the side is as wide as long; its shadow is a band of 7 positions
    const ImagedObject object = gold_mouse(5.0);
    XfiSettings s;
    s.mode = "projection";
    s.noise = false;
    s.resolution = object.grid.spacing[0];
    const Image image = scan(object, s, Tier::image).images.front();
    exec::ThreadTeam team(2);
    const RegionMap map(team, image.grid, object);
    EXPECT_TRUE(map.projection());
    const WeightedVoxels rod = map.region(2);
    EXPECT_TRUE(rod.whole);
    EXPECT_NEAR(rod.total * s.resolution / (7e-3 * 12.0), 1.0, 0.06);
    const RegionReading r = read_regions(team, image, object).back();
    EXPECT_EQ(r.region, "rod");
    // mean chord of the rod times the concentration: pi/4 7 mm 5 mg/mL
    EXPECT_NEAR(r.truth, 2.75, 0.1);
    EXPECT_NEAR(r.background, 0.0, 0.05);
    EXPECT_GT(r.mean, 2.2);
}

TEST(XrayFluorescence, TheLimitFallsWithTheRootOfTheDose) {
    XfiSettings s;
    const ScanResult little = scan(gold_mouse(0.0), s, Tier::image);
    s.photons *= 4.0;
    const ScanResult much = scan(gold_mouse(0.0), s, Tier::image);
    EXPECT_NEAR(number(much, "dose") / number(little, "dose"), 4.0, 1e-9);
    EXPECT_NEAR(number(little, "detection_limit") / number(much, "detection_limit"), 2.0, 1e-6);
}

TEST(XrayFluorescence, SameBitsForAnyNumberOfThreads) {
    const XfiSettings s;
    for (const Tier tier : {Tier::image, Tier::acquisition}) {
        const Image one = scan(gold_mouse(1.0), s, tier, 1).images.front();
        for (const int threads : {2, 4})
            EXPECT_EQ(scan(gold_mouse(1.0), s, tier, threads).images.front().values, one.values);
    }
}

TEST(XrayFluorescence, BeamsBelowTheEdgeAndNarrowFieldsAreRefused) {
    XfiSettings s;
    s.beam_energy = 70.0 * kev;
    EXPECT_THROW(scan(gold_mouse(1.0), s, Tier::image), InputError);
    s = {};
    s.field_of_view = 10e-3;
    EXPECT_THROW(scan(gold_mouse(1.0), s, Tier::image), InputError);
    s = {};
    s.photons = 0.0;
    EXPECT_THROW(scan(gold_mouse(1.0), s, Tier::image), InputError);
    s = {};
    s.element = "Gl";
    EXPECT_THROW(scan(gold_mouse(1.0), s, Tier::image), InputError);
}

TEST(XrayFluorescence, ScansThatFitNoMemoryAreRefusedWithTheirSize) {
    const auto refusal = [](const XfiSettings& s, Tier tier) -> std::string {
        try {
            scan(gold_mouse(1.0), s, tier);
        } catch (const InputError& error) {
            return error.what();
        }
        return "";
    };
    XfiSettings s;
    s.resolution = 1e-9;
    for (const Tier tier : {Tier::image, Tier::acquisition})
        EXPECT_NE(refusal(s, tier).find("voxels would be made"), std::string::npos);
    s.slice_thickness = 1.0;
    s.field_of_view = 1e3;
    EXPECT_NE(refusal(s, Tier::image).find("voxels would be made"), std::string::npos);
    s = {};
    s.views = 1'000'000;
    EXPECT_NE(refusal(s, Tier::acquisition).find("projection values would be made"),
              std::string::npos);
}

TEST(XrayFluorescence, DefaultsAreRoundInTheirUnits) {
    const XfiSettings s;
    EXPECT_EQ(format_number(from_si(s.beam_energy, "keV")), "85");
    EXPECT_EQ(format_number(from_si(s.energy_resolution, "keV")), "0.6");
    EXPECT_EQ(format_number(from_si(s.detector_angle, "deg")), "150");
    EXPECT_EQ(format_number(from_si(s.resolution, "mm")), "1");
}

TEST(XrayFluorescence, StopsWhenAskedTo) {
    exec::ThreadTeam team(1);
    for (const char* mode : {"projection", "tomography"}) {
        XfiSettings s;
        s.mode = mode;
        int asked = 0;
        const ScanContext context{team, library(), 1, {}, [&asked] { return ++asked == 1; }};
        EXPECT_THROW(scan_xfi(context, gold_mouse(1.0), s, Tier::acquisition), Interrupted);
        EXPECT_EQ(asked, 1);
    }
}

}  // namespace
}  // namespace caravel::imaging
