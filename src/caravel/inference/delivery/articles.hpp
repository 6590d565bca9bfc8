// Which cases come from one article, over all tables.
#pragma once

#include "caravel/inference/delivery/tumour_table.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace caravel::inference::delivery {

/// By what two cases of different articles are recognised as told twice.
enum class MatchRule { equal_series, proportional_series, particle };

/// Two cases of different articles that are one measurement or one particle.
struct CaseMatch {
    std::size_t first = 0;  // case
    std::size_t second = 0;
    std::size_t equal = 0;   // series: times at which both agree; particle: particles that agree
    std::size_t shared = 0;  // series: times that both have; particle: as `equal`
    MatchRule rule = MatchRule::equal_series;
};

/// Pairs of cases with equal or else proportional tumour series, each pair once. Equal: series in
/// one unit, or in %ID/g and %ID/cm3, that agree to 1 % at two or more shared times and at half of
/// these at least: re-tabulated copies differ in single digitised points. Proportional: series in
/// any units whose ratio is constant to 1 % over all shared times, four or more, or three where
/// material and size do not speak against it (another tumour mass or density was put in; three
/// ratios agree by chance between articles). Series of one article (by the cases' key) are not
/// compared. `cases` are the owners.
std::vector<CaseMatch> match_series(std::span<const DeliveryCase> cases,
                                    std::span<const TumourSeries> series);

/// Pairs of articles that tell the same particle: hydrodynamic diameter to 1 % and size of the zeta
/// potential to 0.05 mV, not organic here and inorganic there. Round numbers such as 100 nm and
/// -10 mV agree by chance, so one of these is asked for: both numbers with two significant digits
/// and six together; two different particles that agree; the dose agrees to 1 % too, zeta is not 0
/// and the diameter has two significant digits. A match names the first pair of cases.
std::vector<CaseMatch> match_particles(std::span<const DeliveryCase> cases);

/// How many matches a rule gave.
std::size_t count_matches(std::span<const CaseMatch> matches, MatchRule rule);

/// Replaces the article of every case by the key of its group: cases with one key or a match belong
/// together, and so does everything that these share (union-find). The key is that of the group's
/// first case. Returns the number of groups.
std::size_t join_articles(std::span<DeliveryCase> cases, std::span<const CaseMatch> matches);

}  // namespace caravel::inference::delivery
