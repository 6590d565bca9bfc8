#include "caravel/imaging/mpi/system_matrix.hpp"

#include "caravel/base/error.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace caravel::imaging {
namespace {

constexpr int spare_points = 12;  // beyond the highest order, against aliasing

double dot(const double* a, const double* b, std::size_t count) {
    double even = 0.0;
    double odd = 0.0;
    std::size_t i = 0;
    for (; i + 1 < count; i += 2) {
        even += a[i] * b[i];
        odd += a[i + 1] * b[i + 1];
    }
    return i < count ? even + odd + a[i] * b[i] : even + odd;
}

}  // namespace

MixingAmplitudes::MixingAmplitudes(const MpiSettings& mpi, const ParticleResponse& response)
    : response_(response), highest_(static_cast<int>(mpi.highest_order)) {
    for (std::size_t axis = 0; axis < 3; ++axis) {
        const bool driven = mpi.drive_amplitude[axis] > 0.0;
        const int points = driven ? highest_ + spare_points : 1;
        orders_[axis] = driven ? highest_ + 1 : 1;
        gradient_[axis] = mpi.gradient[axis];
        for (int n = 0; n < points; ++n)
            drive_[axis].push_back(driven ? mpi.drive_amplitude[axis] *
                                                std::cos(std::numbers::pi * (n + 0.5) / points)
                                          : 0.0);
        for (int a = 0; a < orders_[axis]; ++a) {
            for (int n = 0; n < points; ++n)
                cosine_[axis].push_back((a == 0 ? 1.0 : 2.0) / points *
                                        std::cos(std::numbers::pi * a * (n + 0.5) / points));
        }
    }
    const auto size = [](auto n) { return static_cast<std::size_t>(n); };
    bx_.resize(drive_[0].size());
    for (auto& row : row_) row.resize(bx_.size());
    for (auto& line : line_) line.resize(drive_[1].size());
    for (auto& x : x_) x.resize(drive_[1].size() * size(orders_[0]));
    for (auto& y : y_) y.resize(size(orders_[0]) * size(orders_[1]) * drive_[2].size());
    for (auto& a : amplitude_)
        a.assign(size(orders_[0]) * size(orders_[1]) * size(orders_[2]), 0.0);
}

/// One line of points along x: x_[0] of alignment/field, x_[1] of its product with bx.
void MixingAmplitudes::contract_x(double by, double bz) {
    const double across = by * by + bz * bz;
    const std::size_t points = bx_.size();
    for (std::size_t n = 0; n < points; ++n) {
        row_[0][n] = response_.alignment_over_field(std::sqrt(bx_[n] * bx_[n] + across));
        row_[1][n] = row_[0][n] * bx_[n];
    }
}

/// Orders of x over one line, for every line of a plane of equal z.
void MixingAmplitudes::fill_plane(const Vector3& place, double bz) {
    const std::size_t points = bx_.size();
    const std::size_t lines = drive_[1].size();
    for (std::size_t y = 0; y < lines; ++y) {
        contract_x(gradient_[1] * place[1] + drive_[1][y], bz);
        for (int a = 0; a < orders_[0]; ++a) {
            const auto order = static_cast<std::size_t>(a);
            const double* const cosines = cosine_[0].data() + order * points;
            x_[0][order * lines + y] = dot(cosines, row_[0].data(), points);
            x_[1][order * lines + y] = dot(cosines, row_[1].data(), points);
        }
    }
}

/// Orders of x and y over the plane z.
void MixingAmplitudes::contract_y(const Vector3& place, std::size_t z, double bz) {
    const std::size_t lines = drive_[1].size();
    for (int a = 0; a < orders_[0]; ++a) {
        for (std::size_t y = 0; y < lines; ++y) {
            const std::size_t at = static_cast<std::size_t>(a) * lines + y;
            line_[0][y] = x_[1][at];
            line_[1][y] = x_[0][at] * (gradient_[1] * place[1] + drive_[1][y]);
            line_[2][y] = x_[0][at] * bz;
        }
        for (int b = 0; b < orders_[1] && a + b <= highest_; ++b) {
            const double* const cosines = cosine_[1].data() + static_cast<std::size_t>(b) * lines;
            for (std::size_t coil = 0; coil < 3; ++coil)
                y_[coil][index(a, b, 0) * drive_[2].size() + z] =
                    dot(cosines, line_[coil].data(), lines);
        }
    }
}

void MixingAmplitudes::contract_z() {
    const std::size_t points = drive_[2].size();
    for (int c = 0; c < orders_[2]; ++c) {
        const double* const cosines = cosine_[2].data() + static_cast<std::size_t>(c) * points;
        for (int b = 0; b < orders_[1] && b + c <= highest_; ++b) {
            for (int a = 0; a < orders_[0] && a + b + c <= highest_; ++a) {
                for (std::size_t coil = 0; coil < 3; ++coil)
                    amplitude_[coil][index(a, b, c)] =
                        dot(cosines, y_[coil].data() + index(a, b, 0) * points, points);
            }
        }
    }
}

