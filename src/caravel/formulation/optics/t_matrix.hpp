// Transition matrices of axially symmetric particles and the cross-sections that follow from them.
#pragma once

#include "caravel/formulation/optics/cross_sections.hpp"

#include <complex>
#include <cstddef>
#include <utility>
#include <vector>

namespace caravel::formulation::optics {

/// Direction of incidence k and field E against the axis of symmetry.
enum class Incidence {
    along_axis,         // k along the axis
    field_along_axis,   // k across, E along the axis
    field_across_axis,  // k across, E across the axis
};

/// T of an axially symmetric particle: outgoing = T regular, in vector spherical waves M_mn, N_mn
/// whose angular parts are normalised to one; M first. Block m >= 0 couples degrees max(1, m) ..
/// order; T of -m has the signs of its M-N and N-M parts changed. Blocks above the last one stored
/// are negligible.
class TMatrix {
  public:
    explicit TMatrix(int order) : order_(order) {}

    int order() const { return order_; }
    int blocks() const { return static_cast<int>(block_.size()); }
    static int first_degree(int m) { return m > 1 ? m : 1; }
    int degrees(int m) const { return order_ - first_degree(m) + 1; }

    /// Appends the block of the next m; 2 degrees(m) rows and columns, by rows.
    void add_block(std::vector<std::complex<double>> values) {
        block_.push_back(std::move(values));
    }
    /// Row and column count waves: degree n of type M is n - first_degree, of type N that plus
    /// degrees(m).
    std::complex<double> at(int m, int row, int column) const {
        const std::size_t side = 2 * static_cast<std::size_t>(degrees(m));
        return block_[static_cast<std::size_t>(m)]
                     [static_cast<std::size_t>(row) * side + static_cast<std::size_t>(column)];
    }

  private:
    int order_;
    std::vector<std::vector<std::complex<double>>> block_;
};

/// Extinction and scattering (m2) of block m of T alone (both signs of m), for every orientation
/// with equal weight: -2 pi/k^2 Re Tr T and 2 pi/k^2 sum |T|^2.
CrossSections average_contribution(const TMatrix& t, int m, double wavenumber);

/// Cross-sections (m2) of a particle in random orientation in a medium of wavenumber `wavenumber`
/// (1/m), and its mean cosine of the scattering angle, by traces of T (no angular quadrature).
CrossSections orientation_average(const TMatrix& t, double wavenumber);

/// Cross-sections (m2) at a fixed incidence; the mean cosine is left at 0.
CrossSections fixed_cross_sections(const TMatrix& t, double wavenumber, Incidence incidence);

/// Cross-sections (m2) and mean cosine at a fixed incidence.
CrossSections fixed_orientation(const TMatrix& t, double wavenumber, Incidence incidence);

/// How far T is from the symmetry that reciprocity asks for, |T - T'| / |T| in Frobenius norms; its
/// square is the size of the relative error that rounding leaves in the cross-sections (measured).
double reciprocity_defect(const TMatrix& t);

/// Coefficients of the incident plane wave of unit amplitude in the waves of azimuthal number m
/// (negative too): degrees max(1, |m|) .. order of type M, then of type N.
std::vector<std::complex<double>> plane_wave(int m, int order, Incidence incidence);

}  // namespace caravel::formulation::optics
