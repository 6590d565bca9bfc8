// x^(-1/n) without the mathematical library.
#pragma once

#include <bit>
#include <cstdint>

namespace caravel::kinetics {

/// x^(-1/n) for normal x > 0 and n from 1 to 5; relative error below 1e-14. Newton's iteration
/// y <- y + y (1 - x y^n) / n from a guess that divides the logarithm in the bits of x by -n, off
/// by 6 % at most. Same bits on all machines, whether Value is a double or a vector of them (Bits:
/// of std::int64_t).
template <class Value = double, class Bits = std::int64_t>
[[gnu::always_inline]] inline Value inverse_root(Value x, int n) {
    constexpr double two_52 = 0x1p52;  // a whole number below it, added, stands in the last bits
    constexpr auto bits_of_two_52 = std::bit_cast<std::int64_t>(two_52);
    // the upper bits of 1, less the mean by which a mantissa taken as a straight line lies below
    // its logarithm, 0.0430
    constexpr double bias = 0x3ff0'0000 - 0xb000;
    const double share = 1.0 / n;
    const Bits upper_bits = std::bit_cast<Bits>(x) >> 32;
    const Value logarithm = std::bit_cast<Value>(upper_bits | bits_of_two_52) - two_52;
    const Value guess = bias + (bias - logarithm) * share;
    Value y = std::bit_cast<Value>(std::bit_cast<Bits>(guess + two_52) << 32);
#pragma GCC unroll 4
    for (int iteration = 0; iteration < 4; ++iteration) {
        Value power = y;
#pragma GCC unroll 4
        for (int i = 1; i < n; ++i) {
            power *= y;
        }
        y += y * (share * (1.0 - x * power));
    }
    return y;
}

}  // namespace caravel::kinetics
