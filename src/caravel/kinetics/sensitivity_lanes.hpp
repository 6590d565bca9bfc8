// The sensitivities of one step for a tile of parameters side by side, for the instruction sets of
// the machine. No operation crosses lanes or is fused: the bits of a parameter's sensitivities
// depend neither on the instruction set nor on the other parameters.
#pragma once

#include "caravel/kinetics/padded_array.hpp"
#include "caravel/kinetics/sparse_lu.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace caravel::kinetics {

/// Most parameters that a tile holds.
inline constexpr std::size_t most_tile_lanes = 24;

/// Lanes that are computed together, and share a row of what parameters change directly.
inline constexpr std::size_t tile_group = 4;

/// Most stages of a method.
inline constexpr std::size_t most_sensitivity_stages = 8;

/// A reaction whose rate depends on the sensitivities: a sum over columns, by the state and by the
/// shift of a stage.
struct SensitivityFlow {
    std::uint32_t column_begin = 0;  // in TileFlows::columns
    std::uint32_t columns = 0;
    std::uint32_t value_begin = 0;  // in by_state and by_shift of a stage
    std::uint32_t term_begin = 0;   // in TileFlows::terms
    std::uint32_t terms = 0;
};

/// Indices of species are times the lanes of the tile.
struct TileTerm {
    std::uint32_t species = 0;
    double weight = 1.0;
};

/// What parameters change directly in the lanes of one group: sum of sources times weights.
struct TileRow {
    std::uint32_t place = 0;  // of the first lane, in an array by species and lane
    std::uint32_t entry_end = 0;
};

struct TileSweep {
    struct Row {
        std::uint32_t species = 0;
        std::uint32_t index = 0;  // of the species, not times the lanes
    };
    std::vector<LuProgram::Group> groups{};
    std::vector<Row> rows{};
    std::vector<std::uint32_t> columns{};
    std::size_t first_value = 0;
};

/// The numbers of a stage that all parameters share: its right side gets, for each flow,
/// sum_g (by_state_g S_g + by_shift_g dS_g), and for each row sum_c sources_c w_c.
struct SensitivityStage {
    std::array<double, most_sensitivity_stages> right{};  // weights of the stages before, over h
    std::array<double, most_sensitivity_stages> shift{};
    bool shift_is_previous = false;
    const double* by_state = nullptr;
    const double* by_shift = nullptr;
    const double* sources = nullptr;
};

/// A step of all parameters: the matrices of the state.
struct SensitivityStep {
    std::size_t stages = 0;
    std::array<SensitivityStage, most_sensitivity_stages> stage{};
    const double* minus_jacobian = nullptr;  // at the start of the step, in the layout of SparseLu
    const double* factors = nullptr;         // of I d - J, likewise
    const double* inverse_pivots = nullptr;
    const double* start_sources = nullptr;  // by channel
};

/// What the parameters of a tile add to the right sides.
struct TileFlows {
    std::vector<SensitivityFlow> flows{};
    std::vector<std::uint32_t> columns{};
    std::vector<TileTerm> terms{};
    std::vector<std::uint32_t> shifted{};    // species whose shift is needed
    std::vector<std::uint32_t> unshifted{};  // the others
};

/// Parameters side by side; arrays hold `lanes` values per entry, species in elimination order.
struct SensitivityTile {
    SensitivityTile(std::size_t species, std::size_t lane_number, const LuProgram& program);

    std::size_t size;
    std::size_t lanes;
    std::size_t first_parameter = 0;
    std::size_t parameters = 0;  // the other lanes are 0

    TileSweep lower;
    TileSweep upper;
    std::vector<TileRow> rows{};  // those with one entry first
    std::size_t single_rows = 0;
    std::vector<std::uint32_t> entries{};  // of the rows: index in the sources of a stage
    TileFlows steady{};                    // with constant coefficients
    TileFlows forced{};
    const TileFlows* flows = nullptr;  // one of these

    PaddedArray now;     // S
    PaddedArray result;  // S at the end of the step
    PaddedArray stages;
    PaddedArray rates;
    PaddedArray shift;
    PaddedArray start_weights;  // of the entries, by lane of the group
    std::array<const double*, most_sensitivity_stages> weights{};  // likewise, by stage
    alignas(64) double flaw[most_tile_lanes] = {};                 // not 0: a result is not finite
};

/// The work on a tile, by its groups of lanes.
struct SensitivityKernels {
    using Function = void (*)(SensitivityTile&, const SensitivityStep&);
    std::string_view name;
    /// Values of S at x in the step from the dense weights of the stages.
    void (*interpolate)(const SensitivityTile&, double x, std::span<const double> dense,
                        double* values) = nullptr;
    std::array<Function, most_tile_lanes / tile_group + 1> step{};
};

/// The kernels this machine can run, widest last; the first is plain C++.
std::span<const SensitivityKernels> usable_sensitivity_kernels();

}  // namespace caravel::kinetics
