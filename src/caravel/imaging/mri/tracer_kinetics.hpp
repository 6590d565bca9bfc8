// What the course of an agent in tissue tells of its vessels: fits of a dynamic scan.
#pragma once

#include <span>

namespace caravel::imaging {

/// Exchange between plasma and tissue: C(t) = vp Cp(t) + Ktrans int Cp(s) exp(-kep (t - s)) ds.
struct TracerFit {
    double transfer = 0.0;       // Ktrans, 1/s: plasma volume cleared per tissue volume and time
    double back_rate = 0.0;      // kep, 1/s; 0 of a Patlak fit
    double plasma_volume = 0.0;  // vp, of the tissue's volume
    double residual = 0.0;       // root mean square, unit of the concentration
    bool found = false;          // false: the course holds no such values
};

enum class TracerModel { tofts, patlak };

/// Fit of one tissue's course, concentrations at `times` (s, ascending, as many as values; before
/// the first one nothing is there). Linear least squares of C = (Ktrans + kep vp) int Cp - kep int
/// C + vp Cp (extended Tofts model; K. Murase, Magn Reson Med 51 (2004) 858), or of the part
/// without return (C. S. Patlak et al., J Cereb Blood Flow Metab 3 (1983) 1), right for what stays
/// in the tissue, as most particles do. Integrals by trapezoids: exact where the courses are
/// straight between times. vp is held within 0 and 1, Ktrans and kep at 0 or more: what leaves
/// its range is set to the end of it and the others are fitted again, `residual` is that of the
/// values told. Not found with fewer times than unknowns or a plasma that never holds anything.
/// Throws InputError for lengths that differ and times that do not ascend.
TracerFit fit_tracer(std::span<const double> times, std::span<const double> tissue,
                     std::span<const double> plasma, TracerModel model);

/// Integral of a course over `duration` (s) after `start` (s), where it is 0, by trapezoids (unit
/// of the course times s); values at times up to `start` are not looked at, shorter courses are
/// integrated to their end.
double area_from(double start, std::span<const double> times, std::span<const double> course,
                 double duration);

/// How much an agent changes spoiled gradient echoes.
struct SpoiledAgent {
    double r1 = 0.0;                                // 1/s per unit
    double r2_star = 0.0;                           // 1/s per unit
    double repetition_time = 0.0, echo_time = 0.0;  // s
    double flip = 0.0;                              // rad
};

/// A concentration in the agent's unit, or none.
struct FoundConcentration {
    double value = 0.0;
    bool found = false;
};

/// Concentration that makes a spoiled gradient echo `ratio` times that of tissue of the rate
/// `r1_before` (1/s), on the rising side of the signal; negative where it is darker. None for
/// signals and rates of 0 and ratios that no concentration reaches.
FoundConcentration concentration_of(double ratio, double r1_before, const SpoiledAgent& agent);

}  // namespace caravel::imaging
