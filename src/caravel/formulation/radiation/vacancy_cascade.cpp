#include "caravel/formulation/radiation/vacancy_cascade.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/error.hpp"
#include "caravel/base/suggest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>

namespace caravel::formulation::radiation {
namespace {

/// Electrons that fit into each subshell, from the inside outwards.
constexpr std::array<std::pair<std::string_view, double>, 17> capacities{{{"K", 2},
                                                                          {"L1", 2},
                                                                          {"L2", 2},
                                                                          {"L3", 4},
                                                                          {"M1", 2},
                                                                          {"M2", 2},
                                                                          {"M3", 4},
                                                                          {"M4", 4},
                                                                          {"M5", 6},
                                                                          {"N1", 2},
                                                                          {"N2", 2},
                                                                          {"N3", 4},
                                                                          {"N4", 4},
                                                                          {"N5", 6},
                                                                          {"O1", 2},
                                                                          {"O2", 2},
                                                                          {"O3", 4}}};

/// Binding energies (J) of N and O shells from lines that end there.
void add_outer_shells(const matter::XrayTables& tables, std::string_view element,
                      std::map<std::string, double>& binding) {
    for (const auto& line : tables.lines(element)) {
        if (line.to.front() != 'N' && line.to.front() != 'O') continue;
        const auto from = binding.find(line.from);
        if (from == binding.end() || binding.count(line.to) > 0) continue;
        const double energy = from->second - line.energy;
        if (energy > 0.0) binding[line.to] = energy;
    }
}

/// The vacancies of one atom, their decay and what it emits.
class CascadeModel {
  public:
    CascadeModel(const matter::XrayTables& tables, std::string_view element)
        : tables_(tables), element_(element), shells_(cascade_shells(tables, element)) {
        for (const auto& shell : tables.shells(element))
            yields_[shell.name] = shell.fluorescence_yield;
        lines_ = tables.lines(element);
    }

    Cascade run(std::size_t first) {
        std::vector<double> vacancies(shells_.size(), 0.0);
        vacancies[first] = 1.0;
        // Every transition moves vacancies to weaker bound shells, so one pass is enough.
        for (const std::size_t i : by_binding()) {
            const double number = vacancies[i];
            if (number <= 0.0) continue;
            const double decayed =
                fluoresce(i, number, vacancies) + coster_kronig(i, number, vacancies);
            const double rest = number - decayed;
            if (!auger(i, rest, vacancies)) cascade_.remaining_energy += rest * shells_[i].binding;
        }
        return std::move(cascade_);
    }

    std::size_t index(std::string_view shell) const {
        for (std::size_t i = 0; i < shells_.size(); ++i)
            if (shells_[i].name == shell) return i;
        return shells_.size();
    }

  private:
    std::vector<std::size_t> by_binding() const {
        std::vector<std::size_t> order(shells_.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
            return shells_[a].binding > shells_[b].binding;
        });
        return order;
    }

    double fluoresce(std::size_t i, double number, std::vector<double>& vacancies) {
        const auto yield = yields_.find(shells_[i].name);
        if (yield == yields_.end() || yield->second <= 0.0) return 0.0;
        double rates = 0.0;
        for (const auto& line : lines_)
            if (is_line(line, i)) rates += line.rate;
        if (rates <= 0.0) return 0.0;
        for (const auto& line : lines_) {
            if (!is_line(line, i)) continue;
            const std::size_t to = index(line.to);
            const double share = number * yield->second * line.rate / rates;
            cascade_.photons.push_back({shells_[i].binding - shells_[to].binding, share});
            vacancies[to] += share;
        }
        return number * yield->second;
    }

    bool is_line(const matter::FluorescenceLine& line, std::size_t i) const {
        const std::size_t to = index(line.to);
        return line.from == shells_[i].name && to < shells_.size() &&
               shells_[to].binding < shells_[i].binding;
    }

    /// L1 -> L2, L3 and L2 -> L3 with an electron from a weakly bound shell.
    double coster_kronig(std::size_t i, double number, std::vector<double>& vacancies) {
        double moved = 0.0;
        for (const char* to : {"L2", "L3"}) {
            const std::string& from = shells_[i].name;
            if (from.front() != 'L' || from.back() >= to[1]) continue;
            const double part =
                tables_.coster_kronig(element_, fmt::format("F{}{}", from.back(), to[1]));
            const std::size_t j = index(to);
            if (part <= 0.0 || j == shells_.size()) continue;
            moved += eject(i, {j}, number * part, vacancies);
        }
        return moved;
    }

