// Any text either gives a card of finite numbers or is refused with an error of the program.
#include "caravel/formulation/card.hpp"
#include "caravel/input/reader.hpp"

#include <cmath>
#include <cstdlib>

using namespace caravel;
using namespace caravel::formulation;

namespace {

void require_finite(const Card& card) {
    for (const CardSection& section : card.sections) {
        for (const CardValue& value : section.values)
            if (!std::isfinite(value.si)) std::abort();
        for (const CardCurve& curve : section.curves)
            for (const CardLine& line : curve.lines)
                for (const double y : line.y)
                    if (!std::isfinite(y)) std::abort();
    }
}

void check_card(std::string_view text) {
    const auto formulation = input::read<Formulation>(input::parse_toml(text, "fuzz.toml").root);
    // A library of its own: a formulation may define materials.
    matter::Library library(CARAVEL_SOURCE_DIR "/data");
    CardOptions options;
    options.wavelengths = {808e-9};
    require_finite(make_card(formulation, library, options));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    try {
        check_card(std::string_view(reinterpret_cast<const char*>(data), size));
    } catch (const InputError&) {
        // The expected answer to a bad file.
    } catch (const NotAvailable&) {
        // Outside what the models cover.
    } catch (const NumericalError&) {
        // A guard stopped a solver.
    }
    return 0;
}
