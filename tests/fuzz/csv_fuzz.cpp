// Any text is either a table whose rows all fit its header, or refused with InputError; with commas
// and with tabs.
#include "caravel/input/csv.hpp"

#include <cstdlib>

namespace {

void check(std::string_view text, caravel::input::CsvDialect dialect) {
    using namespace caravel;
    try {
        const input::CsvTable table =
            input::parse_csv(text, "fuzz.csv", {1u << 20, 100, 1000}, dialect);
        if (table.lines.size() != table.rows.size() || table.columns.empty()) std::abort();
        for (const auto& row : table.rows)
            if (row.size() != table.columns.size()) std::abort();
        table.column("time");
        for (std::size_t row = 0; row < table.rows.size(); ++row) table.number(row, 0);
    } catch (const InputError&) {
        // The expected answer to a bad file.
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    check(text, {});
    check(text, caravel::input::tab_separated);
    return 0;
}
