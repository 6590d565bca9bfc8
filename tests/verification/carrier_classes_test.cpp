// Carriers that change in a tumour, receptors that come back, drug in nuclei: closed systems with
// exact solutions, lumped and in space.
#include "support/particle_study.hpp"
#include "support/study_text.hpp"

#include "caravel/study/observables.hpp"
#include "caravel/study/record_builder.hpp"
#include "caravel/tissue/grid/grid_fields.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace caravel::study {
namespace {

using test::prepare_text;

/// 0.04 mg of drug in carriers of 30 nm injected at 0 h into a tumour that nothing leaves.
std::string study_of(const std::string& carrier, const std::string& tumour,
                     const std::string& release = "1e6 h", const std::string& until = "12 h") {
    test::ParticleStudy study;
    study.diameter = 30;
    study.release = release;
    study.carrier = carrier;
    study.organs.clear();
    study.drug =
        "tumour_permeability_surface = \"1e-9 mL/h/g\"\ncell_uptake = \"100 1/h\"\n"
        "cell_accumulation = 1000\n";
    study.tumour = "volume = \"500 mm3\"\nvascular_permeability = \"0 cm/s\"\n" + tumour;
    study.dose =
        "at = \"0 h\"\nroute = \"intratumoural\"\ndose = \"0.04 mg\"\nvolume = \"20 uL\"\n";
    study.run = "output_interval = \"1 h\"\nuntil = \"" + until + "\"\n";
    return text_of(study);
}

/// Without fluid and oxygen; the margin is wide enough that carriers stay.
constexpr const char* in_space =
    "model = \"grid\"\n[subject.tumour.grid]\nresolution = \"700 um\"\nfluid = false\n"
    "oxygen = false\ntime_step = \"30 min\"\n";

struct Simulated {
    explicit Simulated(const std::string& text)
        : prepared(prepare_text(text)),
          outcome(run_model(prepared.file.input, prepared.built, {}, {})) {}

    double recorded(const std::string& species, double hours) const {
        const auto& times = outcome.record.times();
        const auto at = std::min_element(times.begin(), times.end(), [&](double a, double b) {
            return std::abs(a - hours * 3600.0) < std::abs(b - hours * 3600.0);
        });
        const auto s = static_cast<std::size_t>(prepared.built.model.species(species).index);
        return outcome.record.row(static_cast<std::size_t>(at - times.begin()))[s];
    }
    double dose() const { return prepared.built.doses.front().carrier_mass; }

    Prepared prepared;
    RunOutcome outcome;
};

constexpr const char* chain = R"(
[[formulation.response]]
effect = "assembly"
name = "assembled"
half_life = "2 h"
uptake_rate = "0 1/h"
[[formulation.response]]
effect = "charge"
after = "assembled"
half_life = "4 h"
uptake_rate = "0.5 1/h"
)";

/// Shares of A -> B -> C -> cells at time t (h).
struct Chain {
    double a, b, c;
};
Chain exact_chain(double t) {
    const double k1 = std::numbers::ln2 / 2.0;
    const double k2 = std::numbers::ln2 / 4.0;
    const double k3 = 0.5;
    const double a = std::exp(-k1 * t);
    const double b = k1 / (k2 - k1) * (std::exp(-k1 * t) - std::exp(-k2 * t));
    const double c =
        k1 * k2 *
        (std::exp(-k1 * t) / ((k2 - k1) * (k3 - k1)) + std::exp(-k2 * t) / ((k1 - k2) * (k3 - k2)) +
         std::exp(-k3 * t) / ((k1 - k3) * (k2 - k3)));
    return {a, b, c};
}

