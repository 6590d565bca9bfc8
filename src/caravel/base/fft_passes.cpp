#include "caravel/base/fft_passes.hpp"

#include "caravel/base/usable_variants.hpp"

#include <array>

namespace caravel {
namespace {

// Vectors as the compilers' extension has them. They are held in memory of doubles, hence
// may_alias.
struct Lanes2 {
    using Values [[gnu::vector_size(16), gnu::aligned(8), gnu::may_alias]] = double;
    static constexpr index_t width = 2;
};
struct Lanes4 {
    using Values [[gnu::vector_size(32), gnu::aligned(8), gnu::may_alias]] = double;
    static constexpr index_t width = 4;
};
struct Lanes8 {
    using Values [[gnu::vector_size(64), gnu::aligned(8), gnu::may_alias]] = double;
    static constexpr index_t width = 8;
};

template <class Lanes>
struct Complex {
    typename Lanes::Values re;
    typename Lanes::Values im;
};

// Samples of one butterfly are kept in an array that is only ever indexed by constants.
template <class Lanes>
[[gnu::always_inline]] inline void butterfly2(Complex<Lanes>* a) {
    const Complex<Lanes> b = a[1];
    a[1].re = a[0].re - b.re;
    a[1].im = a[0].im - b.im;
    a[0].re += b.re;
    a[0].im += b.im;
}

template <class Lanes>
[[gnu::always_inline]] inline void butterfly3(Complex<Lanes>* a) {
    constexpr double sine = 0.86602540378443864676;  // sin(pi / 3)
    using V = typename Lanes::Values;
    const V sum_re = a[1].re + a[2].re;
    const V sum_im = a[1].im + a[2].im;
    const V turn_re = sine * (a[1].im - a[2].im);  // -i times the difference
    const V turn_im = sine * (a[2].re - a[1].re);
    const V mid_re = a[0].re - 0.5 * sum_re;
    const V mid_im = a[0].im - 0.5 * sum_im;
    a[0].re += sum_re;
    a[0].im += sum_im;
    a[1].re = mid_re + turn_re;
    a[1].im = mid_im + turn_im;
    a[2].re = mid_re - turn_re;
    a[2].im = mid_im - turn_im;
}

template <class Lanes>
[[gnu::always_inline]] inline void butterfly4(Complex<Lanes>* a) {
    using V = typename Lanes::Values;
    const V even_re = a[0].re + a[2].re, even_im = a[0].im + a[2].im;
    const V away_re = a[0].re - a[2].re, away_im = a[0].im - a[2].im;
    const V odd_re = a[1].re + a[3].re, odd_im = a[1].im + a[3].im;
    const V turn_re = a[1].im - a[3].im, turn_im = a[3].re - a[1].re;
    a[0].re = even_re + odd_re;
    a[0].im = even_im + odd_im;
    a[1].re = away_re + turn_re;
    a[1].im = away_im + turn_im;
    a[2].re = even_re - odd_re;
    a[2].im = even_im - odd_im;
    a[3].re = away_re - turn_re;
    a[3].im = away_im - turn_im;
}

template <class Lanes>
[[gnu::always_inline]] inline void butterfly5(Complex<Lanes>* a) {
    constexpr double cos1 = 0.30901699437494742410;   // cos(2 pi / 5)
    constexpr double cos2 = -0.80901699437494742410;  // cos(4 pi / 5)
    constexpr double sin1 = 0.95105651629515357212;
    constexpr double sin2 = 0.58778525229247312917;
    using V = typename Lanes::Values;
    const V p_re = a[1].re + a[4].re, p_im = a[1].im + a[4].im;
    const V q_re = a[2].re + a[3].re, q_im = a[2].im + a[3].im;
    const V r_re = a[1].im - a[4].im, r_im = a[4].re - a[1].re;
    const V s_re = a[2].im - a[3].im, s_im = a[3].re - a[2].re;
    const V u_re = a[0].re + cos1 * p_re + cos2 * q_re, u_im = a[0].im + cos1 * p_im + cos2 * q_im;
    const V v_re = a[0].re + cos2 * p_re + cos1 * q_re, v_im = a[0].im + cos2 * p_im + cos1 * q_im;
    const V f_re = sin1 * r_re + sin2 * s_re, f_im = sin1 * r_im + sin2 * s_im;
    const V g_re = sin2 * r_re - sin1 * s_re, g_im = sin2 * r_im - sin1 * s_im;
    a[0].re += p_re + q_re;
    a[0].im += p_im + q_im;
    a[1].re = u_re + f_re;
    a[1].im = u_im + f_im;
    a[2].re = v_re + g_re;
    a[2].im = v_im + g_im;
    a[3].re = v_re - g_re;
    a[3].im = v_im - g_im;
    a[4].re = u_re - f_re;
    a[4].im = u_im - f_im;
}

template <class Lanes, int Radix>
[[gnu::always_inline]] inline void butterfly(Complex<Lanes>* a) {
    if constexpr (Radix == 2) butterfly2<Lanes>(a);
    if constexpr (Radix == 3) butterfly3<Lanes>(a);
    if constexpr (Radix == 4) butterfly4<Lanes>(a);
    if constexpr (Radix == 5) butterfly5<Lanes>(a);
}

template <class Lanes, int Radix>
[[gnu::always_inline]] inline void run_pass(const FftPass& pass, const FftArrays& data) {
    using V = typename Lanes::Values;
    const index_t stride = pass.stride;
    const index_t jump = pass.blocks * stride;
    for (index_t block = 0; block < pass.blocks; ++block) {
        const double* const w = pass.twiddles + block * 2 * (Radix - 1);
        const index_t from = block * stride;
        const index_t to = Radix * from;
        for (index_t i = 0; i < stride; i += Lanes::width) {
            Complex<Lanes> a[Radix];
            for (int j = 0; j < Radix; ++j) {
                a[j].re = *reinterpret_cast<const V*>(data.in_re + from + j * jump + i);
                a[j].im = *reinterpret_cast<const V*>(data.in_im + from + j * jump + i);
            }
            butterfly<Lanes, Radix>(a);
            *reinterpret_cast<V*>(data.out_re + to + i) = a[0].re;
            *reinterpret_cast<V*>(data.out_im + to + i) = a[0].im;
            for (int j = 1; j < Radix; ++j) {
                const double c = w[2 * j - 2];
                const double s = w[2 * j - 1];
                const V re = c * a[j].re - s * a[j].im;
                const V im = c * a[j].im + s * a[j].re;
                *reinterpret_cast<V*>(data.out_re + to + j * stride + i) = re;
                *reinterpret_cast<V*>(data.out_im + to + j * stride + i) = im;
            }
        }
    }
}

template <class Lanes>
[[gnu::always_inline]] inline void run_any(const FftPass& pass, const FftArrays& data) {
    if (pass.radix == 4) return run_pass<Lanes, 4>(pass, data);
    if (pass.radix == 2) return run_pass<Lanes, 2>(pass, data);
    if (pass.radix == 3) return run_pass<Lanes, 3>(pass, data);
    run_pass<Lanes, 5>(pass, data);
}

void run_plain(const FftPass& pass, const FftArrays& data) { run_any<Lanes2>(pass, data); }

#if defined(__x86_64__)
[[gnu::target("avx2")]] void run_avx2(const FftPass& pass, const FftArrays& data) {
    run_any<Lanes4>(pass, data);
}

[[gnu::target("avx512f")]] void run_avx512(const FftPass& pass, const FftArrays& data) {
    run_any<Lanes8>(pass, data);
}

constexpr std::array<FftKernel, 3> all_kernels = {
    {{"plain", run_plain}, {"avx2", run_avx2}, {"avx512f", run_avx512}}};
#else
constexpr std::array<FftKernel, 1> all_kernels = {{{"plain", run_plain}}};
#endif

}  // namespace

std::span<const FftKernel> usable_fft_kernels() { return usable_of(all_kernels); }

}  // namespace caravel
