#include "caravel/matter/table.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

namespace caravel::matter {
namespace {

const std::string header = "name,property,context,value,unit,source,licence,status\n";

/// A folder with five small tables that goes away with the test.
class TableTest : public testing::Test {
  protected:
    TableTest()
        : folder_(std::filesystem::temp_directory_path() /
                  ("caravel_table_" +
                   std::string(testing::UnitTest::GetInstance()->current_test_info()->name()))) {
        std::filesystem::create_directories(folder_);
        for (const char* name : {"materials", "species", "tumour_lines", "receptors"})
            write(std::string(name) + ".csv", header);
        write("agents.csv",
              header +
                  "doxorubicin,molar_mass,,543.52,g/mol,Merck,facts,measured\n"
                  "doxorubicin,clearance,mouse,60,mL/min/kg,recalled,facts,assumed\n"
                  "doxorubicin,clearance,human,10,mL/min/kg,text,facts,fitted\n"
                  "daunorubicin,molar_mass,,527.52,g/mol,\"A, B 1999\",CC0,measured\n");
    }
    ~TableTest() override { std::filesystem::remove_all(folder_); }

    void write(const std::string& file, const std::string& text) const {
        std::ofstream(folder_ / file, std::ios::binary) << text;
    }
    std::string agents_error(const std::string& row) const {
        write("agents.csv", header + row);
        try {
            FactTable::read(folder_ / "agents.csv");
        } catch (const InputError& error) {
            return error.diagnostics().front().what;
        }
        return "no error";
    }

