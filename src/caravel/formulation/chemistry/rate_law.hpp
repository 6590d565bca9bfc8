// A reaction of the particle as the response part takes it over.
#pragma once

#include <string>
#include <string_view>

namespace caravel::formulation::chemistry {

/// What a particle does to its surroundings.
enum class Activity { peroxidase, catalase, oxidase, glutathione_oxidase, fenton, photocatalysis };
std::string_view to_text(Activity activity);

/// Bell of two acid constants, 1 at its top (pK1 + pK2)/2. With pK1 = -100 it is a plateau in acid
/// that falls above pK2.
struct PhProfile {
    double acid_pk = -100.0;
    double base_pk = 100.0;
};

/// Relative activity (1) at a pH. Throws InputError unless pK1 < pK2 and 0 <= pH <= 14.
double relative_activity(const PhProfile& profile, double ph);

/// A surface reaction with one or two substrates, per particle. `second_km` 0: one substrate.
struct RateLaw {
    std::string name;
    Activity kind = Activity::catalase;
    double kcat = 0.0;       // 1/s, turnovers per particle at saturation and the best pH
    double km = 0.0;         // mol/m3, of the substrate
    double second_km = 0.0;  // mol/m3
    std::string substrate, second_substrate, product;
    double yield = 1.0;  // product per turnover
    PhProfile ph;
    std::string unit = "1/s";  // of rate(): turnovers per particle
};

/// Turnovers per particle and second: kcat h(pH) A B/(Km_A B + Km_B A + A B) (ping-pong, as found
/// for peroxidase-like oxides by Gao et al. 2007, Nat Nanotechnol 2:577), or kcat h A/(Km + A) with
/// one substrate. Concentrations in mol/m3; throws InputError for negative ones.
double rate(const RateLaw& law, double substrate, double second_substrate, double ph);

/// Turnovers (1/s) of a particle of which `reference` describes another size: sites lie on the
/// surface, so kcat goes with the area (m2).
RateLaw scaled_to_area(RateLaw reference, double reference_area, double area);

/// mol of substrate turned over per second and kg of particles of mass `particle_mass` (kg).
double rate_per_mass(double turnovers, double particle_mass);

/// "peroxidase: 8.58e+04 1/s x A B/(...)" on one line, concentrations in mmol/L.
std::string describe(const RateLaw& law);

}  // namespace caravel::formulation::chemistry
