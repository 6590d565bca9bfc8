// Pulseq text: what is read, and what is refused and where.
#include "caravel/base/error.hpp"
#include "caravel/imaging/mri/pulseq_reader.hpp"
#include "caravel/imaging/mri/pulseq_text.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <numbers>

#include <unistd.h>

namespace caravel::imaging::mri {
namespace {

using std::numbers::pi;

constexpr double hertz = proton_gamma / (2.0 * pi);

// A pulse with ramps, a trapezium, a free gradient and a receiver.
const std::string good = R"([VERSION]
major 1
minor 5
revision 1
[DEFINITIONS]
BlockDurationRaster 1e-05
GradientRasterTime 1e-05
RadiofrequencyRasterTime 1e-06
Name small one
TotalDuration 0.0021
# NUM DUR RF GX GY GZ ADC EXT
[BLOCKS]
1 100 1 0 0 0 0 0
2 100 0 1 2 0 1 0
3 10 0 0 0 0 0 0
[RF]
1 250 1 2 3 500 0 0 0 0 0 e
[GRADIENTS]
2 1000 0 500 4 0 20
[TRAP]
1 100000 100 800 100 0
[ADC]
1 10 80000 100 0 0 50 0.25 0
[SHAPES]
shape_id 1
num_samples 2
1
1

shape_id 2
num_samples 2
0
0
shape_id 3
num_samples 2
0
1000
shape_id 4
num_samples 6
0.25
0.25
2
-0.5
0
)";

std::string replaced(const std::string& from, const std::string& to) {
    std::string text = good;
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
}

// The message of the refusal, "" when the text is read.
std::string refusal(const std::string& text) {
    try {
        parse_pulseq(text, "a.seq");
        return {};
    } catch (const InputError& error) {
        return error.what();
    }
}

TEST(PulseqReader, ReadsEventsInTheirUnits) {
    const Sequence s = parse_pulseq(good, "a.seq");
    EXPECT_EQ(s.name, "small one");
    ASSERT_EQ(s.blocks.size(), 3u);
    EXPECT_NEAR(s.duration(), 0.0021, 1e-12);
    EXPECT_NEAR(s.pulses[0].flip(), 0.5 * pi, 1e-12);
    EXPECT_EQ(s.pulses[0].use, 'e');
    EXPECT_NEAR(s.pulses[0].centre, 500e-6, 1e-15);
    const Gradient& trapezium = s.gradients[0];
    EXPECT_NEAR(trapezium.area() * hertz, 100000.0 * 900e-6, 1e-9);
    const Gradient& shaped = s.gradients[1];
    ASSERT_EQ(shaped.time.size(), 8u);
    EXPECT_NEAR(shaped.delay, 20e-6, 1e-15);
    EXPECT_NEAR(shaped.time[1], 5e-6, 1e-15);
    EXPECT_NEAR(shaped.time[7], 60e-6, 1e-15);
    const std::vector<double> hz{0.0, 250.0, 500.0, 750.0, 1000.0, 500.0, 500.0, 500.0};
    for (std::size_t i = 0; i < hz.size(); ++i) {
        EXPECT_NEAR(shaped.amplitude[i] * hertz, hz[i], 1e-9) << i;
    }
    EXPECT_EQ(s.adcs[0].samples, 10);
    EXPECT_NEAR(s.adcs[0].dwell, 80e-6, 1e-15);
    EXPECT_EQ(s.adcs[0].frequency, 50.0);
    EXPECT_EQ(s.adcs[0].phase, 0.25);
}

TEST(PulseqReader, UnpacksRunsAndRefusesBrokenOnes) {
    const auto unpack = [](const std::vector<double>& packed, std::size_t samples) {
        return unpack_pulseq_shape(packed, samples, "a.seq", 7);
    };
    EXPECT_EQ(unpack({1.0, 0.0, 0.0, 97.0}, 100), std::vector<double>(100, 1.0));
    EXPECT_EQ(unpack({0.5, 0.5, 0.0}, 2), (std::vector<double>{0.5, 1.0}));
    EXPECT_EQ(unpack({1.0, -1.0, 2.0}, 3), (std::vector<double>{1.0, 0.0, 2.0}));
    EXPECT_THROW(unpack({0.0, 0.0}, 2), InputError);
    EXPECT_THROW(unpack({0.0, 0.0, 1.5}, 3), InputError);
    EXPECT_THROW(unpack({0.0, 0.0, -1.0}, 1), InputError);
    EXPECT_THROW(unpack({0.0, 0.0, 1e9}, 10), InputError);
    EXPECT_THROW(unpack({1.0, 2.0}, 3), InputError);
}

TEST(PulseqReader, RefusesBlocksThatOverlapAtTheirLine) {
    const std::string message = refusal(replaced("1 100 1 0 0 0 0 0", "1 99 1 0 0 0 0 0"));
    EXPECT_NE(message.find("a.seq:13"), std::string::npos) << message;
    EXPECT_NE(message.find("overlap the next block"), std::string::npos) << message;
}

TEST(PulseqReader, RefusesUnknownNumbers) {
    EXPECT_NE(refusal(replaced("1 250 1 2 3", "1 250 1 9 3")).find("unknown shape 9"),
              std::string::npos);
    EXPECT_NE(refusal(replaced("2 100 0 1 2 0 1 0", "2 100 0 7 2 0 1 0")).find("a.seq:14"),
              std::string::npos);
    EXPECT_NE(refusal(replaced("[TRAP]", "[TRAPS]")).find("did you mean 'TRAP'"),
              std::string::npos);
    EXPECT_NE(refusal(replaced("minor 5", "minor 7")).find("version 1.2 to 1.5"),
              std::string::npos);
}

TEST(PulseqReader, RefusesWhatCannotBe) {
    for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
             {"10 80000", "10 0"},
             {"10 80000", "-3 80000"},
             {"10 80000", "1e30 80000"},
             {"1 100000 100 800 100 0", "1 100000 -100 800 100 0"},
             {"1 100000 100 800 100 0", "1 100000 100 800"},
             {"1 100000 100 800 100 0", "2 100000 100 800 100 0"},
             {"BlockDurationRaster 1e-05", "BlockDurationRaster x"},
             {"BlockDurationRaster 1e-05", "BlockDurationRaster -1"},
             {"shape_id 3", "shape_id 2"},
             {"num_samples 6", "num_samples 99999999999"},
             {"3 10 0 0", "3 10 0.5 0"},
             {"3 10 0 0 0 0 0 0", "3 10 0"},
             {"0.25\n0.25", "nan\n0.25"},
             {"[ADC]", "[ADC"},
         }) {
        const std::string message = refusal(replaced(from, to));
        EXPECT_EQ(message.rfind("a.seq:", 0), 0u) << to << ": " << message;
    }
}

