#include "caravel/tissue/cells/spheroid_setting.hpp"

#include "caravel/base/checks.hpp"

#include <cmath>

namespace caravel::tissue {

SpheroidSurroundings make_surroundings(const std::string& line, matter::Library& library) {
    const auto value = [&](std::string_view property) {
        if (const auto own = library.find("cells", line, property)) return *own;
        return library.value("cells", "generic", property);
    };
    SpheroidSurroundings s;
    s.oxygen = value("medium_oxygen");
    s.medium_radius = value("medium_radius");
    s.medium_diffusion = value("medium_oxygen_diffusion");
    s.tissue_diffusion = value("oxygen_diffusion");
    s.decay = library.find("cells", line, "medium_oxygen_decay").value_or(0.0);
    return s;
}

void check_surroundings(const SpheroidSurroundings& s, double radius) {
    require_positive(radius, "the radius of the spheroid", "m");
    require_positive(s.oxygen, "the medium's oxygen pressure", "Pa");
    require_positive(s.medium_diffusion, "the diffusion of oxygen in the medium", "m2/s");
    require_positive(s.tissue_diffusion, "the diffusion of oxygen in tissue", "m2/s");
    require_between(s.decay, 0.0, 1e6, "the decay of oxygen", "1/s");
    if (!(s.medium_radius > radius) || !std::isfinite(s.medium_radius))
        throw InputError(Diagnostic{{},
                                    "the medium ends inside the spheroid",
                                    "medium_radius above the radius of the spheroid",
                                    ""});
}

}  // namespace caravel::tissue
