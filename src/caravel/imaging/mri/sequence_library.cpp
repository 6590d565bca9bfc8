#include "caravel/imaging/mri/sequence_library.hpp"

#include "caravel/exec/for_each.hpp"
#include "caravel/imaging/mri/fluorine.hpp"
#include "caravel/imaging/mri/saturation_transfer.hpp"
#include "caravel/imaging/mri/sequence_library_train.hpp"
#include "caravel/imaging/mri/signal_equations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

namespace caravel::imaging {
namespace {

/// "te_8ms", "te_0p5ms": a number that may stand in a name.
std::string name_of(const char* what, double value, const char* unit) {
    std::string text = fmt::format("{}_{:.6g}{}", what, value, unit);
    std::replace(text.begin(), text.end(), '.', 'p');
    std::replace(text.begin(), text.end(), '-', 'm');
    std::replace(text.begin(), text.end(), '+', '_');
    return text;
}

Exposure plain(const MriSettings& mri) {
    Exposure e;
    e.echo_time = mri.echo_time;
    e.flip = mri.flip_angle;
    e.name = "image";
    if (mri.sequence == "bssfp") e.weighting = Weighting::balanced;
    if (mri.sequence == "fluorine") e.weighting = Weighting::fluorine;
    if (mri.sequence == "cest") e.weighting = Weighting::saturation;
    if (mri.sequence == "se") e.weighting = Weighting::spin_echo;
    if (mri.sequence == "ir" || mri.sequence == "t1_map") e.weighting = Weighting::inversion;
    if (mri_is_train(mri)) e.weighting = Weighting::train;
    e.refocused = e.weighting == Weighting::spin_echo || e.weighting == Weighting::inversion ||
                  e.weighting == Weighting::train || e.weighting == Weighting::balanced;
    return e;
}

std::vector<Exposure> echoes(const MriSettings& mri, double first) {
    std::vector<Exposure> list;
    for (std::int64_t n = 0; n < mri.echo_count; ++n) {
        Exposure e = plain(mri);
        e.echo_time = first + static_cast<double>(n) * mri.echo_spacing;
        e.echo = n + 1;
        e.name = name_of("te", e.echo_time * 1e3, "ms");
        list.push_back(e);
    }
    return list;
}

template <class Set>
std::vector<Exposure> repeated(const MriSettings& mri, std::size_t count, const Set& set) {
    std::vector<Exposure> list;
    for (std::size_t n = 0; n < count; ++n) {
        Exposure e = plain(mri);
        e.repeat = static_cast<std::int64_t>(n);
        set(e, n);
        list.push_back(e);
    }
    return list;
}

double gradient_echo(const MriSettings& mri, const Exposure& e, double r1, double r2_star) {
    return mri::spoiled_gradient_echo(r1, r2_star, mri.repetition_time, e.echo_time, e.flip);
}

template <class Signal>
std::vector<double> per_voxel(exec::ThreadTeam& team, const MriMaps& maps, const Signal& signal) {
    std::vector<double> values(maps.proton_density.size(), 0.0);
    exec::for_each(team, static_cast<index_t>(values.size()), [&](index_t i) {
        const auto v = static_cast<std::size_t>(i);
        if (maps.proton_density[v] > 0.0) values[v] = maps.proton_density[v] * signal(v);
    });
    return values;
}

std::vector<double> fluorine_signal(const MriMaps& maps, const MriSettings& mri,
                                    const Exposure& e) {
    std::vector<double> values(maps.proton_density.size(), 0.0);
    if (maps.fluorine.empty()) return values;
    const double per = 1.0 / fluorine_of_water();
    for (std::size_t v = 0; v < values.size(); ++v) {
        if (maps.fluorine[v] > 0.0)
            values[v] = per * maps.fluorine[v] *
                        gradient_echo(mri, e, maps.fluorine_r1[v], fluorine_r2_star);
    }
    return values;
}

/// Images of equal settings are told apart by their number: "ti_50ms", "ti_50ms_2".
void make_names_unique(std::vector<Exposure>& list) {
    std::map<std::string, int> uses;
    for (Exposure& e : list) {
        const int use = ++uses[e.name];
        if (use > 1) e.name = fmt::format("{}_{}", e.name, use);
    }
}

std::vector<Exposure> sequence_exposures(const MriSettings& mri, double exchange_shift) {
    if (mri.sequence == "cpmg" || mri.sequence == "t2_map") return echoes(mri, mri.echo_spacing);
    if (mri.sequence == "t2star_map") return echoes(mri, mri.echo_time);
    if (mri.sequence == "t1_map")
        return repeated(mri, mri.inversion_times.size(), [&](Exposure& e, std::size_t n) {
            e.inversion_time = mri.inversion_times[n];
            e.name = name_of("ti", e.inversion_time * 1e3, "ms");
        });
    if (mri.sequence == "t1_map_vfa")
        return repeated(mri, mri.flip_angles.size(), [&](Exposure& e, std::size_t n) {
            e.flip = mri.flip_angles[n];
            e.name = name_of("flip", e.flip * 180.0 / std::numbers::pi, "deg");
        });
    if (mri.sequence == "cest") {
        const auto offsets = saturation_offsets(mri, exchange_shift);
        return repeated(mri, offsets.size(), [&](Exposure& e, std::size_t n) {
            e.offset = offsets[n];
            e.name = name_of("offset", e.offset * 1e6, "ppm");
        });
    }
    Exposure e = plain(mri);
    if (mri.sequence == "ir") e.inversion_time = mri.inversion_times.front();
    if (mri.sequence == "tse")
        e.echo = static_cast<std::int64_t>(std::clamp(std::round(mri.echo_time / mri.echo_spacing),
                                                      1.0, static_cast<double>(mri.echo_count)));
    if (mri.sequence == "tse") e.echo_time = static_cast<double>(e.echo) * mri.echo_spacing;
    return {e};
}

}  // namespace

bool mri_is_train(const MriSettings& mri) {
    return mri.sequence == "cpmg" || mri.sequence == "t2_map" || mri.sequence == "tse";
}

double mri_last_echo(const MriSettings& mri) {
    const double more = static_cast<double>(mri.echo_count - 1) * mri.echo_spacing;
    if (mri.sequence == "t2star_map") return mri.echo_time + more;
    if (mri_is_train(mri)) return mri.echo_spacing + more;
    return mri.echo_time;
}

std::vector<double> saturation_offsets(const MriSettings& mri, double exchange_shift) {
    if (!mri.saturation_offsets.empty()) return mri.saturation_offsets;
    constexpr double far = 300e-6;  // where nothing is saturated
    const double shift = exchange_shift != 0.0 ? exchange_shift : 3.5e-6;
    return {far, shift, -shift};
}

std::vector<Exposure> exposures(const MriSettings& mri, double exchange_shift) {
    std::vector<Exposure> list = sequence_exposures(mri, exchange_shift);
    make_names_unique(list);
    return list;
}

double train_recovery(double r1, double repetition_time, double spacing, std::int64_t count,
                      double refocusing_angle) {
    const double half = std::exp(-0.5 * spacing * r1);
    const double whole = half * half;
    const double turn = std::cos(refocusing_angle);
    double z = 0.0;
    double decay = half;
    for (std::int64_t n = 0; n < count; ++n) {
        z = turn * (1.0 + (z - 1.0) * decay);
        decay = whole;
    }
    const double left = repetition_time - (static_cast<double>(count) - 0.5) * spacing;
    return 1.0 + (z - 1.0) * std::exp(-left * r1);
}

double inversion_spin_echo(double r1, double repetition_time, double inversion_time,
                           double echo_time) {
    return 1.0 - 2.0 * std::exp(-inversion_time * r1) +
           2.0 * std::exp(-(repetition_time - 0.5 * echo_time) * r1) -
           std::exp(-repetition_time * r1);
}

std::vector<double> echo_signal(exec::ThreadTeam& team, const MriMaps& maps, const MriSettings& mri,
                                const Exposure& e, bool exact) {
    switch (e.weighting) {
    case Weighting::fluorine: return fluorine_signal(maps, mri, e);
    case Weighting::train: return train_signal(team, maps, mri, e, exact);
    case Weighting::saturation: return saturation_signal(team, maps, mri, e, exact);
    case Weighting::spin_echo:
        return per_voxel(team, maps, [&](std::size_t v) {
            return mri::spin_echo(maps.r1[v], maps.r2[v], mri.repetition_time, e.echo_time);
        });
    case Weighting::inversion:
        return per_voxel(team, maps, [&](std::size_t v) {
            return inversion_spin_echo(maps.r1[v], mri.repetition_time, e.inversion_time,
                                       e.echo_time) *
                   std::exp(-e.echo_time * maps.r2[v]);
        });
    case Weighting::balanced:
        return per_voxel(team, maps, [&](std::size_t v) {
            const double off = maps.off_resonance.empty() ? 0.0 : maps.off_resonance[v];
            return mri::balanced_steady_state(maps.r1[v], maps.r2[v], mri.repetition_time,
                                              e.echo_time, e.flip, off);
        });
    case Weighting::spoiled: break;
    }
    return per_voxel(team, maps, [&](std::size_t v) {
        return gradient_echo(mri, e, maps.r1[v], maps.r2_star[v]);
    });
}

double fluorine_of_water() { return water_proton_concentration / fluorine_sensitivity; }

}  // namespace caravel::imaging
