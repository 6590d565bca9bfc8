// What scanners see of carriers and dissolved agents, from their description and the tables.
#pragma once

#include "caravel/formulation/formulation.hpp"
#include "caravel/imaging/agent.hpp"
#include "caravel/matter/table.hpp"

#include <string>
#include <vector>

namespace caravel::study {

/// How and when an agent is looked at.
struct AgentView {
    double field = 0.0;   // T, of magnetic resonance; 0: no such scanner
    double echo = 10e-3;  // s, echo spacing
};

/// A radioactive label of a carrier: an agent per kg of dry carrier whose label is fresh.
struct ImagedLabel {
    imaging::ImagedAgent agent;
    double half_life = 0.0;             // s
    double detachment_half_life = 0.0;  // s; 0: stays on

    /// Share that is neither decayed nor detached after `age` (s).
    double left(double age) const;
};
std::vector<ImagedLabel> imaged_labels(const formulation::Formulation& formulation,
                                       matter::Library& library, std::vector<std::string>& notes);

/// Nuclides of all labels of formulations.
std::vector<std::string> labelled_nuclides(
    const std::vector<formulation::Formulation>& formulations);

/// A carrier without payloads and labels, which are agents of their own; its fields are kg of dry
/// carrier per m3. What cannot be computed is left out with a sentence in `notes`.
imaging::ImagedAgent imaged_carrier(const formulation::Formulation& formulation,
                                    matter::Library& library, const AgentView& view,
                                    std::vector<std::string>& notes);

/// Payloads of a carrier that scanners see, each an agent per amount (mol/m3) as it is within the
/// carrier (ions turn with it, crowded dyes are dim), and its amount (mol) per kg of dry carrier.
struct ImagedPayload {
    imaging::ImagedAgent agent;
    std::string payload;           // name of the agent carried
    double amount_per_mass = 0.0;  // mol/kg
};
std::vector<ImagedPayload> imaged_payloads(const formulation::Formulation& formulation,
                                           matter::Library& library, const AgentView& view,
                                           std::vector<std::string>& notes);

/// A dissolved agent (mol/m3): paramagnetic ion, dye, fluorinated or exchanging molecule, element
/// or compound for X-rays. Empty of everything where no table knows it.
imaging::ImagedAgent imaged_molecule(const std::string& agent, matter::Library& library,
                                     const AgentView& view, std::vector<std::string>& notes);

/// Whether any scanner sees it.
bool is_visible(const imaging::ImagedAgent& agent);

}  // namespace caravel::study
