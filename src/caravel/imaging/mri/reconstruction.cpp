#include "caravel/imaging/mri/reconstruction.hpp"

#include "caravel/base/error.hpp"
#include "caravel/imaging/noise.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace caravel::imaging {
namespace {

constexpr double two_pi = 2.0 * std::numbers::pi;

/// Rates and frequency of one voxel while it is read.
struct Motion {
    double before = 0.0;  // 1/s, decay before the echo's centre
    double after = 0.0;   // 1/s
    double turn = 0.0;    // rad/s
};

Motion motion_of(const MriMaps& maps, const Exposure& exposure, std::size_t v) {
    Motion m;
    if (exposure.weighting == Weighting::fluorine) return m;
    m.turn = maps.off_resonance.empty() ? 0.0 : maps.off_resonance[v];
    m.before = m.after = maps.r2_star[v];
    if (exposure.refocused) m.before = 2.0 * maps.r2[v] - maps.r2_star[v];
    return m;
}

/// A row of voxels that turn and decay from sample to sample; sums in eight lanes.
class Row {
  public:
    explicit Row(index_t cells) {
        const std::size_t padded = (static_cast<std::size_t>(cells) + lanes - 1) / lanes * lanes;
        for (auto* values : {&re_, &im_, &fr_, &fi_, &gr_, &gi_}) values->assign(padded, 0.0);
    }

    void set(index_t x, double re, double im) {
        re_[static_cast<std::size_t>(x)] = re;
        im_[static_cast<std::size_t>(x)] = im;
    }
    /// Step before and after the centre.
    void set_steps(index_t x, double angle, double shrink_before, double shrink_after) {
        const auto i = static_cast<std::size_t>(x);
        const double c = std::cos(angle);
        const double s = std::sin(angle);
        fr_[i] = shrink_before * c;
        fi_[i] = shrink_before * s;
        gr_[i] = shrink_after * c;
        gi_[i] = shrink_after * s;
    }
    /// Adds up, then turns by the step before or after the centre.
    void sample(bool after, double& re, double& im) {
        const double* turn_re = after ? gr_.data() : fr_.data();
        const double* turn_im = after ? gi_.data() : fi_.data();
        std::array<double, lanes> sum_re{};
        std::array<double, lanes> sum_im{};
        for (std::size_t i = 0; i < re_.size(); i += lanes) {
            for (std::size_t l = 0; l < lanes; ++l) {
                const double a = re_[i + l];
                const double b = im_[i + l];
                sum_re[l] += a;
                sum_im[l] += b;
                re_[i + l] = a * turn_re[i + l] - b * turn_im[i + l];
                im_[i + l] = a * turn_im[i + l] + b * turn_re[i + l];
            }
        }
        re = sum_of(sum_re);
        im = sum_of(sum_im);
    }

  private:
    static constexpr std::size_t lanes = 8;
    static double sum_of(const std::array<double, lanes>& s) {
        return ((s[0] + s[1]) + (s[2] + s[3])) + ((s[4] + s[5]) + (s[6] + s[7]));
    }

