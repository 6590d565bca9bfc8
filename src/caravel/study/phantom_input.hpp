// A phantom: a block of tissues without an animal, and what is done to it.
#pragma once

#include "caravel/response/damage/tissue_damage.hpp"
#include "caravel/response/photodynamic/photodynamics.hpp"
#include "caravel/response/treatment/emission_input.hpp"
#include "caravel/stimulus/stimuli.hpp"
#include "caravel/study/phantom_reading_input.hpp"
#include "caravel/study/study_input.hpp"
#include "caravel/tissue/heat/heat_input.hpp"

#include <optional>
#include <string>
#include <vector>

namespace caravel::study {

/// [[phantom.tissue]]: a shipped tissue, own numbers, or a shipped one with own numbers on top.
struct PhantomTissue {
    std::string name;
    std::string use;                           // shipped tissue: optics, heat and dielectric
    std::optional<double> absorption;          // 1/m
    std::optional<double> scattering;          // 1/m
    std::optional<double> reduced_scattering;  // 1/m
    std::optional<double> anisotropy;
    std::optional<double> refractive_index;
    std::string phase_function = "henyey_greenstein";
    double phase_share = 1.0;                  // of the Henyey-Greenstein part in the modified one
    std::vector<double> phase_cosines;         // at even steps of the cumulative probability
    std::optional<double> density;             // kg/m3
    std::optional<double> heat_capacity;       // J/kg/K
    std::optional<double> conductivity;        // W/m/K
    std::optional<double> conductivity_slope;  // W/m/K2
    std::optional<double> perfusion;           // 1/s
    std::optional<double> metabolic_heat;      // W/m3
    std::optional<double> frozen_heat_capacity;  // J/kg/K
    std::optional<double> frozen_conductivity;   // W/m/K
    std::optional<double> latent_heat;           // J/m3
    std::optional<double> liquidus;              // K
    std::optional<double> solidus;               // K
    std::string dielectric;                      // of data/dielectric.csv
    std::optional<double> t1;                    // s, at every field of a scanner
    std::optional<double> t2;                    // s
    std::optional<double> t2_star;               // s
    std::optional<double> proton_density;        // 1, of pure water
    std::string formula;                         // elements that X-rays meet
    bool exterior = false;                       // air around the body
    Location where;
};

/// [[phantom.shape]]; later ones lie over earlier ones. Lengths in m.
struct PhantomShape {
    std::string name;
    std::string kind = "sphere";  // sphere, ellipsoid, box, cylinder, layer, irregular, rods
    std::string tissue;
    /// tumour: what lesions of heat and cold are counted against, and what readers look for;
    /// lesion: for readers alone; background: what readers compare with.
    std::string role = "normal";
    std::vector<double> centre;              // none: the middle of the phantom
    std::optional<double> radius;            // sphere, cylinder, irregular (mean)
    std::vector<double> half_axes;           // ellipsoid
    std::vector<double> size;                // box
    std::vector<double> direction{0, 0, 1};  // axis of a cylinder
    std::optional<double> length;            // of a cylinder; none: through the whole phantom
    std::string along = "z";                 // normal of a layer
    std::optional<double> from;              // layer
    std::optional<double> to;                // layer
    std::int64_t lobes = 5;                  // irregular
    double lobe_height = 0.25;               // irregular: against the radius
    std::optional<double> pitch;             // m between the rods of a wedge
    std::int64_t rows = 3;                   // of that wedge: 1, 2, 3 ... rods
    double angle = 0.0;                      // rad, of its middle line against x
    Location where;
};

/// [[phantom.label]]: what a number of the label volume means.
struct PhantomLabel {
    std::int64_t value = 0;
    std::string tissue;
    std::string role = "normal";
    Location where;
};

/// [[phantom.load]]: particles or a dissolved agent that lie in the phantom from the start.
struct PhantomLoad {
    std::string name;         // default: the formulation or agent
    std::string formulation;  // a carrier ...
    std::string agent;        // ... or a dissolved agent
    std::string nuclide;      // ... or radioactivity without anything else
    AnyQuantity concentration;
    std::string compartment = "free";      // blood, free, bound, endosome
    std::string in;                        // shape or tissue; empty: everything but exterior tissue
    std::string distribution = "uniform";  // uniform, gaussian, rim, shell
    std::vector<double> centre;            // m, of a gaussian; none: the middle of the place
    std::optional<double> width;           // m: standard deviation, decay or thickness
    /// Own numbers instead of the formulation's: per dry mass of carrier.
    std::optional<double> specific_absorption;    // m2/kg
    std::optional<double> specific_scattering;    // m2/kg
    std::optional<double> scattering_anisotropy;  // 1
    std::optional<double> density;                // kg/m3 of the dry carrier
    std::optional<double> conductivity;           // W/m/K
    std::optional<double> heat_capacity;          // J/kg/K
    std::optional<double> latent_heat;            // J/kg
    std::optional<double> solidus;                // K
    std::optional<double> liquidus;               // K
    std::optional<double> ice_nucleation;         // relative sites per kg/m3
    Location where;

