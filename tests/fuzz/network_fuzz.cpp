// Any text is either a network that blood can flow through, that reads back to the same text, and
// whose small ones solve; or refused with InputError.
#include "caravel/tissue/vessels/network_file.hpp"
#include "caravel/tissue/vessels/network_map.hpp"

#include <cmath>
#include <cstdlib>

namespace {

using namespace caravel;

void solve(const tissue::VesselNetwork& network) {
    try {
        const auto flow = tissue::solve_flow(network);
        for (const double q : flow.flow)
            if (!std::isfinite(q)) std::abort();
        const auto map = tissue::map_network({4, 4, 4, {1e-4, 1e-4, 1e-4}, {}}, network, flow);
        for (const double p : map.map.pressure)
            if (!std::isfinite(p)) std::abort();
    } catch (const InputError&) {
        // Vessels too narrow for red cells.
    } catch (const NumericalError&) {
        // Conductances too far apart, or no steady state.
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    try {
        const auto network = tissue::parse_network(text, "fuzz.csv");
        const std::string written = tissue::write_network(network);
        if (tissue::write_network(tissue::parse_network(written, "again.csv")) != written)
            std::abort();
        if (network.segments.size() <= 64) solve(network);
    } catch (const InputError&) {
        // The expected answer to a bad file.
    }
    return 0;
}
