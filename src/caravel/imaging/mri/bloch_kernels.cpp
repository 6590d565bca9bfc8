#include "caravel/imaging/mri/bloch_kernels.hpp"

#include "caravel/base/usable_variants.hpp"
#include "caravel/imaging/mri/bloch_vectors.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace caravel::imaging::mri {

namespace {

// Turns of a step less whole ones, per spin.
template <class Real, std::size_t Bytes>
[[gnu::always_inline]] inline void find_turns(SpinBlock<Real>& s, const FreeStep& step,
                                              bool reduces, double shift) {
    const double ax = step.turns_per_metre[0];
    const double ay = step.turns_per_metre[1];
    const double az = step.turns_per_metre[2];
    constexpr double rounder = Format<double>::rounder;
    for (std::size_t i = 0; i < s.size; i += width<double, Bytes>) {
        Vector<double, Bytes> t = ax * load<Bytes>(&s.x[i]) + ay * load<Bytes>(&s.y[i]) +
                                  az * load<Bytes>(&s.z[i]) +
                                  step.time * load<Bytes>(&s.frequency[i]) - shift;
        if (reduces) t -= (t + rounder) - rounder;
        narrow<Bytes>(t, &s.turns[i]);
    }
}

template <class Real, std::size_t Bytes>
[[gnu::always_inline]] inline void find_losses(SpinBlock<Real>& s, const FreeStep& step) {
    for (std::size_t i = 0; i < s.size; i += width<double, Bytes>) {
        const Vector<double, Bytes> loss1 =
            step.relaxation * load<Bytes>(&s.r1[i]) + step.change * load<Bytes>(&s.added_r1[i]);
        const Vector<double, Bytes> loss2 =
            step.relaxation * load<Bytes>(&s.r2[i]) + step.change * load<Bytes>(&s.added_r2[i]);
        narrow<Bytes>(loss1, &s.loss1[i]);
        narrow<Bytes>(loss2, &s.loss2[i]);
    }
}

template <class Real, std::size_t Bytes>
[[gnu::always_inline]] inline void turn_about_z(SpinBlock<Real>& s) {
    for (std::size_t i = 0; i < s.size; i += width<Real, Bytes>) {
        Vector<Real, Bytes> sine, cosine;
        sine_cosine<Real, Bytes>(load<Bytes>(&s.turns[i]), sine, cosine);
        const Vector<Real, Bytes> x = load<Bytes>(&s.mx[i]);
        const Vector<Real, Bytes> y = load<Bytes>(&s.my[i]);
        store<Bytes>(&s.mx[i]) = x * cosine - y * sine;
        store<Bytes>(&s.my[i]) = x * sine + y * cosine;
    }
}

template <class Real, std::size_t Bytes>
[[gnu::always_inline]] inline void relax(SpinBlock<Real>& s) {
    constexpr Real tiny = Format<Real>::tiny;  // keeps numbers out of the slow range near 0
    for (std::size_t i = 0; i < s.size; i += width<Real, Bytes>) {
        Vector<Real, Bytes> e1, e2;
        decay<Real, Bytes>(load<Bytes>(&s.loss1[i]), e1);
        decay<Real, Bytes>(load<Bytes>(&s.loss2[i]), e2);
        const Vector<Real, Bytes> m0 = load<Bytes>(&s.m0[i]);
        store<Bytes>(&s.mx[i]) = (load<Bytes>(&s.mx[i]) * e2 + tiny) - tiny;
        store<Bytes>(&s.my[i]) = (load<Bytes>(&s.my[i]) * e2 + tiny) - tiny;
        store<Bytes>(&s.mz[i]) = m0 + (load<Bytes>(&s.mz[i]) - m0) * e1;
    }
}

template <class Real, std::size_t Bytes>
[[gnu::always_inline]] inline void advance(SpinBlock<Real>& s, const FreeStep& step) {
    if (step.turns()) {
        find_turns<Real, Bytes>(s, step, true, 0.0);
        turn_about_z<Real, Bytes>(s);
    }
    if (step.relaxes()) {
        find_losses<Real, Bytes>(s, step);
        relax<Real, Bytes>(s);
    }
}

// Quaternions of half the rotation's 2^-doublings, doubled, applied.
template <class Real, std::size_t Bytes>
[[gnu::always_inline]] inline void rotate(SpinBlock<Real>& s, const PulseStep& step,
                                          int doublings) {
    using V = Vector<Real, Bytes>;
    using Terms = std::make_index_sequence<Format<Real>::half_terms>;
    const Real part = static_cast<Real>(std::ldexp(0.5, -doublings));
    const Real fx = static_cast<Real>(step.flip_x) * part;
    const Real fy = static_cast<Real>(step.flip_y) * part;
    const Real fz = static_cast<Real>(2.0 * std::numbers::pi) * part;
    const Real ar = static_cast<Real>(step.after_re);
    const Real ai = static_cast<Real>(step.after_im);
    for (std::size_t i = 0; i < s.size; i += width<Real, Bytes>) {
        const V transmit = load<Bytes>(&s.transmit[i]);
        V qx = fx * transmit;
        V qy = fy * transmit;
        V qz = fz * load<Bytes>(&s.turns[i]);
        const V square = qx * qx + qy * qy + qz * qz;
        V q0, sinc;
        half_series<Real, Bytes, true, false>(square, q0, Terms{});
        half_series<Real, Bytes, true, true>(square, sinc, Terms{});
        qx *= sinc;
        qy *= sinc;
        qz *= sinc;
        for (int k = 0; k < doublings; ++k) {
            const V twice = q0 + q0;
            q0 = q0 * q0 - (qx * qx + qy * qy + qz * qz);
            qx *= twice;
            qy *= twice;
            qz *= twice;
        }
        const V x = load<Bytes>(&s.mx[i]), y = load<Bytes>(&s.my[i]), z = load<Bytes>(&s.mz[i]);
        V tx = qy * z - qz * y, ty = qz * x - qx * z, tz = qx * y - qy * x;
        tx += tx;
        ty += ty;
        tz += tz;
        const V nx = x + q0 * tx + (qy * tz - qz * ty);
        const V ny = y + q0 * ty + (qz * tx - qx * tz);
        store<Bytes>(&s.mx[i]) = nx * ar - ny * ai;
        store<Bytes>(&s.my[i]) = nx * ai + ny * ar;
        store<Bytes>(&s.mz[i]) = z + q0 * tz + (qx * ty - qy * tx);
    }
}

// Halvings that bring the largest rotation of the block below half a turn.
template <class Real>
[[gnu::always_inline]] inline int count_doublings(const SpinBlock<Real>& s, const PulseStep& step) {
    double turns = 0.0;
    double transmit = 0.0;
    for (std::size_t i = 0; i < s.size; ++i) {
        turns = std::max(turns, std::abs(static_cast<double>(s.turns[i])));
        transmit = std::max(transmit, std::abs(static_cast<double>(s.transmit[i])));
    }
    const double angle =
        std::hypot(2.0 * std::numbers::pi * turns, transmit * std::hypot(step.flip_x, step.flip_y));
    int doublings = 0;
    while (std::ldexp(angle, -doublings) > std::numbers::pi && doublings < 60) ++doublings;
    return doublings;
}

template <class Real, std::size_t Bytes>
[[gnu::always_inline]] inline void pulse(SpinBlock<Real>& s, const PulseStep& step) {
    find_turns<Real, Bytes>(s, step.free, false, step.extra_turns);
    rotate<Real, Bytes>(s, step, count_doublings(s, step));
}

template <class Real, std::size_t Bytes>
[[gnu::always_inline]] inline void set_rotor(SpinBlock<Real>& s, const FreeStep& dwell) {
    find_turns<Real, Bytes>(s, dwell, true, 0.0);
    find_losses<Real, Bytes>(s, dwell);
    for (std::size_t i = 0; i < s.size; i += width<Real, Bytes>) {
        Vector<Real, Bytes> sine, cosine, e2;
        sine_cosine<Real, Bytes>(load<Bytes>(&s.turns[i]), sine, cosine);
        decay<Real, Bytes>(load<Bytes>(&s.loss2[i]), e2);
        store<Bytes>(&s.rotor_re[i]) = cosine * e2;
        store<Bytes>(&s.rotor_im[i]) = sine * e2;
    }
}

// Sums of Group vectors of spins at once, in ascending order per sample.
template <class Real, std::size_t Bytes, std::size_t Group>
[[gnu::always_inline]] inline void add_group(const SpinBlock<Real>& s, std::size_t first,
                                             std::size_t samples, Real* sums_re, Real* sums_im) {
    using V = Vector<Real, Bytes>;
    V re[Group], im[Group], turn_re[Group], turn_im[Group];
    for (std::size_t g = 0; g < Group; ++g) {
        const std::size_t i = first + g * row<Real>;
        re[g] = load<Bytes>(&s.start_re[i]);
        im[g] = load<Bytes>(&s.start_im[i]);
        turn_re[g] = load<Bytes>(&s.rotor_re[i]);
        turn_im[g] = load<Bytes>(&s.rotor_im[i]);
    }
    for (std::size_t k = 0; k < samples; ++k) {
        V sum_re = load<Bytes>(sums_re + k * row<Real>);
        V sum_im = load<Bytes>(sums_im + k * row<Real>);
        for (std::size_t g = 0; g < Group; ++g) {
            sum_re += re[g];
            sum_im += im[g];
            const V next = re[g] * turn_re[g] - im[g] * turn_im[g];
            im[g] = re[g] * turn_im[g] + im[g] * turn_re[g];
            re[g] = next;
        }
        store<Bytes>(sums_re + k * row<Real>) = sum_re;
        store<Bytes>(sums_im + k * row<Real>) = sum_im;
    }
}

// Sum of one row of partial sums.
template <class Real>
[[gnu::always_inline]] inline double sum_row(const Real* p) {
    constexpr std::size_t half = row<Real> / 2;
    double sums[half];
    for (std::size_t i = 0; i < half; ++i) {
        sums[i] = static_cast<double>(p[i]) + static_cast<double>(p[i + half]);
    }
    for (std::size_t count = half / 2; count > 0; count /= 2) {
        for (std::size_t i = 0; i < count; ++i) sums[i] += sums[i + count];
    }
    return sums[0];
}

template <class Real, std::size_t Bytes, std::size_t Group>
[[gnu::always_inline]] inline void sum_window(const SpinBlock<Real>& s, std::size_t samples,
                                              WindowSums& sums) {
    alignas(64) std::array<Real, window_samples * row<Real>> re{};
    alignas(64) std::array<Real, window_samples * row<Real>> im{};
    for (std::size_t part = 0; part < row<Real>; part += width<Real, Bytes>) {
        Real* const to_re = re.data() + part;
        Real* const to_im = im.data() + part;
        std::size_t i = part;
        for (; i + (Group - 1) * row<Real> < s.size; i += Group * row<Real>) {
            add_group<Real, Bytes, Group>(s, i, samples, to_re, to_im);
        }
        for (; i < s.size; i += row<Real>) {
            add_group<Real, Bytes, 1>(s, i, samples, to_re, to_im);
        }
    }
    for (std::size_t k = 0; k < samples; ++k) {
        sums.re[k] = sum_row(re.data() + k * row<Real>);
        sums.im[k] = sum_row(im.data() + k * row<Real>);
    }
}

template <class Real>
void advance_plain(SpinBlock<Real>& s, const FreeStep& step) {
    advance<Real, 16>(s, step);
}
template <class Real>
void pulse_plain(SpinBlock<Real>& s, const PulseStep& step) {
    pulse<Real, 16>(s, step);
}
template <class Real>
void rotor_plain(SpinBlock<Real>& s, const FreeStep& dwell) {
    set_rotor<Real, 16>(s, dwell);
}
template <class Real>
void window_plain(const SpinBlock<Real>& s, std::size_t samples, WindowSums& sums) {
    sum_window<Real, 16, 2>(s, samples, sums);
}

#if defined(__x86_64__)
template <class Real>
[[gnu::target("avx2")]] void advance_avx2(SpinBlock<Real>& s, const FreeStep& step) {
    advance<Real, 32>(s, step);
}
template <class Real>
[[gnu::target("avx2")]] void pulse_avx2(SpinBlock<Real>& s, const PulseStep& step) {
    pulse<Real, 32>(s, step);
}
template <class Real>
[[gnu::target("avx2")]] void rotor_avx2(SpinBlock<Real>& s, const FreeStep& dwell) {
    set_rotor<Real, 32>(s, dwell);
}
template <class Real>
[[gnu::target("avx2")]] void window_avx2(const SpinBlock<Real>& s, std::size_t samples,
                                         WindowSums& sums) {
    sum_window<Real, 32, 2>(s, samples, sums);
}
template <class Real>
[[gnu::target("avx512f")]] void advance_avx512(SpinBlock<Real>& s, const FreeStep& step) {
    advance<Real, 64>(s, step);
}
template <class Real>
[[gnu::target("avx512f")]] void pulse_avx512(SpinBlock<Real>& s, const PulseStep& step) {
    pulse<Real, 64>(s, step);
}
template <class Real>
[[gnu::target("avx512f")]] void rotor_avx512(SpinBlock<Real>& s, const FreeStep& dwell) {
    set_rotor<Real, 64>(s, dwell);
}
template <class Real>
[[gnu::target("avx512f")]] void window_avx512(const SpinBlock<Real>& s, std::size_t samples,
                                              WindowSums& sums) {
    sum_window<Real, 64, 4>(s, samples, sums);
}
#endif

template <class Real>
constexpr BlochKernels<Real> all_kernels[] = {
    {"plain", advance_plain<Real>, pulse_plain<Real>, rotor_plain<Real>, window_plain<Real>},
#if defined(__x86_64__)
    {"avx2", advance_avx2<Real>, pulse_avx2<Real>, rotor_avx2<Real>, window_avx2<Real>},
    {"avx512f", advance_avx512<Real>, pulse_avx512<Real>, rotor_avx512<Real>, window_avx512<Real>},
#endif
};

}  // namespace

template <>
std::span<const BlochKernels<float>> usable_bloch_kernels<float>() {
    return usable_of(all_kernels<float>);
}

template <>
std::span<const BlochKernels<double>> usable_bloch_kernels<double>() {
    return usable_of(all_kernels<double>);
}

}  // namespace caravel::imaging::mri
