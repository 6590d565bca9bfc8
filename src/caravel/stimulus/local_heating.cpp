#include "caravel/stimulus/local_heating.hpp"

#include <algorithm>
#include <cmath>

namespace caravel::stimulus {
namespace {

double rise_over_body(const Heating& h, double body, double t) {
    const double excess = h.temperature - body;
    const double since = t - h.at;
    if (since <= 0.0) return 0.0;
    if (since < h.rise_time) return excess * since / h.rise_time;
    if (since <= h.duration) return excess;
    return excess * std::exp(-(since - h.duration) / h.cooling_time);
}

}  // namespace

double heated_temperature(double body, const std::vector<Heating>& heatings, double t) {
    double excess = 0.0;
    for (const auto& h : heatings) {
        const double own = rise_over_body(h, body, t);
        if (std::abs(own) > std::abs(excess)) excess = own;
    }
    return body + excess;
}

std::vector<double> heating_events(const std::vector<Heating>& heatings) {
    std::vector<double> times;
    for (const auto& h : heatings) {
        times.push_back(h.at);
        times.push_back(h.at + h.rise_time);
        times.push_back(h.at + h.duration);
        // Readers see linear ramps. After ten time constants 5e-5 of the excess is left.
        for (int i = 1; i <= 40; ++i)
            times.push_back(h.at + h.duration + 0.25 * i * h.cooling_time);
    }
    std::sort(times.begin(), times.end());
    return times;
}

LocalHeating::LocalHeating(couple::Wiring& wiring, std::string place, double body_temperature,
                           std::vector<Heating> heatings)
    : place_(std::move(place)),
      body_temperature_(body_temperature),
      heatings_(std::move(heatings)) {
    couple::Ports ports(wiring, name());
    temperature_ = ports.write(place_ + ".temperature", "K");
}

void LocalHeating::initialise(couple::State& state) const {
    state.set(temperature_, heated_temperature(body_temperature_, heatings_, 0.0));
}

void LocalHeating::advance(couple::State& state, const couple::Window& window) const {
    state.set_end(temperature_, heated_temperature(body_temperature_, heatings_, window.end));
}

}  // namespace caravel::stimulus
