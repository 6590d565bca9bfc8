// A tumour in space with its body: the well-mixed limit, the ledger, the order of the coupling, the
// bits, resuming.
#include "support/particle_study.hpp"
#include "support/resumed_run.hpp"
#include "support/run_values.hpp"
#include "support/study_text.hpp"

#include "caravel/report/field_file.hpp"
#include "caravel/study/field_output.hpp"
#include "caravel/study/record_builder.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace caravel::study {
namespace {

using test::prepare_text;

const auto text = test::particle_study;

/// Neither fluid nor oxygen nor fibres that keep carriers out: every voxel is the lumped tumour.
constexpr const char* open_grid = R"(
[subject.tumour.grid]
resolution = "400 um"
fluid = false
oxygen = false
[subject.tumour.grid.matrix]
fibre_fraction = 1e-6
)";
constexpr const char* grid_model = "model = \"grid\"\n";

using test::value;

report::RunRecord run(const std::string& study, int threads = 1) {
    RunnerHooks hooks;
    hooks.threads = threads;
    return simulate(prepare_text(study), hooks, "run");
}
TEST(GridTumour, AgreesWithTheLumpedTumourInTheWellMixedLimit) {
    const std::string plan = "until = \"24 h\"\noutput_interval = \"1 h\"\n";
    const auto lumped = run(text("", "", plan));
    const auto grid = run(text(grid_model, open_grid, plan));
    for (const char* series :
         {"tumour.delivery_efficiency", "tumour.injected_dose_fraction", "tumour.concentration",
          "plasma.concentration", "liver.concentration"}) {
        for (const double hours : {1.0, 6.0, 24.0}) {
            const double expected = value(lumped, series, hours);
            EXPECT_NEAR(value(grid, series, hours), expected, 0.05 * expected)
                << series << " at " << hours << " h";
        }
    }
    // Released drug also diffuses into the tissue around, which a lumped tumour does not have.
    const double in_cells = value(grid, "tumour.cells_concentration", 24.0) /
                            value(lumped, "tumour.cells_concentration", 24.0);
    EXPECT_GT(in_cells, 0.9);
    EXPECT_LT(in_cells, 1.0);
    EXPECT_NEAR(value(grid, "tumour.volume", 24.0), 200.0, 0.2);
}

TEST(GridTumour, TheLedgerOfBodyAndTumourClosesOverAWeek) {
    const auto prepared = prepare_text(text(grid_model,
                                            "\n[subject.tumour.grid]\nresolution = \"700 "
                                            "um\"\nmargin = \"2.8 mm\"\n[subject.tumour.growth]\n"
                                            "law = \"exponential\"\ndoubling_time = \"5 d\"\n",
                                            "until = \"168 h\"\noutput_interval = \"4 h\"\n"));
    const auto outcome = run_model(prepared.file.input, prepared.built, {}, {});
    EXPECT_GT(outcome.field_residual, 0.0);
    EXPECT_LT(outcome.field_residual, 1e-9);  // asked: 1e-6
    for (const auto& row : make_ledger(prepared.built, outcome.record))
        EXPECT_LT(row.relative_residual, 1e-9) << row.substance;
    // Nothing is negative beyond what the solvers of the local kinetics allow.
    const auto last = outcome.record.row(outcome.record.times().size() - 1);
    for (std::size_t s = 0; s < last.size(); ++s) {
        const auto& species = prepared.built.model.all_species()[s];
        if (!species.non_negative) continue;
        EXPECT_GT(last[s], -1e-6 * species.scale) << species.name;
    }
}

/// Content of the tumour at 6 h with windows of `minutes`.
double content(double minutes) {
    const auto record =
        run(text(grid_model, open_grid,
                 fmt::format("until = \"6 h\"\noutput_interval = \"{} min\"\n", minutes)));
    return value(record, "tumour.injected_dose_fraction", 6.0);
}

TEST(GridTumour, WindowsOfHalfTheLengthChangeNothingThatMatters) {
    // Steps of the first hour are the same geometric series; later windows are four times as long.
    const double coarse = content(60.0);
    const double middle = content(30.0);
    const double fine = content(15.0);
    EXPECT_LT(std::abs(coarse - fine), 5e-4 * fine);
    EXPECT_LT(std::abs(middle - fine), 5e-4 * fine);
}

