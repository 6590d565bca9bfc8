// Constants of matter as a card reads them: together with what they rest on.
#pragma once

#include "caravel/formulation/card.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace caravel::formulation {

/// What a number of a card rests on.
struct CardBasis {
    std::string source;
    CardStatus status = CardStatus::computed;
};

/// Reads facts and keeps where they come from. A copy that reads on stands for a number that needs
/// the same facts and more.
class CardFacts {
  public:
    explicit CardFacts(matter::Library& library) : library_(&library) {}

    /// As matter::Library::value.
    double value(std::string_view table, std::string_view name, std::string_view property,
                 std::string_view context = "");
    /// As matter::Library::find.
    std::optional<double> find(std::string_view table, std::string_view name,
                               std::string_view property, std::string_view context = "");
    /// What the formulation gives, else as value().
    double given_or(std::optional<double> given, std::string_view table, std::string_view name,
                    std::string_view property);
    /// Something besides facts, in words that say themselves what is assumed; none when empty.
    void add(const CardBasis& basis);

    /// All sources in the order of reading, "data/magnetic.csv: Fe3O4 (assumed)", and the weakest
    /// status: assumed when one fact is, else calibrated when one is fitted, else computed.
    CardBasis basis() const;

  private:
    struct Entry {
        std::string place;  // the table's file, or the words of a basis
        std::string name;   // empty for the latter
        CardStatus status;
    };
    void keep(Entry entry);

    matter::Library* library_;
    std::vector<Entry> entries_;
};

}  // namespace caravel::formulation
