// Any bytes as a unit or a quantity: they are read or refused with UnitError, nothing else.
#include "caravel/base/unit.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

void expect(bool holds) {
    if (!holds) std::abort();
}

void try_unit(std::string_view text) {
    try {
        const caravel::Unit unit = caravel::parse_unit(text);
        expect(std::isnormal(unit.factor) && std::isfinite(unit.offset) && unit.text == text);
        const double back = caravel::from_si(caravel::to_si(1.0, unit), unit);
        expect(std::abs(back - 1.0) <= 1e-12);
    } catch (const caravel::UnitError& error) {
        expect(error.position() >= 0 && error.position() <= static_cast<int>(text.size()));
    }
}

void try_quantity(std::string_view text) {
    try {
        const caravel::ParsedQuantity read = caravel::parse_quantity(text);
        expect(std::isfinite(read.si) && std::isfinite(read.value));
        const caravel::ParsedQuantity again =
            caravel::parse_quantity(caravel::format_quantity(read.si, read.unit.text));
        expect(std::abs(again.si - read.si) <= 1e-12 * std::abs(read.si) + 1e-300);
    } catch (const caravel::UnitError& error) {
        expect(error.position() >= 0 && error.position() <= static_cast<int>(text.size()));
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    try_unit(text);
    try_quantity(text);
    return 0;
}
