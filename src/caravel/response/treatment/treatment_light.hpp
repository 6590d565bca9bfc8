// The light of a treatment: what every wavelength meets in the tissue as it stands.
#pragma once

#include "caravel/response/treatment/treatment_plan.hpp"
#include "caravel/stimulus/light/photon_transport.hpp"

#include <span>
#include <string>
#include <vector>

namespace caravel::response {

/// Optical media of a plan's tissues at every light's wavelength; particles and coagulation add
/// absorption and reduced scattering voxel by voxel (added scattering is taken as isotropic, of the
/// same reduced scattering).
class TreatmentLight {
  public:
    /// `plan` must outlive the light. Throws InputError for a wavelength without optical data and
    /// for directed light in a symmetric domain.
    TreatmentLight(const TreatmentPlan& plan, matter::Library& library);

    stimulus::PhotonMedium medium(std::size_t light, const TreatmentLoad& load,
                                  std::span<const double> coagulated) const;
    /// Fluence (1/m2) of every voxel per launched energy, and the photons it took.
    struct Field {
        std::vector<double> fluence{};
        std::int64_t photons = 0;
        /// Share of the absorbed energy for which diffusion does not hold, where that is not few; 0
        /// with photons.
        double invalid_share = 0.0;
        /// Relative standard error of the largest rise of temperature by chance of the photons
        /// alone; 0: not known.
        double rise_error = 0.0;
    };
    Field compute(exec::ThreadTeam& team, std::size_t light, const stimulus::PhotonMedium& medium,
                  std::uint32_t run) const;
    /// The same of emission `number` of the plan (light lights.size() + number) with this source
    /// per voxel (any unit, not all 0).
    Field emit(exec::ThreadTeam& team, std::size_t number, const stimulus::PhotonMedium& medium,
               std::span<const double> source, std::uint32_t run) const;
    /// Absorption (1/m) in voxel i by an agent.
    double agent_absorption(std::size_t light, const TreatmentLoad& load, std::size_t agent,
                            std::size_t i) const;
    const std::vector<std::string>& notes() const { return notes_; }

  private:
    void add_media(double wavelength, matter::Library& library);
    void check_symmetry(const stimulus::LightInput& light) const;
    void note_exposure(const stimulus::LightInput& light);
    void note_exposure(const stimulus::LightInput& light, double irradiance, double duration);
    void note_agents(std::size_t light);

    const TreatmentPlan& plan_;
    std::vector<std::vector<stimulus::OpticalMedium>> media_;  // per light, per tissue
    std::vector<std::vector<double>> coagulated_;  // 1/m, reduced scattering it adds when complete
    std::vector<std::string> notes_;
};

/// A source of this brightness per voxel.
stimulus::LightSourceInput volume_source(std::span<const double> brightness);
/// Stream of random numbers of a light's run (0 for the first).
std::uint32_t light_stream(std::size_t light, std::uint32_t run);
/// Whether path lengths are needed: where a medium does not absorb.
bool has_clear_tissue(const stimulus::PhotonMedium& medium);

/// Effective attenuation (1/m) of every voxel: sqrt(3 mu_a (mu_a + mu_s')).
std::vector<double> effective_attenuation(const stimulus::PhotonMedium& medium);

/// Mean relative change of the attenuation, weighed with the fluence.
double attenuation_change(std::span<const double> now, std::span<const double> then,
                          std::span<const double> fluence);

}  // namespace caravel::response
