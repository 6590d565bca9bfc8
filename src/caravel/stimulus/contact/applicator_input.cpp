#include "caravel/base/error.hpp"
#include "caravel/stimulus/contact/applicator.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <string_view>

namespace caravel::stimulus {
namespace {

constexpr double coldest = 60.0;    // K
constexpr double hottest = 473.15;  // K

/// What a kind of probe does when the study leaves it open; sources in docs/models/probes.md.
struct ProbeKind {
    std::string_view name;
    double temperature = 0.0;  // K
    double transfer = 0.0;     // W/m2/K
    double lowest = coldest;   // K
    double highest = hottest;  // K
};

constexpr std::array<ProbeKind, 4> kinds{{
    {"liquid_nitrogen", 77.36, 5000.0, 63.15, 273.15},
    {"argon", 133.15, 3000.0, 83.81, 273.15},
    {"heated", 353.15, 10000.0, 310.15, hottest},
    {"cooled", 278.15, 1000.0, 233.15, 310.15},
}};

const ProbeKind* kind_of(const ProbeInput& probe) {
    for (const ProbeKind& kind : kinds) {
        if (kind.name == probe.kind) return &kind;
    }
    return nullptr;
}

class Mistakes {
  public:
    explicit Mistakes(const ProbeInput& probe) : probe_(probe) {}
    void add(std::string what, std::string expected, std::string hint = "") {
        found_.push_back(Diagnostic{probe_.where,
                                    fmt::format("probe \"{}\": {}", probe_.name, what),
                                    std::move(expected), std::move(hint)});
    }
    void raise() {
        if (!found_.empty()) throw InputError(std::move(found_));
    }

