// Injections into a tumour in space: amounts, spread, bits, mistakes.
#include "support/particle_study.hpp"
#include "support/resumed_run.hpp"
#include "support/run_values.hpp"
#include "support/study_text.hpp"

#include "caravel/study/record_builder.hpp"
#include "caravel/tissue/interstitium/matrix.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace caravel::study {
namespace {

using test::prepare_text;

/// A carrier of 20 nm that keeps its drug, in a tumour of 500 mm3 whose vessels let nothing
/// through; `dose` adds keys to the injection.
std::string study_of(const std::string& tumour, const std::string& dose, const std::string& run,
                     const std::string& release = "100000 h") {
    test::ParticleStudy study;
    study.diameter = 20;
    study.release = release;
    study.organs.clear();
    study.drug = "tumour_permeability_surface = \"25 mL/h/g\"\n";
    study.tumour = "volume = \"500 mm3\"\nvascular_permeability = \"0 cm/s\"\n" + tumour;
    study.dose = "at = \"1 h\"\nroute = \"intratumoural\"\ndose = \"0.04 mg\"\n" + dose;
    study.run = "until = \"7 h\"\n" + run;
    return text_of(study);
}

/// No fluid, no oxygen; the same matrix inside and, as far as the carrier comes, outside.
std::string grid(const std::string& keys = "resolution = \"400 um\"\n") {
    return "model = \"grid\"\n[subject.tumour.grid]\nfluid = false\noxygen = false\n" + keys;
}

struct Simulated {
    explicit Simulated(const std::string& text) : prepared(prepare_text(text)) {
        RunnerHooks hooks;
        hooks.fields = [&](const FieldMoment& m) {
            times.push_back(m.time);
            fields.emplace_back(m.fields.begin(), m.fields.end());
        };
        outcome = run_model(prepared.file.input, prepared.built, {}, hooks);
    }

    const tissue::GridPlan& plan() const { return prepared.built.grids.front(); }

    /// Amounts per volume of a local species in the k-th stored fields.
    std::span<const double> values(std::size_t k, const std::string& species) const {
        const auto n = plan().domain.region.size();
        const auto s = static_cast<std::size_t>(plan().local.species(species).index);
        return std::span<const double>(fields[k]).subspan(s * n, n);
    }

    double recorded(const std::string& species, double hours) const {
        return test::amount(prepared.built, outcome->record, species, hours);
    }

