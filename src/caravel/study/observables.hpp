// Everything a study reports over time, as ratios of linear combinations of amounts.
#pragma once

#include "caravel/base/unit.hpp"
#include "caravel/kinetics/model.hpp"
#include "caravel/report/record.hpp"
#include "caravel/study/model_builder.hpp"

#include <string>
#include <vector>

namespace caravel::study {

/// value = sum(numerator) / (denominator + sum(denominator terms)) / injected, in SI; reported in
/// `unit`. `injected` is the dose of `agent` (mol) or carrier (kg) given until then, or 1.
struct Observable {
    std::string name;   // "liver.concentration", "liver.concentration[paclitaxel]"
    std::string label;  // "Liver: doxorubicin, total"
    std::string unit;   // UCUM
    std::string group;  // blood, organs, tumour, release, elimination, toxicity
    std::vector<kinetics::Term> numerator;
    double denominator = 0.0;
    std::vector<kinetics::Term> denominator_terms{};
    double least_denominator = 0.0;  // nothing is stated where the denominator is smaller
    std::string injected_agent{};    // normalise by its dose
    int injected_carrier = -1;       // or by this formulation's carrier mass
    report::Status status = report::Status::predicted;  // calibrated where its kinetics are
};

/// All observables of a study, in a fixed order.
std::vector<Observable> make_observables(const BuiltModel& built, const StudyInput& study);

/// Amount (mol) of an agent given in doses that began by time t (s).
double injected_amount(const BuiltModel& built, const std::string& agent, double t);
/// Carrier mass (kg) of a formulation given in doses that began by time t (s).
double injected_carrier(const BuiltModel& built, int formulation, double t);

/// The smallest volume (m3) of a tumour per whose mass or volume anything is stated: a thousandth
/// of its start, at least one cell. What is left in a smaller one, divided by next to nothing,
/// grows without bound and says nothing that could be measured.
double stated_volume(const tissue::LumpedTumour& tumour);

/// For each tumour that falls below that volume, when it does and what that means for its curves.
std::vector<std::string> vanishing_notes(const BuiltModel& built, const std::vector<double>& times,
                                         const std::vector<report::Series>& series);

/// Value in the observable's unit at amounts y and time t (s); NaN before the first dose where the
/// dose normalises, and per mass or volume of a tumour that has all but vanished (stated_volume).
double evaluate(const Observable& observable, const BuiltModel& built, std::span<const double> y,
                double t);
/// The same where many values are wanted: `unit` is the observable's, parsed once.
double evaluate(const Observable& observable, const Unit& unit, const BuiltModel& built,
                std::span<const double> y, double t);

}  // namespace caravel::study
