#include "caravel/base/checks.hpp"
#include "caravel/base/sphere.hpp"
#include "caravel/formulation/cards/magnetism_part.hpp"
#include "caravel/formulation/magnetism/magnetic_force.hpp"
#include "caravel/formulation/magnetism/specific_absorption.hpp"
#include "caravel/stimulus/magnetic/coil.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace caravel::stimulus {
namespace {

namespace magnetism = formulation::magnetism;

constexpr int amplitudes = 24;
constexpr double range = 100.0;  // largest over smallest amplitude of the table
constexpr int size_classes = 8;  // as in the particle card

formulation::MagneticPart magnetic_part(const formulation::Formulation& f, matter::Library& library,
                                        double* carrier_mass) {
    const formulation::Properties properties = formulation::compute_properties(f, library);
    const formulation::CardOptions options;
    if (carrier_mass != nullptr) *carrier_mass = properties.carrier_mass;
    return formulation::find_magnetic_part({f, properties, library, options});
}

/// Slopes of Fritsch and Carlson 1980 (SIAM J Numer Anal 17:238) on equal steps: the curve rises
/// and falls with its points.
std::vector<double> monotone_slopes(const std::vector<double>& y, double step) {
    const std::size_t n = y.size();
    std::vector<double> chord(n - 1);
    for (std::size_t i = 0; i + 1 < n; ++i) chord[i] = (y[i + 1] - y[i]) / step;
    const auto end = [](double near, double next) {
        const double slope = 1.5 * near - 0.5 * next;
        if (slope * near <= 0.0) return 0.0;
        return near * next < 0.0 && std::abs(slope) > 3.0 * std::abs(near) ? 3.0 * near : slope;
    };
    std::vector<double> slope(n, 0.0);
    slope.front() = end(chord[0], chord[1]);
    slope.back() = end(chord[n - 2], chord[n - 3]);
    for (std::size_t i = 1; i + 1 < n; ++i)
        if (chord[i - 1] * chord[i] > 0.0)
            slope[i] = 2.0 * chord[i - 1] * chord[i] / (chord[i - 1] + chord[i]);
    return slope;
}

}  // namespace

ParticleHeating::ParticleHeating(const formulation::Formulation& f, matter::Library& library,
                                 double frequency, double largest_field)
    : frequency_(frequency), largest_(largest_field) {
    require_between(frequency, 0.0, 1e8, "the frequency", "Hz");
    require_positive(largest_field, "the largest field", "A/m");
    double carrier_mass = 0.0;
    const formulation::MagneticPart part = magnetic_part(f, library, &carrier_mass);
    if (!(carrier_mass > 0.0))
        throw InputError(Diagnostic{{},
                                    "the dry mass of '" + f.name + "' is not known",
                                    "densities of all its layers",
                                    "heat is counted per mass of carrier"});
    magnetic_fraction_ = part.domains * part.domain_volume() * part.density / carrier_mass;
    if (frequency == 0.0) return;
    const magnetism::Ensemble ensemble = part.ensemble(size_classes);
    const double step = std::log(range) / (amplitudes - 1);
    for (int i = 0; i < amplitudes; ++i) {
        const double log_field = std::log(largest_field) - step * (amplitudes - 1 - i);
        const double field = i == amplitudes - 1 ? largest_field : std::exp(log_field);
        const double power =
            magnetism::specific_absorption(ensemble, {field, frequency}).power_density;
        require_positive(power, "the heat of the magnetic part", "W/m3");
        field_.push_back(log_field);
        heating_.push_back(std::log(power / part.density));
    }
    slope_ = monotone_slopes(heating_, step);
}

double ParticleHeating::per_magnetic_mass(double field) const {
    constexpr double round_off = 1e-9;
    require_between(field, 0.0, largest_ * (1.0 + round_off), "the field amplitude", "A/m",
                    "the heating was tabulated up to the upper end");
    if (frequency_ == 0.0 || field == 0.0) return 0.0;
    const double x = std::min(std::log(field), field_.back());
    if (x <= field_.front()) return std::exp(heating_.front() + 2.0 * (x - field_.front()));
    const double step = field_[1] - field_[0];
    const auto i = std::min(static_cast<std::size_t>((x - field_.front()) / step),
                            field_.size() - std::size_t{2});
    const double t = (x - field_[i]) / step;
    const double s = 1.0 - t;
    return std::exp(heating_[i] * (1.0 + 2.0 * t) * s * s +
                    heating_[i + 1] * (3.0 - 2.0 * t) * t * t +
                    step * t * s * (slope_[i] * s - slope_[i + 1] * t));
}

double ParticleHeating::operator()(double field) const {
    return magnetic_fraction_ * per_magnetic_mass(field);
}

MagneticPull::MagneticPull(const formulation::Formulation& f, matter::Library& library) {
    const formulation::MagneticPart part = magnetic_part(f, library, nullptr);
    domains_ = part.domains;
    domain_volume_ = part.domain_volume();
    saturation_ = part.saturation;
    temperature_ = part.temperature;
    diameter_ = sphere_diameter(part.hydrodynamic_volume);
}

double MagneticPull::moment(double field) const {
    return magnetism::mean_moment(domains_, domain_volume_, saturation_, field, temperature_);
}

Vector3 MagneticPull::drift(const CoilField& field, const Vector3& place, double viscosity) const {
    // Fourth order differences of |H|; on a uniform field they are exactly 0.
    const double h = 1e-3 * field.scale();
    const double moment_there = moment(field.amplitude(place));
    Vector3 velocity{};
    for (std::size_t i = 0; i < 3; ++i) {
        const auto at = [&](double offset) {
            Vector3 p = place;
            p[i] += offset;
            return field.amplitude(p);
        };
        const double slope = (8.0 * (at(h) - at(-h)) - (at(2.0 * h) - at(-2.0 * h))) / (12.0 * h);
        velocity[i] = magnetism::drift_speed(magnetism::gradient_force(moment_there, slope),
                                             viscosity, diameter_);
    }
    return velocity;
}

Vector3 magnetic_drift(const formulation::Formulation& f, matter::Library& library,
                       const CoilInput& coil, const Vector3& place, double viscosity) {
    if (coil.frequency > 0.0)
        throw NotAvailable(fmt::format(
            "the drift in the alternating field of '{}' ({:.4g} kHz) is not computed: the particle "
            "is pulled by static gradients",
            coil.name, coil.frequency * 1e-3));
    return MagneticPull(f, library).drift(CoilField(coil), place, viscosity);
}

}  // namespace caravel::stimulus
