// What the surface part of a card works out in steps: geometry, groups, coats, then what follows.
#pragma once

#include "caravel/formulation/cards/card_facts.hpp"
#include "caravel/formulation/colloid/charge_regulation.hpp"
#include "caravel/formulation/colloid/corona.hpp"
#include "caravel/formulation/colloid/double_layer.hpp"
#include "caravel/formulation/colloid/grafting.hpp"
#include "caravel/formulation/colloid/van_der_waals.hpp"

#include <optional>
#include <string>
#include <vector>

namespace caravel::formulation::surface {

/// One coating as the colloid sees it.
struct Coat {
    std::string material;
    double thickness = 0.0;                 // m, swollen, that water enters
    double solid = 0.0;                     // m, that nothing enters (a membrane's bilayer)
    double dry = 0.0;                       // m, of the polymer without water
    std::optional<double> density;          // 1/m2, checked against the largest
    std::optional<colloid::Chain> chain;    // of polymers with known segments
    std::optional<double> volume_fraction;  // of polymer in it
    colloid::HydratedCoat hydrated;         // its osmotic pressure
    std::string problem;                    // why its pressure is not known; may be empty
    CardBasis basis;                        // of all that
};

/// The surface in the formulation's medium.
struct Surface {
    double radius = 0.0;  // m, of the sphere with the particle's area, bare
    bool is_sphere = false;
    colloid::Electrolyte electrolyte;
    double ph = 7.4;
    std::vector<colloid::SurfaceGroup> groups;
    CardBasis group_basis;
    std::vector<Coat> coats;

    /// Radius (m) with the solid part of the coats.
    double solid_radius() const;
    /// Thickness (m) of what water enters.
    double coat_thickness() const;
    /// Thickness (m) of the same without water.
    double dry_thickness() const;
    /// The coat with the highest osmotic pressure; thickness 0 without one.
    colloid::HydratedCoat strongest_coat() const;
};

/// Throws InputError, which names the largest density, when a coating has more chains than fit.
void require_possible_coats(const CardContext& context);

/// Works out coats and groups.
Surface make_surface(const CardContext& context);

/// Distance (m) of the slip plane from the charged surface: a layer of stagnant water, and the
/// coats that lie over the groups.
double slip_distance(const CardContext& context, const Surface& surface);

/// Potential (V) of the double layer at the solid surface in another salt: of the groups, else of
/// the charge that the measured zeta potential implies. Throws NotAvailable without either.
double surface_potential_in(const CardContext& context, const Surface& surface,
                            const colloid::Electrolyte& electrolyte, double ph);

/// Signed roots of Hamaker constants of all layers and the solid coats, read by `facts`. Throws
/// InputError naming a material without one.
std::vector<colloid::AttractionLayer> attraction_layers(const CardContext& context,
                                                        const Surface& surface, CardFacts& facts);

/// Plasma proteins of the table, read by `facts`; `serum` leaves fibrinogen out.
std::vector<colloid::PlasmaProtein> plasma_proteins(const matter::Library& library, bool serum,
                                                    CardFacts& facts);

void add_charge(const CardContext& context, const Surface& surface, CardSection& section);
void add_coats(const CardContext& context, const Surface& surface, CardSection& section);
void add_stability(const CardContext& context, const Surface& surface, CardSection& section);
void add_corona(const CardContext& context, const Surface& surface, CardSection& section);
void add_markers(const CardContext& context, CardSection& section);

}  // namespace caravel::formulation::surface
