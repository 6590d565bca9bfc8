#include "caravel/response/myelosuppression.hpp"

#include <array>

namespace caravel::response {
namespace {

using input::positive;
using kinetics::Shape;
using kinetics::SpeciesId;

}  // namespace

void describe(input::Visitor& v, Myelosuppression& m) {
    v.text({"agent", "drug that acts on the marrow", input::Presence::required}, m.agent);
    v.choice({"cells", "which cells"}, m.cells, {"neutrophils", "leukocytes", "platelets"});
    v.number({"baseline", "cells per blood volume"}, m.baseline, positive("10*9/L"));
    v.number({"mean_transit_time", "from marrow to blood"}, m.mean_transit_time, positive("h"));
    v.number({"slope", "inhibition per plasma concentration"}, m.slope, positive("L/umol"));
    v.number({"feedback", "exponent of the feedback"}, m.feedback, positive("1"));
}

MyelosuppressionParameters resolve(const Myelosuppression& m, matter::Library& library) {
    const auto value = [&](const std::optional<double>& own, std::string_view property) {
        return own ? *own : library.value("agents", m.agent, property, "human");
    };
    return {value(m.baseline, "friberg_circ0"), value(m.mean_transit_time, "friberg_mtt"),
            value(m.slope, "friberg_slope"), value(m.feedback, "friberg_gamma")};
}

SpeciesId add_myelosuppression(kinetics::KineticModel& model, const std::string& name,
                               const MyelosuppressionParameters& p, kinetics::SumId concentration) {
    const char* stages[] = {"proliferating", "transit1", "transit2", "transit3", "circulating"};
    std::array<SpeciesId, 5> cells;
    for (std::size_t i = 0; i < cells.size(); ++i)
        cells[i] = model.add_species({name + "." + stages[i], "", p.baseline, true}, p.baseline);
    const auto circulating = model.add_sum({name + ".circulating", {{cells[4], 1.0}}, 0.0});
    const auto rate = model.add_coefficient(name + ".rate", 4.0 / p.mean_transit_time);
    model.add_reaction({name + ".proliferation",
                        {{cells[0], 1.0}},
                        {rate,
                         cells[0],
                         {},
                         {{Shape::logistic, concentration, 1.0 / p.slope, 1.0, {}},
                          {Shape::power, circulating, p.baseline, -p.feedback, {}}}}});
    for (std::size_t i = 0; i < cells.size(); ++i) {
        std::vector<kinetics::Term> change{{cells[i], -1.0}};
        if (i + 1 < cells.size()) change.push_back({cells[i + 1], 1.0});
        model.add_reaction({name + "." + stages[i] + ".leaving", change, {rate, cells[i], {}, {}}});
    }
    return cells[4];
}

}  // namespace caravel::response
