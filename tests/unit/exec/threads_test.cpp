#include "caravel/exec/threads.hpp"

#include "caravel/exec/for_each.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <numeric>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace caravel::exec {
namespace {

TEST(ThreadTeam, every_tile_runs_once_for_any_size) {
    for (const int size : {1, 2, 3, 7}) {
        ThreadTeam team(size);
        for (const index_t tiles : {0, 1, 2, 6, 7, 100}) {
            std::vector<std::atomic<int>> calls(static_cast<std::size_t>(tiles));
            team.run(tiles, [&](index_t tile) { ++calls[static_cast<std::size_t>(tile)]; });
            for (const auto& count : calls) EXPECT_EQ(count, 1) << size << ' ' << tiles;
        }
    }
}

TEST(ThreadTeam, uses_its_threads) {
    ThreadTeam team(3);
    std::mutex mutex;
    std::set<std::thread::id> ids;
    team.run(3, [&](index_t) {
        const std::lock_guard lock(mutex);
        ids.insert(std::this_thread::get_id());
    });
    EXPECT_EQ(ids.size(), 3U);
    EXPECT_EQ(ids.count(std::this_thread::get_id()), 1U);
}

TEST(ThreadTeam, rethrows_the_exception_of_the_lowest_tile) {
    for (const int size : {1, 2, 4, 5}) {
        ThreadTeam team(size);
        for (int repeat = 0; repeat < 20; ++repeat) {
            try {
                team.run(40, [](index_t tile) {
                    if (tile == 13 || tile == 17 || tile == 39) {
                        throw std::runtime_error(std::to_string(tile));
                    }
                });
                ADD_FAILURE();
            } catch (const std::runtime_error& error) {
                EXPECT_STREQ(error.what(), "13") << size;
            }
        }
    }
}

TEST(ThreadTeam, works_on_after_an_exception) {
    ThreadTeam team(2);
    EXPECT_THROW(team.run(4, [](index_t) { throw std::runtime_error("x"); }), std::runtime_error);
    std::atomic<int> count = 0;
    team.run(4, [&](index_t) { ++count; });
    EXPECT_EQ(count, 4);
}

TEST(ThreadTeam, refuses_to_be_used_inside_itself) {
    ThreadTeam team(2);
    EXPECT_THROW(team.run(2, [&](index_t) { team.run(2, [](index_t) {}); }), std::logic_error);
    ThreadTeam alone(1);
    int count = 0;
    alone.run(2, [&](index_t) { alone.run(2, [&](index_t) { ++count; }); });
    EXPECT_EQ(count, 4);
}

TEST(ThreadTeam, needs_a_thread) {
    EXPECT_THROW(ThreadTeam(0), std::logic_error);
    EXPECT_GE(processor_count(), 1);
}

TEST(ThreadTeam, many_short_rounds_do_not_hang) {
    ThreadTeam team(4);
    std::atomic<long> sum = 0;
    for (int round = 0; round < 2000; ++round) team.run(4, [&](index_t tile) { sum += tile; });
    EXPECT_EQ(sum, 2000L * 6);
}

struct Squarer {
    View<const double> in;
    View<double> out;
    void operator()(index_t i) const { out[i] = in[i] * in[i]; }
};

// Beyond the time for which threads poll, each in turn: the members before a round, the caller
// after its share, a member after its own.
TEST(ThreadTeam, wakes_whoever_fell_asleep) {
    const auto sleep = [] { std::this_thread::sleep_for(std::chrono::milliseconds(1)); };
    for (const int size : {2, 3}) {
        ThreadTeam team(size);
        std::atomic<int> done{0};
        for (int round = 0; round < 60; ++round) {
            if (round % 2 == 0) sleep();
            team.run(size, [&](index_t tile) {
                if (tile == round % (size + 1)) sleep();
                ++done;
            });
            EXPECT_EQ(done, size * (round + 1));
        }
    }
}

TEST(ForEach, visits_every_index_once) {
    ThreadTeam team(3);
    for (const index_t n : {0, 1, 1023, 1024, 1025, 5000}) {
        std::vector<double> in(static_cast<std::size_t>(n));
        std::iota(in.begin(), in.end(), 0.0);
        std::vector<double> out(in.size(), -1.0);
        for_each(team, n, Squarer{view_of(std::as_const(in)), view_of(out)});
        for (std::size_t i = 0; i < in.size(); ++i) ASSERT_EQ(out[i], in[i] * in[i]);
    }
}

TEST(ForEach, small_ranges_run_on_the_caller) {
    ThreadTeam team(3);
    const auto caller = std::this_thread::get_id();
    for_each(team, default_tile, [&](index_t) { EXPECT_EQ(std::this_thread::get_id(), caller); });
}

TEST(ForEach, tile_of_one_spreads_few_indices) {
    ThreadTeam team(2);
    std::vector<std::thread::id> ids(2);
    for_each(
        team, 2, [&](index_t i) { ids[static_cast<std::size_t>(i)] = std::this_thread::get_id(); },
        1);
    EXPECT_NE(ids[0], ids[1]);
}

TEST(ForEach, lowest_error_does_not_depend_on_the_threads) {
    for (const int size : {1, 2, 5}) {
        ThreadTeam team(size);
        try {
            for_each(team, 100000, [](index_t i) {
                if (i >= 5000 && i % 7 == 3) throw std::runtime_error(std::to_string(i));
            });
            ADD_FAILURE();
        } catch (const std::runtime_error& error) {
            EXPECT_STREQ(error.what(), "5001") << size;
        }
    }
}

TEST(ForEach, refuses_a_negative_count_or_tile) {
    ThreadTeam team(1);
    EXPECT_THROW(for_each(team, -1, [](index_t) {}), std::logic_error);
    EXPECT_THROW(for_each(
                     team, 1, [](index_t) {}, 0),
                 std::logic_error);
}

}  // namespace
}  // namespace caravel::exec
