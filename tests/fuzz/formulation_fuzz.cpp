// Any text either gives a card of finite numbers or is refused with an error of the program.
#include "caravel/formulation/card.hpp"
#include "caravel/input/reader.hpp"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <string>

using namespace caravel;
using namespace caravel::formulation;

namespace {

[[noreturn]] void stop(const char* what, const std::string& name) {
    std::fprintf(stderr, "%s %s\n", name.c_str(), what);
    std::abort();
}

void require_finite(const Card& card) {
    for (const CardSection& section : card.sections) {
        for (const CardValue& value : section.values)
            if (!std::isfinite(value.si)) stop("is not finite", value.name);
        for (const CardCurve& curve : section.curves)
            for (const CardLine& line : curve.lines)
                for (const double y : line.y)
                    if (!std::isfinite(y)) stop("is not finite", curve.name);
    }
}

/// A program that reads the card finds each property once, as given or as refused.
void require_single_names(const Card& card) {
    std::set<std::string> names;
    for (const CardSection& section : card.sections) {
        for (const CardValue& value : section.values)
            if (!names.insert(value.name).second) stop("stands twice", value.name);
        for (const CardRefusal& refusal : section.refusals)
            if (!names.insert(refusal.name).second) stop("stands twice", refusal.name);
    }
}

/// Tables are read once; a formulation that defines materials gets a library of its own.
Card card_of(const Formulation& formulation) {
    CardOptions options;
    options.wavelengths = {808e-9};
    static matter::Library shared(CARAVEL_SOURCE_DIR "/data");
    if (formulation.materials.empty()) return make_card(formulation, shared, options);
    matter::Library own(CARAVEL_SOURCE_DIR "/data");
    return make_card(formulation, own, options);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    try {
        const std::string_view text(reinterpret_cast<const char*>(data), size);
        const Card card =
            card_of(input::read<Formulation>(input::parse_toml(text, "fuzz.toml").root));
        require_finite(card);
        require_single_names(card);
    } catch (const InputError&) {
        // The expected answer to a bad file.
    } catch (const NotAvailable&) {
        // Outside what the models cover.
    } catch (const IoError&) {
        // A table file that is not there.
    } catch (const NumericalError&) {
        // A guard stopped a solver.
    }
    return 0;
}
