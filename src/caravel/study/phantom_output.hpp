// Fields of a phantom on their way to disk and into the report.
#pragma once

#include "caravel/report/record.hpp"
#include "caravel/study/phantom_runner.hpp"

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace caravel::study {

/// Writes fields at a time into `folder`/phantom/ as HDF5 (t000001.h5, for reading back), VTK image
/// data and NIfTI (one file per field), with the tissue's number and the tumour's share. `number`
/// counts from 1. Whole or not there.
void write_phantom_fields(const BuiltPhantom& phantom,
                          const std::vector<response::TreatmentField>& fields, double time,
                          std::int64_t number, const std::filesystem::path& folder);

/// The file of the fields at one of `times` (phantom_field_times()) in the same folder.
std::filesystem::path phantom_field_file(const std::vector<double>& times, double time,
                                         const std::filesystem::path& folder);

/// Pictures of the fields in `folder` that people look at (temperature, ice, survival, fluence
/// rate, doses, photochemistry) and that are not the same everywhere and always.
std::vector<report::FieldPicture> read_phantom_pictures(const BuiltPhantom& phantom,
                                                        const std::filesystem::path& folder);

/// Sections for the page: dose-volume histograms of `fields` (at the end) and books of the lights,
/// as finished HTML; empty where there is nothing.
struct PhantomSection {
    std::string id;
    std::string title;
    std::string body;
    std::string introduction;
};
std::vector<PhantomSection> phantom_sections(const PhantomStudy& study, const BuiltPhantom& phantom,
                                             const PhantomOutcome& outcome);

/// The page of a record with these sections in it, before its ledger.
std::string phantom_page(const report::RunRecord& record,
                         const std::vector<PhantomSection>& sections);

}  // namespace caravel::study
