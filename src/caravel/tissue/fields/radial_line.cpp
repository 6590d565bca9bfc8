#include "caravel/tissue/fields/radial_line.hpp"

#include <cmath>
#include <stdexcept>

namespace caravel::tissue {

RadialLine radial_line(RadialShape shape, double inner, double outer, index_t shells) {
    if (!(inner >= 0.0) || !(outer > inner) || !std::isfinite(outer) || shells < 1) {
        throw std::invalid_argument("shells need 0 <= inner radius < outer radius");
    }
    const bool sphere = shape == RadialShape::sphere;
    const double h = (outer - inner) / static_cast<double>(shells);
    RadialLine line{{shells, 1, 1, {h, 1.0, 1.0}, {inner, 0.0, 0.0}}, {}, {}};
    for (index_t i = 0; i <= shells; ++i) {
        const double r = inner + h * static_cast<double>(i);
        line.area.push_back(sphere ? r * r : r);
        if (i == shells) break;
        const double middle = r + 0.5 * h;
        line.weight.push_back(sphere ? middle * middle + h * h / 12.0 : middle);
    }
    return line;
}

FaceField radial_conductances(const RadialLine& line, View<const double> conductivity,
                              const Boundaries& boundaries) {
    FaceField faces = conductances(line.grid, conductivity, boundaries);
    for (std::size_t i = 0; i < faces.x.size(); ++i) faces.x[i] *= line.area[i];
    return faces;
}

}  // namespace caravel::tissue
