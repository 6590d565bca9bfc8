// Jumps of expressions at known times: conditions, floor and ceil of time are replaced by names
// whose values are constant between the switch times, so that an integrator can stop exactly there.
#pragma once

#include "caravel/kinetics/expression_graph.hpp"
#include "caravel/kinetics/expression_tape.hpp"

#include <functional>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace caravel::kinetics {

/// Which value a switch has at a switch time: that of the time itself or that just behind it.
enum class Side { at, after };

/// Switches of several expressions. A comparison, floor or ceil is one when it depends on time and
/// on names that are fixed between stops, and what it compares is linear in time between the
/// switches inside it: time < t_end, time - floor(time / 7) * 7 >= 5. Others stay as they are.
class TimeSwitches {
  public:
    /// `fixed` says which names do not change between stops.
    explicit TimeSwitches(std::function<bool(std::string_view name)> fixed);

    /// The expression with its switches replaced by their names. Throws InputError for more than
    /// 10 000 different conditions in all.
    Expression replace(const Expression& expression);
    /// To be called once, after the last replace: the names of the fixed values, in order.
    void compile(std::span<const std::string> fixed);

    const std::vector<std::string>& names() const { return names_; }
    /// Values of all switches at time t or just behind it.
    void values(double t, std::span<const double> fixed, Side side, std::span<double> out) const;
    /// The first switch time behind t, or `end`; `values` are those just behind t.
    double next(double t, double end, std::span<const double> fixed,
                std::span<const double> values) const;

  private:
    struct Switch {
        Operation operation;
        int argument;  // node: left less right, or the operand of floor and ceil
        int slope;     // node: its derivative by time
    };

    /// What a node depends on.
    struct Kind {
        bool of_time = false;
        bool only_fixed = true;  // beside time
    };

    Kind kind_of(int node);
    int replace_node(const ExpressionNode& node, int a, int b, int c);
    int make_switch(int plain);
    /// Arguments and slopes with everything known; runs through `inputs` in place.
    void evaluate(std::size_t index, std::span<const double> inputs, double& argument,
                  double& slope) const;
    std::vector<double> inputs(double t, std::span<const double> fixed) const;

    std::function<bool(std::string_view)> fixed_;
    ExpressionGraph graph_;
    std::vector<Switch> switches_;
    std::vector<std::string> names_;
    std::set<std::string, std::less<>> own_;          // names_
    std::vector<Kind> kinds_;                         // of the first nodes of graph_
    std::map<int, int> by_node_;                      // what takes the place of a condition
    std::map<std::pair<int, int>, int> by_argument_;  // name node by argument and operation
    std::vector<Tape> tapes_;
};

}  // namespace caravel::kinetics
