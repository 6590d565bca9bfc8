// NIST/ISMRM system phantom (K. F. Stupic et al., Magn Reson Med 86 (2021) 1194) scanned and
// fitted.
#include "caravel/imaging/mri/mri_scan.hpp"
#include "caravel/input/csv.hpp"
#include "support/shared_data.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace caravel::imaging {
namespace {

constexpr double mm = 1e-3;

struct Sphere {
    std::string name{};
    double t1 = 0.0;  // s
    double t2 = 0.0;
};

std::vector<Sphere> spheres(const std::filesystem::path& data, const std::string& array) {
    const auto csv = input::read_csv(data / "imaging" / "mri_phantom_nist.csv");
    std::vector<Sphere> list;
    for (const auto& row : csv.rows) {
        if (row[0] != array) continue;
        list.push_back({array + row[1], std::stod(row[4]) * 1e-3, std::stod(row[5]) * 1e-3});
    }
    return list;
}

void define(matter::Library& library, const Sphere& s) {
    const auto fact = [&](const char* property, const char* context, double si, const char* unit) {
        matter::Fact f;
        f.name = s.name;
        f.property = property;
        f.context = context;
        f.si = f.value = si;
        f.unit = unit;
        f.source = "Stupic 2021";
        f.licence = "facts";
        f.status = matter::Status::measured;
        library.define("tissue_mri", f);
    };
    fact("proton_density", "", 1.0, "1");
    fact("t1", "3 T", s.t1, "s");
    fact("t2", "3 T", s.t2, "s");
    fact("t2_star", "3 T", s.t2, "s");
}

/// Discs of 14 mm on a ring of air, one voxel of 1 mm.
ImagedObject phantom(matter::Library& library, const std::vector<Sphere>& list) {
    ImagedObject object;
    object.grid = {96, 96, 2, {mm, mm, 2.0 * mm}, {}};
    object.region.assign(96 * 96 * 2, 0);
    object.regions = {{"air", "air"}};
    for (std::size_t s = 0; s < list.size(); ++s) {
        define(library, list[s]);
        object.regions.push_back({list[s].name, list[s].name});
        const double x = 12.0 + 24.0 * static_cast<double>(s % 4);
        const double y = 12.0 + 24.0 * static_cast<double>(s / 4);
        for (index_t v = 0; v < 96 * 96 * 2; ++v) {
            const double dx = static_cast<double>(v % 96) + 0.5 - x;
            const double dy = static_cast<double>(v / 96 % 96) + 0.5 - y;
            if (std::hypot(dx, dy) < 7.0)
                object.region[static_cast<std::size_t>(v)] = static_cast<std::uint16_t>(s + 1);
        }
    }
    return object;
}

/// Mean over the middle 8 mm of disc s.
double reading(const Image& image, std::size_t s) {
    const double x = (12.0 + 24.0 * static_cast<double>(s % 4)) * mm;
    const double y = (12.0 + 24.0 * static_cast<double>(s / 4)) * mm;
    double sum = 0.0;
    double count = 0.0;
    for (index_t v = 0; v < image.grid.nx * image.grid.ny; ++v) {
        const Vector3 at = image.grid.centre(v % image.grid.nx, v / image.grid.nx, 0);
        if (std::hypot(at[0] - x, at[1] - y) > 4.0 * mm) continue;
        sum += image.values[static_cast<std::size_t>(v)];
        count += 1.0;
    }
    return sum / count;
}

const Image& named(const ScanResult& result, const std::string& name) {
    const auto at = std::find_if(result.images.begin(), result.images.end(),
                                 [&](const Image& i) { return i.name == name; });
    if (at == result.images.end()) throw std::runtime_error("no image " + name);
    return *at;
}

MriSettings plain() {
    MriSettings mri;
    mri.field = 3.0;
    mri.matrix = {96.0, 96.0};
    mri.slice_thickness = 4.0 * mm;
    mri.snr = 30.0;
    mri.bandwidth = 50e3;
    mri.averages = 8;  // signal to noise of water 145
    return mri;
}

class NistPhantom : public testing::TestWithParam<Tier> {
  protected:
    double worst(const std::string& array, MriSettings mri, const std::string& image, bool t1,
                 double largest = 1e9) {
        const auto list = spheres(*test::shared_data(), array);
        EXPECT_EQ(list.size(), 14u);
        matter::Library library(CARAVEL_SOURCE_DIR "/data");
        exec::ThreadTeam team(2);
        const ImagedObject object = phantom(library, list);
        const ScanContext context{team, library};
        const ScanResult result = scan_mri(context, object, mri, GetParam());
        double error = 0.0;
        for (std::size_t s = 0; s < list.size(); ++s) {
            const double truth = t1 ? list[s].t1 : list[s].t2;
            if (truth > largest) continue;
            const double found = reading(named(result, image), s) * 1e-3;
            error = std::max(error, std::abs(found / truth - 1.0));
        }
        return error;
    }
};

TEST_P(NistPhantom, InversionRecoveryFindsEveryT1) {
    if (!test::shared_data()) GTEST_SKIP() << test::data_not_present;
    MriSettings mri = plain();
    mri.sequence = "t1_map";
    mri.repetition_time = 2.55;
    mri.echo_time = 14e-3;
    mri.inversion_times = {0.05, 0.4, 1.1, 2.5};
    mri.noise = false;
    EXPECT_LT(worst("NiCl2_T1", mri, "t1_map", true), 0.01);
    mri.noise = true;
    EXPECT_LT(worst("NiCl2_T1", mri, "t1_map", true), 0.02);
}

TEST_P(NistPhantom, EchoTrainFindsEveryT2) {
    if (!test::shared_data()) GTEST_SKIP() << test::data_not_present;
    MriSettings mri = plain();
    mri.sequence = "t2_map";
    mri.repetition_time = 5.0;
    mri.echo_spacing = 5e-3;
    mri.echo_count = 48;
    mri.noise = false;
    EXPECT_LT(worst("MnCl2_T2", mri, "t2_map", false), 0.01);
    mri.noise = true;
    EXPECT_LT(worst("MnCl2_T2", mri, "t2_map", false), 0.02);
}

INSTANTIATE_TEST_SUITE_P(Tiers, NistPhantom, testing::Values(Tier::image, Tier::acquisition));

}  // namespace
}  // namespace caravel::imaging