    std::string shown_name() const;
};

/// [[phantom.face]]: one face of the block, or all; later ones replace earlier ones.
struct PhantomFace {
    std::string side = "all";                      // all, x_low, x_high, y_low ...
    std::string optics = "open";                   // open, fresnel, mirror, cyclic
    std::string heat = "insulated";                // insulated, fixed, convective, skin
    std::optional<double> temperature;             // K, of the face or of what is outside
    double transfer = 0.0;                         // W/m2/K
    double heat_flux = 0.0;                        // W/m2 that leaves beside it
    std::optional<tissue::SkinSurroundings> skin;  // of a face of kind skin
    Location where;
};

/// [phantom]
struct Phantom {
    std::vector<double> size;             // m
    std::optional<double> resolution;     // m
    std::vector<double> spacing;          // m
    std::vector<double> origin{0, 0, 0};  // m, low corner
    std::string background = "muscle";    // shipped or own tissue
    std::string file;                     // NIfTI label volume
    bool heat = true;                     // false: light alone
    double start_temperature = 310.15;    // K, also of the blood
    AnyQuantity oxygen;                   // pressure or concentration
    bool settle = false;                  // begin in balance with blood and faces
    double ph = 7.4;                      // 1
    double outside_index = 1.0;           // 1
    double lesion_limit = 0.01;           // surviving share that counts as dead
    std::optional<double> longest_step;   // s
    bool conductivity_slopes = false;     // of the tables
    double light_tolerance = 0.05;        // change of absorption that asks for new light
    std::vector<double> fields_at;        // s
    std::vector<double> depths;           // m along each beam, of reported fluence
    std::vector<PhantomLabel> labels;
    std::vector<PhantomTissue> tissues;
    std::vector<PhantomShape> shapes;
    std::vector<PhantomLoad> loads;
    std::vector<response::EmissionInput> emissions;
    std::vector<PhantomDetector> detectors;
    std::vector<PhantomSweep> sweeps;
    std::optional<PhantomGates> gates;
    std::vector<PhantomFace> faces;
    std::vector<tissue::HeatVesselInput> vessels;
    response::DamageInput damage;
    std::optional<response::PhotodynamicInput> photodynamic;
    Location where;
};

struct PhantomProtocol {
    stimulus::Stimuli stimuli;
    std::vector<ImageInput> images;
};

struct PhantomRun {
    std::optional<double> until;  // s; none: the end of the last stimulus
    std::int64_t seed = 1;
    std::optional<double> output_interval;      // s
    std::optional<double> checkpoint_interval;  // s of simulated time
};

/// A study file with [phantom] in place of [subject].
struct PhantomStudy {
    StudyInfo info;
    std::vector<formulation::Formulation> formulations;
    Phantom phantom;
    PhantomProtocol protocol;
    std::vector<Data> data;
    PhantomRun run;
};

void describe(input::Visitor& v, PhantomTissue& tissue);
void describe(input::Visitor& v, PhantomShape& shape);
void describe(input::Visitor& v, PhantomLabel& label);
void describe(input::Visitor& v, PhantomLoad& load);
void describe(input::Visitor& v, PhantomFace& face);
void describe(input::Visitor& v, Phantom& phantom);
void describe(input::Visitor& v, PhantomProtocol& protocol);
void describe(input::Visitor& v, PhantomRun& run);
void describe(input::Visitor& v, PhantomStudy& study);

/// Time (s) at which the run ends: as given, else when the last stimulus does.
double phantom_end(const PhantomStudy& study);

}  // namespace caravel::study
