// What local oxygen and glucose let cells do: divide, rest, die; and what the dead leave.
#pragma once

#include "caravel/input/visitor.hpp"
#include "caravel/matter/table.hpp"

#include <optional>
#include <string>

namespace caravel::tissue {

/// Rates of tumour cells that depend on their surroundings, as the user writes them. What is absent
/// comes from data/cells.csv: the row of `line`, else of `generic`. Pressures in Pa, times in s.
struct CellBiologyInput {
    std::string line = "generic";
    std::optional<double> doubling_time;           // s, with oxygen in plenty
    std::optional<double> proliferation_half;      // Pa, half of the fastest division
    std::optional<double> quiescence_pressure;     // Pa, below it all cells come to rest
    std::optional<double> recovery_pressure;       // Pa, above it all divide again
    std::optional<double> switch_half_life;        // s, of coming to rest and of waking
    std::optional<double> necrosis_pressure;       // Pa, below it resting cells begin to die
    std::optional<double> necrosis_full_pressure;  // Pa, below it they die at the full rate
    std::optional<double> necrosis_rate;           // 1/s, the full rate
    std::optional<double> apoptosis_rate;          // 1/s, everywhere
    std::optional<double> clearance_half_life;     // s, of dead cells
    std::optional<double> oxygen_consumption;      // Pa/s, of tissue full of cells, in plenty
    std::optional<double> oxygen_half;             // Pa, half of that consumption
    std::optional<double> oxygen_uptake;           // 1/s: first order, instead of the two above
    std::optional<double> resting_consumption;     // of resting cells, against dividing ones
    std::optional<double> dead_consumption;        // of dead cells, against dividing ones
    std::optional<double> glucose_half;            // mol/m3, half of the fastest division
};
void describe(input::Visitor& v, CellBiologyInput& input);

/// The rates of one population, complete. Rates in 1/s, pressures in Pa.
struct CellBiology {
    double growth_rate = 0.0;
    double proliferation_half = 0.0;
    double quiescence_pressure = 0.0;
    double recovery_pressure = 0.0;
    double switch_rate = 0.0;
    double necrosis_pressure = 0.0;
    double necrosis_full_pressure = 0.0;
    double necrosis_rate = 0.0;
    double apoptosis_rate = 0.0;
    double clearance_rate = 0.0;
    double oxygen_consumption = 0.0;  // Pa/s; with oxygen_half = 0: zero order, stopped at 0 Pa
    double oxygen_half = 0.0;
    double oxygen_uptake = 0.0;  // 1/s
    double resting_consumption = 1.0;
    double dead_consumption = 0.0;
    double glucose_half = 0.0;  // mol/m3; 0: glucose does not limit
};

/// Throws InputError for an unknown line, values out of range, pressures in the wrong order
/// (recovery >= quiescence, necrosis >= full necrosis) or both laws of consumption at once.
CellBiology make_cell_biology(const CellBiologyInput& input, matter::Library& library,
                              const Location& where = {});

/// How a population differs from the tumour's common biology: resistant, stem-like, pump-laden.
struct PopulationFactors {
    double growth = 1.0;       // of the rate of division
    double pressures = 1.0;    // of the pressures of rest and of death; below 1: hardier
    double death = 1.0;        // of necrosis and apoptosis
    double consumption = 1.0;  // of oxygen
};

/// The biology of such a population. Throws std::invalid_argument for factors that are negative or
/// not finite.
CellBiology with_factors(const CellBiology& biology, const PopulationFactors& factors);

/// Share (0 to 1) of living cells that divide in the long run at this oxygen pressure (Pa): 0 below
/// the quiescence pressure, 1 above the recovery pressure, straight between (two switches, at 8.9
/// and 9.8 mmHg, in Owen 2011; a ramp from 5 to 10 mmHg in the spheroid of PhysiCell and Gell).
double dividing_share(const CellBiology& biology, double oxygen);

/// Rate (1/s) at which dividing cells come to rest: switch_rate (1 - dividing_share).
double resting_rate(const CellBiology& biology, double oxygen);
/// Rate (1/s) at which resting cells wake: switch_rate dividing_share.
double waking_rate(const CellBiology& biology, double oxygen);

/// Rate of division (1/s) of dividing cells: growth_rate p/(p + half) g/(g + glucose_half).
/// `glucose` in mol/m3; infinite: in plenty.
double proliferation_rate(const CellBiology& biology, double oxygen,
                          double glucose = input::infinity);

/// Rate (1/s) of death of resting cells for want of oxygen: 0 above the necrosis pressure, the full
/// rate below the full pressure, straight between.
double necrosis_rate(const CellBiology& biology, double oxygen);

/// Consumption of oxygen (Pa/s) at this pressure by tissue full of dividing cells.
double oxygen_consumption(const CellBiology& biology, double oxygen);

/// Volume fractions of one population (share of the tissue's volume).
struct CellStates {
    double dividing = 0.0;
    double resting = 0.0;
    double dead = 0.0;

    double sum() const { return dividing + resting + dead; }
};

/// Volume fraction of dividing cells that would consume as much oxygen as these states.
double consuming_volume(const CellBiology& biology, const CellStates& states);

/// What happened in a step: volume fractions born, died and cleared.
struct CellTurnover {
    double born = 0.0;
    double died = 0.0;
    double cleared = 0.0;
};

/// Advances the states of one population over dt (s) at constant surroundings, without the motion
/// that the change of volume causes: half the exchange between division and rest, births, deaths
/// and clearance, the other half, each exact for itself; positive for any step, second order in dt.
/// Adds to `turnover` so that the sum of states changes by born - cleared to round-off.
void advance_cells(const CellBiology& biology, double oxygen, double glucose, double dt,
                   CellStates& states, CellTurnover& turnover);

}  // namespace caravel::tissue
