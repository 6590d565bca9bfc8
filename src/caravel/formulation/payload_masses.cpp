#include "caravel/formulation/payload_masses.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/error.hpp"
#include "caravel/base/unit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string_view>
#include <utility>

namespace caravel::formulation {
namespace {

[[noreturn]] void reject(std::string what, std::string expected = "", std::string hint = "") {
    throw InputError(Diagnostic{{}, std::move(what), std::move(expected), std::move(hint)});
}

/// What a place inside a particle offers.
struct Room {
    double water = 0.0;     // m3
    double dry = 0.0;       // m3 of other matter
    double dry_mass = 0.0;  // kg
    double nominal = 0.0;   // m3 in which a concentration counts
    bool is_metal = false;  // solid metal throughout
    bool has_limit = true;  // false: outside
};

/// Density (kg/m3) of a packed payload: its own, else that of the material of its name. Only in a
/// gas does a gas take the volume of a gas; dissolved, it counts as a packed payload.
double packed_density(const std::string& agent, const Room& room, matter::Library& library) {
    constexpr double densest_gas = 100.0;  // kg/m3
    if (const auto own = library.find("agents", agent, "density")) return *own;
    const double density =
        library.find("materials", agent, "density").value_or(packed_drug_density);
    const bool is_gas_room = room.water <= 0.0 && room.dry_mass < densest_gas * room.dry;
    return density < densest_gas && !is_gas_room ? packed_drug_density : density;
}

void add_layer(const Formulation& f, const Properties& p, std::size_t i, Room& room) {
    const LayerProperties& l = p.layers[i];
    room.water += l.water_volume;
    room.dry += l.volume - l.water_volume;
    room.dry_mass += l.dry_mass;
    room.nominal += l.volume;
    room.is_metal = room.is_metal && l.pore_volume <= 0.0 && f.inclusions.empty();
}

bool is_metal(const LayerProperties& layer, matter::Library& library) {
    return library.find("metals", layer.material, "plasma_energy").has_value();
}

Room layers_room(const Formulation& f, const Properties& p, std::size_t from, std::size_t to,
                 matter::Library& library) {
    Room room;
    room.is_metal = from < to;
    for (std::size_t i = from; i < to; ++i) {
        room.is_metal = room.is_metal && is_metal(p.layers[i], library);
        add_layer(f, p, i, room);
    }
    return room;
}

Room pore_room(const Formulation& f, const Properties& p, matter::Library& library) {
    Room room;
    for (std::size_t i = 0; i < p.layers.size(); ++i) {
        const double volume = p.layers[i].pore_volume;
        if (volume <= 0.0) continue;
        room.nominal += volume;
        if (f.layers[i].filled_with == "water") {
            room.water += volume;
        } else {
            room.dry += volume;
            room.dry_mass +=
                volume *
                library.find("materials", f.layers[i].filled_with, "density").value_or(0.0);
        }
    }
    return room;
}

Room room_of(const Formulation& f, const std::string& place, const Properties& p,
             matter::Library& library) {
    Room room;
    const bool is_vesicle = std::holds_alternative<Vesicle>(f.shape.form);
    if (place == "surface") {
        room.has_limit = false;
        return room;
    }
    if (place == "pores") return pore_room(f, p, library);
    if (place == "core" && (is_vesicle || std::holds_alternative<Cage>(f.shape.form))) {
        room.water = room.nominal = p.void_water_volume;
        return room;
    }
    if (place == "core") return layers_room(f, p, 0, 1, library);
    if (place == "interior") {
        room = layers_room(f, p, 0, p.layers.size(), library);
        room.water += p.void_water_volume;
        room.nominal = p.volume;
        return room;
    }
    const bool wall_is_first = place == "bilayer" && is_vesicle;
    return layers_room(f, p, wall_is_first ? 0 : 1, p.layers.size(), library);
}

void set_amount(PayloadProperties& q, double amount) {
    q.amount = amount;
    q.molecules = amount * avogadro;
    q.mass = amount * q.molar_mass;
}

double amount_from_concentration(const Payload& payload, const Room& room) {
    if (!room.has_limit)
        reject(
            fmt::format("payload '{}' sits on the surface and has a concentration", payload.agent),
            "loading or count");
    if (room.nominal <= 0.0)
        reject(fmt::format("payload '{}' is in the {}, of which the particle has none",
                           payload.agent, payload.place),
               "a place with a volume");
    return *payload.concentration * room.nominal;
}

/// All payloads of one place.
struct Place {
    std::string name;
    Room room;
    std::vector<std::size_t> payloads;
};

std::vector<Place> places_of(const Formulation& f, const Properties& p, matter::Library& library) {
    std::vector<Place> places;
    for (std::size_t i = 0; i < f.payloads.size(); ++i) {
        const std::string& name = f.payloads[i].place;
        auto at = std::find_if(places.begin(), places.end(),
                               [&](const Place& place) { return place.name == name; });
        if (at == places.end())
            at = places.insert(places.end(), {name, room_of(f, name, p, library), {}});
        at->payloads.push_back(i);
    }
    return places;
}

/// Water (m3) and other matter (kg) that payloads have taken the place of.
struct Displaced {
    double water = 0.0;
    double dry_mass = 0.0;
};

/// Masses of payloads and what they displace, for a dry mass (kg) of the loaded particle.
class Filling {
  public:
    Filling(const Formulation& f, const Properties& p, matter::Library& library)
        : formulation_(f), payloads_(p.payloads), places_(places_of(f, p, library)) {
        densities_.resize(f.payloads.size());
        for (const Place& place : places_)
            for (const std::size_t i : place.payloads)
                densities_[i] = packed_density(f.payloads[i].agent, place.room, library);
    }

