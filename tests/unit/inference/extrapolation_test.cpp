#include "caravel/inference/delivery/extrapolation_carrier.hpp"

#include "caravel/base/error.hpp"
#include "caravel/body/law_disposition.hpp"
#include "caravel/input/reader.hpp"
#include "caravel/study/dispositions.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>

namespace caravel::inference::delivery {
namespace {

formulation::Disposition of_mice() {
    formulation::Disposition d;
    d.species = "mouse";
    d.calibrated_with = "a study in mice";
    d.degradation_half_life = 100.0;
    d.renal_sieving = 0.3;
    formulation::OrganDisposition liver;
    liver.organ = "liver";
    liver.uptake_clearance = 16.0;
    liver.permeability_surface = 8.0;
    liver.degradation_half_life = 10.0;
    liver.capacity = 5.0;
    formulation::OrganDisposition tumour;
    tumour.organ = "tumour";
    tumour.uptake_clearance = 3.0;
    d.organs = {liver, tumour};
    return d;
}

TEST(CarryDisposition, ScalesByTheFourthRootOfWeight) {
    // 0.02 kg to 5.12 kg: 256 times the weight, rates per mass a quarter.
    const auto carried = carry_disposition(of_mice(), 0.02, "human", 5.12).disposition;
    EXPECT_NEAR(*carried.organs[0].uptake_clearance, 4.0, 1e-12);
    EXPECT_NEAR(*carried.organs[0].permeability_surface, 2.0, 1e-12);
    EXPECT_NEAR(*carried.organs[0].degradation_half_life, 40.0, 1e-12);
    EXPECT_NEAR(carried.degradation_half_life, 400.0, 1e-10);
    EXPECT_EQ(*carried.organs[0].capacity, 5.0);
    EXPECT_EQ(*carried.organs[1].uptake_clearance, 3.0);
    EXPECT_EQ(*carried.renal_sieving, 0.3);
    EXPECT_EQ(carried.species, "human");
    EXPECT_TRUE(carried.calibrated_with.empty()) << "nothing was calibrated in the new species";
}

TEST(CarryDisposition, ListsEveryNumberItUsed) {
    const auto rows = carry_disposition(of_mice(), 0.02, "human", 70.0).rows;
    ASSERT_EQ(rows.size(), 5u);
    for (const auto& row : rows) {
        EXPECT_EQ(row.rfind("mouse: ", 0), 0u) << row;
        EXPECT_NE(row.find("a study in mice"), std::string::npos) << row;
    }
}

TEST(CarryDisposition, RefusesTheSameSpeciesAndNoWeight) {
    EXPECT_THROW(carry_disposition(of_mice(), 0.02, "mouse", 0.25), InputError);
    EXPECT_THROW(carry_disposition(of_mice(), 0.0, "rat", 0.25), InputError);
    EXPECT_THROW(carry_disposition(of_mice(), 0.02, "rat", -1.0), InputError);
}

/// The shipped tables with laws of their prior means; without the last when `is_whole` is false.
class DataFolder {
  public:
    explicit DataFolder(bool is_whole)
        : root_(std::filesystem::path(::testing::TempDir()) /
                ((is_whole ? "caravel_laws_" : "caravel_old_laws_") + std::to_string(::getpid()))) {
        std::filesystem::remove_all(root_);
        std::filesystem::create_directories(root_ / "delivery");
        for (const auto& entry : std::filesystem::directory_iterator(CARAVEL_SOURCE_DIR "/data"))
            if (entry.path().filename() != "delivery")
                std::filesystem::create_symlink(entry.path(), root_ / entry.path().filename());
        std::ofstream file(root_ / "delivery" / "laws.csv");
        file << "kind,name,unit,value\n";
        const auto& laws = body::law_parameters();
        for (std::size_t i = 0; i + (is_whole ? 0 : 1) < laws.size(); ++i)
            file << "parameter," << laws[i].name << ",1," << laws[i].prior_mean << '\n';
    }
    ~DataFolder() { std::filesystem::remove_all(root_); }
    DataFolder(const DataFolder&) = delete;
    DataFolder& operator=(const DataFolder&) = delete;

    formulation::Disposition find(const formulation::Formulation& carrier,
                                  const std::string& species) const {
        return study::find_disposition(carrier, species, root_ / "dispositions");
    }

  private:
    std::filesystem::path root_;
};

formulation::Formulation micelle() {
    return input::read<formulation::Formulation>(
        input::read_document(CARAVEL_SOURCE_DIR "/data/formulations/ph_micelle_doxorubicin.toml")
            .root);
}

double uptake(const formulation::Disposition& d, const std::string& organ) {
    for (const auto& o : d.organs)
        if (o.organ == organ) return o.uptake_clearance.value_or(0.0);
    return -1.0;
}

TEST(FindDisposition, TakesTheLawsWhereNothingIsMeasured) {
    const DataFolder data(true);
    const auto mouse = data.find(micelle(), "mouse");
    EXPECT_NE(mouse.source.find("by the property laws"), std::string::npos) << mouse.source;
    EXPECT_TRUE(mouse.calibrated_with.empty());
    ASSERT_TRUE(mouse.renal_sieving);
    EXPECT_GT(uptake(mouse, "liver"), 0.0);
    // 28 g and 71 kg: (71/0.028)^-1/4 = 0.1409 per organ mass.
    const auto human = data.find(micelle(), "human");
    for (const char* organ : {"liver", "spleen", "lung", "kidney"})
        EXPECT_NEAR(uptake(human, organ) / uptake(mouse, organ), 0.1409, 1e-4) << organ;
}

TEST(FindDisposition, OfTheFormulationGoesFirst) {
    const DataFolder data(true);
    auto carrier = micelle();
    carrier.dispositions = {of_mice()};
    EXPECT_EQ(data.find(carrier, "mouse").calibrated_with, "a study in mice");
    EXPECT_NE(data.find(carrier, "rat").source.find("property laws"), std::string::npos);
}

TEST(FindDisposition, IsGenericOutsideTheLawsRangeAndForLawsOfAnotherVersion) {
    const DataFolder data(true);
    auto carrier = micelle();
    carrier.hydrodynamic_diameter = 5e-6;
    EXPECT_EQ(data.find(carrier, "mouse").source, "generic particle, assumed");
    const DataFolder old(false);
    const auto told = old.find(micelle(), "mouse");
    EXPECT_NE(told.source.find("cannot be used"), std::string::npos) << told.source;
    EXPECT_NEAR(uptake(told, "liver"), 0.05e-6 / 3600.0 / 1e-3, 1e-15);
}

}  // namespace
}  // namespace caravel::inference::delivery
