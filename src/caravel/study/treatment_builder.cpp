#include "caravel/study/treatment_builder.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/suggest.hpp"
#include "caravel/study/glow.hpp"
#include "caravel/study/phantom_agents.hpp"
#include "caravel/study/phantom_tissues.hpp"
#include "caravel/study/stimuli_checks.hpp"
#include "caravel/tissue/heat/heat_tissues.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace caravel::study {
namespace {

using response::TreatedTissue;
using response::TreatmentPlan;

/// Calls visit(item) for every stimulus of a protocol.
template <class Visit>
void for_each_stimulus(const stimulus::Stimuli& stimuli, const Visit& visit) {
    for (const auto& s : stimuli.lights) visit(s);
    for (const auto& s : stimuli.coils) visit(s);
    for (const auto& s : stimuli.microwaves) visit(s);
    for (const auto& s : stimuli.probes) visit(s);
}

/// The tumour that a stimulus means: the only one, where it leaves the name open.
std::string target_of(const StudyInput& study, const std::string& on) {
    const auto& tumours = study.subject.tumours;
    if (tumours.size() == 1 && on == "tumour") return tumours.front().tissue.name;
    return on;
}

template <class List>
List those_on(const StudyInput& study, const List& all, const std::string& tumour) {
    List mine;
    for (const auto& s : all)
        if (target_of(study, s.on) == tumour) mine.push_back(s);
    return mine;
}

/// Nothing gives off light in the dark.
void check_glowing(const StudyInput& study) {
    input::Diagnostics mistakes;
    for (const auto& t : study.subject.tumours) {
        const auto& emissions = t.treatment.emissions;
        if (emissions.empty() ||
            !those_on(study, study.protocol.local.lights, t.tissue.name).empty())
            continue;
        mistakes.add(
            {emissions.front().where,
             fmt::format("light given off in tumour '{}', on which no light shines", t.tissue.name),
             fmt::format("a [[protocol.light]] with on = \"{}\"", t.tissue.name), ""});
    }
    mistakes.throw_if_any();
}

bool has_source(const stimulus::Stimuli& stimuli, const std::string& name) {
    bool found = false;
    for_each_stimulus(stimuli, [&](const auto& s) { found = found || s.name == name; });
    return found;
}

void check_targets(const StudyInput& study) {
    std::vector<std::string_view> names;
    for (const auto& t : study.subject.tumours) names.push_back(t.tissue.name);
    for_each_stimulus(study.protocol.local, [&](const auto& s) {
        for (const auto& t : study.subject.tumours) {
            if (t.tissue.name != target_of(study, s.on)) continue;
            if (t.tissue.model == "grid") return;
            throw InputError(Diagnostic{
                s.where, fmt::format("'{}' acts on tumour '{}', which is lumped", s.name, s.on),
                "a tumour in space", "model = \"grid\" in its [[subject.tumour]]"});
        }
        throw InputError(Diagnostic{s.where, fmt::format("no tumour is named '{}'", s.on),
                                    fmt::format("on = one of: {}", fmt::join(names, ", ")),
                                    did_you_mean(s.on, names)});
    });
}

/// Air: nothing scatters, nothing is stored; its temperature is held.
TreatedTissue air() {
    TreatedTissue t;
    t.name = "air";
    t.optics = {"air", 0.0, 0.0, 0.0, 1.0, {}, true};
    t.thermal.name = "air";
    t.thermal.density = 1.16;
    t.thermal.heat_capacity = 1005.0;
    t.thermal.conductivity = 1e-6;
    return t;
}

TreatedTissue shipped(const std::string& name, matter::Library& library, bool optics, bool slopes) {
    TreatedTissue t;
    t.name = name;
    if (optics) t.composition = stimulus::find_tissue_optics(library, name);
    t.thermal = slopes ? tissue::find_heated_tissue(library, name)
                       : tissue::find_thermal_tissue(library, name);
    t.dielectric = name;
    return t;
}

/// Conductance (W/m2/K) of a face to perfused tissue that goes on beyond: steady state outside of
/// a sphere of the box's volume, k (1/R + sqrt(w rho_b c_b/k)).
double outer_conductance(const TreatmentPlan& plan, const tissue::ThermalTissue& t,
                         double blood_heat_capacity) {
    const auto& g = plan.domain.grid;
    const double volume =
        plan.domain.copies * static_cast<double>(g.cell_count()) * g.cell_volume();
    const double radius = std::cbrt(0.75 * volume / std::numbers::pi);
    return t.conductivity *
           (1.0 / radius + std::sqrt(t.perfusion * blood_heat_capacity / t.conductivity));
}

class TreatmentBuilder {
  public:
    TreatmentBuilder(BuiltModel& built, const StudyInput& study, matter::Library& library,
                     std::size_t grid, const Tumour& tumour)
        : built_(built),
          study_(study),
          library_(library),
          grid_(built.grids[grid]),
          tumour_(tumour) {
        plan_.grid = grid;
        plan_.window = tumour.treatment.window;
    }

