#include "caravel/imaging/mri/pulseq_text.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/suggest.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace caravel::imaging::mri {

namespace {

constexpr std::string_view blanks = " \t\r";
constexpr std::size_t longest_name = 200;

std::string_view trimmed(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(blanks);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

std::string_view next_word(std::string_view& rest) {
    const std::size_t begin = rest.find_first_not_of(blanks);
    if (begin == std::string_view::npos) {
        rest = {};
        return {};
    }
    const std::size_t end = std::min(rest.find_first_of(blanks, begin), rest.size());
    const std::string_view word = rest.substr(begin, end - begin);
    rest.remove_prefix(end);
    return word;
}

bool read_number(std::string_view word, double& value) {
    if (!word.empty() && word.front() == '+') word.remove_prefix(1);
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    return error == std::errc() && end == word.data() + word.size() && std::isfinite(value);
}

class TextReader {
  public:
    TextReader(std::string_view text, const std::string& name, const PulseqLimits& limits)
        : text_(text), name_(name), limits_(limits) {}

    PulseqText read() {
        std::string_view line;
        while (next_line(line)) {
            if (line.front() == '[') {
                close_shape();
                open_section(line);
            } else {
                take(line);
            }
        }
        close_shape();
        if (result_.version == 0) fail("no [VERSION]", "a Pulseq text file");
        if (result_.blocks.empty()) fail("no blocks: the file is empty or cut off", "[BLOCKS]");
        return std::move(result_);
    }

  private:
    [[noreturn]] void fail(std::string what, std::string expected = {},
                           std::string hint = {}) const {
        refuse_pulseq(name_, line_, std::move(what), std::move(expected), std::move(hint));
    }

    // Next line that holds more than blanks and notes.
    bool next_line(std::string_view& line) {
        while (position_ < text_.size()) {
            const std::size_t end = std::min(text_.find('\n', position_), text_.size());
            line = text_.substr(position_, end - position_);
            position_ = end + 1;
            ++line_;
            line = trimmed(line.substr(0, std::min(line.find('#'), line.size())));
            if (!line.empty()) return true;
        }
        return false;
    }

    void open_section(std::string_view line) {
        static constexpr std::array<std::string_view, 12> sections{
            "VERSION", "DEFINITIONS", "BLOCKS", "RF",         "GRADIENTS", "TRAP",
            "ADC",     "DELAYS",      "SHAPES", "EXTENSIONS", "SIGNATURE", "NOTES"};
        if (line.back() != ']') fail("a section name without its closing bracket", "[NAME]");
        section_ = std::string(line.substr(1, std::min(line.size() - 2, longest_name)));
        extension_ = -1;
        if (std::find(sections.begin(), sections.end(), section_) == sections.end()) {
            fail(fmt::format("unknown section [{}]", section_), {},
                 did_you_mean(section_, sections));
        }
    }

    void take(std::string_view line) {
        if (section_ == "SIGNATURE" || section_ == "NOTES") return;
        if (section_ == "VERSION") return take_version(line);
        if (section_ == "DEFINITIONS") return take_definition(line);
        if (section_ == "SHAPES") return take_shape(line);
        if (section_ == "EXTENSIONS") return take_extension(line);
        if (section_ == "BLOCKS") return take_block(line);
        if (section_ == "RF") return take_row(line, result_.rf, true);
        if (section_ == "GRADIENTS") return take_row(line, result_.gradients);
        if (section_ == "TRAP") return take_row(line, result_.trapezoids);
        if (section_ == "ADC") return take_row(line, result_.adcs);
        if (section_ == "DELAYS") return take_row(line, result_.delays);
        fail("text before the first section", "[VERSION]");
    }

    void take_version(std::string_view line) {
        const std::string_view key = next_word(line);
        double value = 0.0;
        std::string_view word = next_word(line);
        word = word.substr(0, std::min(word.find_first_not_of("0123456789"), word.size()));
        if (!read_number(word, value) || value > 999.0) fail("a version that is not a number");
        const int number = static_cast<int>(value);
        if (key == "major" && number != 1) {
            fail(fmt::format("version {}", number), "version 1.2 to 1.5");
        }
        if (key == "major") major_ = 1'000'000;
        if (key == "minor" && (number < 2 || number > 5)) {
            fail(fmt::format("version 1.{}", number), "version 1.2 to 1.5");
        }
        if (key == "minor") minor_ = 1000 * number;
        if (key == "revision") revision_ = number;
        if (major_ > 0 && minor_ > 0) result_.version = major_ + minor_ + revision_;
    }

    void take_definition(std::string_view line) {
        const std::string key(next_word(line).substr(0, longest_name));
        if (result_.definitions.size() >= limits_.events) fail("too many definitions");
        result_.definitions[key] = std::string(trimmed(line));
        result_.definition_lines[key] = line_;
    }

    PulseqRow row_of(std::string_view line, bool may_end_in_word) {
        PulseqRow row;
        row.line = line_;
        while (true) {
            const std::string_view word = next_word(line);
            if (word.empty()) break;
            double value = 0.0;
            if (!read_number(word, value)) {
                if (!may_end_in_word || !trimmed(line).empty() || word.size() > longest_name) {
                    fail(fmt::format("'{}' is not a number", word.substr(0, longest_name)));
                }
                row.word = std::string(word);
                break;
            }
            if (row.numbers.size() >= 20) fail("too many columns", "at most 20");
            row.numbers.push_back(value);
        }
        return row;
    }

    index_t id_of(PulseqRow& row) const {
        const double id = row.numbers.empty() ? -1.0 : row.numbers.front();
        if (!(id >= 1.0) || id > 1e9 || id != std::floor(id)) fail("an id that is no number >= 1");
        row.numbers.erase(row.numbers.begin());
        return static_cast<index_t>(id);
    }

    void take_row(std::string_view line, PulseqTable& table, bool may_end_in_word = false) {
        PulseqRow row = row_of(line, may_end_in_word);
        const index_t id = id_of(row);
        if (table.size() >= limits_.events) fail("too many events");
        if (!table.emplace(id, std::move(row)).second) {
            fail(fmt::format("id {} is given twice in [{}]", id, section_));
        }
    }

    void take_block(std::string_view line) {
        PulseqRow row = row_of(line, false);
        id_of(row);
        if (row.numbers.size() < 6 || row.numbers.size() > 7) {
            fail(fmt::format("a block of {} columns: the line is cut off or malformed",
                             row.numbers.size() + 1),
                 "7 or 8 columns");
        }
        for (const double value : row.numbers) {
            if (!(value >= 0.0) || value > 1e12 || value != std::floor(value)) {
                fail("a block holds a number that is no id", "whole numbers >= 0");
            }
        }
        if (result_.blocks.size() >= limits_.blocks) fail("too many blocks");
        result_.blocks.push_back(std::move(row));
    }

    void take_extension(std::string_view line) {
        std::string_view rest = line;
        if (next_word(rest) == "extension") {
            const std::string_view kind = next_word(rest);
            double type = -1.0;
            if (!read_number(next_word(rest), type) || !(type >= 0.0) || type > 1e9) {
                fail("an extension without its number", "extension NAME number");
            }
            extension_ = static_cast<index_t>(type);
            is_rotation_ = kind == "ROTATIONS";
            if (is_rotation_) result_.rotation_type = extension_;
        } else if (extension_ < 0) {
            take_row(line, result_.extensions);
        } else if (is_rotation_) {
            take_row(line, result_.rotations);
        }
    }

    void take_shape(std::string_view line) {
        std::string_view rest = line;
        const std::string_view key = next_word(rest);
        double value = 0.0;
        if (key == "shape_id" || key == "Shape_ID") {
            close_shape();
            if (!read_number(next_word(rest), value) || !(value >= 1.0) || value > 1e9) {
                fail("a shape without its id", "shape_id 1");
            }
            shape_ = static_cast<index_t>(value);
            shape_line_ = line_;
        } else if (key == "num_samples" || key == "Num_Uncompressed") {
            if (shape_ < 0 || !read_number(next_word(rest), value) || !(value >= 1.0) ||
                value > static_cast<double>(limits_.shape_samples)) {
                fail("a number of samples that cannot be",
                     fmt::format("1 to {}", limits_.shape_samples));
            }
            shape_samples_ = static_cast<std::size_t>(value);
        } else {
            if (shape_ < 0 || shape_samples_ == 0 || !read_number(key, value)) {
                fail(fmt::format("'{}' is no sample of a shape", key.substr(0, longest_name)));
            }
            // A run of two is written as three numbers.
            if (packed_.size() / 2 >= shape_samples_) fail("a shape of too many values");
            packed_.push_back(value);
        }
    }

    void close_shape() {
        if (shape_ < 0) return;
        if (shape_samples_ == 0) {
            refuse_pulseq(name_, shape_line_, fmt::format("shape {} has no num_samples", shape_));
        }
        PulseqShape shape;
        shape.line = shape_line_;
        all_samples_ += shape_samples_;
        if (all_samples_ > limits_.all_samples) fail("too many samples in all shapes together");
        const bool is_plain = result_.version >= 1'004'000 && packed_.size() == shape_samples_;
        shape.samples = is_plain ? std::move(packed_)
                                 : unpack_pulseq_shape(packed_, shape_samples_, name_, shape_line_);
        if (!result_.shapes.emplace(shape_, std::move(shape)).second) {
            refuse_pulseq(name_, shape_line_, fmt::format("shape {} is given twice", shape_));
        }
        shape_ = -1;
        shape_samples_ = 0;
        packed_.clear();
    }

    std::string_view text_;
    const std::string& name_;
    const PulseqLimits& limits_;
    std::size_t position_ = 0;
    int line_ = 0;
    std::string section_;
    int major_ = 0;
    int minor_ = 0;
    int revision_ = 0;
    index_t extension_ = -1;
    bool is_rotation_ = false;
    index_t shape_ = -1;
    int shape_line_ = 0;
    std::size_t shape_samples_ = 0;
    std::size_t all_samples_ = 0;
    std::vector<double> packed_;
    PulseqText result_;
};

}  // namespace

void refuse_pulseq(const std::string& name, int line, std::string what, std::string expected,
                   std::string hint) {
    throw InputError(
        Diagnostic{{name, line, 0}, std::move(what), std::move(expected), std::move(hint)});
}

std::vector<double> unpack_pulseq_shape(const std::vector<double>& packed, std::size_t samples,
                                        const std::string& name, int line) {
    std::vector<double> result;
    result.reserve(samples);
    const auto refuse = [&](const std::string& what) {
        refuse_pulseq(name, line, what, fmt::format("{} samples", samples),
                      "the file may be cut off");
    };
    double level = 0.0;
    for (std::size_t i = 0; i < packed.size();) {
        const double step = packed[i];
        std::size_t copies = 1;
        std::size_t used = 1;
        if (i + 1 < packed.size() && packed[i + 1] == step) {
            if (i + 2 >= packed.size()) refuse("a compressed shape ends within a run");
            const double more = packed[i + 2];
            if (!(more >= 0.0) || more != std::floor(more) || more > static_cast<double>(samples)) {
                refuse("a compressed shape has a run length that cannot be");
            }
            copies = 2 + static_cast<std::size_t>(more);
            used = 3;
        }
        if (result.size() + copies > samples) refuse("a compressed shape has too many samples");
        for (std::size_t j = 0; j < copies; ++j) result.push_back(level += step);
        i += used;
    }
    if (result.size() != samples) {
        refuse(fmt::format("a shape of {} samples", result.size()));
    }
    return result;
}

PulseqText read_pulseq_text(std::string_view text, const std::string& name,
                            const PulseqLimits& limits) {
    if (text.size() > limits.bytes) {
        refuse_pulseq(name, 0, fmt::format("a file of {} bytes", text.size()),
                      fmt::format("at most {}", limits.bytes));
    }
    return TextReader(text, name, limits).read();
}

}  // namespace caravel::imaging::mri
