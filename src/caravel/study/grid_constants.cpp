#include "caravel/study/grid_constants.hpp"

namespace caravel::study {
namespace {

/// A tumour line's own value, else the generic one; by context.
class TumourFacts {
  public:
    TumourFacts(matter::Library& library, std::string line)
        : library_(library), line_(std::move(line)) {}

    double operator()(std::string_view property, std::string_view context = "") const {
        if (const auto own = library_.find("tumour_lines", line_, property, context)) return *own;
        return library_.value("tumour_lines", "generic", property, context);
    }

  private:
    matter::Library& library_;
    std::string line_;
};

tissue::TissueConstants tumour_tissue(const tissue::TumourParameters& p, const TumourFacts& fact,
                                      matter::Library& library, const tissue::MatrixInput& input) {
    tissue::TissueConstants c;
    c.vessels = {p.vessel_surface_density, p.vascular_fraction, p.blood_flow,
                 fact("microvascular_pressure")};
    c.interstitial_fraction = p.interstitial_fraction;
    const tissue::Matrix tabulated = tissue::tabulated_matrix(library, "tumour");
    tissue::Matrix matrix = tabulated;
    if (input.fibre_fraction) matrix.fibre_fraction = *input.fibre_fraction;
    if (input.pore_radius) matrix.pore_radius = *input.pore_radius;
    c.matrix = tissue::without_hyaluronan(matrix, input.hyaluronidase);
    // The measured conductivity is that of the tabulated matrix; another one conducts accordingly.
    c.hydraulic_conductivity =
        tissue::hydraulic_conductivity(c.matrix, tabulated, fact("hydraulic_conductivity_tissue"));
    c.wall_conductivity = fact("hydraulic_conductivity_vessel");
    c.osmotic_reflection = fact("osmotic_reflection_coefficient");
    c.interstitial_osmotic_pressure = fact("interstitial_osmotic_pressure");
    c.lymph_conductance = fact("lymph_conductance");
    return c;
}

tissue::TissueConstants normal_tissue(const body::Physiology& body, const TumourFacts& fact,
                                      matter::Library& library) {
    constexpr const char* normal = "normal tissue";
    const auto& muscle = body.organ("muscle");
    tissue::TissueConstants c;
    c.vessels = {fact("vessel_surface_density", normal), muscle.vascular_fraction,
                 muscle.arterial_flow / muscle.volume, fact("microvascular_pressure")};
    c.interstitial_fraction = muscle.interstitial_fraction;
    c.matrix = tissue::tabulated_matrix(library, normal);
    c.hydraulic_conductivity = fact("hydraulic_conductivity_tissue", normal);
    c.wall_conductivity = fact("hydraulic_conductivity_vessel", normal);
    c.osmotic_reflection = fact("osmotic_reflection_coefficient", normal);
    c.interstitial_osmotic_pressure = fact("interstitial_osmotic_pressure", normal);
    c.lymph_conductance = fact("lymph_conductance", normal);
    return c;
}

}  // namespace

void set_tissue_constants(tissue::GridPlan& plan, const tissue::TumourParameters& tumour,
                          const body::Physiology& body, matter::Library& library,
                          const Location& where) {
    const TumourFacts fact(library, tumour.line);
    plan.tumour = tumour_tissue(tumour, fact, library, plan.input.matrix);
    plan.normal = normal_tissue(body, fact, library);
    plan.plasma_osmotic_pressure = fact("plasma_osmotic_pressure");
    plan.biology = tissue::make_cell_biology(plan.input.biology, library, where);
    plan.oxygen = {fact("oxygen_diffusion"), fact("oxygen_wall_permeability"),
                   fact("capillary_radius"), fact("arterial_oxygen_pressure"),
                   fact("blood_oxygen_capacity")};
}

}  // namespace caravel::study
