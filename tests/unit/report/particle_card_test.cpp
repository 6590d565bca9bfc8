#include "caravel/report/particle_card.hpp"

#include "caravel/input/document.hpp"

#include <gtest/gtest.h>

namespace caravel::report {
namespace {

using formulation::Card;
using formulation::CardSection;
using formulation::CardStatus;

Card example() {
    CardSection section;
    section.title = "Light";
    section.values.push_back({"plasmon_peak", 524e-9, "nm", "largest extinction", "Mie, one layer",
                              "x = 0.32", "Johnson and Christy 1972", CardStatus::computed,
                              std::nullopt});
    section.values.push_back(
        {"quality", 0.5, "1", "a guess", "", "", "", CardStatus::assumed, std::pair{0.4, 0.6}});
    formulation::CardCurve curve;
    curve.name = "extinction_spectrum";
    curve.x_label = "wavelength";
    curve.x_unit = "nm";
    curve.x = {400e-9, 500e-9, 600e-9};
    curve.y_label = "cross-section";
    curve.y_unit = "nm2";
    curve.lines = {{"extinction", {1e-18, 2e-18, 1e-18}}};
    curve.method = "Mie";
    section.curves.push_back(curve);
    section.refusals.push_back({"quantum_yield", "no emitter <named>"});
    section.notes.push_back("bulk constants");
    return {"ball", "gold ball", {section}};
}

TEST(ParticleCard, JsonHoldsValuesInTheirUnitsWithMethodAndSource) {
    const auto document = input::parse_json(card_json(example()), "card.json");
    const auto& root = std::get<input::Table>(document.root.data);
    const auto& properties = std::get<input::Table>(root.find("properties")->value.data);
    const auto& peak = std::get<input::Table>(properties.find("plasmon_peak")->value.data);
    EXPECT_NEAR(std::get<double>(peak.find("value")->value.data), 524.0, 1e-9);
    EXPECT_EQ(std::get<std::string>(peak.find("unit")->value.data), "nm");
    EXPECT_EQ(std::get<std::string>(peak.find("validity")->value.data), "x = 0.32");
    EXPECT_EQ(std::get<std::string>(peak.find("status")->value.data), "computed");
    const auto& refused = std::get<input::Table>(root.find("refused")->value.data);
    EXPECT_NE(refused.find("quantum_yield"), nullptr);
    const auto& curves = std::get<input::Table>(root.find("curves")->value.data);
    EXPECT_NE(curves.find("extinction_spectrum"), nullptr);
}

TEST(ParticleCard, TextNamesEveryValueAndEveryRefusal) {
    const std::string text = card_text(example());
    EXPECT_NE(text.find("plasmon_peak"), std::string::npos);
    EXPECT_NE(text.find("524"), std::string::npos);
    EXPECT_NE(text.find("x = 0.32"), std::string::npos);
    EXPECT_NE(text.find("not given: no emitter"), std::string::npos);
    EXPECT_NE(text.find("note: bulk constants"), std::string::npos);
}

TEST(ParticleCard, PageEscapesTextAndDrawsCurves) {
    const std::string page = card_html(example());
    EXPECT_NE(page.find("<svg"), std::string::npos);
    EXPECT_NE(page.find("no emitter &lt;named&gt;"), std::string::npos);
    EXPECT_EQ(page.find("<named>"), std::string::npos);
}

}  // namespace
}  // namespace caravel::report
