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

std::size_t at(int index) { return static_cast<std::size_t>(index); }

/// A carrier that releases by temperature, injected into a vein and into a tumour whose vessels
/// can be blocked: everything that comes into a tumour but treatment.
Prepared small_tumour() {
    test::ParticleStudy study;
    study.carrier =
        "[formulation.payload.release.trigger]\nsignal = \"temperature\"\n"
        "midpoint = \"41 Cel\"\nwidth = \"2 K\"\n";
    study.tumour +=
        "model = \"grid\"\n[subject.tumour.grid]\nresolution = \"700 um\"\n"
        "[subject.tumour.grid.angiogenesis]\nsprouting_rate = \"0.5 1/h\"\n";
    study.dose =
        "at = \"0 h\"\ndose = \"5 mg/kg\"\n[[protocol.administer]]\nof = \"doxorubicin\"\n"
        "at = \"0 h\"\nroute = \"intratumoural\"\ndose = \"0.01 mg\"\nvolume = \"20 uL\"\n";
    study.run = "until = \"1 h\"\n";
    return test::prepare_text(test::text_of(study));
}

/// What comes in during a sweep.
struct Sent {
    double blood = 1e-3;         // share of the dose
    double needle = 0.0;         // share of the dose
    double temperature = 310.0;  // K, at the window's end
    double blockade = 0.0;
};

/// A body that sends a tumour what it is told and takes back what the tumour plans.
class Body {
  public:
    Body(couple::Wiring& wiring, const tissue::GridPlan& plan) : plan_(plan) {
        couple::Ports ports(wiring, "body");
        const auto returns = plan.returns.size();
        amounts_ = ports.write_block("kinetics.amounts", "1", at(plan.body_species));
        for (const auto& signal : plan.uniform_signals)
            signals_.push_back(ports.write(signal.slot, signal.unit));
        blockade_ = ports.write(plan.name + ".vegf_blockade", "1");
        passing_ = ports.read_block(plan.name + ".passing", "1", returns);
        rates_ = ports.read_block(plan.name + ".return", "1/s", returns);
        owed_ = ports.read_block(plan.name + ".owed", "1", returns);
    }

    void initialise(couple::State& state) const {
        for (double& amount : state.jump_block(amounts_)) amount = 0.0;
        for (const auto& signal : signals_) state.set(signal, Sent{}.temperature);
        state.set(blockade_, 0.0);
    }

    void send(couple::State& state, const Sent& sent) const {
        const auto amounts = state.end_block(amounts_);
        for (const auto& exchange : plan_.exchanges) {
            amounts[at(exchange.brought)] = sent.blood * exchange.scale;
            amounts[at(exchange.pool)] = sent.blood * exchange.scale;
        }
        for (const auto& what : plan_.injected)
            amounts[at(what.counter)] = sent.needle * plan_.exchanges.front().scale;
        for (std::size_t r = 0; r < plan_.returns.size(); ++r)
            amounts[at(exchange_of(r).pool)] -= taken(state, r, sent.blood);
        for (const auto& signal : signals_) state.set_end(signal, sent.temperature);
        state.set_end(blockade_, sent.blockade);
    }

    /// What goes back by a return in a sweep with this share of the dose in blood.
    double taken(const couple::State& state, std::size_t r, double blood) const {
        return state.end_block(passing_)[r] * blood * exchange_of(r).scale +
               state.end_block(rates_)[r] * length;
    }

    std::span<double> amounts(couple::State& state) const { return state.jump_block(amounts_); }
    std::span<const double> owed(const couple::State& state) const {
        return state.start_block(owed_);
    }

  private:
    const tissue::Exchange& exchange_of(std::size_t r) const {
        return plan_.exchanges[at(plan_.returns[r].exchange)];
    }

    const tissue::GridPlan& plan_;
    couple::WriteHandle amounts_;
    std::vector<couple::WriteHandle> signals_;
    couple::WriteHandle blockade_;
    couple::ReadHandle passing_;
    couple::ReadHandle rates_;
    couple::ReadHandle owed_;
};

struct Swept {
    std::vector<double> fields{};
    std::vector<double> left{};  // by every return, in the last sweep
    double residual = 0.0;       // of the amounts, against the dose
};

