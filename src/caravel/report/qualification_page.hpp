// report.html of a qualification: tables and charts in sections on one page that opens from disk.
#pragma once

#include "caravel/report/svg_chart.hpp"

#include <string>
#include <vector>

namespace caravel::report {

struct QualificationTable {
    struct Column {
        std::string title;
        bool is_number = false;
    };
    std::string title;  // may be empty
    std::vector<Column> columns;
    std::vector<std::vector<std::string>> rows;  // plain text, as many cells as columns
};

struct QualificationSection {
    std::string id;  // [a-z0-9-], unique in the page
    std::string title;
    std::string introduction;
    std::vector<QualificationTable> tables;
    std::vector<BarChart> bars;
    std::vector<LineChart> charts;
};

struct QualificationPage {
    std::string title;
    std::string lead;
    std::vector<QualificationSection> sections;
};

/// The page as a self-contained HTML5 document (also well-formed XML) without scripts or date: the
/// same content gives the same bytes. Texts are escaped.
std::string qualification_page(const QualificationPage& page);

}  // namespace caravel::report
