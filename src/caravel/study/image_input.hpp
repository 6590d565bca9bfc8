// [[protocol.image]]: a scan, its scanner and its settings.
#pragma once

#include "caravel/imaging/mpi/mpi_scan.hpp"
#include "caravel/imaging/mri/mri_scan.hpp"
#include "caravel/imaging/nuclear/pet_scan.hpp"
#include "caravel/imaging/nuclear/spect_scan.hpp"
#include "caravel/imaging/optical/fluorescence_scan.hpp"
#include "caravel/imaging/xray/ct_scan.hpp"
#include "caravel/imaging/xray/xfi_scan.hpp"
#include "caravel/input/visitor.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace caravel::study {

struct MriImage {
    static constexpr std::string_view tag = "mri";
    static constexpr std::string_view doc = "magnetic resonance imaging";
    imaging::MriSettings settings{};
};
struct MpiImage {
    static constexpr std::string_view tag = "mpi";
    static constexpr std::string_view doc = "magnetic particle imaging";
    imaging::MpiSettings settings{};
};
struct CtImage {
    static constexpr std::string_view tag = "ct";
    static constexpr std::string_view doc = "computed tomography with X-rays";
    imaging::CtSettings settings{};
};
struct XfiImage {
    static constexpr std::string_view tag = "xfi";
    static constexpr std::string_view doc = "X-ray fluorescence imaging";
    imaging::XfiSettings settings{};
};
struct PetImage {
    static constexpr std::string_view tag = "pet";
    static constexpr std::string_view doc = "positron emission tomography";
    imaging::PetSettings settings{};
};
struct SpectImage {
    static constexpr std::string_view tag = "spect";
    static constexpr std::string_view doc = "single photon emission computed tomography";
    imaging::SpectSettings settings{};
};
struct FluorescenceImage {
    static constexpr std::string_view tag = "fluorescence";
    static constexpr std::string_view doc = "a camera that sees light of agents";
    imaging::FluorescenceSettings settings{};
};
using Modality =
    std::variant<MriImage, MpiImage, CtImage, XfiImage, PetImage, SpectImage, FluorescenceImage>;

void describe(input::Visitor& v, MriImage& image);
void describe(input::Visitor& v, MpiImage& image);
void describe(input::Visitor& v, CtImage& image);
void describe(input::Visitor& v, XfiImage& image);
void describe(input::Visitor& v, PetImage& image);
void describe(input::Visitor& v, SpectImage& image);
void describe(input::Visitor& v, FluorescenceImage& image);

/// [[protocol.image]]
struct ImageInput {
    std::string name;     // default: the modality, numbered where it stands twice
    std::string scanner;  // of data/scanners; its settings are defaults
    double at = 0.0;      // s
    std::int64_t repeat = 1;
    std::optional<double> every;  // s
    std::string tier = "image";   // image, acquisition
    std::string view = "auto";    // fluorescence: face of the object that the camera sees
    bool dicom = false;
    Modality modality{};
    Location where;
};

void describe(input::Visitor& v, ImageInput& image);

/// "mri", "ct" ...
std::string_view modality_name(const ImageInput& image);

/// Times (s) at which an image and its repeats start.
std::vector<double> image_times(const ImageInput& image);

imaging::Tier tier_of(const ImageInput& image);

/// Settings of a dynamic scan (sequence "dce"), whose object changes while it lasts; else null.
const imaging::MriSettings* dynamic_scan(const ImageInput& image);
/// Starts (s, from the start of the scan) of the frames of a dynamic scan.
std::vector<double> frame_starts(const imaging::MriSettings& mri);
/// Times (s, from its start) at which a scan meets its object: of a dynamic scan (sequence "dce")
/// the middle of each frame, with tier "acquisition" of each quarter of its lines; else 0.
std::vector<double> meeting_times(const ImageInput& image);
/// Times (s) at which any image starts or meets its object, ascending, each once.
std::vector<double> object_times(const std::vector<ImageInput>& images);

/// The file that an image's settings name (a pulse sequence); null where none is.
std::string* image_file_of(ImageInput& image);

/// Throws InputError for files that images name and that are not there.
void check_image_files(std::vector<ImageInput> images);

/// Gives names to images that have none and throws InputError at the place of a name that stands
/// twice or holds other characters than letters, digits, _ and -.
void name_images(std::vector<ImageInput>& images);

}  // namespace caravel::study