    const std::vector<Place>& places() const { return places_; }
    double density(std::size_t i) const { return densities_[i]; }

    double mass(std::size_t i, double dry) const {
        const auto& loading = formulation_.payloads[i].loading;
        return loading ? *loading * dry : payloads_[i].mass;
    }

    double volume(const Place& place, double dry) const {
        double sum = 0.0;
        for (const std::size_t i : place.payloads) sum += mass(i, dry) / densities_[i];
        return sum;
    }

    Displaced displaced(double dry) const {
        Displaced sum;
        for (const Place& place : places_) {
            const Room& room = place.room;
            if (!room.has_limit) continue;
            const double taken = volume(place, dry);
            const double water = std::min(taken, room.water);
            sum.water += water;
            if (taken > water && room.dry > 0.0)
                sum.dry_mass += (taken - water) * room.dry_mass / room.dry;
        }
        return sum;
    }

  private:
    const Formulation& formulation_;
    const std::vector<PayloadProperties>& payloads_;
    std::vector<Place> places_;
    std::vector<double> densities_;
};

double sum_of_loadings(const Formulation& f) {
    double sum = 0.0;
    for (const Payload& payload : f.payloads) sum += payload.loading.value_or(0.0);
    if (sum >= 1.0)
        reject(
            fmt::format("the loadings of the payloads add up to {} kg/kg", format_number(sum, 4)),
            "less than 1");
    return sum;
}

/// Payloads given by count or concentration; returns their mass (kg).
double add_counted_payloads(const Formulation& f, matter::Library& library, Properties& p) {
    double mass = 0.0;
    for (const Payload& payload : f.payloads) {
        PayloadProperties q;
        q.agent = payload.agent;
        q.place = payload.place;
        q.molar_mass = library.value("agents", payload.agent, "molar_mass");
        if (p.is_particle()) {
            if (payload.count) set_amount(q, *payload.count / avogadro);
            if (payload.concentration)
                set_amount(
                    q, amount_from_concentration(payload, room_of(f, payload.place, p, library)));
            if (!payload.count && !payload.concentration && !payload.loading)
                p.notes.push_back(fmt::format("amount of payload '{}' is not given", q.agent));
        }
        mass += q.mass;
        p.payloads.push_back(std::move(q));
    }
    return mass;
}

/// Dry mass (kg) of the loaded particle of which `carrier` (kg) is left when nothing is displaced:
/// the root of D = carrier - displaced(D) + counted + loadings D, which is monotone in D.
double loaded_dry_mass(const Filling& filling, double carrier, double counted, double loadings) {
    const double most = (carrier + counted) / (1.0 - loadings);
    if (filling.displaced(most).dry_mass <= 0.0) return most;
    double low = 0.0, high = most;
    constexpr int halvings = 200;
    for (int i = 0; i < halvings && low < high; ++i) {
        const double middle = 0.5 * (low + high);
        if (middle <= low || middle >= high) break;
        const double right =
            carrier - filling.displaced(middle).dry_mass + counted + loadings * middle;
        (right > middle ? low : high) = middle;
    }
    return high;
}

std::string names_of(const Formulation& f, const Place& place) {
    if (place.payloads.size() == 1)
        return fmt::format("payload '{}' needs", f.payloads[place.payloads.front()].agent);
    return "the payloads there need";
}

void require_solid_takes_none(const Formulation& f, const Place& place) {
    if (!place.room.is_metal) return;
    reject(fmt::format("payload '{}' sits inside solid metal (the {})",
                       f.payloads[place.payloads.front()].agent, place.name),
           "the surface, pores, or a layer of another material",
           "place = \"surface\", or give the metal a porosity and place = \"pores\"");
}

/// Adds the capacity of pores, and refuses what does not fit.
void require_room(const Formulation& f, const Filling& filling, double dry, Properties& p) {
    for (const Place& place : filling.places()) {
        const Room& room = place.room;
        if (!room.has_limit) continue;
        const double most = room.water + room.dry;
        if (place.name == "pores")
            for (const std::size_t i : place.payloads)
                p.payloads[i].capacity = most * filling.density(i);
        const double taken = filling.volume(place, dry);
        if (taken <= 0.0) continue;
        if (taken > most * (1.0 + 1e-9)) {
            const double density = filling.density(place.payloads.front());
            reject(
                fmt::format("{} {} times the volume of the {}", names_of(f, place),
                            most > 0.0 ? format_number(taken / most, taken < 1e3 * most ? 3 : 6)
                                       : "infinitely many",
                            place.name),
                fmt::format("at most {} fg per particle", format_number(most * density * 1e18, 4)),
                fmt::format("a lower loading, more {}, or another place",
                            place.name == "pores" ? "pores" : "room"));
        }
        require_solid_takes_none(f, place);
    }
}

/// Dry mass (kg) without coatings from the measured density of the whole particle.
double dry_mass_from_density(const Formulation& f, const Properties& p) {
    const double dry = *f.density * p.volume - p.water_mass;
    if (dry <= 0.0)
        reject(fmt::format("a density of {} g/mL leaves no mass beside the water of the particle",
                           format_number(from_si(*f.density, "g/mL"), 4)),
               "a larger density");
    return dry;
}

/// A payload that fills most of its place makes the carrier something else than was named.
void note_full_places(const Filling& filling, double dry, Properties& p) {
    constexpr double much = 0.5;
    for (const Place& place : filling.places()) {
        const double most = place.room.water + place.room.dry;
        const double taken = filling.volume(place, dry);
        if (place.room.has_limit && taken > much * most)
            p.notes.push_back(fmt::format("payload takes {} % of the volume of the {}",
                                          format_number(100.0 * taken / most, 3), place.name));
    }
}

/// Dry mass (kg) of the loaded particle; sets what of carrier and water is left.
double set_carrier(const Formulation& f, const Filling& filling, double coatings, double counted,
                   matter::Library& library, Properties& p) {
    const double loadings = sum_of_loadings(f);
    double dry = 0.0;
    if (f.density) {
        dry = dry_mass_from_density(f, p) + coatings;
        p.carrier_mass = (1.0 - loadings) * dry - counted;
        if (p.carrier_mass <= 0.0)
            reject("the measured density leaves no mass beside the payload", "a larger density");
    } else {
        double whole = coatings;
        for (const LayerProperties& layer : p.layers) whole += layer.dry_mass;
        if (loadings > 0.0 && whole <= 0.0)
            reject("a loading needs a carrier with dry mass", "count or concentration");
        dry = loaded_dry_mass(filling, whole, counted, loadings);
        const Displaced displaced = filling.displaced(dry);
        p.carrier_mass = std::max(0.0, whole - displaced.dry_mass);
        if (displaced.water > 0.0)
            p.water_mass =
                std::max(0.0, p.water_mass -
                                  displaced.water * library.value("materials", "water", "density"));
    }
    return dry;
}

}  // namespace

void add_masses(const Formulation& f, double coatings, matter::Library& library, Properties& p) {
    const double counted = add_counted_payloads(f, library, p);
    const Filling filling(f, p, library);
    const double dry = set_carrier(f, filling, coatings, counted, library, p);
    require_room(f, filling, dry, p);
    note_full_places(filling, dry, p);
    for (std::size_t i = 0; i < f.payloads.size(); ++i) {
        PayloadProperties& q = p.payloads[i];
        if (f.payloads[i].loading) set_amount(q, *f.payloads[i].loading * dry / q.molar_mass);
        p.payload_mass += q.mass;
    }
    p.particle_mass = p.carrier_mass + p.water_mass + p.payload_mass;
    p.density = (p.particle_mass - coatings) / p.volume;
    p.particle_molar_mass = p.particle_mass * avogadro;
}

void add_dissolved_payloads(const Formulation& f, matter::Library& library, Properties& p) {
    add_counted_payloads(f, library, p);
}

}  // namespace caravel::formulation
