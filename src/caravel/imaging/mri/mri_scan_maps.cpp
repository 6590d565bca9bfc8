#include "caravel/imaging/mri/mri_scan_maps.hpp"

#include "caravel/exec/for_each.hpp"
#include "caravel/imaging/mri/fluorine.hpp"
#include "caravel/imaging/mri/mapping.hpp"
#include "caravel/imaging/mri/saturation_transfer.hpp"
#include "caravel/imaging/mri/signal_equations.hpp"
#include "caravel/imaging/mri/thermometry.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>

namespace caravel::imaging {
namespace {

constexpr double floor_of_noise = 3.0;  // standard deviations below which a voxel is not fitted

/// What a scan can tell of a rate (1/s); beyond is noise.
struct RateLimits {
    double lowest = 0.0;
    double highest = 1e9;
};

constexpr double longest_t1 = 20.0;  // s, twice that of any water in the body

/// Inversion times show T1 from a tenth of the shortest to four times the longest.
RateLimits inversion_limits(const MriSettings& mri) {
    const auto [shortest, longest] =
        std::minmax_element(mri.inversion_times.begin(), mri.inversion_times.end());
    return {1.0 / std::min(longest_t1, 4.0 * *longest), 10.0 / *shortest};
}

/// Echoes show decay times from a quarter of their spacing to ten times the last one.
RateLimits decay_limits(const std::vector<double>& times) {
    const double spacing = times.size() > 1 ? times[1] - times[0] : times[0];
    return {0.1 / times.back(), 4.0 / spacing};
}

Image blank(const ScanFrames& scan, const char* name, const char* label, const char* unit) {
    Image image;
    image.name = name;
    image.label = label;
    image.unit = unit;
    image.grid = scan.grid;
    image.noise_model = scan.mri.noise ? "gaussian" : "none";
    return image;
}

/// Voxels of which no rate could be fitted.
std::vector<std::uint8_t> without_value(const std::vector<double>& rates) {
    std::vector<std::uint8_t> missing;
    for (const double rate : rates) missing.push_back(rate > 0.0 ? 0 : 1);
    return missing;
}

void note_missing(const std::vector<std::uint8_t>& missing, ScanResult& result) {
    const std::string note =
        "Voxels with too little signal, or a relaxation time beyond what the scan can tell, hold "
        "no value: 0 in the files, left out of readings.";
    if (std::find(missing.begin(), missing.end(), 1) != missing.end() &&
        std::find(result.notes.begin(), result.notes.end(), note) == result.notes.end())
        result.notes.push_back(note);
}

std::vector<double> true_rate(exec::ThreadTeam& team, const ScanFrames& scan,
                              const std::vector<double>& rate) {
    return proton_mean(team, scan.maps, scan.grid, rate);
}

std::vector<double> inverse_in_ms(const std::vector<double>& rates) {
    std::vector<double> times(rates.size(), 0.0);
    for (std::size_t v = 0; v < rates.size(); ++v) {
        if (rates[v] > 0.0) times[v] = 1e3 / rates[v];
    }
    return times;
}

struct RateNames {
    const char* time;
    const char* time_label;
    const char* rate;
    const char* rate_label;
};

void add_rate(const ScanFrames& scan, const RateNames& names, const std::vector<double>& rates,
              const std::vector<double>& truth, ScanResult& result) {
    const std::vector<std::uint8_t> missing = without_value(rates);
    note_missing(missing, result);
    Image time = blank(scan, names.time, names.time_label, "ms");
    time.values = inverse_in_ms(rates);
    time.truth = inverse_in_ms(truth);
    time.direction = "against";
    Image rate = blank(scan, names.rate, names.rate_label, "1/s");
    rate.values = rates;
    time.missing = rate.missing = missing;
    rate.truth = truth;
    result.images.push_back(std::move(time));
    result.images.push_back(std::move(rate));
}

/// Rates of all voxels from the frames' values at them; 0 beyond the limits.
std::vector<double> fitted(exec::ThreadTeam& team, const ScanFrames& scan,
                           const std::vector<std::vector<double>>& values, const RateLimits& limits,
                           const std::function<RelaxationFit(std::span<const double>)>& fit) {
    std::vector<double> rates(values.front().size(), 0.0);
    const double floor = floor_of_noise * frame_noise(scan.mri, scan.grid);
    constexpr double least = 1e-3;  // of pure water: emptier voxels hold nothing to fit
    exec::for_each(team, static_cast<index_t>(rates.size()), [&](index_t i) {
        const auto v = static_cast<std::size_t>(i);
        std::vector<double> series(values.size());
        double largest = 0.0;
        for (std::size_t n = 0; n < values.size(); ++n) {
            series[n] = values[n][v];
            largest = std::max(largest, std::abs(series[n]));
        }
        if (!(largest > std::max(floor, least))) return;
        const double rate = fit(series).rate;
        if (rate >= limits.lowest && rate <= limits.highest) rates[v] = rate;
    });
    return rates;
}

std::vector<std::vector<double>> magnitudes(const ScanFrames& scan) {
    std::vector<std::vector<double>> values;
    for (const Frame& frame : scan.frames) values.push_back(frame.magnitude);
    return values;
}

/// Real parts once the phase of the last frame is taken off: signs of an inversion recovery.
std::vector<std::vector<double>> signed_values(const ScanFrames& scan) {
    const Frame& last = scan.frames.back();
    std::vector<std::vector<double>> values;
    for (const Frame& frame : scan.frames) {
        std::vector<double> real(frame.magnitude.size(), 0.0);
        for (std::size_t v = 0; v < real.size(); ++v) {
            const double size = std::hypot(last.image.re[v], last.image.im[v]);
            if (size > 0.0)
                real[v] =
                    (frame.image.re[v] * last.image.re[v] + frame.image.im[v] * last.image.im[v]) /
                    size;
        }
        values.push_back(std::move(real));
    }
    return values;
}

std::vector<double> decay_rates(exec::ThreadTeam& team, const ScanFrames& scan) {
    std::vector<double> times;
    for (const Frame& frame : scan.frames) times.push_back(frame.exposure.echo_time);
    const double floor = floor_of_noise * frame_noise(scan.mri, scan.grid);
    const bool ideal = scan.mri.sequence == "t2star_map" ||
                       std::abs(scan.mri.refocusing_angle - std::numbers::pi) < 1e-9;
    if (ideal)
        return fitted(team, scan, magnitudes(scan), decay_limits(times),
                      [&](std::span<const double> s) { return fit_decay(times, s, floor); });
    constexpr double assumed_r1 = 1.0;  // 1/s, hardly matters
    const TrainFit train(scan.mri.echo_spacing, static_cast<int>(scan.mri.echo_count),
                         scan.mri.refocusing_angle, assumed_r1, 0.2, 2.0 / scan.mri.echo_spacing);
    return fitted(team, scan, magnitudes(scan), decay_limits(times),
                  [&](std::span<const double> s) { return train.fit(s); });
}

void add_t1(exec::ThreadTeam& team, const ScanFrames& scan, ScanResult& result) {
    const MriSettings& mri = scan.mri;
    const bool angles = mri.sequence == "t1_map_vfa";
    const std::vector<double> rates =
        angles
            ? fitted(team, scan, magnitudes(scan), {1.0 / longest_t1, 10.0 / mri.repetition_time},
                     [&](std::span<const double> s) {
                         return fit_flip_angles(mri.flip_angles, s, mri.repetition_time);
                     })
            : fitted(team, scan, signed_values(scan), inversion_limits(mri),
                     [&](std::span<const double> s) {
                         return mri.fit_efficiency
                                    ? fit_recovery(mri.inversion_times, s)
                                    : fit_inversion(mri.inversion_times, s, mri.repetition_time,
                                                    mri.echo_time);
                     });
    add_rate(scan, {"t1_map", "T1 map", "r1_map", "R1 map"}, rates,
             true_rate(team, scan, scan.maps.r1), result);
}

void add_temperature(exec::ThreadTeam& team, const ScanFrames& scan, ScanResult& result) {
    Image image = blank(scan, "temperature_change", "Temperature change", "K");
    const double sigma = frame_noise(scan.mri, scan.grid);
    const ComplexField& before = scan.frames[0].image;
    const ComplexField& after = scan.frames[1].image;
    image.values = temperature_change({before.re, before.im}, {after.re, after.im}, scan.mri.field,
                                      scan.mri.echo_time, std::max(1e-3, floor_of_noise * sigma));
    const std::vector<double> warmth = scan.maps.temperature.empty()
                                           ? std::vector<double>(scan.maps.r1.size(), 0.0)
                                           : scan.maps.temperature;
    image.truth = true_rate(team, scan, warmth);
    for (std::size_t v = 0; v < image.values.size(); ++v) {
        // where one of the two phases means nothing
        const double floor = std::max(1e-3, floor_of_noise * sigma);
        const bool dark = !(std::hypot(before.re[v], before.im[v]) > floor &&
                            std::hypot(after.re[v], after.im[v]) > floor);
        image.missing.push_back(dark ? 1 : 0);
    }
    note_missing(image.missing, result);
    double signal = 0.0;
    for (const double value : scan.frames[0].truth) signal = std::max(signal, value);
    if (sigma > 0.0)
        image.noise = temperature_noise(scan.mri.field, scan.mri.echo_time, signal / sigma);
    result.images.push_back(std::move(image));
}

void add_fluorine(exec::ThreadTeam& team, const ScanFrames& scan, ScanResult& result) {
    Image image = blank(scan, "fluorine", "Fluorine-19", "mol/m3");
    const MriSettings& mri = scan.mri;
    // a tube of the same emulsion at the usual oxygen calibrates the scan
    const double usual = scan.fluorine_reference_r1;
    const double per = fluorine_of_water() /
                       mri::spoiled_gradient_echo(usual, fluorine_r2_star, mri.repetition_time,
                                                  mri.echo_time, mri.flip_angle);
    image.values = scan.frames.front().magnitude;
    for (double& value : image.values) value *= per;
    image.noise = per * frame_noise(mri, scan.grid);
    image.noise_model = mri.noise ? "rician" : "none";
    if (!scan.maps.fluorine.empty())
        image.truth = voxel_mean(team, scan.maps.grid, scan.maps.fluorine, scan.grid);
    else
        image.truth.assign(image.values.size(), 0.0);
    result.images.push_back(std::move(image));
}

/// Asymmetry about water at the exchanging protons' shift; needs offsets at both sides.
void add_asymmetry(const ScanFrames& scan, ScanResult& result) {
    const double shift = scan.maps.exchange_shift != 0.0 ? scan.maps.exchange_shift : 3.5e-6;
    const auto nearest = [&](double offset) {
        const Frame* best = &scan.frames.front();
        for (const Frame& frame : scan.frames) {
            if (std::abs(frame.exposure.offset - offset) < std::abs(best->exposure.offset - offset))
                best = &frame;
        }
        return best;
    };
    const Frame* plus = nearest(shift);
    const Frame* minus = nearest(-shift);
    const Frame* far = nearest(1.0);
    constexpr double near_enough = 0.5e-6;
    if (std::abs(plus->exposure.offset - shift) > near_enough ||
        std::abs(minus->exposure.offset + shift) > near_enough) {
        result.notes.emplace_back(
            "the offsets do not lie on both sides of water at the shift of the exchanging "
            "protons: no asymmetry was computed");
        return;
    }
    Image image = blank(scan, "mtr_asymmetry", "Saturation transfer asymmetry", "1");
    const double floor = std::max(1e-3, floor_of_noise * frame_noise(scan.mri, scan.grid));
    const auto fill = [&](const auto& of, std::vector<double>& to) {
        to.assign(far->magnitude.size(), 0.0);
        for (std::size_t v = 0; v < to.size(); ++v) {
            if (of(*far)[v] > floor) to[v] = asymmetry(of(*minus)[v], of(*plus)[v], of(*far)[v]);
        }
    };
    fill([](const Frame& f) -> const std::vector<double>& { return f.magnitude; }, image.values);
    fill([](const Frame& f) -> const std::vector<double>& { return f.truth; }, image.truth);
    result.images.push_back(std::move(image));
}

/// Signal over that of the first frame.
void add_enhancement(const ScanFrames& scan, ScanResult& result) {
    if (scan.frames.size() < 2) return;
    Image image = blank(scan, "enhancement", "Enhancement of the last over the first frame", "1");
    const Frame& first = scan.frames.front();
    const Frame& last = scan.frames.back();
    const double floor = std::max(1e-3, floor_of_noise * frame_noise(scan.mri, scan.grid));
    const auto ratio = [&](const std::vector<double>& a, const std::vector<double>& b) {
        std::vector<double> values(a.size(), 0.0);
        for (std::size_t v = 0; v < a.size(); ++v) {
            if (a[v] > floor) values[v] = b[v] / a[v] - 1.0;
        }
        return values;
    };
    image.values = ratio(first.magnitude, last.magnitude);
    image.truth = ratio(first.truth, last.truth);
    result.images.push_back(std::move(image));
}

}  // namespace

std::vector<double> proton_mean(exec::ThreadTeam& team, const MriMaps& maps, const Grid& image,
                                const std::vector<double>& values) {
    std::vector<double> weighted(values.size());
    for (std::size_t v = 0; v < values.size(); ++v)
        weighted[v] = values[v] * maps.proton_density[v];
    std::vector<double> mean = voxel_mean(team, maps.grid, weighted, image);
    const auto density = voxel_mean(team, maps.grid, maps.proton_density, image);
    for (std::size_t v = 0; v < mean.size(); ++v)
        mean[v] = density[v] > 1e-6 ? mean[v] / density[v] : 0.0;
    return mean;
}

void add_maps(exec::ThreadTeam& team, const ScanFrames& scan, ScanResult& result) {
    const std::string& sequence = scan.mri.sequence;
    if (sequence == "t1_map" || sequence == "t1_map_vfa") add_t1(team, scan, result);
    if (sequence == "t2_map" || (sequence == "cpmg" && scan.frames.size() > 1))
        add_rate(scan, {"t2_map", "T2 map", "r2_map", "R2 map"}, decay_rates(team, scan),
                 true_rate(team, scan, scan.maps.r2), result);
    if (sequence == "t2star_map")
        add_rate(scan, {"t2_star_map", "T2* map", "r2_star_map", "R2* map"},
                 decay_rates(team, scan), true_rate(team, scan, scan.maps.r2_star), result);
    if (sequence == "thermometry") add_temperature(team, scan, result);
    if (sequence == "fluorine") add_fluorine(team, scan, result);
    if (sequence == "cest") add_asymmetry(scan, result);
    if (sequence == "dce") add_enhancement(scan, result);
}

}  // namespace caravel::imaging
