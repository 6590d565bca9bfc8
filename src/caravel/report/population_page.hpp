// The page of a population, and the frame that pages of many runs share.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace caravel::report {

/// A table whose cells are plain text.
struct PageTable {
    struct Head {
        std::string title;
        bool is_number = false;
    };
    std::string title;  // heading above it, may be empty
    std::vector<Head> columns;
    std::vector<std::vector<std::string>> rows;
    std::vector<bool> marked;  // rows in colour; shorter: none
};

std::string page_table(const PageTable& table);

/// What stands at the top and the end of a page of many runs.
struct PageFrame {
    std::string kind;  // "Caravel population"
    std::string name;
    std::string lead;
    std::vector<std::pair<std::string, std::string>> facts;
    std::vector<std::string> attention;  // what must not be overlooked
    std::vector<std::string> notes;
    std::vector<PageTable> last;  // failures, sources
};

/// The document around `body` (finished HTML sections). No scripts, nothing loaded.
std::string framed_page(const PageFrame& frame, const std::string& body);

/// A number over time: 5, 25, 50, 75, 95 % of the individuals.
struct PercentileBand {
    std::string name;
    std::string unit;
    std::vector<double> times;  // h
    std::array<std::vector<double>, 5> percentiles;
};

/// A number of every individual as a histogram.
struct HistogramChart {
    std::string name;
    std::string unit;
    std::vector<double> edges;
    std::vector<double> counts;
};

struct PopulationPage {
    PageFrame frame;
    std::vector<PercentileBand> bands;
    PageTable numbers;
    std::vector<HistogramChart> histograms;
    PageTable responders;
    PageTable subgroups;
    PageTable individuals;
};

/// The same page gives the same bytes.
std::string population_html(const PopulationPage& page);

}  // namespace caravel::report
