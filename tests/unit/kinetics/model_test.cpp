#include "caravel/kinetics/model.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace caravel::kinetics {
namespace {

TEST(KineticModel, RefusesNamesThatAreTaken) {
    KineticModel model;
    const SpeciesId a = model.add_species({"a", "x"});
    const CoefficientId k = model.add_coefficient("k", 1.0);
    model.add_sum({"s", {{a, 1.0}}, 0.0});
    model.add_reaction({"r", {{a, -1.0}}, {k, a, {}, {}}});
    EXPECT_THROW(model.add_species({"a", "x"}), std::invalid_argument);
    EXPECT_THROW(model.add_coefficient("k", 2.0), std::invalid_argument);
    EXPECT_THROW(model.add_sum({"s", {}, 0.0}), std::invalid_argument);
    EXPECT_THROW(model.add_reaction({"r", {}, {k, a, {}, {}}}), std::invalid_argument);
    EXPECT_THROW(model.add_species({"b", "x", 0.0}), std::invalid_argument);
    EXPECT_EQ(model.all_species().size(), 1u);
}

TEST(KineticModel, FindsSpeciesByNameAndNamesTheMissingOne) {
    KineticModel model;
    model.add_species({"a"});
    model.add_species({"b"});
    EXPECT_EQ(model.species("b").index, 1);
    EXPECT_FALSE(model.has_species("c"));
    try {
        model.species("c");
        FAIL();
    } catch (const std::invalid_argument& error) {
        EXPECT_NE(std::string(error.what()).find("'c'"), std::string::npos);
    }
}

TEST(KineticModel, RefusesUnknownIndices) {
    KineticModel model;
    const SpeciesId a = model.add_species({"a"});
    const CoefficientId k = model.add_coefficient("k", 1.0);
    EXPECT_THROW(model.add_sum({"s", {{SpeciesId{7}, 1.0}}, 0.0}), std::invalid_argument);
    EXPECT_THROW(model.add_transfer("t", a, SpeciesId{3}, k), std::invalid_argument);
    EXPECT_THROW(model.add_transfer("t", a, a, CoefficientId{3}), std::invalid_argument);
}

TEST(KineticModel, ConservationNamesTheReactionThatLosesSubstance) {
    KineticModel model;
    const SpeciesId a = model.add_species({"a", "x"});
    const SpeciesId b = model.add_species({"b", "x"});
    const SpeciesId cells = model.add_species({"cells", ""});
    const CoefficientId k = model.add_coefficient("k", 1.0);
    model.add_transfer("move", a, b, k);
    model.add_reaction({"infusion", {{a, 1.0}}, {k, {}, {}, {}}});
    model.add_reaction({"growth", {{cells, 1.0}}, {k, cells, {}, {}}});
    EXPECT_NO_THROW(model.check_conservation());
    model.add_reaction({"leak", {{a, -1.0}, {b, 0.5}}, {k, a, {}, {}}});
    try {
        model.check_conservation();
        FAIL();
    } catch (const std::invalid_argument& error) {
        EXPECT_NE(std::string(error.what()).find("leak"), std::string::npos);
    }
}

TEST(CompiledModel, RatesAgreeWithHandNumbers) {
    KineticModel model;
    const SpeciesId a = model.add_species({"a"}, 4.0);
    const SpeciesId b = model.add_species({"b"}, 3.0);
    const SpeciesId c = model.add_species({"c"}, 1.0);
    const CoefficientId fast = model.add_coefficient("fast", 2.0);
    const CoefficientId slow = model.add_coefficient("slow", 0.5);
    const SumId load = model.add_sum({"load", {{b, 1.0}, {c, 2.0}}, 1.0});
    model.add_transfer("first order", a, b, fast);                                            // 8
    model.add_reaction({"association", {{a, -1.0}, {b, -1.0}, {c, 1.0}}, {slow, a, b, {}}});  // 6
    model.add_transfer("uptake", a, c, fast, {{Shape::capacity, load, 12.0, 1.0}});  // 8 (1-6/12)
    model.add_reaction({"source", {{c, 1.0}}, {slow, {}, {}, {}}});                  // 0.5
    const CompiledModel compiled(model);
    std::vector<double> rates(3);
    compiled.rates(model.initial(), compiled.coefficients(), rates);
    EXPECT_DOUBLE_EQ(rates[0], -8.0 - 6.0 - 4.0);
    EXPECT_DOUBLE_EQ(rates[1], 8.0 - 6.0);
    EXPECT_DOUBLE_EQ(rates[2], 6.0 + 4.0 + 0.5);
    EXPECT_DOUBLE_EQ(compiled.sum(load, model.initial()), 6.0);
    const std::vector<double> j = compiled.dense_jacobian(model.initial(), compiled.coefficients());
    EXPECT_DOUBLE_EQ(j[0], -2.0 - 1.5 - 1.0);   // da/da
    EXPECT_DOUBLE_EQ(j[1], -2.0 + 8.0 / 12.0);  // da/db: -0.5 a, +8/12 through the load
    EXPECT_DOUBLE_EQ(j[2], 2.0 * 8.0 / 12.0);   // da/dc
    EXPECT_DOUBLE_EQ(j[8], -2.0 * 8.0 / 12.0);  // dc/dc
    EXPECT_THROW(compiled.sum(SumId{5}, model.initial()), std::invalid_argument);
}

}  // namespace
}  // namespace caravel::kinetics
