// Any text is either a sequence that can be compiled, or refused with InputError.
#include "caravel/base/error.hpp"
#include "caravel/imaging/mri/pulseq_reader.hpp"

#include <cmath>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace caravel;
    using namespace caravel::imaging::mri;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    try {
        const Sequence sequence =
            parse_pulseq(text, "fuzz.seq", {1u << 20, 1000, 1000, 20000, 50000});
        const TimeLine line = compile_sequence(sequence, 1e-3);
        if (!std::isfinite(line.duration) || line.sample_time.size() > 50000) std::abort();
        double last = 0.0;
        for (const TimePiece& piece : line.pieces) {
            if (!(piece.start >= last - 1e-6 * (1.0 + last)) || !(piece.duration >= 0.0) ||
                !(piece.flip >= 0.0)) {
                std::abort();
            }
            last = piece.start;
        }
    } catch (const InputError&) {
        // The expected answer to a bad file.
    }
    return 0;
}
