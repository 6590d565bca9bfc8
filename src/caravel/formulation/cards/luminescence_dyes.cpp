#include "caravel/base/constants.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/formulation/cards/luminescence_parts.hpp"
#include "caravel/formulation/luminescence/confined_transfer.hpp"
#include "caravel/formulation/optical_material.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace caravel::formulation {
namespace {

using namespace luminescence;

constexpr double free_orientation = 2.0 / 3.0;  // dyes that turn within their lifetime
constexpr double shortest_pair = 1e-9;          // m, R0 below which a pair does not matter
constexpr double nanometre = 1e-9;
constexpr double least_yield = 1e-3;  // left by crowding, below which a dye is called dark

// What a dye keeps of its light.
struct Losses {
    double crowded = 1.0;    // left by self-quenching
    double acceptors = 0.0;  // efficiency towards other dyes
    double gold = 0.0;       // efficiency towards gold
    std::string acceptor;    // the most important one
    double forster = 0.0;    // m, towards it
    double gold_distance = 0.0;
    double gold_half = 0.0;
    std::string crowding_note;
};

double forster(const EmittingDye& donor, const EmittingDye& acceptor, double n) {
    const double overlap =
        dye_overlap_integral(donor.emission, acceptor.absorption, acceptor.molar_absorption);
    return forster_radius(free_orientation, donor.free.quantum_yield, n, overlap);
}

double pair_efficiency(const EmittingDye& donor, const EmittingDye& acceptor, double radius) {
    const bool together = std::abs(donor.radius - acceptor.radius) < nanometre;
    if (together && donor.ball_radius > 0.0 && donor.ball_radius == acceptor.ball_radius)
        return ball_transfer_efficiency(radius, donor.ball_radius, acceptor.count);
    if (together && !donor.is_on_sphere && !acceptor.is_on_sphere)
        return random_transfer_efficiency(radius, acceptor.concentration * avogadro);
    return sphere_transfer_efficiency(radius, donor.radius, acceptor.radius, acceptor.count);
}

// What crowding leaves of the light when dyes nearer than `action` quench each other.
double crowding_yield(const EmittingDye& dye, double action) {
    if (dye.is_on_sphere) return sphere_crowding_yield(action, dye.radius, dye.count);
    if (dye.ball_radius > 0.0) {
        // Pores hold fewer dyes per volume of the ball than of themselves.
        const double in_ball = dye.concentration * avogadro * 4.0 / 3.0 * std::numbers::pi *
                               std::pow(dye.ball_radius, 3);
        return ball_crowding_yield(action, dye.ball_radius,
                                   1.0 + std::max(dye.count - 1.0, 0.0) * in_ball / dye.count);
    }
    const double others = std::max(dye.count - 1.0, 0.0) / dye.count;
    return perrin_yield(others * dye.concentration, perrin_half_concentration(action));
}

void find_self_quenching(const EmittingDye& dye, double n, Losses& losses) {
    if (dye.concentration <= 0.0) return;
    const double action =
        dye.half_quenching ? perrin_radius(*dye.half_quenching) : forster(dye, dye, n);
    if (!dye.half_quenching && action < shortest_pair) return;
    const double yield = crowding_yield(dye, action);
    const std::string where = fmt::format(
        "{} dyes {}, sphere of action {} nm ({})", format_number(dye.count, 4),
        dye.is_on_sphere
            ? fmt::format("on a sphere of {} nm", format_number(dye.radius / nanometre, 3))
            : fmt::format("at {} mmol/L", format_number(dye.concentration, 3)),
        format_number(action / nanometre, 3),
        dye.half_quenching ? "half quenching at " + format_number(*dye.half_quenching, 3) +
                                 " mmol/L, from the table"
                           : "the dye's own Forster radius");
    if (yield < least_yield)
        throw NotAvailable(
            fmt::format("{}: {}, less than 0.1 % of its light is left: dark until "
                        "it is released or diluted",
                        dye.name, where));
    losses.crowded = yield;
    losses.crowding_note = where;
}

void find_acceptors(const std::vector<EmittingDye>& dyes, std::size_t i, double n, Losses& losses) {
    double kept = 1.0;
    double best = 0.0;
    for (std::size_t j = 0; j < dyes.size(); ++j) {
        if (j == i || dyes[j].count <= 0.0 || dyes[j].is_free_of_place) continue;
        if (dyes[j].absorption.centre < dyes[i].absorption.centre) continue;
        const double radius = forster(dyes[i], dyes[j], n);
        if (radius < shortest_pair) continue;
        const double efficiency = pair_efficiency(dyes[i], dyes[j], radius);
        kept *= 1.0 - efficiency;
        if (efficiency >= best) {
            best = efficiency;
            losses.acceptor = dyes[j].name;
            losses.forster = radius;
        }
    }
    losses.acceptors = 1.0 - kept;
}

// Distance (m) to the nearest gold layer; empty without gold.
std::optional<double> gold_distance(const CardContext& c, double radius) {
    std::optional<double> nearest;
    double inner = 0.0;
    for (const LayerProperties& layer : c.properties.layers) {
        const double outer = 0.5 * layer.outer_diameter;
        if (layer.material == "Au") {
            const double d = radius > outer ? radius - outer : std::max(inner - radius, 0.0);
            if (!nearest || d < *nearest) nearest = d;
        }
        inner = outer;
    }
    return nearest;
}

void find_gold(const CardContext& c, const EmittingDye& dye, Losses& losses) {
    if (dye.is_free_of_place) return;
    const auto distance = gold_distance(c, dye.radius);
    if (!distance) return;
    losses.gold_distance = *distance;
    losses.gold_half =
        surface_transfer_distance(gold_surface, dye.free.quantum_yield, dye.emission.centre);
    losses.gold = surface_transfer_efficiency(losses.gold_half, *distance);
}

void add_spectral(EmitterCard& card, const EmittingDye& dye) {
    card.add({"emission_peak", dye.emission.centre, "nm", "of " + dye.name, "table",
              "in the solvent of the source; no shift in the particle", dye.source, dye.status});
    card.add({"absorption_peak", dye.absorption.centre, "nm", "of " + dye.name, "table",
              "main band", dye.source, dye.status});
    if (dye.singlet_oxygen)
        card.add({"singlet_oxygen_yield", *dye.singlet_oxygen, "1",
                  "per photon absorbed by " + dye.name, "table",
                  "free in air-saturated solvent; quenching in the particle lowers it",
                  "recalled; Redmond and Gamlin 1999", CardStatus::assumed});
    card.add_band(dye.name, {dye.emission}, {1.0});
}

void add_losses(EmitterCard& card, const EmittingDye& dye, const Losses& losses) {
    if (!losses.crowding_note.empty())
        card.add({"self_quenching", 1.0 - losses.crowded, "1",
                  "part of " + dye.name + " that crowding keeps dark",
                  "Perrin's sphere of action on the sphere or in the ball", losses.crowding_note,
                  dye.source, CardStatus::assumed});
    if (!losses.acceptor.empty()) {
        card.add({"forster_radius", losses.forster, "nm",
                  fmt::format("{} to {}", dye.name, losses.acceptor),
                  "Forster, bands with one shoulder, kappa^2 = 2/3", "both dyes turn freely",
                  dye.source, dye.status});
        card.add({"fret_efficiency", losses.acceptors, "1",
                  "energy of " + dye.name + " that goes to other dyes",
                  "donor's decay among acceptors at random on spheres or in a ball (Forster 1949)",
                  "points without size, kappa^2 = 2/3", dye.source, dye.status});
    }
    if (losses.gold_half > 0.0)
        card.add({"metal_quenching", losses.gold, "1",
                  "energy of " + dye.name + " that goes into gold",
                  "surface energy transfer (Persson and Lang 1982)",
                  fmt::format("distance {} nm, half at {} nm; no enhancement by the plasmon",
                              format_number(losses.gold_distance / nanometre, 3),
                              format_number(losses.gold_half / nanometre, 3)),
                  "", dye.status});
}

Emission left(const EmittingDye& dye, const Losses& losses) {
    const Emission dynamic =
        with_dynamic_loss(with_dynamic_loss(dye.free, losses.acceptors), losses.gold);
    return with_static_loss(dynamic, 1.0 - losses.crowded);
}

void add_light(EmitterCard& card, const EmittingDye& dye, const Emission& emission) {
    card.add({"quantum_yield", emission.quantum_yield, "1", "of " + dye.name + " in the particle",
              "solution value times what quenching leaves",
              fmt::format("{} in solution", format_number(dye.free.quantum_yield, 3)), dye.source,
              dye.status});
    if (dye.free.lifetime > 0.0)
        card.add({"luminescence_lifetime", emission.lifetime, "ns", "of the dyes that still emit",
                  "shortened by transfer", "", dye.source, CardStatus::assumed});
    const double count = dye.is_free_of_place ? 1.0 : dye.count;
    if (count > 0.0)
        card.add({"brightness", count * dye.molar_absorption * emission.quantum_yield, "L/(mol.cm)",
                  dye.is_free_of_place ? "per molecule" : "per particle",
                  "count x molar absorption x quantum yield",
                  fmt::format("{} dyes, at the absorption peak", format_number(count, 4)),
                  dye.source, dye.status});
    else
        card.refuse("brightness", "the number of " + dye.name + " per particle is not given");
}

// Signal of a response at rest: the medium's acidity and temperature, no other trigger.
double at_rest(const CardContext& c, const Trigger& trigger) {
    const double x = trigger.signal == "pH"            ? c.formulation.medium.ph
                     : trigger.signal == "temperature" ? c.formulation.medium.temperature
                                                       : 0.0;
    return response_factor(trigger.response, x);
}

bool concerns(const Response& response, const EmittingDye& dye) {
    return response.effect == "signal" && (response.target.empty() || response.target == dye.name);
}

void add_responses(EmitterCard& card, const EmittingDye& dye) {
    for (const Response& response : card.context().formulation.responses) {
        if (!concerns(response, dye)) continue;
        const double off = response.trigger ? at_rest(card.context(), *response.trigger) : 0.0;
        if (!response.trigger || off <= 0.0) {
            card.refuse("activation_ratio", "the signal before the trigger is 0: give its `off`");
            continue;
        }
        card.add({"activation_ratio", 1.0 / off, "1",
                  "signal at full response over signal in the medium",
                  "response to " + response.trigger->signal,
                  fmt::format("factor {} at rest", format_number(off, 3)), "the formulation",
                  CardStatus::input});
    }
}

void add_release(EmitterCard& card, const EmittingDye& dye, const Emission& emission) {
    const double free_yield = dye.free.quantum_yield;
    if (emission.quantum_yield <= 0.0 || emission.quantum_yield > 0.95 * free_yield) return;
    card.add({"release_activation_ratio", activation_ratio(free_yield, emission.quantum_yield, 1.0),
              "1", "light of released over light of carried " + dye.name, "loss of all quenchers",
              "the same excitation", dye.source, dye.status});
}

}  // namespace

void add_dyes(EmitterCard& card, const std::vector<EmittingDye>& dyes) {
    for (std::size_t i = 0; i < dyes.size(); ++i) {
        const EmittingDye& dye = dyes[i];
        card.start(dye.name);
        add_spectral(card, dye);
        add_responses(card, dye);
        attempt(card.section(), card.prefixed("quantum_yield"), [&] {
            const double n = medium_refractive_index(card.context().formulation,
                                                     card.context().library)(dye.emission.centre)
                                 .real();
            Losses losses;
            find_self_quenching(dye, n, losses);
            find_acceptors(dyes, i, n, losses);
            find_gold(card.context(), dye, losses);
            add_losses(card, dye, losses);
            const Emission emission = left(dye, losses);
            add_light(card, dye, emission);
            add_release(card, dye, emission);
        });
    }
}

}  // namespace caravel::formulation
