#include "caravel/input/reader.hpp"

#include "caravel/base/suggest.hpp"
#include "caravel/input/number_reader.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

namespace caravel::input {
namespace {

constexpr std::size_t most_diagnostics = 20;
constexpr std::size_t most_listed_keys = 12;

bool stands_before(const Diagnostic& a, const Diagnostic& b) {
    return std::pair(a.where.line, a.where.column) < std::pair(b.where.line, b.where.column);
}

const Table& empty_table() {
    static const Table table;
    return table;
}

class Reader final : public Visitor {
  public:
    Reader(const Value& root, Diagnostics& diagnostics) : diagnostics_(diagnostics) {
        const bool is_table = root.is_table();
        if (!is_table)
            diagnostics_.add({root.where, "the document is " + root.kind(), "a table", ""});
        push(is_table ? std::get<Table>(root.data) : empty_table(), root.where, !is_table);
    }

    void number(Key key, double& si, const NumberRule& rule) override {
        if (const Value* value = take(key, expected_kind({rule})))
            if (const auto q = read_quantity(key.name, *value, {rule}, diagnostics_)) si = q->si;
    }
    void number(Key key, std::optional<double>& si, const NumberRule& rule) override {
        if (const Value* value = take(key, expected_kind({rule})))
            if (const auto q = read_quantity(key.name, *value, {rule}, diagnostics_)) si = q->si;
    }
    void any_of(Key key, AnyQuantity& any, const std::vector<NumberRule>& rules) override {
        if (const Value* value = take(key, expected_kind(rules)))
            if (const auto q = read_quantity(key.name, *value, rules, diagnostics_)) any = *q;
    }
    void integer(Key key, std::int64_t& number, std::int64_t minimum,
                 std::int64_t maximum) override {
        if (const Value* value = take(key, "a whole number"))
            if (const auto i = read_integer(key.name, *value, minimum, maximum, diagnostics_))
                number = *i;
    }
    void flag(Key key, bool& flag) override { take_as(key, flag, "true or false"); }
    void text(Key key, std::string& text) override { take_as(key, text, "text"); }

    // A mistaken choice is left empty: no alternative is read under a wrong tag.
    void choice(Key key, std::string& chosen, const Choices& choices) override {
        if (!collecting()) tag_ = {std::string(key.name), chosen};
        const Value* value = take(key, "one of " + join(choices));
        if (value == nullptr) {
            if (!collecting() && key.presence == Presence::required) tag_.second = chosen = "";
            return;
        }
        chosen.clear();
        const auto* text = std::get_if<std::string>(&value->data);
        if (text == nullptr) {
            fail(*value, fmt::format("{} is {}", key.name, value->kind()),
                 "one of " + join(choices));
        } else if (std::find(choices.begin(), choices.end(), *text) == choices.end()) {
            diagnostics_.add({value->where, fmt::format("{} is '{}'", key.name, *text),
                              "one of " + join(choices), did_you_mean(*text, choices)});
        } else {
            chosen = *text;
        }
        tag_.second = chosen;
    }

    void texts(Key key, std::vector<std::string>& texts) override {
        const Array* array = take_list(key, "a list of texts");
        if (array == nullptr) return;
        texts.clear();
        for (const Value& element : *array) {
            if (const auto* text = std::get_if<std::string>(&element.data))
                texts.push_back(*text);
            else
                fail(element, fmt::format("an entry of {} is {}", key.name, element.kind()),
                     "text");
        }
    }
    void numbers(Key key, std::vector<double>& si, const NumberRule& rule) override {
        const Array* array = take_list(key, "a list of numbers");
        if (array == nullptr) return;
        si.clear();
        // A mistaken entry keeps its place, or the list would be blamed for its length as well.
        for (const Value& element : *array) {
            const auto q = read_quantity(key.name, element, {rule}, diagnostics_);
            si.push_back(q ? q->si : std::numeric_limits<double>::quiet_NaN());
        }
    }

    void complain(std::string_view key, std::string what, std::string expected,
                  std::string hint) override {
        if (collecting() || frames_.back().broken) return;
        const Table::Entry* entry = frames_.back().table->find(key);
        diagnostics_.add({entry != nullptr ? entry->where : frames_.back().where, std::move(what),
                          std::move(expected), std::move(hint)});
    }
    bool has(std::string_view key) const override {
        return frames_.back().table->find(key) != nullptr;
    }
    Location where() const override { return frames_.back().where; }
    bool reads() const override { return true; }

    void finish() override {
        while (!frames_.empty()) pop();
    }

  protected:
    bool begin_record(Key key) override {
        const Value* value = take(key, "a table");
        return enter(key, value);
    }
    bool begin_optional(Key key, bool) override { return enter(key, take(key, "a table")); }
    void end_record(Key) override { leave(); }

    std::size_t begin_records(Key key, std::size_t size) override {
        const Value* value = take(key, "a list of tables");
        std::vector<const Value*> elements;
        if (value != nullptr && value->is_table()) {
            elements.push_back(value);  // one [key] is a list of one
        } else if (value != nullptr && value->is_array()) {
            for (const Value& element : std::get<Array>(value->data)) elements.push_back(&element);
        } else if (value != nullptr) {
            fail(*value, fmt::format("{} is {}", key.name, value->kind()),
                 fmt::format("a list of tables ([[{}]])", key.name));
        }
        const std::size_t found = elements.size();
        lists_.push_back(std::move(elements));
        if (value == nullptr) return collecting() ? 0 : size;
        return found;
    }
    bool begin_element(Key key, std::size_t i) override {
        return enter(key, i < lists_.back().size() ? lists_.back()[i] : nullptr);
    }
    void end_element(Key) override { leave(); }
    void end_records(Key) override { lists_.pop_back(); }

