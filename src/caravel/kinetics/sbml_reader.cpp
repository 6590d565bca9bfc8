#include "caravel/base/error.hpp"
#include "caravel/kinetics/sbml_description.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <fstream>
#include <iterator>
#include <memory>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#ifdef CARAVEL_LIBSBML
#include "caravel/kinetics/sbml_math.hpp"

#include <sbml/SBMLTypes.h>
#include <sbml/extension/SBasePlugin.h>

namespace caravel::kinetics {

namespace {

constexpr std::size_t largest_document = 32UL << 20U;  // bytes
constexpr unsigned most_messages = 5;
constexpr std::size_t deepest_elements = 1000;
constexpr std::size_t most_operands = 10'000;

// Whether an element is an operator with its operands, in any namespace.
bool is_application(std::string_view tag) {
    const std::string_view name = tag.substr(0, tag.find_first_of(" \t\r\n/>"));
    return name == "apply" || name.ends_with(":apply");
}

// How deep the elements nest, or what looks like them, and how many operands stand in applications
// around each other: libsbml makes nested pairs of them and recurses over these.
struct Nesting {
    std::size_t depth = 0;
    std::size_t operands = 0;
};

Nesting nesting_of(std::string_view text) {
    struct Open {
        bool application;
        std::size_t operands;  // of the applications around what comes next
    };
    std::vector<Open> open;
    Nesting most;
    for (std::size_t i = text.find('<'); i != std::string::npos; i = text.find('<', i + 1)) {
        const char next = i + 1 < text.size() ? text[i + 1] : ' ';
        if (next == '/') {
            if (!open.empty()) open.pop_back();
            continue;
        }
        const std::size_t end = text.find('>', i);
        if (next == '?' || next == '!' || end == std::string::npos) continue;
        std::size_t operands = 0;
        if (!open.empty()) operands = open.back().operands += open.back().application ? 1 : 0;
        most.operands = std::max(most.operands, operands);
        if (text[end - 1] == '/') continue;
        open.push_back({is_application(text.substr(i + 1, end - i - 1)), operands});
        most.depth = std::max(most.depth, open.size());
        if (most.depth > deepest_elements) return most;
    }
    return most;
}

class Reader {
  public:
    Reader(const std::string& text, std::string name) : name_(std::move(name)) {
        if (text.size() > largest_document) refuse("the document is too large", "at most 32 MiB");
        const Nesting nesting = nesting_of(text);
        if (nesting.depth > deepest_elements) {
            refuse("the elements are nested too deeply", "at most 1000 levels");
        }
        if (nesting.operands > most_operands) {
            refuse("a formula has too many operands inside each other",
                   fmt::format("at most {}", most_operands));
        }
        if (text.find("<!ENTITY") != std::string::npos) {
            refuse("the document defines entities", "plain SBML");
        }
        document_.reset(::readSBMLFromString(text.c_str()));
        expect_valid(text);
    }

    SbmlDescription run() {
        const ::Model& model = *document_->getModel();
        result_.id = model.getId();
        read_functions(model);
        read_quantities(model);
        read_rules(model);
        for (unsigned i = 0; i < model.getNumReactions(); ++i) {
            read_reaction(*model.getReaction(i));
        }
        for (unsigned i = 0; i < model.getNumEvents(); ++i) {
            read_event(*model.getEvent(i), i);
        }
        read_time_unit(model);
        return std::move(result_);
    }

  private:
    [[noreturn]] void refuse(const std::string& what, const std::string& expected,
                             int line = 0) const {
        throw InputError(Diagnostic{{name_, line, 0}, what, expected, ""});
    }
    [[noreturn]] void refuse(const ::SBase& element, const std::string& what,
                             const std::string& expected) const {
        refuse(what, expected, static_cast<int>(element.getLine()));
    }

    void expect_valid(const std::string& text) const {
        std::vector<Diagnostic> mistakes;
        for (unsigned i = 0; i < document_->getNumErrors() && mistakes.size() < most_messages;
             ++i) {
            const ::SBMLError& error = *document_->getError(i);
            if (error.getSeverity() < ::LIBSBML_SEV_ERROR) continue;
            std::string message = error.getShortMessage();
            mistakes.push_back(
                {{name_, static_cast<int>(error.getLine()), static_cast<int>(error.getColumn())},
                 "not valid SBML: " + message,
                 "an SBML document of Level 2 or 3",
                 ""});
        }
        if (!mistakes.empty()) throw InputError(std::move(mistakes));
        if (document_->getModel() == nullptr) {
            refuse("the document holds no model", "an SBML model of Level 2 or 3");
        }
        if (document_->getLevel() >= 3) expect_core(text);
    }

