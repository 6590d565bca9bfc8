#include "caravel/imaging/nuclear/spect_model.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/error.hpp"
#include "caravel/base/suggest.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/imaging/blur.hpp"
#include "caravel/imaging/nuclear/scan_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace caravel::imaging {
namespace {

constexpr double lowest_line = 50.0 * kiloelectronvolt;
constexpr double highest_line = 400.0 * kiloelectronvolt;
constexpr double strong = 0.05;  // photons per decay that a window is set on

[[noreturn]] void fail(std::string what, std::string expected, std::string hint) {
    throw InputError(Diagnostic{{}, std::move(what), std::move(expected), std::move(hint)});
}

bool is_asked(const SpectSettings& spect, double energy) {
    if (spect.lines.empty()) return true;
    return std::any_of(spect.lines.begin(), spect.lines.end(),
                       [energy](double line) { return std::abs(line - energy) < 0.02 * energy; });
}

std::vector<double> window_lines(const SpectSettings& spect, const Emitter& nuclide) {
    std::vector<double> lines;
    for (const matter::NuclidePhoton& photon : nuclide.photons)
        if (photon.energy >= lowest_line && photon.energy <= highest_line &&
            photon.intensity >= strong && is_asked(spect, photon.energy))
            lines.push_back(photon.energy);
    return lines;
}

bool is_imaged(const SpectSettings& spect, const std::string& nuclide) {
    return spect.nuclides.empty() ||
           std::find(spect.nuclides.begin(), spect.nuclides.end(), nuclide) != spect.nuclides.end();
}

/// Whether photons of this line are attenuated and may scatter into a window.
bool may_scatter(const matter::NuclidePhoton& photon) {
    return photon.energy >= lowest_line && photon.intensity >= 0.005;
}

void check_view(const SpectSettings& spect, const ImagedObject& object, double radius) {
    if (2.0 * radius > spect.field_of_view * (1.0 + 1e-9))
        fail(fmt::format("the object is {} mm wide, the field of view of the camera {} mm",
                         format_number(2e3 * radius, 4),
                         format_number(1e3 * spect.field_of_view, 4)),
             "an object within the field of view", "choose a larger camera or crop the object");
    const double length = static_cast<double>(object.grid.nz) * object.grid.spacing[2];
    if (length > spect.field_of_view * (1.0 + 1e-9))
        fail(fmt::format("the object is {} mm long, the field of view of the camera {} mm",
                         format_number(1e3 * length, 4),
                         format_number(1e3 * spect.field_of_view, 4)),
             "an object within the field of view", "choose a larger camera or crop the object");
    if (radius >= spect.radius_of_rotation)
        fail(fmt::format("the object reaches {} mm from the axis, the collimator stands at {} mm",
                         format_number(1e3 * radius, 4),
                         format_number(1e3 * spect.radius_of_rotation, 4)),
             "radius_of_rotation beyond the object", "");
}

std::vector<EmittingField> asked_fields(const ScanContext& context, const ImagedObject& object,
                                        const matter::XrayTables& tables,
                                        const SpectSettings& settings) {
    for (const std::string& name : settings.nuclides) emitter(context.library, tables, name);
    std::vector<EmittingField> fields = emitting_fields(context.library, tables, object);
    std::vector<std::string_view> names;
    for (const EmittingField& field : fields) names.push_back(field.emitter.name);
    for (const std::string& name : settings.nuclides)
        if (std::find(names.begin(), names.end(), name) == names.end())
            fail(fmt::format("the object holds no {}", name), "a nuclide of the object",
                 did_you_mean(name, names));
    return fields;
}

void check_sizes(const SpectSettings& spect, const ImagedObject& object) {
    check_voxels(object.grid, spect.resolution, "SPECT");
    const auto extent = [&](index_t n, std::size_t a) {
        return static_cast<double>(n) * object.grid.spacing[a] / spect.resolution + 1.0;
    };
    check_bins(static_cast<double>(spect.views),
               std::hypot(extent(object.grid.nx, 0), extent(object.grid.ny, 1)),
               extent(object.grid.nz, 2), spect.resolution, "SPECT");
}

/// Maps at the energies of the windows and of all photons that may scatter into them.
void add_attenuation(matter::Library& library, const matter::XrayTables& tables,
                     const ImagedObject& object, SpectModel& model) {
    const auto add_map = [&](double energy) {
        if (model.attenuation.count(energy) == 0)
            model.attenuation[energy] = attenuation_map(library, tables, object, energy);
    };
    for (const SpectChannel& channel : model.channels) add_map(channel.line);
    for (const SpectSource& source : model.sources)
        for (const matter::NuclidePhoton& photon : source.field.emitter.photons)
            if (may_scatter(photon)) add_map(photon.energy);
}

}  // namespace

