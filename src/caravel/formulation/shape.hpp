// Shapes a particle can have. A layered particle grows outwards: each further layer enlarges the
// shape by its thickness on every side.
#pragma once

#include "caravel/input/visitor.hpp"

#include <optional>
#include <string_view>
#include <variant>
#include <vector>

namespace caravel::formulation {

/// Sphere; its size comes from the layers (radius or thickness of each).
struct Sphere {
    static constexpr std::string_view tag = "sphere";
    static constexpr std::string_view doc = "sphere, sized by its layers";
};
/// Cylinder with hemispherical ends.
struct Rod {
    static constexpr std::string_view tag = "rod";
    static constexpr std::string_view doc = "cylinder with hemispherical ends";
    double length = 0.0;    // m, end to end
    double diameter = 0.0;  // m
};
/// Ellipsoid of revolution.
struct Spheroid {
    static constexpr std::string_view tag = "spheroid";
    static constexpr std::string_view doc = "ellipsoid of revolution";
    double polar_diameter = 0.0;       // m, along the axis of revolution
    double equatorial_diameter = 0.0;  // m
};
/// Flat cylinder: disc, plate, sheet.
struct Disc {
    static constexpr std::string_view tag = "disc";
    static constexpr std::string_view doc = "flat cylinder: disc, plate or sheet";
    double diameter = 0.0;   // m
    double thickness = 0.0;  // m
};
/// Cube.
struct Cube {
    static constexpr std::string_view tag = "cube";
    static constexpr std::string_view doc = "cube";
    double edge = 0.0;  // m
};
/// Hollow cube with a wall of the first layer's material.
struct Cage {
    static constexpr std::string_view tag = "cage";
    static constexpr std::string_view doc = "hollow cube, filled with the surrounding medium";
    double edge = 0.0;  // m, outer
    double wall = 0.0;  // m
};
/// Sphere with conical branches.
struct Star {
    static constexpr std::string_view tag = "star";
    static constexpr std::string_view doc = "sphere with conical branches";
    double core_diameter = 0.0;  // m
    std::int64_t branches = 0;
    double branch_length = 0.0;         // m
    double branch_base_diameter = 0.0;  // m
};
/// Two halves of one sphere: the first two layers each fill a part of it.
struct Janus {
    static constexpr std::string_view tag = "janus";
    static constexpr std::string_view doc = "sphere of two parts: the first two layers";
    double diameter = 0.0;        // m
    double first_fraction = 0.5;  // volume fraction of the first layer
};
/// Aggregate of equal grains of the first layer's material, filled with the surrounding medium.
struct Cluster {
    static constexpr std::string_view tag = "cluster";
    static constexpr std::string_view doc = "spherical cluster of equal grains";
    std::int64_t grains = 1;
    double grain_diameter = 0.0;     // m
    double packing_fraction = 0.64;  // random close packing (assumed)
};
/// Core of the first layer's material with satellites of the second one's around it.
struct CoreSatellite {
    static constexpr std::string_view tag = "core_satellite";
    static constexpr std::string_view doc =
        "sphere (first layer) carrying satellites (second layer)";
    double core_diameter = 0.0;  // m
    std::int64_t satellites = 0;
    double satellite_diameter = 0.0;  // m
    double gap = 0.0;                 // m, between the surfaces of core and satellites
};
/// Round sheets on top of each other; each layer adds its thickness on one side.
struct Sandwich {
    static constexpr std::string_view tag = "sandwich";
    static constexpr std::string_view doc = "round sheets stacked on each other, one per layer";
    double diameter = 0.0;  // m
};
/// Hollow sphere of one or more walls of the first layer's material, filled with water.
struct Vesicle {
    static constexpr std::string_view tag = "vesicle";
    static constexpr std::string_view doc = "walls of the first layer's material around water";
    double diameter = 0.0;  // m, outer
    double wall = 0.0;      // m, thickness of one wall
    std::int64_t walls = 1;
    double water_gap = 2e-9;  // m, water between walls
};
/// Spherical core of chain ends (first layer); the heads or hydrophilic blocks are a coating.
struct Micelle {
    static constexpr std::string_view tag = "micelle";
    static constexpr std::string_view doc = "core of the first layer's chains";
    double core_diameter = 0.0;           // m
    std::int64_t aggregation_number = 1;  // chains
    std::optional<double> chain_length;   // m, stretched hydrophobic part
};
/// Tree-like molecule of the first layer's material.
struct Dendrimer {
    static constexpr std::string_view tag = "dendrimer";
    static constexpr std::string_view doc = "branched molecule of the first layer's material";
    double diameter = 0.0;  // m, in water
    std::int64_t generation = 0;
    std::int64_t core_branches = 4;
    std::int64_t branching = 2;
};

using ShapeVariant = std::variant<Sphere, Rod, Spheroid, Disc, Cube, Cage, Star, Janus, Cluster,
                                  CoreSatellite, Sandwich, Vesicle, Micelle, Dendrimer>;

/// The shape of the innermost part; `kind` chooses its form.
struct Shape {
    ShapeVariant form;
};

void describe(input::Visitor& v, Sphere& shape);
void describe(input::Visitor& v, Rod& shape);
void describe(input::Visitor& v, Spheroid& shape);
void describe(input::Visitor& v, Disc& shape);
void describe(input::Visitor& v, Cube& shape);
void describe(input::Visitor& v, Cage& shape);
void describe(input::Visitor& v, Star& shape);
void describe(input::Visitor& v, Janus& shape);
void describe(input::Visitor& v, Cluster& shape);
void describe(input::Visitor& v, CoreSatellite& shape);
void describe(input::Visitor& v, Sandwich& shape);
void describe(input::Visitor& v, Vesicle& shape);
void describe(input::Visitor& v, Micelle& shape);
void describe(input::Visitor& v, Dendrimer& shape);
void describe(input::Visitor& v, Shape& shape);

/// Volume (m3) enclosed by the shape grown by `growth` (m) on every side.
/// For Sphere, `growth` is the radius itself, for Sandwich the height of the stack. Clusters and
/// core-satellites grow as spheres around them; cages and vesicles grow outwards only; their own
/// matter is given by `solid_volumes`.
double enclosed_volume(const ShapeVariant& shape, double growth);

/// Outer surface (m2) of the shape grown by `growth` (m).
double outer_surface(const ShapeVariant& shape, double growth);

/// Largest extent (m) of the shape grown by `growth` (m).
double largest_extent(const ShapeVariant& shape, double growth);

/// Number of leading layers whose matter the shape itself fixes (Sphere and Sandwich 0, Janus and
/// CoreSatellite 2, others 1).
int layers_in_shape(const ShapeVariant& shape);

/// Volumes (m3) of the matter of those layers.
std::vector<double> solid_volumes(const ShapeVariant& shape);

/// Whether layers alone give the size (Sphere, Sandwich).
bool is_sized_by_layers(const ShapeVariant& shape);

/// Groups on the outside of a dendrimer: core_branches branching^generation.
double surface_groups(const Dendrimer& dendrimer);

/// Most equal spheres (diameter `small`) that fit around a sphere at `gap`: hexagonal packing of
/// their shadows on the sphere through their centres, an upper bound.
double most_satellites(double core_diameter, double small, double gap);

}  // namespace caravel::formulation
