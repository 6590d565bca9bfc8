#include "caravel/study/receptor_binding.hpp"

#include "caravel/base/constants.hpp"

#include <algorithm>
#include <utility>

namespace caravel::study {
namespace {

/// Once for a formulation and tumour, however many cohorts bind there.
void note_receptors(BuiltModel& built, const BoundReceptors& found, std::string assumption) {
    for (const auto& known : built.receptors)
        if (known.tumour == found.tumour && known.formulation == found.formulation) return;
    built.receptors.push_back(found);
    built.assumptions.push_back(std::move(assumption));
}

}  // namespace

std::optional<tissue::Binding> receptor_binding(BuiltModel& built, const StudyInput& study,
                                                matter::Library& library, std::size_t f,
                                                std::size_t t) {
    const auto& p = built.tumours[t].parameters();
    const double viable = p.cell_fraction();
    for (const auto& ligand : study.formulations[f].ligands) {
        double receptors = 0.0;  // per tumour volume
        for (const auto& population : p.populations)
            for (const auto& r : population.receptors)
                if (r.name == ligand.receptor)
                    receptors += r.count * population.fraction * viable / p.cell_volume;
        if (receptors <= 0.0 || ligand.receptor.empty()) continue;
        library.require("receptors", ligand.receptor, {});
        const double concentration = receptors / avogadro;  // mol per tumour volume
        const double on =
            library.value("receptors", ligand.receptor, "association_rate", ligand.molecule);
        const double kd = ligand.dissociation_constant
                              ? *ligand.dissociation_constant
                              : library.value("receptors", ligand.receptor, "dissociation_constant",
                                              ligand.molecule);
        const double internalisation =
            library.value("receptors", ligand.receptor, "internalisation_rate");
        const double active = static_cast<double>(ligand.count) * ligand.active_fraction;
        if (active <= 0.0) continue;
        // Several ligands on one particle bind one after the other: the particle comes off as
        // fast as its last bond; bonds held at once are limited to 10 (assumed).
        const double bonds = std::clamp(active, 1.0, 10.0);
        tissue::Binding b;
        b.formulation = study.formulations[f].name;
        b.on_rate = on * concentration / p.interstitial_fraction;
        b.off_rate = on * kd / bonds;
        b.internalisation = internalisation;
        const double particles = concentration * p.volume / bonds;  // mol at saturation
        b.capacity = particles * avogadro * built.properties[f].carrier_mass;
        note_receptors(built, {t, f, b.capacity / p.volume},
                       study.formulations[f].name + ": ligand '" + ligand.molecule +
                           "' binds with at most 10 bonds per particle (assumed avidity).");
        return b;
    }
    return std::nullopt;
}

}  // namespace caravel::study
