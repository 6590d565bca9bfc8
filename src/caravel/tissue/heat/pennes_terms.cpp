#include "caravel/base/error.hpp"
#include "caravel/tissue/fields/elliptic_work.hpp"
#include "caravel/tissue/heat/pennes_work.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace caravel::tissue {

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

void check_size(View<const double> values, index_t cells, const char* name) {
    if (values.empty() || values.size() == cells) return;
    throw InputError(Diagnostic{{},
                                fmt::format("{} has {} values", name, values.size()),
                                fmt::format("{}, one per voxel, or none", cells),
                                ""});
}

[[noreturn]] void refuse_voxel(const char* name, index_t voxel, double value,
                               const char* expected) {
    throw InputError(
        Diagnostic{{}, fmt::format("{} of voxel {} is {:g}", name, voxel, value), expected, ""});
}

double value_or(View<const double> values, index_t p, double otherwise) {
    return values.empty() ? otherwise : values[p];
}

// What a voxel exchanges with blood (W/m3/K).
double perfusion_of(const HeatMedium& m, const HeatDrive& drive, index_t p) {
    const ThermalTissue& tissue = m.tissues[m.label[static_cast<std::size_t>(p)]];
    return tissue.perfusion * m.blood_heat_capacity * value_or(drive.perfusion_factor, p, 1.0);
}

// The outside temperature that stands for a convective face with evaporation beside it (K).
double wall_temperature(const HeatFace& face) {
    const bool is_shifted = face.kind == HeatFace::Kind::convective && face.transfer > 0.0;
    return is_shifted ? face.temperature - face.heat_flux / face.transfer : face.temperature;
}

// Heat that leaves whatever the temperature (W/m2).
double plain_flux(const HeatFace& face) {
    const bool is_shifted = face.kind == HeatFace::Kind::convective && face.transfer > 0.0;
    return face.kind == HeatFace::Kind::fixed || is_shifted ? 0.0 : face.heat_flux;
}

struct TileTerms {
    HeatBounds surroundings{infinite, -infinite};
    HeatBounds heating{0.0, 0.0};
};

void widen(HeatBounds& bounds, double value) {
    bounds.low = std::min(bounds.low, value);
    bounds.high = std::max(bounds.high, value);
}

void widen(HeatBounds& bounds, const HeatBounds& other) {
    widen(bounds, other.low);
    widen(bounds, other.high);
}

void check_drive(const HeatDrive& drive, index_t cells) {
    check_size(drive.source, cells, "heat source");
    check_size(drive.perfusion_factor, cells, "perfusion factor");
    check_size(drive.contact_conductance, cells, "contact conductance");
    check_size(drive.contact_temperature, cells, "contact temperature");
    if (drive.contact_conductance.empty() != drive.contact_temperature.empty()) {
        throw InputError(Diagnostic{{},
                                    "a contact with only a conductance or only a temperature",
                                    "both, or none of them",
                                    ""});
    }
    if (drive.arterial_temperature > 0.0 && std::isfinite(drive.arterial_temperature)) return;
    throw InputError(
        Diagnostic{{},
                   fmt::format("arterial temperature is {:g} K", drive.arterial_temperature),
                   "a number above 0 K, typically 310.15 K",
                   ""});
}

[[noreturn]] void fail_voxel(index_t voxel) {
    throw NumericalError(NumericalFailure{"bioheat", "temperature", fmt::format("voxel {}", voxel),
                                          0.0, 0.0, "is not finite",
                                          "check what was passed as temperatures"});
}

void check_voxel(index_t p, double blood, double contact, double source) {
    if (!(blood >= 0.0) || !std::isfinite(blood)) {
        refuse_voxel("exchange with blood", p, blood,
                     "0 or more (W/m3/K): perfusion factors are not negative");
    }
    if (!(contact >= 0.0) || !std::isfinite(contact)) {
        refuse_voxel("contact conductance", p, contact, "0 or more (W/m3/K)");
    }
    if (!std::isfinite(source)) refuse_voxel("heat source", p, source, "a finite number (W/m3)");
}

}  // namespace