    std::vector<double> re_, im_, fr_, fi_, gr_, gi_;
};

double phase_at_centre(const Exposure& exposure, const Motion& m) {
    return exposure.refocused ? 0.0 : m.turn * exposure.echo_time;
}

/// Everything that the lines of one shot need.
struct Readout {
    const MriMaps& maps;
    const Exposure& exposure;
    const Shot& shot;
    const ComplexField& coil;
    Axis axis{};
    double dwell = 0.0;  // s
};

/// Puts a voxel into a row as it is at the first of `points` samples, `step` (s) apart, that walk
/// through the frequencies of an axis; `turn` (rad) is what the gradient adds from one to the next.
void prepare(const Readout& r, std::size_t v, index_t cell, index_t points, double turn,
             double step, Row& row) {
    const Motion m = motion_of(r.maps, r.exposure, v);
    const index_t middle = points / 2;
    const double lowest = -static_cast<double>(middle);
    const double phase = phase_at_centre(r.exposure, m) + (m.turn * step + turn) * lowest;
    const double size = r.shot.amplitude[v] * std::exp(-m.before * step * lowest);
    const double c = size * std::cos(phase);
    const double s = size * std::sin(phase);
    row.set(cell, c * r.coil.re[v] - s * r.coil.im[v], c * r.coil.im[v] + s * r.coil.re[v]);
    row.set_steps(cell, turn + m.turn * step, std::exp(-m.before * step),
                  std::exp(-m.after * step));
}

double turn_of(const Axis& axis, index_t cell) {
    return two_pi * axis.cell_place(cell) / axis.extent();
}

/// What even cells do to each frequency of an axis.
std::vector<double> box_of(const Axis& axis) {
    const double cell = axis.cell / axis.extent();
    std::vector<double> box;
    for (index_t n = 0; n < axis.points; ++n) {
        const double x =
            std::numbers::pi * static_cast<double>(frequency_of(n, axis.points)) * cell;
        box.push_back(cell * (x == 0.0 ? 1.0 : std::sin(x) / x));
    }
    return box;
}

/// Samples of one line of voxels, all frequencies along x.
void read_row(const Readout& r, index_t row, Row& state, double* re, double* im) {
    for (index_t x = 0; x < r.axis.cells; ++x)
        prepare(r, static_cast<std::size_t>(row * r.axis.cells + x), x, r.axis.points,
                turn_of(r.axis, x), r.dwell, state);
    for (index_t n = 0; n < r.axis.points; ++n)
        state.sample(frequency_of(n, r.axis.points) >= 0, re[n], im[n]);
}

/// Calls work(z) for every slice. The caller alone is asked between batches whether to go on.
template <class Work>
void for_slices(const ScanContext& context, index_t count, const Work& work) {
    const index_t batch = 2 * static_cast<index_t>(context.team.size());
    for (index_t first = 0; first < count; first += batch) {
        if (context.interrupted && context.interrupted())
            throw Interrupted("the scan was interrupted");
        context.team.run(std::min(batch, count - first), [&](index_t z) { work(first + z); });
    }
}

/// Frequencies along x of all lines of voxels: [kx, y, z].
ComplexField read_rows(const ScanContext& context, const Readout& r, const Grid& grid) {
    ComplexField field;
    field.size = {r.axis.points, grid.ny, grid.nz};
    const auto count = static_cast<std::size_t>(r.axis.points * grid.ny * grid.nz);
    field.re.resize(count);
    field.im.resize(count);
    const std::vector<double> box = box_of(r.axis);
    for_slices(context, grid.nz, [&](index_t z) {
        Row state(r.axis.cells);
        for (index_t y = 0; y < grid.ny; ++y) {
            const index_t row = y + grid.ny * z;
            double* re = field.re.data() + row * r.axis.points;
            double* im = field.im.data() + row * r.axis.points;
            read_row(r, row, state, re, im);
            for (std::size_t n = 0; n < box.size(); ++n) {
                re[n] *= box[n];
                im[n] *= box[n];
            }
        }
    });
    return field;
}

void encode_z(exec::ThreadTeam& team, const MriSettings& mri, const Axis& axis,
              ComplexField& field) {
    if (mri.volume)
        apply_axis(team, field, 2, encoding_matrix(axis));
    else
        apply_axis(team, field, 2, overlap_matrix(axis));
}

/// Only some rows of a matrix.
AxisMatrix some_rows(const AxisMatrix& matrix, const std::vector<index_t>& rows) {
    AxisMatrix part;
    part.rows = static_cast<index_t>(rows.size());
    part.columns = matrix.columns;
    for (const index_t row : rows) {
        const auto begin = matrix.weights.begin() + row * matrix.columns;
        part.weights.insert(part.weights.end(), begin, begin + matrix.columns);
        part.first.push_back(0);
        part.last.push_back(matrix.columns);
    }
    return part;
}

void place_lines(const ComplexField& part, const std::vector<index_t>& lines, ComplexField& raw) {
    const index_t n = raw.size[0];
    for (index_t z = 0; z < raw.size[2]; ++z) {
        for (std::size_t l = 0; l < lines.size(); ++l) {
            const index_t from = n * (static_cast<index_t>(l) + part.size[1] * z);
            const index_t to = n * (lines[l] + raw.size[1] * z);
            std::copy_n(part.re.begin() + from, n, raw.re.begin() + to);
            std::copy_n(part.im.begin() + from, n, raw.im.begin() + to);
        }
    }
}

}  // namespace

std::vector<std::vector<index_t>> train_lines(index_t points, std::int64_t count,
                                              std::int64_t effective) {
    std::vector<std::vector<index_t>> lines(static_cast<std::size_t>(count));
    const index_t middle = points / 2;
    for (index_t line = 0; line < points; ++line) {
        // bands of equal width, the middle one around the middle of k space
        const double place =
            static_cast<double>((line - middle) * count) / static_cast<double>(points);
        const auto band = static_cast<index_t>(std::floor(place + 0.5));
        // early echoes go outwards on both sides, later ones around from one edge to the other
        const index_t echo = effective == 1
                                 ? std::min(count - 1, static_cast<index_t>(2.0 * std::abs(place)))
                                 : (band + effective - 1 + 2 * count) % count;
        lines[static_cast<std::size_t>(echo)].push_back(line);
    }
    return lines;
}

