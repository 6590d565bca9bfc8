#include "caravel/body/law_parameters.hpp"

#include <algorithm>
#include <array>

namespace caravel::body {

namespace {

const std::array<std::string, 13> materials = {
    "gold",     "silica",  "iron_oxide", "liposome", "polymer",         "dendrimer",    "hydrogel",
    "graphene", "titania", "lipid",      "micelle",  "other_inorganic", "other_organic"};
const std::array<std::string, 6> shapes = {"sphere", "rod", "plate", "sheet", "cage", "other"};
const std::array<std::string, 13> cancers = {"breast",   "liver",  "skin",     "colon",   "brain",
                                             "cervix",   "lung",   "prostate", "stomach", "ovary",
                                             "pancreas", "kidney", "other"};

constexpr std::size_t phagocytosis_by_material = law::singles;
constexpr std::size_t tissue_by_material = phagocytosis_by_material + 13;
constexpr std::size_t tumour_by_material = tissue_by_material + 13;
constexpr std::size_t phagocytosis_by_shape = tumour_by_material + 13;
constexpr std::size_t tumour_by_shape = phagocytosis_by_shape + 6;
constexpr std::size_t tumour_by_cancer = tumour_by_shape + 6;

template <std::size_t n>
std::size_t place(const std::array<std::string, n>& names, std::string_view name) {
    const auto found = std::find(names.begin(), names.end(), name);
    return found == names.end() ? n - 1 : static_cast<std::size_t>(found - names.begin());
}

const char* const order = "order of magnitude of reported clearances (assumed)";
const char* const weak = "weak prior (assumed)";

std::vector<LawParameter> clearances() {
    const std::string unit = "ln(mL/h/g)";
    return {{"liver.clearance", unit, -0.5, 1.5, "", order},
            {"spleen.clearance", unit, -0.3, 1.5, "", order},
            {"kidney.clearance", unit, -2.5, 1.5, "", order},
            {"lung.clearance", unit, -2.0, 1.5, "", order},
            {"heart.clearance", unit, -4.5, 1.5, "", order},
            {"muscle.clearance", unit, -6.0, 1.5, "", order},
            {"bone.clearance", unit, -4.5, 1.5, "", order},
            {"skin.clearance", unit, -5.0, 1.5, "", order},
            {"brain.clearance", unit, -6.5, 1.5, "", order},
            {"intestine.clearance", unit, -4.5, 1.5, "", order},
            {"stomach.clearance", unit, -4.5, 1.5, "", order}};
}

std::vector<LawParameter> modifiers() {
    return {{"phagocytosis.size", "1", 0.2, 0.15, "", "power of d/100 nm, collision and uptake"},
            {"phagocytosis.size_squared", "1", 0.0, 0.1, "", weak},
            {"phagocytosis.stealth", "1", -0.7, 0.4, "", "PEG lowers opsonisation; sign known"},
            {"phagocytosis.charge", "1", 0.2, 0.25, "", "z^2/(z^2 + (15 mV)^2), opsonisation"},
            {"phagocytosis.crowding", "1", -0.1, 0.1, "",
             "power of 1 + particles/(5e13 per kg); B. Ouyang et al., Nat. Mater. 19 (2020) 1362"},
            {"liver.size", "1", 0.0, 0.2, "", weak},
            {"spleen.slit", "1", 1.0, 0.7, "", "ln rise above the slits; Moghimi 2001"},
            {"spleen.size", "1", 0.2, 0.3, "", weak},
            {"kidney.size", "1", -0.4, 0.3, "", "mesangial access falls with size (assumed)"},
            {"lung.size", "1", 0.1, 0.3, "", weak},
            {"lung.cation", "1", 0.5, 0.5, "", "positive particles aggregate with blood"},
            {"tissue.size", "1", 0.0, 0.15, "", weak},
            {"tissue.stealth", "1", 0.0, 0.3, "", weak},
            {"exchange.level", "ln(mL/h/g)", -5.0, 0.5, "",
             "10 % of plasma albumin per hour leave the mouse's vessels (assumed)"},
            {"exchange.return", "ln(1/h)", -2.5, 0.5, "", "lymph over interstitium (assumed)"}};
}

std::vector<LawParameter> elimination() {
    return {{"captured.loss", "ln(1/h)", -5.5, 1.0, "", order},
            {"label.lost", "ln(1)", -1.0, 1.0, "",
             "label and dose found nowhere over what is found (assumed)"},
            {"liver.bile", "ln(1/h)", -5.5, 1.0, "", order},
            {"liver.bile_size", "1", -0.5, 0.3, "", "hepatocyte access falls with size"},
            {"kidney.pore", "ln(nm)", 2.08, 0.1, "", "8 nm; Choi 2007"},
            {"kidney.pore_charge", "1", 0.1, 0.1, "", "anionic particles are held back"},
            {"kidney.reabsorbed", "logit", -2.0, 1.0, "", weak},
            {"organs.residual_blood", "ln(1)", -0.5, 0.5, "", "part of vascular blood left"},
            {"particles.heterogeneity", "ln(1)", -0.7, 0.3, "",
             "spread of ln phagocytosis among the particles of one batch (assumed)"},
            {"blood.label", "ln(1)", -4.6, 0.7, "",
             "label set free in blood per captured content (assumed)"}};
}

std::vector<LawParameter> tumour() {
    return {{"tumour.permeability", "ln(1)", 0.0, 1.0, "", "times two-pore law, 200/cm vessels"},
            {"tumour.size", "1", 0.0, 1.0, "", "power beside the two-pore law, left free"},
            {"tumour.stealth", "1", 0.0, 0.2, "", weak},
            {"tumour.charge", "1", 0.0, 0.2, "", "z^2/(z^2 + (15 mV)^2)"},
            {"tumour.mass", "1", -0.35, 0.1, "", "vessels feed the rim: area per mass"},
            {"tumour.xenograft", "1", 0.0, 0.3, "", weak},
            {"tumour.orthotopic", "1", 0.0, 0.3, "", weak},
            {"tumour.interstitium", "ln(1)", -1.2, 0.3, "", "interstitial volume, 30 %"},
            {"tumour.drainage", "ln(1/h)", -1.5, 1.0, "", order},
            {"tumour.drainage_size", "1", -0.5, 0.2, "", "diffusion to draining vessels"},
            {"tumour.binding", "ln(1/h)", -2.5, 1.0, "", order},
            {"tumour.binding_size", "1", 0.0, 0.2, "", weak},
            {"tumour.ligand", "1", 0.3, 0.4, "", "receptor capture adds to binding"},
            {"tumour.loss", "ln(1/h)", -4.5, 1.0, "", order},
            {"tumour.blood", "ln(1)", -3.2, 0.5, "", "blood per tumour volume, 4 %"}};
}

template <std::size_t n>
void add_family(std::vector<LawParameter>& all, const std::string& family,
                const std::array<std::string, n>& names) {
    const std::string prefix = family + ".";
    for (const std::string& name : names)
        all.push_back({prefix + name, "1", 0.0, 0.5, family, "category effect"});
}

std::vector<LawParameter> table() {
    std::vector<LawParameter> all = clearances();
    for (const auto& part : {modifiers(), elimination(), tumour()})
        all.insert(all.end(), part.begin(), part.end());
    add_family(all, "phagocytosis.material", materials);
    add_family(all, "tissue.material", materials);
    add_family(all, "tumour.material", materials);
    add_family(all, "phagocytosis.shape", shapes);
    add_family(all, "tumour.shape", shapes);
    add_family(all, "tumour.cancer", cancers);
    return all;
}

}  // namespace

std::span<const std::string> law_materials() { return materials; }
std::span<const std::string> law_shapes() { return shapes; }
std::span<const std::string> law_cancers() { return cancers; }

std::size_t material_phagocytosis(std::string_view material) {
    return phagocytosis_by_material + place(materials, material);
}
std::size_t material_tissue(std::string_view material) {
    return tissue_by_material + place(materials, material);
}
std::size_t material_tumour(std::string_view material) {
    return tumour_by_material + place(materials, material);
}
std::size_t shape_phagocytosis(std::string_view shape) {
    return phagocytosis_by_shape + place(shapes, shape);
}
std::size_t shape_tumour(std::string_view shape) { return tumour_by_shape + place(shapes, shape); }
std::size_t cancer_tumour(std::string_view cancer) {
    return tumour_by_cancer + place(cancers, cancer);
}

const std::vector<LawParameter>& law_parameters() {
    static const std::vector<LawParameter> all = table();
    return all;
}

std::vector<double> default_law_values() {
    std::vector<double> values;
    for (const LawParameter& parameter : law_parameters()) values.push_back(parameter.prior_mean);
    return values;
}

}  // namespace caravel::body
