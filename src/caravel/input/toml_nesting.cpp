#include "caravel/input/text_file.hpp"

#include <fmt/format.h>

namespace caravel::input {
namespace {

/// Walks over TOML text and counts open brackets, dots of one key, and separators.
class NestingScan {
  public:
    NestingScan(std::string_view text, const std::string& name, int depth)
        : text_(text), name_(name), limit_(depth) {}

    void run() {
        if (text_.substr(0, 3) == "\xEF\xBB\xBF") i_ = 3;
        while (i_ < text_.size()) {
            const char c = text_[i_];
            if (c == '[' && brackets_ == 0 && starts_line_) check_header();
            starts_line_ = c == '\n' || (starts_line_ && (c == ' ' || c == '\t'));
            if (c == '#')
                skip_comment();
            else if (c == '"' || c == '\'')
                skip_string(c);
            else
                count(c);
        }
    }

  private:
    static bool starts_key(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-' || c == '"' || c == '\'';
    }

    // toml++ 3.3 asserts that a header starts with a key instead of reporting that it does not.
    void check_header() {
        const auto skip_blanks = [this](std::size_t i) {
            while (i < text_.size() && (text_[i] == ' ' || text_[i] == '\t')) ++i;
            return i;
        };
        in_header_ = true;
        std::size_t i = skip_blanks(i_ + 1);
        if (i < text_.size() && text_[i] == '[') i = skip_blanks(i + 1);
        if (i >= text_.size() || text_[i] == ']' || starts_key(text_[i])) return;
        throw InputError(Diagnostic{locate(text_, i, name_), "not a table name",
                                    "letters, digits, '_', '-' or quotes", ""});
    }

    void skip_comment() {
        while (i_ < text_.size() && text_[i_] != '\n') ++i_;
    }

    void skip_string(char quote) {
        // toml++ reads a quote elsewhere as part of a bare value, and so would see what is skipped.
        const bool joins_keys = last_ == '.' && in_key_;
        if (!joins_keys && std::string_view("\n=[,{").find(last_) == std::string_view::npos)
            throw InputError(
                Diagnostic{locate(text_, i_, name_), "a quote at an unexpected place", "", ""});
        last_ = quote;
        const std::string triple(3, quote);
        const bool is_long = text_.substr(i_, 3) == triple;
        i_ += is_long ? 3 : 1;
        while (i_ < text_.size()) {
            if (quote == '"' && text_[i_] == '\\') {
                i_ += 2;
                continue;
            }
            if (!is_long && text_[i_] == '\n') return;  // unclosed: the parser will say so
            if (is_long ? text_.substr(i_, 3) == triple : text_[i_] == quote) {
                i_ += is_long ? 3 : 1;
                // Up to two quotes may stand before the closing three.
                while (is_long && i_ < text_.size() && text_[i_] == quote) ++i_;
                return;
            }
            ++i_;
        }
    }

    // Whether a key or a value comes next.
    void note_context(char c) {
        if (c == '[' || c == '{') {
            in_key_ = c == '{' || in_header_;
            open_ += c;
        } else if (c == ']' || c == '}') {
            if (!open_.empty()) open_.pop_back();
            in_key_ = false;
            in_header_ = false;
        } else if (c == '=') {
            in_key_ = false;
        } else if (c == ',') {
            in_key_ = !open_.empty() && open_.back() == '{';
        } else if (c == '\n' && open_.empty()) {
            in_key_ = true;
            in_header_ = false;
        }
    }

    void count(char c) {
        const bool opens = c == '[' || c == '{';
        if (opens && std::string_view("\n=[,{").find(last_) == std::string_view::npos)
            throw InputError(
                Diagnostic{locate(text_, i_, name_), "a bracket at an unexpected place", "", ""});
        if (c == '=' && !in_key_)
            throw InputError(
                Diagnostic{locate(text_, i_, name_), "a second '=' for one key", "", ""});
        if (c != ' ' && c != '\t' && c != '\r') last_ = c;
        note_context(c);
        // Such characters are no TOML, and toml++ 3.3 runs into undefined behaviour for some.
        if (static_cast<unsigned char>(c) >= 0x80)
            throw InputError(Diagnostic{locate(text_, i_, name_), "a character outside ASCII",
                                        "quotes around keys and texts that have one", ""});
        if (c == '[' || c == '{') ++brackets_;
        if ((c == ']' || c == '}') && brackets_ > 0) --brackets_;
        if (c == '.') ++dots_;
        if (c == '\n' || c == ',' || c == '=' || c == '{' || c == '[') dots_ = 0;
        if (c == '[' || c == ',' || c == '=') ++values_;
        if (brackets_ > limit_ || dots_ >= limit_)
            fail(fmt::format("nested deeper than {} levels", limit_));
        if (values_ > most_values) fail(fmt::format("more than {} values", most_values));
        ++i_;
    }

    [[noreturn]] void fail(const std::string& what) const {
        throw InputError(Diagnostic{locate(text_, i_, name_), what, "", ""});
    }

    std::string_view text_;
    const std::string& name_;
    int limit_;
    std::size_t i_ = 0;
    bool starts_line_ = true;
    bool in_key_ = true;
    bool in_header_ = false;
    std::string open_;  // brackets
    char last_ = '\n';  // before the current place, blanks left out
    int brackets_ = 0;
    int dots_ = 0;
    std::size_t values_ = 0;
};

}  // namespace

void check_toml_nesting(std::string_view text, const std::string& name, int depth) {
    NestingScan(text, name, depth).run();
}

}  // namespace caravel::input
