#include "caravel/kinetics/expression_program.hpp"

#include "caravel/kinetics/expression_graph.hpp"
#include "caravel/kinetics/model.hpp"

#include <algorithm>
#include <cstddef>
#include <map>
#include <utility>

namespace caravel::kinetics {

namespace {

std::size_t at(int index) { return static_cast<std::size_t>(index); }

int count(const auto& values) { return static_cast<int>(values.size()); }

Expression as_expression(const KineticModel& model, const Sum& sum) {
    ExpressionGraph graph;
    int total = graph.constant(sum.constant);
    for (const Term& term : sum.terms) {
        const std::string& name = model.all_species()[at(term.species.index)].name;
        total = graph.make(
            Operation::add, total,
            graph.make(Operation::multiply, graph.constant(term.weight), graph.variable(name)));
    }
    return graph.extract(total);
}

class Compiler {
  public:
    Compiler(const KineticModel& model, std::span<const int> place) : model_(model) {
        program_.inputs.resize(model.all_species().size());
        for (std::size_t i = 0; i < place.size(); ++i) {
            program_.inputs[at(place[i])] = model.all_species()[i].name;
            place_.emplace(model.all_species()[i].name, place[i]);
        }
        for (const Coefficient& coefficient : model.coefficients()) {
            coefficients_.emplace(coefficient.name, count(coefficients_));
            program_.inputs.push_back(coefficient.name);
        }
        program_.inputs.emplace_back(time_name);
        for (const Sum& sum : model.sums()) {
            sums_.emplace(sum.name, as_expression(model, sum));
        }
        for (std::size_t r = 0; r < model.reactions().size(); ++r) {
            if (!model.reactions()[r].law.expression.empty()) add(static_cast<int>(r), place);
        }
    }

    ExpressionProgram run() {
        if (program_.empty()) return {};
        program_.rates = compile_tape(rates_, program_.inputs);
        std::vector<Expression> all = rates_;
        std::move(gradients_.begin(), gradients_.end(), std::back_inserter(all));
        program_.linearisation = compile_tape(all, program_.inputs);
        all = std::move(time_slopes_);
        std::move(slopes_.begin(), slopes_.end(), std::back_inserter(all));
        program_.slopes = compile_tape(all, program_.inputs);
        return std::move(program_);
    }

  private:
    void add(int index, std::span<const int> place) {
        const Reaction& reaction = model_.reactions()[at(index)];
        ExpressionReaction flat;
        flat.reaction = index;
        flat.term_begin = count(program_.terms);
        for (const Term& term : reaction.stoichiometry) {
            program_.terms.push_back({place[at(term.species.index)], term.weight});
        }
        flat.term_end = count(program_.terms);
        flat.gradient_begin = count(program_.gradient_columns);
        differentiate(reaction.law.expression.substitute(sums_));
        flat.gradient_end = count(program_.gradient_columns);
        program_.reactions.push_back(flat);
    }

    void differentiate(Expression rate) {
        ExpressionGraph graph;
        const int root = graph.insert(rate);
        std::map<int, std::string> species;  // in the order of the program
        const int reaction = count(rates_);
        for (const std::string& name : rate.names()) {
            if (const auto found = place_.find(name); found != place_.end()) {
                species.emplace(found->second, name);
            } else if (const auto known = coefficients_.find(name); known != coefficients_.end()) {
                Expression slope = graph.extract(graph.derivative(root, name));
                if (slope.constant_value() == 0.0) continue;
                slopes_.push_back(std::move(slope));
                program_.by_coefficient.push_back({reaction, known->second});
            }
        }
        for (const auto& [column, name] : species) {
            Expression slope = graph.extract(graph.derivative(root, name));
            if (slope.constant_value() == 0.0) continue;
            gradients_.push_back(std::move(slope));
            program_.gradient_columns.push_back(column);
        }
        program_.explicit_time = program_.explicit_time || rate.depends_on(time_name);
        time_slopes_.push_back(graph.extract(graph.derivative(root, time_name)));
        rates_.push_back(std::move(rate));
    }

    const KineticModel& model_;
    std::map<std::string, int, std::less<>> place_;
    std::map<std::string, int, std::less<>> coefficients_;
    Replacements sums_;
    std::vector<Expression> rates_;
    std::vector<Expression> gradients_;
    std::vector<Expression> time_slopes_;
    std::vector<Expression> slopes_;
    ExpressionProgram program_;
};

}  // namespace

std::size_t ExpressionProgram::register_count() const {
    return std::max({rates.steps.size(), linearisation.steps.size(), slopes.steps.size()});
}

ExpressionProgram compile_expressions(const KineticModel& model, std::span<const int> place) {
    return Compiler(model, place).run();
}

}  // namespace caravel::kinetics
