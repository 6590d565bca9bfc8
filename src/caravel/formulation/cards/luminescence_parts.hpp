// What gives light in a formulation, and the values that follow from each kind of emitter.
#pragma once

#include "caravel/formulation/card.hpp"
#include "caravel/formulation/luminescence/fret.hpp"
#include "caravel/formulation/luminescence/quenching.hpp"

#include <optional>
#include <string>
#include <vector>

namespace caravel::formulation {

/// A dye in or on the particle.
struct EmittingDye {
    std::string name;
    double count = 0.0;             // per particle; 0 when not given
    double concentration = 0.0;     // mol/m3 in the volume of its place
    double radius = 0.0;            // m, mean distance from the centre
    double ball_radius = 0.0;       // m, of the ball that it fills; 0 in a shell or on a sphere
    bool is_on_sphere = false;      // at `radius`
    bool is_free_of_place = false;  // no particle around it: a dissolved dye
    luminescence::Band absorption;
    luminescence::Band emission;
    double molar_absorption = 0.0;         // m2/mol
    luminescence::Emission free;           // in solution
    std::optional<double> half_quenching;  // mol/m3
    std::optional<double> singlet_oxygen;
    std::string source;
    CardStatus status = CardStatus::computed;
};

/// Adds values of one emitter; the first emitter's go by their plain names, those of later ones
/// carry its name in front. Bands are collected for the spectrum.
class EmitterCard {
  public:
    EmitterCard(const CardContext& context, CardSection& section)
        : context_(context), section_(section) {}
    const CardContext& context() const { return context_; }
    CardSection& section() { return section_; }
    /// Starts the next emitter.
    void start(const std::string& name);
    void add(CardValue value);
    void refuse(const std::string& name, const std::string& reason);
    void add_band(const std::string& label, std::vector<luminescence::Band> bands,
                  std::vector<double> weights);
    /// A name as the current emitter's values carry it.
    std::string prefixed(const std::string& name) const { return prefix_ + name; }
    bool is_empty() const { return emitters_ == 0; }
    /// The emission spectrum of everything, each line 1 at its highest.
    void add_spectrum();

  private:
    struct Line {
        std::string label;
        std::vector<luminescence::Band> bands;
        std::vector<double> weights;
    };
    const CardContext& context_;
    CardSection& section_;
    int emitters_ = 0;
    std::string prefix_;
    std::vector<Line> lines_;
};

/// The dyes among labels and payloads. A dye label that is not in the table becomes a refusal.
std::vector<EmittingDye> find_dyes(const CardContext& context, CardSection& section);

void add_dyes(EmitterCard& card, const std::vector<EmittingDye>& dyes);
void add_quantum_dots(EmitterCard& card);
void add_gold_clusters(EmitterCard& card);
void add_lanthanides(EmitterCard& card);

}  // namespace caravel::formulation
