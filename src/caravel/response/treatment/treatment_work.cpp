#include "caravel/response/treatment/treatment_work.hpp"

#include "caravel/base/error.hpp"
#include "caravel/exec/reduce.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace caravel::response {
namespace {

/// Change of temperature (K/s) below which tissue without any source counts as settled.
constexpr double settled_rate = 1e-6;
/// K; far above boiling nothing of the model holds.
constexpr double ablated = 1000.0;
/// Steps after the last event grow with the time since then.
constexpr double step_growth = 0.1;
/// Oxygen of tissue is back to its own balance after this long without light (s).
constexpr double photochemical_memory = 600.0;

/// Of all voxels (K), and the largest change over a step.
struct TemperatureRange {
    double hottest = 0.0;
    double coldest = 0.0;
    double fastest = 0.0;

    static TemperatureRange both(const TemperatureRange& a, const TemperatureRange& b) {
        return {std::max(a.hottest, b.hottest), std::min(a.coldest, b.coldest),
                std::max(a.fastest, b.fastest)};
    }
};

/// Rows of freezing are kept where something can freeze.
DamageInput damage_of(const TreatmentPlan& plan, bool freezes) {
    auto damage = plan.damage;
    damage.ice = damage.ice && freezes;
    return damage;
}

}  // namespace

Treatment::Work::Work(const TreatmentPlan& p, matter::Library& library, int threads)
    : plan(p),
      longest_step(p.longest_step > 0.0 ? p.longest_step : automatic_step(p)),
      team(threads),
      light(p, library),
      sources(p, library),
      heat(p),
      damage(damage_of(p, heat.freezes()), library),
      layout(p.label.size(), heat.freezes(), damage.rows().size(), photodynamic_rows(library),
             light_count(p), p.controls.size(), p.emissions.size()) {
    for (const auto* list : {&light.notes(), &sources.notes()})
        notes.insert(notes.end(), list->begin(), list->end());
    for (auto* row : {&rows.source, &rows.perfusion, &rows.conductance, &rows.contact, &rows.before,
                      &rows.coagulated, &rows.fluence_rate, &rows.ice_sites, &rows.other})
        row->resize(p.label.size());
    for (const auto& agent : p.agents) nucleates = nucleates || agent.ice_nucleation > 0.0;
    weigh_lights(library);
    note_turns();
    check_controls();
    events = find_events();
    absorption.resize(light_count(p));
}

std::size_t Treatment::Work::photodynamic_rows(matter::Library& library) {
    if (!plan.photodynamic) return 0;
    photodynamics.emplace(*plan.photodynamic, library);
    return photodynamics->rows().size();
}

void Treatment::Work::follow_load(std::span<double> state, const TreatmentLoad& load) {
    const double mark = heat.follow_load(load);
    double& held = layout.load_mark(state);
    if (mark != held && heat.freezes())
        heat.set_enthalpy(layout.temperature(std::span<const double>(state)),
                          layout.enthalpy(state));
    held = mark;
    for (auto& row : absorption) row.clear();
    if (!nucleates) return;
    for (std::size_t i = 0; i < rows.ice_sites.size(); ++i) {
        rows.ice_sites[i] = 0.0;
        for (std::size_t a = 0; a < plan.agents.size() && a < load.agents.size(); ++a)
            if (!load.agents[a].empty())
                rows.ice_sites[i] +=
                    plan.agents[a].ice_nucleation * load.agents[a][static_cast<index_t>(i)];
    }
}

void Treatment::Work::check_controls() const {
    for (const auto& c : plan.controls) {
        const auto steers = [&](const auto& list) {
            return std::any_of(list.begin(), list.end(),
                               [&](const auto& item) { return item.name == c.of; });
        };
        if (steers(plan.lights) || steers(plan.coils) || steers(plan.microwaves) ||
            steers(plan.probes))
            continue;
        throw InputError(Diagnostic{c.where,
                                    fmt::format("a control of '{}', which is not there", c.of),
                                    "the name of a light, coil, microwave or probe", ""});
    }
}

std::vector<double> Treatment::Work::find_events() const {
    auto times = sources.events();
    for (const auto& l : plan.lights)
        for (const double t : stimulus::light_switches(l)) times.push_back(t);
    std::sort(times.begin(), times.end());
    times.erase(std::unique(times.begin(), times.end()), times.end());
    return times;
}

bool Treatment::Work::acts(double start, double end) const {
    for (const auto& l : plan.lights)
        if (stimulus::light_duty(l, start, end) > 0.0) return true;
    return sources.acts(start, end);
}

double Treatment::Work::share_of(std::span<const double> state, const std::string& name) const {
    double share = 1.0;
    for (std::size_t c = 0; c < plan.controls.size(); ++c)
        if (plan.controls[c].of == name) share = std::min(share, layout.control(state, c).power);
    return share;
}