    /// The protocol as far as it is about this tumour.
    static stimulus::Stimuli stimuli_on(const StudyInput& study, const std::string& tumour) {
        const auto& all = study.protocol.local;
        stimulus::Stimuli mine;
        mine.lights = those_on(study, all.lights, tumour);
        mine.coils = those_on(study, all.coils, tumour);
        mine.microwaves = those_on(study, all.microwaves, tumour);
        mine.probes = those_on(study, all.probes, tumour);
        for (const auto& c : all.controls)
            if (has_source(mine, c.of) || !has_source(all, c.of)) mine.controls.push_back(c);
        return mine;
    }

    response::TumourTreatmentPlan build() {
        auto& t = plan_.treatment;
        t.name = grid_.name;
        t.domain = grid_.domain;
        auto mine = stimuli_on(study_, grid_.name);
        place_in_middle(mine, t.domain);
        input::Diagnostics mistakes;
        check_stimuli(mine, t.domain.grid, study_.run.until, mistakes);
        mistakes.throw_if_any();
        glows_ = find_glows(tumour_.treatment.emissions, glow_scene(mine), library_, mistakes);
        mistakes.throw_if_any();
        t.lights = std::move(mine.lights);
        t.coils = std::move(mine.coils);
        t.microwaves = std::move(mine.microwaves);
        t.probes = std::move(mine.probes);
        t.controls = std::move(mine.controls);
        t.damage = tumour_.treatment.damage;
        t.photodynamic = tumour_.treatment.photodynamic;
        t.longest_step = tumour_.treatment.longest_step.value_or(0.0);
        t.seed = static_cast<std::uint64_t>(study_.run.seed);
        make_tissues();
        check_wavelengths(t, glows_, library_, mistakes);
        mistakes.throw_if_any();
        make_faces();
        make_agents();
        make_sensitiser();
        set_emissions(glows_, t, built_.assumptions, mistakes);
        mistakes.throw_if_any();
        const auto record = [&](const char* what) {
            return built_.model.species(grid_.name + what).index;
        };
        plan_.body_mean_temperature = record(".temperature_mean");
        plan_.body_hottest = record(".temperature_max");
        plan_.body_survival = record(".treatment_survival");
        return std::move(plan_);
    }

  private:
    static std::size_t at(int i) { return static_cast<std::size_t>(i); }

