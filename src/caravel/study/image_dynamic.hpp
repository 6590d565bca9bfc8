// Dynamic scans of a study: the object changes while the scanner looks.
#pragma once

#include "caravel/study/image_session.hpp"

namespace caravel::study {

/// One dynamic scan (settings of dynamic_scan(image)) that starts at `start` (s). Where a dose
/// begins during the scan, the frames that end before it are the baseline, and area under the
/// concentration and maps of exchange (scan_mri_dynamic) stand beside the frames, for the agent
/// that relaxes the blood's water most and its course in the plasma; else the frames alone.
imaging::ScanResult take_dynamic_scan(const imaging::ScanContext& context,
                                      const ImageSession& session, const ImageInput& image,
                                      double start);

}  // namespace caravel::study
