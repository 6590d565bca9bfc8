#include "caravel/study/observable_terms.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>

namespace caravel::study {

using kinetics::Term;

std::string title(const std::string& place) {
    std::string text = place;
    for (char& c : text)
        if (c == '_') c = ' ';
    if (!text.empty())
        text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
    return text;
}

std::vector<std::string> tumour_places(const BuiltModel& built, const std::string& tumour) {
    std::vector<std::string> names;
    for (const auto& cohort : built.cohorts)
        for (const auto& place : cohort.places.places())
            if (place.name.rfind(tumour + ".", 0) == 0 &&
                std::find(names.begin(), names.end(), place.name) == names.end())
                names.push_back(place.name);
    return names;
}

bool is_on_receptors(const std::string& place, const std::string& tumour) {
    if (place == tumour + ".bound") return true;
    constexpr std::string_view changed = "_bound";
    return place.rfind(tumour + ".", 0) == 0 && std::string_view(place).ends_with(changed);
}

std::vector<Term> weigh(std::vector<Term> terms, double factor) {
    for (auto& term : terms) term.weight *= factor;
    return terms;
}

std::vector<Term> join(std::vector<Term> a, const std::vector<Term>& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

bool is_in_space(const BuiltModel& built, const tissue::LumpedTumour& tumour) {
    return std::any_of(built.grids.begin(), built.grids.end(),
                       [&](const auto& grid) { return grid.name == tumour.name(); });
}

std::vector<Term> volume_terms(const tissue::LumpedTumour& tumour, double weight) {
    std::vector<Term> terms;
    for (std::size_t i = 0; i < tumour.parameters().populations.size(); ++i)
        terms.push_back({tumour.population(i), weight});
    for (const auto& stage : tumour.dying()) terms.push_back({stage, weight});
    return terms;
}

}  // namespace caravel::study
