#include "caravel/kinetics/expression_switches.hpp"

#include "caravel/base/error.hpp"
#include "caravel/kinetics/expression_program.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>

namespace caravel::kinetics {

namespace {

std::size_t at(int index) { return static_cast<std::size_t>(index); }

bool rounds(Operation operation) {
    return operation == Operation::floor || operation == Operation::ceil;
}

bool compares(Operation operation) {
    return operation == Operation::less || operation == Operation::less_equal ||
           operation == Operation::equal || operation == Operation::not_equal;
}

// Each costs time at every stop of a run.
constexpr std::size_t most_conditions = 10'000;

// Times closer than this are the same.
double resolution(double t) { return 16.0 * std::numeric_limits<double>::epsilon() * std::abs(t); }

// Value of a comparison with `difference` of its sides, of which 0 means equal.
double compare(Operation operation, double difference) {
    switch (operation) {
    case Operation::less: return difference < 0.0 ? 1.0 : 0.0;
    case Operation::less_equal: return difference <= 0.0 ? 1.0 : 0.0;
    case Operation::equal: return difference == 0.0 ? 1.0 : 0.0;
    default: return difference != 0.0 ? 1.0 : 0.0;
    }
}

double switch_value(Operation operation, double argument, double slope, double t, Side side) {
    const double tie = resolution(t) * std::abs(slope);
    if (!rounds(operation)) {
        if (std::abs(argument) > tie) return compare(operation, argument);
        return compare(operation, side == Side::at ? 0.0 : slope);
    }
    const double whole = std::round(argument);
    if (std::abs(argument - whole) > tie) {
        return operation == Operation::floor ? std::floor(argument) : std::ceil(argument);
    }
    if (side == Side::at) return whole;
    if (operation == Operation::floor) return slope < 0.0 ? whole - 1.0 : whole;
    return slope > 0.0 ? whole + 1.0 : whole;
}

// Where the argument of a switch has the value at which the switch changes next.
double target(Operation operation, double slope, double value) {
    if (operation == Operation::floor) return slope > 0.0 ? value + 1.0 : value;
    if (operation == Operation::ceil) return slope > 0.0 ? value : value - 1.0;
    return 0.0;
}

}  // namespace

TimeSwitches::TimeSwitches(std::function<bool(std::string_view)> fixed)
    : fixed_(std::move(fixed)) {}

TimeSwitches::Kind TimeSwitches::kind_of(int node) {
    while (kinds_.size() < graph_.nodes().size()) {
        const ExpressionNode& one = graph_.nodes()[kinds_.size()];
        Kind kind;
        if (one.operation == Operation::variable) {
            const std::string& name = graph_.names()[at(one.name)];
            kind.of_time = name == time_name;
            kind.only_fixed = kind.of_time || own_.count(name) > 0 || fixed_(name);
        }
        for (const int operand : one.operands) {
            if (operand < 0) continue;
            kind.of_time = kind.of_time || kinds_[at(operand)].of_time;
            kind.only_fixed = kind.only_fixed && kinds_[at(operand)].only_fixed;
        }
        kinds_.push_back(kind);
    }
    return kinds_[at(node)];
}

int TimeSwitches::replace_node(const ExpressionNode& node, int a, int b, int c) {
    const int plain = graph_.make(node.operation, a, b, c);
    const ExpressionNode& made = graph_.nodes()[at(plain)];
    const Operation operation = made.operation;
    if (!(rounds(operation) || compares(operation))) return plain;
    const Kind kind = kind_of(plain);
    if (!kind.of_time || !kind.only_fixed) return plain;
    const auto [found, added] = by_node_.emplace(plain, plain);
    if (added) found->second = make_switch(plain);
    return found->second;
}

// The node of the name that stands for a comparison or rounding, or the node itself.
int TimeSwitches::make_switch(int plain) {
    if (by_node_.size() > most_conditions) {
        throw InputError(Diagnostic{{},
                                    "the formulas have too many conditions of time",
                                    fmt::format("at most {} different ones", most_conditions),
                                    ""});
    }
    const Operation operation = graph_.nodes()[at(plain)].operation;
    const std::array<int, 3> sides = graph_.nodes()[at(plain)].operands;
    const int argument =
        rounds(operation) ? sides[0] : graph_.make(Operation::subtract, sides[0], sides[1]);
    const int slope = graph_.derivative(argument, time_name);
    if (kind_of(slope).of_time) return plain;
    const auto [found, added] =
        by_argument_.emplace(std::pair(argument, static_cast<int>(operation)), 0);
    if (added) {
        names_.push_back(fmt::format("switch.{}", switches_.size() + 1));
        own_.insert(names_.back());
        switches_.push_back({operation, argument, slope});
        found->second = graph_.variable(names_.back());
    }
    return found->second;
}

Expression TimeSwitches::replace(const Expression& expression) {
    if (!expression.depends_on(time_name)) return expression;
    std::vector<int> place;
    const auto operand = [&](int index) { return index < 0 ? -1 : place[at(index)]; };
    for (const ExpressionNode& node : expression.nodes()) {
        if (node.operation == Operation::constant) {
            place.push_back(graph_.constant(node.value));
        } else if (node.operation == Operation::variable) {
            place.push_back(graph_.variable(expression.variables()[at(node.name)]));
        } else {
            place.push_back(replace_node(node, operand(node.operands[0]), operand(node.operands[1]),
                                         operand(node.operands[2])));
        }
    }
    return graph_.extract(place.back());
}

void TimeSwitches::compile(std::span<const std::string> fixed) {
    std::map<std::string_view, int> place;  // in what inputs() gives
    for (const std::string& name : fixed) place.emplace(name, static_cast<int>(place.size()));
    for (const std::string& name : names_) place.emplace(name, static_cast<int>(place.size()));
    place.emplace(time_name, static_cast<int>(place.size()));
    for (const Switch& one : switches_) {
        const std::array<Expression, 2> both{graph_.extract(one.argument),
                                             graph_.extract(one.slope)};
        // only the few names that it has: there may be thousands of switches
        std::vector<std::string> needed;
        for (const Expression& expression : both) {
            for (const std::string& name : expression.variables()) {
                if (place.count(name) > 0) needed.push_back(name);
            }
        }
        tapes_.push_back(compile_tape(both, needed));
        for (TapeStep& step : tapes_.back().steps) {
            if (step.operation != Operation::variable) continue;
            step.operands[0] = place.at(needed[at(step.operands[0])]);
        }
    }
}

std::vector<double> TimeSwitches::inputs(double t, std::span<const double> fixed) const {
    std::vector<double> result(fixed.begin(), fixed.end());
    result.resize(fixed.size() + names_.size() + 1);
    result.back() = t;
    return result;
}

void TimeSwitches::evaluate(std::size_t index, std::span<const double> inputs, double& argument,
                            double& slope) const {
    const Tape& tape = tapes_[index];
    std::vector<double> registers(tape.steps.size());
    std::array<double, 2> results{};
    tape.run(inputs.data(), registers.data(), results.data());
    argument = results[0];
    slope = results[1];
}

void TimeSwitches::values(double t, std::span<const double> fixed, Side side,
                          std::span<double> out) const {
    if (switches_.empty()) return;
    std::vector<double> all = inputs(t, fixed);
    for (std::size_t k = 0; k < switches_.size(); ++k) {
        double argument = 0.0;
        double slope = 0.0;
        evaluate(k, all, argument, slope);
        out[k] = switch_value(switches_[k].operation, argument, slope, t, side);
        all[fixed.size() + k] = out[k];
    }
}

double TimeSwitches::next(double t, double end, std::span<const double> fixed,
                          std::span<const double> values) const {
    if (switches_.empty()) return end;
    std::vector<double> all = inputs(t, fixed);
    std::copy(values.begin(), values.end(), all.begin() + std::ssize(fixed));
    double first = end;
    for (std::size_t k = 0; k < switches_.size(); ++k) {
        double argument = 0.0;
        double slope = 0.0;
        evaluate(k, all, argument, slope);
        const double time =
            t + (target(switches_[k].operation, slope, values[k]) - argument) / slope;
        if (slope != 0.0 && time > t + resolution(t) && time < first) first = time;
    }
    return first;
}

}  // namespace caravel::kinetics
