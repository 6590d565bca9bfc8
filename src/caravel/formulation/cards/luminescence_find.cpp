#include "caravel/base/constants.hpp"
#include "caravel/base/suggest.hpp"
#include "caravel/formulation/cards/luminescence_parts.hpp"
#include "caravel/formulation/cards/surface_parts.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <numbers>

namespace caravel::formulation {
namespace {

constexpr double surface_depth = 1e-9;         // m, within which dyes on a surface lie
constexpr double mean_depth_of_sphere = 0.75;  // mean distance from the centre over the radius

struct Place {
    double volume = 0.0;       // m3
    double radius = 0.0;       // m, mean distance from the centre
    double ball_radius = 0.0;  // m, when it is a ball
    bool is_sphere = false;
};

Place ball(double volume, double radius) {
    return {volume, mean_depth_of_sphere * radius, radius, false};
}

// Of the coatings in water: as given, from the measured size, or of the grafted chains.
double coating_thickness(const CardContext& context) {
    const Properties& p = context.properties;
    double sum = 0.0;
    for (const CoatingProperties& coating : p.coatings) sum += coating.thickness;
    if (sum > 0.0 || p.coatings.empty()) return sum;
    if (context.formulation.hydrodynamic_diameter)
        return std::max(0.0, 0.5 * (p.hydrodynamic_diameter - p.outer_diameter));
    try {
        const surface::Surface grafted = surface::make_surface(context);
        return grafted.coat_thickness() + grafted.solid_radius() - grafted.radius;
    } catch (const InputError&) {
        return 0.0;  // the surface part of the card says why
    } catch (const NotAvailable&) {
        return 0.0;
    }
}

// Where molecules of a place lie. Pores are spread over the whole particle or its outer layer.
Place find_place(const CardContext& context, const std::string& place) {
    const Properties& p = context.properties;
    const double outer = 0.5 * p.outer_diameter;
    if (place == "surface" || place == "label") {
        const double radius = outer + (place == "label" ? coating_thickness(context) : 0.0);
        return {p.surface_area * std::pow(radius / outer, 2) * surface_depth, radius, 0.0, true};
    }
    const LayerProperties& last = p.layers.back();
    const double inner =
        p.layers.size() > 1 ? 0.5 * p.layers[p.layers.size() - 2].outer_diameter : 0.0;
    const auto in_last = [&](double volume) {
        return inner > 0.0 ? Place{volume, 0.5 * (inner + outer), 0.0, false} : ball(volume, outer);
    };
    if (place == "core" && p.layers.size() > 1)
        return ball(p.layers.front().volume, 0.5 * p.layers.front().outer_diameter);
    if (place == "pores" && p.pore_volume > 0.0) return in_last(p.pore_volume);
    if (place == "layer" || place == "bilayer") return in_last(last.volume);
    return ball(p.volume, outer);
}

std::string as_row(const std::string& name) {
    std::string row;
    for (const char c : name)
        row += c == '.' || c == ' ' || c == '-'
                   ? '_'
                   : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return row;
}

std::string find_row(const matter::FactTable& table, const std::string& name) {
    for (const std::string& candidate : {name, as_row(name)})
        if (table.has(candidate)) return candidate;
    return "";
}

EmittingDye read_dye(const CardContext& context, const std::string& row) {
    matter::Library& library = context.library;
    const auto value = [&](const char* property) {
        return library.value("emitters", row, property);
    };
    EmittingDye dye;
    dye.name = row;
    dye.absorption = {value("absorption_peak"), value("absorption_width")};
    dye.emission = {value("emission_peak"), value("emission_width")};
    dye.molar_absorption = value("molar_absorption");
    dye.free.quantum_yield = value("quantum_yield");
    dye.free.lifetime = library.find("emitters", row, "lifetime").value_or(0.0);
    dye.half_quenching = library.find("emitters", row, "half_quenching_concentration");
    dye.singlet_oxygen = library.find("emitters", row, "singlet_oxygen_yield");
    const matter::Fact* yield = library.find_fact("emitters", row, "quantum_yield");
    dye.source = yield->source;
    dye.status =
        yield->status == matter::Status::assumed ? CardStatus::assumed : CardStatus::computed;
    return dye;
}

void put(const CardContext& context, const std::string& place, double molecules, EmittingDye& dye) {
    dye.count = molecules;
    dye.is_free_of_place = !context.properties.is_particle();
    if (dye.is_free_of_place) return;
    const Place where = find_place(context, place);
    dye.radius = where.radius;
    dye.ball_radius = where.ball_radius;
    dye.is_on_sphere = where.is_sphere;
    if (where.volume > 0.0) dye.concentration = molecules / (avogadro * where.volume);
}

InputError unknown_dye(const matter::FactTable& table, const std::string& name) {
    const std::vector<std::string> names = table.names();
    const std::vector<std::string_view> views(names.begin(), names.end());
    return InputError(Diagnostic{{},
                                 "the dye '" + name + "' is not in data/emitters.csv",
                                 "a dye of the table",
                                 did_you_mean(as_row(name), views)});
}

}  // namespace

std::vector<EmittingDye> find_dyes(const CardContext& context, CardSection& section) {
    std::vector<EmittingDye> dyes;
    const matter::FactTable& table = context.library.table("emitters");
    for (const Label& label : context.formulation.labels) {
        if (label.kind != "dye") continue;
        attempt(section, as_row(label.name) + "_emission_peak", [&] {
            const std::string row = find_row(table, label.name);
            if (row.empty()) throw unknown_dye(table, label.name);
            EmittingDye dye = read_dye(context, row);
            put(context, label.place == "surface" ? "label" : label.place,
                label.count.value_or(0.0), dye);
            dyes.push_back(std::move(dye));
        });
    }
    for (std::size_t i = 0; i < context.formulation.payloads.size(); ++i) {
        const Payload& payload = context.formulation.payloads[i];
        const std::string row = find_row(table, payload.agent);
        if (row.empty()) continue;  // most payloads are drugs
        EmittingDye dye = read_dye(context, row);
        const auto& all = context.properties.payloads;
        put(context, payload.place, i < all.size() ? all[i].molecules : 0.0, dye);
        dyes.push_back(std::move(dye));
    }
    return dyes;
}

}  // namespace caravel::formulation