TEST(CarrierClasses, FollowEachOtherByTheirHalfLives) {
    const Simulated run(study_of(chain, ""));
    for (const double hours : {1.0, 4.0, 12.0}) {
        const auto exact = exact_chain(hours);
        EXPECT_NEAR(run.recorded("tumour.interstitium.particle", hours) / run.dose(), exact.a,
                    1e-5);
        EXPECT_NEAR(run.recorded("tumour.switched.particle", hours) / run.dose(), exact.b, 1e-5);
        EXPECT_NEAR(run.recorded("tumour.switched2.particle", hours) / run.dose(), exact.c, 1e-5);
    }
    for (const auto& row : make_ledger(run.prepared.built, run.outcome.record))
        EXPECT_LT(row.relative_residual, 1e-9) << row.substance;
}

TEST(CarrierClasses, DoTheSameInSpace) {
    const Simulated run(study_of(chain, in_space));
    for (const double hours : {4.0, 12.0}) {
        const auto exact = exact_chain(hours);
        // The injection takes half a minute and some carriers leave the tumour's share of voxels.
        EXPECT_NEAR(run.recorded("tumour.interstitium.particle", hours) / run.dose(), exact.a,
                    0.01);
        EXPECT_NEAR(run.recorded("tumour.switched.particle", hours) / run.dose(), exact.b, 0.01);
        EXPECT_NEAR(run.recorded("tumour.switched2.particle", hours) / run.dose(), exact.c, 0.01);
    }
    for (const auto& row : make_ledger(run.prepared.built, run.outcome.record))
        EXPECT_LT(row.relative_residual, 1e-9) << row.substance;
}

TEST(CarrierClasses, ChargeReversesWhereItIsAcid) {
    const auto acid = [](const char* ph) {
        return std::string(
                   "[[subject.condition]]\nenvironment = \"tumour.interstitium\"\n"
                   "signal = \"pH\"\nvalue = ") +
               ph + "\n";
    };
    const std::string carrier = R"(
[[formulation.response]]
effect = "charge"
half_life = "1 h"
uptake_rate = "1 1/h"
[formulation.response.trigger]
signal = "pH"
response = "sigmoid"
midpoint = 6.8
width = 0.05
below = true
)";
    const Simulated sour(study_of(carrier, acid("6.5")));
    const Simulated neutral(study_of(carrier, acid("7.4")));
    EXPECT_GT(sour.recorded("tumour.endocytosed.particle", 12.0), 0.99 * sour.dose());
    EXPECT_LT(neutral.recorded("tumour.endocytosed.particle", 12.0), 0.01 * neutral.dose());
}

TEST(CarrierClasses, AggregatesStayWhereTheyAreMade) {
    const std::string cluster = R"(
[[formulation.response]]
effect = "aggregation"
half_life = "0.01 h"
trapped = true
)";
    const auto spread = [&](const std::string& carrier) {
        const Simulated run(
            study_of(carrier, std::string(in_space) + "fields_at = [\"1 h\", \"12 h\"]\n"));
        RunnerHooks hooks;
        std::vector<double> squares;
        const auto& plan = run.prepared.built.grids.front();
        hooks.fields = [&](const FieldMoment& m) {
            const auto& g = plan.domain.grid;
            const auto n = plan.domain.region.size();
            double amount = 0.0;
            double square = 0.0;
            for (std::size_t s = 0; s < plan.species.size(); ++s) {
                if (plan.local.all_species()[s].substance != "carrier particle") continue;
                for (index_t k = 0; k < g.nz; ++k)
                    for (index_t j = 0; j < g.ny; ++j)
                        for (index_t i = 0; i < g.nx; ++i) {
                            const auto x = g.centre(i, j, k);
                            const double w =
                                m.fields[s * n + static_cast<std::size_t>(g.index(i, j, k))];
                            amount += w;
                            square += w * (x[0] * x[0] + x[1] * x[1] + x[2] * x[2]);
                        }
            }
            squares.push_back(square / amount);
        };
        run_model(run.prepared.file.input, run.prepared.built, {}, hooks);
        return squares[1] - squares[0];
    };
    const double free = spread("");
    EXPECT_GT(free, 0.0);
    EXPECT_LT(std::abs(spread(cluster)), 1e-3 * free);
}

