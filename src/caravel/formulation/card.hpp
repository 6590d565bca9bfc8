// The particle card: every property that follows from a formulation, with the method, what limits
// it, and its source; and every one that cannot be given, with the reason.
#pragma once

#include "caravel/base/error.hpp"
#include "caravel/formulation/formulation.hpp"
#include "caravel/formulation/properties.hpp"
#include "caravel/matter/table.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace caravel::formulation {

/// How a number came about.
enum class CardStatus { input, measured, computed, calibrated, assumed };
std::string_view to_text(CardStatus status);

/// One number of a card.
struct CardValue {
    std::string name;  // snake case, the field's standard term
    double si = 0.0;
    std::string unit;           // UCUM, for people
    std::string doc;            // one line
    std::string method = {};    // "Mie, two layers", "linear response (Rosensweig 2002)"
    std::string validity = {};  // the numbers that decide whether it holds: "xi = 0.69 < 1"
    std::string source = {};    // of the constants
    CardStatus status = CardStatus::computed;
    std::optional<std::pair<double, double>> interval = std::nullopt;  // SI, where one is known
};

/// A property that cannot be given, with the reason.
struct CardRefusal {
    std::string name;
    std::string reason;
};

/// One line of a plot, SI values at the plot's x.
struct CardLine {
    std::string label;
    std::vector<double> y;
};

/// A plot: several lines over one axis.
struct CardCurve {
    std::string name;  // snake case: "extinction_spectrum"
    std::string x_label, x_unit;
    std::vector<double> x;  // SI
    std::string y_label, y_unit;
    std::vector<CardLine> lines;
    std::string method;
    bool log_x = false;
    bool log_y = false;
};

/// One domain of physics.
struct CardSection {
    std::string title;
    std::vector<CardValue> values;
    std::vector<CardCurve> curves;
    std::vector<CardRefusal> refusals;
    std::vector<std::string> notes;
};

struct CardOptions {
    std::vector<double> wavelengths;  // m, in vacuum, increasing; empty: 400 nm to 1100 nm by 2 nm
    bool dipoles = false;             // allow discrete dipoles (minutes) for shapes that need them
    int threads = 1;
    std::uint64_t seed = 1;
};

/// What the parts of a card work from.
struct CardContext {
    const Formulation& formulation;
    const Properties& properties;
    matter::Library& library;
    const CardOptions& options;
};

struct Card {
    std::string name;
    std::string title;
    std::vector<CardSection> sections;
    const CardValue* find(std::string_view value) const;
    const CardRefusal* refused(std::string_view value) const;
};

/// The whole card. Throws InputError when the formulation itself is impossible; a property outside
/// its validity is a refusal, not an error.
Card make_card(const Formulation& formulation, matter::Library& library,
               const CardOptions& options = {});

/// What an error says, on one line.
std::string refusal_text(const InputError& error);

/// Puts the section back to what it held before an attempt, and adds the refusal.
class CardAttempt {
  public:
    explicit CardAttempt(CardSection& section)
        : section_(section), values_(section.values.size()), curves_(section.curves.size()) {}
    void refuse(std::string name, std::string reason) {
        section_.values.erase(section_.values.begin() + static_cast<std::ptrdiff_t>(values_),
                              section_.values.end());
        section_.curves.erase(section_.curves.begin() + static_cast<std::ptrdiff_t>(curves_),
                              section_.curves.end());
        section_.refusals.push_back({std::move(name), std::move(reason)});
    }

  private:
    CardSection& section_;
    std::size_t values_, curves_;
};

/// Runs `compute`, which adds to the section; when it throws InputError, NotAvailable or
/// NumericalError, what it added is taken back and a refusal stands under `name` instead.
template <class Compute>
void attempt(CardSection& section, std::string name, Compute&& compute) {
    CardAttempt before(section);
    try {
        compute();
    } catch (const InputError& error) {
        before.refuse(std::move(name), refusal_text(error));
    } catch (const NotAvailable& error) {
        before.refuse(std::move(name), error.what());
    } catch (const NumericalError& error) {
        before.refuse(std::move(name), error.what());
    }
}

}  // namespace caravel::formulation
