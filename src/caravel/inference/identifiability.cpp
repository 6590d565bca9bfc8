#include "caravel/inference/identifiability.hpp"

#include "caravel/base/checks.hpp"
#include "caravel/inference/guards.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace caravel::inference {
namespace {

void require_sizes(const Matrix& hessian, const std::vector<std::string>& names,
                   const std::vector<double>& width) {
    const std::size_t n = names.size();
    if (n == 0 || hessian.rows != n || hessian.columns != n || width.size() != n) {
        throw InputError(Diagnostic{{},
                                    "the Hessian has " + std::to_string(hessian.rows) + " by " +
                                        std::to_string(hessian.columns) + " entries, " +
                                        std::to_string(width.size()) + " widths",
                                    std::to_string(n) + ", one for each parameter",
                                    ""});
    }
    require_finite(hessian.values, "the Hessian, entry");
    for (std::size_t i = 0; i < n; ++i) {
        require_positive(width[i], "the width of the bounds of '" + names[i] + "'", "");
    }
}

// "0.71 a - 0.70 b" of the components above 0.1, the greatest first.
std::string describe(const std::vector<double>& components, const std::vector<std::string>& names) {
    std::vector<std::size_t> order(names.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return std::abs(components[a]) > std::abs(components[b]);
    });
    std::string text;
    for (const std::size_t i : order) {
        if (!text.empty() && std::abs(components[i]) < 0.1) break;
        if (!text.empty()) text += components[i] < 0.0 ? " - " : " + ";
        text += format_number(std::abs(components[i]), 2) + " " + names[i];
    }
    return text;
}

std::string message_of(const Direction& direction, const std::vector<std::string>& names,
                       double rounding) {
    std::string text = "the data do not determine " + describe(direction.components, names) +
                       " (in widths of the bounds): ";
    if (!direction.standard_deviation) {
        return text + "curvature " + format_number(direction.curvature, 3) +
               (direction.curvature < -rounding ? ", this is no minimum" : "");
    }
    return text + "standard deviation " + format_number(*direction.standard_deviation, 3) +
           " widths";
}

std::vector<std::size_t> free_parameters(std::size_t n, const std::vector<std::size_t>& held) {
    std::vector<std::size_t> free;
    for (std::size_t i = 0; i < n; ++i)
        if (std::find(held.begin(), held.end(), i) == held.end()) free.push_back(i);
    return free;
}

// The rows and columns of `free`, in widths.
Matrix scaled_part(const Matrix& hessian, const std::vector<double>& width,
                   const std::vector<std::size_t>& free) {
    Matrix scaled(free.size(), free.size());
    for (std::size_t i = 0; i < free.size(); ++i) {
        for (std::size_t j = 0; j < free.size(); ++j) {
            const std::size_t a = free[i];
            const std::size_t b = free[j];
            scaled(i, j) = 0.5 * (hessian(a, b) + hessian(b, a)) * width[a] * width[b];
        }
    }
    return scaled;
}

// Eigenvalues below this part of the greatest have no sign.
constexpr double rounding = 1e-13;

void add_covariance(IdentifiabilityReport& report, const Direction& direction,
                    const std::vector<double>& width) {
    const std::size_t n = width.size();
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < n; ++j) {
            report.covariance(i, j) += direction.components[i] * direction.components[j] *
                                       width[i] * width[j] / direction.curvature;
        }
    }
}

void add_errors(IdentifiabilityReport& report, double most) {
    const std::size_t n = report.covariance.rows;
    for (std::size_t i = 0; i < n; ++i) {
        double lost = 0.0;
        for (const Direction& d : report.directions) {
            if (!d.is_determined) lost += d.components[i] * d.components[i];
        }
        report.standard_error.emplace_back();
        if (lost <= most) report.standard_error[i] = std::sqrt(report.covariance(i, i));
        for (std::size_t j = 0; j < n; ++j) {
            const double size = std::sqrt(report.covariance(i, i) * report.covariance(j, j));
            if (size > 0.0) report.correlation(i, j) = report.covariance(i, j) / size;
        }
    }
}

}  // namespace

std::size_t IdentifiabilityReport::undetermined() const {
    return static_cast<std::size_t>(std::count_if(
        directions.begin(), directions.end(), [](const Direction& d) { return !d.is_determined; }));
}

IdentifiabilityReport analyse_curvature(const Matrix& hessian,
                                        const std::vector<std::string>& names,
                                        const std::vector<double>& width,
                                        const IdentifiabilityOptions& options) {
    require_sizes(hessian, names, width);
    const std::size_t n = names.size();
    IdentifiabilityReport report;
    report.covariance = Matrix(n, n);
    report.correlation = Matrix(n, n);
    const auto free = free_parameters(n, options.held);
    if (free.empty()) {
        report.standard_error.resize(n);
        return report;
    }
    const SymmetricEigen eigen = eigen_symmetric(scaled_part(hessian, width, free));
    const double greatest = eigen.values.back();
    report.condition = eigen.values.front() > 0.0 ? greatest / eigen.values.front()
                                                  : std::numeric_limits<double>::infinity();
    for (std::size_t k = 0; k < free.size(); ++k) {
        Direction direction;
        direction.curvature = eigen.values[k];
        direction.components.assign(n, 0.0);
        for (std::size_t i = 0; i < free.size(); ++i)
            direction.components[free[i]] = eigen.vectors(i, k);
        if (direction.curvature > 0.0) {
            direction.standard_deviation = 1.0 / std::sqrt(direction.curvature);
        }
        direction.is_determined = direction.curvature > options.relative_curvature * greatest &&
                                  direction.standard_deviation.value_or(
                                      std::numeric_limits<double>::infinity()) < options.widest;
        if (direction.is_determined) {
            add_covariance(report, direction, width);
        } else {
            report.messages.push_back(message_of(direction, names, rounding * greatest));
        }
        report.directions.push_back(std::move(direction));
    }
    add_errors(report, options.share);
    for (const std::size_t i : options.held) report.standard_error[i].reset();
    return report;
}

}  // namespace caravel::inference
