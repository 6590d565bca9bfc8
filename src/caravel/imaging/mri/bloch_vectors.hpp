// Vectors of spins: sines, exponentials and series, for bloch_kernels.cpp alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <numbers>
#include <utility>

namespace caravel::imaging::mri {

// Vectors as the compilers' extension has them, of as many bytes as the machine's registers. What
// is done to one spin does not depend on its neighbours, and sums are kept in 64 bytes whatever the
// width, so that every variant rounds alike. They are held in memory of numbers, hence may_alias.
template <class Real, std::size_t Bytes>
struct Lanes;

template <std::size_t Bytes>
struct Lanes<float, Bytes> {
    using Values [[gnu::vector_size(Bytes), gnu::aligned(4), gnu::may_alias]] = float;
    using Bits [[gnu::vector_size(Bytes), gnu::aligned(4), gnu::may_alias]] = std::int32_t;
};

template <std::size_t Bytes>
struct Lanes<double, Bytes> {
    using Values [[gnu::vector_size(Bytes), gnu::aligned(8), gnu::may_alias]] = double;
    using Bits [[gnu::vector_size(Bytes), gnu::aligned(8), gnu::may_alias]] = std::int64_t;
};

template <class Real>
struct Format;

template <>
struct Format<float> {
    static constexpr int mantissa = 23;
    static constexpr float rounder = 12582912.0F;  // 1.5 2^23
    static constexpr float largest_loss = 80.0F;
    static constexpr float tiny = 1e-30F;
    static constexpr std::size_t sine_terms = 7, exp_terms = 8, half_terms = 8;
};

template <>
struct Format<double> {
    static constexpr int mantissa = 52;
    static constexpr double rounder = 6755399441055744.0;  // 1.5 2^52
    static constexpr double largest_loss = 700.0;
    static constexpr double tiny = 1e-290;
    static constexpr std::size_t sine_terms = 12, exp_terms = 14, half_terms = 13;
};

template <class Real, std::size_t Bytes>
using Vector = typename Lanes<Real, Bytes>::Values;

template <class Real, std::size_t Bytes>
constexpr std::size_t width = Bytes / sizeof(Real);

// Numbers in a row of partial sums.
template <class Real>
constexpr std::size_t row = 64 / sizeof(Real);

template <std::size_t Bytes, class Real>
[[gnu::always_inline]] inline const Vector<Real, Bytes>& load(const Real* p) {
    return *reinterpret_cast<const Vector<Real, Bytes>*>(p);
}

template <std::size_t Bytes, class Real>
[[gnu::always_inline]] inline Vector<Real, Bytes>& store(Real* p) {
    return *reinterpret_cast<Vector<Real, Bytes>*>(p);
}

template <std::size_t Bytes>
[[gnu::always_inline]] inline void narrow(const Vector<double, Bytes>& values, double* p) {
    store<Bytes>(p) = values;
}

template <std::size_t Bytes>
[[gnu::always_inline]] inline void narrow(const Vector<double, Bytes>& values, float* p) {
    store<Bytes / 2>(p) = __builtin_convertvector(values, Vector<float, Bytes / 2>);
}

constexpr double inverse_factorial(std::size_t n) {
    double result = 1.0;
    for (std::size_t i = 2; i <= n; ++i) result /= static_cast<double>(i);
    return result;
}

// sum of sign^i x^i / (2 i + odd)! for i < Terms
template <class Real, std::size_t Bytes, bool alternates, bool odd, std::size_t... I>
[[gnu::always_inline]] inline void half_series(const Vector<Real, Bytes>& x,
                                               Vector<Real, Bytes>& result,
                                               std::index_sequence<I...>) {
    constexpr std::size_t last = sizeof...(I) - 1;
    constexpr Real coefficients[] = {static_cast<Real>(
        (alternates && I % 2 == 1 ? -1.0 : 1.0) * inverse_factorial(2 * I + (odd ? 1 : 0)))...};
    result = Vector<Real, Bytes>{} + coefficients[last];
    ((result = I == 0 ? result : result * x + coefficients[last - I]), ...);
}

// sin and cos of 2 pi t for |t| <= 1/2: Taylor's series within a quarter of a turn.
template <class Real, std::size_t Bytes>
[[gnu::always_inline]] inline void sine_cosine(const Vector<Real, Bytes>& t,
                                               Vector<Real, Bytes>& sine,
                                               Vector<Real, Bytes>& cosine) {
    using L = Format<Real>;
    using Terms = std::make_index_sequence<L::sine_terms>;
    const Vector<Real, Bytes> half = ((t + t) + L::rounder) - L::rounder;
    const Vector<Real, Bytes> angle =
        (t - static_cast<Real>(0.5) * half) * static_cast<Real>(2.0 * std::numbers::pi);
    const Vector<Real, Bytes> square = angle * angle;
    const Vector<Real, Bytes> sign = static_cast<Real>(1) - static_cast<Real>(2) * half * half;
    half_series<Real, Bytes, true, true>(square, sine, Terms{});
    half_series<Real, Bytes, true, false>(square, cosine, Terms{});
    sine *= sign * angle;
    cosine *= sign;
}

template <class Real, std::size_t Bytes, std::size_t... I>
[[gnu::always_inline]] inline void exponential_series(const Vector<Real, Bytes>& x,
                                                      Vector<Real, Bytes>& result,
                                                      std::index_sequence<I...>) {
    constexpr std::size_t last = sizeof...(I) - 1;
    constexpr Real coefficients[] = {static_cast<Real>(inverse_factorial(I))...};
    result = Vector<Real, Bytes>{} + coefficients[last];
    ((result = I == 0 ? result : result * x + coefficients[last - I]), ...);
}

// exp(-loss) for loss >= 0
template <class Real, std::size_t Bytes>
[[gnu::always_inline]] inline void decay(const Vector<Real, Bytes>& given,
                                         Vector<Real, Bytes>& result) {
    using L = Format<Real>;
    using Bits = typename Lanes<Real, Bytes>::Bits;
    const Vector<Real, Bytes> limit = Vector<Real, Bytes>{} + L::largest_loss;
    const Vector<Real, Bytes> loss = given < limit ? given : limit;
    const Vector<Real, Bytes> shifted = L::rounder - loss * static_cast<Real>(std::numbers::log2e);
    const Vector<Real, Bytes> n = shifted - L::rounder;
    constexpr Real high = static_cast<Real>(0.693145751953125);  // short: n times it is exact
    constexpr Real low = static_cast<Real>(1.42860682030941723e-6);
    const Vector<Real, Bytes> rest = (-loss - n * high) - n * low;
    exponential_series<Real, Bytes>(rest, result, std::make_index_sequence<L::exp_terms>{});
    const Bits power = ((Bits)shifted << L::mantissa) + (Bits)(Vector<Real, Bytes>{} + Real{1});
    result *= (Vector<Real, Bytes>)power;
}

}  // namespace caravel::imaging::mri
