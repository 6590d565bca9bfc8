// How well two groups of responses can be told apart.
#pragma once

#include <span>
#include <vector>

namespace caravel::imaging {

/// Receiver operating characteristic of responses without and with a lesion.
struct RocCurve {
    std::vector<double> false_positive{};  // shares, from (0, 0) to (1, 1)
    std::vector<double> true_positive{};
    double area = 0.5;  // below the curve: Mann and Whitney's statistic, ties count a half
    double area_error =
        0.0;  // standard error (J. A. Hanley, B. J. McNeil, Radiology 143 (1982) 29)
    double detectability = 0.0;  // d' of two normal distributions: difference of the means over the
                                 // root of the mean variance
};

/// Throws InputError for fewer than two responses in a group, or one that is not finite.
RocCurve roc_curve(std::span<const double> absent, std::span<const double> present);

}  // namespace caravel::imaging
