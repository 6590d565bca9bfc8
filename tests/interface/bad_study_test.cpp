// Every mistake in a study is told at its place, with what was expected, and exit code 3.
#include "example_study.hpp"

namespace caravel::interface_test {
namespace {

struct Mistake {
    const char* name;
    const char* from;
    const char* to;
    const char* message;
};

void PrintTo(const Mistake& mistake, std::ostream* out) { *out << mistake.name; }

class BadStudy : public testing::TestWithParam<Mistake> {};

TEST_P(BadStudy, is_told_where_and_how) {
    const Scratch folder;
    write_study(folder.path(), replaced(study_text(), GetParam().from, GetParam().to));
    HowToRun how;
    how.folder = folder.path();
    for (const char* command : {"check", "run"}) {
        const Finished finished = run({command, "study.toml"}, how);
        EXPECT_EQ(finished.code, 3);
        EXPECT_EQ(finished.err, std::string(GetParam().message) + "\n");
        EXPECT_EQ(finished.out, "");
    }
    EXPECT_FALSE(fs::exists(folder / "runs"));
}

const Mistake mistakes[] = {
    {"unknown_key", "body_weight", "body_wieght",
     "study.toml:7:1: unknown key 'body_wieght', expected one of blood_volume, body_surface_area, "
     "body_weight, cardiac_output, condition, glomerular_filtration_rate, "
     "haematocrit, myelosuppression, organ, species, "
     "tumour (did you mean 'body_weight'?)"},
    {"wrong_dimension", "\"20 g\"", "\"20 mL\"",
     "study.toml:7:15: \"20 mL\" is a volume, expected a mass such as kg"},
    {"missing_unit", "\"20 g\"", "20",
     "study.toml:7:15: body_weight = 20 has no unit, expected a mass such as \"20 kg\""},
    {"missing_unit_in_text", "\"20 g\"", "\"20\"",
     "study.toml:7:15: body_weight = \"20\" has no unit, expected a mass such as \"20 kg\""},
    {"negative_size", "\"200 mm3\"", "\"-200 mm3\"",
     "study.toml:10:10: volume is -200 mm3, expected a number > 0 mm3"},
    {"loading_above_one", "use = \"doxil\"",
     "layer = [{material = \"polystyrene\", radius = \"20 nm\"}]\n"
     "payload = [{agent = \"doxorubicin\", loading = \"1.2 kg/kg\"}]",
     "study.toml:5:46: loading is 1.2 kg/kg, expected a number between 0 (excluded) and 1 kg/kg "
     "(excluded)"},
    {"loadings_above_one", "use = \"doxil\"",
     "layer = [{material = \"polystyrene\", radius = \"20 nm\"}]\n"
     "payload = [{agent = \"doxorubicin\", loading = \"0.6 kg/kg\"}, "
     "{agent = \"paclitaxel\", loading = \"0.5 kg/kg\"}]",
     "study.toml:3:1: the loadings of the payloads add up to 1.1 kg/kg, expected less than 1"},
    {"agent_not_carried", "of = \"doxorubicin\"", "of = \"paclitaxel\"",
     "study.toml:19:1: the dose counts 'paclitaxel', which formulation 'doxil' does not carry, "
     "expected one of doxorubicin"},
    {"dose_at_the_end", "at = \"0 h\"", "at = \"48 h\"",
     "study.toml:19:1: a dose at the very end does nothing, expected a time before until"},
    {"depot_of_an_injection", "at = \"0 h\"", "at = \"0 h\"\nbioavailability = 0.5",
     "study.toml:21:1: a dose of route \"intravenous\" has no depot, expected route = "
     "\"subcutaneous\", \"intraperitoneal\" or \"oral\" (leave the key out)"},
    {"two_half_lives_of_a_depot", "at = \"0 h\"",
     "at = \"0 h\"\nroute = \"oral\"\nabsorption_half_life = \"2 h\"\ndose = \"1 mg\"\n"
     "of = \"doxorubicin\"\n[[protocol.administer]]\nat = \"5 h\"\nroute = \"oral\"\n"
     "absorption_half_life = \"3 h\"",
     "study.toml:25:1: oral doses have two absorption half-lives, expected the same for every dose "
     "of a route"},
    {"table_read_twice", "file = \"measured.csv\"",
     "file = \"measured.csv\"\n[[data]]\nfile = \"./measured.csv\"",
     "study.toml:25:1: the table './measured.csv' is read twice, expected each table once (its "
     "values would count twice)"},
    {"idle_contrast", "volume = \"200 mm3\"",
     "volume = \"200 mm3\"\nmodel = \"grid\"\n[subject.tumour.grid.vessels]\ncontrast = 30",
     "study.toml:13:1: 'contrast' has no effect for pattern = \"uniform\", expected pattern = "
     "\"rim\", \"core\" or \"hot_spots\""},
    {"misspelt_network", "volume = \"200 mm3\"",
     "volume = \"200 mm3\"\nmodel = \"grid\"\n[subject.tumour.grid.vessels]\n"
     "pattern = \"network\"\nnetwork = \"kroghh\"",
     "study.toml:12:1: there is no graph file 'kroghh' beside the study, expected krogh, "
     "krogh_hexagonal, tree or a graph file (did you mean 'krogh'?)"},
    {"two_molecules_of_a_signal", "volume = \"200 mm3\"",
     "volume = \"200 mm3\"\nmodel = \"grid\"\n[subject.tumour.grid]\nmolecule = "
     "[{signal = \"pH\", diffusion = \"1000 um2/s\"}, "
     "{signal = \"pH\", diffusion = \"900 um2/s\"}]",
     "study.toml:13:1: two molecules of signal 'pH', expected one for each signal"},
    {"unknown_species", "species = \"mouse\"", "species = \"mose\"",
     "study.toml:6:11: species is 'mose', expected one of mouse, rat, human (did you mean "
     "'mouse'?)"},
    {"unknown_material", "use = \"doxil\"",
     "layer = [{material = \"polystyrne\", radius = \"20 nm\"}]\npayload = [{agent = "
     "\"doxorubicin\"}]",
     "study.toml:4:22: unknown material 'polystyrne' (did you mean 'polystyrene'?)"},
    {"unknown_coating", "use = \"doxil\"",
     "use = \"doxil\"\n[[formulation.coating]]\nmaterial = \"PEG200\"",
     "study.toml:6:12: unknown material 'PEG200' (did you mean 'PEG2000'?)"},
    {"unknown_agent_of_a_dose", "of = \"doxorubicin\"", "of = \"doxorubicine\"",
     "study.toml:22:6: unknown agent 'doxorubicine' (did you mean 'doxorubicin'?)"},
    {"unknown_agent_of_a_kill", "agent = \"doxorubicin\"", "agent = \"doxorubcin\"",
     "study.toml:15:9: unknown agent 'doxorubcin' (did you mean 'doxorubicin'?)"},
    {"unknown_payload", "use = \"doxil\"",
     "layer = [{material = \"polystyrene\", radius = \"20 nm\"}]\npayload = [{agent = "
     "\"doxorubin\"}]",
     "study.toml:5:21: unknown agent 'doxorubin' (did you mean 'doxorubicin'?)"},
    {"unknown_tumour_line", "line = \"generic\"", "line = \"genric\"",
     "study.toml:9:8: unknown tumour line 'genric' (did you mean 'generic'?)"},
    {"unknown_formulation", "use = \"doxil\"", "use = \"doxill\"",
     "study.toml:4:7: no shipped formulation is named 'doxill', expected a name from 'caravel list "
     "formulations' (did you mean 'doxil'?)"},
    {"light_given_off_in_the_dark", "volume = \"200 mm3\"",
     "volume = \"200 mm3\"\n[[subject.tumour.treatment.emission]]\nof = \"doxil\"",
     "study.toml:11:1: light given off in tumour 'tumour', on which no light shines, expected a "
     "[[protocol.light]] with on = \"tumour\""},
    {"light_given_off_by_nothing", "volume = \"200 mm3\"",
     "volume = \"200 mm3\"\n[[subject.tumour.treatment.emission]]\nwavelength = \"655 nm\"",
     "study.toml:11:1: key 'of' is missing, expected text: what glows: load of a phantom, "
     "formulation or agent in a tumour"},
    {"saturation_of_fluorescence", "volume = \"200 mm3\"",
     "volume = \"200 mm3\"\n[[subject.tumour.treatment.emission]]\nof = \"doxil\"\n"
     "saturation = \"1 W/cm2\"",
     "study.toml:13:1: a saturation without an order above 1, expected order = 2 (fluorescence has "
     "the same yield in any light)"},
    {"two_values_for_one_key", "until = \"48 h\"", "until = \"48 h\"\nuntil = \"24 h\"",
     "study.toml:27:1: key 'until' is given twice"},
    {"dose_after_the_end", "at = \"0 h\"", "at = \"50 h\"",
     "study.toml:19:1: a dose at 50 h comes after the end, expected a time up to until = 48 h"},
    {"last_repeated_dose_after_the_end", "at = \"0 h\"",
     "at = \"0 h\"\nrepeat = 3\nevery = \"30 h\"",
     "study.toml:19:1: a dose at 60 h is not over before the study ends, expected an end by until "
     "= 48 h"},
    {"sample_after_the_end", "[run]", "[[protocol.sample]]\nat = \"49 h\"\nof = \"blood\"\n[run]",
     "study.toml:25:1: a sample at 49 h comes after the end, expected a time up to until = 48 h"},
    {"overlapping_infusions", "[[data]]",
     "duration = \"60 min\"\n[[protocol.administer]]\nat = \"0.5 h\"\ndose = \"1 mg/kg\"\n"
     "of = \"doxorubicin\"\nduration = \"1 h\"\n[[data]]",
     "study.toml:24:1: two infusions of line 'main' overlap: one starts at 0 h, the other at 0.5 "
     "h, expected one infusion at a time (give the second one its own line = \"...\")"},
    {"unknown_formulation_of_a_dose", "at = \"0 h\"", "at = \"0 h\"\nformulation = \"fre\"",
     "study.toml:19:1: no formulation is named 'fre', expected one of doxil, free (did you mean "
     "'free'?)"},
    {"missing_data_file", "measured.csv", "mesured.csv",
     "study.toml:23:1: there is no file 'mesured.csv', expected a table beside the study"},
    {"missing_required_key", "until = \"48 h\"", "seed = 3",
     "study.toml:25:1: key 'until' is missing, expected a time such as h: end of the "
     "simulation"},
};

INSTANTIATE_TEST_SUITE_P(Interface, BadStudy, testing::ValuesIn(mistakes),
                         [](const auto& tested) { return std::string(tested.param.name); });

TEST(BadStudies, several_mistakes_are_told_together_in_file_order) {
    const Scratch folder;
    std::string text = replaced(study_text(), "of = \"doxorubicin\"", "of = \"doxorubicine\"");
    text = replaced(text, "\"20 g\"", "\"20 mL\"");
    text = replaced(text, "\"generic\"", "\"genric\"");
    text = replaced(text, "use = \"doxil\"", "use = \"doxill\"");
    write_study(folder.path(), text);
    HowToRun how;
    how.folder = folder.path();
    const Finished finished = run({"check", "study.toml"}, how);
    EXPECT_EQ(finished.code, 3);
    EXPECT_EQ(finished.err,
              "study.toml:4:7: no shipped formulation is named 'doxill', expected a name from "
              "'caravel list formulations' (did you mean 'doxil'?)\n"
              "study.toml:7:15: \"20 mL\" is a volume, expected a mass such as kg\n"
              "study.toml:9:8: unknown tumour line 'genric' (did you mean 'generic'?)\n"
              "study.toml:22:6: unknown agent 'doxorubicine' (did you mean 'doxorubicin'?)\n");
}

TEST(BadStudies, a_mistake_on_the_command_line_names_the_option) {
    const Scratch folder;
    write_study(folder.path());
    HowToRun how;
    how.folder = folder.path();
    const Finished finished = run({"check", "study.toml", "--set", "run.until=5"}, how);
    EXPECT_EQ(finished.code, 3);
    EXPECT_EQ(finished.err,
              "--set run.until=5: until = 5 has no unit, expected a time such as \"5 h\"\n");
    EXPECT_EQ(run({"check", "study.toml", "--set", "until"}, how).err,
              "--set until: no '=' in it, expected key=value\n");
}

}  // namespace
}  // namespace caravel::interface_test
