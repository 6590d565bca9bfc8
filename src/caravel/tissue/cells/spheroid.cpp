#include "caravel/tissue/cells/spheroid.hpp"

#include "caravel/base/checks.hpp"
#include "caravel/exec/reduce.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace caravel::tissue {

namespace {
constexpr double copies = 8.0;
constexpr std::array<bool, 6> octant{true, false, true, false, true, false};
constexpr int samples = 8;  // along each edge of a voxel that the first surface cuts
constexpr index_t tile = 1024;

Grid octant_grid(const SpheroidGrid& settings, double radius) {
    require_positive(settings.spacing, "the spacing of the spheroid's grid", "m");
    require_positive(settings.half_width, "the half width of the spheroid's box", "m");
    if (settings.stepped) require_positive(settings.oxygen_step, "the step of oxygen", "s");
    const double cells = std::ceil(settings.half_width / settings.spacing - 1e-9);
    require_between(cells, 4.0, 1000.0, "the number of voxels along the spheroid's box", "1",
                    "change spacing or half_width");
    if (radius + 2.0 * settings.spacing > cells * settings.spacing)
        throw InputError(Diagnostic{{},
                                    "the spheroid does not fit into its box",
                                    "half_width above its radius and two voxels",
                                    ""});
    Grid g;
    g.nx = g.ny = g.nz = static_cast<index_t>(cells);
    g.spacing = {settings.spacing, settings.spacing, settings.spacing};
    return g;
}

/// Share of a cubic voxel inside of a sphere around the origin.
double inside(const Vector3& centre, double edge, double radius) {
    const double r =
        std::sqrt(centre[0] * centre[0] + centre[1] * centre[1] + centre[2] * centre[2]);
    if (r > radius + edge) return 0.0;
    if (r < radius - edge) return 1.0;
    int count = 0;
    const auto at = [&](std::size_t axis, int i) {
        return centre[axis] + edge * ((i + 0.5) / samples - 0.5);
    };
    for (int a = 0; a < samples; ++a)
        for (int b = 0; b < samples; ++b)
            for (int c = 0; c < samples; ++c) {
                const double x = at(0, a);
                const double y = at(1, b);
                const double z = at(2, c);
                if (x * x + y * y + z * z < radius * radius) ++count;
            }
    return static_cast<double>(count) / (samples * samples * samples);
}

double ball_radius(double volume) { return std::cbrt(volume * 0.75 / std::numbers::pi); }
}  // namespace

Spheroid::Spheroid(const CellBiology& biology, const SpheroidSurroundings& surroundings,
                   const SpheroidGrid& grid, double radius)
    : biology_(biology),
      settings_(grid),
      grid_((check_surroundings(surroundings, radius), octant_grid(grid, radius))),
      oxygen_(grid_, biology, surroundings, grid.held_faces),
      motion_(grid_, octant),
      carrier_(grid_, grid.sharpening),
      left_(3, 0.0) {
    const auto n = static_cast<std::size_t>(grid_.cell_count());
    states_.assign(3 * n, 0.0);
    for (index_t k = 0; k < grid_.nz; ++k)
        for (index_t j = 0; j < grid_.ny; ++j)
            for (index_t i = 0; i < grid_.nx; ++i)
                states_[static_cast<std::size_t>(grid_.index(i, j, k))] =
                    inside(grid_.centre(i, j, k), grid_.spacing[0], radius);
    growth_.assign(n, 0.0);
    filling_.assign(n, 0.0);
}

/// Biology of every voxel over dt; `with_growth` notes what volume it makes (1/s, as of a step of
/// twice dt).
void Spheroid::live(exec::ThreadTeam& team, double dt, bool with_growth) {
    const index_t n = grid_.cell_count();
    const index_t tiles = (n + tile - 1) / tile;
    std::vector<CellTurnover> made(static_cast<std::size_t>(tiles));
    team.run(tiles, [&](index_t t) {
        CellTurnover& sum = made[static_cast<std::size_t>(t)];
        for (index_t c = t * tile; c < std::min(n, (t + 1) * tile); ++c) {
            const auto i = static_cast<std::size_t>(c);
            const std::size_t rest = i + static_cast<std::size_t>(n);
            const std::size_t dead = rest + static_cast<std::size_t>(n);
            CellStates s{states_[i], states_[rest], states_[dead]};
            const double before = s.sum();
            if (with_growth) growth_[i] = filling_[i] = before;
            if (before <= 0.0) continue;
            advance_cells(biology_, middle_oxygen_[i], input::infinity, dt, s, sum);
            states_[i] = s.dividing;
            states_[rest] = s.resting;
            states_[dead] = s.dead;
            if (with_growth) growth_[i] *= std::log(s.sum() / before) / dt;
        }
    });
    const double volume = copies * grid_.cell_volume();
    for (const CellTurnover& m : made) {
        turnover_.born += volume * m.born;
        turnover_.died += volume * m.died;
        turnover_.cleared += volume * m.cleared;
    }
}

