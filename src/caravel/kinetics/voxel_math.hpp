// Exponential, logarithm and powers of packs in plain arithmetic: the same bits for any width.
#pragma once

#include "caravel/kinetics/batch_pack.hpp"

#include <cstddef>
#include <cstdint>

namespace caravel::kinetics::lanes {

// ln 2 in two parts; the first has 32 bits, so that its product with an exponent is exact.
inline constexpr double ln2_high = 0x1.62e42fee00000p-1;
inline constexpr double ln2_low = 0x1.a39ef35793c76p-33;

template <class L>
[[gnu::always_inline]] inline typename L::Pack at_least(const typename L::Pack& a, double least) {
    const typename L::Pack bound = L::all(least);
    return L::select(L::less(a, bound), bound, a);
}

template <class L>
[[gnu::always_inline]] inline typename L::Pack at_most(const typename L::Pack& a, double most) {
    const typename L::Pack bound = L::all(most);
    return L::select(L::less(bound, a), bound, a);
}

/// Coefficients from the highest power down, evaluated at x.
template <class L, std::size_t terms>
[[gnu::always_inline]] inline typename L::Pack polynomial(const double (&coefficients)[terms],
                                                          const typename L::Pack& x) {
    typename L::Pack value = L::all(coefficients[0]);
#pragma GCC unroll 16
    for (std::size_t i = 1; i < terms; ++i) value = value * x + L::all(coefficients[i]);
    return value;
}

/// exp(x) to 2 units in the last place; arguments beyond +-700 count as +-700.
template <class L>
[[gnu::always_inline]] inline typename L::Pack exponential(const typename L::Pack& argument) {
    using Pack = typename L::Pack;
    constexpr double to_integer = 0x1.8p52;  // added, it rounds to an integer in the lowest bits
    constexpr double series[] = {1.0 / 6227020800,
                                 1.0 / 479001600,
                                 1.0 / 39916800,
                                 1.0 / 3628800,
                                 1.0 / 362880,
                                 1.0 / 40320,
                                 1.0 / 5040,
                                 1.0 / 720,
                                 1.0 / 120,
                                 1.0 / 24,
                                 1.0 / 6,
                                 0.5,
                                 1.0,
                                 1.0};
    const Pack x = at_most<L>(at_least<L>(argument, -700.0), 700.0);
    const Pack shifted = x * L::all(0x1.71547652b82fep0) + L::all(to_integer);
    const Pack whole = shifted - L::all(to_integer);
    const Pack rest = (x - whole * L::all(ln2_high)) - whole * L::all(ln2_low);
    const Pack value = polynomial<L>(series, rest);
    Pack scale;
#pragma GCC unroll 4
    for (std::size_t i = 0; i < L::parts; ++i) {
        scale.v[i] = (typename L::Values)(((typename L::Bits)shifted.v[i] << 52) +
                                          std::int64_t{0x3ff0'0000'0000'0000});
    }
    return value * scale;
}

/// ln(x) of positive normal numbers to 2 units in the last place.
template <class L>
[[gnu::always_inline]] inline typename L::Pack logarithm(const typename L::Pack& x) {
    using Pack = typename L::Pack;
    using Bits = typename L::Bits;
    constexpr std::int64_t root_half = 0x3fe6'a09e'0000'0000;  // bits of about sqrt(1/2)
    constexpr std::int64_t mantissa = 0x000f'ffff'ffff'ffff;
    constexpr std::int64_t two_to_52 = 0x4330'0000'0000'0000;
    constexpr double series[] = {2.0 / 21, 2.0 / 19, 2.0 / 17, 2.0 / 15, 2.0 / 13,
                                 2.0 / 11, 2.0 / 9,  2.0 / 7,  2.0 / 5,  2.0 / 3};
    Pack part;
    Pack exponent;
#pragma GCC unroll 4
    for (std::size_t i = 0; i < L::parts; ++i) {
        // the exponent of x / sqrt(1/2), so that the part is between sqrt(1/2) and sqrt(2)
        const Bits moved = (Bits)x.v[i] - root_half;
        part.v[i] = (typename L::Values)((moved & mantissa) + root_half);
        exponent.v[i] = (typename L::Values)((moved >> 52) + (two_to_52 + 1023));
    }
    exponent = exponent - L::all(0x1p52 + 1023.0);
    const Pack f = part - L::all(1.0);
    const Pack s = f / (L::all(2.0) + f);
    const Pack square = s * s;
    // 2 atanh(s) = f - s (f - square series)
    const Pack bend = s * (f - square * polynomial<L>(series, square));
    return exponent * L::all(ln2_high) + (f - (bend - exponent * L::all(ln2_low)));
}

/// Exponents that are a whole number of at most this size are taken by multiplication.
inline constexpr double greatest_whole_power = 64.0;

/// x^b for positive normal x and one b.
template <class L>
[[gnu::always_inline]] inline typename L::Pack raise(const typename L::Pack& x, double b) {
    using Pack = typename L::Pack;
    if (b == 1.0) {
        return x;
    }
    const double size = b < 0.0 ? -b : b;
    if (!(size <= greatest_whole_power) || static_cast<double>(static_cast<int>(size)) != size) {
        return exponential<L>(L::all(b) * logarithm<L>(x));
    }
    Pack result = L::all(1.0);
    Pack square = x;
    for (auto rest = static_cast<unsigned>(size); rest != 0; rest >>= 1U) {
        if ((rest & 1U) != 0) {
            result = result * square;
        }
        square = square * square;
    }
    return b < 0.0 ? L::all(1.0) / result : result;
}

}  // namespace caravel::kinetics::lanes
