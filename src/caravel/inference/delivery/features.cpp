#include "caravel/inference/delivery/features.hpp"

#include "caravel/base/statistics.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <set>

namespace caravel::inference::delivery {
namespace {

std::optional<double> logarithm(std::optional<double> value) {
    if (!value || !(*value > 0.0)) return std::nullopt;
    return std::log10(*value);
}

struct NumberSource {
    const char* name;
    std::optional<double> (*read)(const DeliveryCase&);
};

constexpr std::array<NumberSource, 8> numbers{
    {{"log10 hydrodynamic diameter",
      [](const DeliveryCase& c) { return logarithm(c.particle.hydrodynamic_diameter); }},
     {"squared log10 of hydrodynamic diameter over 100 nm",
      [](const DeliveryCase& c) {
          const auto size = logarithm(c.particle.hydrodynamic_diameter);
          return size ? std::optional((*size + 7.0) * (*size + 7.0)) : std::nullopt;
      }},
     {"log10 core diameter",
      [](const DeliveryCase& c) { return logarithm(c.particle.core_diameter); }},
     {"zeta potential", [](const DeliveryCase& c) { return c.particle.zeta_potential; }},
     {"log10 (1 mV + |zeta potential|)",
      [](const DeliveryCase& c) {
          const auto zeta = c.particle.zeta_potential;
          return zeta ? std::optional(std::log10(1e-3 + std::abs(*zeta))) : std::nullopt;
      }},
     {"log10 dose", [](const DeliveryCase& c) { return logarithm(c.dose); }},
     {"log10 body weight", [](const DeliveryCase& c) { return logarithm(c.animal.body_weight); }},
     {"log10 tumour mass", [](const DeliveryCase& c) { return logarithm(c.animal.tumour_mass); }}}};

struct WordSource {
    const char* name;
    std::string (*read)(const DeliveryCase&);
};

constexpr std::array<WordSource, 9> words{
    {{"material", [](const DeliveryCase& c) { return c.particle.material; }},
     {"shape", [](const DeliveryCase& c) { return c.particle.shape; }},
     {"pegylated",
      [](const DeliveryCase& c) {
          return std::string(!c.particle.is_pegylated   ? ""
                             : *c.particle.is_pegylated ? "yes"
                                                        : "no");
      }},
     {"targeting",
      [](const DeliveryCase& c) {
          return std::string(c.particle.is_targeted ? "active" : "passive");
      }},
     {"tumour",
      [](const DeliveryCase& c) { return std::string(c.animal.has_tumour ? "yes" : "no"); }},
     {"implantation", [](const DeliveryCase& c) { return c.animal.implantation; }},
     {"site", [](const DeliveryCase& c) { return c.animal.site; }},
     {"cancer", [](const DeliveryCase& c) { return c.animal.cancer; }},
     {"species", [](const DeliveryCase& c) { return c.animal.species; }}}};

}  // namespace

FeatureMap::FeatureMap(std::span<const DeliveryCase* const> training) {
    std::vector<Column> candidates;
    for (std::size_t k = 0; k < numbers.size(); ++k) {
        std::vector<double> told;
        for (const DeliveryCase* c : training)
            if (const auto value = numbers[k].read(*c)) told.push_back(*value);
        medians_.push_back(told.empty() ? 0.0 : median(told));
        candidates.push_back({Kind::number, k, "", 0.0, 1.0});
        candidates.push_back({Kind::missing, k, "", 0.0, 1.0});
    }
    for (std::size_t k = 0; k < words.size(); ++k) {
        std::set<std::string> known;
        for (const DeliveryCase* c : training) known.insert(words[k].read(*c));
        for (const std::string& word : known) candidates.push_back({Kind::word, k, word, 0.0, 1.0});
    }
    std::set<std::vector<double>> taken;  // equal columns, such as two flags of one number, once
    for (Column& column : candidates) {
        std::vector<double> values;
        for (const DeliveryCase* c : training) values.push_back(raw(column, *c));
        if (values.empty()) return;
        column.mean = mean(values);
        double sum = 0.0;
        for (const double v : values) sum += (v - column.mean) * (v - column.mean);
        column.spread = std::sqrt(sum / static_cast<double>(values.size()));
        if (column.spread > 1e-9 * (1.0 + std::abs(column.mean)) && taken.insert(values).second)
            columns_.push_back(column);
    }
}

double FeatureMap::raw(const Column& column, const DeliveryCase& c) const {
    if (column.kind == Kind::word) return words[column.source].read(c) == column.word ? 1.0 : 0.0;
    const auto value = numbers[column.source].read(c);
    if (column.kind == Kind::missing) return value ? 0.0 : 1.0;
    return value.value_or(medians_[column.source]);
}

/// In spreads of the training cases. Beyond 4 of them lie only slips of units and facts unlike any
/// trained on (a normal number does so once in 16 000): a linear forecast must not follow these.
constexpr double largest_feature = 4.0;

std::vector<double> FeatureMap::encode(const DeliveryCase& c) const {
    std::vector<double> values;
    values.reserve(columns_.size());
    for (const Column& column : columns_)
        values.push_back(std::clamp((raw(column, c) - column.mean) / column.spread,
                                    -largest_feature, largest_feature));
    return values;
}

std::vector<std::string> FeatureMap::names() const {
    std::vector<std::string> result;
    for (const Column& column : columns_) {
        if (column.kind == Kind::word)
            result.push_back(std::string(words[column.source].name) + " " +
                             (column.word.empty() ? "not told" : column.word));
        else
            result.push_back(std::string(numbers[column.source].name) +
                             (column.kind == Kind::missing ? " not told" : ""));
    }
    return result;
}

}  // namespace caravel::inference::delivery
