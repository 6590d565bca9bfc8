// A number that crosses a border (file, Python, public result) together with its dimension.
#pragma once

#include "caravel/base/dimension.hpp"

namespace caravel {

/// Value type that holds one SI double whose dimension is part of the type.
template <Dimension D>
struct Quantity {
    double si = 0.0;

    friend constexpr Quantity operator+(Quantity a, Quantity b) { return {a.si + b.si}; }
    friend constexpr Quantity operator-(Quantity a, Quantity b) { return {a.si - b.si}; }
    friend constexpr Quantity operator*(double s, Quantity a) { return {s * a.si}; }
    friend constexpr auto operator<=>(const Quantity&, const Quantity&) = default;
};

template <Dimension A, Dimension B>
constexpr Quantity<A * B> operator*(Quantity<A> a, Quantity<B> b) {
    return {a.si * b.si};
}

template <Dimension A, Dimension B>
constexpr Quantity<A / B> operator/(Quantity<A> a, Quantity<B> b) {
    return {a.si / b.si};
}

/// A quantity whose dimension is known only when the file has been read (a dose may be mass per
/// body mass, mass, amount, particles ...).
struct AnyQuantity {
    double si = 0.0;
    Dimension dimension;
    bool counted = false;  // written without a unit (or only {annotated}): a count, not mg/kg
};

}  // namespace caravel
