#include "caravel/formulation/size_distribution.hpp"

#include "caravel/base/checks.hpp"
#include "caravel/base/quadrature.hpp"

#include <cmath>

namespace caravel::formulation {

std::vector<SizeNode> log_normal_sizes(double median, double spread, int count) {
    require_positive(median, "the median diameter", "m");
    require_between(spread, 0.0, 2.0, "the spread of the logarithm of the diameter", "1");
    const QuadratureRule rule = gauss_normal(count);
    if (spread == 0.0) return {{median, 1.0}};
    std::vector<SizeNode> sizes;
    for (std::size_t i = 0; i < rule.size(); ++i)
        sizes.push_back({median * std::exp(spread * rule.node[i]), rule.weight[i]});
    return sizes;
}

std::vector<SizeNode> volume_log_normal_sizes(double median, double spread, int count) {
    return log_normal_sizes(median * std::exp(3.0 * spread * spread), spread, count);
}

}  // namespace caravel::formulation
