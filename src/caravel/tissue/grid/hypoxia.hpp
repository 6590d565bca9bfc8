// Where a tumour counts as hypoxic.
#pragma once

namespace caravel::tissue {

/// Oxygen partial pressure (Pa) below which tissue is called hypoxic: 10 mmHg, the bound that
/// measurements with electrodes report shares below.
inline constexpr double hypoxic_pressure = 10.0 * 133.322387415;

}  // namespace caravel::tissue
