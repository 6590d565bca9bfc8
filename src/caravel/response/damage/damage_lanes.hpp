// Arithmetic of the damage kernels on the lanes of a block.
#pragma once

#include "caravel/kinetics/batch_pack.hpp"

#include <cstdint>
#include <numbers>

namespace caravel::response {

/// Eight voxels as vectors of `width`; every operation is the same per lane whatever the width.
template <std::size_t width>
struct DamageLanes : kinetics::lanes::Lanes<8, width> {
    using Base = kinetics::lanes::Lanes<8, width>;
    using Pack = typename Base::Pack;
    using Mask = typename Base::Mask;
    using Values = typename Base::Values;
    using Bits = typename Base::Bits;
    using Base::all;
    using Base::less;
    using Base::select;

    /// A linear course within a range: where it starts and ends there, and its share of time.
    struct Part {
        Pack start;
        Pack end;
        Pack share;
    };

    [[gnu::always_inline]] static Pack largest(const Pack& a, const Pack& b) {
        return select(less(a, b), b, a);
    }
    [[gnu::always_inline]] static Pack smallest(const Pack& a, const Pack& b) {
        return select(less(b, a), b, a);
    }
    [[gnu::always_inline]] static Pack within(const Pack& a, double low, double high) {
        return smallest(largest(a, all(low)), all(high));
    }

    /// exp(x), 0 below -708: |relative error| below 3e-16 + 2^-53 |x|.
    [[gnu::always_inline]] static Pack exponential(const Pack& argument) {
        constexpr double magic = 6755399441055744.0;  // 1.5 2^52: adding rounds to an integer
        constexpr double high = 6.93145751953125e-1;  // of ln 2, few digits
        constexpr double low = 1.42860682030941723212e-6;
        const Pack x = within(argument, -708.0, 709.0);
        const Pack rounded = x * all(1.0 / std::numbers::ln2) + all(magic);
        const Pack count = rounded - all(magic);
        const Pack r = (x - count * all(high)) - count * all(low);
        Pack sum = all(1.0 / 6227020800.0);
        for (const double c :
             {1.0 / 479001600.0, 1.0 / 39916800.0, 1.0 / 3628800.0, 1.0 / 362880.0, 1.0 / 40320.0,
              1.0 / 5040.0, 1.0 / 720.0, 1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0, 1.0})
            sum = sum * r + all(c);
        Pack result;
        for (std::size_t i = 0; i < Base::parts; ++i)
            result.v[i] = (Values)((Bits)sum.v[i] + ((Bits)rounded.v[i] << 52));
        return select(less(argument, all(-708.0)), all(0.0), result);
    }

    [[gnu::always_inline]] static Pack share_of(const Pack& inside, const Pack& change,
                                                const Pack& whole) {
        const Mask flat = less(whole, all(1e-300));
        return select(flat, inside, change / select(flat, all(1.0), whole));
    }

    /// As part_of_ramp().
    [[gnu::always_inline]] static Part part(const Pack& start, const Pack& end, double low,
                                            double high) {
        Part p{within(start, low, high), within(end, low, high), {}};
        const Pack inside = select(less(start, all(low)), all(0.0),
                                   select(less(start, all(high)), all(1.0), all(0.0)));
        p.share = share_of(inside, Base::magnitude(p.end - p.start), Base::magnitude(end - start));
        return p;
    }

    /// As share_from().
    [[gnu::always_inline]] static Pack share_from(const Pack& start, const Pack& end, double low) {
        const Pack change = Base::magnitude(largest(end, all(low)) - largest(start, all(low)));
        return share_of(select(less(start, all(low)), all(0.0), all(1.0)), change,
                        Base::magnitude(end - start));
    }

    /// exp(x) for small x: 1 + x + x^2/2 ... with `terms` terms.
    template <int terms>
    [[gnu::always_inline]] static Pack series(const Pack& x) {
        Pack sum = all(1.0);
        for (int i = terms - 1; i >= 1; --i) sum = sum * x * all(1.0 / i) + all(1.0);
        return sum;
    }

    /// cosh(y) for |y| below 0.5, relative error below 1e-15.
    [[gnu::always_inline]] static Pack cosh_below_half(const Pack& y) {
        const Pack z = y * y;
        Pack sum = all(1.0 / 479001600.0);
        for (const double c : {1.0 / 3628800.0, 1.0 / 40320.0, 1.0 / 720.0, 1.0 / 24.0, 0.5, 1.0})
            sum = sum * z + all(c);
        return sum;
    }

    /// sinh(y)/y for |y| below 5: the series at y/8, doubled three times.
    [[gnu::always_inline]] static Pack sinh_over(const Pack& y) {
        const Pack z = y * y * all(1.0 / 64.0);
        Pack s = all(1.0 / 1307674368000.0);
        for (const double c : {1.0 / 6227020800.0, 1.0 / 39916800.0, 1.0 / 362880.0, 1.0 / 5040.0,
                               1.0 / 120.0, 1.0 / 6.0, 1.0})
            s = s * z + all(c);
        Pack h = all(1.0 / 87178291200.0);
        for (const double c :
             {1.0 / 479001600.0, 1.0 / 3628800.0, 1.0 / 40320.0, 1.0 / 720.0, 1.0 / 24.0, 0.5, 1.0})
            h = h * z + all(c);
        const Pack twice = all(2.0) * (h * h) - all(1.0);
        const Pack four = all(2.0) * (twice * twice) - all(1.0);
        return ((s * h) * twice) * four;
    }
};

}  // namespace caravel::response
