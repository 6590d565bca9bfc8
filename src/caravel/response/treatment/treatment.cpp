#include "caravel/response/treatment/treatment.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/response/treatment/treatment_fields.hpp"
#include "caravel/response/treatment/treatment_work.hpp"
#include "caravel/stimulus/light/batch_error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace caravel::response {

Treatment::Treatment(const TreatmentPlan& plan, matter::Library& library, int threads)
    : work_(std::make_unique<Work>(plan, library, threads)) {}
Treatment::~Treatment() = default;
Treatment::Treatment(Treatment&&) noexcept = default;
Treatment& Treatment::operator=(Treatment&&) noexcept = default;

std::size_t Treatment::size() const { return work_->layout.size(); }

void Treatment::initialise(std::span<double> state, const TreatmentLoad& load) const {
    Work& w = *work_;
    std::fill(state.begin(), state.end(), 0.0);
    w.layout.load_mark(state) = w.heat.follow_load(load);
    w.heat.rest(w.team, w.rest_drive(load), w.layout.temperature(state),
                w.heat.freezes() ? w.layout.enthalpy(state) : std::span<double>{});
    w.damage.initialise(w.layout.damage(state), w.layout.voxels());
    if (w.photodynamics)
        w.photodynamics->initialise(w.layout.photodynamic(state), w.layout.voxels(),
                                    load.photodynamic);
    // Tissue that is not in balance with blood and faces moves before anything acts.
    w.layout.settled(state) = w.plan.settle_first || !w.plan.heat ? 1.0 : 0.0;
    w.layout.last_light(state) = -std::numeric_limits<double>::infinity();
    for (std::size_t c = 0; c < w.plan.controls.size(); ++c) w.layout.set_control(state, c, {});
    TreatmentBooks books;
    const auto temperature = w.layout.temperature(state);
    books.hottest = 0.0;
    books.coldest = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < temperature.size(); ++i) {
        if (w.plan.tissues[w.plan.label[i]].optics.exterior) continue;
        books.hottest = std::max(books.hottest, temperature[i]);
        books.coldest = std::min(books.coldest, temperature[i]);
    }
    w.layout.set_books(state, books);
}

std::vector<double> Treatment::events() const { return work_->events; }

bool Treatment::active(std::span<const double> state, double start, double end) const {
    return work_->layout.settled(state) == 0.0 || work_->acts(start, end);
}

void Treatment::advance(std::span<double> state, const TreatmentLoad& load, double start,
                        double end, const TreatmentHooks& hooks) const {
    Work& w = *work_;
    w.follow_load(state, load);
    for (double t = start; t < end;) {
        const double next = w.step_end(state, t, end);
        if (w.layout.settled(std::span<const double>(state)) == 1.0 && !w.acts(t, next)) {
            w.wait(state, next - t);
            t = next;
            continue;
        }
        w.step(state, load, t, next);
        t = next;
        if (hooks.progress) hooks.progress(t - start, end - start);
        if (hooks.interrupted && hooks.interrupted())
            throw Interrupted(
                fmt::format("interrupted {} s into the treatment", format_number(t, 5)));
    }
}

std::span<const double> Treatment::temperature(std::span<const double> state) const {
    return work_->layout.temperature(state);
}

void Treatment::survival(std::span<const double> state, std::span<double> share) const {
    Work& w = *work_;
    w.damage.survival(w.team, w.layout.damage(state), share);
    if (!w.photodynamics) return;
    w.photodynamics->survival(w.layout.photodynamic(state), w.rows.other);
    for (std::size_t i = 0; i < share.size(); ++i) share[i] *= w.rows.other[i];
}

void Treatment::perfusion(std::span<const double> state, std::span<double> factor) const {
    const auto temperature = work_->layout.temperature(state);
    work_->damage.perfusion(work_->team, work_->layout.damage(state), view_of(temperature), factor);
}

TreatmentBooks Treatment::books(std::span<const double> state) const {
    return work_->layout.books(state);
}

