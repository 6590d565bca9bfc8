// `caravel particle` from outside: what it prints, and that bad particles are told as they should.
// A description that is impossible ends with 3; a property outside its validity stands on the card
// as "not given" with the reason, and ends with 3 only when it alone is asked for.
#include "process.hpp"

#include "caravel/input/document.hpp"

namespace caravel::interface_test {
namespace {

using testing::PrintToString;

HowToRun in(const fs::path& folder) {
    HowToRun how;
    how.folder = folder;
    return how;
}

Finished card(const std::string& toml, std::vector<std::string> more = {}) {
    const Scratch folder;
    write_file(folder / "particle.toml", toml);
    std::vector<std::string> arguments{"particle", "particle.toml"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run(arguments, in(folder.path()));
}

/// The line of the card that refuses a property; empty when none does.
std::string refusal(const std::string& text, const std::string& name) {
    const std::size_t begin = text.find("\n  " + name + ' ');
    if (begin == std::string::npos) return "";
    const std::string line = text.substr(begin + 1, text.find('\n', begin + 1) - begin - 1);
    const std::size_t reason = line.find("not given: ");
    return reason == std::string::npos ? "" : line.substr(reason + 11);
}

const std::string gold = "layer = [{material = 'Au', radius = '10 nm'}]\n";

const input::Table* at(const input::Table* table, const std::string& key) {
    const auto* entry = table ? table->find(key) : nullptr;
    return entry ? std::get_if<input::Table>(&entry->value.data) : nullptr;
}

struct Mistake {
    const char* name;
    const char* toml;
    const char* message;
};

void PrintTo(const Mistake& mistake, std::ostream* out) { *out << mistake.name; }

class BadParticle : public testing::TestWithParam<Mistake> {};

TEST_P(BadParticle, is_told_and_ends_with_3) {
    const Finished finished = card(GetParam().toml);
    EXPECT_EQ(finished.code, 3);
    EXPECT_EQ(finished.err, std::string(GetParam().message) + "\n");
    EXPECT_EQ(finished.out, "");
}

const Mistake mistakes[] = {
    {"negative_layer", "layer = [{material = 'Au', radius = '-5 nm'}]",
     "particle.toml:1:37: radius is -5 nm, expected a number between 0.05 and 1000000 nm"},
    {"overlapping_layers",
     "layer = [{material = 'Au', radius = '10 nm'}, {material = 'SiO2', radius = '8 nm'}]",
     "layer 2 'SiO2' has outer radius 8 nm, expected more than the 10 nm of the layer below"},
    {"layer_beyond_a_millimetre", "layer = [{material = 'Au', radius = '5 mm'}]",
     "particle.toml:1:37: radius is 5000000 nm, expected a number between 0.05 and 1000000 nm"},
    {"impossible_grafting_density",
     "layer = [{material = 'Au', radius = '10 nm'}]\n"
     "coating = [{material = 'PEG2000', density = '50 1/nm2'}]",
     "50 chains per nm2 cannot stand on the surface, expected above 0 and at most 4.76 per nm2 "
     "(one stretched chain covers 0.21 nm2) (was the density counted per particle, or per 100 "
     "nm2?)"},
    {"overlapping_walls",
     "shape = {kind = 'cage', edge = '20 nm', wall = '12 nm'}\nlayer = [{material = 'Au'}]",
     "particle.toml:1:41: the walls of the cage overlap, expected at most half the edge"},
    {"unknown_material", "layer = [{material = 'polystyrne', radius = '10 nm'}]",
     "particle.toml:1:22: unknown material 'polystyrne' (did you mean 'polystyrene'?)"},
    {"unknown_material_of_a_coating",
     "layer = [{material = 'Au', radius = '10 nm'}]\ncoating = [{material = 'PEG200'}]",
     "particle.toml:2:24: unknown material 'PEG200' (did you mean 'PEG2000'?)"},
    {"loading_above_pores",
     "layer = [{material = 'SiO2', radius = '50 nm', porosity = 0.1, pore_diameter = '3 nm'}]\n"
     "payload = [{agent = 'doxorubicin', place = 'pores', loading = '0.4 kg/kg'}]",
     "payload 'doxorubicin' needs 10.2 times the volume of the pores, expected at most 0.06807 fg "
     "per particle (a lower loading, more pores, or another place)"},
    {"temperature_outside_liquid_water",
     "layer = [{material = 'Au', radius = '10 nm'}]\nmedium = {temperature = '120 Cel'}",
     "particle.toml:2:25: temperature is 393.15 K, expected a number between 273.15 and 373.15 K"},
    {"inclusions_too_dense",
     "layer = [{material = 'SiO2', radius = '5 nm'}]\n"
     "inclusion = [{material = 'Au', diameter = '4 nm', count = 12}]",
     "the inclusions of layer 1 'SiO2' take 0.768 of its volume, expected at most 0.64 (random "
     "close packing) (fewer or smaller inclusions)"},
    {"recipe_without_precursor",
     "layer = [{material = 'Au', radius = '5 nm'}]\n"
     "[synthesis]\nmethod = 'burst'\nchemistry = 'Au_NHC_borane'\nduration = '3 h'",
     "particle.toml:2:1: the recipe has no precursor, expected precursor > 0, or feed_rate and "
     "feed_duration > 0"},
    {"index_given_twice",
     "layer = [{material = 'x', radius = '5 nm'}]\n"
     "material = [{name = 'x', density = '1 g/mL', n = 1.5, table = 'Au_Johnson'}]",
     "particle.toml:2:55: the refractive index is given twice, expected either n and k or a "
     "table"},
};

INSTANTIATE_TEST_SUITE_P(All, BadParticle, testing::ValuesIn(mistakes),
                         [](const auto& shown) { return std::string(shown.param.name); });

TEST(ParticleCommand, wavelength_outside_the_table_is_named_with_the_range) {
    const Finished whole = card(gold, {"--wavelengths", "50"});
    EXPECT_EQ(whole.code, 0) << whole.err;
    const std::string reason = refusal(whole.out, "extinction_spectrum");
    EXPECT_EQ(reason.find("50 nm is not covered by water (table H2O_Hale"), 0u) << reason;
    EXPECT_NE(reason.find("which goes from 200 nm to 3000 nm"), std::string::npos) << reason;
    EXPECT_NE(reason.find("expected a wavelength from 200 nm to 1937 nm"), std::string::npos)
        << reason;
    const Finished end = card(gold, {"--wavelengths", "3000"});
    const std::string other = refusal(end.out, "extinction_spectrum");
    EXPECT_EQ(other.find("3000 nm is not covered by Au (table Au_Johnson"), 0u) << other;
    EXPECT_NE(other.find("which goes from 187.9 nm to 1937 nm"), std::string::npos) << other;
    EXPECT_NE(other.find("expected a wavelength from 200 nm to 1937 nm"), std::string::npos)
        << other;
}

TEST(ParticleCommand, a_broken_table_is_named_with_its_line) {
    const Scratch folder;
    write_file(folder / "particle.toml",
               "layer = [{material = 'x', radius = '50 nm'}]\n"
               "material = [{name = 'x', density = '1 g/mL', table = 'x.csv'}]\n");
    const std::pair<const char*, const char*> tables[] = {
        {"lambda_um,n,k\n0.4,1.5,0\n0.5,nan,0\n", "x.csv:3:2"},
        {"lambda_um,n,k\n0.4,glass,0\n", "x.csv:2:2"},
        {"lambda_um,n\n0.4,1.5\n", "x.csv: there is no column 'k'"},
    };
    for (const auto& [text, place] : tables) {
        write_file(folder / "x.csv", text);
        const Finished finished = run({"particle", "particle.toml"}, in(folder.path()));
        EXPECT_EQ(finished.code, 3) << text;
        EXPECT_NE(finished.err.find(place), std::string::npos) << finished.err;
        EXPECT_EQ(finished.out, "");
    }
}

TEST(ParticleCommand, a_material_needs_no_density_for_light) {
    const std::string ball =
        "layer = [{material = 'ball', radius = '525 nm'}]\nmaterial = [{name = 'ball', n = "
        "1.55}]\n";
    const Finished finished = card(ball, {"--wavelengths", "632.8"});
    EXPECT_EQ(finished.code, 0) << finished.err;
    EXPECT_NE(finished.out.find("extinction_cross_section_632_8"), std::string::npos);
    EXPECT_EQ(refusal(finished.out, "extinction_spectrum"), "");
    EXPECT_NE(refusal(finished.out, "particle_mass").find("the density of 'ball' is not given"),
              std::string::npos);
}

TEST(ParticleCommand, too_slender_a_rod_is_refused_with_the_range) {
    const Finished finished = card(
        "shape = {kind = 'rod', length = '1 um', diameter = '10 nm'}\nlayer = [{material = 'Au'}]");
    const std::string reason = refusal(finished.out, "extinction_spectrum");
    EXPECT_NE(reason.find("aspect ratio 100"), std::string::npos) << reason;
    EXPECT_NE(reason.find("from 1/50 to 50"), std::string::npos) << reason;
}

const std::string too_thin =
    gold +
    "[synthesis]\nmethod = 'burst'\nchemistry = 'Au_NHC_borane'\nprecursor = '1e-9 mmol/L'\n"
    "duration = '3 h'\n";

TEST(ParticleCommand, a_recipe_without_nucleation_says_so) {
    const Finished whole = card(too_thin);
    EXPECT_EQ(whole.code, 0) << whole.err;
    EXPECT_EQ(refusal(whole.out, "synthesis_mean_diameter").find("no nucleation: "), 0u);
    const Finished one = card(too_thin, {"--property", "synthesis_mean_diameter"});
    EXPECT_EQ(one.code, 3);
    EXPECT_EQ(one.err.find("error: 'synthesis_mean_diameter' is not given: no nucleation: largest "
                           "supersaturation "),
              0u)
        << one.err;
    EXPECT_EQ(one.out, "");
}

TEST(ParticleCommand, an_unknown_chemistry_is_refused) {
    const Finished finished =
        card(gold +
             "[synthesis]\nmethod = 'burst'\nchemistry = 'Au_borane'\nprecursor = '1 mmol/L'"
             "\nduration = '3 h'\n");
    EXPECT_NE(refusal(finished.out, "synthesis_mean_diameter").find("Au_borane"),
              std::string::npos);
}

TEST(ParticleCommand, a_temperature_outside_the_constants_is_refused) {
    const Finished finished = card(
        "layer = [{material = 'SiO2', radius = '2 nm'}]\n"
        "label = [{name = 'Gd', kind = 'element', count = 10}]\n"
        "medium = {temperature = '5 Cel'}\n");
    EXPECT_EQ(finished.code, 0) << finished.err;
    EXPECT_EQ(refusal(finished.out, "Gd_relaxivity_r1"),
              "the constants of the ions hold near 37 Cel; 278 K is more than 15 K away");
}

TEST(ParticleCommand, wrong_wavelengths_end_with_2) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"1100:400:2", "the last is shorter than the first"},
        {"400:1100", "a range has three numbers"},
        {"blue", "'blue' is not a number"},
        {"-5", "-5 nm is not positive"},
        {"400:1100:1e-9", "too many wavelengths"}};
    for (const auto& [text, why] : cases) {
        const Finished finished = card(gold, {"--wavelengths=" + text});
        EXPECT_EQ(finished.code, 2) << text;
        EXPECT_EQ(finished.err, "error: --wavelengths " + text + ": " + why +
                                    "; give one wavelength in nm, as in 808, or first:last:step, "
                                    "as in 400:1100:2\n");
    }
}

