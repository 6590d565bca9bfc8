#include "caravel/study/phantom_builder.hpp"

#include "caravel/base/suggest.hpp"
#include "caravel/input/nifti.hpp"
#include "caravel/input/reader.hpp"
#include "caravel/study/glow.hpp"
#include "caravel/study/phantom_agents.hpp"
#include "caravel/study/phantom_checks.hpp"
#include "caravel/study/phantom_reading.hpp"
#include "caravel/study/phantom_shapes.hpp"
#include "caravel/study/phantom_tissues.hpp"
#include "caravel/study/stimuli_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace caravel::study {
namespace {

constexpr double most_voxels = 4e8;
constexpr double default_oxygen = 40.0 * 133.322387415;  // Pa
constexpr std::array<std::string_view, 6> sides{"x_low",  "x_high", "y_low",
                                                "y_high", "z_low",  "z_high"};

[[noreturn]] void refuse(const Location& where, std::string what, std::string expected) {
    throw InputError(Diagnostic{where, std::move(what), std::move(expected), ""});
}

Grid plan_grid(const Phantom& p) {
    Grid grid;
    std::array<index_t*, 3> counts{&grid.nx, &grid.ny, &grid.nz};
    double cells = 1.0;
    for (std::size_t d = 0; d < 3; ++d) {
        grid.spacing[d] = p.resolution ? *p.resolution : p.spacing[d];
        grid.origin[d] = p.origin[d];
        const double n = p.size[d] / grid.spacing[d];
        if (std::abs(n - std::round(n)) > 1e-6 * n || n < 0.5)
            refuse(p.where,
                   fmt::format("{} mm along {} are {} voxels of {} mm",
                               format_number(p.size[d] * 1e3, 6), "xyz"[d], format_number(n, 6),
                               format_number(grid.spacing[d] * 1e3, 6)),
                   "a whole number of voxels");
        cells *= std::round(n);
        if (cells > most_voxels)
            refuse(
                p.where,
                fmt::format("the phantom has more than {:.0f} million voxels", most_voxels / 1e6),
                "a coarser resolution or a smaller block");
        *counts[d] = static_cast<index_t>(std::round(n));
    }
    return grid;
}

/// Tissue and role of the voxels, as they come about.
struct Material {
    std::vector<std::uint16_t> label;
    std::vector<double> tumour_share;
    std::vector<int> shape;
};

/// Tissues of a label volume.
void fill_from_labels(const Phantom& p, const std::vector<std::int32_t>& labels,
                      PhantomTissues& tissues, Material& m, input::Diagnostics& mistakes) {
    std::map<std::int32_t, std::pair<std::uint16_t, double>> known;
    for (const auto& l : p.labels)
        known[static_cast<std::int32_t>(l.value)] = {tissues.find(l.tissue, l.where),
                                                     l.role == "tumour" ? 1.0 : 0.0};
    std::map<std::int32_t, bool> missed;
    for (std::size_t i = 0; i < labels.size(); ++i) {
        const auto found = known.find(labels[i]);
        if (found == known.end()) {
            missed[labels[i]] = true;
            continue;
        }
        m.label[i] = found->second.first;
        m.tumour_share[i] = found->second.second;
    }
    if (missed.empty()) return;
    std::string list;
    for (const auto& [value, unused] : missed) list += fmt::format(" {}", value);
    mistakes.add({p.where, fmt::format("labels of '{}' without a tissue:{}", p.file, list),
                  "a [[phantom.label]] for each", ""});
}

void fill_from_shapes(const Phantom& p, const Grid& grid, PhantomTissues& tissues, Material& m,
                      input::Diagnostics& mistakes) {
    const auto voxels = voxelise(p.shapes, grid);
    std::vector<std::uint16_t> numbers;
    std::vector<std::size_t> count(p.shapes.size());
    for (const auto& s : p.shapes) numbers.push_back(tissues.find(s.tissue, s.where));
    for (std::size_t i = 0; i < m.label.size(); ++i) {
        const int s = voxels.shape[i];
        m.shape[i] = s;
        if (s < 0) {
            m.tumour_share[i] = std::max(m.tumour_share[i], voxels.tumour_share[i]);
            continue;
        }
        m.label[i] = numbers[static_cast<std::size_t>(s)];
        m.tumour_share[i] = voxels.tumour_share[i];
        ++count[static_cast<std::size_t>(s)];
    }
    for (std::size_t s = 0; s < p.shapes.size(); ++s)
        if (count[s] == 0)
            mistakes.add(
                {p.shapes[s].where,
                 fmt::format("shape {} ({}{}) fills no voxel", s + 1, p.shapes[s].kind,
                             p.shapes[s].name.empty() ? "" : " '" + p.shapes[s].name + "'"),
                 "a body inside of the phantom, larger than a voxel and not wholly "
                 "under later ones",
                 ""});
}

void set_region(const Material& m, const PhantomTissues& tissues, tissue::Domain& domain) {
    domain.region.clear();
    domain.tumour_share = m.tumour_share;
    for (std::size_t i = 0; i < m.label.size(); ++i) {
        if (tissues.exterior(m.label[i])) {
            domain.region.push_back(tissue::Region::outside);
            domain.tumour_share[i] = 0.0;
        } else {
            domain.region.push_back(m.tumour_share[i] >= 0.5 ? tissue::Region::tumour
                                                             : tissue::Region::normal);
        }
    }
}

stimulus::LightFace light_face(const std::string& name) {
    if (name == "fresnel") return stimulus::LightFace::fresnel;
    if (name == "mirror") return stimulus::LightFace::mirror;
    if (name == "cyclic") return stimulus::LightFace::cyclic;
    return stimulus::LightFace::open;
}

tissue::HeatFace heat_face(const PhantomFace& f, double start_temperature) {
    if (f.heat == "skin") return tissue::skin_face(f.skin.value_or(tissue::SkinSurroundings{}));
    tissue::HeatFace face;
    face.temperature = f.temperature.value_or(start_temperature);
    face.transfer = f.transfer;
    face.heat_flux = f.heat_flux;
    if (f.heat == "fixed") face.kind = tissue::HeatFace::Kind::fixed;
    if (f.heat == "convective") face.kind = tissue::HeatFace::Kind::convective;
    return face;
}

void set_faces(const Phantom& p, response::TreatmentPlan& plan, input::Diagnostics& mistakes) {
    for (auto& face : plan.heat_faces) face.temperature = p.start_temperature;
    for (const auto& f : p.faces)
        for (std::size_t side = 0; side < sides.size(); ++side) {
            if (f.side != "all" && f.side != sides[side]) continue;
            plan.light_faces[side] = light_face(f.optics);
            plan.heat_faces[side] = heat_face(f, p.start_temperature);
        }
    for (std::size_t d = 0; d < 3; ++d)
        if ((plan.light_faces[2 * d] == stimulus::LightFace::cyclic) !=
            (plan.light_faces[2 * d + 1] == stimulus::LightFace::cyclic))
            mistakes.add({p.faces.front().where,
                          fmt::format("only one of the faces along {} is cyclic", "xyz"[d]),
                          "both or none", ""});
}

void set_photochemistry(const PhantomStudy& study, PhantomLoads& loads, BuiltPhantom& built) {
    const Phantom& p = study.phantom;
    built.plan.photodynamic = p.photodynamic;
    if (!p.photodynamic) return;
    const std::size_t n = built.plan.label.size();
    const bool pressure = p.oxygen.dimension == dimension::pressure;
    const bool given = pressure || p.oxygen.dimension == dimension::molar_concentration;
    const double oxygen =
        given && !pressure ? p.oxygen.si
                           : (given ? p.oxygen.si : default_oxygen) * response::oxygen_solubility;
    built.oxygen.assign(n, oxygen);
    built.ph.assign(n, p.ph);
    built.released = std::move(loads.released);
    built.carried = std::move(loads.carried);
    if (built.released.empty()) built.released.assign(n, 0.0);
    if (built.carried.empty()) built.carried.assign(n, 0.0);
    const auto none = [](const std::vector<double>& values) {
        return std::all_of(values.begin(), values.end(), [](double c) { return c <= 0.0; });
    };
    if (none(built.released) && none(built.carried))
        throw InputError(Diagnostic{
            p.where, fmt::format("no load brings the sensitiser '{}'", p.photodynamic->sensitiser),
            "a [[phantom.load]] of it, or of a formulation that carries it", ""});
    built.assumptions.push_back(
        fmt::format("Oxygen at the start: {} umol/L ({} mm[Hg] at a solubility of 1.35 "
                    "umol/L/mm[Hg], water at 37 Cel).",
                    format_number(oxygen * 1e3, 4),
                    format_number(oxygen / response::oxygen_solubility / 133.322387415, 4)));
}

/// What may glow: loads, but not radioactivity.
GlowScene glow_scene(const PhantomStudy& study) {
    GlowScene scene;
    for (const auto& load : study.phantom.loads) {
        if (!load.nuclide.empty()) continue;
        GlowSource source;
        source.name = load.shown_name();
        source.molecule = load.agent;
        source.own_absorption = load.specific_absorption.has_value();
        for (const auto& f : study.formulations)
            if (f.name == load.formulation && load.agent.empty()) source.carrier = &f;
        scene.sources.push_back(std::move(source));
    }
    scene.lamps = study.protocol.stimuli.lights;
    scene.sensitiser = study.phantom.photodynamic.has_value();
    scene.source_kind = "load";
    scene.source_names = "the name of a [[phantom.load]]";
    scene.photodynamic = "[phantom.photodynamic]";
    return scene;
}

void set_numbers(const PhantomStudy& study, response::TreatmentPlan& plan) {
    const Phantom& p = study.phantom;
    plan.name = "phantom";
    plan.lights = study.protocol.stimuli.lights;
    plan.coils = study.protocol.stimuli.coils;
    plan.microwaves = study.protocol.stimuli.microwaves;
    plan.probes = study.protocol.stimuli.probes;
    plan.controls = study.protocol.stimuli.controls;
    plan.damage = p.damage;
    plan.outside_index = p.outside_index;
    plan.body_temperature = p.start_temperature;
    plan.settle_first = p.settle;
    plan.heat = p.heat;
    plan.longest_step = p.longest_step.value_or(plan.longest_step);
    plan.light_tolerance = p.light_tolerance;
    plan.seed = static_cast<std::uint64_t>(study.run.seed);
}

void check_names(const PhantomStudy& study, input::Diagnostics& mistakes) {
    std::vector<std::string> names;
    for (const auto& t : study.phantom.tissues) {
        if (std::find(names.begin(), names.end(), t.name) != names.end())
            mistakes.add({t.where, fmt::format("tissue '{}' stands twice", t.name),
                          "a name of its own", ""});
        names.push_back(t.name);
    }
}

}  // namespace

