#include "caravel/study/image_session.hpp"

#include <array>

namespace caravel::study {
namespace {

/// Which old axis runs along each new one, and whether backwards; a rotation.
struct Turn {
    std::array<std::size_t, 3> axis{0, 1, 2};
    std::array<bool, 3> back{};
};

Turn turn_to(const std::string& face) {
    if (face == "z_high") return {{0, 1, 2}, {false, true, true}};
    if (face == "y_low") return {{0, 2, 1}, {false, true, false}};
    if (face == "y_high") return {{0, 2, 1}, {false, false, true}};
    if (face == "x_low") return {{2, 1, 0}, {true, false, false}};
    if (face == "x_high") return {{2, 1, 0}, {false, false, true}};
    return {};
}

std::array<index_t, 3> size_of(const Grid& g) { return {g.nx, g.ny, g.nz}; }

Grid turned(const Grid& from, const Turn& turn) {
    const auto old = size_of(from);
    std::array<index_t, 3> size{};
    Grid to;
    for (std::size_t d = 0; d < 3; ++d) {
        const std::size_t a = turn.axis[d];
        size[d] = old[a];
        to.spacing[d] = from.spacing[a];
        const double end = from.origin[a] + static_cast<double>(old[a]) * from.spacing[a];
        to.origin[d] = turn.back[d] ? -end : from.origin[a];
    }
    to.nx = size[0];
    to.ny = size[1];
    to.nz = size[2];
    return to;
}

template <class T>
std::vector<T> turned(const std::vector<T>& values, const Grid& from, const Grid& to,
                      const Turn& turn) {
    if (values.empty()) return {};
    const auto old = size_of(from);
    std::vector<T> result(values.size());
    for (index_t k = 0; k < to.nz; ++k)
        for (index_t j = 0; j < to.ny; ++j)
            for (index_t i = 0; i < to.nx; ++i) {
                const std::array<index_t, 3> n{i, j, k};
                std::array<index_t, 3> o{};
                for (std::size_t d = 0; d < 3; ++d) {
                    const std::size_t a = turn.axis[d];
                    o[a] = turn.back[d] ? old[a] - 1 - n[d] : n[d];
                }
                result[static_cast<std::size_t>(to.index(i, j, k))] =
                    values[static_cast<std::size_t>(from.index(o[0], o[1], o[2]))];
            }
    return result;
}

}  // namespace

imaging::ImagedObject seen_from(const imaging::ImagedObject& object, const std::string& face) {
    const Turn turn = turn_to(face);
    imaging::ImagedObject seen = object;
    const Grid& from = object.grid;
    seen.grid = turned(from, turn);
    seen.region = turned(object.region, from, seen.grid, turn);
    seen.temperature = turned(object.temperature, from, seen.grid, turn);
    seen.ph = turned(object.ph, from, seen.grid, turn);
    seen.oxygen = turned(object.oxygen, from, seen.grid, turn);
    for (std::size_t f = 0; f < seen.fields.size(); ++f)
        seen.fields[f].concentration =
            turned(object.fields[f].concentration, from, seen.grid, turn);
    return seen;
}

}  // namespace caravel::study
