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
};

void command_run(const Options& options);
void command_check(const Options& options);
void command_show(const Options& options);
void command_flow(const Options& options);
void command_particle(const Options& options);
void command_list(const Options& options);
void command_compare(const Options& options);
void command_manual(const Options& options);

/// An error as the user sees it.
std::string message(const std::exception& error);

}  // namespace caravel::apps
