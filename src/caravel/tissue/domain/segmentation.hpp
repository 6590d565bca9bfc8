// Domains from a segmentation file.
#pragma once

#include "caravel/tissue/domain/domain.hpp"

namespace caravel::tissue {

/// Most cells of a domain: its indices fit into 31 bits.
inline constexpr double most_cells = 2147483648.0;

/// Throws InputError when a grid of `cells` cells would be too large; `how` says what asked for it
/// and `finest` (m) is the resolution that would just do.
void check_cells(double cells, const std::string& how, double finest, const Location& where);

/// The grid of a segmentation: its own or, with a resolution, one of that over the same box;
/// with a margin that box is the tumour's plus the margin, inside the file. Throws as plan_domain.
DomainSize plan_segmentation(const DomainInput& input, const Location& where);

/// Voxels of a segmentation: a voxel takes the region with the largest part of its volume, except
/// that it is tumour from a share of one half on. Throws as make_domain.
Domain read_segmentation(const DomainInput& input, const Location& where);

}  // namespace caravel::tissue
