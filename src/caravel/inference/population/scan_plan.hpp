// What a scan runs: a grid of axes or a list of rows, from a plan file or the command line.
#pragma once

#include "caravel/inference/population/study_family.hpp"
#include "caravel/input/reader.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace caravel::inference::population {

/// One key with its values in `unit`: a list, an even or geometric range, or none where the plan
/// lists rows.
struct ScanAxis {
    std::string key;
    std::string unit;
    std::vector<double> values;
    std::optional<double> from;
    std::optional<double> to;
    std::int64_t points = 5;
    std::string spacing = "linear";
    Location where;
};

/// One point of a list: a value for each axis, in their order.
struct ScanRow {
    std::vector<double> values;
    Location where;
};

struct ScanPlan {
    std::string study;
    std::vector<std::string> set;
    std::vector<ScanAxis> axes;
    std::vector<ScanRow> rows;
    std::vector<std::string> outputs;
    std::int64_t seed = 1;
    bool has_seed = false;  // else the study's own
};

void describe(input::Visitor& v, ScanAxis& axis);
void describe(input::Visitor& v, ScanRow& row);
void describe(input::Visitor& v, ScanPlan& plan);

/// Reads a plan file, or takes a study file as the plan's study. Study paths are those of the plan
/// file's folder. Throws IoError or InputError with everything found.
ScanPlan read_scan_plan(const std::filesystem::path& file);

/// "subject.body_weight=18,20,22 g", "key=5..20 mg/kg/4" or "key=1..100 h/5 log". A number without
/// unit has that of the last. Throws InputError.
ScanAxis parse_vary(std::string_view text);

/// The points of a plan in order; in a grid the last axis runs fastest.
class ScanPoints {
  public:
    /// Throws InputError for a plan without axes, with empty or unordered ranges, with rows of
    /// another length, or of more points than can be counted.
    explicit ScanPoints(const ScanPlan& plan);

    std::uint64_t count() const { return count_; }
    std::size_t axes() const { return values_.size(); }
    bool is_grid() const { return rows_.empty(); }
    /// Values of one axis of a grid.
    const std::vector<double>& values(std::size_t axis) const { return values_[axis]; }
    /// The values of point i, in the order of the axes.
    void point(std::uint64_t i, std::span<double> values) const;

  private:
    std::vector<std::vector<double>> values_;
    std::vector<ScanRow> rows_;
    std::uint64_t count_ = 0;
};

}  // namespace caravel::inference::population
