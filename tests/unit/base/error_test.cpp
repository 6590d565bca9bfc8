#include "caravel/base/error.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <new>

namespace caravel {
namespace {

TEST(Diagnostic, full_line_has_place_expectation_and_hint) {
    EXPECT_EQ(format({{"a.toml", 3, 7},
                      "unknown key 'doze'",
                      "a key of 'administer'",
                      "did you mean 'dose'?"}),
              "a.toml:3:7: unknown key 'doze', expected a key of 'administer' "
              "(did you mean 'dose'?)");
}

TEST(Diagnostic, absent_parts_are_left_out) {
    EXPECT_EQ(format({{"a.toml", 3, 0}, "bad", "", ""}), "a.toml:3: bad");
    EXPECT_EQ(format({{"a.toml", 0, 5}, "bad", "", ""}), "a.toml: bad");
    EXPECT_EQ(format({{"", 3, 5}, "bad", "", ""}), "bad");
    EXPECT_EQ(format({{}, "bad", "good", ""}), "bad, expected good");
    EXPECT_EQ(format({{}, "bad", "", "try"}), "bad (try)");
}

TEST(InputError, joins_all_diagnostics) {
    const InputError error({Diagnostic{{"f", 1, 2}, "one", "", ""}, Diagnostic{{}, "two", "", ""}});
    EXPECT_STREQ(error.what(), "f:1:2: one\ntwo");
    EXPECT_EQ(error.diagnostics().size(), 2U);
}

TEST(InputError, keeps_twenty_and_counts_the_rest) {
    const std::vector<Diagnostic> twenty(20, Diagnostic{{}, "x", "", ""});
    EXPECT_EQ(std::string(InputError(twenty).what()).find("more"), std::string::npos);
    std::vector<Diagnostic> many(23, Diagnostic{{}, "x", "", ""});
    const InputError error(many);
    EXPECT_EQ(error.diagnostics().size(), 20U);
    EXPECT_TRUE(std::string(error.what()).ends_with("x\n... and 3 more mistakes"));
    many.resize(21);
    EXPECT_TRUE(std::string(InputError(many).what()).ends_with("\n... and 1 more mistake"));
}

TEST(NumericalError, tells_all_that_the_guard_knew) {
    const NumericalError error({"bioheat", "tissue.temperature", "voxel 12", 1.5, 1.25,
                                "is not finite", "halve longest_step."});
    EXPECT_STREQ(
        error.what(),
        "bioheat: tissue.temperature in voxel 12 is not finite at 1.5 s; the last good time "
        "is 1.25 s. Advice: halve longest_step.");
    EXPECT_EQ(error.failure().time, 1.5);
}

TEST(NumericalError, reads_well_without_place_and_advice) {
    NumericalFailure failure;
    failure.problem = "is not finite";
    EXPECT_STREQ(
        NumericalError(failure).what(),
        "numerical failure: the solution is not finite at 0 s; the last good time is 0 s.");
}

TEST(ExitCode, every_error_has_its_own) {
    EXPECT_EQ(exit_code(UsageError("x")), 2);
    EXPECT_EQ(exit_code(InputError(Diagnostic{})), 3);
    EXPECT_EQ(exit_code(NotAvailable("x")), 3);
    EXPECT_EQ(exit_code(NumericalError(NumericalFailure{})), 4);
    EXPECT_EQ(exit_code(ResourceError("x")), 5);
    EXPECT_EQ(exit_code(std::bad_alloc()), 5);
    EXPECT_EQ(exit_code(IoError("x")), 6);
    EXPECT_EQ(exit_code(std::filesystem::filesystem_error("x", std::error_code())), 6);
    EXPECT_EQ(exit_code(Interrupted("x")), 75);
    EXPECT_EQ(exit_code(std::runtime_error("x")), 70);
    EXPECT_EQ(exit_code(std::logic_error("x")), 70);
}

}  // namespace
}  // namespace caravel
