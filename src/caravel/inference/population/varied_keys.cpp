#include "caravel/inference/population/varied_keys.hpp"

namespace caravel::inference::population {
namespace {

std::string joined(const std::vector<std::string>& path, std::string_view name) {
    std::string text;
    for (const auto& part : path) text += part + ".";
    return text.append(name);
}

/// "[2]"; nothing for the first of a list, which may stand without its number.
std::string index_text(std::size_t i) { return i == 0 ? "" : "[" + std::to_string(i) + "]"; }

}  // namespace

KeyPlace& KeyFinder::add(input::Key key, KeyPlace::Target target) {
    places_.push_back({joined(path_, key.name), std::string(key.name), target, {}, 0, 0});
    return places_.back();
}

void KeyFinder::number(input::Key key, double& si, const input::NumberRule& rule) {
    add(key, &si).rules = {rule};
}

void KeyFinder::number(input::Key key, std::optional<double>& si, const input::NumberRule& rule) {
    add(key, &si).rules = {rule};
}

void KeyFinder::any_of(input::Key key, AnyQuantity& value,
                       const std::vector<input::NumberRule>& rules) {
    add(key, &value).rules = rules;
}

void KeyFinder::integer(input::Key key, std::int64_t& value, std::int64_t minimum,
                        std::int64_t maximum) {
    KeyPlace& place = add(key, &value);
    place.minimum = minimum;
    place.maximum = maximum;
}

void KeyFinder::numbers(input::Key key, std::vector<double>& si, const input::NumberRule& rule) {
    for (std::size_t i = 0; i < si.size(); ++i) {
        KeyPlace& place = add(key, &si[i]);
        place.path += index_text(i);
        place.rules = {rule};
    }
}

bool KeyFinder::begin_record(input::Key key) {
    path_.emplace_back(key.name);
    return true;
}

bool KeyFinder::begin_optional(input::Key key, bool present) {
    path_.emplace_back(key.name);
    return present;
}

bool KeyFinder::begin_element(input::Key key, std::size_t i) {
    path_.push_back(std::string(key.name) + index_text(i));
    return true;
}

}  // namespace caravel::inference::population
