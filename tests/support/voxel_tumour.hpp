// The kinetics of a voxel of tumour, per volume of tissue, in the reactions of the lumped tumour:
// carriers with their drug in vessels, interstitium, on receptors and in cells; the drug set free;
// two populations that grow, are killed and die in stages. Coefficients differ between voxels.
#pragma once

#include "caravel/kinetics/model.hpp"
#include "caravel/kinetics/voxel_solver.hpp"

#include <cmath>
#include <string>
#include <vector>

namespace caravel::test {

struct VoxelTumour {
    int agents = 1;
    int dying_stages = 1;
    bool endosomes = false;
};

/// 12 species, and 25: two agents, three stages, endosomes.
inline constexpr VoxelTumour small_voxel_tumour{1, 1, false};
inline constexpr VoxelTumour large_voxel_tumour{2, 3, true};

namespace voxel_tumour_detail {

using namespace kinetics;

inline const double amount = 1e-3;  // mol/m3, typical

struct Cells {
    std::vector<SpeciesId> populations;
    std::vector<SumId> sums;
    SumId all;
    SpeciesId dying;
};

inline SpeciesId pool(KineticModel& model, const std::string& name, const std::string& agent,
                      double initial) {
    return model.add_species({name + "." + agent, agent, amount, true}, initial);
}

inline void move(KineticModel& model, const std::string& name, SpeciesId from, SpeciesId to,
                 double rate, std::vector<Factor> factors = {}) {
    model.add_transfer(name, from, to, model.add_coefficient(name, rate), std::move(factors));
}

inline Cells add_cells(KineticModel& model, int stages) {
    Cells cells;
    Sum all{"cells", {}, 0.0};
    for (const char* name : {"sensitive", "resistant"}) {
        const auto id = model.add_species({name, "", 1.0, true}, name[0] == 's' ? 0.4 : 0.1);
        cells.populations.push_back(id);
        cells.sums.push_back(model.add_sum({std::string(name) + ".share", {{id, 1.0}}, 0.0}));
        all.terms.push_back({id, 1.0});
    }
    std::vector<SpeciesId> dying;
    for (int i = 1; i <= stages; ++i) {
        dying.push_back(model.add_species({"dying" + std::to_string(i), "", 1.0, true}));
        all.terms.push_back({dying.back(), 1.0});
    }
    cells.dying = dying.front();
    cells.all = model.add_sum(std::move(all));
    for (std::size_t i = 0; i < cells.populations.size(); ++i) {
        const std::string name = "growth" + std::to_string(i);
        model.add_reaction({name,
                            {{cells.populations[i], 1.0}},
                            {model.add_coefficient(name, 5e-6),
                             cells.populations[i],
                             {},
                             {{Shape::logistic, cells.all, 0.7, 1.0}},
                             {}}});
    }
    for (std::size_t i = 0; i < dying.size(); ++i) {
        const std::string name = "clearance" + std::to_string(i);
        std::vector<Term> change{{dying[i], -1.0}};
        if (i + 1 < dying.size()) {
            change.push_back({dying[i + 1], 1.0});
        }
        model.add_reaction(
            {name, change, {model.add_coefficient(name, 1e-5), dying[i], {}, {}, {}}});
    }
    return cells;
}

inline void add_agent(KineticModel& model, const std::string& agent, const Cells& cells,
                      bool endosomes) {
    const auto at = [&](const char* place, double initial = 0.0) {
        return pool(model, place, agent, initial);
    };
    const auto plasma = at("carrier.plasma", amount);
    const auto matrix = at("carrier.interstitium", 0.2 * amount);
    const auto bound = at("carrier.bound");
    const auto inside = at("carrier.endocytosed");
    const auto free_plasma = at("drug.plasma", 0.1 * amount);
    const auto free_matrix = at("drug.interstitium");
    const auto sink = at("washed_out");
    const auto go = [&](const char* name, SpeciesId from, SpeciesId to, double rate,
                        std::vector<Factor> factors = {}) {
        move(model, std::string(name) + "." + agent, from, to, rate, std::move(factors));
    };
    const std::string supply = "inflow." + agent;
    model.add_reaction(
        {supply, {{plasma, 1.0}}, {model.add_coefficient(supply, 2e-2 * amount), {}, {}, {}, {}}});
    const SumId load = model.add_sum({"bound." + agent, {{bound, 1.0}}, 0.0});
    go("flow", plasma, sink, 2e-2);
    go("wall", plasma, matrix, 2e-4);
    go("back", matrix, plasma, 1e-4);
    go("on", matrix, bound, 1e-3, {{Shape::capacity, load, amount, 1.0, cells.all}});
    go("off", bound, matrix, 2e-4);
    go("internalisation", bound, inside, 3e-4);
    go("endocytosis", matrix, inside, 1e-5);
    go("release.plasma", plasma, free_plasma, 2e-6);
    go("release.interstitium", matrix, free_matrix, 1e-5);
    go("drug.flow", free_plasma, sink, 2e-2);
    go("drug.wall", free_plasma, free_matrix, 5e-2);
    go("drug.back", free_matrix, free_plasma, 1e-2);
    const auto endosome = endosomes ? at("drug.endosome") : free_matrix;
    go("release.inside", inside, endosome, 1e-4);
    for (std::size_t i = 0; i < cells.populations.size(); ++i) {
        const std::string label = agent + "." + std::to_string(i);
        const auto own = pool(model, "drug.cells" + std::to_string(i), agent, 0.0);
        const SumId dose = model.add_sum({"dose." + label, {{own, 1.0}}, 0.0});
        move(model, "uptake." + label, free_matrix, own, 1e-2,
             {{Shape::linear, cells.sums[i], 1.0, 1.0}});
        move(model, "efflux." + label, own, free_matrix, 1e-3);
        if (endosomes) {
            move(model, "escape." + label, endosome, own, 5e-4,
                 {{Shape::linear, cells.sums[i], 1.0, 1.0}, {Shape::power, cells.all, 1.0, -1.0}});
        }
        const auto kill = model.add_coefficient("kill." + label, 2e-5);
        const Factor law{Shape::hill, dose, amount, 1.5, cells.sums[i]};
        model.add_reaction({"kill." + label,
                            {{cells.populations[i], -1.0}, {cells.dying, 1.0}},
                            {kill, cells.populations[i], {}, {law}, {}}});
        model.add_transfer("spill." + label, own, free_matrix, kill, {law});
    }
}

}  // namespace voxel_tumour_detail

/// Amounts in mol/m3 of tissue, cells as share of the volume; rates in 1/s.
inline kinetics::KineticModel voxel_tumour_model(const VoxelTumour& size) {
    kinetics::KineticModel model;
    const auto cells = voxel_tumour_detail::add_cells(model, size.dying_stages);
    for (int i = 0; i < size.agents; ++i) {
        voxel_tumour_detail::add_agent(model, "agent" + std::to_string(i), cells, size.endosomes);
    }
    return model;
}

/// Species by species the amounts of voxels, and the coefficients: two of three differ between
/// voxels, by a factor of up to 3 either way.
struct VoxelArrays {
    VoxelArrays(const kinetics::KineticModel& model, index_t count) : voxels(count) {
        const auto noise = [](std::size_t row, std::size_t voxel) {
            const double x =
                12.9898 * static_cast<double>(row + 1) + 78.233 * static_cast<double>(voxel + 1);
            const double y = 43758.5453 * std::abs(std::sin(x));
            return y - std::floor(y);
        };
        const auto size = static_cast<std::size_t>(count);
        for (std::size_t s = 0; s < model.initial().size(); ++s) {
            amounts.emplace_back(size);
            for (std::size_t v = 0; v < size; ++v) {
                amounts.back()[v] = model.initial()[s] * (0.5 + noise(s, v));
            }
        }
        for (std::size_t c = 0; c < model.coefficients().size(); ++c) {
            values.emplace_back(c % 3 == 2 ? 0 : size);
            for (std::size_t v = 0; v < values.back().size(); ++v) {
                values.back()[v] =
                    model.coefficients()[c].value * std::pow(3.0, 2.0 * noise(100 + c, v) - 1.0);
            }
        }
        for (std::size_t c = 0; c < values.size(); ++c) {
            coefficients.push_back(
                {model.coefficients()[c].value, values[c].empty() ? nullptr : values[c].data()});
        }
    }
    VoxelArrays(const VoxelArrays&) = delete;
    VoxelArrays& operator=(const VoxelArrays&) = delete;

    std::vector<double*> rows() {
        std::vector<double*> result;
        for (std::vector<double>& row : amounts) {
            result.push_back(row.data());
        }
        return result;
    }
    std::vector<double> state(index_t voxel) const {
        std::vector<double> result;
        for (const std::vector<double>& row : amounts) {
            result.push_back(row[static_cast<std::size_t>(voxel)]);
        }
        return result;
    }
    std::vector<double> coefficients_of(index_t voxel) const {
        std::vector<double> result;
        for (const kinetics::VoxelCoefficient& c : coefficients) {
            result.push_back(c.values != nullptr ? c.values[voxel] : c.uniform);
        }
        return result;
    }

    index_t voxels;
    std::vector<std::vector<double>> amounts;
    std::vector<std::vector<double>> values;
    std::vector<kinetics::VoxelCoefficient> coefficients;
};

}  // namespace caravel::test
