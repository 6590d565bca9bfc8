#include "spheroid_983b.hpp"

#include "caravel/input/csv.hpp"
#include "support/shared_data.hpp"

#include <algorithm>
#include <cmath>

namespace caravel::test {

using tissue::CellBiology;

Series pictures(int seeding) {
    const auto table =
        input::read_csv(*shared_data() / "tumour/spheroid" / "browning2021_incucyte.csv");
    std::map<double, std::vector<double>> radii;
    for (const auto& row : table.rows) {
        if (std::stoi(row[1]) != seeding) continue;
        const double radius = std::atof(row[3].c_str());
        if (radius > 0.0) radii[std::stod(row[2])].push_back(radius);
    }
    Series series;
    for (auto& [at, r] : radii) {
        std::sort(r.begin(), r.end());
        double sum = 0.0;
        double squares = 0.0;
        for (const double x : r) {
            sum += x;
            squares += x * x;
        }
        const double mean = sum / static_cast<double>(r.size());
        const double variance = squares / static_cast<double>(r.size()) - mean * mean;
        series[at].radius = 0.5 * (r[(r.size() - 1) / 2] + r[r.size() / 2]);
        series[at].variation = std::sqrt(std::max(0.0, variance)) / mean;
    }
    return series;
}

Series sections() {
    const auto table =
        input::read_csv(*shared_data() / "tumour/spheroid" / "browning2021_confocal.csv");
    Series sums;
    std::map<double, int> count;
    for (const auto& row : table.rows) {
        const double at = std::stod(row[2]);
        ++count[at];
        sums[at].radius += std::stod(row[3]);
        sums[at].inhibited += std::stod(row[4]);
        sums[at].necrotic += std::stod(row[5]);
    }
    for (auto& [at, m] : sums)
        m = {m.radius / count[at], m.inhibited / count[at], m.necrotic / count[at], 0.0};
    return sums;
}

matter::Library& spheroid_library() {
    static matter::Library shipped(std::string(CARAVEL_SOURCE_DIR) + "/data");
    return shipped;
}

CellBiology biology_of(const std::string& line) {
    tissue::CellBiologyInput input;
    input.line = line;
    return make_cell_biology(input, spheroid_library());
}

tissue::SpheroidSurroundings surroundings_983b() {
    return tissue::make_surroundings("983b", spheroid_library());
}

std::vector<double> days_of(const Series& series, double from) {
    std::vector<double> days;
    for (const auto& [at, m] : series)
        if (at >= from) days.push_back(at);
    return days;
}

std::map<double, tissue::SpheroidStructure> run(const CellBiology& biology, double first,
                                                double radius, const std::vector<double>& days) {
    tissue::RadialSpheroid spheroid(biology, surroundings_983b(), radius * um, 100);
    std::map<double, tissue::SpheroidStructure> out;
    double now = first;
    for (const double at : days) {
        const double steps = std::ceil((at - now) / 0.05 - 1e-9);
        for (int s = 0; s < static_cast<int>(steps); ++s)
            spheroid.advance((at - now) / steps * day);
        out[at] = spheroid.structure();
        now = at;
    }
    return out;
}

Parameters parameters_of(const CellBiology& b) {
    return {std::log(b.growth_rate),       std::log(b.oxygen_consumption),
            std::log(b.recovery_pressure), std::log(b.necrosis_rate),
            std::log(b.clearance_rate),    std::log(b.switch_rate)};
}

CellBiology biology_with(std::span<const double> theta) {
    CellBiology b = biology_of("983b");
    b.growth_rate = std::exp(theta[0]);
    b.oxygen_consumption = std::exp(theta[1]);
    b.recovery_pressure = std::exp(theta[2]);
    b.quiescence_pressure = b.recovery_pressure * 8.9 / 9.8;
    b.necrosis_pressure = b.quiescence_pressure;
    b.necrosis_full_pressure = 0.5 * b.necrosis_pressure;
    b.necrosis_rate = std::exp(theta[3]);
    b.clearance_rate = std::exp(theta[4]);
    b.switch_rate = std::exp(theta[5]);
    return b;
}

Calibration::Calibration(Series pictures, Series sections, double first_day, double last_day)
    : seen(std::move(pictures)), cut(std::move(sections)), first(first_day) {
    for (const Series* series : {&seen, &cut})
        for (const double d : days_of(*series, first))
            if (d <= last_day) days.push_back(d);
    std::sort(days.begin(), days.end());
    days.erase(std::unique(days.begin(), days.end()), days.end());
    for (const double d : days) {
        if (seen.count(d) > 0) pictures_used += 1.0;
        cuts_used += cut.count(d);
    }
}

void Calibration::operator()(std::span<const double> theta, std::span<double> residuals) const {
    const auto model = run(biology_with(theta), first, seen.at(first).radius, days);
    std::size_t k = 0;
    for (const double d : days) {
        const tissue::SpheroidStructure& s = model.at(d);
        if (seen.count(d) > 0)
            residuals[k++] =
                (s.radius / um / seen.at(d).radius - 1.0) / 0.03 / std::sqrt(pictures_used / 10.0);
        if (cut.count(d) == 0) continue;
        residuals[k++] = (s.inhibited - cut.at(d).inhibited) / 0.05;
        residuals[k++] = (s.necrotic - cut.at(d).necrotic) / 0.05;
    }
}

Parameters fit(const Parameters& start, const Calibration& calibration) {
    inference::Box box;
    for (const double s : start) {
        box.lower.push_back(s - 2.0);
        box.upper.push_back(s + 2.0);
    }
    inference::LeastSquaresOptions options;
    options.most_iterations = 60;
    options.cost_tolerance = 1e-7;
    const auto problem = inference::with_difference_jacobian(calibration.size(), box, calibration);
    const auto state = inference::minimise_squares(problem, start, options);
    Parameters best{};
    std::copy(state.theta.begin(), state.theta.end(), best.begin());
    return best;
}

}  // namespace caravel::test