response::TreatmentLoad BuiltPhantom::load() const {
    response::TreatmentLoad load;
    for (const auto& a : agents) load.agents.push_back(view_of(a));
    load.photodynamic.released = view_of(released);
    load.photodynamic.carried = view_of(carried);
    load.photodynamic.oxygen = view_of(oxygen);
    load.photodynamic.ph = view_of(ph);
    return load;
}

PhantomBox phantom_box(const Phantom& phantom, const std::filesystem::path& folder) {
    if (phantom.file.empty()) return {plan_grid(phantom), {}};
    const auto image = input::read_nifti(folder / phantom.file, {most_voxels});
    return {image.header.grid, input::nifti_labels(image)};
}

BuiltPhantom build_phantom(const PhantomStudy& given, const std::filesystem::path& folder,
                           matter::Library& library) {
    PhantomStudy study = given;
    const Phantom& p = study.phantom;
    const PhantomBox box = phantom_box(p, folder);
    tissue::Domain whole;
    whole.grid = box.grid;
    place_in_middle(study.protocol.stimuli, whole);
    input::Diagnostics mistakes;
    BuiltPhantom built;
    set_numbers(study, built.plan);
    built.end = phantom_end(study);
    check_names(study, mistakes);
    auto& domain = built.plan.domain;
    domain.grid = box.grid;
    check_protocol(study, box.grid, mistakes);
    const auto glows = find_glows(p.emissions, glow_scene(study), library, mistakes);
    // The optics of loads are looked up light by light, those of what they give off last.
    study.protocol.stimuli.lights = with_colours(std::move(study.protocol.stimuli.lights), glows);
    PhantomTissues tissues(study, library, mistakes);
    const auto cells = static_cast<std::size_t>(box.grid.cell_count());
    Material m;
    m.label.assign(cells, 0);
    m.tumour_share.assign(cells, 0.0);
    m.shape.assign(cells, -1);
    if (box.labels.empty())
        tissues.find(p.background, p.where);
    else
        fill_from_labels(p, box.labels, tissues, m, mistakes);
    fill_from_shapes(p, box.grid, tissues, m, mistakes);
    set_faces(p, built.plan, mistakes);
    mistakes.throw_if_any();
    set_region(m, tissues, domain);
    if (p.heat && !p.shapes.empty()) built.plan.heat_links = cut_ways(p.shapes, box.grid, m.shape);
    built.plan.label = std::move(m.label);
    built.plan.tissues = tissues.all();
    check_wavelengths(built.plan, glows, library, mistakes);
    built.plan.vessels = tissue::heat_vessels(p.vessels, box.grid);
    if (!built.plan.probes.empty()) stimulus::check_probes(built.plan.probes, box.grid);
    auto loads = load_phantom(study, {domain, m.shape, built.plan.label, built.plan.tissues},
                              library, mistakes);
    mistakes.throw_if_any();
    built.assumptions = tissues.assumptions();
    built.shape = std::move(m.shape);
    built.plan.agents = std::move(loads.agents);
    built.agents = std::move(loads.values);
    set_emissions(glows, built.plan, built.assumptions, mistakes);
    check_readings(study, built.plan, mistakes);
    if (p.gates) built.longest_time = p.gates->longest;
    mistakes.throw_if_any();
    built.notes = std::move(loads.notes);
    if (p.heat && p.conductivity_slopes)
        if (auto note = flat_conductivity(built.plan.tissues); !note.empty())
            built.notes.push_back(std::move(note));
    set_photochemistry(study, loads, built);
    return built;
}

}  // namespace caravel::study
