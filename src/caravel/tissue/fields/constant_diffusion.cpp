#include "caravel/tissue/fields/constant_diffusion.hpp"

#include "caravel/tissue/fields/constant_diffusion_factors.hpp"
#include "caravel/tissue/fields/constant_diffusion_feed.hpp"
#include "caravel/tissue/fields/constant_diffusion_kernels.hpp"
#include "caravel/tissue/fields/constant_diffusion_stages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>

namespace caravel::tissue {

namespace {

constexpr index_t columns_per_piece = 128;
constexpr index_t lines_per_piece = 64;
constexpr index_t cells_per_piece = 4096;
constexpr index_t planes_for_fusing = 8;
constexpr std::size_t most_width = 16;         // values of the widest vector
constexpr index_t values_for_threads = 16384;  // fewer are done before threads have woken up
constexpr index_t crowded_stride = 4096;       // bytes: rows so far apart share places of a cache

// Uninitialised memory on a 64-byte boundary.
class Scratch {
  public:
    explicit Scratch(index_t rows)
        : bytes_(::operator new(static_cast<std::size_t>(scratch_bytes(rows)), alignment)) {}
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    ~Scratch() { ::operator delete(bytes_, alignment); }

    template <class T>
    T* as() const {
        return static_cast<T*>(bytes_);
    }

  private:
    static constexpr std::align_val_t alignment{64};
    void* bytes_;
};

template <class T>
struct AxisFactors {
    std::vector<T> scale;  // empty: no sweep
    std::vector<T> coupling;

    LineFactors<T> view() const {
        return {static_cast<index_t>(scale.size()), scale.data(), coupling.data()};
    }
};

template <class T>
struct SpeciesStep {
    AxisFactors<T> axes[3];
    // What supply and faces feed, added in the last sweep: field, or in columns along z
    // (supply_x response_y + supply_y) row + end, which is what three affine sweeps make of it.
    bool is_fed = false;
    std::vector<T> field;
    std::vector<T> supply_x;
    std::vector<T> supply_y;
    std::vector<T> response_y;
    std::vector<T> row;
    std::vector<T> end;

    // with_row of columns [first, first + count) of a plane with nx cells in x
    void fill(T* with_row, index_t nx, index_t first, index_t count) const {
        auto i = static_cast<std::size_t>(first % nx);
        auto j = static_cast<std::size_t>(first / nx);
        for (index_t c = 0; c < count; ++c) {
            with_row[c] = supply_x[i] * response_y[j] + supply_y[j];
            if (++i == static_cast<std::size_t>(nx)) {
                i = 0;
                ++j;
            }
        }
    }
};

void require(bool good, const std::string& what) {
    if (!good) throw std::invalid_argument("diffusion: " + what);
}

void check_number(double value, const std::string& what) {
    require(std::isfinite(value) && value >= 0.0,
            fmt::format("{} must be finite and not negative, is {}", what, value));
}

std::string species_name(std::size_t number) { return fmt::format("species {}: ", number); }

void check_species(const DiffusingSpecies& s, std::size_t number) {
    const std::string name = species_name(number);
    check_number(s.diffusion, name + "diffusion (m2/s)");
    check_number(s.loss, name + "loss (1/s)");
    require(std::isfinite(s.supply), name + "supply must be finite");
    for (const FaceCondition& face : s.boundaries) {
        require(std::isfinite(face.value), name + "values on faces must be finite");
        check_number(face.exchange, name + "exchange at a face (m/s)");
    }
}

void check_grid(const Grid& grid) {
    require(grid.nx >= 1 && grid.ny >= 1 && grid.nz >= 1,
            fmt::format("every axis needs at least one cell, got {} x {} x {}", grid.nx, grid.ny,
                        grid.nz));
    for (const double spacing : grid.spacing) {
        require(std::isfinite(spacing) && spacing > 0.0,
                fmt::format("cell sizes (m) must be positive and finite, one is {}", spacing));
    }
}

struct SpeciesAxes {
    std::array<AxisProblem, 3> axes;
    // Whether the order of the affine sweeps matters: several open axes without a common steady
    // value.
    bool uneven = false;
};

// The loss and the supply go to the first axis with an open face, else to the first with cells.
SpeciesAxes axes_of(const Grid& grid, const DiffusingSpecies& s) {
    const index_t cells[3] = {grid.nx, grid.ny, grid.nz};
    SpeciesAxes result;
    std::vector<std::size_t> open;
    std::vector<double> values;
    for (std::size_t a = 0; a < 3; ++a) {
        AxisProblem& axis = result.axes[a];
        axis = {cells[a],
                grid.spacing[a],
                s.diffusion,
                0.0,
                0.0,
                s.boundaries[2 * a],
                s.boundaries[2 * a + 1]};
        const std::size_t before = values.size();
        if (face_rate(axis, axis.low) > 0.0) values.push_back(axis.low.value);
        if (face_rate(axis, axis.high) > 0.0) values.push_back(axis.high.value);
        if (values.size() > before) open.push_back(a);
    }
    std::size_t lossy = open.empty() ? 0 : open.front();
    while (open.empty() && lossy < 2 && cells[lossy] == 1) ++lossy;
    result.axes[lossy].loss = s.loss;
    result.axes[lossy].supply = s.supply;
    if (open.size() > 1) {
        const double value = values.front();
        const double drained = s.loss * value;
        result.uneven = std::abs(s.supply - drained) > 1e-14 * std::abs(drained) ||
                        std::any_of(values.begin(), values.end(),
                                    [value](double other) { return other != value; });
    }
    return result;
}

template <class T>
std::vector<T> as(const std::vector<double>& values) {
    return {values.begin(), values.end()};
}

bool any(const std::vector<double>& values) {
    return std::any_of(values.begin(), values.end(), [](double v) { return v != 0.0; });
}

template <class T>
void set_feed(SpeciesStep<T>& result, const AxisStep* steps) {
    result.is_fed = any(steps[0].supply) || any(steps[1].supply) || any(steps[2].supply);
    if (!result.is_fed) return;
    result.supply_x = as<T>(steps[0].supply);
    result.supply_y = as<T>(steps[1].supply);
    result.response_y = as<T>(steps[1].response);
    result.row = as<T>(steps[2].response);
    result.end = as<T>(steps[2].supply);
}

template <class T>
SpeciesStep<T> species_step(const Grid& grid, const DiffusingSpecies& species, double dt,
                            TimeScheme scheme, const std::string& name) {
    SpeciesStep<T> result;
    const SpeciesAxes problem = axes_of(grid, species);
    AxisStep steps[3];
    for (std::size_t a = 0; a < 3; ++a) {
        const AxisProblem& axis = problem.axes[a];
        const double rate = 4.0 * axis.diffusion / (axis.spacing * axis.spacing) + axis.loss;
        require(std::isfinite(dt * rate),
                name + "diffusion * dt / spacing^2 is too large to be represented");
        steps[a] = axis_step(axis, dt, scheme);
        if (steps[a].sweeps) result.axes[a] = {as<T>(steps[a].scale), as<T>(steps[a].coupling)};
    }
    if (problem.uneven && scheme != TimeScheme::backward_euler) {
        result.is_fed = true;
        result.field = as<T>(fed_in_step(problem.axes, dt, scheme));
        result.field.resize(result.field.size() + most_width);  // vectors may reach beyond the end
    } else {
        set_feed(result, steps);
    }
    return result;
}

}  // namespace

template <class T>
struct ConstantDiffusion<T>::Work {
    Grid grid;
    std::size_t scheme = 0;
    LineKernels<T> kernels;
    std::vector<SpeciesStep<T>> species;
    bool fused = false;  // y right after x, while the plane is in the cache
    index_t planes_per_piece = 1;
    Stages stages;

