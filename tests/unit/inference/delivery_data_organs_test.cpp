// Reader of the biodistribution table.
#include "caravel/inference/delivery/organ_table.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>

namespace caravel::inference::delivery {
namespace {

std::string refusal(const std::function<void()>& action) {
    try {
        action();
    } catch (const InputError& error) {
        return error.what();
    }
    return "nothing was refused";
}

void expect_refusal(const std::string& text, const std::string& place, const std::string& what) {
    EXPECT_NE(text.find(place), std::string::npos) << text;
    EXPECT_NE(text.find(what), std::string::npos) << text;
}

const std::string organ_header =
    "study_id,instance,author,year,doi,material,material_type,material_name,nominal_size_nm,"
    "hydrodynamic_size_nm,zeta_mV,shape,coating,coating_MW_Da,species,strain,tumour_bearing,"
    "cancer_cell_type,tumour_volume_mm3,body_weight_g,route,dose,dose_units,tissue,time_h,value,"
    "value_units\n";

/// A row with what a test varies; the rest is one plain description.
struct Row {
    std::string study = "1";
    std::string instance = "1";
    std::string doi = "10.1/a";
    std::string material = "Au";
    std::string size = "50";
    std::string coating = "PEG";
    std::string molar_mass = "5000";
    std::string species = "Mice";
    std::string tumour = "No,,";
    std::string weight;
    std::string route = "IV";
    std::string dose = "10,mg/kg";
    std::string tissue = "Liver";
    std::string time = "24";
    std::string value = "20,%ID/g";

