#include "caravel/inference/fit/petab_tables.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include <unistd.h>

namespace caravel::inference::fit {
namespace {

/// A problem of two parameters in a folder of its own; tests spoil one file of it.
class PetabFolder : public testing::Test {
  protected:
    void SetUp() override {
        folder_ = std::filesystem::temp_directory_path() /
                  ("petab_" + std::to_string(getpid()) + "_" +
                   testing::UnitTest::GetInstance()->current_test_info()->name());
        std::filesystem::create_directories(folder_);
        write("p.yaml",
              "format_version: 1\n"
              "parameter_file: par.tsv\n"
              "problems:\n"
              "- condition_files: [con.tsv]\n"
              "  measurement_files: [mea.tsv]\n"
              "  observable_files: [obs.tsv]\n"
              "  sbml_files: [m.xml]\n");
        write("m.xml", "<sbml/>");
        write("par.tsv",
              "parameterId\tparameterScale\tlowerBound\tupperBound\tnominalValue\t"
              "estimate\tobjectivePriorType\tobjectivePriorParameters\n"
              "k\tlog\t0.01\t100\t2\t1\tparameterScaleNormal\t0;2.302585092994046\n"
              "s\tlin\t0\t1\t0.5\t0\n");
        write("con.tsv", "conditionId\tdose\tA\nlow\t1\tk\nhigh\t10\tNaN\n");
        write("obs.tsv",
              "observableId\tobservableFormula\tobservableTransformation\tnoiseFormula\n"
              "y\tobservableParameter1_y*A^observableParameter2_y\tlog10\tnoiseParameter1_y\n");
        write("mea.tsv",
              "observableId\tsimulationConditionId\tmeasurement\ttime\t"
              "observableParameters\tnoiseParameters\tdatasetId\n"
              "y\tlow\t0.5\t1\t2\ts\td1\ny\thigh\t0.7\t2\tk;3\t0.1\td2\n");
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    void write(const std::string& name, const std::string& text) const {
        std::ofstream(folder_ / name) << text;
    }
    PetabTables read() const { return read_petab_tables(folder_ / "p.yaml"); }
    /// What is wrong, the folder's path left out.
    std::string error() const {
        try {
            read();
        } catch (const InputError& error) {
            std::string text = error.what();
            const std::string path = (folder_ / "").string();
            for (auto i = text.find(path); i != std::string::npos; i = text.find(path))
                text.erase(i, path.size());
            return text;
        }
        return "no error";
    }

  private:
    std::filesystem::path folder_;
};

TEST_F(PetabFolder, HoldsEveryTable) {
    const auto tables = read();
    ASSERT_EQ(tables.parameters.size(), 2u);
    EXPECT_EQ(tables.parameters[0].name, "k");
    EXPECT_EQ(tables.parameters[0].scale, Scale::log10);
    EXPECT_TRUE(tables.parameters[0].is_estimated);
    EXPECT_FALSE(tables.parameters[1].is_estimated);
    EXPECT_EQ(tables.parameters[1].nominal, 0.5);
    ASSERT_EQ(tables.conditions.size(), 2u);
    EXPECT_EQ(tables.conditions[0].values,
              (std::vector<std::pair<std::string, std::string>>{{"dose", "1"}, {"A", "k"}}));
    EXPECT_EQ(tables.conditions[1].values.size(), 1u);  // NaN: as in the model
    ASSERT_EQ(tables.measurements.size(), 2u);
    EXPECT_EQ(tables.measurements[1].observable_parameters, (std::vector<std::string>{"k", "3"}));
    EXPECT_EQ(tables.measurements[1].noise_parameters, std::vector<std::string>{"0.1"});
    EXPECT_EQ(tables.observables[0].transformation, PetabTransformation::log10);
}
TEST_F(PetabFolder, APriorOnTheNaturalLogarithmIsOneOnLog10) {
    const auto prior = std::get<Normal>(read().parameters[0].prior.value());
    EXPECT_TRUE(read().parameters[0].prior_is_on_scale);
    EXPECT_DOUBLE_EQ(prior.standard_deviation, 1.0);
}
TEST_F(PetabFolder, IdentityFollowsEveryFile) {
    const auto before = read().identity;
    EXPECT_EQ(read().identity, before);
    write("m.xml", "<sbml />");
    EXPECT_NE(read().identity, before);
}
TEST_F(PetabFolder, RefusesNamesThatNoTableKnows) {
    write("mea.tsv",
          "observableId\tsimulationConditionId\tmeasurement\ttime\n"
          "yy\tlow\t1\t1\ny\thig\t1\t1\n");
    EXPECT_EQ(error(),
              "mea.tsv:2:1: there is no observable 'yy' (did you mean 'y'?)\n"
              "mea.tsv:3:1: there is no condition 'hig' (did you mean 'high'?)");
}
TEST_F(PetabFolder, RefusesNegativeTimesAndNumbersThatAreNone) {
    write("mea.tsv",
          "observableId\tsimulationConditionId\tmeasurement\ttime\n"
          "y\tlow\tNaN\t1\ny\thigh\t1\t-1\ny\tlow\t1\tinf\n");
    EXPECT_EQ(error(),
              "mea.tsv:2:3: measurement is \"NaN\", expected a finite number\n"
              "mea.tsv:3:4: time is -1, expected 0 or more\n"
              "mea.tsv:4:4: a measurement at steady state is not supported, expected a "
              "finite time");
}
TEST_F(PetabFolder, RefusesValuesThatNoPlaceholderTakes) {
    write("obs.tsv",
          "observableId\tobservableFormula\tnoiseFormula\n"
          "y\tobservableParameter1_y*A+observableParameter2_yy\tnoiseParameter1_y\n");
    write("mea.tsv",
          "observableId\tsimulationConditionId\tmeasurement\ttime\t"
          "observableParameters\tnoiseParameters\n"
          "y\tlow\t0.5\t1\t2\ts\ny\thigh\t0.7\t2\tk;3\t0.1;0.2\n");
    EXPECT_EQ(error(),
              "mea.tsv:3:1: value 2 of observableParameters has no use: no formula of 'y' has "
              "'observableParameter2_y', expected one value for each placeholder\n"
              "mea.tsv:3:1: value 2 of noiseParameters has no use: no formula of 'y' has "
              "'noiseParameter2_y', expected one value for each placeholder");
}
TEST_F(PetabFolder, RefusesPreequilibrationByName) {
    write("mea.tsv",
          "observableId\tpreequilibrationConditionId\tsimulationConditionId\t"
          "measurement\ttime\ny\tlow\thigh\t1\t1\n");
    EXPECT_EQ(error(),
              "mea.tsv:2:2: preequilibration is not supported, expected measurements that "
              "start from the model's initial values");
}
TEST_F(PetabFolder, RefusesParametersWithoutBounds) {
    write("par.tsv",
          "parameterId\tparameterScale\tlowerBound\tupperBound\testimate\n"
          "k\tlog10\t\t100\t1\n");
    EXPECT_EQ(error(), "par.tsv:2:3: lowerBound is empty, expected a finite number");
}
TEST_F(PetabFolder, RefusesIdsGivenTwice) {
    write("con.tsv", "conditionId\nlow\nhigh\nlow\n");
    EXPECT_EQ(error(), "con.tsv:4:1: condition 'low' is given twice");
}
TEST_F(PetabFolder, RefusesAnEmptyProblem) {
    write("mea.tsv", "observableId\tsimulationConditionId\tmeasurement\ttime\n");
    EXPECT_EQ(error(), "p.yaml: the problem has no measurements");
}
TEST_F(PetabFolder, RefusesVersionTwoAndKeysItDoesNotKnow) {
    write("p.yaml", "format_version: 2.0.0\nparameter_file: par.tsv\nproblems: []\n");
    EXPECT_EQ(error(), "p.yaml:1:17: PEtab of version 2.0.0, expected version 1");
}

}  // namespace
}  // namespace caravel::inference::fit
