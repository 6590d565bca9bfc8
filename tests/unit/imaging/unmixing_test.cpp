#include "caravel/imaging/optical/unmixing.hpp"

#include "caravel/base/error.hpp"
#include "caravel/imaging/optical/fluorescence_scan.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <filesystem>
#include <iostream>
#include <string>

namespace caravel::imaging {
namespace {

constexpr double nm = 1e-9;
constexpr double mm = 1e-3;

double misfit(const std::vector<double>& response, const std::vector<double>& sigma,
              const std::vector<double>& signal, const std::vector<double>& x) {
    double sum = 0.0;
    for (std::size_t c = 0; c < sigma.size(); ++c) {
        double value = -signal[c];
        for (std::size_t a = 0; a < x.size(); ++a) value += response[c * x.size() + a] * x[a];
        sum += value * value / (sigma[c] * sigma[c]);
    }
    return sum;
}

TEST(Unmixing, GivesBackWhatWasMixed) {
    const std::vector<double> response{4.0, 1.0, 0.0, 1.0, 3.0, 1.0, 0.5, 1.0, 2.0, 0.0, 0.0, 1.0};
    const std::vector<double> sigma{1.0, 2.0, 0.5, 1.0};
    const Unmixing unmixing(response, sigma, 3);
    const std::vector<double> truth{2.0, 0.0, 5.0};
    std::vector<double> signal(4, 0.0);
    for (std::size_t c = 0; c < 4; ++c)
        for (std::size_t a = 0; a < 3; ++a) signal[c] += response[c * 3 + a] * truth[a];
    const auto x = unmixing.solve(signal);
    for (std::size_t a = 0; a < 3; ++a) EXPECT_NEAR(x[a], truth[a], 1e-12);
}

TEST(Unmixing, HoldsAtZeroWhatWouldBeNegativeAndFitsTheRestBest) {
    const std::vector<double> response{4.0, 3.0, 1.0, 3.0, 4.0, 2.0, 1.0, 2.0, 3.0};
    const std::vector<double> sigma{1.0, 1.0, 2.0};
    const Unmixing unmixing(response, sigma, 3);
    for (const std::vector<double>& signal : {std::vector<double>{5.0, 1.0, 1.0},
                                              {-1.0, 2.0, 0.0},
                                              {1.0, 5.0, -4.0},
                                              {-1.0, -1.0, -1.0},
                                              {0.0, 0.0, 6.0}}) {
        const auto x = unmixing.solve(signal);
        const double best = misfit(response, sigma, signal, x);
        for (const double v : x) EXPECT_GE(v, 0.0);
        // no point near it on the allowed side is better
        for (std::size_t a = 0; a < 3; ++a) {
            for (const double step : {1e-4, -1e-4}) {
                auto other = x;
                other[a] = std::max(0.0, other[a] + step);
                EXPECT_GE(misfit(response, sigma, signal, other), best - 1e-12);
            }
        }
    }
    EXPECT_EQ(unmixing.solve(std::vector<double>{-1.0, -1.0, -1.0}),
              (std::vector<double>{0.0, 0.0, 0.0}));
}

TEST(Unmixing, RefusesWhatCannotBeToldApart) {
    const std::vector<double> sigma{1.0, 1.0};
    EXPECT_THROW(Unmixing({1.0, 2.0, 1.0, 2.0}, sigma, 2), InputError);
    EXPECT_THROW(Unmixing({1.0, 0.0, 1.0, 0.0}, sigma, 2), InputError);
    EXPECT_THROW(Unmixing({1.0, 2.0, 3.0, 1.0, 2.0, 5.0}, sigma, 3), InputError);
}

/// Five dots in a thin layer around the reference depth: even amounts of each, or each one in a
/// strip of its own.
struct Multiplex {
    ImagedObject object{};
    FluorescenceSettings settings{};
};

constexpr double most = 1e-5;  // mol/m3
constexpr std::array<double, 5> shares{1.0, 0.3, 0.6, 0.8, 0.2};

Multiplex multiplex(matter::Library& library, bool strips) {
    Multiplex m;
    constexpr index_t n = 50, depth = 30;
    m.object.grid = {n, n, depth, {0.4 * mm, 0.4 * mm, 0.1 * mm}, {}};
    m.object.regions = {{"gel", "phantom", false, true}};
    const auto cells = static_cast<std::size_t>(n * n * depth);
    m.object.region.assign(cells, 0);
    m.settings.excitation = 450.0 * nm;
    m.settings.bands.clear();
    m.settings.unmix = true;
    m.settings.autofluorescence = false;
    m.settings.reference_depth = 0.35 * mm;
    m.settings.camera.pixel = 0.4 * mm;
    std::size_t number = 0;
    for (const char* name : {"QD525", "QD565", "QD605", "QD655", "QD705"}) {
        LuminescentAgent dot;
        dot.emitter = name;
        const auto of = [&](const char* what) { return library.value("emitters", name, what); };
        dot.excitation_peak = of("absorption_peak");
        dot.excitation_width = of("absorption_width");
        dot.emission_peak = of("emission_peak");
        dot.emission_width = of("emission_width");
        dot.absorption_cross_section = std::log(10.0) * of("molar_absorption");
        dot.quantum_yield = of("quantum_yield");
        ImagedAgent agent;
        agent.name = name;
        agent.unit = "mol/m3";
        agent.luminescent = {dot};
        m.object.agents.push_back(agent);
        AgentField field{number, Compartment::free, std::vector<double>(cells, 0.0)};
        for (index_t j = 0; j < n; ++j) {
            for (index_t i = 0; i < n; ++i) {
                const bool own = i / 10 == static_cast<index_t>(number);
                const double amount = strips ? (own ? 1.0 : 0.0) : shares[number];
                field.concentration[static_cast<std::size_t>(m.object.grid.index(i, j, 3))] =
                    most * amount;
            }
        }
        m.object.fields.push_back(std::move(field));
        m.settings.bands.push_back({name, dot.emission_peak, 30.0 * nm});
        ++number;
    }
    return m;
}

TEST(Unmixing, FiveDotsAreToldApartWithinNoise) {
    matter::Library library(std::filesystem::path(CARAVEL_SOURCE_DIR) / "data");
    const Multiplex m = multiplex(library, false);
    exec::ThreadTeam team(2);
    for (const Tier tier : {Tier::image, Tier::acquisition}) {
        const ScanResult result =
            scan_fluorescence({team, library, 1, {}, {}}, m.object, m.settings, tier);
        for (std::size_t a = 0; a < 5; ++a) {
            const Image& image = result.images.at(5 + a);
            ASSERT_EQ(image.name, "amount_" + m.object.agents[a].name);
            const double truth = shares[a] * most * 0.1 * mm;
            double sum = 0.0, square = 0.0;
            for (std::size_t i = 0; i < image.values.size(); ++i) {
                EXPECT_NEAR(image.truth[i], truth, 1e-12 * truth);
                sum += image.values[i] / truth;
                square += std::pow(image.values[i] / truth, 2);
            }
            const auto count = static_cast<double>(image.values.size());
            const double mean = sum / count;
            const double scatter = std::sqrt(square / count - mean * mean);
            std::cout << image.name << " recovered " << mean << " scatter " << scatter
                      << " predicted " << image.noise / truth << "\n";
            EXPECT_NEAR(mean, 1.0, 4.0 * scatter / std::sqrt(count) + 1e-6);
            EXPECT_NEAR(scatter * truth / image.noise, 1.0, 0.1);
            EXPECT_LT(scatter, 0.1);
        }
    }
}

TEST(Unmixing, EveryDotIsSeenInItsOwnStrip) {
    matter::Library library(std::filesystem::path(CARAVEL_SOURCE_DIR) / "data");
    const Multiplex m = multiplex(library, true);
    exec::ThreadTeam team(2);
    const ScanResult result =
        scan_fluorescence({team, library, 1, {}, {}}, m.object, m.settings, Tier::image);
    for (std::size_t a = 0; a < 5; ++a) {
        const Image& image = result.images.at(5 + a);
        for (std::size_t strip = 0; strip < 5; ++strip) {
            const auto at = static_cast<std::size_t>(
                image.grid.index(static_cast<index_t>(10 * strip) + 5, 25, 0));
            const double share = image.values[at] / (most * 0.1 * mm);
            if (strip == a)
                EXPECT_NEAR(share, 1.0, 0.25);  // part of its light comes out beside it
            else
                EXPECT_LT(share, 0.15);
        }
    }
}

}  // namespace
}  // namespace caravel::imaging
