// Detectors, time gates and sweeps of absorption in phantoms.
#include "phantom_example.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/study/light_exits.hpp"

#include <algorithm>
#include <cmath>
#include <map>
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

SimulatedPhantom simulated(PreparedPhantom& p, int threads = 1) {
    PhantomHooks hooks;
    hooks.threads = threads;
    return simulate_phantom(p, hooks, "run");
}

std::string cube_with(const std::string& tables) {
    return replaced(grey_cube(), "[[protocol.light]]", tables + "\n[[protocol.light]]");
}

const char* const gates = "[phantom.time_gates]\ncount = 8\nlongest = \"0.2 ns\"\nfields = true\n";
const char* const fibre =
    "[[phantom.detector]]\nname = \"fibre\"\nposition = [\"13 mm\", "
    "\"10 mm\", \"0 mm\"]\nradius = \"2 mm\"\nsensitivity = true\n";

double sum_of(const LightTable& table, std::size_t column) {
    double sum = 0.0;
    for (const auto& row : table.shares) sum += row[column];
    return sum;
}

TEST(PhantomReading, time_gates_add_up_to_the_books_and_late_light_is_gated) {
    const Folder folder;
    auto p = prepared(folder, cube_with(gates));
    const auto result = simulated(p);
    const auto& book = result.outcome.lights.at(0);
    const auto& table = result.outcome.readings.gates.at(0);
    ASSERT_EQ(table.shares.size(), 8U);
    EXPECT_NEAR(table.values.back(), 0.2e-9, 1e-22);
    EXPECT_NEAR(sum_of(table, 0), book.absorbed, 1e-12);
    EXPECT_NEAR(sum_of(table, 1) + book.specular, book.reflected(), 1e-9);
    EXPECT_NEAR(sum_of(table, 2), book.transmitted(), 1e-9);
    EXPECT_NEAR(sum_of(table, 3), book.left_in_all(), 1e-12);
    EXPECT_GT(book.gated, 0.01);
    EXPECT_NEAR(number(result.record, "phantom.gated_share[pencil]"), 100.0 * book.gated, 1e-12);
    // launched = specular + left + absorbed + gated, to the last count.
    EXPECT_EQ(book.residual, 0.0);
    EXPECT_EQ(result.record.ledger.at(0).relative_residual, 0.0);
    // Light needs 20 mm 1.37 / c = 0.091 ns to go through: nothing in the first three gates.
    EXPECT_EQ(table.shares[0][2] + table.shares[1][2] + table.shares[2][2], 0.0);
    EXPECT_GT(table.shares[3][2] + table.shares[4][2], 0.0);
    // Fluence of the gates is the fluence.
    const auto& fluence = result.outcome.readings.gate_fluence.at(0);
    for (std::size_t i = 0; i < book.fluence.size(); i += 37) {
        double sum = 0.0;
        for (const auto& gate : fluence) sum += gate[i];
        EXPECT_NEAR(sum, book.fluence[i], 1e-9 * book.fluence[i]) << i;
    }
}

TEST(PhantomReading, a_detector_knows_how_far_its_light_has_come) {
    const Folder folder;
    auto p = prepared(folder, cube_with(fibre));
    const auto result = simulated(p);
    const auto& seen = result.outcome.readings.detectors.at(0);
    EXPECT_GT(seen.share, 0.001);
    EXPECT_LT(seen.share, result.outcome.lights.at(0).left_in_all());
    // One medium: path = time c / n.
    ASSERT_EQ(seen.mean_path.size(), 1U);
    EXPECT_NEAR(seen.mean_path[0].second, seen.mean_time * speed_of_light / 1.37,
                1e-4 * seen.mean_path[0].second);
    EXPECT_GT(seen.mean_path[0].second, 0.003);
    // More absorption everywhere takes share times mean path.
    const double all = std::accumulate(seen.sensitivity.begin(), seen.sensitivity.end(), 0.0);
    EXPECT_NEAR(all, -seen.share * seen.mean_path[0].second, 1e-3 * std::abs(all));
}

