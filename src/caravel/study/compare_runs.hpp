// Inputs and key numbers of finished runs side by side.
#pragma once

#include <string>
#include <vector>

namespace caravel::study {

struct FinishedRun {
    std::string id;
    std::string name;
    std::string study_toml;
    std::string results_json;
};

/// Text: what differs in the inputs against the first run, then every number of all runs.
std::string compare_runs(const std::vector<FinishedRun>& runs);

}  // namespace caravel::study
