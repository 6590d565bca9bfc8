#include "caravel/inference/delivery/qualification_data.hpp"

#include <cstdlib>
#include <iterator>
#include <set>
#include <utility>

namespace caravel::inference::delivery {
namespace {

/// The record whose series the organ instance repeats in most points; npos when none.
std::size_t twin(std::span<const CaseMatch> matches, std::size_t owner, std::size_t records) {
    std::size_t found = std::string::npos;
    std::size_t most = 0;
    for (const CaseMatch& match : matches)
        if (match.rule == MatchRule::equal_series && match.second == owner &&
            match.first < records && match.equal > most) {
            most = match.equal;
            found = match.first;
        }
    return found;
}

/// Turns tumour concentrations of instances whose article does not tell the tumour's size into
/// points, by the mass of the record with the same series.
void adopt_masses(DeliveryData& data, const std::vector<TumourSeries>& organs, double density) {
    std::vector<bool> is_told;
    for (const DeliveryCase& c : data.cases) is_told.push_back(c.animal.tumour_mass.has_value());
    for (const TumourSeries& s : organs) {
        if (is_told[s.owner] || s.unit == "%ID") continue;
        DeliveryCase& c = data.cases[s.owner];
        const std::size_t record = twin(data.matches, s.owner, data.tumour_records);
        const bool has_mass =
            record != std::string::npos && data.cases[record].animal.tumour_mass.has_value();
        const std::size_t adopted =
            has_mass ? adopt_tumour_mass(c, s, *data.cases[record].animal.tumour_mass, density) : 0;
        data.adopted_points += adopted;
        for (std::size_t k = adopted; k < s.times.size(); ++k)
            data.organ_dropped.count(has_mass ? "value told again in another unit"
                                              : "tumour concentration, tumour mass not told",
                                     {});
    }
}

}  // namespace

DeliveryData join_tables(TumourTable tumour, OrganTable organs, double density) {
    DeliveryData data;
    data.tumour_records = tumour.cases.size();
    data.tumour_dropped = std::move(tumour.dropped);
    data.organ_dropped = std::move(organs.dropped);
    data.cases = std::move(tumour.cases);
    data.cases.insert(data.cases.end(), std::make_move_iterator(organs.cases.begin()),
                      std::make_move_iterator(organs.cases.end()));
    std::vector<TumourSeries> series = std::move(tumour.series);
    for (TumourSeries& s : organs.series) s.owner += data.tumour_records;
    series.insert(series.end(), organs.series.begin(), organs.series.end());
    data.matches = match_series(data.cases, series);
    adopt_masses(data, organs.series, density);
    const std::vector<CaseMatch> particles = match_particles(data.cases);
    data.matches.insert(data.matches.end(), particles.begin(), particles.end());
    data.articles = join_articles(data.cases, data.matches);
    std::vector<DeliveryCase> usable;
    for (DeliveryCase& c : data.cases) {
        if (c.points.empty())
            data.organ_dropped.count("instance without a usable point", {});
        else
            usable.push_back(std::move(c));
    }
    data.cases = std::move(usable);
    return data;
}

DeliveryData read_delivery_data(const std::filesystem::path& folder, const OrganSizes& sizes) {
    const auto inner = folder / "delivery";
    const auto place = std::filesystem::is_directory(inner) ? inner : folder;
    const auto records = place / "nano_tumor_db.csv";
    const auto points = place / "nano_tumor_timecourse.csv";
    const auto organs = place / "nm_biodistribution_long.csv";
    DeliveryData data =
        join_tables(read_tumour_table(input::read_csv(records), input::read_csv(points)),
                    read_organ_table(input::read_csv(organs), sizes), sizes.density);
    data.files = {records.filename().string(), points.filename().string(),
                  organs.filename().string()};
    return data;
}

std::filesystem::path measured_data_folder(const std::string& named) {
    if (!named.empty()) return named;
    const char* shared = std::getenv("CARAVEL_SHARED_DATA");
    if (shared != nullptr && *shared != '\0') return shared;
    return std::filesystem::path("..") / "shared" / "data";
}

}  // namespace caravel::inference::delivery
