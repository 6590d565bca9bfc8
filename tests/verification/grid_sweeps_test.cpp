// The second sweep of a window: what a tumour in space keeps of the first, what it works out again,
// and that no amount is lost by either.
#include "support/particle_study.hpp"
#include "support/study_text.hpp"

#include "caravel/couple/slot.hpp"
#include "caravel/tissue/grid/grid_tumour.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace caravel::study {
namespace {

constexpr double length = 600.0;  // s, of the window

Prepared small_tumour() {
    test::ParticleStudy study;
    study.tumour += "model = \"grid\"\n[subject.tumour.grid]\nresolution = \"700 um\"\n";
    study.run = "until = \"1 h\"\n";
    return test::prepare_text(test::text_of(study));
}

/// A body that sends a tumour what it is told and takes back what the tumour plans.
class Body {
  public:
    Body(couple::Wiring& wiring, const tissue::GridPlan& plan) : plan_(plan) {
        couple::Ports ports(wiring, "body");
        const auto returns = plan.returns.size();
        amounts_ = ports.write_block("kinetics.amounts", "1", at(plan.body_species));
        passing_ = ports.read_block(plan.name + ".passing", "1", returns);
        rates_ = ports.read_block(plan.name + ".return", "1/s", returns);
    }

    void initialise(couple::State& state) const {
        for (double& amount : state.jump_block(amounts_)) amount = 0.0;
    }

    void send(couple::State& state, double share_of_dose) const {
        const auto amounts = state.end_block(amounts_);
        for (const auto& exchange : plan_.exchanges) {
            const double came = share_of_dose * exchange.scale;
            amounts[at(exchange.brought)] = came;
            amounts[at(exchange.pool)] = came;
        }
        for (std::size_t r = 0; r < plan_.returns.size(); ++r) {
            const auto& exchange = plan_.exchanges[at(plan_.returns[r].exchange)];
            amounts[at(exchange.pool)] -=
                state.end_block(passing_)[r] * share_of_dose * exchange.scale +
                state.end_block(rates_)[r] * length;
        }
    }

    std::span<double> amounts(couple::State& state) const { return state.jump_block(amounts_); }

  private:
    static std::size_t at(int index) { return static_cast<std::size_t>(index); }

    const tissue::GridPlan& plan_;
    couple::WriteHandle amounts_;
    couple::ReadHandle passing_;
    couple::ReadHandle rates_;
};

struct Swept {
    std::vector<double> fields{};
    double residual = 0.0;  // of the amounts, against the dose
};

/// A window whose two sweeps bring these shares of the dose.
Swept after_sweeps(double first, double second) {
    const Prepared prepared = small_tumour();
    const auto& plan = prepared.built.grids.front();
    couple::Wiring wiring;
    const Body body(wiring, plan);
    const tissue::GridTumour tumour(wiring, plan, 1);
    couple::State state(wiring.slots());
    body.initialise(state);
    tumour.initialise(state);
    tumour.publish(state, body.amounts(state));
    state.begin();
    int sweep = 0;
    for (const double share : {first, second}) {
        body.send(state, share);
        tumour.advance(state, {0.0, length, sweep++});
    }
    state.accept();
    Swept result;
    result.residual = tumour.publish(state, body.amounts(state));
    const auto fields = tumour.fields(state);
    result.fields.assign(fields.begin(), fields.end());
    return result;
}

constexpr double share = 1e-3;
constexpr double nearly = 1.0 + 0.5 * tissue::GridTumour::same_inflow;
constexpr double other = 1.0 + 2.0 * tissue::GridTumour::same_inflow;

TEST(GridSweeps, TheSecondKeepsTheFieldsWhereNearlyAsMuchBloodComes) {
    const auto same = after_sweeps(share, share);
    EXPECT_GT(same.fields, std::vector<double>(same.fields.size(), 0.0));
    EXPECT_EQ(after_sweeps(share, nearly * share).fields, same.fields);
    EXPECT_EQ(after_sweeps(share, share / nearly).fields, same.fields);
}

TEST(GridSweeps, TheSecondIsAsIfItWereTheOnlyOneWhereBloodDiffers) {
    const auto only = after_sweeps(other * share, other * share).fields;
    EXPECT_EQ(after_sweeps(share, other * share).fields, only);
    EXPECT_EQ(after_sweeps(0.0, other * share).fields, only);
    EXPECT_NE(after_sweeps(share, share).fields, only);
}

TEST(GridSweeps, NothingIsLostByEither) {
    for (const double second : {1.0, nearly, 1.0 / nearly, other, 2.0, 0.0})
        EXPECT_LT(after_sweeps(share, second * share).residual, 1e-15) << second;
}

TEST(GridSweeps, AnotherWindowIsNeverKept) {
    const Prepared prepared = small_tumour();
    const auto& plan = prepared.built.grids.front();
    couple::Wiring wiring;
    const Body body(wiring, plan);
    const tissue::GridTumour tumour(wiring, plan, 1);
    couple::State state(wiring.slots());
    body.initialise(state);
    tumour.initialise(state);
    std::vector<double> before;
    for (int window = 0; window < 2; ++window) {
        state.begin();
        body.send(state, (window + 1) * share);  // in all: as much as in the window before
        tumour.advance(state, {window * length, (window + 1) * length, 0});
        state.accept();
        const auto fields = tumour.fields(state);
        EXPECT_NE(std::vector<double>(fields.begin(), fields.end()), before);
        before.assign(fields.begin(), fields.end());
    }
}

}  // namespace
}  // namespace caravel::study
