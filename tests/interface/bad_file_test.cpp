// Files that are no studies, and tables that are no data.
#include "example_study.hpp"
#include "support/sanitized.hpp"

namespace caravel::interface_test {
namespace {

struct BadFile {
    const char* name;
    std::string content;
    const char* message;
};

void PrintTo(const BadFile& file, std::ostream* out) { *out << file.name; }

Finished check(const fs::path& folder, const std::string& study) {
    HowToRun how;
    how.folder = folder;
    how.timeout = 30.0;
    return run({"check", study}, how);
}

class BadFiles : public testing::TestWithParam<BadFile> {};

TEST_P(BadFiles, are_refused_with_a_reason) {
    const Scratch folder;
    write_file(folder / "x.toml", GetParam().content);
    const Finished finished = check(folder.path(), "x.toml");
    EXPECT_EQ(finished.code, 3);
    EXPECT_EQ(finished.err, std::string(GetParam().message) + "\n");
}

const BadFile files[] = {
    {"empty", "", "x.toml: the file is empty"},
    {"binary",
     std::string("\x7f"
                 "ELF\0\0\1",
                 7),
     "x.toml: looks like a binary file, expected text in UTF-8"},
    {"latin_1", "[study]\nname = \"\xb5\"\n",
     "x.toml:2: not valid UTF-8 at line 2 (byte 16 of the file) (save the file as UTF-8)"},
    {"deep", "a = " + std::string(10000, '[') + std::string(10000, ']') + "\n",
     "x.toml:1:69: nested deeper than 64 levels"},
};

INSTANTIATE_TEST_SUITE_P(Interface, BadFiles, testing::ValuesIn(files),
                         [](const auto& tested) { return std::string(tested.param.name); });

TEST(BadFilesOfOtherKinds, deep_json_is_refused) {
    const Scratch folder;
    write_file(folder / "x.json",
               "{\"a\":" + std::string(10000, '[') + std::string(10000, ']') + "}");
    const Finished finished = check(folder.path(), "x.json");
    EXPECT_EQ(finished.code, 3);
    EXPECT_EQ(finished.err, "x.json:1:70: nested deeper than 64 levels\n");
}

TEST(BadFilesOfOtherKinds, a_file_of_100_MB_is_refused_unread) {
    const Scratch folder;
    write_file(folder / "empty.toml", "");
    write_file(folder / "x.toml", "");
    fs::resize_file(folder / "x.toml", 100'000'000);
    const Finished finished = check(folder.path(), "x.toml");
    EXPECT_EQ(finished.code, 3);
    EXPECT_EQ(finished.err, "x.toml: the file has 100000000 bytes, at most 16777216 are read\n");
    // The sanitizers' own bookkeeping is larger than the program.
    if (!test::is_sanitized) {
        EXPECT_LT(finished.peak_memory, 50e6);
    }
    // As much as the program takes for a file without content, however it was built.
    EXPECT_LT(finished.peak_memory, check(folder.path(), "empty.toml").peak_memory + 5e6);
}

TEST(BadFilesOfOtherKinds, a_missing_study_and_a_folder_are_io_errors) {
    const Scratch folder;
    const Finished missing = check(folder.path(), "nowhere.toml");
    EXPECT_EQ(missing.code, 6);
    EXPECT_EQ(missing.err, "error: cannot read 'nowhere.toml': No such file or directory\n");
    const Finished is_folder = check(folder.path(), "/tmp");
    EXPECT_EQ(is_folder.code, 6);
    EXPECT_EQ(is_folder.err, "error: cannot read '/tmp': Is a directory\n");
}

class BadData : public testing::TestWithParam<BadFile> {};

TEST_P(BadData, is_told_where_and_how) {
    const Scratch folder;
    write_study(folder.path(), study_text(), GetParam().content);
    const Finished finished = check(folder.path(), "study.toml");
    EXPECT_EQ(finished.code, 3);
    EXPECT_EQ(finished.err, std::string(GetParam().message) + "\n");
}

const std::string head = "time [h],observable,value,unit\n";
const BadFile tables[] = {
    {"ragged_row", head + "1,tumour.volume,200,mm3\n2,tumour.volume\n",
     "measured.csv:3: this row has 2 cells, expected 4 as in the header"},
    {"unknown_observable", head + "1,tumour.volum,200,mm3\n",
     "measured.csv:2:1: no observable is named 'tumour.volum', expected a name from 'caravel list "
     "observables' (did you mean 'tumour.volume'?)"},
    {"unknown_unit", head + "1,tumour.volume,200,mmm3\n",
     "measured.csv:2:1: unknown unit 'mmm' in 'mmm3', expected a unit such as ug/mL (did you mean "
     "'mm'?)"},
    {"other_dimension", head + "1,tumour.volume,200,h\n",
     "measured.csv:2:1: 'h' is no unit of tumour.volume, expected a unit such as mm3"},
    {"not_a_number", head + "1,tumour.volume,large,mm3\n",
     "measured.csv:2:3: value is \"large\", expected a finite number"},
    {"unknown_column", "time [h],observable,value,unit,spred\n1,tumour.volume,2,mm3,1\n",
     "measured.csv: unknown column 'spred', expected time [unit], value, unit, observable, "
     "spread, source or limit (did you mean 'spread'?)"},
    {"unknown_limit", "time [h],observable,value,unit,limit\n1,tumour.volume,2,mm3,bellow\n",
     "measured.csv:2:1: limit is 'bellow', expected 'below' or nothing"},
    {"time_without_unit", "time,observable,value,unit\n1,tumour.volume,2,mm3\n",
     "measured.csv: unknown column 'time', expected time [unit], value, unit, observable, spread, "
     "source or limit"},
    {"empty_table", "", "measured.csv: the file is empty"},
    {"not_utf8", head + "1,tumour.volume,2,\xb5L\n",
     "measured.csv:2: not valid UTF-8 at line 2 (byte 49 of the file) (save the file as UTF-8)"},
};

INSTANTIATE_TEST_SUITE_P(Interface, BadData, testing::ValuesIn(tables),
                         [](const auto& tested) { return std::string(tested.param.name); });

}  // namespace
}  // namespace caravel::interface_test
