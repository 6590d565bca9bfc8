#include "caravel/imaging/nuclear/spectral_filter.hpp"

#include "caravel/base/fft.hpp"
#include "caravel/base/large_pages.hpp"
#include "caravel/imaging/fourier.hpp"

#include <cmath>

namespace caravel::imaging {
namespace {

std::size_t at(index_t n) { return static_cast<std::size_t>(n); }

struct Padded {
    std::array<index_t, 3> size{};
    std::array<index_t, 3> half{};  // frequencies 0 to half, counted
};

Padded padded_size(const Grid& grid, double margin) {
    const std::array<index_t, 3> cells{grid.nx, grid.ny, grid.nz};
    Padded padded;
    for (std::size_t a = 0; a < 3; ++a) {
        const auto more = static_cast<index_t>(std::ceil(margin / grid.spacing[a]));
        padded.size[a] = cells[a] == 1 && more == 0 ? 1 : even_fft_length(cells[a] + more);
        padded.half[a] = padded.size[a] / 2 + 1;
    }
    return padded;
}

OctantFrequencies frequencies(const Grid& grid, const Padded& padded) {
    OctantFrequencies all;
    for (std::size_t a = 0; a < 3; ++a)
        for (index_t n = 0; n < padded.half[a]; ++n)
            all[a].push_back(static_cast<double>(n) /
                             (static_cast<double>(padded.size[a]) * grid.spacing[a]));
    return all;
}

/// Half sum and half difference of the two transfers at the frequencies of one octant.
std::array<std::vector<double>, 2> octant(exec::ThreadTeam& team, const Grid& grid,
                                          const Padded& padded, const TransferPair& transfer) {
    const auto [hx, hy, hz] = padded.half;
    const OctantFrequencies frequency = frequencies(grid, padded);
    std::array<std::vector<double>, 2> tables;
    for (std::vector<double>& table : tables) table = large_vector<double>(at(hx * hy * hz));
    team.run(hz, [&, nx = hx, ny = hy](index_t k) {
        for (index_t j = 0; j < ny; ++j) {
            for (index_t i = 0; i < nx; ++i) {
                const std::pair<double, double> values =
                    transfer({at(i),
                              at(j),
                              at(k),
                              {frequency[0][at(i)], frequency[1][at(j)], frequency[2][at(k)]}});
                const std::size_t n = at(i + nx * (j + ny * k));
                tables[0][n] = 0.5 * (values.first + values.second);
                tables[1][n] = 0.5 * (values.first - values.second);
            }
        }
    });
    return tables;
}

/// Z(k) <- half sum Z(k) + half difference conj Z(-k).
void apply(exec::ThreadTeam& team, const Padded& padded,
           const std::array<std::vector<double>, 2>& tables, ComplexVolume& volume) {
    const std::array<index_t, 3> n = padded.size;
    const std::array<index_t, 3> half = padded.half;
    const auto mirror = [&](std::size_t axis, index_t i) { return i == 0 ? 0 : n[axis] - i; };
    const auto folded = [&](std::size_t axis, index_t i) { return std::min(i, n[axis] - i); };
    team.run(half[2], [&](index_t k) {
        const index_t mk = mirror(2, k);
        for (index_t j = 0; j < n[1]; ++j) {
            const index_t mj = mirror(1, j);
            if (k == mk && j > mj) continue;
            for (index_t i = 0; i < n[0]; ++i) {
                const index_t mi = mirror(0, i);
                if (k == mk && j == mj && i > mi) continue;
                const std::size_t t = at(folded(0, i) + half[0] * (folded(1, j) + half[1] * k));
                const double same = tables[0][t];
                const double other = tables[1][t];
                const std::size_t p = volume.at(i, j, k);
                const std::size_t q = volume.at(mi, mj, mk);
                const double pr = volume.re[p];
                const double pi = volume.im[p];
                const double qr = volume.re[q];
                const double qi = volume.im[q];
                volume.re[p] = same * pr + other * qr;
                volume.im[p] = same * pi - other * qi;
                if (p == q) continue;
                volume.re[q] = same * qr + other * pr;
                volume.im[q] = same * qi - other * pi;
            }
        }
    });
}

}  // namespace

OctantFrequencies octant_frequencies(const Grid& grid, double margin) {
    return frequencies(grid, padded_size(grid, margin));
}

void filter_pair(exec::ThreadTeam& team, const Grid& grid, double margin,
                 const TransferPair& transfer, std::span<double> first, std::span<double> second) {
    const Padded padded = padded_size(grid, margin);
    const std::array<std::vector<double>, 2> tables = octant(team, grid, padded, transfer);
    ComplexVolume volume(padded.size);
    team.run(grid.nz, [&](index_t k) {
        for (index_t j = 0; j < grid.ny; ++j) {
            for (index_t i = 0; i < grid.nx; ++i) {
                const std::size_t n = at(grid.index(i, j, k));
                volume.re[volume.at(i, j, k)] = first[n];
                if (!second.empty()) volume.im[volume.at(i, j, k)] = second[n];
            }
        }
    });
    transform_forward(team, volume, {grid.nx, grid.ny, grid.nz});
    apply(team, padded, tables, volume);
    transform_backward(team, volume, {grid.nx, grid.ny, grid.nz});
    team.run(grid.nz, [&](index_t k) {
        for (index_t j = 0; j < grid.ny; ++j) {
            for (index_t i = 0; i < grid.nx; ++i) {
                const std::size_t n = at(grid.index(i, j, k));
                first[n] = volume.re[volume.at(i, j, k)];
                if (!second.empty()) second[n] = volume.im[volume.at(i, j, k)];
            }
        }
    });
}

}  // namespace caravel::imaging
