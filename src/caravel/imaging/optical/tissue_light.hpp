// The object as light of one wavelength sees it, and the mean tissue at each depth.
#pragma once

#include "caravel/imaging/object.hpp"
#include "caravel/matter/table.hpp"
#include "caravel/stimulus/light/photon_medium.hpp"

#include <string>
#include <vector>

namespace caravel::imaging {

/// A tissue of data/tissue_optics.csv at a wavelength in vacuum (m). Names that the table lacks
/// take what is nearest (kidney and spleen: liver; heart: muscle; lung and others: soft_tissue);
/// "air" is exterior, "pmma" clear. Beyond 1000 nm, where the table of haemoglobin ends, its
/// absorption falls with `infrared_fall` of data/autofluorescence.csv; fat, melanosomes and the
/// skin's background stay as at the end of their tables. Throws InputError for unknown names.
stimulus::OpticalMedium imaged_tissue(const std::string& tissue, double wavelength,
                                      matter::Library& library);

/// All voxels at a wavelength (m), with the absorption of the agents. Light leaves through the z
/// faces by Fresnel's laws; at the x and y faces tissue goes on as its mirror image.
stimulus::PhotonMedium imaged_medium(const ImagedObject& object, double wavelength,
                                     matter::Library& library);

/// First and last voxel of the body in a column along z; -1 where there is none.
struct BodyColumn {
    index_t top = -1;
    index_t bottom = -1;
};
/// One per column, x fastest.
std::vector<BodyColumn> body_columns(const stimulus::PhotonMedium& medium);

/// Means over all columns at each depth below their own surface.
struct LightLayers {
    double thickness = 0.0;            // m, of each
    std::vector<double> absorption{};  // 1/m
    std::vector<double> reduced{};     // 1/m, reduced scattering
    double index = 1.37;               // at the surface
    double top_factor = 1.0;           // (1 + R)/(1 - R) of diffuse light at the surface
    double bottom_factor = 1.0;
    std::size_t size() const { return absorption.size(); }
};

/// Throws InputError when there is no tissue, or none that scatters.
LightLayers light_layers(const stimulus::PhotonMedium& medium,
                         const std::vector<BodyColumn>& columns);

/// Diffusion coefficient (m): 1/(3 (mu_a + mu_s')), where next to nothing scatters limited by
/// `longest` (m).
double diffusion_coefficient(double absorption, double reduced, double longest);

/// Light that enters along z, per irradiance: what has not been scattered (fluence, 1) and where it
/// is scattered for the first time (1/m), means over each layer. Specular reflection taken off.
struct EnteringLight {
    std::vector<double> fluence{};
    std::vector<double> source{};
};
EnteringLight entering_light(const std::vector<double>& absorption,
                             const std::vector<double>& reduced, double thickness, double index,
                             bool from_below);

}  // namespace caravel::imaging
