// Which cases come from one article, over all tables.
#pragma once

#include "caravel/inference/delivery/tumour_table.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace caravel::inference::delivery {

/// Two tumour series of different articles that are one measurement.
struct SeriesMatch {
    std::size_t first = 0;  // case
    std::size_t second = 0;
    std::size_t equal = 0;   // times at which both agree to 1 %
    std::size_t shared = 0;  // times that both have
};

/// Pairs of series in one unit that agree to 1 % at two or more shared times, and at half of
/// these at least: re-tabulated copies differ in single digitised points. Series of one article
/// (by the cases' key) are not compared. `cases` are the owners.
std::vector<SeriesMatch> match_series(std::span<const DeliveryCase> cases,
                                      std::span<const TumourSeries> series);

/// Replaces the article of every case by the key of its group: cases with one key or a match belong
/// together, and so does everything that these share (union-find). The key is that of the group's
/// first case. Returns the number of groups.
std::size_t join_articles(std::span<DeliveryCase> cases, std::span<const SeriesMatch> matches);

}  // namespace caravel::inference::delivery
