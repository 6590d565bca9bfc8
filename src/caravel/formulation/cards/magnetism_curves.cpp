// Plots of the magnetic part: magnetisation, heat against frequency, relaxivity against field.
#include "caravel/base/constants.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/formulation/cards/magnetism_part.hpp"

#include <fmt/format.h>

#include <cmath>

namespace caravel::formulation {
namespace {

using namespace magnetism;

std::vector<double> spaced(double from, double to, int count) {
    std::vector<double> x;
    for (int i = 0; i < count; ++i) x.push_back(from * std::pow(to / from, i / (count - 1.0)));
    return x;
}

void add_magnetisation(const MagneticPart& part, CardSection& section) {
    CardCurve curve{"magnetisation", "field", "kA/m", {},    "magnetisation",
                    "kA/m",          {},      {},     false, false};
    CardLine line{"Langevin, size distribution", {}};
    const std::vector<SizeNode> sizes = part.ensemble(24).sizes;
    for (int i = 0; i <= 60; ++i) {
        const double field = 5e3 * i;
        curve.x.push_back(field);
        line.y.push_back(part.saturation * equilibrium_magnetisation(sizes, part.saturation, field,
                                                                     part.temperature));
    }
    curve.lines.push_back(std::move(line));
    curve.method = "Langevin, equilibrium";
    section.curves.push_back(std::move(curve));
}

void add_absorption_curve(const MagneticPart& part, CardSection& section) {
    CardCurve curve{"specific_absorption",
                    "frequency",
                    "kHz",
                    spaced(20e3, 1e6, 11),
                    fmt::format("specific absorption at {} kA/m",
                                format_number(part.conditions.field_amplitude * 1e-3, 4)),
                    "W/g",
                    {},
                    {},
                    true,
                    true};
    CardLine chosen{"turning and hopping", {}};
    CardLine linear{"linear response", {}};
    const Macrospin spin = part.macrospin();
    for (const double frequency : curve.x) {
        const DriveField drive{part.conditions.field_amplitude, frequency};
        const HeatingMethod method = choose_heating_method(spin, drive);
        chosen.y.push_back(power_density(spin, drive, method, 64) / part.density);
        linear.y.push_back(linear_response(spin, drive).power_density / part.density);
    }
    curve.lines = {std::move(chosen), std::move(linear)};
    curve.method = "median size; Fokker-Planck from xi = 0.2 on";
    section.curves.push_back(std::move(curve));
}

void add_dispersion(const MagneticPart& part, CardSection& section) {
    CardCurve curve{"relaxivity_dispersion",
                    "flux density",
                    "T",
                    spaced(0.001, 20.0, 44),
                    "relaxivity per metal",
                    "L/(mmol.s)",
                    {},
                    {},
                    true,
                    true};
    CardLine one{"r1", {}};
    CardLine two{"r2", {}};
    CardLine star{"r2*", {}};
    for (const double field : curve.x) {
        const CardRelaxivity r = part_relaxivity(part, field, 5e-3);
        one.y.push_back(r.longitudinal);
        two.y.push_back(r.transverse);
        star.y.push_back(r.free_decay);
    }
    curve.lines = {std::move(one), std::move(two), std::move(star)};
    curve.method = "outer sphere (Roch 1999), the secular part up to the static plateau";
    section.curves.push_back(std::move(curve));
}

}  // namespace

void add_magnetic_curves(const MagneticPart& part, CardSection& section) {
    add_magnetisation(part, section);
    attempt(section, "specific_absorption_curve", [&] { add_absorption_curve(part, section); });
    attempt(section, "relaxivity_dispersion", [&] { add_dispersion(part, section); });
}

}  // namespace caravel::formulation