class GridSweeps : public testing::Test {
  protected:
    /// A window whose two sweeps bring this.
    Swept after(const Sent& first, const Sent& second) const {
        couple::Wiring wiring;
        const Body body(wiring, plan_);
        const tissue::GridTumour tumour(wiring, plan_, 1);
        couple::State state(wiring.slots());
        body.initialise(state);
        tumour.initialise(state);
        tumour.publish(state, body.amounts(state));
        state.begin();
        body.send(state, first);
        tumour.advance(state, {0.0, length, 0});
        body.send(state, second);
        Swept result;
        for (std::size_t r = 0; r < plan_.returns.size(); ++r)
            result.left.push_back(body.taken(state, r, second.blood));
        tumour.advance(state, {0.0, length, 1});
        state.accept();
        for (std::size_t r = 0; r < plan_.returns.size(); ++r)
            result.left[r] += body.owed(state)[r];
        result.residual = tumour.publish(state, body.amounts(state));
        const auto fields = tumour.fields(state);
        result.fields.assign(fields.begin(), fields.end());
        return result;
    }

    /// Whether the second sweep is as if there had been no other.
    bool is_as_alone(const Sent& second) const {
        return after({}, second).fields == after(second, second).fields;
    }

    Prepared prepared_ = small_tumour();
    const tissue::GridPlan& plan_ = prepared_.built.grids.front();
};

constexpr double share = Sent{}.blood;
constexpr double nearly = 1.0 + 0.5 * tissue::GridTumour::same_inflow;
constexpr double other = 1.0 + 2.0 * tissue::GridTumour::same_inflow;

TEST_F(GridSweeps, TheSecondKeepsTheFieldsWhereNearlyAsMuchBloodComes) {
    const auto same = after({}, {}).fields;
    EXPECT_EQ(after({}, {.blood = nearly * share}).fields, same);
    EXPECT_EQ(after({}, {.blood = share / nearly}).fields, same);
    EXPECT_NE(after({.blood = 0.0}, {.blood = 0.0}).fields, same);
}

TEST_F(GridSweeps, TheSecondIsAsIfItWereTheOnlyOneWhereAnythingElseComes) {
    const auto same = after({}, {}).fields;
    for (const Sent& sent : {Sent{.blood = other * share}, Sent{.blood = 0.0}, Sent{.needle = 1e-9},
                             Sent{.temperature = 310.001}, Sent{.blockade = 1e-6}}) {
        EXPECT_TRUE(is_as_alone(sent));
        EXPECT_NE(after({}, sent).fields, same);
    }
}

TEST_F(GridSweeps, WhatDiffersPassesByTheVein) {
    const auto same = after({}, {});
    const auto more = after({}, {.blood = nearly * share});
    std::size_t veins = 0;
    for (std::size_t r = 0; r < plan_.returns.size(); ++r) {
        const auto& exchange = plan_.exchanges[at(plan_.returns[r].exchange)];
        const bool vein = exchange.vein == static_cast<int>(r);
        const double passed = vein ? (nearly - 1.0) * share * exchange.scale : 0.0;
        EXPECT_NEAR(more.left[r] - same.left[r], passed, 1e-14 * exchange.scale) << r;
        veins += vein ? 1 : 0;
    }
    EXPECT_EQ(veins, plan_.exchanges.size());
}

TEST_F(GridSweeps, NothingIsLostByEither) {
    for (const double factor : {1.0, nearly, 1.0 / nearly, other, 2.0, 0.0})
        EXPECT_LT(after({}, {.blood = factor * share}).residual, 1e-15) << factor;
}

TEST_F(GridSweeps, AFirstSweepIsNeverKept) {
    couple::Wiring wiring;
    const Body body(wiring, plan_);
    const tissue::GridTumour tumour(wiring, plan_, 1);
    couple::State state(wiring.slots());
    body.initialise(state);
    tumour.initialise(state);
    std::vector<double> before;
    for (int window = 1; window <= 2; ++window) {
        state.begin();
        body.send(state, {.blood = window * share});  // in all: as much in each window
        tumour.advance(state, {(window - 1) * length, window * length, 0});
        state.accept();
        const auto fields = tumour.fields(state);
        EXPECT_NE(std::vector<double>(fields.begin(), fields.end()), before);
        before.assign(fields.begin(), fields.end());
    }
}

}  // namespace
}  // namespace caravel::study