    void begin_alternative(Key, std::string_view tag, std::string_view) override {
        if (collecting_++ == 0) other_tag_ = tag;
    }
    void end_alternative() override { --collecting_; }

  private:
    /// Where a key that belongs to an alternative not chosen would be at home.
    struct Elsewhere {
        std::string tag_key;
        std::string chosen;
        std::vector<std::string_view> tags;  // all alternatives that have the key
    };
    struct Frame {
        const Table* table;
        Location where;
        bool broken;  // the value was no table: its keys are not missed
        std::set<std::string, std::less<>> known;
        std::map<std::string, Elsewhere, std::less<>> elsewhere;
    };

    bool collecting() const { return collecting_ > 0; }

    void push(const Table& table, const Location& where, bool broken) {
        frames_.push_back({&table, where, broken, {}, {}});
    }

    /// The key's value; notes the key as known and reports it when it is required and missing.
    const Value* take(Key key, const std::string& expected) {
        Frame& frame = frames_.back();
        if (collecting()) {
            auto& tags =
                frame.elsewhere
                    .try_emplace(std::string(key.name), Elsewhere{tag_.first, tag_.second, {}})
                    .first->second.tags;
            if (tags.empty() || tags.back() != other_tag_) tags.push_back(other_tag_);
            return nullptr;
        }
        frame.known.emplace(key.name);
        if (const Table::Entry* entry = frame.table->find(key.name)) return &entry->value;
        if (key.presence == Presence::required && !frame.broken)
            diagnostics_.add({frame.where, fmt::format("key '{}' is missing", key.name),
                              fmt::format("{}: {}", expected, key.doc), ""});
        return nullptr;
    }

    template <class T>
    void take_as(Key key, T& target, const char* expected) {
        const Value* value = take(key, expected);
        if (value == nullptr) return;
        if (const auto* found = std::get_if<T>(&value->data))
            target = *found;
        else
            fail(*value, fmt::format("{} is {}", key.name, value->kind()), expected);
    }

    const Array* take_list(Key key, const char* expected) {
        const Value* value = take(key, expected);
        if (value == nullptr) return nullptr;
        const auto* array = std::get_if<Array>(&value->data);
        if (array == nullptr)
            fail(*value, fmt::format("{} is {}", key.name, value->kind()), expected);
        return array;
    }

    bool enter(Key key, const Value* value) {
        const auto* table = value != nullptr ? std::get_if<Table>(&value->data) : nullptr;
        if (value != nullptr && table == nullptr)
            fail(*value, fmt::format("{} is {}", key.name, value->kind()), "a table");
        entered_.push_back(table != nullptr);
        if (table != nullptr) push(*table, value->where, false);
        return table != nullptr;
    }
    void leave() {
        if (entered_.back()) pop();
        entered_.pop_back();
    }

    void pop() {
        const Frame& frame = frames_.back();
        const std::vector<std::string_view> known(frame.known.begin(), frame.known.end());
        std::size_t reported = 0;
        for (const Table::Entry& entry : frame.table->entries) {
            if (frame.known.count(entry.key) != 0) continue;
            if (++reported > most_diagnostics) break;
            report_unknown(entry, known);
        }
        frames_.pop_back();
    }

    void report_unknown(const Table::Entry& entry, const std::vector<std::string_view>& known) {
        const auto& elsewhere = frames_.back().elsewhere;
        const auto it = elsewhere.find(entry.key);
        if (it == elsewhere.end()) {
            std::string expected;
            if (!known.empty() && known.size() <= most_listed_keys)
                expected = (known.size() > 1 ? "one of " : "") + join(known);
            diagnostics_.add({entry.where, fmt::format("unknown key '{}'", entry.key), expected,
                              did_you_mean(entry.key, known)});
        } else if (!it->second.chosen.empty()) {
            const Elsewhere& home = it->second;
            diagnostics_.add(
                {entry.where,
                 fmt::format("'{}' does not belong to {} '{}'", entry.key, home.tag_key,
                             home.chosen),
                 "",
                 fmt::format("it belongs to {} '{}'", home.tag_key, fmt::join(home.tags, "', '"))});
        }
    }

    void fail(const Value& value, std::string what, std::string expected) {
        diagnostics_.add({value.where, std::move(what), std::move(expected), ""});
    }

    Diagnostics& diagnostics_;
    std::vector<Frame> frames_;
    std::vector<bool> entered_;
    std::vector<std::vector<const Value*>> lists_;
    std::pair<std::string, std::string> tag_;  // key and value of the last choice
    std::string_view other_tag_;
    int collecting_ = 0;
};

}  // namespace

void Diagnostics::add(Diagnostic diagnostic) {
    const auto place =
        std::upper_bound(diagnostics_.begin(), diagnostics_.end(), diagnostic, stands_before);
    diagnostics_.insert(place, std::move(diagnostic));
    if (diagnostics_.size() > most_diagnostics) diagnostics_.pop_back();
}

void Diagnostics::throw_if_any() const {
    if (!empty()) throw InputError(diagnostics_);
}

std::unique_ptr<Visitor> make_reader(const Value& table, Diagnostics& diagnostics) {
    return std::make_unique<Reader>(table, diagnostics);
}

}  // namespace caravel::input