void MixingAmplitudes::compute(const Vector3& place) {
    for (std::size_t n = 0; n < bx_.size(); ++n) bx_[n] = gradient_[0] * place[0] + drive_[0][n];
    for (std::size_t z = 0; z < drive_[2].size(); ++z) {
        const double bz = gradient_[2] * place[2] + drive_[2][z];
        fill_plane(place, bz);
        contract_y(place, z, bz);
    }
    contract_z();
}

namespace {

/// Sign of an order's amplitude when the place is mirrored along the axes in `mirrored`.
double mirror_sign(const ReceivedOrder& order, const std::array<bool, 3>& mirrored) {
    int changes = 0;
    for (std::size_t a = 0; a < 3; ++a) {
        if (mirrored[a]) changes += order.order[a] + (order.coil == a ? 1 : 0);
    }
    return changes % 2 == 0 ? 1.0 : -1.0;
}

Vector3 from_middle(const Grid& image, index_t i, index_t j, index_t k) {
    const auto at = [](index_t n, index_t count, double spacing) {
        return (static_cast<double>(n) - 0.5 * static_cast<double>(count - 1)) * spacing;
    };
    return {at(i, image.nx, image.spacing[0]), at(j, image.ny, image.spacing[1]),
            at(k, image.nz, image.spacing[2])};
}

/// Writes one voxel of the octant and its mirror images.
void write_columns(const Grid& image, const std::array<index_t, 3>& at,
                   const std::vector<ReceivedOrder>& orders, const MixingAmplitudes& amplitudes,
                   double scale, SystemMatrix& matrix) {
    const std::array<index_t, 3> size{image.nx, image.ny, image.nz};
    for (unsigned side = 0; side < 8; ++side) {
        std::array<bool, 3> mirrored{};
        std::array<index_t, 3> place = at;
        bool repeated = false;
        for (std::size_t a = 0; a < 3; ++a) {
            mirrored[a] = ((side >> a) & 1U) != 0;
            if (!mirrored[a]) continue;
            place[a] = size[a] - 1 - at[a];
            repeated = repeated || place[a] == at[a];
        }
        if (repeated) continue;
        const auto voxel = static_cast<std::size_t>(image.index(place[0], place[1], place[2]));
        for (std::size_t r = 0; r < orders.size(); ++r) {
            const ReceivedOrder& order = orders[r];
            matrix.entries[r * matrix.voxels + voxel] =
                static_cast<float>(scale * order.weight * mirror_sign(order, mirrored) *
                                   amplitudes.at(order.coil, order.order));
        }
    }
}

}  // namespace

double column_energy(const MpiSettings& mpi, const ParticleResponse& response, double volume,
                     const Vector3& place, const std::vector<ReceivedOrder>& orders) {
    MixingAmplitudes amplitudes(mpi, response);
    amplitudes.compute(place);
    double energy = 0.0;
    for (const ReceivedOrder& order : orders) {
        const double entry = response.moment_per_iron() * volume * order.weight *
                             amplitudes.at(order.coil, order.order);
        energy += entry * entry;
    }
    return energy;
}

SystemMatrix system_matrix(const ScanContext& context, const MpiSettings& mpi,
                           const ParticleResponse& response, const Grid& image,
                           const std::vector<ReceivedOrder>& orders) {
    SystemMatrix matrix;
    matrix.rows = orders.size();
    matrix.voxels = static_cast<std::size_t>(image.cell_count());
    matrix.entries.resize(matrix.rows * matrix.voxels);
    const double scale = response.moment_per_iron() * image.cell_volume();
    const std::array<index_t, 3> half{(image.nx + 1) / 2, (image.ny + 1) / 2, (image.nz + 1) / 2};
    const auto compute_line = [&](index_t line) {
        MixingAmplitudes amplitudes(mpi, response);
        const index_t j = line % half[1];
        const index_t k = line / half[1];
        for (index_t i = 0; i < half[0]; ++i) {
            amplitudes.compute(from_middle(image, i, j, k));
            write_columns(image, {i, j, k}, orders, amplitudes, scale, matrix);
        }
    };
    const index_t lines = half[1] * half[2];
    const index_t batch = 4 * context.team.size();
    for (index_t first = 0; first < lines; first += batch) {
        if (context.interrupted && context.interrupted())
            throw Interrupted("interrupted while the system matrix was computed");
        context.team.run(std::min(batch, lines - first),
                         [&](index_t n) { compute_line(first + n); });
    }
    const auto middle =
        static_cast<std::size_t>(image.index(half[0] - 1, half[1] - 1, half[2] - 1));
    for (std::size_t r = 0; r < matrix.rows; ++r) {
        const double entry = matrix.entries[r * matrix.voxels + middle];
        matrix.central_energy += entry * entry;
    }
    return matrix;
}

}  // namespace caravel::imaging
