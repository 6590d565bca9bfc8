#include "caravel/input/document.hpp"
#include "caravel/input/text_file.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

namespace caravel::input {
namespace {

constexpr std::size_t longest_path = 32;

/// One step of a path: a key, or an index that counts from 0.
struct Step {
    std::string key;
    std::optional<std::size_t> index;
};

std::string_view trim(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

/// Applies one assignment; everything it throws names the assignment as the place.
class Assignment {
  public:
    explicit Assignment(std::string_view text)
        : where_{"--set " + std::string(text.substr(0, 200))} {
        if (invalid_utf8(text) != std::string_view::npos ||
            text.find('\0') != std::string_view::npos) {
            where_.file = "--set";
            fail("not valid UTF-8");
        }
        const std::size_t equals = text.find('=');
        if (equals == std::string_view::npos) fail("no '=' in it", "key=value");
        path_ = trim(text.substr(0, equals));
        if (path_.empty()) fail("no key before '='", "key=value");
        const std::string_view value_text = trim(text.substr(equals + 1));
        if (value_text.empty())
            fail("no value after '='", "key=value", "use \"\" for an empty text");
        value_ = parse_value(value_text);
        relocate(value_);
    }

    void apply(Value& root) {
        const std::vector<Step> steps = split();
        Value* at = &root;
        std::string walked;
        for (std::size_t i = 0; i + 1 < steps.size(); ++i) {
            at = &enter(*at, steps[i], walked, steps[i + 1].index.has_value());
            walked += steps[i].index ? fmt::format("[{}]", *steps[i].index)
                                     : (walked.empty() ? "" : ".") + steps[i].key;
        }
        Value& target = enter(*at, steps.back(), walked, false);
        target = std::move(value_);
    }

  private:
    [[noreturn]] void fail(std::string what, std::string expected = "",
                           std::string hint = "") const {
        throw InputError(Diagnostic{where_, std::move(what), std::move(expected), std::move(hint)});
    }

    /// The text as a TOML value, or as it stands when it is none ("168 h").
    static Value parse_value(std::string_view text) {
        try {
            Document one = parse_toml("v = " + std::string(text), "");
            auto& entries = std::get<Table>(one.root.data).entries;
            if (entries.size() == 1 && entries.front().key == "v")
                return std::move(entries.front().value);
        } catch (const InputError&) {
            // Not TOML: a bare text.
        }
        return Value{std::string(text), {}};
    }

    void relocate(Value& value) const {
        value.where = where_;
        if (auto* array = std::get_if<Array>(&value.data)) {
            for (Value& element : *array) relocate(element);
        } else if (auto* table = std::get_if<Table>(&value.data)) {
            for (Table::Entry& entry : table->entries) {
                entry.where = where_;
                relocate(entry.value);
            }
        }
    }

    std::vector<Step> split() const {
        std::vector<Step> steps;
        std::size_t i = 0;
        while (i < path_.size()) {
            if (steps.size() >= longest_path) fail(fmt::format("more than {} keys", longest_path));
            if (path_[i] == '[' && !steps.empty()) {
                steps.push_back(read_index(i));
            } else {
                if (!steps.empty() && path_[i++] != '.') fail("a '.' is missing in the key");
                steps.push_back(read_key(i));
            }
        }
        return steps;
    }

    Step read_key(std::size_t& i) const {
        const std::size_t end = std::min(path_.find_first_of(".[", i), path_.size());
        const std::string_view key = trim(std::string_view(path_).substr(i, end - i));
        if (key.empty()) fail("an empty key", "keys joined by '.' such as run.seed=1");
        i = end;
        return {std::string(key), {}};
    }

    Step read_index(std::size_t& i) const {
        const std::size_t end = path_.find(']', i);
        const std::string digits =
            end == std::string::npos ? "" : std::string(path_.substr(i + 1, end - i - 1));
        const bool is_number = !digits.empty() && digits.size() <= 9 &&
                               digits.find_first_not_of("0123456789") == std::string::npos;
        if (!is_number) fail("a bad index", "a number from 0 in brackets such as layer[0]");
        i = end + 1;
        return {"", std::stoul(digits)};
    }

    Value& enter(Value& at, const Step& step, const std::string& walked, bool wants_list) const {
        if (step.index) return element(at, *step.index, walked);
        auto* table = std::get_if<Table>(&at.data);
        if (table == nullptr)
            fail(fmt::format("'{}' is {}", walked, at.kind()), "a table",
                 at.is_array() ? fmt::format("choose an entry: {}[0]", walked) : "");
        for (Table::Entry& entry : table->entries)
            if (entry.key == step.key) return entry.value;
        if (wants_list) fail(fmt::format("there is no list '{}'", step.key));
        table->entries.push_back({step.key, where_, Value{Table{}, where_}});
        return table->entries.back().value;
    }

    Value& element(Value& at, std::size_t index, const std::string& walked) const {
        auto* array = std::get_if<Array>(&at.data);
        if (array == nullptr && at.is_table() && index == 0) return at;  // a list of one
        if (array == nullptr) fail(fmt::format("'{}' is {}", walked, at.kind()), "a list");
        if (array->empty()) fail(fmt::format("the list '{}' is empty", walked));
        if (index >= array->size())
            fail(fmt::format("'{}' has no entry {}", walked, index),
                 fmt::format("an index from 0 to {}", array->size() - 1));
        return (*array)[index];
    }

    Location where_;
    std::string path_;
    Value value_;
};

}  // namespace

void set_value(Document& document, std::string_view assignment) {
    // A mistake half way must not leave new empty tables behind.
    Value changed = document.root;
    Assignment(assignment).apply(changed);
    document.root = std::move(changed);
}

}  // namespace caravel::input
