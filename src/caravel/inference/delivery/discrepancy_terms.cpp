#include "caravel/inference/delivery/discrepancy_terms.hpp"

#include "caravel/base/error.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace caravel::inference::delivery {

namespace {

/// Bumps in log10 of the time in hours.
constexpr std::array<double, 5> centres = {-1.2, -0.4, 0.4, 1.2, 2.0};

double bump(std::size_t k, double decades) {
    constexpr double width = 0.6;
    const double x = (decades - centres[k]) / width;
    return std::exp(-0.5 * x * x);
}

bool names_chelator(const std::string& coating) {
    static constexpr std::array<const char*, 8> words = {"NOTA",  "DOTA", "NODAGA", "DTPA",
                                                         "HYNIC", "DFO",  "TETA",   "CB-TE2A"};
    return std::any_of(words.begin(), words.end(), [&coating](const char* word) {
        return coating.find(word) != std::string::npos;
    });
}

[[noreturn]] void refuse_term(const std::string& what) {
    throw InputError(Diagnostic{{}, what, "a term of this version", "refit the laws"});
}

/// Number and factor of a plain term.
double plain(const std::string& name, const DeliveryCase& c, double raw) {
    constexpr double usual_fraction = -1.5;
    constexpr double usual_dose = 1e-5;  // kg/kg
    constexpr double usual_mass = 3e-4;  // kg
    if (name == "constant") return 1.0;
    if (name == "laws") return raw - usual_fraction;
    if (name == "log_mass")
        return c.animal.tumour_mass
                   ? std::log10(std::clamp(*c.animal.tumour_mass, 1e-6, 1e-2) / usual_mass)
                   : 0.0;
    if (name == "untold_setting")
        return c.animal.implantation.empty() && c.animal.site.empty() ? 1.0 : 0.0;
    if (name == "targeted") return c.particle.is_targeted ? 1.0 : 0.0;
    if (name == "untold_dose") return c.dose ? 0.0 : 1.0;
    if (name == "chelator") return names_chelator(c.particle.coating) ? 1.0 : 0.0;
    if (name == "log_dose")
        return c.dose && *c.dose > 0.0 ? std::log10(std::clamp(*c.dose / usual_dose, 1e-2, 1e2))
                                       : 0.0;
    if (name == "bears_tumour") return c.animal.has_tumour ? 1.0 : 0.0;
    refuse_term("unknown term of discrepancy \"" + name + '"');
}

constexpr std::array<const char*, 3> word_sources = {"material", "cancer", "setting"};

std::string word_of(const std::string& source, const DeliveryCase& c) {
    if (source == word_sources[0]) return c.particle.material;
    if (source == word_sources[1]) return c.animal.cancer;
    if (source == word_sources[2]) return c.animal.implantation + '/' + c.animal.site;
    refuse_term("unknown source of words \"" + source + '"');
}

void check_word(const std::string& source, const std::string& word) {
    if (word.find_first_of("*\n\r") == std::string::npos) return;
    throw InputError(Diagnostic{{},
                                "the " + source + " \"" + word + "\" cannot name a term",
                                "a word of one line without '*'",
                                "correct the case"});
}

/// "factor" or "factor*time", "factor*bump<k>"; "source=word" is 1 for that word.
struct Parts {
    std::string factor;
    std::string time;
};

Parts parts_of(const std::string& name) {
    const std::size_t star = name.find('*');
    if (star == std::string::npos) return {name, ""};
    return {name.substr(0, star), name.substr(star + 1)};
}

double time_of(const std::string& time, double decades) {
    constexpr double usual_decades = 0.9;  // 8 h
    if (time.empty()) return 1.0;
    if (time == "time") return std::clamp(decades, -1.3, 2.5) - usual_decades;
    if (time.size() == 5 && time.rfind("bump", 0) == 0 && time[4] >= '0' && time[4] < '5')
        return bump(static_cast<std::size_t>(time[4] - '0'), decades);
    refuse_term("unknown course of time \"" + time + '"');
}

double value_of(const std::string& name, const DeliveryCase& c, double raw, double decades) {
    const Parts parts = parts_of(name);
    const std::size_t equal = parts.factor.find('=');
    const double factor =
        equal == std::string::npos
            ? plain(parts.factor, c, raw)
            : (word_of(parts.factor.substr(0, equal), c) == parts.factor.substr(equal + 1) ? 1.0
                                                                                           : 0.0);
    return factor == 0.0 ? 0.0 : factor * time_of(parts.time, decades);
}

/// Bumps of one factor are a family, so are the words of one source.
std::string family_of(const std::string& name) {
    const Parts parts = parts_of(name);
    const std::string factor = parts.factor.substr(0, parts.factor.find('='));
    return parts.time.rfind("bump", 0) == 0 ? factor + "*bump" : factor;
}

void add_bumps(std::vector<std::string>& names, const std::string& factor) {
    for (std::size_t k = 0; k < centres.size(); ++k)
        names.push_back(factor + "*bump" + std::to_string(k));
}

}  // namespace

DiscrepancyTerms::DiscrepancyTerms(std::size_t klass, std::span<const DeliveryCase> training) {
    names_ = {"constant", "laws"};
    add_bumps(names_, "constant");
    if (klass != noise_class(Place::tumour)) {
        for (const char* name : {"untold_dose", "untold_dose*time", "chelator", "chelator*time",
                                 "log_dose", "bears_tumour"})
            names_.emplace_back(name);
        return;
    }
    names_.insert(names_.end(), {"untold_setting", "log_mass", "targeted"});
    for (const char* source : word_sources) {
        std::set<std::string> words;
        for (const DeliveryCase& c : training)
            if (std::any_of(c.points.begin(), c.points.end(),
                            [](const Point& p) { return p.place == Place::tumour; }))
                words.insert(word_of(source, c));
        for (const std::string& word : words) {
            check_word(source, word);
            const std::string name = std::string(source) + '=' + word;
            names_.push_back(name);
            if (source == word_sources[0]) add_bumps(names_, name);
        }
    }
}

DiscrepancyTerms::DiscrepancyTerms(std::vector<std::string> names) : names_(std::move(names)) {
    row({}, 0.0, 0.0);
    std::set<std::string> seen;
    for (const std::string& name : names_) {
        const Parts parts = parts_of(name);
        if (name.find('*') != std::string::npos && parts.time.empty())
            refuse_term("term \"" + name + "\" without its course of time");
        time_of(parts.time, 0.0);
        if (!seen.insert(name).second) refuse_term("term \"" + name + "\" twice");
    }
}

DiscrepancyTerms DiscrepancyTerms::without(const std::string& name) const {
    DiscrepancyTerms others = *this;
    std::vector<std::string>& names = others.names_;
    names.erase(std::remove(names.begin(), names.end(), name), names.end());
    return others;
}

std::vector<int> DiscrepancyTerms::families() const {
    std::map<std::string, int> number = {{"constant", 0}, {"untold_setting", 0}};
    std::vector<int> families;
    for (const std::string& name : names_)
        families.push_back(
            number.try_emplace(family_of(name), static_cast<int>(number.size()) - 1).first->second);
    return families;
}

std::vector<double> DiscrepancyTerms::row(const DeliveryCase& c, double raw, double decades) const {
    std::vector<double> values;
    values.reserve(names_.size());
    for (const std::string& name : names_) values.push_back(value_of(name, c, raw, decades));
    return values;
}

}  // namespace caravel::inference::delivery
