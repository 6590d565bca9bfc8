#include "caravel/inference/population/study_family.hpp"

#include "support/study_text.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <thread>

namespace caravel::inference::population {
namespace {

constexpr double hour = 3600.0;

std::filesystem::path shipped(const std::string& name) {
    return std::filesystem::path(CARAVEL_SOURCE_DIR) / "studies" / name / "study.toml";
}

StudyFamily family(const std::string& study, std::vector<VariedKey> keys,
                   std::vector<RequestedOutput> outputs, std::vector<std::string> fixed = {}) {
    return StudyFamily(
        {shipped(study), std::move(fixed), std::move(keys), std::move(outputs), "test"},
        test::repository_data());
}

/// The same numbers from a complete run.
std::vector<double> from_run(const std::string& study, const std::vector<std::string>& set,
                             const std::vector<RequestedOutput>& outputs) {
    const auto prepared = study::prepare(shipped(study), set, test::repository_data());
    const auto record = study::simulate(prepared, {}, "");
    std::vector<double> values;
    for (const auto& output : outputs) {
        double value = std::nan("");
        for (const auto& q : record.quantities)
            if (!output.time && q.name == output.name) value = q.value;
        for (const auto& s : record.series)
            for (std::size_t i = 0; i < record.times.size(); ++i)
                if (output.time && s.name == output.name &&
                    std::abs(record.times[i] - *output.time) < 1e-6)
                    value = s.values[i];
        values.push_back(value);
    }
    return values;
}

void expect_near(const std::vector<double>& a, const std::vector<double>& b, double relative) {
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i)
        EXPECT_NEAR(a[i], b[i], relative * std::abs(b[i])) << "output " << i;
}

bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
}

/// All diagnostics of what constructing a family throws.
std::string refusal(std::vector<VariedKey> keys, std::vector<RequestedOutput> outputs) {
    try {
        family("doxil_mouse", std::move(keys), std::move(outputs));
    } catch (const InputError& error) {
        return error.what();
    }
    return "nothing was refused";
}

void expect_contains(const std::string& text, const std::string& part) {
    EXPECT_NE(text.find(part), std::string::npos) << text;
}

const std::vector<VariedKey> mouse_keys{{"subject.body_weight", "g"},
                                        {"subject.tumour[0].growth.doubling_time", "d"},
                                        {"formulation.payload.0.release.0.half_life", "h"},
                                        {"subject.haematocrit", ""}};
const std::vector<RequestedOutput> mouse_outputs{{"tumour.concentration", 24.0 * hour},
                                                 {"blood.concentration", 2.1 * hour},
                                                 {"tumour.delivery_efficiency_max", {}},
                                                 {"plasma.half_life_terminal", {}},
                                                 {"tumour.growth_inhibition", {}}};

/// Values around those of the study, another set for each i.
std::vector<double> mouse_values(int i) {
    const double part = std::fmod(0.6180339887 * i, 1.0);
    return {18.0 + 6.0 * part, 4.0 + 2.0 * std::fmod(3.0 * part, 1.0),
            100.0 + 100.0 * std::fmod(7.0 * part, 1.0), 0.4 + 0.1 * part};
}

std::vector<double> mouse_block(int first, int count) {
    std::vector<double> values;
    for (int i = first; i < first + count; ++i)
        for (const double v : mouse_values(i)) values.push_back(v);
    return values;
}

TEST(StudyFamily, says_which_entry_of_a_list_a_key_may_mean) {
    const std::string passing =
        refusal({{"subject.tumour.volume", "mm3"}}, {{"tumour.concentration", 24.0 * hour}});
    expect_contains(passing, "'subject.tumour.volume' passes through a list");
    expect_contains(passing, "'subject.tumour[0].volume'");
    // what is suggested is accepted
    expect_contains(
        refusal({{"subject.tumor.volume", "mm3"}}, {{"tumour.concentration", 24.0 * hour}}),
        "did you mean 'subject.tumour[0].volume'?");
    const auto mice =
        family("doxil_mouse", {{"subject.tumour[0].volume", "mm3"}}, {{"tumour.volume", 0.0}});
    EXPECT_NEAR(mice.evaluate(std::vector<double>{150.0})[0], 150.0, 1e-9);
}

