// X-ray data of elements and compounds: attenuation, energy absorption, edges, fluorescence,
// emissions of nuclides.
#pragma once

#include "caravel/matter/composition.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace caravel::matter {

/// Mass attenuation and mass energy-absorption coefficient against photon energy, interpolated
/// log-log; at an absorption edge the value above it.
class AttenuationCurve {
  public:
    void add(double energy, double mu_rho, double mu_en_rho);
    double attenuation(double energy) const;        // m2/kg, energy in J
    double energy_absorption(double energy) const;  // m2/kg
    double lowest() const { return energies_.front(); }
    double highest() const { return energies_.back(); }
    void set_name(std::string name) { name_ = std::move(name); }

  private:
    double interpolate(const std::vector<double>& values, double energy) const;
    std::string name_;
    std::vector<double> energies_;    // J
    std::vector<double> mu_, mu_en_;  // m2/kg
};

/// One shell of an element.
struct Shell {
    std::string name;   // "K", "L1", "M5"
    double edge = 0.0;  // J
    double fluorescence_yield = 0.0;
    double jump_ratio = 1.0;
};

/// One fluorescence line: the vacancy moves from `from` to `to`.
struct FluorescenceLine {
    std::string from, to;  // "K", "L3"
    double energy = 0.0;   // J
    double rate = 0.0;     // part of the radiative transitions of `from`
};

/// One photon line of a nuclide.
struct NuclidePhoton {
    double energy = 0.0;     // J
    double intensity = 0.0;  // photons per decay
    std::string type;        // "g", "XKa1" ...
};
struct Nuclide {
    std::string name;
    double half_life = 0.0;  // s
    std::vector<NuclidePhoton> photons;
};

/// The tables in data/xray. Read once; immutable.
class XrayTables {
  public:
    /// Throws InputError or IoError.
    explicit XrayTables(const std::filesystem::path& folder);

    const std::vector<Element>& elements() const { return elements_; }
    /// Of an element or a tabulated compound ("water", "bone"); throws InputError with "did you
    /// mean".
    const AttenuationCurve& curve(std::string_view name) const;
    /// Of a mixture: sum of w_i (mu/rho)_i (m2/kg).
    double attenuation(const Composition& composition, double energy) const;
    double energy_absorption(const Composition& composition, double energy) const;
    /// Formula or named composition of a material of the materials table; throws InputError.
    Composition composition(std::string_view material) const;
    /// Whether that is a composition named in formulas.csv; otherwise the name is the formula.
    bool has_named_composition(std::string_view material) const;
    /// Shells of an element from K outwards; empty when none are tabulated.
    std::vector<Shell> shells(std::string_view element) const;
    std::vector<FluorescenceLine> lines(std::string_view element) const;
    /// Coster-Kronig yield such as "F13" (0 when absent).
    double coster_kronig(std::string_view element, std::string_view transition) const;
    /// Throws InputError with "did you mean".
    const Nuclide& nuclide(std::string_view name) const;
    bool has_nuclide(std::string_view name) const;

  private:
    void read_curves(const std::filesystem::path& path);
    void read_shells(const std::filesystem::path& folder);
    void read_nuclides(const std::filesystem::path& path);

    std::vector<Element> elements_;
    std::map<std::string, AttenuationCurve, std::less<>> curves_;
    std::map<std::string, std::string, std::less<>> formulas_;
    std::map<std::string, std::vector<Shell>, std::less<>> shells_;
    std::map<std::string, std::vector<FluorescenceLine>, std::less<>> lines_;
    std::map<std::string, double, std::less<>> coster_kronig_;  // "Au F13"
    std::map<std::string, Nuclide, std::less<>> nuclides_;
};

}  // namespace caravel::matter
