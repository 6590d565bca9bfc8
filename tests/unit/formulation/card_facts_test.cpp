#include "caravel/formulation/cards/card_facts.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace caravel::formulation {
namespace {

/// Three rows of one made-up material, one of each status.
matter::Library library() {
    matter::Library result(std::filesystem::path(CARAVEL_SOURCE_DIR) / "data");
    const auto define = [&](const char* property, double si, matter::Status status) {
        matter::Fact fact;
        fact.name = "testium";
        fact.property = property;
        fact.si = fact.value = si;
        fact.unit = "1";
        fact.source = "this test";
        fact.licence = "facts";
        fact.status = status;
        result.define("magnetic", fact);
    };
    define("anisotropy", 1.0, matter::Status::measured);
    define("curie_temperature", 2.0, matter::Status::fitted);
    define("attempt_time", 3.0, matter::Status::assumed);
    return result;
}

TEST(CardFacts, TheWeakestFactDecides) {
    matter::Library tables = library();
    CardFacts facts(tables);
    EXPECT_EQ(facts.basis().status, CardStatus::computed);
    EXPECT_EQ(facts.value("magnetic", "testium", "anisotropy"), 1.0);
    EXPECT_EQ(facts.basis().status, CardStatus::computed);
    EXPECT_EQ(facts.basis().source, "data/magnetic.csv: testium");
    EXPECT_EQ(facts.find("magnetic", "testium", "curie_temperature"), 2.0);
    EXPECT_EQ(facts.basis().status, CardStatus::calibrated);
    CardFacts more = facts;
    EXPECT_EQ(more.value("magnetic", "testium", "attempt_time"), 3.0);
    EXPECT_EQ(more.value("magnetic", "testium", "anisotropy"), 1.0);
    EXPECT_EQ(more.basis().status, CardStatus::assumed);
    EXPECT_EQ(more.basis().source, "data/magnetic.csv: testium (assumed)");
    EXPECT_EQ(facts.basis().status, CardStatus::calibrated);
}

TEST(CardFacts, WhatIsNotThereCountsForNothing) {
    matter::Library tables = library();
    CardFacts facts(tables);
    EXPECT_EQ(facts.find("magnetic", "testium", "exchange_stiffness"), std::nullopt);
    EXPECT_THROW(facts.value("magnetic", "testium", "exchange_stiffness"), InputError);
    EXPECT_EQ(facts.basis().source, "");
}

TEST(CardFacts, AGivenValueGoesBeforeTheTable) {
    matter::Library tables = library();
    CardFacts facts(tables);
    EXPECT_EQ(facts.given_or(9.0, "magnetic", "testium", "attempt_time"), 9.0);
    EXPECT_EQ(facts.basis().status, CardStatus::computed);
    EXPECT_EQ(facts.basis().source, "the formulation");
    EXPECT_EQ(facts.given_or(std::nullopt, "magnetic", "testium", "attempt_time"), 3.0);
    facts.add({"a guess (assumed)", CardStatus::assumed});
    facts.add({"a guess (assumed)", CardStatus::assumed});
    EXPECT_EQ(facts.basis().source,
              "the formulation; data/magnetic.csv: testium (assumed); a guess (assumed)");
}

}  // namespace
}  // namespace caravel::formulation
