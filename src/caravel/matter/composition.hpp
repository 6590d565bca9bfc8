// What a material is made of, by mass.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace caravel::matter {

/// Elements (symbols) and their mass fractions, adding up to 1; each element once, sorted.
struct Composition {
    std::vector<std::pair<std::string, double>> mass_fractions;
};

/// Atomic number and weight of an element.
struct Element {
    std::string symbol;
    int z = 0;
    double atomic_weight = 0.0;  // kg/mol
};

/// Reads "Fe3O4", "C2.5H4" or "Ca10(PO4)6(OH)2"; throws InputError with the place in the text for
/// what is no formula, and for an element that `elements` does not hold.
Composition parse_formula(std::string_view formula, const std::vector<Element>& elements);

/// Mass-weighted mixture of materials; the weights need not add up to 1. Throws InputError for a
/// negative weight or when all are 0.
Composition mix(const std::vector<std::pair<Composition, double>>& parts);

/// Effective atomic number (sum f Z^2.94)^(1/2.94), f the fraction of electrons (Mayneord 1937; for
/// photoelectric absorption).
double effective_atomic_number(const Composition& composition,
                               const std::vector<Element>& elements);

}  // namespace caravel::matter
