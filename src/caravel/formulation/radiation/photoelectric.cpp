#include "caravel/formulation/radiation/photoelectric.hpp"

#include <algorithm>

namespace caravel::formulation::radiation {
namespace {

void append(std::vector<Emission>& list, const std::vector<Emission>& more, double times) {
    for (const Emission& e : more) list.push_back({e.energy, times * e.number});
}

}  // namespace

std::vector<ShellShare> shell_shares(const matter::XrayTables& tables, std::string_view element,
                                     double energy) {
    std::vector<matter::Shell> shells = tables.shells(element);
    std::stable_sort(
        shells.begin(), shells.end(),
        [](const matter::Shell& a, const matter::Shell& b) { return a.edge > b.edge; });
    std::vector<ShellShare> shares;
    double rest = 1.0;
    for (const matter::Shell& shell : shells) {
        if (shell.edge <= 0.0 || shell.edge > energy || shell.jump_ratio <= 1.0) continue;
        shares.push_back(
            {shell.name, shell.edge, rest * (shell.jump_ratio - 1.0) / shell.jump_ratio});
        rest /= shell.jump_ratio;
    }
    return shares;
}

Cascade photoelectric_emission(const matter::XrayTables& tables, std::string_view element,
                               double energy) {
    Cascade total;
    double outer = 1.0;
    for (const ShellShare& s : shell_shares(tables, element, energy)) {
        const Cascade cascade = vacancy_cascade(tables, element, s.shell);
        total.electrons.push_back({energy - s.edge, s.share});
        append(total.electrons, cascade.electrons, s.share);
        append(total.photons, cascade.photons, s.share);
        total.remaining_energy += s.share * cascade.remaining_energy;
        outer -= s.share;
    }
    total.electrons.push_back({energy, outer});
    return total;
}

}  // namespace caravel::formulation::radiation
