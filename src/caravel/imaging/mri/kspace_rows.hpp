// Inner loop of transforms along an axis.
#pragma once

#include "caravel/base/view.hpp"

namespace caravel::imaging {

/// out[i] = sum over r < count of weights[r] rows[r * stride + i], i < n, in the order of r: the
/// same bits by every variant of the machine's vectors.
void weighted_rows(double* out, index_t n, const double* weights, index_t count, const double* rows,
                   index_t stride);

}  // namespace caravel::imaging
