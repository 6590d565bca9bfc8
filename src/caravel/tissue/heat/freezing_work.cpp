#include "caravel/tissue/heat/freezing_work.hpp"

#include "caravel/base/large_pages.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace caravel::tissue {

using freezing::per_square;
using freezing::place;
using freezing::RelaxRow;

namespace {

constexpr double settled = 5e-5;  // K, largest change in a sweep
constexpr int most_sweeps = 600;
constexpr double most_drift = 1e5;  // J/m3, counted into where the sweeps begin
constexpr index_t tile_rows = 4;
constexpr index_t slab_planes = 8;
constexpr index_t tile_elements = 16;  // of either colour in a row

HeatBalance folded(const freezing::RowBooks& books) {
    const auto sum = [](const auto& lanes) {
        return std::accumulate(lanes.begin(), lanes.end(), 0.0);
    };
    HeatBalance b;
    b.source = sum(books.source);
    b.metabolic = sum(books.metabolic);
    b.perfusion = sum(books.perfusion);
    b.contact = sum(books.contact);
    b.stored = sum(books.stored);
    return b;
}

}  // namespace

FreezingSolver::Work::Work(const HeatMedium& given)
    : medium((check(given), &given)), colours(given.grid) {
    const std::size_t size = colours.size();
    for (auto* values : {&supply, &exchange, &temperature, &integral})
        *values = large_vector<double>(size);
    for (auto& values : integral_way) values = large_vector<float>(size);
    reserve_large(curve, size);
    tiles_x = (colours.count(0) + tile_elements - 1) / tile_elements;
    tiles_y = (given.grid.ny + tile_rows - 1) / tile_rows;
    follow_medium();
}

void FreezingSolver::Work::follow_medium() {
    check(*medium);
    curves.clear();
    conduction.clear();
    for (const ThermalTissue& tissue : medium->tissues) {
        curves.push_back(enthalpy_curve(tissue, medium->particles));
    }
    for (const EnthalpyCurve& own : curves) {
        std::size_t first = 0;
        while (!conduct_alike(curves[first], own)) ++first;
        conduction.push_back(static_cast<std::uint16_t>(first));
    }
    const auto& label = medium->label;
    is_single = std::all_of(label.begin(), label.end(), [&](auto l) { return l == label[0]; });
    link_voxels();
    for (std::size_t side = 0; side < 6; ++side) link_face(side);
}

VoxelHeat FreezingSolver::Work::voxel_heat(index_t cell) const {
    const auto& given = medium->capacity_factor;
    const auto& added = medium->particles.latent_heat;
    return {given.empty() ? 1.0 : given[place(cell)], added.empty() ? 0.0 : added[place(cell)]};
}

double FreezingSolver::Work::conductivity_factor(index_t cell) const {
    const auto& given = medium->conductivity_factor;
    return given.empty() ? 1.0 : given[place(cell)];
}

/// Young's factors for red and black in the midst of one phase, approached as Chebyshev's
/// polynomials ask: at once they would first magnify what is rough.
void FreezingSolver::Work::plan_stretch(double dt) {
    double ways = 0.0;
    for (std::size_t a = 0; a < 3; ++a) {
        const std::array<index_t, 3> size{medium->grid.nx, medium->grid.ny, medium->grid.nz};
        if (size[a] > 1) ways += 2.0 * per_square(medium->grid, a);
    }
    const auto squared = [&](double conductivity, double capacity) {
        const double pull = dt * ways * conductivity;
        const double jacobi = pull / (pull + capacity);
        return jacobi * jacobi;
    };
    const auto best = [](double square) { return 2.0 / (1.0 + std::sqrt(1.0 - square)); };
    jacobi_squared.clear();
    for (const EnthalpyCurve& c : curves) {
        // ice is a small body between relaxed neighbours: less than in an endless one
        const double aim = 0.04 + 0.96 * best(squared(c.frozen, c.cold));
        jacobi_squared.push_back(
            {4.0 * (aim - 1.0) / (aim * aim), squared(c.last_conductivity, c.warm)});
    }
    for (auto& colour : stretch) colour.assign(curves.size(), {});
}

