#include "caravel/base/error.hpp"
#include "caravel/formulation/luminescence/fret.hpp"
#include "caravel/imaging/optical/emission.hpp"
#include "caravel/imaging/optical/fluorescence_scan.hpp"
#include "caravel/imaging/optical/unmixing.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <filesystem>
#include <iostream>

namespace caravel::imaging {
namespace {

constexpr double nm = 1e-9;
constexpr double mm = 1e-3;

LuminescentAgent dye(double excitation, double emission) {
    LuminescentAgent d;
    d.excitation_peak = excitation;
    d.emission_peak = emission;
    d.excitation_width = 60.0 * nm;
    d.emission_width = 30.0 * nm;
    d.absorption_cross_section = 2.302585 * 1e4;
    d.quantum_yield = 0.3;
    return d;
}

ImagedObject even_layer(const ImagedAgent& agent, double concentration) {
    ImagedObject object;
    object.grid = {40, 40, 30, {0.5 * mm, 0.5 * mm, 0.1 * mm}, {}};
    object.regions = {{"gel", "phantom", false, true}};
    const std::size_t cells = 48000;
    object.region.assign(cells, 0);
    object.agents = {agent};
    object.fields = {{0, Compartment::free, std::vector<double>(cells, 0.0)}};
    for (std::size_t i = 3 * 1600; i < 5 * 1600; ++i)
        object.fields[0].concentration[i] = concentration;
    return object;
}

TEST(Ratiometric, AcidSwitchesOnByOneDecadePerUnitOfPh) {
    LuminescentAgent d = dye(640.0 * nm, 680.0 * nm);
    EXPECT_DOUBLE_EQ(ph_brightness(d, 5.0), 1.0);
    d.ph_midpoint = 6.5;
    EXPECT_DOUBLE_EQ(ph_brightness(d, 6.5), 0.5);
    EXPECT_NEAR(ph_brightness(d, 7.5), 1.0 / 11.0, 1e-15);
    EXPECT_NEAR(ph_brightness(d, 5.5), 10.0 / 11.0, 1e-15);
    d.dark_share = 0.1;
    EXPECT_NEAR(ph_brightness(d, 14.0), 0.1, 1e-6);
    d.bright_in_acid = false;
    EXPECT_NEAR(ph_brightness(d, 7.5), 0.1 + 0.9 * 10.0 / 11.0, 1e-15);
}

TEST(Ratiometric, AnEnzymeSwitchesOnAShare) {
    LuminescentAgent d = dye(640.0 * nm, 680.0 * nm);
    d.dark_share = 0.05;
    EXPECT_NEAR(enzyme_activated(d, 0.0).quantum_yield, 0.015, 1e-15);
    EXPECT_NEAR(enzyme_activated(d, 0.5).quantum_yield, 0.3 * 0.525, 1e-15);
    EXPECT_NEAR(enzyme_activated(d, 1.0).quantum_yield, 0.3, 1e-15);
    EXPECT_THROW(enzyme_activated(d, 1.1), InputError);
}

TEST(Ratiometric, BisectionFindsThePhOfARatio) {
    const auto rises = [](double ph) { return std::pow(10.0, ph - 7.0); };
    EXPECT_NEAR(ph_of_ratio(rises, 10.0, 3.0, 10.0), 8.0, 1e-5);
    const auto falls = [](double ph) { return 20.0 - ph; };
    EXPECT_NEAR(ph_of_ratio(falls, 13.5, 3.0, 10.0), 6.5, 1e-5);
    EXPECT_NEAR(ph_of_ratio(falls, 1e9, 3.0, 10.0), 3.0, 1e-5);
}

TEST(Ratiometric, PhIsRecoveredWithinNoise) {
    matter::Library library(std::filesystem::path(CARAVEL_SOURCE_DIR) / "data");
    LuminescentAgent base = dye(560.0 * nm, 640.0 * nm), acid = dye(560.0 * nm, 600.0 * nm);
    base.ph_midpoint = acid.ph_midpoint = 6.8;
    base.bright_in_acid = false;
    ImagedAgent probe;
    probe.name = "probe";
    probe.unit = "mol/m3";
    probe.luminescent = {acid, base};
    ImagedObject object = even_layer(probe, 1e-3);
    FluorescenceSettings s;
    s.excitation = 550.0 * nm;
    s.bands = {{"acid", 600.0 * nm, 20.0 * nm}, {"base", 640.0 * nm, 20.0 * nm}};
    s.ratio = RatioSettings{"probe", "base", "acid", 5.0};
    s.reference_depth = 0.4 * mm;
    s.camera.pixel = 0.5 * mm;
    exec::ThreadTeam team(2);
    for (const double ph : {5.5, 6.4, 7.2}) {
        object.ph.assign(48000, ph);
        for (const Tier tier : {Tier::image, Tier::acquisition}) {
            const ScanResult result =
                scan_fluorescence({team, library, 1, {}, {}}, object, s, tier);
            const Image& image = result.images.at(2);
            ASSERT_EQ(image.name, "ph");
            double sum = 0.0, square = 0.0;
            for (std::size_t i = 0; i < image.values.size(); ++i) {
                EXPECT_NEAR(image.truth[i], ph, 1e-12);
                sum += image.values[i];
                square += image.values[i] * image.values[i];
            }
            const auto count = static_cast<double>(image.values.size());
            const double mean = sum / count;
            const double scatter = std::sqrt(square / count - mean * mean);
            std::cout << "pH " << ph << " read " << mean << " scatter " << scatter << " predicted "
                      << image.noise << "\n";
            EXPECT_NEAR(mean, ph, 4.0 * scatter / std::sqrt(count) + 2e-4);
            EXPECT_NEAR(scatter / image.noise, 1.0, 0.1);
        }
    }
    // sour on one side: the map tells the sides apart, mixed only near their border
    for (std::size_t i = 0; i < 48000; ++i) object.ph[i] = i % 40 < 20 ? 6.4 : 7.2;
    const ScanResult halves =
        scan_fluorescence({team, library, 1, {}, {}}, object, s, Tier::acquisition);
    EXPECT_NEAR(halves.images[2].values[static_cast<std::size_t>(20 * 40 + 5)], 6.4, 0.06);
    EXPECT_NEAR(halves.images[2].values[static_cast<std::size_t>(20 * 40 + 35)], 7.2, 0.06);
    s.ratio->agent = "prob";
    EXPECT_THROW(scan_fluorescence({team, library, 1, {}, {}}, object, s, Tier::image), InputError);
}

TEST(Ratiometric, TransferIsRecoveredFromTheTwoColours) {
    matter::Library library(std::filesystem::path(CARAVEL_SOURCE_DIR) / "data");
    const LuminescentAgent donor = dye(488.0 * nm, 525.0 * nm);
    const LuminescentAgent acceptor = dye(560.0 * nm, 600.0 * nm);
    // at the half-way distance with two acceptors: 2/3
    const double efficiency =
        formulation::luminescence::transfer_efficiency(6.0 * nm, 6.0 * nm, 2.0);
    EXPECT_NEAR(efficiency, 2.0 / 3.0, 1e-12);
    const auto pair = transfer_pair(donor, acceptor, efficiency);
    double absorbed = 0.0;
    for (const LuminescentAgent& emitter : pair)
        absorbed += absorption_per_unit(emitter, 480.0 * nm);
    EXPECT_NEAR(absorbed,
                absorption_per_unit(donor, 480.0 * nm) + absorption_per_unit(acceptor, 480.0 * nm),
                1e-6);
    EXPECT_THROW(transfer_pair(donor, acceptor, -0.1), InputError);

    FluorescenceSettings s;
    s.excitation = 470.0 * nm;
    s.bands = {{"donor", 525.0 * nm, 20.0 * nm}, {"acceptor", 600.0 * nm, 20.0 * nm}};
    s.camera.pixel = 0.5 * mm;
    s.camera.exposure = 1e-4;
    exec::ThreadTeam team(2);
    const auto donor_light = [&](double share, Tier tier) {
        ImagedAgent agent;
        agent.name = "pair";
        agent.unit = "mol/m3";
        agent.luminescent = transfer_pair(donor, acceptor, share);
        const ScanResult result =
            scan_fluorescence({team, library, 4, {}, {}}, even_layer(agent, 1e-3), s, tier);
        double sum = 0.0;
        for (const double v : result.images[0].values) sum += v;
        return std::array<double, 2>{sum / 1600.0, result.images[0].noise / 40.0};
    };
    for (const Tier tier : {Tier::image, Tier::acquisition}) {
        const auto alone = donor_light(0.0, tier), paired = donor_light(efficiency, tier);
        const double measured = 1.0 - paired[0] / alone[0];  // as donors' quenching is read
        std::cout << "transfer " << efficiency << " read " << measured << " error "
                  << std::hypot(paired[1], alone[1]) / alone[0] << "\n";
        EXPECT_NEAR(measured, efficiency, 3.0 * std::hypot(paired[1], alone[1]) / alone[0] + 1e-3);
    }
}

}  // namespace
}  // namespace caravel::imaging
