// report.html: the whole run on one page that opens from disk, without network or scripts.
#pragma once

#include "caravel/report/record.hpp"

#include <cstddef>
#include <string>

namespace caravel::report {

/// What keeps the page small; whatever is left out is stated on the page.
struct ReportLimits {
    std::size_t bytes = 5'000'000;      // of the whole page
    std::size_t points = 2000;          // per curve
    std::size_t rows = 1000;            // per table
    std::size_t charts = 24;            // per panel
    std::size_t study_bytes = 500'000;  // of the echoed study file
    std::size_t data_bytes = 700'000;   // of the CSV link inside the page
};

/// The report as a self-contained HTML5 document (also well-formed XML) of at most `limits.bytes`;
/// points, rows and echoes are cut until it fits, and the page says so. The page holds no date:
/// the same record gives the same bytes. Throws ResourceError when it cannot be made to fit.
std::string html_report(const RunRecord& record, const ReportLimits& limits = {});

}  // namespace caravel::report