/// Shares of one absorption run directly, with other random numbers.
std::map<std::string, double> directly(const Folder& folder, const std::string& text,
                                       std::map<std::string, double>& errors, int seed) {
    auto p = prepared(folder, text + "[run]\nseed = " + std::to_string(seed) + "\n");
    const auto book = simulated(p).outcome.lights.at(0);
    errors = {{"absorbed", book.errors.absorbed},
              {"reflected", book.errors.reflected},
              {"transmitted", book.errors.transmitted}};
    return {{"absorbed", book.absorbed},
            {"reflected", book.reflected()},
            {"transmitted", book.transmitted()}};
}

void expect_same(const LightTable& table, std::size_t v,
                 const std::map<std::string, double>& direct,
                 const std::map<std::string, double>& errors) {
    const std::vector<std::string> columns{"absorbed", "reflected", "transmitted"};
    for (std::size_t c = 0; c < columns.size(); ++c) {
        const double error = std::hypot(table.errors[v][c], errors.at(columns[c]));
        EXPECT_NEAR(table.shares[v][c], direct.at(columns[c]), 4.0 * error)
            << columns[c] << " at " << table.values[v];
        EXPECT_LT(error, 0.02);
    }
}

TEST(PhantomReading, a_sweep_of_a_tissue_is_what_direct_runs_give) {
    const Folder folder;
    auto p = prepared(folder, cube_with("[[phantom.sweep]]\nof = \"grey\"\nabsorption_coefficient "
                                        "= [\"0.05 1/mm\", \"0.005 1/mm\", \"0.02 1/mm\"]\n"));
    const auto result = simulated(p);
    const auto& table = result.outcome.readings.sweeps.at(0);
    const std::vector<std::string> values{"0.05 1/mm", "0.005 1/mm", "0.02 1/mm"};
    for (std::size_t v = 0; v < values.size(); ++v) {
        std::map<std::string, double> errors;
        const auto text = replaced(grey_cube(), "0.02 1/mm", values[v]);
        expect_same(table, v, directly(folder, text, errors, 2), errors);
        if (v != 1) continue;
        // The smallest absorption flies itself: with the same seed the same photons.
        const auto same = directly(folder, text, errors, 1);
        EXPECT_NEAR(table.shares[v][1], same.at("reflected"), 1e-9);
        EXPECT_NEAR(table.shares[v][0], same.at("absorbed"), 1e-3);  // roulette apart
    }
    EXPECT_NEAR(number(result.record, "phantom.sweep[pencil][grey 0.05 1/mm][absorbed]"),
                100.0 * table.shares[0][0], 1e-12);
}

TEST(PhantomReading, a_sweep_of_a_load_is_what_direct_runs_give) {
    const Folder folder;
    const auto loaded = [](const std::string& factor) {
        return cube_with(R"(
[[phantom.shape]]
name = "ball"
kind = "sphere"
tissue = "grey"
radius = "7 mm"
[[phantom.load]]
name = "dots"
in = "ball"
concentration = ")" + factor +
                         R"( mg/mL"
specific_absorption = "0.02 m2/g"
)");
    };
    auto p = prepared(folder, replaced(loaded("1"), "[[protocol.light]]",
                                       "[[phantom.sweep]]\nof = \"dots\"\nfactors = [0, 1, 4]\n"
                                       "[[protocol.light]]"));
    const auto result = simulated(p);
    const auto& table = result.outcome.readings.sweeps.at(0);
    std::map<std::string, double> errors;
    expect_same(table, 0, directly(folder, grey_cube(), errors, 2), errors);
    expect_same(table, 1, directly(folder, loaded("1"), errors, 2), errors);
    expect_same(table, 2, directly(folder, loaded("4"), errors, 2), errors);
    EXPECT_GT(table.shares[2][0], table.shares[0][0] + 0.05);
}

TEST(PhantomReading, numbers_do_not_depend_on_the_number_of_threads) {
    const Folder folder;
    auto p = prepared(folder, cube_with(std::string(fibre) + gates +
                                        "[[phantom.sweep]]\nof = \"grey\"\n"
                                        "absorption_coefficient = [\"0.01 1/mm\"]\n"));
    const auto one = simulated(p, 1).record;
    const auto two = simulated(p, 2).record;
    ASSERT_EQ(one.quantities.size(), two.quantities.size());
    for (std::size_t i = 0; i < one.quantities.size(); ++i)
        EXPECT_EQ(one.quantities[i].value, two.quantities[i].value) << one.quantities[i].name;
}

