#include "caravel/report/vti_file.hpp"

#include "caravel/base/error.hpp"
#include "caravel/report/atomic_file.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <stdexcept>

#include <unistd.h>

namespace caravel::report {
namespace {

namespace fs = std::filesystem;

class VtiFile : public testing::Test {
  protected:
    void SetUp() override {
        folder_ = fs::temp_directory_path() /
                  ("caravel-vti-" + std::to_string(::getpid()) + "-" +
                   testing::UnitTest::GetInstance()->current_test_info()->name());
        fs::remove_all(folder_);
        fs::create_directories(folder_);
        for (int i = 0; i < 24; ++i) {
            first_.push_back(0.125 * i);
            second_.push_back(1.0 / (1.0 + i));
        }
    }
    void TearDown() override { fs::remove_all(folder_); }
    std::vector<VolumeField> fields() const {
        return {{"oxygen", "mmHg", view_of(first_)}, {"viable", "", view_of(second_)}};
    }
    std::string written(bool single_precision) const {
        write_vti(folder_ / "a.vti", grid_, 3600.0, fields(), single_precision);
        return read_whole_file(folder_ / "a.vti");
    }

    fs::path folder_;
    Grid grid_{4, 3, 2, {2e-5, 3e-5, 1e-3}, {-4e-5, 0.0, 5e-2}};
    std::vector<double> first_;
    std::vector<double> second_;
};

/// The array that the appended data hold at an offset.
template <class T>
std::vector<double> appended(const std::string& file, std::size_t offset) {
    const std::size_t start = file.find("\n_") + 2 + offset;
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, file.data() + start, sizeof(bytes));
    std::vector<T> values(bytes / sizeof(T));
    std::memcpy(values.data(), file.data() + start + sizeof(bytes), bytes);
    return {values.begin(), values.end()};
}

TEST_F(VtiFile, SaysWhereTheValuesLie) {
    const std::string file = written(false);
    const std::string head =
        "<?xml version=\"1.0\"?>\n"
        "<VTKFile type=\"ImageData\" version=\"1.0\" byte_order=\"LittleEndian\" "
        "header_type=\"UInt64\">\n"
        "<ImageData WholeExtent=\"0 4 0 3 0 2\" Origin=\"-0.04 0 50\" Spacing=\"0.02 0.03 1\">\n"
        "<FieldData>\n"
        "<DataArray type=\"Float64\" Name=\"TimeValue\" NumberOfTuples=\"1\" "
        "format=\"ascii\">3600</DataArray>\n"
        "<DataArray type=\"String\" Name=\"length_unit\" NumberOfTuples=\"1\" "
        "format=\"ascii\">109 109 0</DataArray>\n"
        "</FieldData>\n"
        "<Piece Extent=\"0 4 0 3 0 2\">\n<CellData>\n"
        "<DataArray type=\"Float64\" Name=\"oxygen [mmHg]\" format=\"appended\" offset=\"0\"/>\n"
        "<DataArray type=\"Float64\" Name=\"viable\" format=\"appended\" offset=\"200\"/>\n"
        "</CellData>\n</Piece>\n</ImageData>\n<AppendedData encoding=\"raw\">\n_";
    EXPECT_EQ(file.substr(0, head.size()), head);
    EXPECT_EQ(file.substr(file.size() - 28), "\n</AppendedData>\n</VTKFile>\n");
    EXPECT_EQ(file.size(), head.size() + 400u + 28u);
}

TEST_F(VtiFile, HoldsTheValuesInBothPrecisions) {
    const std::string twice = written(false);
    EXPECT_EQ(appended<double>(twice, 0), first_);
    EXPECT_EQ(appended<double>(twice, 200), second_);
    const std::string once = written(true);
    EXPECT_NE(once.find("Name=\"viable\" format=\"appended\" offset=\"104\""), std::string::npos);
    EXPECT_EQ(appended<float>(once, 0), first_);
    const std::vector<double> rounded = appended<float>(once, 104);
    for (std::size_t i = 0; i < rounded.size(); ++i)
        EXPECT_EQ(rounded[i], static_cast<double>(static_cast<float>(second_[i])));
}

TEST_F(VtiFile, UnitsAreEscaped) {
    std::vector<VolumeField> fields{{"dose", "%{ID}<&\">", view_of(first_)}};
    write_vti(folder_ / "a.vti", grid_, 0.0, fields);
    EXPECT_NE(read_whole_file(folder_ / "a.vti").find("\"dose [%{ID}&lt;&amp;&quot;&gt;]\""),
              std::string::npos);
}

TEST_F(VtiFile, ListsTheFilesOfASeries) {
    write_vti_series(folder_ / "a.pvd", {{0.0, "t0.vti"}, {60.0, "t1.vti"}});
    EXPECT_EQ(read_whole_file(folder_ / "a.pvd"),
              "<?xml version=\"1.0\"?>\n"
              "<VTKFile type=\"Collection\" version=\"1.0\" byte_order=\"LittleEndian\">\n"
              "<Collection>\n"
              "<DataSet timestep=\"0\" part=\"0\" file=\"t0.vti\"/>\n"
              "<DataSet timestep=\"60\" part=\"0\" file=\"t1.vti\"/>\n"
              "</Collection>\n</VTKFile>\n");
}

TEST_F(VtiFile, RefusesFieldsThatDoNotFit) {
    const auto message = [&](const std::vector<VolumeField>& fields) -> std::string {
        try {
            write_vti(folder_ / "a.vti", grid_, 0.0, fields);
        } catch (const std::invalid_argument& error) {
            return error.what();
        }
        return "no error";
    };
    EXPECT_EQ(message({{"", "", view_of(first_)}}), "'' is no name of a field");
    EXPECT_EQ(message({{"a/b", "", view_of(first_)}}), "'a/b' is no name of a field");
    EXPECT_EQ(message({{"a", "", view_of(first_)}, {"a", "", view_of(first_)}}),
              "two fields have the name 'a'");
    EXPECT_EQ(message({{"a", "", view_of(first_).part(0, 3)}}),
              "field 'a' has 3 values for 24 cells");
    second_[23] = INFINITY;
    EXPECT_THROW(write_vti(folder_ / "a.vti", grid_, 0.0, fields()), NumericalError);
    EXPECT_TRUE(fs::is_empty(folder_));
}

}  // namespace
}  // namespace caravel::report
