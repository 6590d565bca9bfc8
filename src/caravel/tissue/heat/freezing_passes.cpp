#include "caravel/tissue/heat/freezing_passes.hpp"

#include "caravel/tissue/heat/enthalpy_point.hpp"
#include "caravel/tissue/heat/freezing_lanes.hpp"

#include <algorithm>

namespace caravel::tissue::freezing {

namespace {

/// What acts in a voxel over a step, per volume.
template <class V>
struct Acting {
    V before;     // J/m3, enthalpy
    V perfusion;  // J/m3/K
    V metabolic;  // J/m3
    V source;     // J/m3
    V contact;    // J/m3/K
    V outside;    // K, of what is in contact
};

template <class L>
[[gnu::always_inline]] inline void look_up(const ActingRow& acting, std::uint16_t kind, index_t m,
                                           Acting<typename L::Values>& a) {
    using V = typename L::Values;
    const V zero{};
    const index_t voxel = acting.first + 2 * m;
    const ActingTissue& tissue = acting.tissues[kind];
    every_second<L>(acting.before + voxel, a.before);
    a.perfusion = zero + tissue.perfusion;
    a.metabolic = zero + tissue.metabolic;
    if (tissue.freezes) {
        a.perfusion = a.before < zero ? zero : a.perfusion;
        a.metabolic = a.before < zero ? zero : a.metabolic;
    }
    if (acting.perfusion_factor != nullptr) {
        V factor;
        every_second<L>(acting.perfusion_factor + voxel, factor);
        a.perfusion = a.perfusion * factor;
    }
    a.source = zero;
    if (acting.source != nullptr) {
        every_second<L>(acting.source + voxel, a.source);
        a.source = acting.dt * a.source;
    }
    a.contact = a.outside = zero;
    if (acting.contact_conductance != nullptr) {
        every_second<L>(acting.contact_conductance + voxel, a.contact);
        a.contact = acting.dt * a.contact;
        every_second<L>(acting.contact_temperature + voxel, a.outside);
    }
}

template <class L>
[[gnu::always_inline]] inline void look_at(const ActingRow& acting, index_t i,
                                           typename L::Values& lowest,
                                           typename L::Values& strongest) {
    // by value: a reference would have to be aligned
    const typename L::Values before = at<L>(acting.before + i).v;
    enthalpy::cap(lowest, before);
    if (acting.contact_conductance == nullptr) return;
    const typename L::Values contact = at<L>(acting.contact_conductance + i).v;
    enthalpy::lift(strongest, contact);
}
template <class L>
[[gnu::always_inline]] inline RowState look_with(const ActingRow& acting, index_t voxels) {
    typename L::Values lowest{};
    typename L::Values strongest{};
    double low = 0.0;
    double strong = 0.0;
    index_t i = 0;
    for (; i + L::width <= voxels; i += L::width) look_at<L>(acting, i, lowest, strongest);
    for (; i < voxels; ++i) look_at<Lanes1>(acting, i, low, strong);
    double lows[L::width];
    double strongs[L::width];
    at<L>(lows).v = lowest;
    at<L>(strongs).v = strongest;
    for (const double value : lows) low = std::min(low, value);
    for (const double value : strongs) strong = std::max(strong, value);
    return {low<0.0, strong> 0.0};
}

template <class L, bool Particles>
struct LoadBody {
    const RelaxRow& row;
    const ActingRow& acting;
    double most_drift;
    bool is_plain;  // heat of all voxels as their tissue's own
    std::int32_t known = -1;
    enthalpy::Rates<Particles, typename L::Values> rates{};  // of plain voxels of that tissue

    template <class M>
    [[gnu::always_inline]] void at(std::uint16_t curve, index_t m) {
        if constexpr (M::width == L::width) {
            if (!is_plain || known != curve) set_rates(curve, m);
            load_at<M>(curve, m, rates);
        } else {
            typename M::Values factor;
            typename M::Values latent;
            voxel_of<M, Particles>(row, m, factor, latent);
            enthalpy::Rates<Particles, typename M::Values> own;
            enthalpy::find_rates(row.all->curves[curve], factor, latent, own);
            load_at<M>(curve, m, own);
        }
    }

    [[gnu::always_inline]] void set_rates(std::uint16_t curve, index_t m) {
        typename L::Values factor;
        typename L::Values latent;
        voxel_of<L, Particles>(row, m, factor, latent);
        enthalpy::find_rates(row.all->curves[curve], factor, latent, rates);
        known = curve;
    }