/// End of the step that begins at t: at the next event, no longer than the plan says while
/// something acts; afterwards steps grow as what is left decays.
double Treatment::Work::step_end(std::span<const double> state, double t, double end) const {
    double last = 0.0;  // the study begins
    double next = end;
    for (const double e : events) {
        if (e <= t) last = std::max(last, e);
        if (e > t) next = std::min(next, e);
    }
    for (std::size_t c = 0; c < plan.controls.size() && acts(t, next); ++c)
        if (const double reading = layout.control(state, c).next; reading > t)
            next = std::min(next, reading);
    double dt = longest_step;
    if (!acts(t, next)) dt = std::max(dt, step_growth * (t - last));
    // No sliver at the end.
    const double left = next - t;
    return left <= 1.5 * dt ? (left <= dt * (1.0 + 1e-9) ? next : t + 0.5 * left) : t + dt;
}

/// The thermometer's temperature (K).
double Treatment::Work::reading(std::span<const double> state,
                                const stimulus::ControlInput& control) const {
    const auto temperature = layout.temperature(state);
    const auto& grid = plan.domain.grid;
    const auto is_air = [&](std::size_t v) { return plan.tissues[plan.label[v]].optics.exterior; };
    if (control.thermometer == "hottest") {
        double hottest = 0.0;
        for (std::size_t v = 0; v < temperature.size(); ++v)
            if (!is_air(v)) hottest = std::max(hottest, temperature[v]);
        return hottest;
    }
    std::array<index_t, 3> cell{};
    const index_t counts[] = {grid.nx, grid.ny, grid.nz};
    for (std::size_t d = 0; d < 3; ++d) {
        const double place = (control.position[d] - grid.origin[d]) / grid.spacing[d];
        if (!(place >= 0.0 && place < static_cast<double>(counts[d])))
            throw InputError(Diagnostic{control.where,
                                        fmt::format("the thermometer of '{}' is outside of the "
                                                    "domain",
                                                    control.of),
                                        "a position within it", ""});
        cell[d] = static_cast<index_t>(place);
    }
    if (control.thermometer != "mr")
        return temperature[static_cast<std::size_t>(grid.index(cell[0], cell[1], cell[2]))];
    // A voxel of MR thermometry is a few millimetres wide: the mean of the 27 cells about it.
    double sum = 0.0;
    double count = 0.0;
    for (index_t k = -1; k <= 1; ++k)
        for (index_t j = -1; j <= 1; ++j)
            for (index_t i = -1; i <= 1; ++i) {
                if (!grid.contains(cell[0] + i, cell[1] + j, cell[2] + k)) continue;
                const auto v =
                    static_cast<std::size_t>(grid.index(cell[0] + i, cell[1] + j, cell[2] + k));
                if (is_air(v)) continue;
                sum += temperature[v];
                count += 1.0;
            }
    return count > 0.0 ? sum / count : plan.body_temperature;
}

void Treatment::Work::steer(std::span<double> state, double start) {
    for (std::size_t c = 0; c < plan.controls.size(); ++c) {
        auto memory = layout.control(std::span<const double>(state), c);
        if (start < memory.next) continue;
        const auto& control = plan.controls[c];
        const double seen = stimulus::noisy_reading(control, reading(state, control), plan.seed,
                                                    static_cast<std::uint32_t>(c), memory);
        stimulus::control(control, seen, start, memory);
        layout.set_control(state, c, memory);
    }
}

tissue::HeatDrive Treatment::Work::drive(double start, double end, const PowerShare& share) {
    tissue::HeatDrive drive;
    drive.arterial_temperature = plan.body_temperature;
    if (sources.contacts(rows.conductance, rows.contact, share, start, end)) {
        drive.contact_conductance = view_of(std::as_const(rows.conductance));
        drive.contact_temperature = view_of(std::as_const(rows.contact));
    }
    return drive;
}

tissue::HeatDrive Treatment::Work::rest_drive(const TreatmentLoad& load) {
    // Before the protocol begins nothing else touches the tissue.
    auto rest = drive(-2.0, -1.0, [](const std::string&) { return 0.0; });
    rest.perfusion_factor = load.perfusion_factor;
    return rest;
}

/// What tissue remembers fades while nothing acts.
void Treatment::Work::wait(std::span<double> state, double dt) {
    if (!plan.heat) return;
    const auto temperature = layout.temperature(std::span<const double>(state));
    const View<const double> rest(temperature.data(), static_cast<index_t>(temperature.size()));
    damage.advance(team, layout.damage(state), rest, rest, dt);
}