TEST(GridTumour, HasTheSameBitsForAnyNumberOfThreads) {
    const std::string study =
        text(grid_model,
             "\n[subject.tumour.grid]\nresolution = \"600 um\"\n[subject.tumour.growth]\n"
             "law = \"exponential\"\ndoubling_time = \"3 d\"\n",
             "until = \"12 h\"\noutput_interval = \"2 h\"\n");
    const auto one = run(study, 1);
    for (const int threads : {2, 4}) {
        const auto many = run(study, threads);
        ASSERT_EQ(one.series.size(), many.series.size());
        for (std::size_t s = 0; s < one.series.size(); ++s)
            EXPECT_EQ(0, std::memcmp(one.series[s].values.data(), many.series[s].values.data(),
                                     one.series[s].values.size() * sizeof(double)))
                << one.series[s].name << ", " << threads << " threads";
    }
}

TEST(GridTumour, ResumesWithTheSameBits) {
    const auto prepared = prepare_text(
        text(grid_model,
             "\n[subject.tumour.grid]\nresolution = \"600 um\"\n[subject.tumour.growth]\n"
             "law = \"exponential\"\ndoubling_time = \"3 d\"\n",
             "until = \"12 h\"\noutput_interval = \"1 h\"\n"));
    const auto whole = run_model(prepared.file.input, prepared.built, {}, {});
    test::expect_same_bits(whole, test::resumed_after(prepared, 30));
}

/// A tumour that grows, in windows of an hour at most.
std::string growing(const std::string& grid) {
    return text(grid_model,
                "\n[subject.tumour.grid]\nresolution = \"600 um\"\n" + grid +
                    "[subject.tumour.growth]\nlaw = \"exponential\"\ndoubling_time = \"3 d\"\n",
                "until = \"6 h\"\noutput_interval = \"1 h\"\n");
}

TEST(GridTumour, RemembersTheLargestResidualWhenItIsResumed) {
    const auto prepared = prepare_text(growing(""));
    const auto whole = run_model(prepared.file.input, prepared.built, {}, {});
    // One window is left, which alone has a smaller residual.
    const auto windows = window_ends(prepared.file.input, prepared.built).size();
    const auto resumed = test::resumed_after(prepared, windows - 1);
    EXPECT_GT(whole.field_residual, 0.0);
    EXPECT_EQ(whole.field_residual, resumed.field_residual);
}

TEST(GridTumour, WritesFieldsOfTheStart) {
    const test::TemporaryFolder folder;
    const auto prepared = prepare_text(growing("fields_at = [\"0 h\", \"2 h\"]\n"));
    const auto& plan = prepared.built.grids.front();
    const auto n = plan.domain.region.size();
    std::vector<double> times;
    std::vector<double> first;
    RunnerHooks hooks;
    hooks.fields = [&](const FieldMoment& moment) {
        if (times.empty()) first.assign(moment.fields.begin(), moment.fields.end());
        times.push_back(moment.time);
        write_fields(prepared.built, moment, prepared.file.input.run.until, folder.path());
    };
    run_model(prepared.file.input, prepared.built, {}, hooks);
    EXPECT_EQ(times, (std::vector<double>{0.0, 7200.0}));
    // Viable cells where the tumour is, breathing; nothing that was given.
    const auto cells = static_cast<std::size_t>(plan.viable.front());
    for (std::size_t i = 0; i < n; ++i) {
        EXPECT_EQ(first[cells * n + i], plan.domain.tumour_share[i]);
        EXPECT_GT(first[plan.species.size() * n + i], 0.0);
    }
    for (std::size_t s = 0; s < plan.species.size(); ++s) {
        if (plan.species[s].exchange < 0) continue;
        for (std::size_t i = 0; i < n; ++i) EXPECT_EQ(first[s * n + i], 0.0);
    }
    const auto own = folder.path() / plan.name;
    EXPECT_EQ(report::read_field_file(own / report::field_file_name(1)).when.time, 0.0);
    EXPECT_EQ(report::read_field_file(own / report::field_file_name(2)).when.time, 7200.0);
    const std::string film = report::read_whole_file(own / "fields.pvd");
    EXPECT_NE(film.find("timestep=\"0\" part=\"0\" file=\"t000001.vti\""), std::string::npos)
        << film;
    EXPECT_NE(film.find("timestep=\"7200\" part=\"0\" file=\"t000002.vti\""), std::string::npos);
}

