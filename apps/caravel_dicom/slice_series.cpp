#include "slice_series.hpp"

#include "dataset.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include <fmt/format.h>

#include <dcmtk/config/osconfig.h>

#include <dcmtk/dcmdata/dctk.h>

namespace caravel::dicom {
namespace {

using report::DicomRequest;

bool is_signed(const DicomRequest& request) { return request.object != report::dicom_mr; }

/// Stored numbers of a slice, as two's complement where signed.
std::vector<std::uint16_t> stored(const DicomRequest& request, std::span<const float> values) {
    const double low = is_signed(request) ? -32768.0 : 0.0;
    std::vector<std::uint16_t> pixels;
    pixels.reserve(values.size());
    for (const float value : values) {
        const double steps = (static_cast<double>(value) - request.intercept) / request.slope;
        const double whole = std::clamp(std::round(steps), low, low + 65535.0);
        pixels.push_back(static_cast<std::uint16_t>(static_cast<std::int32_t>(whole)));
    }
    return pixels;
}

void put_plane(DcmItem& item, const DicomRequest& request, std::int64_t slice) {
    const double height = request.first[2] + static_cast<double>(slice) * request.spacing[2];
    put(item, DCM_PixelSpacing, backslashed({request.spacing[1], request.spacing[0]}));
    put(item, DCM_ImageOrientationPatient, "1\\0\\0\\0\\1\\0");
    put(item, DCM_ImagePositionPatient, backslashed({request.first[0], request.first[1], height}));
    put_number(item, DCM_SliceThickness, request.spacing[2]);
    put_number(item, DCM_SliceLocation, height);
    put_short(item, DCM_Rows, static_cast<int>(request.size[1]));
    put_short(item, DCM_Columns, static_cast<int>(request.size[0]));
}

void put_pixels(DcmItem& item, const DicomRequest& request, std::span<const float> values) {
    put_short(item, DCM_SamplesPerPixel, 1);
    put(item, DCM_PhotometricInterpretation, "MONOCHROME2");
    put_short(item, DCM_BitsAllocated, 16);
    put_short(item, DCM_BitsStored, 16);
    put_short(item, DCM_HighBit, 15);
    put_short(item, DCM_PixelRepresentation, is_signed(request) ? 1 : 0);
    const double middle = 0.5 * (request.window[0] + request.window[1]);
    put_number(item, DCM_WindowCenter, middle);
    put_number(item, DCM_WindowWidth,
               std::max(request.window[1] - request.window[0], request.slope));
    put_number(item, DCM_RescaleIntercept, request.intercept);
    put_number(item, DCM_RescaleSlope, request.slope);
    const std::vector<std::uint16_t> pixels = stored(request, values);
    demand(item.putAndInsertUint16Array(DCM_PixelData, pixels.data(),
                                        static_cast<unsigned long>(pixels.size())),
           "pixels");
}

/// Kind of object that holds a fact in its dataset.
std::string_view holder(std::string_view keyword) {
    if (keyword == "KVP") return report::dicom_ct;
    if (keyword == "PatientWeight") return report::dicom_pet;
    return keyword.substr(0, 12) == "Radionuclide" ? "" : report::dicom_mr;
}

void put_facts(DcmItem& item, const DicomRequest& request) {
    for (const auto& [keyword, value] : request.facts) {
        if (request.object != holder(keyword)) continue;
        DcmTag tag;
        if (DcmTag::findTagFromName(keyword.c_str(), tag).good()) put_number(item, tag, value);
    }
}

void put_ct(DcmItem& item) {
    put(item, DCM_ImageType, "ORIGINAL\\PRIMARY\\AXIAL");
    put(item, DCM_RescaleType, "HU");
    if (!item.tagExists(DCM_KVP)) put_empty(item, DCM_KVP);
}

void put_mr(DcmItem& item, const DicomRequest& request) {
    put(item, DCM_ImageType, "DERIVED\\PRIMARY\\OTHER");
    put(item, DCM_ScanningSequence, item.tagExists(DCM_InversionTime) ? "IR" : "RM");
    put(item, DCM_SequenceVariant, "NONE");
    put_empty(item, DCM_ScanOptions);
    put(item, DCM_MRAcquisitionType, request.size[2] > 1 ? "3D" : "2D");
    for (const DcmTagKey& tag : {DCM_RepetitionTime, DCM_EchoTime, DCM_EchoTrainLength})
        if (!item.tagExists(tag)) put_empty(item, tag);
}

/// The injected activity is that at the start of the scan. Empty without anything known of it.
void put_tracer(DcmItem& item, const DicomRequest& request) {
    DcmItem* tracer = nullptr;
    for (const auto& [keyword, value] : request.facts) {
        if (keyword.substr(0, 12) != "Radionuclide") continue;
        if (tracer == nullptr) tracer = &add_item(item, DCM_RadiopharmaceuticalInformationSequence);
        DcmTag tag;
        if (DcmTag::findTagFromName(keyword.c_str(), tag).good()) put_number(*tracer, tag, value);
    }
    if (tracer == nullptr) {
        put_empty(item, DCM_RadiopharmaceuticalInformationSequence);
        return;
    }
    put(*tracer, DCM_RadiopharmaceuticalStartTime, moment(request.time).time);
    put_empty(*tracer, DCM_RadionuclideCodeSequence);
}

/// Flags of what was corrected; randoms are known from the rates of singles.
void put_corrections(DcmItem& item, const std::string& corrections) {
    const auto has = [&](const char* word) { return corrections.find(word) != std::string::npos; };
    std::string flags;
    const auto add = [&](const char* word, const char* flag) {
        if (has(word)) flags += (flags.empty() ? "" : "\\") + std::string(flag);
    };
    add("decay", "DECY");
    add("attenuation", "ATTN");
    add("scatter", "SCAT");
    add("randoms", "RAN");
    if (flags.empty())
        put_empty(item, DCM_CorrectedImage);
    else
        put(item, DCM_CorrectedImage, flags);
    put(item, DCM_RandomsCorrectionMethod, has("randoms") ? "SING" : "NONE");
    put(item, DCM_DecayCorrection, has("decay") ? "START" : "NONE");
    if (has("decay")) put_number(item, DCM_DecayFactor, 1.0);  // the standard has none without
}

void put_pet(DcmItem& item, const DicomRequest& request, int instance) {
    const Moment now = moment(request.time);
    put(item, DCM_ImageType, "ORIGINAL\\PRIMARY");
    put(item, DCM_Units, request.unit == "g/mL" ? "GML" : "BQML");
    if (request.unit == "g/mL") put(item, DCM_SUVType, "BW");
    put(item, DCM_CountsSource, "EMISSION");
    put(item, DCM_SeriesType, "STATIC\\IMAGE");
    put_short(item, DCM_NumberOfSlices, static_cast<int>(request.size[2]));
    put_corrections(item, request.corrections);
    put_empty(item, DCM_CollimatorType);
    put_number(item, DCM_FrameReferenceTime, 0.0);
    put_number(item, DCM_ActualFrameDuration, std::max(1.0, std::round(1e3 * request.duration)));
    put_short(item, DCM_ImageIndex, instance);
    put(item, DCM_AcquisitionDate, now.date);
    put(item, DCM_AcquisitionTime, now.time);
    for (const DcmTagKey& tag :
         {DCM_PatientOrientationCodeSequence, DCM_PatientGantryRelationshipCodeSequence})
        put_empty(item, tag);
    put_tracer(item, request);
}

const char* class_of(const DicomRequest& request) {
    if (request.object == report::dicom_ct) return UID_CTImageStorage;
    if (request.object == report::dicom_mr) return UID_MRImageStorage;
    return UID_PositronEmissionTomographyImageStorage;
}

}  // namespace

void write_slice_series(const DicomRequest& request, std::span<const float> values) {
    const auto per_slice = static_cast<std::size_t>(request.size[0] * request.size[1]);
    for (std::int64_t slice = 0; slice < request.size[2]; ++slice) {
        const int instance = static_cast<int>(slice) + 1;
        DcmFileFormat file;
        DcmItem& item = *file.getDataset();
        put_common(item, request, class_of(request), instance);
        put(item, DCM_BodyPartExamined, "WHOLEBODY");
        if (request.object != report::dicom_pet) put(item, DCM_PatientPosition, "HFS");
        put_empty(item, DCM_AcquisitionNumber);
        put_facts(item, request);
        put_plane(item, request, slice);
        if (request.object == report::dicom_ct) put_ct(item);
        if (request.object == report::dicom_mr) {
            put_mr(item, request);
            put_real_world_map(item, request, false, false);
        }
        if (request.object == report::dicom_pet) put_pet(item, request, instance);
        put_pixels(item, request,
                   values.subspan(static_cast<std::size_t>(slice) * per_slice, per_slice));
        save(file, request.folder / fmt::format("{:04d}.dcm", instance));
    }
}

}  // namespace caravel::dicom
