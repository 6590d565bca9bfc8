#include "caravel/imaging/optical/fluorescence_scan.hpp"
#include "caravel/base/constants.hpp"
#include "caravel/base/error.hpp"
#include "caravel/imaging/optical/emission.hpp"
#include "caravel/imaging/optical/fluorescence_light.hpp"
#include "caravel/imaging/reading/reading.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cmath>
#include <filesystem>
#include <iostream>
#include <numeric>

namespace caravel::imaging {
namespace {

constexpr double nm = 1e-9;
constexpr double mm = 1e-3;

matter::Library& library() {
    static matter::Library shipped(std::filesystem::path(CARAVEL_SOURCE_DIR) / "data");
    return shipped;
}

/// A dye of 1e5 L/(mol cm) and a yield of 0.1; unit mol/m3.
LuminescentAgent dye(double excitation, double emission) {
    LuminescentAgent d;
    d.emitter = "dye";
    d.excitation_peak = excitation;
    d.emission_peak = emission;
    d.excitation_width = 60.0 * nm;
    d.emission_width = 40.0 * nm;
    d.absorption_cross_section = 2.302585 * 1e4;
    d.quantum_yield = 0.1;
    return d;
}

LuminescentAgent icg() {
    LuminescentAgent d = dye(789.0 * nm, 817.0 * nm);
    d.excitation_width = 70.0 * nm;
    d.emission_width = 50.0 * nm;
    d.absorption_cross_section = 2.302585 * 19400.0;
    return d;
}

/// Muscle with a tumour of `radius` whose middle lies at `depth`, holding all of the agent.
ImagedObject slab(index_t n, double h, double depth, double radius, double concentration,
                  const LuminescentAgent& emitter) {
    ImagedObject object;
    object.grid = {n, n, n, {h, h, h}, {}};
    object.regions = {{"body", "muscle", false, true}, {"tumour", "tumour", true, false}};
    const auto cells = static_cast<std::size_t>(n * n * n);
    object.region.assign(cells, 0);
    ImagedAgent agent;
    agent.name = "probe";
    agent.unit = "mol/m3";
    agent.luminescent = {emitter};
    object.agents = {agent};
    object.fields = {{0, Compartment::free, std::vector<double>(cells, 0.0)}};
    const double middle = 0.5 * static_cast<double>(n) * h;
    for (std::size_t i = 0; i < cells; ++i) {
        const auto c = static_cast<index_t>(i);
        const Vector3 at = object.grid.centre(c % n, c / n % n, c / (n * n));
        if (std::hypot(at[0] - middle, at[1] - middle, at[2] - depth) > radius) continue;
        object.region[i] = 1;
        object.fields[0].concentration[i] = concentration;
    }
    return object;
}

ImagedObject nir_slab(index_t n = 40) {
    return slab(n, 20.0 * mm / static_cast<double>(n), 4.0 * mm, 1.5 * mm, 1e-4, icg());
}

ScanResult scan(const ImagedObject& object, const FluorescenceSettings& settings, Tier tier,
                int threads = 2, std::uint64_t seed = 1) {
    exec::ThreadTeam team(threads);
    return scan_fluorescence({team, library(), seed, {}, {}}, object, settings, tier);
}

double number(const ScanResult& result, const std::string& name) {
    for (const ScanNumber& n : result.numbers)
        if (n.name == name) return n.value;
    ADD_FAILURE() << "no number " << name;
    return 0.0;
}

TEST(Emission, FollowsTheHandCalculation) {
    const LuminescentAgent d = dye(700.0 * nm, 740.0 * nm);
    // at the peak: 2.302585e4 m2/mol, photon of 2.8378e-19 J, 100 W/m2, 1e-3 mol/m3
    const double photon = planck * speed_of_light / (700.0 * nm);
    EXPECT_NEAR(photon, 2.8378e-19, 1e-23);
    EXPECT_NEAR(1e-3 * emitted_photons(d, 700.0 * nm, 100.0, 7.4) /
                    (1e-3 * 2.302585e4 * 100.0 / photon * 0.1),
                1.0, 1e-12);
    // half a width off: half
    EXPECT_NEAR(absorption_per_unit(d, 730.0 * nm), 0.5 * 2.302585e4, 1e-6);
    const EmissionBand half{"half", 840.0 * nm, 200.0 * nm};  // from the peak on
    EXPECT_NEAR(band_response(d, half, [](double) { return 1.0; }), 0.5, 1e-4);
    const EmissionBand core{"core", 740.0 * nm, 40.0 * nm};  // the full width at half maximum
    EXPECT_NEAR(band_response(d, core, [](double) { return 1.0; }), 0.7610, 2e-4);
}

TEST(Emission, UpconversionRisesWithTheSquareAndThenSaturates) {
    LuminescentAgent u = dye(980.0 * nm, 800.0 * nm);
    u.upconverting = true;
    u.order = 2.0;
    u.saturation = 1e5;
    const auto slope = [&](double irradiance) {
        return std::log(emitted_photons(u, 980.0 * nm, irradiance * 1.001, 7.4) /
                        emitted_photons(u, 980.0 * nm, irradiance / 1.001, 7.4)) /
               std::log(1.001 * 1.001);
    };
    EXPECT_NEAR(slope(10.0), 2.0, 1e-3);
    EXPECT_NEAR(slope(1e5), 1.5, 1e-6);
    EXPECT_NEAR(slope(1e9), 1.0, 1e-3);
    EXPECT_NEAR(local_yield(u, 1e5), u.quantum_yield, 1e-15);
    u.order = 3.0;
    EXPECT_NEAR(slope(10.0), 3.0, 1e-3);
    EXPECT_EQ(local_yield(u, 0.0), 0.0);
}

TEST(FluorescenceScan, UpconversionSeesTheLocalIrradiance) {
    LuminescentAgent u = icg();
    u.emission_peak = 700.0 * nm;
    u.upconverting = true;
    u.order = 2.0;
    u.saturation = 1e6;
    const ImagedObject object = slab(24, 0.5 * mm, 3.0 * mm, 1.5 * mm, 1e-4, u);
    exec::ThreadTeam team(2);
    FluorescenceSettings s;
    s.excitation = 789.0 * nm;
    s.bands = {{"up", 700.0 * nm, 60.0 * nm}};
    const auto light = [&](double irradiance, Tier tier) {
        s.irradiance = irradiance;
        const FluorescenceLight seen =
            fluorescence_light({team, library(), 1, {}, {}}, object, s, tier);
        return std::accumulate(seen.bands[0].agents.begin(), seen.bands[0].agents.end(), 0.0);
    };
    EXPECT_NEAR(std::log2(light(20.0, Tier::image) / light(10.0, Tier::image)), 2.0, 1e-3);
    EXPECT_NEAR(std::log2(light(2e9, Tier::image) / light(1e9, Tier::image)), 1.0, 1e-2);
    EXPECT_NEAR(light(10.0, Tier::image) / light(10.0, Tier::acquisition), 1.0, 0.05);
}

/// Mean over the pixels above the tumour, and over those far from it.
struct Contrast {
    double tumour = 0.0, beside = 0.0;
};
Contrast contrast_of(const Image& image) {
    Contrast c;
    double inside = 0.0, outside = 0.0;
    const Grid& g = image.grid;
    for (index_t j = 0; j < g.ny; ++j) {
        for (index_t i = 0; i < g.nx; ++i) {
            const Vector3 at = g.centre(i, j, 0);
            const double r = std::hypot(at[0] - 10.0 * mm, at[1] - 10.0 * mm);
            const double v = image.values[static_cast<std::size_t>(g.index(i, j, 0))];
            if (r < 1.5 * mm) {
                c.tumour += v;
                inside += 1.0;
            } else if (r > 8.0 * mm) {
                c.beside += v;
                outside += 1.0;
            }
        }
    }
    c.tumour /= inside;
    c.beside /= outside;
    return c;
}

/// A body that ends in air at low x, a tumour at that edge, with or without its agent.
ImagedObject edge_of_body(double concentration) {
    constexpr index_t n = 40;
    ImagedObject object = slab(n, 0.5 * mm, 2.0 * mm, 0.0, 0.0, icg());
    object.regions.push_back({"air", "air", false, false});
    for (std::size_t i = 0; i < object.region.size(); ++i) {
        const auto c = static_cast<index_t>(i);
        const Vector3 at = object.grid.centre(c % n, c / n % n, c / (n * n));
        if (at[0] < 3.0 * mm) object.region[i] = 2;
        if (std::hypot(at[0] - 4.6 * mm, at[1] - 10.0 * mm, at[2] - 2.0 * mm) > 1.5 * mm) continue;
        object.region[i] = 1;
        object.fields[0].concentration[i] = concentration;
    }
    return object;
}

TEST(FluorescenceScan, TheEdgeOfTheBodyIsNoLesionWhereNothingIsTakenOff) {
    FluorescenceSettings s;
    s.background = "none";
    s.camera.exposure = 0.05;
    exec::ThreadTeam team(2);
    for (const Tier tier : {Tier::image, Tier::acquisition}) {
        const ImagedObject empty = edge_of_body(0.0);
        const ScanResult blank = scan(empty, s, tier);
        Image image = blank.images.front();
        ASSERT_EQ(image.without.size(), image.values.size());
        const double seen = read_regions(team, image, empty).front().detectability;
        image.without.clear();
        const double edge = read_regions(team, image, empty).front().detectability;
        std::cout << "d' of an empty tumour at the edge " << seen << ", before " << edge << "\n";
        EXPECT_GT(edge, 2.0);  // the light of tissue falls off there: taken for a lesion
        EXPECT_LT(seen, 1.0);
        const ImagedObject full = edge_of_body(1e-4);
        const ScanResult bright = scan(full, s, tier);
        EXPECT_GT(read_regions(team, bright.images.front(), full).front().detectability, 5.0);
    }
    s.background = "control";
    EXPECT_TRUE(scan(edge_of_body(0.0), s, Tier::image).images.front().without.empty());
}

TEST(FluorescenceScan, BothTiersHaveTheSameContrastAndNoise) {
    const ImagedObject object = nir_slab();
    FluorescenceSettings s;
    s.background = "none";
    s.camera.exposure = 0.05;
    const Contrast a = contrast_of(scan(object, s, Tier::image).images[0]);
    const Contrast b = contrast_of(scan(object, s, Tier::acquisition).images[0]);
    std::cout << "tumour " << a.tumour << " " << b.tumour << " beside " << a.beside << " "
              << b.beside << "\n";
    EXPECT_NEAR((a.tumour - a.beside) / (b.tumour - b.beside), 1.0, 0.05);
    EXPECT_NEAR(a.beside / b.beside, 1.0, 0.05);

    s.background = "control";
    s.camera.read_noise = 4.0;
    const auto noise = [&](Tier tier, double& predicted) {
        const ScanResult one = scan(object, s, tier, 2, 1), two = scan(object, s, tier, 2, 2);
        predicted = one.images[0].noise;
        double sum = 0.0;
        for (std::size_t i = 0; i < one.images[0].values.size(); ++i)
            sum += std::pow(one.images[0].values[i] - two.images[0].values[i], 2);
        return std::sqrt(0.5 * sum / static_cast<double>(one.images[0].values.size()));
    };
    double predicted_image = 0.0, predicted_counts = 0.0;
    const double image = noise(Tier::image, predicted_image);
    const double counts = noise(Tier::acquisition, predicted_counts);
    std::cout << "noise " << image << " " << counts << " predicted " << predicted_image << " "
              << predicted_counts << "\n";
    EXPECT_NEAR(image / counts, 1.0, 0.1);
    EXPECT_NEAR(image / predicted_image, 1.0, 0.03);
    EXPECT_NEAR(counts / predicted_counts, 1.0, 0.03);
}

TEST(FluorescenceScan, SkinAndFatAboveChangeBothTiersAlike) {
    ImagedObject object = nir_slab();
    object.regions.push_back({"skin", "skin", false, false});
    object.regions.push_back({"fat", "fat", false, false});
    object.regions.push_back({"liver", "liver", false, false});
    for (std::size_t i = 0; i < object.region.size(); ++i) {
        const std::size_t layer = i / 1600;
        if (layer < 2) object.region[i] = 2;
        if (layer == 2) object.region[i] = 3;
        if (layer > 20 && i % 40 < 16) object.region[i] = 4;  // an organ below and to one side
    }
    FluorescenceSettings s;
    s.camera.exposure = 0.02;
    const Contrast a = contrast_of(scan(object, s, Tier::image).images[0]);
    const Contrast b = contrast_of(scan(object, s, Tier::acquisition).images[0]);
    std::cout << "under skin and fat " << a.tumour - a.beside << " " << b.tumour - b.beside << "\n";
    EXPECT_NEAR((a.tumour - a.beside) / (b.tumour - b.beside), 1.0, 0.05);
}

TEST(FluorescenceScan, MonteCarloSeesTheSameTumour) {
    // five transport lengths deep; three deep (4 mm) diffusion is 12 % too dark
    const ImagedObject object = slab(40, 0.5 * mm, 7.0 * mm, 1.5 * mm, 1e-4, icg());
    FluorescenceSettings s;
    s.autofluorescence = false;
    s.filter_density = 20.0;
    const Contrast a = contrast_of(scan(object, s, Tier::acquisition).images[0]);
    s.method = "monte_carlo";
    s.photons = 150'000;
    const Contrast b = contrast_of(scan(object, s, Tier::acquisition).images[0]);
    std::cout << "diffusion " << a.tumour << " monte carlo " << b.tumour << "\n";
    EXPECT_NEAR(a.tumour / b.tumour, 1.0, 0.06);
}

TEST(FluorescenceScan, AnyNumberOfThreadsGivesTheSameBits) {
    const ImagedObject object = nir_slab(20);
    FluorescenceSettings s;
    for (const char* illumination : {"epi", "trans", "point"}) {
        s.illumination = illumination;
        if (s.illumination == "point") s.power = 1e-3;
        for (const Tier tier : {Tier::image, Tier::acquisition}) {
            const ScanResult one = scan(object, s, tier, 1);
            for (const int threads : {2, 4})
                EXPECT_EQ(one.images[0].values, scan(object, s, tier, threads).images[0].values);
        }
    }
    s.illumination = "epi";
    s.power.reset();
    s.method = "monte_carlo";
    s.photons = 2'000;
    EXPECT_EQ(scan(object, s, Tier::acquisition, 1).images[0].values,
              scan(object, s, Tier::acquisition, 4).images[0].values);
}

TEST(FluorescenceScan, APointOfLightLightsOnlyWhatIsNear) {
    const ImagedObject object = nir_slab(40);
    FluorescenceSettings s;
    s.illumination = "point";
    s.power = 1e-3;
    s.autofluorescence = false;
    s.filter_density = 20.0;
    const auto signal = [&](double x, Tier tier) {
        s.spot = {x, 10.0 * mm};
        s.camera.exposure = 1e-3;
        return contrast_of(scan(object, s, tier).images[0]).tumour;
    };
    const double above = signal(10.0 * mm, Tier::image);
    EXPECT_NEAR(above / signal(10.0 * mm, Tier::acquisition), 1.0, 0.05);
    std::cout << "point " << above << " away " << signal(2.0 * mm, Tier::image) << "\n";
    EXPECT_LT(signal(2.0 * mm, Tier::image), 0.3 * above);
}

TEST(FluorescenceScan, ARoundBodyIsSeenAlikeInBothTiers) {
    ImagedObject object = nir_slab(40);
    object.regions.push_back({"outside", "air", false, false});
    for (std::size_t i = 0; i < object.region.size(); ++i) {
        const auto c = static_cast<index_t>(i);
        const Vector3 at = object.grid.centre(c % 40, c / 40 % 40, c / 1600);
        // a mouse-like back, 14 mm across curvature
        const double x = at[0] - 10.0 * mm;
        if (at[2] < 14.0 * mm - std::sqrt(std::max(0.0, 14.0 * 14.0 * mm * mm - x * x)))
            object.region[i] = 2;
    }
    FluorescenceSettings s;
    s.autofluorescence = false;
    s.filter_density = 20.0;
    const Contrast a = contrast_of(scan(object, s, Tier::image).images[0]);
    const Contrast b = contrast_of(scan(object, s, Tier::acquisition).images[0]);
    std::cout << "round body " << a.tumour / b.tumour << "\n";
    EXPECT_NEAR(a.tumour / b.tumour, 1.0, 0.05);
    s.field_of_view = 10.0 * mm;
    EXPECT_THROW(scan(object, s, Tier::image), InputError);
}

/// Depth limit of the same brightness in three colours: excitation, emission, sensor.
double depth_limit_at(double excitation, double emission, const char* sensor) {
    const ImagedObject object =
        slab(32, 0.5 * mm, 2.0 * mm, 1.0 * mm, 1e-3, dye(excitation, emission));
    FluorescenceSettings s;
    s.excitation = excitation;
    s.bands = {{"band", emission, 40.0 * nm}};
    s.camera.sensor = sensor;
    return number(scan(object, s, Tier::image), "depth_limit_band_probe");
}

TEST(FluorescenceScan, RedderLightSeesDeeper) {
    const double visible = depth_limit_at(488.0 * nm, 525.0 * nm, "silicon");
    const double first = depth_limit_at(785.0 * nm, 830.0 * nm, "silicon");
    const double second = depth_limit_at(980.0 * nm, 1080.0 * nm, "ingaas");
    std::cout << "depth limits " << visible / mm << " " << first / mm << " " << second / mm
              << " mm\n";
    std::cout << "1300: " << depth_limit_at(980.0 * nm, 1300.0 * nm, "ingaas") / mm
              << " 1550: " << depth_limit_at(980.0 * nm, 1550.0 * nm, "ingaas") / mm
              << " 808-1080: " << depth_limit_at(808.0 * nm, 1080.0 * nm, "ingaas") / mm << "\n";
    EXPECT_GT(first, 2.0 * visible);
    EXPECT_GT(second, first);
}

TEST(FluorescenceScan, EqualBrightnessLeavesTissueAndCamera) {
    // ten times the agent moves its own depth, not that of the yardstick
    const auto depths = [](double concentration, double excitation, double emission,
                           const char* sensor) {
        FluorescenceSettings s;
        s.excitation = excitation;
        s.bands = {{"band", emission, 40.0 * nm}};
        s.camera.sensor = sensor;
        s.camera.exposure = 0.1;
        const ScanResult result =
            scan(slab(32, 0.5 * mm, 2.0 * mm, 1.0 * mm, concentration, dye(excitation, emission)),
                 s, Tier::image);
        return std::array<double, 2>{number(result, "depth_limit_band_probe"),
                                     number(result, "equal_brightness_depth_band")};
    };
    const auto faint = depths(1e-6, 785.0 * nm, 830.0 * nm, "silicon");
    const auto bright = depths(1e-5, 785.0 * nm, 830.0 * nm, "silicon");
    EXPECT_GT(bright[0], faint[0] + 0.5 * mm);
    EXPECT_NEAR(bright[1], faint[1], 1e-3 * faint[1]);
    const auto visible = depths(1e-6, 488.0 * nm, 525.0 * nm, "silicon");
    const auto second = depths(1e-6, 980.0 * nm, 1080.0 * nm, "ingaas");
    EXPECT_GT(bright[1], 2.0 * visible[1]);
    EXPECT_GT(second[1], bright[1]);
}

TEST(FluorescenceScan, TumourStandsOutAgainstItsSurroundings) {
    ImagedObject object = slab(32, 0.5 * mm, 1.0 * mm, 1.0 * mm, 1e-3, icg());
    for (std::size_t i = 0; i < object.region.size(); ++i)
        if (object.region[i] == 0) object.fields[0].concentration[i] = 1e-4;
    FluorescenceSettings s;
    const double sharp = number(scan(object, s, Tier::image), "tumour_to_background_band");
    for (double& c : object.fields[0].concentration)
        if (c == 1e-4) c = 5e-4;
    const double less = number(scan(object, s, Tier::image), "tumour_to_background_band");
    EXPECT_GT(sharp, 1.5);
    EXPECT_LT(less, sharp);
    EXPECT_GT(less, 1.0);
}

TEST(FluorescenceScan, SaysWhatIsWrong) {
    const ImagedObject object = nir_slab(12);
    FluorescenceSettings s;
    s.bands[0] = {"band", 1300.0 * nm, 40.0 * nm};  // silicon is blind
    EXPECT_THROW(scan(object, s, Tier::image), InputError);
    s = {};
    s.bands[0].centre = 790.0 * nm;  // lets the excitation in
    EXPECT_THROW(scan(object, s, Tier::image), InputError);
    s = {};
    s.bands.clear();
    EXPECT_THROW(scan(object, s, Tier::image), InputError);
    s = {};
    s.illumination = "point";
    EXPECT_THROW(scan(object, s, Tier::image), InputError);
    s.power = 1e-3;
    s.spot = {1.0, 1.0};  // metres away
    EXPECT_THROW(scan(object, s, Tier::image), InputError);
    s = {};
    s.camera.numerical_aperture = 1.5;
    EXPECT_THROW(scan(object, s, Tier::image), InputError);
    s = {};
    s.ratio = RatioSettings{"probe", "band", "bnad", 5.0};
    EXPECT_THROW(scan(object, s, Tier::image), InputError);
    ImagedObject air = object;
    for (ImagedRegion& region : air.regions) region.tissue = "air";
    EXPECT_THROW(scan(air, {}, Tier::image), InputError);
    ImagedObject unknown = object;
    unknown.regions[0].tissue = "musle";
    EXPECT_THROW(scan(unknown, {}, Tier::image), InputError);
}

TEST(FluorescenceScan, EveryTissueHasOptics) {
    for (const char* tissue : {"water", "pmma", "muscle", "tumour", "skin", "fat", "bone", "blood",
                               "liver", "kidney", "spleen", "lung", "brain", "heart"}) {
        for (const double wavelength : {450.0, 550.0, 785.0, 980.0, 1080.0, 1550.0}) {
            const stimulus::OpticalMedium medium =
                imaged_tissue(tissue, wavelength * nm, library());
            EXPECT_GE(medium.absorption, 0.0) << tissue;
            EXPECT_LT(medium.absorption, 1e5) << tissue;
        }
    }
    EXPECT_TRUE(imaged_tissue("air", 785.0 * nm, library()).exterior);
    EXPECT_THROW(imaged_tissue("musle", 785.0 * nm, library()), InputError);
}

TEST(FluorescenceScan, StopsWhenAsked) {
    const ImagedObject object = nir_slab(12);
    exec::ThreadTeam team(1);
    const ScanContext context{team, library(), 1, {}, [] { return true; }};
    EXPECT_THROW(scan_fluorescence(context, object, {}, Tier::image), Interrupted);
}

TEST(FluorescenceScan, StopsWhilePhotonsFly) {
    FluorescenceSettings s;
    s.method = "monte_carlo";
    s.photons = 2'000'000'000;  // an hour of light
    exec::ThreadTeam team(2);
    std::atomic<int> asked{0};
    const ScanContext context{team, library(), 1, {}, [&asked] { return ++asked > 6; }};
    EXPECT_THROW(scan_fluorescence(context, nir_slab(12), s, Tier::acquisition), Interrupted);
}

TEST(FluorescenceScan, TooManyPixelsAreRefusedWithTheirNumber) {
    const ImagedObject object = nir_slab(12);
    const auto refusal = [&object](const FluorescenceSettings& s) -> std::string {
        try {
            scan(object, s, Tier::image);
        } catch (const InputError& error) {
            return error.what();
        }
        return "";
    };
    FluorescenceSettings s;
    s.camera.pixel = 1e-9;
    EXPECT_NE(refusal(s).find("pixels would be made"), std::string::npos);
    s = {};
    s.field_of_view = 1e6;
    EXPECT_NE(refusal(s).find("pixels would be made"), std::string::npos);
}

}  // namespace
}  // namespace caravel::imaging
