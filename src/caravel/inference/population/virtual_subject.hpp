// One individual of a virtual population: weight, organs, flows and functions from a point of the
// unit cube.
#pragma once

#include "caravel/inference/distribution.hpp"
#include "caravel/inference/matrix.hpp"
#include "caravel/matter/table.hpp"

#include <array>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace caravel::inference::population {

struct OrganSize {
    std::string organ;
    double volume = 0.0;      // m3, blood included
    double blood_flow = 0.0;  // m3/s, arterial; 0 for lung and rest, whose flow follows
};

/// A virtual animal or patient. Functions and the tumour's numbers are ratios to what the study
/// says.
struct VirtualSubject {
    bool female = false;
    double body_weight = 0.0;                 // kg
    double height = 0.0;                      // m; 0: not sampled
    double body_surface_area = 0.0;           // m2
    double haematocrit = 0.0;                 // 1
    double cardiac_output = 0.0;              // m3/s
    double blood_volume = 0.0;                // m3
    double glomerular_filtration_rate = 0.0;  // m3/s
    double filtration_ratio = 1.0;            // against the species' rate at this weight
    double liver_function = 1.0;
    double phagocyte_capacity = 1.0;
    double tumour_volume = 1.0;
    double tumour_vessel_density = 1.0;
    double tumour_permeability = 1.0;
    std::vector<OrganSize> organs;

    /// Volume (m3) of the organs named.
    double volume(std::string_view organ) const;
};

/// A number of an individual that subgroups can ask for and tables show.
struct Covariate {
    std::string name;  // "body_weight", "volume.liver"
    std::string unit;  // UCUM
    double value = 0.0;
};
std::vector<Covariate> covariates(const VirtualSubject& subject);

/// A correlation between two sampled quantities.
struct Correlation {
    std::string first;
    std::string second;
    double value = 0.0;
};

/// Names of the shipped populations, sorted.
std::vector<std::string> population_names(const matter::Library& library);
/// "mouse" of "mouse_balb_c".
std::string species_of(const std::string& population);
/// The population taken for a species when none is named.
std::string default_population(const std::string& species);

/// Where the individuals of one population lie. Quantities are log-normal around what allometry
/// gives for the sampled weight, cut at physiological limits; organ volumes and large vessels fill
/// the share of the body that they fill in the species' table, muscle, fat, skin and the rest
/// giving way; flows add up to the cardiac output.
class VirtualPopulation {
  public:
    /// Reads data/populations.csv and data/species.csv. `body_weight` (kg) replaces the
    /// population's own. Throws InputError for an unknown population ("did you mean").
    VirtualPopulation(std::string name, matter::Library& library,
                      std::optional<Distribution> body_weight = std::nullopt);

    const std::string& name() const { return name_; }
    const std::string& species() const { return species_; }
    /// Sampled quantities after the sex: "body_weight", "haematocrit", "volume.liver" ...
    const std::vector<std::string>& quantities() const { return quantities_; }
    const std::vector<Correlation>& correlations() const { return correlations_; }

    /// The individual whose sex has the uniform number `sex` and whose quantities have the uniform
    /// numbers u (all inside 0 and 1). Pure. Throws NumericalError when its organs do not fit.
    VirtualSubject subject(double sex, std::span<const double> u) const;

  private:
    struct Marginal {
        Distribution distribution;
        double low = 0.0;
        double high = 0.0;
    };
    struct OrganFacts {
        std::string name;
        double volume_fraction = 0.0;    // m3/kg
        double flow_fraction = 0.0;      // of the cardiac output
        double vascular_fraction = 0.0;  // 1
        double exponent = 1.0;
        bool gives_way = false;
    };

    std::optional<double> find(matter::Library& library, const std::string& property,
                               const std::string& context) const;
    void add(matter::Library& library, const std::string& quantity, bool is_required = true);
    Marginal marginal(matter::Library& library, const std::string& quantity,
                      const std::string& sex) const;
    void read_organs(matter::Library& library);
    void read_correlations(matter::Library& library);
    void size_organs(VirtualSubject& subject, const std::map<std::string, double>& ratio) const;
    void share_flow(VirtualSubject& subject, const std::map<std::string, double>& ratio) const;

    std::string name_;
    std::string species_;
    std::vector<std::string> quantities_;
    std::array<std::vector<Marginal>, 2> marginals_;  // of males and females, as quantities_
    std::vector<Correlation> correlations_;
    std::vector<OrganFacts> organs_;
    std::optional<Distribution> own_weight_;
    double female_fraction_ = 0.0;
    double reference_weight_ = 0.0;      // kg
    double reference_output_ = 0.0;      // m3/s
    double reference_filtration_ = 0.0;  // m3/s
    double reference_surface_ = 0.0;     // m2
    double blood_fraction_ = 0.0;        // m3/kg
    double filled_fraction_ = 0.0;       // m3/kg, organs and large vessels
    double output_exponent_ = 0.75;
    double filtration_exponent_ = 0.75;
};

}  // namespace caravel::inference::population
