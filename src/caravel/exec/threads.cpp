#include "caravel/exec/threads.hpp"

#include "caravel/base/error.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <system_error>

namespace caravel::exec {

namespace {

// About as long as it takes to put a thread to sleep and wake it again. Longer would take time from
// other programs where there are more threads than processors.
constexpr std::chrono::microseconds polling_time{50};

void pause() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

/// Whether it became ready while polling.
template <class Ready>
bool poll(const Ready& ready) {
    const auto end = std::chrono::steady_clock::now() + polling_time;
    do {
        for (int i = 0; i < 16; ++i) {
            if (ready()) return true;
            pause();
        }
    } while (std::chrono::steady_clock::now() < end);
    return ready();
}

}  // namespace

int processor_count() { return std::max(1, static_cast<int>(std::thread::hardware_concurrency())); }

ThreadTeam::ThreadTeam(int size) : size_(size) {
    CARAVEL_EXPECTS(size >= 1);
    errors_.resize(static_cast<std::size_t>(size));
    threads_.reserve(static_cast<std::size_t>(size - 1));
    try {
        for (int member = 1; member < size; ++member) {
            threads_.emplace_back([this, member] { serve(member); });
        }
    } catch (const std::system_error& error) {
        stop();
        throw ResourceError("cannot start " + std::to_string(size) + " threads: " + error.what());
    }
}

ThreadTeam::~ThreadTeam() { stop(); }

void ThreadTeam::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    work_ready_.notify_all();
    threads_.clear();
}

void ThreadTeam::run_tiles(const Job& job) {
    if (size_ == 1 || job.tiles <= 1) {
        for (index_t tile = 0; tile < job.tiles; ++tile) job.call(job.context, tile);
        return;
    }
    start(job);
    run_share(0);
    wait_for_members();
    std::exception_ptr first;
    // Members hold ascending ranges and stop at their first error, so the first member with an
    // error has that of the lowest tile.
    for (std::exception_ptr& error : errors_) {
        if (error && !first) first = error;
        error = nullptr;
    }
    {
        const std::lock_guard lock(mutex_);
        busy_ = false;
    }
    if (first) std::rethrow_exception(first);
}

void ThreadTeam::start(const Job& job) {
    bool any_sleeps = false;
    {
        const std::lock_guard lock(mutex_);
        CARAVEL_EXPECTS(!busy_);
        busy_ = true;
        job_ = job;
        still_working_ = size_ - 1;
        ++round_;
        any_sleeps = sleeping_members_ > 0;
    }
    if (any_sleeps) work_ready_.notify_all();
}

void ThreadTeam::wait_for_members() {
    const auto done = [this] { return still_working_ == 0; };
    if (poll(done)) return;
    std::unique_lock lock(mutex_);
    caller_sleeps_ = true;
    work_done_.wait(lock, done);
    caller_sleeps_ = false;
}

void ThreadTeam::run_share(int member) noexcept {
    const index_t base = job_.tiles / size_;
    const index_t extra = job_.tiles % size_;
    const index_t begin = base * member + std::min<index_t>(member, extra);
    const index_t end = begin + base + (member < extra ? 1 : 0);
    try {
        for (index_t tile = begin; tile < end; ++tile) job_.call(job_.context, tile);
    } catch (...) {
        errors_[static_cast<std::size_t>(member)] = std::current_exception();
    }
}

bool ThreadTeam::has_work_since(std::uint64_t round) const { return stopping_ || round_ != round; }

void ThreadTeam::serve(int member) {
    std::uint64_t seen = 0;
    while (true) {
        if (!poll([&] { return has_work_since(seen); })) {
            std::unique_lock lock(mutex_);
            ++sleeping_members_;
            work_ready_.wait(lock, [&] { return has_work_since(seen); });
            --sleeping_members_;
        }
        if (stopping_) return;
        seen = round_;
        run_share(member);
        if (--still_working_ > 0) continue;
        // Under the mutex, so that a caller that has just seen work is not left asleep.
        bool wake = false;
        {
            const std::lock_guard lock(mutex_);
            wake = caller_sleeps_;
        }
        if (wake) work_done_.notify_one();
    }
}

}  // namespace caravel::exec
