// Small studies whose lines the tests know by number.
#pragma once

#include "process.hpp"

namespace caravel::interface_test {

inline const std::string& study_text() {
    static const std::string text = R"([study]
name = "test"
[formulation]
use = "doxil"
[subject]
species = "mouse"
body_weight = "20 g"
[[subject.tumour]]
line = "generic"
volume = "200 mm3"
[subject.tumour.growth]
law = "exponential"
doubling_time = "60 d"
[[subject.tumour.kill]]
agent = "doxorubicin"
law = "emax"
max_rate = "0.04 1/h"
half = "10 ug/mL"
[[protocol.administer]]
at = "0 h"
dose = "6 mg/kg"
of = "doxorubicin"
[[data]]
file = "measured.csv"
[run]
until = "48 h"
)";
    return text;
}

inline const std::string& data_text() {
    static const std::string text =
        "time [h],observable,value,unit\n"
        "1,tumour.volume,201,mm3\n"
        "24,tumour.volume,0.21,mL\n";
    return text;
}

/// The text with its first `from` replaced; `from` must occur.
inline std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

/// A study of twenty doses, a hundred windows and about a second with a checkpoint at each window.
inline std::string long_study() {
    std::string text = replaced(study_text(), "until = \"48 h\"",
                                "until = \"1600 h\"\ncheckpoint_interval = \"20 h\"\n"
                                "output_interval = \"20 h\"");
    return replaced(text, "dose = \"6 mg/kg\"",
                    "dose = \"1 mg/kg\"\nrepeat = 20\nevery = \"72 h\"");
}

/// Writes study.toml and measured.csv.
inline void write_study(const fs::path& folder, const std::string& study = study_text(),
                        const std::string& data = data_text()) {
    write_file(folder / "study.toml", study);
    write_file(folder / "measured.csv", data);
}

}  // namespace caravel::interface_test
