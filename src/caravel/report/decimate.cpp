#include "caravel/report/decimate.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace caravel::report {

namespace {

struct Point {
    double x = 0.0;
    double y = 0.0;
};

Point mean_of(std::span<const double> x, std::span<const double> y, std::size_t begin,
              std::size_t end) {
    Point sum;
    for (std::size_t i = begin; i < end; ++i) {
        sum.x += x[i];
        sum.y += y[i];
    }
    const auto n = static_cast<double>(end - begin);
    return {sum.x / n, sum.y / n};
}

double twice_area(Point a, Point b, Point c) {
    return std::abs((a.x - c.x) * (b.y - a.y) - (a.x - b.x) * (c.y - a.y));
}

}  // namespace

std::vector<std::size_t> decimate(std::span<const double> x, std::span<const double> y,
                                  std::size_t limit) {
    const std::size_t n = x.size();
    limit = std::max<std::size_t>(limit, 3);
    if (n <= limit) {
        std::vector<std::size_t> all(n);
        std::iota(all.begin(), all.end(), std::size_t{0});
        return all;
    }
    const std::size_t buckets = limit - 2;
    // Bucket k holds the indices from start(k) up to start(k + 1); the last point follows them.
    const auto start = [&](std::size_t k) { return 1 + k * (n - 2) / buckets; };
    std::vector<std::size_t> kept = {0};
    for (std::size_t k = 0; k < buckets; ++k) {
        const Point previous{x[kept.back()], y[kept.back()]};
        const Point next =
            k + 1 < buckets ? mean_of(x, y, start(k + 1), start(k + 2)) : Point{x[n - 1], y[n - 1]};
        std::size_t best = start(k);
        double largest = -1.0;
        for (std::size_t i = start(k); i < start(k + 1); ++i) {
            const double area = twice_area(previous, {x[i], y[i]}, next);
            if (area > largest) {
                largest = area;
                best = i;
            }
        }
        kept.push_back(best);
    }
    kept.push_back(n - 1);
    return kept;
}

}  // namespace caravel::report
