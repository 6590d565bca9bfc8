// The part of a linear course of temperature that lies within a range.
#pragma once

#include <algorithm>
#include <cmath>

namespace caravel::response {

/// Start and end (K) of the part of a linear course that lies in [low, high), and the share of time
/// that it takes.
struct RampPart {
    double start = 0.0;
    double end = 0.0;
    double share = 0.0;
};

inline RampPart part_of_ramp(double start, double end, double low, double high) {
    RampPart part{std::clamp(start, low, high), std::clamp(end, low, high), 0.0};
    if (start == end)
        part.share = start >= low && start < high ? 1.0 : 0.0;
    else
        part.share = std::abs(part.end - part.start) / std::abs(end - start);
    return part;
}

/// Share of time of a linear course at `low` or above.
inline double share_from(double start, double end, double low) {
    if (start == end) return start >= low ? 1.0 : 0.0;
    return std::abs(std::max(end, low) - std::max(start, low)) / std::abs(end - start);
}

}  // namespace caravel::response