    Prepared prepared;
    std::vector<double> times;
    std::vector<std::vector<double>> fields;
    std::optional<RunOutcome> outcome;
};

/// Mean of (x, y, z) and of the squared distance from `centre`, weighted by a field.
struct Moments {
    Vector3 mean{};
    double square = 0.0;
    double amount = 0.0;
};
Moments moments(const Grid& g, std::span<const double> u, const Vector3& centre) {
    Moments m;
    for (index_t k = 0; k < g.nz; ++k)
        for (index_t j = 0; j < g.ny; ++j)
            for (index_t i = 0; i < g.nx; ++i) {
                const double w = u[static_cast<std::size_t>(g.index(i, j, k))];
                const auto x = g.centre(i, j, k);
                m.amount += w;
                for (std::size_t d = 0; d < 3; ++d) {
                    m.mean[d] += w * x[d];
                    m.square += w * (x[d] - centre[d]) * (x[d] - centre[d]);
                }
            }
    for (double& v : m.mean) v /= m.amount;
    m.square /= m.amount;
    m.amount *= g.cell_volume();
    return m;
}

TEST(GridInjection, AllThatDoesNotRunBackIsInTheTumour) {
    const Simulated run(study_of(grid(), "volume = \"20 uL\"\nreflux = 0.25\n", ""));
    const double dose = run.prepared.built.doses.front().carrier_mass;
    EXPECT_DOUBLE_EQ(run.prepared.built.doses.front().duration, 30.0);
    const double inside = run.recorded("tumour.interstitium.particle", 1.1);
    const double around = run.recorded("tumour.around.particle", 1.1);
    EXPECT_NEAR(inside + around, 0.75 * dose, 1e-9 * dose);
    EXPECT_GT(inside, 0.74 * dose);
    EXPECT_NEAR(run.recorded("unabsorbed.particle", 1.1), 0.25 * dose, 1e-12 * dose);
    EXPECT_LT(run.outcome->field_residual, 1e-9);
    for (const auto& row : make_ledger(run.prepared.built, run.outcome->record))
        EXPECT_LT(row.relative_residual, 1e-9) << row.substance;
}

TEST(GridInjection, FillsASphereOfTheFluidsVolumeAndThenSpreadsByDiffusion) {
    const Simulated run(
        study_of(grid("resolution = \"250 um\"\nfields_at = [\"1.01 h\", \"7 h\"]\n"),
                 "volume = \"5 uL\"\n", ""));
    const auto& plan = run.plan();
    const auto first = moments(plan.domain.grid, run.values(0, "tumour.interstitium.particle"), {});
    const auto last = moments(plan.domain.grid, run.values(1, "tumour.interstitium.particle"), {});
    // <r^2> of a full sphere is 3/5 of its radius squared.
    const double radius =
        std::cbrt(0.75 * 5e-9 / plan.tumour.interstitial_fraction / std::numbers::pi);
    EXPECT_NEAR(first.square, 0.6 * radius * radius, 0.02 * radius * radius);
    // From then on it grows by 6 D t as long as nothing reaches the surface.
    const double d = tissue::free_diffusion(10e-9) * tissue::hindrance(10e-9, plan.tumour.matrix);
    const double grown = 6.0 * d * (run.times[1] - run.times[0]);
    EXPECT_NEAR(last.square - first.square, grown, 0.01 * grown);
    EXPECT_NEAR(last.amount, first.amount, 1e-6 * first.amount);
}

TEST(GridInjection, LiesWhereTheNeedleWas) {
    const Simulated run(
        study_of(grid("resolution = \"500 um\"\nsymmetry = \"full\"\nfields_at = [\"1.01 h\"]\n"),
                 "volume = \"2 uL\"\nposition = [\"1 mm\", \"-1.5 mm\", \"0 mm\"]\n", ""));
    const auto& g = run.plan().domain.grid;
    const auto m = moments(g, run.values(0, "tumour.interstitium.particle"), {});
    const double expected[] = {1e-3, -1.5e-3, 0.0};
    const index_t n[] = {g.nx, g.ny, g.nz};
    for (std::size_t d = 0; d < 3; ++d)
        EXPECT_NEAR(m.mean[d] - g.origin[d] - 0.5 * static_cast<double>(n[d]) * g.spacing[d],
                    expected[d], 2e-5);
}

TEST(GridInjection, OfATumourFullAgreesWithTheLumpedTumour) {
    // Fluid that fills all of the tumour with carriers too large to diffuse; walls let them out.
    const auto large = [](const std::string& tumour) {
        std::string text = study_of(tumour, "volume = \"161.5 uL\"\n", "");
        const auto replace = [&](const std::string& from, const std::string& to) {
            text.replace(text.find(from), from.size(), to);
        };
        replace("\"20 nm\"", "\"200 nm\"");
        replace("\"10 nm\"", "\"100 nm\"");
        replace("\"0 cm/s\"", "\"2e-7 cm/s\"");
        return text;
    };
    const Simulated space(
        large(grid("resolution = \"350 um\"\n[subject.tumour.grid.matrix]\n"
                   "fibre_fraction = 1e-6\n")));
    const Simulated mixed(large(""));
    for (const double hours : {1.1, 2.0, 4.0, 7.0}) {
        const double there = space.recorded("tumour.interstitium.particle", hours);
        const double expected = mixed.recorded("tumour.interstitium.particle", hours);
        EXPECT_NEAR(there, expected, 0.05 * expected) << hours << " h";
    }
    EXPECT_LT(mixed.recorded("tumour.interstitium.particle", 7.0),
              0.3 * mixed.recorded("tumour.interstitium.particle", 1.1));
}

TEST(GridInjection, AnInfusionResumesWithTheSameBitsAndRunsAtItsRate) {
    const std::string text = study_of(grid("resolution = \"800 um\"\n"),
                                      "volume = \"20 uL\"\nrate = \"0.25 uL/min\"\n", "");
    const Simulated whole(text);
    // 80 min; half of it after 40.
    EXPECT_DOUBLE_EQ(whole.prepared.built.doses.front().duration, 4800.0);
    double half = 0.0;
    for (const auto& s : whole.prepared.built.model.all_species())
        if (s.substance == "carrier particle") half += whole.recorded(s.name, 1.0 + 40.0 / 60.0);
    const double dose = whole.prepared.built.doses.front().carrier_mass;
    EXPECT_NEAR(half, 0.5 * dose, 0.02 * dose);
    test::expect_same_bits(*whole.outcome, test::resumed_after(whole.prepared, 40));
}

TEST(GridInjection, NeedlesAreNoInfusionLine) {
    // Two needles at once, while dissolved drug runs into a vein.
    const std::string more = R"(
[[protocol.administer]]
at = "1 h"
route = "intratumoural"
dose = "0.02 mg"
of = "doxorubicin"
volume = "10 uL"
[[protocol.administer]]
at = "0.5 h"
dose = "1 mg/kg"
of = "doxorubicin"
formulation = "free"
duration = "60 min"
)";
    const Simulated run(
        study_of(grid("resolution = \"800 um\"\n"), "volume = \"20 uL\"\n" + more, ""));
    double first = 0.0;
    for (const auto& dose : run.prepared.built.doses)
        if (dose.duration == 30.0) first += dose.carrier_mass;
    const double there = run.recorded("tumour.interstitium.particle", 1.1) +
                         run.recorded("tumour.around.particle", 1.1);
    EXPECT_NEAR(there, first, 1e-6 * first);
    for (const auto& row : make_ledger(run.prepared.built, run.outcome->record))
        EXPECT_LT(row.relative_residual, 1e-9) << row.substance;
}

