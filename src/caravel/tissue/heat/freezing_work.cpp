#include "caravel/tissue/heat/freezing_work.hpp"

#include <algorithm>
#include <cmath>

namespace caravel::tissue {

using freezing::per_square;
using freezing::place;
using freezing::Relaxing;
using freezing::RelaxRow;

namespace {

constexpr double settled = 5e-5;  // K, largest change in a sweep
constexpr int most_sweeps = 600;
constexpr index_t tile_rows = 8;
constexpr index_t slab_planes = 8;
constexpr index_t tile_elements = 32;  // of either colour in a row

/// What acts in the voxels of a row along x over a step, per volume.
struct ActingRow {
    std::vector<double> perfusion{};  // J/m3/K
    std::vector<double> contact{};    // J/m3/K
    std::vector<double> source{};     // J/m3
    std::vector<double> metabolic{};  // J/m3
    std::vector<double> brought[2];   // J/m3, of either colour

    void fill(const HeatMedium& m, const HeatDrive& d, const double* enthalpy, index_t first,
              double dt);
};

/// Ice stops perfusion and metabolism.
void ActingRow::fill(const HeatMedium& m, const HeatDrive& d, const double* enthalpy, index_t first,
                     double dt) {
    const index_t n = m.grid.nx;
    for (auto* values : {&perfusion, &contact, &source, &metabolic, &brought[0], &brought[1]}) {
        values->assign(place(n), 0.0);
    }
    const double blood = dt * m.blood_heat_capacity;
    const std::uint16_t* label = m.label.data() + first;
    for (index_t i = 0; i < n; ++i) {
        const ThermalTissue& tissue = m.tissues[label[i]];
        const bool has_ice = tissue.latent_heat > 0.0 && enthalpy[i] < 0.0;
        perfusion[place(i)] = has_ice ? 0.0 : blood * tissue.perfusion;
        metabolic[place(i)] = has_ice ? 0.0 : dt * tissue.metabolic_heat;
    }
    const auto given = [&](View<const double> values, const auto& use) {
        if (values.empty()) return;
        const double* from = values.data() + first;
        for (index_t i = 0; i < n; ++i) use(place(i), from[i]);
    };
    given(d.perfusion_factor, [&](std::size_t i, double v) { perfusion[i] *= v; });
    given(d.contact_conductance, [&](std::size_t i, double v) { contact[i] = dt * v; });
    given(d.source, [&](std::size_t i, double v) { source[i] = dt * v; });
}

ActingRow& row_of_thread() {
    thread_local ActingRow row;
    return row;
}

}  // namespace

FreezingSolver::Work::Work(const HeatMedium& given)
    : medium((check(given), &given)), colours(given.grid) {
    const std::size_t size = colours.size();
    for (auto* values : {&supply, &exchange, &temperature, &integral}) values->assign(size, 0.0);
    for (auto& values : integral_way) values.assign(size, 0.0F);
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

/// Best for red and black in the midst of one phase (Young's formula).
void FreezingSolver::Work::stretch_changes(double dt) {
    double ways = 0.0;
    for (std::size_t a = 0; a < 3; ++a) {
        const std::array<index_t, 3> size{medium->grid.nx, medium->grid.ny, medium->grid.nz};
        if (size[a] > 1) ways += 2.0 * per_square(medium->grid, a);
    }
    const auto best = [&](double conductivity, double capacity) {
        const double pull = dt * ways * conductivity;
        const double jacobi = pull / (pull + capacity);
        return 2.0 / (1.0 + std::sqrt(1.0 - jacobi * jacobi));
    };
    stretch.clear();
    for (const EnthalpyCurve& c : curves) {
        // ice is a small body between relaxed neighbours: less than in an endless one
        stretch.push_back({0.1 + 0.9 * best(c.frozen, c.cold), best(c.last_conductivity, c.warm)});
    }
}

void FreezingSolver::Work::load(exec::ThreadTeam& team, View<const double> enthalpy,
                                const HeatDrive& drive, double dt) {
    const Grid& g = medium->grid;
    const double artery = drive.arterial_temperature;
    team.run(g.nz, [&](index_t k) {
        ActingRow& acting = row_of_thread();
        for (index_t j = 0; j < g.ny; ++j) {
            const index_t cell = g.index(0, j, k);
            const double* before = enthalpy.data() + cell;
            acting.fill(*medium, drive, before, cell, dt);
            for (index_t colour = 0; colour < 2; ++colour) {
                const index_t first = freezing::Colours::first(colour, j, k);
                const RelaxRow row = row_of(colour, j, k, dt);
                double* own = supply.data() + (row.supply - supply.data());
                for (index_t m = 0; m < row.count; ++m) own[m] = before[first + 2 * m];
                freezing::start(width, row);
                double* given = exchange.data() + (row.exchange - exchange.data());
                for (index_t m = 0; m < row.count; ++m) {
                    const std::size_t i = place(first + 2 * m);
                    given[m] = acting.perfusion[i] + acting.contact[i];
                    own[m] += acting.perfusion[i] * artery + acting.source[i] + acting.metabolic[i];
                    if (acting.contact[i] > 0.0) {
                        own[m] += acting.contact[i] *
                                  drive.contact_temperature[cell + static_cast<index_t>(i)];
                    }
                }
            }
        }
    });
    load_walls(enthalpy, dt);
    if (has_crossings) load_crossings(team, enthalpy);
}

RelaxRow FreezingSolver::Work::row_of(index_t colour, index_t j, index_t k, double dt) {
    const index_t first = freezing::Colours::first(colour, j, k);
    const index_t own = colours.element(first, j, k);
    const std::array<index_t, 6> beside{
        colours.element(first - 1, j, k), colours.element(first + 1, j, k),
        colours.element(first, j - 1, k), colours.element(first, j + 1, k),
        colours.element(first, j, k - 1), colours.element(first, j, k + 1)};
    RelaxRow row;
    row.count = colours.count(first);
    row.curves = curves.data();
    row.stretch = stretch.data();
    row.curve = curve.data() + own;
    row.is_single = is_single;
    row.dt = dt;
    row.supply = supply.data() + own;
    row.exchange = exchange.data() + own;
    row.factor = factor.empty() ? nullptr : factor.data() + own;
    row.latent = latent.empty() ? nullptr : latent.data() + own;
    for (std::size_t n = 0; n < 6; ++n) {
        const index_t face = n % 2 == 0 ? own : beside[n];
        row.integral[n] = integral.data() + beside[n];
        row.integral_way[n] = integral_way[n / 2].data() + face;
        row.temperature[n] = temperature.data() + beside[n];
        row.way[n] = has_crossings ? way[n / 2].data() + face : nullptr;
    }
    row.own_temperature = temperature.data() + own;
    row.own_integral = integral.data() + own;
    return row;
}

double FreezingSolver::Work::relax_tile(index_t colour, index_t k, index_t tile, double dt,
                                        Relaxing how) {
    const index_t rows = tile / tiles_x;
    const index_t begin = tile % tiles_x * tile_elements;
    const index_t end = std::min(medium->grid.ny, (rows + 1) * tile_rows);
    double largest = 0.0;
    for (index_t j = rows * tile_rows; j < end; ++j) {
        const RelaxRow row = row_of(colour, j, k, dt).part(begin, tile_elements);
        largest = std::max(largest, freezing::relax(width, row, how));
    }
    return largest;
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

void FreezingSolver::Work::relax_plane(index_t colour, index_t k, double dt, bool is_first) {
    const Relaxing how = is_first ? Relaxing::plain : Relaxing::stretched;
    const index_t tiles = tiles_x * tiles_y;
    for (index_t tile = 0; tile < tiles; ++tile) {
        double& largest = next_change[place(k * tiles + tile)];
        if (colour == 0) largest = 0.0;
        if (is_calm(k, tile)) continue;
        largest = std::max(largest, relax_tile(colour, k, tile, dt, how));
    }
}

/// The second colour follows the first a plane behind, while both are in the cache; the planes at
/// the ends of a slab, whose neighbours belong to others, come last. Slabs are dealt out in two
/// rounds, for what changes lies together.
bool FreezingSolver::Work::sweep(exec::ThreadTeam& team, double dt, bool is_first) {
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
            relax_plane(0, k, dt, is_first);
            if (k > begin && (k - 1 > begin || begin == 0)) relax_plane(1, k - 1, dt, is_first);
        }
        const bool is_open = end - 1 > begin || begin == 0;  // no lower neighbour is missing
        if (end == nz && is_open) relax_plane(1, nz - 1, dt, is_first);
    });
    team.run(slabs, [&](index_t task) {
        const index_t begin = slab_of(task) * slab_planes;
        const index_t end = std::min(nz, begin + slab_planes);
        if (begin > 0) relax_plane(1, begin, dt, is_first);
        if (end < nz && (end - 1 > begin || begin == 0)) {
            relax_plane(1, end - 1, dt, is_first);
        }
    });
    change.swap(next_change);
    return *std::max_element(change.begin(), change.end()) <= settled;
}