double SpectModel::view_time() const {
    return spect.scan_duration * static_cast<double>(spect.cameras) /
           static_cast<double>(spect.views);
}

std::vector<double> SpectModel::activity(std::size_t source, const ImagedObject& object,
                                         exec::ThreadTeam& team, const Grid& grid) const {
    return resample(team, object.grid, sources[source].field.activity, grid);
}

SpectModel spect_model(const ScanContext& context, const ImagedObject& object,
                       const SpectSettings& settings) {
    check_object(object);
    const matter::XrayTables tables(context.library.root() / "xray");
    SpectModel model;
    model.spect = settings;
    std::vector<EmittingField> fields = asked_fields(context, object, tables, settings);
    model.radius = transaxial_radius(context.team, object, fields);
    for (EmittingField& field : fields) {
        const std::vector<double> lines = window_lines(settings, field.emitter);
        if (lines.empty() || !is_imaged(settings, field.emitter.name)) continue;
        for (const double line : lines) {
            model.channels.push_back({model.sources.size(), line, spect_window(settings, line)});
            model.collimators.push_back(collimator_at(settings, tables, line));
        }
        const double decay = mean_decay(field.emitter.half_life, settings.scan_duration);
        model.sources.push_back({std::move(field), decay});
    }
    if (model.sources.empty())
        fail("no agent of the object carries an emitter of gamma rays between 50 and 400 keV",
             "an agent labelled with Tc-99m, In-111, I-123, Lu-177, ...",
             "positron emitters are seen by PET");
    check_view(settings, object, model.radius);
    check_sizes(settings, object);
    model.image =
        covering_grid(object.grid, {settings.resolution, settings.resolution, settings.resolution});
    if (settings.attenuation) add_attenuation(context.library, tables, object, model);
    return model;
}

SpectLines spect_lines(matter::Library& library, const std::vector<std::string>& nuclides,
                       const SpectSettings& settings) {
    const bool any = std::any_of(nuclides.begin(), nuclides.end(), [&](const std::string& name) {
        return is_known_nuclide(library, name);
    });
    if (!any) return {};
    const matter::XrayTables tables(library.root() / "xray");
    SpectLines lines{0.0, 0.0, 0.0, 0.0, 0.0};
    std::set<double> energies;
    for (const std::string& name : nuclides) {
        if (!is_known_nuclide(library, name)) continue;
        const Emitter nuclide = emitter(library, tables, name);
        lines.nuclides += 1.0;
        const std::vector<double> own = window_lines(settings, nuclide);
        if (own.empty() || !is_imaged(settings, name)) continue;
        const auto windows = static_cast<double>(own.size());
        lines.imaged += 1.0;
        lines.windows += windows;
        lines.most = std::max(lines.most, windows);
        energies.insert(own.begin(), own.end());
        for (const matter::NuclidePhoton& photon : nuclide.photons)
            if (may_scatter(photon)) energies.insert(photon.energy);
    }
    lines.energies = settings.attenuation ? static_cast<double>(energies.size()) : 0.0;
    return lines;
}

}  // namespace caravel::imaging