    template <class M, class R>
    [[gnu::always_inline]] void load_at(std::uint16_t curve, index_t m, const R& rate) {
        using V = typename M::Values;
        const V zero{};
        const EnthalpyCurve& c = row.all->curves[curve];
        Acting<V> a;
        look_up<M>(acting, curve, m, a);
        V temperature;
        V slope;
        enthalpy::follow(c, rate, a.before, temperature, slope);
        V drift = a.source + a.metabolic + a.perfusion * (acting.artery - temperature);
        enthalpy::cap(drift, zero + most_drift);
        enthalpy::lift(drift, zero - most_drift);
        const V begin = a.before + drift;
        enthalpy::follow(c, rate, begin, temperature, slope);
        V conductivity;
        V integral;
        enthalpy::conduct(c, temperature, conductivity, integral);
        const index_t element = row.own + m;
        freezing::at<M>(row.all->temperature + element).v = temperature;
        freezing::at<M>(row.all->integral + element).v = integral;
        if (!row.is_exchange_even) {
            freezing::at<M>(row.all->exchange + element).v = a.perfusion + a.contact;
        }
        const V supply = a.before + a.perfusion * acting.artery + a.source + a.metabolic;
        freezing::at<M>(row.all->supply + element).v =
            supply + (a.contact > zero ? a.contact * a.outside : zero);
    }
};

template <class L>
[[gnu::always_inline]] inline void bring(const RelaxRow& row, index_t m,
                                         const typename L::Values& temperature,
                                         typename L::Values& brought) {
    using V = typename L::Values;
    const RelaxFields& all = *row.all;
    const V integral = at<L>(all.integral + row.own + m).v;
    V way[6];
    find_ways<L>(row, m, way);
    V fluxes{};
#pragma GCC unroll 6
    for (std::size_t n = 0; n < 6; ++n) {
        fluxes = fluxes + way[n] * (at<L>(all.integral + row.beside[n] + m).v - integral);
        if (all.way[0] != nullptr) {
            V crossing;
            widen<L>(all.way[n / 2] + face(row, n) + m, crossing);
            fluxes =
                fluxes + crossing * (at<L>(all.temperature + row.beside[n] + m).v - temperature);
        }
    }
    V exchange;
    exchange_of<L>(row, m, exchange);
    brought = all.dt * fluxes - exchange * temperature;
}

struct FinishBody {
    const RelaxRow& row;
    const ActingRow& acting;
    double* after;
    RowBooks& books;

    template <class M>
    [[gnu::always_inline]] void at(std::uint16_t curve, index_t m) {
        using V = typename M::Values;
        const V zero{};
        const V temperature = freezing::at<M>(row.all->temperature + row.own + m).v;
        V brought;
        bring<M>(row, m, temperature, brought);
        Acting<V> a;
        look_up<M>(acting, curve, m, a);
        const V supply = freezing::at<M>(row.all->supply + row.own + m).v;
        const V found = a.before + ((supply - a.before) + brought);
        freezing::at<M>(after + m).v = found;
        const auto lane = static_cast<std::size_t>(m) % RowBooks::lanes;
        const auto add = [lane](std::array<double, RowBooks::lanes>& sums, const V& value) {
            auto& sum = freezing::at<M>(sums.data() + lane);
            sum.v = sum.v + value;
        };
        add(books.source, a.source);
        add(books.metabolic, a.metabolic);
        add(books.perfusion, a.perfusion * (acting.artery - temperature));
        add(books.contact, a.contact > zero ? a.contact * (a.outside - temperature) : zero);
        add(books.stored, found - a.before);
    }
};

template <class L, bool Particles>
[[gnu::always_inline]] inline void load_as(const RelaxRow& row, const ActingRow& acting,
                                           double most_drift) {
    const bool is_plain = !Particles && row.all->factor == nullptr;
    LoadBody<L, Particles> body{row, acting, most_drift, is_plain};
    over_row<L>(row, 0, row.count, body);
}
template <class L>
[[gnu::always_inline]] inline void load_with(const RelaxRow& row, const ActingRow& acting,
                                             double most_drift) {
    if (row.all->latent != nullptr) return load_as<L, true>(row, acting, most_drift);
    load_as<L, false>(row, acting, most_drift);
}

template <class L>
[[gnu::always_inline]] inline void finish_with(const RelaxRow& row, const ActingRow& acting,
                                               double* after, RowBooks& books) {
    FinishBody body{row, acting, after, books};
    over_row<L>(row, 0, row.count, body);
}

#if defined(__x86_64__)
[[gnu::target("avx2")]] RowState look_avx2(const ActingRow& acting, index_t voxels) {
    return look_with<Lanes4>(acting, voxels);
}
[[gnu::target("avx512f")]] RowState look_avx512(const ActingRow& acting, index_t voxels) {
    return look_with<Lanes8>(acting, voxels);
}
[[gnu::target("avx2")]] void load_avx2(const RelaxRow& row, const ActingRow& acting,
                                       double most_drift) {
    load_with<Lanes4>(row, acting, most_drift);
}
[[gnu::target("avx2")]] void finish_avx2(const RelaxRow& row, const ActingRow& acting,
                                         double* after, RowBooks& books) {
    finish_with<Lanes4>(row, acting, after, books);
}
[[gnu::target("avx512f")]] void load_avx512(const RelaxRow& row, const ActingRow& acting,
                                            double most_drift) {
    load_with<Lanes8>(row, acting, most_drift);
}
[[gnu::target("avx512f")]] void finish_avx512(const RelaxRow& row, const ActingRow& acting,
                                              double* after, RowBooks& books) {
    finish_with<Lanes8>(row, acting, after, books);
}
#endif

}  // namespace

RowState look_along([[maybe_unused]] StencilWidth width, const ActingRow& acting, index_t voxels) {
#if defined(__x86_64__)
    if (width == StencilWidth::avx512) return look_avx512(acting, voxels);
    if (width == StencilWidth::avx2) return look_avx2(acting, voxels);
#endif
    return look_with<Lanes1>(acting, voxels);
}

void load([[maybe_unused]] StencilWidth width, const RelaxRow& row, const ActingRow& acting,
          double most_drift) {
#if defined(__x86_64__)
    if (width == StencilWidth::avx512) return load_avx512(row, acting, most_drift);
    if (width == StencilWidth::avx2) return load_avx2(row, acting, most_drift);
#endif
    load_with<Lanes1>(row, acting, most_drift);
}

void finish([[maybe_unused]] StencilWidth width, const RelaxRow& row, const ActingRow& acting,
            double* after, RowBooks& books) {
#if defined(__x86_64__)
    if (width == StencilWidth::avx512) return finish_avx512(row, acting, after, books);
    if (width == StencilWidth::avx2) return finish_avx2(row, acting, after, books);
#endif
    finish_with<Lanes1>(row, acting, after, books);
}

}  // namespace caravel::tissue::freezing
