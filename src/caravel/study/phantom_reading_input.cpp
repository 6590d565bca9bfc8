#include "caravel/study/phantom_reading_input.hpp"

namespace caravel::study {

void describe(input::Visitor& v, PhantomDetector& d) {
    using input::Presence;
    v.text({"name", "in results", Presence::required}, d.name);
    v.numbers({"position", "middle, on the surface of the body", Presence::required}, d.position,
              input::any_number("mm"));
    v.number({"radius", "of the disk that sees", Presence::required}, d.radius,
             input::positive("mm"));
    v.flag({"sensitivity", "how its light changes with the absorption of every voxel (field)"},
           d.sensitivity);
    if (v.describes_types() || !v.reads()) return;
    d.where = v.where();
    if (d.position.size() != 3) v.complain("position", "a place has three coordinates");
}

void describe(input::Visitor& v, PhantomGates& g) {
    v.integer({"count", "even pieces of the longest time"}, g.count, 1, 10'000);
    v.number({"longest", "time of flight; later light counts as gated", input::Presence::required},
             g.longest, input::positive("ns"));
    v.flag({"fields", "fluence of every gate as a field"}, g.fields);
    if (v.reads()) g.where = v.where();
}

void describe(input::Visitor& v, PhantomSweep& s) {
    v.text({"of", "tissue or load whose absorption changes", input::Presence::required}, s.of);
    v.numbers({"absorption_coefficient", "values of a tissue"}, s.absorption_coefficient,
              input::non_negative("1/mm"));
    v.numbers({"factors", "multiples of the concentration of a load"}, s.factors,
              input::non_negative("1"));
    if (v.describes_types() || !v.reads()) return;
    s.where = v.where();
    if (s.absorption_coefficient.empty() == s.factors.empty())
        v.complain("of", "a sweep needs one list of values",
                   "absorption_coefficient = [...] of a tissue, or factors = [...] of a load");
}

}  // namespace caravel::study