void PennesSolver::Work::set_terms(exec::ThreadTeam& team, View<const double> temperature,
                                   const HeatDrive& drive) {
    check_drive(drive, cells);
    arterial = drive.arterial_temperature;
    std::vector<TileTerms> tiles(static_cast<std::size_t>((cells + tile_cells - 1) / tile_cells));
    team.run(static_cast<index_t>(tiles.size()), [&](index_t t) {
        TileTerms tile;
        const index_t end = std::min(cells, (t + 1) * tile_cells);
        for (index_t p = t * tile_cells; p < end; ++p) {
            const auto c = static_cast<std::size_t>(p);
            const double blood = perfusion_of(*medium, drive, p);
            const double contact = value_or(drive.contact_conductance, p, 0.0);
            const double source = value_or(drive.source, p, 0.0);
            if (!std::isfinite(temperature[p])) fail_voxel(p);
            check_voxel(p, blood, contact, source);
            rise[c] = temperature[p] - arterial;
            loss[c] = blood + contact;
            supply[c] = source + medium->tissues[medium->label[c]].metabolic_heat;
            widen(tile.heating, supply[c] / capacity[c]);
            widen(tile.surroundings, rise[c]);
            if (blood > 0.0) widen(tile.surroundings, 0.0);
            if (contact > 0.0) {
                const double beside = drive.contact_temperature[p] - arterial;
                if (!std::isfinite(beside)) {
                    refuse_voxel("contact temperature", p, beside, "a finite number (K)");
                }
                supply[c] += contact * beside;
                widen(tile.surroundings, beside);
            }
        }
        tiles[static_cast<std::size_t>(t)] = tile;
    });
    surroundings = {infinite, -infinite};
    heating = {};
    for (const TileTerms& tile : tiles) {
        widen(surroundings, tile.surroundings);
        widen(heating, tile.heating);
    }
    add_walls();
}

void PennesSolver::Work::add_walls() {
    const double least = *std::min_element(capacity.begin(), capacity.end());
    for (std::size_t side = 0; side < 6; ++side) {
        const HeatFace& face = medium->faces[side];
        const double gone = plain_flux(face) / grid.spacing[side / 2] / least;
        heating.low -= std::max(gone, 0.0);
        heating.high -= std::min(gone, 0.0);
        const bool leads = face.kind == HeatFace::Kind::fixed ||
                           (face.kind == HeatFace::Kind::convective && face.transfer > 0.0);
        if (leads) widen(surroundings, wall_temperature(face) - arterial);
    }
    over_walls(grid, [&](std::size_t side, index_t face, index_t p) {
        const auto c = static_cast<std::size_t>(p);
        const HeatFace& condition = medium->faces[side];
        const double through = wall[side][static_cast<std::size_t>(face)];
        loss[c] += through;
        supply[c] += through * (wall_temperature(condition) - arterial) -
                     plain_flux(condition) / grid.spacing[side / 2];
    });
}

HeatBounds PennesSolver::Work::bounds(double dt) const {
    return {surroundings.low + dt * heating.low, surroundings.high + dt * heating.high};
}

double PennesSolver::Work::pass_walls() const {
    double sum = 0.0;
    over_walls(grid, [&](std::size_t side, index_t face, index_t p) {
        const HeatFace& condition = medium->faces[side];
        sum += wall[side][static_cast<std::size_t>(face)] *
                   (wall_temperature(condition) - arterial - mean[static_cast<std::size_t>(p)]) -
               plain_flux(condition) / grid.spacing[side / 2];
    });
    return sum;
}

HeatBalance PennesSolver::Work::close_books(exec::ThreadTeam& team, View<double> temperature,
                                            const HeatDrive& drive, double dt) {
    const HeatMedium& m = *medium;
    const double energy = dt * grid.cell_volume();
    std::vector<HeatBalance> tiles(static_cast<std::size_t>((cells + tile_cells - 1) / tile_cells));
    team.run(static_cast<index_t>(tiles.size()), [&](index_t t) {
        HeatBalance sum;
        const index_t end = std::min(cells, (t + 1) * tile_cells);
        for (index_t p = t * tile_cells; p < end; ++p) {
            const auto c = static_cast<std::size_t>(p);
            const double now = arterial + rise[c];
            sum.stored += capacity[c] * (rise[c] - (temperature[p] - arterial));
            sum.source += value_or(drive.source, p, 0.0);
            sum.metabolic += m.tissues[m.label[c]].metabolic_heat;
            sum.perfusion -= perfusion_of(m, drive, p) * mean[c];
            const double contact = value_or(drive.contact_conductance, p, 0.0);
            if (contact > 0.0) {
                sum.contact += contact * (drive.contact_temperature[p] - arterial - mean[c]);
            }
            temperature[p] = now;
        }
        tiles[static_cast<std::size_t>(t)] = sum;
    });
    HeatBalance books;
    books.faces = pass_walls();
    for (const HeatBalance& tile : tiles) {
        books.source += tile.source;
        books.metabolic += tile.metabolic;
        books.perfusion += tile.perfusion;
        books.contact += tile.contact;
        books.stored += tile.stored;
    }
    for (double* way :
         {&books.source, &books.metabolic, &books.perfusion, &books.contact, &books.faces}) {
        *way *= energy;
    }
    books.stored *= grid.cell_volume();
    if (!std::isfinite(books.residual())) {
        throw NumericalError(NumericalFailure{"bioheat", "temperature", "", dt, 0.0,
                                              "is not finite after a step",
                                              "check the source and the contacts"});
    }
    return books;
}

}  // namespace caravel::tissue
