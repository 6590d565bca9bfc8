// What readers of measured sets left out, and why.
#pragma once

#include "caravel/base/error.hpp"
#include "caravel/base/view.hpp"

#include <string>
#include <vector>

namespace caravel::inference::delivery {

/// Counts by reason, in the order in which the reasons first came up.
class Ledger {
  public:
    struct Entry {
        std::string reason;
        index_t count = 0;
        Location first;  // of the first one
    };

    void count(const std::string& reason, const Location& where) {
        for (auto& entry : entries_)
            if (entry.reason == reason) {
                ++entry.count;
                return;
            }
        entries_.push_back({reason, 1, where});
    }

    const std::vector<Entry>& entries() const { return entries_; }

    /// How often this reason was counted; 0 when never.
    index_t of(const std::string& reason) const {
        for (const auto& entry : entries_)
            if (entry.reason == reason) return entry.count;
        return 0;
    }

  private:
    std::vector<Entry> entries_;
};

}  // namespace caravel::inference::delivery
