// Images of a magnetic particle scanner.
#pragma once

#include "caravel/imaging/image.hpp"
#include "caravel/imaging/mpi/mpi_settings.hpp"
#include "caravel/imaging/object.hpp"

namespace caravel::imaging {

/// Image "iron" (mg/L) of the magnetic agents, all seen as one kind of particle with
/// the moments of the one that holds most iron; numbers: scan time, detection limits. Tier::image:
/// the point spread of the reconstruction and its noise; Tier::acquisition: voltages at the coils
/// with noise, and the reconstruction. Throws InputError for contradicting settings, a field of
/// view smaller than the object, an object without magnetic agent.
ScanResult scan_mpi(const ScanContext& context, const ImagedObject& object,
                    const MpiSettings& settings, Tier tier);

/// Memory (byte) and processor time (s) that scan_mpi() takes.
ScanCost estimate_mpi(const Grid& object_grid, const MpiSettings& settings, Tier tier);

}  // namespace caravel::imaging
