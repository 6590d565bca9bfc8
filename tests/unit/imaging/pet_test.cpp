// PET: ring, calibration, tiers, bad input.
#include "caravel/imaging/nuclear/pet_scan.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/error.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/imaging/nuclear/pet_model.hpp"
#include "caravel/imaging/nuclear/pet_ring.hpp"
#include "caravel/input/document.hpp"
#include "caravel/input/reader.hpp"
#include "support/emission_phantom.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <numbers>

namespace caravel::imaging {
namespace {

const std::filesystem::path data = std::filesystem::path(CARAVEL_SOURCE_DIR) / "data";

matter::Library& library() {
    static matter::Library shipped(data);
    return shipped;
}

ScanResult scan(const ImagedObject& object, const PetSettings& pet, Tier tier,
                std::uint64_t seed = 1, int threads = 2) {
    exec::ThreadTeam team(threads);
    return scan_pet({team, library(), seed}, object, pet, tier);
}

double number(const ScanResult& result, const std::string& name) {
    for (const ScanNumber& one : result.numbers)
        if (one.name == name) return one.value;
    ADD_FAILURE() << name;
    return 0.0;
}

/// Quick scan of small objects.
PetSettings quick() {
    PetSettings pet;
    pet.views = 48;
    pet.subsets = 8;
    pet.resolution = 1.2e-3;
    pet.bin_width = 1.0e-3;
    return pet;
}

constexpr double body_radius = 13e-3;
constexpr double body_length = 24e-3;
const double body_volume = std::numbers::pi * body_radius * body_radius * body_length;

ImagedObject cylinder(double activity, const std::string& nuclide = "F-18") {
    return test::water_cylinder(body_radius, body_length, nuclide, activity / body_volume,
                                {46, 46, 44}, 0.6e-3);
}

bool is_inside(const Vector3& p) { return std::hypot(p[0], p[1]) < 9e-3 && std::abs(p[2]) < 8e-3; }

std::string complaint(const ImagedObject& object, const PetSettings& pet, Tier tier = Tier::image) {
    try {
        scan(object, pet, tier);
    } catch (const InputError& error) {
        return format(error.diagnostics()[0]);
    }
    return "";
}

TEST(PetRing, SolidAngleOfAPointOnTheAxis) {
    EXPECT_NEAR(pair_solid_angle(3.0, 8.0, 0.0), 0.8, 1e-15);  // 4/5 of a 3-4-5 triangle
    EXPECT_EQ(pair_solid_angle(3.0, 8.0, 4.0), 0.0);
    EXPECT_NEAR(single_solid_angle(3.0, 8.0, 4.0), 0.5 * 8.0 / std::hypot(3.0, 8.0), 1e-15);
}

TEST(PetRing, SensitivityOfTheInveonGeometry) {
    PetSettings pet;
    // Read: 7.2 % (350-650 keV; Kemp 2009), 5.75 % and 7.4 % (350-650, 250-750 keV; Constantinescu
    // and Mukherjee 2009), 9.3 % (Bao 2009). captured_share was set on the first.
    EXPECT_NEAR(pair_sensitivity(pet, 0.0), 0.072, 0.002);
    pet.energy_window_low = 250.0 * kiloelectronvolt;
    pet.energy_window_high = 625.0 * kiloelectronvolt;
    EXPECT_NEAR(pair_sensitivity(pet, 0.0), 0.093, 0.015);
    pet.efficiency = 0.2;
    EXPECT_NEAR(pair_sensitivity(pet, 0.0), 0.2 * 0.61934, 1e-5);
}

TEST(PetRing, BlurAndRandomsByHand) {
    PetSettings pet;
    pet.crystal_size = 2e-3;
    pet.ring_diameter = 1.0;
    pet.decoding_blur = 2e-3;
    EXPECT_NEAR(detector_blur(pet), std::sqrt(1.0 + 2.2 * 2.2 + 4.0) * 1e-3, 1e-15);
    EXPECT_NEAR(randoms_rate(5e-9, 1e5), 50.0, 1e-12);
}

TEST(PetScan, UptakeOfAUniformCylinderIsWithinTwoPercent) {
    PetSettings pet = quick();
    pet.injected_activity = 4e6;
    pet.body_weight = 1e3 * body_volume;  // SUV 1 g/mL
    const ScanResult result = scan(cylinder(4e6), pet, Tier::acquisition);
    ASSERT_EQ(result.images.size(), 3U);
    EXPECT_EQ(result.images[1].unit, "g/mL");
    const Image& uptake = result.images[1];
    EXPECT_NEAR(test::statistics(uptake.grid, uptake.values, is_inside).first, 1.0, 0.02);
    EXPECT_NEAR(test::statistics(uptake.grid, uptake.truth, is_inside).first, 1.0, 1e-9);
    const Image& dose = result.images[2];
    EXPECT_NEAR(test::statistics(dose.grid, dose.truth, is_inside).first, 1e-4 / body_volume, 1e-6);
}

TEST(PetScan, WithoutAttenuationCorrectionActivityIsTooLowInBothTiers) {
    PetSettings pet = quick();
    pet.attenuation_correction = false;
    pet.injected_activity = 4e6;
    pet.body_weight = 1e3 * body_volume;
    const ImagedObject object = cylinder(4e6);
    const auto mean = [&](Tier tier) {
        const ScanResult result = scan(object, pet, tier);
        return test::statistics(result.images[1].grid, result.images[1].values, is_inside).first;
    };
    const double acquired = mean(Tier::acquisition);
    EXPECT_LT(acquired, 0.9);
    EXPECT_NEAR(mean(Tier::image) / acquired, 1.0, 0.05);
}

TEST(PetScan, DecayAndBranchingGoIntoTheCountsExactly) {
    PetSettings pet = quick();
    pet.randoms = false;
    pet.scatter = false;
    pet.attenuation = false;
    pet.attenuation_correction = false;
    pet.positron_range = false;
    const double fluorine = number(scan(cylinder(1e5, "F-18"), pet, Tier::image), "trues");
    const double copper = number(scan(cylinder(1e5, "Cu-64"), pet, Tier::image), "trues");
    const double expected =
        0.9686 * mean_decay(6584.04, 1200.0) / (0.1752 * mean_decay(45721.14, 1200.0));
    EXPECT_NEAR(fluorine / copper, expected, 1e-6 * expected);
    // Both tiers count the same.
    EXPECT_NEAR(number(scan(cylinder(1e5), pet, Tier::acquisition), "trues") / fluorine, 1.0, 5e-3);
}

TEST(PetScan, TiersAgreeOnNoiseWithinTenPercent) {
    const PetSettings pet = quick();
    const ImagedObject object = cylinder(2e5);
    std::array<double, 2> deviation{};
    double predicted = 0.0;
    for (std::uint64_t seed = 1; seed <= 2; ++seed) {
        for (const Tier tier : {Tier::image, Tier::acquisition}) {
            const ScanResult result = scan(object, pet, tier, seed);
            const Image& image = result.images[0];
            deviation[static_cast<std::size_t>(tier)] +=
                test::statistics(image.grid, image.values, is_inside).second / 2.0;
            predicted = image.noise;
        }
    }
    EXPECT_NEAR(deviation[0] / deviation[1], 1.0, 0.10);
    EXPECT_NEAR(predicted / deviation[1], 1.0, 0.10);
}

/// Sphere of 8 mm in a warm cylinder (Bq/m3).
ImagedObject lesion(const std::string& nuclide, double hot = 2e12, double warm = 0.5e12) {
    test::EmissionPhantom phantom;
    phantom.n = {46, 46, 44};
    phantom.spacing = {0.6e-3, 0.6e-3, 0.6e-3};
    phantom.regions = {{"outside", "air"}, {"body", "water", false, true}};
    const auto inside = [](const Vector3& p) {
        return std::hypot(p[0], p[1]) < body_radius && std::abs(p[2]) < 0.5 * body_length;
    };
    phantom.region_at = [=](const Vector3& p) {
        return static_cast<std::uint16_t>(inside(p) ? 1 : 0);
    };
    phantom.activities = {{nuclide, [=](const Vector3& p) {
                               if (std::hypot(p[0] - 4e-3, p[1], p[2]) < 4e-3) return hot;
                               return inside(p) ? warm : 0.0;
                           }}};
    return test::make_object(phantom);
}

TEST(PetScan, TiersAgreeOnContrastWithinFivePercent) {
    for (const char* nuclide : {"F-18", "Ga-68"}) {
        const ImagedObject object = lesion(nuclide);
        std::array<double, 2> contrast{};
        for (const Tier tier : {Tier::image, Tier::acquisition}) {
            const ScanResult result = scan(object, quick(), tier);
            const Image& image = result.images[0];
            const double hot = test::statistics(image.grid, image.values, [](const Vector3& p) {
                                   return std::hypot(p[0] - 4e-3, p[1], p[2]) < 4e-3;
                               }).first;
            const double warm =
                test::statistics(image.grid, image.values, [](const Vector3& p) {
                    return is_inside(p) && std::hypot(p[0] - 4e-3, p[1], p[2]) > 8e-3;
                }).first;
            contrast[static_cast<std::size_t>(tier)] = hot - warm;
        }
        EXPECT_NEAR(contrast[0] / contrast[1], 1.0, 0.05) << nuclide;
    }
}

/// Warm surroundings less a cold sphere of 8 mm; deviation within the sphere.
struct ColdReading {
    double contrast = 0.0;
    double deviation = 0.0;
};

ColdReading read_cold(const ImagedObject& object, Tier tier) {
    ColdReading reading;
    const auto inside = [](const Vector3& p) {
        return std::hypot(p[0] - 4e-3, p[1], p[2]) < 3.4e-3;
    };
    const auto warm = [](const Vector3& p) {
        return is_inside(p) && std::hypot(p[0] - 4e-3, p[1], p[2]) > 8e-3;
    };
    constexpr std::uint64_t seeds = 4;
    std::vector<std::vector<double>> images;
    Grid grid;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        const ScanResult result = scan(object, quick(), tier, seed);
        grid = result.images[0].grid;
        images.push_back(result.images[0].values);
        reading.contrast += (test::statistics(grid, images.back(), warm).first -
                             test::statistics(grid, images.back(), inside).first) /
                            seeds;
    }
    std::vector<double> variance(images[0].size(), 0.0);
    for (std::size_t i = 0; i < variance.size(); ++i) {
        double mean = 0.0;
        for (const auto& image : images) mean += image[i] / seeds;
        for (const auto& image : images) variance[i] += std::pow(image[i] - mean, 2) / (seeds - 1);
    }
    reading.deviation = std::sqrt(test::statistics(grid, variance, inside).first);
    return reading;
}

// A cold place fills in late: expectation maximisation multiplies.
TEST(PetScan, TiersAgreeOnAColdSphere) {
    const ImagedObject object = lesion("F-18", 0.0, 0.05e12);
    const ColdReading image = read_cold(object, Tier::image);
    const ColdReading acquisition = read_cold(object, Tier::acquisition);
    std::printf("cold sphere, image tier over acquisition: contrast %.3f, noise %.3f\n",
                image.contrast / acquisition.contrast, image.deviation / acquisition.deviation);
    EXPECT_NEAR(image.contrast / acquisition.contrast, 1.0, 0.05);
    // 0.96 over ten seeds, 0.97 around the sphere.
    EXPECT_NEAR(image.deviation / acquisition.deviation, 1.0, 0.10);
}

TEST(PetScan, SameBitsForAnyNumberOfThreads) {
    PetSettings pet = quick();
    pet.iterations = 1;
    const ImagedObject object = lesion("F-18");
    for (const Tier tier : {Tier::image, Tier::acquisition})
        EXPECT_EQ(scan(object, pet, tier, 5, 1).images[0].values,
                  scan(object, pet, tier, 5, 3).images[0].values);
}

TEST(PetScan, SeveralEmittersCountTogetherAndAreNoted) {
    ImagedObject object = cylinder(1e5, "F-18");
    object.agents[0].radioactive.push_back({"Zr-89", 0.1});
    const ScanResult result = scan(object, quick(), Tier::image);
    ASSERT_FALSE(result.notes.empty());
    EXPECT_NE(result.notes[0].find("F-18, Zr-89"), std::string::npos);
    bool prompt = false;
    for (const std::string& note : result.notes)
        prompt = prompt || note.find("909") != std::string::npos;
    EXPECT_TRUE(prompt);
}

TEST(PetScan, BadInputSaysWhatIsWrong) {
    PetSettings pet = quick();
    pet.nuclide = "F-81";
    EXPECT_NE(complaint(cylinder(1e5), pet).find("did you mean 'F-18'"), std::string::npos);
    pet.nuclide = "Tc-99m";
    EXPECT_NE(complaint(cylinder(1e5), pet).find("no positrons"), std::string::npos);
    pet.nuclide = "Ga-68";
    EXPECT_NE(complaint(cylinder(1e5), pet).find("holds no Ga-68"), std::string::npos);
    EXPECT_NE(complaint(cylinder(1e5, "Tc-99m"), quick()).find("no agent"), std::string::npos);
    pet = quick();
    pet.field_of_view = 0.02;
    EXPECT_NE(complaint(cylinder(1e5), pet).find("field of view"), std::string::npos);
    pet = quick();
    pet.axial_length = 0.02;
    EXPECT_NE(complaint(cylinder(1e5), pet).find("bed_positions"), std::string::npos);
    pet = quick();
    pet.efficiency = 0.0;
    EXPECT_NE(complaint(cylinder(1e5), pet).find("count"), std::string::npos);
    EXPECT_NE(complaint(cylinder(1e5), pet, Tier::acquisition).find("count"), std::string::npos);
}

bool all_zero(const std::vector<double>& values) {
    return std::all_of(values.begin(), values.end(), [](double v) { return v == 0.0; });
}

bool has_note(const ScanResult& result, const std::string& part) {
    return std::any_of(result.notes.begin(), result.notes.end(), [&](const std::string& note) {
        return note.find(part) != std::string::npos;
    });
}

TEST(PetScan, WithoutActivityTheImagesAreBlankAndSaySo) {
    PetSettings pet = quick();
    pet.injected_activity = 4e6;
    pet.body_weight = 0.02;
    for (const Tier tier : {Tier::image, Tier::acquisition}) {
        const ScanResult result = scan(cylinder(0.0), pet, tier);
        ASSERT_EQ(result.images.size(), 3U);
        for (const Image& image : result.images) {
            EXPECT_EQ(static_cast<index_t>(image.values.size()), image.grid.cell_count());
            EXPECT_TRUE(all_zero(image.values) && all_zero(image.truth));
            EXPECT_EQ(image.noise, 0.0);
            EXPECT_EQ(image.noise_model, "none");
        }
        EXPECT_TRUE(has_note(result, "no activity in the object at this time"));
        EXPECT_EQ(number(result, "counts"), 0.0);
        for (const ScanNumber& one : result.numbers) EXPECT_NE(one.name, "detection_limit");
    }
}

TEST(PetScan, DecayedActivityGivesBlankImagesInsteadOfAnError) {
    for (const double activity : {1e-9, 1e-40, 1e-300})  // Bq: no count in 20 minutes
        for (const Tier tier : {Tier::image, Tier::acquisition}) {
            const ScanResult result = scan(cylinder(activity), quick(), tier);
            EXPECT_TRUE(all_zero(result.images[0].values));
            EXPECT_TRUE(has_note(result, "expected true counts"));
        }
}

TEST(PetScan, CalibratesInANuclideThatHasNotArrivedYet) {
    ImagedObject object = cylinder(1e5, "F-18");
    object.agents[0].radioactive.push_back({"Ga-68", 0.0});
    PetSettings pet = quick();
    pet.nuclide = "Ga-68";
    const ScanResult result = scan(object, pet, Tier::image);
    EXPECT_FALSE(has_note(result, "cannot tell them apart"));
    EXPECT_NE(result.images[0].label.find("Ga-68"), std::string::npos);
    EXPECT_GT(number(result, "trues"), 1.0);
}

TEST(PetScan, RefusesSizesBeyondReasonBeforeItAllocates) {
    PetSettings pet = quick();
    pet.resolution = 1e-6;  // 27.6 x 27.6 x 26.4 mm: 2e13 voxels
    EXPECT_NE(complaint(cylinder(1e5), pet).find("2.01e+13 voxels"), std::string::npos)
        << complaint(cylinder(1e5), pet);
    EXPECT_THROW(estimate_pet(cylinder(1e5).grid, pet, Tier::image), InputError);
    pet = quick();
    pet.bin_width = 1e-9;
    EXPECT_NE(complaint(cylinder(1e5), pet).find("bins"), std::string::npos);
}

TEST(PetSettings, DefaultWindowIsWholeKiloelectronvolts) {
    EXPECT_EQ(PetSettings{}.energy_window_low, to_si(350.0, parse_unit("keV")));
    EXPECT_EQ(PetSettings{}.energy_window_high, to_si(650.0, parse_unit("keV")));
}

TEST(PetPresets, AreReadAndKeepTheirSensitivity) {
    const auto preset = [](const char* name) {
        const input::Document document =
            input::read_document(data / "scanners" / (std::string(name) + ".toml"));
        return input::read<PetSettings>(
            std::get<input::Table>(document.root.data).find("pet")->value);
    };
    EXPECT_NEAR(pair_sensitivity(preset("mouse_pet_inveon"), 0.0), 0.073, 0.001);
    EXPECT_NEAR(pair_sensitivity(preset("mouse_pet_r4"), 0.0), 0.0437, 0.0003);
    const PetSettings human = preset("human_pet");
    EXPECT_EQ(human.bed_positions, 6);
    EXPECT_NEAR(scanned_length(human), 3.5 * 0.218, 1e-12);
}

TEST(PetScan, StopsWhenInterrupted) {
    exec::ThreadTeam team(1);
    ScanContext context{team, library(), 1, {}, [] { return true; }};
    EXPECT_THROW(scan_pet(context, cylinder(1e5), quick(), Tier::acquisition), Interrupted);
    EXPECT_THROW(scan_pet(context, cylinder(1e5), quick(), Tier::image), Interrupted);
}

}  // namespace
}  // namespace caravel::imaging
