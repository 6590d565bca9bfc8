// Tumour delivery as one table of records (particle, animal) and one of raw time points.
#pragma once

#include "caravel/inference/delivery/delivery_case.hpp"
#include "caravel/inference/delivery/qualification_ledger.hpp"
#include "caravel/input/csv.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace caravel::inference::delivery {

/// A tumour curve as published, in its own unit; by it one article is recognised in two tables.
struct TumourSeries {
    std::size_t owner = 0;       // which case
    std::string unit;            // "%ID", "%ID/g", ...
    std::vector<double> times;   // s, ascending
    std::vector<double> values;  // above 0
};

struct TumourTable {
    std::vector<DeliveryCase> cases;  // in the order of the records; article "article 17"
    std::vector<TumourSeries> series;
    Ledger dropped;
};

/// Reads the records `id, article_id, material, targeting, hydrodynamic_d_nm, zeta_signed_mV,
/// shape, tumour_model, cancer, tumour_weight_g, dose_mg_per_kg, body_weight_g` and the points
/// `id, time_h, tumour_pctID, tumour_pctID_per_g`. Columns of smoothed or fitted outcomes are never
/// looked at. A value of 0 is taken as not detected: below the smallest value of its series.
/// Records without an article cannot be kept apart from their relatives and are left out, counted.
/// Throws InputError with file and line for text where a number belongs, NaN, negative times or
/// values, an id with different data, two articles of one id, a point without record, a record
/// without points and a series in which nothing was detected.
TumourTable read_tumour_table(const input::CsvTable& records, const input::CsvTable& points);

}  // namespace caravel::inference::delivery
