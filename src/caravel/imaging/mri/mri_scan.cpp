#include "caravel/imaging/mri/mri_scan.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/imaging/mri/fluorine.hpp"
#include "caravel/imaging/mri/mri_scan_maps.hpp"
#include "caravel/imaging/mri/mri_scan_pulseq.hpp"
#include "caravel/imaging/mri/sequence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

namespace caravel::imaging {
namespace {

/// Whether a shift of the frequency changes images of this sequence.
bool needs_shift(const MriSettings& mri, Tier tier) {
    if (tier == Tier::acquisition) return true;
    const Weighting w = exposures(mri).front().weighting;
    return w == Weighting::spoiled || w == Weighting::balanced || w == Weighting::saturation;
}

/// Maps of the object at its reference temperature.
MriMaps cooled(const MriMaps& maps) {
    MriMaps before = maps;
    const double per = mri::proton_gamma * maps.field * water_shift_per_kelvin;
    for (std::size_t v = 0; v < before.temperature.size(); ++v)
        before.off_resonance[v] -= per * maps.temperature[v];
    return before;
}

std::string direction_of(const MriSettings& mri) {
    const std::string& s = mri.sequence;
    const bool dark = s == "se" || s == "tse" || s == "cpmg" || s == "t2_map" || s == "epi" ||
                      s == "t2star_map" || s == "gre" || s == "bssfp" || s == "cest";
    return dark ? "against" : "along";
}

/// Hands the frames over: they are not needed any more.
void add_weighted(ScanFrames& scan, ScanResult& result) {
    for (Frame& frame : scan.frames) {
        Image image;
        image.name = frame.exposure.name;
        image.label = fmt::format("{} signal", scan.mri.sequence);
        image.unit = "1";
        image.grid = scan.grid;
        image.values = std::move(frame.magnitude);
        image.truth = std::move(frame.truth);
        image.noise = scan.mri.noise ? frame_noise(scan.mri, scan.grid) : 0.0;
        image.noise_model = scan.mri.noise ? "rician" : "none";
        image.direction = direction_of(scan.mri);
        image.course = std::move(frame.course);
        image.after = frame.after;
        result.images.push_back(std::move(image));
    }
}

void add_numbers(const MriSettings& mri, const Grid& grid, ScanResult& result) {
    const double time = mri.sequence == "pulseq"
                            ? pulseq_duration(mri) * static_cast<double>(mri.averages)
                            : mri_scan_time(mri, grid);
    result.numbers.push_back({"scan_time", "Scan time", time, "min"});
    result.numbers.push_back({"sampling_time", "Time the receiver samples, per image",
                              mri_sampling_time(mri, grid), "s"});
    if (mri.noise && mri.sequence != "pulseq")
        result.numbers.push_back(
            {"water_snr", "Signal to noise of relaxed water", 1.0 / frame_noise(mri, grid), "1"});
    if (mri.sequence == "fluorine" && mri.noise) {
        const double noise = result.images.back().noise;
        result.numbers.push_back(
            {"detection_limit", "Fluorine at signal to noise 3", 3.0 * noise, "mol/m3"});
    }
}

void add_words(const MriSettings& mri, Tier tier, ScanResult& result) {
    result.assumptions.emplace_back(
        "ideal pulses and, in two dimensions, rectangular slices without gaps");
    result.assumptions.emplace_back(
        "the magnet is shimmed: only magnetised agents and warmth shift the frequency");
    result.assumptions.emplace_back(
        "transverse magnetisation is lost between repetitions, except in bssfp");
    if (tier == Tier::image)
        result.assumptions.emplace_back(
            "one point spread for all tissues: no blur or shift by decay and frequency while "
            "lines are read, noise of neighbouring voxels independent");
    if (mri.sequence == "fluorine")
        result.assumptions.emplace_back(
            "a reference of the same emulsion at 40 mm[Hg] of oxygen calibrates the amount; "
            "T1 falls with oxygen, which the map does not know");
    if (mri.sequence == "t2_map" || mri.sequence == "t2star_map" || mri.sequence == "cpmg")
        result.notes.emplace_back(
            "echoes below three standard deviations of the noise are left out of the fit: the "
            "magnitude of noise does not decay (Rice's distribution) and would lengthen T2");
    const double first_echo = exposures(mri).front().echo_time;
    if (mri_is_train(mri) && std::abs(first_echo - mri.echo_time) > 1e-6 * first_echo)
        result.notes.emplace_back(fmt::format(
            "echoes of {} form at multiples of echo_spacing: the {} one is at {:.6g} ms, and "
            "echo_time = {:.6g} ms is not kept",
            mri.sequence, mri.sequence == "tse" ? "effective" : "first", first_echo * 1e3,
            mri.echo_time * 1e3));
    result.facts.emplace_back("field", fmt::format("{:g} T", mri.field));
    result.facts.emplace_back("sequence", mri.sequence);
    result.facts.emplace_back("repetition_time", fmt::format("{:g} ms", mri.repetition_time * 1e3));
    result.facts.emplace_back("echo_time", fmt::format("{:g} ms", first_echo * 1e3));
    result.facts.emplace_back("averages", fmt::format("{}", mri.averages));
    result.facts.emplace_back("bandwidth", fmt::format("{:g} kHz", mri.bandwidth * 1e-3));
    result.facts.emplace_back("filter", mri.filter);
}

}  // namespace

void finish_scan(const ScanContext& context, ScanFrames& scan, Tier tier, ScanResult& result) {
    const MriSettings& mri = scan.mri;
    const bool only_map = mri.sequence == "t1_map" || mri.sequence == "t1_map_vfa" ||
                          mri.sequence == "t2_map" || mri.sequence == "t2star_map" ||
                          mri.sequence == "fluorine";
    ScanResult maps;
    add_maps(context.team, scan, maps);
    if (!only_map) add_weighted(scan, result);
    std::move(maps.images.begin(), maps.images.end(), std::back_inserter(result.images));
    result.notes = std::move(maps.notes);
    add_numbers(mri, scan.grid, result);
    add_words(mri, tier, result);
}

ScanResult scan_mri(const ScanContext& context, const ImagedObject& object,
                    const MriSettings& settings, Tier tier) {
    check_mri(settings);
    const Grid grid = mri_image_grid(settings, object.grid);
    const MriMaps maps = mri_maps(context.team, object, context.library, settings.field,
                                  settings.sequence == "pulseq" || needs_shift(settings, tier));
    ScanResult result;
    if (settings.sequence == "pulseq") {
        add_pulseq_image(context, maps, settings, grid, result);
        add_numbers(settings, grid, result);
        return result;
    }
    ScanFrames scan{settings, maps, grid, {}, 1.0};
    if (settings.sequence == "fluorine")
        scan.fluorine_reference_r1 = fluorine_relaxation(context.library).r1(usual_oxygen);
    auto list = exposures(settings, maps.exchange_shift);
    const bool pair = settings.sequence == "thermometry";
    if (pair) list = {list.front(), list.front()};
    if (pair) list.front().name = "reference";
    if (settings.sequence == "dce") {
        list.assign(static_cast<std::size_t>(settings.frames), list.front());
        for (std::size_t n = 0; n < list.size(); ++n) list[n].name = fmt::format("frame_{}", n + 1);
    }
    const MriMaps before = pair ? cooled(maps) : MriMaps{};
    for (std::size_t n = 0; n < list.size(); ++n) {
        const MriMaps& now = pair && n == 0 ? before : maps;
        scan.frames.push_back(take_frame(context, {&now, 1}, settings, list[n], grid, tier,
                                         static_cast<std::uint32_t>(n)));
        if (context.progress)
            context.progress(static_cast<double>(n + 1) / static_cast<double>(list.size()));
    }
    finish_scan(context, scan, tier, result);
    return result;
}

}  // namespace caravel::imaging
