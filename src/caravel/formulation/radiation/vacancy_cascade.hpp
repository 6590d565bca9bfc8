// What an atom emits after an inner-shell ionisation: fluorescence photons and Auger electrons.
#pragma once

#include "caravel/matter/xray.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace caravel::formulation::radiation {

/// Expected emission at one energy.
struct Emission {
    double energy = 0.0;  // J
    double number = 0.0;  // per vacancy
};

/// The emissions in at most `per_decade` groups a decade of energy, ascending; number and energy of
/// each group are kept.
std::vector<Emission> group_by_energy(const std::vector<Emission>& emissions, int per_decade);

/// Expected emissions of the whole cascade.
struct Cascade {
    std::vector<Emission> photons;
    std::vector<Emission> electrons;  // Auger and Coster-Kronig
    double electron_number() const;
    double electron_energy() const;  // J
    double photon_energy() const;    // J
    /// Binding energy (J) left in vacancies of the outermost shells of the model.
    double remaining_energy = 0.0;
};

/// Expected cascade after one vacancy in `shell` of the element. Vacancies are followed from the
/// inside outwards; each decays by fluorescence (yield and line rates of the tables), by
/// Coster-Kronig transitions (L) or by Auger emission, in which the two new vacancies are shared
/// among the outer shells by their numbers of electrons (a statistical assumption: Auger rates are
/// not in the tables); shells beyond O3 are not in the tables either, so the number of electrons is
/// a lower bound. Electron energies from binding energies E_i - E_j - E_k, with E_k of the
/// next element approximated by the same atom; N and O shells from the L lines. Energy is kept:
/// photons + electrons + remaining = edge energy. Throws InputError for an unknown shell.
Cascade vacancy_cascade(const matter::XrayTables& tables, std::string_view element,
                        std::string_view shell);

/// Shells of the model with binding energy (J) and number of electrons, from the inside outwards.
struct CascadeShell {
    std::string name;
    double binding = 0.0;
    double electrons = 0.0;
};
std::vector<CascadeShell> cascade_shells(const matter::XrayTables& tables,
                                         std::string_view element);

}  // namespace caravel::formulation::radiation
