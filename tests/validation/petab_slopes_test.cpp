// Slopes of published PEtab problems against central differences of their predictions.
#include "../support/shared_data.hpp"
#include "caravel/inference/fit/petab.hpp"
#include "caravel/kinetics/sbml_description.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace caravel::inference::fit {
namespace {

struct Slopes {
    FitProblem problem;
    std::vector<double> nominal;
    Prediction prediction;

    explicit Slopes(const std::string& file)
        : problem(read_petab(*test::shared_data() / "tumour" / "petab" / file)) {
        for (const auto& p : problem.parameters) nominal.push_back(p.nominal);
        problem.predict(nominal, true, prediction);
    }

    double of(const std::string& observable, const std::string& condition, double time,
              const std::string& parameter) const {
        const auto p = std::find_if(problem.parameters.begin(), problem.parameters.end(),
                                    [&](const Parameter& one) { return one.name == parameter; });
        for (std::size_t i = 0; i < problem.data.size(); ++i) {
            const Datum& d = problem.data[i];
            if (d.observable == observable && d.condition == condition && d.time == time) {
                return prediction.value_by_parameter(
                    i, static_cast<std::size_t>(p - problem.parameters.begin()));
            }
        }
        throw std::invalid_argument(observable);
    }

    /// Largest deviation from fourth-order differences, as p d value / d p over the value.
    double worst() const {
        double result = 0.0;
        for (std::size_t p = 0; p < nominal.size(); ++p) {
            const double h = 1e-3 * std::abs(nominal[p]);
            const auto moved = [&](double change) {
                std::vector<double> x = nominal;
                x[p] += change;
                Prediction at;
                problem.predict(x, false, at);
                return at.value;
            };
            const auto far = moved(2 * h), near = moved(h), back = moved(-h),
                       far_back = moved(-2 * h);
            for (std::size_t i = 0; i < near.size(); ++i) {
                const double difference =
                    (8.0 * (near[i] - back[i]) - (far[i] - far_back[i])) / (12.0 * h);
                result =
                    std::max(result, std::abs(difference - prediction.value_by_parameter(i, p)) *
                                         std::abs(nominal[p] / prediction.value[i]));
            }
        }
        return result;
    }
};

bool can_run() { return test::shared_data().has_value() && kinetics::sbml_available(); }

TEST(PetabSlopes, OfTheSphingolipidModelAgreeWithDifferences) {
    if (!can_run()) GTEST_SKIP() << test::data_not_present;
    const Slopes slopes("Armistead_CellDeathDis2024/Armistead_CellDeathDis2024.yaml");
    EXPECT_LT(slopes.worst(), 1e-8);
    EXPECT_NEAR(slopes.of("Sphinga_obs", "wild_type", 2.0, "k00"), 6.725e-4, 5e-8);
    EXPECT_NEAR(slopes.of("Cer_obs", "wild_type", 2.0, "k00"), 0.62053, 5e-6);
    EXPECT_NEAR(slopes.of("Cer_obs", "wild_type", 2.0, "k_d"), -0.98199, 5e-6);
}

// Its event, that empties what is infected, does not fire at the nominal parameters.
TEST(PetabSlopes, OfTheVirusModelAgreeWithDifferences) {
    if (!can_run()) GTEST_SKIP() << test::data_not_present;
    const Slopes slopes("Liu_IFACPapersOnLine2025/Liu_IFACPapersOnLine2025.yaml");
    EXPECT_LT(slopes.worst(), 1e-6);
}

}  // namespace
}  // namespace caravel::inference::fit
