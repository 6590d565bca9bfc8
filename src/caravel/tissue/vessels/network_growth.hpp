// Networks made by rule: Krogh arrays and branching trees grown into a tumour.
#pragma once

#include "caravel/tissue/domain/domain.hpp"
#include "caravel/tissue/vessels/network.hpp"

#include <cstdint>

namespace caravel::tissue {

/// Pressures at the ends of a network; Owen 2011 (Cancer Res 71:2826): 25 and 15 mmHg.
struct NetworkPressures {
    double inlet = 3333.05;   // Pa
    double outlet = 1999.83;  // Pa
};

struct KroghInput {
    std::size_t axis = 2;        // along which the capillaries run: 0, 1, 2
    bool hexagonal = false;      // else square
    double spacing = 100e-6;     // m, between neighbours
    double radius = 4e-6;        // m
    std::size_t most = 1000000;  // capillaries
    NetworkPressures pressures{};
};

/// Parallel capillaries from the first to the last tumour voxel of their line, blood in the
/// direction of the axis; the longest lies between the given pressures, shorter ones under less, so
/// that flow per length is the same in all. The array is symmetric about the middle of the grid, or
/// about the lower face where that is a mirror (nearest capillaries half a spacing away). Length
/// per volume: 1/spacing^2 (square), 2/(3^(1/2) spacing^2) (hexagonal). Throws InputError for sizes
/// that are not positive, no tumour in any line, more capillaries than `most`.
VesselNetwork krogh_array(const Domain& domain, const KroghInput& input);

struct TreeInput {
    double spacing = 100e-6;         // m: vessel length per tumour volume is 1/spacing^2
    double capillary_radius = 4e-6;  // m
    double murray_exponent = 3.0;    // mother^n = sum of daughters^n
    double venous_widening = 1.25;   // radius of a vein against its artery (assumed)
    std::uint64_t seed = 1;
    std::size_t most_segments = 1000000;
    NetworkPressures pressures{};
};

/// An arterial and a venous tree joined by capillaries, so that every vessel carries flow.
///
/// One capillary site lies in every cell of a jittered lattice that falls into the tumour. Either
/// tree starts at the tumour's surface and halves the set of its sites along the widest side (near
/// the median, by chance), with the branching half way to the sites' centre, until each twig ends
/// at one site; radii follow Murray's law. The lattice's cell is searched for until the length
/// per tumour volume is 1/spacing^2 within 3 % (small trees: the nearest found, within 20 %).
/// Deterministic by seed. Twigs are straight and may cross what is not tumour where the shape is
/// hollow. Throws InputError for sizes that are not positive, a tumour too small for one site or
/// for the density (20 % off), more than `most_segments`.
VesselNetwork grow_tree(const Domain& domain, const TreeInput& input);

}  // namespace caravel::tissue
