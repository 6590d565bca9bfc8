#include "caravel/inference/ensemble.hpp"

#include "caravel/inference/shards.hpp"
#include "caravel/report/atomic_file.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>

#include <unistd.h>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <set>
#include <stdexcept>

namespace caravel::inference {
namespace {

class Store : public ::testing::Test {
  protected:
    void SetUp() override {
        const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
        folder_ = std::filesystem::temp_directory_path() /
                  (std::string("caravel_store_") + test->name() + std::to_string(::getpid()));
        std::filesystem::remove_all(folder_);
        std::filesystem::create_directories(folder_);
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }
    std::filesystem::path path(const std::string& name) const { return folder_ / name; }

    std::string merged(const std::vector<const RecordStore*>& stores) const {
        merge_stores(stores, path("merged"));
        return report::read_whole_file(path("merged"));
    }

    std::filesystem::path folder_;
};

// Without the fsync of the product's own writer, which would make thousands of files slow.
void write_plainly(const std::filesystem::path& path, const std::string& content) {
    std::ofstream(path, std::ios::binary) << content;
}

EnsemblePlan plan(std::uint64_t shard = 7) {
    EnsemblePlan p;
    p.outputs = {"cmax", "auc"};
    p.shard = shard;
    p.job = [](std::uint64_t i) -> std::vector<double> {
        if (i == 13) throw NumericalError({"kinetics", "blood", "", 3600.0, 0, "is nan", "none."});
        const double x = static_cast<double>(i);
        return {std::sqrt(x), i == 17 ? std::nan("") : std::exp(-x / 10.0)};
    };
    p.describe = [](std::uint64_t i) {
        return "weight = " + std::to_string(20 + i) + " g\tcaravel population --only " +
               std::to_string(i);
    };
    return p;
}

TEST_F(Store, HoldsNumbersBitForBit) {
    const std::vector<double> values{0.0,
                                     -0.0,
                                     1.0 / 3.0,
                                     5e-324,
                                     std::numeric_limits<double>::max(),
                                     std::numeric_limits<double>::infinity()};
    const std::vector<double> again = decode_doubles(encode_doubles(values));
    ASSERT_EQ(again.size(), values.size());
    EXPECT_EQ(std::memcmp(again.data(), values.data(), 8 * values.size()), 0);
    EXPECT_TRUE(decode_doubles("").empty());
    EXPECT_THROW(decode_doubles("3ff"), IoError);
    EXPECT_THROW(decode_doubles("3ff0000000000000 "), IoError);
    EXPECT_THROW(decode_doubles("3ff0000000000000x3ff0000000000000"), IoError);
}

TEST_F(Store, GivesTheSameBytesForAllThreadsAndShards) {
    std::set<std::string> contents;
    int number = 0;
    for (const int threads : {1, 2, 4}) {
        for (const std::uint64_t shard : {1U, 7U, 100U}) {
            exec::ThreadTeam team(threads);
            RecordStore store(path("s" + std::to_string(number++)), "hash", 50);
            const EnsembleReport report = run_ensemble(plan(shard), store, team);
            EXPECT_EQ(report.computed, 50U);
            EXPECT_EQ(report.missing, 0U);
            contents.insert(merged({&store}));
        }
    }
    EXPECT_EQ(contents.size(), 1U);
}

TEST_F(Store, QuarantinesFailuresWithTheirParametersAndGoesOn) {
    exec::ThreadTeam team(2);
    RecordStore store(path("s"), "hash", 50);
    const EnsembleReport report = run_ensemble(plan(), store, team);
    ASSERT_EQ(report.quarantined.size(), 2U);
    EXPECT_EQ(report.quarantined[0].index, 13U);
    EXPECT_EQ(report.quarantined[0].parameters, "weight = 33 g caravel population --only 13");
    EXPECT_NE(report.quarantined[0].reason.find("blood"), std::string::npos);
    EXPECT_EQ(report.quarantined[1].index, 17U);
    EXPECT_EQ(report.quarantined[1].reason, "output 'auc' is nan");
    EXPECT_FALSE(outputs_of(store.payload(13)));
    EXPECT_EQ((*outputs_of(store.payload(16)))[0], 4.0);
    // What is quarantined is not computed again.
    EXPECT_EQ(run_ensemble(plan(), store, team).computed, 0U);
}

// A process killed between its last append and the merge leaves all records in any order.
TEST_F(Store, PutsACompleteStoreInOrderThoughNothingIsLeftToCompute) {
    exec::ThreadTeam team(1);
    std::vector<Record> records;
    {
        RecordStore store(path("whole"), "hash", 20);
        run_ensemble(plan(), store, team);
        for (std::uint64_t i = 0; i < 20; ++i) records.push_back({i, store.payload(i)});
    }
    const std::string whole = report::read_whole_file(path("whole"));
    std::reverse(records.begin(), records.end());
    RecordStore(path("killed"), "hash", 20).append(records);
    ASSERT_NE(report::read_whole_file(path("killed")), whole);
    RecordStore store(path("killed"), "hash", 20);
    EXPECT_EQ(run_ensemble(plan(), store, team).computed, 0U);
    EXPECT_EQ(report::read_whole_file(path("killed")), whole);
    EXPECT_EQ(store.payload(7), records[12].payload);
}

TEST_F(Store, StaysAsItIsWhileResultsAreMissingOrInOrder) {
    const std::vector<Record> records{{2, "c"}, {0, "a"}};
    RecordStore store(path("s"), "hash", 3);
    store.append(records);
    const std::string content = report::read_whole_file(path("s"));
    store.put_in_order();
    EXPECT_EQ(report::read_whole_file(path("s")), content);
    store.append(std::vector<Record>{{1, "b"}});
    store.put_in_order();
    const auto written = std::filesystem::last_write_time(path("s"));
    store.put_in_order();
    EXPECT_EQ(std::filesystem::last_write_time(path("s")), written);
    EXPECT_LT(report::read_whole_file(path("s")).find(" 0 a"),
              report::read_whole_file(path("s")).find(" 2 c"));
}

// Whatever byte a killed process stopped at, the resumed run ends with the same merged bytes.
TEST_F(Store, SurvivesBeingCutAtAnyByte) {
    exec::ThreadTeam team(1);
    std::string whole;
    std::string file;
    {
        RecordStore store(path("whole"), "hash", 2);
        run_ensemble(plan(3), store, team);
        whole = merged({&store});
        file = report::read_whole_file(path("whole"));
    }
    const std::size_t header = file.find('\n') + 1;
    for (std::size_t cut = header; cut < file.size(); ++cut) {
        write_plainly(path("cut"), file.substr(0, cut));
        RecordStore store(path("cut"), "hash", 2);
        EXPECT_LE(store.damaged(), 1U);
        run_ensemble(plan(5), store, team);
        EXPECT_EQ(store.finished(), 2U);
        ASSERT_EQ(merged({&store}), whole) << cut;
        const RecordStore again(path("cut"), "hash", 2);
        EXPECT_EQ(again.finished(), 2U);
    }
}

TEST_F(Store, SeesEveryFlippedBitOfARecord) {
    exec::ThreadTeam team(1);
    {
        RecordStore store(path("s"), "hash", 3);
        run_ensemble(plan(1), store, team);
    }
    const std::string file = report::read_whole_file(path("s"));
    const std::size_t header = file.find('\n') + 1;
    const std::size_t end = file.find('\n', header);
    for (std::size_t at = header; at < end; ++at) {
        for (unsigned bit = 0; bit < 8; ++bit) {
            std::string broken = file;
            broken[at] = static_cast<char>(static_cast<unsigned char>(broken[at]) ^ (1U << bit));
            write_plainly(path("broken"), broken);
            // Letters of the checksum in the other case say the same.
            const RecordStore store(path("broken"), "hash", 3);
            if (at - header < 8 && std::tolower(broken[at]) == file[at]) continue;
            EXPECT_GE(store.damaged(), 1U) << at << ' ' << bit;
            EXPECT_EQ(store.finished(), 2U);
        }
    }
}

TEST_F(Store, MergesInAnyOrderAndRefusesDisagreement) {
    RecordStore a(path("a"), "hash", 4);
    RecordStore b(path("b"), "hash", 4);
    a.append(std::vector<Record>{{3, "x"}, {0, "y"}});
    b.append(std::vector<Record>{{0, "y"}, {2, "z"}});
    EXPECT_EQ(merged({&a, &b}), merged({&b, &a}));
    EXPECT_EQ(merge_stores(std::vector<const RecordStore*>{&a, &b}, path("m")), 1U);
    const RecordStore m(path("m"), "hash", 4);
    EXPECT_EQ(m.missing(), (std::vector<std::uint64_t>{1}));
    b.append(std::vector<Record>{{3, "other"}});
    EXPECT_THROW(merged({&a, &b}), IoError);
    const RecordStore other(path("o"), "another", 4);
    EXPECT_THROW(merged({&a, &other}), IoError);
}

TEST_F(Store, ComparesDuplicatesBitForBit) {
    RecordStore store(path("s"), "hash", 4);
    store.append(std::vector<Record>{{1, "v 1"}});
    store.append(std::vector<Record>{{1, "v 1"}, {2, "v 2"}});
    EXPECT_EQ(store.duplicates(), 1U);
    try {
        store.append(std::vector<Record>{{1, "v 1 "}});
        ADD_FAILURE();
    } catch (const IoError& error) {
        EXPECT_NE(std::string(error.what()).find("job 1 gave another result"), std::string::npos);
    }
    EXPECT_EQ(store.finished(), 2U);
    const std::string file = report::read_whole_file(path("s"));
    EXPECT_EQ(std::count(file.begin(), file.end(), '\n'), 3);
}

TEST_F(Store, RefusesAnotherPlanAndOtherFiles) {
    { RecordStore store(path("s"), "hash", 4); }
    EXPECT_THROW(RecordStore(path("s"), "other", 4), IoError);
    report::write_file_atomically(path("text"), "name,value\n");
    EXPECT_THROW(RecordStore(path("text"), "hash", 4), IoError);
    { RecordStore(path("s"), "hash", 4).append(std::vector<Record>{{3, "x"}}); }
    EXPECT_THROW(RecordStore(path("s"), "hash", 3), IoError);
    const RecordStore store(path("s"), "hash", 4);
    EXPECT_THROW(store.payload(0), IoError);
}

TEST_F(Store, KeepsWhatWasDoneWhenCancelledOrBroken) {
    exec::ThreadTeam team(2);
    RecordStore store(path("s"), "hash", 50);
    std::atomic<bool> cancel{false};
    const auto progress = [&](const Progress& p) {
        EXPECT_EQ(p.total, 50);
        if (p.done >= 10) cancel = true;
    };
    const EnsembleReport report = run_ensemble(plan(3), store, team, progress, &cancel);
    EXPECT_GE(report.computed, 10U);
    EXPECT_GT(report.missing, 0U);
    EnsemblePlan broken = plan(3);
    broken.job = [](std::uint64_t) -> std::vector<double> { throw std::bad_alloc(); };
    EXPECT_THROW(run_ensemble(broken, store, team), std::bad_alloc);
    EXPECT_EQ(run_ensemble(plan(3), store, team).computed, report.missing);
}

TEST(RunShards, CallsEveryIndexOnceAndCountsProgress) {
    for (const int threads : {1, 3}) {
        exec::ThreadTeam team(threads);
        std::vector<int> calls(1000, 0);
        index_t last = 0;
        const index_t done = run_shards(
            1000, [&](index_t i) { ++calls[static_cast<std::size_t>(i)]; }, team,
            [&](const Progress& p) {
                EXPECT_EQ(p.done, last + 1);
                last = p.done;
            });
        EXPECT_EQ(done, 1000);
        EXPECT_EQ(last, 1000);
        for (const int c : calls) EXPECT_EQ(c, 1);
        EXPECT_EQ(run_shards(
                      0, [](index_t) {}, team),
                  0);
    }
}

}  // namespace
}  // namespace caravel::inference
