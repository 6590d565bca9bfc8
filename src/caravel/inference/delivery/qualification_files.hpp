// What a qualification leaves behind: results.json, records.csv, report.html, and its text for a
// terminal.
#pragma once

#include "caravel/inference/delivery/qualification.hpp"

#include <filesystem>
#include <string>

namespace caravel::inference::delivery {

/// Schema "caravel.qualification/1": data, what was left out, folds, scores with standard errors,
/// goals, leak test. Errors in log10, widths in log10, shares of 1, times in h.
std::string qualification_json(const DeliveryData& data, const Qualification& result,
                               const QualificationOptions& options);

/// A row for every forecast: question, learner, case, article, fold, place, times (h), measured,
/// median and ends of the 90 % interval (%ID).
std::string qualification_csv(const Qualification& result);

/// Tables of scores and goals for a terminal, each goal "hit" or "MISS".
std::string qualification_text(const DeliveryData& data, const Qualification& result);

/// The same with charts as one page.
std::string qualification_html(const DeliveryData& data, const Qualification& result);

/// Writes the three files into `folder`, which is created; each is complete or absent. Throws
/// IoError or ResourceError.
void write_qualification(const std::filesystem::path& folder, const DeliveryData& data,
                         const Qualification& result, const QualificationOptions& options);

/// Identity of a qualification: the data files' contents, learners, folds, seed and `version`.
std::string qualification_hash(const DeliveryData& data, const std::vector<Learner>& learners,
                               const QualificationOptions& options, const std::string& version);

/// How a question is put to people.
std::string question_text(std::string_view question);

}  // namespace caravel::inference::delivery
