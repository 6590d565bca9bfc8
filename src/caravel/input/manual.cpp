#include "caravel/input/reader.hpp"
#include "caravel/input/rule_text.hpp"

#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace caravel::input {
namespace {

constexpr std::string_view columns =
    "| key | unit | default | range | meaning |\n|---|---|---|---|---|\n";

std::string escaped(std::string_view text) {
    std::string result;
    for (const char c : text) {
        if (c == '|') result += '\\';
        result += c;
    }
    return result;
}

std::string code(std::string_view text) { return text.empty() ? "" : '`' + escaped(text) + '`'; }

/// One table of the file, or one alternative of a table.
struct Section {
    std::string heading;
    std::string doc;
    std::string path;
    std::string rows;
    std::vector<Section> below;
};

void print(const Section& section, std::string& markdown) {
    if (!section.heading.empty()) markdown += "\n" + section.heading + "\n";
    if (!section.doc.empty()) markdown += "\n" + section.doc + "\n";
    if (!section.rows.empty()) {
        markdown += '\n';
        markdown += columns;
        markdown += section.rows;
    }
    for (const Section& child : section.below) print(child, markdown);
}

class ManualWriter final : public Visitor {
  public:
    explicit ManualWriter(std::string& markdown) : markdown_(markdown) { sections_.emplace_back(); }

    void number(Key key, double& si, const NumberRule& rule) override {
        const bool known = std::isfinite(si) && key.presence == Presence::optional;
        const std::string value =
            known ? in_unit(from_si(si, parse_unit(rule.unit)), rule.unit) : "";
        row(key, rule.unit, value, range_text(rule));
    }
    void number(Key key, std::optional<double>& si, const NumberRule& rule) override {
        if (si) return number(key, *si, rule);
        row(key, rule.unit, "", range_text(rule));
    }
    void any_of(Key key, AnyQuantity&, const std::vector<NumberRule>& rules) override {
        std::string units;
        std::string ranges;
        for (const NumberRule& rule : rules) {
            units += (units.empty() ? "" : ", ") + std::string(rule.unit);
            const std::string range = range_text(rule);
            if (!range.empty()) ranges += (ranges.empty() ? "" : ", ") + range;
        }
        row(key, units, "", ranges);
    }
    void integer(Key key, std::int64_t& value, std::int64_t minimum,
                 std::int64_t maximum) override {
        using Limits = std::numeric_limits<std::int64_t>;
        std::string range = "whole";
        if (minimum != Limits::min()) range += fmt::format(", >= {}", minimum);
        if (maximum != Limits::max()) range += fmt::format(", <= {}", maximum);
        row(key, "", std::to_string(value), range);
    }
    void flag(Key key, bool& value) override {
        row(key, "", value ? "true" : "false", "true or false");
    }
    void text(Key key, std::string& value) override { row(key, "", quoted_text(value), "text"); }
    void choice(Key key, std::string& value, const Choices& choices) override {
        row(key, "", quoted_text(value), join(choices));
    }
    void texts(Key key, std::vector<std::string>&) override { row(key, "", "", "list of texts"); }
    void numbers(Key key, std::vector<double>&, const NumberRule& rule) override {
        const std::string range = range_text(rule);
        row(key, rule.unit, "", "list of numbers" + (range.empty() ? "" : " " + range));
    }

    void complain(std::string_view, std::string, std::string, std::string) override {}
    bool has(std::string_view) const override { return true; }
    Location where() const override { return {}; }
    bool describes_types() const override { return true; }
    void finish() override { print(sections_.front(), markdown_); }

  protected:
    bool begin_record(Key key) override {
        open(key, "## `[{}]`");
        return true;
    }
    bool begin_optional(Key key, bool) override { return begin_record(key); }
    void end_record(Key) override { close(); }
    std::size_t begin_records(Key, std::size_t) override { return 0; }
    bool begin_element(Key key, std::size_t) override {
        open(key, "## `[[{}]]`");
        return true;
    }
    void end_element(Key) override { close(); }
    void end_records(Key) override {}
    void begin_alternative(Key tag_key, std::string_view tag, std::string_view doc) override {
        sections_.push_back({fmt::format("### `{} = \"{}\"`", tag_key.name, tag),
                             std::string(doc),
                             sections_.back().path,
                             "",
                             {}});
    }
    void end_alternative() override { close(); }

  private:
    static std::string quoted_text(const std::string& text) {
        return text.empty() ? "" : '"' + text + '"';
    }

    void row(Key key, std::string_view unit, std::string_view value, std::string_view range) {
        const std::string shown = key.presence == Presence::required ? "required" : code(value);
        sections_.back().rows += fmt::format("| `{}` | {} | {} | {} | {} |\n", key.name, code(unit),
                                             shown, escaped(range), escaped(key.doc));
    }

    template <class Heading>
    void open(Key key, const Heading& heading) {
        const std::string& above = sections_.back().path;
        std::string path = (above.empty() ? "" : above + '.') + std::string(key.name);
        std::string title = fmt::format(fmt::runtime(heading), path);
        if (key.presence == Presence::required) title += " (required)";
        sections_.push_back({std::move(title), std::string(key.doc), std::move(path), "", {}});
    }
    void close() {
        Section section = std::move(sections_.back());
        sections_.pop_back();
        sections_.back().below.push_back(std::move(section));
    }

    std::string& markdown_;
    std::vector<Section> sections_;
};

}  // namespace

std::unique_ptr<Visitor> make_manual_writer(std::string& markdown) {
    return std::make_unique<ManualWriter>(markdown);
}

}  // namespace caravel::input
