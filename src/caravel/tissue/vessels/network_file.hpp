// Graph files of vessel networks.
#pragma once

#include "caravel/tissue/vessels/network.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace caravel::tissue {

/// Most nodes or segments of a graph file.
inline constexpr std::size_t most_vessels = 1'000'000;

/// A network from two tables with units in their headers (`name [unit]`), lines with # are notes:
///
///     [nodes]
///     id, x [um], y [um], z [um], pressure [mm[Hg]], inflow [nL/min]
///     a, 0, 0, 0, 25,
///     [segments]
///     from, to, radius [um], length [um]
///     a, b, 4,
///
/// `pressure`, `inflow` and `length` may be empty or their columns missing. The network has passed
/// check_network. Throws InputError at file:line for everything else.
VesselNetwork parse_network(std::string_view text, const std::string& name);

/// The same from a file; throws IoError when it cannot be read.
VesselNetwork read_network(const std::filesystem::path& path);

/// Text of the network in SI units, nodes called by their numbers, that reads back to the same
/// bits.
std::string write_network(const VesselNetwork& network);

}  // namespace caravel::tissue
