#include "mouse_model.hpp"

#include <cmath>
#include <map>
#include <string>

namespace caravel::test {

namespace {

using namespace kinetics;

constexpr double body_weight = 0.02;  // kg
constexpr double hour = 3600.0;       // s

// Volumes, flows, blood fractions, permeability coefficients and partition as in the mouse model of
// Lin et al. 2016 (sources Brown 1997, Davies & Morris 1993); gut, tumour and uptake of the organs
// without a published value are assumed.
struct Organ {
    const char* name;
    double volume;        // L/kg body weight
    double flow;          // share of the cardiac output
    double blood;         // volume share
    double permeability;  // share of the organ flow
    double partition;
    double uptake;    // 1/h
    double release;   // 1/h
    double capacity;  // ug/g
    bool uptake_from_blood;
};

constexpr Organ organs[] = {
    {"lung", 0.007, 1.0, 0.5, 1e-3, 0.15, 0.075, 0.003, 100.0, false},
    {"liver", 0.055, 0.02, 0.31, 1e-3, 0.08, 20.0, 0.0015, 100.0, true},
    {"spleen", 0.005, 0.011, 0.17, 0.15, 0.15, 40.0, 0.001, 200.0, false},
    {"gut", 0.042, 0.13, 0.02, 1e-3, 0.15, 0.075, 0.001, 15.0, false},
    {"kidney", 0.017, 0.091, 0.24, 0.01, 0.15, 0.12, 0.001, 15.0, false},
    {"brain", 0.017, 0.033, 0.03, 1e-6, 0.15, 0.075, 0.005, 15.0, false},
    {"muscle", 0.384, 0.159, 0.04, 5e-5, 0.15, 0.4, 0.005, 15.0, false},
    {"tumour", 0.01, 0.02, 0.02, 3e-3, 0.08, 0.4, 0.005, 1.0, false},
    {"rest", 0.40, 0.536, 0.04, 5e-5, 0.15, 0.4, 0.005, 15.0, false},
};

class Builder {
  public:
    KineticModel build() {
        const double cardiac_output = 16.5 * std::pow(body_weight, 0.75) / hour;  // L/s
        const double blood_volume = 0.0355 * body_weight;                         // L
        const double dose = 6000.0 * body_weight;                                 // ug
        arterial_ = add("arterial", 0.0);
        venous_ = add("venous", dose);
        urine_ = add("urine", 0.0);
        bile_ = add("bile", 0.0);
        for (const Organ& organ : organs) {
            add_organ(organ, cardiac_output);
        }
        transfer("venous.lung", venous_, vascular_["lung"], cardiac_output / (0.8 * blood_volume));
        double liver_inflow = 0.0;
        for (const Organ& organ : organs) {
            const std::string name = organ.name;
            const bool portal = name == "spleen" || name == "gut";
            liver_inflow += portal || name == "liver" ? organ.flow * cardiac_output : 0.0;
            if (name != "lung") {
                transfer("arterial." + name, arterial_, vascular_[name],
                         organ.flow * cardiac_output / (0.2 * blood_volume));
            }
        }
        for (const Organ& organ : organs) {
            const std::string name = organ.name;
            const bool portal = name == "spleen" || name == "gut";
            const double outflow = name == "liver" ? liver_inflow : organ.flow * cardiac_output;
            transfer(name + ".out", vascular_[name],
                     name == "lung" ? arterial_
                     : portal       ? vascular_["liver"]
                                    : venous_,
                     outflow / (organ.volume * organ.blood * body_weight));
        }
        add_clearance();
        return model_;
    }

  private:
    SpeciesId add(const std::string& name, double amount) {
        return model_.add_species({name + ".particle", "particle", 1.0, true}, amount);
    }

    void transfer(const std::string& name, SpeciesId from, SpeciesId to, double rate,
                  std::vector<Factor> factors = {}) {
        model_.add_transfer(name, from, to, model_.add_coefficient(name, rate), factors);
    }

    void add_organ(const Organ& organ, double cardiac_output) {
        const std::string name = organ.name;
        const double volume = organ.volume * body_weight;
        const double exchange = organ.permeability * organ.flow * cardiac_output;  // L/s
        const SpeciesId vascular = add(name + ".vascular", 0.0);
        const SpeciesId tissue = add(name + ".tissue", 0.0);
        const SpeciesId phagocyte = add(name + ".phagocyte", 0.0);
        vascular_[name] = vascular;
        tissue_[name] = tissue;
        transfer(name + ".extravasation", vascular, tissue, exchange / (volume * organ.blood));
        transfer(name + ".return", tissue, vascular,
                 exchange / (volume * (1.0 - organ.blood) * organ.partition));
        const SumId load = model_.add_sum({name + ".load", {{phagocyte, 1.0}}, 0.0});
        transfer(name + ".uptake", organ.uptake_from_blood ? vascular : tissue, phagocyte,
                 organ.uptake / hour,
                 {{Shape::capacity, load, organ.capacity * organ.volume * body_weight * 1e3, 1.0}});
        transfer(name + ".release", phagocyte, organ.uptake_from_blood ? vascular : tissue,
                 organ.release / hour);
    }

    void add_clearance() {
        const double scale = std::pow(body_weight, 0.75) / hour;  // L/s per (L/h/kg^0.75)
        transfer("excretion.bile", tissue_["liver"], bile_,
                 3e-5 * scale / (0.055 * (1.0 - 0.31) * body_weight));
        transfer("excretion.urine", vascular_["kidney"], urine_,
                 3e-6 * scale / (0.017 * 0.24 * body_weight));
    }

    KineticModel model_;
    SpeciesId arterial_, venous_, urine_, bile_;
    std::map<std::string, SpeciesId> vascular_, tissue_;
};

}  // namespace

kinetics::KineticModel mouse_model() { return Builder().build(); }

std::vector<double> mouse_output_times() {
    std::vector<double> times;
    for (const double hours :
         {1.0 / 12.0, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 24.0, 48.0, 72.0, 120.0, 168.0}) {
        times.push_back(hours * hour);
    }
    return times;
}

}  // namespace caravel::test
