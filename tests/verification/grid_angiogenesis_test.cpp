// Vessels of a tumour in space that follow hypoxia and the blockade of VEGF.
#include "support/particle_study.hpp"
#include "support/run_values.hpp"
#include "support/study_text.hpp"

#include "caravel/study/record_builder.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace caravel::study {
namespace {

using test::particle_study;
using test::prepare_text;

/// A tumour with its vessels at the rim; `vessels` adds tables to [subject.tumour.grid].
std::string study_of(const std::string& vessels, const std::string& until = "48 h") {
    return particle_study("model = \"grid\"\n",
                          "[subject.tumour.grid]\nresolution = \"600 um\"\nfields_at = [\"0 h\", "
                          "\"24 h\", \"" +
                              until +
                              "\"]\n[subject.tumour.grid.vessels]\npattern = \"rim\"\ncontrast = "
                              "4\n" +
                              vessels,
                          "until = \"" + until + "\"\noutput_interval = \"4 h\"\n");
}

struct Simulated {
    explicit Simulated(const std::string& text) : prepared(prepare_text(text)) {
        RunnerHooks hooks;
        hooks.fields = [&](const FieldMoment& m) {
            fields.emplace_back(m.fields.begin(), m.fields.end());
        };
        outcome = run_model(prepared.file.input, prepared.built, {}, hooks);
    }
    const tissue::GridPlan& plan() const { return prepared.built.grids.front(); }
    std::span<const double> row(std::size_t k, std::size_t r) const {
        const auto n = plan().domain.region.size();
        return std::span<const double>(fields[k]).subspan(r * n, n);
    }
    std::size_t oxygen() const { return plan().species.size(); }
    /// Mean over the tumour of a row.
    double mean(std::size_t k, std::size_t r) const {
        const auto values = row(k, r);
        double sum = 0.0;
        double all = 0.0;
        for (std::size_t i = 0; i < values.size(); ++i) {
            sum += plan().domain.tumour_share[i] * values[i];
            all += plan().domain.tumour_share[i];
        }
        return sum / all;
    }
    double recorded(const std::string& species, double hours) const {
        return test::amount(prepared.built, outcome->record, species, hours);
    }