    void make_tissues() {
        auto& t = plan_.treatment;
        const auto& input = tumour_.treatment;
        const bool lit = !t.lights.empty();
        const std::array<std::string, 6> names{
            "", input.normal_tissue, input.tumour_tissue, input.organ_tissue, "blood", "bone"};
        std::array<int, 6> number{-1, -1, -1, -1, -1, -1};
        for (const auto region : t.domain.region) {
            const auto r = static_cast<std::size_t>(region);
            if (number[r] < 0) {
                number[r] = static_cast<int>(t.tissues.size());
                t.tissues.push_back(
                    region == tissue::Region::outside
                        ? air()
                        : shipped(names[r], library_, lit, input.conductivity_slopes));
            }
            t.label.push_back(static_cast<std::uint16_t>(number[r]));
        }
        if (const auto note = flat_conductivity(t.tissues);
            input.conductivity_slopes && !note.empty())
            built_.warnings.push_back(note);
        t.ambient_temperature = input.air_temperature;
        t.skin_transfer = input.skin_transfer;
        t.vessels = tissue::heat_vessels(input.vessels, t.domain.grid);
        if (!input.skin) return;
        const auto face = tissue::skin_face(*input.skin);
        t.ambient_temperature = face.temperature;
        t.skin_transfer = face.transfer;
        t.skin_flux = face.heat_flux;
    }

    void make_faces() {
        auto& t = plan_.treatment;
        const auto& around = tumour_.treatment.surroundings;
        const auto normal = tissue::find_thermal_tissue(library_, tumour_.treatment.normal_tissue);
        tissue::HeatFace face;
        if (around == "perfused")
            face = {tissue::HeatFace::Kind::convective, t.body_temperature,
                    outer_conductance(t, normal, tissue::HeatMedium{}.blood_heat_capacity), 0.0};
        if (around == "fixed") face = {tissue::HeatFace::Kind::fixed, t.body_temperature, 0.0, 0.0};
        for (std::size_t f = 0; f < 6; ++f)
            if (!t.domain.mirrored[f]) t.heat_faces[f] = face;
        const bool skin = std::find(t.domain.region.begin(), t.domain.region.end(),
                                    tissue::Region::outside) != t.domain.region.end();
        // The face above the skin looks at air.
        if (skin && t.domain.region.back() == tissue::Region::outside) t.heat_faces[5] = {};
        if (around == "perfused")
            built_.assumptions.push_back(fmt::format(
                "Tissue beyond the box of {} takes heat as perfused {} does around a sphere of its "
                "volume, in balance.",
                t.name, tumour_.treatment.normal_tissue));
    }

    /// Local species of a substance; of a drug those within carriers, or those that are free.
    response::AgentSpecies species_of(const std::string& substance, bool carried) const {
        response::AgentSpecies found;
        const auto& all = grid_.local.all_species();
        for (std::size_t s = 0; s < all.size(); ++s)
            if (all[s].substance == substance &&
                grid_.species[s].motion != tissue::Motion::outflow &&
                in_carrier(all[s].name) == carried)
                found.push_back(static_cast<int>(s));
        return found;
    }

    /// Whether a species is in a carrier: "<place>.<cohort>.<agent>".
    bool in_carrier(const std::string& species) const {
        return std::any_of(built_.cohorts.begin(), built_.cohorts.end(), [&](const auto& cohort) {
            return species.find("." + cohort.places.label() + ".") != std::string::npos;
        });
    }

    const formulation::Formulation& formulation_of(const Cohort& cohort) const {
        return study_.formulations[at(cohort.formulation)];
    }

    /// One cohort of every carrier: those of several doses share their species.
    std::vector<const Cohort*> carriers() const {
        std::vector<const Cohort*> found;
        for (const auto& cohort : built_.cohorts)
            if (std::none_of(found.begin(), found.end(), [&](const Cohort* other) {
                    return other->places.carrier() == cohort.places.carrier();
                }))
                found.push_back(&cohort);
        return found;
    }

    /// What may glow: every carrier without its payload, every drug and dye, carried or free.
    GlowScene glow_scene(const stimulus::Stimuli& mine) const {
        GlowScene scene;
        for (const auto* cohort : carriers()) {
            const auto& f = formulation_of(*cohort);
            scene.sources.push_back({f.name, &f, "", false, false});
        }
        for (const auto& entry : built_.drugs)
            scene.sources.push_back({entry.first, nullptr, entry.first, false, true});
        scene.lamps = mine.lights;
        scene.sensitiser = tumour_.treatment.photodynamic.has_value();
        scene.source_kind = "formulation or agent in the tumour";
        scene.source_names = "a formulation that is given, or an agent that is given or carried";
        scene.photodynamic = "[subject.tumour.treatment.photodynamic]";
        return scene;
    }

