#include "caravel/tissue/heat/heat_input.hpp"

#include "caravel/base/error.hpp"

#include <algorithm>

namespace caravel::tissue {
namespace {

using input::NumberRule;
using input::positive;
using input::Presence;

const NumberRule blood_rule{"Cel", 0.0, 60.0};
const NumberRule air_rule{"Cel", -50.0, 100.0};

void three(input::Visitor& v, std::string_view key, const std::vector<double>& values) {
    if (values.size() == 3) return;
    v.complain(key, std::string(key) + " has " + std::to_string(values.size()) + " values",
               "three, along x, y and z", "start = [\"0 mm\", \"10 mm\", \"10 mm\"]");
}

}  // namespace

void describe(input::Visitor& v, HeatVesselInput& w) {
    HeatVessel& vessel = w.vessel;
    v.numbers({"start", "one end of its axis", Presence::required}, w.start,
              input::any_number("mm"));
    v.numbers({"end", "the other", Presence::required}, w.end, input::any_number("mm"));
    v.number({"radius", "of the lumen", Presence::required}, vessel.radius, positive("mm"));
    v.number({"temperature", "of the blood, which does not change along it"}, vessel.temperature,
             blood_rule);
    v.number({"nusselt", "4.36 at an even flux, 3.66 at an even wall temperature"}, vessel.nusselt,
             positive("1"));
    v.number({"conductivity", "of heat, of the blood"}, vessel.conductivity, positive("W/(m.K)"));
    if (v.describes_types() || !v.reads()) return;
    w.where = v.where();
    three(v, "start", w.start);
    three(v, "end", w.end);
    if (w.start.size() == 3 && w.start == w.end)
        v.complain("end", "a vessel that ends where it begins", "two places",
                   "a vessel across the block: start at one face, end at the opposite one");
}

void describe(input::Visitor& v, SkinSurroundings& s) {
    v.number({"air_temperature", "of the air and the walls"}, s.air_temperature, air_rule);
    v.number({"air_speed", "over the skin"}, s.air_speed, {"m/s", 0.0, 50.0});
    v.number({"humidity", "of the air, relative"}, s.humidity, input::fraction());
    v.number({"wetness", "share of the skin that is wet: 0.06 at rest, 1 drenched"}, s.wetness,
             input::fraction());
    v.number({"emissivity", "of the skin"}, s.emissivity, input::fraction());
    v.number({"skin_temperature", "about which radiation and evaporation are taken"},
             s.skin_temperature, {"Cel", -10.0, 100.0});
    v.number({"cooling_temperature", "of a cooling jet, gel or plate"}, s.cooling_temperature,
             {"Cel", -273.15, 120.0});
    v.number({"cooling_transfer", "to it; the air then does not reach the skin"},
             s.cooling_transfer, input::non_negative("W/(m2.K)"));
    if (v.describes_types() || !v.reads()) return;
    if ((s.cooling_temperature > 0.0) != (s.cooling_transfer > 0.0))
        v.complain(s.cooling_transfer > 0.0 ? "cooling_transfer" : "cooling_temperature",
                   "a cooling with only one of its temperature and its transfer", "both",
                   "cooling_transfer = \"1000 W/(m2.K)\" (a cold plate)");
    const SkinSurroundings usual;
    if (s.cooling_transfer > 0.0 &&
        (s.air_speed != usual.air_speed || s.air_temperature != usual.air_temperature ||
         s.humidity != usual.humidity || s.wetness != usual.wetness))
        v.complain(s.air_speed != usual.air_speed ? "air_speed" : "cooling_transfer",
                   "air, humidity or sweat beside a cooling, which keeps the air away",
                   "one of them", "leave out air_speed, air_temperature, humidity and wetness");
}

std::vector<HeatVessel> heat_vessels(const std::vector<HeatVesselInput>& vessels,
                                     const Grid& grid) {
    std::vector<HeatVessel> all;
    for (const auto& given : vessels) {
        HeatVessel vessel = given.vessel;
        if (given.start.size() != 3 || given.end.size() != 3) {
            throw InputError(
                Diagnostic{given.where, "a vessel without two places", "start and end", ""});
        }
        std::copy(given.start.begin(), given.start.end(), vessel.start.begin());
        std::copy(given.end.begin(), given.end.end(), vessel.end.begin());
        const auto contacts = vessel_contacts(grid, {vessel});
        if (std::all_of(contacts.conductance.begin(), contacts.conductance.end(),
                        [](double c) { return c == 0.0; })) {
            throw InputError(Diagnostic{given.where, "a vessel that passes no voxel",
                                        "an axis through the tissue that is heated",
                                        "start and end are in the coordinates of the grid"});
        }
        all.push_back(vessel);
    }
    return all;
}

}  // namespace caravel::tissue
