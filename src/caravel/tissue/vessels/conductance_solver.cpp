#include "caravel/tissue/vessels/conductance_solver.hpp"

#include "caravel/base/unit.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <queue>

namespace caravel::tissue {
namespace {

constexpr double wanted_error = 1e-14;       // in the energy norm, of the flow's
constexpr double accepted_imbalance = 1e-9;  // of the range of pressures
constexpr int most_restarts = 10;

double dot(const std::vector<double>& a, const std::vector<double>& b) {
    double sum = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
    return sum;
}

/// What conductance is proportional to at constant viscosity: r^4/length (m3).
double width_of(const VesselNetwork& network, std::size_t s) {
    const double square = network.segments[s].radius * network.segments[s].radius;
    return square * square / network.length(s);
}

}  // namespace

ConductanceSolver::ConductanceSolver(const VesselNetwork& network)
    : network_(network),
      pressure_(network.nodes.size(), 0.0),
      flow_(network.segments.size(), 0.0),
      boundary_flow_(network.nodes.size(), 0.0) {
    double sum = 0.0;
    double held = 0.0;
    for (const auto& node : network.nodes)
        if (node.pressure) {
            sum += *node.pressure;
            held += 1.0;
        }
    reference_ = sum / std::max(held, 1.0);
    for (std::size_t n = 0; n < network.nodes.size(); ++n)
        pressure_[n] = network.nodes[n].pressure.value_or(reference_);
    std::vector<std::vector<std::size_t>> touching(network.nodes.size());
    for (std::size_t s = 0; s < network.segments.size(); ++s) {
        touching[network.segments[s].from].push_back(s);
        touching[network.segments[s].to].push_back(s);
    }
    order_nodes(touching);
    span_tree(touching);
}

std::size_t ConductanceSolver::other_end(std::size_t node, std::size_t segment) const {
    const VesselSegment& s = network_.segments[segment];
    return s.from == node ? s.to : s.from;
}

/// Breadth first from the held nodes, then turned round; arms of every node by place.
void ConductanceSolver::order_nodes(const std::vector<std::vector<std::size_t>>& touching) {
    const auto& nodes = network_.nodes;
    std::vector<char> seen(nodes.size(), 0);
    for (std::size_t n = 0; n < nodes.size(); ++n)
        if (nodes[n].pressure) {
            seen[n] = 1;
            order_.push_back(n);
        }
    free_ = nodes.size() - order_.size();
    for (std::size_t i = 0; i < order_.size(); ++i)
        for (const std::size_t s : touching[order_[i]]) {
            const std::size_t next = other_end(order_[i], s);
            if (seen[next] != 0) continue;
            seen[next] = 1;
            order_.push_back(next);
        }
    std::reverse(order_.begin(), order_.end());
    std::vector<std::size_t> place(nodes.size());
    for (std::size_t i = 0; i < order_.size(); ++i) place[order_[i]] = i;
    for (const std::size_t n : order_) {
        first_.push_back(arms_.size());
        for (const std::size_t s : touching[n]) arms_.push_back({place[other_end(n, s)], s});
    }
    first_.push_back(arms_.size());
}

/// Every free node hangs on a held one by the widest and shortest vessels (Prim).
void ConductanceSolver::span_tree(const std::vector<std::vector<std::size_t>>& touching) {
    struct Candidate {
        double conductance;
        std::size_t segment;
        std::size_t node;
        bool operator<(const Candidate& other) const {
            return conductance < other.conductance ||
                   (conductance == other.conductance && segment > other.segment);
        }
    };
    std::priority_queue<Candidate> queue;
    std::vector<char> reached(network_.nodes.size(), 0);
    const auto reach = [&](std::size_t n) {
        reached[n] = 1;
        for (const std::size_t s : touching[n])
            if (reached[other_end(n, s)] == 0)
                queue.push({width_of(network_, s), s, other_end(n, s)});
    };
    for (std::size_t n = 0; n < reached.size(); ++n)
        if (network_.nodes[n].pressure) reach(n);
    while (!queue.empty()) {
        const Candidate next = queue.top();
        queue.pop();
        if (reached[next.node] != 0) continue;
        tree_.push_back({next.node, next.segment});
        reach(next.node);
    }
    std::reverse(tree_.begin(), tree_.end());
}

/// Parallel segments stay separate arms; their pivots take the joint conductance.
void ConductanceSolver::assemble(const std::vector<double>& conductance) {
    diagonal_.assign(free_, 0.0);
    right_.assign(free_, 0.0);
    weight_.resize(arms_.size());
    for (std::size_t a = 0; a < arms_.size(); ++a) weight_[a] = conductance[arms_[a].segment];
    for (std::size_t i = 0; i < free_; ++i) {
        right_[i] = network_.nodes[order_[i]].inflow;
        for (std::size_t a = first_[i]; a < first_[i + 1]; ++a) {
            diagonal_[i] += weight_[a];
            if (arms_[a].node >= free_)
                right_[i] +=
                    weight_[a] * (*network_.nodes[order_[arms_[a].node]].pressure - reference_);
        }
    }
    pivot_ = diagonal_;
    for (std::size_t i = 0; i < free_; ++i) {
        for (std::size_t a = first_[i]; a < first_[i + 1]; ++a) {
            const std::size_t j = arms_[a].node;
            if (j <= i || j >= free_) continue;
            double joint = 0.0;  // of all segments between the two nodes
            for (std::size_t b = first_[i]; b < first_[i + 1]; ++b)
                if (arms_[b].node == j) joint += weight_[b];
            pivot_[j] -= weight_[a] * joint / pivot_[i];
        }
    }
    for (std::size_t i = 0; i < free_; ++i)
        pivot_[i] = std::max(pivot_[i], 1e-14 * diagonal_[i]);  // a tree's root: cancellation
}

void ConductanceSolver::multiply(const std::vector<double>& x, std::vector<double>& y) const {
    for (std::size_t i = 0; i < free_; ++i) {
        double sum = 0.0;
        for (std::size_t a = first_[i]; a < first_[i + 1]; ++a) {
            const std::size_t j = arms_[a].node;
            sum += weight_[a] * (j < free_ ? x[i] - x[j] : x[i]);
        }
        y[i] = sum;
    }
}

/// Pressure (Pa, relative to the reference) at a place in order_.
double ConductanceSolver::at(const std::vector<double>& x, std::size_t place) const {
    return place < free_ ? x[place] : *network_.nodes[order_[place]].pressure - reference_;
}

std::vector<double> ConductanceSolver::residual(const std::vector<double>& x) const {
    std::vector<double> r(free_);
    for (std::size_t i = 0; i < free_; ++i) {
        double sum = network_.nodes[order_[i]].inflow;
        for (std::size_t a = first_[i]; a < first_[i + 1]; ++a) {
            sum += weight_[a] * (at(x, arms_[a].node) - x[i]);
        }
        r[i] = sum;
    }
    return r;
}

void ConductanceSolver::precondition(const std::vector<double>& r, std::vector<double>& z) const {
    z = r;
    for (std::size_t i = 0; i < free_; ++i)
        for (std::size_t a = first_[i]; a < first_[i + 1]; ++a)
            if (arms_[a].node > i && arms_[a].node < free_)
                z[arms_[a].node] += weight_[a] * z[i] / pivot_[i];
    for (std::size_t i = free_; i-- > 0;) {
        double sum = z[i];
        for (std::size_t a = first_[i]; a < first_[i + 1]; ++a)
            if (arms_[a].node > i && arms_[a].node < free_) sum += weight_[a] * z[arms_[a].node];
        z[i] = sum / pivot_[i];
    }
}

/// Power (W) that the flow under pressures x loses.
double ConductanceSolver::power(const std::vector<double>& x) const {
    double sum = 0.0;
    for (std::size_t i = 0; i < order_.size(); ++i)
        for (std::size_t a = first_[i]; a < first_[i + 1]; ++a) {
            const std::size_t j = arms_[a].node;
            if (j < i) continue;
            const double drop = at(x, i) - at(x, j);
            sum += weight_[a] * drop * drop;
        }
    return sum;
}

/// Conjugate gradients for the correction of x whose residual is r, until the energy norm (root of
/// the power that the error loses) is `goal`; adds it to x.
void ConductanceSolver::improve(std::vector<double>& x, std::vector<double> r, double goal) {
    std::vector<double> z(free_);
    std::vector<double> q(free_);
    std::vector<double> correction(free_, 0.0);
    precondition(r, z);
    std::vector<double> p = z;
    double rho = dot(r, z);
    const auto most = static_cast<int>(std::min<std::size_t>(20 * free_ + 100, 100000));
    for (int i = 0; i < most && rho > goal * goal; ++i) {
        multiply(p, q);
        const double curvature = dot(p, q);
        if (!(curvature > 0.0)) break;
        const double step = rho / curvature;
        for (std::size_t k = 0; k < free_; ++k) {
            correction[k] += step * p[k];
            r[k] -= step * q[k];
        }
        ++iterations_;
        precondition(r, z);
        const double next = dot(r, z);
        const double mix = next / rho;
        for (std::size_t k = 0; k < free_; ++k) p[k] = z[k] + mix * p[k];
        rho = next;
    }
    for (std::size_t k = 0; k < free_; ++k) x[k] += correction[k];
}

void ConductanceSolver::solve(const std::vector<double>& conductance) {
    iterations_ = 0;
    assemble(conductance);
    std::vector<double> x(free_);
    for (std::size_t i = 0; i < free_; ++i) x[i] = pressure_[order_[i]] - reference_;
    std::vector<double> z(free_);
    // the true residual, from exact differences of neighbours' pressures, is taken anew as long as
    // that helps: wide vessels between narrow ones leave the iteration's own residual too coarse
    double before = std::numeric_limits<double>::infinity();
    for (int restart = 0; restart < most_restarts; ++restart) {
        const auto r = residual(x);
        precondition(r, z);
        const double now = std::sqrt(std::max(0.0, dot(r, z)));
        if (!(now > wanted_error * std::sqrt(power(x))) || now > 0.5 * before) break;
        before = now;
        improve(x, r, 1e-5 * now);
    }
    for (std::size_t i = 0; i < free_; ++i) pressure_[order_[i]] = x[i] + reference_;
    balance(conductance);
}

/// Blood (m3/s) that arrives at every node minus what leaves through vessels.
std::vector<double> ConductanceSolver::arriving() const {
    std::vector<double> net(network_.nodes.size(), 0.0);
    for (std::size_t n = 0; n < net.size(); ++n) net[n] = network_.nodes[n].inflow;
    for (std::size_t s = 0; s < flow_.size(); ++s) {
        net[network_.segments[s].from] -= flow_[s];
        net[network_.segments[s].to] += flow_[s];
    }
    return net;
}

void ConductanceSolver::balance(const std::vector<double>& conductance) {
    for (std::size_t s = 0; s < flow_.size(); ++s) {
        const VesselSegment& segment = network_.segments[s];
        flow_[s] = conductance[s] * (pressure_[segment.from] - pressure_[segment.to]);
    }
    auto net = arriving();
    double worst = 0.0;
    for (const TreeStep& step : tree_) {
        const VesselSegment& segment = network_.segments[step.segment];
        const double surplus = net[step.node];
        flow_[step.segment] += segment.from == step.node ? surplus : -surplus;
        net[other_end(step.node, step.segment)] += surplus;
        worst = std::max(worst, std::abs(surplus) / conductance[step.segment]);
        if (!std::isfinite(surplus)) worst = surplus;
    }
    net = arriving();
    for (std::size_t n = 0; n < net.size(); ++n)
        boundary_flow_[n] = network_.nodes[n].pressure ? -net[n] : network_.nodes[n].inflow;
    const auto range = std::minmax_element(pressure_.begin(), pressure_.end());
    imbalance_ = worst > 0.0 ? worst / (*range.second - *range.first) : worst;
    if (!(imbalance_ <= accepted_imbalance))
        throw NumericalError({"vessel network", "pressure", "", 0.0, 0.0,
                              "does not converge: off by " + format_number(imbalance_, 3) +
                                  " of the range of pressures",
                              "check radii and lengths for values that differ by many orders of "
                              "magnitude"});
}

}  // namespace caravel::tissue
