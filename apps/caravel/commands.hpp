// What each command of the command line does.
#pragma once

#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <vector>

namespace caravel::apps {

/// Everything the command line can say.
struct Options {
    void (*command)(const Options&) = nullptr;
    std::string version;
    std::string study;
    std::vector<std::string> assignments;
    std::vector<std::string> runs;
    std::vector<std::string> properties;
    std::string wavelengths;
    std::string html;
    bool dipoles = false;
    std::string out = "runs";
    std::optional<std::int64_t> seed;
    int threads = 1;
    std::string resume;
    std::string checkpoint_every = "1 s";
    std::string parent;
    std::string progress = "auto";
    std::string what;
    bool quiet = false;
    bool json = false;
    std::vector<std::string> vary;     // "key=low..high", "key=list of values"
    std::vector<std::string> outputs;  // "tumour.concentration@24 h", "blood.half_life"
    std::string method = "auto";
    std::int64_t count = 0;    // individuals, trajectories or starts; 0: what the plan says
    std::int64_t samples = 0;  // kept of each Markov chain
    std::int64_t chains = 4;
    std::optional<std::int64_t> only;   // one individual alone
    std::optional<std::int64_t> draws;  // behind the intervals of a run; 0: none
    std::string known_until;            // time up to which measured points update a run
    bool profiles = false;
    std::string data_folder;  // of measured sets
    int folds = 10;
    std::string refit;  // folder for the refitted property laws
    std::int64_t seeded_cells = 0;
    std::string until = "21 d";  // after seeding
};

void command_run(const Options& options);
void command_check(const Options& options);
void command_show(const Options& options);
void command_flow(const Options& options);
void command_particle(const Options& options);
void command_list(const Options& options);
void command_compare(const Options& options);
void command_manual(const Options& options);
void command_fit(const Options& options);
void command_population(const Options& options);
void command_sensitivity(const Options& options);
void command_scan(const Options& options);
void command_qualify(const Options& options);
void command_spheroid(const Options& options);

/// The time (s) that an option gives; throws UsageError for texts that are no time.
double time_of(const std::string& option, const std::string& text);

/// An error as the user sees it.
std::string message(const std::exception& error);

}  // namespace caravel::apps
