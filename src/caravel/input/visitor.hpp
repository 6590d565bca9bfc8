// One `describe(Visitor&, T&)` per input struct; the reader, the echo, the JSON Schema, the manual
// tables and the Python properties are visitors.
#pragma once

#include "caravel/base/error.hpp"
#include "caravel/base/quantity.hpp"
#include "caravel/base/unit.hpp"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace caravel::input {

enum class Presence { required, optional };

/// Name and one-line explanation of a key in a study file.
struct Key {
    std::string_view name;
    std::string_view doc;
    Presence presence = Presence::optional;
};

inline constexpr double infinity = std::numeric_limits<double>::infinity();

/// Unit in which a number is echoed (its dimension is the one demanded) and its valid range in that
/// unit. A bare number is accepted only where the unit is "1".
struct NumberRule {
    std::string_view unit = "1";
    double minimum = -infinity;
    double maximum = infinity;
    bool minimum_excluded = false;
    bool maximum_excluded = false;
};

inline NumberRule positive(std::string_view unit) { return {unit, 0.0, infinity, true, false}; }
inline NumberRule non_negative(std::string_view unit) { return {unit, 0.0, infinity}; }
inline NumberRule fraction() { return {"1", 0.0, 1.0}; }
inline NumberRule any_number(std::string_view unit) { return {unit}; }

/// A choice of texts; the reader offers "did you mean" among them.
using Choices = std::vector<std::string_view>;

class Visitor;
/// Every input struct T has a free function `void describe(input::Visitor&, T&)` found by ADL.
template <class T>
concept Described = requires(Visitor& visitor, T& value) {
    describe(visitor, value);
};

/// Walks over the keys of a struct. Reading visitors assign, writing visitors only look.
class Visitor {
  public:
    virtual ~Visitor() = default;

    /// A number with a unit, SI inside.
    virtual void number(Key key, double& si, const NumberRule& rule) = 0;
    /// A number that may be absent (NaN is never used for "absent").
    virtual void number(Key key, std::optional<double>& si, const NumberRule& rule) = 0;
    /// A number whose unit may be of any of the given units' dimensions.
    virtual void any_of(Key key, AnyQuantity& value, const std::vector<NumberRule>& rules) = 0;
    virtual void integer(Key key, std::int64_t& value, std::int64_t minimum,
                         std::int64_t maximum) = 0;
    virtual void flag(Key key, bool& value) = 0;
    virtual void text(Key key, std::string& value) = 0;
    /// A text out of a fixed list.
    virtual void choice(Key key, std::string& value, const Choices& choices) = 0;
    virtual void texts(Key key, std::vector<std::string>& values) = 0;
    virtual void numbers(Key key, std::vector<double>& si, const NumberRule& rule) = 0;

    /// Says that something is wrong with the table just read although each key is fine alone
    /// (reported at `key` when the table has it, else at the table). Ignored by writers.
    virtual void complain(std::string_view key, std::string what, std::string expected = "",
                          std::string hint = "") = 0;
    /// Whether the table being read holds the key (writers and schema visitors answer true).
    virtual bool has(std::string_view key) const = 0;
    /// The place of the table being read (writers: empty).
    virtual Location where() const = 0;

    /// A nested table.
    template <Described T>
    void record(Key key, T& value) {
        if (begin_record(key)) describe(*this, value);
        end_record(key);
    }
    /// A nested table that may be absent.
    template <Described T>
    void record(Key key, std::optional<T>& value) {
        if (begin_optional(key, value.has_value())) {
            if (!value) value.emplace();
            describe(*this, *value);
        }
        end_record(key);
    }
    /// An array of tables ([[key]]); a file's list replaces the default one.
    template <Described T>
    void records(Key key, std::vector<T>& values) {
        if (describes_types()) {
            begin_records(key, values.size());
            T example{};
            if (begin_element(key, 0)) describe(*this, example);
            end_element(key);
            end_records(key);
            return;
        }
        const std::size_t n = begin_records(key, values.size());
        if (reads() && has(key.name)) values.clear();
        values.resize(n);
        for (std::size_t i = 0; i < n; ++i) {
            if (begin_element(key, i)) describe(*this, values[i]);
            end_element(key);
        }
        end_records(key);
    }

    /// A tagged union inside the current table: `law = "first_order"` chooses the alternative,
    /// whose keys stand in the same table. Each alternative T has `static constexpr
    /// std::string_view tag` and `static constexpr std::string_view doc`.
    template <class... T>
    void alternatives(Key tag_key, std::variant<T...>& value) {
        std::string tag = std::visit([](const auto& v) { return std::string(v.tag); }, value);
        choice(tag_key, tag, Choices{T::tag...});
        if (describes_types()) {
            (describe_alternative<T>(tag_key), ...);
            return;
        }
        // A reader learns the keys of the alternatives not chosen to tell them from misspelt ones.
        if (reads()) ((tag == T::tag ? void() : describe_alternative<T>(tag_key)), ...);
        if (!(... || (tag == T::tag))) return;  // the mistaken tag has been reported
        (choose<T>(tag, value), ...);
        std::visit([this](auto& v) { describe(*this, v); }, value);
    }

    /// Ends the outermost table: readers report its unknown keys, writers complete their text.
    virtual void finish() {}

    /// True for visitors that assign.
    virtual bool reads() const { return false; }
    /// True for visitors that describe types (schema, manual) instead of values.
    virtual bool describes_types() const { return false; }

  protected:
    virtual bool begin_record(Key key) = 0;
    virtual bool begin_optional(Key key, bool present) = 0;
    virtual void end_record(Key key) = 0;
    /// Number of elements (a reader: in the file when it has the key; else `size`).
    virtual std::size_t begin_records(Key key, std::size_t size) = 0;
    virtual bool begin_element(Key key, std::size_t i) = 0;
    virtual void end_element(Key key) = 0;
    virtual void end_records(Key key) = 0;
    /// Around the keys of one alternative: each one when describes_types(), those not chosen when
    /// reads().
    virtual void begin_alternative(Key tag_key, std::string_view tag, std::string_view doc) = 0;
    virtual void end_alternative() = 0;

  private:
    template <class T, class... Ts>
    static void choose(const std::string& tag, std::variant<Ts...>& value) {
        if (tag == T::tag && !std::holds_alternative<T>(value)) value = T{};
    }
    template <class T>
    void describe_alternative(Key tag_key) {
        begin_alternative(tag_key, T::tag, T::doc);
        T example{};
        describe(*this, example);
        end_alternative();
    }
};

}  // namespace caravel::input
