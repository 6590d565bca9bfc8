// A body that every scanner sees, for tests and benchmarks of cost.
#pragma once

#include "caravel/imaging/object.hpp"

#include <cmath>
#include <string>

namespace caravel::test {

/// Muscle with a ball of an agent that every scanner sees; `air` around it or not.
inline imaging::ImagedObject body(index_t n, index_t nz, double spacing, const std::string& nuclide,
                                  bool air) {
    using namespace imaging;
    ImagedObject o;
    const double half = 0.5 * spacing * static_cast<double>(n);
    const double low = -0.5 * spacing * static_cast<double>(nz);
    o.grid = {n, n, nz, {spacing, spacing, spacing}, {-half, -half, low}};
    o.regions = {{"outside", air ? "air" : "muscle"}, {"body", "muscle", false, true}};
    const auto cells = static_cast<std::size_t>(o.grid.cell_count());
    o.region.assign(cells, 0);
    AgentField field;
    field.concentration.assign(cells, 0.0);
    for (std::size_t v = 0; v < cells; ++v) {
        const auto i = static_cast<index_t>(v);
        const Vector3 at = o.grid.centre(i % n, i / n % n, i / (n * n));
        if (std::hypot(at[0], at[1]) < 0.84 * half) o.region[v] = 1;
        if (std::hypot(at[0] - 0.3 * half, at[1], at[2]) < 0.24 * half)
            field.concentration[v] = 1e-3;
    }
    o.fields = {field};
    ImagedAgent agent;
    agent.name = "probe";
    agent.relaxing = RelaxingAgent{};
    agent.attenuating = AttenuatingAgent{{{{"Au", 1.0}}}, 1.0};
    if (!nuclide.empty()) agent.radioactive = {{nuclide, 1e13}};
    agent.magnetic = MagneticAgent{25e-9, 0.1, 474e3, 2.7e-4, 1.0, 40e-9, 0.0};
    LuminescentAgent dye;
    dye.emitter = "dye";
    dye.excitation_peak = 789e-9;
    dye.emission_peak = 817e-9;
    dye.excitation_width = 70e-9;
    dye.emission_width = 50e-9;
    dye.absorption_cross_section = 4e4;
    dye.quantum_yield = 0.1;
    agent.luminescent = {dye};
    o.agents = {agent};
    return o;
}

}  // namespace caravel::test
