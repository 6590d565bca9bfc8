#include "caravel/study/grid_builder.hpp"

#include "caravel/study/field_output.hpp"
#include "caravel/study/grid_checks.hpp"
#include "caravel/study/grid_constants.hpp"
#include "caravel/study/grid_exchanges.hpp"
#include "caravel/study/grid_injection.hpp"
#include "caravel/study/grid_parts.hpp"
#include "caravel/study/treatment_builder.hpp"
#include "caravel/study/vegf_blockade.hpp"
#include "caravel/tissue/grid/grid_memory.hpp"

#include <limits>

namespace caravel::study {
namespace {

using tissue::Motion;

constexpr double endless = std::numeric_limits<double>::infinity();

bool starts_with(const std::string& text, const std::string& start) {
    return text.rfind(start, 0) == 0;
}

/// Volumes of cells are the first species of the local model, in this order.
void make_volumes(GridParts& parts) {
    for (std::size_t i = 0; i < parts.parameters.populations.size(); ++i)
        parts.plan.viable.push_back(parts.tumour.population(i).index);
    for (const auto& stage : parts.tumour.dying()) parts.plan.dead.push_back(stage.index);
}

Motion motion_of(const GridParts& parts, const std::string& species) {
    if (starts_with(species, "venous.") || starts_with(species, "lymph.")) return Motion::outflow;
    if (parts.solute_of.count(species)) return Motion::fluid;
    for (const char* cells : {".volume.", ".switched", ".bound.", ".endocytosed.", ".cells.",
                              ".nucleus.", ".endosome.", ".receptors_inside."})
        if (starts_with(species, parts.place(cells))) return Motion::tissue;
    return Motion::blood;
}

/// How every local species moves, and where the body records it.
void make_species(GridParts& parts) {
    for (const auto& species : parts.local().all_species()) {
        tissue::GridSpecies s;
        s.motion = motion_of(parts, species.name);
        const auto solute = parts.solute_of.find(species.name);
        if (solute != parts.solute_of.end()) s.solute = solute->second;
        if (s.motion != Motion::outflow && parts.built.model.has_species(species.name))
            s.body = parts.built.model.species(species.name).index;
        parts.plan.species.push_back(s);
    }
}

/// Voxels, vessels, and what depends on where they are.
void make_space(GridParts& parts, const Tumour& input) {
    auto& plan = parts.plan;
    const auto& shape = plan.input.domain;
    const double volume = parts.parameters.volume;
    tissue::check_grid_memory(plan, tissue::plan_domain(shape, volume, input.tissue.where));
    plan.domain = tissue::make_domain(shape, volume, input.tissue.where);
    check_volume(input, plan.domain.tumour_volume());
    plan.vessels = tissue::make_vascular_map(plan.domain, plan.input.vessels, plan.tumour.vessels,
                                             plan.normal.vessels);
    place_injections(parts);
}

}  // namespace

tissue::GridPlan build_grid(BuiltModel& built, const StudyInput& study, matter::Library& library,
                            std::size_t t) {
    const auto& input = study.subject.tumours[t];
    check_grid_input(study, t);
    GridParts parts(built, study, library, t);
    auto& plan = parts.plan;
    plan.name = parts.name;
    plan.input = input.tissue.grid;
    plan.input.fields_at = field_times_with_scans(plan, study);
    plan.treated = is_treated(study, parts.name);
    set_tissue_constants(plan, parts.parameters, built.physiology, library, input.tissue.where);
    check_blockade(built, plan);
    make_volumes(parts);
    add_grid_drugs(parts);
    add_grid_carriers(parts);
    add_grid_cells(parts, input);
    add_injections(parts);
    plan.local.check_conservation();
    make_species(parts);
    add_grid_exchanges(built, plan, parts.tumour,
                       parts.parameters.blood_flow * parts.parameters.volume);
    make_space(parts, input);
    plan.body_flow = built.model.species(parts.name + ".blood_flow").index;
    plan.body_margin_flow = built.model.species(parts.name + ".margin_flow").index;
    if (plan.input.angiogenesis)  // a curve alone: it steers no step of the body
        plan.body_vessels =
            built.model.add_species({parts.name + ".vessel_density", "", endless, true}, 1.0).index;
    return std::move(plan);
}

}  // namespace caravel::study