ComplexField acquire_cartesian(const ScanContext& context, const MriMaps& maps,
                               const MriSettings& mri, const Exposure& exposure,
                               const std::vector<Shot>& shots, const Grid& image,
                               const ComplexField& coil) {
    ComplexField raw;
    raw.size = {image.nx, image.ny, image.nz};
    raw.re.assign(static_cast<std::size_t>(image.cell_count()), 0.0);
    raw.im = raw.re;
    const Axis y = axis_of(maps.grid, image, 1);
    const Axis z = axis_of(maps.grid, image, 2);
    const ComplexMatrix lines = encoding_matrix(y);
    for (const Shot& shot : shots) {
        if (shot.lines.empty()) continue;
        const Readout readout{
            maps, exposure, shot, coil, axis_of(maps.grid, image, 0), 1.0 / mri.bandwidth};
        ComplexField field = read_rows(context, readout, maps.grid);
        encode_z(context.team, mri, z, field);
        apply_axis(context.team, field, 1,
                   {some_rows(lines.re, shot.lines), some_rows(lines.im, shot.lines)});
        place_lines(field, shot.lines, raw);
    }
    return raw;
}

ComplexField acquire_planar(const ScanContext& context, const MriMaps& maps, const MriSettings& mri,
                            const Exposure& exposure, const Shot& shot, const Grid& image,
                            const ComplexField& coil) {
    const Grid& grid = maps.grid;
    const Axis y = axis_of(grid, image, 1);
    const Readout readout{maps, exposure, shot, coil, y, mri.echo_spacing};
    const std::vector<double> box = box_of(y);
    ComplexField field;
    field.size = {grid.nx, y.points, grid.nz};
    field.re.assign(static_cast<std::size_t>(grid.nx * y.points * grid.nz), 0.0);
    field.im = field.re;
    // every voxel turns from line to line: the same rows as a readout, along y
    for_slices(context, grid.nz, [&](index_t z) {
        Row state(grid.ny);
        for (index_t x = 0; x < grid.nx; ++x) {
            for (index_t j = 0; j < grid.ny; ++j)
                prepare(readout, static_cast<std::size_t>(grid.index(x, j, z)), j, y.points,
                        turn_of(y, j), mri.echo_spacing, state);
            for (index_t n = 0; n < y.points; ++n) {
                const auto to = static_cast<std::size_t>(x + grid.nx * (n + y.points * z));
                state.sample(frequency_of(n, y.points) >= 0, field.re[to], field.im[to]);
                field.re[to] *= box[static_cast<std::size_t>(n)];
                field.im[to] *= box[static_cast<std::size_t>(n)];
            }
        }
    });
    encode_z(context.team, mri, axis_of(grid, image, 2), field);
    apply_axis(context.team, field, 0, encoding_matrix(axis_of(grid, image, 0)));
    return field;
}

ComplexField reconstruct_cartesian(exec::ThreadTeam& team, const MriSettings& mri, ComplexField raw,
                                   const Grid& image) {
    apply_axis(team, raw, 0, decoding_matrix(axis_of(image, image, 0), mri.filter));
    apply_axis(team, raw, 1, decoding_matrix(axis_of(image, image, 1), mri.filter));
    if (mri.volume) apply_axis(team, raw, 2, decoding_matrix(axis_of(image, image, 2), mri.filter));
    return raw;
}

double raw_noise(const MriSettings& mri, const Grid& image, double sigma) {
    double points = static_cast<double>(image.nx * image.ny);
    if (mri.volume) points *= static_cast<double>(image.nz);
    return sigma / std::sqrt(points);
}

double filter_noise(const MriSettings& mri, const Grid& image) {
    double share = window_noise(mri.filter, image.nx) * window_noise(mri.filter, image.ny);
    if (mri.volume) share *= window_noise(mri.filter, image.nz);
    return share;
}

void add_raw_noise(const ScanContext& context, ComplexField& raw, double sigma,
                   std::uint32_t entity) {
    add_gaussian_noise(context.team, raw.re, sigma, context.seed, NoisePurpose::raw_real, entity);
    add_gaussian_noise(context.team, raw.im, sigma, context.seed, NoisePurpose::raw_imaginary,
                       entity);
}

}  // namespace caravel::imaging
