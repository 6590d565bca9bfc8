#include "caravel/tissue/grid/grid_tumour.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace caravel::tissue {

GridTumour::GridTumour(couple::Wiring& wiring, const GridPlan& plan, int threads)
    : plan_(plan), stepper_(plan, threads) {
    couple::Ports ports(wiring, name());
    amounts_ =
        ports.read_block("kinetics.amounts", "1", static_cast<std::size_t>(plan.body_species));
    for (const auto& signal : plan.uniform_signals)
        signals_.push_back(ports.read(signal.slot, signal.unit));
    fields_ = ports.write_block(plan.name + ".fields", "1", stepper_.size());
    return_ = ports.write_block(plan.name + ".return", "1/s", plan.returns.size());
    owed_ = ports.write_block(plan.name + ".owed", "1", plan.returns.size());
}

void GridTumour::initialise(couple::State& state) const {
    stepper_.initialise(state.jump_block(fields_));
    for (const auto handle : {return_, owed_}) {
        const auto block = state.jump_block(handle);
        std::fill(block.begin(), block.end(), 0.0);
    }
}

/// What came into the pools in the window: their change, and what the body took out of them.
std::vector<double> GridTumour::inflow(const couple::State& state, double dt) const {
    const auto before = state.start_block(amounts_);
    const auto after = state.end_block(amounts_);
    const auto rates = state.end_block(couple::ReadHandle{return_.slot});
    std::vector<double> amounts;
    for (const auto& exchange : plan_.exchanges) {
        const auto pool = static_cast<std::size_t>(exchange.pool);
        amounts.push_back(after[pool] - before[pool]);
    }
    for (std::size_t r = 0; r < plan_.returns.size(); ++r)
        amounts[static_cast<std::size_t>(plan_.returns[r].exchange)] += dt * rates[r];
    // Where nothing comes in, rounding of what goes out remains.
    for (std::size_t e = 0; e < amounts.size(); ++e) amounts[e] = std::max(amounts[e], 0.0);
    return amounts;
}

void GridTumour::advance(couple::State& state, const couple::Window& window) const {
    const double dt = window.end - window.start;
    const auto before = state.start_block(fields_);
    const auto fields = state.end_block(fields_);
    std::copy(before.begin(), before.end(), fields.begin());
    const double middle = 0.5 * (window.start + window.end);
    std::vector<double> signals;
    for (const auto& handle : signals_) signals.push_back(state.ramp(handle, window, middle));
    const auto left =
        stepper_.advance(fields, inflow(state, dt), signals, window.start, window.end);
    const auto owed_before = state.start_block(owed_);
    const auto owed = state.end_block(owed_);
    const auto rates = state.end_block(return_);
    for (std::size_t r = 0; r < left.size(); ++r) {
        owed[r] = owed_before[r] + left[r] - dt * rates[r];
        rates[r] = (left[r] + owed_before[r]) / dt;
    }
}

double GridTumour::publish(const couple::State& state, std::span<double> body) const {
    const auto fields = state.start_block(fields_);
    const auto contents = stepper_.contents(fields);
    const auto record = [&](int species, int exchange, double amount) {
        if (species < 0) return;
        auto& recorded = body[static_cast<std::size_t>(species)];
        if (exchange >= 0) {
            const int pool = plan_.exchanges[static_cast<std::size_t>(exchange)].pool;
            body[static_cast<std::size_t>(pool)] -= amount - recorded;
        }
        recorded = amount;
    };
    std::vector<double> around(plan_.exchanges.size(), 0.0);
    for (std::size_t s = 0; s < plan_.species.size(); ++s) {
        const auto& species = plan_.species[s];
        record(species.body, species.exchange, contents[s].tumour);
        if (species.exchange >= 0)
            around[static_cast<std::size_t>(species.exchange)] += contents[s].around;
    }
    for (std::size_t e = 0; e < around.size(); ++e)
        record(plan_.exchanges[e].around, static_cast<int>(e), around[e]);
    body[static_cast<std::size_t>(plan_.body_flow)] = stepper_.blood_flow(fields);
    return settle(state, body);
}

/// Every pool becomes what is owed; what a substance has too much stays in its first pool, for the
/// ledger to see.
double GridTumour::settle(const couple::State& state, std::span<double> body) const {
    const auto owed_now = state.start_block(owed_);
    std::vector<double> owed(plan_.exchanges.size(), 0.0);
    for (std::size_t r = 0; r < plan_.returns.size(); ++r)
        owed[static_cast<std::size_t>(plan_.returns[r].exchange)] += owed_now[r];
    std::map<int, std::size_t> first;
    std::map<int, double> excess;
    for (std::size_t e = 0; e < owed.size(); ++e) {
        const auto& exchange = plan_.exchanges[e];
        auto& pool = body[static_cast<std::size_t>(exchange.pool)];
        first.emplace(exchange.substance, e);
        excess[exchange.substance] += pool - owed[e];
        pool = owed[e];
    }
    double residual = 0.0;
    for (const auto& [substance, e] : first) {
        const auto& exchange = plan_.exchanges[e];
        body[static_cast<std::size_t>(exchange.pool)] += excess[substance];
        const double relative = std::abs(excess[substance]) / exchange.scale;
        // Written so that NaN wins.
        if (!(relative <= residual)) residual = relative;
    }
    return residual;
}

}  // namespace caravel::tissue
