// A described struct with every kind of key, shared by the input tests and the fuzz target.
#pragma once

#include "caravel/input/reader.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace sample {

using caravel::AnyQuantity;
using caravel::input::any_number;
using caravel::input::fraction;
using caravel::input::non_negative;
using caravel::input::NumberRule;
using caravel::input::positive;
using caravel::input::Presence;
using caravel::input::Visitor;

struct FirstOrder {
    static constexpr std::string_view tag = "first_order";
    static constexpr std::string_view doc = "constant rate";
    double half_life = 3600.0;
};
inline void describe(Visitor& v, FirstOrder& x) {
    v.number({"half_life", "half-life", Presence::required}, x.half_life, positive("h"));
}

struct PowerLaw {
    static constexpr std::string_view tag = "power";
    static constexpr std::string_view doc = "power of time";
    double exponent = 0.5;
    double end = 7200.0;
};
inline void describe(Visitor& v, PowerLaw& x) {
    v.number({"exponent", "exponent of time"}, x.exponent, NumberRule{"1", 0.0, 2.0, true, true});
    v.number({"end", "time of the end"}, x.end, positive("h"));
}

struct Release {
    std::variant<FirstOrder, PowerLaw> law;
    double fraction = 1.0;
};
inline void describe(Visitor& v, Release& x) {
    v.alternatives({"law", "release law", Presence::required}, x.law);
    v.number({"fraction", "part that is released"}, x.fraction, fraction());
}

struct Layer {
    std::string material;
    double radius = 0.0;
};
inline void describe(Visitor& v, Layer& x) {
    v.text({"material", "what it is made of", Presence::required}, x.material);
    v.number({"radius", "outer radius", Presence::required}, x.radius, positive("nm"));
}

struct Subject {
    std::string species = "mouse";
    double body_weight = 0.02;
    std::optional<double> temperature;
};
inline void describe(Visitor& v, Subject& x) {
    v.choice({"species", "species"}, x.species, {"mouse", "rat", "human"});
    v.number({"body_weight", "weight"}, x.body_weight, NumberRule{"g", 1.0, 200000.0});
    v.number({"temperature", "body temperature"}, x.temperature, any_number("Cel"));
}

struct Study {
    std::string name = "unnamed";
    double loading = 0.125;
    std::optional<double> thickness;
    AnyQuantity dose{6e-6, caravel::dimension::none};
    std::int64_t count = 3;
    bool verbose = false;
    std::vector<std::string> notes;
    std::vector<double> times;
    double limit = caravel::input::infinity;
    Subject subject;
    std::optional<Subject> donor;
    std::vector<Layer> layer;
    std::vector<Release> release;
};
inline void describe(Visitor& v, Study& x) {
    v.text({"name", "name of the study"}, x.name);
    v.number({"loading", "payload per carrier"}, x.loading, fraction());
    v.number({"thickness", "shell"}, x.thickness, NumberRule{"nm", 0.0, 1000.0});
    v.any_of({"dose", "dose"}, x.dose, {positive("mg/kg"), positive("mg"), non_negative("mmol")});
    v.integer({"count", "how many"}, x.count, 1, 1000);
    v.flag({"verbose", "say more"}, x.verbose);
    v.texts({"notes", "remarks"}, x.notes);
    v.numbers({"times", "sampling times"}, x.times, non_negative("h"));
    v.number({"limit", "longest time"}, x.limit, positive("s"));
    v.record({"subject", "who"}, x.subject);
    v.record({"donor", "second subject"}, x.donor);
    v.records({"layer", "from the centre outwards"}, x.layer);
    v.records({"release", "laws add"}, x.release);
    if (v.has("count") && v.has("layer") && x.count < static_cast<std::int64_t>(x.layer.size()))
        v.complain("count", "count is less than the number of layers", "a larger count", "try 5");
}

}  // namespace sample
