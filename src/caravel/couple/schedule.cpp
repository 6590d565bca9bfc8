#include "caravel/couple/schedule.hpp"

#include <algorithm>

namespace caravel::couple {
namespace {

/// needs[i][j]: process i reads a slot that process j writes.
std::vector<std::vector<bool>> dependencies(
    const Wiring& wiring, const std::vector<std::unique_ptr<Process>>& processes) {
    const std::size_t n = processes.size();
    std::vector<std::vector<bool>> needs(n, std::vector<bool>(n, false));
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j)
            for (const auto& r : wiring.declarations())
                for (const auto& w : wiring.declarations())
                    if (!r.writes && w.writes && r.slot == w.slot &&
                        r.process == processes[i]->name() && w.process == processes[j]->name() &&
                        i != j)
                        needs[i][j] = true;
    return needs;
}

/// needs, followed through all processes in between.
std::vector<std::vector<bool>> followed(std::vector<std::vector<bool>> needs) {
    const std::size_t n = needs.size();
    for (std::size_t k = 0; k < n; ++k)
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t j = 0; j < n; ++j)
                if (needs[i][k] && needs[k][j]) needs[i][j] = true;
    return needs;
}

/// The first process left that waits for nothing; in a cycle the first one that waits only for
/// processes that wait for it too, so that what merely reads from the cycle comes later.
std::size_t next_process(const std::vector<std::vector<bool>>& needs,
                         const std::vector<std::vector<bool>>& needs_at_last,
                         const std::vector<bool>& done) {
    const std::size_t n = done.size();
    std::size_t in_cycle = n;
    for (std::size_t i = 0; i < n; ++i) {
        if (done[i]) continue;
        bool ready = true;
        bool ready_in_cycle = true;
        for (std::size_t j = 0; j < n; ++j) {
            ready = ready && (done[j] || !needs[i][j]);
            ready_in_cycle =
                ready_in_cycle && (done[j] || !needs_at_last[i][j] || needs_at_last[j][i]);
        }
        if (ready) return i;
        if (ready_in_cycle) in_cycle = std::min(in_cycle, i);
    }
    return in_cycle;
}

}  // namespace

Schedule::Schedule(Wiring wiring, std::vector<std::unique_ptr<Process>> processes)
    : wiring_(std::move(wiring)) {
    wiring_.check();
    const auto needs = dependencies(wiring_, processes);
    const auto needs_at_last = followed(needs);
    const std::size_t n = processes.size();
    std::vector<bool> done(n, false);
    for (std::size_t placed = 0; placed < n; ++placed) {
        const std::size_t next = next_process(needs, needs_at_last, done);
        has_cycle_ = has_cycle_ || needs_at_last[next][next];
        done[next] = true;
        processes_.push_back(std::move(processes[next]));
    }
}

void Schedule::advance(State& state, const Window& window) const {
    state.begin();
    const int sweeps = has_cycle_ ? 2 : 1;
    for (int sweep = 0; sweep < sweeps; ++sweep)
        for (const auto& process : processes_)
            process->advance(state, {window.start, window.end, sweep});
    state.accept();
}

double Schedule::longest_step(const State& state) const {
    double longest = std::numeric_limits<double>::infinity();
    for (const auto& process : processes_)
        longest = std::min(longest, process->longest_step(state));
    return longest;
}

std::vector<std::string> Schedule::order() const {
    std::vector<std::string> names;
    for (const auto& process : processes_) names.push_back(process->name());
    return names;
}

std::string Schedule::graph() const {
    std::string text = "processes in order:";
    for (const auto& name : order()) text += " " + name;
    text += has_cycle_ ? "  (slots form a cycle: two sweeps per window)\n" : "\n";
    const auto& slots = wiring_.slots();
    for (std::size_t i = 0; i < slots.size(); ++i) {
        std::string writer;
        std::string readers;
        for (const auto& d : wiring_.declarations()) {
            if (d.slot != static_cast<int>(i)) continue;
            if (d.writes)
                writer = d.process;
            else
                readers += (readers.empty() ? "" : ", ") + d.process;
        }
        text += "  " + writer + " -> " + slots[i].name + " [" + slots[i].unit + "]";
        text += readers.empty() ? "\n" : " -> " + readers + "\n";
    }
    return text;
}

}  // namespace caravel::couple
