// Optical properties of tissue from its composition, and what particles add.
#pragma once

#include "caravel/formulation/formulation.hpp"
#include "caravel/input/visitor.hpp"
#include "caravel/matter/table.hpp"
#include "caravel/stimulus/light/photon_medium.hpp"

#include <optional>
#include <string>
#include <vector>

namespace caravel::stimulus {

/// What absorbs and scatters in a tissue: volume fractions of blood, water, fat and melanosomes;
/// reduced scattering a (f (l/500 nm)^-4 + (1 - f) (l/500 nm)^-b).
struct TissueOptics {
    std::string name{};
    double blood = 0.0;
    double oxygenation = 0.0;  // of haemoglobin
    double water = 0.0;
    double fat = 0.0;
    double melanosomes = 0.0;
    double baseline = 0.0;            // of the skin's background absorption
    double reduced_scattering = 0.0;  // 1/m at 500 nm: a
    double rayleigh_share = 0.0;      // f
    double mie_power = 0.0;           // b
    double anisotropy = 0.9;
    double refractive_index = 1.37;
};

/// A tissue of data/tissue_optics.csv ("tumour", "muscle", "dermis" ...). Throws InputError with
/// suggestions for an unknown one.
TissueOptics find_tissue_optics(matter::Library& library, const std::string& name);
/// Names of all of them.
std::vector<std::string> tissue_optics_names(matter::Library& library);

/// One chromophore's absorption (1/m, of the pure one: "blood_oxy", "blood_deoxy", "water", "fat",
/// "melanosome", "skin_baseline") at a wavelength in vacuum (m). Throws InputError that names the
/// wavelength and the range of the data.
double chromophore_absorption(matter::Library& library, const std::string& name, double wavelength);

/// The medium at a wavelength in vacuum (m). Throws InputError as chromophore_absorption().
OpticalMedium optical_medium(const TissueOptics& tissue, double wavelength,
                             matter::Library& library);

/// What complete coagulation multiplies scattering and anisotropy with.
struct CoagulatedOptics {
    double scattering_factor = 1.5;
    double anisotropy_factor = 0.95;
};
/// The shipped factors (data/tissue_optics.csv; the defaults above are the same).
CoagulatedOptics find_coagulated_optics(matter::Library& library);

/// Coagulated tissue: scattering raised, anisotropy lowered, by `coagulated` (0 to 1). Absorption
/// and index stay. Throws InputError for a share outside of 0 to 1.
OpticalMedium coagulated_medium(const OpticalMedium& medium, double coagulated,
                                const CoagulatedOptics& factors = {});

/// A particle, or a dissolved dye, at one wavelength.
struct AbsorberOptics {
    std::string name{};
    double absorption = 0.0;  // m2/kg of carrier mass, or m2/mol of a dye (natural logarithm)
    double scattering = 0.0;  // likewise
    double anisotropy = 0.0;
    std::string method{};
};

/// A formulation's cross-sections per dry mass of carrier (as doses and fields count it) in tissue
/// of index `index`, payload dyes with known spectra included at full loading and as in solution
/// (unless `with_payload` is false, for those who follow the payload themselves). A carrier
/// without metal whose own optics are not known counts only its dyes, and `method` says so. Throws
/// InputError for impossible descriptions, NotAvailable with the reason where nothing is known.
AbsorberOptics particle_optics(const formulation::Formulation& formulation,
                               matter::Library& library, double wavelength, double index = 1.37,
                               bool with_payload = true);
/// A dissolved agent's (a released drug or dye; m2/mol); absorption 0 and the reason in `method`
/// when no spectrum is known.
AbsorberOptics agent_optics(const std::string& agent, matter::Library& library, double wavelength);

/// Largest irradiance (W/m2) that skin may see for `duration` (s), ANSI Z136.1 as recalled; NaN
/// outside 400 to 2600 nm.
double skin_exposure_limit(double wavelength, double duration);

}  // namespace caravel::stimulus
