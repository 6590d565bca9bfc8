#include "caravel/formulation/cards/luminescence_parts.hpp"
#include "caravel/formulation/cards/parts.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace caravel::formulation {
namespace {

constexpr double spectrum_margin = 1.5;  // widths beyond the outermost bands
constexpr int spectrum_points = 401;

}  // namespace

void EmitterCard::start(const std::string& name) {
    prefix_ = emitters_ == 0 ? "" : name + "_";
    ++emitters_;
}

void EmitterCard::add(CardValue value) {
    value.name = prefix_ + value.name;
    section_.values.push_back(std::move(value));
}

void EmitterCard::refuse(const std::string& name, const std::string& reason) {
    section_.refusals.push_back({prefix_ + name, reason});
}

void EmitterCard::add_band(const std::string& label, std::vector<luminescence::Band> bands,
                           std::vector<double> weights) {
    lines_.push_back({label, std::move(bands), std::move(weights)});
}

void EmitterCard::add_spectrum() {
    double from = std::numeric_limits<double>::max();
    double to = 0.0;
    for (const Line& line : lines_)
        for (const luminescence::Band& band : line.bands) {
            from = std::min(from, band.centre - spectrum_margin * band.width);
            to = std::max(to, band.centre + spectrum_margin * band.width);
        }
    if (lines_.empty()) return;
    CardCurve curve{"emission_spectrum", "wavelength", "nm", {},
                    "emission",          "1",          {},   "Gaussian bands"};
    for (int i = 0; i < spectrum_points; ++i)
        curve.x.push_back(from + (to - from) * i / (spectrum_points - 1.0));
    for (const Line& line : lines_) {
        CardLine drawn{line.label, {}};
        for (const double x : curve.x) {
            double y = 0.0;
            for (std::size_t b = 0; b < line.bands.size(); ++b)
                y += line.weights[b] * luminescence::band_density(line.bands[b], x);
            drawn.y.push_back(y);
        }
        const double most = *std::max_element(drawn.y.begin(), drawn.y.end());
        if (most > 0.0)
            for (double& y : drawn.y) y /= most;
        curve.lines.push_back(std::move(drawn));
    }
    section_.curves.push_back(std::move(curve));
}

CardSection luminescence_section(const CardContext& context) {
    CardSection section{"Luminescence", {}, {}, {}, {}};
    EmitterCard card(context, section);
    add_dyes(card, find_dyes(context, section));
    if (context.properties.is_particle()) {
        add_quantum_dots(card);
        add_gold_clusters(card);
        add_lanthanides(card);
    }
    if (card.is_empty() && section.refusals.empty())
        section.refusals.push_back(
            {"emission_peak",
             "nothing in this formulation is known to emit: no dye among labels and payloads "
             "(data/emitters.csv), no confined semiconductor or gold cluster "
             "(data/quantum_dots.csv), no [[dopant]]"});
    card.add_spectrum();
    return section;
}

}  // namespace caravel::formulation
