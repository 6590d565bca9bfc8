// How far a run is: one live line on a terminal, JSON lines elsewhere.
#pragma once

#include <functional>
#include <iosfwd>
#include <string>
#include <string_view>

namespace caravel::report {

enum class ProgressMode { line, json, quiet };

struct ProgressStyle {
    ProgressMode mode = ProgressMode::json;
    bool unicode = false;
    bool colour = false;
    int columns = 80;
    std::string counted{};  // what is counted, in the plural: "starts"; empty: simulated time (s)
};

/// What decides the style; the caller asks the system, so that tests need no terminal.
struct TerminalFacts {
    bool is_terminal = false;
    bool no_color = false;  // environment NO_COLOR is set and not empty
    std::string locale;     // LC_ALL, LC_CTYPE or LANG
    std::string term;       // TERM
    int columns = 80;
};

/// `choice` is "auto", "line", "json" or "quiet" (from --progress and --quiet); auto gives a line
/// on a terminal and JSON elsewhere. Throws UsageError for other words.
ProgressStyle progress_style(std::string_view choice, const TerminalFacts& facts);

/// Asks the system about a file descriptor.
TerminalFacts terminal_facts(int descriptor);

/// Writes progress of one job. The line is redrawn at most 5 times a second, JSON lines come at
/// most every 10 s; the last report of a job is always written.
class Progress {
  public:
    using Clock = std::function<double()>;  // s, monotonic

    Progress(std::ostream& out, Clock clock, ProgressStyle style, std::string job);

    /// `done` of `total`: simulated time (s), or what the style counts; `activity` is a short word
    /// such as a process name.
    void update(double done, double total, std::string_view activity = {});
    /// Ends the job; the line is completed so that other output can follow.
    void finish(std::string_view outcome = "done");

  private:
    void write(double now, std::string_view outcome);
    void write_line(double elapsed, double fraction, std::string_view outcome);
    void write_json(double elapsed, double fraction, std::string_view outcome);

    std::ostream& out_;
    Clock clock_;
    ProgressStyle style_;
    std::string job_;
    double start_;
    double last_written_;
    bool written_ = false;
    bool finished_ = false;
    double done_ = 0.0;
    double total_ = 0.0;
    std::string activity_;
};

}  // namespace caravel::report
