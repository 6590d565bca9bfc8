#include "caravel/exec/threads.hpp"

#include "caravel/base/error.hpp"

#include <algorithm>
#include <string>
#include <system_error>

namespace caravel::exec {

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
    {
        const std::lock_guard lock(mutex_);
        CARAVEL_EXPECTS(!busy_);
        busy_ = true;
        job_ = job;
        still_working_ = size_ - 1;
        ++round_;
    }
    work_ready_.notify_all();
    run_share(0);
    std::exception_ptr first;
    {
        std::unique_lock lock(mutex_);
        work_done_.wait(lock, [this] { return still_working_ == 0; });
        busy_ = false;
        // Members hold ascending ranges and stop at their first error, so the first member with an
        // error has that of the lowest tile.
        for (std::exception_ptr& error : errors_) {
            if (error && !first) first = error;
            error = nullptr;
        }
    }
    if (first) std::rethrow_exception(first);
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

void ThreadTeam::serve(int member) {
    std::uint64_t seen = 0;
    while (true) {
        {
            std::unique_lock lock(mutex_);
            work_ready_.wait(lock, [&] { return stopping_ || round_ != seen; });
            if (stopping_) return;
            seen = round_;
        }
        run_share(member);
        bool is_last = false;
        {
            const std::lock_guard lock(mutex_);
            is_last = --still_working_ == 0;
        }
        if (is_last) work_done_.notify_one();
    }
}

}  // namespace caravel::exec
