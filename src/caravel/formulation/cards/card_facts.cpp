#include "caravel/formulation/cards/card_facts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace caravel::formulation {
namespace {

CardStatus card_status(matter::Status status) {
    switch (status) {
    case matter::Status::measured: return CardStatus::computed;
    case matter::Status::fitted: return CardStatus::calibrated;
    case matter::Status::assumed: break;
    }
    return CardStatus::assumed;
}

CardStatus weaker(CardStatus a, CardStatus b) {
    for (const CardStatus status : {CardStatus::assumed, CardStatus::calibrated})
        if (a == status || b == status) return status;
    return CardStatus::computed;
}

}  // namespace

void CardFacts::keep(Entry entry) {
    const auto same = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& e) {
        return e.place == entry.place && e.name == entry.name;
    });
    if (same == entries_.end())
        entries_.push_back(std::move(entry));
    else
        same->status = weaker(same->status, entry.status);
}

std::optional<double> CardFacts::find(std::string_view table, std::string_view name,
                                      std::string_view property, std::string_view context) {
    const matter::Fact* fact = library_->find_fact(table, name, property, context);
    if (fact == nullptr) return std::nullopt;
    if (fact->licence == matter::given_licence)
        add({"the formulation"});
    else
        keep({fmt::format("data/{}.csv", table), std::string(name), card_status(fact->status)});
    return fact->si;
}

double CardFacts::value(std::string_view table, std::string_view name, std::string_view property,
                        std::string_view context) {
    const double value = library_->value(table, name, property, context);  // or its error
    find(table, name, property, context);
    return value;
}

double CardFacts::given_or(std::optional<double> given, std::string_view table,
                           std::string_view name, std::string_view property) {
    if (!given) return value(table, name, property);
    add({"the formulation"});
    return *given;
}

void CardFacts::add(const CardBasis& basis) {
    if (!basis.source.empty()) keep({basis.source, "", basis.status});
}

CardBasis CardFacts::basis() const {
    CardBasis basis;
    std::string place;
    for (const Entry& e : entries_) {
        basis.status = weaker(basis.status, e.status);
        const bool goes_on = !e.name.empty() && e.place == place;
        if (!basis.source.empty()) basis.source += goes_on ? ", " : "; ";
        if (!goes_on) basis.source += e.name.empty() ? e.place : e.place + ": ";
        basis.source += e.name;
        if (!e.name.empty() && e.status != CardStatus::computed)
            basis.source += fmt::format(" ({})", to_text(e.status));
        place = e.place;
    }
    return basis;
}

}  // namespace caravel::formulation
