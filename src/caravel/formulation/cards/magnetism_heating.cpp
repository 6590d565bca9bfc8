// Moments, relaxation times, heat, imaging harmonics and force of the magnetic part.
#include "caravel/base/constants.hpp"
#include "caravel/base/sphere.hpp"
#include "caravel/formulation/cards/magnetism_part.hpp"
#include "caravel/formulation/magnetism/fokker_planck.hpp"
#include "caravel/formulation/magnetism/magnetic_force.hpp"
#include "caravel/formulation/magnetism/particle_imaging.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstddef>
#include <numbers>

namespace caravel::formulation {
namespace {

using namespace magnetism;

constexpr DriveField imaging_field{12e-3 / vacuum_permeability, 25e3};
constexpr double imaging_gradient = 2.5 / vacuum_permeability;  // A/m2
constexpr double vein_flow = 1e-3;                              // m/s, of a small vessel
constexpr double measurement_time = 100.0;                      // s, of a magnetometer
constexpr int heating_classes = 8;
constexpr double locked_barrier = 60.0;  // kT

std::string text(double value) { return format_number(value, 3); }

std::string methods(const Absorption& a) {
    constexpr double all = 0.995;
    if (a.linear_share > all) return std::string(to_text(HeatingMethod::linear_response));
    std::string name(to_text(HeatingMethod::turning_and_hopping));
    if (a.linear_share > 1.0 - all)
        name += fmt::format("; {} % of the heat by linear response", text(100.0 * a.linear_share));
    return name;
}

void add_absorption(const MagneticPart& part, CardSection& section) {
    const DriveField field{part.conditions.field_amplitude, part.conditions.field_frequency};
    const Absorption a = specific_absorption(part.ensemble(heating_classes), field);
    const double absorption = a.power_density / part.density;
    const std::string method = methods(a);
    const double product = field_frequency_product(field);
    const std::string where =
        fmt::format("{} kHz, {} kA/m; H f = {} A/m/s ({} of 4.85e8, {} of 5e9)",
                    text(field.frequency * 1e-3), text(field.amplitude * 1e-3), text(product),
                    text(product / brezovich_limit), text(product / hergt_limit));
    const std::string validity = fmt::format("xi = {} ({} 1); {}; no interaction between grains",
                                             text(a.xi), a.xi < 1.0 ? "<" : ">=", where);
    const auto add = [&](std::string name, double si, std::string unit, std::string doc) {
        section.values.push_back({std::move(name), si, std::move(unit), std::move(doc), method,
                                  validity, part.metal_basis.source, part.metal_basis.status});
    };
    add("specific_absorption_rate", absorption, "W/g",
        "heat per mass of magnetic matter in an alternating field");
    add("intrinsic_loss_power", intrinsic_loss_power(absorption, field), "nH.m2/kg",
        "specific absorption over f H^2");
}

}  // namespace

void add_magnetic_moments(const MagneticPart& part, CardSection& section) {
    const Macrospin spin = part.macrospin();
    const double g = barrier(spin);
    const auto add = [&](std::string name, double si, std::string unit, std::string doc,
                         std::string method, std::string validity, const CardBasis& basis) {
        section.values.push_back({std::move(name), si, std::move(unit), std::move(doc),
                                  std::move(method), std::move(validity), basis.source,
                                  basis.status});
    };
    const std::string size = fmt::format("{} domain(s) of {} nm, sigma {}", text(part.domains),
                                         text(part.diameter * 1e9), text(part.spread));
    add("magnetic_moment", part.moment(), "A.m2", "of one domain, saturated", "Ms V", size,
        part.moment_basis);
    add("saturation_magnetisation", part.saturation, "kA/m", "per volume of magnetic matter",
        "bulk value", "no surface spin disorder", part.moment_basis);
    add("initial_susceptibility",
        initial_susceptibility(part.ensemble(24).sizes, part.saturation, part.temperature), "1",
        "per magnetic volume, SI", "Langevin, free axes", size, part.moment_basis);
    attempt(section, "neel_time", [&] {
        if (g > locked_barrier)
            throw NotAvailable(fmt::format(
                "the moment is locked in its crystal: K V/kT = {} is above 60 (over 1e15 s)",
                text(g)));
        add("neel_time", neel_time(part.attempt_time, g), "us", "of the moment in its crystal",
            "Brown 1963, any barrier (Coffey 1993)", fmt::format("K V/kT = {}", text(g)),
            part.turning_basis);
    });
    add("brown_time", brown_time(part.viscosity, part.hydrodynamic_volume, part.temperature), "us",
        "of the particle in the medium", "3 eta Vh/kT",
        fmt::format("eta = {} mPa.s", text(part.viscosity * 1e3)), CardBasis{"the medium"});
    attempt(section, "blocking_temperature", [&] {
        const double blocking = blocking_temperature(part.anisotropy, part.domain_volume(),
                                                     part.attempt_time, measurement_time);
        if (blocking > 0.9 * part.curie_temperature)
            throw NotAvailable(fmt::format(
                "the moment stays blocked up to {} K, where the matter loses its magnetisation",
                text(0.9 * part.curie_temperature)));
        add("blocking_temperature", blocking, "K", "moment turns within 100 s above it",
            "Neel time = 100 s", "anisotropy and tau0 constant with temperature",
            part.turning_basis);
    });
    add("superparamagnetic_limit",
        superparamagnetic_limit(part.anisotropy, part.attempt_time, measurement_time,
                                part.temperature),
        "nm", "largest domain without remanence at the medium's temperature", "Neel time = 100 s",
        fmt::format("T = {} K", text(part.temperature)), part.turning_basis);
}

void add_magnetic_heating(const MagneticPart& part, CardSection& section) {
    attempt(section, "specific_absorption_rate", [&] { add_absorption(part, section); });
    attempt(section, "magnetic_force", [&] {
        const double moment =
            mean_moment(part.domains, part.domain_volume(), part.saturation,
                        part.conditions.static_field / vacuum_permeability, part.temperature);
        const double force =
            gradient_force(moment, part.conditions.field_gradient / vacuum_permeability);
        const double diameter = sphere_diameter(part.hydrodynamic_volume);
        const double drift = drift_speed(force, part.viscosity, diameter);
        const std::string where =
            fmt::format("{} T/m at {} T; a uniform field gives none",
                        text(part.conditions.field_gradient), text(part.conditions.static_field));
        const auto add = [&](std::string name, double si, std::string unit, std::string doc,
                             std::string method, std::string validity) {
            section.values.push_back({std::move(name), si, std::move(unit), std::move(doc),
                                      std::move(method), std::move(validity),
                                      part.moment_basis.source, part.moment_basis.status});
        };
        add("magnetic_force", force, "fN", "on one particle in a gradient",
            "mu0 m dH/dz, Langevin moment", where);
        add("magnetic_drift_speed", drift, "um/s", "in that gradient against Stokes drag",
            "F/(3 pi eta dh)", where);
        add("magnetic_capture_number", capture_number(drift, vein_flow), "1",
            "drift over a flow of 1 mm/s", "Furlani and Ng 2006",
            where + "; captured above about 1, single particles");
    });
}

void add_magnetic_imaging(const MagneticPart& part, CardSection& section) {
    attempt(section, "mpi_third_harmonic_ratio", [&] {
        const Macrospin spin = part.macrospin();
        const magnetism::LinearResponse r = linear_response(spin, imaging_field);
        const std::vector<double> ideal = langevin_harmonics(r.xi, 3);
        const PeriodicResponse real =
            periodic_response({r.effective, 0.0}, {r.xi, imaging_field.frequency, 256});
        const std::vector<double> lagging = harmonics(real.first, 3);
        const std::string where =
            fmt::format("25 kHz, 12 mT; xi = {}; 2 pi f tau = {}", text(r.xi),
                        text(2.0 * std::numbers::pi * imaging_field.frequency * r.effective));
        section.values.push_back({"mpi_third_harmonic_ratio", lagging[3] / lagging[1], "1",
                                  "third over first harmonic of the moment",
                                  "Fokker-Planck, free rotor with the effective time", where,
                                  part.turning_basis.source, part.turning_basis.status});
        section.values.push_back({"mpi_third_harmonic_ratio_ideal", ideal[3] / ideal[1], "1",
                                  "the same without relaxation", "Langevin", where,
                                  part.moment_basis.source, part.moment_basis.status});
    });
    section.values.push_back({"mpi_point_spread_width",
                              point_spread_width(part.moment(), imaging_gradient, part.temperature),
                              "mm", "full width at half maximum at 2.5 T/m", "4.161 kT/(m G)",
                              "equilibrium; relaxation blurs further", part.moment_basis.source,
                              part.moment_basis.status});
}

}  // namespace caravel::formulation
