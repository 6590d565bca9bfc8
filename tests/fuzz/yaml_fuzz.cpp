// Any text is either read as YAML, and then the same stands in its TOML, or refused with
// InputError.
#include "caravel/input/document.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace caravel::input;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    try {
        const Document document = parse_yaml(text, "fuzz.yaml");
        if (!document.root.is_table()) std::abort();
        to_json(document.root);
        const std::string toml = to_toml(std::get<Table>(document.root.data));
        const Document again = parse_toml(toml.empty() ? "\n" : toml, "again.toml");
        if (to_toml(std::get<Table>(again.root.data)) != toml) std::abort();
    } catch (const caravel::InputError&) {
        // The expected answer to a bad file.
    }
    return 0;
}
