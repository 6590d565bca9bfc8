#include "caravel/imaging/mri/saturation_transfer.hpp"

#include "caravel/exec/for_each.hpp"
#include "caravel/imaging/mri/sequence.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace caravel::imaging {
namespace {

constexpr std::size_t states = 7;  // x, y, z of both pools, and 1
using Matrix = std::array<std::array<double, states>, states>;

Matrix product(const Matrix& a, const Matrix& b) {
    Matrix c{};
    for (std::size_t i = 0; i < states; ++i) {
        for (std::size_t k = 0; k < states; ++k) {
            for (std::size_t j = 0; j < states; ++j) c[i][j] += a[i][k] * b[k][j];
        }
    }
    return c;
}

double norm_of(const Matrix& a) {
    double largest = 0.0;
    for (const auto& row : a) {
        double sum = 0.0;
        for (const double value : row) sum += std::abs(value);
        largest = std::max(largest, sum);
    }
    return largest;
}

Matrix exponential(Matrix a) {
    const double norm = norm_of(a);
    const int halvings = norm > 0.25 ? static_cast<int>(std::ceil(std::log2(norm / 0.25))) : 0;
    const double scale = std::ldexp(1.0, -halvings);
    for (auto& row : a) {
        for (double& value : row) value *= scale;
    }
    Matrix sum{};
    for (std::size_t i = 0; i < states; ++i) sum[i][i] = 1.0;
    Matrix term = sum;
    for (int n = 1; n <= 12; ++n) {
        term = product(term, a);
        for (std::size_t i = 0; i < states; ++i) {
            for (std::size_t j = 0; j < states; ++j) {
                term[i][j] /= n;
                sum[i][j] += term[i][j];
            }
        }
    }
    for (int n = 0; n < halvings; ++n) sum = product(sum, sum);
    return sum;
}

/// One pool: precession about (w1, 0, turn), relaxation, loss to the other pool.
void fill_pool(Matrix& a, std::size_t at, double turn, double w1, double r1, double r2,
               double loss) {
    a[at][at] = a[at + 1][at + 1] = -r2 - loss;
    a[at][at + 1] = -turn;
    a[at + 1][at] = turn;
    a[at + 1][at + 2] = -w1;
    a[at + 2][at + 1] = w1;
    a[at + 2][at + 2] = -r1 - loss;
}

TwoPools pools_at(const MriMaps& maps, std::size_t v) {
    TwoPools pools;
    pools.r1a = maps.r1[v];
    pools.r2a = maps.r2[v];
    pools.r1b = maps.r1[v];
    pools.r2b = maps.r2[v];
    pools.share = maps.exchange_share.empty() ? 0.0 : maps.exchange_share[v];
    pools.rate = maps.exchange_rate;
    pools.shift = maps.exchange_shift * mri::proton_gamma * maps.field;
    return pools;
}

bool alike(const MriMaps& maps, std::size_t a, std::size_t b) {
    const auto same = [&](const std::vector<double>& x) { return x.empty() || x[a] == x[b]; };
    return same(maps.r1) && same(maps.r2) && same(maps.r2_star) && same(maps.exchange_share) &&
           same(maps.off_resonance);
}

}  // namespace

double bloch_mcconnell(const TwoPools& p, double w1, double offset, double time, double start) {
    Matrix a{};
    const double back = p.rate * p.share;  // from water to b, by detailed balance
    fill_pool(a, 0, -offset, w1, p.r1a, p.r2a, back);
    fill_pool(a, 3, p.shift - offset, w1, p.r1b, p.r2b, p.rate);
    for (std::size_t axis = 0; axis < 3; ++axis) {
        a[axis][axis + 3] = p.rate;
        a[axis + 3][axis] = back;
    }
    a[2][6] = p.r1a;
    a[5][6] = p.r1b * p.share;
    for (auto& row : a) {
        for (double& value : row) value *= time;
    }
    const Matrix e = exponential(a);
    return e[2][2] * start + e[2][5] * start * p.share + e[2][6];
}

double tilted_frame(const TwoPools& p, double w1, double offset, double time, double start) {
    const double effective = w1 * w1 + offset * offset;
    if (!(effective > 0.0)) return 1.0 + (start - 1.0) * std::exp(-p.r1a * time);
    const double sine = w1 * w1 / effective;
    const double cosine = 1.0 - sine;
    const double off = p.shift - offset;
    const double loss = p.rate + p.r2b;
    double exchange = 0.0;
    if (p.rate > 0.0) {
        const double width = w1 * w1 * loss / p.rate + loss * loss;
        const double apart = p.shift * p.shift + p.r2b / p.rate * effective + p.r2b * loss;
        exchange = p.share * p.rate * sine * apart / (width + off * off);
    }
    const double rate = p.r1a * cosine + p.r2a * sine + exchange;
    const double steady = cosine * p.r1a / rate;
    return (cosine * start - steady) * std::exp(-rate * time) + steady;
}

double asymmetry(double z_minus, double z_plus, double z_zero) {
    return z_zero > 0.0 ? (z_minus - z_plus) / z_zero : 0.0;
}

std::vector<double> saturation_signal(exec::ThreadTeam& team, const MriMaps& maps,
                                      const MriSettings& mri, const Exposure& exposure,
                                      bool exact) {
    std::vector<double> values(maps.r1.size(), 0.0);
    const double w1 = mri::proton_gamma * mri.saturation_amplitude;
    const double offset = exposure.offset * mri::proton_gamma * maps.field;
    const double wait = std::max(0.0, mri.repetition_time - mri.saturation_time);
    const auto signal = [&](std::size_t v) {
        const double off = maps.off_resonance.empty() ? 0.0 : maps.off_resonance[v];
        const double start = -std::expm1(-wait * maps.r1[v]);
        const TwoPools pools = pools_at(maps, v);
        const double z = exact
                             ? bloch_mcconnell(pools, w1, offset - off, mri.saturation_time, start)
                             : tilted_frame(pools, w1, offset - off, mri.saturation_time, start);
        return z * std::sin(exposure.flip) * std::exp(-exposure.echo_time * maps.r2_star[v]);
    };
    constexpr index_t tile = 1024;
    exec::for_each(
        team, (static_cast<index_t>(values.size()) + tile - 1) / tile,
        [&](index_t t) {
            const auto begin = static_cast<std::size_t>(t * tile);
            const std::size_t end = std::min(begin + tile, values.size());
            std::size_t known = end;  // neighbours are often alike
            double last = 0.0;
            for (std::size_t v = begin; v < end; ++v) {
                if (!(maps.proton_density[v] > 0.0)) continue;
                if (known == end || !alike(maps, known, v)) last = signal(v);
                known = v;
                values[v] = maps.proton_density[v] * last;
            }
        },
        1);
    return values;
}

}  // namespace caravel::imaging
