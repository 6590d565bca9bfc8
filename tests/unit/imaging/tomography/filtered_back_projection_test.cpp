#include "caravel/imaging/tomography/filtered_back_projection.hpp"

#include "caravel/base/error.hpp"
#include "caravel/exec/random.hpp"
#include "caravel/imaging/tomography/analytic_phantom.hpp"
#include "caravel/imaging/tomography/column_kernels.hpp"
#include "caravel/imaging/tomography/image_quality.hpp"
#include "caravel/imaging/tomography/ramp_filter.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace caravel::imaging {
namespace {

constexpr double mm = 1e-3;
constexpr double pi = std::numbers::pi;

std::vector<double> as_doubles(const std::vector<float>& values) {
    return {values.begin(), values.end()};
}

// The first case of RTK's rtkfdktest.cxx: 128^3 voxels of 2 mm, 180 views over a turn, source 600
// mm and detector 1200 mm away, 128^2 pixels of 4 mm centred on the axis, the source 20 mm beside
// and 15 mm above the line through the centre, the head scaled by 116 mm.
constexpr double head_scale = 116.0 * mm;

Grid head_grid() {
    return {128, 128, 128, {2.0 * mm, 2.0 * mm, 2.0 * mm}, {-0.128, -0.128, -0.128}};
}

ScanGeometry centred_scan() {
    ScanGeometry scan;
    scan.source_to_centre = 0.6;
    scan.source_to_detector = 1.2;
    scan.views = 180;
    scan.columns = 128;
    scan.rows = 128;
    scan.column_pitch = 4.0 * mm;
    scan.row_pitch = 4.0 * mm;
    return scan;
}

ScanGeometry rtk_scan() {
    ScanGeometry scan = centred_scan();
    scan.source_offset = 20.0 * mm;
    scan.column_offset = -20.0 * mm;
    scan.centre[2] = 15.0 * mm;  // the source's plane
    scan.row_offset = -15.0 * mm;
    return scan;
}

// As RTK's field-of-view filter: nothing outside of what every view sees.
void mask_field_of_view(const ScanGeometry& scan, const Grid& grid, std::vector<double>& values) {
    const double half = 0.254;
    double radius = scan.source_to_centre;
    for (const double end : {-half, half}) {
        const double u = 0.5 * (end + scan.column_offset);
        radius = std::min(radius, std::abs(scan.source_offset + u) / std::hypot(1.0, u / 0.6));
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto n = static_cast<index_t>(i);
        const Vector3 c = grid.centre(n % grid.nx, n / grid.nx % grid.ny, n / (grid.nx * grid.ny));
        const double r = std::hypot(c[0], c[1]);
        const double v = (c[2] - scan.centre[2]) * 1.2 / (0.6 - r) - scan.row_offset;
        if (r > radius || std::abs(v) > half) values[i] = 0.0;
    }
}

struct Quality {
    double error;
    double decibel;
};

Quality quality(const std::vector<double>& image, const std::vector<double>& reference) {
    return {mean_absolute_error(image, reference), peak_signal_to_noise(image, reference, 2.0)};
}

struct HeadImage {
    std::vector<double> image;
    Quality to_means;   // reference: means over the voxels
    Quality to_points;  // reference: values at the voxels' middles, as RTK draws it
};

HeadImage reconstruct_head(const ScanGeometry& scan) {
    exec::ThreadTeam team(2);
    const Grid grid = head_grid();
    const auto head = shepp_logan_head(head_scale);
    std::vector<float> projections(static_cast<std::size_t>(scan.pixel_count()));
    project_solids(team, head, scan, projections);
    std::vector<float> volume(static_cast<std::size_t>(grid.cell_count()), 7.0F);
    reconstruct_filtered(team, scan, projections, {}, grid, volume);
    HeadImage result{as_doubles(volume), {}, {}};
    mask_field_of_view(scan, grid, result.image);
    fill_voxels(team, head, grid, 4, volume);
    result.to_means = quality(result.image, as_doubles(volume));
    fill_voxels(team, head, grid, 1, volume);
    result.to_points = quality(result.image, as_doubles(volume));
    return result;
}

// RTK's own gates: mean of |f - f0| below 0.03, above 26 dB of the value 2.
void expect_gates(const Quality& quality) {
    EXPECT_LT(quality.error, 0.03);
    EXPECT_GT(quality.decibel, 26.0);
}

TEST(FilteredBackProjection, ConeBeamMeetsTheGatesOfRtksHead) {
    const HeadImage head = reconstruct_head(rtk_scan());
    expect_gates(head.to_points);
    EXPECT_LT(head.to_means.error, 0.02);
    EXPECT_GT(head.to_means.decibel, 30.0);
    // In the middle of the head.
    const Grid grid = head_grid();
    EXPECT_NEAR(head.image[static_cast<std::size_t>(grid.index(64, 64, 64))], 1.02, 0.01);
}

TEST(FilteredBackProjection, SourceOppositeTheDetectorsMiddleMeetsTheSameGates) {
    expect_gates(reconstruct_head(centred_scan()).to_points);
}

TEST(FilteredBackProjection, ArcedDetectorMeetsTheSameGates) {
    ScanGeometry scan = centred_scan();
    scan.arced = true;
    expect_gates(reconstruct_head(scan).to_points);
}

struct SliceCase {
    ScanGeometry scan;
    Grid grid{128, 128, 1, {mm, mm, mm}, {-64.0 * mm, -64.0 * mm, -0.5 * mm}};
};

SliceCase slice_case(BeamShape beam) {
    SliceCase c;
    c.scan.beam = beam;
    c.scan.source_to_centre = 0.3;
    c.scan.source_to_detector = 0.6;
    c.scan.views = 360;
    c.scan.columns = 256;
    c.scan.column_pitch = (beam == BeamShape::parallel ? 0.55 : 1.1) * mm;
    return c;
}

std::vector<double> reconstruct_slice(const SliceCase& c, const std::vector<Solid>& solids) {
    exec::ThreadTeam team(2);
    std::vector<float> projections(static_cast<std::size_t>(c.scan.pixel_count()));
    project_solids(team, solids, c.scan, projections);
    std::vector<float> volume(static_cast<std::size_t>(c.grid.cell_count()));
    reconstruct_filtered(team, c.scan, projections, {}, c.grid, volume);
    // Nothing outside of the disc that every view sees.
    for (index_t i = 0; i < c.grid.cell_count(); ++i) {
        const Vector3 at = c.grid.centre(i % 128, i / 128, 0);
        if (std::hypot(at[0], at[1]) > 64.0 * mm) volume[static_cast<std::size_t>(i)] = 0.0F;
    }
    return as_doubles(volume);
}

std::vector<double> slice_means(const SliceCase& c, const std::vector<Solid>& solids) {
    exec::ThreadTeam team(2);
    std::vector<float> volume(static_cast<std::size_t>(c.grid.cell_count()));
    fill_voxels(team, solids, c.grid, 6, volume);
    return as_doubles(volume);
}

TEST(FilteredBackProjection, SheppLoganSliceByEveryBeam) {
    const auto solids = shepp_logan_slice(60.0 * mm);
    SliceCase parallel = slice_case(BeamShape::parallel);
    parallel.scan.arc = pi;
    SliceCase fan = slice_case(BeamShape::fan);
    SliceCase arced = fan;
    arced.scan.arced = true;
    SliceCase part = fan;
    part.scan.arc = 1.4 * pi;
    SliceCase arced_part = arced;
    arced_part.scan.arc = 1.4 * pi;
    SliceCase long_part = parallel;
    long_part.scan.arc = 1.3 * pi;
    SliceCase quarter = fan;
    quarter.scan.column_offset = 0.25 * quarter.scan.column_pitch;
    SliceCase turned = fan;
    turned.scan.first_angle = 0.7;
    turned.scan.arc = 4.0 * pi;
    turned.scan.views = 720;
    SliceCase displaced = fan;
    displaced.scan.column_offset = 40.0 * mm;
    SliceCase displaced_arc = displaced;
    displaced_arc.scan.arced = true;
    const auto reference = slice_means(fan, solids);
    for (const SliceCase& c : {parallel, fan, arced, part, arced_part, long_part, quarter, turned,
                               displaced, displaced_arc}) {
        const Quality q = quality(reconstruct_slice(c, solids), reference);
        EXPECT_LT(q.error, 0.03);
        EXPECT_GT(q.decibel, 30.0);
    }
}

TEST(FilteredBackProjection, ShortScansGiveTheValueOfAFullOne) {
    // A disc: the value in the middle, where every error of scale shows.
    const std::vector<Solid> disc{{SolidShape::cylinder,
                                   {8.0 * mm, -5.0 * mm, 0.0},
                                   {30.0 * mm, 30.0 * mm, 100.0 * mm},
                                   0.0,
                                   20.0,
                                   2}};
    for (const double arc : {2.0 * pi, 1.25 * pi, 1.6 * pi, 1.95 * pi}) {
        for (const bool arced : {false, true}) {
            SliceCase c = slice_case(BeamShape::fan);
            c.scan.arc = arc;
            c.scan.arced = arced;
            c.scan.columns = 160;
            const auto image = reconstruct_slice(c, disc);
            double sum = 0.0;
            for (index_t j = 49; j < 69; ++j) {
                for (index_t i = 62; i < 82; ++i) {
                    sum += image[static_cast<std::size_t>(c.grid.index(i, j, 0))];
                }
            }
            EXPECT_NEAR(sum / 400.0, 20.0, 0.02) << arc << (arced ? " arced" : " flat");
        }
    }
}

TEST(FilteredBackProjection, SourceBesideTheAxisGivesTheValueOfACentredOne) {
    // Far from the axis, where a weight without the offset errs by 1 % and more.
    const std::vector<Solid> disc{{SolidShape::cylinder,
                                   {38.0 * mm, -12.0 * mm, 0.0},
                                   {20.0 * mm, 20.0 * mm, 100.0 * mm},
                                   0.0,
                                   20.0,
                                   2}};
    for (const double offset : {0.0, 60.0 * mm, -60.0 * mm}) {
        SliceCase c = slice_case(BeamShape::fan);
        c.scan.source_offset = offset;
        c.scan.column_offset = -2.0 * offset;  // the detector stays behind the axis
        c.scan.columns = 320;
        const auto image = reconstruct_slice(c, disc);
        double sum = 0.0;
        for (index_t j = 42; j < 62; ++j) {
            for (index_t i = 92; i < 112; ++i) {
                sum += image[static_cast<std::size_t>(c.grid.index(i, j, 0))];
            }
        }
        EXPECT_NEAR(sum / 400.0, 20.0, 0.02) << offset;
    }
}

TEST(FilteredBackProjection, SourceBesideTheAxisNeedsWholeTurnsAndAFlatDetector) {
    SliceCase c = slice_case(BeamShape::fan);
    c.scan.source_offset = 10.0 * mm;
    EXPECT_NO_THROW(check_geometry(c.scan, c.grid));
    c.scan.arc = 1.5 * pi;
    EXPECT_THROW(ViewWeights{c.scan}, InputError);
    c.scan.arc = 2.0 * pi;
    c.scan.source_offset = 0.4;
    EXPECT_THROW(check_geometry(c.scan, c.grid), InputError);
    c.scan.source_offset = 10.0 * mm;
    c.scan.arced = true;
    EXPECT_THROW(check_geometry(c.scan, c.grid), InputError);
    c.scan.arced = false;
    c.scan.beam = BeamShape::parallel;
    EXPECT_THROW(check_geometry(c.scan, c.grid), InputError);
}

TEST(FilteredBackProjection, WeightsOfALineSumToOneWhereItIsSeenTwice) {
    ScanGeometry scan = slice_case(BeamShape::fan).scan;
    scan.views = 2000;
    scan.arc = 1.5 * pi;
    scan.columns = 201;
    const ViewWeights weights(scan);
    const double step = scan.arc / 2000.0;
    for (const index_t column : {0, 40, 100, 150, 200}) {
        const double u = (static_cast<double>(column) - 100.0) * scan.column_pitch;
        const double later = (pi - 2.0 * std::atan(u / 0.6)) / step;
        for (index_t view = 0; static_cast<double>(view) + later < 1999.0; view += 37) {
            const auto other = static_cast<double>(view) + later;
            const auto low = static_cast<index_t>(other);
            const double part = other - static_cast<double>(low);
            const double sum = weights.column(view, column) +
                               (1.0 - part) * weights.column(low, 200 - column) +
                               part * weights.column(low + 1, 200 - column);
            EXPECT_NEAR(sum, step, 1e-4 * step);
        }
    }
}

TEST(FilteredBackProjection, RampHasNoMeanAndRisesToTheNyquistFrequency) {
    constexpr index_t n = 4096;
    const auto spectrum = ramp_spectrum({}, n, 0.5, false);
    // Half the frequency in cycles per metre, but for the cut sum; scaled by 1 / n. The convolution
    // sums without the pitch, hence the factor.
    for (const index_t k : {64, 512, 1024, 2048}) {
        const double frequency = static_cast<double>(k) / (n * 0.5);
        EXPECT_NEAR(spectrum[static_cast<std::size_t>(k)] * n, frequency, 1e-3);
    }
    EXPECT_NEAR(spectrum[0] * n, 0.0, 1e-3);
    EXPECT_EQ(ramp_spectrum({RampWindow::hann, 0.5}, n, 0.5, false)[1500], 0.0);
    EXPECT_DOUBLE_EQ(window_gain(RampWindow::shepp_logan, 1.0), 2.0 / pi);
    EXPECT_DOUBLE_EQ(window_gain(RampWindow::hamming, 1.0), 0.54 - 0.46);
    EXPECT_NEAR(window_gain(RampWindow::cosine, 1.0), 0.0, 1e-15);
    EXPECT_NEAR(window_gain(RampWindow::hann, 0.5), 0.5, 1e-15);
    EXPECT_THROW(ramp_spectrum({RampWindow::none, 0.0}, n, 0.5, false), InputError);
}

TEST(FilteredBackProjection, GivesTheSameBitsForAnyNumberOfThreads) {
    ScanGeometry scan = rtk_scan();
    scan.views = 13;
    const Grid grid{37, 30, 41, {4.0 * mm, 4.0 * mm, 4.0 * mm}, {-0.07, -0.06, -0.08}};
    std::vector<float> projections(static_cast<std::size_t>(scan.pixel_count()));
    exec::RandomStream stream(3, 0x7e570003U, 0);
    for (float& p : projections) p = static_cast<float>(exec::uniform(stream));
    std::vector<std::vector<float>> volumes;
    for (const int threads : {1, 2, 4}) {
        exec::ThreadTeam team(threads);
        volumes.emplace_back(static_cast<std::size_t>(grid.cell_count()));
        reconstruct_filtered(team, scan, projections, {}, grid, volumes.back());
    }
    EXPECT_EQ(volumes[0], volumes[1]);
    EXPECT_EQ(volumes[0], volumes[2]);
}

TEST(FilteredBackProjection, GivesTheSameBitsInEveryVectorWidth) {
    constexpr index_t rows = 70;
    exec::RandomStream stream(5, 0x7e570004U, 0);
    std::vector<float> left(rows + 1 + column_padding, 0.0F), right = left;
    for (index_t r = 1; r <= rows; ++r) {
        left[static_cast<std::size_t>(r)] = static_cast<float>(exec::uniform(stream));
        right[static_cast<std::size_t>(r)] = static_cast<float>(exec::uniform(stream));
    }
    for (const float step : {0.3F, 0.97F, 1.85F, 2.6F}) {
        for (const float row : {-20.0F, 0.25F, 60.0F, 90.0F}) {
            const ShadowColumn column{left.data(), right.data(), 0.3F, 0.6F, rows, row, step, 50};
            std::vector<std::vector<float>> sums;
            for (const ColumnKernel& kernel : usable_column_kernels()) {
                std::vector<float> mixed(left.size(), 0.0F);
                sums.emplace_back(64, 0.1F);
                kernel.add(column, mixed.data(), sums.back().data());
                sums.back().resize(50);
                EXPECT_EQ(sums.back(), sums.front()) << kernel.name;
            }
            const float at = row + 7.0F * step;
            if (at < 0.0F || at > 68.0F) continue;
            const auto low = static_cast<std::size_t>(at + 1.0F);
            const float part = at + 1.0F - static_cast<float>(low);
            const auto between = [&](std::size_t r) { return 0.3F * left[r] + 0.6F * right[r]; };
            std::vector<float> values(50), first;
            for (float& v : values) v = static_cast<float>(exec::uniform(stream));
            double sum = 0.0;
            for (std::size_t k = 0; k < 50; ++k) {
                sum += static_cast<double>(values[k]) * static_cast<double>(sums[0][k] - 0.1F);
            }
            for (const ColumnKernel& kernel : usable_column_kernels()) {
                std::vector<float> mixed(static_cast<std::size_t>(spread_room(rows)));
                std::vector<float> a(left.size(), 0.0F), b(left.size(), 0.0F);
                kernel.spread(column, values.data(), mixed.data(), a.data(), b.data());
                double adjoint = 0.0;
                for (std::size_t r = 1; r <= rows; ++r) {
                    adjoint += static_cast<double>(left[r]) * static_cast<double>(a[r]) +
                               static_cast<double>(right[r]) * static_cast<double>(b[r]);
                }
                EXPECT_NEAR(adjoint, sum, 1e-5 * sum) << kernel.name;
                a.insert(a.end(), b.begin(), b.end());
                if (first.empty()) first = a;
                EXPECT_EQ(a, first) << kernel.name;
            }
            EXPECT_NEAR(sums[0][7], 0.1F + (1.0F - part) * between(low) + part * between(low + 1),
                        1e-5F);
        }
    }
}

TEST(FilteredBackProjection, RefusesArcsThatDoNotSeeEveryLine) {
    exec::ThreadTeam team(1);
    SliceCase c = slice_case(BeamShape::fan);
    std::vector<float> volume(static_cast<std::size_t>(c.grid.cell_count()));
    const auto reconstruct = [&] {
        std::vector<float> projections(static_cast<std::size_t>(c.scan.pixel_count()));
        reconstruct_filtered(team, c.scan, projections, {}, c.grid, volume);
    };
    c.scan.arc = pi;
    EXPECT_THROW(reconstruct(), InputError);
    c.scan.arc = 3.0 * pi;
    EXPECT_THROW(reconstruct(), InputError);
    c.scan.arc = 2.0 * pi;
    EXPECT_NO_THROW(reconstruct());
    c.scan.source_to_centre = 0.05;
    EXPECT_THROW(reconstruct(), InputError);
}

}  // namespace
}  // namespace caravel::imaging
