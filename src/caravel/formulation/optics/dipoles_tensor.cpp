#include "caravel/formulation/optics/dipoles_tensor.hpp"

#include "caravel/exec/for_each.hpp"

#include <algorithm>
#include <cmath>

namespace caravel::formulation::optics {
namespace {

constexpr index_t lanes = fft_lanes;

std::size_t at(index_t i) { return static_cast<std::size_t>(i); }

// Mean of 1/|r - r'| over a unit cube is 1.88231; of (1 + rr)/(2 r) on the diagonal 2/3 of it.
constexpr double cube_self_term = 2.0 / 3.0 * 1.8823126443896602;

/// Sign of a component under reflection of an axis: -1 when the axis occurs once in it.
double parity(std::size_t component, std::size_t axis) {
    constexpr std::array<std::array<std::size_t, 2>, 6> axes{
        {{0, 0}, {0, 1}, {0, 2}, {1, 1}, {1, 2}, {2, 2}}};
    return (axes[component][0] == axis) != (axes[component][1] == axis) ? -1.0 : 1.0;
}

/// One component on [x][z][y or ky], split complex.
struct Grid {
    index_t size_z = 0;
    index_t size_y = 0;
    std::vector<double> re, im;

    index_t place(index_t x, index_t z, index_t y) const { return (x * size_z + z) * size_y + y; }
};

/// Fills `block` (length n) from values 0 <= i < count by their mirror symmetry.
template <class Load>
void mirror(FftBlock& block, index_t n, index_t count, double sign, const Load& load) {
    std::fill(block.re(), block.re() + n * lanes, 0.0);
    std::fill(block.im(), block.im() + n * lanes, 0.0);
    for (index_t i = 0; i < count; ++i) {
        load(i, block.re() + i * lanes, block.im() + i * lanes);
        if (i == 0) continue;
        for (index_t l = 0; l < lanes; ++l) {
            block.re()[(n - i) * lanes + l] = sign * block.re()[i * lanes + l];
            block.im()[(n - i) * lanes + l] = sign * block.im()[i * lanes + l];
        }
    }
}

struct Component {
    const LatticeSizes& sizes;
    Coupling coupling;
    double kd;
    std::size_t number;

    /// Values of the tensor, transformed along y.
    void along_y(Grid& grid, const FftPlan& plan, index_t x) const {
        const index_t n = plan.length();
        FftBlock block(n);
        for (index_t z = 0; z < sizes.box[2]; z += lanes) {
            mirror(block, n, sizes.box[1], parity(number, 1),
                   [&](index_t y, double* re, double* im) {
                       for (index_t l = 0; l < lanes; ++l) {
                           const auto value =
                               dipole_tensor(coupling, kd,
                                             {static_cast<double>(x), static_cast<double>(y),
                                              static_cast<double>(z + l)})[number];
                           re[l] = value.real();
                           im[l] = value.imag();
                       }
                   });
            plan.forward(block);
            for (index_t l = 0; l < std::min(lanes, sizes.box[2] - z); ++l) {
                const index_t to = grid.place(x, z + l, 0);
                for (index_t k = 0; k < n; ++k) {
                    grid.re[at(to + k)] = block.re()[k * lanes + l];
                    grid.im[at(to + k)] = block.im()[k * lanes + l];
                }
            }
        }
    }

