// What happens to a field at the faces of the box.
#pragma once

#include <array>
#include <cstdint>

namespace caravel::tissue {

/// Condition on one face: no flux, a value on the face itself, or a flux outwards (per area) of
/// exchange * (u - value). `value` is in the field's unit, `exchange` in m/s times the unit of
/// conductivity over m2/s (m/s for a plain diffusion).
struct FaceCondition {
    enum class Kind : std::uint8_t { zero_flux, value, exchange };
    Kind kind = Kind::zero_flux;
    double value = 0.0;
    double exchange = 0.0;
};

/// x low, x high, y low, y high, z low, z high.
using Boundaries = std::array<FaceCondition, 6>;

/// How a step in time is taken. With constant coefficients all are unconditionally stable; with
/// coefficients that jump from cell to cell crank_nicolson (Douglas-Gunn) is not from
/// D dt/dx^2 of about 10, l_stable is up to jumps of two decades, backward_euler always.
enum class TimeScheme : std::uint8_t {
    backward_euler,  // first order, positive for any step
    crank_nicolson,  // second order, not damped at large steps
    l_stable         // second order and damped: two-stage SDIRK
};

}  // namespace caravel::tissue
