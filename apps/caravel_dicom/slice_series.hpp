// CT, MR and PET images: one file per slice, 16 bits and a scale.
#pragma once

#include "caravel/report/dicom_request.hpp"

#include <span>

namespace caravel::dicom {

/// Writes 0001.dcm, 0002.dcm ... from foot to head. Throws as save().
void write_slice_series(const report::DicomRequest& request, std::span<const float> values);

}  // namespace caravel::dicom
