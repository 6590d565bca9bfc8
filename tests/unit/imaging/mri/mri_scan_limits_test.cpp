#include "caravel/imaging/mri/mri_scan.hpp"

#include "caravel/base/error.hpp"
#include "caravel/imaging/mri/gridding.hpp"
#include "caravel/imaging/mri/mri_maps.hpp"
#include "caravel/imaging/mri/mri_maps_tissue.hpp"
#include "caravel/imaging/mri/sequence_library.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <thread>

namespace caravel::imaging {
namespace {

constexpr double mm = 1e-3;

/// A block of muscle, 16 x 16 x nz voxels of 1 mm.
ImagedObject block(index_t nz = 4) {
    ImagedObject object;
    object.grid = {16, 16, nz, {1.0 * mm, 1.0 * mm, 1.0 * mm}, {}};
    object.regions = {{"body", "muscle"}};
    object.region.assign(static_cast<std::size_t>(object.grid.cell_count()), 0);
    return object;
}

MriSettings settings(const std::string& sequence) {
    MriSettings mri;
    mri.sequence = sequence;
    mri.matrix = {16.0, 16.0};
    mri.slice_thickness = 1.0 * mm;
    mri.noise = false;
    return mri;
}

ScanResult scan(const ImagedObject& object, const MriSettings& mri, Tier tier = Tier::image) {
    exec::ThreadTeam team(2);
    matter::Library library(CARAVEL_SOURCE_DIR "/data");
    return scan_mri({team, library}, object, mri, tier);
}

const Image& named(const ScanResult& result, const std::string& name) {
    const auto at = std::find_if(result.images.begin(), result.images.end(),
                                 [&](const Image& i) { return i.name == name; });
    if (at == result.images.end()) throw std::runtime_error("no image " + name);
    return *at;
}

std::string fact(const ScanResult& result, const std::string& name) {
    for (const auto& [key, value] : result.facts) {
        if (key == name) return value;
    }
    return {};
}

bool notes_hold(const ScanResult& result, const std::string& words) {
    return std::any_of(result.notes.begin(), result.notes.end(), [&](const std::string& note) {
        return note.find(words) != std::string::npos;
    });
}

void expect_refused(const ImagedObject& object, const MriSettings& mri, const std::string& words) {
    try {
        scan(object, mri);
        ADD_FAILURE() << "no error for: " << words;
    } catch (const InputError& error) {
        EXPECT_NE(std::string(error.what()).find(words), std::string::npos) << error.what();
    }
}

TEST(MriThermometry, ComparesWithTheReferenceOfTheObject) {
    ImagedObject object = block();
    object.reference_temperature = 293.15;
    object.temperature.assign(object.region.size(), 298.15);
    MriSettings mri = settings("thermometry");
    mri.echo_time = 5e-3;
    for (const Tier tier : {Tier::image, Tier::acquisition}) {
        const auto result = scan(object, mri, tier);
        const Image& map = named(result, "temperature_change");
        const auto middle = static_cast<std::size_t>(map.grid.index(8, 8, 2));
        EXPECT_NEAR(map.truth[middle], 5.0, 1e-9);
        EXPECT_NEAR(map.values[middle], 5.0, 0.05);
    }
    exec::ThreadTeam team(1);
    matter::Library library(CARAVEL_SOURCE_DIR "/data");
    object.temperature.assign(object.region.size(), 293.15);
    for (const double shift : mri_maps(team, object, library, 7.0).off_resonance)
        EXPECT_EQ(shift, 0.0);
}

TEST(MriVolume, ThatWouldFoldAlongZIsRefused) {
    MriSettings mri = settings("spgr");
    mri.volume = true;
    mri.slices = 3;
    expect_refused(block(4), mri, "along z is smaller than the object");
    mri.slices = 4;
    EXPECT_EQ(scan(block(4), mri).images.front().grid.nz, 4);
    mri.slices = 0;
    EXPECT_EQ(scan(block(4), mri).images.front().grid.nz, 4);
    mri.volume = false;  // a stack may leave out what lies beyond it
    mri.slices = 3;
    EXPECT_EQ(scan(block(4), mri).images.front().grid.nz, 3);
}

TEST(MriTissueTable, OwnTimesGoBeforeShippedRowsOfOneField) {
    matter::Library library(CARAVEL_SOURCE_DIR "/data");
    const MriTissue shipped = mri_tissue(library, "muscle", 7.0);
    matter::Fact own;
    own.name = "muscle";
    own.property = "t1";
    own.si = 0.5;
    own.value = 500.0;
    own.unit = "ms";
    own.source = "stated in the study";
    own.licence = std::string(matter::given_licence);
    library.define("tissue_mri", own);
    for (const double field : {1.5, 2.2, 7.0, 11.7})
        EXPECT_DOUBLE_EQ(mri_tissue(library, "muscle", field).r1, 2.0) << field;
    EXPECT_DOUBLE_EQ(mri_tissue(library, "muscle", 7.0).r2, shipped.r2);
}

TEST(MriNames, OfRepeatedSettingsDiffer) {
    MriSettings mri = settings("cest");
    mri.repetition_time = 8.0;
    mri.saturation_offsets = {3e-6, -3e-6, 3e-6, 3e-6};
    const auto result = scan(block(1), mri);
    EXPECT_EQ(result.images[0].name, "offset_3ppm");
    EXPECT_EQ(result.images[1].name, "offset_m3ppm");
    EXPECT_EQ(result.images[2].name, "offset_3ppm_2");
    EXPECT_EQ(result.images[3].name, "offset_3ppm_3");
    mri = settings("t1_map");
    mri.inversion_times = {0.05, 0.4, 0.4, 2.5};
    EXPECT_EQ(exposures(mri)[2].name, "ti_400ms_2");
    mri = settings("t1_map_vfa");
    mri.flip_angles = {0.1, 0.2, 0.1};
    std::set<std::string> names;
    for (const Exposure& e : exposures(mri)) names.insert(e.name);
    EXPECT_EQ(names.size(), 3u);
}

TEST(MriTrain, EchoesFollowTheSpacingAndTheResultSaysSo) {
    for (const char* sequence : {"t2_map", "cpmg"}) {
        MriSettings mri = settings(sequence);
        mri.repetition_time = 2.0;
        mri.echo_time = 4e-3;
        mri.echo_spacing = 8e-3;
        const auto result = scan(block(1), mri);
        EXPECT_EQ(fact(result, "echo_time"), "8 ms");
        EXPECT_TRUE(notes_hold(result, "echo_time = 4 ms is not kept")) << sequence;
        mri.echo_time = 8e-3;
        EXPECT_FALSE(notes_hold(scan(block(1), mri), "is not kept")) << sequence;
    }
    MriSettings mri = settings("tse");
    mri.repetition_time = 2.0;
    mri.echo_time = 30e-3;
    const auto result = scan(block(1), mri);
    EXPECT_EQ(fact(result, "echo_time"), "32 ms");
    EXPECT_TRUE(notes_hold(result, "the effective one is at 32 ms"));
}

TEST(MriTrain, ThatOutlastsTheRepetitionIsRefused) {
    MriSettings mri = settings("t2_map");
    mri.echo_time = 8e-3;
    mri.echo_spacing = 8e-3;
    mri.echo_count = 8;
    mri.repetition_time = 0.06;
    expect_refused(block(1), mri, "the last echo at 64 ms is not within the repetition time");
    EXPECT_EQ(mri_problems(mri).front().key, "echo_spacing");
    mri.repetition_time = 0.07;
    EXPECT_TRUE(mri_problems(mri).empty());
    mri.echo_time = 0.08;
    EXPECT_EQ(mri_problems(mri).front().key, "echo_time");
    mri.echo_time = 8e-3;
    mri.echo_spacing = 0.1e-3;  // a line of 16 points at 50 kHz takes 0.32 ms
    EXPECT_EQ(mri_problems(mri).front().key, "bandwidth");
}

TEST(MriSize, ThatFillsTheMemoryIsRefusedBeforehand) {
    MriSettings mri = settings("gre");
    for (const double thickness : {1e-9, 1e-30, 1e-300}) {
        mri.slice_thickness = thickness;
        expect_refused(block(), mri, "voxels");
        EXPECT_THROW(estimate_mri(block().grid, mri, Tier::image), InputError);
    }
    mri = settings("gre");
    mri.matrix = {4096.0, 4096.0};
    mri.bandwidth = 1e6;
    mri.slices = 12;  // 2.01e8
    EXPECT_THROW(mri_image_grid(mri, block().grid), InputError);
    mri.slices = 11;
    EXPECT_EQ(mri_image_grid(mri, block().grid).cell_count(), index_t{11} * 4096 * 4096);
    for (const double points : {1e300, 1e18, 0.0, -4.0, std::nan("")}) {
        mri.matrix = {points, 1.0};
        EXPECT_THROW(scan(block(), mri), InputError) << points;
    }
    mri = settings("ute");
    mri.echo_time = 0.05e-3;
    mri.matrix = {4096.0, 16.0};
    mri.spokes = 100000;
    expect_refused(block(), mri, "points on its spokes");
}

TEST(MriInterruption, IsAskedForByTheCallerAlone) {
    exec::ThreadTeam team(4);
    matter::Library library(CARAVEL_SOURCE_DIR "/data");
    for (const char* sequence : {"gre", "epi", "spiral"}) {
        MriSettings mri = settings(sequence);
        mri.bandwidth = 200e3;
        int asked = 0;  // without a lock
        const auto caller = std::this_thread::get_id();
        const ScanContext context{team, library, 1, {}, [&] {
                                      EXPECT_EQ(std::this_thread::get_id(), caller);
                                      return ++asked == 4;
                                  }};
        EXPECT_THROW(scan_mri(context, block(32), mri, Tier::acquisition), Interrupted) << sequence;
        EXPECT_EQ(asked, 4);
    }
}

TEST(Gridding, PlacesFarBeyondTheGridAreFoldedAndNoNumbersRefused) {
    exec::ThreadTeam team(1);
    const Gridder gridder(8, 8);
    ComplexField plane;
    plane.size = {8, 8, 1};
    for (int v = 0; v < 64; ++v) plane.re.push_back(std::sin(0.3 * v));
    plane.im.assign(64, 0.0);
    Trajectory t;
    t.kx = {1.25, 1e300, -1e300};
    t.ky = {-2.5, 0.0, 1e25};
    const auto samples = gridder.forward(team, plane, t);
    for (const auto& sample : samples) EXPECT_TRUE(std::isfinite(std::abs(sample)));
    for (const double wrong : {std::numeric_limits<double>::infinity(), std::nan("")}) {
        t.kx[0] = wrong;
        EXPECT_THROW(gridder.forward(team, plane, t), InputError);
    }
}

TEST(Gridding, ManyArmsOnASmallMatrixHaveALength) {
    MriSettings mri = settings("spiral");
    mri.interleaves = 4096;
    const Trajectory t = spiral_trajectory(mri, 16);
    EXPECT_EQ(t.size(), 2u * 4096u);
    for (std::size_t n = 0; n < t.size(); ++n)
        EXPECT_TRUE(std::isfinite(t.kx[n]) && std::isfinite(t.ky[n]) &&
                    std::isfinite(t.density[n]));
}

TEST(MriMaps, TimesBeyondWhatTheScanTellsAreMissing) {
    MriSettings mri = settings("t1_map");
    mri.repetition_time = 2.6;
    mri.echo_time = 5e-3;
    mri.noise = true;
    mri.snr = 30.0;
    const auto within = [](const ScanResult& result, const char* name, double least, double most) {
        const Image& map = named(result, name);
        std::size_t missing = 0;
        for (std::size_t v = 0; v < map.values.size(); ++v) {
            if (map.missing[v] != 0) {
                ++missing;
                EXPECT_EQ(map.values[v], 0.0);
                continue;
            }
            EXPECT_GE(map.values[v], least);
            EXPECT_LE(map.values[v], most);
        }
        return missing;
    };
    // TI from 50 ms to 2.5 s: T1 from 5 ms to 10 s.
    const auto noisy = scan(block(), mri);
    EXPECT_GT(within(noisy, "t1_map", 5.0, 10000.0), 0U);
    EXPECT_TRUE(notes_hold(noisy, "beyond what the scan can tell"));
    mri = settings("t2_map");
    mri.repetition_time = 3.0;
    mri.echo_spacing = 10e-3;
    mri.echo_count = 6;
    mri.noise = true;
    mri.snr = 30.0;
    within(scan(block(), mri), "t2_map", 2.5, 600.0);
}

}  // namespace
}  // namespace caravel::imaging
