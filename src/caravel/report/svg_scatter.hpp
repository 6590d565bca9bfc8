// Charts for which a line chart is not enough: clouds of points and matrices of coloured cells.
#pragma once

#include "caravel/report/svg_chart.hpp"

#include <string>
#include <vector>

namespace caravel::report {

/// Points in groups, with straight guide lines.
struct ScatterChart {
    struct Group {
        std::string label;
        std::vector<double> x;
        std::vector<double> y;
    };
    struct Guide {
        std::vector<double> x;
        std::vector<double> y;
    };
    std::string id;     // unique in the document, [a-z0-9-]
    std::string title;  // spoken description
    std::string x_label;
    std::string y_label;
    bool logarithmic_x = false;
    bool logarithmic_y = false;
    std::vector<Group> groups;
    std::vector<Guide> guides;
};

/// Points without a place (not finite, not above 0 on a logarithmic axis) are left out and counted
/// in the note.
Drawing draw(const ScatterChart& chart);

/// Values from -1 to 1 of named rows and columns.
struct MatrixChart {
    std::string id;
    std::string title;
    std::vector<std::string> names;
    std::vector<std::vector<double>> values;
};

/// The lower triangle as cells from blue (-1) over white to orange (1).
Drawing draw(const MatrixChart& chart);

}  // namespace caravel::report
