// A small field whose values tell the place.
#pragma once

#include "caravel/report/field_picture.hpp"

#include <cstddef>
#include <string>

namespace caravel::report::test {

/// n x n x n cells of 10 um, value x + 10 y + 100 z of the cell numbers.
inline FieldPicture cube(index_t n) {
    FieldPicture p;
    p.name = "Oxygen";
    p.label = "Oxygen";
    p.unit = "mm[Hg]";
    p.cells = {n, n, n};
    p.spacing = {1e-5, 1e-5, 1e-5};
    p.times = {3600.0};
    std::vector<float> values;
    for (index_t k = 0; k < n; ++k)
        for (index_t j = 0; j < n; ++j)
            for (index_t i = 0; i < n; ++i)
                values.push_back(static_cast<float>(i + 10 * j + 100 * k));
    p.values = {values};
    return p;
}

inline std::size_t count(const std::string& text, const std::string& part) {
    std::size_t n = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
        ++n;
    return n;
}

}  // namespace caravel::report::test
