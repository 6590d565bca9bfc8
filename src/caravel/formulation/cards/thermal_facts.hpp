// Looks up constants of one table and remembers where they came from.
#pragma once

#include "caravel/formulation/card.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace caravel::formulation {

/// Reads constants and keeps their sources, so that a card's value can name them.
class FactReader {
  public:
    FactReader(matter::Library& library, std::string table);

    /// SI value, empty when the table has none.
    std::optional<double> find(std::string_view name, std::string_view property,
                               std::string_view context = "");
    /// SI value; throws NotAvailable with the table's name otherwise.
    double need(std::string_view name, std::string_view property, std::string_view context = "");
    /// SI value or `otherwise`.
    double get(std::string_view name, std::string_view property, double otherwise,
               std::string_view context = "");
    /// Distinct sources of all values read since the last call of restart().
    std::string sources() const;
    /// computed when every value was measured or fitted, assumed otherwise.
    CardStatus status() const { return assumed_ ? CardStatus::assumed : CardStatus::computed; }
    void restart();

  private:
    matter::Library* library_;
    std::string table_;
    std::vector<std::string> sources_;
    bool assumed_ = false;
};

}  // namespace caravel::formulation
