// Complex refractive index of a material against the wavelength in vacuum.
#pragma once

#include "caravel/matter/table.hpp"

#include <complex>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace caravel::matter {

/// One Lorentz oscillator of a dielectric function.
struct LorentzTerm {
    double strength = 0.0;  // 1, contribution to the static permittivity
    double energy = 0.0;    // J, of the resonance
    double width = 0.0;     // J, full width at half maximum
};

/// Permittivity eps_inf - plasma^2/(E^2 + i E damping) + sum strength e0^2/(e0^2 - E^2 - i E
/// width), with the photon energy E: a model where no table exists, marked as such.
struct DrudeLorentz {
    double eps_inf = 1.0;
    double plasma_energy = 0.0;  // J
    double damping = 0.0;        // J
    std::vector<LorentzTerm> terms;
};

/// n + i k (k > 0 absorbs), from a constant, a table or a model. Tables are interpolated linearly
/// in the wavelength, n and k each: one rule everywhere, because the rule moves plasmon peaks.
class RefractiveIndex {
  public:
    static RefractiveIndex constant(std::complex<double> value, std::string description);
    /// CSV with the columns lambda_um,n,k; throws InputError for unsorted or negative values.
    static RefractiveIndex table(const std::filesystem::path& csv, std::string description);
    static RefractiveIndex table(const input::CsvTable& csv, std::string description);
    static RefractiveIndex model(DrudeLorentz model, double shortest, double longest,
                                 std::string description);

    /// Throws InputError that names the material and its range when `wavelength` (m, in vacuum) is
    /// outside.
    std::complex<double> operator()(double wavelength) const;
    double shortest() const { return shortest_; }  // m
    double longest() const { return longest_; }    // m
    /// "Au, Johnson and Christy 1972 (table Au_Johnson)".
    const std::string& description() const { return description_; }
    bool is_model() const { return kind_ == Kind::model; }

  private:
    enum class Kind { constant, table, model };
    Kind kind_ = Kind::constant;
    std::complex<double> value_{1.0, 0.0};
    std::vector<double> wavelengths_;  // m
    std::vector<std::complex<double>> values_;
    DrudeLorentz model_;
    double shortest_ = 0.0, longest_ = 0.0;
    std::string description_;
};

/// The index of a material by its name in the materials table ("Au", "SiO2"; the table that stands
/// first in data/optical/index.csv), of one shipped table by its file name ("Au_Olmon-ev"), or of a
/// model in data/optical/models.csv. Throws InputError with "did you mean".
RefractiveIndex find_refractive_index(const Library& library, std::string_view name);

/// Whether find_refractive_index knows the name.
bool has_refractive_index(const Library& library, std::string_view name);

/// Photon energy (J) at a wavelength (m) in vacuum: h c / lambda.
double photon_energy(double wavelength);

}  // namespace caravel::matter
