// What became of the light of a phantom: books, and fluence along the beam.
#pragma once

#include "caravel/exec/threads.hpp"
#include "caravel/matter/table.hpp"
#include "caravel/study/phantom_builder.hpp"

#include <array>
#include <functional>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace caravel::study {

/// Shares of the launched light, before heat or chemistry has changed anything.
struct LightBook {
    std::string name;
    std::string method;
    double power = 0.0;  // W, while it is on
    std::int64_t photons = 0;
    double absorbed = 0.0;
    double specular = 0.0;
    std::array<double, 6> left{};  // through each face; diffusion: all through the first
    double left_exterior = 0.0;
    double gated = 0.0;
    double missed = 0.0;
    double roulette = 0.0;  // gain less loss
    double residual = 0.0;  // of the books
    int entry = -1;         // face through which a beam comes in; -1: light from within
    std::vector<std::pair<std::string, double>> absorbed_in{};  // tissues, then agents
    std::vector<std::pair<double, double>> along_beam{};        // depth (m), fluence rate (W/m2)
    std::vector<double> fluence{};                              // 1/m2 per launched energy
    std::vector<double> absorbed_density{};                     // 1/m3 per launched energy
    std::string warning{};
    /// Standard errors by chance of the photons, NaN where there is none (diffusion, one photon):
    /// half widths of the 90 % interval are `error_reach` times as large.
    struct Errors {
        double absorbed = std::numeric_limits<double>::quiet_NaN();
        double reflected = std::numeric_limits<double>::quiet_NaN();
        double transmitted = std::numeric_limits<double>::quiet_NaN();
        std::vector<double> absorbed_in{};
        std::vector<double> along_beam{};
    };
    Errors errors{};
    double error_reach = 0.0;
    /// Of light that a load gives off, with all lamps at full power: `power` is what is launched.
    bool is_emission = false;
    double exciting = 0.0;           // W that its load absorbed and that excite it
    double emitted = 0.0;            // W, with what the sensitiser takes within the carrier
    std::vector<double> emission{};  // W/m3 per voxel

    /// Share that left through the face of entry, specular reflection included; NaN for light from
    /// within.
    double reflected() const;
    /// Share through the face opposite to that of entry; NaN for light from within.
    double transmitted() const;
    /// Share that left through any face or into exterior tissue.
    double left_in_all() const;
};

struct LightHooks {
    std::function<void(double)> progress{};  // share done of all lights
    std::function<bool()> interrupted{};
};

/// Runs every lamp once, then what loads give off with all of them on. Numbers do not depend on the
/// number of threads. Throws InputError, and Interrupted when the hook says so.
std::vector<LightBook> run_lights(const BuiltPhantom& phantom, const std::vector<double>& depths,
                                  matter::Library& library, int threads,
                                  const LightHooks& hooks = {});

/// Notes of the lights: skin limits, agents that do not absorb.
std::vector<std::string> light_notes(const BuiltPhantom& phantom, matter::Library& library);

}  // namespace caravel::study
