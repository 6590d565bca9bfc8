// Where the numbers of a described struct stand, by the key that `--set` gives them.
#pragma once

#include "caravel/input/reader.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace caravel::inference::population {

/// A key of a struct and where its number is kept; the place of a key that takes no number is
/// empty. Lives as long as no list of the struct changes its length.
struct KeyPlace {
    using Target =
        std::variant<std::monostate, double*, std::optional<double>*, AnyQuantity*, std::int64_t*>;
    std::string path;  // "subject.tumour[1].volume"; the first of a list without its [0]
    std::string name;  // last part
    Target target;
    std::vector<input::NumberRule> rules;  // of numbers
    std::int64_t minimum = 0;              // of whole numbers
    std::int64_t maximum = 0;
};

/// Every key of a struct in its order; optional tables that are absent are left out.
class KeyFinder final : public input::Visitor {
  public:
    template <input::Described T>
    static std::vector<KeyPlace> find(T& value) {
        KeyFinder finder;
        describe(finder, value);
        return std::move(finder.places_);
    }

    void number(input::Key key, double& si, const input::NumberRule& rule) override;
    void number(input::Key key, std::optional<double>& si, const input::NumberRule& rule) override;
    void any_of(input::Key key, AnyQuantity& value,
                const std::vector<input::NumberRule>& rules) override;
    void integer(input::Key key, std::int64_t& value, std::int64_t minimum,
                 std::int64_t maximum) override;
    void flag(input::Key key, bool&) override { add(key, {}); }
    void text(input::Key key, std::string&) override { add(key, {}); }
    void choice(input::Key key, std::string&, const input::Choices&) override { add(key, {}); }
    void texts(input::Key key, std::vector<std::string>&) override { add(key, {}); }
    void numbers(input::Key key, std::vector<double>& si, const input::NumberRule& rule) override;
    void complain(std::string_view, std::string, std::string, std::string) override {}
    bool has(std::string_view) const override { return true; }
    Location where() const override { return {}; }

  protected:
    bool begin_record(input::Key key) override;
    bool begin_optional(input::Key key, bool present) override;
    void end_record(input::Key) override { path_.pop_back(); }
    std::size_t begin_records(input::Key, std::size_t size) override { return size; }
    bool begin_element(input::Key key, std::size_t i) override;
    void end_element(input::Key) override { path_.pop_back(); }
    void end_records(input::Key) override {}
    void begin_alternative(input::Key, std::string_view, std::string_view) override {}
    void end_alternative() override {}

  private:
    KeyPlace& add(input::Key key, KeyPlace::Target target);

    std::vector<std::string> path_;
    std::vector<KeyPlace> places_;
};

/// What a struct's own checks complain about, as texts; ranges of single numbers are not looked at.
template <input::Described T>
std::vector<std::string> complaints(T& value);

/// Collects complaints and looks at nothing else.
class Complaints final : public input::Visitor {
  public:
    void number(input::Key, double&, const input::NumberRule&) override {}
    void number(input::Key, std::optional<double>&, const input::NumberRule&) override {}
    void any_of(input::Key, AnyQuantity&, const std::vector<input::NumberRule>&) override {}
    void integer(input::Key, std::int64_t&, std::int64_t, std::int64_t) override {}
    void flag(input::Key, bool&) override {}
    void text(input::Key, std::string&) override {}
    void choice(input::Key, std::string&, const input::Choices&) override {}
    void texts(input::Key, std::vector<std::string>&) override {}
    void numbers(input::Key, std::vector<double>&, const input::NumberRule&) override {}
    void complain(std::string_view key, std::string what, std::string, std::string) override {
        found_.push_back(std::string(key) + ": " + what);
    }
    bool has(std::string_view) const override { return true; }
    Location where() const override { return {}; }
    std::vector<std::string> take() { return std::move(found_); }

  protected:
    bool begin_record(input::Key) override { return true; }
    bool begin_optional(input::Key, bool present) override { return present; }
    void end_record(input::Key) override {}
    std::size_t begin_records(input::Key, std::size_t size) override { return size; }
    bool begin_element(input::Key, std::size_t) override { return true; }
    void end_element(input::Key) override {}
    void end_records(input::Key) override {}
    void begin_alternative(input::Key, std::string_view, std::string_view) override {}
    void end_alternative() override {}

  private:
    std::vector<std::string> found_;
};

template <input::Described T>
std::vector<std::string> complaints(T& value) {
    Complaints visitor;
    describe(visitor, value);
    return visitor.take();
}

}  // namespace caravel::inference::population
