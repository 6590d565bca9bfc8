#include "caravel/imaging/octant_convolution.hpp"

#include "caravel/base/expects.hpp"
#include "caravel/base/fft.hpp"

#include <algorithm>

namespace caravel::imaging {
namespace {

using Size = std::array<index_t, 3>;

/// Transforms the even or odd continuation of every line along one axis.
void transform_axis(exec::ThreadTeam& team, std::size_t axis, OctantKernel& kernel) {
    const Size& half = kernel.half;
    const bool odd = static_cast<int>(axis) == kernel.odd_axis;
    const FftPlan plan(kernel.length[axis]);
    const std::size_t beside = axis == 0 ? 1 : 0;  // lanes lie along this axis
    const std::size_t beyond = axis == 2 ? 1 : 2;
    const Size step{1, half[0], half[0] * half[1]};
    const index_t groups = (half[beside] + fft_lanes - 1) / fft_lanes;
    team.run(half[beyond], [&](index_t slice) {
        FftBlock block(kernel.length[axis]);
        for (index_t group = 0; group < groups; ++group) {
            const index_t first = group * fft_lanes;
            const index_t lanes = std::min(fft_lanes, half[beside] - first);
            double* const origin =
                kernel.values.data() + slice * step[beyond] + first * step[beside];
            std::fill_n(block.im(), kernel.length[axis] * fft_lanes, 0.0);
            for (index_t i = 0; i < kernel.length[axis]; ++i) {
                const index_t mirrored = std::min(i, kernel.length[axis] - i);
                const double sign = odd && mirrored != i ? -1.0 : 1.0;
                for (index_t l = 0; l < lanes; ++l)
                    block.re()[i * fft_lanes + l] =
                        sign * origin[mirrored * step[axis] + l * step[beside]];
            }
            plan.forward(block);
            const double* const part = odd ? block.im() : block.re();
            for (index_t i = 0; i < half[axis]; ++i) {
                for (index_t l = 0; l < lanes; ++l)
                    origin[i * step[axis] + l * step[beside]] = part[i * fft_lanes + l];
            }
        }
    });
}

/// Real field in, its transform along x out (or back): `half` frequencies of every line.
class HalfSpectrum {
  public:
    HalfSpectrum(const Grid& grid, const OctantKernel& kernel)
        : grid_(grid),
          kernel_(kernel),
          width_((kernel.half[0] + fft_lanes - 1) / fft_lanes * fft_lanes),
          re_(static_cast<std::size_t>(width_ * grid.ny * grid.nz)),
          im_(re_.size()),
          x_(kernel.length[0]),
          y_(kernel.length[1]),
          z_(kernel.length[2]) {}

    void forward(exec::ThreadTeam& team, std::span<const double> values);
    void convolve(exec::ThreadTeam& team);
    void backward(exec::ThreadTeam& team, double scale, std::span<double> values) const;

  private:
    void forward_lines(index_t first, std::span<const double> values);
    void backward_lines(index_t first, double scale, std::span<double> values) const;
    struct Columns;
    Columns load_columns(index_t first) const;
    void store_columns(const Columns& c);
    void multiply(const double* factor, index_t used, bool mirrored, double* re, double* im) const;
    void filter_row(index_t j, FftBlock& block, Columns& c) const;
    index_t column(index_t first, index_t j, index_t k) const {
        return first + width_ * (j + grid_.ny * k);
    }
    index_t line_count() const { return grid_.ny * grid_.nz; }

