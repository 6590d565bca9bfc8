// Pressures and flows in a network of conductances with given pressures and inflows.
#pragma once

#include "caravel/tissue/vessels/network.hpp"

#include <vector>

namespace caravel::tissue {

/// Solves sum over segments of conductance * (pressure difference) = inflow at every node without a
/// held pressure, by conjugate gradients preconditioned with an incomplete Cholesky factor in the
/// order leaves to roots (exact for trees). What the iteration leaves of the balance is carried
/// along a spanning tree to the held nodes, so that flows balance to rounding. Serial: same bits
/// for any number of threads.
class ConductanceSolver {
  public:
    /// The network has passed check_network and outlives the solver.
    explicit ConductanceSolver(const VesselNetwork& network);

    /// Conductances in m3/(s Pa), all positive. The last pressures are where the iteration starts.
    /// Throws NumericalError when it does not converge.
    void solve(const std::vector<double>& conductance);

    const std::vector<double>& pressure() const { return pressure_; }  // Pa, per node
    const std::vector<double>& flow() const { return flow_; }  // m3/s, per segment, from to to
    /// m3/s that enter the network per node: given, or what a held pressure draws.
    const std::vector<double>& boundary_flow() const { return boundary_flow_; }
    int iterations() const { return iterations_; }
    /// Largest error of a pressure difference that would explain a flow carried along the tree,
    /// relative to the range of the pressures.
    double imbalance() const { return imbalance_; }

  private:
    struct Arm {
        std::size_t node;  // position in order_ of the neighbour
        std::size_t segment;
    };
    struct TreeStep {
        std::size_t node;
        std::size_t segment;  // towards a held node
    };
    void order_nodes(const std::vector<std::vector<std::size_t>>& touching);
    void span_tree(const std::vector<std::vector<std::size_t>>& touching);
    std::size_t other_end(std::size_t node, std::size_t segment) const;
    void assemble(const std::vector<double>& conductance);
    double at(const std::vector<double>& x, std::size_t place) const;
    double power(const std::vector<double>& x) const;
    std::vector<double> residual(const std::vector<double>& x) const;
    void precondition(const std::vector<double>& r, std::vector<double>& z) const;
    void multiply(const std::vector<double>& x, std::vector<double>& y) const;
    void improve(std::vector<double>& x, std::vector<double> r, double goal);
    std::vector<double> arriving() const;
    void balance(const std::vector<double>& conductance);

    const VesselNetwork& network_;
    std::vector<std::size_t> order_;  // nodes, far from held ones first, held ones last
    std::vector<std::size_t> first_;  // of arms_ per place in order_
    std::vector<Arm> arms_;
    std::vector<TreeStep> tree_;  // leaves first
    std::size_t free_ = 0;        // places in order_ without a held pressure
    std::vector<double> weight_, diagonal_, pivot_, right_, pressure_, flow_, boundary_flow_;
    double reference_ = 0.0;  // Pa, taken off all pressures while solving
    int iterations_ = 0;
    double imbalance_ = 0.0;
};

}  // namespace caravel::tissue
