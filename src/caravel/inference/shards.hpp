// Runs many independent jobs on a team of threads.
#pragma once

#include "caravel/exec/threads.hpp"
#include "caravel/inference/guards.hpp"

#include <atomic>
#include <limits>
#include <mutex>

namespace caravel::inference {

/// Calls function(i) once for every 0 <= i < count that is not cancelled before its turn; returns
/// how many were called. Whichever thread is idle takes the next one, so the order is not fixed:
/// function(i) is a pure function of i that writes only what belongs to i, and then results do not
/// depend on the number of threads. An exception stops the handing out and is rethrown (that of the
/// lowest thread). `progress` gets the number done (best: NaN).
template <class Function>
index_t run_shards(index_t count, const Function& function, exec::ThreadTeam& team,
                   const ProgressCallback& progress = {},
                   const std::atomic<bool>* cancel = nullptr) {
    CARAVEL_EXPECTS(count >= 0);
    std::atomic<index_t> next{0};
    std::atomic<bool> failed{false};
    std::mutex mutex;
    index_t done = 0;
    team.run(team.size(), [&](index_t) {
        while (!is_cancelled(cancel) && !failed.load()) {
            const index_t i = next.fetch_add(1);
            if (i >= count) return;
            try {
                function(i);
            } catch (...) {
                failed = true;
                throw;
            }
            const std::lock_guard lock(mutex);
            ++done;
            if (progress) progress({done, count, std::numeric_limits<double>::quiet_NaN()});
        }
    });
    return done;
}

}  // namespace caravel::inference