TEST(ParticleCommand, one_property_is_printed_in_si) {
    const Finished finished = card(gold, {"--property", "outer_diameter"});
    EXPECT_EQ(finished.code, 0) << finished.err;
    EXPECT_NEAR(std::stod(finished.out), 20e-9, 1e-18);
    const Finished unknown = card(gold, {"--property", "outer_diametr"});
    EXPECT_EQ(unknown.code, 3);
    EXPECT_NE(unknown.err.find("did you mean 'outer_diameter'?"), std::string::npos) << unknown.err;
}

TEST(ParticleCommand, json_has_units_methods_and_reasons) {
    const Finished finished = card("name = 'gold'\n" + gold, {"--json"});
    ASSERT_EQ(finished.code, 0) << finished.err;
    const auto document = input::parse_json(finished.out, "card");
    const auto* root = std::get_if<input::Table>(&document.root.data);
    ASSERT_NE(root, nullptr);
    const input::Table* diameter = at(at(root, "properties"), "outer_diameter");
    ASSERT_NE(diameter, nullptr);
    for (const char* key : {"value", "unit", "status", "method", "section"})
        EXPECT_NE(diameter->find(key), nullptr) << key;
    ASSERT_NE(at(root, "refused"), nullptr);
    EXPECT_NE(at(root, "refused")->find("synthesis_mean_diameter"), nullptr);
    const input::Table* spectrum = at(at(root, "curves"), "extinction_spectrum");
    ASSERT_NE(spectrum, nullptr);
    const auto* x = at(spectrum, "x")->find("values");
    ASSERT_NE(x, nullptr);
    EXPECT_EQ(std::get<input::Array>(x->value.data).size(), 351u);  // 400 nm to 1100 nm by 2 nm
}