/// Replaces the enthalpy by what the fluxes between the temperatures found bring: what leaves a
/// voxel enters its neighbour, whatever is left of the sweeps' error.
HeatBalance FreezingSolver::Work::finish(exec::ThreadTeam& team, View<double> enthalpy,
                                         const HeatDrive& drive, double dt) {
    const Grid& g = medium->grid;
    const double artery = drive.arterial_temperature;
    HeatBalance sum;
    sum.faces = wall_heat(enthalpy, dt);
    partial.assign(place(g.nz), {});
    team.run(g.nz, [&](index_t k) {
        HeatBalance& books = partial[place(k)];
        ActingRow& acting = row_of_thread();
        for (index_t j = 0; j < g.ny; ++j) {
            const index_t cell = g.index(0, j, k);
            double* content = enthalpy.data() + cell;
            acting.fill(*medium, drive, content, cell, dt);
            for (index_t colour = 0; colour < 2; ++colour) {
                const index_t first = freezing::Colours::first(colour, j, k);
                const RelaxRow row = row_of(colour, j, k, dt);
                double* brought = acting.brought[colour].data();
                freezing::add_fluxes(width, row, brought);
                for (index_t m = 0; m < row.count; ++m) {
                    const std::size_t i = place(first + 2 * m);
                    const double before = content[i];
                    const double after = before + ((row.supply[m] - before) + brought[m]);
                    const double temperature_now = row.own_temperature[m];
                    books.source += acting.source[i];
                    books.metabolic += acting.metabolic[i];
                    books.perfusion += acting.perfusion[i] * (artery - temperature_now);
                    if (acting.contact[i] > 0.0) {
                        books.contact +=
                            acting.contact[i] *
                            (drive.contact_temperature[cell + static_cast<index_t>(i)] -
                             temperature_now);
                    }
                    books.stored += after - before;
                    content[i] = after;
                }
            }
        }
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
    stretch_changes(dt);
    load(team, enthalpy, drive, dt);
    change.assign(place(medium->grid.nz * tiles_x * tiles_y), 1.0);
    next_change = change;
    int sweeps = 0;
    while (!sweep(team, dt, sweeps == 0)) {
        if (++sweeps == most_sweeps) return 0;
    }
    const HeatBalance sum = finish(team, enthalpy, drive, dt);
    const double volume = medium->grid.cell_volume();
    books.source += volume * sum.source;
    books.metabolic += volume * sum.metabolic;
    books.perfusion += volume * sum.perfusion;
    books.contact += volume * sum.contact;
    books.faces += volume * sum.faces;
    books.stored += volume * sum.stored;
    return sweeps + 1;
}

}  // namespace caravel::tissue