/// The first sweep only smooths: stretched from the start on, what is left of the last step's error
/// far from the front, which is rough, would take three more.
void FreezingSolver::Work::stretch_changes(int sweep) {
    if (sweep == 0) return;
    for (std::size_t colour = 0; colour < 2; ++colour) {
        if (sweep == 1 && colour == 0) continue;  // 1: its own balance
        const double share = sweep == 1 ? 0.5 : 0.25;
        const auto next = [share](double square, double before) {
            return 1.0 / (1.0 - share * square * before);
        };
        for (std::size_t c = 0; c < curves.size(); ++c) {
            const freezing::Stretch& before = stretch[1 - colour][c];
            const freezing::Stretch& square = jacobi_squared[c];
            stretch[colour][c] = {next(square.frozen, before.frozen),
                                  next(square.unfrozen, before.unfrozen)};
        }
    }
}

freezing::ActingRow FreezingSolver::Work::acting_row(View<const double> enthalpy,
                                                     const HeatDrive& drive, index_t j,
                                                     index_t k) const {
    const index_t cell = medium->grid.index(0, j, k);
    const auto from = [cell](View<const double> values) {
        return values.empty() ? nullptr : values.data() + cell;
    };
    freezing::ActingRow row;
    row.tissues = acting.data();
    row.dt = fields.dt;
    row.artery = drive.arterial_temperature;
    row.before = from(enthalpy);
    row.source = from(drive.source);
    row.perfusion_factor = from(drive.perfusion_factor);
    row.contact_conductance = from(drive.contact_conductance);
    row.contact_temperature = from(drive.contact_temperature);
    return row;
}

void FreezingSolver::Work::load(exec::ThreadTeam& team, View<const double> enthalpy,
                                const HeatDrive& drive, double dt) {
    const Grid& g = medium->grid;
    team.run(g.nz, [&](index_t k) {
        for (index_t j = 0; j < g.ny; ++j) {
            freezing::ActingRow all = acting_row(enthalpy, drive, j, k);
            freezing::RowState& state = states[place(k * g.ny + j)];
            state = freezing::look_along(width, all, g.nx);
            if (!state.has_contact) all.contact_conductance = nullptr;
            state.is_even = is_single && !state.has_ice && !state.has_contact &&
                            drive.perfusion_factor.empty() && !is_cooled(j, k);
            for (index_t colour = 0; colour < 2; ++colour) {
                all.first = freezing::Colours::first(colour, j, k);
                freezing::load(width, row_of(colour, j, k), all, most_drift);
            }
        }
    });
    load_walls(enthalpy, dt);
    if (has_crossings) load_crossings(team, enthalpy);
}

void FreezingSolver::Work::plan_acting(double dt) {
    const double blood = dt * medium->blood_heat_capacity;
    acting.clear();
    for (const ThermalTissue& tissue : medium->tissues) {
        acting.push_back(
            {blood * tissue.perfusion, dt * tissue.metabolic_heat, tissue.latent_heat > 0.0});
    }
}

void FreezingSolver::Work::plan_fields(double dt) {
    fields.curves = curves.data();
    fields.curve = curve.data();
    fields.is_single = is_single;
    fields.dt = dt;
    fields.supply = supply.data();
    fields.exchange = exchange.data();
    fields.factor = factor.empty() ? nullptr : factor.data();
    fields.latent = latent.empty() ? nullptr : latent.data();
    for (std::size_t a = 0; a < 3; ++a) {
        fields.integral_way[a] = integral_way[a].data();
        fields.way[a] = has_crossings ? way[a].data() : nullptr;
    }
    for (std::size_t a = 0; a < 3; ++a) {
        fields.even_way[a] = static_cast<float>(per_square(medium->grid, a));
    }
    fields.even_ways = 0.0;
    for (const double way_of_face : fields.even_way) {
        fields.even_ways = (fields.even_ways + way_of_face) + way_of_face;
    }
    for (std::size_t side = 0; side < 2; ++side) {
        const bool is_fixed = medium->faces[side].kind == HeatFace::Kind::fixed;
        fields.wall_way[side] = is_fixed ? 2.0 * fields.even_way[0] : 0.0;
    }
    fields.temperature = temperature.data();
    fields.integral = integral.data();
}

