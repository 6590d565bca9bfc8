// Numbers that a phantom's run must give.
#include "phantom_example.hpp"

#include "caravel/report/atomic_file.hpp"
#include "caravel/report/html_report.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <stdexcept>

namespace caravel::study {
namespace {

using namespace test_phantom;

double number(const report::RunRecord& record, const std::string& name) {
    for (const auto& q : record.quantities)
        if (q.name == name) return q.value;
    ADD_FAILURE() << "no " << name;
    return std::nan("");
}

PreparedPhantom shipped(const std::string& name, const std::vector<std::string>& set = {}) {
    return prepare_phantom(std::filesystem::path(CARAVEL_SOURCE_DIR) / "studies" / name, set,
                           test::repository_data());
}

report::RunRecord simulated(PreparedPhantom& p, int threads = 1) {
    PhantomHooks hooks;
    hooks.threads = threads;
    return simulate_phantom(p, hooks, "run").record;
}

TEST(PhantomRun, cube60_absorbs_what_mcx_absorbs) {
    auto p = shipped("phantom_cube60.toml");
    const auto record = simulated(p, 2);
    // MCX: 17.69 +- 0.5 %; several devices 17.70 to 17.85 %; here 2e5 photons.
    EXPECT_NEAR(number(record, "phantom.absorbed_share[pencil]"), 17.75, 0.3);
    EXPECT_EQ(record.ledger.at(0).relative_residual, 0.0);
}

TEST(PhantomRun, three_layers_give_the_exact_reflectance_and_transmittance) {
    auto p = shipped("phantom_layers.toml");
    const auto record = simulated(p, 2);
    // Adding-doubling: 0.237857 diffuse, 0.096048, 0.641723; 2e5 photons, 4 standard errors.
    const double specular = number(record, "phantom.specular_share[pencil]");
    EXPECT_NEAR(specular, 2.43729, 1e-3);
    EXPECT_NEAR(number(record, "phantom.reflected_share[pencil]") - specular, 23.7857, 0.38);
    EXPECT_NEAR(number(record, "phantom.transmitted_share[pencil]"), 9.6048, 0.27);
    EXPECT_NEAR(number(record, "phantom.absorbed_share[pencil]"), 64.1723, 0.43);
}

TEST(PhantomRun, light_is_shared_out_among_tissues_and_agents_without_loss) {
    const Folder folder;
    auto p = prepared(folder, replaced(grey_cube(), "[[protocol.light]]",
                                       "[[phantom.load]]\nname = \"dots\"\n"
                                       "concentration = \"1 mg/mL\"\n"
                                       "specific_absorption = \"0.02 m2/g\"\n[[protocol.light]]"));
    const auto record = simulated(p);
    // Both absorb 20 1/m.
    const double tissue = number(record, "phantom.absorbed_share[pencil][grey]");
    const double agent = number(record, "phantom.absorbed_share[pencil][dots]");
    EXPECT_NEAR(tissue, agent, 1e-9 * agent);
    EXPECT_NEAR(tissue + agent, number(record, "phantom.absorbed_share[pencil]"), 1e-9);
}

const report::QuantityResult& quantity(const report::RunRecord& record, const std::string& name) {
    for (const auto& q : record.quantities)
        if (q.name == name) return q;
    throw std::runtime_error("no " + name);
}

TEST(PhantomRun, says_how_sure_shares_and_fluences_are_of_their_photons) {
    const Folder folder;
    auto many = prepared(folder, replaced(grey_cube(), "photons = 20000", "photons = 200000"));
    const auto sure = simulated(many, 2);
    auto few = prepared(folder, replaced(grey_cube(), "photons = 20000", "photons = 2000"));
    const auto unsure = simulated(few, 2);
    for (const char* name :
         {"phantom.absorbed_share[pencil]", "phantom.absorbed_share[pencil][grey]",
          "phantom.reflected_share[pencil]", "phantom.fluence_rate[pencil][5 mm]"}) {
        const auto& close = quantity(sure, name);
        const auto& wide = quantity(unsure, name);
        ASSERT_TRUE(close.interval && wide.interval) << name;
        const auto width = [](const auto& q) { return (*q.interval)[1] - (*q.interval)[0]; };
        EXPECT_LT((*close.interval)[0], close.value);
        EXPECT_GT((*close.interval)[1], close.value);
        // a hundred times the photons: a tenth, each known to a quarter
        EXPECT_NEAR(width(wide) / width(close), 10.0, 7.0) << name;
        // 90 % intervals; at twice their width they must meet
        EXPECT_LT(std::abs(close.value - wide.value), 2.0 * width(wide)) << name;
    }
    const double error = number(sure, "phantom.absorbed_share_error[pencil]");
    const auto& share = quantity(sure, "phantom.absorbed_share[pencil]");
    EXPECT_NEAR((*share.interval)[1] - share.value, 1.833 * error, 1e-9);
}

TEST(PhantomRun, few_photons_are_told_to_leave_a_temperature_uncertain) {
    const Folder folder;
    const auto heated = [&](const std::string& photons) {
        auto text = replaced(grey_cube(), "heat = false", "heat = true\nlongest_step = \"1 s\"");
        text = replaced(text, "refractive_index = 1.37",
                        "refractive_index = 1.37\ndensity = \"1000 kg/m3\"\n"
                        "heat_capacity = \"3600 J/(kg.K)\"\nconductivity = \"0.5 W/(m.K)\"");
        text = replaced(text, "photons = 20000", "photons = " + photons);
        auto p = prepared(folder, text);
        return simulated(p);
    };
    const auto told = [](const report::RunRecord& record) {
        for (const auto& note : record.notes)
            if (note.find("uncertain by") != std::string::npos) return true;
        return false;
    };
    const auto few = heated("40");
    EXPECT_TRUE(told(few));
    EXPECT_GT(number(few, "phantom.temperature_rise_error[pencil]"), 5.0);
    const auto many = heated("200000");
    EXPECT_FALSE(told(many));
    EXPECT_LT(number(many, "phantom.temperature_rise_error[pencil]"), 1.0);
}

const char* warm_block = R"([study]
name = "warm"
[phantom]
size = ["20 mm", "20 mm", "20 mm"]
resolution = "2 mm"
background = "muscle"
start_temperature = "37 Cel"
longest_step = "10 s"
[run]
until = "20 min"
)";

TEST(PhantomRun, skin_that_sweats_in_wind_is_colder_than_dry_skin_in_a_room) {
    const Folder folder;
    const auto coldest = [&](const std::string& skin) {
        auto p =
            prepared(folder, std::string(warm_block) +
                                 "[[phantom.face]]\nside = \"z_low\"\nheat = \"skin\"\n" + skin);
        return number(simulated(p), "phantom.temperature_min");
    };
    const double room = coldest("");
    const double sweating = coldest("skin = { wetness = 1.0 }\n");
    const double windy = coldest("skin = { wetness = 1.0, air_speed = \"2 m/s\" }\n");
    EXPECT_LT(room, 37.0);
    EXPECT_LT(sweating, room - 0.5);
    EXPECT_LT(windy, sweating - 0.5);
}

TEST(PhantomRun, a_vessel_keeps_what_it_passes_at_its_temperature) {
    const Folder folder;
    const auto coldest = [&](const std::string& blood) {
        auto p =
            prepared(folder, std::string(warm_block) +
                                 "[[phantom.vessel]]\nstart = [\"0 mm\", \"10 mm\", \"10 mm\"]\n"
                                 "end = [\"20 mm\", \"10 mm\", \"10 mm\"]\nradius = \"0.5 mm\"\n"
                                 "temperature = \"" +
                                 blood + "\"\n");
        return number(simulated(p), "phantom.temperature_min");
    };
    const double cold = coldest("20 Cel");
    EXPECT_LT(cold, 33.0);
    EXPECT_GT(cold, 20.0);
    EXPECT_GT(coldest("37 Cel"), 36.9);
}

TEST(PhantomRun, vessels_and_skins_that_make_no_sense_are_refused_by_their_names) {
    const Folder folder;
    const std::string vessel = std::string(warm_block) + "[[phantom.vessel]]\nradius = \"1 mm\"\n";
    EXPECT_NE(complaint(folder, vessel + "start = [\"1 mm\", \"1 mm\", \"1 mm\"]\n"
                                         "end = [\"1 mm\", \"1 mm\", \"1 mm\"]\n")
                  .find("ends where it begins"),
              std::string::npos);
    EXPECT_NE(complaint(folder, vessel + "start = [\"50 mm\", \"1 mm\", \"1 mm\"]\n"
                                         "end = [\"60 mm\", \"1 mm\", \"1 mm\"]\n")
                  .find("passes no voxel"),
              std::string::npos);
    const std::string face = std::string(warm_block) + "[[phantom.face]]\nside = \"z_low\"\n";
    EXPECT_NE(complaint(folder, face + "skin = { wetness = 0.5 }\n").find("skin on a face"),
              std::string::npos);
    EXPECT_NE(complaint(folder, face + "heat = \"skin\"\ntransfer = \"10 W/(m2.K)\"\n")
                  .find("heat_flux of a skin"),
              std::string::npos);
    EXPECT_NE(complaint(folder, face + "heat = \"skin\"\nskin = { cooling_transfer = \"100 "
                                       "W/(m2.K)\" }\n")
                  .find("both"),
              std::string::npos);
    EXPECT_NE(complaint(folder, face + "heat = \"skin\"\nskin = { cooling_transfer = \"100 "
                                       "W/(m2.K)\", cooling_temperature = \"5 Cel\", air_speed = "
                                       "\"3 m/s\" }\n")
                  .find("beside a cooling"),
              std::string::npos);
    const std::string wide = std::string(warm_block) +
                             "[[phantom.vessel]]\nradius = \"40 mm\"\n"
                             "start = [\"0 mm\", \"5 mm\", \"5 mm\"]\n"
                             "end = [\"10 mm\", \"5 mm\", \"5 mm\"]\n";
    EXPECT_NE(complaint(folder, wide).find("a vessel of 80 mm across in a block of"),
              std::string::npos);
}

TEST(PhantomRun, tissues_without_a_slope_are_named_where_slopes_were_asked_for) {
    const Folder folder;
    const std::string asked =
        replaced(warm_block, "[phantom]\n", "[phantom]\nconductivity_slopes = true\n");
    const auto says = [&](const std::string& text) {
        const auto notes = prepared(folder, text).built.notes;
        return std::any_of(notes.begin(), notes.end(), [](const std::string& n) {
            return n.find("no slope is known of ") != std::string::npos;
        });
    };
    EXPECT_TRUE(says(asked));
    EXPECT_FALSE(says(warm_block));
    EXPECT_FALSE(says(replaced(asked, "muscle", "liver")));
}

TEST(PhantomRun, no_number_depends_on_the_number_of_threads) {
    auto p = shipped(
        "phantom_photodynamic.toml",
        {"run.until=3 min", "protocol.light[0].photons=20000", "protocol.light[0].duration=2 min"});
    const auto one = simulated(p, 1);
    const auto two = simulated(p, 2);
    ASSERT_EQ(one.quantities.size(), two.quantities.size());
    for (std::size_t i = 0; i < one.quantities.size(); ++i)
        EXPECT_EQ(one.quantities[i].value, two.quantities[i].value) << one.quantities[i].name;
    for (std::size_t s = 0; s < one.series.size(); ++s)
        EXPECT_EQ(std::memcmp(one.series[s].values.data(), two.series[s].values.data(),
                              one.series[s].values.size() * sizeof(double)),
                  0)
            << one.series[s].name;
}

TEST(PhantomRun, a_heated_block_takes_the_energy_that_light_leaves) {
    const Folder folder;
    auto text = replaced(grey_cube(), "heat = false", "start_temperature = \"20 Cel\"");
    text = replaced(text, "refractive_index = 1.37",
                    "refractive_index = 1.37\ndensity = \"1000 kg/m3\"\n"
                    "heat_capacity = \"4000 J/(kg.K)\"\nconductivity = \"0.5 W/(m.K)\"");
    text = replaced(text, "duration = \"1 s\"", "duration = \"20 s\"");
    auto p = prepared(folder, text);
    const auto record = simulated(p);
    const double absorbed = number(record, "phantom.light_energy_absorbed");
    EXPECT_NEAR(number(record, "phantom.light_energy"), 40.0, 1e-9);
    // 8 mL of 4 J/(mL K), insulated.
    double mean = 0.0;
    for (const auto& s : record.series)
        if (s.name == "phantom.temperature_mean[normal]") mean = s.values.back() - s.values.front();
    EXPECT_NEAR(mean, absorbed / 32.0, 1e-6);
    for (const auto& row : record.ledger) EXPECT_LT(row.relative_residual, row.limit);
}

TEST(PhantomRun, an_interrupted_run_goes_on_to_the_same_bits) {
    const std::vector<std::string> shorter{"protocol.light[0].photons=20000", "run.until=1 min",
                                           "protocol.light[0].duration=40 s",
                                           "run.output_interval=5 s"};
    auto p = shipped("phantom_gel_nanorods.toml", shorter);
    const auto whole = simulated(p);
    const Folder folder;
    PhantomHooks hooks;
    hooks.checkpoint = folder.path() / "checkpoint.bin";
    hooks.identity = "same";
    bool enough = false;
    hooks.progress = [&](double done, double all) { enough = done > 0.6 * all; };
    hooks.interrupted = [&] { return enough; };
    EXPECT_THROW(simulate_phantom(p, hooks, "run"), Interrupted);
    ASSERT_TRUE(std::filesystem::exists(*hooks.checkpoint));
    hooks.interrupted = nullptr;
    hooks.progress = nullptr;
    const auto rest = simulate_phantom(p, hooks, "run");
    EXPECT_TRUE(rest.outcome.resumed);
    ASSERT_EQ(rest.record.series.size(), whole.series.size());
    for (std::size_t s = 0; s < whole.series.size(); ++s)
        EXPECT_EQ(std::memcmp(rest.record.series[s].values.data(), whole.series[s].values.data(),
                              whole.series[s].values.size() * sizeof(double)),
                  0)
            << whole.series[s].name;
    hooks.identity = "other";
    EXPECT_THROW(simulate_phantom(p, hooks, "run"), IoError);
}

TEST(PhantomRun, the_page_shows_light_and_volumes_before_the_ledger) {
    auto p = shipped(
        "phantom_photodynamic.toml",
        {"run.until=2 min", "protocol.light[0].photons=5000", "protocol.light[0].duration=1 min"});
    const auto simulated_phantom = simulate_phantom(p, {}, "run");
    const auto sections = phantom_sections(p.file.input, p.built, simulated_phantom.outcome);
    const std::string page = phantom_page(simulated_phantom.record, sections);
    const std::size_t light = page.find("<section id=\"light\"");
    const std::size_t volumes = page.find("<section id=\"volumes\"");
    const std::size_t ledger = page.find("<section id=\"ledger\"");
    ASSERT_NE(light, std::string::npos);
    ASSERT_NE(volumes, std::string::npos);
    EXPECT_LT(light, volumes);
    EXPECT_LT(volumes, ledger);
    EXPECT_NE(page.find("href=\"#volumes\""), std::string::npos);
    EXPECT_EQ(page, phantom_page(simulated_phantom.record, sections));
}

}  // namespace
}  // namespace caravel::study
