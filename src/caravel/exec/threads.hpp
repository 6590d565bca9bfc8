// A team of threads that is passed to whatever shall run in parallel; there is no global one.
#pragma once

#include "caravel/base/view.hpp"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace caravel::exec {

/// Number of processors this process may use, at least 1.
int processor_count();

/// Runs numbered tiles of work on `size` threads, the caller being one of them.
///
/// Which tile does what depends on the caller only, never on the number of threads: every thread
/// works through a contiguous range of tiles in ascending order. A team of one runs the tiles on
/// the caller and may be used from inside a tile of another team. Who waits polls for some 50 us,
/// then sleeps: work that comes in short pieces does not pay for waking a thread each time.
class ThreadTeam {
  public:
    /// Throws std::logic_error for size < 1, ResourceError when the threads cannot be started.
    explicit ThreadTeam(int size);
    ThreadTeam(const ThreadTeam&) = delete;
    ThreadTeam& operator=(const ThreadTeam&) = delete;
    ~ThreadTeam();

    int size() const { return size_; }

    /// Calls work(tile) for every 0 <= tile < tiles and returns when all are done. When tiles
    /// throw, the exception of the lowest one is rethrown here; which later tiles still ran is
    /// unspecified. Throws std::logic_error when called while the same team (of more than one) is
    /// at work.
    template <class Work>
    void run(index_t tiles, const Work& work) {
        const auto call = [](const void* context, index_t tile) {
            (*static_cast<const Work*>(context))(tile);
        };
        run_tiles({&work, call, tiles});
    }

  private:
    struct Job {
        const void* context = nullptr;
        void (*call)(const void*, index_t) = nullptr;
        index_t tiles = 0;
    };

    void run_tiles(const Job& job);
    void start(const Job& job);
    void wait_for_members();
    void run_share(int member) noexcept;
    void serve(int member);
    bool has_work_since(std::uint64_t round) const;
    void stop();

    int size_;
    std::mutex mutex_;
    std::condition_variable work_ready_;
    std::condition_variable work_done_;
    Job job_;
    bool busy_ = false;
    int sleeping_members_ = 0;  // guarded by mutex_, like the next
    bool caller_sleeps_ = false;
    std::atomic<bool> stopping_{false};
    std::atomic<std::uint64_t> round_{0};
    std::atomic<int> still_working_{0};
    std::vector<std::exception_ptr> errors_;  // one per member
    std::vector<std::jthread> threads_;       // members 1 to size - 1; destroyed first
};

}  // namespace caravel::exec
