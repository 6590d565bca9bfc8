// A CT scan made ready: beam, detector, object, geometry, image grid.
#pragma once

#include "caravel/imaging/image.hpp"
#include "caravel/imaging/xray/ct_settings.hpp"
#include "caravel/imaging/xray/polychromatic.hpp"
#include "caravel/imaging/xray/water_scale.hpp"
#include "caravel/imaging/xray/xray_object.hpp"

#include <vector>

namespace caravel::imaging {

struct CtModel {
    CtModel(matter::Library& library, const ImagedObject& imaged, const CtSettings& settings);

    PhotonTables photons;
    Polychromatic scan{};   // materials: the object's basis (m)
    Polychromatic water{};  // material: water (m)
    XrayObject object{};
    std::vector<double> centre{};  // line integrals of the basis through the middle (m)
    double water_at_centre = 0.0;  // m of water that weaken all channels together as much
    double longest = 0.0;          // m of water, end of tables
    Grid image{};

    std::size_t channels() const { return scan.response.channels; }
    WaterScale scale(std::size_t channel, const CtSettings& settings) const;
};

/// Photons per pixel and view without object: tube, filters, distance.
PhotonSpectrum beam_on_pixel(const PhotonTables& photons, matter::Library& library,
                             const CtSettings& settings);

/// Source-to-detector over source-to-centre; 1 of a parallel beam.
double magnification(const CtSettings& settings);

/// Grid of the image: the object's, or `field_of_view` across, in voxels of the resolution. Throws
/// InputError when the field of view does not hold the object.
Grid image_grid(const XrayObject& object, const CtSettings& settings);

/// Scan of a cone beam, or of one slice at height `z` otherwise. Throws InputError when columns or
/// rows do not cover the object.
ScanGeometry scan_geometry(const XrayObject& object, const CtSettings& settings, double z);

/// Full width at half maximum (m) of the point spread in the plane and along the axis: pixel,
/// focal spot, interpolation of the back projection, window. Variances add up.
Vector3 point_spread(const CtSettings& settings);

/// Variance of one image voxel per variance of the projections (1/m2): pi arc / views times the
/// integral over |f|^2 window^2 with linear interpolation between columns (and rows of a cone).
double noise_gain(const CtSettings& settings);

}  // namespace caravel::imaging
