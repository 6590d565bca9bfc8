// Problems of J. J. More, B. S. Garbow, K. E. Hillstrom, ACM Trans. Math. Softw. 7 (1981) 17:
// residuals, standard start and least sum of squares as published there.
#pragma once

#include <cmath>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace caravel::inference::test {

struct Problem {
    std::string name;
    std::size_t residuals;
    std::vector<double> start;
    double least;  // sum of squares
    std::function<void(std::span<const double>, std::span<double>)> f;
};

inline Problem rosenbrock() {
    return {"Rosenbrock", 2, {-1.2, 1.0}, 0.0, [](auto x, auto r) {
                r[0] = 10.0 * (x[1] - x[0] * x[0]);
                r[1] = 1.0 - x[0];
            }};
}

inline Problem powell_singular() {
    return {"Powell singular", 4, {3.0, -1.0, 0.0, 1.0}, 0.0, [](auto x, auto r) {
                r[0] = x[0] + 10.0 * x[1];
                r[1] = std::sqrt(5.0) * (x[2] - x[3]);
                r[2] = (x[1] - 2.0 * x[2]) * (x[1] - 2.0 * x[2]);
                r[3] = std::sqrt(10.0) * (x[0] - x[3]) * (x[0] - x[3]);
            }};
}

inline Problem brown_badly_scaled() {
    return {"Brown badly scaled", 3, {1.0, 1.0}, 0.0, [](auto x, auto r) {
                r[0] = x[0] - 1e6;
                r[1] = x[1] - 2e-6;
                r[2] = x[0] * x[1] - 2.0;
            }};
}

inline Problem beale() {
    return {"Beale", 3, {1.0, 1.0}, 0.0, [](auto x, auto r) {
                r[0] = 1.5 - x[0] * (1.0 - x[1]);
                r[1] = 2.25 - x[0] * (1.0 - x[1] * x[1]);
                r[2] = 2.625 - x[0] * (1.0 - x[1] * x[1] * x[1]);
            }};
}

inline Problem jennrich_sampson() {
    return {"Jennrich and Sampson", 10, {0.3, 0.4}, 124.362, [](auto x, auto r) {
                for (std::size_t i = 0; i < 10; ++i) {
                    const double k = static_cast<double>(i) + 1.0;
                    r[i] = 2.0 + 2.0 * k - (std::exp(k * x[0]) + std::exp(k * x[1]));
                }
            }};
}

inline Problem helical_valley() {
    return {"Helical valley", 3, {-1.0, 0.0, 0.0}, 0.0, [](auto x, auto r) {
                const double pi = std::acos(-1.0);
                const double angle = std::atan(x[1] / x[0]) / (2.0 * pi) + (x[0] < 0.0 ? 0.5 : 0.0);
                r[0] = 10.0 * (x[2] - 10.0 * angle);
                r[1] = 10.0 * (std::hypot(x[0], x[1]) - 1.0);
                r[2] = x[2];
            }};
}

inline Problem bard() {
    return {"Bard", 15, {1.0, 1.0, 1.0}, 8.21487e-3, [](auto x, auto r) {
                static const double y[] = {0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39,
                                           0.37, 0.58, 0.73, 0.96, 1.34, 2.10, 4.39};
                for (std::size_t i = 0; i < 15; ++i) {
                    const double u = static_cast<double>(i) + 1.0;
                    const double v = 16.0 - u;
                    r[i] = y[i] - (x[0] + u / (v * x[1] + std::min(u, v) * x[2]));
                }
            }};
}

inline Problem kowalik_osborne() {
    return {"Kowalik and Osborne", 11, {0.25, 0.39, 0.415, 0.39}, 3.07505e-4, [](auto x, auto r) {
                static const double y[] = {0.1957, 0.1947, 0.1735, 0.1600, 0.0844, 0.0627,
                                           0.0456, 0.0342, 0.0323, 0.0235, 0.0246};
                static const double u[] = {4.0,   2.0, 1.0,    0.5,    0.25,  0.167,
                                           0.125, 0.1, 0.0833, 0.0714, 0.0625};
                for (std::size_t i = 0; i < 11; ++i) {
                    r[i] = y[i] -
                           x[0] * (u[i] * u[i] + u[i] * x[1]) / (u[i] * u[i] + u[i] * x[2] + x[3]);
                }
            }};
}

inline Problem meyer() {
    return {"Meyer", 16, {0.02, 4000.0, 250.0}, 87.9458, [](auto x, auto r) {
                static const double y[] = {34780, 28610, 23650, 19630, 16370, 13720, 11540, 9744,
                                           8261,  7030,  6005,  5147,  4427,  3820,  3307,  2872};
                for (std::size_t i = 0; i < 16; ++i) {
                    const double t = 50.0 + 5.0 * static_cast<double>(i);
                    r[i] = x[0] * std::exp(x[1] / (t + x[2])) - y[i];
                }
            }};
}

inline Problem brown_dennis() {
    return {"Brown and Dennis", 20, {25.0, 5.0, -5.0, -1.0}, 85822.2, [](auto x, auto r) {
                for (std::size_t i = 0; i < 20; ++i) {
                    const double t = (static_cast<double>(i) + 1.0) / 5.0;
                    const double a = x[0] + t * x[1] - std::exp(t);
                    const double b = x[2] + x[3] * std::sin(t) - std::cos(t);
                    r[i] = a * a + b * b;
                }
            }};
}

inline Problem osborne_1() {
    return {"Osborne 1", 33, {0.5, 1.5, -1.0, 0.01, 0.02}, 5.46489e-5, [](auto x, auto r) {
                static const double y[] = {
                    0.844, 0.908, 0.932, 0.936, 0.925, 0.908, 0.881, 0.850, 0.818, 0.784, 0.751,
                    0.718, 0.685, 0.658, 0.628, 0.603, 0.580, 0.558, 0.538, 0.522, 0.506, 0.490,
                    0.478, 0.467, 0.457, 0.448, 0.438, 0.431, 0.424, 0.420, 0.414, 0.411, 0.406};
                for (std::size_t i = 0; i < 33; ++i) {
                    const double t = 10.0 * static_cast<double>(i);
                    r[i] = y[i] - (x[0] + x[1] * std::exp(-t * x[3]) + x[2] * std::exp(-t * x[4]));
                }
            }};
}

inline Problem wood() {
    return {"Wood", 6, {-3.0, -1.0, -3.0, -1.0}, 0.0, [](auto x, auto r) {
                r[0] = 10.0 * (x[1] - x[0] * x[0]);
                r[1] = 1.0 - x[0];
                r[2] = std::sqrt(90.0) * (x[3] - x[2] * x[2]);
                r[3] = 1.0 - x[2];
                r[4] = std::sqrt(10.0) * (x[1] + x[3] - 2.0);
                r[5] = (x[1] - x[3]) / std::sqrt(10.0);
            }};
}

inline std::vector<Problem> all_problems() {
    return {rosenbrock(),   powell_singular(),  brown_badly_scaled(),
            beale(),        jennrich_sampson(), helical_valley(),
            bard(),         kowalik_osborne(),  meyer(),
            brown_dennis(), osborne_1(),        wood()};
}

}  // namespace caravel::inference::test