    std::filesystem::path folder_;
};

template <class Action>
std::string message_of(Action action) {
    try {
        action();
    } catch (const InputError& error) {
        return error.what();
    }
    return "no error";
}

TEST_F(TableTest, ReadsARowWithItsUnitSourceLicenceStatusAndLine) {
    const FactTable table = FactTable::read(folder_ / "agents.csv");
    const Fact* fact = table.find("daunorubicin", "molar_mass");
    ASSERT_NE(fact, nullptr);
    EXPECT_DOUBLE_EQ(fact->si, 0.52752);  // kg/mol
    EXPECT_DOUBLE_EQ(fact->value, 527.52);
    EXPECT_EQ(fact->unit, "g/mol");
    EXPECT_EQ(fact->source, "A, B 1999");
    EXPECT_EQ(fact->licence, "CC0");
    EXPECT_EQ(fact->status, Status::measured);
    EXPECT_EQ(fact->line, 5);
}

TEST_F(TableTest, KeepsContextsApart) {
    const FactTable table = FactTable::read(folder_ / "agents.csv");
    EXPECT_EQ(table.find("doxorubicin", "clearance", "mouse")->status, Status::assumed);
    EXPECT_EQ(table.find("doxorubicin", "clearance", "human")->status, Status::fitted);
    EXPECT_EQ(table.find("doxorubicin", "clearance"), nullptr);
    EXPECT_EQ(table.all("doxorubicin").size(), 3u);
}

TEST_F(TableTest, ListsNamesSorted) {
    const FactTable table = FactTable::read(folder_ / "agents.csv");
    EXPECT_EQ(table.names(), (std::vector<std::string>{"daunorubicin", "doxorubicin"}));
    EXPECT_TRUE(table.has("doxorubicin"));
    EXPECT_FALSE(table.has("doxorubici"));
}

TEST_F(TableTest, ConvertsToSi) {
    Library library(folder_);
    // 60 mL/min/kg = 60e-6 m3 / 60 s / kg
    EXPECT_DOUBLE_EQ(library.value("agents", "doxorubicin", "clearance", "mouse"), 1e-6);
}

TEST_F(TableTest, UnknownNameSaysWhatIsMeant) {
    Library library(folder_);
    EXPECT_EQ(message_of([&] { library.value("agents", "doxorubicn", "molar_mass"); }),
              "unknown agent 'doxorubicn' (did you mean 'doxorubicin'?)");
    EXPECT_EQ(message_of([&] {
                  library.require("agents", "doxorubicn", {"s.toml", 7, 3});
              }),
              "s.toml:7:3: unknown agent 'doxorubicn' (did you mean 'doxorubicin'?)");
    EXPECT_EQ(message_of([&] {
                  library.require("tumour_lines", "4T1", {"s.toml", 7, 3});
              }),
              "s.toml:7:3: unknown tumour line '4T1'");
    EXPECT_NO_THROW(library.require("agents", "doxorubicin", {}));
}

TEST_F(TableTest, MissingValueSaysWhatIsKnown) {
    Library library(folder_);
    EXPECT_EQ(message_of([&] { library.value("agents", "doxorubicin", "clearance", "rat"); }),
              "no value for 'clearance' (rat) of agent 'doxorubicin' (known for: mouse, human)");
    EXPECT_EQ(message_of([&] { library.value("agents", "doxorubicin", "molar_mas"); }),
              "no value for 'molar_mas' of agent 'doxorubicin' (did you mean 'molar_mass'?)");
    EXPECT_EQ(message_of([&] { library.value("agents", "doxorubicin", "clearance"); }),
              "no value for 'clearance' of agent 'doxorubicin' (known for: mouse, human)");
}

TEST_F(TableTest, UnknownTableIsAnError) {
    Library library(folder_);
    EXPECT_EQ(message_of([&] { library.value("agent", "doxorubicin", "molar_mass"); }),
              "unknown table 'agent', expected agents, materials, receptors, species, "
              "tumour_lines (did you mean 'agents'?)");
}

TEST_F(TableTest, DefinedFactGoesBeforeAShippedOneAndExtendsTheTable) {
    Library library(folder_);
    const double shipped = library.value("agents", "doxorubicin", "molar_mass");
    Fact fact;
    fact.name = "doxorubicin";
    fact.property = "molar_mass";
    fact.si = 2.0 * shipped;
    library.define("agents", fact);
    EXPECT_EQ(library.value("agents", "doxorubicin", "molar_mass"), 2.0 * shipped);
    fact.name = "mine";
    library.define("agents", fact);
    EXPECT_EQ(library.value("agents", "mine", "molar_mass"), 2.0 * shipped);
    EXPECT_EQ(library.used().size(), 2u);
}

TEST_F(TableTest, FindAnswersNothingInsteadOfThrowing) {
    Library library(folder_);
    EXPECT_FALSE(library.find("agents", "doxorubicin", "clearance", "rat").has_value());
    EXPECT_FALSE(library.find("agents", "nonsense", "clearance").has_value());
    EXPECT_DOUBLE_EQ(library.find("agents", "doxorubicin", "molar_mass").value(), 0.54352);
}

TEST_F(TableTest, RemembersEveryFactOnceSorted) {
    Library library(folder_);
    EXPECT_TRUE(library.used().empty());
    library.value("agents", "doxorubicin", "molar_mass");
    library.value("agents", "doxorubicin", "molar_mass");
    library.find("agents", "doxorubicin", "clearance", "mouse");
    library.find("agents", "doxorubicin", "clearance", "rat");
    library.value("agents", "daunorubicin", "molar_mass");
    const Library moved = std::move(library);
    const std::vector<Fact> used = moved.used();
    ASSERT_EQ(used.size(), 3u);
    EXPECT_EQ(used[0].name, "daunorubicin");
    EXPECT_EQ(used[1].property, "clearance");
    EXPECT_EQ(used[2].property, "molar_mass");
}

TEST_F(TableTest, RefusesRowsThatSayTooLittleOrTooMuch) {
    EXPECT_EQ(agents_error("a,b,,1,g/mol,text,facts,guessed\n"), "unknown status 'guessed'");
    EXPECT_EQ(agents_error("a,b,,1,g/mol,,facts,assumed\n"), "empty source");
    EXPECT_EQ(agents_error("a,b,,1,g/mol,text,,assumed\n"), "empty licence");
    EXPECT_EQ(agents_error(",b,,1,g/mol,text,facts,assumed\n"), "empty name");
    EXPECT_EQ(agents_error("a,b,,1,g/mol,t,facts,assumed\na,b,,2,g/mol,t,facts,assumed\n"),
              "second value for 'b' of 'a'");
    EXPECT_EQ(agents_error("a,b,,1,furlong,text,facts,assumed\n").substr(0, 23),
              "'furlong' is not a unit");
    EXPECT_NE(agents_error("a,b,,one,g/mol,text,facts,assumed\n"), "no error");
}

TEST_F(TableTest, PlacesAnErrorAtItsCell) {
    write("agents.csv", header + "# a note\na,b,,1,g/mol,text,facts,guessed\n");
    try {
        FactTable::read(folder_ / "agents.csv");
        FAIL();
    } catch (const InputError& error) {
        EXPECT_EQ(error.diagnostics().front().where.line, 3);
        EXPECT_EQ(error.diagnostics().front().where.column, 8);
        EXPECT_EQ(error.diagnostics().front().expected, "measured, fitted or assumed");
    }
}

TEST_F(TableTest, CollectsTheMistakesOfAFile) {
    write("agents.csv", header + "a,b,,1,g/mol,text,facts,guessed\nc,d,,1,g/mol,,facts,assumed\n");
    try {
        FactTable::read(folder_ / "agents.csv");
        FAIL();
    } catch (const InputError& error) {
        ASSERT_EQ(error.diagnostics().size(), 2u);
        EXPECT_EQ(error.diagnostics()[0].where.line, 2);
        EXPECT_EQ(error.diagnostics()[1].where.line, 3);
    }
}

TEST_F(TableTest, RefusesAFileWithoutItsColumns) {
    write("agents.csv", "name,property,value\na,b,1\n");
    EXPECT_THROW(FactTable::read(folder_ / "agents.csv"), InputError);
}

}  // namespace
}  // namespace caravel::matter
