#include "caravel/report/fold_error.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace caravel::report {
namespace {

TEST(FoldError, IsTheLargerRatio) {
    EXPECT_DOUBLE_EQ(*fold_error(2.0, 1.0), 2.0);
    EXPECT_DOUBLE_EQ(*fold_error(1.0, 4.0), 4.0);
    EXPECT_DOUBLE_EQ(*fold_error(3.0, 3.0), 1.0);
}

TEST(FoldError, FailedPredictionsCountAsMissesAndBadMeasurementsNotAtAll) {
    EXPECT_TRUE(std::isinf(*fold_error(0.0, 1.0)));
    EXPECT_TRUE(std::isinf(*fold_error(-1.0, 1.0)));
    EXPECT_TRUE(std::isinf(*fold_error(std::numeric_limits<double>::quiet_NaN(), 1.0)));
    EXPECT_FALSE(fold_error(1.0, 0.0).has_value());
    EXPECT_FALSE(fold_error(1.0, -2.0).has_value());
}

RunRecord record_with_points() {
    RunRecord record;
    record.times = {0.0, 10.0, 20.0};
    Series series;
    series.name = "blood.concentration";
    series.values = {10.0, 20.0, 40.0};
    series.measured = {{5.0, 10.0, {}, {}, false, "", "A"},     // predicted 15: 1.5
                       {10.0, 10.0, {}, {}, false, "", "A"},    // predicted 20: exactly 2
                       {15.0, 10.0, {}, {}, false, "", "A"},    // predicted 30: exactly 3
                       {20.0, 10.0, {}, {}, false, "", "A"},    // predicted 40: 4
                       {20.0, 99.0, {}, {}, true, "", "A"},     // below the limit
                       {25.0, 10.0, {}, {}, false, "", "A"},    // outside the simulated time
                       {5.0, 10.0, {}, 11.0, false, "", "B"}};  // brings its prediction: 1.1
    record.series = {series};
    return record;
}

TEST(FoldError, SummariesPerDataSetByHand) {
    const auto rows = compare_with_measurements(record_with_points());
    ASSERT_EQ(rows.size(), 7u);
    EXPECT_DOUBLE_EQ(*rows[0].predicted, 15.0);
    EXPECT_FALSE(rows[1].miss());
    EXPECT_TRUE(rows[2].miss());
    EXPECT_FALSE(rows[4].fold.has_value());
    EXPECT_FALSE(rows[4].miss());  // 40 predicted, below 99 measured
    EXPECT_FALSE(rows[5].predicted.has_value());
    const auto groups = summarise_folds(rows);
    ASSERT_EQ(groups.size(), 2u);
    EXPECT_EQ(groups[0].group, "A");
    EXPECT_EQ(groups[0].count, 4);
    EXPECT_EQ(groups[0].excluded, 2);
    EXPECT_DOUBLE_EQ(*groups[0].median, 2.5);
    EXPECT_DOUBLE_EQ(*groups[0].worst, 4.0);
    EXPECT_DOUBLE_EQ(groups[0].within_two, 0.5);
    EXPECT_DOUBLE_EQ(groups[0].within_three, 0.75);
    EXPECT_DOUBLE_EQ(*groups[1].median, 1.1);
    const FoldSummary all = summarise_all(rows);
    EXPECT_EQ(all.count, 5);
    EXPECT_DOUBLE_EQ(*all.median, 2.0);
    EXPECT_DOUBLE_EQ(all.within_two, 0.6);
}

TEST(FoldError, PredictionsFarAboveTheLimitOfQuantificationAreMisses) {
    Comparison row;
    row.below_limit = true;
    row.measured = 0.5;
    row.predicted = 1.0;
    EXPECT_FALSE(row.miss());
    row.predicted = 1.1;
    EXPECT_TRUE(row.miss());
}

TEST(FoldError, NoMeasurementsGiveNoMedian) {
    const FoldSummary none = summarise_all({});
    EXPECT_EQ(none.count, 0);
    EXPECT_FALSE(none.median.has_value());
}

}  // namespace
}  // namespace caravel::report
