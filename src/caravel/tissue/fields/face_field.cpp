#include "caravel/tissue/fields/face_field.hpp"

#include "caravel/base/large_pages.hpp"

#include <cmath>
#include <limits>
#include <stdexcept>

namespace caravel::tissue {

namespace {

// Conductance between a cell's middle and what lies beyond a face of the box.
double outer(const FaceCondition& condition, double conductivity, double spacing) {
    const double half = 2.0 * conductivity / spacing;
    if (condition.kind == FaceCondition::Kind::zero_flux || conductivity == 0.0) {
        return 0.0;
    }
    if (condition.kind == FaceCondition::Kind::value) {
        return half;
    }
    return half * (condition.exchange / (half + condition.exchange));
}

double inner(double low, double high, double spacing) {
    return low > 0.0 && high > 0.0 ? 2.0 / spacing * low * (high / (low + high)) : 0.0;
}

template <class Number>
Number stored(double conductance) {
    if (!(conductance <= static_cast<double>(std::numeric_limits<Number>::max()))) {
        throw std::invalid_argument("a conductance is too large to be kept");
    }
    return static_cast<Number>(conductance);
}

template <class Number>
void fill_plane(const Grid& g, const double* cells, const Boundaries& boundaries, index_t k,
                FaceNumbers<Number>& faces) {
    const auto conductivity = [&](index_t i, index_t j, index_t l) {
        return cells[g.index(i, j, l)];
    };
    for (index_t j = 0; j < g.ny; ++j) {
        Number* const row = faces.x.data() + (g.nx + 1) * (j + g.ny * k);
        row[0] = stored<Number>(outer(boundaries[0], conductivity(0, j, k), g.spacing[0]));
        for (index_t i = 1; i < g.nx; ++i) {
            row[i] = stored<Number>(
                inner(conductivity(i - 1, j, k), conductivity(i, j, k), g.spacing[0]));
        }
        row[g.nx] =
            stored<Number>(outer(boundaries[1], conductivity(g.nx - 1, j, k), g.spacing[0]));
    }
    for (index_t i = 0; i < g.nx; ++i) {
        Number* const column = faces.y.data() + i + g.nx * (g.ny + 1) * k;
        column[0] = stored<Number>(outer(boundaries[2], conductivity(i, 0, k), g.spacing[1]));
        column[g.nx * g.ny] =
            stored<Number>(outer(boundaries[3], conductivity(i, g.ny - 1, k), g.spacing[1]));
    }
    for (index_t j = 1; j < g.ny; ++j) {
        Number* const row = faces.y.data() + g.nx * (j + (g.ny + 1) * k);
        for (index_t i = 0; i < g.nx; ++i) {
            row[i] = stored<Number>(
                inner(conductivity(i, j - 1, k), conductivity(i, j, k), g.spacing[1]));
        }
    }
    const index_t plane = g.nx * g.ny;
    Number* const below = faces.z.data() + plane * k;
    for (index_t p = 0; p < plane; ++p) {
        const double* const here = cells + plane * k + p;
        below[p] = stored<Number>(k == 0 ? outer(boundaries[4], *here, g.spacing[2])
                                         : inner(*(here - plane), *here, g.spacing[2]));
        if (k == g.nz - 1) {
            below[plane + p] = stored<Number>(outer(boundaries[5], *here, g.spacing[2]));
        }
    }
}

}  // namespace

template <class Number>
FaceNumbers<Number>::FaceNumbers(const Grid& g, Number initial)
    : x(large_vector(static_cast<std::size_t>((g.nx + 1) * g.ny * g.nz), initial)),
      y(large_vector(static_cast<std::size_t>(g.nx * (g.ny + 1) * g.nz), initial)),
      z(large_vector(static_cast<std::size_t>(g.nx * g.ny * (g.nz + 1)), initial)) {}

bool fits(const FaceField& faces, const Grid& grid) {
    const auto is = [](const std::vector<double>& values, index_t size) {
        return static_cast<index_t>(values.size()) == size;
    };
    return is(faces.x, (grid.nx + 1) * grid.ny * grid.nz) &&
           is(faces.y, grid.nx * (grid.ny + 1) * grid.nz) &&
           is(faces.z, grid.nx * grid.ny * (grid.nz + 1));
}

template struct FaceNumbers<double>;
template struct FaceNumbers<float>;

FaceNumbers<float> shortened(const FaceField& faces) {
    FaceNumbers<float> result(Grid{0, 0, 0});
    const auto shorten = [](const std::vector<double>& from, std::vector<float>& to) {
        to.clear();
        reserve_large(to, from.size());
        for (const double value : from) to.push_back(stored<float>(value));
    };
    shorten(faces.x, result.x);
    shorten(faces.y, result.y);
    shorten(faces.z, result.z);
    return result;
}

void close_cells(const Grid& g, View<const double> capacity, FaceNumbers<float>& faces) {
    for (index_t k = 0; k < g.nz; ++k) {
        for (index_t j = 0; j < g.ny; ++j) {
            for (index_t i = 0; i < g.nx; ++i) {
                if (capacity[g.index(i, j, k)] > 0.0) continue;
                float* const x = faces.x.data() + i + (g.nx + 1) * (j + g.ny * k);
                float* const y = faces.y.data() + i + g.nx * (j + (g.ny + 1) * k);
                float* const z = faces.z.data() + g.index(i, j, k);
                x[0] = x[1] = 0.0F;
                y[0] = y[g.nx] = 0.0F;
                z[0] = z[g.nx * g.ny] = 0.0F;
            }
        }
    }
}

template <class Number>
void fill_conductances(exec::ThreadTeam& team, const Grid& grid, View<const double> conductivity,
                       const Boundaries& boundaries, FaceNumbers<Number>& faces) {
    if (conductivity.size() != grid.cell_count()) {
        throw std::invalid_argument("conductivity needs one value per cell");
    }
    team.run(grid.nz, [&](index_t k) {
        const index_t plane = grid.nx * grid.ny;
        for (const double value : conductivity.part(plane * k, plane)) {
            if (!(value >= 0.0) || !std::isfinite(value)) {
                throw std::invalid_argument("conductivity must be finite and not negative");
            }
        }
    });
    team.run(grid.nz,
             [&](index_t k) { fill_plane(grid, conductivity.data(), boundaries, k, faces); });
}

template void fill_conductances(exec::ThreadTeam& team, const Grid& grid,
                                View<const double> conductivity, const Boundaries& boundaries,
                                FaceField& faces);
template void fill_conductances(exec::ThreadTeam& team, const Grid& grid,
                                View<const double> conductivity, const Boundaries& boundaries,
                                FaceNumbers<float>& faces);

FaceField conductances(const Grid& grid, View<const double> conductivity,
                       const Boundaries& boundaries) {
    FaceField faces(grid);
    exec::ThreadTeam alone(1);
    fill_conductances(alone, grid, conductivity, boundaries, faces);
    return faces;
}

}  // namespace caravel::tissue
