// Any text is either an SBML model with finite initial values or refused with InputError.
#include "caravel/base/error.hpp"
#include "caravel/kinetics/sbml_model.hpp"

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace caravel::kinetics;
    if (!sbml_available()) return 0;
    try {
        const SbmlModel model(parse_sbml({reinterpret_cast<const char*>(data), size}));
        for (const double value : model.initial_values({}))
            if (!std::isfinite(value)) std::abort();
        for (const SbmlEntity& entity : model.entities())
            if (entity.role != SbmlRole::assigned) model.initial_expression(entity.name);
    } catch (const caravel::InputError&) {
        // The expected answer to a bad file.
    }
    return 0;
}
