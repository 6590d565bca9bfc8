// Fields in HDF5: one file per time, whole or not there, so that a crash costs no earlier time.
#pragma once

#include "caravel/report/volume_field.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace caravel::report {

/// What a field file holds besides the fields.
struct FieldTime {
    std::int64_t step = 0;  // number of the output
    double time = 0.0;      // s
    Grid grid;
};

struct FieldFileOptions {
    bool single_precision = false;
    int deflate = 0;  // 0 (none) to 9
};

/// A field as it was read, as double.
struct StoredField {
    std::string name;
    std::string unit;
    std::vector<double> values;
};

struct FieldFile {
    FieldTime when;
    std::vector<StoredField> fields;  // by name
};

/// Name of the file of one output: t000123.h5.
std::string field_file_name(std::int64_t step);

/// Writes /fields/NAME (z, y, x; chunked; attribute `unit`) with `schema`, `step`, `time_s`,
/// `spacing_m` and `origin_m` at the root. The file is put together in memory and written as
/// write_file_atomically does; the same input gives the same bytes. Not for several threads at
/// once. Throws std::invalid_argument for a deflate level outside 0 to 9; else as
/// check_volume_fields and write_file_atomically.
void write_field_file(const std::filesystem::path& path, const FieldTime& when,
                      const std::vector<VolumeField>& fields, const FieldFileOptions& options = {});

/// Reads a field file. Throws IoError for files that cannot be read or are no field files of
/// Caravel. Not for several threads at once.
FieldFile read_field_file(const std::filesystem::path& path);

}  // namespace caravel::report
