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
    std::string sensitiser{};          // agent, of data/photosensitisers.csv or with the keys below
    double activity_in_carrier = 1.0;  // yield within its carrier against released
    std::optional<double> photochemical_rate{};  // m2/J: xi
    std::optional<double> bleaching{};           // m3/mol: sigma
    std::optional<double> oxygen_half{};         // mol/m3: beta
    std::optional<double> low_concentration{};   // mol/m3: delta
    std::optional<double> oxygen_supply{};       // mol/m3/s: g, at the oxygenation of the start
    std::optional<double> threshold{};           // mol/m3 of reacted singlet oxygen
    std::optional<double> radical_share{};       // of type I events, that need no oxygen
    std::optional<double> peroxide{};            // mol/m3 of H2O2 in the tumour
    double catalysis = 0.0;                      // 1/s, H2O2 to oxygen by MnO2 or catalase
    double peroxide_turnover = 0.0;              // 1/s, at which the cells make it anew
    double ph_midpoint = 0.0;                    // 0: no switch; active below this pH
    double ph_width = 0.3;
    double wavelength = 0.0;  // m, at which xi holds (0: the table's); light elsewhere
                              // counts by the absorption spectrum
    std::optional<double> threshold_spread{};  // standard deviation over mean of the threshold
    std::optional<double> reference_oxygen{};  // mol/m3: oxygen above the start's leaves at g over
                                               // this, or over the start's if that is more
};
void describe(input::Visitor& v, PhotodynamicInput& input);

/// What a voxel holds before the light: concentrations in mol per m3 of tissue.
struct PhotodynamicLoad {
    View<const double> released{};  // sensitiser out of carriers; empty: none
    View<const double> carried{};   // within carriers; empty: none
    View<const double> oxygen{};    // mol/m3; empty: the reference
    View<const double> ph{};        // empty: 7.4
};

/// One sensitiser's photochemistry in all voxels, without exchange between them.
///
/// Type II: the macroscopic singlet-oxygen model of Zhu and co-workers, with S the active
/// sensitiser in mol per m3 of tissue; type I: a share of the events that makes radicals whatever
/// the oxygen. Peroxide turns into oxygen (2 H2O2 to 2 H2O + O2). Over any dt
///   change of oxygen = supplied - singlet oxygen reacted + oxygen from peroxide
/// to round-off, and nothing becomes negative. See advance_singlet_oxygen() for the equations.
/// Solubility of oxygen (mol/m3/Pa) in tissue by which pressures become concentrations: 1.35
/// umol/L/mmHg (recalled for 37 Cel; assumed).
inline constexpr double oxygen_solubility = 1.35e-3 / 133.322387415;

class Photodynamics {
  public:
    /// Throws InputError for a sensitiser without data (named, with what is missing) and for values
    /// out of range. The library must outlive the object (spectral_factor() reads it).
    Photodynamics(const PhotodynamicInput& input, matter::Library& library);
    ~Photodynamics();
    Photodynamics(Photodynamics&&) noexcept;
    Photodynamics& operator=(Photodynamics&&) noexcept;

    /// Rows of the state, each with one value per voxel, row after row: "sensitiser" (share not
    /// bleached), "oxygen" (mol/m3), "singlet_oxygen" (mol/m3 reacted), "radicals" (mol/m3),
    /// "peroxide" (mol/m3), "oxygen_supplied" (mol/m3 from the vessels less what went back),
    /// "oxygen_from_peroxide" (mol/m3), "oxygen_at_start" (mol/m3).
    const std::vector<std::string>& rows() const;
    /// The state before the light. Throws std::invalid_argument for another number of values,
    /// negative ones or such that are not finite.
    void initialise(std::span<double> state, std::size_t voxels,
                    const PhotodynamicLoad& load) const;
    /// Events per energy of light of a wavelength (m) against that at which xi holds: ratio of the
    /// dye's absorption times ratio of the wavelengths (photons per energy). 1 at that wavelength,
    /// above 1 in a stronger band. Throws InputError for light of another wavelength where no
    /// spectrum of the dye is known.
    double spectral_factor(double wavelength) const;
    /// Advances over dt (s) under `fluence_rate` (W/m2, weighed with spectral_factor). Perfusion
    /// factor scales the supply of oxygen (empty: 1). Positive at any dt; same bits for any number
    /// of threads. Throws std::invalid_argument as initialise().
    void advance(exec::ThreadTeam& team, std::span<double> state, const PhotodynamicLoad& load,
                 View<const double> fluence_rate, View<const double> perfusion_factor,
                 double dt) const;
    /// Share (0 to 1) of the cells that live after what has reacted: log-normal in singlet oxygen
    /// plus radicals, one half at the threshold.
    void survival(std::span<const double> state, std::span<double> share) const;

    /// xi (m2/J) in use, given, of the table or estimated.
    double photochemical_rate() const;
    /// Threshold (mol/m3) in use.
    double threshold() const;
    /// Wavelength (m) at which xi holds.
    double wavelength() const;

    struct Work;

  private:
    std::unique_ptr<Work> work_;
};

}  // namespace caravel::response
