// Light that loads of a phantom give off again.
#include "phantom_example.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace caravel::study {
namespace {

using namespace test_phantom;

double number(const report::RunRecord& record, const std::string& name) {
    for (const auto& q : record.quantities)
        if (q.name == name) return q.value;
    ADD_FAILURE() << "no " << name;
    return std::nan("");
}

/// The grey cube with dots that absorb, and that glow as `emission` says.
std::string glowing_cube(const std::string& emission) {
    return replaced(grey_cube(), "[[protocol.light]]",
                    "[[phantom.load]]\nname = \"dots\"\nconcentration = \"1 mg/mL\"\n"
                    "specific_absorption = \"0.02 m2/g\"\n"
                    "[[phantom.emission]]\nof = \"dots\"\n" +
                        emission + "\n[[protocol.light]]");
}

const char* const red = "wavelength = \"900 nm\"\nquantum_yield = 0.4\nphotons = 20000";

/// The same glowing red, with heat.
std::string warm_cube() {
    return replaced(
        replaced(glowing_cube(red), "heat = false", "heat = true"), "anisotropy = 0.5",
        "anisotropy = 0.5\ndensity = \"1000 kg/m3\"\nheat_capacity = \"4000 J/(kg.K)\"\n"
        "conductivity = \"0.5 W/(m.K)\"\nperfusion = \"0 1/s\"\nmetabolic_heat = \"0 W/m3\"");
}

SimulatedPhantom simulated(PreparedPhantom& p, int threads = 1) {
    PhantomHooks hooks;
    hooks.threads = threads;
    return simulate_phantom(p, hooks, "run");
}

TEST(PhantomEmission, gives_the_yield_times_the_photons_that_were_absorbed) {
    const Folder folder;
    auto p = prepared(folder, glowing_cube(red));
    const auto result = simulated(p);
    const auto& record = result.record;
    // 2 W of 800 nm; what the dots take, 0.4 photons of 900 nm for each.
    const double taken = 2000.0 * number(record, "phantom.absorbed_share[pencil][dots]") / 100.0;
    EXPECT_NEAR(number(record, "phantom.exciting_power[dots emission]"), taken, 1e-9 * taken);
    EXPECT_NEAR(number(record, "phantom.emitted_power[dots emission]"), taken * 0.4 * 800.0 / 900.0,
                1e-9 * taken);
    EXPECT_NEAR(number(record, "phantom.emission_efficiency[dots emission]"), 40.0 * 8.0 / 9.0,
                1e-9);
    // The books of the emitted light close to the last count.
    ASSERT_EQ(record.ledger.size(), 2U);
    EXPECT_EQ(record.ledger[1].relative_residual, 0.0);
    EXPECT_NEAR(number(record, "phantom.absorbed_share[dots emission]") +
                    number(record, "phantom.left_share[dots emission]"),
                100.0, 0.1);
}

TEST(PhantomEmission, an_endless_block_keeps_all_that_is_given_off) {
    const Folder folder;
    auto p =
        prepared(folder, replaced(glowing_cube(red), "[[protocol.light]]",
                                  "[[phantom.face]]\noptics = \"mirror\"\n[[protocol.light]]"));
    const auto result = simulated(p);
    EXPECT_NEAR(number(result.record, "phantom.absorbed_share[dots emission]"), 100.0, 0.1);
    // Even light: mean fluence rate = power / (absorption volume); 0.02 and 0.02 1/mm, 8000 mm3.
    const auto& book = result.outcome.lights.at(1);
    const double mean = std::accumulate(book.fluence.begin(), book.fluence.end(), 0.0) / 1000.0;
    EXPECT_NEAR(mean * 40.0 * 8e-6, 1.0, 1e-3);
}

TEST(PhantomEmission, without_a_yield_or_out_of_the_load_nothing_is_given_off) {
    const Folder folder;
    auto p = prepared(folder, glowing_cube("wavelength = \"900 nm\"\nquantum_yield = 0"));
    const auto result = simulated(p);
    EXPECT_EQ(number(result.record, "phantom.emitted_power[dots emission]"), 0.0);
    EXPECT_EQ(result.record.ledger.size(), 1U);
    const auto& book = result.outcome.lights.at(1);
    EXPECT_EQ(*std::max_element(book.fluence.begin(), book.fluence.end()), 0.0);
}

TEST(PhantomEmission, light_that_is_not_absorbed_again_leaves_more) {
    const Folder folder;
    auto plain = prepared(folder, glowing_cube(red));
    auto clear = prepared(folder, glowing_cube(std::string(red) + "\nreabsorption = false"));
    const auto with = simulated(plain).record;
    const auto without = simulated(clear).record;
    EXPECT_GT(number(with, "phantom.absorbed_share[dots emission][dots]"), 10.0);
    EXPECT_EQ(number(without, "phantom.absorbed_share[dots emission][dots]"), 0.0);
    EXPECT_GT(number(without, "phantom.left_share[dots emission]"),
              number(with, "phantom.left_share[dots emission]") + 5.0);
}

TEST(PhantomEmission, upconversion_rises_with_the_power_of_the_lamp) {
    const Folder folder;
    // 2 photons of 800 nm for one of 500 nm; far below saturation light rises with the square.
    const std::string up =
        "wavelength = \"500 nm\"\nquantum_yield = 0.1\norder = 2\nsaturation = \"1e6 W/cm2\"\n"
        "photons = 1000";
    const auto emitted = [&](const std::string& power) {
        auto p = prepared(folder, replaced(glowing_cube(up), "\"2 W\"", power));
        return number(simulated(p).record, "phantom.emitted_power[dots emission]");
    };
    const double weak = emitted("\"1 W\"");
    EXPECT_GT(weak, 0.0);
    EXPECT_NEAR(emitted("\"2 W\"") / weak, 4.0, 1e-3);
    // Far above it with the power itself.
    const auto strong = [&](const std::string& power) {
        auto p =
            prepared(folder, replaced(replaced(glowing_cube(up), "1e6", "1e-9"), "\"2 W\"", power));
        return number(simulated(p).record, "phantom.emitted_power[dots emission]");
    };
    EXPECT_NEAR(strong("\"2 W\"") / strong("\"1 W\""), 2.0, 1e-3);
}

TEST(PhantomEmission, mistakes_are_named) {
    const Folder folder;
    const auto finds = [&](const std::string& emission, const char* text) {
        const auto said = complaint(folder, glowing_cube(emission));
        EXPECT_NE(said.find(text), std::string::npos) << said;
    };
    finds("wavelength = \"700 nm\"\nquantum_yield = 0.4", "no light excites 'dots'");
    finds("wavelength = \"700 nm\"", "no luminescence of 'dots' is known");
    finds("wavelength = \"700 nm\"\nquantum_yield = 0.1\norder = 2", "without saturation");
    finds("wavelength = \"500 nm\"\nquantum_yield = 0.5\norder = 2\nsaturation = \"1 W/cm2\"",
          "1.6 times the energy");
    finds(std::string(red) + "\nsaturation = \"1 W/cm2\"", "without an order above 1");
    finds(std::string(red) + "\nname = \"pencil\"", "stands twice");
    finds(std::string(red) + "\ntransfer = 0.5", "without a sensitiser");
    const auto said =
        complaint(folder, replaced(glowing_cube(red), "of = \"dots\"", "of = \"dotz\""));
    EXPECT_NE(said.find("no load is named 'dotz'"), std::string::npos) << said;
    EXPECT_NE(said.find("dots"), std::string::npos) << said;
}

TEST(PhantomEmission, warms_where_it_is_absorbed_and_not_where_it_is_made) {
    const Folder folder;
    auto p = prepared(folder, replaced(warm_cube(), "duration = \"1 s\"", "duration = \"20 s\""));
    const auto result = simulated(p);
    const auto& books = result.outcome.books;
    const auto& record = result.record;
    // The exciting light is that of the books' own photons: the same run.
    EXPECT_NEAR(books.light_emitted, 20.0 * result.outcome.lights.at(1).power,
                1e-9 * books.light_emitted);
    EXPECT_NEAR(books.heat.source,
                books.light_absorbed - books.light_emitted + books.emitted_absorbed,
                1e-9 * books.light_absorbed);
    EXPECT_LT(books.emitted_absorbed, books.light_emitted);
    EXPECT_GT(books.emitted_absorbed, 0.3 * books.light_emitted);
    EXPECT_NEAR(number(record, "phantom.light_energy_emitted"), books.light_emitted,
                1e-12 * books.light_emitted);
    for (const auto& row : record.ledger) EXPECT_LE(row.relative_residual, row.limit);
}

TEST(PhantomEmission, its_field_is_that_within_the_pulses_as_the_lamp_s_is) {
    const Folder folder;
    const auto largest = [&](const std::string& duration, double& energy) {
        auto p = prepared(folder, replaced(warm_cube(), "duration = \"1 s\"", duration));
        double found = 0.0;
        PhantomHooks hooks;
        hooks.fields = [&](const std::vector<response::TreatmentField>& fields, double) {
            for (const auto& f : fields)
                if (f.name == "fluence_rate.dots emission")
                    found = *std::max_element(f.values.begin(), f.values.end());
        };
        energy = simulate_phantom(p, hooks, "run").outcome.books.light_emitted;
        return found;
    };
    double all = 0.0;
    double quarter = 0.0;
    const double steady = largest("duration = \"20 s\"", all);
    const double pulsed =
        largest("duration = \"20 s\"\non_time = \"1 ms\"\noff_time = \"3 ms\"", quarter);
    EXPECT_GT(steady, 0.0);
    EXPECT_NEAR(pulsed / steady, 1.0, 0.01);
    EXPECT_NEAR(quarter / all, 0.25, 0.001);
}

TEST(PhantomEmission, no_number_depends_on_the_number_of_threads) {
    const Folder folder;
    auto p = prepared(folder, glowing_cube(red));
    const auto one = simulated(p, 1).record;
    const auto two = simulated(p, 2).record;
    ASSERT_EQ(one.quantities.size(), two.quantities.size());
    for (std::size_t i = 0; i < one.quantities.size(); ++i)
        EXPECT_EQ(one.quantities[i].value, two.quantities[i].value) << one.quantities[i].name;
}

}  // namespace
}  // namespace caravel::study
