#include "caravel/imaging/mri/mri_scan.hpp"

#include "caravel/base/error.hpp"
#include "caravel/imaging/mri/fluorine.hpp"
#include "caravel/imaging/mri/mri_maps.hpp"
#include "caravel/imaging/mri/mri_maps_tissue.hpp"
#include "caravel/imaging/mri/mri_scan_frames.hpp"
#include "caravel/imaging/mri/signal_equations.hpp"

#include "caravel/input/document.hpp"
#include "caravel/input/reader.hpp"
#include "support/shared_data.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace caravel::imaging {
namespace {

constexpr double mm = 1e-3;

matter::Library& library() {
    static matter::Library tables(CARAVEL_SOURCE_DIR "/data");
    return tables;
}

/// Muscle cylinder of 9 mm radius in air with a tumour of 4 mm radius at its middle.
ImagedObject mouse(index_t n = 48, index_t nz = 4) {
    ImagedObject object;
    const double step = 24.0 * mm / static_cast<double>(n);
    object.grid = {n, n, nz, {step, step, 0.5 * mm}, {}};
    object.regions = {{"air", "air"}, {"body", "muscle"}, {"tumour", "tumour"}};
    for (index_t v = 0; v < n * n * nz; ++v) {
        const Vector3 at = object.grid.centre(v % n, v / n % n, v / (n * n));
        const double r = std::hypot(at[0] - 12.0 * mm, at[1] - 12.0 * mm);
        object.region.push_back(r < 4.0 * mm ? 2 : r < 9.0 * mm ? 1 : 0);
    }
    return object;
}

MriSettings settings(const std::string& sequence, double n = 48.0) {
    MriSettings mri;
    mri.sequence = sequence;
    mri.matrix = {n, n};
    mri.slice_thickness = 1.0 * mm;
    mri.field = 7.0;
    return mri;
}

ScanResult scan(const ImagedObject& object, const MriSettings& mri, Tier tier, int threads = 2) {
    exec::ThreadTeam team(threads);
    return scan_mri({team, library()}, object, mri, tier);
}

const Image& named(const ScanResult& result, const std::string& name) {
    const auto at = std::find_if(result.images.begin(), result.images.end(),
                                 [&](const Image& i) { return i.name == name; });
    if (at == result.images.end()) throw std::runtime_error("no image " + name);
    return *at;
}

struct Reading {
    double mean = 0.0;
    double deviation = 0.0;
};

/// Voxels between two radii about the middle of the field of view.
Reading ring(const Image& image, const std::vector<double>& values, double inner, double outer) {
    const Grid& g = image.grid;
    double sum = 0.0;
    double squares = 0.0;
    double count = 0.0;
    for (index_t v = 0; v < g.cell_count(); ++v) {
        const Vector3 at = g.centre(v % g.nx, v / g.nx % g.ny, v / (g.nx * g.ny));
        const double r = std::hypot(at[0] - 12.0 * mm, at[1] - 12.0 * mm);
        if (r < inner || r > outer) continue;
        const double value = values[static_cast<std::size_t>(v)];
        sum += value;
        squares += value * value;
        count += 1.0;
    }
    const double mean = sum / count;
    return {mean, std::sqrt(std::max(0.0, squares / count - mean * mean))};
}
double tumour(const Image& image) { return ring(image, image.values, 0.0, 2.5 * mm).mean; }
double body(const Image& image) { return ring(image, image.values, 5.5 * mm, 7.5 * mm).mean; }

MriSettings sensible(const std::string& sequence) {
    MriSettings mri = settings(sequence);
    if (sequence == "bssfp") {
        mri.repetition_time = 6e-3;
        mri.echo_time = 3e-3;
    }
    if (sequence == "tse" || sequence == "cpmg" || sequence == "t2_map" || sequence == "se" ||
        sequence == "ir")
        mri.repetition_time = 2.5;
    if (sequence == "tse") mri.echo_time = 32e-3;
    if (sequence == "ute") mri.echo_time = 0.05e-3;
    if (sequence == "ute" || sequence == "spiral") mri.bandwidth = 200e3;
    if (sequence == "epi") {
        mri.echo_time = 20e-3;
        mri.repetition_time = 2.0;
        mri.echo_spacing = 0.4e-3;
        mri.bandwidth = 200e3;
        mri.flip_angle = std::numbers::pi / 2.0;
    }
    if (sequence == "cest") mri.repetition_time = 8.0;
    return mri;
}

class BothTiers : public testing::TestWithParam<std::string> {};

TEST_P(BothTiers, AgreeOnContrastAndNoise) {
    MriSettings mri = sensible(GetParam());
    const ImagedObject object = mouse();
    mri.noise = false;
    const auto image = scan(object, mri, Tier::image).images.front();
    const auto raw = scan(object, mri, Tier::acquisition).images.front();
    const double contrast = tumour(image) / body(image);
    EXPECT_NEAR(tumour(raw) / body(raw), contrast, 0.05 * contrast);
    EXPECT_NEAR(body(raw), body(image), 0.05 * body(image));
    mri.noise = true;
    mri.snr = 2000.0;
    double deviation[2] = {};
    for (const Tier tier : {Tier::image, Tier::acquisition}) {
        const Image noisy = scan(object, mri, tier).images.front();
        const Image& clean = tier == Tier::image ? image : raw;
        std::vector<double> left(noisy.values);
        for (std::size_t v = 0; v < left.size(); ++v) left[v] -= clean.values[v];
        const double found = ring(noisy, left, 0.0, 7.5 * mm).deviation;
        EXPECT_NEAR(found, noisy.noise, 0.1 * noisy.noise);
        deviation[tier == Tier::image ? 0 : 1] = found;
    }
    EXPECT_NEAR(deviation[1], deviation[0], 0.1 * deviation[0]);
}

INSTANTIATE_TEST_SUITE_P(Sequences, BothTiers,
                         testing::Values("spgr", "gre", "bssfp", "se", "tse", "ir", "cpmg", "epi",
                                         "spiral", "ute", "dce", "cest"));

TEST(MriScan, EvenObjectGivesTheSignalEquation) {
    MriSettings mri = settings("gre");
    mri.noise = false;
    const auto result = scan(mouse(), mri, Tier::image);
    const MriTissue muscle = mri_tissue(library(), "muscle", 7.0);
    const double expected =
        muscle.proton_density * mri::spoiled_gradient_echo(muscle.r1, muscle.r2_star,
                                                           mri.repetition_time, mri.echo_time,
                                                           mri.flip_angle);
    const Image& image = named(result, "image");
    EXPECT_NEAR(body(image), expected, 2e-3 * expected);
    EXPECT_NEAR(ring(image, image.truth, 5.5 * mm, 7.5 * mm).mean, expected, 1e-9);
    EXPECT_EQ(image.unit, "1");
}

TEST(MriScan, BitsDoNotDependOnThreads) {
    for (const char* sequence : {"gre", "tse", "epi", "spiral"}) {
        MriSettings mri = sensible(sequence);
        mri.coils = sequence == std::string("gre") ? 3 : 1;
        for (const Tier tier : {Tier::image, Tier::acquisition}) {
            const auto one = scan(mouse(24), mri, tier, 1);
            EXPECT_EQ(one.images[0].values, scan(mouse(24), mri, tier, 2).images[0].values);
            EXPECT_EQ(one.images[0].values, scan(mouse(24), mri, tier, 4).images[0].values);
        }
    }
}

TEST(MriScan, CoilsGiveTheImageOfOne) {
    MriSettings mri = settings("gre");
    mri.noise = false;
    const Image one = scan(mouse(), mri, Tier::acquisition).images.front();
    mri.coils = 4;
    const Image four = scan(mouse(), mri, Tier::acquisition).images.front();
    EXPECT_NEAR(body(four), body(one), 0.01 * body(one));
    EXPECT_NEAR(tumour(four), tumour(one), 0.01 * tumour(one));
}

TEST(MriScan, VolumeEncodesEverySlice) {
    MriSettings mri = settings("spgr");
    mri.noise = false;
    mri.volume = true;
    mri.slice_thickness = 0.5 * mm;
    mri.filter = "none";
    ImagedObject object = mouse(48, 8);
    for (std::size_t v = 0; v < object.region.size(); ++v) {
        const std::size_t z = v / (48 * 48);
        if (z < 2 || z > 5) object.region[v] = 0;
    }
    const Image image = scan(object, mri, Tier::image).images.front();
    const Image raw = scan(object, mri, Tier::acquisition).images.front();
    EXPECT_EQ(image.grid.nz, 8);
    for (const index_t z : {0, 3, 7}) {
        const auto at = static_cast<std::size_t>(24 + 48 * (24 + 48 * z));
        EXPECT_NEAR(raw.values[at], image.values[at], 0.05 * image.values[24 + 48 * (24 + 48 * 3)]);
    }
    EXPECT_LT(image.values[24 + 48 * 24], 0.2 * image.values[24 + 48 * (24 + 48 * 3)]);
}

/// The tumour's water gets an agent.
ImagedObject with_agent(const RelaxingAgent& relaxing, double concentration) {
    ImagedObject object = mouse();
    ImagedAgent agent;
    agent.name = "agent";
    agent.unit = "mol/m3";
    agent.relaxing = relaxing;
    object.agents = {agent};
    AgentField field;
    for (const std::uint16_t region : object.region)
        field.concentration.push_back(region == 2 ? concentration : 0.0);
    object.fields = {field};
    return object;
}

/// Slope of the tumour's rate against the concentration (1/s per mol/m3 = L/(mmol s)).
double slope_of(const MriSettings& mri, const std::string& map, const RelaxingAgent& agent) {
    double sc = 0.0;
    double sr = 0.0;
    double scc = 0.0;
    double scr = 0.0;
    const double concentrations[] = {0.0, 0.1, 0.2, 0.4};
    for (const double c : concentrations) {
        const auto result = scan(with_agent(agent, c), mri, Tier::acquisition);
        const double r = tumour(named(result, map));
        sc += c;
        sr += r;
        scc += c * c;
        scr += c * r;
    }
    return (4.0 * scr - sc * sr) / (4.0 * scc - sc * sc);
}

TEST(MriScan, FerumoxytolSeriesReturnsItsRelaxivities) {
    // Knobloch 2018, plasma, 3 T, 37 Cel
    RelaxingAgent ferumoxytol;
    ferumoxytol.relaxivity.fill({9.5, 65.2, 65.2});
    MriSettings mri = settings("t1_map");
    mri.field = 3.0;
    mri.repetition_time = 5.0;
    mri.echo_time = 8e-3;
    mri.inversion_times = {0.05, 0.15, 0.4, 1.0, 2.5};
    EXPECT_NEAR(slope_of(mri, "r1_map", ferumoxytol), 9.5, 0.02 * 9.5);
    mri.sequence = "t2_map";
    mri.echo_spacing = 6e-3;
    mri.echo_count = 16;
    EXPECT_NEAR(slope_of(mri, "r2_map", ferumoxytol), 65.2, 0.02 * 65.2);
    mri.sequence = "t1_map_vfa";
    mri.averages = 64;  // noise of small flip angles pulls the straight line down
    mri.repetition_time = 15e-3;
    mri.echo_time = 2e-3;
    EXPECT_NEAR(slope_of(mri, "r1_map", ferumoxytol), 9.5, 0.02 * 9.5);
    mri.sequence = "t2star_map";
    mri.averages = 1;
    mri.repetition_time = 0.5;
    mri.echo_spacing = 3e-3;
    EXPECT_NEAR(slope_of(mri, "r2_star_map", ferumoxytol), 65.2, 0.02 * 65.2);
}

TEST(MriScan, ImperfectRefocusingIsFittedByPhaseGraphs) {
    MriSettings mri = sensible("t2_map");
    mri.noise = false;
    mri.refocusing_angle = 2.0 * std::numbers::pi / 3.0;
    const MriTissue tissue = mri_tissue(library(), "tumour", 7.0);
    for (const Tier tier : {Tier::image, Tier::acquisition}) {
        const auto result = scan(mouse(), mri, tier);
        EXPECT_NEAR(tumour(named(result, "r2_map")), tissue.r2, 0.02 * tissue.r2);
    }
}

TEST(MriScan, WarmthIsReadFromThePhase) {
    ImagedObject object = mouse();
    object.temperature.assign(object.region.size(), 310.15);
    for (std::size_t v = 0; v < object.region.size(); ++v) {
        if (object.region[v] == 2) object.temperature[v] = 310.15 + 6.0;
    }
    MriSettings mri = settings("thermometry");
    mri.echo_time = 5e-3;
    for (const Tier tier : {Tier::image, Tier::acquisition}) {
        const auto result = scan(object, mri, tier);
        const Image& map = named(result, "temperature_change");
        EXPECT_EQ(map.unit, "K");
        EXPECT_NEAR(tumour(map), 6.0, 0.15);
        EXPECT_NEAR(body(map), 0.0, 0.15);
        EXPECT_NEAR(ring(map, map.truth, 0.0, 2.5 * mm).mean, 6.0, 1e-9);
    }
}

TEST(MriScan, FluorineIsCountedAndOxygenBiasesIt) {
    RelaxingAgent perfluorocarbon;
    perfluorocarbon.fluorine = 20.0;
    ImagedObject object = with_agent(perfluorocarbon, 5.0);
    object.oxygen.assign(object.region.size(), usual_oxygen);
    MriSettings mri = settings("fluorine");
    mri.echo_time = 2e-3;
    mri.noise = false;
    for (const Tier tier : {Tier::image, Tier::acquisition}) {
        const Image map = named(scan(object, mri, tier), "fluorine");
        EXPECT_NEAR(tumour(map), 100.0, 2.0);
        EXPECT_NEAR(body(map), 0.0, 1.5);
        EXPECT_EQ(map.unit, "mol/m3");
    }
    object.oxygen.assign(object.region.size(), 100e3);
    EXPECT_GT(tumour(named(scan(object, mri, Tier::image), "fluorine")), 120.0);
}

TEST(MriScan, ExchangeShowsAsAsymmetry) {
    RelaxingAgent agent;
    agent.exchanging_protons = 50.0;
    agent.exchange_rate = 500.0;
    agent.exchange_shift = 5e-6;
    MriSettings mri = settings("cest");
    mri.repetition_time = 8.0;
    mri.saturation_amplitude = 2e-6;
    mri.noise = false;
    double found[2] = {};
    for (const Tier tier : {Tier::image, Tier::acquisition}) {
        const auto result = scan(with_agent(agent, 5.0), mri, tier);
        const Image& map = named(result, "mtr_asymmetry");
        found[tier == Tier::image ? 0 : 1] = tumour(map);
        EXPECT_NEAR(body(map), 0.0, 0.01);
    }
    EXPECT_GT(found[0], 0.1);
    EXPECT_NEAR(found[1], found[0], 0.05 * found[0]);
}

TEST(MriScan, AgentThatComesDuringTheScanIsSeen) {
    RelaxingAgent gadolinium;
    gadolinium.relaxivity.fill({4.0, 5.0, 5.0});
    const MovingObject object = [&](double time) {
        return with_agent(gadolinium, 0.5 * std::min(1.0, time / 30.0));
    };
    MriSettings mri = settings("dce");
    mri.frames = 6;
    mri.repetition_time = 0.1;
    mri.noise = false;
    exec::ThreadTeam team(2);
    double last[2] = {};
    for (const Tier tier : {Tier::image, Tier::acquisition}) {
        const auto result = scan_mri_series({team, library()}, object, mri, tier);
        ASSERT_GE(result.images.size(), 6u);
        for (std::size_t n = 1; n < 6; ++n)
            EXPECT_GT(tumour(result.images[n]), tumour(result.images[n - 1]));
        last[tier == Tier::image ? 0 : 1] = tumour(result.images[5]);
    }
    EXPECT_NEAR(last[1], last[0], 0.05 * last[0]);
    mri.sequence = "se";
    mri.repetition_time = 1.0;
    EXPECT_THROW(scan_mri_series({team, library()}, object, mri, Tier::image), InputError);
}

TEST(MriScan, MagnetisedAgentDistortsItsSurroundings) {
    RelaxingAgent iron;
    iron.magnetisation = 30.0;  // A/m per unit
    MriSettings mri = settings("gre");
    mri.noise = false;
    mri.echo_time = 8e-3;
    const auto plain = scan(with_agent(iron, 0.0), mri, Tier::image).images.front();
    const auto image = scan(with_agent(iron, 1.0), mri, Tier::image).images.front();
    const auto raw = scan(with_agent(iron, 1.0), mri, Tier::acquisition).images.front();
    const double there = ring(image, image.values, 3.5 * mm, 5.0 * mm).mean;
    EXPECT_LT(there, 0.97 * ring(plain, plain.values, 3.5 * mm, 5.0 * mm).mean);
    EXPECT_NEAR(ring(raw, raw.values, 3.5 * mm, 5.0 * mm).mean, there, 0.05 * there);
}

void expect_problem(const MriSettings& mri, const std::string& words) {
    try {
        scan(mouse(24), mri, Tier::image);
        ADD_FAILURE() << "no error for: " << words;
    } catch (const InputError& error) {
        EXPECT_NE(std::string(error.what()).find(words), std::string::npos) << error.what();
    }
}

TEST(MriScan, ContradictionsAreNamed) {
    MriSettings mri = settings("gre");
    mri.echo_time = 0.2;
    expect_problem(mri, "is not within the repetition time");
    mri = settings("gre");
    mri.field_of_view = {10.0 * mm, 30.0 * mm};
    expect_problem(mri, "smaller than the object");
    mri = settings("t1_map");
    mri.repetition_time = 2.0;
    expect_problem(mri, "do not fit");
    mri.repetition_time = 5.0;
    mri.inversion_times = {0.1, 1.0};
    expect_problem(mri, "three unknowns");
    mri = settings("gre");
    mri.matrix = {64.0};
    expect_problem(mri, "not two whole numbers");
    mri = settings("pulseq");
    expect_problem(mri, "no file");
    mri = settings("epi");
    mri.volume = true;
    mri.bandwidth = 500e3;
    expect_problem(mri, "slice by slice");
    ImagedObject object = mouse(24);
    object.regions[1].tissue = "mucsle";
    EXPECT_THROW(scan(object, settings("gre"), Tier::image), InputError);
}

TEST(MriScan, StopsWhenAsked) {
    exec::ThreadTeam team(2);
    const ScanContext context{team, library(), 1, {}, [] { return true; }};
    EXPECT_THROW(scan_mri(context, mouse(24), settings("gre"), Tier::acquisition), Interrupted);
}

TEST(MriPresets, AreReadAndScan) {
    for (const char* name : {"mouse_mri_7t", "mouse_mri_9t4", "human_mri_3t", "human_mri_1t5"}) {
        const auto document = input::read_document(std::string(CARAVEL_SOURCE_DIR) +
                                                   "/data/scanners/" + name + ".toml");
        const auto* entry = std::get<input::Table>(document.root.data).find("mri");
        ASSERT_NE(entry, nullptr) << name;
        MriSettings mri = input::read<MriSettings>(entry->value);
        EXPECT_GT(mri.snr, 1.0);
        mri.matrix = {32.0, 32.0};
        EXPECT_EQ(scan(mouse(24), mri, Tier::image).images.size(), 1u);
    }
}

TEST(MriScan, PulseqFileGivesAnImage) {
    if (!test::shared_data()) GTEST_SKIP() << test::data_not_present;
    MriSettings mri = settings("pulseq", 64.0);
    mri.pulseq = (*test::shared_data() / "imaging" / "pulseq_fixtures" / "gre.seq").string();
    mri.field_of_view = {0.256, 0.256};
    mri.spins_in_plane = 1;
    mri.slice_thickness = 4.0 * mm;
    mri.noise = false;
    ImagedObject object = mouse(64, 1);
    object.grid.spacing = {4.0 * mm, 4.0 * mm, 4.0 * mm};
    object.grid.origin = {-0.116, -0.116, 0.0};
    const auto result = scan(object, mri, Tier::acquisition);
    const Image& image = result.images.front();
    const auto at = [&](index_t x, index_t y) {
        return image.values[static_cast<std::size_t>(x + 64 * y)];
    };
    const double middle = at(32, 32);
    EXPECT_GT(middle, 0.01);
    EXPECT_LT(at(2, 2), 0.1 * middle);
    EXPECT_NEAR(result.numbers.front().value, 6.40064, 1e-4);
}

TEST(MriTissueTable, HoldsTheTissuesOfEveryScanner) {
    for (const char* name : {"air", "water", "pmma", "muscle", "tumour", "skin", "fat", "bone",
                             "blood", "liver", "kidney", "spleen", "lung", "brain", "heart"}) {
        for (const double field : {1.0, 1.5, 2.2, 3.0, 4.7, 7.0, 9.4, 11.7}) {
            const MriTissue tissue = mri_tissue(library(), name, field);
            if (!(tissue.proton_density > 0.0)) continue;
            EXPECT_GT(tissue.r1, 0.1) << name;
            EXPECT_GE(tissue.r2_star, tissue.r2) << name;
            EXPECT_GT(tissue.r2, tissue.r1) << name;
        }
    }
    const double low = mri_tissue(library(), "muscle", 3.0).r1;
    const double high = mri_tissue(library(), "muscle", 7.0).r1;
    const double between = mri_tissue(library(), "muscle", 4.7).r1;
    EXPECT_TRUE(between < low && between > high);
}

}  // namespace
}  // namespace caravel::imaging
