#include "caravel/imaging/mri/pulseq_reader.hpp"

#include "caravel/base/error.hpp"
#include "caravel/imaging/mri/pulseq_events.hpp"
#include "caravel/input/text_file.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace caravel::imaging::mri {

namespace {

constexpr double us = 1e-6;

class SequenceBuilder {
  public:
    SequenceBuilder(PulseqText text, const std::string& name, const PulseqLimits& limits,
                    double field)
        : text_(std::move(text)), limits_(limits), events_(text_, name, limits, field) {}

    Sequence build() {
        sequence_.definitions = text_.definitions;
        if (const auto found = text_.definitions.find("Name"); found != text_.definitions.end()) {
            sequence_.name = found->second;
        }
        block_raster_ = events_.definition("BlockDurationRaster", 1e-5);
        for (const auto& [id, row] : text_.rf)
            pulse_numbers_[id] = sequence_.add(events_.pulse(row));
        for (const auto& [id, row] : text_.trapezoids) {
            gradient_numbers_[id] = sequence_.add(events_.trapezoid_of(row));
        }
        for (const auto& [id, row] : text_.gradients) {
            if (!gradient_numbers_.emplace(id, sequence_.add(events_.gradient(row))).second) {
                fail(row.line, fmt::format("gradient {} is also a trapezium", id));
            }
        }
        for (const auto& [id, row] : text_.adcs) adc_numbers_[id] = sequence_.add(events_.adc(row));
        for (const PulseqRow& row : text_.blocks) add_block(row);
        check_totals();
        return std::move(sequence_);
    }

  private:
    [[noreturn]] void fail(int line, std::string what, std::string expected = {}) const {
        events_.fail(line, std::move(what), std::move(expected));
    }

    int number_of(const std::map<index_t, int>& numbers, const PulseqRow& row, double id,
                  const char* kind) const {
        if (id == 0.0) return -1;
        const auto found = numbers.find(static_cast<index_t>(id));
        if (found == numbers.end()) {
            fail(row.line, fmt::format("a block with an unknown {} {:g}", kind, id),
                 "an id of its section; the file may be cut off");
        }
        return found->second;
    }

    void add_block(const PulseqRow& row) {
        const std::vector<double>& v = row.numbers;
        Block block;
        block.rf = number_of(pulse_numbers_, row, v[1], "pulse");
        for (std::size_t axis = 0; axis < 3; ++axis) {
            block.gradient[axis] = number_of(gradient_numbers_, row, v[2 + axis], "gradient");
        }
        block.adc = number_of(adc_numbers_, row, v[5], "receiver");
        if (v.size() > 6 && v[6] > 0.0) rotate(row, v[6], block);
        if (text_.version >= pulseq_1_4) {
            block.duration = events_.time_of(row, v[0], block_raster_);
        } else {
            block.duration = std::max(delay_of(row), events_duration(sequence_, block));
        }
        const std::string problem = block_problem(sequence_, block);
        if (!problem.empty()) {
            fail(row.line, fmt::format("block {}: {}", sequence_.blocks.size() + 1, problem),
                 "blocks at least as long as their events");
        }
        if (block.adc >= 0) {
            taken_samples_ += sequence_.adcs[static_cast<std::size_t>(block.adc)].samples;
            if (taken_samples_ > static_cast<index_t>(limits_.all_samples)) {
                fail(row.line, "the receivers take too many samples");
            }
        }
        sequence_.blocks.push_back(block);
    }

    double delay_of(const PulseqRow& row) const {
        const double id = row.numbers[0];
        if (id == 0.0) return 0.0;
        const auto found = text_.delays.find(static_cast<index_t>(id));
        if (found == text_.delays.end() || found->second.numbers.size() != 1) {
            fail(row.line, fmt::format("a block with an unknown delay {:g}", id),
                 "an id of [DELAYS]");
        }
        return events_.time_of(found->second, found->second.numbers[0], us);
    }

    // Follows the block's list of extensions; only a rotation changes anything.
    void rotate(const PulseqRow& row, double first, Block& block) {
        double id = first;
        for (std::size_t steps = 0; id != 0.0; ++steps) {
            const auto found = text_.extensions.find(static_cast<index_t>(id));
            if (found == text_.extensions.end() || found->second.numbers.size() != 3 ||
                steps > text_.extensions.size()) {
                fail(row.line, fmt::format("a block with an unknown extension {:g}", id),
                     "an id of [EXTENSIONS], lists that end");
            }
            const std::vector<double>& item = found->second.numbers;
            if (item[0] >= 0.0 && item[0] == static_cast<double>(text_.rotation_type)) {
                rotate_by(row, item[1], block);
            }
            id = item[2];
            if (!(id >= 0.0) || id > 1e9) fail(found->second.line, "an extension that cannot be");
        }
    }

    void rotate_by(const PulseqRow& row, double id, Block& block) {
        const auto found = id >= 1.0 && id < 1e9 ? text_.rotations.find(static_cast<index_t>(id))
                                                 : text_.rotations.end();
        if (found == text_.rotations.end() || found->second.numbers.size() != 4) {
            fail(row.line, fmt::format("a block with an unknown rotation {:g}", id));
        }
        const std::array<int, 4> key{block.gradient[0], block.gradient[1], block.gradient[2],
                                     static_cast<int>(id)};
        auto known = rotated_.find(key);
        if (known == rotated_.end()) {
            known = rotated_.emplace(key, rotated(found->second, block)).first;
        }
        block.gradient = known->second;
    }

