// The numbers of the property laws: few, shared by all particles, with priors and sources. Fitted
// values come from data/delivery/laws.csv.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace caravel::body {

/// One number of the laws; clearances and rates as natural logarithms.
struct LawParameter {
    std::string name;  // "liver.clearance"
    std::string unit;  // "ln(mL/h/g)", "1", "ln(nm)"
    double prior_mean = 0.0;
    double prior_sd = 1.0;  // where `family` is not empty: the start of the estimated one
    std::string family;     // effects of one family share a standard deviation that is estimated
    std::string source;
};

/// Positions of the single numbers in the table; the families of categories follow them.
namespace law {
enum : std::size_t {
    // phagocytic clearance per organ mass
    liver,
    spleen,
    kidney,
    lung,
    // capture by the phagocytes and vessel walls of the other organs, per organ mass
    heart,
    muscle,
    bone,
    skin,
    brain,
    intestine,
    stomach,
    // what a particle's properties do to phagocytosis
    size,
    size_squared,
    stealth,
    charge,
    crowding,
    liver_size,
    spleen_slit,
    spleen_size,
    kidney_size,
    lung_size,
    lung_cation,
    tissue_size,
    tissue_stealth,
    // exchange through the pores of continuous endothelium
    exchange_level,
    exchange_return,
    // elimination
    captured_loss,
    label_lost,
    bile,
    bile_size,
    glomerular_pore,
    glomerular_charge,
    reabsorption,
    residual_blood,
    heterogeneity,
    label_blood,
    // tumour
    tumour_permeability,
    tumour_size,
    tumour_stealth,
    tumour_charge,
    tumour_mass,
    tumour_xenograft,
    tumour_orthotopic,
    tumour_interstitium,
    tumour_drainage,
    tumour_drainage_size,
    tumour_binding,
    tumour_binding_size,
    tumour_ligand,
    tumour_loss,
    tumour_blood,
    singles
};
}  // namespace law

/// Categories that shift phagocytosis, capture by other organs or tumour permeability.
std::span<const std::string> law_materials();
std::span<const std::string> law_shapes();
std::span<const std::string> law_cancers();

/// Position of an effect: family start + category; categories that are not listed take the last
/// ("other").
std::size_t material_phagocytosis(std::string_view material);
std::size_t material_tissue(std::string_view material);
std::size_t material_tumour(std::string_view material);
std::size_t shape_phagocytosis(std::string_view shape);
std::size_t shape_tumour(std::string_view shape);
std::size_t cancer_tumour(std::string_view cancer);

/// All parameters in order.
const std::vector<LawParameter>& law_parameters();

/// The prior means.
std::vector<double> default_law_values();

}  // namespace caravel::body
