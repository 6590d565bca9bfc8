#include "caravel/inference/delivery/qualification_data.hpp"

#include <cstdlib>
#include <iterator>
#include <set>
#include <utility>

namespace caravel::inference::delivery {
namespace {

/// The record whose series the organ instance repeats in most points; npos when none.
std::size_t twin(std::span<const SeriesMatch> matches, std::size_t owner, std::size_t records) {
    std::size_t found = std::string::npos;
    std::size_t most = 0;
    for (const SeriesMatch& match : matches)
        if (match.second == owner && match.first < records && match.equal > most) {
            most = match.equal;
            found = match.first;
        }
    return found;
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
    for (const TumourSeries& s : organs.series) {
        DeliveryCase& c = data.cases[s.owner];
        const bool is_given = c.animal.tumour_mass.has_value() || s.unit == "%ID";
        if (is_given) continue;
        const std::size_t record = twin(data.matches, s.owner, data.tumour_records);
        std::size_t adopted = 0;
        if (record != std::string::npos && data.cases[record].animal.tumour_mass)
            adopted = adopt_tumour_mass(c, s, *data.cases[record].animal.tumour_mass, density);
        data.adopted_points += adopted;
        for (std::size_t k = adopted; k < s.times.size(); ++k)
            data.organ_dropped.count("tumour concentration, tumour mass not told", {});
    }
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
