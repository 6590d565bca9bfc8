// Passes over many species as one run of a team: while the last pieces of a pass are worked on,
// free threads begin the next species instead of waiting.
#pragma once

#include "caravel/exec/threads.hpp"

#include <atomic>
#include <thread>
#include <utility>
#include <vector>

namespace caravel::tissue {

/// Pieces of the passes of every species in the order in which they are taken: pass p of species s
/// comes after pass p + 1 of species s - 2 and before pass p of species s + 1, so that two species
/// at a time are in the caches. Within a pass pieces are independent; a pass begins when the pass
/// before of the same species is done. Which thread takes which piece is left to the moment:
/// pieces must not share results.
class Stages {
  public:
    Stages() = default;

    /// pieces[p], at least one, of pass p; the same for every species.
    Stages(index_t species, std::vector<index_t> pieces) : pieces_(std::move(pieces)) {
        const auto passes = static_cast<index_t>(pieces_.size());
        for (index_t wave = 0; wave < species + passes - 1; ++wave) {
            for (index_t pass = 0; pass < passes; ++pass) {
                const index_t s = wave - pass;
                if (s >= 0 && s < species) order_.push_back({s, static_cast<std::size_t>(pass)});
            }
        }
    }

    /// Calls work(scratch, species, pass, piece) for all pieces, with a scratch of its own for
    /// every thread. `work` must not throw.
    template <class MakeScratch, class Work>
    void run(exec::ThreadTeam& team, const MakeScratch& make_scratch, const Work& work) const {
        Progress progress(order_.size());
        team.run(team.size(), [&](index_t) {
            const auto scratch = make_scratch();
            take_pieces(progress, [&](index_t species, std::size_t pass, index_t piece) {
                work(scratch, species, pass, piece);
            });
        });
    }

  private:
    struct Stage {
        index_t species = 0;
        std::size_t pass = 0;
    };

    struct Progress {
        explicit Progress(std::size_t stages) : done(stages) {}
        std::atomic<index_t> next{0};
        std::vector<std::atomic<index_t>> done;  // pass after pass, species after species
    };

    template <class Work>
    void take_pieces(Progress& progress, const Work& work) const {
        index_t before = 0;  // pieces of the stages before this one
        index_t taken = progress.next.fetch_add(1, std::memory_order_relaxed);
        for (const Stage& stage : order_) {
            std::atomic<index_t>* const done =
                progress.done.data() + static_cast<std::size_t>(stage.species) * pieces_.size();
            for (; taken < before + pieces_[stage.pass];
                 taken = progress.next.fetch_add(1, std::memory_order_relaxed)) {
                if (stage.pass > 0) wait_for(done[stage.pass - 1], pieces_[stage.pass - 1]);
                work(stage.species, stage.pass, taken - before);
                done[stage.pass].fetch_add(1, std::memory_order_release);
            }
            before += pieces_[stage.pass];
        }
    }

    // What is waited for has been taken by threads that are at work on it, so this ends.
    static void wait_for(const std::atomic<index_t>& done, index_t all) {
        constexpr int patience = 200;
        for (int tries = 0; done.load(std::memory_order_acquire) < all; ++tries) {
            if (tries > patience) std::this_thread::yield();
        }
    }

    std::vector<index_t> pieces_;
    std::vector<Stage> order_;
};

}  // namespace caravel::tissue
