#include "caravel/formulation/layering.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/unit.hpp"

#include <fmt/format.h>

#include <utility>

namespace caravel::formulation {
namespace {

std::string in_nm(double metres) { return format_number(from_si(metres, "nm"), 6) + " nm"; }

[[noreturn]] void reject(std::string what, std::string expected, std::string hint = "") {
    throw InputError(Diagnostic{{}, std::move(what), std::move(expected), std::move(hint)});
}

std::string shape_name(const Shape& shape) {
    return std::visit([](const auto& s) { return std::string(s.tag); }, shape.form);
}

bool is_sphere(const Formulation& f) { return std::holds_alternative<Sphere>(f.shape.form); }

void require_no_size(const Formulation& f, std::size_t i) {
    if (f.layers[i].radius || f.layers[i].thickness)
        reject(fmt::format("{} has a size, but the shape '{}' fixes it", layer_label(f, i),
                           shape_name(f.shape)),
               "no radius or thickness");
}

/// Growth of the shape after layer i, from the growth before it.
double grow(const Formulation& f, std::size_t i, double below) {
    const Layer& layer = f.layers[i];
    if (layer.thickness) return below + *layer.thickness;
    if (!layer.radius)
        reject(layer_label(f, i) + " has no size",
               is_sphere(f) ? "radius or thickness" : "thickness");
    if (!is_sphere(f))
        reject(fmt::format("{} has a radius, but the shape is a {}", layer_label(f, i),
                           shape_name(f.shape)),
               "a thickness");
    if (*layer.radius <= below)
        reject(fmt::format("{} has outer radius {}", layer_label(f, i), in_nm(*layer.radius)),
               fmt::format("more than the {} of the layer below", in_nm(below)));
    return *layer.radius;
}

}  // namespace

std::string layer_label(const Formulation& formulation, std::size_t layer) {
    return fmt::format("layer {} '{}'", layer + 1, formulation.layers[layer].material);
}

std::vector<LayerGeometry> stack_layers(const Formulation& f) {
    constexpr std::size_t most_layers = 100;
    std::vector<LayerGeometry> stack;
    if (f.layers.size() > most_layers)
        reject(fmt::format("the particle has {} layers", f.layers.size()),
               fmt::format("at most {}", most_layers),
               "put thin layers together, or give a porosity or inclusions");
    if (f.layers.empty() && is_sized_by_layers(f.shape.form)) return stack;
    const std::vector<double> fixed = solid_volumes(f.shape.form);
    if (f.layers.size() < fixed.size())
        reject(fmt::format("the shape '{}' has {} of its layers", shape_name(f.shape),
                           f.layers.size()),
               fmt::format("at least {}", fixed.size()));
    double growth = 0.0;
    for (std::size_t i = 0; i < f.layers.size(); ++i) {
        if (i < fixed.size()) {
            require_no_size(f, i);
            stack.push_back({fixed[i], growth});
            continue;
        }
        const double outer = grow(f, i, growth);
        stack.push_back(
            {enclosed_volume(f.shape.form, outer) - enclosed_volume(f.shape.form, growth), outer});
        growth = outer;
    }
    return stack;
}

}  // namespace caravel::formulation