TEST(PhantomReading, tables_are_written_and_shown) {
    const Folder folder;
    auto p = prepared(folder, cube_with(std::string(gates) + fibre));
    const auto result = simulated(p);
    const auto columns = light_table_columns(p.file.input);
    EXPECT_EQ(columns.back(), "fibre");
    const auto csv = light_tables_csv(result.outcome.readings.gates, columns);
    EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 9);
    EXPECT_NE(csv.find("\"pencil\",\"time\",0.025,ns"), std::string::npos) << csv;
    std::string page;
    for (const auto& s : phantom_sections(p.file.input, p.built, result.outcome)) page += s.body;
    EXPECT_NE(page.find("fibre"), std::string::npos);
    EXPECT_NE(page.find("end of the gate (ns)"), std::string::npos);
}

TEST(PhantomReading, mistakes_are_named) {
    const Folder folder;
    const auto finds = [&](const std::string& tables, const char* text) {
        const auto said = complaint(folder, cube_with(tables));
        EXPECT_NE(said.find(text), std::string::npos) << said;
    };
    const std::string load = "[[phantom.load]]\nname = \"dots\"\nconcentration = \"1 mg/mL\"\n";
    finds("[[phantom.sweep]]\nof = \"gray\"\nabsorption_coefficient = [\"1 1/mm\"]\n",
          "no tissue is named 'gray'");
    finds("[[phantom.sweep]]\nof = \"dots\"\nfactors = [1]\n", "no load is named 'dots'");
    finds("[[phantom.sweep]]\nof = \"grey\"\n", "needs one list of values");
    finds(load +
              "specific_absorption = \"1 m2/g\"\nspecific_scattering = \"0.5 m2/g\"\n"
              "[[phantom.sweep]]\nof = \"dots\"\nfactors = [1]\n",
          "scatters too: 0.5");
    finds(load +
              "distribution = \"gaussian\"\nwidth = \"3 mm\"\n[[phantom.sweep]]\nof = "
              "\"dots\"\nfactors = [1]\n",
          "not spread evenly");
    finds(replaced(fibre, "\"0 mm\"", "\"-5 mm\""), "5 mm off the phantom");
    finds(std::string(fibre) + fibre, "stands twice");
    finds(replaced(fibre, "\"fibre\"", "\"left\""), "the detector 'left' has the name of a column");
    finds(
        "[[phantom.sweep]]\nof = \"grey\"\nabsorption_coefficient = [\"1 1/mm\"]\n"
        "[[phantom.sweep]]\nof = \"grey\"\nabsorption_coefficient = [\"2 1/mm\", \"10 1/cm\"]\n",
        "the sweep of 'grey 1 1/mm' stands twice");
}

TEST(PhantomReading, gates_stand_beside_nothing_that_follows_from_light) {
    const Folder folder;
    const std::string plain = replaced(gates, "fields = true", "fields = false");
    const auto finds = [&](const std::string& text, const char* what) {
        const auto said = complaint(folder, text);
        EXPECT_NE(said.find(what), std::string::npos) << said;
    };
    const std::string dots =
        "[[phantom.load]]\nname = \"dots\"\nconcentration = \"1 mg/mL\"\n"
        "specific_absorption = \"0.02 m2/g\"\n";
    finds(cube_with(plain + dots +
                    "[[phantom.emission]]\nof = \"dots\"\nwavelength = \"900 nm\"\n"
                    "quantum_yield = 0.4\n"),
          "time gates beside light that loads give off");
    finds(replaced(replaced(cube_with(plain), "heat = false", "heat = true"), "anisotropy = 0.5",
                   "anisotropy = 0.5\ndensity = \"1000 kg/m3\"\nheat_capacity = \"4000 "
                   "J/(kg.K)\"\nconductivity = \"0.5 W/(m.K)\"\nperfusion = \"0 1/s\"\n"
                   "metabolic_heat = \"0 W/m3\""),
          "time gates beside a treatment");
}

