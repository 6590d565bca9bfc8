#include "caravel/formulation/chemistry/rate_law.hpp"

#include "caravel/base/checks.hpp"
#include "caravel/base/constants.hpp"

#include <fmt/format.h>

#include <cmath>

namespace caravel::formulation::chemistry {

std::string_view to_text(Activity activity) {
    switch (activity) {
    case Activity::peroxidase: return "peroxidase";
    case Activity::catalase: return "catalase";
    case Activity::oxidase: return "oxidase";
    case Activity::glutathione_oxidase: return "glutathione_oxidase";
    case Activity::fenton: return "fenton";
    case Activity::photocatalysis: return "photocatalysis";
    }
    return "";
}

double relative_activity(const PhProfile& profile, double ph) {
    require_between(ph, 0.0, 14.0, "the pH", "");
    if (!(profile.acid_pk < profile.base_pk))
        throw InputError(Diagnostic{{},
                                    fmt::format("the pH profile has pK {:.3g} below pK {:.3g}",
                                                profile.base_pk, profile.acid_pk),
                                    "the acid pK below the base pK",
                                    ""});
    const auto bell = [&](double x) {
        return 1.0 /
               (1.0 + std::pow(10.0, profile.acid_pk - x) + std::pow(10.0, x - profile.base_pk));
    };
    return bell(ph) / bell(0.5 * (profile.acid_pk + profile.base_pk));
}

double rate(const RateLaw& law, double substrate, double second_substrate, double ph) {
    require_between(law.kcat, 0.0, 1e30, "kcat", "1/s");
    require_between(substrate, 0.0, 1e6, "the concentration of " + law.substrate, "mol/m3");
    const double top = law.kcat * relative_activity(law.ph, ph);
    const double a = substrate;
    if (law.second_km <= 0.0) return a > 0.0 ? top * a / (law.km + a) : 0.0;
    require_between(second_substrate, 0.0, 1e6, "the concentration of " + law.second_substrate,
                    "mol/m3");
    const double b = second_substrate;
    return a > 0.0 && b > 0.0 ? top * a * b / (law.km * b + law.second_km * a + a * b) : 0.0;
}

RateLaw scaled_to_area(RateLaw reference, double reference_area, double area) {
    require_positive(reference_area, "the reference surface", "m2");
    require_between(area, 0.0, 1.0, "the surface", "m2");
    reference.kcat *= area / reference_area;
    return reference;
}

double rate_per_mass(double turnovers, double particle_mass) {
    require_positive(particle_mass, "the particle's mass", "kg");
    return turnovers / avogadro / particle_mass;
}

std::string describe(const RateLaw& law) {
    const std::string ph =
        law.ph.acid_pk < -50.0 && law.ph.base_pk > 50.0
            ? ""
            : fmt::format(", pH bell {:.3g} to {:.3g}", law.ph.acid_pk, law.ph.base_pk);
    const std::string second =
        law.second_km > 0.0
            ? fmt::format(", Km({}) {:.4g} mmol/L", law.second_substrate, law.second_km)
            : "";
    return fmt::format(
        "rate law {} ({}): kcat {:.4g} 1/s per particle, Km({}) {:.4g} mmol/L{}{}; {} -> {}",
        law.name, to_text(law.kind), law.kcat, law.substrate, law.km, second, ph, law.substrate,
        law.product);
}

}  // namespace caravel::formulation::chemistry
