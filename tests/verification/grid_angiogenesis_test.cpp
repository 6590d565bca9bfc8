// Vessels of a tumour in space that follow hypoxia and the blockade of VEGF.
#include "support/particle_study.hpp"
#include "support/resumed_run.hpp"
#include "support/run_values.hpp"
#include "support/study_text.hpp"

#include "caravel/study/observables.hpp"
#include "caravel/study/record_builder.hpp"
#include "caravel/tissue/grid/grid_fields.hpp"
#include "caravel/tissue/grid/grid_stepper.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

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
    // The curve of vessels steers no step; one more amount in the body moves round-off alone.
    EXPECT_NEAR(frozen.recorded("tumour.interstitium.particle", 24.0), a, 1e-12 * a);
    for (const double vessels : frozen.row(1, frozen.plan().vessel_row())) EXPECT_EQ(vessels, 1.0);
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
    // The vessels themselves, in the curve and in the field.
    const double start = blocked.recorded("tumour.vessel_density", 4.0);
    EXPECT_NEAR(start, 1.0, 0.01);
    EXPECT_NEAR(blocked.recorded("tumour.vessel_density", 24.0), 0.7 * start, 0.02);
    const auto shown = tissue::shown_fields(blocked.plan(), blocked.fields[1], {});
    const auto vessels = std::find_if(shown.begin(), shown.end(),
                                      [](const auto& f) { return f.name == "vessel_density"; });
    ASSERT_NE(vessels, shown.end());
    EXPECT_NEAR(vessels->values.front(), 0.7, 1e-12);
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

/// A tumour that doubles every two days wherever it is, whose vessels neither sprout nor regress.
Prepared doubling() {
    return prepare_text(particle_study(
        "model = \"grid\"\n",
        "[subject.tumour.growth]\nlaw = \"exponential\"\ndoubling_time = \"2 d\"\n"
        "[subject.tumour.grid]\nresolution = \"400 um\"\nmargin = \"2 mm\"\nfluid = false\n"
        "[subject.tumour.grid.cells]\nnecrosis_pressure = \"0 mm[Hg]\"\n"
        "necrosis_full_pressure = \"0 mm[Hg]\"\nproliferation_half = \"0 mm[Hg]\"\n"
        "[subject.tumour.grid.angiogenesis]\nsprouting_rate = \"0 1/d\"\n"
        "regression_rate = \"0 1/d\"\n",
        "until = \"24 h\"\n"));
}

/// The fields of a plan with this density of vessels, after `hours` of windows of half an hour.
std::vector<double> grown(const tissue::GridPlan& plan, const std::vector<double>& density,
                          int hours) {
    const tissue::GridStepper stepper(plan, 1);
    std::vector<double> fields(stepper.size());
    stepper.initialise(fields);
    const auto n = static_cast<std::ptrdiff_t>(density.size());
    std::copy(density.begin(), density.end(),
              fields.begin() + static_cast<std::ptrdiff_t>(plan.vessel_row()) * n);
    const std::vector<double> nothing(plan.exchanges.size(), 0.0);
    const std::vector<double> signals(plan.uniform_signals.size(), 0.0);
    for (int i = 0; i < 2 * hours; ++i)
        stepper.advance(fields, nothing, signals, 1800.0 * i, 1800.0 * (i + 1));
    return fields;
}

/// Vessels in all (density times cells) and cells in all, in voxels.
std::pair<double, double> vessels_and_cells(const tissue::GridPlan& plan,
                                            const std::vector<double>& fields) {
    const auto n = plan.domain.region.size();
    std::pair<double, double> sum{};
    for (std::size_t i = 0; i < n; ++i) {
        double cells = 0.0;
        for (const auto* kinds : {&plan.viable, &plan.dead})
            for (const int k : *kinds) cells += fields[static_cast<std::size_t>(k) * n + i];
        sum.first += cells * fields[plan.vessel_row() * n + i];
        sum.second += cells;
    }
    return sum;
}