// Wherever a file ends, it is read as a whole or refused.
TEST(PulseqReader, TruncatedFilesAreRefused) {
    for (std::size_t size = 0; size + 3 < good.size(); ++size) {
        EXPECT_NE(refusal(good.substr(0, size)), "") << size;
    }
    EXPECT_EQ(refusal(good), "");
}

TEST(PulseqReader, LimitsAreKept) {
    PulseqLimits limits;
    limits.blocks = 2;
    EXPECT_THROW(parse_pulseq(good, "a.seq", limits), InputError);
    limits = {};
    limits.shape_samples = 5;
    EXPECT_THROW(parse_pulseq(good, "a.seq", limits), InputError);
    limits = {};
    limits.all_samples = 11;
    EXPECT_THROW(parse_pulseq(good, "a.seq", limits), InputError);
    limits = {};
    limits.bytes = 100;
    EXPECT_THROW(parse_pulseq(good, "a.seq", limits), InputError);
}

TEST(PulseqReader, OffsetsInPpmFollowTheField) {
    const std::string text = replaced("500 0 0 0 0 0 e", "500 0 -3.45 0 0 0 s");
    EXPECT_NEAR(parse_pulseq(text, "a.seq", {}, 7.0).pulses[0].frequency, -3.45e-6 * 7.0 * hertz,
                1e-6);
    const std::string own = "[DEFINITIONS]\nB0 1.5\n";
    std::string with_field = text;
    with_field.replace(with_field.find("[DEFINITIONS]\n"), 14, own);
    EXPECT_NEAR(parse_pulseq(with_field, "a.seq", {}, 7.0).pulses[0].frequency,
                -3.45e-6 * 1.5 * hertz, 1e-6);
}

TEST(PulseqReader, ReadsFromAFile) {
    const auto path = std::filesystem::temp_directory_path() /
                      ("caravel_pulseq_" + std::to_string(getpid()) + ".seq");
    std::ofstream(path) << good;
    EXPECT_EQ(read_pulseq(path).blocks.size(), 3u);
    std::filesystem::remove(path);
    EXPECT_THROW(read_pulseq(path), IoError);
}

}  // namespace
}  // namespace caravel::imaging::mri
