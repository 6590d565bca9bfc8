// Fields of tumours in space on their way to disk and into the report.
#pragma once

#include "caravel/report/record.hpp"
#include "caravel/study/model_builder.hpp"
#include "caravel/study/runner.hpp"

#include <filesystem>
#include <vector>

namespace caravel::study {

/// Times (s) at which the fields of a gridded tumour are written: the study's own, else four over
/// the run.
std::vector<double> field_times(const tissue::GridPlan& plan, double until);

/// As its input states them, with the times of the study's scans, which see the fields of their
/// time; what the input states where nothing is scanned.
std::vector<double> field_times_with_scans(const tissue::GridPlan& plan, const StudyInput& study);

/// The file of the fields of a tumour at one of these times, in the folder that write_fields()
/// fills.
std::filesystem::path field_file(const tissue::GridPlan& plan, double time, double until,
                                 const std::filesystem::path& folder);

/// Writes the fields of a tumour at a time into a folder of its name in `folder` as HDF5
/// (t000001.h5, for reading back), VTK image data (for ParaView) and NIfTI (one file per field).
/// Whole or not there.
void write_fields(const BuiltModel& built, const FieldMoment& moment, double until,
                  const std::filesystem::path& folder);

/// Pictures of all fields in `folder` for the report.
std::vector<report::FieldPicture> read_pictures(const BuiltModel& built,
                                                const std::filesystem::path& folder);

/// Numbers that sum up the fields of a tumour at a time: hypoxia, pressure, penetration; lesion and
/// energy of its treatment.
std::vector<report::QuantityResult> field_quantities(const BuiltModel& built,
                                                     const FieldMoment& moment);

}  // namespace caravel::study
