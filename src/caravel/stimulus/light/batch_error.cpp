#include "caravel/stimulus/light/batch_error.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace caravel::stimulus {

void BatchError::add(std::span<const double> values) {
    if (batches_ == 0) {
        mean_.assign(values.size(), 0.0);
        squares_.assign(values.size(), 0.0);
    }
    if (values.size() != mean_.size()) {
        throw std::invalid_argument("every batch needs the same numbers");
    }
    ++batches_;
    // Welford 1962, Technometrics 4:419
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double off = values[i] - mean_[i];
        mean_[i] += off / batches_;
        squares_[i] += off * (values[i] - mean_[i]);
    }
}

double BatchError::standard_error(std::size_t i) const {
    if (batches_ < 2) return std::numeric_limits<double>::quiet_NaN();
    const double n = batches_;
    return std::sqrt(squares_[i] / (n * (n - 1.0)));
}

double batch_interval(int batches) {
    // Quantiles of Student's t at 0.95 for 1 to 9 degrees of freedom
    constexpr std::array<double, 9> student{6.314, 2.920, 2.353, 2.132, 2.015,
                                            1.943, 1.895, 1.860, 1.833};
    constexpr double normal = 1.645;
    if (batches < 2) return std::numeric_limits<double>::quiet_NaN();
    const auto degrees = static_cast<std::size_t>(batches - 1);
    return degrees <= student.size() ? student[degrees - 1] : normal;
}

}  // namespace caravel::stimulus