std::string mistake(const std::string& text) {
    try {
        prepare_text(text);
    } catch (const InputError& error) {
        return error.what();
    }
    return "nothing";
}

TEST(GridInjection, RefusesWhatCannotBe) {
    const auto refused = [](const std::string& text, const std::string& part) {
        const auto what = mistake(text);
        EXPECT_NE(what.find(part), std::string::npos) << what;
    };
    refused(study_of(grid(), "", ""), "an injection of unknown volume into tumour 'tumour'");
    refused(study_of(grid(), "volume = \"20 uL\"\nposition = [\"1 mm\", \"0 mm\", \"0 mm\"]\n", ""),
            "off the tumour's middle");
    refused(study_of(grid("resolution = \"800 um\"\nsymmetry = \"full\"\n"),
                     "volume = \"2 uL\"\nposition = [\"30 mm\", \"0 mm\", \"0 mm\"]\n", ""),
            "outside of its box");
    refused(study_of(grid(), "volume = \"900 uL\"\n", ""), "ends outside of the tumour's box");
    refused(study_of("", "position = [\"1 mm\", \"0 mm\", \"0 mm\"]\n", ""),
            "a place within a tumour that is well mixed");
    refused(study_of(grid(), "rate = \"1 uL/min\"\n", ""), "a rate without a volume");
    refused(study_of(grid(), "volume = \"20 uL\"\nrate = \"1 uL/min\"\nduration = \"3 min\"\n", ""),
            "both a rate and a duration");
    refused(study_of(grid(), "volume = \"20 uL\"\nposition = [\"1 mm\"]\n", ""),
            "not a place in space");
    std::string vein = study_of(grid(), "volume = \"20 uL\"\n", "");
    vein.replace(vein.find("intratumoural"), 13, "intravenous");
    refused(vein, "this dose is not injected into a tumour");
}

}  // namespace
}  // namespace caravel::study
