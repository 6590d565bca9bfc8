// Computed tomography with X-rays.
#pragma once

#include "caravel/imaging/image.hpp"
#include "caravel/imaging/object.hpp"
#include "caravel/imaging/xray/ct_settings.hpp"

namespace caravel::imaging {

/// Images of a CT scan: "ct" (Hounsfield units) and, with `decomposition`, the concentration of
/// every element ("au_concentration", kg/m3) and of calcium. Numbers: dose (Gy), counts behind air
/// and behind the object's middle, scan time, scatter-to-primary ratio.
/// Tier image: attenuation at the spectrum that is detected behind the object's middle, normal
/// point spread, noise of filtered back projection from the counts. Tier acquisition: projections,
/// their noise, water correction, reconstruction.
/// Throws InputError for a detector without counts, a field of view smaller than the object,
/// unknown materials; Interrupted.
ScanResult scan_ct(const ScanContext& context, const ImagedObject& object,
                   const CtSettings& settings, Tier tier);

/// Memory and time of that.
ScanCost estimate_ct(const Grid& object_grid, const CtSettings& settings, Tier tier);

}  // namespace caravel::imaging
