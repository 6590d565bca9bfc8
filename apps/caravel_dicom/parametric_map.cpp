#include "parametric_map.hpp"

#include "dataset.hpp"

#include "caravel/report/dicom_file.hpp"

#include <dcmtk/config/osconfig.h>

#include <dcmtk/dcmdata/dctk.h>

namespace caravel::dicom {
namespace {

using report::DicomRequest;

constexpr const char* image_type = "DERIVED\\PRIMARY\\OTHER\\OTHER";

void put_image(DcmItem& item, const DicomRequest& request, std::span<const float> values) {
    put(item, DCM_ImageType, image_type);
    put(item, DCM_ContentLabel, "SIMULATED_IMAGE");
    put(item, DCM_ContentDescription, request.label);
    put(item, DCM_ContentCreatorName, "Caravel^");
    put(item, DCM_ContentQualification, "RESEARCH");
    put(item, DCM_BurnedInAnnotation, "NO");
    put(item, DCM_RecognizableVisualFeatures, "NO");
    put(item, DCM_LossyImageCompression, "00");
    put(item, DCM_PresentationLUTShape, "IDENTITY");
    put_short(item, DCM_SamplesPerPixel, 1);
    put(item, DCM_PhotometricInterpretation, "MONOCHROME2");
    put_short(item, DCM_BitsAllocated, 32);
    put_short(item, DCM_Rows, static_cast<int>(request.size[1]));
    put_short(item, DCM_Columns, static_cast<int>(request.size[0]));
    put_number(item, DCM_NumberOfFrames, static_cast<double>(request.size[2]));
    put_empty(item, DCM_AcquisitionContextSequence);
    demand(item.putAndInsertFloat32Array(DCM_FloatPixelData, values.data(),
                                         static_cast<unsigned long>(values.size())),
           "pixels");
}

void put_dimension(DcmItem& item, const std::string& organization, const DcmTagKey& index,
                   const DcmTagKey& group, const char* label) {
    DcmItem& dimension = add_item(item, DCM_DimensionIndexSequence);
    put(dimension, DCM_DimensionOrganizationUID, organization);
    demand(dimension.putAndInsertTagKey(DCM_DimensionIndexPointer, index), label);
    demand(dimension.putAndInsertTagKey(DCM_FunctionalGroupPointer, group), label);
    put(dimension, DCM_DimensionDescriptionLabel, label);
}

void put_dimensions(DcmItem& item, const DicomRequest& request) {
    const std::string organization = report::dicom_uid(request.series_uid + "/dimensions");
    put(add_item(item, DCM_DimensionOrganizationSequence), DCM_DimensionOrganizationUID,
        organization);
    put(item, DCM_DimensionOrganizationType, "3D");
    put_dimension(item, organization, DCM_StackID, DCM_FrameContentSequence, "Stack");
    put_dimension(item, organization, DCM_InStackPositionNumber, DCM_FrameContentSequence, "Slice");
}

/// What all frames have in common.
void put_shared(DcmItem& item, const DicomRequest& request) {
    DcmItem& shared = add_item(item, DCM_SharedFunctionalGroupsSequence);
    DcmItem& measures = add_item(shared, DCM_PixelMeasuresSequence);
    put(measures, DCM_PixelSpacing, backslashed({request.spacing[1], request.spacing[0]}));
    put_number(measures, DCM_SliceThickness, request.spacing[2]);
    put_number(measures, DCM_SpacingBetweenSlices, request.spacing[2]);
    put(add_item(shared, DCM_PlaneOrientationSequence), DCM_ImageOrientationPatient,
        "1\\0\\0\\0\\1\\0");
    DcmItem& anatomy = add_item(shared, DCM_FrameAnatomySequence);
    put(anatomy, DCM_FrameLaterality, "U");
    put_code(anatomy, DCM_AnatomicRegionSequence, "38266002", "SCT", "Entire body");
    put(add_item(shared, DCM_ParametricMapFrameTypeSequence), DCM_FrameType, image_type);
    DcmItem& transform = add_item(shared, DCM_PixelValueTransformationSequence);
    put_number(transform, DCM_RescaleIntercept, 0.0);
    put_number(transform, DCM_RescaleSlope, 1.0);
    put(transform, DCM_RescaleType, "US");
    DcmItem& window = add_item(shared, DCM_FrameVOILUTSequence);
    put_number(window, DCM_WindowCenter, 0.5 * (request.window[0] + request.window[1]));
    put_number(window, DCM_WindowWidth, request.window[1] - request.window[0]);
    put_real_world_map(shared, request, true, false);
}

void put_frames(DcmItem& item, const DicomRequest& request) {
    for (std::int64_t slice = 0; slice < request.size[2]; ++slice) {
        DcmItem& frame = add_item(item, DCM_PerFrameFunctionalGroupsSequence);
        DcmItem& content = add_item(frame, DCM_FrameContentSequence);
        put(content, DCM_StackID, "1");
        demand(
            content.putAndInsertUint32(DCM_InStackPositionNumber, static_cast<Uint32>(slice + 1)),
            "position");
        const Uint32 place[2] = {1, static_cast<Uint32>(slice + 1)};
        demand(content.putAndInsertUint32Array(DCM_DimensionIndexValues, place, 2), "indices");
        const double height = request.first[2] + static_cast<double>(slice) * request.spacing[2];
        put(add_item(frame, DCM_PlanePositionSequence), DCM_ImagePositionPatient,
            backslashed({request.first[0], request.first[1], height}));
    }
}

}  // namespace

void write_parametric_map(const DicomRequest& request, std::span<const float> values) {
    DcmFileFormat file;
    DcmItem& item = *file.getDataset();
    put_common(item, request, UID_ParametricMapStorage, 1);
    put_dimensions(item, request);
    put_shared(item, request);
    put_frames(item, request);
    put_image(item, request, values);
    save(file, request.folder / "map.dcm");
}

}  // namespace caravel::dicom
