// What a finished population says: spreads, bands over time, subgroups, responders, and the
// individuals that failed.
#pragma once

#include "caravel/inference/population/percentiles.hpp"
#include "caravel/inference/population/population_run.hpp"

#include <optional>
#include <string>
#include <vector>

namespace caravel::inference::population {

/// Equal bins from the 0.5 to the 99.5 % value; what lies outside counts into the end bins.
struct Histogram {
    std::vector<double> edges;
    std::vector<std::uint64_t> counts;
};

struct NumberResult {
    Column column;
    Spread spread;
    Histogram histogram;
};

struct BandResult {
    Column column;
    std::vector<double> times;  // s
    std::vector<Spread> spreads;
};

/// A part of the population; `spreads` follow the numbers and are absent for an empty group.
struct GroupResult {
    std::string name;
    std::string condition;
    std::uint64_t count = 0;
    std::vector<std::optional<Spread>> spreads;
    std::vector<Share> responders;
};

struct ResponderResult {
    std::string name;
    std::string condition;
    Share share;
};

struct FailedIndividual {
    Quarantined what;
    std::string command;        // repeats it from the plan
    std::string study_command;  // runs it as a study
};

struct PopulationResults {
    std::uint64_t count = 0;  // individuals with outputs
    std::vector<NumberResult> traits;
    std::vector<NumberResult> numbers;
    std::vector<BandResult> bands;
    std::vector<GroupResult> groups;
    std::vector<ResponderResult> responders;
    std::vector<FailedIndividual> failed;
};

/// Reads complete results a few outputs at a time (memory: 64 MB and 40 bytes for each individual)
/// and writes the table of individuals to `csv`. Throws InputError when every individual failed.
PopulationResults population_results(const PopulationStudy& study, const StoredResults& records,
                                     const std::vector<Quarantined>& quarantined,
                                     const std::string& plan_name,
                                     const std::filesystem::path& csv);

/// JSON of schema caravel.population/1.
std::string population_json(const PopulationStudy& study, const PopulationResults& results);
/// A self-contained page.
std::string population_page(const PopulationStudy& study, const PopulationResults& results);
/// At most 30 lines for the terminal.
std::string population_summary(const PopulationStudy& study, const PopulationResults& results,
                               const std::filesystem::path& folder);

}  // namespace caravel::inference::population
