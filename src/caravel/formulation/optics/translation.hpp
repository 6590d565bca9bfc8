// Vector spherical waves about one centre written as waves about another (addition theorem).
#pragma once

#include "caravel/formulation/optics/translation_waves.hpp"

#include <span>
#include <vector>

namespace caravel::formulation::optics {

/// Angular factors of the axial translations up to given orders: for every (row order l', column
/// order l, degree m >= 0) and p = |l - l'|, |l - l'| + 2, ..., l + l'
/// c_p = (-1)^((l'-l+p)/2 + m) (2p+1) sqrt((2l+1)(2l'+1)) (l l' p; 0 0 0)(l l' p; m -m 0),
/// so that the scalar coefficient is S = sum_p c_p z_p(kd). The 3j symbols come from the three-term
/// recurrence in p, run from both ends (Schulten and Gordon 1975).
class AxialTable {
  public:
    AxialTable(int row_order, int column_order);
    int row_order() const { return row_order_; }
    int column_order() const { return column_order_; }
    /// The min(l', l) + 1 factors c_p.
    std::span<const double> factors(int row, int column, int m) const;

  private:
    int row_order_;
    int column_order_;
    std::vector<std::size_t> pair_;   // first slot of each (row, column)
    std::vector<std::size_t> begin_;  // of each slot (row, column, m)
    std::vector<double> factors_;
};

/// The 3j symbols (p l l'; 0 m -m) for p = |l - l'| .. l + l'.
std::vector<double> three_j_column(int l, int l_prime, int m);

/// Rotation matrices d^l_{m'm}(angle), l = 1 .. order, one after the other, each (2l+1)^2 by rows
/// m'; element of l begins at rotation_offset(l).
std::vector<double> rotation_matrices(int order, double angle);
constexpr int rotation_offset(int l) { return (l * (4 * l * l - 1)) / 3 - 1; }

/// Translation by one vector: turn the axis into it, translate along the axis (order by order in
/// m), turn back; O(N^3) per use.
///
/// With `vector` = new centre minus old centre, regular waves (`regular`) or outgoing waves
/// (`outgoing`) of the old centre become regular waves of the new one; the latter holds within
/// |vector| of the new centre. Truncation: rows up to row_order, columns up to column_order.
class WaveTranslation {
  public:
    WaveTranslation(const AxialTable& table, WaveKind kind, int row_order, int column_order,
                    double wave_number, const Vector3& vector);

    /// out (row_order) += translation of in (column_order).
    void add(std::span<const std::complex<double>> in, std::span<std::complex<double>> out) const;
    /// out (column_order) += translation of in (row_order) by the opposite vector. In the frame of
    /// the axis that is the transpose with B negated; for regular waves also the adjoint.
    void add_reverse(std::span<const std::complex<double>> in,
                     std::span<std::complex<double>> out) const;

    int row_order() const { return row_order_; }
    int column_order() const { return column_order_; }

  private:
    struct Pair {
        std::complex<double> a, b;
    };
    void apply(std::span<const std::complex<double>> in, std::span<std::complex<double>> out,
               bool reverse) const;
    void turn_in(const std::complex<double>* in, double* turned, int order) const;
    void turn_out(const double* moved, std::complex<double>* out, int order) const;
    void axial(const double* in, double* out, bool reverse) const;
    void fill_axial(const AxialTable& table, WaveKind kind, double kd);

    int row_order_;
    int column_order_;
    std::vector<std::complex<double>> azimuth_;  // exp(i m phi), m = 0 .. order
    std::vector<double> rotation_;
    std::vector<std::size_t> begin_;  // of each m
    std::vector<Pair> pairs_;         // by m, row, column
};

}  // namespace caravel::formulation::optics
