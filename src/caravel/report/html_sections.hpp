// The sections of the report, each as finished HTML and empty when the record has nothing for it.
#pragma once

#include "caravel/report/fold_error.hpp"
#include "caravel/report/html_report.hpp"
#include "caravel/report/record.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace caravel::report::html {

std::string page_header(const RunRecord& record);
/// What a reader must not overlook: misses, assumed values, things not simulated, ledger breaches.
std::string attention(const RunRecord& record, const std::vector<Comparison>& comparisons);
std::string key_numbers(const RunRecord& record, const ReportLimits& limits);
/// How the intervals came about, and which numbers have none; empty without intervals.
std::string intervals(const RunRecord& record, const ReportLimits& limits);
std::string protocol(const RunRecord& record, const ReportLimits& limits);
/// Line charts of one group of series.
std::string curves(const RunRecord& record, std::string_view group, const ReportLimits& limits);
std::string measurements(const std::vector<Comparison>& comparisons, const ReportLimits& limits);
/// What scanners saw and what a reader makes of it; empty without images.
std::string images(const RunRecord& record, const ReportLimits& limits);
std::string organ_distribution(const RunRecord& record, const ReportLimits& limits);
std::string ledger(const RunRecord& record, const ReportLimits& limits);
std::string input_changes(const RunRecord& record, const ReportLimits& limits);
std::string assumptions(const RunRecord& record, const ReportLimits& limits);
std::string sources(const RunRecord& record, const ReportLimits& limits);
std::string notes(const RunRecord& record, const ReportLimits& limits);
std::string run_details(const RunRecord& record, const ReportLimits& limits);
std::string study_file(const RunRecord& record, const ReportLimits& limits);

}  // namespace caravel::report::html
