#include "caravel/inference/delivery/study_forecast_places.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace caravel::inference::delivery {
namespace {

constexpr double percent = 100.0;
constexpr double per_gram = 1e-3;  // kg

/// Organs that are places of the laws by the same name.
constexpr std::array<std::pair<const char*, Place>, 9> organs = {{{"liver", Place::liver},
                                                                  {"spleen", Place::spleen},
                                                                  {"kidney", Place::kidney},
                                                                  {"lung", Place::lung},
                                                                  {"heart", Place::heart},
                                                                  {"muscle", Place::muscle},
                                                                  {"bone", Place::bone},
                                                                  {"skin", Place::skin},
                                                                  {"brain", Place::brain}}};

}  // namespace

ForecastPlaces::ForecastPlaces(const report::RunRecord& record, const study::Prepared& prepared,
                               std::size_t formulation)
    : record_(record) {
    const auto& formulations = prepared.file.input.formulations;
    const std::string suffix =
        formulations.size() > 1 ? "[" + formulations[formulation].name + "]" : std::string();
    const double blood = prepared.built.physiology.blood_volume() * body::tissue_density;
    add("blood.carrier_injected_dose_fraction" + suffix, {Place::blood, 0, percent, false});
    add("blood.carrier_injected_dose_per_gram" + suffix,
        {Place::blood, 0, percent * per_gram / blood, false});
    add_organs(prepared, suffix);
    add_tumours(prepared, suffix);
}

void ForecastPlaces::add(std::string name, DeliveredShare share) {
    known_.push_back({std::move(name), share, 0, 0});
}

void ForecastPlaces::add_organs(const study::Prepared& prepared, const std::string& suffix) {
    for (const body::Organ& organ : prepared.built.physiology.organs)
        for (const auto& [name, place] : organs)
            if (organ.name == name)
                add(fmt::format("{}.carrier_injected_dose_per_gram{}", name, suffix),
                    {place, 0, percent * per_gram / (organ.volume * body::tissue_density), false});
}

void ForecastPlaces::add_tumours(const study::Prepared& prepared, const std::string& suffix) {
    const auto& tumours = prepared.file.input.subject.tumours;
    for (std::size_t t = 0; t < tumours.size(); ++t) {
        const std::string& name = tumours[t].tissue.name;
        const std::string whole = fmt::format("{}.delivery_efficiency{}", name, suffix);
        add(whole, {Place::tumour, t, percent, false});
        add(fmt::format("{}.delivery_efficiency_max{}", name, suffix),
            {Place::tumour, t, percent, true});
        const double mass = tumours[t].tissue.volume * body::tissue_density;
        const std::string density =
            fmt::format("{}.carrier_injected_dose_per_gram{}", name, suffix);
        add(density, {Place::tumour, t, percent * per_gram / mass, false});
        known_.back().whole = series(whole);
        known_.back().per_gram = series(density);
    }
}

std::size_t ForecastPlaces::series(const std::string& name) const {
    const auto found = std::find_if(record_.series.begin(), record_.series.end(),
                                    [&](const report::Series& s) { return s.name == name; });
    return static_cast<std::size_t>(found - record_.series.begin());
}

std::optional<DeliveredShare> ForecastPlaces::share(const std::string& name, double time) const {
    const auto found = std::find_if(known_.begin(), known_.end(),
                                    [&](const Known& known) { return known.name == name; });
    if (found == known_.end()) return std::nullopt;
    DeliveredShare share = found->share;
    const std::size_t count = record_.series.size();
    if (found->whole == found->per_gram || found->whole >= count || found->per_gram >= count)
        return share;
    const auto& times = record_.times;
    const auto at = std::lower_bound(times.begin(), times.end(), time);
    const std::size_t row =
        at == times.end() ? times.size() - 1 : static_cast<std::size_t>(at - times.begin());
    const double whole = record_.series[found->whole].values[row];
    const double density = record_.series[found->per_gram].values[row];
    if (whole > 0.0 && density > 0.0) share.scale = percent * density / whole;
    return share;
}

}  // namespace caravel::inference::delivery
