#include "caravel/inference/delivery/organ_table.hpp"

#include <algorithm>
#include <utility>

namespace caravel::inference::delivery {

OrganSizes mouse_organ_sizes(matter::Library& library) {
    OrganSizes sizes;
    const auto add = [&](Place place, const char* organ) {
        sizes.volume_per_body_mass[place] =
            library.value("species", "mouse", "volume_fraction", organ);
    };
    sizes.volume_per_body_mass[Place::blood] =
        library.value("species", "mouse", "blood_volume_fraction");
    add(Place::liver, "liver");
    add(Place::spleen, "spleen");
    add(Place::kidney, "kidney");
    add(Place::lung, "lung");
    add(Place::heart, "heart");
    add(Place::muscle, "muscle");
    add(Place::bone, "bone");
    add(Place::skin, "skin");
    add(Place::brain, "brain");
    add(Place::intestine, "gut");
    return sizes;
}

std::size_t adopt_tumour_mass(DeliveryCase& c, const TumourSeries& series, double mass,
                              double density) {
    double per_unit = 0.0;  // fraction of the dose for a value of 1
    if (series.unit == "%ID/g") per_unit = 10.0 * mass;
    if (series.unit == "%ID/cm3" || series.unit == "%ID/mL") per_unit = 1e4 * mass / density;
    if (per_unit == 0.0) return 0;
    c.animal.tumour_mass = mass;
    std::size_t added = 0;
    for (std::size_t i = 0; i < series.times.size(); ++i) {
        const double time = series.times[i];
        const bool is_told = std::any_of(c.points.begin(), c.points.end(), [&](const Point& p) {
            return p.place == Place::tumour && p.time == time;
        });
        if (is_told) continue;
        c.points.push_back({Place::tumour, time, {series.values[i] * per_unit}});
        ++added;
    }
    std::stable_sort(c.points.begin(), c.points.end(), [](const Point& a, const Point& b) {
        return std::pair(a.place, a.time) < std::pair(b.place, b.time);
    });
    return added;
}

}  // namespace caravel::inference::delivery
