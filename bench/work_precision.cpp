// Work-precision table of the mouse model as CSV (with a file name: also as an SVG plot): the error
// is the largest over states and output times of |y - reference| / (|reference| + 1e-3 scale), the
// reference CVODE at 1e-12.
#include "../tests/support/cvode_oracle.hpp"
#include "../tests/support/mouse_model.hpp"
#include "caravel/kinetics/solver.hpp"
#include "caravel/report/atomic_file.hpp"
#include "caravel/report/svg_chart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <limits>
#include <map>
#include <string>
#include <vector>

namespace {

using namespace caravel;

template <class Function>
double shortest_seconds(Function function) {
    double shortest = std::numeric_limits<double>::infinity();
    for (int repeat = 0; repeat < 30; ++repeat) {
        const auto start = std::chrono::steady_clock::now();
        function();
        const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
        shortest = std::min(shortest, taken.count());
    }
    return shortest;
}

double largest_error(const std::vector<double>& values, const std::vector<double>& reference) {
    double largest = 0.0;
    for (std::size_t i = 0; i < reference.size(); ++i) {
        largest =
            std::max(largest, std::abs(values[i] - reference[i]) / (std::abs(reference[i]) + 1e-3));
    }
    return largest;
}

struct Bench {
    kinetics::KineticModel model = test::mouse_model();
    kinetics::CompiledModel compiled{model};
    std::vector<double> times = test::mouse_output_times();
    std::vector<double> reference =
        test::CvodeOracle(compiled, {1e-12, 1e-3, true}).run(model.initial(), times);

    std::map<std::string, report::ChartLine> curves;

    void print(const char* method, double rtol, const std::vector<double>& values, double seconds,
               std::int64_t steps) {
        const double error = largest_error(values, reference);
        fmt::print("{},mouse,{:g},{:.3e},{:.4e},{}\n", method, rtol, error, seconds, steps);
        auto& curve = curves[method];
        curve.label = method;
        curve.x.push_back(-std::log10(error));
        curve.y.push_back(1e6 * seconds);
    }

    std::string plot() const {
        report::LineChart chart;
        chart.id = "work-precision";
        chart.title =
            "Wall time against correct digits, 31-state mouse model, 0 to 168 h, one core";
        chart.x_label = "correct digits (-log10 of the largest error)";
        chart.y_label = "wall time [us]";
        chart.logarithmic = true;
        for (const auto& [method, curve] : curves) chart.lines.push_back(curve);
        return report::draw(chart).svg;
    }

    void run_caravel(const char* name, kinetics::Method method, double rtol) {
        kinetics::SolverOptions options;
        options.relative_tolerance = rtol;
        options.method = method;
        kinetics::Solver solver(compiled, options);
        std::vector<double> values(reference.size());
        std::vector<double> y;
        std::int64_t steps = 0;
        const double seconds = shortest_seconds([&] {
            y = model.initial();
            double next_step = 0.0;
            const std::int64_t before = solver.statistics().accepted;
            solver.advance(y, 0.0, times.back(), next_step, {}, times,
                           [&](std::size_t i, double, std::span<const double> row) {
                               std::copy(row.begin(), row.end(), values.data() + i * row.size());
                           });
            steps = solver.statistics().accepted - before;
        });
        print(name, rtol, values, seconds, steps);
    }

    void run_cvode(const char* name, bool analytic, double rtol) {
        test::CvodeOracle oracle(compiled, {rtol, 1e-3, analytic});
        std::vector<double> values;
        const double seconds =
            shortest_seconds([&] { values = oracle.run(model.initial(), times); });
        print(name, rtol, values, seconds, oracle.steps());
    }
};

}  // namespace

int main(int argc, char** argv) {
    Bench bench;
    std::puts("method,problem,rtol,error,seconds,steps");
    for (const double rtol : {1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9}) {
        bench.run_caravel("rodas4", kinetics::Method::rodas4, rtol);
        bench.run_caravel("rodas4p", kinetics::Method::rodas4p, rtol);
        bench.run_caravel("rodas5p", kinetics::Method::rodas5p, rtol);
        bench.run_cvode("cvode_difference_quotient", false, rtol);
        bench.run_cvode("cvode_analytic", true, rtol);
    }
    if (argc > 1) report::write_file_atomically(argv[1], bench.plot());
    return 0;
}
