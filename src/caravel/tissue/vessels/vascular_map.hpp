// Vessels as every voxel sees them, whether they come from a pattern or a network.
#pragma once

#include "caravel/tissue/domain/domain.hpp"

#include <vector>

namespace caravel::tissue {

/// Per voxel, per volume of tissue.
struct VascularMap {
    std::vector<double> surface_density;  // 1/m, vessel wall per tissue volume
    std::vector<double> blood_fraction;   // blood volume per tissue volume
    std::vector<double> perfusion;        // 1/s, blood per tissue volume and second
    std::vector<double> pressure;         // Pa, in the vessels
};

/// What healthy and tumour tissue have on average.
struct VascularMeans {
    double surface_density = 0.0;  // 1/m
    double blood_fraction = 0.0;
    double perfusion = 0.0;  // 1/s
    double pressure = 0.0;   // Pa
};

/// How vessels are spread over the tumour.
struct VesselPatternInput {
    std::string pattern = "uniform";  // uniform, rim, core, hot_spots, network
    double contrast = 4.0;            // rim (or spots) against the rest
    double rim_thickness = 0.0;       // m; 0: a fifth of the radius
    std::int64_t spots = 12;
    std::string network;  // krogh, krogh_hexagonal, tree, or a graph file, for pattern = "network"
    std::int64_t seed = 1;
    std::optional<double> vessel_spacing;  // m, of Krogh arrays and trees
    std::optional<double> vessel_radius;   // m
    Location where;                        // of the table; graph files are sought beside its file
};
void describe(input::Visitor& v, VesselPatternInput& pattern);
/// The name of a graph file beside the study; null where the pattern needs none.
std::string* graph_file_of(VesselPatternInput& pattern);

/// The pattern with the given means over the tumour (and over normal tissue outside of it), so that
/// total surface, blood volume and perfusion of the tumour do not depend on the pattern: the mean
/// of the tumour's part of the voxels, weighted by tumour_share. A voxel that is partly tumour has
/// share times the tumour's value plus, unless it lies `outside`, the rest times the normal value.
/// Normal tissue and organs have the normal means; air, bone and the lumen of large vessels none.
/// Of a network the distribution is taken: it is scaled to the means (network_map.hpp gives it
/// unscaled), its pressure shifted. Throws InputError for patterns that cannot be.
VascularMap make_vascular_map(const Domain& domain, const VesselPatternInput& pattern,
                              const VascularMeans& tumour, const VascularMeans& normal);

}  // namespace caravel::tissue
