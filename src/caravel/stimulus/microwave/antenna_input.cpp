#include "caravel/stimulus/microwave/antenna.hpp"

#include <fmt/format.h>

namespace caravel::stimulus {
namespace {

struct Band {
    double low, high;  // Hz
    const char* text;
};

Band band_of(const std::string& kind) {
    if (kind == "needle") return {100e3, 1e6, "100 kHz to 1 MHz (0.0001 GHz to 0.001 GHz)"};
    if (kind == "plane") return {1e6, 10e9, "1 MHz to 10 GHz (0.001 GHz to 10 GHz)"};
    return {100e6, 10e9, "100 MHz to 10 GHz (0.1 GHz to 10 GHz)"};
}

void check_frequency(input::Visitor& v, const MicrowaveInput& m) {
    const Band band = band_of(m.kind);
    constexpr double round_off = 1e-9;
    if (m.frequency >= band.low * (1.0 - round_off) && m.frequency <= band.high * (1.0 + round_off))
        return;
    v.complain("frequency",
               fmt::format("{:.4g} MHz is no frequency of kind '{}'", m.frequency * 1e-6, m.kind),
               band.text, m.kind == "needle" ? "the default, 2.45 GHz, is an antenna's" : "");
}

void check_sizes(input::Visitor& v, const MicrowaveInput& m) {
    if (m.kind == "plane") {
        if (m.spot_radius < 1e-3)
            v.complain("spot_radius", "a plane applicator needs the radius of its spot",
                       "1 mm or more");
        return;
    }
    if (!(m.length > 0.0))
        v.complain("length", fmt::format("kind '{}' needs an active length", m.kind),
                   "a length above 0");
    if (m.radius < 1e-4)
        v.complain("radius", fmt::format("kind '{}' needs the radius of the applicator", m.kind),
                   "0.1 mm or more");
    if (m.length > 0.0 && m.radius > 0.0 && m.length < 4.0 * m.radius)
        v.complain("length",
                   fmt::format("{:.3g} mm is less than twice the width of {:.3g} mm",
                               m.length * 1e3, 2e3 * m.radius),
                   "a length of at least 4 radii", "the pattern is that of a slender applicator");
}

}  // namespace

void describe(input::Visitor& v, MicrowaveInput& m) {
    m.where = v.where();
    v.text({"name", "by which a controller names it"}, m.name);
    v.number({"at", "start"}, m.at, input::non_negative("min"));
    v.number({"duration", "how long it acts", input::Presence::required}, m.duration,
             input::positive("min"));
    v.choice({"kind", "interstitial antenna, plane applicator on a face, RF needle"}, m.kind,
             {"antenna", "plane", "needle"});
    v.number({"frequency", "antenna 0.1 GHz to 10 GHz, needle 0.0001 GHz to 0.001 GHz"},
             m.frequency, {"GHz", 1e-4 * (1.0 - 1e-9), 10.0});
    v.number({"power", "given off by the applicator", input::Presence::required}, m.power,
             {"W", 0.0, 1000.0, true});
    v.number({"efficiency", "share of the power that reaches tissue"}, m.efficiency,
             {"1", 0.0, 1.0, true});
    v.number({"length", "active length of an antenna or needle"}, m.length, {"mm", 0.0, 200.0});
    v.number({"radius", "of the antenna or needle"}, m.radius, {"mm", 0.0, 20.0});
    v.numbers({"position", "middle of the active length; of a plane applicator: of its spot"},
              m.position, input::any_number("mm"));
    if (v.reads() && !v.has("position")) m.position.clear();  // the middle of the tissue
    v.numbers({"direction", "along the antenna; of a plane applicator: into the tissue"},
              m.direction, input::any_number("1"));
    v.number({"spot_radius", "of a plane applicator"}, m.spot_radius, {"mm", 0.0, 500.0});
    v.text({"on", "tumour it acts on"}, m.on);
    if (!v.reads()) return;
    check_axis(v, m.position, m.direction);
    check_frequency(v, m);
    check_sizes(v, m);
}

}  // namespace caravel::stimulus
