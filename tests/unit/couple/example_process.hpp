// A process that only declares slots and counts how often it is advanced.
#pragma once

#include "caravel/couple/schedule.hpp"

#include <memory>
#include <string>
#include <vector>

namespace caravel::test {

struct Port {
    std::string slot;
    std::string unit = "1";
};

class ExampleProcess final : public couple::Process {
  public:
    ExampleProcess(couple::Wiring& wiring, std::string name, const std::vector<Port>& reads,
                   const std::vector<Port>& writes, std::vector<std::string>* log = nullptr,
                   double longest_step = 1.0)
        : name_(std::move(name)), log_(log), longest_step_(longest_step) {
        couple::Ports ports(wiring, name_);
        for (const auto& port : reads) ports.read(port.slot, port.unit);
        for (const auto& port : writes) ports.write(port.slot, port.unit);
    }
    std::string name() const override { return name_; }
    double longest_step(const couple::State&) const override { return longest_step_; }
    void advance(couple::State&, const couple::Window& window) const override {
        if (log_ != nullptr) log_->push_back(window.sweep == 0 ? name_ : name_ + " again");
    }

  private:
    std::string name_;
    std::vector<std::string>* log_;
    double longest_step_;
};

template <class Action>
std::string message_of(const Action& action) {
    try {
        action();
    } catch (const InputError& error) {
        return error.what();
    }
    return "no error";
}

}  // namespace caravel::test