RelaxRow FreezingSolver::Work::row_of(index_t colour, index_t j, index_t k) const {
    const Grid& g = medium->grid;
    const index_t first = freezing::Colours::first(colour, j, k);
    RelaxRow row;
    row.all = &fields;
    row.stretch = stretch[place(colour)].data();
    row.count = colours.count(first);
    row.own = colours.element(first, j, k);
    const index_t other = row.own + (colour == 0 ? colours.half : -colours.half);
    const index_t plane = colours.length * colours.rows;
    row.beside[0] = other - first;
    row.beside[1] = row.beside[0] + 1;
    row.beside[2] = other - colours.length;
    row.beside[3] = other + colours.length;
    row.beside[4] = other - plane;
    row.beside[5] = other + plane;
    const bool is_inside = j > 0 && j + 1 < g.ny && k > 0 && k + 1 < g.nz;
    row.is_even = is_inside && !has_crossings && medium->conductivity_factor.empty();
    row.is_exchange_even = states[place(k * g.ny + j)].is_even;
    row.even_exchange = acting[medium->label[0]].perfusion;
    if (first == 0) row.low_at = 0;
    if (first + 2 * (row.count - 1) == g.nx - 1) row.high_at = row.count - 1;
    return row;
}

/// Whether the row of tiles and those beside it did not change much in the last sweep.
bool FreezingSolver::Work::is_calm_row(index_t k, index_t y) const {
    const double* at = row_change.data() + k * tiles_y + y;
    return *at <= settled && (y == 0 || at[-1] <= settled) &&
           (y + 1 == tiles_y || at[1] <= settled) && (k == 0 || at[-tiles_y] <= settled) &&
           (k + 1 == medium->grid.nz || at[tiles_y] <= settled);
}

/// Whether the tile and its neighbours did not change much in the last sweep.
bool FreezingSolver::Work::is_calm(index_t k, index_t tile) const {
    const index_t x = tile % tiles_x;
    const index_t y = tile / tiles_x;
    const index_t plane = tiles_x * tiles_y;
    const double* at = change.data() + k * plane + tile;
    return *at <= settled && (x == 0 || at[-1] <= settled) &&
           (x + 1 == tiles_x || at[1] <= settled) && (y == 0 || at[-tiles_x] <= settled) &&
           (y + 1 == tiles_y || at[tiles_x] <= settled) && (k == 0 || at[-plane] <= settled) &&
           (k + 1 == medium->grid.nz || at[plane] <= settled);
}

/// Row after row, as the memory lies; along a row one call for tiles that follow each other.
void FreezingSolver::Work::relax_plane(index_t colour, index_t k) {
    for (index_t y = 0; y < tiles_y; ++y) {
        const index_t first_tile = y * tiles_x;
        double* largest = next_change.data() + k * tiles_x * tiles_y + first_tile;
        double& largest_of_row = next_row_change[place(k * tiles_y + y)];
        if (colour == 0) {
            std::fill_n(largest, tiles_x, 0.0);
            largest_of_row = 0.0;
        }
        if (is_calm_row(k, y)) continue;
        index_t end = 0;
        for (index_t begin = 0; begin < tiles_x; begin = end + 1) {
            end = begin;
            while (end < tiles_x && !is_calm(k, first_tile + end)) ++end;
            if (end == begin) continue;
            const index_t last_row = std::min(medium->grid.ny, (y + 1) * tile_rows);
            for (index_t j = y * tile_rows; j < last_row; ++j) {
                const RelaxRow row =
                    row_of(colour, j, k).part(begin * tile_elements, (end - begin) * tile_elements);
                freezing::relax(width, row, tile_elements, largest + begin);
            }
        }
        if (colour == 1) largest_of_row = *std::max_element(largest, largest + tiles_x);
    }
}

