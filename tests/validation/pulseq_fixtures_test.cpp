// Files of Pulseq's own tests, and the summaries its MATLAB toolbox prints of them.
#include "caravel/imaging/mri/pulseq_reader.hpp"
#include "support/shared_data.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace caravel::imaging::mri {
namespace {

constexpr double hertz = proton_gamma / (2.0 * std::numbers::pi);
constexpr double degree = std::numbers::pi / 180.0;

std::optional<std::filesystem::path> folder() {
    const auto shared = test::shared_data();
    if (!shared) return std::nullopt;
    return *shared / "imaging/pulseq_fixtures";
}

TEST(PulseqFixtures, GradientEcho) {
    if (!folder()) GTEST_SKIP() << test::data_not_present;
    const Sequence sequence = read_pulseq(*folder() / "gre.seq");
    const SequenceSummary s = summarise(sequence);
    EXPECT_EQ(s.blocks, 320);
    EXPECT_EQ(s.rf_events, 64);
    EXPECT_EQ(s.gradient_events, (std::array<index_t, 3>{192, 128, 192}));
    EXPECT_EQ(s.adc_events, 64);
    EXPECT_EQ(sequence.pulses.size(), 24u);
    EXPECT_EQ(sequence.gradients.size(), 72u);
    EXPECT_EQ(sequence.adcs.size(), 24u);
    EXPECT_NEAR(s.duration, 6.40064, 1e-9);
    EXPECT_NEAR(s.echo_time, 7.390e-3, 0.5e-6);
    EXPECT_NEAR(s.repetition_time, 0.10001, 1e-9);
    ASSERT_EQ(s.flip_angles.size(), 1u);
    EXPECT_NEAR(s.flip_angles[0] / degree, 10.0, 0.005);
    EXPECT_NEAR(s.largest_gradient[0] * hertz, 1190700.0, 1.0);
    EXPECT_NEAR(s.largest_gradient[1] * hertz, 64646.0, 1.0);
    EXPECT_NEAR(s.largest_gradient[2] * hertz, 1190480.0, 5.0);
    EXPECT_NEAR(s.largest_slew[0] * hertz, 6.26684e9, 1e5);
    EXPECT_NEAR(s.largest_slew[1] * hertz, 6.23116e9, 1e5);
    EXPECT_NEAR(s.largest_slew[2] * hertz, 6.26568e9, 1e5);
    EXPECT_NEAR(s.largest_gradient_norm * hertz, 1684989.0, 1.0);
    EXPECT_NEAR(s.largest_slew_norm * hertz, 1.08333e10, 1e5);
    EXPECT_NEAR(s.largest_gradient[0] * 1e3, 27.97, 0.005);  // mT/m
}

TEST(PulseqFixtures, FreeInductionDecay) {
    if (!folder()) GTEST_SKIP() << test::data_not_present;
    const Sequence sequence = read_pulseq(*folder() / "fid.seq");
    const SequenceSummary s = summarise(sequence);
    EXPECT_EQ(s.blocks, 64);
    EXPECT_EQ(s.rf_events, 16);
    EXPECT_EQ(s.adc_events, 16);
    EXPECT_EQ(sequence.pulses.size(), 1u);
    EXPECT_NEAR(s.duration, 16.37872, 1e-9);
    EXPECT_NEAR(s.echo_time, 20.206e-3, 0.5e-6);
    EXPECT_NEAR(s.repetition_time, 1.02367, 1e-9);
    EXPECT_NEAR(s.flip_angles.at(0) / degree, 90.0, 0.005);
    EXPECT_EQ(s.largest_gradient_norm, 0.0);
}

TEST(PulseqFixtures, EchoPlanarWithRampSampling) {
    if (!folder()) GTEST_SKIP() << test::data_not_present;
    const Sequence sequence = read_pulseq(*folder() / "epi_rs.seq");
    const SequenceSummary s = summarise(sequence);
    EXPECT_EQ(s.blocks, 442);
    EXPECT_EQ(s.rf_events, 8);
    EXPECT_EQ(s.gradient_events, (std::array<index_t, 3>{400, 388, 12}));
    EXPECT_EQ(s.adc_events, 396);
    EXPECT_EQ(sequence.pulses.size(), 5u);
    EXPECT_EQ(sequence.gradients.size(), 10u);
    EXPECT_NEAR(s.duration, 3.0, 1e-9);
    EXPECT_NEAR(s.repetition_time, 0.75, 1e-9);
    // Three navigator lines, 0.64 ms apart, pass the same smallest k; the toolbox's rounding picks
    // the second (2.870 ms), here it is the first.
    EXPECT_NEAR(s.echo_time, 2.870e-3 - 0.64e-3, 0.5e-6);
    ASSERT_EQ(s.flip_angles.size(), 2u);
    EXPECT_NEAR(s.flip_angles[0] / degree, 110.0, 0.005);
    EXPECT_NEAR(s.flip_angles[1] / degree, 90.0, 0.005);
    EXPECT_NEAR(s.largest_gradient[0] * hertz, 1103340.0, 1.0);
    EXPECT_NEAR(s.largest_gradient[1] * hertz, 296717.0, 1.0);
    EXPECT_NEAR(s.largest_gradient[2] * hertz, 1351350.0, 1.0);
    EXPECT_NEAR(s.largest_slew[0] * hertz, 5.52359e9, 1e5);
    EXPECT_NEAR(s.largest_slew[1] * hertz, 5.0505e9, 1e5);
    EXPECT_NEAR(s.largest_slew[2] * hertz, 5.4054e9, 1e5);
    EXPECT_NEAR(s.largest_gradient_norm * hertz, 1574594.0, 1.0);
    EXPECT_NEAR(s.largest_slew_norm * hertz, 7.69073e9, 1e5);
}

TEST(PulseqFixtures, SmallSequencesAndRotations) {
    if (!folder()) GTEST_SKIP() << test::data_not_present;
    EXPECT_EQ(summarise(read_pulseq(*folder() / "seq1.seq")).blocks, 7);
    const SequenceSummary echo = summarise(read_pulseq(*folder() / "seq2.seq"));
    ASSERT_EQ(echo.flip_angles.size(), 2u);
    EXPECT_NEAR(echo.flip_angles[1] / degree, 180.0, 0.005);
    EXPECT_EQ(summarise(read_pulseq(*folder() / "seq3.seq")).blocks, 50);
    EXPECT_EQ(summarise(read_pulseq(*folder() / "seq4.seq")).adc_events, 10);
    const Sequence radial = read_pulseq(*folder() / "seq_make_radial.seq");
    const auto plateau = [&](std::size_t block, std::size_t axis) {
        const int number = radial.blocks[block].gradient[axis];
        return number < 0 ? 0.0
                          : radial.gradients[static_cast<std::size_t>(number)].amplitude[1] * hertz;
    };
    EXPECT_NEAR(plateau(3, 0), 1.69492e6 * std::cos(30.0 * degree), 20.0);
    EXPECT_NEAR(plateau(3, 1), 1.69492e6 * std::sin(30.0 * degree), 20.0);
    EXPECT_NEAR(plateau(9, 0), 0.0, 20.0);
    EXPECT_NEAR(plateau(9, 1), 1.69492e6, 20.0);
}

TEST(PulseqFixtures, FilesOfVersionOnePointTwo) {
    const auto shared = test::shared_data();
    if (!shared) GTEST_SKIP() << test::data_not_present;
    const SequenceSummary epi =
        summarise(read_pulseq(*shared / "imaging/jemris_koma/epi_100x100_TE100_FOV230.seq"));
    EXPECT_EQ(epi.blocks, 204);
    EXPECT_NEAR(epi.duration, 1.0, 1e-9);
    EXPECT_NEAR(epi.flip_angles.at(0) / degree, 90.0, 1e-9);
    const Sequence spiral =
        read_pulseq(*shared / "imaging/jemris_koma/spiral_100x100_FOV230_SPZ_INTER1.seq");
    EXPECT_EQ(spiral.sample_count(), 9000);
    EXPECT_NEAR(summarise(spiral).flip_angles.at(0) / degree, 10.0, 1e-3);
}

}  // namespace
}  // namespace caravel::imaging::mri