    /// Transforms along z (`axis` 2) or x (`axis` 0) eight ky at a time; place(i) of the grid.
    template <class Place>
    void along(Grid& grid, const FftPlan& plan, std::size_t axis, const Place& place) const {
        FftBlock block(plan.length());
        mirror(block, plan.length(), sizes.box[axis], parity(number, axis),
               [&](index_t i, double* re, double* im) {
                   std::copy_n(grid.re.data() + place(i), lanes, re);
                   std::copy_n(grid.im.data() + place(i), lanes, im);
               });
        plan.forward(block);
        for (index_t k = 0; k <= plan.length() / 2; ++k) {
            std::copy_n(block.re() + k * lanes, lanes, grid.re.data() + place(k));
            std::copy_n(block.im() + k * lanes, lanes, grid.im.data() + place(k));
        }
    }
};

struct Plans {
    FftPlan x, y, z;
};

void transform_component(Grid& grid, const Component& c, const Plans& plans,
                         exec::ThreadTeam& team) {
    const auto along_y = [&](index_t x) { c.along_y(grid, plans.y, x); };
    exec::for_each(team, c.sizes.box[0], along_y, 1);
    const auto along_z = [&](index_t x) {
        for (index_t ky = 0; ky < grid.size_y; ky += lanes) {
            c.along(grid, plans.z, 2, [&](index_t z) { return grid.place(x, z, ky); });
        }
    };
    exec::for_each(team, c.sizes.box[0], along_z, 1);
    const auto along_x = [&](index_t kz) {
        for (index_t ky = 0; ky < grid.size_y; ky += lanes) {
            c.along(grid, plans.x, 0, [&](index_t x) { return grid.place(x, kz, ky); });
        }
    };
    exec::for_each(team, grid.size_z, along_x, 1);
}

template <int Width>
struct Lanes {
    using Values [[gnu::vector_size(8 * Width), gnu::aligned(8), gnu::may_alias]] = double;
};

template <int Width>
[[gnu::always_inline]] inline void multiply(const TensorBlock& b) {
    using V = typename Lanes<Width>::Values;
    const double x = b.sign_x;
    const double z = b.sign_z;
    const std::array<double, 6> signs{1.0, x, x * z, 1.0, z, 1.0};
    constexpr int rows[3][3] = {{0, 1, 2}, {1, 3, 4}, {2, 4, 5}};
    for (index_t l = 0; l < lanes; l += Width) {
        V t_re[6], t_im[6], re[3], im[3];
        for (int c = 0; c < 6; ++c) {
            const double sign = signs[static_cast<std::size_t>(c)];
            t_re[c] = sign * *reinterpret_cast<const V*>(b.tensor_re + c * b.step + l);
            if (b.tensor_im != nullptr) {
                t_im[c] = sign * *reinterpret_cast<const V*>(b.tensor_im + c * b.step + l);
            }
        }
        for (int c = 0; c < 3; ++c) {
            re[c] = *reinterpret_cast<const V*>(b.re[static_cast<std::size_t>(c)] + b.at + l);
            im[c] = *reinterpret_cast<const V*>(b.im[static_cast<std::size_t>(c)] + b.at + l);
        }
        for (int c = 0; c < 3; ++c) {
            const int i = rows[c][0], j = rows[c][1], k = rows[c][2];
            V sum_re = t_re[i] * re[0] + t_re[j] * re[1] + t_re[k] * re[2];
            V sum_im = t_re[i] * im[0] + t_re[j] * im[1] + t_re[k] * im[2];
            if (b.tensor_im != nullptr) {
                sum_re -= t_im[i] * im[0] + t_im[j] * im[1] + t_im[k] * im[2];
                sum_im += t_im[i] * re[0] + t_im[j] * re[1] + t_im[k] * re[2];
            }
            *reinterpret_cast<V*>(b.re[static_cast<std::size_t>(c)] + b.at + l) = sum_re;
            *reinterpret_cast<V*>(b.im[static_cast<std::size_t>(c)] + b.at + l) = sum_im;
        }
    }
}

void multiply_plain(const TensorBlock& block) { multiply<2>(block); }
#if defined(__x86_64__)
[[gnu::target("avx2")]] void multiply_avx2(const TensorBlock& block) { multiply<4>(block); }
[[gnu::target("avx512f")]] void multiply_avx512(const TensorBlock& block) { multiply<8>(block); }
#endif

}  // namespace

DipoleTensor dipole_tensor(Coupling coupling, double kd, const Vector3& r) {
    const double squared = r[0] * r[0] + r[1] * r[1] + r[2] * r[2];
    const bool retarded = coupling == Coupling::retardation;
    if (squared == 0.0) {
        const double self = retarded ? cube_self_term : 0.0;
        return {self, 0.0, 0.0, self, 0.0, self};
    }
    const double distance = std::sqrt(squared);
    std::complex<double> unit = -1.0 / (squared * distance);  // factor of the unit tensor
    std::complex<double> axial = -3.0 * unit;                 // factor of rr
    if (retarded) {
        unit = 0.5 / distance;
        axial = unit;
    } else if (coupling == Coupling::full_wave) {
        const std::complex<double> wave = std::polar(1.0 / distance, kd * distance);
        const std::complex<double> near = std::complex<double>(1.0, -kd * distance) / squared;
        unit = wave * (kd * kd - near);
        axial = wave * (3.0 * near - kd * kd);
    }
    axial /= squared;
    return {unit + axial * (r[0] * r[0]), axial * (r[0] * r[1]), axial * (r[0] * r[2]),
            unit + axial * (r[1] * r[1]), axial * (r[1] * r[2]), unit + axial * (r[2] * r[2])};
}

TensorTransform transform_tensor(const LatticeSizes& sizes, Coupling coupling, double kd,
                                 exec::ThreadTeam& team) {
    const auto& length = sizes.transform;
    const Plans plans{FftPlan(length[0]), FftPlan(length[1]), FftPlan(length[2])};
    const index_t half_x = length[0] / 2 + 1;
    Grid grid;
    grid.size_z = length[2] / 2 + 1;
    grid.size_y = sizes.padded_y;
    const index_t values = half_x * grid.size_z * grid.size_y;
    const double scale = 1.0 / static_cast<double>(length[0] * length[1] * length[2]);
    TensorTransform result;
    result.re.resize(at(6 * values));
    if (coupling == Coupling::full_wave) result.im.resize(at(6 * values));
    for (std::size_t c = 0; c < 6; ++c) {
        grid.re.assign(at(values), 0.0);
        grid.im.assign(at(values), 0.0);
        transform_component(grid, {sizes, coupling, kd, c}, plans, team);
        for (index_t row = 0; row < half_x * grid.size_z; ++row) {
            const index_t to = (row * 6 + static_cast<index_t>(c)) * grid.size_y;
            for (index_t k = 0; k < grid.size_y; ++k) {
                result.re[at(to + k)] = scale * grid.re[at(row * grid.size_y + k)];
                if (result.im.empty()) continue;
                result.im[at(to + k)] = scale * grid.im[at(row * grid.size_y + k)];
            }
        }
    }
    return result;
}

TensorKernel tensor_kernel() {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f")) return multiply_avx512;
    if (__builtin_cpu_supports("avx2")) return multiply_avx2;
#endif
    return multiply_plain;
}

}  // namespace caravel::formulation::optics
