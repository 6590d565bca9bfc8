#include "caravel/report/nifti_file.hpp"
#include "caravel/tissue/domain/domain.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <iterator>

#include <unistd.h>

namespace caravel::tissue {
namespace {

namespace fs = std::filesystem;

/// A segmentation of 12 x 10 x 8 voxels of 0.1 x 0.1 x 0.2 mm: tumour (label 2) in a box of
/// 4 x 4 x 4 from (3, 3, 2), organ (5) at x = 11, air (0) elsewhere at the top, else 1.
class Segmentation : public testing::Test {
  protected:
    void SetUp() override {
        folder_ = fs::temp_directory_path() /
                  ("caravel-domain-" + std::to_string(::getpid()) + "-" +
                   testing::UnitTest::GetInstance()->current_test_info()->name());
        fs::remove_all(folder_);
        fs::create_directories(folder_);
        for (index_t k = 0; k < 8; ++k)
            for (index_t j = 0; j < 10; ++j)
                for (index_t i = 0; i < 12; ++i) labels_.push_back(label(i, j, k));
        write();
        input_.shape = "file";
        input_.file = "labels.nii.gz";
        input_.labels = {{0, "outside"}, {1, "normal"}, {2, "tumour"}, {5, "organ"}};
    }
    void TearDown() override { fs::remove_all(folder_); }

    static double label(index_t i, index_t j, index_t k) {
        const auto within = [](index_t n, index_t low) { return n >= low && n < low + 4; };
        if (within(i, 3) && within(j, 3) && within(k, 2)) return 2.0;
        if (k == 7) return 0.0;
        return i == 11 ? 5.0 : 1.0;
    }
    void write() const {
        report::write_nifti(folder_ / "labels.nii.gz", grid_,
                            {"labels", "", {labels_.data(), std::ssize(labels_)}}, "labels");
    }
    Location place() const { return {(folder_ / "study.toml").string(), 3, 1}; }
    Domain make() const { return make_domain(input_, 0.0, place()); }
    std::string refusal() const {
        try {
            make();
        } catch (const InputError& error) {
            return error.what();
        }
        return "no error";
    }

    fs::path folder_;
    Grid grid_{12, 10, 8, {1e-4, 1e-4, 2e-4}, {-1e-3, 0.0, 5e-3}};
    std::vector<double> labels_;
    DomainInput input_;
};

TEST_F(Segmentation, KeepsItsVoxelsAndItsVolume) {
    const Domain domain = make();
    EXPECT_EQ(domain.grid.nx, 12);
    for (std::size_t d = 0; d < 3; ++d) {
        EXPECT_NEAR(domain.grid.spacing[d], grid_.spacing[d], 1e-15);
        EXPECT_NEAR(domain.grid.origin[d], grid_.origin[d], 1e-9);
    }
    EXPECT_NEAR(domain.tumour_volume(), 64.0 * 2e-12, 1e-22);
    EXPECT_NEAR(domain.volume(Region::organ), 70.0 * 2e-12, 1e-22);
    EXPECT_NEAR(domain.volume(Region::outside), 120.0 * 2e-12, 1e-22);
    EXPECT_EQ(domain.copies, 1.0);
    EXPECT_EQ(plan_domain(input_, 0.0, place()).grid, domain.grid);
}

TEST_F(Segmentation, ResampledKeepsTheTumoursVolume) {
    for (const double h : {0.5e-4, 0.7e-4, 1.6e-4}) {
        input_.resolution = h;
        const Domain domain = make();
        EXPECT_NEAR(domain.tumour_volume(), 64.0 * 2e-12, 1e-20) << h;
        EXPECT_NEAR(domain.grid.spacing[2], h, 1e-18);
        EXPECT_EQ(plan_domain(input_, 0.0, place()).grid, domain.grid);
    }
    input_.resolution = 0.5e-4;
    EXPECT_NEAR(make().volume(Region::organ), 70.0 * 2e-12, 1e-20);
}

TEST_F(Segmentation, IsCutToTheTumourWithItsMargin) {
    input_.margin = 1.5e-4;
    const Domain domain = make();
    // Two voxels along x and y, one along z.
    EXPECT_EQ(domain.grid.nx, 8);
    EXPECT_EQ(domain.grid.ny, 8);
    EXPECT_EQ(domain.grid.nz, 6);
    EXPECT_NEAR(domain.grid.origin[0], -0.9e-3, 1e-9);
    EXPECT_NEAR(domain.tumour_volume(), 64.0 * 2e-12, 1e-22);
    EXPECT_EQ(plan_domain(input_, 0.0, place()).grid, domain.grid);
    input_.margin = 1.0;
    EXPECT_EQ(make().grid.nx, 12);
}

TEST_F(Segmentation, RefusesUnknownLabelsWithTheKnownOnes) {
    input_.labels.pop_back();
    EXPECT_EQ(refusal(), place().file + ":3:1: '" + (folder_ / "labels.nii.gz").string() +
                             "' holds label 5, which has no region, expected 0 outside, 1 normal, "
                             "2 tumour (add [[label]] value = 5)");
    input_.labels.push_back({2, "organ"});
    EXPECT_EQ(refusal(), place().file + ":3:1: label 2 is named twice, expected each label once");
}

TEST_F(Segmentation, RefusesAnEmptyTumour) {
    input_.labels[2].region = "bone";
    EXPECT_EQ(refusal(), place().file + ":3:1: '" + (folder_ / "labels.nii.gz").string() +
                             "' holds no voxel of tumour, expected a label with region = "
                             "\"tumour\" that occurs in the file");
}

TEST_F(Segmentation, WithoutLabelsOneIsTumourAndNothingNormal) {
    for (double& label : labels_) label = label == 2.0 ? 1.0 : 0.0;
    write();
    input_.labels.clear();
    const Domain domain = make();
    EXPECT_NEAR(domain.tumour_volume(), 64.0 * 2e-12, 1e-22);
    EXPECT_NEAR(domain.volume(Region::normal), (960.0 - 64.0) * 2e-12, 1e-20);
}

TEST_F(Segmentation, RefusesAMissingFileAndTooFineVoxels) {
    input_.resolution = 1e-7;
    EXPECT_EQ(refusal(), place().file +
                             ":3:1: a resolution of 0.1 um for 'labels.nii.gz' needs 1.9e+12 "
                             "voxels, expected at most 2.1e9 voxels (a resolution of 0.973 um or "
                             "coarser would fit)");
    input_.file = "absent.nii";
    EXPECT_THROW(make(), IoError);
}

}  // namespace
}  // namespace caravel::tissue
