#include "caravel/formulation/optics/dipole_shape.hpp"

#include "caravel/base/error.hpp"

#include <algorithm>

namespace caravel::formulation::optics {
namespace {

bool maps_to_itself(const DipoleShape& s, const LatticeMap& map) {
    const std::array<index_t, 3> size{s.nx, s.ny, s.nz};
    for (std::size_t a = 0; a < 3; ++a) {
        if (size[a] != size[static_cast<std::size_t>(map.from[a])]) return false;
    }
    std::array<index_t, 3> at{};
    const auto image = [&](std::size_t a) {
        const index_t i = at[static_cast<std::size_t>(map.from[a])];
        return map.sign[a] > 0 ? i : size[a] - 1 - i;
    };
    const auto material = [&](index_t cell) { return s.material[static_cast<std::size_t>(cell)]; };
    for (at[0] = 0; at[0] < s.nx; ++at[0]) {
        for (at[1] = 0; at[1] < s.ny; ++at[1]) {
            for (at[2] = 0; at[2] < s.nz; ++at[2]) {
                const index_t other = s.cell(image(0), image(1), image(2));
                if (material(s.cell(at[0], at[1], at[2])) != material(other)) return false;
            }
        }
    }
    return true;
}

}  // namespace

index_t dipole_count(const DipoleShape& shape) {
    return static_cast<index_t>(shape.material.size()) -
           std::count(shape.material.begin(), shape.material.end(), std::uint8_t{0});
}

int material_count(const DipoleShape& shape) {
    const auto largest = std::max_element(shape.material.begin(), shape.material.end());
    return largest == shape.material.end() ? 0 : *largest;
}

void check_shape(const DipoleShape& shape) {
    const bool fits = shape.nx > 0 && shape.ny > 0 && shape.nz > 0 &&
                      shape.cells() == static_cast<index_t>(shape.material.size());
    if (!fits || dipole_count(shape) == 0) {
        throw InputError(Diagnostic{{},
                                    "the lattice shape holds no dipole or its sides do not fit",
                                    "nx * ny * nz cells with at least one of them occupied",
                                    "use a finer spacing"});
    }
}

std::vector<LatticeMap> symmetries(const DipoleShape& shape) {
    std::vector<LatticeMap> found;
    LatticeMap map;
    do {
        for (int signs = 0; signs < 8; ++signs) {
            for (std::size_t a = 0; a < 3; ++a) map.sign[a] = ((signs >> a) & 1) != 0 ? -1 : 1;
            if (maps_to_itself(shape, map)) found.push_back(map);
        }
    } while (std::next_permutation(map.from.begin(), map.from.end()));
    return found;
}

}  // namespace caravel::formulation::optics
