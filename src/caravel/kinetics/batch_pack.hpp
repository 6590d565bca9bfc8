// The lanes of a block as vectors of the compiler, whatever their width.
#pragma once

#include <cstddef>
#include <cstdint>

namespace caravel::kinetics {

/// The most individuals that a block holds side by side.
inline constexpr std::size_t most_lanes = 16;

namespace lanes {

/// `lane_count` doubles as vectors of `vector_width`, with the operations a step needs. No
/// operation crosses lanes, so that results do not depend on the width or the count.
template <std::size_t lane_count, std::size_t vector_width>
struct Lanes {
    static constexpr std::size_t count = lane_count;
    static constexpr std::size_t width = vector_width;
    using Values [[gnu::vector_size(8 * width), gnu::may_alias]] = double;
    using Bits [[gnu::vector_size(8 * width), gnu::may_alias]] = std::int64_t;
    static constexpr std::size_t parts = lane_count / width;
    static constexpr std::int64_t all_but_sign = 0x7fff'ffff'ffff'ffff;

    struct Mask {
        Bits v[parts];

        [[gnu::always_inline]] friend Mask operator&(const Mask& a, const Mask& b) {
            Mask result;
#pragma GCC unroll 4
            for (std::size_t i = 0; i < parts; ++i) result.v[i] = a.v[i] & b.v[i];
            return result;
        }
        [[gnu::always_inline]] friend Mask operator|(const Mask& a, const Mask& b) {
            Mask result;
#pragma GCC unroll 4
            for (std::size_t i = 0; i < parts; ++i) result.v[i] = a.v[i] | b.v[i];
            return result;
        }
        [[gnu::always_inline]] friend void operator&=(Mask& a, const Mask& b) { a = a & b; }
        [[gnu::always_inline]] friend void operator|=(Mask& a, const Mask& b) { a = a | b; }
        [[gnu::always_inline]] friend Mask operator~(const Mask& a) {
            Mask result;
#pragma GCC unroll 4
            for (std::size_t i = 0; i < parts; ++i) result.v[i] = ~a.v[i];
            return result;
        }
    };

    struct Pack {
        Values v[parts];

        [[gnu::always_inline]] friend Pack operator+(const Pack& a, const Pack& b) {
            Pack result;
#pragma GCC unroll 4
            for (std::size_t i = 0; i < parts; ++i) result.v[i] = a.v[i] + b.v[i];
            return result;
        }
        [[gnu::always_inline]] friend Pack operator-(const Pack& a, const Pack& b) {
            Pack result;
#pragma GCC unroll 4
            for (std::size_t i = 0; i < parts; ++i) result.v[i] = a.v[i] - b.v[i];
            return result;
        }
        [[gnu::always_inline]] friend Pack operator*(const Pack& a, const Pack& b) {
            Pack result;
#pragma GCC unroll 4
            for (std::size_t i = 0; i < parts; ++i) result.v[i] = a.v[i] * b.v[i];
            return result;
        }
        [[gnu::always_inline]] friend Pack operator/(const Pack& a, const Pack& b) {
            Pack result;
#pragma GCC unroll 4
            for (std::size_t i = 0; i < parts; ++i) result.v[i] = a.v[i] / b.v[i];
            return result;
        }
        [[gnu::always_inline]] friend void operator+=(Pack& a, const Pack& b) { a = a + b; }
        [[gnu::always_inline]] friend void operator-=(Pack& a, const Pack& b) { a = a - b; }
        [[gnu::always_inline]] friend void operator*=(Pack& a, const Pack& b) { a = a * b; }
        [[gnu::always_inline]] friend Pack operator-(const Pack& a) {
            Pack result;
#pragma GCC unroll 4
            for (std::size_t i = 0; i < parts; ++i) result.v[i] = -a.v[i];
            return result;
        }
    };

    [[gnu::always_inline]] static Pack all(double value) {
        Pack pack;
#pragma GCC unroll 4
        for (std::size_t i = 0; i < parts; ++i) pack.v[i] = Values{} + value;
        return pack;
    }

    [[gnu::always_inline]] static Mask everywhere() {
        Mask mask;
#pragma GCC unroll 4
        for (std::size_t i = 0; i < parts; ++i) mask.v[i] = Bits{} - 1;
        return mask;
    }

    [[gnu::always_inline]] static Pack load(const double* from) {
        Pack pack;
#pragma GCC unroll 4
        for (std::size_t i = 0; i < parts; ++i) {
            pack.v[i] = reinterpret_cast<const Values*>(from)[i];
        }
        return pack;
    }

    [[gnu::always_inline]] static void store(double* to, const Pack& pack) {
#pragma GCC unroll 4
        for (std::size_t i = 0; i < parts; ++i) reinterpret_cast<Values*>(to)[i] = pack.v[i];
    }

    [[gnu::always_inline]] static Mask load(const std::int64_t* from) {
        Mask mask;
#pragma GCC unroll 4
        for (std::size_t i = 0; i < parts; ++i) {
            mask.v[i] = reinterpret_cast<const Bits*>(from)[i];
        }
        return mask;
    }

    [[gnu::always_inline]] static void store(std::int64_t* to, const Mask& mask) {
#pragma GCC unroll 4
        for (std::size_t i = 0; i < parts; ++i) reinterpret_cast<Bits*>(to)[i] = mask.v[i];
    }

    /// Where a < b. g++ 12 takes comparisons of 512 bits apart, but not shifts; the sign of a
    /// difference that is not a number is arbitrary, but such a lane repeats its step in any case.
    [[gnu::always_inline]] static Mask less(const Pack& a, const Pack& b) {
        Mask mask;
#pragma GCC unroll 4
        for (std::size_t i = 0; i < parts; ++i) {
            if constexpr (width == 8) {
                mask.v[i] = (Bits)(a.v[i] - b.v[i]) >> 63;
            } else {
                mask.v[i] = (Bits)(a.v[i] < b.v[i]);
            }
        }
        return mask;
    }

    /// Where a is not 0.
    [[gnu::always_inline]] static Mask not_zero(const Pack& a) {
        Mask mask;
#pragma GCC unroll 4
        for (std::size_t i = 0; i < parts; ++i) {
            if constexpr (width == 8) {
                mask.v[i] = -((Bits)a.v[i] & all_but_sign) >> 63;
            } else {
                mask.v[i] = (Bits)(a.v[i] != 0.0);
            }
        }
        return mask;
    }

    /// a in the lanes of the mask, b in the others.
    [[gnu::always_inline]] static Pack select(const Mask& mask, const Pack& a, const Pack& b) {
        Pack result;
#pragma GCC unroll 4
        for (std::size_t i = 0; i < parts; ++i) {
            result.v[i] = (Values)(((Bits)a.v[i] & mask.v[i]) | ((Bits)b.v[i] & ~mask.v[i]));
        }
        return result;
    }

    /// a in the lanes of the mask, 0 in the others.
    [[gnu::always_inline]] static Pack keep(const Mask& mask, const Pack& a) {
        Pack result;
#pragma GCC unroll 4
        for (std::size_t i = 0; i < parts; ++i) result.v[i] = (Values)((Bits)a.v[i] & mask.v[i]);
        return result;
    }

    [[gnu::always_inline]] static Pack magnitude(const Pack& a) {
        Pack result;
#pragma GCC unroll 4
        for (std::size_t i = 0; i < parts; ++i) result.v[i] = (Values)((Bits)a.v[i] & all_but_sign);
        return result;
    }
};

}  // namespace lanes

}  // namespace caravel::kinetics
