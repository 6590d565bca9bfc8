// Studies that say a thing twice or name it like something else.
#include "caravel/study/record_builder.hpp"
#include "support/study_text.hpp"

#include <gtest/gtest.h>

#include <string>

namespace caravel::study {
namespace {

std::string study_with(const std::string& tumour, const std::string& rest = "") {
    return "[study]\nname = \"x\"\n[formulation]\nuse = \"doxil\"\n[subject]\nspecies = \"mouse\"\n"
           "[subject.tumour]\nvolume = \"200 mm3\"\n" +
           tumour +
           "\n[[protocol.administer]]\nat = \"0 h\"\ndose = \"6 mg/kg\"\nof = \"doxorubicin\"\n" +
           rest + "\n[run]\nuntil = \"24 h\"\n";
}

std::string message_of(const std::string& study) {
    try {
        test::prepare_text(study);
    } catch (const InputError& error) {
        return error.what();
    }
    return "accepted";
}

TEST(Consistency, APlainStudyIsAccepted) { EXPECT_EQ(message_of(study_with("")), "accepted"); }

TEST(Consistency, TumoursAreNotNamedLikePlacesOfTheBody) {
    for (const std::string name : {"urine", "arterial", "liver", "bile"})
        EXPECT_NE(message_of(study_with("name = \"" + name + "\""))
                      .find("tumour '" + name + "' is named like a place of the body"),
                  std::string::npos)
            << name;
}

TEST(Consistency, PopulationsHaveNamesOfTheirOwn) {
    const std::string twice =
        "population = [{name = \"a\", fraction = 0.5}, "
        "{name = \"a\", fraction = 0.5}]";
    EXPECT_NE(message_of(study_with(twice)).find("cannot have a population 'a'"),
              std::string::npos);
    EXPECT_NE(message_of(study_with("population = [{name = \"dying1\", fraction = 1.0}]"))
                  .find("cannot have a population 'dying1'"),
              std::string::npos);
}

TEST(Consistency, SamplesAreTakenFromPlacesThatExist) {
    const std::string sample = "[[protocol.sample]]\nat = \"1 h\"\nof = \"livr\"\n";
    const std::string message = message_of(study_with("", sample));
    EXPECT_NE(message.find("a sample of 'livr' cannot be taken"), std::string::npos) << message;
    EXPECT_NE(message.find("did you mean 'liver'?"), std::string::npos) << message;
}

TEST(Consistency, IntervalsThatWouldFillTheMemoryAreRefused) {
    std::string study = study_with("");
    study += "output_interval = \"1e-9 h\"\n";
    EXPECT_NE(message_of(study).find("output_interval is"), std::string::npos) << message_of(study);
}

TEST(Consistency, OneAgentMaySitInTwoPlacesOfAParticle) {
    std::string study = study_with("");
    const std::string payload =
        "payload = [{agent = \"doxorubicin\", place = \"core\", loading = \"0.08 kg/kg\", "
        "release = [{law = \"first_order\", half_life = \"150 h\"}]},"
        "{agent = \"doxorubicin\", place = \"surface\", loading = \"0.02 kg/kg\", "
        "release = [{law = \"first_order\", half_life = \"2 h\"}]}]\n";
    study.insert(study.find("[subject]"), payload);
    const auto prepared = test::prepare_text(study);
    const auto record = simulate(prepared, RunnerHooks{}, "test");
    // 6 mg/kg of a 28 g mouse whichever place the drug sits in
    const double molar_mass = prepared.built.drugs.at("doxorubicin").molar_mass();
    EXPECT_NEAR(injected_amount(prepared.built, "doxorubicin", 0.0) * molar_mass,
                6e-6 * prepared.built.physiology.body_weight, 1e-18);
    for (const auto& row : record.ledger) EXPECT_LE(row.relative_residual, 1e-9) << row.substance;
}

}  // namespace
}  // namespace caravel::study