void Spheroid::update_oxygen(exec::ThreadTeam& team, double dt) {
    oxygen_.set_tissue(team, view_of(std::as_const(states_)));
    if (settings_.stepped && dt > 0.0)
        oxygen_.advance(team, dt, settings_.oxygen_step);
    else
        oxygen_.balance(team);
}

void Spheroid::advance(exec::ThreadTeam& team, double dt) {
    if (!started_) {
        update_oxygen(team, 0.0);
        earlier_oxygen_ = oxygen_.pressure();
        middle_oxygen_ = earlier_oxygen_;
        started_ = true;
    }
    const std::vector<double>& now = oxygen_.pressure();
    for (std::size_t i = 0; i < now.size(); ++i)
        middle_oxygen_[i] = std::max(0.0, 1.5 * now[i] - 0.5 * earlier_oxygen_[i]);
    earlier_oxygen_ = now;
    live(team, 0.5 * dt, true);
    add_repacking(grid_, view_of(std::as_const(filling_)), dt, view_of(growth_));
    const FaceField& velocity = motion_.velocity(team, view_of(std::as_const(growth_)));
    carrier_.advance(team, view_of(states_), 3, velocity, dt, left_);
    live(team, 0.5 * dt, false);
    update_oxygen(team, dt);
    time_ += dt;
}

double Spheroid::left() const { return copies * (left_[0] + left_[1] + left_[2]); }

SpheroidStructure Spheroid::structure() const {
    const auto n = static_cast<std::size_t>(grid_.cell_count());
    double volume = 0.0;
    double dead = 0.0;
    double resting_core = 0.0;
    double dead_core = 0.0;
    double surface_oxygen = 0.0;
    double surface = 0.0;
    for (std::size_t i = 0; i < n; ++i) {
        const double filling = states_[i] + states_[n + i] + states_[2 * n + i];
        volume += filling;
        dead += states_[2 * n + i];
        if (states_[i] < 0.5 * filling) resting_core += filling;
        if (states_[2 * n + i] > 0.5 * filling) dead_core += filling;
        const double edge = std::max(0.0, filling * (1.0 - filling));
        surface += edge;
        surface_oxygen += edge * oxygen_.pressure()[i];
    }
    SpheroidStructure s;
    s.time = time_;
    const double unit = copies * grid_.cell_volume();
    s.volume = unit * volume;
    s.living_volume = unit * (volume - dead);
    s.radius = ball_radius(s.volume);
    s.inhibited = volume > 0.0 ? std::cbrt(resting_core / volume) : 0.0;
    s.necrotic = volume > 0.0 ? std::cbrt(dead_core / volume) : 0.0;
    s.centre_oxygen = oxygen_.pressure().front();
    s.surface_oxygen = surface > 0.0 ? surface_oxygen / surface : 0.0;
    return s;
}

std::array<double, 2> Spheroid::packing(double depth) const {
    const auto n = static_cast<std::size_t>(grid_.cell_count());
    const double radius = structure().radius - depth;
    std::array<double, 2> range{1.0, 1.0};
    for (index_t k = 0; k < grid_.nz; ++k)
        for (index_t j = 0; j < grid_.ny; ++j)
            for (index_t i = 0; i < grid_.nx; ++i) {
                const Vector3 c = grid_.centre(i, j, k);
                if (c[0] * c[0] + c[1] * c[1] + c[2] * c[2] >= radius * radius) continue;
                const auto at = static_cast<std::size_t>(grid_.index(i, j, k));
                const double filling = states_[at] + states_[n + at] + states_[2 * n + at];
                range = {std::min(range[0], filling), std::max(range[1], filling)};
            }
    return range;
}

}  // namespace caravel::tissue
