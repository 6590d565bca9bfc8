#include "caravel/response/photodynamic/singlet_oxygen_lanes.hpp"

#include "caravel/base/usable_variants.hpp"

#include <array>
#include <cstdint>

namespace caravel::response {
namespace {

// Vectors as the compilers' extension has them, held in memory of doubles.
struct Lanes1 {
    using Values = double;
    static constexpr std::size_t width = 1;
};
struct Lanes2 {
    using Values [[gnu::vector_size(16), gnu::aligned(8), gnu::may_alias]] = double;
    static constexpr std::size_t width = 2;
};
struct Lanes4 {
    using Values [[gnu::vector_size(32), gnu::aligned(8), gnu::may_alias]] = double;
    static constexpr std::size_t width = 4;
};
struct Lanes8 {
    using Values [[gnu::vector_size(64), gnu::aligned(8), gnu::may_alias]] = double;
    static constexpr std::size_t width = 8;
};

template <class Lanes>
[[gnu::always_inline]] inline const typename Lanes::Values& load(const double* p) {
    return *reinterpret_cast<const typename Lanes::Values*>(p);
}
template <class Lanes>
[[gnu::always_inline]] inline typename Lanes::Values& store(double* p) {
    return *reinterpret_cast<typename Lanes::Values*>(p);
}

/// Change over time, or a stage, of share, oxygen and reacted.
template <class Lanes>
struct Change {
    typename Lanes::Values share;
    typename Lanes::Values oxygen;
    typename Lanes::Values reacted;
};

/// What the stages of a step share: (2/h - J) U = right-hand side.
template <class Lanes>
struct System {
    using Values = typename Lanes::Values;
    Values a, d;  // diagonal
    Values share_oxygen;
    Values reacted_share;
    Values reacted_oxygen;
    Values over_determinant;
    Values over_e;
};

template <class Lanes>
[[gnu::always_inline]] inline void slope(const SingletOxygenLanes& b, std::size_t p,
                                         const typename Lanes::Values& share,
                                         const typename Lanes::Values& oxygen, Change<Lanes>& out) {
    using Values = typename Lanes::Values;
    const Values zero{};
    // below zero continued by the tangent there
    const Values above_zero = oxygen > zero ? oxygen : zero;
    const Values met = oxygen / (load<Lanes>(b.half + p) + above_zero);
    out.reacted = load<Lanes>(b.take + p) * share * met;
    out.oxygen = load<Lanes>(b.gain + p) - load<Lanes>(b.loss + p) * oxygen - out.reacted;
    out.share = -(load<Lanes>(b.bleach + p) * share *
                  (load<Lanes>(b.sensitiser + p) * share + load<Lanes>(b.self + p)) * met);
}

template <class Lanes>
[[gnu::always_inline]] inline void assemble(const SingletOxygenLanes& b, std::size_t p,
                                            System<Lanes>& s) {
    using Values = typename Lanes::Values;
    const Values& share = load<Lanes>(b.share + p);
    const Values& oxygen = load<Lanes>(b.oxygen + p);
    const Values& take = load<Lanes>(b.take + p);
    const Values& bleach = load<Lanes>(b.bleach + p);
    const Values below = 1.0 / (load<Lanes>(b.half + p) + oxygen);
    const Values met = oxygen * below;
    const Values met_slope = load<Lanes>(b.half + p) * below * below;
    const Values active = load<Lanes>(b.sensitiser + p) * share;
    const Values e = 2.0 / load<Lanes>(b.h + p);
    s.reacted_share = take * met;
    s.reacted_oxygen = take * share * met_slope;
    s.share_oxygen = -(bleach * share * (active + load<Lanes>(b.self + p)) * met_slope);
    s.a = e + bleach * (2.0 * active + load<Lanes>(b.self + p)) * met;
    s.d = e + load<Lanes>(b.loss + p) + s.reacted_oxygen;
    s.over_determinant = 1.0 / (s.a * s.d + s.reacted_share * s.share_oxygen);
    s.over_e = 0.5 * load<Lanes>(b.h + p);
}

/// The stage of a right-hand side to whose oxygen `release` is added.
template <class Lanes>
[[gnu::always_inline]] inline void solve(const System<Lanes>& s, const Change<Lanes>& rhs,
                                         const typename Lanes::Values& release, Change<Lanes>& u) {
    const typename Lanes::Values oxygen = rhs.oxygen + release;
    u.share = (rhs.share * s.d + s.share_oxygen * oxygen) * s.over_determinant;
    u.oxygen = (s.a * oxygen - s.reacted_share * rhs.share) * s.over_determinant;
    u.reacted = (rhs.reacted + s.reacted_share * u.share + s.reacted_oxygen * u.oxygen) * s.over_e;
}

/// f += u * weight
template <class Lanes>
[[gnu::always_inline]] inline void add(Change<Lanes>& f, const Change<Lanes>& u,
                                       const typename Lanes::Values& weight) {
    f.share += u.share * weight;
    f.oxygen += u.oxygen * weight;
    f.reacted += u.reacted * weight;
}

template <class Lanes>
[[gnu::always_inline]] inline void write_error(SingletOxygenLanes& b, std::size_t p,
                                               const Change<Lanes>& u4,
                                               const Change<Lanes>& change) {
    using Values = typename Lanes::Values;
    const Values zero{};
    const Values& half = load<Lanes>(b.half + p);
    const Values size_share = u4.share < zero ? -u4.share : u4.share;
    const Values size_oxygen = u4.oxygen < zero ? -u4.oxygen : u4.oxygen;
    const Values size_reacted = u4.reacted < zero ? -u4.reacted : u4.reacted;
    // oxygen counts down to a thousandth of what halves the yield
    const Values of_oxygen = size_oxygen / (1e-3 * half + load<Lanes>(b.oxygen + p));
    const Values reacted = change.reacted > zero ? change.reacted : zero;
    const Values of_reacted = size_reacted / (half + reacted);
    const Values larger = of_oxygen > of_reacted ? of_oxygen : of_reacted;
    store<Lanes>(b.error + p) = size_share > larger ? size_share : larger;
}

/// Mean share of the step, by Hermite's formula from values and slopes at both ends.
template <class Lanes>
[[gnu::always_inline]] inline void write_mean_share(SingletOxygenLanes& b, std::size_t p,
                                                    const Change<Lanes>& f,
                                                    const Change<Lanes>& change) {
    using Values = typename Lanes::Values;
    const Values end_share = load<Lanes>(b.share + p) + change.share;
    const Values end_oxygen = load<Lanes>(b.oxygen + p) + change.oxygen;
    Change<Lanes> end;
    slope<Lanes>(b, p, end_share, end_oxygen, end);
    store<Lanes>(b.mean_share + p) = 0.5 * (load<Lanes>(b.share + p) + end_share) +
                                     load<Lanes>(b.h + p) * (f.share - end.share) * (1.0 / 12.0);
}

template <class Lanes>
[[gnu::always_inline]] inline void step_at(SingletOxygenLanes& b, std::size_t p) {
    using Values = typename Lanes::Values;
    const Values& share = load<Lanes>(b.share + p);
    const Values& oxygen = load<Lanes>(b.oxygen + p);
    const Values h = load<Lanes>(b.h + p);
    const Values over_h = 1.0 / h;
    const Values tilt = 0.5 * h * load<Lanes>(b.release_slope + p);
    const Values early = load<Lanes>(b.release + p) - tilt;
    const Values late = load<Lanes>(b.release + p) + tilt;
    System<Lanes> system;
    assemble<Lanes>(b, p, system);
    Change<Lanes> f, rhs, u1, u2, u3, u4, change{};
    slope<Lanes>(b, p, share, oxygen, f);
    solve<Lanes>(system, f, early + tilt, u1);
    rhs = f;
    add<Lanes>(rhs, u1, 4.0 * over_h);
    solve<Lanes>(system, rhs, early + 3.0 * tilt, u2);
    add<Lanes>(change, u1, Values{} + 2.0);
    slope<Lanes>(b, p, share + change.share, oxygen + change.oxygen, rhs);
    add<Lanes>(rhs, u1, over_h);
    add<Lanes>(rhs, u2, -over_h);
    solve<Lanes>(system, rhs, late, u3);
    add<Lanes>(change, u3, Values{} + 1.0);
    slope<Lanes>(b, p, share + change.share, oxygen + change.oxygen, rhs);
    add<Lanes>(rhs, u1, over_h);
    add<Lanes>(rhs, u2, -over_h);
    add<Lanes>(rhs, u3, (-8.0 / 3.0) * over_h);
    solve<Lanes>(system, rhs, late, u4);
    add<Lanes>(change, u4, Values{} + 1.0);
    store<Lanes>(b.d_share + p) = change.share;
    store<Lanes>(b.d_oxygen + p) = change.oxygen;
    store<Lanes>(b.d_reacted + p) = change.reacted;
    write_mean_share<Lanes>(b, p, f, change);
    write_error<Lanes>(b, p, u4, change);
}

template <class Lanes>
[[gnu::always_inline]] inline void step_all(SingletOxygenLanes& b) {
    for (std::size_t p = 0; p < SingletOxygenLanes::width; p += Lanes::width) step_at<Lanes>(b, p);
}

void step_scalar(SingletOxygenLanes& b) { step_all<Lanes1>(b); }
void step_plain(SingletOxygenLanes& b) { step_all<Lanes2>(b); }
#if defined(__x86_64__)
[[gnu::target("avx2")]] void step_avx2(SingletOxygenLanes& b) { step_all<Lanes4>(b); }
[[gnu::target("avx512f")]] void step_avx512(SingletOxygenLanes& b) { step_all<Lanes8>(b); }
#endif

constexpr std::array kernels {
    SingletOxygenKernel{"scalar", step_scalar}, SingletOxygenKernel{"plain", step_plain},
#if defined(__x86_64__)
        SingletOxygenKernel{"avx2", step_avx2}, SingletOxygenKernel{"avx512f", step_avx512},
#endif
};

}  // namespace

std::span<const SingletOxygenKernel> singlet_oxygen_kernels() {
    return std::span(kernels).first(1 + usable_variants());
}

}  // namespace caravel::response
