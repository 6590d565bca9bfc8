#include "caravel/base/unit.hpp"
#include "caravel/tissue/vessels/network_growth.hpp"

#include <algorithm>
#include <cmath>

namespace caravel::tissue {
namespace {

/// Places along one axis, `offset` (m) shifted.
std::vector<double> places(double origin, double extent, double pitch, bool mirrored,
                           double offset) {
    const double room = extent / pitch;
    const auto count = static_cast<long>(std::floor(room + 1e-9));
    std::vector<double> result;
    if (count < 1) return {origin + 0.5 * extent};
    const double first = mirrored
                             ? origin + 0.5 * pitch
                             : origin + 0.5 * (extent - static_cast<double>(count - 1) * pitch);
    for (long i = 0; i < count; ++i) {
        const double place = first + static_cast<double>(i) * pitch + offset;
        if (place < origin + extent) result.push_back(place);
    }
    return result;
}

void check(const KroghInput& input) {
    if (!(input.spacing > 0.0) || !(input.radius > 0.0) || !std::isfinite(input.spacing) ||
        !std::isfinite(input.radius) || 2.0 * input.radius >= input.spacing || input.axis > 2)
        throw InputError(Diagnostic{{},
                                    "a Krogh array of capillaries with radius " +
                                        format_number(input.radius * 1e6, 4) + " um every " +
                                        format_number(input.spacing * 1e6, 4) + " um",
                                    "a positive radius and a spacing above twice the radius",
                                    ""});
}

class KroghBuilder {
  public:
    KroghBuilder(const Domain& domain, const KroghInput& input)
        : domain_(domain),
          input_(input),
          n_{domain.grid.nx, domain.grid.ny, domain.grid.nz},
          u_((input.axis + 1) % 3),
          w_((input.axis + 2) % 3) {}

    VesselNetwork build() {
        const double row = input_.spacing * (input_.hexagonal ? 0.5 * std::sqrt(3.0) : 1.0);
        const double lines = extent(u_) / input_.spacing * (extent(w_) / row);
        if (!(lines <= static_cast<double>(input_.most)))
            throw InputError(
                Diagnostic{{},
                           "a Krogh array of " + format_number(lines, 3) + " capillaries",
                           "at most " + std::to_string(input_.most),
                           "choose a wider vessel_spacing"});
        bool odd = false;
        for (const double b :
             places(grid().origin[w_], extent(w_), row, domain_.mirrored[2 * w_], 0.0)) {
            const double shift = input_.hexagonal && odd ? 0.5 * input_.spacing : 0.0;
            for (const double a : places(grid().origin[u_], extent(u_), input_.spacing,
                                         domain_.mirrored[2 * u_], shift))
                add_line(a, b);
            odd = !odd;
        }
        if (network_.segments.empty())
            throw InputError(Diagnostic{{},
                                        "no capillary of the Krogh array meets the tumour",
                                        "a spacing below the tumour's width",
                                        ""});
        share_pressure();
        return std::move(network_);
    }

  private:
    const Grid& grid() const { return domain_.grid; }
    double extent(std::size_t axis) const {
        return static_cast<double>(n_[axis]) * grid().spacing[axis];
    }
    index_t cell(std::size_t axis, double place) const {
        const auto i =
            static_cast<index_t>(std::floor((place - grid().origin[axis]) / grid().spacing[axis]));
        return std::clamp<index_t>(i, 0, n_[axis] - 1);
    }

    /// The capillary through (a, b) from its first to its last tumour voxel.
    void add_line(double a, double b) {
        std::array<index_t, 3> at{};
        at[u_] = cell(u_, a);
        at[w_] = cell(w_, b);
        index_t first = n_[input_.axis];
        index_t last = -1;
        for (index_t i = 0; i < n_[input_.axis]; ++i) {
            at[input_.axis] = i;
            const auto v = static_cast<std::size_t>(grid().index(at[0], at[1], at[2]));
            if (domain_.tumour_share[v] <= 0.0) continue;
            first = std::min(first, i);
            last = i;
        }
        if (last < 0) return;
        const std::size_t node = network_.nodes.size();
        Vector3 x{};
        x[u_] = a;
        x[w_] = b;
        const double origin = grid().origin[input_.axis];
        x[input_.axis] = origin + static_cast<double>(first) * grid().spacing[input_.axis];
        network_.nodes.push_back({x, input_.pressures.inlet, 0.0});
        x[input_.axis] = origin + static_cast<double>(last + 1) * grid().spacing[input_.axis];
        network_.nodes.push_back({x, input_.pressures.outlet, 0.0});
        network_.segments.push_back({node, node + 1, input_.radius, 0.0});
    }

    /// Under one pressure drop a short capillary would take most of the blood. A drop that grows
    /// with the square of the length gives each blood for the tissue that it runs through.
    void share_pressure() {
        double longest = 0.0;
        for (std::size_t s = 0; s < network_.segments.size(); ++s)
            longest = std::max(longest, network_.length(s));
        const double middle = 0.5 * (input_.pressures.inlet + input_.pressures.outlet);
        const double half = 0.5 * (input_.pressures.inlet - input_.pressures.outlet);
        for (std::size_t s = 0; s < network_.segments.size(); ++s) {
            const double share = std::pow(network_.length(s) / longest, 2);
            network_.nodes[network_.segments[s].from].pressure = middle + share * half;
            network_.nodes[network_.segments[s].to].pressure = middle - share * half;
        }
    }

    const Domain& domain_;
    const KroghInput& input_;
    std::array<index_t, 3> n_;
    std::size_t u_;
    std::size_t w_;
    VesselNetwork network_;
};

}  // namespace

VesselNetwork krogh_array(const Domain& domain, const KroghInput& input) {
    check(input);
    return KroghBuilder(domain, input).build();
}

}  // namespace caravel::tissue
