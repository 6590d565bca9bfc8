#include "caravel/input/reader.hpp"
#include "caravel/input/rule_text.hpp"

#include <cmath>

namespace caravel::input {
namespace {

Value written(double si, const NumberRule& rule) {
    if (is_plain(rule)) return {si, {}};
    return {exact_quantity(si, rule.unit), {}};
}

class EchoWriter final : public Visitor {
  public:
    explicit EchoWriter(Table& root) { tables_.push_back(&root); }

    void number(Key key, double& si, const NumberRule& rule) override {
        // A default such as "no limit" has no text form; left out it is read back as the default.
        if (std::isfinite(si)) put(key, written(si, rule));
    }
    void number(Key key, std::optional<double>& si, const NumberRule& rule) override {
        if (si) number(key, *si, rule);
    }
    void any_of(Key key, AnyQuantity& value, const std::vector<NumberRule>& rules) override {
        if (!std::isfinite(value.si)) return;
        for (const NumberRule& rule : rules)
            if (parse_unit(rule.unit).dimension == value.dimension &&
                (is_plain(rule) || !value.counted))
                return put(key, written(value.si, rule));
        // No rule fits: a value that was never set, whose key stays absent.
    }
    void integer(Key key, std::int64_t& value, std::int64_t, std::int64_t) override {
        put(key, {value, {}});
    }
    void flag(Key key, bool& value) override { put(key, {value, {}}); }
    void text(Key key, std::string& value) override { put(key, {value, {}}); }
    void choice(Key key, std::string& value, const Choices&) override { put(key, {value, {}}); }
    void texts(Key key, std::vector<std::string>& values) override {
        Array array;
        for (const std::string& value : values) array.push_back({value, {}});
        put(key, {std::move(array), {}});
    }
    void numbers(Key key, std::vector<double>& si, const NumberRule& rule) override {
        Array array;
        for (const double value : si) array.push_back(written(value, rule));
        put(key, {std::move(array), {}});
    }

    void complain(std::string_view, std::string, std::string, std::string) override {}
    bool has(std::string_view) const override { return true; }
    Location where() const override { return {}; }

  protected:
    bool begin_record(Key key) override {
        put(key, {Table{}, {}});
        enter(tables_.back()->entries.back().value);
        return true;
    }
    bool begin_optional(Key key, bool present) override {
        if (present) return begin_record(key);
        tables_.push_back(nullptr);
        return false;
    }
    void end_record(Key) override { tables_.pop_back(); }
    std::size_t begin_records(Key key, std::size_t size) override {
        put(key, {Array(size, Value{Table{}, {}}), {}});
        lists_.push_back(&std::get<Array>(tables_.back()->entries.back().value.data));
        return size;
    }
    bool begin_element(Key, std::size_t i) override {
        enter((*lists_.back())[i]);
        return true;
    }
    void end_element(Key) override { tables_.pop_back(); }
    void end_records(Key) override { lists_.pop_back(); }
    void begin_alternative(Key, std::string_view, std::string_view) override {}
    void end_alternative() override {}

  private:
    void put(Key key, Value value) {
        tables_.back()->entries.push_back({std::string(key.name), {}, std::move(value)});
    }
    // The table stays where it is until its end: its parent grows only afterwards.
    void enter(Value& value) { tables_.push_back(&std::get<Table>(value.data)); }

    std::vector<Table*> tables_;
    std::vector<Array*> lists_;
};

}  // namespace

std::unique_ptr<Visitor> make_echo(Table& table) { return std::make_unique<EchoWriter>(table); }

}  // namespace caravel::input
