#include "caravel/study/grid_injection.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/study/dose_plan.hpp"
#include "caravel/study/grid_exchanges.hpp"
#include "caravel/tissue/grid/scene.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <set>

namespace caravel::study {
namespace {

using tissue::Domain;

/// Points per axis that say how much of a voxel lies in a sphere.
constexpr int points = 4;

std::size_t at(int i) { return static_cast<std::size_t>(i); }

std::string counter_name(const std::string& tumour, std::size_t administration,
                         const std::string& suffix) {
    return fmt::format("{}.injected{}.{}", tumour, administration + 1, suffix);
}

/// Suffixes of the interstitial species that a dose can hold.
std::set<std::string> suffixes_of(const GridParts& parts, const Administration& dose) {
    const int f = formulation_of(parts.study, dose);
    if (f < 0) return {dose.of};
    std::set<std::string> suffixes;
    for (const auto& p : parts.study.formulations[at(f)].payloads)
        for (const auto& r : p.release)
            if (formulation::initial_fraction(r.law) > 0.0) suffixes.insert(p.agent);
    const std::string start = parts.place(".interstitium.");
    for (std::size_t c = 0; c < parts.cohorts.size(); ++c) {
        if (parts.built.cohorts[c].formulation != f) continue;
        for (const auto s : parts.cohorts[c].place(parts.place(".interstitium")).species)
            suffixes.insert(parts.plan.local.all_species()[at(s.index)].name.substr(start.size()));
    }
    return suffixes;
}

/// The tip of a needle in the domain's coordinates (m).
Vector3 tip_of(const Domain& domain, const Administration& a) {
    const Grid& g = domain.grid;
    const index_t n[] = {g.nx, g.ny, g.nz};
    Vector3 tip{};
    for (std::size_t d = 0; d < 3; ++d) {
        const double length = static_cast<double>(n[d]) * g.spacing[d];
        const bool low = domain.mirrored[2 * d];
        const bool high = domain.mirrored[2 * d + 1];
        const double middle = g.origin[d] + (low ? 0.0 : high ? length : 0.5 * length);
        const double shift = a.position.empty() ? 0.0 : a.position[d];
        if ((low || high) && shift != 0.0)
            throw InputError(Diagnostic{a.where,
                                        "an injection off the tumour's middle, of which symmetry "
                                        "computes a part only",
                                        "symmetry = \"full\" in [subject.tumour.grid]",
                                        "or leave position out"});
        tip[d] = middle + shift;
        if (tip[d] < g.origin[d] || tip[d] > g.origin[d] + length)
            throw InputError(Diagnostic{
                a.where,
                fmt::format("the needle's tip lies {} mm from the tumour's middle, "
                            "outside of its box",
                            format_number(from_si(shift, "mm"), 4)),
                fmt::format("at most {} mm", format_number(from_si(0.5 * length, "mm"), 4)),
                "position counts from the tumour's middle"});
    }
    return tip;
}

/// The box must hold the sphere, but for faces that mirror it.
void check_inside(const Domain& domain, const Vector3& tip, double radius,
                  const Administration& a) {
    const Grid& g = domain.grid;
    const index_t n[] = {g.nx, g.ny, g.nz};
    for (std::size_t d = 0; d < 3; ++d) {
        const double to_low = tip[d] - g.origin[d];
        const double to_high = static_cast<double>(n[d]) * g.spacing[d] - to_low;
        const double least = std::min(domain.mirrored[2 * d] ? to_high : to_low,
                                      domain.mirrored[2 * d + 1] ? to_low : to_high);
        if (radius <= least) continue;
        throw InputError(Diagnostic{
            a.where,
            fmt::format("{} uL fill the space between the cells within {} mm of the needle's tip, "
                        "which ends outside of the tumour's box",
                        format_number(from_si(*a.volume, "uL"), 4),
                        format_number(from_si(radius, "mm"), 3)),
            "less volume, or a larger margin in [subject.tumour.grid]",
            "fluid that runs back along the needle is reflux"});
    }
}

/// Share (0 to 1) of voxel (i, j, k) within `radius` of the tip.
double inside(const Grid& g, index_t i, index_t j, index_t k, const Vector3& tip, double radius) {
    const index_t voxel[] = {i, j, k};
    double offset[3][points];
    for (std::size_t d = 0; d < 3; ++d)
        for (int p = 0; p < points; ++p) {
            const double x = g.origin[d] +
                             (static_cast<double>(voxel[d]) + (p + 0.5) / points) * g.spacing[d] -
                             tip[d];
            offset[d][p] = x * x;
        }
    int hits = 0;
    for (const double x : offset[0])
        for (const double y : offset[1])
            for (const double z : offset[2]) hits += x + y + z <= radius * radius ? 1 : 0;
    return static_cast<double>(hits) / (points * points * points);
}

std::vector<double> sphere(const Domain& domain, const Vector3& tip, double radius,
                           const Administration& a) {
    const Grid& g = domain.grid;
    std::vector<double> density(domain.region.size(), 0.0);
    double sum = 0.0;
    for (index_t k = 0; k < g.nz; ++k)
        for (index_t j = 0; j < g.ny; ++j)
            for (index_t i = 0; i < g.nx; ++i) {
                const auto v = static_cast<std::size_t>(g.index(i, j, k));
                if (!tissue::is_perfused(domain.region[v])) continue;
                density[v] = inside(g, i, j, k, tip, radius);
                sum += density[v];
            }
    if (sum <= 0.0)
        throw InputError(Diagnostic{a.where, "the needle's tip is not in tissue",
                                    "a position in the tumour or in tissue around it", ""});
    const double whole = sum * g.cell_volume() * domain.copies;
    for (double& v : density) v /= whole;
    return density;
}

}  // namespace

const Tumour* gridded_target(const StudyInput& study, const Administration& a) {
    if (a.route != "intratumoural") return nullptr;
    for (const auto& t : study.subject.tumours) {
        if (!a.into.empty() && t.tissue.name != a.into) continue;
        return t.tissue.model == "grid" ? &t : nullptr;
    }
    return nullptr;
}

void add_injections(GridParts& parts) {
    const auto& study = parts.study;
    const auto& administrations = study.protocol.administrations;
    for (std::size_t a = 0; a < administrations.size(); ++a) {
        const auto* target = gridded_target(study, administrations[a]);
        if (target != &study.subject.tumours[parts.tumour_index]) continue;
        const std::size_t site = parts.plan.sites.size();
        parts.plan.sites.push_back({a, {}});
        for (const auto& suffix : suffixes_of(parts, administrations[a])) {
            const std::string into = parts.place(".interstitium.") + suffix;
            const std::string label = fmt::format("injection{}.{}", a + 1, into);
            const auto rate = parts.local().add_coefficient(label, 0.0);
            parts.local().add_reaction(
                {label, {{parts.local().species(into), 1.0}}, {rate, {}, {}, {}}});
            const auto arterial = parts.built.model.species("arterial." + suffix);
            const auto counter = parts.built.model.add_species(
                {counter_name(parts.name, a, suffix), "",
                 parts.built.model.all_species()[at(arterial.index)].scale, true});
            parts.plan.injected.push_back({counter.index, rate.index, site});
        }
    }
}

void place_injections(GridParts& parts) {
    for (auto& site : parts.plan.sites) {
        const auto& a = parts.study.protocol.administrations[site.administration];
        const Domain& domain = parts.plan.domain;
        const Vector3 tip = tip_of(domain, a);
        const double space = *a.volume / parts.plan.tumour.interstitial_fraction;
        const double radius = std::cbrt(0.75 * space / std::numbers::pi);
        check_inside(domain, tip, radius, a);
        // Less than a voxel fills one.
        const double voxel = std::cbrt(0.75 * domain.grid.cell_volume() / std::numbers::pi);
        site.density = sphere(domain, tip, std::max(radius, voxel), a);
        parts.built.assumptions.push_back(fmt::format(
            "{}: {} uL fill the space between the cells within {} mm of the needle's tip "
            "(assumed); "
            "reflux {} %.",
            parts.name, format_number(from_si(*a.volume, "uL"), 4),
            format_number(from_si(radius, "mm"), 3), format_number(100.0 * a.reflux, 3)));
    }
}

std::optional<InjectionTarget> injection_target(const BuiltModel& built, std::size_t administration,
                                                kinetics::SpeciesId species) {
    const std::string& name = built.model.all_species()[at(species.index)].name;
    for (const auto& grid : built.grids) {
        const std::string start = grid.name + ".interstitium.";
        if (name.rfind(start, 0) != 0) continue;
        const std::string suffix = name.substr(start.size());
        return InjectionTarget{
            built.model.species(grid.name + ".exchange." + suffix),
            built.model.species(counter_name(grid.name, administration, suffix))};
    }
    return std::nullopt;
}

}  // namespace caravel::study
