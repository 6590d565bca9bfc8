// The page of a scan: how numbers of a study follow the values of its keys.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace caravel::report {

struct ScanColumn {
    std::string name;
    std::string unit;  // UCUM; empty: a plain number
};

struct ScanPoint {
    std::uint64_t index = 0;
    std::vector<double> values;   // of the keys, in their units
    std::vector<double> outputs;  // in their units; empty: the point failed
};

/// One output over all points that have it.
struct ScanSummary {
    std::uint64_t count = 0;
    double mean = 0.0;
    ScanPoint lowest;
    ScanPoint highest;
};

struct ScanFailure {
    std::uint64_t index = 0;
    std::string command;  // that repeats it
    std::string reason;
};

struct ScanRecord {
    std::string name;   // of the study
    std::string id;     // of the run
    std::string study;  // file
    std::string version;
    std::vector<ScanColumn> keys;
    std::vector<ScanColumn> outputs;
    std::vector<std::vector<double>> grid;  // values of each axis; empty: a list of points
    std::uint64_t count = 0;
    std::uint64_t failed = 0;
    std::vector<ScanSummary> summaries;  // one per output
    std::vector<ScanFailure> failures;   // the first ones
    std::vector<ScanPoint> points;       // all in order, or none where there are too many to show
};

/// "subject.body_weight [g]"
std::string heading(const ScanColumn& column);

/// scan.json, schema caravel.scan/1.
std::string scan_json(const ScanRecord& record);

/// The page: curves of one axis, families of curves and shaded tables of two, extremes, failures.
/// The same record gives the same bytes.
std::string scan_page(const ScanRecord& record);

}  // namespace caravel::report