TEST(GridAngiogenesis, VesselsHaveACurve) {
    const Simulated run(particle_study("model = \"grid\"\n",
                                       "[subject.tumour.grid]\nresolution = \"600 um\"\n"
                                       "fields_at = [\"24 h\"]\n" +
                                           std::string(growing),
                                       "until = \"24 h\"\n"));
    const auto& built = run.prepared.built;
    const auto all = make_observables(built, run.prepared.file.input);
    const auto curve = std::find_if(
        all.begin(), all.end(), [](const auto& o) { return o.name == "tumour.vessel_density"; });
    ASSERT_NE(curve, all.end());
    const auto& record = run.outcome->record;
    const auto last = record.times().size() - 1;
    const auto [vessels, cells] = vessels_and_cells(run.plan(), run.fields.back());
    EXPECT_GT(vessels / cells, 1.02);
    EXPECT_NEAR(evaluate(*curve, built, record.row(last), record.times()[last]), vessels / cells,
                1e-9);
    const auto without = prepare_text(study_of(""));
    for (const auto& o : make_observables(without.built, without.file.input))
        EXPECT_NE(o.name, "tumour.vessel_density");
}

TEST(GridAngiogenesis, VesselsMoveWithTheTissueThatGrows) {
    const auto prepared = doubling();
    const auto& plan = prepared.built.grids.front();
    const auto& g = plan.domain.grid;
    const auto n = plan.domain.region.size();
    // Twice as many within 2 mm of the middle (the octant's corner), of a radius of 3.6 mm.
    const auto from_middle = [&](index_t v) {
        const auto x = g.centre(v % g.nx, v / g.nx % g.ny, v / (g.nx * g.ny));
        return std::hypot(x[0], x[1], x[2]);
    };
    std::vector<double> density(n, 1.0);
    for (std::size_t i = 0; i < n; ++i)
        if (from_middle(static_cast<index_t>(i)) < 2e-3) density[i] = 2.0;
    const auto before = vessels_and_cells(plan, grown(plan, density, 0));
    const auto fields = grown(plan, density, 24);
    const auto after = vessels_and_cells(plan, fields);
    // Half a doubling: all places grow alike, so that each moves out by 2^(1/6) and vessels grow
    // as their tissue does.
    EXPECT_NEAR(after.second / before.second, std::sqrt(2.0), 0.01);
    EXPECT_NEAR(after.first / before.first, after.second / before.second, 0.01);
    double least = 2.0;
    double most = 1.0;
    for (std::size_t i = 0; i < n; ++i) {
        const double vessels = fields[plan.vessel_row() * n + i];
        EXPECT_GE(vessels, 1.0 - 1e-12);
        EXPECT_LE(vessels, 2.0 + 1e-12);
        const double r = from_middle(static_cast<index_t>(i));
        if (r < 1.6e-3) least = std::min(least, vessels);
        if (r > 3.0e-3 && r < 3.4e-3) most = std::max(most, vessels);
    }
    EXPECT_GT(least, 1.9);
    EXPECT_LT(most, 1.1);
}

TEST(GridAngiogenesis, AlikeVesselsStayAlikeAsTissueGrows) {
    const auto prepared = doubling();
    const auto& plan = prepared.built.grids.front();
    const auto n = plan.domain.region.size();
    const auto fields = grown(plan, std::vector<double>(n, 1.7), 4);
    for (std::size_t i = 0; i < n; ++i) EXPECT_EQ(fields[plan.vessel_row() * n + i], 1.7);
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
    const auto prepared = prepare_text(study_of(vessels, "24 h"));
    const auto whole = run_model(prepared.file.input, prepared.built, {}, {});
    test::expect_same_bits(whole, test::resumed_after(prepared, 40));
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
    refused(
        "[subject.tumour.grid.angiogenesis]\n[[subject.tumour.grid.angiogenesis.blockade]]\n"
        "at = \"30 h\"\nduration = \"2 h\"\n",
        "a blockade of VEGF at 30 h comes after the end");
    try {
        prepare_text(particle_study("", growing, "until = \"24 h\"\n"));
        ADD_FAILURE() << "a lumped tumour took angiogenesis";
    } catch (const InputError& error) {
        EXPECT_NE(std::string(error.what()).find("angiogenesis in tumour 'tumour', whose vessels"),
                  std::string::npos)
            << error.what();
    }
}

}  // namespace
}  // namespace caravel::study