TEST(ParticleCommand, html_is_one_page_with_its_plots) {
    const Scratch folder;
    const std::string out =
        run_well({"particle", "prakash_au_sio2", "--html", "card.html"}, folder.path());
    EXPECT_FALSE(out.empty());
    const std::string page = read_file(folder / "card.html");
    EXPECT_NE(page.find("<svg"), std::string::npos);
    EXPECT_NE(page.find("</html>"), std::string::npos);
    EXPECT_EQ(page.find("src=\"http"), std::string::npos);
}

TEST(ParticleCommand, set_replaces_values_and_wavelengths_choose) {
    const Scratch folder;
    const auto zeta = [&](const char* ph) {
        return std::stod(run_well({"particle", "ou_pmpc_pae", "--wavelengths", "500", "--set",
                                   std::string("medium.ph=") + ph, "--property", "zeta_potential"},
                                  folder.path()));
    };
    EXPECT_GT(zeta("5.0"), zeta("7.4"));
    const Finished single =
        card(gold, {"--wavelengths", "520", "--property", "extinction_cross_section_520"});
    EXPECT_EQ(single.code, 0) << single.err;
    EXPECT_GT(std::stod(single.out), 0.0);
}

TEST(ParticleCommand, a_material_and_a_medium_can_be_typed_in) {
    // Bohren and Huffman 1983, appendix A: radius 525 nm, index 1.55, 632.8 nm: Qext = 3.10543.
    const Finished finished = card(
        "layer = [{material = 'glass_ball', radius = '525 nm'}]\n"
        "material = [{name = 'glass_ball', density = '2.5 g/mL', n = 1.55}]\n"
        "medium = {refractive_index = 1.0}\n",
        {"--wavelengths", "632.8", "--property", "extinction_cross_section_632_8"});
    ASSERT_EQ(finished.code, 0) << finished.err;
    const double efficiency = std::stod(finished.out) / (3.14159265358979 * 525e-9 * 525e-9);
    EXPECT_NEAR(efficiency, 3.10543, 1e-5);
}

}  // namespace
}  // namespace caravel::interface_test
