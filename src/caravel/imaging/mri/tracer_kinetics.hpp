// What the course of an agent in tissue tells of its vessels: fits of a dynamic scan.
#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <vector>

namespace caravel::imaging {

/// Exchange between plasma and tissue: C(t) = vp Cp(t) + Ktrans int Cp(s) exp(-kep (t - s)) ds.
struct TracerConstants {
    double transfer = 0.0;       // Ktrans, 1/s: plasma volume cleared per tissue volume and time
    double back_rate = 0.0;      // kep, 1/s
    double plasma_volume = 0.0;  // vp, of the tissue's volume
};

/// Those of a course, each with its standard error by what the fit leaves; infinite where it leaves
/// nothing to tell an error by: as many numbers as points, or numbers that stand for each other.
struct TracerFit {
    static constexpr double unknown = std::numeric_limits<double>::infinity();

    TracerConstants value{};
    TracerConstants error{unknown, unknown, unknown};
    double residual = 0.0;  // root mean square, unit of the concentration
    bool returns = false;   // kep was fitted; else it is 0 and nothing is known of it
    bool found = false;     // false: the course holds no such values

    /// Whether the transfer lies 1.96 standard errors or more from 0.
    bool is_significant() const;
};

enum class TracerModel { tofts, patlak };

/// Fits of many courses to one plasma. Courses are taken above the mean of their first `baseline`
/// times, at which plasma holds nothing (0: as they are). Least squares of the extended Tofts model
/// (P. S. Tofts et al., J Magn Reson Imaging 10 (1999) 223) over Ktrans, vp and kep, or of the part
/// without return (C. S. Patlak et al., J Cereb Blood Flow Metab 3 (1983) 1), right for what stays
/// in the tissue, as most particles do. The convolution is exact for plasma that is straight
/// between times. Ktrans and vp may come out negative: held at 0, noise would lift their mean. kep
/// lies between 0 and one over the shortest step; it is kept where the course asks for it (twice
/// the log likelihood rises by more than 6.63, one in a hundred by chance, beside what a few points
/// fit anyway), else the fit is Patlak's.
class TracerFitter {
  public:
    /// `times` in s, ascending, and plasma of as many values. Throws InputError otherwise.
    TracerFitter(std::span<const double> times, std::span<const double> plasma, TracerModel model,
                 std::size_t baseline = 0);

    /// Not found with no more times than unknowns or a plasma that never holds anything. Throws
    /// InputError for a course of another length.
    TracerFit fit(std::span<const double> tissue) const;

  private:
    /// The convolution of plasma with exp(-kep t).
    struct Response {
        double rate = 0.0;  // 1/s
        std::vector<double> course{};
    };
    struct Solved {
        TracerConstants value{};
        double squares = 0.0;  // of what is left
        bool found = false;
    };
    Response response(double rate) const;
    Solved solve(const Response& with, std::span<const double> course) const;
    Solved best_return(std::span<const double> course) const;
    bool asks_for_return(const Solved& without, const Solved& with,
                         std::span<const double> course) const;
    void add_errors(const Solved& solved, TracerFit& fit) const;
    double free_points() const;

    std::vector<double> times_;
    std::vector<double> plasma_;
    std::size_t baseline_;
    std::vector<Response> responses_{};  // of a range of rates, the first 0
};

/// One course: TracerFitter::fit().
TracerFit fit_tracer(std::span<const double> times, std::span<const double> tissue,
                     std::span<const double> plasma, TracerModel model, std::size_t baseline = 0);

/// Mean of the first `count` values, at least one.
double mean_of_first(std::span<const double> values, std::size_t count);

/// The course less the mean of its first `baseline` values (0: as it is).
std::vector<double> above_baseline(std::span<const double> course, std::size_t baseline);

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
/// `r1_before` (1/s), on the rising side of the signal; negative where it is darker, also where
/// noise has turned its sign. None for rates of 0 and ratios that no concentration reaches.
FoundConcentration concentration_of(double ratio, double r1_before, const SpoiledAgent& agent);

/// Signal whose magnitude with noise of standard deviation `noise` in each of `channels` complex
/// channels is `magnitude` in the mean: sqrt(m^2 - (2 channels - 1) noise^2), negative where noise
/// alone would be larger. H. Gudbjartsson and S. Patz, Magn Reson Med 34 (1995) 910; right to 2 %
/// from three standard deviations on.
double signal_of_magnitude(double magnitude, double noise, double channels);

}  // namespace caravel::imaging