    void plan() {
        const auto count = static_cast<index_t>(species.size());
        const index_t z_pieces = pieces(plane(), columns_per_piece);
        fused = grid.nz >= planes_for_fusing;
        planes_per_piece = std::max<index_t>(1, cells_per_piece / plane());
        stages = fused ? Stages(count, {pieces(grid.nz, planes_per_piece), z_pieces})
                       : Stages(count, {pieces(grid.ny * grid.nz, lines_per_piece),
                                        pieces(grid.nx, columns_per_piece) * grid.nz, z_pieces});
    }

    void step(exec::ThreadTeam& team, T* values) const {
        const index_t cells = plane() * grid.nz;
        const auto scratch = [this] { return Scratch(std::max({grid.nx, grid.ny, grid.nz})); };
        stages.run(
            team, scratch, [&](const Scratch& s, index_t number, std::size_t pass, index_t piece) {
                T* const field = values + number * cells;
                const SpeciesStep<T>& one = species[static_cast<std::size_t>(number)];
                if (fused) {
                    pass == 0 ? sweep_planes(one, field, piece, s) : sweep_z(one, field, piece, s);
                } else {
                    pass == 0   ? sweep_x(one, field, piece, s)
                    : pass == 1 ? sweep_y(one, field, piece, s)
                                : sweep_z(one, field, piece, s);
                }
            });
    }

    static index_t pieces(index_t all, index_t each) { return (all + each - 1) / each; }
    index_t plane() const { return grid.nx * grid.ny; }

    void sweep_planes(const SpeciesStep<T>& s, T* field, index_t piece,
                      const Scratch& scratch) const {
        const index_t first = piece * planes_per_piece;
        const index_t end = std::min(first + planes_per_piece, grid.nz);
        for (index_t k = first; k < end; ++k) {
            T* const values = field + k * plane();
            sweep_lines(s.axes[0], values, grid.ny, scratch);
            sweep_columns(s.axes[1], {values, grid.nx, grid.nx, {}, {}, false, plane()}, scratch);
        }
    }

    void sweep_x(const SpeciesStep<T>& s, T* field, index_t piece, const Scratch& scratch) const {
        const index_t first = piece * lines_per_piece;
        const index_t count = std::min(lines_per_piece, grid.ny * grid.nz - first);
        sweep_lines(s.axes[0], field + first * grid.nx, count, scratch);
    }

