#include "caravel/study/constant_conditions.hpp"

namespace caravel::study {

ConstantConditions::ConstantConditions(couple::Wiring& wiring, std::vector<Condition> conditions)
    : conditions_(std::move(conditions)) {
    couple::Ports ports(wiring, name());
    for (const auto& c : conditions_) handles_.push_back(ports.write(c.slot, c.unit));
}

void ConstantConditions::initialise(couple::State& state) const {
    for (std::size_t i = 0; i < handles_.size(); ++i) state.set(handles_[i], conditions_[i].value);
}

void ConstantConditions::advance(couple::State& state, const couple::Window&) const {
    for (std::size_t i = 0; i < handles_.size(); ++i)
        state.set_end(handles_[i], conditions_[i].value);
}

}  // namespace caravel::study
