#include "caravel/base/dimension.hpp"

#include <array>
#include <string_view>

namespace caravel {
namespace {

struct NamedDimension {
    Dimension dimension;
    std::string_view name;
};

constexpr NamedDimension named_dimensions[] = {
    {dimension::none, "a plain number"},
    {dimension::length, "length"},
    {dimension::area, "area"},
    {dimension::volume, "volume"},
    {dimension::mass, "mass"},
    {dimension::time, "time"},
    {dimension::rate, "rate (1/time)"},
    {dimension::temperature, "temperature"},
    {dimension::amount, "amount of substance"},
    {dimension::molar_mass, "molar mass"},
    {dimension::density, "mass concentration"},
    {dimension::molar_concentration, "molar concentration"},
    {dimension::number_density, "number density"},
    {dimension::area_density, "number per area"},
    {dimension::velocity, "velocity"},
    {dimension::flow, "flow"},
    {dimension::diffusivity, "diffusivity"},
    {dimension::pressure, "pressure"},
    {dimension::voltage, "voltage"},
    {dimension::mass_per_area, "mass per area"},
    {dimension::amount_per_mass, "amount per mass"},
    {dimension::magnetic_flux_density, "magnetic flux density"},
    {dimension::dose, "absorbed dose"},
    {dimension::irradiance, "irradiance"},
    {{.current = 1}, "electric current"},
    {{.time = 1, .current = 1}, "electric charge"},
    {{.luminosity = 1}, "luminous intensity"},
    {{.length = -1}, "1/length"},
    {{.mass = -1}, "1/mass"},
    {{.length = 1, .mass = 1, .time = -2}, "force"},
    {{.length = 2, .mass = 1, .time = -2}, "energy"},
    {{.length = 2, .mass = 1, .time = -3}, "power"},
    {{.mass = 1, .time = -2}, "surface tension"},
    {{.length = -1, .mass = 1, .time = -1}, "dynamic viscosity"},
    {{.length = 2, .time = -3}, "power per mass"},
    {{.length = 3, .mass = -1, .time = -1}, "flow per mass"},
    {{.length = 2, .mass = -1}, "area per mass"},
    {{.length = 3, .mass = -1}, "volume per mass"},
    {{.mass = 1, .time = -1}, "mass per time"},
    {{.time = -1, .amount = 1}, "amount per time"},
    {{.length = 3, .time = -1, .amount = -1}, "second-order rate constant"},
    {{.length = 1, .mass = 1, .time = -3, .temperature = -1}, "thermal conductivity"},
    {{.length = 2, .time = -2, .temperature = -1}, "specific heat capacity"},
    {{.length = -2, .mass = -1, .time = 3, .current = 2}, "electric conductance"},
    {{.length = -3, .mass = -1, .time = 3, .current = 2}, "electric conductivity"},
    {{.length = 2, .mass = 1, .time = -2, .current = -2}, "inductance"},
    {{.length = -3, .time = -1}, "rate per volume"},
    {{.length = -1, .current = 1}, "magnetic field strength"},
};

struct BaseUnit {
    std::string_view symbol;
    int exponent;
};

// The customary order of the SI brochure (m.kg.s.A.K.mol.cd).
std::array<BaseUnit, 7> base_units(const Dimension& d) {
    return {{{"m", d.length},
             {"kg", d.mass},
             {"s", d.time},
             {"A", d.current},
             {"K", d.temperature},
             {"mol", d.amount},
             {"cd", d.luminosity}}};
}

std::string product(const std::array<BaseUnit, 7>& units, int sign, int& factors) {
    std::string text;
    for (const BaseUnit& unit : units) {
        const int exponent = sign * unit.exponent;
        if (exponent <= 0) continue;
        if (factors++ > 0) text += '.';
        text += unit.symbol;
        if (exponent > 1) text += std::to_string(exponent);
    }
    return text;
}

}  // namespace

std::string describe(const Dimension& dimension) {
    for (const NamedDimension& named : named_dimensions) {
        if (named.dimension == dimension) return std::string(named.name);
    }
    const auto units = base_units(dimension);
    int above = 0;
    int below = 0;
    std::string text = product(units, 1, above);
    const std::string denominator = product(units, -1, below);
    if (above == 0) text = "1";
    if (below == 0) return text;
    return text + "/" + (below > 1 ? "(" + denominator + ")" : denominator);
}

}  // namespace caravel