std::vector<stimulus::ControlMemory> Treatment::controllers(std::span<const double> state) const {
    std::vector<stimulus::ControlMemory> all;
    for (std::size_t c = 0; c < work_->plan.controls.size(); ++c)
        all.push_back(work_->layout.control(state, c));
    return all;
}

double Treatment::rise_error(std::span<const double> state, std::size_t light) const {
    return work_->layout.rise_error(state, light);
}

std::vector<std::string> Treatment::doubts(std::span<const double> state) const {
    constexpr double sure = 0.05;
    std::vector<std::string> all;
    const auto& plan = work_->plan;
    for (std::size_t l = 0; plan.heat && l < plan.lights.size(); ++l) {
        const double error = rise_error(state, l);
        if (error <= sure) continue;
        const auto& light = plan.lights[l];
        all.push_back(fmt::format(
            "Light '{}': {} photons leave the largest rise of temperature uncertain by {} % "
            "(standard error over {} batches), and what it kills accordingly; {} would halve that.",
            light.name, light.photons, format_number(100.0 * error, 3), stimulus::photon_batches,
            4 * light.photons));
    }
    const auto add_invalid = [&](const std::string& name, std::size_t l) {
        const double invalid = work_->layout.invalid_share(state, l);
        if (invalid > 0.0)
            all.push_back(fmt::format(
                "Light '{}': diffusion does not hold for up to {} % of the light absorbed (within "
                "three transport lengths of sources and borders, and where tissue absorbs more "
                "than a tenth of what it scatters); method = \"monte_carlo\" has no such limit.",
                name, format_number(100.0 * invalid, 3)));
    };
    for (std::size_t l = 0; l < plan.lights.size(); ++l) add_invalid(plan.lights[l].name, l);
    for (std::size_t e = 0; e < plan.emissions.size(); ++e)
        add_invalid(plan.emissions[e].name, plan.lights.size() + e);
    return all;
}

std::vector<TreatmentField> Treatment::fields(std::span<const double> state) const {
    Work& w = *work_;
    const std::size_t n = w.layout.voxels();
    std::vector<TreatmentField> all;
    const auto own = w.layout.temperature(state);
    all.push_back({"temperature", "temperature", "Cel", {own.begin(), own.end()}});
    std::vector<double> share(n);
    const auto add_share = [&](std::string name, std::string label) {
        all.push_back({std::move(name), std::move(label), "%", share});
    };
    survival(state, share);
    add_share("survival", "cells that live");
    perfusion(state, share);
    add_share("perfusion", "perfusion that is left");
    if (w.heat.freezes()) {
        w.heat.frozen_share(w.layout.enthalpy(state), share);
        add_share("ice", "water that is ice");
    }
    const auto add_rows = [&](const std::vector<std::string>& names, std::span<const double> rows) {
        for (std::size_t r = 0; r < names.size(); ++r)
            all.push_back(shown_row(names[r], rows.subspan(r * n, n)));
    };
    add_rows(w.damage.rows(), w.layout.damage(state));
    if (w.photodynamics) add_rows(w.photodynamics->rows(), w.layout.photodynamic(state));
    for (std::size_t l = 0; l < w.plan.lights.size(); ++l) {
        const auto& light = w.plan.lights[l];
        const auto fluence = w.layout.fluence(state, l);
        std::vector<double> rate(fluence.begin(), fluence.end());
        for (double& v : rate) v *= stimulus::light_power(light);
        all.push_back({"fluence_rate." + light.name, "fluence rate of " + light.name, "mW/cm2",
                       std::move(rate)});
    }
    for (std::size_t e = 0; e < w.plan.emissions.size(); ++e) {
        const auto& name = w.plan.emissions[e].name;
        const auto fluence = w.layout.fluence(state, w.plan.lights.size() + e);
        std::vector<double> rate(fluence.begin(), fluence.end());
        for (double& v : rate) v *= w.layout.emitted_power(state, e);
        all.push_back(
            {"fluence_rate." + name, "fluence rate of " + name, "mW/cm2", std::move(rate)});
    }
    return all;
}

const std::vector<std::string>& Treatment::notes() const { return work_->notes; }

}  // namespace caravel::response
