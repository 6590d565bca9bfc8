// Images of a magnetic resonance scanner.
#pragma once

#include "caravel/imaging/image.hpp"
#include "caravel/imaging/mri/mri_settings.hpp"
#include "caravel/imaging/object.hpp"

#include <functional>

namespace caravel::imaging {

/// Images of an object that stands still. Weighted images are in signal of pure, fully relaxed
/// water ("1"); maps in ms and 1/s, temperature change in K, fluorine in mol/m3. Throws InputError
/// for contradicting settings, a field of view smaller than the object, unknown tissues.
ScanResult scan_mri(const ScanContext& context, const ImagedObject& object,
                    const MriSettings& settings, Tier tier);

/// The object at a time (s) after the start of the scan.
using MovingObject = std::function<ImagedObject(double)>;

/// Dynamic scan (sequence "dce") of an object that changes meanwhile: one image per frame. With
/// Tier::acquisition each quarter of the lines of a frame sees the object at its own time.
ScanResult scan_mri_series(const ScanContext& context, const MovingObject& object,
                           const MriSettings& settings, Tier tier);

/// Memory (byte) and processor time (s) that scan_mri() takes.
ScanCost estimate_mri(const Grid& object_grid, const MriSettings& settings, Tier tier);

}  // namespace caravel::imaging
