#include "caravel/formulation/card.hpp"

#include "caravel/formulation/cards/parts.hpp"

#include <fmt/format.h>

namespace caravel::formulation {
namespace {

constexpr double default_shortest = 400e-9;  // m
constexpr double default_step = 2e-9;        // m
constexpr int default_count = 351;           // up to 1100 nm

std::vector<double> default_wavelengths() {
    std::vector<double> list;
    for (int i = 0; i < default_count; ++i)
        list.push_back(default_shortest + default_step * static_cast<double>(i));
    return list;
}

using Part = CardSection (*)(const CardContext&);
constexpr Part parts[] = {structure_section, synthesis_section,    surface_section,
                          light_section,     luminescence_section, magnetism_section,
                          radiation_section, thermal_section,      chemistry_section};

bool is_empty(const CardSection& s) {
    return s.values.empty() && s.curves.empty() && s.refusals.empty() && s.notes.empty();
}

}  // namespace

std::string_view to_text(CardStatus status) {
    switch (status) {
    case CardStatus::input: return "input";
    case CardStatus::measured: return "measured";
    case CardStatus::computed: return "computed";
    case CardStatus::calibrated: return "calibrated";
    case CardStatus::assumed: break;
    }
    return "assumed";
}

std::string refusal_text(const InputError& error) {
    std::vector<std::string> texts;
    for (const Diagnostic& diagnostic : error.diagnostics()) texts.push_back(format(diagnostic));
    return fmt::format("{}", fmt::join(texts, "; "));
}

const CardValue* Card::find(std::string_view value) const {
    for (const CardSection& section : sections)
        for (const CardValue& v : section.values)
            if (v.name == value) return &v;
    return nullptr;
}

const CardRefusal* Card::refused(std::string_view value) const {
    for (const CardSection& section : sections)
        for (const CardRefusal& r : section.refusals)
            if (r.name == value) return &r;
    return nullptr;
}

Card make_card(const Formulation& formulation, matter::Library& library,
               const CardOptions& options) {
    CardOptions complete = options;
    if (complete.wavelengths.empty()) complete.wavelengths = default_wavelengths();
    const Properties properties = compute_properties(formulation, library, Masses::where_known);
    const CardContext context{formulation, properties, library, complete};
    Card card{formulation.name, formulation.title, {}};
    for (const Part part : parts) {
        CardSection section = part(context);
        if (!is_empty(section)) card.sections.push_back(std::move(section));
    }
    return card;
}

}  // namespace caravel::formulation
