// Images of other modalities: float32 in a Parametric Map.
#pragma once

#include "caravel/report/dicom_request.hpp"

#include <span>

namespace caravel::dicom {

/// Writes map.dcm with one frame per slice, from foot to head. Throws as save().
void write_parametric_map(const report::DicomRequest& request, std::span<const float> values);

}  // namespace caravel::dicom
