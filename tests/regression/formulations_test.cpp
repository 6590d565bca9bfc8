// Every formulation that ships with Caravel can be read, written and computed.
#include "caravel/formulation/properties.hpp"
#include "caravel/input/document.hpp"
#include "caravel/input/reader.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace caravel::formulation {
namespace {

const std::filesystem::path data = std::filesystem::path(CARAVEL_SOURCE_DIR) / "data";

std::vector<std::filesystem::path> files() {
    std::vector<std::filesystem::path> list;
    for (const auto& entry : std::filesystem::directory_iterator(data / "formulations"))
        if (entry.path().extension() == ".toml") list.push_back(entry.path());
    std::sort(list.begin(), list.end());
    return list;
}

Formulation load(const std::filesystem::path& path) {
    return input::read<Formulation>(input::read_document(path).root);
}

/// Reading every table costs time; the tests share one library.
matter::Library& library() {
    static matter::Library shared(data);
    return shared;
}

std::set<std::string> signals(const Formulation& f) {
    std::set<std::string> found;
    for (const Payload& payload : f.payloads)
        for (const Release& release : payload.release)
            if (release.trigger) found.insert(release.trigger->signal);
    for (const Response& response : f.responses)
        if (response.trigger) found.insert(response.trigger->signal);
    return found;
}

class ShippedFormulation : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(ShippedFormulation, IsNamedAsItsFile) {
    EXPECT_EQ(load(GetParam()).name, GetParam().stem().string());
}

TEST_P(ShippedFormulation, EchoesToItself) {
    const Formulation first = load(GetParam());
    const input::Table written = input::echo(first);
    const auto again = input::parse_toml(input::to_toml(written), "echo.toml");
    const Formulation second = input::read<Formulation>(again.root);
    EXPECT_EQ(input::to_toml(input::echo(second)), input::to_toml(written));
}

TEST_P(ShippedFormulation, HasGeometryAndMass) {
    const Formulation f = load(GetParam());
    const Properties p = compute_properties(f, library());
    ASSERT_TRUE(p.is_particle());
    EXPECT_GT(p.outer_diameter, 1e-9);
    EXPECT_LT(p.outer_diameter, 5e-6);
    EXPECT_GE(p.hydrodynamic_diameter, 0.5 * std::cbrt(p.volume));
    EXPECT_GT(p.carrier_mass, 0.0);
    EXPECT_GT(p.density, 5.0);     // gas bubbles are the lightest
    EXPECT_LT(p.density, 21.5e3);  // platinum is the heaviest
    EXPECT_NEAR(p.particle_mass, p.carrier_mass + p.water_mass + p.payload_mass,
                1e-12 * p.particle_mass);
    EXPECT_NEAR(p.particle_molar_mass / p.particle_mass, 6.02214076e23, 1e12);
    // The isoperimetric inequality: no shape has less surface than the sphere of its volume.
    EXPECT_GE(p.surface_area * (1.0 + 1e-12),
              std::cbrt(36.0 * std::acos(-1.0) * p.volume * p.volume));
}

TEST_P(ShippedFormulation, CarriesItsPayload) {
    const Formulation f = load(GetParam());
    const Properties p = compute_properties(f, library());
    double dry = p.carrier_mass;
    for (const PayloadProperties& payload : p.payloads) dry += payload.mass;
    for (std::size_t i = 0; i < p.payloads.size(); ++i) {
        const PayloadProperties& payload = p.payloads[i];
        EXPECT_GE(payload.molecules, 1.0) << payload.agent;
        EXPECT_NEAR(payload.mass, payload.amount * payload.molar_mass, 1e-12 * payload.mass);
        if (f.payloads[i].loading) {
            EXPECT_NEAR(payload.mass / dry, *f.payloads[i].loading, 1e-12) << payload.agent;
        }
        if (payload.capacity > 0.0) {
            EXPECT_LE(payload.mass, payload.capacity) << payload.agent;
        }
    }
}

TEST_P(ShippedFormulation, GivesParticlesPerDose) {
    const Formulation f = load(GetParam());
    const Properties p = compute_properties(f, library());
    const double mass = 1e-6;  // kg
    double particles = mass / p.carrier_mass;
    if (!p.payloads.empty()) {
        particles = particles_for_agent_mass(p, p.payloads.front().agent, mass);
        EXPECT_NEAR(particles * p.payloads.front().mass, mass, 1e-12 * mass);
    }
    const DoseProperties dose = compute_dose(f, p, particles);
    EXPECT_NEAR(dose.carrier_mass, particles * p.carrier_mass, 1e-12 * dose.carrier_mass);
    EXPECT_GT(dose.surface_area, 0.0);
    const bool has_form = f.dose_form.concentration || f.dose_form.particle_concentration;
    ASSERT_EQ(dose.volume_fraction.has_value(), has_form);
    if (!has_form) return;
    EXPECT_GT(*dose.volume_fraction, 1e-6);
    EXPECT_LT(*dose.volume_fraction, 0.5);
    EXPECT_NEAR(*dose.volume_fraction * *dose.suspension_volume, dose.volume, 1e-12 * dose.volume);
}

std::string test_name(const testing::TestParamInfo<std::filesystem::path>& info) {
    return info.param.stem().string();
}

INSTANTIATE_TEST_SUITE_P(All, ShippedFormulation, testing::ValuesIn(files()), test_name);

TEST(ShippedFormulations, CoverEveryCategory) {
    std::set<std::string> found;
    for (const auto& path : files()) found.insert(load(path).category);
    for (const char* category :
         {"synthesis", "release", "structure", "imaging", "theranostic", "delivery", "resistance",
          "immuno", "therapy", "toxicity", "surface", "detection", "product"})
        EXPECT_TRUE(found.count(category)) << category;
}

TEST(ShippedFormulations, CoverEveryStimulus) {
    std::set<std::string> found;
    for (const auto& path : files()) found.merge(signals(load(path)));
    for (const SignalKind& kind : signal_kinds()) {
        if (kind.name == "enzyme") continue;  // for enzymes without a name of their own
        EXPECT_TRUE(found.count(std::string(kind.name))) << kind.name;
    }
}

TEST(ShippedFormulations, CoverEveryReleaseLawAndShape) {
    std::set<std::size_t> laws;
    std::set<std::size_t> shapes;
    for (const auto& path : files()) {
        const Formulation f = load(path);
        shapes.insert(f.shape.form.index());
        for (const Payload& payload : f.payloads)
            for (const Release& release : payload.release) laws.insert(release.law.index());
    }
    EXPECT_EQ(laws.size(), std::variant_size_v<ReleaseLaw>);
    EXPECT_EQ(shapes.size(), std::variant_size_v<ShapeVariant>);
}

/// 2 mg drug and 16 mg lipid per mL: about 12 000 molecules in each 83 nm liposome.
TEST(ShippedFormulations, DoxilCarriesTheKnownNumberOfMolecules) {
    const Properties p = compute_properties(load(data / "formulations" / "doxil.toml"), library());
    EXPECT_NEAR(p.outer_diameter, 83e-9, 1e-15);
    EXPECT_GT(p.payloads.front().molecules, 10e3);
    EXPECT_LT(p.payloads.front().molecules, 16e3);
}

}  // namespace
}  // namespace caravel::formulation
