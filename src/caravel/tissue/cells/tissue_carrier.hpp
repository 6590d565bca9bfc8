// What moving tissue takes along: volume fractions of cells whose outer surface stays sharp.
#pragma once

#include "caravel/tissue/fields/convection.hpp"

#include <array>
#include <vector>

namespace caravel::tissue {

/// Carries the volume fractions of several kinds of cells with one velocity. The filling (their
/// sum) moves by limited second-order upwinding (van Leer, two-stage Runge-Kutta); then a flux
/// along its gradient, filling (1 - filling) n - width grad(filling), keeps the surface as thin as
/// 1/(1 + exp(-d/width)) with a width of half a voxel (Olsson and Kreiss 2005, J Comput Phys
/// 210:225): 10 to 90 % in 2.2 voxels however far it moved. Kinds share every flux of the filling
/// by their limited shares upwind, so that their sum is the filling to round-off; what leaves one
/// voxel enters the next; nothing gets negative.
class TissueCarrier {
  public:
    /// `sharpening`: speed of the second flux against the tissue's; 0: plain upwinding.
    explicit TissueCarrier(const Grid& grid, double sharpening = 1.0);

    /// Advances `kinds` fields (kind after kind) over dt (s) in sub-steps and adds to `left` (one
    /// per kind) the volume (m3) that left through the box's faces; nothing enters there. Same bits
    /// for any number of threads. Throws std::invalid_argument for wrong sizes, NumericalError when
    /// more than 100,000 sub-steps are needed.
    void advance(exec::ThreadTeam& team, View<double> fractions, index_t kinds,
                 const FaceField& velocity, double dt, std::vector<double>& left);

  private:
    struct Lines;
    Lines lines_along(int axis, const FaceField& velocity) const;
    void stage(exec::ThreadTeam& team, const FaceField& velocity, double dt, index_t kinds,
               View<const double> from, View<double> to, std::vector<double>& left) const;
    void sharpen(exec::ThreadTeam& team, double pseudo_time, index_t kinds, View<double> fractions);
    void find_normals(exec::ThreadTeam& team, index_t kinds, View<const double> fractions);

    Grid grid_;
    double sharpening_;
    std::vector<double> first_;
    std::vector<double> second_;
    std::vector<double> filling_;
    std::vector<std::array<double, 3>> normals_;  // along the gradient, in voxels
};

/// Volume share of all kinds in every voxel.
void sum_kinds(exec::ThreadTeam& team, View<const double> fractions, index_t kinds,
               View<double> filling);

}  // namespace caravel::tissue
