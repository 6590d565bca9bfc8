#include "caravel/tissue/vessels/vascular_map.hpp"

#include "caravel/base/expects.hpp"
#include "caravel/tissue/vessels/network_pattern.hpp"
#include "caravel/tissue/vessels/pattern.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string_view>

namespace caravel::tissue {
namespace {

constexpr std::array<std::string_view, 3> made_networks = {"krogh", "krogh_hexagonal", "tree"};

void check(const Domain& domain, const VesselPatternInput& pattern, const VascularMeans& means) {
    const auto voxels = static_cast<std::size_t>(domain.grid.cell_count());
    CARAVEL_EXPECTS(domain.region.size() == voxels && domain.tumour_share.size() == voxels);
    if (!(pattern.contrast > 0.0) || !std::isfinite(pattern.contrast))
        throw InputError(Diagnostic{pattern.where,
                                    "a vessel contrast of " + format_number(pattern.contrast, 4),
                                    "a positive number", "1 is uniform"});
    if (pattern.spots < 1)
        throw InputError(Diagnostic{pattern.where, "hot_spots without spots", "spots >= 1", ""});
    for (const double value : {means.surface_density, means.blood_fraction, means.perfusion})
        if (!(value >= 0.0) || !std::isfinite(value) || means.blood_fraction >= 1.0)
            throw InputError(Diagnostic{
                pattern.where,
                "vessels with surface density " + format_number(means.surface_density, 4) +
                    " 1/m, blood fraction " + format_number(means.blood_fraction, 4) +
                    ", perfusion " + format_number(means.perfusion, 4) + " 1/s",
                "numbers >= 0 and a blood fraction below 1", ""});
}

VascularMap constant_map(const std::vector<double>& factor, const VascularMeans& means) {
    VascularMap map;
    for (const double f : factor) {
        map.surface_density.push_back(f * means.surface_density);
        map.blood_fraction.push_back(f * means.blood_fraction);
        map.perfusion.push_back(f * means.perfusion);
        map.pressure.push_back(f > 0.0 ? means.pressure : 0.0);
    }
    return map;
}

/// A blood fraction of 1 leaves no tissue to exchange with.
void check_room(const VascularMap& map, const VesselPatternInput& pattern) {
    for (const double fraction : map.blood_fraction)
        if (fraction >= 1.0)
            throw InputError(Diagnostic{
                pattern.where,
                "pattern '" + pattern.pattern + "' puts a blood fraction of " +
                    format_number(fraction, 3) + " into a voxel",
                "below 1", "lower the contrast, vessel_radius or the mean blood fraction"});
}

}  // namespace

namespace {

/// Complaints about keys that the pattern does not use; what stands at its default says nothing.
void check_unused(input::Visitor& v, const VesselPatternInput& p) {
    if (p.pattern.empty()) return;  // a mistake of its own
    const VesselPatternInput none;
    const bool near_rim = p.pattern == "rim" || p.pattern == "core";
    const bool spots = p.pattern == "hot_spots";
    const bool array =
        p.pattern == "network" &&
        std::find(made_networks.begin(), made_networks.end(), p.network) != made_networks.end();
    const auto check = [&](const char* key, bool used, bool written, const char* expected) {
        if (!used && written)
            v.complain(key, fmt::format("'{}' has no effect for pattern = \"{}\"", key, p.pattern),
                       expected);
    };
    check("contrast", near_rim || spots, p.contrast != none.contrast,
          "pattern = \"rim\", \"core\" or \"hot_spots\"");
    check("rim_thickness", near_rim, p.rim_thickness != none.rim_thickness,
          "pattern = \"rim\" or \"core\"");
    check("spots", spots, p.spots != none.spots, "pattern = \"hot_spots\"");
    check("vessel_spacing", array, p.vessel_spacing.has_value(),
          "pattern = \"network\" with network = \"krogh\", \"krogh_hexagonal\" or \"tree\"");
    check("vessel_radius", array, p.vessel_radius.has_value(),
          "pattern = \"network\" with network = \"krogh\", \"krogh_hexagonal\" or \"tree\"");
}

}  // namespace

std::string* graph_file_of(VesselPatternInput& p) {
    const bool made =
        std::find(made_networks.begin(), made_networks.end(), p.network) != made_networks.end();
    return p.pattern != "network" || p.network.empty() || made ? nullptr : &p.network;
}

void describe(input::Visitor& v, VesselPatternInput& p) {
    v.choice({"pattern", "how vessels are spread"}, p.pattern,
             {"uniform", "rim", "core", "hot_spots", "network"});
    v.number({"contrast", "rim, core or spots against the rest"}, p.contrast, input::positive("1"));
    v.number({"rim_thickness", "0: a fifth of the tumour's radius"}, p.rim_thickness,
             input::non_negative("um"));
    v.integer({"spots", "number of hot spots"}, p.spots, 1, 100000);
    v.text({"network", "krogh, tree, or a graph file"}, p.network);
    v.integer({"seed", "of hot spots and trees"}, p.seed, 0,
              std::numeric_limits<std::int64_t>::max());
    v.number({"vessel_spacing", "of Krogh arrays and trees (default: from the means)"},
             p.vessel_spacing, input::positive("um"));
    v.number({"vessel_radius", "of capillaries (default: from the means)"}, p.vessel_radius,
             input::positive("um"));
    if (v.reads()) p.where = v.where();
    if (v.describes_types() || !v.reads()) return;
    check_unused(v, p);
    if (p.pattern == "network" && p.network.empty())
        v.complain("pattern", "pattern = \"network\" without a network",
                   "network = \"krogh\", \"tree\" or the name of a graph file");
    if (p.pattern != "network" && !p.network.empty())
        v.complain("network", "a network that pattern = \"" + p.pattern + "\" does not use", "",
                   "set pattern = \"network\"");
}

VascularMap make_vascular_map(const Domain& domain, const VesselPatternInput& pattern,
                              const VascularMeans& tumour, const VascularMeans& normal) {
    check(domain, pattern, tumour);
    check(domain, pattern, normal);
    VascularMap map = pattern.pattern == "network"
                          ? network_pattern(domain, pattern, tumour)
                          : constant_map(pattern_factor(domain, pattern), tumour);
    for (std::size_t v = 0; v < map.perfusion.size(); ++v) {
        const double share = domain.tumour_share[v];
        const Region region = domain.region[v];
        const bool healthy =
            region == Region::tumour || region == Region::normal || region == Region::organ;
        const double rest = healthy ? 1.0 - share : 0.0;
        const auto blend = [&](double& value, double other) {
            value = share * value + rest * other;
        };
        blend(map.surface_density[v], normal.surface_density);
        blend(map.blood_fraction[v], normal.blood_fraction);
        blend(map.perfusion[v], normal.perfusion);
        blend(map.pressure[v], normal.pressure);
        if (share + rest > 0.0) map.pressure[v] /= share + rest;
    }
    check_room(map, pattern);
    return map;
}

}  // namespace caravel::tissue
