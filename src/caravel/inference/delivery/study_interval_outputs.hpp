// Which numbers of a record get intervals, and how they are asked of a family of studies.
#pragma once

#include "caravel/inference/population/study_family.hpp"
#include "caravel/report/record.hpp"

#include <string>
#include <vector>

namespace caravel::inference::delivery {

/// Where an output belongs in the record.
struct OutputPlace {
    bool is_quantity = false;
    std::size_t index = 0;  // of the quantity, or of the series
    double time = 0.0;      // s, of a point of a series
};

/// Outputs that are asked for together: one that a variant does not have fails all of its group.
struct OutputGroup {
    std::vector<population::RequestedOutput> outputs;
    std::vector<OutputPlace> places;
};

/// Curves at no more than 40 of the record's times together with sampled numbers; numbers from
/// whole curves; and half-lives, which not every variant has. Inputs are left out. Empty groups
/// are left out.
std::vector<OutputGroup> output_groups(const report::RunRecord& record);

/// A measured point with its series.
struct KnownPoint {
    std::size_t series = 0;
    report::MeasuredPoint point;
};

/// The measured points up to `until` (s) that can update a prediction: predicted curves, values
/// above 0, times after 0. Ascending in time within each series.
std::vector<KnownPoint> known_points(const report::RunRecord& record, double until);

}  // namespace caravel::inference::delivery
