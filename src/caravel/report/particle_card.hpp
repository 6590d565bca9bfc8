// A particle card as people and programs read it: terminal, JSON, one HTML page.
#pragma once

#include "caravel/formulation/card.hpp"

#include <string>

namespace caravel::report {

/// Aligned text for a terminal: values with unit, status and what limits them, then refusals.
std::string card_text(const formulation::Card& card);

/// `{"schema":"caravel.particle/1","name":..,"properties":{NAME:{"value","unit","status","method",
/// "validity","source","section","interval"}},"curves":{NAME:{...}},"refused":{NAME:reason},
/// "notes":[...]}`; numbers in the stated units, shortest exact form.
std::string card_json(const formulation::Card& card);

/// One self-contained page with every curve as a plot.
std::string card_html(const formulation::Card& card);

}  // namespace caravel::report