/// The second colour follows the first a plane behind, while both are in the cache; the planes at
/// the ends of a slab, whose neighbours belong to others, come last. Slabs are dealt out in two
/// rounds, for what changes lies together.
bool FreezingSolver::Work::sweep(exec::ThreadTeam& team) {
    const index_t nz = medium->grid.nz;
    const index_t slabs = (nz + slab_planes - 1) / slab_planes;
    const auto slab_of = [=](index_t task) {
        const index_t even = (slabs + 1) / 2;
        return task < even ? 2 * task : 2 * (task - even) + 1;
    };
    team.run(slabs, [&](index_t task) {
        const index_t begin = slab_of(task) * slab_planes;
        const index_t end = std::min(nz, begin + slab_planes);
        for (index_t k = begin; k < end; ++k) {
            relax_plane(0, k);
            if (k > begin && (k - 1 > begin || begin == 0)) relax_plane(1, k - 1);
        }
        const bool is_open = end - 1 > begin || begin == 0;  // no lower neighbour is missing
        if (end == nz && is_open) relax_plane(1, nz - 1);
    });
    team.run(slabs, [&](index_t task) {
        const index_t begin = slab_of(task) * slab_planes;
        const index_t end = std::min(nz, begin + slab_planes);
        if (begin > 0) relax_plane(1, begin);
        if (end < nz && (end - 1 > begin || begin == 0)) {
            relax_plane(1, end - 1);
        }
    });
    change.swap(next_change);
    row_change.swap(next_row_change);
    return *std::max_element(row_change.begin(), row_change.end()) <= settled;
}

/// Replaces the enthalpy by what the fluxes between the temperatures found bring: what leaves a
/// voxel enters its neighbour, whatever is left of the sweeps' error.
HeatBalance FreezingSolver::Work::finish(exec::ThreadTeam& team, View<double> enthalpy,
                                         const HeatDrive& drive, double dt) {
    const Grid& g = medium->grid;
    HeatBalance sum;
    sum.faces = wall_heat(enthalpy, dt);
    partial.assign(place(g.nz), {});
    team.run(g.nz, [&](index_t k) {
        thread_local std::vector<double> after;
        after.resize(place(2 * colours.length));
        freezing::RowBooks books;
        for (index_t j = 0; j < g.ny; ++j) {
            freezing::ActingRow all = acting_row(enthalpy, drive, j, k);
            if (!states[place(k * g.ny + j)].has_contact) all.contact_conductance = nullptr;
            double* content = enthalpy.data() + g.index(0, j, k);
            for (index_t colour = 0; colour < 2; ++colour) {
                all.first = freezing::Colours::first(colour, j, k);
                freezing::finish(width, row_of(colour, j, k), all,
                                 after.data() + all.first * colours.length, books);
            }
            const double* odd = after.data() + colours.length;
            for (index_t i = 0; i < g.nx; ++i)
                content[i] = (i % 2 == 0 ? after.data() : odd)[i / 2];
        }
        partial[place(k)] = folded(books);
    });
    for (const HeatBalance& part : partial) {
        sum.source += part.source;
        sum.metabolic += part.metabolic;
        sum.perfusion += part.perfusion;
        sum.contact += part.contact;
        sum.stored += part.stored;
    }
    return sum;
}

int FreezingSolver::Work::try_step(exec::ThreadTeam& team, View<double> enthalpy,
                                   const HeatDrive& drive, double dt, HeatBalance& books) {
    plan_stretch(dt);
    plan_fields(dt);
    plan_acting(dt);
    states.resize(place(medium->grid.ny * medium->grid.nz));
    load(team, enthalpy, drive, dt);
    change.assign(place(medium->grid.nz * tiles_x * tiles_y), 1.0);
    next_change = change;
    row_change.assign(place(medium->grid.nz * tiles_y), 1.0);
    next_row_change = row_change;
    int sweeps = 0;
    bool is_settled = false;
    while (!is_settled) {
        if (sweeps == most_sweeps) return 0;
        stretch_changes(sweeps);
        is_settled = sweep(team);
        ++sweeps;
    }
    const HeatBalance sum = finish(team, enthalpy, drive, dt);
    const double volume = medium->grid.cell_volume();
    books.source += volume * sum.source;
    books.metabolic += volume * sum.metabolic;
    books.perfusion += volume * sum.perfusion;
    books.contact += volume * sum.contact;
    books.faces += volume * sum.faces;
    books.stored += volume * sum.stored;
    return sweeps;
}

}  // namespace caravel::tissue
