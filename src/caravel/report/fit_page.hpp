// report.html of a fit: plain data in, one page that opens from disk without network or scripts.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace caravel::report {

struct FitPage {
    struct Parameter {
        std::string name;
        std::string unit;  // UCUM
        double estimate = 0.0;
        std::optional<double> standard_error;
        std::optional<std::array<double, 2>> interval;  // 95 %, from the curvature
        std::optional<double> profile_low;              // 95 %
        std::optional<double> profile_high;
        std::optional<std::array<double, 2>> posterior;  // 90 %
        std::optional<double> r_hat;
        std::optional<double> effective_size;
        double lower = 0.0;
        double upper = 0.0;
        std::string remark;  // empty: nothing to say
        bool is_determined = true;
    };
    struct Point {
        double time = 0.0;  // in time_unit, as all times of a page
        double value = 0.0;
        bool below_limit = false;
    };
    /// Measured values of one observable of one experiment, with curve and bands.
    struct Panel {
        std::string observable;
        std::string experiment;
        std::string unit;  // UCUM
        std::vector<double> curve_time;
        std::vector<double> curve;
        std::vector<Point> points;
        std::vector<double> band_time;
        std::array<std::vector<double>, 3> bands;  // 5, 50, 95 %
        bool logarithmic = false;
    };
    struct Residual {
        std::size_t observable = 0;  // place in `observables`
        double time = 0.0;
        double predicted = 0.0;
        double measured = 0.0;
        double score = 0.0;  // standard normal if the model is right
    };
    struct Statistics {
        std::string observable;
        std::size_t values = 0;
        std::size_t censored = 0;
        double mean = 0.0;
        double deviation = 0.0;
        double fold = 0.0;
    };
    struct Profile {
        std::string name;
        std::string unit;
        std::vector<double> value;
        std::vector<double> rise;  // of -log likelihood
        double threshold = 0.0;
        bool logarithmic = false;
    };
    struct Start {
        std::size_t number = 0;
        double objective = 0.0;
        std::string stop;
        long evaluations = 0;
    };

    std::string name;
    std::string description;
    std::string run_id;
    std::string version;
    std::string time_unit;                                   // for people
    std::vector<std::pair<std::string, std::string>> cards;  // label, value
    std::vector<std::string> warnings;
    std::vector<Parameter> parameters;
    std::vector<Start> starts;  // from the best up
    std::vector<Panel> panels;
    std::vector<std::string> observables;
    std::vector<Residual> residuals;
    std::vector<Statistics> statistics;
    std::vector<Profile> profiles;
    std::vector<std::vector<double>> correlation;  // of the parameters
    double inside_band = 0.0;                      // fraction of values in the 5 to 95 % band
    std::string assignments;                       // the fitted studies as TOML; may be empty
};

/// The page as a self-contained HTML5 document (also well-formed XML); the same data give the same
/// bytes.
std::string fit_page(const FitPage& page);

}  // namespace caravel::report