    void make_agents() {
        auto& t = plan_.treatment;
        std::vector<double> largest;
        for (const auto& coil : t.coils) {
            const auto field = stimulus::field_amplitude(coil, t.domain.grid);
            // Rounding must not carry a reading over the end of a table.
            largest.push_back(*std::max_element(field.begin(), field.end()) * (1.0 + 1e-9));
        }
        const auto colours = with_colours(t.lights, glows_);
        for (const auto& cohort : carriers()) {
            t.agents.push_back(treated_carrier(formulation_of(*cohort), colours, t.coils, largest,
                                               1.37, library_, built_.warnings, false));
            plan_.agents.push_back(species_of(cohort->places.carrier(), false));
        }
        for (const auto& entry : built_.drugs) {
            // Within carriers and out of them.
            t.agents.push_back(treated_agent(entry.first, colours, library_));
            auto both = species_of(entry.first, false);
            for (const int s : species_of(entry.first, true)) both.push_back(s);
            plan_.agents.push_back(std::move(both));
        }
    }

    void make_sensitiser() {
        const auto& t = plan_.treatment;
        if (!t.photodynamic) return;
        const auto& name = t.photodynamic->sensitiser;
        plan_.released = species_of(name, false);
        plan_.carried = species_of(name, true);
        if (plan_.released.empty() && plan_.carried.empty()) {
            std::vector<std::string_view> names;
            for (const auto& entry : built_.drugs) names.emplace_back(entry.first);
            throw InputError(Diagnostic{
                tumour_.tissue.where, fmt::format("nothing brings the sensitiser '{}'", name),
                "an agent that is given, or a payload", did_you_mean(name, names)});
        }
        for (std::size_t m = 0; m < grid_.input.molecules.size(); ++m)
            if (grid_.input.molecules[m].signal == "pH") plan_.ph_molecule = static_cast<int>(m);
    }

    BuiltModel& built_;
    const StudyInput& study_;
    matter::Library& library_;
    const tissue::GridPlan& grid_;
    const Tumour& tumour_;
    response::TumourTreatmentPlan plan_;
    std::vector<Glow> glows_;
};

const Tumour& tumour_named(const StudyInput& study, const std::string& name) {
    return *std::find_if(study.subject.tumours.begin(), study.subject.tumours.end(),
                         [&](const Tumour& t) { return t.tissue.name == name; });
}

}  // namespace

bool is_treated(const StudyInput& study, const std::string& tumour) {
    bool treated = false;
    for_each_stimulus(study.protocol.local, [&](const auto& s) {
        treated = treated || target_of(study, s.on) == tumour;
    });
    return treated;
}

void add_treatment_record(kinetics::KineticModel& model, const std::string& tumour) {
    const double body = TreatmentPlan{}.body_temperature;
    model.add_species({tumour + ".temperature_mean", "", body, true}, body);
    model.add_species({tumour + ".temperature_max", "", body, true}, body);
    model.add_species({tumour + ".treatment_survival", "", 1.0, true}, 1.0);
}

void build_treatments(BuiltModel& built, const StudyInput& study, matter::Library& library) {
    check_targets(study);
    check_glowing(study);
    for (std::size_t g = 0; g < built.grids.size(); ++g) {
        if (!built.grids[g].treated) continue;
        const auto& tumour = tumour_named(study, built.grids[g].name);
        built.treatments.push_back(TreatmentBuilder(built, study, library, g, tumour).build());
        // Whatever it refuses is known before anything runs, and so are its facts and warnings.
        const response::Treatment trial(built.treatments.back().treatment, library, 1);
        built.warnings.insert(built.warnings.end(), trial.notes().begin(), trial.notes().end());
    }
}

}  // namespace caravel::study
