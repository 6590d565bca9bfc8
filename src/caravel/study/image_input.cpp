#include "caravel/study/image_input.hpp"

#include "caravel/imaging/mri/mri_dynamic.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>

namespace caravel::study {
namespace {

constexpr std::int64_t many = 1000;

bool is_taken(const std::vector<ImageInput>& images, const std::string& name) {
    return std::any_of(images.begin(), images.end(),
                       [&](const ImageInput& i) { return i.name == name; });
}

std::string free_name(const std::vector<ImageInput>& images, const ImageInput& image) {
    const std::string base(modality_name(image));
    if (!is_taken(images, base)) return base;
    for (int i = 2;; ++i) {
        std::string name = fmt::format("{}_{}", base, i);
        if (!is_taken(images, name)) return name;
    }
}

/// The number of slices that cover an object is not known here; it counts for volumes alone.
double length_of_frame(const imaging::MriSettings& mri) {
    Grid image;
    image.nx = static_cast<index_t>(mri.matrix[0]);
    image.ny = static_cast<index_t>(mri.matrix[1]);
    image.nz = std::max<index_t>(1, mri.slices);
    return imaging::dynamic_frame_time(mri, image);
}

double length_of_scan(const imaging::MriSettings& mri) {
    return static_cast<double>(mri.frames) * length_of_frame(mri);
}

bool is_plain(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-';
}

}  // namespace

void describe(input::Visitor& v, MriImage& image) { describe(v, image.settings); }
void describe(input::Visitor& v, MpiImage& image) { describe(v, image.settings); }
void describe(input::Visitor& v, CtImage& image) { describe(v, image.settings); }
void describe(input::Visitor& v, XfiImage& image) { describe(v, image.settings); }
void describe(input::Visitor& v, PetImage& image) { describe(v, image.settings); }
void describe(input::Visitor& v, SpectImage& image) { describe(v, image.settings); }
void describe(input::Visitor& v, FluorescenceImage& image) { describe(v, image.settings); }

void describe(input::Visitor& v, ImageInput& image) {
    v.text({"name", "for files and report (default: the modality)"}, image.name);
    v.text({"scanner", "shipped scanner ('caravel list scanners') whose settings are defaults"},
           image.scanner);
    v.number({"at", "time of the (first) scan"}, image.at, input::non_negative("h"));
    v.integer({"repeat", "number of scans"}, image.repeat, 1, many);
    v.number({"every", "between them"}, image.every, input::positive("h"));
    v.choice({"tier",
              "image: signal equation, point spread, noise; acquisition: raw data and "
              "reconstruction"},
             image.tier, {"image", "acquisition"});
    v.choice({"view",
              "fluorescence: side that the camera sees (auto: low z of a phantom, the "
              "tumour's flank of a subject)"},
             image.view, {"auto", "x_low", "x_high", "y_low", "y_high", "z_low", "z_high"});
    v.flag({"dicom", "write DICOM series beside NIfTI"}, image.dicom);
    v.alternatives({"modality", "kind of scanner", input::Presence::required}, image.modality);
    if (v.describes_types() || !v.reads()) return;
    image.where = v.where();
    if (image.repeat > 1 && !image.every)
        v.complain("repeat", "several scans without the time between them", "every = \"24 h\"");
    if (const auto* mri = dynamic_scan(image); mri != nullptr && image.repeat > 1 && image.every &&
                                               !mri->volume && *image.every < length_of_scan(*mri))
        v.complain("every", "a dynamic scan starts before the one before has ended",
                   "more than frames times frame_time");
    if (const auto* mri = dynamic_scan(image))
        if (mri->volume && mri->slices == 0 && mri->frame_time == 0.0)
            v.complain("frame_time", "how long a frame takes depends on the number of slices",
                       "frame_time or slices");
}

std::string_view modality_name(const ImageInput& image) {
    return std::visit([](const auto& m) { return m.tag; }, image.modality);
}

std::vector<double> image_times(const ImageInput& image) {
    std::vector<double> times;
    for (std::int64_t i = 0; i < image.repeat; ++i)
        times.push_back(image.at + static_cast<double>(i) * image.every.value_or(0.0));
    return times;
}

imaging::Tier tier_of(const ImageInput& image) {
    return image.tier == "acquisition" ? imaging::Tier::acquisition : imaging::Tier::image;
}

const imaging::MriSettings* dynamic_scan(const ImageInput& image) {
    const auto* mri = std::get_if<MriImage>(&image.modality);
    return mri != nullptr && mri->settings.sequence == "dce" ? &mri->settings : nullptr;
}

std::vector<double> frame_starts(const imaging::MriSettings& mri) {
    return imaging::dynamic_starts(mri, length_of_frame(mri));
}

std::vector<double> meeting_times(const ImageInput& image) {
    const auto* mri = dynamic_scan(image);
    if (mri == nullptr) return {0.0};
    const double frame = length_of_frame(*mri);
    std::vector<double> times;
    for (const double start : frame_starts(*mri))
        for (const double t : imaging::frame_meetings(start, frame, tier_of(image)))
            times.push_back(t);
    return times;
}

std::vector<double> object_times(const std::vector<ImageInput>& images) {
    std::vector<double> times;
    for (const auto& image : images)
        for (const double t : image_times(image)) {
            times.push_back(t);
            for (const double after : meeting_times(image)) times.push_back(t + after);
        }
    std::sort(times.begin(), times.end());
    times.erase(std::unique(times.begin(), times.end()), times.end());
    return times;
}

std::string* image_file_of(ImageInput& image) {
    auto* mri = std::get_if<MriImage>(&image.modality);
    return mri != nullptr && !mri->settings.pulseq.empty() ? &mri->settings.pulseq : nullptr;
}

void check_image_files(std::vector<ImageInput> images) {
    for (auto& image : images) {
        const std::string* file = image_file_of(image);
        if (file != nullptr && !std::filesystem::exists(*file))
            throw InputError(Diagnostic{image.where, fmt::format("there is no file '{}'", *file),
                                        "a pulse sequence, by its path from the study", ""});
    }
}

void name_images(std::vector<ImageInput>& images) {
    for (auto& image : images)
        if (image.name.empty()) image.name = free_name(images, image);
    for (std::size_t i = 0; i < images.size(); ++i) {
        const std::string& name = images[i].name;
        if (!std::all_of(name.begin(), name.end(), is_plain))
            throw InputError(Diagnostic{images[i].where,
                                        fmt::format("an image is named '{}'", name),
                                        "letters, digits, _ and - (it names files)", ""});
        for (std::size_t j = 0; j < i; ++j)
            if (images[j].name == name)
                throw InputError(Diagnostic{images[i].where,
                                            fmt::format("two images are named '{}'", name),
                                            "a name of its own", ""});
    }
}

}  // namespace caravel::study