TEST(CarrierClasses, AreHeldInTheTumourAloneWhereTimeAloneMakesThem) {
    // The fluid fills more than the tumour, whose box has room for it.
    std::string text = study_of(
        "[[formulation.response]]\neffect = \"aggregation\"\nhalf_life = \"1 h\"\n"
        "trapped = true\nuptake_rate = \"0 1/h\"\n",
        std::string(in_space) + "margin = \"4 mm\"\nfields_at = [\"12 h\"]\n");
    text.replace(text.find("20 uL"), 5, "300 uL");
    const auto prepared = prepare_text(text);
    const auto& plan = prepared.built.grids.front();
    const auto n = plan.domain.region.size();
    const auto amounts = [&](const FieldMoment& m, const char* species) {
        const auto s = static_cast<std::size_t>(plan.local.species(species).index);
        std::pair<double, double> sum{};
        for (std::size_t i = 0; i < n; ++i)
            (plan.domain.tumour_share[i] > 0.0 ? sum.first : sum.second) += m.fields[s * n + i];
        return sum;
    };
    RunnerHooks hooks;
    hooks.fields = [&](const FieldMoment& m) {
        const auto free = amounts(m, "tumour.interstitium.particle");
        const auto held = amounts(m, "tumour.switched.particle");
        EXPECT_GT(free.second, 0.0);
        EXPECT_GT(held.first, free.second);
        EXPECT_EQ(held.second, 0.0);
    };
    const auto outcome = run_model(prepared.file.input, prepared.built, {}, hooks);
    for (const auto& row : make_ledger(prepared.built, outcome.record))
        EXPECT_LT(row.relative_residual, 1e-9) << row.substance;
}

/// Carriers in plenty on receptors that go in with them.
std::string binder(const std::string& tumour) {
    return study_of(R"(
[[formulation.ligand]]
molecule = "trastuzumab"
receptor = "HER2"
count = 1
)",
                    tumour +
                        "[[subject.tumour.population]]\nname = \"sensitive\"\nfraction = 1\n"
                        "[[subject.tumour.population.receptor]]\nname = \"HER2\"\n"
                        "count = 100000\n");
}

TEST(Receptors, LimitUptakeByTheirReturn) {
    const Simulated at_once(binder(""));
    const Simulated slow(binder("receptor_return_half_life = \"10 h\"\n"));
    // With all receptors taken by carriers or inside, B + I = R and dI/dt = ki B - kr I.
    const double ki = 3e-5;
    const double kr = std::numbers::ln2 / 36000.0;
    const auto rate = [](const Simulated& run) {
        return (run.recorded("tumour.endocytosed.particle", 12.0) -
                run.recorded("tumour.endocytosed.particle", 11.0)) /
               3600.0;
    };
    const double bound = at_once.recorded("tumour.bound.particle", 11.5);
    EXPECT_NEAR(rate(at_once), ki * bound, 0.01 * ki * bound);
    const double inside = slow.recorded("tumour.receptors_inside.particle", 11.5);
    const double on = slow.recorded("tumour.bound.particle", 11.5);
    EXPECT_NEAR(on + inside, bound, 0.02 * bound);
    const double approach = (1.0 - std::exp(-(ki + kr) * 11.5 * 3600.0)) * ki / (ki + kr);
    EXPECT_NEAR(inside / (on + inside), approach, 0.02);
    EXPECT_LT(rate(slow), 0.6 * rate(at_once));
}

TEST(Receptors, ReturnInSpaceAsInTheLumpedTumour) {
    const Simulated slow(binder(std::string("receptor_return_half_life = \"10 h\"\n")));
    const Simulated space(binder(std::string("receptor_return_half_life = \"10 h\"\n") + in_space));
    // Only cells that carriers reach have receptors to lose: fewer than in a mixed tumour.
    const double mixed = slow.recorded("tumour.endocytosed.particle", 12.0);
    const double there = space.recorded("tumour.endocytosed.particle", 12.0);
    EXPECT_GT(there, 0.05 * mixed);
    EXPECT_LT(there, mixed);
}

