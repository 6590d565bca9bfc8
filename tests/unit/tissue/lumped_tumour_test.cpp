#include "caravel/base/unit.hpp"
#include "caravel/input/document.hpp"
#include "caravel/input/reader.hpp"
#include "example_tumour.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace caravel::tissue {

/// The keys of a tumour alone, as a table of its own.
struct TumourTable {
    TumourInput tumour;
};
void describe(input::Visitor& v, TumourTable& t) { describe_tumour(v, t.tumour); }

namespace {

using test::amount;
using test::example_tumour;
using test::message_of;
using test::TumourModel;

TEST(LumpedTumour, PopulationsShareTheVolumeAndNothingIsDying) {
    kinetics::KineticModel model;
    const LumpedTumour tumour(model, example_tumour());
    const kinetics::CompiledModel compiled(model);
    EXPECT_DOUBLE_EQ(compiled.sum(tumour.population_volume(0), model.initial()), 1.5e-7);
    EXPECT_DOUBLE_EQ(compiled.sum(tumour.population_volume(1), model.initial()), 0.5e-7);
    EXPECT_DOUBLE_EQ(compiled.sum(tumour.volume(), model.initial()), 2e-7);
    EXPECT_DOUBLE_EQ(compiled.sum(tumour.viable_volume(), model.initial()), 2e-7);
    for (const auto& stage : tumour.dying()) EXPECT_EQ(amount(model.initial(), stage), 0.0);
}

TEST(LumpedTumour, DyingCellsLeaveThroughThreeStages) {
    kinetics::KineticModel model;
    const LumpedTumour tumour(model, example_tumour());
    auto y = model.initial();
    amount(y, tumour.population(0)) = amount(y, tumour.population(1)) = 0.0;
    amount(y, tumour.dying()[0]) = 2e-7;
    // The time to leave three equal stages is gamma distributed.
    const double x = 1e-5 * 2e5;
    y = test::integrate(model, y, 2e5);
    const kinetics::CompiledModel compiled(model);
    const double left = 2e-7 * std::exp(-x) * (1.0 + x + 0.5 * x * x);
    EXPECT_NEAR(compiled.sum(tumour.volume(), y) / left, 1.0, 1e-8);
    EXPECT_EQ(compiled.sum(tumour.viable_volume(), y), 0.0);
}

TEST(LumpedTumour, InterstitiumSettlesAtThePlasmaConcentrationOfADrugWithoutCells) {
    body::DrugDisposition disposition = test::inert_drug();
    disposition.cell_uptake = 0.0;
    const TumourModel m(disposition);
    auto y = m.model.initial();
    amount(y, m.pool("venous")) = 1e-9;
    y = test::integrate(m.model, y, 1e7);
    const double plasma = amount(y, m.pool("venous")) / (0.8 * m.body.venous_volume);
    EXPECT_NEAR(amount(y, m.pool("tumour.interstitium")) / (0.3 * 2e-7) / plasma, 1.0, 1e-8);
    EXPECT_NEAR(amount(y, m.pool("tumour.plasma")) / (0.05 * 2e-7) / (0.8 * plasma), 1.0, 1e-8);
    EXPECT_EQ(amount(y, m.pool("tumour.cells.sensitive")), 0.0);
}

TEST(LumpedTumour, CellsSettleAtTheirAccumulationTimesTheInterstitium) {
    body::DrugDisposition disposition = test::inert_drug();
    disposition.cell_uptake = 2e-4;
    disposition.cell_accumulation = 50.0;
    const TumourModel m(disposition);
    auto y = m.model.initial();
    amount(y, m.pool("venous")) = 1e-9;
    y = test::integrate(m.model, y, 1e8);
    const double matrix = amount(y, m.pool("tumour.interstitium")) / (0.3 * 2e-7);
    const double plasma = amount(y, m.pool("venous")) / (0.8 * m.body.venous_volume);
    EXPECT_NEAR(matrix / plasma, 1.0, 1e-8);
    EXPECT_NEAR(amount(y, m.pool("tumour.cells.sensitive")) / (0.65 * 1.5e-7) / matrix, 50.0, 1e-6);
    EXPECT_NEAR(amount(y, m.pool("tumour.cells.resistant")) / (0.65 * 0.5e-7) / matrix, 10.0, 1e-6);
}

TEST(LumpedTumour, DyingCellsTakeUpNoDrugButDiluteTheInterstitium) {
    body::DrugDisposition disposition = test::inert_drug();
    disposition.cell_uptake = 2e-4;
    const TumourModel m(disposition);
    auto y = m.model.initial();
    amount(y, m.tumour.population(0)) = 1e-7;
    amount(y, m.tumour.population(1)) = 0.0;
    amount(y, m.tumour.dying()[0]) = 3e-7;
    amount(y, m.pool("tumour.interstitium")) = 5.0 * 0.3 * 4e-7;  // 5 mol/m3
    const auto rates = test::rates_at(m.model, y);
    EXPECT_NEAR(amount(rates, m.pool("tumour.cells.sensitive")), 2e-4 * 5.0 * 0.65 * 1e-7, 1e-22);
    EXPECT_EQ(amount(rates, m.pool("tumour.cells.resistant")), 0.0);
}

TEST(LumpedTumour, DrugFromEndosomesGoesToThePopulationsByTheirVolume) {
    const TumourModel m;
    auto y = m.model.initial();
    amount(y, m.pool("tumour.endosome")) = 1.0;
    const auto rates = test::rates_at(m.model, y);
    const double escape = std::numbers::ln2 / 600.0;
    EXPECT_NEAR(amount(rates, m.pool("tumour.cells.sensitive")), 0.75 * escape, 1e-14);
    EXPECT_NEAR(amount(rates, m.pool("tumour.cells.resistant")), 0.25 * escape, 1e-14);
    EXPECT_NEAR(amount(rates, m.pool("tumour.endosome")), -escape, 1e-14);
}

TEST(LumpedTumour, AGrowingTumourTakesItsBloodFromTheRest) {
    const TumourModel m;
    auto y = m.model.initial();
    amount(y, m.pool("arterial")) = 1.0;
    const double whole = m.body.cardiac_output / m.body.arterial_volume;
    const double before = m.body.organ("rest").arterial_flow;
    for (const double growth : {1.0, 4.0}) {
        amount(y, m.tumour.population(0)) = growth * 1.5e-7;
        amount(y, m.tumour.population(1)) = growth * 0.4e-7;
        amount(y, m.tumour.dying()[1]) = growth * 0.1e-7;
        const auto rates = test::rates_at(m.model, y);
        const double demand = 2e-3 * 2e-7 * growth;
        EXPECT_NEAR(amount(rates, m.pool("arterial")), -whole, 1e-12 * whole) << growth;
        EXPECT_NEAR(amount(rates, m.pool("tumour.plasma")), demand / m.body.arterial_volume,
                    1e-12 * whole);
        EXPECT_NEAR(amount(rates, m.pool("rest")),
                    (before + 2e-3 * 2e-7 - demand) / m.body.arterial_volume, 1e-12 * whole);
    }
}

TEST(LumpedTumour, BloodOfTheTumourReturnsWithItsOwnFlowAtAnyVolume) {
    const TumourModel m;
    auto y = m.model.initial();
    amount(y, m.tumour.population(0)) = 5e-7;
    amount(y, m.tumour.population(1)) = 0.0;
    // 3 mol/m3 of blood in the vessels; the walls take their part beside it
    amount(y, m.pool("tumour.plasma")) = 3.0 * 0.05 * 5e-7;
    EXPECT_NEAR(amount(test::rates_at(m.model, y), m.pool("venous")), 3.0 * 2e-3 * 5e-7, 1e-20);
}

/// Carrier "probe" in a mouse with the example tumour, only the tumour's reactions.
struct TumourCarrier {
    explicit TumourCarrier(const std::optional<Binding>& binding, double wall, double capture)
        : body(test::reference_mouse()),
          tumour(model, parameters()),
          cohort("probe", "carrier probe", {"cargo"}, {1e-6, 1e-9}) {
        body::add_body_places(model, cohort, body);
        tumour.add_carrier_places(model, cohort);
        bound = model.add_sum({"bound", {{place("tumour.bound"), 1.0}}, 0.0});
        tumour.add_carrier_reactions(model, cohort, body, wall, capture, binding, bound);
    }
    static TumourParameters parameters() {
        TumourParameters p = example_tumour();
        p.endocytosis_rate = 3e-5;
        p.exit_rate = 4e-5;
        return p;
    }
    kinetics::SpeciesId place(const std::string& name) const {
        return cohort.place(name).species[0];
    }
    body::Physiology body;
    kinetics::KineticModel model;
    LumpedTumour tumour;
    body::CarrierCohort cohort;
    kinetics::SumId bound;
};

TEST(LumpedTumour, CarriersCrossTheWallWithItsPermeabilitySurface) {
    const double wall = 6e-5;
    const TumourCarrier m({}, wall, 7e-5);
    auto y = m.model.initial();
    const double plasma = 0.05 * 2e-7 * m.body.plasma_fraction();
    amount(y, m.place("tumour.plasma")) = 2.0 * plasma;  // 2 kg/m3
    auto rates = test::rates_at(m.model, y);
    EXPECT_NEAR(amount(rates, m.place("tumour.interstitium")), 2.0 * wall * 2e-7, 1e-22);
    EXPECT_NEAR(amount(rates, m.place("tumour.endocytosed")), 2.0 * 7e-5 * 2e-7, 1e-22);
    amount(y, m.place("tumour.interstitium")) = 2.0 * 0.3 * 2e-7;
    rates = test::rates_at(m.model, y);
    // As much back through the wall as in; lymph and cells take the rest.
    EXPECT_NEAR(amount(rates, m.place("tumour.interstitium")), -7e-5 * 2.0 * 0.3 * 2e-7, 1e-22);
    EXPECT_NEAR(amount(rates, m.place("lymph")), 4e-5 * 2.0 * 0.3 * 2e-7, 1e-22);
}

TEST(LumpedTumour, BindingStopsWhenAllReceptorsAreTaken) {
    const Binding binding{1e-3, 2e-4, 5e-5, 8e-9};
    const TumourCarrier m(binding, 0.0, 0.0);
    auto y = m.model.initial();
    amount(y, m.place("tumour.interstitium")) = 1e-8;
    amount(y, m.place("tumour.bound")) = 2e-9;  // a quarter taken
    auto rates = test::rates_at(m.model, y);
    EXPECT_NEAR(amount(rates, m.place("tumour.bound")), 1e-3 * 0.75 * 1e-8 - (2e-4 + 5e-5) * 2e-9,
                1e-24);
    EXPECT_NEAR(amount(rates, m.place("tumour.endocytosed")), 3e-5 * 1e-8 + 5e-5 * 2e-9, 1e-24);
    amount(y, m.place("tumour.bound")) = 8e-9;
    rates = test::rates_at(m.model, y);
    EXPECT_NEAR(amount(rates, m.place("tumour.bound")), -(2e-4 + 5e-5) * 8e-9, 1e-24);
    // Twice the tumour has twice the receptors: half of them are free again.
    amount(y, m.tumour.population(0)) = 3e-7;
    amount(y, m.tumour.population(1)) = 1e-7;
    rates = test::rates_at(m.model, y);
    EXPECT_NEAR(amount(rates, m.place("tumour.bound")), 1e-3 * 0.5 * 1e-8 - (2e-4 + 5e-5) * 8e-9,
                1e-24);
}

TEST(ResolveTumour, TakesTheLinesValuesThenTheGenericOnes) {
    matter::Library library(test::data_folder());
    TumourInput input;
    input.volume = 1.5e-7;
    TumourParameters p = resolve(input, library);
    EXPECT_NEAR(p.blood_flow, 0.16 / 60.0, 1e-12);  // 0.16 mL/min/g at 1 g/mL
    EXPECT_NEAR(p.vascular_fraction, 0.0285, 1e-15);
    EXPECT_NEAR(p.interstitial_fraction, 0.323, 1e-15);
    ASSERT_EQ(p.populations.size(), 1U);
    EXPECT_EQ(p.populations[0].fraction, 1.0);
    input.vascular_fraction = 0.1;
    EXPECT_EQ(resolve(input, library).vascular_fraction, 0.1);
}

TEST(ResolveTumour, RefusesVesselsAndInterstitiumThatLeaveNoCells) {
    matter::Library library(test::data_folder());
    TumourInput input;
    input.volume = 1.5e-7;
    input.vascular_fraction = 0.5;
    input.interstitial_fraction = 0.6;
    const std::string message = message_of([&] { resolve(input, library); });
    EXPECT_NE(message.find("take 1.1 of its volume"), std::string::npos) << message;
}

std::string reading(const std::string& toml) {
    return message_of(
        [&] { input::read<TumourTable>(input::parse_toml(toml, "study.toml").root); });
}

TEST(DescribeTumour, PopulationsThatDoNotAddToOneAreRefused) {
    const std::string head =
        "volume = \"150 mm3\"\n[[population]]\nname = \"a\"\nfraction = 0.7\n"
        "[[population]]\nname = \"b\"\nfraction = ";
    EXPECT_EQ(reading(head + "0.3\n"), "no error");
    const std::string message = reading(head + "0.2\n");
    EXPECT_NE(message.find("the fractions of the populations add to 0.9, expected 1"),
              std::string::npos)
        << message;
}

}  // namespace
}  // namespace caravel::tissue
