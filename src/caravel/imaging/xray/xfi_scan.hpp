// X-ray fluorescence imaging.
#pragma once

#include "caravel/imaging/image.hpp"
#include "caravel/imaging/object.hpp"
#include "caravel/imaging/xray/xfi_settings.hpp"

namespace caravel::imaging {

/// Images of a scan for one element: "element_concentration" (kg/m3) in tomography,
/// "element_areal_mass" (kg/m2, along the beam) in projection. Numbers: dose (Gy), detection limit
/// (kg/m3 at three standard deviations), counts of line and background, scan time.
/// Throws InputError for an element without a line above the noise, beams below its edge, a field
/// of view smaller than the object; Interrupted.
ScanResult scan_xfi(const ScanContext& context, const ImagedObject& object,
                    const XfiSettings& settings, Tier tier);

/// Memory and time of that.
ScanCost estimate_xfi(const Grid& object_grid, const XfiSettings& settings, Tier tier);

}  // namespace caravel::imaging