TEST(Receptors, AreTakenByAShareThatIsReported) {
    const Simulated run(binder(""));
    const auto& built = run.prepared.built;
    const auto& p = built.tumours.front().parameters();
    // 100000 on every cell, one bond holds a particle.
    const double capacity =
        1e5 * p.cell_fraction() / p.cell_volume * p.volume * built.properties.front().carrier_mass;
    const auto all = make_observables(built, run.prepared.file.input);
    const auto curve = std::find_if(
        all.begin(), all.end(), [](const auto& o) { return o.name == "tumour.receptors_taken"; });
    ASSERT_NE(curve, all.end());
    const auto row = run.outcome.record.row(run.outcome.record.times().size() - 1);
    const double taken = evaluate(*curve, built, row, 12.0 * 3600.0);
    EXPECT_NEAR(taken, 100.0 * run.recorded("tumour.bound.particle", 12.0) / capacity, 1e-6);
    EXPECT_GT(taken, 50.0);
    EXPECT_LE(taken, 100.0);
    const Simulated none(study_of("", ""));
    for (const auto& o : make_observables(none.prepared.built, none.prepared.file.input))
        EXPECT_NE(o.name, "tumour.receptors_taken");
}

TEST(Receptors, OfVoxelsOnTheSurfaceAreThoseOfTheirShareOfTumour) {
    // Enough fluid to reach the surface everywhere, and enough carriers to take every receptor.
    std::string text =
        binder(std::string(in_space) + "margin = \"4 mm\"\nfields_at = [\"12 h\"]\n");
    text.replace(text.find("20 uL"), 5, "300 uL");
    text.replace(text.find("0.04 mg"), 7, "40 mg");
    const auto prepared = prepare_text(text);
    const auto& plan = prepared.built.grids.front();
    const auto n = plan.domain.region.size();
    const auto bound = static_cast<std::size_t>(plan.local.species("tumour.bound.particle").index);
    ASSERT_EQ(plan.receptors.size(), 1U);
    const double capacity = plan.receptors.front().capacity;
    int cut = 0;
    int full = 0;
    RunnerHooks hooks;
    hooks.fields = [&](const FieldMoment& m) {
        const auto shown =
            tissue::shown_fields(plan, m.fields, {{"carrier particle", "particle", 1.0}});
        const auto taken = std::find_if(shown.begin(), shown.end(), [](const auto& f) {
            return f.name == "particle.receptors_taken";
        });
        ASSERT_NE(taken, shown.end());
        for (std::size_t i = 0; i < n; ++i) {
            const double share = plan.domain.tumour_share[i];
            if (share < 0.05) continue;
            const double held = m.fields[bound * n + i] / (capacity * share);
            EXPECT_NEAR(held, 1.0, 0.05) << "share " << share;
            EXPECT_NEAR(taken->values[i], held, 0.01);
            (share < 0.6 ? cut : full) += 1;
        }
    };
    run_model(prepared.file.input, prepared.built, {}, hooks);
    EXPECT_GT(cut, 5);
    EXPECT_GT(full, 20);
}

TEST(Exocytosis, BalancesEndocytosis) {
    const Simulated run(study_of(
        "", "endocytosis_rate = \"1 1/h\"\nexocytosis_half_life = \"1 h\"\n", "1e6 h", "24 h"));
    const double out = run.recorded("tumour.interstitium.particle", 24.0);
    const double in = run.recorded("tumour.endocytosed.particle", 24.0);
    EXPECT_NEAR(in / out, 1.0 / std::numbers::ln2, 1e-4);
    EXPECT_NEAR(in + out, run.dose(), 1e-6 * run.dose());
}

std::string nucleus(const std::string& keys) {
    return "[[subject.tumour.nucleus]]\nagent = \"doxorubicin\"\nbinding_rate = \"4 1/h\"\n"
           "release_half_life = \"1 h\"\n" +
           keys;
}