    // Packages that must be understood matter only where the document has elements of them.
    void expect_core(const std::string& text) const {
        std::vector<std::pair<std::string, std::string>> packages;  // name, prefix
        for (unsigned i = 0; i < document_->getNumPlugins(); ++i) {
            const SBasePlugin& plugin = *document_->getPlugin(i);
            packages.emplace_back(plugin.getPackageName(), plugin.getPrefix());
        }
        for (int i = 0; i < document_->getNumUnknownPackages(); ++i) {
            const std::string prefix = document_->getUnknownPackagePrefix(i);
            packages.emplace_back(prefix, prefix);
        }
        for (const auto& [package, prefix] : packages) {
            if (!prefix.empty() && document_->getPackageRequired(package) &&
                text.find("<" + prefix + ":") != std::string::npos) {
                refuse(fmt::format("the SBML package '{}' is required", package),
                       "a document of SBML core");
            }
        }
    }

    Expression math(const ::ASTNode* node, const ::SBase& element, const std::string& where) {
        try {
            return convert_math(node, functions_, where, parts_);
        } catch (const InputError& error) {
            Diagnostic diagnostic = error.diagnostics().front();
            diagnostic.where = {name_, static_cast<int>(element.getLine()), 0};
            throw InputError(std::move(diagnostic));
        }
    }

    void read_functions(const ::Model& model) {
        for (unsigned i = 0; i < model.getNumFunctionDefinitions(); ++i) {
            const ::FunctionDefinition& function = *model.getFunctionDefinition(i);
            functions_[function.getId()] =
                convert_function(function.getMath(), functions_,
                                 fmt::format("function '{}'", function.getId()), parts_);
        }
    }

    static std::optional<double> given(bool set, double value) {
        return set && !std::isnan(value) ? std::optional(value) : std::nullopt;
    }

    void read_quantities(const ::Model& model) {
        if (model.isSetConversionFactor()) {
            refuse(model, "the model has a conversion factor", "amounts in one unit");
        }
        for (unsigned i = 0; i < model.getNumCompartments(); ++i) {
            const ::Compartment& c = *model.getCompartment(i);
            // A point has no size; what is in it is counted by amount.
            const bool point = c.getSpatialDimensionsAsDouble() == 0.0 && !c.isSetSize();
            const bool sized = c.isSetSize() || document_->getLevel() < 3;
            result_.compartments.push_back(
                {c.getId(),
                 point ? std::optional(1.0) : given(sized, c.isSetSize() ? c.getSize() : 1.0)});
        }
        for (unsigned i = 0; i < model.getNumSpecies(); ++i) {
            const ::Species& s = *model.getSpecies(i);
            if (s.isSetConversionFactor()) {
                refuse(s, fmt::format("species '{}' has a conversion factor", s.getId()),
                       "amounts in one unit");
            }
            result_.species.push_back(
                {s.getId(), s.getCompartment(), given(s.isSetInitialAmount(), s.getInitialAmount()),
                 given(s.isSetInitialConcentration(), s.getInitialConcentration()),
                 s.getBoundaryCondition(), s.getConstant(), s.getHasOnlySubstanceUnits()});
        }
        for (unsigned i = 0; i < model.getNumParameters(); ++i) {
            const ::Parameter& p = *model.getParameter(i);
            result_.parameters.push_back({p.getId(), given(p.isSetValue(), p.getValue())});
        }
    }

    void read_rules(const ::Model& model) {
        for (unsigned i = 0; i < model.getNumInitialAssignments(); ++i) {
            const ::InitialAssignment& a = *model.getInitialAssignment(i);
            ruled_.insert(a.getSymbol());
            result_.initial_assignments.push_back(
                {a.getSymbol(),
                 math(a.getMath(), a, fmt::format("initial assignment of '{}'", a.getSymbol()))});
        }
        for (unsigned i = 0; i < model.getNumRules(); ++i) {
            const ::Rule& rule = *model.getRule(i);
            if (rule.isAlgebraic()) {
                refuse(rule, "algebraic rules are not supported", "assignment and rate rules");
            }
            SbmlAssignment read{
                rule.getVariable(),
                math(rule.getMath(), rule, fmt::format("rule of '{}'", rule.getVariable()))};
            ruled_.insert(read.variable);
            (rule.isRate() ? result_.rate_rules : result_.assignment_rules)
                .push_back(std::move(read));
        }
    }

    void add_terms(const ::ListOf& references, double sign, SbmlReaction& reaction) {
        for (unsigned i = 0; i < references.size(); ++i) {
            const auto& r = static_cast<const ::SpeciesReference&>(*references.get(i));
            double weight = r.isSetStoichiometry() || document_->getLevel() < 3
                                ? r.getStoichiometry()
                                : std::nan("");
            if (r.isSetStoichiometryMath()) {
                const Expression formula =
                    math(r.getStoichiometryMath()->getMath(), r, "stoichiometry in " + reaction.id);
                weight = formula.constant_value().value_or(std::nan(""));
            }
            if (r.isSetId() && ruled_.count(r.getId()) > 0) weight = std::nan("");
            if (!std::isfinite(weight)) {
                refuse(r,
                       fmt::format("variable stoichiometry of '{}' in reaction '{}' is not "
                                   "supported",
                                   r.getSpecies(), reaction.id),
                       "a number");
            }
            reaction.terms.push_back({r.getSpecies(), sign * weight});
        }
    }