TEST(StudyFamily, gives_the_numbers_of_a_run_with_the_same_values) {
    const auto mice = family("doxil_mouse", mouse_keys, mouse_outputs);
    const auto run = from_run("doxil_mouse",
                              {"subject.body_weight=21 g", "subject.haematocrit=0.42",
                               "subject.tumour[0].growth.doubling_time=4.5 d",
                               "formulation.payload[0].release[0].half_life=111 h"},
                              mouse_outputs);
    // Runs stop at twenty windows as well: steps differ, amounts agree within the tolerance, a
    // half-life fitted to the last points a little less.
    const auto first = mice.evaluate(std::vector<double>{21.0, 4.5, 111.0, 0.42});
    expect_near(first, run, 1e-4);
    for (const std::size_t amount : {0u, 1u, 2u})
        EXPECT_NEAR(first[amount], run[amount], 1e-5 * run[amount]);
    // The second variant takes the short way through the struct.
    EXPECT_TRUE(same_bits(mice.evaluate(std::vector<double>{21.0, 4.5, 111.0, 0.42}), first));
    EXPECT_EQ(mice.output_names()[0], "tumour.concentration@24 h");
    EXPECT_EQ(mice.output_units()[0], "ug/g");
}

TEST(StudyFamily, tells_what_the_study_says_for_each_key) {
    const auto mice = family("doxil_mouse", mouse_keys, mouse_outputs);
    EXPECT_EQ(mice.base_values()[0], 20.0);
    EXPECT_EQ(mice.base_values()[1], 5.0);
    EXPECT_EQ(mice.base_values()[2], 150.0);
    EXPECT_TRUE(std::isnan(mice.base_values()[3]));
    EXPECT_EQ(mice.varied_keys()[2].key, "formulation.payload[0].release[0].half_life");
}

TEST(StudyFamily, a_row_has_the_same_bits_alone_in_any_block_and_on_two_threads) {
    const auto mice = family("doxil_mouse", mouse_keys, mouse_outputs);
    constexpr int count = 20;
    const auto whole = mice.evaluate_block(mouse_block(0, count));
    const auto part = mice.evaluate_block(mouse_block(13, 5));
    StudyFamily::BlockResult other;
    std::thread thread([&] { other = mice.evaluate_block(mouse_block(7, 9)); });
    for (int i = 0; i < count; ++i) {
        const auto row = static_cast<std::size_t>(i);
        ASSERT_EQ(whole.failures[row], "");
        EXPECT_TRUE(same_bits(mice.evaluate(mouse_values(i)), whole.outputs[row])) << i;
    }
    thread.join();
    for (std::size_t i = 0; i < 5; ++i)
        EXPECT_TRUE(same_bits(part.outputs[i], whole.outputs[13 + i]));
    for (std::size_t i = 0; i < 9; ++i)
        EXPECT_TRUE(same_bits(other.outputs[i], whole.outputs[7 + i]));
}

TEST(StudyFamily, doses_and_infusions_act_as_in_a_run_and_count_at_their_own_time) {
    const std::vector<RequestedOutput> outputs{{"blood.concentration", 0.0},
                                               {"blood.concentration", 168.0 * hour},
                                               {"plasma.concentration", 336.0 * hour}};
    const auto repeated = family("repeated_doxil_mouse", {{"subject.body_weight", "g"}}, outputs);
    expect_near(repeated.evaluate(std::vector<double>{22.0}),
                from_run("repeated_doxil_mouse", {"subject.body_weight=22 g"}, outputs), 1e-5);
    const std::vector<RequestedOutput> human{{"plasma.concentration", 0.75 * hour},
                                             {"plasma.concentration_max", {}},
                                             {"plasma.clearance", {}}};
    const auto infused =
        family("doxil_human_20",
               {{"subject.body_weight", "kg"}, {"protocol.administer[0].duration", "min"}}, human);
    expect_near(
        infused.evaluate(std::vector<double>{80.0, 45.0}),
        from_run("doxil_human_20",
                 {"subject.body_weight=80 kg", "protocol.administer[0].duration=45 min"}, human),
        1e-5);
}