    std::array<int, 3> rotated(const PulseqRow& rotation, const Block& block) {
        const std::vector<double>& q = rotation.numbers;
        const double norm = std::hypot(std::hypot(q[0], q[1]), std::hypot(q[2], q[3]));
        if (!(std::abs(norm - 1.0) < 1e-2)) {
            fail(rotation.line, "a rotation whose quaternion is not of length 1");
        }
        const double w = q[0] / norm, x = q[1] / norm, y = q[2] / norm, z = q[3] / norm;
        const std::array<std::array<double, 3>, 3> matrix{
            {{1.0 - 2.0 * (y * y + z * z), 2.0 * (x * y - w * z), 2.0 * (x * z + w * y)},
             {2.0 * (x * y + w * z), 1.0 - 2.0 * (x * x + z * z), 2.0 * (y * z - w * x)},
             {2.0 * (x * z - w * y), 2.0 * (y * z + w * x), 1.0 - 2.0 * (x * x + y * y)}}};
        std::array<int, 3> result{-1, -1, -1};
        for (std::size_t axis = 0; axis < 3; ++axis) {
            Gradient sum = mixed(block, matrix[axis]);
            events_.count_samples(rotation.line, static_cast<double>(sum.time.size()));
            if (!sum.time.empty()) result[axis] = sequence_.add(std::move(sum));
        }
        return result;
    }

    // Sum of the block's gradients with weights, on all of their times.
    Gradient mixed(const Block& block, const std::array<double, 3>& weights) const;

    PulseqText text_;
    const PulseqLimits& limits_;
    PulseqEvents events_;
    double block_raster_ = 0.0;
    index_t taken_samples_ = 0;
    std::map<index_t, int> pulse_numbers_;
    std::map<index_t, int> gradient_numbers_;
    std::map<index_t, int> adc_numbers_;
    std::map<std::array<int, 4>, std::array<int, 3>> rotated_;
    Sequence sequence_;

    void check_totals() const {
        if (const auto found = text_.definitions.find("Num_Blocks");
            found != text_.definitions.end() &&
            events_.definition("Num_Blocks", 0.0) != static_cast<double>(sequence_.blocks.size())) {
            fail(text_.definition_lines.at("Num_Blocks"),
                 fmt::format("{} blocks are there", sequence_.blocks.size()),
                 fmt::format("{} as the file says: it may be cut off", found->second));
        }
        const double total = events_.definition("TotalDuration", 0.0);
        if (total > 0.0 && std::abs(total - sequence_.duration()) > 1e-4 * total + 1e-4) {
            fail(text_.definition_lines.at("TotalDuration"),
                 fmt::format("the blocks last {:.6g} s", sequence_.duration()),
                 fmt::format("{:.6g} s as the file says: it may be cut off", total));
        }
    }
};

double value_at(const Gradient& gradient, double t) {
    const double local = t - gradient.delay;
    if (gradient.time.empty() || local < gradient.time.front() || local > gradient.time.back()) {
        return 0.0;
    }
    const auto after = std::lower_bound(gradient.time.begin(), gradient.time.end(), local);
    const auto b = static_cast<std::size_t>(after - gradient.time.begin());
    if (b == 0 || gradient.time[b] <= gradient.time[b - 1]) return gradient.amplitude[b];
    const double share = (local - gradient.time[b - 1]) / (gradient.time[b] - gradient.time[b - 1]);
    return gradient.amplitude[b - 1] + share * (gradient.amplitude[b] - gradient.amplitude[b - 1]);
}

Gradient SequenceBuilder::mixed(const Block& block, const std::array<double, 3>& weights) const {
    Gradient sum;
    std::array<const Gradient*, 3> parts{};
    for (std::size_t axis = 0; axis < 3; ++axis) {
        const int number = block.gradient[axis];
        if (number < 0 || weights[axis] == 0.0) continue;
        parts[axis] = &sequence_.gradients[static_cast<std::size_t>(number)];
        for (const double t : parts[axis]->time) sum.time.push_back(parts[axis]->delay + t);
    }
    std::sort(sum.time.begin(), sum.time.end());
    sum.time.erase(std::unique(sum.time.begin(), sum.time.end()), sum.time.end());
    for (const double t : sum.time) {
        double value = 0.0;
        for (std::size_t axis = 0; axis < 3; ++axis) {
            if (parts[axis] != nullptr) value += weights[axis] * value_at(*parts[axis], t);
        }
        sum.amplitude.push_back(value);
    }
    return sum;
}

}  // namespace

Sequence parse_pulseq(std::string_view text, const std::string& name, const PulseqLimits& limits,
                      double field) {
    return SequenceBuilder(read_pulseq_text(text, name, limits), name, limits, field).build();
}

Sequence read_pulseq(const std::filesystem::path& path, const PulseqLimits& limits, double field) {
    return parse_pulseq(input::read_text_file(path, limits.bytes), path.string(), limits, field);
}

}  // namespace caravel::imaging::mri