void Treatment::Work::warm(std::span<double> state, double start, double end,
                           TreatmentBooks& books) {
    const double dt = end - start;
    const auto temperature = layout.temperature(state);
    std::copy(temperature.begin(), temperature.end(), rows.before.begin());
    const auto share = [&](const std::string& name) { return share_of(state, name); };
    auto drive = this->drive(start, end, share);
    drive.source = view_of(std::as_const(rows.source));
    drive.perfusion_factor = view_of(std::as_const(rows.perfusion));
    const auto enthalpy = heat.freezes() ? layout.enthalpy(state) : std::span<double>{};
    const auto step = heat.step(team, temperature, enthalpy, drive, dt);
    const double copies = plan.domain.copies;
    books.heat.source += copies * step.source;
    books.heat.metabolic += copies * step.metabolic;
    books.heat.perfusion += copies * step.perfusion;
    books.heat.contact += copies * step.contact;
    books.heat.faces += copies * step.faces;
    books.heat.stored += copies * step.stored;
    damage.advance(team, layout.damage(state), view_of(std::as_const(rows.before)),
                   view_of(temperature), dt,
                   nucleates ? view_of(std::as_const(rows.ice_sites)) : View<const double>{});
}

/// After a pause the oxygen is what vessels and cells make of it, and so is what they strive for.
void Treatment::Work::take_oxygen(std::span<double> photodynamic, View<const double> oxygen) const {
    if (oxygen.empty()) return;
    const auto& names = photodynamics->rows();
    for (std::size_t r = 0; r < names.size(); ++r)
        if (names[r] == "oxygen" || names[r] == "oxygen_at_start")
            std::copy(oxygen.begin(), oxygen.end(),
                      photodynamic.begin() + static_cast<std::ptrdiff_t>(r * layout.voxels()));
}

/// Whether oxygen still recovers from the last light.
bool Treatment::Work::remembers_light(std::span<const double> state, double time) const {
    return photodynamics && time - layout.last_light(state) < photochemical_memory;
}

void Treatment::Work::react(std::span<double> state, const TreatmentLoad& load, double start,
                            double end) {
    if (!photodynamics) return;
    double& last = layout.last_light(state);
    if (!lit && !remembers_light(state, start)) return;
    const auto own = layout.photodynamic(state);
    if (lit && !remembers_light(state, start)) take_oxygen(own, load.photodynamic.oxygen);
    photodynamics->advance(team, own, load.photodynamic, view_of(std::as_const(rows.fluence_rate)),
                           view_of(std::as_const(rows.perfusion)), end - start);
    if (lit) last = end;
}

void Treatment::Work::look_at_temperature(std::span<double> state, double dt, bool acting,
                                          TreatmentBooks& books) {
    const auto temperature = layout.temperature(std::span<const double>(state));
    const TemperatureRange range = exec::transform_reduce(
        team, static_cast<index_t>(temperature.size()),
        TemperatureRange{books.hottest, books.coldest},
        [&](index_t voxel) {
            const auto i = static_cast<std::size_t>(voxel);
            const double t = temperature[i];
            if (!std::isfinite(t))
                throw NumericalError({plan.name + " (treatment)", "temperature",
                                      fmt::format("voxel {}", i), 0.0, 0.0, "is not finite",
                                      "a shorter longest_step"});
            const double change = std::abs(t - rows.before[i]);
            if (plan.tissues[plan.label[i]].optics.exterior)
                return TemperatureRange{books.hottest, books.coldest, change};
            return TemperatureRange{t, t, change};
        },
        TemperatureRange::both);
    books.hottest = range.hottest;
    books.coldest = range.coldest;
    if (books.hottest > ablated)
        throw NumericalError({plan.name + " (treatment)", "temperature", "the hottest voxel", 0.0,
                              0.0,
                              fmt::format("tissue reaches {} Cel: it is ablated, which is not "
                                          "modelled",
                                          format_number(books.hottest - 273.15, 4)),
                              "less power, a wider beam, or less of the absorber"});
    layout.settled(state) = !acting && range.fastest <= settled_rate * dt ? 1.0 : 0.0;
}

void Treatment::Work::step(std::span<double> state, const TreatmentLoad& load, double start,
                           double end) {
    auto books = layout.books(state);
    std::fill(rows.source.begin(), rows.source.end(), 0.0);
    steer(state, start);
    shine(state, load, start, end, books);
    const auto share = [&](const std::string& name) { return share_of(state, name); };
    sources.add_power(rows.source, load, share, start, end, books);
    const auto temperature = layout.temperature(state);
    damage.perfusion(team, layout.damage(std::span<const double>(state)),
                     View<const double>(temperature.data(), view_of(temperature).size()),
                     rows.perfusion);
    if (!load.perfusion_factor.empty())
        for (std::size_t i = 0; i < rows.perfusion.size(); ++i)
            rows.perfusion[i] *= load.perfusion_factor[static_cast<index_t>(i)];
    if (plan.heat) {
        warm(state, start, end, books);
        look_at_temperature(state, end - start, acts(start, end), books);
    } else {
        layout.settled(state) = acts(start, end) ? 0.0 : 1.0;
    }
    react(state, load, start, end);
    if (remembers_light(state, end)) layout.settled(state) = 0.0;
    ++books.steps;
    layout.set_books(state, books);
}

}  // namespace caravel::response