TEST(GridTumour, MoleculesAreFieldsThatSurviveAnInterruption) {
    const auto prepared =
        prepare_text(text(grid_model,
                          "\n[subject.tumour.grid]\nresolution = \"600 um\"\n"
                          "[[subject.tumour.grid.molecule]]\nsignal = \"pH\"\n"
                          "diffusion = \"500 um2/s\"\nproduction = \"5 mmol/L/h\"\n"
                          "hypoxic_production = \"20 mmol/L/h\"\n"
                          "[[subject.tumour.grid.molecule]]\nsignal = \"MMP\"\n"
                          "diffusion = \"50 um2/s\"\nproduction = \"1e-6 mmol/L/h\"\n"
                          "half_life = \"60 min\"\n",
                          "until = \"4 h\"\noutput_interval = \"1 h\"\n"));
    const auto& plan = prepared.built.grids.front();
    ASSERT_EQ(plan.input.molecules.size(), 2U);
    RunnerHooks hooks;
    std::vector<double> last;
    hooks.fields = [&](const FieldMoment& moment) {
        last.assign(moment.fields.begin(), moment.fields.end());
    };
    const auto whole = run_model(prepared.file.input, prepared.built, {}, hooks);
    const auto n = plan.domain.region.size();
    ASSERT_EQ(last.size(), (plan.species.size() + 4) * n);
    // Acid and enzyme are most in the middle of the tumour, which is the corner of the octant.
    const auto at = [&](std::size_t molecule, std::size_t voxel) {
        return last[(plan.species.size() + 2 + molecule) * n + voxel];
    };
    for (const std::size_t m : {0U, 1U}) {
        EXPECT_GT(at(m, 0), 0.0);
        EXPECT_GT(at(m, 0), 2.0 * at(m, n - 1));
    }
    test::expect_same_bits(whole, test::resumed_after(prepared, 12));
}

TEST(GridTumour, TwoOfThemShareOneBody) {
    const std::string second = R"(
[[subject.tumour]]
name = "other"
model = "grid"
volume = "100 mm3"
[subject.tumour.grid]
resolution = "600 um"
)";
    const auto record =
        run(text(grid_model, open_grid + second, "until = \"6 h\"\noutput_interval = \"1 h\"\n"));
    const double large = value(record, "tumour.delivery_efficiency", 6.0);
    const double small = value(record, "other.delivery_efficiency", 6.0);
    EXPECT_GT(small, 0.2 * large);
    EXPECT_LT(small, large);
    for (const auto& row : record.ledger) EXPECT_LT(row.relative_residual, 1e-9) << row.substance;
}

TEST(GridTumour, RefusesWhatItCannotDo) {
    const auto message = [](const std::string& tumour, const std::string& protocol) {
        try {
            prepare_text(text(grid_model, tumour, "until = \"6 h\"\n") + protocol);
        } catch (const InputError& error) {
            return std::string(error.what());
        }
        return std::string();
    };
    const auto has = [](const std::string& what, const std::string& part) {
        return what.find(part) != std::string::npos;
    };
    EXPECT_TRUE(has(message("",
                            "[[protocol.administer]]\nat = \"1 h\"\nroute = "
                            "\"intratumoural\"\ndose = \"1 mg/kg\"\nof = \"doxorubicin\"\n"),
                    "an injection of unknown volume into tumour 'tumour', which is computed in "
                    "space"));
    EXPECT_TRUE(has(message("[subject.tumour.grid]\nfields_at = [\"9 h\"]\n", ""),
                    "fields_at 9 h is after the end of the study"));
    EXPECT_TRUE(has(message("[subject.tumour.growth]\nlaw = \"gompertz\"\nrate = \"0.1 1/d\"\n"
                            "capacity = \"2000 mm3\"\n",
                            ""),
                    "limited by its oxygen"));
    EXPECT_TRUE(has(message("[subject.tumour.grid.cells]\ndoubling_time = \"20 h\"\n", ""),
                    "'doubling_time' of the cells has no effect"));
}

TEST(GridTumour, StopsWhenItReachesTheEndOfItsBox) {
    const auto prepared =
        prepare_text(text(grid_model,
                          "\n[subject.tumour.grid]\nresolution = \"700 um\"\nmargin = \"0.8 mm\"\n"
                          "oxygen = false\n[subject.tumour.growth]\nlaw = \"exponential\"\n"
                          "doubling_time = \"1 d\"\n",
                          "until = \"120 h\"\n"));
    try {
        run_model(prepared.file.input, prepared.built, {}, {});
        ADD_FAILURE() << "grew on";
    } catch (const NumericalError& error) {
        EXPECT_NE(std::string(error.what()).find("the tumour has grown to the end of its box"),
                  std::string::npos)
            << error.what();
    }
}

}  // namespace
}  // namespace caravel::study