    std::string line() const {
        return study + "," + instance + ",A et al.,2020," + doi + "," + material +
               ",inorganic,x,20," + size + ",-10,sphere," + coating + "," + molar_mass + "," +
               species + ",BALB/c," + tumour + "," + weight + "," + route + "," + dose + "," +
               tissue + "," + time + "," + value + "\n";
    }
};

OrganSizes sizes() {
    OrganSizes s;
    s.density = 1000.0;
    s.volume_per_body_mass = {
        {Place::liver, 0.05e-3}, {Place::kidney, 0.01e-3}, {Place::blood, 0.06e-3}};
    return s;
}

OrganTable organs(const std::string& lines) {
    return read_organ_table(input::parse_csv(organ_header + lines, "organs.csv"), sizes());
}

double only_fraction(const Row& row) {
    const OrganTable table = organs(row.line());
    EXPECT_EQ(table.cases.size(), 1u);
    if (table.cases.size() != 1 || table.cases[0].points.size() != 1) return -1.0;
    return table.cases[0].points[0].fraction.value;
}

TEST(OrganTable, a_time_told_in_two_units_stands_once_as_share_of_the_dose) {
    Row row;
    row.tumour = "Yes,4T1,500";
    row.tissue = "Tumor";
    const auto at = [&](const char* time, const char* value) {
        row.time = time;
        row.value = value;
        return row.line();
    };
    const OrganTable table =
        organs(at("24", "6,%ID/g") + at("4", "2,%ID/g") + at("24", "3.5,%ID") + at("48", "4,%ID"));
    ASSERT_EQ(table.cases.size(), 1u);
    const auto& points = table.cases[0].points;
    ASSERT_EQ(points.size(), 3u);
    EXPECT_NEAR(points[0].fraction.value, 0.01, 1e-12);  // 2 %ID/g in 0.5 g
    EXPECT_NEAR(points[1].fraction.value, 0.035, 1e-12);
    EXPECT_NEAR(points[2].fraction.value, 0.04, 1e-12);
    EXPECT_EQ(table.dropped.of("value told again in another unit"), 1);
    ASSERT_EQ(table.series.size(), 2u);  // one for a unit
    EXPECT_EQ(table.series[1].times.size(), 2u);
}

TEST(OrganTable, every_unit_becomes_a_fraction_of_the_dose) {
    Row row;  // standard mouse: 20 g, liver 1 g
    EXPECT_NEAR(only_fraction(row), 0.20, 1e-12);
    row.value = "20,%ID";
    EXPECT_NEAR(only_fraction(row), 0.20, 1e-12);
    row.value = "20,%ID/cm3";
    EXPECT_NEAR(only_fraction(row), 0.20, 1e-12);
    row.weight = "30";  // liver 1.5 g
    EXPECT_NEAR(only_fraction(row), 0.30, 1e-12);
    row.weight = "";
    row.value = "20000,ng/g";  // 20 ug of 10 mg/kg * 20 g = 200 ug
    EXPECT_NEAR(only_fraction(row), 0.10, 1e-12);
    row.value = "20,ug/g";
    EXPECT_NEAR(only_fraction(row), 0.10, 1e-12);
    row.value = "20000,ng/mg";  // 100 times the dose
    EXPECT_EQ(organs(row.line()).dropped.of("more than 150 % of the dose"), 1);
    row.value = "20,ng/mg";
    EXPECT_NEAR(only_fraction(row), 0.10, 1e-12);
    row.dose = "200,ug";
    EXPECT_NEAR(only_fraction(row), 0.10, 1e-12);
    row.dose = "0.2,mg";
    EXPECT_NEAR(only_fraction(row), 0.10, 1e-12);
    EXPECT_NEAR(organs(row.line()).cases[0].dose.value(), 10e-6, 1e-15);
}

TEST(OrganTable, a_dose_of_radioactivity_or_particles_leaves_only_shares_usable) {
    for (const char* dose : {"5,MBq", "90,uCi", "1,MBq/kg", "4e11,particles/ml", "6e12,NPs/ml"}) {
        Row row;
        row.dose = dose;
        EXPECT_NEAR(only_fraction(row), 0.20, 1e-12) << dose;
        EXPECT_FALSE(organs(row.line()).cases[0].dose.has_value()) << dose;
        row.value = "20,ug/g";
        const OrganTable table = organs(row.line());
        EXPECT_TRUE(table.cases.empty()) << dose;
        EXPECT_EQ(table.dropped.of("mass concentration, dose is no mass"), 1) << dose;
    }
}

TEST(OrganTable, what_was_not_detected_is_left_censored) {
    Row seen;
    Row zero;
    zero.time = "48";
    zero.value = "0,%ID/g";
    Row word;
    word.time = "72";
    word.value = "ND,%ID/g";
    Row limit;
    limit.time = "96";
    limit.value = "<0.5,%ID/g";
    Row lower;  // the smallest value of the study
    lower.tissue = "Blood";
    lower.value = "2,%ID/g";
    const auto points =
        organs(seen.line() + zero.line() + word.line() + limit.line() + lower.line())
            .cases.at(0)
            .points;
    ASSERT_EQ(points.size(), 5u);
    EXPECT_EQ(points[0].place, Place::blood);
    EXPECT_EQ(points[1].fraction.censoring, Censoring::none);
    for (const std::size_t k : {2u, 3u, 4u})
        EXPECT_EQ(points[k].fraction.censoring, Censoring::left);
    EXPECT_NEAR(points[2].fraction.value, 0.02, 1e-12);
    EXPECT_NEAR(points[3].fraction.value, 0.02, 1e-12);
    EXPECT_NEAR(points[4].fraction.value, 0.005, 1e-12);
}

TEST(OrganTable, quirks_of_the_source_are_understood) {
    Row row;
    row.species = "MIce";
    row.coating = "\u039D\u0391";
    row.molar_mass = "\u039D\u0391";
    row.size = "<100";
    row.material = "SiO3";
    DeliveryCase c = organs(row.line()).cases.at(0);
    EXPECT_EQ(c.animal.species, "mouse");
    EXPECT_EQ(c.particle.material, "silica");
    EXPECT_EQ(c.particle.coating, "");
    EXPECT_FALSE(c.particle.is_pegylated.has_value());
    EXPECT_FALSE(c.particle.coating_molar_mass.has_value());
    EXPECT_FALSE(c.particle.hydrodynamic_diameter.has_value());
    row.material = "Au_and_Fe3O5";
    row.size = "\"Au: 4, Fe3O4: 8\"";
    row.coating = "PEG AND cRGDyK AND NOTA";
    row.molar_mass = "5000 AND 47500";
    c = organs(row.line()).cases.at(0);
    EXPECT_EQ(c.particle.material, "iron_oxide");
    EXPECT_DOUBLE_EQ(c.particle.hydrodynamic_diameter.value(), 8e-9);
    EXPECT_DOUBLE_EQ(c.particle.coating_molar_mass.value(), 5.0);
    EXPECT_TRUE(c.particle.is_pegylated.value());
    EXPECT_TRUE(c.particle.is_targeted);
}

TEST(OrganTable, what_cannot_be_used_is_counted) {
    Row good;
    std::string lines = good.line();
    const auto add = [&](Row row, auto change) {
        change(row);
        lines += row.line();
    };
    add(good, [](Row& r) { r.time = "0"; });
    add(good, [](Row& r) { r.tissue = "Control_Liver"; });
    add(good, [](Row& r) { r.tissue = "Thyroid"; });
    add(good, [](Row& r) { r.tissue = "Stomach"; });
    add(good, [](Row& r) {
        r.tissue = "Tumor";
        r.value = "2,ug/g";
    });
    add(good, [](Row& r) {
        r.time = "48";
        r.value = "1,%ID";
    });
    add(good, [](Row& r) {
        r.time = "48";
        r.value = "2,%ID";
    });
    add(good, [](Row& r) {
        r.instance = "2";
        r.route = "SC";
    });
    add(good, [](Row& r) {
        r.instance = "3";
        r.dose = ",";
    });
    const OrganTable table = organs(lines);
    ASSERT_EQ(table.cases.size(), 1u);
    EXPECT_EQ(table.cases[0].points.size(), 1u);
    for (const char* reason :
         {"time 0, the injection itself", "control tissue", "tissue without a place in the model",
          "concentration in a tissue of unknown mass", "tumour concentration, tumour mass not told",
          "route other than intravenous", "row without time, dose or unit"})
        EXPECT_EQ(table.dropped.of(reason), 1) << reason;
    EXPECT_EQ(table.dropped.of("two values for one tissue and time"), 2);
}

TEST(OrganTable, the_two_kidneys_are_one_reading) {
    Row left;
    left.tissue = "Kidney_left";
    left.value = "10,%ID/g";
    Row right = left;
    right.tissue = "Kidney_right";
    right.value = "30,%ID/g";
    const auto points = organs(left.line() + right.line()).cases.at(0).points;
    ASSERT_EQ(points.size(), 1u);
    EXPECT_NEAR(points[0].fraction.value, 0.20 * 0.2, 1e-12);  // kidneys of 0.2 g
}

TEST(OrganTable, a_tumour_mass_known_from_elsewhere_turns_its_series_into_points) {
    Row row;
    row.tumour = "Yes,4T1,";
    row.tissue = "Tumor";
    row.value = "5,%ID/g";
    OrganTable table = organs(row.line());
    ASSERT_EQ(table.series.size(), 1u);
    EXPECT_TRUE(table.cases.at(0).points.empty());
    EXPECT_EQ(table.cases[0].animal.cancer, "breast");
    EXPECT_EQ(adopt_tumour_mass(table.cases[0], table.series[0], 0.4e-3, 1000.0), 1u);
    EXPECT_NEAR(table.cases[0].points.at(0).fraction.value, 0.02, 1e-12);
    row.tumour = "Yes,4T1,400";  // mm3
    EXPECT_NEAR(only_fraction(row), 0.02, 1e-12);
}

TEST(OrganTable, mistakes_are_refused_with_file_and_line) {
    const auto refused = [](auto change) {
        Row row;
        row.time = "48";
        change(row);
        return refusal([&] { organs(Row{}.line() + row.line()); });
    };
    const std::string place = "organs.csv:3";
    expect_refusal(refused([](Row& r) { r.value = "nan,%ID"; }), place, "nan");
    expect_refusal(refused([](Row& r) { r.value = "lots,%ID"; }), place, "lots");
    expect_refusal(refused([](Row& r) { r.value = "-3,%ID"; }), place, "value is -3");
    expect_refusal(refused([](Row& r) { r.time = "-3"; }), place, "time_h is -3");
    expect_refusal(refused([](Row& r) { r.time = "noon"; }), place, "noon");
    expect_refusal(refused([](Row& r) { r.value = "3,furlong"; }), place, "furlong");
    expect_refusal(refused([](Row& r) {
                       r.instance = "2";
                       r.dose = "3,mmol/kg";
                   }),
                   place, "mmol/kg");
    expect_refusal(refused([](Row& r) {
                       r.instance = "2";
                       r.dose = "-3,mg/kg";
                   }),
                   place, "dose is -3");
    expect_refusal(refused([](Row& r) {
                       r.instance = "2";
                       r.size = "fifty";
                   }),
                   place, "fifty");
    expect_refusal(refused([](Row& r) {
                       r.instance = "2";
                       r.weight = "0";
                   }),
                   place, "body_weight_g is 0");
    expect_refusal(refused([](Row& r) { r.size = "60"; }), place, "one description");
    expect_refusal(refused([](Row& r) {
                       r.instance = "2";
                       r.doi = "10.1/b";
                   }),
                   place, "one article for a study id");
    expect_refusal(refused([](Row& r) {
                       r.study = "2";
                       r.value = "0,%ID";
                   }),
                   place, "all points of study 2 are censored");
    expect_refusal(refusal([] { organs(""); }), "organs.csv", "no rows");
}

TEST(OrganTable, mouse_organs_come_from_the_species_table) {
    matter::Library library(CARAVEL_SOURCE_DIR "/data");
    const OrganSizes mouse = mouse_organ_sizes(library);
    // Shah and Betts 2012: liver 0.06867, spleen 0.004537, all blood 0.06132 L/kg.
    EXPECT_DOUBLE_EQ(mouse.volume_per_body_mass.at(Place::liver), 0.06867e-3);
    EXPECT_DOUBLE_EQ(mouse.volume_per_body_mass.at(Place::spleen), 0.004537e-3);
    EXPECT_DOUBLE_EQ(mouse.volume_per_body_mass.at(Place::blood), 0.06132e-3);
}

}  // namespace
}  // namespace caravel::inference::delivery