    const Grid& grid_;
    const OctantKernel& kernel_;
    index_t width_;
    std::vector<double> re_;
    std::vector<double> im_;
    FftPlan x_;
    FftPlan y_;
    FftPlan z_;
};

void HalfSpectrum::forward_lines(index_t first, std::span<const double> values) {
    FftBlock block(kernel_.length[0]);
    const index_t lanes = std::min(fft_lanes, line_count() - first);
    for (index_t l = 0; l < lanes; ++l) {
        for (index_t i = 0; i < grid_.nx; ++i)
            block.re()[i * fft_lanes + l] =
                values[static_cast<std::size_t>((first + l) * grid_.nx + i)];
    }
    x_.forward(block);
    for (index_t l = 0; l < lanes; ++l) {
        for (index_t i = 0; i < kernel_.half[0]; ++i) {
            const auto at = static_cast<std::size_t>((first + l) * width_ + i);
            re_[at] = block.re()[i * fft_lanes + l];
            im_[at] = block.im()[i * fft_lanes + l];
        }
    }
}

void HalfSpectrum::backward_lines(index_t first, double scale, std::span<double> values) const {
    FftBlock block(kernel_.length[0]);
    const index_t lanes = std::min(fft_lanes, line_count() - first);
    const index_t length = kernel_.length[0];
    for (index_t l = 0; l < lanes; ++l) {
        for (index_t i = 0; i < length; ++i) {
            const bool mirrored = i >= kernel_.half[0];
            const auto at =
                static_cast<std::size_t>((first + l) * width_ + (mirrored ? length - i : i));
            block.re()[i * fft_lanes + l] = re_[at];
            block.im()[i * fft_lanes + l] = mirrored ? -im_[at] : im_[at];
        }
    }
    x_.backward(block);
    for (index_t l = 0; l < lanes; ++l) {
        for (index_t i = 0; i < grid_.nx; ++i)
            values[static_cast<std::size_t>((first + l) * grid_.nx + i)] =
                scale * block.re()[i * fft_lanes + l];
    }
}

void HalfSpectrum::forward(exec::ThreadTeam& team, std::span<const double> values) {
    team.run((line_count() + fft_lanes - 1) / fft_lanes,
             [&](index_t i) { forward_lines(i * fft_lanes, values); });
}

void HalfSpectrum::backward(exec::ThreadTeam& team, double scale, std::span<double> values) const {
    team.run((line_count() + fft_lanes - 1) / fft_lanes,
             [&](index_t i) { backward_lines(i * fft_lanes, scale, values); });
}

/// Eight neighbouring frequencies along x of every (y, z), y padded.
struct HalfSpectrum::Columns {
    index_t first = 0;  // frequency
    std::vector<double> re{};
    std::vector<double> im{};
};

HalfSpectrum::Columns HalfSpectrum::load_columns(index_t first) const {
    const index_t rows = kernel_.length[1];
    Columns c{
        first, std::vector<double>(static_cast<std::size_t>(rows * grid_.nz * fft_lanes)), {}};
    c.im.resize(c.re.size());
    FftBlock block(rows);
    for (index_t k = 0; k < grid_.nz; ++k) {
        std::fill_n(block.re(), rows * fft_lanes, 0.0);
        std::fill_n(block.im(), rows * fft_lanes, 0.0);
        for (index_t j = 0; j < grid_.ny; ++j) {
            std::copy_n(re_.data() + column(first, j, k), fft_lanes, block.re() + j * fft_lanes);
            std::copy_n(im_.data() + column(first, j, k), fft_lanes, block.im() + j * fft_lanes);
        }
        y_.forward(block);
        std::copy_n(block.re(), rows * fft_lanes, c.re.data() + k * rows * fft_lanes);
        std::copy_n(block.im(), rows * fft_lanes, c.im.data() + k * rows * fft_lanes);
    }
    return c;
}

void HalfSpectrum::store_columns(const Columns& c) {
    const index_t rows = kernel_.length[1];
    FftBlock block(rows);
    for (index_t k = 0; k < grid_.nz; ++k) {
        std::copy_n(c.re.data() + k * rows * fft_lanes, rows * fft_lanes, block.re());
        std::copy_n(c.im.data() + k * rows * fft_lanes, rows * fft_lanes, block.im());
        y_.backward(block);
        for (index_t j = 0; j < grid_.ny; ++j) {
            std::copy_n(block.re() + j * fft_lanes, fft_lanes, re_.data() + column(c.first, j, k));
            std::copy_n(block.im() + j * fft_lanes, fft_lanes, im_.data() + column(c.first, j, k));
        }
    }
}

void HalfSpectrum::multiply(const double* factor, index_t used, bool mirrored, double* re,
                            double* im) const {
    if (kernel_.odd_axis < 0) {
        for (index_t l = 0; l < used; ++l) {
            re[l] *= factor[l];
            im[l] *= factor[l];
        }
        return;
    }
    const double sign = mirrored ? -1.0 : 1.0;
    for (index_t l = 0; l < used; ++l) {
        const double turned = -sign * factor[l] * im[l];
        im[l] = sign * factor[l] * re[l];
        re[l] = turned;
    }
}

/// To k space along z, times the kernel, and back, for frequency j along y.
void HalfSpectrum::filter_row(index_t j, FftBlock& block, Columns& c) const {
    const index_t rows = kernel_.length[1];
    const index_t length = kernel_.length[2];
    const index_t used = std::min(fft_lanes, kernel_.half[0] - c.first);
    std::fill_n(block.re(), length * fft_lanes, 0.0);
    std::fill_n(block.im(), length * fft_lanes, 0.0);
    for (index_t k = 0; k < grid_.nz; ++k) {
        const index_t at = (k * rows + j) * fft_lanes;
        std::copy_n(c.re.data() + at, fft_lanes, block.re() + k * fft_lanes);
        std::copy_n(c.im.data() + at, fft_lanes, block.im() + k * fft_lanes);
    }
    z_.forward(block);
    for (index_t k = 0; k < length; ++k) {
        const double* const factor =
            kernel_.values.data() +
            kernel_.index(c.first, std::min(j, rows - j), std::min(k, length - k));
        const bool mirrored =
            (kernel_.odd_axis == 1 && 2 * j > rows) || (kernel_.odd_axis == 2 && 2 * k > length);
        multiply(factor, used, mirrored, block.re() + k * fft_lanes, block.im() + k * fft_lanes);
    }
    z_.backward(block);
    for (index_t k = 0; k < grid_.nz; ++k) {
        const index_t at = (k * rows + j) * fft_lanes;
        std::copy_n(block.re() + k * fft_lanes, fft_lanes, c.re.data() + at);
        std::copy_n(block.im() + k * fft_lanes, fft_lanes, c.im.data() + at);
    }
}

void HalfSpectrum::convolve(exec::ThreadTeam& team) {
    team.run(width_ / fft_lanes, [&](index_t i) {
        Columns columns = load_columns(i * fft_lanes);
        FftBlock block(kernel_.length[2]);
        for (index_t j = 0; j < kernel_.length[1]; ++j) filter_row(j, block, columns);
        store_columns(columns);
    });
}

}  // namespace

OctantKernel empty_kernel(const Grid& grid, int odd_axis) {
    OctantKernel kernel;
    const Size size{grid.nx, grid.ny, grid.nz};
    for (std::size_t a = 0; a < 3; ++a) {
        kernel.length[a] = even_fft_length(2 * size[a]);
        kernel.half[a] = kernel.length[a] / 2 + 1;
    }
    kernel.values.assign(static_cast<std::size_t>(kernel.half[0] * kernel.half[1] * kernel.half[2]),
                         0.0);
    kernel.odd_axis = odd_axis;
    return kernel;
}

void transform_kernel(exec::ThreadTeam& team, OctantKernel& kernel) {
    for (std::size_t axis = 0; axis < 3; ++axis) transform_axis(team, axis, kernel);
}

std::vector<double> convolve(exec::ThreadTeam& team, const Grid& grid, const OctantKernel& kernel,
                             std::span<const double> values, double scale) {
    CARAVEL_EXPECTS(static_cast<index_t>(values.size()) == grid.cell_count());
    HalfSpectrum spectrum(grid, kernel);
    spectrum.forward(team, values);
    spectrum.convolve(team);
    std::vector<double> result(values.size());
    const index_t points = kernel.length[0] * kernel.length[1] * kernel.length[2];
    spectrum.backward(team, scale / static_cast<double>(points), result);
    return result;
}

}  // namespace caravel::imaging
