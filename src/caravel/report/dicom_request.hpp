// What caravel-dicom is asked to write: a small JSON file beside the raw values.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace caravel::report {

/// Kinds of DICOM objects, by the names used in the request.
inline constexpr std::string_view dicom_ct = "ct";
inline constexpr std::string_view dicom_mr = "mr";
inline constexpr std::string_view dicom_pet = "pet";
inline constexpr std::string_view dicom_map = "map";

struct DicomRequest {
    std::string object{};            // one of the kinds above
    std::string modality{};          // "CT", "MR", "PT", "NM", "OT"
    std::filesystem::path values{};  // float32 in this machine's byte order; rows run to the left,
                                     // columns to the back, slices to the head
    std::filesystem::path folder{};  // that the files go into
    std::array<std::int64_t, 3> size{};
    std::array<double, 3> spacing{};  // mm
    std::array<double, 3> first{};    // mm, centre of the first voxel: left, back, head
    double slope = 1.0;               // of the stored whole numbers
    double intercept = 0.0;
    std::array<double, 2> window{};  // values drawn black and white
    std::string unit{};              // UCUM
    std::string run{};
    std::string label{};
    std::string description{};
    std::string version{};
    std::string study_uid{};
    std::string series_uid{};
    std::string frame_uid{};
    std::int64_t series_number = 1;
    double time = 0.0;          // s
    double duration = 0.0;      // s
    std::string corrections{};  // of PET, as in the scan's fact: "decay, scatter"
    std::vector<std::pair<std::string, double>> facts{};  // DICOM keyword, value in DICOM's unit
};

std::string dicom_request_json(const DicomRequest& request);

/// Reads what dicom_request_json() wrote; throws InputError for missing or wrong entries.
DicomRequest parse_dicom_request(std::string_view text, const std::string& name);

}  // namespace caravel::report
