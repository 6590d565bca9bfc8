#include "caravel/imaging/mri/mri_settings.hpp"

#include "caravel/base/error.hpp"
#include "caravel/imaging/mri/sequence_library.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numbers>

namespace caravel::imaging {
namespace {

constexpr double most_points = 4096.0;  // of one axis
constexpr double most_samples = 2e8;    // of an image, and of a trajectory

std::string ms(double seconds) { return fmt::format("{:.6g} ms", seconds * 1e3); }

void describe_times(input::Visitor& v, MriSettings& mri) {
    v.number({"repetition_time", "from one excitation (or inversion) to the next"},
             mri.repetition_time, input::positive("ms"));
    v.number({"echo_time",
              "of the first echo; of tse the effective one; without effect in cpmg and t2_map"},
             mri.echo_time, input::non_negative("ms"));
    v.number({"echo_spacing",
              "between echoes (of a train also before the first one), between lines of epi"},
             mri.echo_spacing, input::positive("ms"));
    v.integer({"echo_count", "echoes of cpmg, t2_map, t2star_map and of a train of tse"},
              mri.echo_count, 1, 4096);
    v.numbers({"inversion_times", "of ir (the first one) and t1_map"}, mri.inversion_times,
              input::positive("ms"));
    v.flag(
        {"fit_efficiency", "t1_map: leave the efficiency of the inversion free; blind to short T1"},
        mri.fit_efficiency);
    v.number({"flip_angle", "of the excitation"}, mri.flip_angle, {"deg", 0.0, 180.0, true});
    v.numbers({"flip_angles", "of t1_map_vfa"}, mri.flip_angles, {"deg", 0.0, 180.0, true});
    v.number({"refocusing_angle", "of cpmg, t2_map and tse"}, mri.refocusing_angle,
             {"deg", 0.0, 180.0, true});
}

void describe_space(input::Visitor& v, MriSettings& mri) {
    v.numbers({"field_of_view", "along x (read) and y; without it the extent of the object"},
              mri.field_of_view, input::positive("mm"));
    v.numbers({"matrix", "points along x and y"}, mri.matrix, {"1", 1.0, most_points});
    v.number({"slice_thickness", "slices lie side by side along z"}, mri.slice_thickness,
             input::positive("mm"));
    v.integer({"slices", "0: as many as the object needs"}, mri.slices, 0, 4096);
    v.flag({"volume", "excite the whole volume and encode z by phase"}, mri.volume);
    v.integer({"interleaves", "of spiral"}, mri.interleaves, 1, 4096);
    v.integer({"spokes", "of ute; 0: pi/2 times the matrix"}, mri.spokes, 0, 100000);
    v.integer({"spins_in_plane", "of pulseq: spins per image point along x and along y, at least"},
              mri.spins_in_plane, 1, 64);
    v.integer({"spins_through_slice",
               "of pulseq; 1: gradients along z, slice selection too, have no effect"},
              mri.spins_through_slice, 1, 1024);
}

void describe_receiver(input::Visitor& v, MriSettings& mri) {
    v.integer({"averages", "of the same line"}, mri.averages, 1, 100000);
    v.number({"bandwidth", "of a whole line: points per time"}, mri.bandwidth,
             input::positive("kHz"));
    v.choice({"filter", "window on the raw data"}, mri.filter, {"none", "hamming", "hann"});
    v.number({"snr", "signal over noise of 1 mm3 of fully relaxed water after 1 s of sampling"},
             mri.snr, input::positive("1"));
    v.flag({"noise", "off: noiseless images"}, mri.noise);
    v.integer({"coils", "receivers around the object; the images are their sum of squares"},
              mri.coils, 1, 128);
}

void find_time_problems(const MriSettings& mri, std::vector<MriProblem>& v) {
    const double last = std::max(mri_last_echo(mri), mri.echo_time);
    if (last >= mri.repetition_time)
        v.push_back({last > mri.echo_time ? "echo_spacing" : "echo_time",
                     fmt::format("the last echo at {} is not within the repetition time of {}",
                                 ms(last), ms(mri.repetition_time)),
                     "echo times below repetition_time",
                     "raise repetition_time, or lower echo_time, echo_spacing or echo_count"});
    const bool inverts = mri.sequence == "ir" || mri.sequence == "t1_map";
    for (std::size_t n = 0; n < mri.inversion_times.size(); ++n) {
        const double time = mri.inversion_times[n];
        const bool used = mri.sequence == "t1_map" || n == 0;
        if (inverts && used && time + mri.echo_time >= mri.repetition_time)
            v.push_back({"inversion_times",
                         fmt::format("the inversion time {} and the echo do not fit into the "
                                     "repetition time of {}",
                                     ms(time), ms(mri.repetition_time)),
                         "inversion time + echo time < repetition_time", "raise repetition_time"});
    }
    if (mri.sequence == "cest" && mri.saturation_time >= mri.repetition_time)
        v.push_back({"saturation_time",
                     fmt::format("saturation of {} does not fit into the repetition time of {}",
                                 ms(mri.saturation_time), ms(mri.repetition_time)),
                     "saturation_time < repetition_time", "raise repetition_time"});
    if (mri.sequence == "bssfp" &&
        std::abs(mri.echo_time - mri.repetition_time / 2.0) > 0.25 * mri.repetition_time)
        v.push_back({"echo_time", "the echo of bssfp forms in the middle of the repetition time",
                     fmt::format("about {}", ms(mri.repetition_time / 2.0))});
    const double read = mri.matrix.empty() ? 0.0 : mri.matrix[0] / mri.bandwidth;
    const bool centred = mri.sequence != "ute" && mri.sequence != "spiral" &&
                         mri.sequence != "pulseq" && mri.sequence != "cest";
    const double first = mri_is_train(mri) ? mri.echo_spacing : mri.echo_time;
    const char* first_key = mri_is_train(mri) ? "echo_spacing" : "echo_time";
    if (centred && read / 2.0 > first && first > 0.0)
        v.push_back({"bandwidth",
                     fmt::format("half the readout takes {}, longer than the echo time of {}",
                                 ms(read / 2.0), ms(first)),
                     fmt::format("matrix / (2 bandwidth) <= {}", first_key),
                     fmt::format("raise bandwidth or {}", first_key)});
}

/// Keys of dynamic scans that other sequences would leave without effect.
void find_dynamic_problems(const MriSettings& mri, std::vector<MriProblem>& v) {
    if (mri.sequence == "dce") return;
    const MriSettings plain;
    const auto ignored = [&](const char* key) {
        v.push_back({key, fmt::format("{} has no effect on sequence '{}'", key, mri.sequence),
                     fmt::format("{} with sequence = \"dce\" alone", key),
                     "repeat and every of the image take several scans; averages add up"});
    };
    if (mri.frames != plain.frames) ignored("frames");
    if (mri.frame_time != plain.frame_time) ignored("frame_time");
}

void find_count_problems(const MriSettings& mri, std::vector<MriProblem>& v) {
    if (mri.matrix.size() != 2 || std::any_of(mri.matrix.begin(), mri.matrix.end(), [](double n) {
            return !(n >= 1.0) || n != std::floor(n);
        }))
        v.push_back({"matrix", "the matrix is not two whole numbers", "matrix = [128, 128]"});
    if (!mri.field_of_view.empty() && mri.field_of_view.size() != 2)
        v.push_back({"field_of_view", "the field of view is not two lengths",
                     "field_of_view = [\"30 mm\", \"30 mm\"]"});
    if (mri.sequence == "t1_map" && mri.inversion_times.size() < 3)
        v.push_back({"inversion_times", "three unknowns cannot be fitted to fewer images",
                     "at least 3 inversion times"});
    if (mri.sequence == "ir" && mri.inversion_times.empty())
        v.push_back({"inversion_times", "an inversion recovery has no inversion time",
                     "inversion_times = [\"400 ms\"]"});
    if (mri.sequence == "t1_map_vfa" && mri.flip_angles.size() < 2)
        v.push_back({"flip_angles", "two unknowns cannot be fitted to fewer images",
                     "at least 2 flip angles"});
    const bool train = mri.sequence == "t2_map" || mri.sequence == "t2star_map";
    if (train && mri.echo_count < 2)
        v.push_back({"echo_count", "a decay cannot be fitted to one echo", "at least 2 echoes"});
    const double lines =
        mri.matrix.size() == 2 ? mri.matrix[1] * static_cast<double>(mri.averages) : 0.0;
    if (mri.sequence == "dce" && mri.frame_time > 0.0 &&
        mri.frame_time < lines * mri.repetition_time * (1.0 - 1e-9))
        v.push_back({"frame_time",
                     fmt::format("a frame of {:g} s is shorter than its lines take, {:g} s",
                                 mri.frame_time, lines * mri.repetition_time),
                     "lines times repetition_time times averages, or longer",
                     "frame_time = 0 takes just that; lines that are left out are not simulated"});
    if (mri.sequence == "pulseq" && mri.pulseq.empty())
        v.push_back(
            {"pulseq", "sequence is 'pulseq' but no file is named", "pulseq = \"scan.seq\""});
    const bool flat = mri.sequence == "epi" || mri.sequence == "spiral" || mri.sequence == "cest" ||
                      mri.sequence == "pulseq";
    if (mri.volume && flat)
        v.push_back(
            {"volume", fmt::format("{} reads slice by slice", mri.sequence), "volume = false"});
}

void check_covered(const MriSettings& mri, double extent, double needed, char axis,
                   const char* hint) {
    if (extent >= needed * (1.0 - 1e-9)) return;
    throw InputError(Diagnostic{
        mri.where,
        fmt::format("the field of view of {:.6g} mm along {} is smaller than the object of "
                    "{:.6g} mm, which would fold over",
                    extent * 1e3, axis, needed * 1e3),
        fmt::format("at least {:.6g} mm", needed * 1e3), hint});
}

double extent_of(const MriSettings& mri, const Grid& object, std::size_t axis) {
    const index_t cells = axis == 0 ? object.nx : object.ny;
    const double needed = static_cast<double>(cells) * object.spacing[axis];
    const double extent = mri.field_of_view.size() == 2 ? mri.field_of_view[axis] : needed;
    check_covered(mri, extent, needed, axis == 0 ? 'x' : 'y',
                  "without field_of_view the object is just covered");
    return extent;
}

/// Slices, a whole number that may be too large for an integer.
double slices_of(const MriSettings& mri, const Grid& object) {
    const double depth = static_cast<double>(object.nz) * object.spacing[2];
    if (mri.slices == 0) return std::max(1.0, std::ceil(depth / mri.slice_thickness - 1e-9));
    const auto slices = static_cast<double>(mri.slices);
    // slices of their own leave out what lies beyond them; encoded ones would fold it back
    if (mri.volume)
        check_covered(mri, slices * mri.slice_thickness, depth, 'z',
                      "raise slices or slice_thickness; slices = 0 just covers the object");
    return slices;
}

void check_count(const MriSettings& mri, double count, const char* of, const char* hint) {
    if (count <= most_samples) return;
    throw InputError(Diagnostic{mri.where, fmt::format("the scan would have {:.3g} {}", count, of),
                                fmt::format("at most {:g}", most_samples), hint});
}

/// Refuses what would fill the memory before anything of that size is made.
void check_size(const MriSettings& mri, double slices) {
    const double across = std::max(mri.matrix[0], mri.matrix[1]);
    check_count(mri, mri.matrix[0] * mri.matrix[1] * slices, "voxels",
                "raise slice_thickness, or lower matrix or slices");
    if (mri.sequence == "spiral")
        check_count(mri, 1.1 * across * across, "points on its spirals", "lower matrix");
    if (mri.sequence == "ute")
        check_count(mri, static_cast<double>(mri_spokes(mri)) * across, "points on its spokes",
                    "lower spokes or matrix");
}

}  // namespace

const input::Choices& mri_sequences() {
    static const input::Choices names{"bssfp",      "cest",        "cpmg",   "dce",        "epi",
                                      "fluorine",   "gre",         "ir",     "pulseq",     "se",
                                      "spgr",       "spiral",      "t1_map", "t1_map_vfa", "t2_map",
                                      "t2star_map", "thermometry", "tse",    "ute"};
    return names;
}

void describe(input::Visitor& v, MriSettings& mri) {
    v.number({"field", "of the magnet"}, mri.field, {"T", 0.05, 25.0});
    v.choice({"sequence", "what is measured"}, mri.sequence, mri_sequences());
    v.text({"pulseq", "file of the sequence when it is 'pulseq'"}, mri.pulseq);
    describe_times(v, mri);
    describe_space(v, mri);
    describe_receiver(v, mri);
    v.number({"saturation_amplitude", "of cest, root mean square"}, mri.saturation_amplitude,
             input::positive("uT"));
    v.number({"saturation_time", "of cest"}, mri.saturation_time, input::positive("s"));
    v.numbers({"saturation_offsets", "of cest, parts per million of the field against water"},
              mri.saturation_offsets, {"[ppm]", -1e4, 1e4});
    v.number({"frame_time", "of dce; 0: as long as one image takes"}, mri.frame_time,
             input::non_negative("s"));
    v.integer({"frames", "of dce"}, mri.frames, 1, 10000);
    if (v.describes_types()) return;
    if (v.reads()) {
        mri.where = v.where();
        // what a file names is looked for beside it
        const std::filesystem::path file(mri.pulseq);
        if (!mri.pulseq.empty() && file.is_relative() && !mri.where.file.empty())
            mri.pulseq = (std::filesystem::path(mri.where.file).parent_path() / file).string();
    }
    for (const MriProblem& p : mri_problems(mri)) v.complain(p.key, p.what, p.expected, p.hint);
}

std::vector<MriProblem> mri_problems(const MriSettings& mri) {
    std::vector<MriProblem> problems;
    find_time_problems(mri, problems);
    find_count_problems(mri, problems);
    find_dynamic_problems(mri, problems);
    return problems;
}

void check_mri(const MriSettings& mri) {
    std::vector<Diagnostic> found;
    for (const MriProblem& p : mri_problems(mri))
        found.push_back({mri.where, p.what, p.expected, p.hint});
    if (!found.empty()) throw InputError(std::move(found));
}

Grid mri_image_grid(const MriSettings& mri, const Grid& object) {
    Grid image;
    const double x = extent_of(mri, object, 0);
    const double y = extent_of(mri, object, 1);
    const double slices = slices_of(mri, object);
    check_size(mri, slices);
    image.nx = static_cast<index_t>(mri.matrix[0]);
    image.ny = static_cast<index_t>(mri.matrix[1]);
    image.nz = static_cast<index_t>(slices);
    image.spacing = {x / static_cast<double>(image.nx), y / static_cast<double>(image.ny),
                     mri.slice_thickness};
    const std::array<index_t, 3> cells{object.nx, object.ny, object.nz};
    const std::array<index_t, 3> points{image.nx, image.ny, image.nz};
    for (std::size_t a = 0; a < 3; ++a) {
        const double middle =
            object.origin[a] + 0.5 * static_cast<double>(cells[a]) * object.spacing[a];
        image.origin[a] = middle - 0.5 * static_cast<double>(points[a]) * image.spacing[a];
    }
    return image;
}

std::int64_t mri_repeats(const MriSettings& mri) {
    if (mri.sequence == "t1_map") return static_cast<std::int64_t>(mri.inversion_times.size());
    if (mri.sequence == "t1_map_vfa") return static_cast<std::int64_t>(mri.flip_angles.size());
    if (mri.sequence == "cest")
        return mri.saturation_offsets.empty()
                   ? 3
                   : static_cast<std::int64_t>(mri.saturation_offsets.size());
    if (mri.sequence == "dce") return mri.frames;
    if (mri.sequence == "thermometry") return 2;  // reference before
    return 1;
}

double mri_scan_time(const MriSettings& mri, const Grid& image) {
    if (mri.sequence == "dce" && mri.frame_time > 0.0)
        return mri.frame_time * static_cast<double>(mri.frames);
    double shots = static_cast<double>(image.ny);
    if (mri.sequence == "tse") shots = std::ceil(shots / static_cast<double>(mri.echo_count));
    if (mri.sequence == "epi" || mri.sequence == "cest") shots = 1.0;
    if (mri.sequence == "spiral") shots = static_cast<double>(mri.interleaves);
    if (mri.sequence == "ute") shots = static_cast<double>(mri_spokes(mri));
    if (mri.volume) shots *= static_cast<double>(image.nz);
    return shots * mri.repetition_time * static_cast<double>(mri.averages * mri_repeats(mri));
}

std::int64_t mri_spokes(const MriSettings& mri) {
    if (mri.spokes > 0) return mri.spokes;
    return static_cast<std::int64_t>(std::ceil(std::numbers::pi / 2.0 * mri.matrix[0]));
}

double mri_sampling_time(const MriSettings& mri, const Grid& image) {
    double points = static_cast<double>(image.nx * image.ny);
    if (mri.volume) points *= static_cast<double>(image.nz);
    return points / mri.bandwidth * static_cast<double>(mri.averages);
}

double mri_image_noise(const MriSettings& mri, const Grid& image) {
    if (!mri.noise) return 0.0;
    constexpr double cubic_millimetre = 1e-9;
    return cubic_millimetre /
           (mri.snr * image.cell_volume() * std::sqrt(mri_sampling_time(mri, image)));
}

}  // namespace caravel::imaging
