// Physical dimensions as integer exponents of the seven SI base dimensions.
#pragma once

#include <cstdint>
#include <string>

namespace caravel {

/// Exponents of metre, kilogram, second, ampere, kelvin, mole, candela.
struct Dimension {
    std::int8_t length = 0;
    std::int8_t mass = 0;
    std::int8_t time = 0;
    std::int8_t current = 0;
    std::int8_t temperature = 0;
    std::int8_t amount = 0;
    std::int8_t luminosity = 0;

    friend constexpr bool operator==(const Dimension&, const Dimension&) = default;
};

constexpr Dimension operator*(const Dimension& a, const Dimension& b) {
    auto add = [](std::int8_t x, std::int8_t y) { return static_cast<std::int8_t>(x + y); };
    return {add(a.length, b.length),
            add(a.mass, b.mass),
            add(a.time, b.time),
            add(a.current, b.current),
            add(a.temperature, b.temperature),
            add(a.amount, b.amount),
            add(a.luminosity, b.luminosity)};
}

constexpr Dimension power(const Dimension& a, int exponent) {
    auto scale = [exponent](std::int8_t x) { return static_cast<std::int8_t>(x * exponent); };
    return {scale(a.length),      scale(a.mass),   scale(a.time),      scale(a.current),
            scale(a.temperature), scale(a.amount), scale(a.luminosity)};
}

constexpr Dimension operator/(const Dimension& a, const Dimension& b) { return a * power(b, -1); }

namespace dimension {
inline constexpr Dimension none{};
inline constexpr Dimension length{.length = 1};
inline constexpr Dimension area{.length = 2};
inline constexpr Dimension volume{.length = 3};
inline constexpr Dimension mass{.mass = 1};
inline constexpr Dimension time{.time = 1};
inline constexpr Dimension rate{.time = -1};
inline constexpr Dimension temperature{.temperature = 1};
inline constexpr Dimension amount{.amount = 1};
inline constexpr Dimension molar_mass{.mass = 1, .amount = -1};
inline constexpr Dimension density{.length = -3, .mass = 1};  // also mass concentration
inline constexpr Dimension molar_concentration{.length = -3, .amount = 1};
inline constexpr Dimension number_density{.length = -3};
inline constexpr Dimension area_density{.length = -2};
inline constexpr Dimension velocity{.length = 1, .time = -1};  // also permeability
inline constexpr Dimension flow{.length = 3, .time = -1};      // also clearance
inline constexpr Dimension diffusivity{.length = 2, .time = -1};
inline constexpr Dimension pressure{.length = -1, .mass = 1, .time = -2};
inline constexpr Dimension voltage{.length = 2, .mass = 1, .time = -3, .current = -1};
inline constexpr Dimension mass_per_area{.length = -2, .mass = 1};  // dose per body surface
inline constexpr Dimension amount_per_mass{.mass = -1, .amount = 1};
inline constexpr Dimension magnetic_flux_density{.mass = 1, .time = -2, .current = -1};
inline constexpr Dimension dose{.length = 2, .time = -2};      // Gy
inline constexpr Dimension irradiance{.mass = 1, .time = -3};  // W/m2
inline constexpr Dimension frequency{.time = -1};
}  // namespace dimension

/// The usual name of a dimension ("length", "mass concentration"), else base units ("m2.kg/s5").
std::string describe(const Dimension& dimension);

}  // namespace caravel
