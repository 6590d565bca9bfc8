// Organ volumes and flows of one individual: species table, scaled to its body weight, with the
// user's own values where given.
#pragma once

#include "caravel/body/circulation.hpp"
#include "caravel/input/visitor.hpp"
#include "caravel/matter/table.hpp"

#include <optional>
#include <string>
#include <vector>

namespace caravel::body {

/// The user's own values for one organ.
struct OrganInput {
    std::string organ;
    std::optional<double> volume;                 // m3
    std::optional<double> blood_flow;             // m3/s, arterial
    std::optional<double> vascular_fraction;      // blood volume per organ volume
    std::optional<double> interstitial_fraction;  // per organ volume
};

/// The subject apart from its tumours.
struct SubjectInput {
    std::string species = "mouse";
    std::optional<double> body_weight;        // kg
    std::optional<double> body_surface_area;  // m2
    std::optional<double> haematocrit;
    std::optional<double> cardiac_output;              // m3/s
    std::optional<double> blood_volume;                // m3
    std::optional<double> glomerular_filtration_rate;  // m3/s of plasma
    std::vector<OrganInput> organs;
};

/// Mass per volume (kg/m3) of every organ and tumour where a value is given per mass (assumed).
inline constexpr double tissue_density = 1000.0;

void describe(input::Visitor& v, OrganInput& organ);
/// The keys of [subject] except tumours (those are described where tumours are known).
void describe_subject(input::Visitor& v, SubjectInput& subject);

/// One organ of the individual.
struct Organ {
    std::string name;
    double volume = 0.0;         // m3, blood included
    double arterial_flow = 0.0;  // m3/s of blood
    double total_flow = 0.0;     // m3/s of blood, portal inflow included
    double vascular_fraction = 0.0;
    double interstitial_fraction = 0.0;
    double lymph_flow = 0.0;           // m3/s
    std::string drains_to = "venous";  // or "liver"
};

/// The individual: organs, blood and the flows between them.
struct Physiology {
    std::string species;
    double body_weight = 0.0;        // kg
    double body_surface_area = 0.0;  // m2
    double haematocrit = 0.0;
    double cardiac_output = 0.0;              // m3/s
    double arterial_volume = 0.0;             // m3 of blood
    double venous_volume = 0.0;               // m3 of blood
    bool large_vessels_assumed = false;       // organs left less than a tenth of all blood
    double glomerular_filtration_rate = 0.0;  // m3/s of plasma
    std::vector<Organ> organs;                // systemic organs; the lung first, in series
    std::vector<FlowEdge> edges;

    double plasma_fraction() const { return 1.0 - haematocrit; }
    double blood_volume() const;  // m3, organs' vessels included
    /// Throws InputError when there is no such organ.
    const Organ& organ(std::string_view name) const;
};

/// Blood a tumour takes; it is missing in the rest of the body.
struct TumourDemand {
    std::string name;
    double blood_flow = 0.0;  // m3/s
};

/// Builds the individual; flows are checked to close. `circulation` is data/circulation.csv.
/// Throws InputError for unknown species or flows that do not close.
Physiology make_physiology(const SubjectInput& subject, std::span<const TumourDemand> tumours,
                           matter::Library& library, const std::filesystem::path& circulation);

}  // namespace caravel::body
