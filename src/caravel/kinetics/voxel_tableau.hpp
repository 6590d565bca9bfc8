// Low-order members of the methods in rosenbrock_tableau.hpp, in the same form.
#pragma once

namespace caravel::kinetics {

/// RODAS3: order 3(2), 4 stages, two of them at the start of the step; L-stable and stiffly
/// accurate, as is the method of the estimate. Source: A. Sandu, J. G. Verwer, J. G. Blom,
/// E. J. Spee, G. R. Carmichael, F. A. Potra, Benchmarking stiff ODE solvers for atmospheric
/// chemistry problems II: Rosenbrock solvers, Atmospheric Environment 31 (1997) 3459-3472.
struct Rodas3 {
    static constexpr int stages = 4;
    static constexpr int order = 3;
    static constexpr double error_share = 1.0;
    static constexpr double gamma = 0.5;
    static constexpr double a[4][4] = {{}, {0.0}, {2.0, 0.0}, {2.0, 0.0, 1.0}};
    static constexpr double c[4][4] = {{}, {4.0}, {1.0, -1.0}, {1.0, -1.0, -8.0 / 3.0}};
    static constexpr double alpha[4] = {0.0, 0.0, 1.0, 1.0};
    static constexpr double d[4] = {0.5, 1.5, 0.0, 0.0};
    static constexpr int dense_terms = 0;
    static constexpr double dense[1][4] = {};
};

}  // namespace caravel::kinetics