    void read_reaction(const ::Reaction& r) {
        SbmlReaction reaction{r.getId(), {}, {}};
        const std::string where = fmt::format("reaction '{}'", r.getId());
        if (r.isSetFast() && r.getFast()) {
            refuse(r, where + ": fast reactions are not supported", "a reaction with a rate");
        }
        const ::KineticLaw* const law = r.getKineticLaw();
        if (law == nullptr || !law->isSetMath()) {
            refuse(r, where + " has no rate", "a kinetic law");
        }
        Replacements local;
        const unsigned count = law->getNumParameters() + law->getNumLocalParameters();
        for (unsigned i = 0; i < count; ++i) {
            const ::Parameter* p = i < law->getNumParameters()
                                       ? law->getParameter(i)
                                       : law->getLocalParameter(i - law->getNumParameters());
            const std::string name = r.getId() + "." + p->getId();
            if (local.emplace(p->getId(), Expression::variable(name)).second) {
                result_.parameters.push_back({name, given(p->isSetValue(), p->getValue())});
            }
        }
        reaction.rate = math(law->getMath(), *law, where).substitute(local);
        add_terms(*r.getListOfReactants(), -1.0, reaction);
        add_terms(*r.getListOfProducts(), 1.0, reaction);
        result_.reactions.push_back(std::move(reaction));
    }

    void read_event(const ::Event& e, unsigned index) {
        SbmlEvent event;
        event.id = e.isSetId() ? e.getId() : fmt::format("event {}", index + 1);
        const std::string where = fmt::format("event '{}'", event.id);
        if (e.isSetPriority()) {
            refuse(e, where + ": priorities are not supported", "events without priority");
        }
        if (e.isSetDelay() &&
            math(e.getDelay()->getMath(), e, where + ", delay").constant_value() != 0.0) {
            refuse(e, where + ": delays are not supported", "events without delay");
        }
        if (!e.isSetTrigger()) refuse(e, where + " has no trigger", "a trigger");
        event.trigger = math(e.getTrigger()->getMath(), e, where + ", trigger");
        event.initial_value =
            !e.getTrigger()->isSetInitialValue() || e.getTrigger()->getInitialValue();
        for (unsigned i = 0; i < e.getNumEventAssignments(); ++i) {
            const ::EventAssignment& a = *e.getEventAssignment(i);
            event.assignments.push_back({a.getVariable(), math(a.getMath(), a, where)});
        }
        result_.events.push_back(std::move(event));
    }

    // Level 2 has a built-in unit "time", which a document may define anew.
    void read_time_unit(const ::Model& model) {
        const std::string name = document_->getLevel() < 3 ? "time" : model.getTimeUnits();
        if (name == "second") result_.time_unit = 1.0;
        const ::UnitDefinition* const definition = model.getUnitDefinition(name);
        if (name.empty() || definition == nullptr || definition->getNumUnits() != 1) return;
        const ::Unit& unit = *definition->getUnit(0);
        if (unit.isSecond() && unit.getExponentAsDouble() == 1.0) {
            result_.time_unit = unit.getMultiplier() * std::pow(10.0, unit.getScale());
        }
    }

    std::string name_;
    std::unique_ptr<::SBMLDocument> document_;
    SbmlFunctions functions_;
    std::set<std::string, std::less<>> ruled_;  // what rules and initial assignments set
    std::size_t parts_ = 0;                     // of formulas
    SbmlDescription result_;
};

}  // namespace

bool sbml_available() { return true; }

SbmlDescription parse_sbml(const std::string& text, const std::string& name) {
    return Reader(text, name).run();
}

}  // namespace caravel::kinetics

#else

namespace caravel::kinetics {

bool sbml_available() { return false; }

SbmlDescription parse_sbml(const std::string&, const std::string& name) {
    throw NotAvailable(fmt::format(
        "{}: SBML import needs libsbml, without which this program was built (Debian package "
        "libsbml5-dev)",
        name));
}

}  // namespace caravel::kinetics

#endif

namespace caravel::kinetics {

SbmlDescription read_sbml(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    std::error_code error;
    if (!stream || std::filesystem::is_directory(file, error)) {
        throw IoError(fmt::format("cannot read '{}'", file.string()));
    }
    return parse_sbml({std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()},
                      file.string());
}

}  // namespace caravel::kinetics
