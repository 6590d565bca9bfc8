// The tables of a Pulseq file as they are written, with the lines they stand on.
#pragma once

#include "caravel/imaging/mri/pulseq_reader.hpp"

#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace caravel::imaging::mri {

/// A row of numbers; a word at its end where the table has one.
struct PulseqRow {
    std::vector<double> numbers{};
    std::string word{};
    int line = 0;
};

struct PulseqShape {
    std::vector<double> samples{};
    int line = 0;
};

using PulseqTable = std::map<index_t, PulseqRow>;  // by id, which is left out of the row

/// The file by sections. Version 1.5.1 is 1.005001 as `version` = 1005001.
struct PulseqText {
    int version = 0;
    std::map<std::string, std::string> definitions{};
    std::map<std::string, int> definition_lines{};
    std::vector<PulseqRow> blocks{};  // without the number
    PulseqTable rf{};
    PulseqTable trapezoids{};
    PulseqTable gradients{};
    PulseqTable adcs{};
    PulseqTable delays{};
    PulseqTable extensions{};
    PulseqTable rotations{};
    index_t rotation_type = -1;
    std::map<index_t, PulseqShape> shapes{};
};

/// Throws InputError at `name`:line.
[[noreturn]] void refuse_pulseq(const std::string& name, int line, std::string what,
                                std::string expected = {}, std::string hint = {});

/// Reads the tables, shapes unpacked. Throws InputError.
PulseqText read_pulseq_text(std::string_view text, const std::string& name,
                            const PulseqLimits& limits);

/// Undoes the derivative and run-length coding of a shape; throws InputError at `line` unless
/// exactly `samples` come out.
std::vector<double> unpack_pulseq_shape(const std::vector<double>& packed, std::size_t samples,
                                        const std::string& name, int line);

}  // namespace caravel::imaging::mri
