// Tables of absorption against wavelength.
#pragma once

#include "caravel/matter/table.hpp"

#include <string>
#include <string_view>

namespace caravel::stimulus {

/// A column of data/optical_spectra/FILE.csv at a wavelength in vacuum (m), in the table's unit,
/// linear between its rows. Throws InputError that names `what`, the wavelength and the range of
/// the table outside of it.
double tabulated_spectrum(const matter::Library& library, const std::string& file,
                          std::string_view column, double wavelength, const std::string& what);

/// Shortest and longest wavelength (m) of the table.
struct SpectrumRange {
    double shortest = 0.0;
    double longest = 0.0;
};
SpectrumRange spectrum_range(const matter::Library& library, const std::string& file);

/// Throws InputError: no data on `what` at this wavelength (m).
[[noreturn]] void refuse_wavelength(const std::string& what, double wavelength,
                                    SpectrumRange range);

}  // namespace caravel::stimulus
