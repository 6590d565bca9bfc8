// Non-compartmental pharmacokinetic metrics of one concentration curve after one dose.
#pragma once

#include <optional>
#include <span>

namespace caravel::report {

/// The single dose that produced a curve. Units: `amount` any (clearance and volumes follow from
/// it: kg with kg/m3 gives m3/s and m3), `infusion_time` in s, 0 for a bolus.
struct PkDose {
    double amount = 0.0;
    double infusion_time = 0.0;  // s
    bool intravenous = true;  // clearance, MRT and volumes are defined for intravenous doses only
};

/// A log-linear fit ln c = ln c0 - rate * t.
struct LogLinearFit {
    double rate = 0.0;                // 1/s, positive for a decline
    double intercept = 0.0;           // ln of the concentration at t = 0
    double adjusted_r_squared = 0.0;  // 1 - (1 - r2) (n - 1) / (n - 2)
    int points = 0;
};

/// What can be said of a curve; a metric that the data do not define is empty.
struct PkMetrics {
    std::optional<double> c_max;                // in the unit of the values
    std::optional<double> t_max;                // s
    std::optional<double> auc_last;             // value * s, to the last value > 0
    std::optional<double> auc_infinity;         // value * s
    std::optional<double> auc_extrapolated;     // fraction of auc_infinity beyond the last value
    std::optional<double> half_life_terminal;   // s
    std::optional<double> half_life_initial;    // s, distribution phase
    std::optional<double> mean_residence_time;  // s
    std::optional<double> clearance;            // amount / auc
    std::optional<double> volume_steady_state;  // clearance * mean_residence_time
    std::optional<double> volume_terminal;      // clearance / terminal rate
    std::optional<LogLinearFit> terminal_fit;
};

/// Metrics of concentrations `values` at `times` (s, strictly increasing, from the start of
/// dosing).
///
/// AUC: linear trapezoid while the curve rises, logarithmic while it falls,
///   dAUC = (c1 - c2) (t2 - t1) / ln(c1/c2); tail c_last / lambda_z with the observed last value.
/// lambda_z: straight line of ln c over the last n >= 3 points after Tmax, n chosen for the best
///   adjusted r2 (equal ones: more points). Simulated curves carry no scatter, so no tolerance
///   favours longer windows.
/// Distribution half-life: ln(c - tail) over the leading points after Tmax, chosen likewise; empty
///   when the tail explains more than 95 % of Cmax (one exponential is enough).
/// MRT = AUMC/AUC - T/2 (T infusion time), CL = dose/AUC, Vss = CL MRT, Vz = CL/lambda_z.
/// A bolus curve that starts after t = 0 is extended back log-linearly through its first two points
/// (when they fall), every other one from c = 0 at t = 0.
/// Formulas: Gabrielsson & Weiner, "Non-compartmental analysis", Methods Mol Biol 929 (2012).
/// Throws std::invalid_argument for unequal sizes, times that do not increase or values not finite.
PkMetrics pk_metrics(std::span<const double> times, std::span<const double> values,
                     const PkDose& dose);

/// Area under the curve (value * s) by the linear-up/log-down rule; same errors as pk_metrics.
double area_under_curve(std::span<const double> times, std::span<const double> values);

}  // namespace caravel::report
