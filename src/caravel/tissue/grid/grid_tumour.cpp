#include "caravel/tissue/grid/grid_tumour.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace caravel::tissue {

/// What a tumour gets in a window, and what leaves it then.
struct GridTumour::Brought {
    std::vector<double> inflow{};  // per exchange
    std::vector<double> injected{};
    std::vector<double> signals{};
    std::vector<double> treated{};
    double blockade = 0.0;
    std::vector<double> left{};  // per return

    bool is_like(const Brought& other) const {
        const auto same = [](double a, double b) { return std::abs(a - b) <= same_inflow * b; };
        return std::equal(inflow.begin(), inflow.end(), other.inflow.begin(), other.inflow.end(),
                          same) &&
               injected == other.injected && signals == other.signals && treated == other.treated &&
               blockade == other.blockade;
    }
};

GridTumour::GridTumour(couple::Wiring& wiring, const GridPlan& plan, int threads)
    : plan_(plan), stepper_(plan, threads), last_(std::make_unique<Brought>()) {
    couple::Ports ports(wiring, name());
    amounts_ =
        ports.read_block("kinetics.amounts", "1", static_cast<std::size_t>(plan.body_species));
    for (const auto& signal : plan.uniform_signals)
        signals_.push_back(ports.read(signal.slot, signal.unit));
    if (plan.treated)
        treated_ =
            ports.read_block(plan.name + ".treated", "1", treated_rows * plan.domain.region.size());
    if (plan.input.angiogenesis) blockade_ = ports.read(plan.name + ".vegf_blockade", "1");
    fields_ = ports.write_block(plan.name + ".fields", "1", stepper_.size());
    passing_ = ports.write_block(plan.name + ".passing", "1", plan.returns.size());
    return_ = ports.write_block(plan.name + ".return", "1/s", plan.returns.size());
    owed_ = ports.write_block(plan.name + ".owed", "1", plan.returns.size());
}

GridTumour::~GridTumour() = default;

void GridTumour::initialise(couple::State& state) const {
    stepper_.initialise(state.jump_block(fields_));
    for (const auto handle : {passing_, return_, owed_}) {
        const auto block = state.jump_block(handle);
        std::fill(block.begin(), block.end(), 0.0);
    }
}

TreatedTissueFields GridTumour::treated(std::span<const double> block) const {
    const std::size_t n = plan_.domain.region.size();
    return {block.subspan(0, n), block.subspan(n, n), block.subspan(2 * n, n)};
}

std::vector<double> GridTumour::inflow(const couple::State& state) const {
    const auto before = state.start_block(amounts_);
    const auto after = state.end_block(amounts_);
    std::vector<double> amounts;
    for (const auto& exchange : plan_.exchanges) {
        const auto counter = static_cast<std::size_t>(exchange.brought);
        amounts.push_back(std::max(after[counter] - before[counter], 0.0));
    }
    return amounts;
}

std::vector<double> GridTumour::injected(const couple::State& state) const {
    const auto before = state.start_block(amounts_);
    const auto after = state.end_block(amounts_);
    std::vector<double> amounts;
    for (const auto& what : plan_.injected) {
        const auto counter = static_cast<std::size_t>(what.counter);
        amounts.push_back(std::max(after[counter] - before[counter], 0.0));
    }
    return amounts;
}

/// Shares and rates that give back what is due (per return) in a window with this inflow. Never out
/// of the body: what it got too much waits for what leaves later.
void GridTumour::plan_returns(const std::vector<double>& inflow, const std::vector<double>& due,
                              std::span<double> passing, std::span<double> rates, double dt) const {
    std::vector<double> all(inflow.size(), 0.0);
    for (std::size_t r = 0; r < due.size(); ++r)
        all[static_cast<std::size_t>(plan_.returns[r].exchange)] += std::max(due[r], 0.0);
    for (std::size_t r = 0; r < due.size(); ++r) {
        const auto e = static_cast<std::size_t>(plan_.returns[r].exchange);
        const double wanted = std::max(due[r], 0.0);
        // All of the inflow passes where more is due than came.
        passing[r] = wanted > 0.0 ? wanted / std::max(all[e], inflow[e]) : 0.0;
        rates[r] = std::max(wanted - passing[r] * inflow[e], 0.0) / dt;
    }
}

GridTumour::Brought GridTumour::brought(const couple::State& state,
                                        const couple::Window& window) const {
    Brought now;
    now.inflow = inflow(state);
    now.injected = injected(state);
    const double middle = 0.5 * (window.start + window.end);
    for (const auto& handle : signals_) now.signals.push_back(state.ramp(handle, window, middle));
    if (treated_) {
        const auto block = state.end_block(*treated_);
        now.treated.assign(block.begin(), block.end());
    }
    if (blockade_) now.blockade = state.ramp(*blockade_, window, window.end);
    return now;
}

std::vector<double> GridTumour::pass(couple::State& state, const couple::Window& window,
                                     Brought now) const {
    if (window.sweep == 0 || !now.is_like(*last_)) {
        const auto before = state.start_block(fields_);
        const auto fields = state.end_block(fields_);
        std::copy(before.begin(), before.end(), fields.begin());
        now.left = stepper_.advance(fields, now.inflow, now.signals, window.start, window.end,
                                    treated_ ? treated(now.treated) : TreatedTissueFields{},
                                    now.injected, now.blockade);
        *last_ = std::move(now);
        return last_->left;
    }
    auto left = last_->left;
    for (std::size_t e = 0; e < plan_.exchanges.size(); ++e)
        left[static_cast<std::size_t>(plan_.exchanges[e].vein)] += now.inflow[e] - last_->inflow[e];
    return left;
}

void GridTumour::advance(couple::State& state, const couple::Window& window) const {
    const double dt = window.end - window.start;
    const auto came = inflow(state);
    const auto left = pass(state, window, brought(state, window));
    const auto owed_before = state.start_block(owed_);
    const auto owed = state.end_block(owed_);
    const auto passing = state.end_block(passing_);
    const auto rates = state.end_block(return_);
    std::vector<double> due;
    for (std::size_t r = 0; r < left.size(); ++r) {
        // What the body took in this sweep, with the shares and rates of the sweep before.
        const double taken =
            passing[r] * came[static_cast<std::size_t>(plan_.returns[r].exchange)] + dt * rates[r];
        due.push_back(owed_before[r] + left[r]);
        owed[r] = due[r] - taken;
    }
    plan_returns(came, due, passing, rates, dt);
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
    const auto flow =
        stepper_.blood_flow(fields, treated_ ? treated(state.start_block(*treated_)).perfusion
                                             : std::span<const double>{});
    body[static_cast<std::size_t>(plan_.body_flow)] = flow.tumour;
    body[static_cast<std::size_t>(plan_.body_margin_flow)] = flow.around;
    if (plan_.body_vessels >= 0)
        body[static_cast<std::size_t>(plan_.body_vessels)] = stepper_.vessel_density(fields);
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
