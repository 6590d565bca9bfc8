// The page of a sensitivity analysis.
#pragma once

#include "caravel/report/population_page.hpp"
#include "caravel/report/svg_chart.hpp"

#include <string>
#include <vector>

namespace caravel::report {

/// The parameters that move one number, strongest first.
struct Tornado {
    std::string name;
    std::string unit;     // of the output
    std::string x_label;  // what the bars are
    std::vector<Bar> bars;
    PageTable table;
};

struct SensitivityPage {
    PageFrame frame;
    std::vector<Tornado> outputs;
    PageTable parameters;
};

/// The same page gives the same bytes.
std::string sensitivity_html(const SensitivityPage& page);

}  // namespace caravel::report