  private:
    const ProbeInput& probe_;
    std::vector<Diagnostic> found_;
};

bool are_finite(const std::vector<double>& values) {
    for (const double v : values) {
        if (!std::isfinite(v)) return false;
    }
    return values.size() == 3;
}

void check_shape(const ProbeInput& p, Mistakes& mistakes) {
    if (!are_finite(p.tip)) mistakes.add("a tip that is no place", "three lengths x, y, z");
    double square = 0.0;
    for (const double v : p.direction) square += v * v;
    if (!are_finite(p.direction) || !(square > 0.0)) {
        mistakes.add("a direction without length", "three numbers, not all 0",
                     "it points from the tip into the shaft");
    }
    if (!(p.radius > 0.0) || !std::isfinite(p.radius)) {
        mistakes.add(fmt::format("a radius of {:g} mm", 1e3 * p.radius),
                     "a radius above 0 (cryoprobes 0.7 to 4 mm)");
    } else if (!(p.active_length >= p.radius) || !std::isfinite(p.active_length)) {
        mistakes.add(fmt::format("an active length of {:g} mm", 1e3 * p.active_length),
                     fmt::format("at least the radius of the round tip, {:g} mm", 1e3 * p.radius),
                     "it counts from the point of the tip");
    }
}

void check_programme(const ProbeInput& p, Mistakes& mistakes) {
    if (!(p.at >= 0.0) || !std::isfinite(p.at)) {
        mistakes.add(fmt::format("a start at {:g} s", p.at), "0 s or later");
    }
    if (!(p.duration > 0.0) || !std::isfinite(p.duration)) {
        mistakes.add(fmt::format("a duration of {:g} s", p.duration), "more than 0 s");
    }
    if (!(p.pause >= 0.0) || !(p.time_constant >= 0.0) || !std::isfinite(p.pause) ||
        !std::isfinite(p.time_constant)) {
        mistakes.add("a pause or time constant below 0 s", "0 s or more");
    }
    if (p.cycles < 1) mistakes.add(fmt::format("{} cycles", p.cycles), "at least 1");
}

void check_temperature(double value, double lowest, double highest, std::string_view what,
                       Mistakes& mistakes) {
    if (value >= lowest && value <= highest) return;
    mistakes.add(fmt::format("a {} of {:g} K ({:g} Cel)", what, value, value - 273.15),
                 fmt::format("{:g} to {:g} K", lowest, highest),
                 "was a temperature in Cel taken for one in K?");
}

void check_heat(const ProbeInput& p, Mistakes& mistakes) {
    const ProbeKind* kind = kind_of(p);
    if (kind == nullptr && p.kind != "custom") {
        mistakes.add(fmt::format("unknown kind \"{}\"", p.kind),
                     "liquid_nitrogen, argon, heated, cooled or custom");
        return;
    }
    if (kind == nullptr && (!p.temperature || !p.transfer)) {
        mistakes.add("a custom probe needs its temperature and transfer",
                     "temperature = \"... Cel\" and transfer = \"... W/(m2.K)\"",
                     "the other kinds have both");
        return;
    }
    check_temperature(probe_temperature(p), kind != nullptr ? kind->lowest : coldest,
                      kind != nullptr ? kind->highest : hottest, "temperature", mistakes);
    if (p.thaw_temperature) {
        check_temperature(*p.thaw_temperature, 273.15, 373.15, "thaw temperature", mistakes);
    }
    if (!(probe_transfer(p) > 0.0) || !(probe_transfer(p) <= 1e6)) {
        mistakes.add(fmt::format("a transfer of {:g} W/(m2.K)", probe_transfer(p)),
                     "above 0 to 1e6 W/(m2.K)", "boiling nitrogen 200 (film) to 10000 (nucleate)");
    }
}

}  // namespace

double probe_temperature(const ProbeInput& probe) {
    const ProbeKind* kind = kind_of(probe);
    return probe.temperature.value_or(kind != nullptr ? kind->temperature : 0.0);
}

double probe_transfer(const ProbeInput& probe) {
    const ProbeKind* kind = kind_of(probe);
    return probe.transfer.value_or(kind != nullptr ? kind->transfer : 0.0);
}

void check_probe(const ProbeInput& probe) {
    Mistakes mistakes(probe);
    check_shape(probe, mistakes);
    check_programme(probe, mistakes);
    check_heat(probe, mistakes);
    mistakes.raise();
}

void describe(input::Visitor& v, ProbeStep& step) {
    v.number({"at", "since the probe's start", input::Presence::required}, step.at,
             input::non_negative("s"));
    v.number({"temperature", "of the probe", input::Presence::required}, step.temperature,
             {"Cel", -213.0, 200.0});
}

void describe(input::Visitor& v, ProbeInput& p) {
    p.where = v.where();
    v.text({"name", "by which a controller names it"}, p.name);
    v.number({"at", "start"}, p.at, input::non_negative("min"));
    v.number({"duration", "of each cycle", input::Presence::required}, p.duration,
             input::positive("min"));
    v.choice({"kind", "sets temperature and transfer where they are left open"}, p.kind,
             {"liquid_nitrogen", "argon", "heated", "cooled", "custom"});
    v.number({"temperature", "of the probe's fluid or body"}, p.temperature,
             {"Cel", -213.0, 200.0});
    v.number({"transfer", "of heat between that and the tissue, per area"}, p.transfer,
             input::positive("W/(m2.K)"));
    v.number({"time_constant", "in which it gets cold or warm; 0: at once"}, p.time_constant,
             input::non_negative("s"));
    v.integer({"cycles", "of freezing (or heating) and thawing"}, p.cycles, 1, 100);
    v.number({"pause", "between cycles"}, p.pause, input::non_negative("min"));
    v.number({"thaw_temperature", "of active thawing in the pauses; left open: none"},
             p.thaw_temperature, {"Cel", 0.0, 100.0});
    v.numbers({"tip", "point of the round tip"}, p.tip, input::any_number("mm"));
    v.numbers({"direction", "from the tip into the shaft"}, p.direction, input::any_number("1"));
    v.number({"active_length", "from the tip's point", input::Presence::required}, p.active_length,
             input::positive("mm"));
    v.number({"radius", "of shaft and tip", input::Presence::required}, p.radius,
             input::positive("mm"));
    v.text({"on", "part of the body it is put into"}, p.on);
    if (!v.reads()) return;
    try {
        check_probe(p);
    } catch (const InputError& error) {
        for (const Diagnostic& d : error.diagnostics()) {
            v.complain("", d.what, d.expected, d.hint);
        }
    }
}

}  // namespace caravel::stimulus
