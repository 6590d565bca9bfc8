#include "caravel/imaging/nuclear/nuclide.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/large_pages.hpp"
#include "caravel/exec/reduce.hpp"
#include "caravel/imaging/xray/tissue_attenuation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

namespace caravel::imaging {
namespace {

constexpr std::string_view table = "nuclides";

std::vector<PositronBranch> positron_branches(matter::Library& library, std::string_view name) {
    std::vector<PositronBranch> branches;
    for (int k = 1;; ++k) {
        const std::string number = fmt::format("{}", k);
        const auto endpoint = library.find(table, name, "branch_endpoint", number);
        if (!endpoint) return branches;
        branches.push_back(
            {*endpoint, library.value(table, name, "branch_share", number),
             library.find(table, name, "branch_unique", number).value_or(0.0) > 0.5});
    }
}

std::vector<matter::NuclidePhoton> photon_lines(matter::Library& library,
                                                const matter::XrayTables& tables,
                                                std::string_view name) {
    std::vector<matter::NuclidePhoton> lines;
    if (tables.has_nuclide(name)) {
        for (const matter::NuclidePhoton& photon : tables.nuclide(name).photons)
            if (photon.type != "g511") lines.push_back(photon);
    }
    for (int k = 1;; ++k) {
        const std::string number = fmt::format("{}", k);
        const auto energy = library.find(table, name, "photon_energy", number);
        if (!energy) break;
        lines.push_back({*energy, library.value(table, name, "photon_intensity", number), "g"});
    }
    std::sort(lines.begin(), lines.end(),
              [](const auto& a, const auto& b) { return a.energy < b.energy; });
    return lines;
}

}  // namespace

Emitter emitter(matter::Library& library, const matter::XrayTables& tables, std::string_view name) {
    library.require(table, name, {});
    Emitter nuclide;
    nuclide.name = std::string(name);
    nuclide.half_life = library.value(table, name, "half_life");
    nuclide.positron_fraction = library.find(table, name, "positron_fraction").value_or(0.0);
    nuclide.daughter_charge = library.find(table, name, "daughter_charge").value_or(0.0);
    nuclide.branches = positron_branches(library, name);
    nuclide.photons = photon_lines(library, tables, name);
    return nuclide;
}

bool is_known_nuclide(matter::Library& library, std::string_view name) {
    return library.find(table, name, "half_life").has_value();
}

bool EmittingField::is_active() const {
    return std::any_of(activity.begin(), activity.end(), [](double a) { return a > 0.0; });
}

double mean_decay(double half_life, double duration) {
    const double x = std::numbers::ln2 * duration / half_life;
    return x > 0.0 ? -std::expm1(-x) / x : 1.0;
}

std::vector<EmittingField> emitting_fields(matter::Library& library,
                                           const matter::XrayTables& tables,
                                           const ImagedObject& object) {
    std::map<std::string, std::vector<double>> sums;
    for (std::size_t a = 0; a < object.agents.size(); ++a) {
        if (object.agents[a].radioactive.empty()) continue;
        const std::vector<double> concentration = total_concentration(object, a);
        for (const RadioactiveAgent& source : object.agents[a].radioactive) {
            std::vector<double>& sum = sums[source.nuclide];
            if (sum.empty()) sum = large_vector<double>(concentration.size());
            for (std::size_t i = 0; i < sum.size(); ++i)
                sum[i] += source.activity * concentration[i];
        }
    }
    std::vector<EmittingField> fields;
    for (auto& [name, activity] : sums)
        fields.push_back({emitter(library, tables, name), std::move(activity)});
    return fields;
}

std::vector<double> attenuation_map(matter::Library& library, const matter::XrayTables& tables,
                                    const ImagedObject& object, double energy) {
    std::map<std::string, double, std::less<>> known;
    std::vector<double> of_region;
    for (const ImagedRegion& region : object.regions) {
        auto found = known.find(region.tissue);
        if (found == known.end())
            found = known
                        .emplace(region.tissue,
                                 tissue_attenuation(tables, library, region.tissue, energy))
                        .first;
        of_region.push_back(found->second);
    }
    auto map = large_vector<double>(object.region.size());
    for (std::size_t i = 0; i < map.size(); ++i) map[i] = of_region[object.region[i]];
    return map;
}

double transaxial_radius(exec::ThreadTeam& team, const ImagedObject& object,
                         const std::vector<EmittingField>& fields) {
    const Grid& grid = object.grid;
    std::vector<char> dense;
    for (const ImagedRegion& region : object.regions) dense.push_back(region.tissue != "air");
    const auto is_filled = [&](std::size_t i) {
        return dense[object.region[i]] != 0 ||
               std::any_of(fields.begin(), fields.end(),
                           [i](const EmittingField& f) { return f.activity[i] > 0.0; });
    };
    // squared, from the axis to a row's voxels
    const auto square = [](index_t i, index_t count, double spacing) {
        const double offset = 0.5 * static_cast<double>(2 * i + 1 - count) * spacing;
        return offset * offset;
    };
    const auto largest_of_row = [&](index_t row) {
        double largest = 0.0;
        for (index_t x = 0; x < grid.nx; ++x) {
            const double distance = square(x, grid.nx, grid.spacing[0]) +
                                    square(row % grid.ny, grid.ny, grid.spacing[1]);
            if (distance > largest && is_filled(static_cast<std::size_t>(x + grid.nx * row)))
                largest = distance;
        }
        return largest;
    };
    return std::sqrt(
        exec::transform_reduce(team, grid.ny * grid.nz, 0.0, largest_of_row, exec::Maximum{}));
}

}  // namespace caravel::imaging