    void sweep_y(const SpeciesStep<T>& s, T* field, index_t piece, const Scratch& scratch) const {
        const index_t per_plane = pieces(grid.nx, columns_per_piece);
        const index_t first = piece % per_plane * columns_per_piece;
        sweep_columns(s.axes[1],
                      {field + piece / per_plane * plane() + first, grid.nx,
                       std::min(columns_per_piece, grid.nx - first)},
                      scratch);
    }

    void sweep_z(const SpeciesStep<T>& s, T* field, index_t piece, const Scratch& scratch) const {
        const index_t first = piece * columns_per_piece;
        ColumnSweep<T> sweep{field + first, plane(), std::min(columns_per_piece, plane() - first)};
        T with_row[columns_per_piece] = {};
        if (!s.field.empty()) {
            sweep.supply.field = s.field.data() + first;
            sweep.supply.stride = plane();
        } else if (s.is_fed) {
            s.fill(with_row, grid.nx, first, sweep.columns);
            sweep.supply.with_row = with_row;
            sweep.supply.row = s.row.data();
            sweep.supply.end = s.end.data();
        }
        if (s.axes[2].scale.empty()) {
            feed_columns(sweep);
        } else {
            sweep_columns(s.axes[2], sweep, scratch);
        }
    }

    void sweep_lines(const AxisFactors<T>& axis, T* values, index_t lines,
                     const Scratch& scratch) const {
        if (axis.scale.empty()) return;
        kernels.lines[scheme]({values, lines, axis.view(), scratch.as<T>()});
    }

    void sweep_columns(const AxisFactors<T>& axis, ColumnSweep<T> sweep,
                       const Scratch& scratch) const {
        if (axis.scale.empty()) return;
        sweep.factors = axis.view();
        sweep.packed = sweep.stride * static_cast<index_t>(sizeof(T)) % crowded_stride == 0;
        sweep.scratch = scratch.as<T>();
        kernels.columns[scheme](sweep);
    }

    void feed_columns(const ColumnSweep<T>& s) const {
        if (s.supply.with_row == nullptr && s.supply.field == nullptr) return;
        for (index_t k = 0; k < grid.nz; ++k) {
            T* const row = s.values + k * s.stride;
            for (index_t c = 0; c < s.columns; ++c) {
                row[c] += s.supply.field != nullptr
                              ? s.supply.field[k * s.stride + c]
                              : s.supply.with_row[c] * s.supply.row[k] + s.supply.end[k];
            }
        }
    }
};

template <class T>
ConstantDiffusion<T>::ConstantDiffusion(const Grid& grid, std::vector<DiffusingSpecies> species,
                                        double dt, TimeScheme scheme)
    : ConstantDiffusion(grid, species, dt, scheme, usable_line_kernels<T>().back()) {}

template <class T>
ConstantDiffusion<T>::ConstantDiffusion(const Grid& grid,
                                        const std::vector<DiffusingSpecies>& species, double dt,
                                        TimeScheme scheme, const LineKernels<T>& kernels)
    : work_(std::make_unique<Work>()) {
    check_grid(grid);
    require(std::isfinite(dt) && dt > 0.0,
            fmt::format("the step (s) must be positive and finite, is {}", dt));
    static_cast<void>(grid.cell_count());  // throws where the number does not fit
    work_->grid = grid;
    work_->scheme = static_cast<std::size_t>(scheme);
    work_->kernels = kernels;
    work_->species.reserve(species.size());
    for (std::size_t i = 0; i < species.size(); ++i) {
        check_species(species[i], i);
        work_->species.push_back(species_step<T>(grid, species[i], dt, scheme, species_name(i)));
    }
    work_->plan();
}

template <class T>
ConstantDiffusion<T>::~ConstantDiffusion() = default;
template <class T>
ConstantDiffusion<T>::ConstantDiffusion(ConstantDiffusion&&) noexcept = default;
template <class T>
ConstantDiffusion<T>& ConstantDiffusion<T>::operator=(ConstantDiffusion&&) noexcept = default;

template <class T>
void ConstantDiffusion<T>::step(exec::ThreadTeam& team, View<T> values) const {
    const index_t cells = work_->grid.cell_count();
    const auto count = static_cast<index_t>(work_->species.size());
    require(values.size() == cells * count,
            fmt::format("{} species in {} cells need {} values, got {}", count, cells,
                        cells * count, values.size()));
    if (values.size() < values_for_threads) {
        exec::ThreadTeam alone(1);
        work_->step(alone, values.data());
    } else {
        work_->step(team, values.data());
    }
}

template <class T>
std::size_t ConstantDiffusion<T>::memory() const {
    std::size_t bytes = 0;
    for (const SpeciesStep<T>& s : work_->species) {
        for (const AxisFactors<T>& axis : s.axes) bytes += 2 * axis.scale.size() * sizeof(T);
        bytes += (s.field.size() + s.supply_x.size() + 2 * s.supply_y.size() + 2 * s.row.size()) *
                 sizeof(T);
    }
    return bytes;
}

template class ConstantDiffusion<double>;
template class ConstantDiffusion<float>;

}  // namespace caravel::tissue
