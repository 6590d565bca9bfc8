// Biodistribution of nanomaterials over organs, one measured value a row, in many units.
#pragma once

#include "caravel/inference/delivery/tumour_table.hpp"
#include "caravel/matter/table.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace caravel::inference::delivery {

/// Organ sizes that turn concentrations into fractions of the dose.
struct OrganSizes {
    double standard_body_mass = 0.020;             // kg, where the article does not tell
    double density = 1050.0;                       // kg/m3, of soft tissue and blood
    std::map<Place, double> volume_per_body_mass;  // m3/kg
};

/// Mouse organs of data/species.csv (Shah and Betts 2012). The standard mouse of 20 g is the median
/// of the tumour records' animals; 1050 kg/m3 is assumed for every tissue.
OrganSizes mouse_organ_sizes(matter::Library& library);

struct OrganTable {
    std::vector<DeliveryCase> cases;  // a study's instance each; article: its DOI, else "study 12"
    /// Tumour values in %ID, %ID/g or %ID/cm3; owners are cases. Those per g or cm3 are points only
    /// where the article tells the tumour's size (see adopt_tumour_mass).
    std::vector<TumourSeries> series;
    Ledger dropped;
};

/// Reads the long table `study_id, instance, author, year, doi, material, ..., tissue, time_h,
/// value, value_units`. Kept: intravenous injection, tissues with a Place, times after 0.
/// A value of 0, "ND" or "<LO..." is not detected: below the smallest value of its study in the
/// same unit; "<0.2" is below 0.2. %ID/g and %ID/cm3 are multiplied by the organ's mass or volume
/// at the animal's body weight; ng/g and the like are also divided by the dose where that is a
/// mass. Whatever is left out is counted. Throws InputError with file and line for text where a
/// number belongs, NaN, negative times, values or doses, an instance with two descriptions, a study
/// id with two articles, a unit that cannot convert, a study in which nothing was detected, and a
/// table without rows.
OrganTable read_organ_table(const input::CsvTable& table, const OrganSizes& sizes);

/// Gives a tumour-bearing case of unknown tumour size the mass known from elsewhere (kg): its
/// series in %ID/g or %ID/cm3 become points, in order, but where the tumour has a point at that
/// time already. Returns how many.
std::size_t adopt_tumour_mass(DeliveryCase& c, const TumourSeries& series, double mass,
                              double density);

}  // namespace caravel::inference::delivery