    Prepared prepared;
    std::vector<std::vector<double>> fields;
    std::optional<RunOutcome> outcome;
};

constexpr const char* growing =
    "[subject.tumour.grid.angiogenesis]\nsprouting_rate = \"0.36 1/d\"\n";

TEST(GridAngiogenesis, VesselsGrowWhereOxygenIsShortAndRelieveIt) {
    const Simulated still(study_of(""));
    const Simulated grown(study_of(growing));
    const auto vessels = grown.row(2, grown.plan().vessel_row());
    const auto before = grown.row(0, grown.oxygen());
    // Deepest voxel (the octant's corner) against one at the rim that has oxygen.
    std::size_t best = 0;
    for (std::size_t i = 0; i < vessels.size(); ++i)
        if (grown.plan().domain.tumour_share[i] > 0.99 && before[i] > before[best]) best = i;
    EXPECT_LT(before[0], before[best]);
    EXPECT_GT(vessels[0], vessels[best]);
    EXPECT_GT(vessels[0], 1.2);
    EXPECT_GT(grown.mean(2, grown.oxygen()), 1.02 * still.mean(2, still.oxygen()));
    for (const auto& row : make_ledger(grown.prepared.built, grown.outcome->record))
        EXPECT_LT(row.relative_residual, 1e-9) << row.substance;
}

TEST(GridAngiogenesis, NothingMovesWithoutSproutingAndBlockade) {
    const Simulated still(study_of("", "24 h"));
    const Simulated frozen(
        study_of("[subject.tumour.grid.angiogenesis]\nsprouting_rate = \"0 1/d\"\n", "24 h"));
    const double a = still.recorded("tumour.interstitium.particle", 24.0);
    EXPECT_DOUBLE_EQ(frozen.recorded("tumour.interstitium.particle", 24.0), a);
}

TEST(GridAngiogenesis, ABlockadeThinsVesselsTightensWallsAndRaisesFlowForItsTime) {
    const std::string window =
        "[subject.tumour.grid.angiogenesis]\nsprouting_rate = \"0 1/d\"\nregression_rate = "
        "\"0 1/d\"\n"
        "[[subject.tumour.grid.angiogenesis.blockade]]\nat = \"6 h\"\nduration = \"20 h\"\n";
    const Simulated open(study_of(""));
    const Simulated blocked(study_of(window));
    // Density 0.7, 1.6 times the blood in each vessel.
    const double flow = open.recorded("tumour.blood_flow", 24.0);
    EXPECT_NEAR(blocked.recorded("tumour.blood_flow", 24.0), 0.7 * 1.6 * flow, 0.02 * flow);
    const double later = open.recorded("tumour.blood_flow", 48.0);
    EXPECT_NEAR(blocked.recorded("tumour.blood_flow", 48.0), later, 0.02 * later);
    // Tighter walls: less interstitial pressure while it lasts.
    const std::size_t pressure = open.oxygen() + 1;
    EXPECT_LT(blocked.mean(1, pressure), 0.95 * open.mean(1, pressure));
    EXPECT_NEAR(blocked.mean(2, pressure), open.mean(2, pressure), 0.02 * open.mean(2, pressure));
}

/// Cells that want of oxygen does not kill: nothing but vessels changes.
const std::string lasting =
    "[subject.tumour.grid.cells]\nnecrosis_pressure = \"0 mm[Hg]\"\nnecrosis_full_pressure = "
    "\"0 mm[Hg]\"\n";

/// A blockade that tightens walls and does nothing else.
const std::string tight =
    lasting +
    "[subject.tumour.grid.angiogenesis]\nsprouting_rate = \"0 1/d\"\nregression_rate = "
    "\"0 1/d\"\ndensity_loss = 0\nflow_gain = 0\npermeability_loss = 0.5\n"
    "[[subject.tumour.grid.angiogenesis.blockade]]\nat = \"0 h\"\nduration = \"24 h\"\n";

TEST(GridAngiogenesis, TighterWallsAloneLetFewerCarriersOut) {
    const Simulated open(study_of(lasting, "24 h"));
    const Simulated blocked(study_of(tight, "24 h"));
    EXPECT_EQ(blocked.recorded("tumour.blood_flow", 4.0), open.recorded("tumour.blood_flow", 4.0));
    // Half the wall of the tumour's vessels; those of the tissue around it stay as they are.
    const double all = open.recorded("tumour.interstitium.particle", 4.0);
    const double less = blocked.recorded("tumour.interstitium.particle", 4.0);
    EXPECT_GT(less, 0.5 * all);
    EXPECT_LT(less, 0.75 * all);
}

TEST(GridAngiogenesis, ADrugInPlasmaBlocksVegf) {
    const Simulated run(
        study_of("[subject.tumour.grid.angiogenesis]\nagent = \"doxorubicin\"\nhalf = "
                 "\"0.001 ug/mL\"\n",
                 "24 h"));
    const auto effect = run.row(1, run.plan().vessel_row() + 1);
    EXPECT_GT(effect[0], 0.05);
    EXPECT_LT(effect[0], 1.0);
    EXPECT_EQ(effect[0], effect[effect.size() - 1]);
}

void resumes_with_the_same_bits(const std::string& vessels) {
    const test::TemporaryFolder folder;
    const auto prepared = prepare_text(study_of(vessels, "24 h"));
    const auto whole = run_model(prepared.file.input, prepared.built, {}, {});
    RunnerHooks hooks;
    hooks.checkpoint = folder.path() / "checkpoint.bin";
    hooks.identity = "test";
    int windows = 0;
    hooks.interrupted = [&] { return ++windows == 40; };
    EXPECT_THROW(run_model(prepared.file.input, prepared.built, {}, hooks), Interrupted);
    hooks.interrupted = nullptr;
    const auto resumed = run_model(prepared.file.input, prepared.built, {}, hooks);
    ASSERT_TRUE(resumed.resumed);
    EXPECT_EQ(0, std::memcmp(whole.record.values().data(), resumed.record.values().data(),
                             whole.record.values().size_bytes()));
}

TEST(GridAngiogenesis, ResumesWithTheSameBits) {
    resumes_with_the_same_bits(growing);
    resumes_with_the_same_bits(tight);
}

TEST(GridAngiogenesis, RefusesWhatCannotBe) {
    const auto refused = [](const std::string& vessels, const std::string& part) {
        try {
            prepare_text(study_of(vessels, "24 h"));
            ADD_FAILURE() << "nothing refused: " << part;
        } catch (const InputError& error) {
            EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
        }
    };
    refused("[subject.tumour.grid.angiogenesis]\nagent = \"doxorubicin\"\n",
            "needs its concentration at half effect");
    refused("[subject.tumour.grid.angiogenesis]\nagent = \"paclitaxel\"\nhalf = \"1 ug/mL\"\n",
            "'paclitaxel' blocks VEGF, but the study does not give it");
    refused("[subject.tumour.grid.angiogenesis]\ndensity_loss = 1\n", "density_loss");
}

}  // namespace
}  // namespace caravel::study
