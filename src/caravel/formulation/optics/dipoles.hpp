// Light on particles of any shape: the discrete dipole approximation.
#pragma once

#include "caravel/formulation/optics/cross_sections.hpp"
#include "caravel/formulation/optics/dipoles_interaction.hpp"
#include "caravel/formulation/optics/dipoles_krylov.hpp"
#include "caravel/formulation/optics/vector3.hpp"

#include <string>

namespace caravel::formulation::optics {

/// How a cell's polarisability follows from its refractive index: Clausius-Mossotti; with radiative
/// reaction (Draine 1988); with the lattice dispersion relation too (Draine and Goodman 1993,
/// Astrophys J 405:685).
enum class Polarisability { clausius_mossotti, radiative_reaction, lattice_dispersion };

/// Linearly polarised plane wave; unit vectors, at right angles.
struct PlaneWave {
    Vector3 direction{0.0, 0.0, 1.0};
    Vector3 polarisation{1.0, 0.0, 0.0};
};

struct FullWaveOptions {
    Polarisability polarisability = Polarisability::lattice_dispersion;
    double residual = 1e-5;
    int most_steps = 10000;
    const SplitVector* start = nullptr;  // dipole moments of a neighbouring problem
};

/// Polarisability of a cell over spacing^3 (Gaussian units) for the relative index m.
std::complex<double> cell_polarisability(Polarisability kind, std::complex<double> m, double kd,
                                         const PlaneWave& wave);

struct FullWaveResult {
    CrossSections cross_sections;        // scattering = extinction - absorption
    double scattering_by_angles = 0.0;   // m2, from the far field
    double optical_theorem_error = 0.0;  // |extinction - absorption - by angles| / extinction
    double size_parameter = 0.0;         // of the sphere of equal volume
    double kd_m = 0.0;                   // wave number times spacing times largest |m|
    double residual = 0.0;               // |b - A x| / |b|, computed anew
    std::string solver;                  // "QMR" or "BiCGSTAB"
    std::vector<double> residuals;       // history
    SplitVector moments;                 // dipole moments over spacing^3, x then y then z
};

/// Largest kd |m| for which the lattice is taken as fine enough (B. Draine and P. Flatau 1994).
inline constexpr double largest_kd_m = 1.0;

/// Solver for one shape at one wave number; several waves and materials use the same transform.
class FullWaveSolver {
  public:
    /// `spacing` in m, `wavenumber` in the medium in 1/m. Throws InputError for a bad shape or
    /// numbers that are not positive. `shape` and `team` must outlive the solver.
    FullWaveSolver(const DipoleShape& shape, double spacing, double wavenumber,
                   exec::ThreadTeam& team);

    /// Cross-sections for one wave; relative_indices[m - 1] belongs to material m, imaginary part
    /// positive for absorption. Throws InputError for missing or impossible indices, NumericalError
    /// when neither QMR nor BiCGSTAB reaches the residual.
    FullWaveResult solve(std::span<const std::complex<double>> relative_indices,
                         const PlaneWave& wave, const FullWaveOptions& options);

  private:
    SplitVector incident_field(const PlaneWave& wave) const;
    void solve_system(const SplitVector& roots, const SplitVector& field,
                      const FullWaveOptions& options, FullWaveResult& result);
    void measure(const SplitVector& field, std::span<const std::complex<double>> polarisabilities,
                 const PlaneWave& wave, bool radiates, FullWaveResult& result) const;

    const DipoleShape& shape_;
    exec::ThreadTeam& team_;
    double spacing_;
    double kd_;
    InteractionOperator interaction_;
    std::vector<std::uint8_t> materials_;  // of the dipoles
};

/// One solution; see FullWaveSolver.
FullWaveResult full_wave(const DipoleShape& shape, double spacing, double wavenumber,
                         std::span<const std::complex<double>> relative_indices,
                         const PlaneWave& wave, const FullWaveOptions& options,
                         exec::ThreadTeam& team);

}  // namespace caravel::formulation::optics
