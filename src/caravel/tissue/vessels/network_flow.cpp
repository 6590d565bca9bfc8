#include "caravel/tissue/vessels/network_flow.hpp"

#include "caravel/base/unit.hpp"
#include "caravel/tissue/vessels/conductance_solver.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace caravel::tissue {
namespace {

constexpr double highest_haematocrit = 0.95;
constexpr double negligible = 1e-9;  // of the largest flow: too little to judge convergence by

/// Carries red cells downstream through given flows.
class CellTransport {
  public:
    CellTransport(const VesselNetwork& network, const FlowOptions& options)
        : network_(network), options_(options), touching_(network.nodes.size()) {
        for (std::size_t s = 0; s < network.segments.size(); ++s) {
            touching_[network.segments[s].from].push_back(s);
            touching_[network.segments[s].to].push_back(s);
        }
    }

    /// Discharge haematocrit per segment.
    std::vector<double> run(const ConductanceSolver& solver) {
        haematocrit_.assign(network_.segments.size(), options_.inflow_haematocrit);
        const auto& pressure = solver.pressure();
        std::vector<std::size_t> order(network_.nodes.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::stable_sort(order.begin(), order.end(),
                         [&](std::size_t a, std::size_t b) { return pressure[a] > pressure[b]; });
        rank_.resize(order.size());
        for (std::size_t i = 0; i < order.size(); ++i) rank_[order[i]] = i;
        for (const std::size_t n : order) visit(n, solver);
        return haematocrit_;
    }

  private:
    void visit(std::size_t n, const ConductanceSolver& solver) {
        const double entering = solver.boundary_flow()[n];
        double blood = std::max(entering, 0.0);
        double cells = blood * options_.inflow_haematocrit;
        std::size_t feeding = 0;
        std::size_t feeders = entering > 0.0 ? 2 : 0;  // no law for a vessel and an inflow
        daughters_.clear();
        for (const std::size_t s : touching_[n]) {
            const VesselSegment& segment = network_.segments[s];
            const bool starts = segment.from == n;
            const std::size_t other = starts ? segment.to : segment.from;
            if (rank_[other] > rank_[n]) {
                daughters_.push_back(s);
                continue;
            }
            const double flow = starts ? -solver.flow()[s] : solver.flow()[s];
            if (!(flow > 0.0)) continue;  // of the order of rounding against the pressure
            blood += flow;
            cells += flow * haematocrit_[s];
            feeding = s;
            ++feeders;
        }
        const double mixed = blood > 0.0 ? cells / blood : options_.inflow_haematocrit;
        for (const std::size_t s : daughters_) haematocrit_[s] = mixed;
        if (options_.phase_separation && feeders == 1 && daughters_.size() == 2 && entering == 0.0)
            separate(feeding, solver.flow());
    }

    /// Splits the cells of a feeding vessel between two daughters.
    void separate(std::size_t feeding, const std::vector<double>& flow) {
        const std::size_t a = daughters_[0];
        const std::size_t b = daughters_[1];
        const double flow_a = std::abs(flow[a]);
        const double flow_b = std::abs(flow[b]);
        const double mother = haematocrit_[feeding];
        if (!(flow_a > 0.0) || !(flow_b > 0.0) || !(mother > 0.0)) return;
        const double both = flow_a + flow_b;
        const auto& segments = network_.segments;
        const double share =
            cell_share(flow_a / both, {2.0 * segments[a].radius, 2.0 * segments[b].radius,
                                       2.0 * segments[feeding].radius, mother});
        const double cells = mother * both;
        const double most_a = std::min(cells, highest_haematocrit * flow_a);
        const double least_a = cells - highest_haematocrit * flow_b;
        const double cells_a = std::max(least_a, std::min(share * cells, most_a));
        haematocrit_[a] = std::max(0.0, cells_a) / flow_a;
        haematocrit_[b] = std::max(0.0, cells - cells_a) / flow_b;
    }

    const VesselNetwork& network_;
    const FlowOptions& options_;
    std::vector<std::vector<std::size_t>> touching_;
    std::vector<double> haematocrit_;
    std::vector<std::size_t> rank_;
    std::vector<std::size_t> daughters_;
};

void check_options(const FlowOptions& o) {
    if (!(o.inflow_haematocrit >= 0.0 && o.inflow_haematocrit <= 0.9))
        throw InputError(Diagnostic{{},
                                    "inflow haematocrit " + format_number(o.inflow_haematocrit, 4),
                                    "0 to 0.9",
                                    "blood of a healthy human has 0.37 to 0.53"});
    if (!(o.plasma_viscosity > 0.0) || !std::isfinite(o.plasma_viscosity))
        throw InputError(
            Diagnostic{{},
                       "plasma viscosity " + format_number(o.plasma_viscosity, 4) + " Pa s",
                       "a positive number",
                       "plasma at 37 Cel has about 1.2 mPa s"});
}

std::vector<double> conductances(const VesselNetwork& network, const FlowOptions& options,
                                 const std::vector<double>& haematocrit) {
    std::vector<double> result(network.segments.size());
    for (std::size_t s = 0; s < result.size(); ++s) {
        const double radius = network.segments[s].radius;
        const double viscosity = options.plasma_viscosity *
                                 relative_viscosity(options.viscosity, 2.0 * radius,
                                                    std::min(haematocrit[s], highest_haematocrit));
        result[s] = poiseuille_conductance(radius, network.length(s), viscosity);
        if (!std::isnormal(result[s]) || result[s] < 1e-100 || result[s] > 1e100)
            throw InputError(Diagnostic{{},
                                        "segment " + std::to_string(s) + " with radius " +
                                            format_number(radius, 4) + " m and length " +
                                            format_number(network.length(s), 4) + " m",
                                        "a vessel whose conductance is a number of ordinary size",
                                        "check the units of the file"});
    }
    return result;
}

/// Largest change of haematocrit, or of flow relative to the flow of the vessel, in vessels whose
/// flow counts.
double change_of(const std::vector<double>& old_flow, const std::vector<double>& flow,
                 const std::vector<double>& old_haematocrit,
                 const std::vector<double>& haematocrit) {
    double largest = 0.0;
    for (const double q : flow) largest = std::max(largest, std::abs(q));
    double change = 0.0;
    for (std::size_t s = 0; s < flow.size(); ++s) {
        if (std::abs(flow[s]) <= negligible * largest) continue;
        change = std::max({change, std::abs(haematocrit[s] - old_haematocrit[s]),
                           std::abs(flow[s] - old_flow[s]) / std::abs(flow[s])});
    }
    return change;
}

NetworkFlow collect(const ConductanceSolver& solver, std::vector<double> haematocrit, int rounds,
                    double change) {
    NetworkFlow result{solver.pressure(),
                       solver.flow(),
                       std::move(haematocrit),
                       solver.boundary_flow(),
                       0.0,
                       rounds,
                       change,
                       solver.imbalance()};
    for (const double q : result.boundary_flow) result.total_inflow += std::max(q, 0.0);
    return result;
}

}  // namespace

double poiseuille_conductance(double radius, double length, double viscosity) {
    return std::numbers::pi * radius * radius * radius * radius / (8.0 * viscosity * length);
}

NetworkFlow solve_flow(const VesselNetwork& network, const FlowOptions& options) {
    check_network(network);
    check_options(options);
    ConductanceSolver solver(network);
    CellTransport transport(network, options);
    std::vector<double> haematocrit(network.segments.size(), options.inflow_haematocrit);
    std::vector<double> flow(network.segments.size(), 0.0);
    double damping = 1.0;
    double before = 1e300;
    double change = 0.0;
    for (int round = 1; round <= options.most_rounds; ++round) {
        if (options.cancel != nullptr && options.cancel->load())
            throw Interrupted("vessel network: cancelled");
        solver.solve(conductances(network, options, haematocrit));
        auto next = transport.run(solver);
        change = change_of(flow, solver.flow(), haematocrit, next);
        const bool coupled = options.viscosity != BloodViscosity::constant;
        if (!coupled || change <= options.tolerance)
            return collect(solver, std::move(next), round, coupled ? change : 0.0);
        // flows that swing (plasma and cells chase one another round a loop) are damped harder
        damping =
            change > 0.9 * before ? std::max(0.05, 0.7 * damping) : std::min(1.0, 1.05 * damping);
        for (std::size_t s = 0; s < next.size(); ++s)
            haematocrit[s] += damping * (next[s] - haematocrit[s]);
        flow = solver.flow();
        before = change;
    }
    throw NumericalError({"vessel network", "haematocrit", "", 0.0, 0.0,
                          "still changes by " + format_number(change, 3) + " after " +
                              std::to_string(options.most_rounds) + " rounds",
                          "the network may have no steady flow; try phase_separation = false, "
                          "or widen the narrowest vessels"});
}

}  // namespace caravel::tissue
