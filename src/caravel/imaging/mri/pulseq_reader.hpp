// Sequences in Pulseq's text format, versions 1.2 to 1.5.
#pragma once

#include "caravel/imaging/mri/sequence.hpp"

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace caravel::imaging::mri {

struct PulseqLimits {
    std::size_t bytes = 256u << 20;
    std::size_t blocks = 2'000'000;
    std::size_t events = 1'000'000;         // of each kind
    std::size_t shape_samples = 2'000'000;  // of one shape, uncompressed
    std::size_t all_samples = 50'000'000;   // of all shapes, pulses and receivers
};

/// Reads a sequence. Hz/m become T/m by the proton's gamma; offsets in ppm are those of the field
/// in the definition B0, else of `field` (T). Labels, triggers and soft delays are read and left
/// out, rotations are applied; the signature is not verified. Throws InputError at file:line for
/// anything that is not a whole, consistent file.
/// Source: K. Layton et al., Magn. Reson. Med. 77 (2017) 1544; Pulseq specification 1.5.1.
Sequence parse_pulseq(std::string_view text, const std::string& name,
                      const PulseqLimits& limits = {}, double field = 3.0);
Sequence read_pulseq(const std::filesystem::path& path, const PulseqLimits& limits = {},
                     double field = 3.0);

}  // namespace caravel::imaging::mri
