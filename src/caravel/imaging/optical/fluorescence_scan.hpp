// Fluorescence imaging: a tissue is lit, agents in it glow, a camera looks at its surface.
#pragma once

#include "caravel/imaging/image.hpp"
#include "caravel/imaging/object.hpp"
#include "caravel/imaging/optical/fluorescence_settings.hpp"

namespace caravel::imaging {

/// Images (electrons per pixel, unit 1; one pixel thick, the object's lateral axes) of every band:
/// `fluorescence_BAND`, less the background where it is taken off; `amount_AGENT` (the agent's unit
/// times m: unmixed amount per area as if at the reference depth, truth the whole column) and
/// `ph` (truth weighted with the agent's amount; 0 where there is too little light).
///
/// Tier image: light in layers, each with the mean properties of its depth below the surface, exact
/// in every lateral frequency of that diffusion problem; normal noise. Tier acquisition: diffusion
/// or Monte Carlo in the voxels as they are; Poisson counts, converter, full well and a control
/// image with its own noise. Valid where scattering dominates (diffusion) and beyond a transport
/// length. Throws InputError for a field of view smaller than the object, bands without a sensor's
/// sensitivity, an object without tissue.
ScanResult scan_fluorescence(const ScanContext& context, const ImagedObject& object,
                             const FluorescenceSettings& settings, Tier tier);

/// Memory and time of a scan of a grid of that size.
ScanCost estimate_fluorescence(const Grid& object_grid, const FluorescenceSettings& settings,
                               Tier tier);

}  // namespace caravel::imaging
