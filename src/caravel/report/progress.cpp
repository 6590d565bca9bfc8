#include "caravel/report/progress.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/lower_case.hpp"
#include "caravel/report/json_value.hpp"
#include "caravel/report/text.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <ostream>
#include <utility>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace caravel::report {

namespace {

constexpr double line_interval = 0.2;   // s
constexpr double json_interval = 10.0;  // s
constexpr int bar_cells = 24;

std::string bar(double fraction, bool unicode) {
    const int full = static_cast<int>(std::floor(fraction * bar_cells + 1e-9));
    std::string text;
    for (int i = 0; i < bar_cells; ++i) {
        if (unicode) {
            text += i < full ? "█" : "░";
        } else {
            text += i < full ? '#' : '.';
        }
    }
    return text;
}

/// "42 s", "3:07 min", "2:05 h".
std::string duration(double seconds) {
    const auto whole = static_cast<long>(std::llround(std::max(0.0, seconds)));
    if (whole < 60) return fmt::format("{} s", whole);
    if (whole < 3600) return fmt::format("{}:{:02} min", whole / 60, whole % 60);
    return fmt::format("{}:{:02} h", whole / 3600, whole / 60 % 60);
}

std::string json_text(std::string_view text) { return input::to_json(json(text), false); }

/// "24 h" with ordinary spaces, for terminals.
std::string plain_time(double seconds) {
    std::string text = time_text(seconds);
    const std::string hard_space = "\u00A0";
    for (std::size_t at = text.find(hard_space); at != std::string::npos;
         at = text.find(hard_space)) {
        text.replace(at, hard_space.size(), " ");
    }
    return text;
}

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

bool is_utf8(const std::string& given) {
    const std::string locale = lower_case(given);
    return locale.find("utf-8") != std::string::npos || locale.find("utf8") != std::string::npos;
}

}  // namespace

ProgressStyle progress_style(std::string_view choice, const TerminalFacts& facts) {
    ProgressStyle style;
    const bool can_redraw = facts.is_terminal && facts.term != "dumb";
    if (choice == "auto") {
        style.mode = can_redraw ? ProgressMode::line : ProgressMode::json;
    } else if (choice == "line") {
        style.mode = ProgressMode::line;
    } else if (choice == "json") {
        style.mode = ProgressMode::json;
    } else if (choice == "quiet") {
        style.mode = ProgressMode::quiet;
    } else {
        throw UsageError(fmt::format("--progress={}: expected auto, line, json or quiet", choice));
    }
    style.unicode = is_utf8(facts.locale);
    style.colour = can_redraw && !facts.no_color;
    style.columns = std::max(20, facts.columns);
    return style;
}

TerminalFacts terminal_facts(int descriptor) {
    TerminalFacts facts;
    facts.is_terminal = ::isatty(descriptor) == 1;
    facts.no_color = !environment("NO_COLOR").empty();
    facts.term = environment("TERM");
    for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
        if (facts.locale.empty()) facts.locale = environment(name);
    }
    winsize size{};
    if (::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) facts.columns = size.ws_col;
    return facts;
}

Progress::Progress(std::ostream& out, Clock clock, ProgressStyle style, std::string job)
    : out_(out),
      clock_(std::move(clock)),
      style_(std::move(style)),
      job_(std::move(job)),
      start_(clock_()),
      last_written_(start_) {}

void Progress::update(double done, double total, std::string_view activity) {
    done_ = done;
    total_ = total;
    activity_ = activity;
    if (style_.mode == ProgressMode::quiet || finished_) return;
    const double now = clock_();
    const bool line = style_.mode == ProgressMode::line;
    const double interval = line ? line_interval : json_interval;
    if (now - last_written_ < interval && !(line && !written_)) return;
    write(now, {});
}

void Progress::finish(std::string_view outcome) {
    if (finished_) return;
    finished_ = true;
    if (style_.mode != ProgressMode::quiet) write(clock_(), outcome);
}

void Progress::write(double now, std::string_view outcome) {
    last_written_ = now;
    written_ = true;
    const double fraction = total_ > 0.0 ? std::clamp(done_ / total_, 0.0, 1.0) : 0.0;
    if (style_.mode == ProgressMode::line) {
        write_line(now - start_, fraction, outcome);
    } else {
        write_json(now - start_, fraction, outcome);
    }
    out_.flush();
}

void Progress::write_line(double elapsed, double fraction, std::string_view outcome) {
    const std::string head = fmt::format("{} ", job_);
    const std::string amount =
        style_.counted.empty() ? fmt::format("{} of {}", plain_time(done_), plain_time(total_))
                               : fmt::format("{:.0f} of {:.0f} {}", done_, total_, style_.counted);
    std::string tail = fmt::format(" {:3.0f} %  {} in {}", std::floor(100.0 * fraction), amount,
                                   duration(elapsed));
    if (!outcome.empty()) {
        tail += fmt::format("  {}", outcome);
    } else if (fraction > 0.0) {
        tail += fmt::format("  ETA {}", duration(elapsed * (1.0 - fraction) / fraction));
    }
    if (outcome.empty() && !activity_.empty()) tail += fmt::format("  {}", activity_);
    // One terminal row: a line that wraps could not be redrawn.
    const auto room = static_cast<std::size_t>(style_.columns - 1);
    std::string line = head;
    if (head.size() + bar_cells + tail.size() <= room) {
        const std::string cells = bar(fraction, style_.unicode);
        line += style_.colour ? fmt::format("\x1b[36m{}\x1b[0m", cells) : cells;
        line += tail;
    } else {
        line = (head + tail.substr(1)).substr(0, room);
    }
    out_ << '\r' << line << "\x1b[K";
    if (!outcome.empty()) out_ << '\n';
}

void Progress::write_json(double elapsed, double fraction, std::string_view outcome) {
    out_ << fmt::format("{{\"event\":\"progress\",\"job\":{},\"fraction\":{}", json_text(job_),
                        fraction);
    if (style_.counted.empty())
        out_ << fmt::format(",\"simulated_s\":{},\"total_s\":{}", done_, total_);
    else
        out_ << fmt::format(",\"done\":{},\"total\":{},\"counted\":{}", done_, total_,
                            json_text(style_.counted));
    out_ << fmt::format(",\"elapsed_s\":{:.1f}", elapsed);
    if (outcome.empty() && fraction > 0.0) {
        out_ << fmt::format(",\"eta_s\":{:.1f}", elapsed * (1.0 - fraction) / fraction);
    }
    if (!activity_.empty()) out_ << fmt::format(",\"activity\":{}", json_text(activity_));
    if (!outcome.empty()) out_ << fmt::format(",\"outcome\":{}", json_text(outcome));
    out_ << "}\n";
}

}  // namespace caravel::report
