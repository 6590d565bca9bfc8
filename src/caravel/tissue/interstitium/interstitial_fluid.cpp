#include "caravel/tissue/interstitium/interstitial_fluid.hpp"

#include "caravel/base/error.hpp"
#include "caravel/tissue/fields/cell_tiles.hpp"

#include <cmath>
#include <string>
#include <utility>

namespace caravel::tissue {

namespace {

[[noreturn]] void refuse(std::string what, std::string expected, std::string hint) {
    throw InputError(Diagnostic{{}, std::move(what), std::move(expected), std::move(hint)});
}

void check(const std::vector<double>& values, std::size_t cells, const char* name, bool is_signed) {
    if (values.size() != cells) {
        refuse(std::string(name) + " has " + std::to_string(values.size()) + " values",
               std::to_string(cells) + ", one per voxel", "");
    }
    for (const double value : values) {
        if (!std::isfinite(value) || (!is_signed && value < 0.0)) {
            refuse(std::string(name) + " of a voxel is " + std::to_string(value),
                   is_signed ? "a finite value" : "a finite value that is not negative",
                   "check the coefficients of vessels, lymph and matrix");
        }
    }
}

void check(const FluidTerms& terms, std::size_t cells) {
    check(terms.conductivity, cells, "hydraulic conductivity", false);
    check(terms.vessel_conductance, cells, "vessel conductance", false);
    check(terms.vessel_pressure, cells, "effective vessel pressure", true);
    check(terms.lymph_conductance, cells, "lymph conductance", false);
    if (!std::isfinite(terms.lymph_pressure)) {
        refuse("lymph pressure is not finite", "a pressure (Pa)", "0 is usual");
    }
}

Boundaries open_faces(const Domain& domain, const FaceCondition& boundary) {
    Boundaries faces{};
    for (std::size_t side = 0; side < faces.size(); ++side) {
        if (!domain.mirrored[side]) faces[side] = boundary;
    }
    return faces;
}

/// Darcy velocity along one axis: conductance times the pressure drop over each face.
void flow_along(const std::vector<double>& pressure, const std::vector<double>& conductances,
                std::array<index_t, 3> size, std::size_t axis, std::array<double, 2> outside,
                std::vector<double>& velocity) {
    std::array<index_t, 3> faces = size;
    ++faces[axis];
    const index_t stride = axis == 0 ? 1 : axis == 1 ? size[0] : size[0] * size[1];
    std::size_t face = 0;
    std::array<index_t, 3> at{};
    for (at[2] = 0; at[2] < faces[2]; ++at[2]) {
        for (at[1] = 0; at[1] < faces[1]; ++at[1]) {
            for (at[0] = 0; at[0] < faces[0]; ++at[0], ++face) {
                const index_t upper = at[0] + size[0] * (at[1] + size[1] * at[2]);
                const double before =
                    at[axis] == 0 ? outside[0] : pressure[static_cast<std::size_t>(upper - stride)];
                const double after =
                    at[axis] == size[axis] ? outside[1] : pressure[static_cast<std::size_t>(upper)];
                velocity[face] = conductances[face] * (before - after);
            }
        }
    }
}

}  // namespace

FaceField darcy_velocity(const Grid& grid, const std::vector<double>& pressure,
                         const FaceField& conductances, const Boundaries& faces) {
    FaceField velocity(grid);
    const std::array<index_t, 3> size{grid.nx, grid.ny, grid.nz};
    const auto outside = [&](std::size_t axis) {
        return std::array<double, 2>{faces[2 * axis].value, faces[2 * axis + 1].value};
    };
    flow_along(pressure, conductances.x, size, 0, outside(0), velocity.x);
    flow_along(pressure, conductances.y, size, 1, outside(1), velocity.y);
    flow_along(pressure, conductances.z, size, 2, outside(2), velocity.z);
    return velocity;
}

FluidField solve_interstitial_fluid(exec::ThreadTeam& team, const Domain& domain,
                                    const FluidTerms& terms, const FaceCondition& boundary,
                                    const std::vector<double>& guess) {
    const Boundaries faces = open_faces(domain, boundary);
    check(terms, static_cast<std::size_t>(domain.grid.cell_count()));
    return solve_interstitial_fluid(
        team, domain.grid, tissue::conductances(domain.grid, view_of(terms.conductivity), faces),
        faces, terms, guess);
}

FluidField solve_interstitial_fluid(exec::ThreadTeam& team, const Grid& grid,
                                    const FaceField& conductances, const Boundaries& faces,
                                    const FluidTerms& terms, const std::vector<double>& guess) {
    const auto cells = static_cast<std::size_t>(grid.cell_count());
    check(terms, cells);
    if (!guess.empty() && guess.size() != cells) {
        refuse("the first guess of the pressure has " + std::to_string(guess.size()) + " values",
               std::to_string(cells) + ", one per voxel", "leave it out");
    }
    std::vector<double> loss(cells);
    std::vector<double> source(cells);
    FluidField field{guess.empty() ? std::vector<double>(cells, 0.0) : guess,
                     std::vector<double>(cells),
                     std::vector<double>(cells),
                     FaceField(grid),
                     {}};
    for (std::size_t p = 0; p < cells; ++p) {
        loss[p] = terms.vessel_conductance[p] + terms.lymph_conductance[p];
        source[p] = terms.vessel_conductance[p] * terms.vessel_pressure[p] +
                    terms.lymph_conductance[p] * terms.lymph_pressure;
    }
    EllipticSolver solver(grid, faces);
    solver.set_conductances(team, conductances);
    CellTerms balance;
    balance.loss = view_of(loss);
    balance.source = view_of(source);
    constexpr double tolerance = 1e-11;
    field.solver = solver.solve(team, view_of(field.pressure), balance, tolerance);
    for (std::size_t p = 0; p < cells; ++p) {
        const double pressure = field.pressure[p];
        field.filtration[p] = terms.vessel_conductance[p] * (terms.vessel_pressure[p] - pressure);
        field.drainage[p] = terms.lymph_conductance[p] * (pressure - terms.lymph_pressure);
    }
    field.velocity = darcy_velocity(grid, field.pressure, conductances, faces);
    return field;
}

FluidLedger ledger(const Grid& grid, const FluidField& field) {
    FluidLedger sums;
    const double volume = grid.cell_volume();
    for (std::size_t p = 0; p < field.pressure.size(); ++p) {
        sums.filtered += volume * field.filtration[p];
        sums.drained += volume * field.drainage[p];
    }
    const std::array<double, 3> area{grid.spacing[1] * grid.spacing[2],
                                     grid.spacing[0] * grid.spacing[2],
                                     grid.spacing[0] * grid.spacing[1]};
    for (index_t k = 0; k < grid.nz; ++k) {
        for (index_t j = 0; j < grid.ny; ++j) {
            const index_t face = (grid.nx + 1) * (j + grid.ny * k);
            sums.outflow += area[0] * (field.velocity.x[static_cast<std::size_t>(face + grid.nx)] -
                                       field.velocity.x[static_cast<std::size_t>(face)]);
        }
        for (index_t i = 0; i < grid.nx; ++i) {
            const index_t face = i + grid.nx * (grid.ny + 1) * k;
            const auto last = static_cast<std::size_t>(face + grid.nx * grid.ny);
            sums.outflow += area[1] * (field.velocity.y[last] -
                                       field.velocity.y[static_cast<std::size_t>(face)]);
        }
    }
    const auto last_plane = static_cast<std::size_t>(grid.cell_count());
    for (std::size_t p = 0; p < static_cast<std::size_t>(grid.nx * grid.ny); ++p) {
        sums.outflow += area[2] * (field.velocity.z[last_plane + p] - field.velocity.z[p]);
    }
    return sums;
}

}  // namespace caravel::tissue
