// Prescribed local heating of a tumour: temperature over time, written to a slot that triggers
// read.
#pragma once

#include "caravel/couple/process.hpp"
#include "caravel/input/visitor.hpp"

#include <string>
#include <vector>

namespace caravel::stimulus {

/// One heating: linear rise, plateau, exponential return to body temperature.
struct Heating {
    double at = 0.0;              // s
    double duration = 0.0;        // s, plateau included, rise included
    double temperature = 0.0;     // K
    double rise_time = 0.0;       // s
    double cooling_time = 120.0;  // s, time constant of the return (assumed)
};

/// Temperature (K) at time t of a part of the body heated by `heatings` (the hottest counts).
double heated_temperature(double body_temperature, const std::vector<Heating>& heatings, double t);

/// Times (s, ascending) between which the prescribed course is linear: its kinks, and samples of
/// the exponential return at quarters of its time constant.
std::vector<double> heating_events(const std::vector<Heating>& heatings);

/// Writes `<place>.temperature` (K).
class LocalHeating final : public couple::Process {
  public:
    LocalHeating(couple::Wiring& wiring, std::string place, double body_temperature,
                 std::vector<Heating> heatings);
    std::string name() const override { return "heating of " + place_; }
    void advance(couple::State& state, const couple::Window& window) const override;
    void initialise(couple::State& state) const;

  private:
    std::string place_;
    double body_temperature_;
    std::vector<Heating> heatings_;
    couple::WriteHandle temperature_;
};

}  // namespace caravel::stimulus
