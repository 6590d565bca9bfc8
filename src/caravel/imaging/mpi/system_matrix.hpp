// What every voxel of the image contributes to the received orders.
#pragma once

#include "caravel/base/grid.hpp"
#include "caravel/imaging/image.hpp"
#include "caravel/imaging/mpi/particle_response.hpp"
#include "caravel/imaging/mpi/receive_chain.hpp"

#include <vector>

namespace caravel::imaging {

/// Amplitudes of the orders of the moment's components, per moment at saturation, of a point at
/// `place` (m, from the scanner's middle): cosine series of the alignment over the phases of the
/// drives by the midpoint rule on highest_order + 12 points per driven axis.
class MixingAmplitudes {
  public:
    MixingAmplitudes(const MpiSettings& mpi, const ParticleResponse& response);
    void compute(const Vector3& place);
    double at(std::size_t coil, const std::array<int, 3>& order) const {
        return amplitude_[coil][index(order[0], order[1], order[2])];
    }

  private:
    std::size_t index(int a, int b, int c) const {
        const auto size = [](int n) { return static_cast<std::size_t>(n); };
        return size(a) + size(orders_[0]) * (size(b) + size(orders_[1]) * size(c));
    }
    void contract_x(double by, double bz);
    void fill_plane(const Vector3& place, double bz);
    void contract_y(const Vector3& place, std::size_t z, double bz);
    void contract_z();

    const ParticleResponse& response_;
    std::array<double, 3> gradient_{};
    std::array<std::vector<double>, 3> drive_;   // T, at the points
    std::array<std::vector<double>, 3> cosine_;  // [order * points + point], normalised
    std::array<int, 3> orders_{};
    int highest_ = 0;
    std::vector<double> bx_;                   // T, at the points of x
    std::array<std::vector<double>, 2> row_;   // alignment/field and its product with bx, one line
    std::array<std::vector<double>, 3> line_;  // T/T, along y, per coil
    std::array<std::vector<double>, 2> x_;     // [y * orders + a]
    std::array<std::vector<double>, 3> y_;     // [z][b][a] per coil
    std::array<std::vector<double>, 3> amplitude_;
};

/// Rows in units of the noise of their datum: datum = sum over voxels of entry * concentration
/// (kg/m3 of iron).
struct SystemMatrix {
    std::size_t rows = 0;
    std::size_t voxels = 0;
    std::vector<float> entries{};  // row after row
    double central_energy = 0.0;   // squared norm of the column of the middle voxel
};

/// System matrix on the image grid, whose middle is the scanner's. Voxels are points at their
/// middles; one octant is computed, the others follow from the symmetry of the drives. Same bits
/// for any number of threads.
SystemMatrix system_matrix(const ScanContext& context, const MpiSettings& mpi,
                           const ParticleResponse& response, const Grid& image,
                           const std::vector<ReceivedOrder>& orders);

/// Squared norm of the column of one voxel of `volume` (m3) at `place`.
double column_energy(const MpiSettings& mpi, const ParticleResponse& response, double volume,
                     const Vector3& place, const std::vector<ReceivedOrder>& orders);

}  // namespace caravel::imaging
