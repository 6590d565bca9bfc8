#include "caravel/report/dicom_request.hpp"

#include "caravel/base/error.hpp"
#include "caravel/report/json_value.hpp"

#include <cmath>

#include <fmt/format.h>

namespace caravel::report {
namespace {

template <class T>
input::Array list(const T& values) {
    input::Array items;
    for (const auto& v : values) items.push_back(json(v));
    return items;
}

/// Reads entries of a table by name.
class Entries {
  public:
    Entries(const input::Table& table, std::string file) : table_(table), file_(std::move(file)) {}

    std::string text(std::string_view key) const {
        const auto* value = std::get_if<std::string>(&entry(key).data);
        if (value == nullptr) refuse(key, "text");
        return *value;
    }
    double number(std::string_view key) const { return number_of(entry(key), key); }
    std::int64_t whole(std::string_view key) const { return whole_of(entry(key), key); }

    template <std::size_t n>
    std::array<double, n> numbers(std::string_view key) const {
        std::array<double, n> all{};
        for (std::size_t i = 0; i < n; ++i) all[i] = number_of(items(key, n)[i], key);
        return all;
    }
    std::array<std::int64_t, 3> whole_numbers(std::string_view key) const {
        std::array<std::int64_t, 3> all{};
        for (std::size_t i = 0; i < 3; ++i) all[i] = whole_of(items(key, 3)[i], key);
        return all;
    }
    std::vector<std::pair<std::string, double>> named(std::string_view key) const {
        const auto* table = std::get_if<input::Table>(&entry(key).data);
        if (table == nullptr) refuse(key, "a table");
        std::vector<std::pair<std::string, double>> all;
        for (const auto& e : table->entries) all.emplace_back(e.key, number_of(e.value, key));
        return all;
    }

  private:
    [[noreturn]] void refuse(std::string_view key, std::string_view expected) const {
        throw InputError(Diagnostic{{file_, 0, 0},
                                    fmt::format("'{}' is missing or no {}", key, expected),
                                    std::string(expected),
                                    "the request is written by caravel"});
    }
    const input::Value& entry(std::string_view key) const {
        const auto* found = table_.find(key);
        if (found == nullptr) refuse(key, "entry");
        return found->value;
    }
    const input::Array& items(std::string_view key, std::size_t count) const {
        const auto* list = std::get_if<input::Array>(&entry(key).data);
        if (list == nullptr || list->size() != count)
            refuse(key, fmt::format("list of {} numbers", count));
        return *list;
    }
    double number_of(const input::Value& value, std::string_view key) const {
        if (const auto* whole = std::get_if<std::int64_t>(&value.data))
            return static_cast<double>(*whole);
        const auto* number = std::get_if<double>(&value.data);
        if (number == nullptr || !std::isfinite(*number)) refuse(key, "finite number");
        return *number;
    }
    std::int64_t whole_of(const input::Value& value, std::string_view key) const {
        const auto* whole = std::get_if<std::int64_t>(&value.data);
        if (whole == nullptr || *whole < 1) refuse(key, "whole number of 1 or more");
        return *whole;
    }

    const input::Table& table_;
    std::string file_;
};

}  // namespace

std::string dicom_request_json(const DicomRequest& request) {
    input::Table table;
    put(table, "object", request.object);
    put(table, "modality", request.modality);
    put(table, "values", request.values.string());
    put(table, "folder", request.folder.string());
    put(table, "size", list(request.size));
    put(table, "spacing_mm", list(request.spacing));
    put(table, "first_mm", list(request.first));
    put(table, "slope", request.slope);
    put(table, "intercept", request.intercept);
    put(table, "window", list(request.window));
    put(table, "unit", request.unit);
    put(table, "run", request.run);
    put(table, "label", request.label);
    put(table, "description", request.description);
    put(table, "version", request.version);
    put(table, "study_uid", request.study_uid);
    put(table, "series_uid", request.series_uid);
    put(table, "frame_uid", request.frame_uid);
    put(table, "series_number", request.series_number);
    put(table, "time_s", request.time);
    put(table, "duration_s", request.duration);
    put(table, "corrections", request.corrections);
    put(table, "facts", table_of(request.facts));
    return input::to_json(json(table));
}

DicomRequest parse_dicom_request(std::string_view text, const std::string& name) {
    const input::Document document = input::parse_json(text, name);
    const Entries entries(std::get<input::Table>(document.root.data), name);
    DicomRequest request;
    request.object = entries.text("object");
    request.modality = entries.text("modality");
    request.values = entries.text("values");
    request.folder = entries.text("folder");
    request.size = entries.whole_numbers("size");
    request.spacing = entries.numbers<3>("spacing_mm");
    request.first = entries.numbers<3>("first_mm");
    request.slope = entries.number("slope");
    request.intercept = entries.number("intercept");
    request.window = entries.numbers<2>("window");
    request.unit = entries.text("unit");
    request.run = entries.text("run");
    request.label = entries.text("label");
    request.description = entries.text("description");
    request.version = entries.text("version");
    request.study_uid = entries.text("study_uid");
    request.series_uid = entries.text("series_uid");
    request.frame_uid = entries.text("frame_uid");
    request.series_number = entries.whole("series_number");
    request.time = entries.number("time_s");
    request.duration = entries.number("duration_s");
    request.corrections = entries.text("corrections");
    request.facts = entries.named("facts");
    return request;
}

}  // namespace caravel::report
