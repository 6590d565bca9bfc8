// A small logger that is handed around by reference.
#pragma once

#include <ostream>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace caravel::report {

enum class LogLevel { error, warning, info, debug };

/// Writes "warning: text" lines up to a level; info lines carry no prefix.
class Log {
  public:
    explicit Log(std::ostream& out, LogLevel level = LogLevel::info) : out_(out), level_(level) {}

    bool shows(LogLevel level) const { return level <= level_; }

    template <class... Args>
    void error(fmt::format_string<Args...> text, Args&&... args) {
        write(LogLevel::error, "error: ", fmt::format(text, std::forward<Args>(args)...));
    }
    template <class... Args>
    void warning(fmt::format_string<Args...> text, Args&&... args) {
        write(LogLevel::warning, "warning: ", fmt::format(text, std::forward<Args>(args)...));
    }
    template <class... Args>
    void info(fmt::format_string<Args...> text, Args&&... args) {
        write(LogLevel::info, "", fmt::format(text, std::forward<Args>(args)...));
    }
    template <class... Args>
    void debug(fmt::format_string<Args...> text, Args&&... args) {
        write(LogLevel::debug, "debug: ", fmt::format(text, std::forward<Args>(args)...));
    }

  private:
    void write(LogLevel level, std::string_view prefix, std::string_view text) {
        if (shows(level)) out_ << prefix << text << '\n' << std::flush;
    }

    std::ostream& out_;
    LogLevel level_;
};

}  // namespace caravel::report
