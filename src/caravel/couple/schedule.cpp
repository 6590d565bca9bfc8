#include "caravel/couple/schedule.hpp"

#include <algorithm>

namespace caravel::couple {
namespace {

/// needs[i][j]: process i reads a slot that process j writes.
std::vector<std::vector<bool>> dependencies(const Wiring& wiring,
                                            const std::vector<std::unique_ptr<Process>>& processes) {
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

}  // namespace

Schedule::Schedule(Wiring wiring, std::vector<std::unique_ptr<Process>> processes)
    : wiring_(std::move(wiring)) {
    wiring_.check();
    const auto needs = dependencies(wiring_, processes);
    const std::size_t n = processes.size();
    std::vector<bool> done(n, false);
    for (std::size_t placed = 0; placed < n; ++placed) {
        // The first process whose needs are met; in a cycle the first one left, in given order.
        std::size_t next = n;
        std::size_t first_left = n;
        for (std::size_t i = 0; i < n; ++i) {
            if (done[i]) continue;
            first_left = std::min(first_left, i);
            bool ready = true;
            for (std::size_t j = 0; j < n; ++j) ready = ready && (!needs[i][j] || done[j]);
            if (ready) {
                next = i;
                break;
            }
        }
        if (next == n) {
            has_cycle_ = true;
            next = first_left;
        }
        done[next] = true;
        processes_.push_back(std::move(processes[next]));
    }
}

void Schedule::advance(State& state, const Window& window) const {
    state.begin();
    const int sweeps = has_cycle_ ? 2 : 1;
    for (int sweep = 0; sweep < sweeps; ++sweep)
        for (const auto& process : processes_) process->advance(state, window);
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
            if (d.writes) writer = d.process;
            else readers += (readers.empty() ? "" : ", ") + d.process;
        }
        text += "  " + writer + " -> " + slots[i].name + " [" + slots[i].unit + "]";
        text += readers.empty() ? "\n" : " -> " + readers + "\n";
    }
    return text;
}

}  // namespace caravel::couple
