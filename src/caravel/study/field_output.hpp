// Fields of tumours in space on their way to disk and into the report.
#pragma once

#include "caravel/report/field_file.hpp"
#include "caravel/report/record.hpp"
#include "caravel/study/model_builder.hpp"
#include "caravel/study/runner.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <utility>
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

/// What scanners see of the fields of tumours in space, in memory instead of files: totals of
/// substances and temperature at the times of scans, in the files' units and precision.
class KeptFields {
  public:
    /// `times` (s): at others nothing is kept.
    explicit KeptFields(std::vector<double> times) : times_(std::move(times)) {}

    void keep(const BuiltModel& built, const FieldMoment& moment);
    /// The fields of a tumour at a time; throws std::logic_error where none were kept.
    const std::vector<report::StoredField>& at(const std::string& tumour, double time) const;

  private:
    std::vector<double> times_;
    std::map<std::pair<std::string, double>, std::vector<report::StoredField>> fields_{};
};

/// Pictures of all fields in `folder` for the report.
std::vector<report::FieldPicture> read_pictures(const BuiltModel& built,
                                                const std::filesystem::path& folder);

/// Numbers that sum up the fields of a tumour at a time: hypoxia, pressure, penetration; lesion and
/// energy of its treatment.
std::vector<report::QuantityResult> field_quantities(const BuiltModel& built,
                                                     const FieldMoment& moment);

}  // namespace caravel::study
