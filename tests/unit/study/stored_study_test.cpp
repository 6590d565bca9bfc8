// A run's folder holds all that its study names: it runs again from there.
#include "support/study_text.hpp"

#include "caravel/report/nifti_file.hpp"
#include "caravel/study/runner.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <string>
#include <vector>

namespace caravel::study {
namespace {

namespace fs = std::filesystem;

std::string grid_study(const std::string& grid) {
    return R"([study]
name = "stored"
[formulation]
use = "doxil"
[subject]
species = "mouse"
body_weight = "20 g"
[[subject.tumour]]
model = "grid"
volume = "60 mm3"
vascular_fraction = 0.01
[subject.tumour.grid]
)" + grid + R"(
[[protocol.administer]]
at = "0 h"
dose = "6 mg/kg"
of = "doxorubicin"
[run]
until = "1 h"
)";
}

/// A sphere of about 60 mm3 in voxels of 0.4 mm.
void write_sphere(const fs::path& path) {
    const Grid grid{16, 16, 16, {4e-4, 4e-4, 4e-4}};
    std::vector<double> label;
    for (index_t i = 0; i < grid.cell_count(); ++i) {
        const index_t places[] = {i % 16, i / 16 % 16, i / 256};
        double squares = 0.0;
        for (const index_t place : places)
            squares += std::pow(0.4 * (static_cast<double>(place) - 7.5), 2);
        label.push_back(squares < 2.43 * 2.43 ? 1.0 : 0.0);
    }
    report::write_nifti(path, grid, {"label", "1", view_of(std::as_const(label))}, "a sphere");
}

/// The curves of the study in `folder`, and of that which its run would keep, in another place.
void expect_the_same_from_the_copy(const fs::path& folder, const std::string& text) {
    report::write_file_atomically(folder / "study.toml", text);
    const auto own = prepare(folder / "study.toml", {}, test::repository_data());
    const test::TemporaryFolder kept;
    write_stored_study(own.stored, kept.path());
    const auto copy = prepare(kept.path() / "study.toml", {}, test::repository_data());
    EXPECT_EQ(copy.stored.toml, own.stored.toml);
    const auto first = simulate(own, {}, "run");
    const auto second = simulate(copy, {}, "run");
    ASSERT_EQ(first.series.size(), second.series.size());
    for (std::size_t s = 0; s < first.series.size(); ++s) {
        const auto& a = first.series[s].values;
        const auto& b = second.series[s].values;
        ASSERT_EQ(a.size(), b.size());
        EXPECT_EQ(0, std::memcmp(a.data(), b.data(), a.size() * sizeof(double)))
            << first.series[s].name;
    }
}

TEST(StoredStudy, HoldsTheSegmentationOfATumour) {
    const test::TemporaryFolder folder;
    write_sphere(folder.path() / "sphere.nii.gz");
    auto text = grid_study("shape = \"file\"\nfile = \"sphere.nii.gz\"\nresolution = \"800 um\"");
    // the volume is that of the file
    try {
        report::write_file_atomically(folder.path() / "study.toml", text);
        prepare(folder.path() / "study.toml", {}, test::repository_data());
    } catch (const InputError& error) {
        const std::string what = error.what();
        const auto at = what.find("holds ");
        ASSERT_NE(at, std::string::npos) << what;
        const std::string volume = what.substr(at + 6, what.find(" mm3", at) - at - 6);
        text.replace(text.find("60 mm3"), 6, volume + " mm3");
    }
    expect_the_same_from_the_copy(folder.path(), text);
}

TEST(StoredStudy, HoldsTheVesselGraphOfATumour) {
    const test::TemporaryFolder folder;
    report::write_file_atomically(folder.path() / "net.csv",
                                  "[nodes]\n"
                                  "id, x [um], y [um], z [um], pressure [mm[Hg]], inflow [nL/min]\n"
                                  "a, -2000, 0, 0, 25,\nb, 0, 0, 0, ,\nc, 2000, 0, 0, 15,\n"
                                  "[segments]\nfrom, to, radius [um], length [um]\n"
                                  "a, b, 5,\nb, c, 5,\n");
    expect_the_same_from_the_copy(
        folder.path(),
        grid_study("symmetry = \"full\"\nresolution = \"600 um\"\n[subject.tumour.grid.vessels]\n"
                   "pattern = \"network\"\nnetwork = \"net.csv\""));
}

TEST(StoredStudy, ALumpedTumourSaysThatItsGridIsIdle) {
    std::string text = grid_study("resolution = \"600 um\"");
    text.replace(text.find("\"grid\""), 6, "\"lumped\"");
    const auto prepared = test::prepare_text(text);
    ASSERT_EQ(prepared.built.warnings.size(), 1U);
    EXPECT_EQ(
        prepared.built.warnings[0].rfind("[subject.tumour.grid] of 'tumour' has no effect", 0), 0U)
        << prepared.built.warnings[0];
    EXPECT_TRUE(test::prepare_text(grid_study("resolution = \"600 um\"")).built.warnings.empty());
}

TEST(StoredStudy, ADoseThatIsGivenOnceSaysThatItsIntervalIsIdle) {
    std::string text = grid_study("resolution = \"600 um\"");
    text.replace(text.find("at = \"0 h\""), 10, "at = \"0 h\"\nevery = \"6 h\"");
    const auto warnings = test::prepare_text(text).built.warnings;
    ASSERT_EQ(warnings.size(), 1U);
    EXPECT_EQ(warnings[0].rfind("'every' of the dose of doxorubicin at 0 h has no effect", 0), 0U)
        << warnings[0];
}

TEST(StoredStudy, SaysWhenATumourMayOutgrowItsBox) {
    std::string text = grid_study("resolution = \"600 um\"");
    text.replace(text.find("until = \"1 h\""), 13, "until = \"168 h\"");
    EXPECT_TRUE(test::prepare_text(text).built.warnings.empty());
    const std::string tumour = "[subject.tumour.grid]";
    text.replace(text.find(tumour), tumour.size(),
                 "growth = {law = \"exponential\", doubling_time = \"3.5 d\"}\n" + tumour);
    // fourfold: 1.587 times the radius of 2.43 mm, here of its middle voxels: 1.4 mm more
    const auto warnings = test::prepare_text(text).built.warnings;
    ASSERT_EQ(warnings.size(), 1U);
    EXPECT_NE(warnings[0].find("from 60 to 240 mm3"), std::string::npos) << warnings[0];
    EXPECT_NE(warnings[0].find("margin = \"1.4 mm\""), std::string::npos) << warnings[0];
    text.replace(text.find(tumour), tumour.size(), tumour + "\nmargin = \"1.4 mm\"");
    EXPECT_TRUE(test::prepare_text(text).built.warnings.empty());
}

TEST(StoredStudy, DosesIntoADepotSayWhatIsTakenOfTheirAbsorption) {
    std::string text = grid_study("resolution = \"600 um\"");
    text.replace(text.find("at = \"0 h\""), 10,
                 "at = \"0 h\"\nroute = \"oral\"\nbioavailability = 0.2");
    std::string said;
    for (const auto& assumption : test::prepare_text(text).built.assumptions)
        if (assumption.find("oral") != std::string::npos) said += assumption;
    EXPECT_NE(said.find("20 % is absorbed"), std::string::npos) << said;
    EXPECT_NE(said.find("1 h (assumed)"), std::string::npos) << said;
    EXPECT_NE(said.find("Carriers are absorbed whole"), std::string::npos) << said;
}

}  // namespace
}  // namespace caravel::study
