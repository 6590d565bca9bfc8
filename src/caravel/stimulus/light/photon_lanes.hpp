// Vectors of 1, 4, 8 or 16 photons and the mathematics of their flight. Every operation is one of
// IEEE 754 or of whole numbers, without contraction: the same bits in any width.
//
// Included after the pragma that chooses the instructions, so everything here has internal linkage.
#pragma once

#include "caravel/stimulus/light/photon_scene.hpp"

#include <bit>
#include <cmath>
#include <cstdint>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace caravel::stimulus {

namespace {

template <int Width>
struct Lanes;
template <>
struct Lanes<1> {
    using Real [[gnu::vector_size(4)]] = float;
    using Whole [[gnu::vector_size(4)]] = std::int32_t;
    using Word [[gnu::vector_size(4)]] = std::uint32_t;
};
template <>
struct Lanes<4> {
    using Real [[gnu::vector_size(16)]] = float;
    using Whole [[gnu::vector_size(16)]] = std::int32_t;
    using Word [[gnu::vector_size(16)]] = std::uint32_t;
    using Wide [[gnu::vector_size(16)]] = std::uint64_t;
};
template <>
struct Lanes<8> {
    using Real [[gnu::vector_size(32)]] = float;
    using Whole [[gnu::vector_size(32)]] = std::int32_t;
    using Word [[gnu::vector_size(32)]] = std::uint32_t;
    using Wide [[gnu::vector_size(32)]] = std::uint64_t;
};
template <>
struct Lanes<16> {
    using Real [[gnu::vector_size(64)]] = float;
    using Whole [[gnu::vector_size(64)]] = std::int32_t;
    using Word [[gnu::vector_size(64)]] = std::uint32_t;
    using Wide [[gnu::vector_size(64)]] = std::uint64_t;
};

template <int Width>
using Real = typename Lanes<Width>::Real;
template <int Width>
using Whole = typename Lanes<Width>::Whole;
template <int Width>
using Word = typename Lanes<Width>::Word;

template <class Vector, class Value>
inline Vector fill(Value value) {
    return Vector{} + value;
}

/// One bit per lane that is true.
template <int Width>
inline std::uint32_t bits(const Whole<Width>& mask) {
#if defined(__x86_64__) && !defined(__clang__)
    if constexpr (Width == 4) {
        return static_cast<std::uint32_t>(_mm_movemask_ps(reinterpret_cast<__m128>(mask)));
    } else if constexpr (Width == 8) {
        return static_cast<std::uint32_t>(
            __builtin_ia32_movmskps256(reinterpret_cast<__m256>(mask)));
    } else if constexpr (Width == 16) {
        return static_cast<std::uint32_t>(
            __builtin_ia32_cvtd2mask512(reinterpret_cast<Whole<16>>(mask)));
    }
#endif
    std::uint32_t result = 0;
    for (int i = 0; i < Width; ++i) {
        result |= (static_cast<std::uint32_t>(mask[i]) >> 31U) << static_cast<unsigned>(i);
    }
    return result;
}

template <int Width>
inline Real<Width> square_root(const Real<Width>& x) {
#if defined(__x86_64__) && !defined(__clang__)
    if constexpr (Width == 4) {
        return reinterpret_cast<Real<4>>(__builtin_ia32_sqrtps(reinterpret_cast<__m128>(x)));
    } else if constexpr (Width == 8) {
        return reinterpret_cast<Real<8>>(__builtin_ia32_sqrtps256(reinterpret_cast<__m256>(x)));
    } else if constexpr (Width == 16) {
        return reinterpret_cast<Real<16>>(__builtin_ia32_sqrtps512_mask(
            reinterpret_cast<__m512>(x), reinterpret_cast<__m512>(x), -1, 4));
    }
#endif
    Real<Width> root{};
    for (int i = 0; i < Width; ++i) root[i] = __builtin_sqrtf(x[i]);
    return root;
}

// 64-bit products of the even 32-bit words.
template <int Width>
inline typename Lanes<Width>::Wide even_products(const typename Lanes<Width>::Wide& a,
                                                 std::uint32_t factor) {
#if defined(__x86_64__) && !defined(__clang__)
    using Wide = typename Lanes<Width>::Wide;
    const Wide factors = fill<Wide>(std::uint64_t{factor});
    if constexpr (Width == 4) {
        return reinterpret_cast<Wide>(__builtin_ia32_pmuludq128(
            reinterpret_cast<Whole<4>>(a), reinterpret_cast<Whole<4>>(factors)));
    } else if constexpr (Width == 8) {
        return reinterpret_cast<Wide>(__builtin_ia32_pmuludq256(
            reinterpret_cast<Whole<8>>(a), reinterpret_cast<Whole<8>>(factors)));
    } else {
        using Signed = long long __attribute__((vector_size(64)));
        return reinterpret_cast<Wide>(__builtin_ia32_pmuludq512_mask(
            reinterpret_cast<Whole<16>>(a), reinterpret_cast<Whole<16>>(factors), Signed{}, 0xff));
    }
#else
    return (a & std::uint64_t{0xffffffffU}) * std::uint64_t{factor};
#endif
}

/// The high and low words of a times `factor`.
template <int Width>
inline void multiply(const Word<Width>& a, std::uint32_t factor, Word<Width>& high,
                     Word<Width>& low) {
    low = a * factor;
    if constexpr (Width == 1) {
        high[0] = static_cast<std::uint32_t>((std::uint64_t{a[0]} * factor) >> 32U);
    } else {
        using Wide = typename Lanes<Width>::Wide;
        const Wide pairs = reinterpret_cast<Wide>(a);
        const Wide even = even_products<Width>(pairs, factor);
        const Wide odd = even_products<Width>(pairs >> 32, factor);
        high = reinterpret_cast<Word<Width>>((even >> 32) |
                                             (odd & std::uint64_t{0xffffffff00000000U}));
    }
}

template <int Width>
struct Draw {
    Word<Width> word[4];
};

/// Philox4x32-10 as exec::philox.
template <int Width>
inline Draw<Width> philox(const PhotonScene& scene, const Word<Width>& block,
                          const Word<Width>& id_low, const Word<Width>& id_high) {
    Word<Width> c0 = block;
    Word<Width> c1 = fill<Word<Width>>(scene.stream);
    Word<Width> c2 = id_low;
    Word<Width> c3 = id_high;
#pragma GCC unroll 10
    for (std::size_t round = 0; round < 10; ++round) {
        Word<Width> a_high{};
        Word<Width> a_low{};
        Word<Width> b_high{};
        Word<Width> b_low{};
        multiply<Width>(c0, 0xD2511F53U, a_high, a_low);
        multiply<Width>(c2, 0xCD9E8D57U, b_high, b_low);
        c0 = b_high ^ c1 ^ scene.keys_low[round];
        c1 = b_low;
        c2 = a_high ^ c3 ^ scene.keys_high[round];
        c3 = a_low;
    }
    return {{c0, c1, c2, c3}};
}

template <int Width>
inline Real<Width> real(const Word<Width>& word) {
    return __builtin_convertvector(reinterpret_cast<Whole<Width>>(word), Real<Width>);
}

/// Even in [0, 1) in steps of 2^-24.
template <int Width>
inline Real<Width> uniform(const Word<Width>& word) {
    return real<Width>(word >> 8) * 0x1p-24F;
}

/// Free path in mean free paths: -log of an even number of 40 bits. Error below 2 ulp or 1e-8.
template <int Width>
inline Real<Width> free_path(const Word<Width>& word, const Word<Width>& more) {
    const Word<Width> rest = ((word & 0xffU) << 8) | (more & 0xffU);
    const Real<Width> u = real<Width>(word >> 8) * 0x1p-24F + (real<Width>(rest) + 0.5F) * 0x1p-40F;
    // u = 2^e m with m in [0.7071, 1.4142)
    const Whole<Width> pattern = reinterpret_cast<Whole<Width>>(u) - 0x3f3504f3;
    const Whole<Width> exponent = pattern >> 23;
    const Real<Width> m = reinterpret_cast<Real<Width>>((pattern & 0x007fffff) + 0x3f3504f3) - 1.0F;
    const Real<Width> e = __builtin_convertvector(exponent, Real<Width>);
    Real<Width> p = m * 7.0376836292e-2F - 1.1514610310e-1F;
    p = p * m + 1.1676998740e-1F;
    p = p * m - 1.2420140846e-1F;
    p = p * m + 1.4249322787e-1F;
    p = p * m - 1.6668057665e-1F;
    p = p * m + 2.0000714765e-1F;
    p = p * m - 2.4999993993e-1F;
    p = p * m + 3.3333331174e-1F;
    const Real<Width> square = m * m;
    const Real<Width> log = m + (square * (m * p - 0.5F) + e * -2.12194440e-4F) + e * 0.693359375F;
    return 0.0F - log;
}

/// Sine and cosine of an even angle.
template <int Width>
inline void even_angle(const Word<Width>& word, Real<Width>& sine, Real<Width>& cosine) {
    // within an eighth of a turn to both sides of a multiple of a quarter
    const Word<Width> quarter = word >> 30;
    const Whole<Width> part = reinterpret_cast<Whole<Width>>((word >> 8) & 0x3fffffU) - 0x200000;
    const Real<Width> x = (__builtin_convertvector(part, Real<Width>) + 0.5F) * 3.7450704e-7F;
    const Real<Width> x2 = x * x;
    const Real<Width> s =
        x + x * x2 * (x2 * (x2 * -1.9515295891e-4F + 8.3321608736e-3F) - 1.6666654611e-1F);
    const Real<Width> c =
        (x2 * -0.5F + 1.0F) +
        x2 * x2 *
            (x2 * (x2 * 2.443315711809948e-5F - 1.388731625493765e-3F) + 4.166664568298827e-2F);
    const Whole<Width> odd = (quarter & 1U) != 0U;
    sine = odd ? c : s;
    cosine = odd ? s : c;
    const Word<Width> sine_sign = (quarter & 2U) << 30;
    const Word<Width> cosine_sign = ((quarter + 1U) & 2U) << 30;
    sine = reinterpret_cast<Real<Width>>(reinterpret_cast<Word<Width>>(sine) ^ sine_sign);
    cosine = reinterpret_cast<Real<Width>>(reinterpret_cast<Word<Width>>(cosine) ^ cosine_sign);
}

/// 1 - cosine of the Henyey-Greenstein angle, well-behaved at g = 0 and +-1; u in [0, 1).
template <int Width>
inline Real<Width> deflection(const Real<Width>& g, const Real<Width>& u) {
    const Real<Width> t = u * 2.0F + 0x1p-24F;
    const Real<Width> gt = g * t;
    const Real<Width> forward = 1.0F + g;
    const Real<Width> bottom = forward - gt;
    const Real<Width> back = 1.0F - g;
    return t * (back * back) * (forward - gt * 0.5F) / (bottom * bottom);
}

/// Turns a direction by an angle (1 - cosine given) around it by another; 0 leaves it.
template <int Width>
inline void turn(Real<Width> (&d)[3], const Real<Width>& deflected, const Real<Width>& sine,
                 const Real<Width>& cosine) {
    const Real<Width> zero{};
    const Real<Width> room = deflected * (2.0F - deflected);
    const Real<Width> across = square_root<Width>(room > 0.0F ? room : zero);
    const Real<Width> along = 1.0F - deflected;
    const Real<Width> u = across * cosine;
    const Real<Width> v = across * sine;
    // a frame around the direction without a singular place: T. Duff et al., JCGT 6(1) 2017
    const Word<Width> sign_bit = reinterpret_cast<Word<Width>>(d[2]) & 0x80000000U;
    const Real<Width> sign = reinterpret_cast<Real<Width>>(sign_bit | 0x3f800000U);
    const Real<Width> a = -1.0F / (sign + d[2]);
    const Real<Width> b = d[0] * d[1] * a;
    const Real<Width> sx = sign * d[0];
    const Real<Width> x = u * (1.0F + sx * d[0] * a) + v * b + along * d[0];
    const Real<Width> y = u * (sign * b) + v * (sign + d[1] * d[1] * a) + along * d[1];
    const Real<Width> z = along * d[2] - u * sx - v * d[1];
    // one step of Newton's keeps the length at 1
    const Real<Width> norm = 1.5F - 0.5F * (x * x + y * y + z * z);
    d[0] = x * norm;
    d[1] = y * norm;
    d[2] = z * norm;
}

}  // namespace

}  // namespace caravel::stimulus
