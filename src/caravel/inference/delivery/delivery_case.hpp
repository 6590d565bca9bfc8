// Measured delivery as literature reports it: one particle in one kind of animal, its article, and
// what was found where and when.
#pragma once

#include "caravel/inference/noise.hpp"

#include <optional>
#include <string>
#include <vector>

namespace caravel::inference::delivery {

enum class Place {
    tumour,
    blood,
    liver,
    spleen,
    kidney,
    lung,
    heart,
    muscle,
    bone,
    skin,
    brain,
    intestine,
    stomach,
    urine,
    faeces
};

/// What an article tells about its particle; unset is not told. Never an outcome.
struct ParticleFacts {
    std::optional<double> hydrodynamic_diameter;  // m
    std::optional<double> core_diameter;          // m, dry
    std::optional<double> zeta_potential;         // V, signed
    std::string material;  // gold, silica, iron_oxide, liposome, polymer, dendrimer, hydrogel,
                           // graphene, titania, lipid, micelle, other_inorganic, other_organic
    std::string shape;     // sphere, rod, plate, sheet, cage, other
    std::string coating;   // as given; empty: not told
    std::optional<double> coating_molar_mass;  // kg/mol
    std::optional<bool> is_pegylated;
    bool is_targeted = false;
};

struct AnimalFacts {
    std::string species = "mouse";
    std::string strain;
    std::optional<double> body_weight;  // kg
    bool has_tumour = false;
    std::optional<double> tumour_mass;  // kg
    std::string implantation;           // xenograft, allograft; empty: not told
    std::string site;                   // orthotopic, heterotopic; empty: not told
    std::string cancer;                 // breast, liver, ...; empty: not told
};

/// One measured point: fraction of the injected dose in the whole organ (blood: in all blood).
struct Point {
    Place place = Place::tumour;
    double time = 0.0;  // s after injection
    Observation fraction;
};

struct DeliveryCase {
    std::string id;       // "tumour:17", "organs:12.3"
    std::string article;  // cases of one article never stand on both sides of a split
    ParticleFacts particle;
    AnimalFacts animal;
    std::optional<double> dose;  // kg of particles per kg of body
    std::vector<Point> points;   // by place, then time
};

}  // namespace caravel::inference::delivery
