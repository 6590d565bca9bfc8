// Reader of the tumour records and their time points.
#include "caravel/inference/delivery/tumour_table.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>

namespace caravel::inference::delivery {
namespace {

const std::string record_header =
    "id,article_id,material,type,targeting,hydrodynamic_d_nm,zeta_abs_mV,zeta_signed_mV,charge_"
    "code,"
    "shape,tumour_model,cancer,tumour_size_cm,tumour_weight_g,dose_mg_per_kg,body_weight_g,DE24_pk,"
    "DE168_pk,DEmax_pk,DE_Tmax_obs,fit_KTRESrelease,QTC,VTC,BVT,fit_PT\n";
const std::string records_text =
    record_header +
    "1,7,Gold,Inorganic,Active,NA,18,-18,0,Rod,Xenograft Heterotopic,Cervix,0.1,0.12,20,20,1,2,3,4,"
    "5,6,7,8,9\n"
    "2,8,Liposomes,Organic,Passive,100,5,,NA,Spherical,Other,Other,NA,0.5,3,NA,1,2,3,4,5,6,7,8,9\n";
const std::string point_header = "id,time_h,tumour_pctID,tumour_pctID_per_g\n";
const std::string points_text = point_header +
                                "1,24,2,16\n1,6,1.5,12\n"
                                "2,1,0,0\n2,4,0.5,1\n2,8,0.25,0.5\n";

TumourTable tumours(const std::string& records, const std::string& points) {
    return read_tumour_table(input::parse_csv(records, "records.csv"),
                             input::parse_csv(points, "points.csv"));
}

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

TEST(TumourTable, reads_facts_and_points_in_si) {
    const TumourTable table = tumours(records_text, points_text);
    ASSERT_EQ(table.cases.size(), 2u);
    const DeliveryCase& c = table.cases[0];
    EXPECT_EQ(c.id, "tumour:1");
    EXPECT_EQ(c.article, "article 7");
    EXPECT_FALSE(c.particle.hydrodynamic_diameter.has_value());
    EXPECT_DOUBLE_EQ(c.particle.zeta_potential.value(), -0.018);
    EXPECT_EQ(c.particle.material, "gold");
    EXPECT_EQ(c.particle.shape, "rod");
    EXPECT_TRUE(c.particle.is_targeted);
    EXPECT_DOUBLE_EQ(c.animal.body_weight.value(), 0.020);
    EXPECT_DOUBLE_EQ(c.animal.tumour_mass.value(), 0.12e-3);
    EXPECT_EQ(c.animal.implantation, "xenograft");
    EXPECT_EQ(c.animal.site, "heterotopic");
    EXPECT_EQ(c.animal.cancer, "cervix");
    EXPECT_DOUBLE_EQ(c.dose.value(), 20e-6);
    ASSERT_EQ(c.points.size(), 2u);
    EXPECT_DOUBLE_EQ(c.points[0].time, 6 * 3600.0);
    EXPECT_DOUBLE_EQ(c.points[0].fraction.value, 0.015);
    EXPECT_DOUBLE_EQ(table.cases[1].particle.hydrodynamic_diameter.value(), 100e-9);
    EXPECT_FALSE(table.cases[1].animal.body_weight.has_value());
    EXPECT_EQ(table.cases[1].animal.implantation, "");
}

TEST(TumourTable, zero_is_below_the_smallest_value_of_its_series) {
    const DeliveryCase c = tumours(records_text, points_text).cases.at(1);
    EXPECT_EQ(c.points[0].fraction.censoring, Censoring::left);
    EXPECT_DOUBLE_EQ(c.points[0].fraction.value, 0.0025);
    EXPECT_EQ(c.points[1].fraction.censoring, Censoring::none);
}

TEST(TumourTable, outcomes_smoothed_by_a_model_are_never_read) {
    std::string garbage = records_text;
    for (const char* outcome : {",1,2,3,4,5,6,7,8,9\n"})
        for (std::size_t at = garbage.find(outcome); at != std::string::npos;
             at = garbage.find(outcome))
            garbage.replace(at, std::string(outcome).size(), ",nan,x,-1,,inf,?,1e999,oops,#\n");
    ASSERT_NE(garbage, records_text);
    const TumourTable a = tumours(records_text, points_text);
    const TumourTable b = tumours(garbage, points_text);
    ASSERT_EQ(a.cases.size(), b.cases.size());
    for (std::size_t i = 0; i < a.cases.size(); ++i) {
        EXPECT_EQ(a.cases[i].article, b.cases[i].article);
        EXPECT_EQ(a.cases[i].dose, b.cases[i].dose);
        EXPECT_EQ(a.cases[i].animal.tumour_mass, b.cases[i].animal.tumour_mass);
        EXPECT_EQ(a.cases[i].particle.zeta_potential, b.cases[i].particle.zeta_potential);
        ASSERT_EQ(a.cases[i].points.size(), b.cases[i].points.size());
        for (std::size_t k = 0; k < a.cases[i].points.size(); ++k)
            EXPECT_EQ(a.cases[i].points[k].fraction.value, b.cases[i].points[k].fraction.value);
    }
    // They may as well be absent.
    std::string without = record_header.substr(0, record_header.find(",DE24_pk")) + "\n";
    without +=
        "1,7,Gold,Inorganic,Active,NA,18,-18,0,Rod,Xenograft Heterotopic,Cervix,0.1,0.12,20,20\n";
    EXPECT_EQ(tumours(without, point_header + "1,6,1.5,12\n").cases.size(), 1u);
}

TEST(TumourTable, mistakes_are_refused_with_file_and_line) {
    const auto points = [&](const std::string& line) {
        return refusal([&] { tumours(records_text, points_text + line); });
    };
    expect_refusal(points("1,48,nan,3\n"), "points.csv:7", "nan");
    expect_refusal(points("1,-1,2,3\n"), "points.csv:7", "time_h is -1");
    expect_refusal(points("1,48,-2,3\n"), "points.csv:7", "tumour_pctID is -2");
    expect_refusal(points("1,48,much,3\n"), "points.csv:7", "much");
    expect_refusal(points("1,24,3,16\n"), "points.csv:7", "another value");
    expect_refusal(points("9,24,3,16\n"), "points.csv:7", "no record");
    expect_refusal(points("1,48,130,3\n"), "points.csv:7", "more than the dose");
    const auto records = [&](std::string line) {
        return refusal([&] { tumours(records_text + line, points_text); });
    };
    const std::string tail = ",20,20,1,2,3,4,5,6,7,8,9\n";
    const std::string twin = ",Gold,Inorganic,Active,NA,18,-18,0,Rod,Xenograft Heterotopic,Cervix,";
    expect_refusal(records("1,7" + twin + "0.1,0.13" + tail), "records.csv:4", "different data");
    expect_refusal(records("1,9" + twin + "0.1,0.12" + tail), "records.csv:4", "article 9");
    expect_refusal(records("3,9" + twin + "0.1,0.12" + tail), "records.csv:4", "no time point");
    expect_refusal(records("3,9" + twin + "0.1,big" + tail), "records.csv:4", "no time point");
    expect_refusal(refusal([&] {
                       tumours(records_text + "3,9" + twin + "0.1,-2" + tail,
                               points_text + "3,1,1,1\n");
                   }),
                   "records.csv:4", "tumour_weight_g is -2");
    expect_refusal(refusal([&] {
                       tumours(records_text + "3,9" + twin + "0.1,big" + tail,
                               points_text + "3,1,1,1\n");
                   }),
                   "records.csv:4", "big");
    expect_refusal(refusal([&] {
                       tumours(records_text + "3,9" + twin + "0.1,0.2" + tail,
                               points_text + "3,1,0,0\n3,2,0,0\n");
                   }),
                   "points.csv:7", "all points of id 3 are censored");
}

TEST(TumourTable, repeated_rows_and_records_without_article_are_counted) {
    const TumourTable table =
        tumours(records_text +
                    "1,7,Gold,Inorganic,Active,NA,18,-18,0,Rod,Xenograft "
                    "Heterotopic,Cervix,0.1,0.12,20,20,,,,,,,,,\n"
                    "3,NA,Gold,Inorganic,odd,NA,1,-1,0,Cube,Other,NA,,0.12,20,20,,,,,,,,,\n",
                points_text + "1,24,2,16\n3,1,1,1\n");
    EXPECT_EQ(table.cases.size(), 2u);
    EXPECT_EQ(table.dropped.of("record given twice, the same"), 1);
    EXPECT_EQ(table.dropped.of("point given twice, the same"), 1);
    EXPECT_EQ(table.dropped.of("record without an article"), 1);
}

}  // namespace
}  // namespace caravel::inference::delivery
