#include "caravel/formulation/optics/complex_lu.hpp"

#include "caravel/base/error.hpp"
#include "caravel/exec/for_each.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

namespace caravel::formulation::optics {

namespace {

constexpr std::size_t lanes = 2;           // what every x86-64 has; wider packs are split badly
constexpr std::size_t stripe = 2 * lanes;  // columns worked on at once: two rows fit 16 registers
constexpr std::size_t block = 48;          // width of a panel
using Pack [[gnu::vector_size(lanes * sizeof(double))]] = double;

// A window of a ComplexRows.
struct ConstWindow {
    const double* real;
    const double* imaginary;
    std::size_t stride;
};

struct Window {
    double* real;
    double* imaginary;
    std::size_t stride;
    operator ConstWindow() const { return {real, imaginary, stride}; }
};

Window window(ComplexRows& a, std::size_t row, std::size_t column) {
    return {a.real.data() + row * a.stride + column, a.imaginary.data() + row * a.stride + column,
            a.stride};
}

ConstWindow window(const ComplexRows& a, std::size_t row, std::size_t column) {
    return {a.real.data() + row * a.stride + column, a.imaginary.data() + row * a.stride + column,
            a.stride};
}

// The depth x stripe part of U, laid out one after the other: real packs, then imaginary ones.
using PackedStripe = std::vector<Pack>;

void pack_stripe(PackedStripe& packed, const ConstWindow& u, std::size_t depth,
                 std::size_t column) {
    for (std::size_t k = 0; k < depth; ++k) {
        std::memcpy(&packed[4 * k], u.real + k * u.stride + column, 2 * sizeof(Pack));
        std::memcpy(&packed[4 * k + 2], u.imaginary + k * u.stride + column, 2 * sizeof(Pack));
    }
}

// Sums of one row of L times the stripe.
struct RowSums {
    Pack real_0 = {}, real_1 = {}, imaginary_0 = {}, imaginary_1 = {};

