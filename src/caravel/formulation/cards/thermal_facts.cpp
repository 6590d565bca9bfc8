#include "caravel/formulation/cards/thermal_facts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace caravel::formulation {

FactReader::FactReader(matter::Library& library, std::string table)
    : library_(&library), table_(std::move(table)) {}

std::optional<double> FactReader::find(std::string_view name, std::string_view property,
                                       std::string_view context) {
    const matter::Fact* fact = library_->find_fact(table_, name, property, context);
    if (fact == nullptr) return std::nullopt;
    assumed_ = assumed_ || fact->status == matter::Status::assumed;
    if (std::find(sources_.begin(), sources_.end(), fact->source) == sources_.end())
        sources_.push_back(fact->source);
    return fact->si;
}

double FactReader::need(std::string_view name, std::string_view property,
                        std::string_view context) {
    if (const auto value = find(name, property, context)) return *value;
    throw NotAvailable(fmt::format("data/{}.csv has no {} of '{}'", table_, property, name));
}

double FactReader::get(std::string_view name, std::string_view property, double otherwise,
                       std::string_view context) {
    return find(name, property, context).value_or(otherwise);
}

std::string FactReader::sources() const { return fmt::format("{}", fmt::join(sources_, "; ")); }

void FactReader::restart() {
    sources_.clear();
    assumed_ = false;
}

}  // namespace caravel::formulation
