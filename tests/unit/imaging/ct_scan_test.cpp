// Computed tomography, both tiers.
#include "caravel/imaging/xray/ct_scan.hpp"
#include "caravel/base/constants.hpp"
#include "caravel/base/error.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/input/reader.hpp"
#include "xray_phantoms.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numbers>

namespace caravel::imaging {
namespace {

using test::AgentRod;
using test::cylinder;
using test::within;

constexpr double kev = kiloelectronvolt;

matter::Library& library() {
    static matter::Library shipped(std::filesystem::path(CARAVEL_SOURCE_DIR) / "data");
    return shipped;
}

ScanResult scan(const ImagedObject& object, const CtSettings& settings, Tier tier, int threads = 2,
                std::uint64_t seed = 5) {
    exec::ThreadTeam team(threads);
    const ScanContext context{team, library(), seed, {}, {}};
    return scan_ct(context, object, settings, tier);
}

double number(const ScanResult& result, const std::string& name) {
    for (const ScanNumber& n : result.numbers)
        if (n.name == name) return n.value;
    ADD_FAILURE() << "no number " << name;
    return 0.0;
}

/// 3 mm of aluminium, fan beam, voxels as wide as the object's.
CtSettings mouse_fan(double voltage) {
    CtSettings s;
    s.tube_voltage = voltage;
    s.filters = {{"Al", 3e-3}};
    s.beam = "fan";
    s.views = 240;
    s.resolution = 0.4e-3;
    s.slice_thickness = 0.8e-3;
    s.detector.pixel_pitch = 200e-6;
    s.noise = false;
    return s;
}

/// One slice as thick as the object.
CtSettings one_slice(CtSettings s, const ImagedObject& object) {
    s.slice_thickness = object.grid.spacing[2] * static_cast<double>(object.grid.nz);
    return s;
}

/// HU of a rod in the middle of a water cylinder of 25 mm, per mg/mL.
double slope_of(const std::string& element, double voltage, Tier tier) {
    const ImagedObject object = cylinder("water", 25e-3, 96, 3, element, {{0.0, 0.0, 4e-3, 5.0}});
    const ScanResult result = scan(object, one_slice(mouse_fan(voltage), object), tier);
    const Image& ct = result.images.front();
    return within(ct.grid, ct.values, 0.0, 0.0, 2.5e-3).mean / 5.0;
}

/// As slope_of() less what the water of the same slices shows.
double contrast_of(const std::string& element, double voltage, Tier tier) {
    const ImagedObject object = cylinder("water", 25e-3, 96, 3);
    const ScanResult result = scan(object, one_slice(mouse_fan(voltage), object), tier);
    const Image& ct = result.images.front();
    return slope_of(element, voltage, tier) -
           within(ct.grid, ct.values, 0.0, 0.0, 2.5e-3).mean / 5.0;
}

TEST(CtScan, BothTiersShowTheTabulatedHounsfieldUnitsPerConcentration) {
    // 3 mm Al, energy-integrating, 2.5 cm of water (computed with xraylib and XCIST's spectra)
    struct Row {
        const char* element;
        double voltage, expected;
    };
    for (const Row& row : {Row{"I", 80e3, 52.02}, Row{"I", 120e3, 35.44}, Row{"Au", 80e3, 32.85},
                           Row{"Au", 120e3, 29.25}, Row{"Bi", 100e3, 31.34}})
        for (const Tier tier : {Tier::image, Tier::acquisition})
            EXPECT_NEAR(contrast_of(row.element, row.voltage, tier) / row.expected, 1.0, 0.03)
                << row.element << " " << row.voltage << " " << static_cast<int>(tier);
}

TEST(CtScan, WhichElementWinsDependsOnTheSpectrum) {
    const auto at = [](const char* element, double voltage) {
        return slope_of(element, voltage, Tier::image);
    };
    EXPECT_GT(at("I", 80e3), 1.3 * at("Bi", 80e3));
    EXPECT_GT(at("Bi", 80e3), at("Au", 80e3));
    EXPECT_LT(at("I", 140e3), 0.65 * at("I", 80e3));           // iodine falls
    EXPECT_NEAR(at("Au", 140e3) / at("Au", 80e3), 0.87, 0.1);  // gold hardly
    CtSettings thick = mouse_fan(140e3);
    thick.filters = {{"Cu", 2e-3}};
    thick.source_to_centre = 0.6;
    thick.source_to_detector = 1.1;
    const auto in_a_human = [&](const char* element) {
        const ImagedObject object = cylinder("water", 0.3, 96, 1, element, {{0.0, 0.0, 0.03, 5.0}});
        CtSettings s = thick;
        s.resolution = 4e-3;
        s.slice_thickness = 0.0;
        s.detector.pixel_pitch = 1e-3;
        const Image ct = scan(object, one_slice(s, object), Tier::image).images.front();
        return within(ct.grid, ct.values, 0.0, 0.0, 0.02).mean;
    };
    EXPECT_GT(in_a_human("Au"), in_a_human("I"));
    EXPECT_GT(in_a_human("Bi"), in_a_human("I"));
}

TEST(CtScan, WaterCorrectionTakesMostOfTheCuppingAway) {
    CtSettings s = mouse_fan(80e3);
    s.source_to_centre = 0.54;
    s.source_to_detector = 0.95;
    s.resolution = 2e-3;
    s.slice_thickness = 0.0;
    s.detector.pixel_pitch = 1e-3;
    s.views = 180;
    const ImagedObject object = cylinder("water", 0.2, 100, 1);
    const auto cupping = [&](const char* correction) {
        s.beam_hardening_correction = correction;
        const Image ct = scan(object, one_slice(s, object), Tier::acquisition).images.front();
        return within(ct.grid, ct.values, 0.085, 0.0, 6e-3).mean -
               within(ct.grid, ct.values, 0.0, 0.0, 15e-3).mean;
    };
    const double plain = cupping("none");
    const double corrected = cupping("water");
    EXPECT_GT(plain, 15.0);
    EXPECT_LT(std::abs(corrected), 0.15 * plain);
}

TEST(CtScan, NoiseVarianceFollowsTheDose) {
    const ImagedObject object = cylinder("water", 25e-3, 64, 4);
    CtSettings s = mouse_fan(80e3);
    s.noise = true;
    std::array<double, 2> predicted{};
    std::array<double, 2> seen{};
    std::array<double, 2> dose{};
    for (std::size_t i = 0; i < 2; ++i) {
        s.exposure = i == 0 ? 0.1 : 0.4;
        const ScanResult result = scan(object, s, Tier::acquisition);
        const Image& ct = result.images.front();
        predicted[i] = ct.noise;
        seen[i] = within(ct.grid, ct.values, 0.0, 0.0, 8e-3, 1).deviation;
        dose[i] = number(result, "dose");
    }
    EXPECT_NEAR(dose[1] / dose[0], 4.0, 1e-9);
    EXPECT_NEAR(std::pow(predicted[0] / predicted[1], 2.0), 4.0, 1e-6);
    EXPECT_NEAR(std::pow(seen[0] / seen[1], 2.0), 4.0, 0.5);
}

/// Contrast of a rod against the water around, and noise of the water.
struct Look {
    double contrast = 0.0, noise = 0.0, predicted = 0.0;
};
Look look(const ImagedObject& object, const CtSettings& settings, Tier tier, index_t margin) {
    const Image ct = scan(object, settings, tier).images.front();
    const double water = within(ct.grid, ct.values, -5e-3, 0.0, 2.5e-3, margin).mean;
    return {within(ct.grid, ct.values, 5e-3, 0.0, 1.8e-3, margin).mean - water,
            within(ct.grid, ct.values, 0.0, 0.0, 9e-3, margin).deviation, ct.noise};
}

TEST(CtScan, TheTiersAgreeOnContrastAndNoise) {
    const ImagedObject with = cylinder("water", 25e-3, 64, 8, "I", {{5e-3, 0.0, 3e-3, 10.0}});
    const ImagedObject plain = cylinder("water", 25e-3, 64, 8);
    const std::array<std::pair<const char*, const char*>, 3> kinds{
        {{"parallel", "photon_counting"},
         {"fan", "energy_integrating"},
         {"cone", "energy_integrating"}}};
    for (const auto& [beam, kind] : kinds) {
        CtSettings s = mouse_fan(80e3);
        s.beam = beam;
        s.detector.kind = kind;
        s.detector.pixel_pitch = 300e-6;
        s.views = 120;
        s.slice_thickness = 0.0;
        const Look image = look(with, s, Tier::image, 2);
        const Look acquired = look(with, s, Tier::acquisition, 2);
        EXPECT_NEAR(acquired.contrast / image.contrast, 1.0, 0.05) << beam;
        s.noise = true;
        const Look noisy = look(plain, s, Tier::image, 3);
        const Look measured = look(plain, s, Tier::acquisition, 3);
        EXPECT_NEAR(measured.noise / noisy.noise, 1.0, 0.1) << beam;
        EXPECT_NEAR(measured.predicted / noisy.predicted, 1.0, 1e-9);
    }
}

TEST(CtScan, IterationsAgreeWithFilteredBackProjection) {
    const ImagedObject object = cylinder("water", 25e-3, 48, 2, "I", {{5e-3, 0.0, 4e-3, 10.0}});
    CtSettings s = mouse_fan(80e3);
    s.resolution = 0.6e-3;
    s.views = 120;
    const auto rod = [&](const char* reconstruction) {
        s.reconstruction = reconstruction;
        const Image ct = scan(object, one_slice(s, object), Tier::acquisition).images.front();
        return within(ct.grid, ct.values, 5e-3, 0.0, 2e-3).mean;
    };
    EXPECT_NEAR(rod("sart") / rod("filtered"), 1.0, 0.05);
}

TEST(CtScan, SameBitsForAnyNumberOfThreads) {
    const ImagedObject object = cylinder("muscle", 25e-3, 32, 4, "Au", {{5e-3, 0.0, 4e-3, 10.0}});
    CtSettings s;
    s.views = 30;
    s.resolution = 1e-3;
    s.detector.pixel_pitch = 0.5e-3;
    s.scatter = true;
    for (const Tier tier : {Tier::image, Tier::acquisition}) {
        const ScanResult one = scan(object, s, tier, 1);
        for (const int threads : {2, 4}) {
            const ScanResult again = scan(object, s, tier, threads);
            EXPECT_EQ(again.images.front().values, one.images.front().values) << threads;
            EXPECT_EQ(number(again, "dose"), number(one, "dose"));
        }
        EXPECT_NE(scan(object, s, tier, 1, 6).images.front().values, one.images.front().values);
    }
}

TEST(CtScan, TruthAndTissuesAreInHounsfieldUnits) {
    CtSettings s = mouse_fan(120e3);
    s.slice_thickness = 0.0;
    const auto middle = [&](const char* tissue) {
        const Image ct = scan(cylinder(tissue, 25e-3, 64, 4), s, Tier::image).images.front();
        EXPECT_EQ(ct.unit, "[hnsf'U]");
        EXPECT_EQ(ct.truth.size(), ct.values.size());
        return within(ct.grid, ct.truth, 0.0, 0.0, 5e-3, 1).mean;
    };
    EXPECT_NEAR(middle("water"), 0.0, 0.1);
    EXPECT_NEAR(middle("fat"), -105.0, 25.0);
    EXPECT_NEAR(middle("muscle"), 52.0, 15.0);
    EXPECT_NEAR(middle("pmma"), 120.0, 30.0);
    EXPECT_NEAR(middle("lung"), -740.0, 15.0);
    EXPECT_GT(middle("bone"), 1500.0);
}

TEST(CtScan, ContradictionsAreNamed) {
    const ImagedObject object = cylinder("water", 25e-3, 32, 2);
    const auto refused = [&](const CtSettings& s, const std::string& word) {
        try {
            scan(object, s, Tier::image);
            ADD_FAILURE() << "accepted: " << word;
        } catch (const InputError& error) {
            EXPECT_NE(std::string(error.what()).find(word), std::string::npos) << error.what();
        }
    };
    CtSettings s;
    s.tube_current = 0.0;
    refused(s, "no counts");
    s = {};
    s.field_of_view = 20e-3;
    refused(s, "smaller than the object");
    s = {};
    s.detector.thresholds = {20.0 * kev};
    refused(s, "no thresholds");
    s = {};
    s.detector.kind = "photon_counting";
    s.detector.thresholds = {90.0 * kev};
    refused(s, "above every photon");
    s = {};
    s.source_to_detector = 0.1;
    refused(s, "before the centre");
    s = {};
    s.tube_voltage = 20e3;
    refused(s, "20 kV");
    s = {};
    s.arc = 2.0;
    refused(s, "half a turn");
    s.arc = 183.0 * std::numbers::pi / 180.0;  // the fan of the object is wider
    refused(s, "does not see every line");
    s.beam = "fan";
    refused(s, "does not see every line");
    s.detector.columns = 600;
    EXPECT_THROW(check_ct(s), InputError);  // 8.6 deg of fan
    s.arc = 190.0 * std::numbers::pi / 180.0;
    EXPECT_NO_THROW(check_ct(s));
    s = {};
    s.window = "han";
    refused(s, "hann");
    s = {};
    s.filters = {{"Alu", 1e-3}};
    EXPECT_THROW(scan(object, s, Tier::image), InputError);
    s = {};
    s.detector.columns = 10;
    EXPECT_THROW(scan(object, s, Tier::acquisition), InputError);
    s = {};
    s.filters = {{"Cu", 0.2}};
    refused(s, "no counts");
    ImagedObject unknown = object;
    unknown.regions[1].tissue = "musle";
    try {
        scan(unknown, {}, Tier::image);
        ADD_FAILURE();
    } catch (const InputError& error) {
        EXPECT_NE(std::string(error.what()).find("muscle"), std::string::npos) << error.what();
    }
}

TEST(CtScan, ShippedScannersReadAndSeeTheirObjects) {
    for (const auto& [name, diameter] :
         {std::pair{"mouse_micro_ct", 25e-3}, std::pair{"mouse_photon_counting_ct", 25e-3},
          std::pair{"human_ct", 0.3}}) {
        const input::Document document =
            input::read_document(std::filesystem::path(CARAVEL_SOURCE_DIR) / "data/scanners" /
                                 (std::string(name) + ".toml"));
        const auto settings =
            input::read<CtSettings>(std::get<input::Table>(document.root.data).find("ct")->value);
        const ScanResult result = scan(cylinder("muscle", diameter, 32, 2), settings, Tier::image);
        const Image& ct = result.images.front();
        EXPECT_GT(ct.noise, 3.0) << name;
        EXPECT_LT(ct.noise, 150.0) << name;
        EXPECT_LT(number(result, "dose"), 0.5) << name;
        EXPECT_GT(number(result, "counts_object"), 10.0) << name;
        RecordProperty(name, std::to_string(ct.noise) + " HU, " +
                                 std::to_string(number(result, "dose") * 1e3) + " mGy");
    }
}

TEST(CtScan, ScansThatFitNoMemoryAreRefusedWithTheirSize) {
    const ImagedObject object = cylinder("water", 25e-3, 32, 2);
    const auto refusal = [&](const CtSettings& s, Tier tier) -> std::string {
        try {
            scan(object, s, tier);
        } catch (const InputError& error) {
            return error.what();
        }
        return "";
    };
    CtSettings s;
    s.resolution = 1e-9;
    for (const Tier tier : {Tier::image, Tier::acquisition})
        EXPECT_NE(refusal(s, tier).find("voxels would be made"), std::string::npos);
    s = {};
    s.slice_thickness = 1e-30;
    EXPECT_NE(refusal(s, Tier::image).find("voxels would be made"), std::string::npos);
    s = {};
    s.field_of_view = 1e6;
    EXPECT_NE(refusal(s, Tier::image).find("voxels would be made"), std::string::npos);
    s = {};
    s.detector.pixel_pitch = 1e-6;
    s.tube_current = 100.0;
    EXPECT_NE(refusal(s, Tier::acquisition).find("projection values would be made"),
              std::string::npos);
    s.detector.pixel_pitch = 1e-12;
    s.tube_current = 1e20;
    EXPECT_NE(refusal(s, Tier::acquisition).find("columns of the detector would be made"),
              std::string::npos);
}

TEST(CtScan, DefaultsAreRoundInTheirUnits) {
    const CtSettings s;
    EXPECT_EQ(format_number(from_si(s.resolution, "um")), "200");
    EXPECT_EQ(format_number(from_si(s.focal_spot, "um")), "50");
    EXPECT_EQ(format_number(from_si(s.detector.pixel_pitch, "um")), "100");
    EXPECT_EQ(format_number(from_si(s.source_to_detector, "mm")), "400");
}

TEST(CtScan, StopsWhenAskedTo) {
    exec::ThreadTeam team(1);
    const ScanContext context{team, library(), 1, {}, [] { return true; }};
    EXPECT_THROW(scan_ct(context, cylinder("water", 25e-3, 32, 2), {}, Tier::acquisition),
                 Interrupted);
}

}  // namespace
}  // namespace caravel::imaging
