#include "caravel/base/constants.hpp"
#include "caravel/stimulus/magnetic/coil.hpp"

#include <fmt/format.h>

#include <cmath>

namespace caravel::stimulus {
namespace {

constexpr double lowest_frequency = 10e3;    // Hz, of an alternating field
constexpr double strongest_remanence = 1.5;  // T; NdFeB reaches 1.45 T

void check_sizes(input::Visitor& v, const CoilInput& c) {
    if (c.kind != "uniform" && !(c.radius > 0.0))
        v.complain("radius", fmt::format("a {} needs a radius", c.kind), "a length above 0",
                   "without one the field is 'uniform'");
    if ((c.kind == "solenoid" || c.kind == "magnet") && !(c.length > 0.0))
        v.complain("length", fmt::format("a {} needs a length", c.kind), "a length above 0");
}

void check_frequency(input::Visitor& v, const CoilInput& c) {
    if (c.kind == "magnet" && c.frequency > 0.0)
        v.complain("frequency", "a permanent magnet does not alternate", "no frequency, or 0 Hz",
                   "an alternating field comes from a loop, solenoid or helmholtz coil");
    else if (c.frequency > 0.0 && c.frequency < lowest_frequency)
        v.complain("frequency",
                   fmt::format("{} Hz is neither static nor of magnetic hyperthermia", c.frequency),
                   "0 Hz, or 10 kHz to 1 MHz");
}

void check_remanence(input::Visitor& v, const CoilInput& c) {
    if (c.kind != "magnet" || !(c.radius > 0.0) || !(c.length > 0.0)) return;
    const double remanence =
        2.0 * vacuum_permeability * c.field * std::hypot(c.length, c.radius) / c.length;
    if (remanence > strongest_remanence)
        v.complain(
            "field",
            fmt::format("{:.4g} kA/m at the pole needs a remanence of {:.3g} T in a magnet {:.3g} "
                        "mm long and {:.3g} mm wide",
                        c.field * 1e-3, remanence, c.length * 1e3, 2e3 * c.radius),
            "at most 1.5 T", "permanent magnets reach 1.45 T; make it longer or the field weaker");
}

}  // namespace

void describe(input::Visitor& v, CoilInput& c) {
    c.where = v.where();
    v.text({"name", "by which a controller names it"}, c.name);
    v.number({"at", "start"}, c.at, input::non_negative("min"));
    v.number({"duration", "how long it acts", input::Presence::required}, c.duration,
             input::positive("min"));
    v.choice({"kind", "shape of the field; a magnet is a static cylinder"}, c.kind,
             {"uniform", "loop", "solenoid", "helmholtz", "magnet"});
    v.number({"field", "amplitude in the middle of the coil, on the pole of a magnet",
              input::Presence::required},
             c.field, {"kA/m", 0.0, 1000.0, true});
    v.number({"frequency", "0: static; else 10 kHz to 1 MHz"}, c.frequency, {"kHz", 0.0, 1000.0});
    v.number({"radius", "of the turns or the magnet"}, c.radius, {"mm", 0.0, 1000.0});
    v.number({"length", "of a solenoid or magnet"}, c.length, {"mm", 0.0, 2000.0});
    v.numbers({"position", "middle of the coil or magnet (no matter for a uniform field)"},
              c.position, input::any_number("mm"));
    if (v.reads() && !v.has("position")) c.position.clear();  // the middle of the tissue
    v.numbers({"direction", "of the axis, any length"}, c.direction, input::any_number("1"));
    v.number({"body_radius", "of the body around the axis, for eddy currents; 0: the domain's"},
             c.body_radius, {"mm", 0.0, 500.0});
    v.text({"on", "tumour it acts on"}, c.on);
    if (!v.reads()) return;
    check_axis(v, c.position, c.direction);
    check_sizes(v, c);
    check_frequency(v, c);
    check_remanence(v, c);
}

}  // namespace caravel::stimulus
