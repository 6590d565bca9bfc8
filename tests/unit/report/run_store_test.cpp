#include "caravel/report/run_store.hpp"

#include "caravel/base/error.hpp"
#include "caravel/report/atomic_file.hpp"
#include "caravel/report/manifest.hpp"
#include "caravel/report/sha256.hpp"

#include <filesystem>
#include <fstream>
#include <functional>
#include <set>
#include <string>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace caravel::report {
namespace {

namespace fs = std::filesystem;

class RunStoreTest : public testing::Test {
  protected:
    void SetUp() override {
        root_ = fs::temp_directory_path() /
                ("caravel-runs-" + std::to_string(::getpid()) + "-" +
                 testing::UnitTest::GetInstance()->current_test_info()->name());
        fs::remove_all(root_);
    }
    void TearDown() override { fs::remove_all(root_); }

    static NewRun study(const std::string& echo) {
        return {"name of " + echo, echo, "0.1.0", 7, ""};
    }

    fs::path root_;
};

template <class Error>
std::string message_of(const std::function<void()>& action) {
    try {
        action();
    } catch (const Error& error) {
        return error.what();
    }
    return "no such error";
}

TEST(RunId, IsShortStableAndSensitive) {
    const std::string id = run_id("echo", "0.1.0", 1);
    EXPECT_EQ(id.size(), 26u);
    EXPECT_EQ(id.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyz"), std::string::npos);
    EXPECT_EQ(id, run_id("echo", "0.1.0", 1));
    const std::set<std::string> all = {id, run_id("echo", "0.1.0", 2), run_id("echo", "0.1.1", 1),
                                       run_id("echO", "0.1.0", 1), run_id("echo0", ".1.0", 1)};
    EXPECT_EQ(all.size(), 5u);
}

// The first 130 bits of SHA-256("caravel run 0 0 0\n") in base 32, taken bit by bit.
TEST(RunId, IsBase32OfTheHash) {
    const std::string hex = sha256_hex("caravel run 0 0 0\n");
    std::string bits;
    for (const char c : hex) {
        const int value = c <= '9' ? c - '0' : c - 'a' + 10;
        for (int b = 3; b >= 0; --b) bits += ((value >> b) & 1) != 0 ? '1' : '0';
    }
    std::string expected;
    for (std::size_t i = 0; i < 130; i += 5) {
        expected += "0123456789abcdefghjkmnpqrstvwxyz"[std::stoul(bits.substr(i, 5), nullptr, 2)];
    }
    EXPECT_EQ(run_id("", "", 0), expected);
}

TEST_F(RunStoreTest, CreatesFindsAndFinishesRuns) {
    const RunStore store(root_);
    const RunFolder a = store.create(study("a"), Existing::refuse);
    const RunFolder b = store.create(study("b"), Existing::refuse);
    EXPECT_TRUE(fs::is_directory(root_ / a.id));
    EXPECT_FALSE(a.finished);
    write_file_atomically(a.path / "results.json", "abc");
    store.finish(a.id, {{"version", "0.1.0"}}, {{"simulate", 1.5}});
    const auto runs = store.list();
    ASSERT_EQ(runs.size(), 2u);
    EXPECT_EQ(runs[0].id, a.id);
    EXPECT_EQ(runs[0].name, "name of a");
    EXPECT_EQ(runs[0].state, "finished");
    EXPECT_EQ(runs[0].study_hash, sha256_hex("a"));
    EXPECT_EQ(runs[0].created_sequence, 1);
    EXPECT_EQ(runs[1].created_sequence, 2);
    EXPECT_EQ(runs[1].state, "running");
    EXPECT_EQ(store.find(b.id.substr(0, 8)).id, b.id);
    const std::string manifest = read_whole_file(a.path / "manifest.json");
    EXPECT_NE(manifest.find(sha256_hex("abc")), std::string::npos);
    EXPECT_DOUBLE_EQ(read_manifest(a.path).timings.at("simulate"), 1.5);
}

TEST_F(RunStoreTest, TheCallerDecidesAboutFinishedRuns) {
    const RunStore store(root_);
    const RunFolder first = store.create(study("a"), Existing::refuse);
    EXPECT_TRUE(store.create(study("a"), Existing::refuse).resumed);
    store.finish(first.id, {}, {});
    EXPECT_TRUE(store.create(study("a"), Existing::reuse).finished);
    EXPECT_EQ(message_of<UsageError>([&] { store.create(study("a"), Existing::refuse); }),
              "run '" + first.id + "' is finished already in '" + first.path.string() +
                  "': the same study, version and seed give the same results; reuse it, or change "
                  "the study, the seed or the output folder");
    EXPECT_EQ(store.list().size(), 1u);
}

TEST_F(RunStoreTest, UnknownAndAmbiguousPrefixesAreErrors) {
    const RunStore store(root_);
    std::set<char> first_letters;
    std::string twice;
    for (int i = 0; twice.empty(); ++i) {
        const std::string id = store.create(study(std::to_string(i)), Existing::refuse).id;
        if (!first_letters.insert(id.front()).second) twice = id.substr(0, 1);
    }
    EXPECT_NE(message_of<UsageError>([&] {
                  store.find(twice);
              }).find("'" + twice + "' is the start of 2 run ids ("),
              std::string::npos);
    EXPECT_EQ(message_of<UsageError>([&] { store.find("_"); }),
              "no run in '" + root_.string() + "' has an id that starts with '_'");
    EXPECT_THROW(store.find(""), UsageError);
}

TEST_F(RunStoreTest, ACorruptIndexIsNamedAndCanBeRebuilt) {
    const RunStore store(root_);
    const RunFolder a = store.create(study("a"), Existing::refuse);
    const RunFolder b = store.create(study("b"), Existing::refuse);
    store.finish(a.id, {}, {});
    const std::string index = (root_ / "index.sqlite").string();
    std::ofstream(index, std::ios::trunc) << std::string(5000, 'x');
    EXPECT_EQ(message_of<IoError>([&] { store.list(); }),
              "the run index '" + index +
                  "' is corrupt (file is not a database); the runs themselves are unharmed: delete "
                  "'" +
                  index + "', and the next command rebuilds it from their manifests");
    fs::create_directories(root_ / "no-run");
    const Rebuilt rebuilt = store.rebuild_index();
    EXPECT_EQ(rebuilt.runs, 2);
    ASSERT_EQ(rebuilt.skipped.size(), 1u);
    EXPECT_NE(rebuilt.skipped[0].find("no-run"), std::string::npos);
    const auto runs = store.list();
    ASSERT_EQ(runs.size(), 2u);
    EXPECT_EQ(runs[0].id, a.id);
    EXPECT_EQ(runs[0].state, "finished");
    EXPECT_EQ(runs[1].id, b.id);
    fs::remove(index);
    EXPECT_EQ(store.list().size(), 2u);
}

TEST_F(RunStoreTest, JournalKeepsWholeLinesAndCountsDamagedOnes) {
    const RunStore store(root_);
    const RunFolder run = store.create(study("a"), Existing::refuse);
    EXPECT_TRUE(store.read_journal(run.id).entries.empty());
    store.append_journal(run.id, R"({"piece":1})");
    std::ofstream(run.path / "journal.jsonl", std::ios::app) << R"({"crc":"000)";
    store.append_journal(run.id, R"({"piece":2})");
    std::ofstream(run.path / "journal.jsonl", std::ios::app)
        << R"({"crc":"00000000","entry":{"piece":3}})" << '\n';
    const Journal journal = store.read_journal(run.id);
    EXPECT_EQ(journal.entries, (std::vector<std::string>{R"({"piece":1})", R"({"piece":2})"}));
    EXPECT_EQ(journal.damaged, 2);
}

TEST_F(RunStoreTest, SeveralProcessesShareTheIndex) {
    std::vector<pid_t> children;
    for (int child = 0; child < 4; ++child) {
        const pid_t pid = ::fork();
        ASSERT_GE(pid, 0);
        if (pid == 0) {
            try {
                const RunStore store(root_);
                for (int i = 0; i < 5; ++i) {
                    store.create(study(std::to_string(100 * child + i)), Existing::refuse);
                }
            } catch (const std::exception& error) {
                ::fprintf(stderr, "%s\n", error.what());
                ::_exit(1);
            }
            ::_exit(0);
        }
        children.push_back(pid);
    }
    for (const pid_t pid : children) {
        int status = -1;
        ::waitpid(pid, &status, 0);
        EXPECT_EQ(status, 0);
    }
    const auto runs = RunStore(root_).list();
    EXPECT_EQ(runs.size(), 20u);
    std::set<std::int64_t> sequences;
    for (const RunEntry& run : runs) sequences.insert(run.created_sequence);
    EXPECT_EQ(sequences.size(), 20u);
}

TEST_F(RunStoreTest, ARootThatIsAFileIsNamed) {
    std::ofstream(root_) << "x";
    EXPECT_EQ(message_of<IoError>([&] { RunStore(root_).list(); }),
              "cannot create folder '" + root_.string() + "': Not a directory");
}

}  // namespace
}  // namespace caravel::report
