// Hydroxyl radicals from metal ions on the surface of a particle, and how the particle wears out.
#pragma once

#include <vector>

namespace caravel::formulation::chemistry {

/// Half-reactions of the surface. Concentrations in mol/m3.
struct FentonRates {
    double oxidation = 0.0;  // m3/(mol s), reduced ion + H2O2 -> oxidised ion + OH
    double reduction = 0.0;  // m3/(mol s), oxidised ion + glutathione -> reduced ion
    double migration = 0.0;  // 1/s, electron from inside to an oxidised surface ion, full store
};

/// What the particle holds.
struct FentonStore {
    double surface_ions = 0.0;   // per particle, on the surface
    double stored_ions = 0.0;    // reduced ions inside that can give their electron
    double reduced_share = 1.0;  // of the surface ions at the start
};

/// State at one time.
struct FentonState {
    double time = 0.0;                    // s
    double surface = 1.0;                 // reduced share of the surface ions
    double store = 1.0;                   // share of the store that is left
    double radicals = 0.0;                // OH made since the start, per particle
    double reduced_by_glutathione = 0.0;  // ions reduced, per particle
};

/// Oxidation in the bath of H2O2 and glutathione (mol/m3, held constant):
///   Ns ds/dt = -Ns k_ox H s + Ns k_red G (1 - s) + Ns k_m b (1 - s),  Nb db/dt = -Ns k_m b (1 -
///   s),
/// with OH made at Ns k_ox H s. Without glutathione the yield ends at the reduced ions there were
/// (magnetite turns into maghemite: Dong et al. 2022, Nat Commun 13:5365). States at the given
/// times (s, ascending), relative accuracy 1e-8. Throws InputError for negative rates or times.
std::vector<FentonState> fenton_run(const FentonRates& rates, const FentonStore& store,
                                    double peroxide, double glutathione,
                                    const std::vector<double>& times);

/// Radicals per second and particle at a surface state `surface`.
double fenton_rate(const FentonRates& rates, const FentonStore& store, double peroxide,
                   double surface);

/// Reduced share of the surface (1) that glutathione keeps up for ever: G k_red/(G k_red + H k_ox).
double kept_up_share(const FentonRates& rates, double peroxide, double glutathione);

/// Time (s) after which the rate has fallen to half of its start; infinite when glutathione keeps
/// it above.
double depletion_half_life(const FentonRates& rates, const FentonStore& store, double peroxide,
                           double glutathione);

}  // namespace caravel::formulation::chemistry
