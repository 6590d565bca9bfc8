// High-resolution finite volumes in particle size: growth, dissolution and nucleation.
#pragma once

#include <functional>
#include <span>
#include <vector>

namespace caravel::formulation::synthesis {

/// Cell faces from `low` to `high`, equally spaced or in equal ratios (low > 0).
std::vector<double> uniform_faces(double low, double high, int cells);
std::vector<double> geometric_faces(double low, double high, int cells);

/// Number density over size on a fixed grid, moved by dr/dt. Second order where smooth: van Leer's
/// limiter in space, Heun's method in time; never negative while particles cross at most half a
/// cell per move. Faces that are crossed downwards faster (dissolution of the smallest) are upwind
/// and implicit, first order and stable at any speed. Particles leave through the lowest face; the
/// highest is closed.
class FiniteVolume {
  public:
    /// `faces`: ascending, at least three.
    explicit FiniteVolume(std::vector<double> faces);

    /// Cell means of `density` (number per size) by three-point Gauss rules.
    void fill(const std::function<double(double)>& density);

    /// Adds `number` particles of `size`, shared by the two nearest cells so that number and mean
    /// size are kept.
    void add(double number, double size);

    /// Moves for `dt` (s) at the given speeds of the faces (size/s).
    void move(std::span<const double> speeds, double dt);

    /// Integral of density size^k over the grid, the density constant in each cell.
    double moment(int k) const;

    std::span<const double> faces() const { return faces_; }
    std::span<const double> centres() const { return centres_; }
    std::span<const double> widths() const { return widths_; }
    std::span<const double> density() const { return density_; }
    /// For processes that change the cells themselves (aggregation).
    std::span<double> density() { return density_; }

  private:
    void stage(std::span<const double> speeds, double dt, std::vector<double>& density);
    double slope(const std::vector<double>& density, std::size_t i) const;

    std::vector<double> faces_;
    std::vector<double> centres_;
    std::vector<double> widths_;
    std::vector<double> density_;
    std::vector<double> flux_;  // size of a move, number
};

}  // namespace caravel::formulation::synthesis
