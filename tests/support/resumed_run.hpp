// A study that is interrupted and resumed, to be compared with one that was not.
#pragma once

#include "support/study_text.hpp"

#include "caravel/base/error.hpp"
#include "caravel/study/runner.hpp"

#include <gtest/gtest.h>

#include <cstring>

namespace caravel::test {

/// What the study gives when it is interrupted after so many windows, which must not be all, and
/// then resumed from its checkpoint.
inline study::RunOutcome resumed_after(const study::Prepared& prepared, std::size_t windows) {
    const TemporaryFolder folder;
    study::RunnerHooks hooks;
    hooks.checkpoint = folder.path() / "checkpoint.bin";
    hooks.identity = "test";
    std::size_t done = 0;
    hooks.interrupted = [&] { return ++done == windows; };
    EXPECT_THROW(study::run_model(prepared.file.input, prepared.built, {}, hooks), Interrupted);
    hooks.interrupted = nullptr;
    auto outcome = study::run_model(prepared.file.input, prepared.built, {}, hooks);
    EXPECT_TRUE(outcome.resumed);
    return outcome;
}

/// Curves, what they hold of fields, bit by bit, and what is said about them.
inline void expect_same_bits(const study::RunOutcome& whole, const study::RunOutcome& resumed) {
    const auto a = whole.record.values();
    const auto b = resumed.record.values();
    ASSERT_EQ(a.size(), b.size());
    EXPECT_EQ(0, std::memcmp(a.data(), b.data(), a.size_bytes()));
    ASSERT_EQ(whole.field_quantities.size(), resumed.field_quantities.size());
    for (std::size_t q = 0; q < whole.field_quantities.size(); ++q)
        EXPECT_EQ(whole.field_quantities[q].value, resumed.field_quantities[q].value)
            << whole.field_quantities[q].name;
    EXPECT_EQ(whole.notes, resumed.notes);
}

}  // namespace caravel::test