TEST(StudyFamily, what_changes_in_time_goes_the_way_of_a_run_with_its_bits) {
    const std::vector<RequestedOutput> outputs{{"tumour.released_concentration", 2.0 * hour},
                                               {"tumour.delivery_efficiency_max", {}}};
    const auto heated =
        family("thermosensitive_liposome_mouse", {{"subject.body_weight", "g"}}, outputs);
    EXPECT_TRUE(same_bits(
        heated.evaluate(std::vector<double>{23.0}),
        from_run("thermosensitive_liposome_mouse", {"subject.body_weight=23 g"}, outputs)));
}

TEST(StudyFamily, variants_of_other_structures_are_grouped_by_themselves) {
    const std::vector<RequestedOutput> outputs{{"plasma.concentration", 168.0 * hour}};
    const auto doses = family("doxil_mouse",
                              {{"protocol.administer[0].repeat", ""},
                               {"protocol.administer[0].every", "h"},
                               {"run.relative_tolerance", ""}},
                              outputs);
    const std::vector<double> rows{1, 24, 1e-6, 3, 24, 1e-6, 2, 48, 1e-6, 3, 24, 1e-7};
    const auto block = doses.evaluate_block(rows);
    for (std::size_t i = 0; i < 4; ++i) {
        ASSERT_EQ(block.failures[i], "");
        EXPECT_TRUE(same_bits(block.outputs[i], doses.evaluate(std::span(rows).subspan(3 * i, 3))));
    }
    EXPECT_GT(block.outputs[1][0], 2.0 * block.outputs[0][0]);
    expect_near(
        block.outputs[2],
        from_run("doxil_mouse",
                 {"protocol.administer[0].repeat=2", "protocol.administer[0].every=48 h"}, outputs),
        1e-5);
}

TEST(StudyFamily, a_variant_that_fails_says_why_and_the_others_go_on) {
    const auto mice =
        family("doxil_mouse", {{"subject.body_weight", "g"}, {"subject.tumour[0].volume", "mm3"}},
               {{"tumour.volume", 168.0 * hour}});
    const std::vector<double> rows{20, 200, -1, 200, 20, 1e9, 21, 200, 20, std::nan("")};
    const auto block = mice.evaluate_block(rows);
    EXPECT_EQ(block.failures[0], "");
    expect_contains(block.failures[1], "--set subject.body_weight=-1 g");
    EXPECT_TRUE(block.outputs[1].empty());
    expect_contains(block.failures[2], "blood");
    EXPECT_EQ(block.failures[3], "");
    EXPECT_TRUE(same_bits(block.outputs[3], mice.evaluate(std::vector<double>{21, 200})));
    EXPECT_NE(block.failures[4], "");
    EXPECT_THROW(mice.evaluate(std::vector<double>{-1, 200}), InputError);
    EXPECT_THROW(mice.evaluate(std::vector<double>{20, 1e9}), InputError);
}

TEST(StudyFamily, growth_that_takes_more_blood_than_there_is_fails_as_in_a_run) {
    const auto mice = family("doxil_mouse", {{"subject.tumour[0].growth.doubling_time", "h"}},
                             {{"tumour.volume", 168.0 * hour}});
    EXPECT_THROW(mice.evaluate(std::vector<double>{6.0}), NumericalError);
    EXPECT_NO_THROW(mice.evaluate(std::vector<double>{120.0}));
}