TEST(PhantomReading, what_a_sweep_does_not_fly_does_not_stop_it) {
    const Folder folder;
    // Dots that scatter, under a lamp whose photons fly: refused; under diffusion alone: not asked.
    const std::string dots =
        "[[phantom.load]]\nname = \"dots\"\nconcentration = \"1 mg/mL\"\n"
        "specific_absorption = \"1 m2/g\"\nspecific_scattering = \"0.5 m2/g\"\n"
        "[[phantom.sweep]]\nof = \"dots\"\nfactors = [1]\n";
    const auto slow = replaced(cube_with(dots), "photons = 20000", "method = \"diffusion\"");
    const auto said = complaint(folder, slow);
    EXPECT_EQ(said.find("scatters too"), std::string::npos) << said;
    EXPECT_NE(said.find("without photons"), std::string::npos) << said;
}

TEST(PhantomReading, gates_detectors_and_sweeps_are_in_the_estimate) {
    const Folder folder;
    const auto cost_of = [&](const std::string& tables) {
        return estimate_phantom(prepared(folder, cube_with(tables)));
    };
    const PhantomCost plain = cost_of("");
    const double flight = 20000.0 * 2.5e-6;  // s
    // 1000 voxels of 8 byte. Eight gates: counts of a piece and of all, and fields held twice.
    const PhantomCost gated = cost_of(gates);
    EXPECT_NEAR(gated.memory - plain.memory, 8e3 * 8.0 * 4.0, 1e-3);
    EXPECT_NEAR(gated.seconds - plain.seconds, flight, 1e-12);
    const PhantomCost counted = cost_of(replaced(gates, "fields = true", "fields = false"));
    EXPECT_NEAR(counted.memory - plain.memory, 16e3 * 8.0, 1e-3);
    // One gate, the counts of a replay, and the field that it gives, held twice.
    const PhantomCost seen = cost_of(fibre);
    EXPECT_NEAR(seen.memory - plain.memory, 8e3 * (2.0 + 2.0 + 2.0), 1e-3);
    EXPECT_NEAR(seen.seconds - plain.seconds, flight, 1e-12);
    const auto sweep_of = [](const std::string& value) {
        return "[[phantom.sweep]]\nof = \"grey\"\nabsorption_coefficient = [\"" + value +
               " 1/mm\"]\n";
    };
    const std::string sweep = sweep_of("0.05");
    EXPECT_NEAR(cost_of(sweep).seconds - plain.seconds, flight, 1e-12);
    EXPECT_NEAR(cost_of(gates + sweep + sweep_of("0.06")).seconds - plain.seconds, 3.0 * flight,
                1e-12);
    EXPECT_EQ(cost_of(sweep).memory, plain.memory);
}

TEST(LightExits, faces_are_found_and_detectors_count_beside_them) {
    const Grid grid{2, 2, 2, {1.0, 1.0, 1.0}, {0.0, 0.0, 0.0}};
    EXPECT_EQ(face_of(grid, {0.0, 0.3, 1.2}), 0U);
    EXPECT_EQ(face_of(grid, {2.0, 0.3, 1.2}), 1U);
    EXPECT_EQ(face_of(grid, {0.4, 0.3, 2.0}), 5U);
    EXPECT_EQ(face_of(grid, {1.0, 0.3, 1.2}), inner_face);
    ExitSums sums(grid, 2, 1);
    stimulus::PhotonExit exit;
    exit.position = {0.5, 0.5, 0.0};
    exit.detector = 0;
    sums.add(exit, 1, 0.5);
    exit.detector = 1;  // the one that sees all the rest
    sums.add(exit, 1, 0.25);
    EXPECT_EQ(sums.left(1, 4), 0.75);
    EXPECT_EQ(sums.left_in_all(1), 0.75);
    EXPECT_EQ(sums.detected_in_all(0), 0.5);
    const auto row = shares_of(sums, 1, 4, 0.125, 0.2);
    EXPECT_EQ(row, (std::vector<double>{0.2, 0.875, 0.0, 0.75, 0.5}));
}

}  // namespace
}  // namespace caravel::study