TEST(Nucleus, BindsDrugInProportionAsLongAsThereAreSites) {
    const Simulated run(study_of("", nucleus(""), "0.1 h", "24 h"));
    const double cytosol = run.recorded("tumour.cells.sensitive.doxorubicin", 24.0);
    const double bound = run.recorded("tumour.nucleus.sensitive.doxorubicin", 24.0);
    EXPECT_NEAR(bound / cytosol, 4.0 / std::numbers::ln2, 1e-3);
    for (const auto& row : make_ledger(run.prepared.built, run.outcome.record))
        EXPECT_LT(row.relative_residual, 1e-9) << row.substance;
}

TEST(Nucleus, IsFullWhenItsSitesAreTaken) {
    const Simulated run(study_of("", nucleus("capacity = \"10 umol/L\"\n"), "0.1 h", "24 h"));
    const auto& p = run.prepared.built.tumours.front().parameters();
    const double most = 10e-3 * p.volume * p.cell_fraction();
    const double cytosol = run.recorded("tumour.cells.sensitive.doxorubicin", 24.0);
    const double bound = run.recorded("tumour.nucleus.sensitive.doxorubicin", 24.0);
    // k c (1 - b/B) = k' b
    const double k = 4.0 / std::numbers::ln2;
    EXPECT_NEAR(bound, k * cytosol / (1.0 + k * cytosol / most), 1e-3 * most);
    EXPECT_GT(bound, 0.5 * most);
}

TEST(Nucleus, KillsFromThereInSpaceAndLumped) {
    const std::string kill =
        nucleus("") +
        "[[subject.tumour.kill]]\nagent = \"doxorubicin\"\nsite = \"nucleus\"\n"
        "law = \"emax\"\nmax_rate = \"0.0435 1/h\"\nhalf = \"10 ug/mL\"\n";
    const Simulated lumped(study_of("", kill, "0.1 h", "24 h"));
    EXPECT_LT(lumped.recorded("tumour.volume.sensitive", 24.0), 0.9 * 500e-9);
    const Simulated space(study_of("", in_space + kill, "0.1 h", "24 h"));
    EXPECT_LT(space.recorded("tumour.volume.sensitive", 24.0), 0.95 * 500e-9);
    for (const auto& row : make_ledger(space.prepared.built, space.outcome.record))
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

TEST(CarrierClasses, RefuseWhatCannotBe) {
    const auto refused = [](const std::string& carrier, const std::string& tumour,
                            const std::string& part) {
        const auto what = mistake(study_of(carrier, tumour));
        EXPECT_NE(what.find(part), std::string::npos) << what;
    };
    const std::string start = "[[formulation.response]]\neffect = \"size\"\ndiameter = \"10 nm\"\n";
    refused(start, "", "a change needs a condition or a time");
    refused(start + "half_life = \"1 h\"\nafter = \"shrunk\"\n", "",
            "follows 'shrunk', which is no change above it");
    refused(start + "half_life = \"1 h\"\nbinding = 1.5\n", "", "binding");
    refused(start + "half_life = \"1 h\"\nafter = \"shrunk\"\n", "", "study.toml:16:");
    refused(
        "[[formulation.response]]\neffect = \"size\"\nhalf_life = \"1 h\"\nafter = \"shrunk\"\n",
        "", "a diameter, an uptake_rate or trapped = true beside it");
    refused("[[formulation.response]]\neffect = \"heat\"\nhalf_life = \"1 h\"\ntrapped = true\n",
            "", "this is effect 'heat'");
    refused("",
            "[[subject.tumour.kill]]\nagent = \"doxorubicin\"\nsite = \"nucleus\"\n"
            "law = \"linear\"\npotency = \"0.001 mL/(ng.d)\"\n",
            "nothing says that it binds");
    const std::string kill =
        "[[subject.tumour.kill]]\nagent = \"doxorubicin\"\nlaw = \"linear\"\n"
        "potency = \"0.001 mL/(ng.d)\"\n";
    refused("", kill + "population = \"stem\"\n", "has no population 'stem'");
    refused("", kill + "population = \"stem\"\n", "study.toml:34:");
}

}  // namespace
}  // namespace caravel::study
