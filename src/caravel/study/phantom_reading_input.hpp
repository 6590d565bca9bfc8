// What is read of a phantom's light beside fluence: detectors, time gates, sweeps of absorption.
#pragma once

#include "caravel/input/visitor.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace caravel::study {

/// [[phantom.detector]]: a disk on the surface that sees the light that leaves through it.
struct PhantomDetector {
    std::string name;
    std::vector<double> position;  // m
    double radius = 0.0;           // m
    bool sensitivity = false;      // where its light has been, by running it again
    Location where;
};

/// [phantom.time_gates]: even pieces of the time of flight.
struct PhantomGates {
    std::int64_t count = 20;
    double longest = 0.0;  // s: later light counts as gated
    bool fields = false;   // fluence of every gate
    Location where;
};

/// [[phantom.sweep]]: other absorptions of a tissue, or amounts of a load, answered from one run of
/// photons.
struct PhantomSweep {
    std::string of;                              // tissue or load
    std::vector<double> absorption_coefficient;  // 1/m, of a tissue
    std::vector<double> factors;                 // of the given concentration of a load
    Location where;
};

void describe(input::Visitor& v, PhantomDetector& detector);
void describe(input::Visitor& v, PhantomGates& gates);
void describe(input::Visitor& v, PhantomSweep& sweep);

}  // namespace caravel::study
