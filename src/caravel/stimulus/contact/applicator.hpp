// Probes that touch tissue: heated needles and plates, cryoprobes, thermal vessels.
#pragma once

#include "caravel/base/grid.hpp"
#include "caravel/input/visitor.hpp"

#include <optional>
#include <string>
#include <vector>

namespace caravel::stimulus {

/// One part of a probe's programme.
struct ProbeStep {
    double at = 0.0;           // s, from the probe's start
    double temperature = 0.0;  // K
};
void describe(input::Visitor& v, ProbeStep& step);

/// [[protocol.probe]]: a cylinder with a round tip that is held at a temperature.
struct ProbeInput {
    std::string name = "probe";
    double at = 0.0;        // s
    double duration = 0.0;  // s, of each cycle
    /// liquid_nitrogen, argon, heated, cooled, custom: sets the temperature and transfer below when
    /// they are left open
    std::string kind = "custom";
    std::optional<double> temperature;             // K, of the probe's fluid or body
    std::optional<double> transfer;                // W/m2/K between that and tissue
    double time_constant = 0.0;                    // s, in which it gets cold (0: at once)
    std::int64_t cycles = 1;                       // freeze-thaw
    double pause = 0.0;                            // s between them
    std::optional<double> thaw_temperature;        // K, of active thawing in the pauses
    std::vector<double> tip{0.0, 0.0, 0.0};        // m
    std::vector<double> direction{0.0, 0.0, 1.0};  // from the tip into the shaft
    double active_length = 0.0;                    // m
    double radius = 0.0;                           // m
    std::string on = "tumour";
    Location where;
};
void describe(input::Visitor& v, ProbeInput& probe);

/// Temperature (K) and heat transfer (W/m2/K) of the probe, those of its kind where left open.
double probe_temperature(const ProbeInput& probe);
double probe_transfer(const ProbeInput& probe);
/// Throws InputError for shapes, programmes and temperatures that no probe has.
void check_probe(const ProbeInput& probe);

/// Temperature (K) of the probe at a time and whether it is in contact as heat sink or source.
struct ProbeState {
    double temperature = 0.0;
    bool active = false;
};
ProbeState probe_state(const ProbeInput& probe, double time);
/// Times (s) at which the programme has a kink.
std::vector<double> probe_events(const ProbeInput& probe);

/// Conductance per volume (W/m3/K) of the probe's active surface in every cell of the grid, such
/// that the whole surface transfers area times `transfer` whatever the resolution.
std::vector<double> probe_conductance(const ProbeInput& probe, const Grid& grid);

/// Throws InputError when two probes overlap in space and time, or one is outside of the grid.
void check_probes(const std::vector<ProbeInput>& probes, const Grid& grid);

}  // namespace caravel::stimulus