TEST(StudyFamily, refuses_keys_with_did_you_mean_and_both_units) {
    const RequestedOutput output{"tumour.volume", hour};
    expect_contains(refusal({{"subject.body_wieght", "g"}}, {output}),
                    "did you mean 'subject.body_weight'?");
    expect_contains(refusal({{"subject.species", ""}}, {output}), "does not take a number");
    const std::string unit = refusal({{"subject.body_weight", "cm"}}, {output});
    expect_contains(unit, "'cm', a length");
    expect_contains(unit, "a mass such as kg");
    expect_contains(refusal({{"subject.body_weight", ""}}, {output}), "without a unit");
    expect_contains(
        refusal({{"subject.body_weight", "g"}, {"subject.body_weight", "kg"}}, {output}),
        "varies twice");
    const std::string both =
        refusal({{"subject.body_wieght", "g"}, {"subject.tumour[0].volum", "mm3"}}, {output});
    expect_contains(both, "body_wieght");
    expect_contains(both, "volum'");
}

TEST(StudyFamily, refuses_outputs_that_do_not_exist) {
    const VariedKey key{"subject.body_weight", "g"};
    expect_contains(refusal({key}, {{"tumour.concentratoin", hour}}),
                    "did you mean 'tumour.concentration'?");
    expect_contains(refusal({key}, {{"plasma.half_life_terminl", {}}}),
                    "did you mean 'plasma.half_life_terminal'?");
    expect_contains(refusal({key}, {{"tumour.volume", {}}}), "tumour.volume@24 h");
    expect_contains(refusal({key}, {{"tumour.volume", 1e9}}), "outside the study");
}

TEST(StudyFamily, without_outputs_gives_the_numbers_that_every_variant_has) {
    const auto mice = family("doxil_mouse", {{"subject.body_weight", "g"}}, {});
    const auto prepared = study::prepare(shipped("doxil_mouse"), {}, test::repository_data());
    const auto record = study::simulate(prepared, {}, "");
    const auto values = mice.evaluate(mice.base_values());
    std::size_t next = 0;
    for (const auto& q : record.quantities) {
        const bool left_out = q.name.find("half_life") != std::string::npos &&
                              q.name.find("plasma.half_life_terminal") != 0;
        if (left_out) continue;
        ASSERT_LT(next, values.size());
        EXPECT_EQ(mice.output_names()[next], q.name);
        // Times of maxima and half-lives are read off the curves and feel the steps more.
        EXPECT_NEAR(values[next], q.value, 1e-4 * std::abs(q.value)) << q.name;
        ++next;
    }
    EXPECT_EQ(next, mice.output_names().size());
}

TEST(StudyFamily, command_and_identity_tell_variants_and_families_apart) {
    const std::vector<RequestedOutput> outputs{{"tumour.volume", 24.0 * hour}};
    const auto a = family("doxil_mouse", {{"subject.body_weight", "g"}}, outputs);
    const auto b = family("doxil_mouse", {{"subject.body_weight", "kg"}}, outputs);
    const auto c =
        family("doxil_mouse", {{"subject.body_weight", "g"}}, outputs, {"run.until=200 h"});
    EXPECT_NE(a.identity(), b.identity());
    EXPECT_NE(a.identity(), c.identity());
    EXPECT_EQ(
        a.command(std::vector<double>{20.5}),
        "caravel run '" + shipped("doxil_mouse").string() + "' --set 'subject.body_weight=20.5 g'");
    expect_near(a.evaluate(std::vector<double>{20.0}), b.evaluate(std::vector<double>{0.02}),
                1e-12);
}

TEST(StudyFamily, outputs_are_read_from_text) {
    EXPECT_EQ(parse_output("tumour.volume@10 d").time, 864000.0);
    EXPECT_EQ(parse_output("plasma.auc").name, "plasma.auc");
    EXPECT_FALSE(parse_output("plasma.auc").time);
    EXPECT_THROW(parse_output("tumour.volume@10 g"), InputError);
    EXPECT_THROW(parse_output("@10 h"), InputError);
}

}  // namespace
}  // namespace caravel::inference::population
