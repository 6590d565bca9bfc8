// Any text is either read, and then its echo reads back the same, or refused with InputError.
#include "../unit/input/sample.hpp"
#include "caravel/input/reader.hpp"

#include <cstdlib>

using namespace caravel;
using namespace caravel::input;

namespace {

void check_round_trip(const Document& document) {
    const auto study = read<sample::Study>(document.root);
    const std::string once = to_toml(echo(study));
    const auto again = read<sample::Study>(parse_toml(once, "echo").root);
    if (to_toml(echo(again)) != once || again.loading != study.loading ||
        again.thickness != study.thickness || again.dose.si != study.dose.si ||
        again.times != study.times || again.subject.body_weight != study.subject.body_weight)
        std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    // The first byte chooses the reader.
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    try {
        if (data[0] % 4 == 1) {
            check_round_trip(parse_json(text, "fuzz.json"));
        } else if (data[0] % 4 == 2) {
            Document document =
                parse_toml("count = 2\nlayer = [{material = 'w', radius = '1 nm'}]", "s");
            set_value(document, text);
            check_round_trip(document);
        } else {
            const Document document = parse_toml(text, "fuzz.toml");
            parse_toml(to_toml(std::get<Table>(document.root.data)), "again.toml");
            check_round_trip(document);
        }
    } catch (const InputError&) {
        // The expected answer to a bad file.
    }
    return 0;
}
