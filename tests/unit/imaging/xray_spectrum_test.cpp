// Tissues, tubes, detectors and signals of X-ray scanners.
#include "caravel/base/constants.hpp"
#include "caravel/base/error.hpp"
#include "caravel/imaging/compton.hpp"
#include "caravel/imaging/xray/polychromatic.hpp"
#include "caravel/imaging/xray/tissue_attenuation.hpp"
#include "caravel/imaging/xray/water_scale.hpp"
#include "caravel/imaging/xray/xray_object.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numbers>
#include <numeric>

namespace caravel::imaging {
namespace {

constexpr double kev = kiloelectronvolt;
constexpr double pi = std::numbers::pi;

matter::Library& library() {
    static matter::Library shipped(std::filesystem::path(CARAVEL_SOURCE_DIR) / "data");
    return shipped;
}
const PhotonTables& photons() {
    static const PhotonTables tables(library());
    return tables;
}

/// 100 kV behind 2 mm of aluminium through water and gold, with three bins or one.
Polychromatic example(bool counting) {
    Polychromatic model;
    model.beam = tube_spectrum(library(), 100e3);
    filter_spectrum(photons(), library(), "Al", 2e-3, model.beam);
    for (double& n : model.beam.photons) n *= 1e-11;
    CtDetector detector;
    if (counting) {
        detector.kind = "photon_counting";
        detector.thresholds = {25.0 * kev, 50.0 * kev, 80.7 * kev};
        detector.energy_resolution = 6.0 * kev;
    }
    model.response = detector_response(photons(), library(), detector, model.beam.energy);
    for (const char* material : {"H2O", "Au"})
        for (const double energy : model.beam.energy)
            model.attenuation.push_back(
                mass_attenuation(photons(), photons().tables.composition(material), energy));
    return model;
}

TEST(XrayTissues, EveryTissueOfTheScannersIsThereAndAddsUpToOne) {
    for (const char* tissue : {"air", "water", "pmma", "muscle", "tumour", "skin", "fat", "bone",
                               "blood", "liver", "kidney", "spleen", "lung", "brain", "heart"})
        EXPECT_GT(tissue_density(library(), tissue), 1.0) << tissue;
    for (const std::string& tissue : library().table("tissue_xray").names()) {
        double sum = 0.0;
        for (const matter::Fact* fact : library().table("tissue_xray").all(tissue))
            if (fact->property == "mass_fraction") sum += fact->si;
        EXPECT_NEAR(sum, 1.0, 2e-6) << tissue;
    }
}

TEST(XrayTissues, AttenuationIsThatOfTheLiterature) {
    // NIST: water 0.0969 cm2/g at 500 keV, ICRU-44 muscle 0.1492 at 150 keV
    EXPECT_NEAR(tissue_attenuation(photons().tables, library(), "water", 500.0 * kev), 9.687, 0.01);
    EXPECT_NEAR(tissue_attenuation(photons().tables, library(), "muscle", 150.0 * kev),
                14.92 * 1.05, 0.03);
    EXPECT_THROW(tissue_density(library(), "livre"), InputError);
}

TEST(XrayCompton, EnergiesAt85keVAreThoseOfTheGate) {
    EXPECT_NEAR(scattered_energy(85.0 * kev, std::cos(0.5 * pi)) / kev, 72.9, 0.05);
    EXPECT_NEAR(scattered_energy(85.0 * kev, std::cos(120.0 / 180.0 * pi)) / kev, 68.0, 0.05);
    EXPECT_NEAR(scattered_energy(85.0 * kev, std::cos(150.0 / 180.0 * pi)) / kev, 64.9, 0.05);
}

TEST(XrayCompton, KleinNishinaIsThomsonAtLowEnergyAndAddsUpToTheTabulatedCrossSection) {
    const double radius = 2.8179403262e-15;
    EXPECT_NEAR(klein_nishina(1e-3 * kev, 1.0) / (radius * radius), 1.0, 1e-4);
    EXPECT_NEAR(klein_nishina(1e-3 * kev, 0.0) / (0.5 * radius * radius), 1.0, 1e-4);
    double total = 0.0;
    constexpr int steps = 2000;
    for (int i = 0; i < steps; ++i) {
        const double angle = (i + 0.5) * pi / steps;
        total +=
            2.0 * pi * std::sin(angle) * klein_nishina(100.0 * kev, std::cos(angle)) * pi / steps;
    }
    EXPECT_NEAR(total, 0.4927e-28, 0.0005e-28);  // m2, Klein-Nishina at 100 keV
}

TEST(XrayTube, TabulatedVoltagesAreExactAndNothingLiesAboveThePeak) {
    const PhotonSpectrum spectrum = tube_spectrum(library(), 120e3);
    const auto at = [&](double energy) {
        for (std::size_t i = 0; i < spectrum.energy.size(); ++i)
            if (std::abs(spectrum.energy[i] - energy * kev) < 0.1 * kev) return spectrum.photons[i];
        return 0.0;
    };
    EXPECT_NEAR(photon_count(spectrum) * 1e-9 / 1997741.0, 1.0, 1e-4);
    EXPECT_NEAR(mean_energy(spectrum) / kev, 60.046, 0.01);
    EXPECT_GT(at(59.0), 1.2 * at(56.0));  // K-alpha
    for (const double voltage : {45e3, 65e3, 90e3, 130e3})
        EXPECT_LT(tube_spectrum(library(), voltage).energy.back(), voltage * elementary_charge);
}

TEST(XrayTube, SpectraChangeSteadilyWithTheVoltage) {
    double before = 0.0;
    double photons_before = 0.0;
    for (double voltage = 40e3; voltage <= 140e3; voltage += 5e3) {
        const PhotonSpectrum spectrum = tube_spectrum(library(), voltage);
        EXPECT_GT(mean_energy(spectrum), before) << voltage;
        EXPECT_GT(photon_count(spectrum), photons_before) << voltage;
        before = mean_energy(spectrum);
        photons_before = photon_count(spectrum);
    }
    for (const double voltage : {80e3, 100e3, 120e3}) {
        const double here = photon_count(tube_spectrum(library(), voltage));
        EXPECT_NEAR(photon_count(tube_spectrum(library(), voltage - 100.0)) / here, 1.0, 0.01);
        EXPECT_NEAR(photon_count(tube_spectrum(library(), voltage + 100.0)) / here, 1.0, 0.01);
    }
    EXPECT_THROW(tube_spectrum(library(), 30e3), InputError);
    EXPECT_THROW(tube_spectrum(library(), 160e3), InputError);
}

TEST(XrayDetector, EnergyBinsShareThePhotonsAndBlurTheThreshold) {
    CtDetector detector;
    detector.kind = "photon_counting";
    detector.thresholds = {20.0 * kev, 60.0 * kev};
    detector.energy_resolution = 5.0 * kev;
    const std::array<double, 3> energies{40.0 * kev, 60.0 * kev, 90.0 * kev};
    const DetectorResponse response = detector_response(photons(), library(), detector, energies);
    ASSERT_EQ(response.channels, 2u);
    for (std::size_t e = 0; e < energies.size(); ++e)
        EXPECT_NEAR(response.mean[e] + response.mean[3 + e], 1.0, 1e-6);
    EXPECT_NEAR(response.mean[4], 0.5, 1e-6);
    EXPECT_NEAR(response.mean[5], 1.0, 1e-6);
}

TEST(XrayDetector, ThickScintillatorsAbsorbWhatTheirAttenuationSays) {
    CtDetector detector;
    detector.material = "CsI";
    detector.thickness = 50e-6;
    const double below = absorbed_share(photons(), library(), detector, 33.0 * kev);
    const double above = absorbed_share(photons(), library(), detector, 34.0 * kev);
    EXPECT_GT(above, 1.3 * below);  // iodine's edge
    EXPECT_LT(absorbed_share(photons(), library(), detector, 120.0 * kev), 0.3);
}

TEST(XraySignals, VarianceIsTheSumOfSquaredEnergies) {
    Polychromatic model;
    model.beam = {{30.0 * kev, 70.0 * kev}, {1000.0, 500.0}};
    CtDetector detector;
    detector.electronic_noise = 10.0 * kev;
    model.response = detector_response(photons(), library(), detector, model.beam.energy);
    model.attenuation = {20.0, 10.0};
    ChannelSignal signal;
    channel_signals(model, std::array{0.05}, std::span(&signal, 1));
    const double low = 1000.0 * std::exp(-1.0);
    const double high = 500.0 * std::exp(-0.5);
    EXPECT_NEAR(signal.mean / kev, 30.0 * low + 70.0 * high, 1e-6);
    EXPECT_NEAR(signal.variance / (kev * kev), 900.0 * low + 4900.0 * high + 100.0, 1e-4);
}

TEST(XraySignals, ManyRaysAtOnceAreTheSumsOneByOneForAnyNumberOfThreads) {
    const Polychromatic model = example(true);
    constexpr std::size_t rays = 2500;
    std::vector<float> integrals(2 * rays);
    for (std::size_t i = 0; i < rays; ++i) {
        integrals[i] = static_cast<float>(0.2 * static_cast<double>(i));
        integrals[rays + i] = static_cast<float>(1e-3 * static_cast<double>(i % 700));
    }
    std::vector<double> means(3 * rays);
    std::vector<double> variances(3 * rays);
    exec::ThreadTeam one(1);
    project_signals(one, model, integrals, rays, means, variances);
    std::array<ChannelSignal, 3> signals{};
    for (std::size_t i = 0; i < rays; i += 97) {
        channel_signals(
            model,
            std::array{static_cast<double>(integrals[i]), static_cast<double>(integrals[rays + i])},
            signals);
        for (std::size_t c = 0; c < 3; ++c) {
            EXPECT_NEAR(means[c * rays + i] / signals[c].mean, 1.0, 1e-12);
            EXPECT_NEAR(variances[c * rays + i] / signals[c].variance, 1.0, 1e-12);
        }
    }
    for (const int threads : {2, 4}) {
        exec::ThreadTeam team(threads);
        std::vector<double> again(means.size());
        std::vector<double> varied(means.size());
        project_signals(team, model, integrals, rays, again, varied);
        EXPECT_EQ(again, means);
        EXPECT_EQ(varied, variances);
    }
}

TEST(XrayWaterScale, WaterComesBackAsItsThicknessAndWithoutCorrectionAsLess) {
    Polychromatic water = one_channel(example(false), 0);
    water.attenuation.resize(water.energies());
    for (double& mu : water.attenuation) mu *= 1000.0;
    const WaterScale right(water, 0.4, 0.2, true);
    const WaterScale plain(water, 0.4, 0.2, false);
    for (const double thickness : {0.01, 0.1, 0.2, 0.3}) {
        ChannelSignal signal;
        channel_signals(water, std::array{thickness}, std::span(&signal, 1));
        const double depth = -std::log(signal.mean / right.air());
        EXPECT_NEAR(right.thickness(depth), thickness, 1e-6);
        if (thickness < 0.2) {
            EXPECT_GT(plain.thickness(depth), 1.01 * thickness);
        }
    }
    EXPECT_NEAR(plain.thickness(-std::log([&] {
        ChannelSignal s;
        channel_signals(water, std::array{0.2}, std::span(&s, 1));
        return s.mean / plain.air();
    }())),
                0.2, 1e-9);
}

TEST(XrayBasis, FewMaterialsMakeUpAllTissuesAndAgents) {
    const PhotonSpectrum beam = tube_spectrum(library(), 120e3);
    std::vector<double> curves;
    std::vector<std::string> tissues{"air",   "water", "muscle", "skin",   "fat",   "bone",
                                     "blood", "liver", "kidney", "spleen", "brain", "lung"};
    for (const std::string& tissue : tissues)
        for (const double energy : beam.energy)
            curves.push_back(
                tissue_density(library(), tissue) *
                mass_attenuation(photons(), tissue_composition(library(), tissue), energy));
    for (const double energy : beam.energy)
        curves.push_back(mass_attenuation(photons(), {{{"Au", 1.0}}}, energy));
    const AttenuationBasis basis = attenuation_basis(curves, beam.photons, 2e-4);
    EXPECT_LE(basis.members.size(), 5u);
    EXPECT_LE(basis.residual, 2e-4);
    const std::size_t n = beam.energy.size();
    for (std::size_t m = 0; m <= tissues.size(); ++m) {
        double off = 0.0;
        double size = 0.0;
        for (std::size_t e = 0; e < n; ++e) {
            double sum = 0.0;
            for (std::size_t b = 0; b < basis.members.size(); ++b)
                sum +=
                    basis.shares[m * basis.members.size() + b] * curves[basis.members[b] * n + e];
            off += beam.photons[e] * std::pow(sum - curves[m * n + e], 2.0);
            size += beam.photons[e] * std::pow(curves[m * n + e], 2.0);
        }
        EXPECT_LE(std::sqrt(off / size), 2.01e-4) << m;
    }
}

}  // namespace
}  // namespace caravel::imaging
