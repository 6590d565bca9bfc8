// Where a continuous function of one variable is zero.
#pragma once

#include "caravel/base/error.hpp"
#include "caravel/base/unit.hpp"

#include <cmath>
#include <limits>
#include <string>
#include <utility>

namespace caravel {

/// What a search for a root may do.
struct RootSearch {
    double tolerance = 0.0;             // absolute, in the unit of x; rounding is always added
    int most_steps = 200;               // evaluations before the search gives up
    std::string quantity = "the root";  // named in the error
};

[[noreturn]] inline void fail_root_search(const RootSearch& search, std::string problem) {
    NumericalFailure failure;
    failure.process = "root search";
    failure.quantity = search.quantity;
    failure.problem = std::move(problem);
    failure.advice = "check the inputs that bound " + search.quantity + ".";
    throw NumericalError(std::move(failure));
}

namespace brent {

// b is the best place so far, a the one before, c lies on the other side of the root.
struct Bracket {
    double a, b, c;
    double fa, fb, fc;
    double step;         // the last one
    double step_before;  // the one before that

    void order() {
        if ((fb > 0.0) == (fc > 0.0)) {
            c = a, fc = fa;
            step = step_before = b - a;
        }
        if (std::abs(fc) < std::abs(fb)) {
            a = b, b = c, c = a;
            fa = fb, fb = fc, fc = fa;
        }
    }

    double half() const { return 0.5 * (c - b); }

    // Secant or inverse quadratic step where it stays inside and shrinks, else half the bracket.
    void choose_step(double closest) {
        double numerator = 0.0;
        double denominator = 0.0;
        if (std::abs(step_before) >= closest && std::abs(fa) > std::abs(fb)) {
            const double s = fb / fa;
            const double q = fa / fc;
            const double r = fb / fc;
            const bool is_secant = a == c;
            numerator = is_secant ? 2.0 * half() * s
                                  : s * (2.0 * half() * q * (q - r) - (b - a) * (r - 1.0));
            denominator = is_secant ? 1.0 - s : (q - 1.0) * (r - 1.0) * (s - 1.0);
            if (numerator > 0.0) denominator = -denominator;
            numerator = std::abs(numerator);
        }
        const bool is_inside =
            2.0 * numerator < 3.0 * half() * denominator - std::abs(closest * denominator);
        const bool shrinks = numerator < std::abs(0.5 * step_before * denominator);
        const bool is_taken = is_inside && shrinks;
        step_before = is_taken ? step : half();
        step = is_taken ? numerator / denominator : half();
    }
};

}  // namespace brent

/// A root of `f` in [a, b] by Brent's method (bisection safeguarding secant and inverse quadratic
/// steps), within tolerance + 4 rounding errors of x; a root at 0 needs a tolerance. f(a) and f(b)
/// must differ in sign or be zero. Throws NumericalError when they do not, when f is NaN, or when
/// the steps do not suffice.
/// Source: R. P. Brent, Algorithms for Minimization without Derivatives (1973), chapter 4.
template <class Function>
double find_root(const Function& f, double a, double b, const RootSearch& search = {}) {
    const double fa = f(a);
    const double fb = f(b);
    if (fa == 0.0) return a;
    if (fb == 0.0) return b;
    if (!((fa < 0.0 && fb > 0.0) || (fa > 0.0 && fb < 0.0))) {
        fail_root_search(search, "is not bracketed: f(" + format_number(a) +
                                     ") = " + format_number(fa) + ", f(" + format_number(b) +
                                     ") = " + format_number(fb));
    }
    brent::Bracket at{a, b, a, fa, fb, fa, b - a, b - a};
    for (int i = 0; i < search.most_steps; ++i) {
        at.order();
        const double closest =
            2.0 * std::numeric_limits<double>::epsilon() * std::abs(at.b) + 0.5 * search.tolerance;
        if (std::abs(at.half()) <= closest || at.fb == 0.0) return at.b;
        at.choose_step(closest);
        at.a = at.b;
        at.fa = at.fb;
        at.b += std::abs(at.step) > closest ? at.step : std::copysign(closest, at.half());
        at.fb = f(at.b);
        if (std::isnan(at.fb)) {
            fail_root_search(search, "is not a number at " + format_number(at.b));
        }
    }
    fail_root_search(search, "was not found in " + std::to_string(search.most_steps) + " steps");
}

}  // namespace caravel