    void add(double x, double y, const Pack* u) {
        real_0 += x * u[0];
        real_1 += x * u[1];
        imaginary_0 += x * u[2];
        imaginary_1 += x * u[3];
        real_0 -= y * u[2];
        real_1 -= y * u[3];
        imaginary_0 += y * u[0];
        imaginary_1 += y * u[1];
    }
    void subtract_from(const Window& c, std::size_t row) const {
        subtract(c.real + row * c.stride, real_0);
        subtract(c.real + row * c.stride + lanes, real_1);
        subtract(c.imaginary + row * c.stride, imaginary_0);
        subtract(c.imaginary + row * c.stride + lanes, imaginary_1);
    }
    static void subtract(double* target, const Pack& pack) {
        Pack value;
        std::memcpy(&value, target, sizeof value);
        value -= pack;
        std::memcpy(target, &value, sizeof value);
    }
};

// One stripe of C -= L U, two rows at a time so that each loaded pack is used twice.
void subtract_two_rows(const Window& c, const ConstWindow& l, const PackedStripe& u,
                       std::size_t depth, std::size_t row, std::size_t next) {
    RowSums a, b;
    const double *ar = l.real + row * l.stride, *ai = l.imaginary + row * l.stride;
    const double *br = l.real + next * l.stride, *bi = l.imaginary + next * l.stride;
    const Pack* packs = u.data();
    for (std::size_t k = 0; k < depth; ++k, packs += 4) {
        a.add(ar[k], ai[k], packs);
        b.add(br[k], bi[k], packs);
    }
    a.subtract_from(c, row);
    if (next != row) b.subtract_from(c, next);
}

// C (rows x columns) -= L (rows x depth) U (depth x columns); columns a multiple of the stripe.
void subtract_product(exec::ThreadTeam& team, const Window& c, const ConstWindow& l,
                      const ConstWindow& u, std::size_t rows, std::size_t depth,
                      std::size_t columns) {
    exec::for_each(
        team, static_cast<index_t>(columns / stripe),
        [&](index_t tile) {
            const std::size_t column = static_cast<std::size_t>(tile) * stripe;
            PackedStripe packed(4 * depth);
            pack_stripe(packed, u, depth, column);
            const Window target{c.real + column, c.imaginary + column, c.stride};
            for (std::size_t i = 0; i < rows; i += 2) {
                subtract_two_rows(target, l, packed, depth, i, std::min(i + 1, rows - 1));
            }
        },
        4);
}

void subtract_row(const Window& to, std::size_t target, const ConstWindow& from, std::size_t source,
                  double x, double y, std::size_t columns) {
    double* const tr = to.real + target * to.stride;
    double* const ti = to.imaginary + target * to.stride;
    const double* const sr = from.real + source * from.stride;
    const double* const si = from.imaginary + source * from.stride;
    for (std::size_t j = 0; j < columns; ++j) {
        const double re = sr[j], im = si[j];
        tr[j] -= x * re - y * im;
        ti[j] -= x * im + y * re;
    }
}

void swap_rows(ComplexRows& a, std::size_t i, std::size_t j) {
    if (i == j) return;
    const auto exchange = [&](std::vector<double>& v) {
        double* const data = v.data();
        std::swap_ranges(data + i * a.stride, data + (i + 1) * a.stride, data + j * a.stride);
    };
    exchange(a.real);
    exchange(a.imaginary);
}

void scale_row(const Window& w, std::size_t row, const std::complex<double>& factor,
               std::size_t columns) {
    double* const re = w.real + row * w.stride;
    double* const im = w.imaginary + row * w.stride;
    for (std::size_t j = 0; j < columns; ++j) {
        const double r = re[j], i = im[j];
        re[j] = r * factor.real() - i * factor.imag();
        im[j] = r * factor.imag() + i * factor.real();
    }
}

std::size_t whole_stripes(std::size_t columns) { return (columns + stripe - 1) / stripe * stripe; }

}  // namespace

ComplexRows::ComplexRows(std::size_t row_count, std::size_t column_count)
    : rows(row_count),
      columns(column_count),
      stride(whole_stripes(column_count)),
      real(rows * stride, 0.0),
      imaginary(rows * stride, 0.0) {}

ComplexLu::ComplexLu(ComplexRows matrix, int threads)
    : lu_(std::move(matrix)), pivots_(lu_.rows), threads_(threads) {
    static_assert(block % stripe == 0);
    exec::ThreadTeam team(threads_);
    for (std::size_t first = 0; first < lu_.rows; first += block) {
        const std::size_t last = std::min(first + block, lu_.rows);
        factor_panel(first, last);
        if (last == lu_.rows) break;
        const std::size_t right = lu_.stride - last;
        for (std::size_t k = first; k < last; ++k) {
            for (std::size_t i = k + 1; i < last; ++i) {
                const std::complex<double> l = lu_(i, k);
                const Window w = window(lu_, 0, last);
                subtract_row(w, i, w, k, l.real(), l.imag(), right);
            }
        }
        subtract_product(team, window(lu_, last, last), window(lu_, last, first),
                         window(lu_, first, last), lu_.rows - last, last - first, right);
    }
}

void ComplexLu::factor_panel(std::size_t first, std::size_t last) {
    for (std::size_t k = first; k < last; ++k) {
        std::size_t pivot = k;
        double largest = -1.0;
        for (std::size_t i = k; i < lu_.rows; ++i) {
            const double size = std::norm(lu_(i, k));
            if (size > largest) {
                largest = size;
                pivot = i;
            }
        }
        if (!(largest > 0.0) || !std::isfinite(largest)) {
            throw NumericalError({"dense linear system", "pivot", "", 0.0, 0.0,
                                  "is zero or not finite", "lower the order of expansion"});
        }
        pivots_[k] = pivot;
        swap_rows(lu_, k, pivot);
        const std::complex<double> inverse = 1.0 / lu_(k, k);
        const Window w = window(lu_, 0, k + 1);
        for (std::size_t i = k + 1; i < lu_.rows; ++i) {
            const std::complex<double> l = lu_(i, k) * inverse;
            lu_.set(i, k, l);
            subtract_row(w, i, w, k, l.real(), l.imag(), last - k - 1);
        }
    }
}

void ComplexLu::solve(ComplexRows& x) const {
    exec::ThreadTeam team(threads_);
    const std::size_t n = lu_.rows;
    for (std::size_t k = 0; k < n; ++k) swap_rows(x, k, pivots_[k]);
    const Window all = window(x, 0, 0);
    for (std::size_t first = 0; first < n; first += block) {
        const std::size_t last = std::min(first + block, n);
        for (std::size_t k = first; k < last; ++k) {
            for (std::size_t i = k + 1; i < last; ++i) {
                const std::complex<double> l = lu_(i, k);
                subtract_row(all, i, all, k, l.real(), l.imag(), x.stride);
            }
        }
        if (last == n) break;
        subtract_product(team, window(x, last, 0), window(lu_, last, first), window(x, first, 0),
                         n - last, last - first, x.stride);
    }
    const std::size_t blocks = (n + block - 1) / block;
    for (std::size_t b = blocks; b-- > 0;) {
        const std::size_t first = b * block, last = std::min(first + block, n);
        for (std::size_t k = last; k-- > first;) {
            scale_row(all, k, 1.0 / lu_(k, k), x.stride);
            for (std::size_t i = first; i < k; ++i) {
                const std::complex<double> u = lu_(i, k);
                subtract_row(all, i, all, k, u.real(), u.imag(), x.stride);
            }
        }
        if (first == 0) break;
        subtract_product(team, window(x, 0, 0), window(lu_, 0, first), window(x, first, 0), first,
                         last - first, x.stride);
    }
}

}  // namespace caravel::formulation::optics
