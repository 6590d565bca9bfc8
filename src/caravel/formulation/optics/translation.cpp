#include "caravel/formulation/optics/translation.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>

namespace caravel::formulation::optics {

namespace {

using Complex = std::complex<double>;
// One complex number; wider packs are split badly where the processor has only two lanes.
using Pack [[gnu::vector_size(16)]] = double;

std::size_t at(int i) { return static_cast<std::size_t>(i); }

void load(Pack& pack, const double* from) { std::memcpy(&pack, from, sizeof pack); }

void add_to(double* target, const Pack& pack) {
    Pack sum;
    load(sum, target);
    sum += pack;
    std::memcpy(target, &sum, sizeof sum);
}

int first_order(int m) { return std::max(1, m); }

// sqrt of the coefficient that couples p - 1 and p
double three_j_link(int p, int l, int l_prime) {
    const double q = p, difference = l - l_prime, top = l + l_prime + 1;
    return std::sqrt((q * q - difference * difference) * (top * top - q * q));
}

// d^l_{lm}: the start of the recurrence in l
double highest_rotation(int l, int m, double half_cosine, double half_sine) {
    double value = 1.0;
    // sqrt(binomial(2l, l+m)) cos^(l+m) (-sin)^(l-m), factors mixed so that nothing overflows
    int cosines = l + m, sines = l - m;
    for (int i = 1; i <= l - m; ++i) value *= std::sqrt((l + m + i) / static_cast<double>(i));
    value *= std::pow(half_cosine, cosines) * std::pow(-half_sine, sines);
    return value;
}

// d^l_{m'm} at l = max(|m'|, |m|) by the symmetries d_{m'm} = (-1)^(m-m') d_{mm'} = d_{-m,-m'}
double first_rotation(int row, int column, double half_cosine, double half_sine) {
    const int l = std::max(std::abs(row), std::abs(column));
    const double sign = (row - column) % 2 == 0 ? 1.0 : -1.0;
    if (row == l) return highest_rotation(l, column, half_cosine, half_sine);
    if (column == l) return sign * highest_rotation(l, row, half_cosine, half_sine);
    if (column == -l) return highest_rotation(l, -row, half_cosine, half_sine);
    return sign * highest_rotation(l, -column, half_cosine, half_sine);
}

double next_rotation(int l, int row, int column, double cosine, double now, double before) {
    const double k = l, r = row, c = column, n = l + 1;
    if (l == 0) return cosine;
    const double back = std::sqrt((k * k - r * r) * (k * k - c * c));
    return ((2.0 * k + 1.0) * (k * n * cosine - r * c) * now - n * back * before) /
           (k * std::sqrt((n * n - r * r) * (n * n - c * c)));
}

}  // namespace

std::vector<double> three_j_column(int l, int l_prime, int m) {
    const int low = std::abs(l - l_prime), high = l + l_prime;
    std::vector<double> f(at(high - low + 1), 0.0);
    const auto step = [&](int p) { return 2.0 * m * (2.0 * p + 1.0); };
    f.front() = 1.0;
    int matched = low;  // upward while the magnitude grows (all the way for m = 0)
    for (int p = low; p < high; ++p) {
        const double below = p > low ? three_j_link(p, l, l_prime) * f[at(p - 1 - low)] : 0.0;
        const double next = (step(p) * f[at(p - low)] - below) / three_j_link(p + 1, l, l_prime);
        if (m != 0 && std::abs(next) < std::abs(f[at(p - low)])) break;
        f[at(p + 1 - low)] = next;
        matched = p + 1;
    }
    if (matched < high) {
        const double up = f[at(matched - low)];
        f.back() = 1.0;
        for (int p = high; p > matched; --p) {
            const double above =
                p < high ? three_j_link(p + 1, l, l_prime) * f[at(p + 1 - low)] : 0.0;
            f[at(p - 1 - low)] = (step(p) * f[at(p - low)] - above) / three_j_link(p, l, l_prime);
        }
        const double scale = f[at(matched - low)] / up;
        for (int p = low; p < matched; ++p) f[at(p - low)] *= scale;
    }
    double sum = 0.0;
    for (int p = low; p <= high; ++p) sum += (2.0 * p + 1.0) * f[at(p - low)] * f[at(p - low)];
    const double wanted = (l - l_prime) % 2 == 0 ? 1.0 : -1.0;
    const double scale = (f.back() * wanted < 0.0 ? -1.0 : 1.0) / std::sqrt(sum);
    for (double& value : f) value *= scale;
    return f;
}

AxialTable::AxialTable(int row_order, int column_order)
    : row_order_(row_order), column_order_(column_order) {
    begin_.push_back(0);
    for (int row = 1; row <= row_order; ++row) {
        for (int column = 1; column <= column_order; ++column) {
            const std::vector<double> zero = three_j_column(column, row, 0);
            const double root = std::sqrt((2.0 * row + 1.0) * (2.0 * column + 1.0));
            const int low = std::abs(row - column);
            pair_.push_back(begin_.size() - 1);
            for (int m = 0; m <= std::min(row, column); ++m) {
                const std::vector<double> general = three_j_column(column, row, m);
                for (int p = low; p <= row + column; p += 2) {
                    const double sign = ((row - column + p) / 2 + m) % 2 == 0 ? 1.0 : -1.0;
                    factors_.push_back(sign * (2.0 * p + 1.0) * root * zero[at(p - low)] *
                                       general[at(p - low)]);
                }
                begin_.push_back(factors_.size());
            }
        }
    }
}

std::span<const double> AxialTable::factors(int row, int column, int m) const {
    const std::size_t slot = pair_[at((row - 1) * column_order_ + column - 1)] + at(m);
    return std::span(factors_).subspan(begin_[slot], begin_[slot + 1] - begin_[slot]);
}

std::vector<double> rotation_matrices(int order, double angle) {
    std::vector<double> d(at(rotation_offset(order + 1)));
    const double cosine = std::cos(angle);
    const double half_cosine = std::cos(0.5 * angle), half_sine = std::sin(0.5 * angle);
    for (int row = -order; row <= order; ++row) {
        for (int column = -order; column <= order; ++column) {
            const int first = std::max(std::abs(row), std::abs(column));
            double before = 0.0;
            double now = first_rotation(row, column, half_cosine, half_sine);
            for (int l = first; l <= order; ++l) {
                if (l >= 1) {
                    d[at(rotation_offset(l) + (row + l) * (2 * l + 1) + column + l)] = now;
                }
                const double next = next_rotation(l, row, column, cosine, now, before);
                before = now;
                now = next;
            }
        }
    }
    return d;
}

WaveTranslation::WaveTranslation(const AxialTable& table, WaveKind kind, int row_order,
                                 int column_order, double wave_number, const Vector3& vector)
    : row_order_(row_order), column_order_(column_order) {
    const int order = std::max(row_order, column_order);
    const double distance = norm(vector);
    const double rho = std::hypot(vector[0], vector[1]);
    const Complex turn = rho > 0.0 ? Complex(vector[0] / rho, vector[1] / rho) : Complex(1.0, 0.0);
    azimuth_.assign(at(order + 1), 1.0);
    for (int m = 1; m <= order; ++m) azimuth_[at(m)] = azimuth_[at(m - 1)] * turn;
    rotation_ = rotation_matrices(order, std::atan2(rho, vector[2]));
    fill_axial(table, kind, wave_number * distance);
}

void WaveTranslation::fill_axial(const AxialTable& table, WaveKind kind, double kd) {
    const std::vector<Complex> z = spherical_bessel(kind, row_order_ + column_order_, kd);
    for (int m = 0; m <= std::min(row_order_, column_order_); ++m) {
        begin_.push_back(pairs_.size());
        for (int row = first_order(m); row <= row_order_; ++row) {
            for (int column = first_order(m); column <= column_order_; ++column) {
                const double below = row * (row + 1.0), above = column * (column + 1.0);
                Complex plain = 0.0, weighted = 0.0;
                int p = std::abs(row - column);
                for (const double factor : table.factors(row, column, m)) {
                    const Complex term = factor * z[at(p)];
                    plain += term;
                    weighted += 0.5 * (below + above - p * (p + 1.0)) * term;
                    p += 2;
                }
                const double root = std::sqrt(below * above);
                pairs_.push_back({weighted / root, Complex(0.0, m * kd / root) * plain});
            }
        }
    }
}

void WaveTranslation::axial(const double* in, double* out, bool reverse) const {
    for (int degree = 0; degree < static_cast<int>(begin_.size()); ++degree) {
        const int first = first_order(degree), columns = column_order_ - first + 1;
        const int from_order = reverse ? row_order_ : column_order_;
        const int to_order = reverse ? column_order_ : row_order_;
        for (int m = -degree; m <= degree; m += std::max(1, 2 * degree)) {
            // B changes sign with m, and with the direction
            const double sign = (m < 0) == reverse ? 1.0 : -1.0;
            for (int from = first; from <= from_order; ++from) {
                Pack v, w;  // magnetic and electric, then times i
                load(v, in + 4 * mode_index(from, m));
                load(w, in + 4 * mode_index(from, m) + 2);
                if (v[0] == 0.0 && v[1] == 0.0 && w[0] == 0.0 && w[1] == 0.0) continue;
                const Pack iv = {-v[1], v[0]}, iw = {-w[1], w[0]};
                const Pair* pair = pairs_.data() + begin_[at(degree)] +
                                   (reverse ? (from - first) * columns : from - first);
                const int stride = reverse ? 1 : columns;
                for (int to = first; to <= to_order; ++to, pair += stride) {
                    double* target = out + 4 * mode_index(to, m);
                    const double br = sign * pair->b.real(), bi = sign * pair->b.imag();
                    add_to(target, pair->a.real() * v + pair->a.imag() * iv + br * w + bi * iw);
                    add_to(target + 2, pair->a.real() * w + pair->a.imag() * iw + br * v + bi * iv);
                }
            }
        }
    }
}

// into the frame whose z axis is the translation
void WaveTranslation::turn_in(const Complex* in, double* turned, int order) const {
    for (int l = 1; l <= order; ++l) {
        double* const target = turned + 4 * mode_index(l, -l);
        for (int row = -l; row <= l; ++row) {
            const Complex* source = in + 2 * mode_index(l, row);
            if (source[0] == 0.0 && source[1] == 0.0) continue;
            const double c = azimuth_[at(std::abs(row))].real();
            const double s = (row < 0 ? -1.0 : 1.0) * azimuth_[at(std::abs(row))].imag();
            const Pack magnetic = {c * source[0].real() - s * source[0].imag(),
                                   s * source[0].real() + c * source[0].imag()};
            const Pack electric = {c * source[1].real() - s * source[1].imag(),
                                   s * source[1].real() + c * source[1].imag()};
            const double* d = rotation_.data() + rotation_offset(l) + (row + l) * (2 * l + 1);
            for (int column = 0; column <= 2 * l; ++column) {
                add_to(target + 4 * column, d[column] * magnetic);
                add_to(target + 4 * column + 2, d[column] * electric);
            }
        }
    }
}

// and back, adding to `out`
void WaveTranslation::turn_out(const double* moved, Complex* out, int order) const {
    for (int l = 1; l <= order; ++l) {
        const double* const source = moved + 4 * mode_index(l, -l);
        for (int row = -l; row <= l; ++row) {
            const double* d = rotation_.data() + rotation_offset(l) + (row + l) * (2 * l + 1);
            Pack magnetic = {0.0, 0.0}, electric = magnetic;
            for (int column = 0; column <= 2 * l; ++column) {
                Pack v, w;
                load(v, source + 4 * column);
                load(w, source + 4 * column + 2);
                magnetic += d[column] * v;
                electric += d[column] * w;
            }
            const double c = azimuth_[at(std::abs(row))].real();
            const double s = (row < 0 ? 1.0 : -1.0) * azimuth_[at(std::abs(row))].imag();
            Complex* target = out + 2 * mode_index(l, row);
            target[0] +=
                Complex(c * magnetic[0] - s * magnetic[1], s * magnetic[0] + c * magnetic[1]);
            target[1] +=
                Complex(c * electric[0] - s * electric[1], s * electric[0] + c * electric[1]);
        }
    }
}

void WaveTranslation::apply(std::span<const Complex> in, std::span<Complex> out,
                            bool reverse) const {
    const int in_order = reverse ? row_order_ : column_order_;
    const int out_order = reverse ? column_order_ : row_order_;
    std::vector<double> turned(at(4 * mode_count(in_order)), 0.0);
    std::vector<double> moved(at(4 * mode_count(out_order)), 0.0);
    turn_in(in.data(), turned.data(), in_order);
    axial(turned.data(), moved.data(), reverse);
    turn_out(moved.data(), out.data(), out_order);
}

void WaveTranslation::add(std::span<const Complex> in, std::span<Complex> out) const {
    apply(in, out, false);
}

void WaveTranslation::add_reverse(std::span<const Complex> in, std::span<Complex> out) const {
    apply(in, out, true);
}

}  // namespace caravel::formulation::optics
