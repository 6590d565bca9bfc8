// Photodynamic therapy in every voxel: sensitiser, oxygen, singlet oxygen and radicals under light.
#pragma once

#include "caravel/exec/threads.hpp"
#include "caravel/input/visitor.hpp"
#include "caravel/matter/table.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace caravel::response {

/// [[subject.tumour.photodynamic]] or [[phantom.photodynamic]]: one sensitiser.
struct PhotodynamicInput {
    std::string sensitiser;            // agent, of data/photosensitisers.csv or with the keys below
    double activity_in_carrier = 1.0;  // yield within its carrier against released
    std::optional<double> photochemical_rate;  // m2/J: xi
    std::optional<double> bleaching;           // m3/mol: sigma
    std::optional<double> oxygen_half;         // mol/m3: beta
    std::optional<double> low_concentration;   // mol/m3: delta
    std::optional<double> oxygen_supply;       // mol/m3/s: g, at the oxygenation of the start
    std::optional<double> threshold;           // mol/m3 of reacted singlet oxygen
    std::optional<double> radical_share;       // of type I events, that need no oxygen
    std::optional<double> peroxide;            // mol/m3 of H2O2 in the tumour
    double catalysis = 0.0;                    // 1/s, H2O2 to oxygen by MnO2 or catalase
    double ph_midpoint = 0.0;                  // 0: no switch; active below this pH
    double ph_width = 0.3;
    double wavelength = 0.0;  // m, at which xi holds (table's); light elsewhere
                              // counts by the absorption spectrum
};
void describe(input::Visitor& v, PhotodynamicInput& input);

/// What a voxel holds before the light: concentrations in mol per m3 of tissue.
struct PhotodynamicLoad {
    View<const double> released{};  // sensitiser out of carriers
    View<const double> carried{};   // within carriers
    View<const double> oxygen{};    // mol/m3
    View<const double> ph{};        // empty: 7.4
};

class Photodynamics {
  public:
    /// Throws InputError for a sensitiser without data (named, with what is missing).
    Photodynamics(const PhotodynamicInput& input, matter::Library& library);
    ~Photodynamics();
    Photodynamics(Photodynamics&&) noexcept;
    Photodynamics& operator=(Photodynamics&&) noexcept;

    /// Rows of the state, each with one value per voxel: "sensitiser" (share not bleached),
    /// "oxygen" (mol/m3), "singlet_oxygen" (mol/m3 reacted), "radicals" (mol/m3), "peroxide".
    const std::vector<std::string>& rows() const;
    void initialise(std::span<double> state, std::size_t voxels,
                    const PhotodynamicLoad& load) const;
    /// Sensitivity (0 to 1) to light of a wavelength (m) against the table's.
    double spectral_factor(double wavelength) const;
    /// Advances over dt (s) under `fluence_rate` (W/m2, weighed with spectral_factor). Perfusion
    /// factor scales the supply of oxygen (empty: 1). Positive at any dt.
    void advance(exec::ThreadTeam& team, std::span<double> state, const PhotodynamicLoad& load,
                 View<const double> fluence_rate, View<const double> perfusion_factor,
                 double dt) const;
    /// Share (0 to 1) of the cells that live after what has reacted.
    void survival(std::span<const double> state, std::span<double> share) const;

    struct Work;

  private:
    std::unique_ptr<Work> work_;
};

}  // namespace caravel::response