    /// Vacancy `i` moves to one of `fillers`; an electron of a third shell leaves. Returns how many
    /// vacancies decayed: none when no electron can leave.
    double eject(std::size_t i, const std::vector<std::size_t>& fillers, double number,
                 std::vector<double>& vacancies) {
        double weights = 0.0;
        for_pairs(i, fillers, [&](std::size_t, std::size_t, double w, double) { weights += w; });
        if (weights <= 0.0) return 0.0;
        for_pairs(i, fillers, [&](std::size_t j, std::size_t k, double w, double energy) {
            const double share = number * w / weights;
            cascade_.electrons.push_back({energy, share});
            vacancies[j] += share;
            vacancies[k] += share;
        });
        return number;
    }

    /// Within K and L the tables give the transitions between subshells; further out they count
    /// among the Auger transitions.
    bool is_barred(std::size_t i, std::size_t j) const {
        const char main_shell = shells_[i].name.front();
        return main_shell == shells_[j].name.front() && (main_shell == 'K' || main_shell == 'L');
    }

    /// Calls use(j, k, weight, energy) for each pair of shells that can fill and leave.
    template <class Use>
    void for_pairs(std::size_t i, const std::vector<std::size_t>& fillers, Use&& use) const {
        for (const std::size_t j : fillers) {
            for (std::size_t k = 0; k < shells_.size(); ++k) {
                const double energy = shells_[i].binding - shells_[j].binding - shells_[k].binding;
                if (is_barred(i, k) || energy <= 0.0) continue;
                if (shells_[k].binding > shells_[j].binding) continue;  // each pair once
                const double partners = shells_[k].electrons - (j == k ? 1.0 : 0.0);
                const double weight = shells_[j].electrons * partners * (j == k ? 0.5 : 1.0);
                if (weight > 0.0) use(j, k, weight, energy);
            }
        }
    }

    bool auger(std::size_t i, double number, std::vector<double>& vacancies) {
        if (number <= 0.0) return true;
        std::vector<std::size_t> fillers;
        for (std::size_t j = 0; j < shells_.size(); ++j)
            if (!is_barred(i, j) && shells_[j].binding < shells_[i].binding) fillers.push_back(j);
        return eject(i, fillers, number, vacancies) > 0.0;
    }

    const matter::XrayTables& tables_;
    std::string element_;
    std::vector<CascadeShell> shells_;
    std::map<std::string, double, std::less<>> yields_;
    std::vector<matter::FluorescenceLine> lines_;
    Cascade cascade_;
};

double sum_energy(const std::vector<Emission>& emissions) {
    double sum = 0.0;
    for (const Emission& e : emissions) sum += e.number * e.energy;
    return sum;
}

}  // namespace

std::vector<Emission> group_by_energy(const std::vector<Emission>& emissions, int per_decade) {
    std::map<long, Emission> groups;  // energy holds the sum until the end
    for (const Emission& e : emissions) {
        if (e.energy <= 0.0 || e.number <= 0.0) continue;
        const double place = std::log10(e.energy / electronvolt) * per_decade;
        Emission& group = groups[std::lround(std::floor(place))];
        group.number += e.number;
        group.energy += e.number * e.energy;
    }
    std::vector<Emission> list;
    for (const auto& [place, group] : groups)
        list.push_back({group.energy / group.number, group.number});
    return list;
}

double Cascade::electron_number() const {
    double sum = 0.0;
    for (const Emission& e : electrons) sum += e.number;
    return sum;
}
double Cascade::electron_energy() const { return sum_energy(electrons); }
double Cascade::photon_energy() const { return sum_energy(photons); }

std::vector<CascadeShell> cascade_shells(const matter::XrayTables& tables,
                                         std::string_view element) {
    std::map<std::string, double> binding;
    for (const auto& shell : tables.shells(element))
        if (shell.edge > 0.0) binding[shell.name] = shell.edge;
    add_outer_shells(tables, element, binding);
    double left = 0.0;
    for (const auto& e : tables.elements())
        if (e.symbol == element) left = static_cast<double>(e.z);
    std::vector<CascadeShell> shells;
    for (const auto& [name, capacity] : capacities) {
        const auto found = binding.find(std::string(name));
        if (left <= 0.0) break;
        const double electrons = std::min(left, capacity);
        left -= electrons;
        if (found != binding.end()) shells.push_back({std::string(name), found->second, electrons});
    }
    return shells;
}

Cascade vacancy_cascade(const matter::XrayTables& tables, std::string_view element,
                        std::string_view shell) {
    CascadeModel model(tables, element);
    const std::size_t first = model.index(shell);
    const auto shells = cascade_shells(tables, element);
    if (first >= shells.size()) {
        std::vector<std::string_view> names;
        for (const auto& s : shells) names.push_back(s.name);
        throw InputError(
            Diagnostic{{},
                       fmt::format("no {} shell of '{}' in the tables", shell, element),
                       fmt::format("one of: {}", fmt::join(names, ", ")),
                       ""});
    }
    return model.run(first);
}

}  // namespace caravel::formulation::radiation
