#include "caravel/couple/state.hpp"

#include "caravel/base/large_pages.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace caravel::couple {

State::State(const std::vector<Slot>& slots) {
    std::size_t next = 0;
    for (const auto& slot : slots) {
        offsets_.push_back(next);
        next += slot.type == SlotType::block ? slot.size : 1;
    }
    offsets_.push_back(next);
    starts_ = large_vector(next, std::numeric_limits<double>::quiet_NaN());
    ends_ = large_copy(starts_);
}

std::span<const double> State::starts_of(int slot) const {
    const std::size_t first = offset(slot);
    return {starts_.data() + first, offset(slot + 1) - first};
}

std::span<const double> State::end_block(ReadHandle slot) const {
    const std::size_t first = offset(slot.slot);
    return {ends_.data() + first, offset(slot.slot + 1) - first};
}

std::span<double> State::jump_block(WriteHandle slot) {
    const std::size_t first = offset(slot.slot);
    return {starts_.data() + first, offset(slot.slot + 1) - first};
}

std::span<double> State::end_block(WriteHandle slot) {
    const std::size_t first = offset(slot.slot);
    return {ends_.data() + first, offset(slot.slot + 1) - first};
}

double State::ramp(ReadHandle slot, const Window& window, double t) const {
    const double a = starts_[offset(slot.slot)];
    const double b = ends_[offset(slot.slot)];
    if (a == b || window.end <= window.start) return b;
    const double x = (t - window.start) / (window.end - window.start);
    return a + (b - a) * x;
}

void State::set(WriteHandle slot, double value) {
    starts_[offset(slot.slot)] = value;
    ends_[offset(slot.slot)] = value;
}

void State::restore(std::span<const double> values) {
    if (values.size() != starts_.size())
        throw std::invalid_argument("a checkpoint of " + std::to_string(values.size()) +
                                    " numbers does not fit a state of " +
                                    std::to_string(starts_.size()));
    std::copy(values.begin(), values.end(), starts_.begin());
    ends_ = starts_;
}

}  // namespace caravel::couple
