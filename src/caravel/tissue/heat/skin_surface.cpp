#include "caravel/tissue/heat/skin_surface.hpp"

#include "caravel/base/checks.hpp"

#include <algorithm>
#include <cmath>

namespace caravel::tissue {

namespace {

constexpr double free_convection = 3.3;              // W/m2/K
constexpr double forced_convection = 8.3;            // W/m2/K at 1 m/s
constexpr double lewis = 0.0165;                     // K/Pa
constexpr double stefan_boltzmann = 5.670374419e-8;  // W/m2/K4

void check(const SkinSurroundings& skin) {
    require_between(skin.air_temperature, 223.15, 373.15, "the air's temperature", "K");
    require_between(skin.skin_temperature, 263.15, 373.15, "the skin's temperature", "K");
    require_between(skin.air_speed, 0.0, 50.0, "the air's speed", "m/s");
    require_between(skin.humidity, 0.0, 1.0, "relative humidity", "1", "50 percent is 0.5");
    require_between(skin.wetness, 0.0, 1.0, "the wet share of the skin", "1");
    require_between(skin.emissivity, 0.0, 1.0, "the skin's emissivity", "1");
    require_between(skin.cooling_transfer, 0.0, 1e6, "transfer to the cooling", "W/(m2.K)");
    if (skin.cooling_transfer > 0.0) {
        require_between(skin.cooling_temperature, 70.0, 400.0, "the cooling's temperature", "K",
                        "say how cold the jet, gel or plate is");
    }
}

}  // namespace

double air_transfer(double air_speed) {
    require_between(air_speed, 0.0, 50.0, "the air's speed", "m/s");
    return std::max(free_convection, forced_convection * std::sqrt(air_speed));
}

double saturated_vapour_pressure(double temperature) {
    require_between(temperature, 223.15, 373.15, "the temperature", "K");
    const double celsius = temperature - 273.15;
    return 610.94 * std::exp(17.625 * celsius / (celsius + 243.04));
}

double evaporation(const SkinSurroundings& skin) {
    check(skin);
    const double gradient = saturated_vapour_pressure(skin.skin_temperature) -
                            skin.humidity * saturated_vapour_pressure(skin.air_temperature);
    return std::max(0.0, lewis * air_transfer(skin.air_speed) * skin.wetness * gradient);
}

HeatFace skin_face(const SkinSurroundings& skin) {
    check(skin);
    HeatFace face;
    face.kind = HeatFace::Kind::convective;
    if (skin.cooling_transfer > 0.0) {
        face.temperature = skin.cooling_temperature;
        face.transfer = skin.cooling_transfer;
        return face;
    }
    const double a = skin.skin_temperature;
    const double b = skin.air_temperature;
    face.temperature = b;
    face.transfer = air_transfer(skin.air_speed) +
                    skin.emissivity * stefan_boltzmann * (a + b) * (a * a + b * b);
    face.heat_flux = evaporation(skin);
    return face;
}

}  // namespace caravel::tissue
