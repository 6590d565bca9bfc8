// Counts of a ring scanner as a linear model of the image, in ordered subsets of views.
#pragma once

#include "caravel/imaging/image.hpp"
#include "caravel/imaging/nuclear/emission.hpp"
#include "caravel/imaging/tomography/geometry.hpp"

#include <vector>

namespace caravel::imaging {

/// Every `subsets`-th view belongs to one subset.
struct PetSystem {
    const ScanContext& context;
    Grid grid{};  // of the image
    ScanGeometry geometry{};
    index_t subsets = 1;
    double blur = 0.0;          // m, FWHM of the model; 0: none
    std::vector<float> gain{};  // counts per line integral of the image, subset after subset

    /// Refers to this object.
    EmissionSystem system() const;
};

/// Puts the views of each subset together: view v belongs to subset v mod subsets.
template <class T>
std::vector<float> by_subset(const ScanGeometry& geometry, index_t subsets,
                             const std::vector<T>& values) {
    const auto view = static_cast<std::size_t>(geometry.rows * geometry.columns);
    std::vector<float> sorted;
    sorted.reserve(values.size());
    for (index_t s = 0; s < subsets; ++s)
        for (index_t v = s; v < geometry.views; v += subsets)
            for (std::size_t i = 0; i < view; ++i)
                sorted.push_back(
                    static_cast<float>(values[static_cast<std::size_t>(v) * view + i]));
    return sorted;
}

}  // namespace caravel::imaging
