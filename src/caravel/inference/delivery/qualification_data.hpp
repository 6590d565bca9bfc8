// The measured sets behind `caravel qualify delivery`, joined by article.
#pragma once

#include "caravel/inference/delivery/articles.hpp"
#include "caravel/inference/delivery/organ_table.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace caravel::inference::delivery {

struct DeliveryData {
    std::vector<DeliveryCase> cases;  // tumour records, then organ instances
    std::size_t tumour_records = 0;
    std::size_t articles = 0;        // groups over both tables
    std::vector<CaseMatch> matches;  // of series, then of particles
    Ledger tumour_dropped;
    Ledger organ_dropped;
    std::size_t adopted_points = 0;  // tumour points with the mass of the same series' record
    std::vector<std::string> files;
};

/// Joins both tables: one key for an article (equal or proportional tumour series, the same
/// particle), and the tumour mass of a record for the organ instance that equals its series.
DeliveryData join_tables(TumourTable tumour, OrganTable organs, double density);

/// Reads nano_tumor_db.csv, nano_tumor_timecourse.csv and nm_biodistribution_long.csv in the folder
/// or its sub-folder delivery. Throws IoError when one is missing, else as the readers.
DeliveryData read_delivery_data(const std::filesystem::path& folder, const OrganSizes& sizes);

/// Folder of measured sets: `named` unless empty, else $CARAVEL_SHARED_DATA, else ../shared/data.
std::filesystem::path measured_data_folder(const std::string& named);

}  // namespace caravel::inference::delivery
