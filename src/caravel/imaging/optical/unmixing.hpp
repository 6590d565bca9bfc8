// From bands to amounts, and from two bands to pH.
#pragma once

#include <functional>
#include <span>
#include <vector>

namespace caravel::imaging {

/// Amounts x >= 0 with the least sum over bands of ((sum over emitters response x -
/// signal)/sigma)^2: active sets of Lawson and Hanson on the normal equations, exact to rounding
/// for a few emitters. The matrix is factored once; pixels are cheap.
class Unmixing {
  public:
    /// `response`: signal of each band (rows) per amount of each emitter (columns), row by row;
    /// `sigma`: standard deviation of each band. Throws InputError for fewer bands than emitters,
    /// for emitters that no band sees, and for emitters whose spectra cannot be told apart.
    Unmixing(std::vector<double> response, std::span<const double> sigma, std::size_t emitters);

    std::size_t emitters() const { return emitters_; }
    std::size_t bands() const { return bands_; }
    /// Amounts of a pixel; `signal` has one value per band.
    std::vector<double> solve(std::span<const double> signal) const;
    /// Standard deviation of each amount where none is held at 0: the root of the diagonal of the
    /// inverse normal matrix.
    std::vector<double> deviation() const;

  private:
    bool solve_free(const std::vector<bool>& free, const std::vector<double>& right,
                    std::vector<double>& x) const;

    std::size_t emitters_, bands_;
    std::vector<double> weighted_;  // response/sigma, row by row
    std::vector<double> sigma_;
    std::vector<double> normal_;
};

/// The pH between `low` and `high` at which a ratio that rises or falls all the way has the
/// measured value; the nearer end beyond it. Bisection, to 1e-6.
double ph_of_ratio(const std::function<double(double)>& ratio, double measured, double low,
                   double high);

}  // namespace caravel::imaging
