// SPECT: collimators, projector, tiers, two nuclides, bad input.
#include "caravel/imaging/nuclear/spect_scan.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/error.hpp"
#include "caravel/imaging/nuclear/spect_projector.hpp"
#include "caravel/input/document.hpp"
#include "caravel/input/reader.hpp"
#include "support/emission_phantom.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numbers>

namespace caravel::imaging {
namespace {

const std::filesystem::path data = std::filesystem::path(CARAVEL_SOURCE_DIR) / "data";

matter::Library& library() {
    static matter::Library shipped(data);
    return shipped;
}

ScanResult scan(const ImagedObject& object, const SpectSettings& spect, Tier tier,
                std::uint64_t seed = 1, int threads = 2) {
    exec::ThreadTeam team(threads);
    return scan_spect({team, library(), seed}, object, spect, tier);
}

SpectSettings quick() {
    SpectSettings spect;
    spect.resolution = 1.0e-3;
    spect.views = 48;
    spect.subsets = 8;
    return spect;
}

constexpr double body_radius = 11e-3;
constexpr double body_length = 24e-3;

bool in_body(const Vector3& p) {
    return std::hypot(p[0], p[1]) < body_radius && std::abs(p[2]) < 0.5 * body_length;
}

bool in_sphere(const Vector3& p, double x, double radius = 3.5e-3) {
    return std::hypot(p[0] - x, p[1], p[2]) < radius;
}

/// Water with spheres of In-111 at x = -5 mm and Tc-99m at +5 mm, over a background of both.
ImagedObject two_nuclides(double indium, double technetium) {
    test::EmissionPhantom phantom;
    phantom.n = {26, 26, 28};
    phantom.spacing = {1e-3, 1e-3, 1e-3};
    phantom.regions = {{"outside", "air"}, {"body", "water", false, true}};
    phantom.region_at = [](const Vector3& p) {
        return static_cast<std::uint16_t>(in_body(p) ? 1 : 0);
    };
    const auto field = [](double x, double strength) {
        return [=](const Vector3& p) {
            return strength * (in_sphere(p, x) ? 1.0 : in_body(p) ? 0.1 : 0.0);
        };
    };
    if (indium > 0.0) phantom.activities.emplace_back("In-111", field(-5e-3, indium));
    if (technetium > 0.0) phantom.activities.emplace_back("Tc-99m", field(5e-3, technetium));
    return test::make_object(phantom);
}

ImagedObject even_cylinder(double activity) {
    return test::water_cylinder(body_radius, body_length, "Tc-99m", activity, {26, 26, 28}, 1e-3);
}

bool is_inside(const Vector3& p) { return std::hypot(p[0], p[1]) < 7e-3 && std::abs(p[2]) < 8e-3; }

std::string complaint(const ImagedObject& object, const SpectSettings& spect) {
    try {
        scan(object, spect, Tier::image);
    } catch (const InputError& error) {
        return format(error.diagnostics()[0]);
    }
    return "";
}

TEST(Collimator, ParallelHolesByHand) {
    // d = 1.5, l_e = 30, t = 0.2 mm: blur at 120 mm d (l_e + z)/l_e = 7.5 mm, in squares with 4 mm.
    Collimator holes;
    holes.hole = 1.5e-3;
    holes.length = 30e-3;
    holes.septa = 0.2e-3;
    holes.intrinsic = 4e-3;
    EXPECT_NEAR(holes.blur(0.12), 8.5e-3, 1e-9);
    EXPECT_NEAR(holes.sensitivity(0.1), std::pow(0.26 * 0.05, 2) * std::pow(1.5 / 1.7, 2), 1e-12);
    EXPECT_EQ(holes.sensitivity(0.1), holes.sensitivity(0.2));
}

TEST(Collimator, PinholeByHand) {
    // Magnification 5: d_e (1 + 1/5), detector's 2 mm over 5.
    Collimator pinhole;
    pinhole.pinhole = true;
    pinhole.hole = 1e-3;
    pinhole.distance = 0.15;
    pinhole.intrinsic = 2e-3;
    EXPECT_NEAR(pinhole.blur(0.03), std::hypot(1.2e-3, 0.4e-3), 1e-12);
    EXPECT_NEAR(pinhole.sensitivity(0.03), 1.0 / (16.0 * 900.0), 1e-12);
}

TEST(Collimator, EffectiveLengthsDependOnTheEnergy) {
    const matter::XrayTables tables(data / "xray");
    SpectSettings spect;
    const double low = collimator_at(spect, tables, 140.5 * kiloelectronvolt).hole;
    EXPECT_GT(low, spect.hole_diameter);
    EXPECT_GT(collimator_at(spect, tables, 245.0 * kiloelectronvolt).hole, low);
    spect.collimator = "parallel";
    spect.collimator_material = "Pb";
    // Lead, 140.5 keV: mu/rho 2.39 cm2/g, so 2/mu = 0.74 mm.
    EXPECT_NEAR(collimator_at(spect, tables, 140.5 * kiloelectronvolt).length, 23.26e-3, 0.05e-3);
}

TEST(SpectProjector, BackProjectionIsTheAdjoint) {
    const Grid grid{14, 12, 9, {1e-3, 1e-3, 1e-3}, {}};
    Collimator holes;
    holes.hole = 2e-3;
    holes.length = 20e-3;
    std::vector<double> mu(static_cast<std::size_t>(grid.cell_count()), 15.0);
    for (std::size_t i = 0; i < mu.size(); ++i) mu[i] += static_cast<double>(i % 7);
    const SpectProjector projector(grid, 20, 0.03, holes, mu);
    std::vector<float> x(mu.size());
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<float>((i * 37) % 11);
    std::vector<float> y(static_cast<std::size_t>(projector.view_size()));
    for (std::size_t i = 0; i < y.size(); ++i) y[i] = static_cast<float>((i * 53) % 13);
    for (const double angle : {0.0, 0.7, 2.0, 4.5}) {
        std::vector<float> forward(y.size());
        projector.project(angle, x, forward);
        std::vector<float> back(x.size(), 0.0F);
        projector.back_project(angle, y, back);
        double left = 0.0;
        double right = 0.0;
        for (std::size_t i = 0; i < y.size(); ++i)
            left += static_cast<double>(forward[i]) * static_cast<double>(y[i]);
        for (std::size_t i = 0; i < x.size(); ++i)
            right += static_cast<double>(back[i]) * static_cast<double>(x[i]);
        EXPECT_NEAR(left / right, 1.0, 1e-6) << angle;
    }
}

TEST(SpectProjector, PointSpreadHasTheCollimatorsVarianceAtItsDistance) {
    const Grid grid{41, 41, 41, {1e-3, 1e-3, 1e-3}, {}};
    Collimator holes;
    holes.hole = 2e-3;
    holes.length = 20e-3;
    const SpectProjector projector(grid, 41, 0.04, holes, {});
    for (const index_t depth : {5, 20, 33}) {
        std::vector<float> x(static_cast<std::size_t>(grid.cell_count()), 0.0F);
        x[static_cast<std::size_t>(grid.index(20, depth, 20))] = 1.0F;
        std::vector<float> view(static_cast<std::size_t>(projector.view_size()));
        projector.project(0.0, x, view);
        double sum = 0.0;
        double square = 0.0;
        for (index_t c = 0; c < 41; ++c) {
            for (index_t k = 0; k < 41; ++k) {
                const auto value = static_cast<double>(view[static_cast<std::size_t>(c * 41 + k)]);
                sum += value;
                square += value * std::pow(static_cast<double>(c - 20), 2);
            }
        }
        const double z = 0.04 - static_cast<double>(depth - 20) * 1e-3;
        const double sigma = holes.blur(z) / 2.3548200450309493 / 1e-3;
        EXPECT_NEAR(sum / holes.sensitivity(z), 1.0, 1e-3) << depth;
        EXPECT_NEAR(square / sum / (sigma * sigma), 1.0, 0.01) << depth;
    }
}

TEST(SpectScan, ActivityOfAUniformCylinderIsWithinTwoPercent) {
    const ScanResult result = scan(even_cylinder(2e12), quick(), Tier::acquisition);
    const Image& image = result.images[0];
    EXPECT_EQ(image.name, "activity");
    EXPECT_EQ(image.unit, "Bq/mL");
    EXPECT_NEAR(test::statistics(image.grid, image.values, is_inside).first / 2e6, 1.0, 0.02);
}

TEST(SpectScan, TiersAgreeOnNoiseWithinTenPercent) {
    const ImagedObject object = even_cylinder(1e11);
    std::array<double, 2> deviation{};
    for (std::uint64_t seed = 1; seed <= 2; ++seed) {
        for (const Tier tier : {Tier::image, Tier::acquisition}) {
            const ScanResult result = scan(object, quick(), tier, seed);
            deviation[static_cast<std::size_t>(tier)] +=
                test::statistics(result.images[0].grid, result.images[0].values, is_inside).second;
        }
    }
    EXPECT_NEAR(deviation[0] / deviation[1], 1.0, 0.10);
}

/// Mean of an image within the sphere at x, over its truth there.
double recovered(const Image& image, double x) {
    const auto within = [x](const Vector3& p) { return in_sphere(p, x); };
    return test::statistics(image.grid, image.values, within).first /
           test::statistics(image.grid, image.truth, within).first;
}

TEST(SpectScan, IndiumAndTechnetiumAreToldApart) {
    const ScanResult result = scan(two_nuclides(4e12, 1e12), quick(), Tier::acquisition);
    ASSERT_EQ(result.images.size(), 2U);
    EXPECT_EQ(result.images[0].name, "activity_In111");
    const Image& technetium = result.images[1];
    EXPECT_EQ(technetium.name, "activity_Tc99m");
    EXPECT_NEAR(recovered(result.images[0], -5e-3), 1.0, 0.15);
    EXPECT_NEAR(recovered(technetium, 5e-3), 1.0, 0.15);
    // Where only indium is hot the technetium image shows its own background.
    const auto elsewhere = [](const Vector3& p) { return in_sphere(p, -5e-3); };
    const double background = test::statistics(technetium.grid, technetium.values, elsewhere).first;
    EXPECT_NEAR(background / 1e5, 1.0, 0.15);
    SpectSettings blind = quick();
    blind.scatter_correction = false;
    const ScanResult mixed = scan(two_nuclides(4e12, 1e12), blind, Tier::acquisition);
    EXPECT_GT(test::statistics(technetium.grid, mixed.images[1].values, elsewhere).first,
              1.3 * background);
}

TEST(SpectScan, TiersAgreeOnContrastWithinFivePercent) {
    std::array<double, 2> contrast{};
    for (const Tier tier : {Tier::image, Tier::acquisition}) {
        const ScanResult result = scan(two_nuclides(0.0, 2e13), quick(), tier);
        const Image& image = result.images[0];
        contrast[static_cast<std::size_t>(tier)] =
            test::statistics(image.grid, image.values,
                             [](const Vector3& p) { return in_sphere(p, 5e-3); })
                .first -
            test::statistics(image.grid, image.values, [](const Vector3& p) {
                return in_sphere(p, -5e-3);
            }).first;
    }
    EXPECT_NEAR(contrast[0] / contrast[1], 1.0, 0.05);
}

TEST(SpectPresets, AreRead) {
    for (const char* name : {"mouse_spect_parallel", "mouse_spect_pinhole", "human_spect"}) {
        const input::Document document =
            input::read_document(data / "scanners" / (std::string(name) + ".toml"));
        const auto spect = input::read<SpectSettings>(
            std::get<input::Table>(document.root.data).find("spect")->value);
        EXPECT_GE(2.0 * spect.radius_of_rotation, spect.field_of_view) << name;
    }
}

TEST(SpectScan, SameBitsForAnyNumberOfThreads) {
    SpectSettings spect = quick();
    spect.iterations = 1;
    for (const Tier tier : {Tier::image, Tier::acquisition})
        EXPECT_EQ(scan(two_nuclides(1e12, 1e12), spect, tier, 5, 1).images[1].values,
                  scan(two_nuclides(1e12, 1e12), spect, tier, 5, 3).images[1].values);
}

TEST(SpectScan, BadInputSaysWhatIsWrong) {
    const ImagedObject object = even_cylinder(1e12);
    SpectSettings spect = quick();
    spect.nuclides = {"In-11"};
    EXPECT_NE(complaint(object, spect).find("did you mean 'In-111'"), std::string::npos);
    spect.nuclides = {"In-111"};
    EXPECT_NE(complaint(object, spect).find("holds no In-111"), std::string::npos);
    spect = quick();
    spect.field_of_view = 0.015;
    EXPECT_NE(complaint(object, spect).find("field of view"), std::string::npos);
    spect = quick();
    spect.radius_of_rotation = 0.010;
    EXPECT_NE(complaint(object, spect).find("collimator"), std::string::npos);
    spect = quick();
    spect.detector_efficiency = 0.0;
    EXPECT_NE(complaint(object, spect).find("counts"), std::string::npos);
    spect = quick();
    spect.collimator = "parallel";
    spect.hole_length = 0.5e-3;
    spect.collimator_material = "Pb";
    EXPECT_NE(complaint(object, spect).find("cross the collimator"), std::string::npos);
    spect.collimator_material = "cheese";
    EXPECT_NE(complaint(object, spect).find("cheese"), std::string::npos);
    const ImagedObject fluorine =
        test::water_cylinder(body_radius, body_length, "F-18", 1e12, {26, 26, 28}, 1e-3);
    EXPECT_NE(complaint(fluorine, quick()).find("no agent"), std::string::npos);
    spect = quick();
    spect.resolution = 1e-6;  // 26 x 26 x 28 mm
    EXPECT_NE(complaint(object, spect).find("1.89e+13 voxels"), std::string::npos);
    EXPECT_THROW(estimate_spect(object.grid, spect, Tier::image), InputError);
    spect.resolution = 0.1e-3;
    spect.views = 4096;
    spect.subsets = 1;
    EXPECT_NE(complaint(object, spect).find("bins"), std::string::npos);
}

bool all_zero(const std::vector<double>& values) {
    return std::all_of(values.begin(), values.end(), [](double v) { return v == 0.0; });
}

bool has_note(const ScanResult& result, const std::string& part) {
    return std::any_of(result.notes.begin(), result.notes.end(), [&](const std::string& note) {
        return note.find(part) != std::string::npos;
    });
}

const Image* find_image(const ScanResult& result, const std::string& name) {
    for (const Image& image : result.images)
        if (image.name == name) return &image;
    return nullptr;
}

TEST(SpectScan, WithoutActivityTheImagesAreBlankAndSaySo) {
    for (const Tier tier : {Tier::image, Tier::acquisition}) {
        const ScanResult result = scan(even_cylinder(0.0), quick(), tier);
        ASSERT_EQ(result.images.size(), 1U);
        EXPECT_EQ(result.images[0].name, "activity");
        EXPECT_TRUE(all_zero(result.images[0].values) && all_zero(result.images[0].truth));
        EXPECT_EQ(result.images[0].noise, 0.0);
        EXPECT_TRUE(has_note(result, "no activity in the object at this time"));
        for (const double decayed : {1e-3, 1e-40, 1e-300})  // Bq/m3
            EXPECT_TRUE(has_note(scan(even_cylinder(decayed), quick(), tier), "expected counts"));
    }
}

/// The agents of both nuclides, Tc-99m not yet given.
ImagedObject indium_before_technetium() {
    ImagedObject object = two_nuclides(1e12, 1e12);
    std::fill(object.fields[1].concentration.begin(), object.fields[1].concentration.end(), 0.0);
    return object;
}

TEST(SpectScan, NuclideWithoutActivityKeepsItsNameBesideAnotherOne) {
    SpectSettings spect = quick();
    spect.iterations = 1;
    for (const Tier tier : {Tier::image, Tier::acquisition}) {
        const ScanResult result = scan(indium_before_technetium(), spect, tier);
        const Image* indium = find_image(result, "activity_In111");
        const Image* technetium = find_image(result, "activity_Tc99m");
        ASSERT_TRUE(indium != nullptr && technetium != nullptr);
        EXPECT_GT(indium->noise, 0.0);
        EXPECT_EQ(technetium->noise, 0.0);
        EXPECT_TRUE(all_zero(technetium->truth));
        const auto largest =
            *std::max_element(technetium->values.begin(), technetium->values.end());
        const auto most = *std::max_element(indium->values.begin(), indium->values.end());
        EXPECT_TRUE(std::isfinite(largest));
        EXPECT_LT(largest, 0.2 * most);  // what scatter of In-111 leaves
        EXPECT_TRUE(has_note(result, "no activity"));
    }
}

TEST(SpectScan, UptakeTakesTheInjectedActivityOfItsOwnNuclide) {
    SpectSettings spect = quick();
    spect.body_weight = 0.02;
    spect.injected_activity = 3e6;  // of which nuclide?
    ScanResult result = scan(two_nuclides(1e12, 1e12), spect, Tier::image);
    EXPECT_EQ(result.images.size(), 2U);
    EXPECT_TRUE(has_note(result, "injected activity of In-111"));
    spect.injected_by_nuclide = {{"Tc-99m", 4e6}};
    result = scan(two_nuclides(1e12, 1e12), spect, Tier::image);
    EXPECT_EQ(find_image(result, "suv_In111"), nullptr);
    const Image* uptake = find_image(result, "suv_Tc99m");
    const Image* dose = find_image(result, "injected_dose_Tc99m");
    const Image* activity = find_image(result, "activity_Tc99m");
    ASSERT_TRUE(uptake != nullptr && dose != nullptr && activity != nullptr);
    const auto i = static_cast<std::size_t>(
        std::max_element(activity->truth.begin(), activity->truth.end()) - activity->truth.begin());
    // Bq/mL x 20 g / 4 MBq; % of 4 MBq
    EXPECT_NEAR(uptake->truth[i] / activity->truth[i], 20.0 / 4e6, 1e-12);
    EXPECT_NEAR(dose->truth[i] / activity->truth[i], 100.0 / 4e6, 1e-12);
    spect.injected_by_nuclide.emplace_back("In-111", 1e6);
    result = scan(two_nuclides(1e12, 1e12), spect, Tier::image);
    EXPECT_EQ(result.images.size(), 6U);
    EXPECT_FALSE(has_note(result, "injected activity"));
    spect.injected_by_nuclide.clear();
    EXPECT_EQ(scan(even_cylinder(1e12), spect, Tier::image).images.size(), 3U);
}

TEST(SpectScan, AnEstimateLeavesOutNuclidesThatNoTableHolds) {
    const auto same = [](const SpectLines& a, const SpectLines& b) {
        return a.nuclides == b.nuclides && a.imaged == b.imaged && a.windows == b.windows &&
               a.most == b.most && a.energies == b.energies;
    };
    const SpectSettings spect = quick();
    const SpectLines lutetium = spect_lines(library(), {"Lu-177"}, spect);
    EXPECT_EQ(lutetium.nuclides, 1.0);
    EXPECT_EQ(lutetium.windows, 2.0);  // 113 and 208 keV
    EXPECT_TRUE(same(spect_lines(library(), {"Lu-177", "Re-188", "Y-90"}, spect), lutetium));
    EXPECT_TRUE(same(spect_lines(library(), {"Y-90"}, spect), SpectLines{}));
    EXPECT_TRUE(same(spect_lines(library(), {}, spect), SpectLines{}));
}

TEST(SpectScan, StopsWhenInterrupted) {
    exec::ThreadTeam team(1);
    const ScanContext context{team, library(), 1, {}, [] { return true; }};
    for (const Tier tier : {Tier::image, Tier::acquisition})
        EXPECT_THROW(scan_spect(context, even_cylinder(1e12), quick(), tier), Interrupted);
}

}  // namespace
}  // namespace caravel::imaging
