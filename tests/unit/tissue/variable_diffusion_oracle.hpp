// The schemes of the diffusion with varying coefficients in their plainest form, and a case for
// them.
#pragma once

#include "caravel/tissue/fields/variable_diffusion.hpp"

#include <array>
#include <cmath>
#include <vector>

namespace caravel::test {

using namespace tissue;

// Numbers between 0 and 1 that look irregular.
inline std::vector<double> irregular(index_t size, int seed) {
    std::vector<double> values(static_cast<std::size_t>(size));
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double s = 43758.5453 * std::sin(12.9898 * static_cast<double>(i) + 78.233 * seed);
        values[i] = s - std::floor(s);
    }
    return values;
}

inline Grid box(index_t nx, index_t ny, index_t nz) {
    Grid grid{nx, ny, nz};
    grid.spacing = {1.0, 0.5, 2.0};
    return grid;
}

inline Boundaries mixed() {
    using Kind = FaceCondition::Kind;
    return {FaceCondition{Kind::value, 0.7, 0.0},    FaceCondition{Kind::exchange, 0.2, 1.5},
            FaceCondition{Kind::exchange, 1.2, 0.4}, FaceCondition{},
            FaceCondition{Kind::value, 0.1, 0.0},    FaceCondition{Kind::value, 0.4, 0.0}};
}

struct Case {
    Grid grid;
    Boundaries boundaries;
    std::vector<double> conductivity, capacity, loss, source, u;

    explicit Case(const Grid& g, const Boundaries& b = {})
        : grid(g),
          boundaries(b),
          conductivity(irregular(g.cell_count(), 1)),
          capacity(irregular(g.cell_count(), 2)),
          loss(irregular(g.cell_count(), 3)),
          source(irregular(g.cell_count(), 4)),
          u(irregular(g.cell_count(), 5)) {
        for (double& c : capacity) c += 0.1;
    }

    CellTerms terms() const { return {view_of(capacity), view_of(loss), view_of(source)}; }
    VariableDiffusion diffusion(exec::ThreadTeam& team) const {
        VariableDiffusion d(grid, boundaries);
        d.set_conductivity(team, view_of(conductivity));
        return d;
    }
    double content() const {
        double sum = 0.0;
        for (std::size_t i = 0; i < u.size(); ++i) sum += capacity[i] * u[i];
        return sum;
    }
};

inline constexpr std::array all_schemes{TimeScheme::backward_euler, TimeScheme::crank_nicolson,
                                        TimeScheme::l_stable};

// The same scheme in the plainest form: one line at a time, elimination by the book.
class Oracle {
  public:
    Oracle(const Case& c, double time)
        : case_(c),
          time_(time),
          faces_(conductances(c.grid, view_of(c.conductivity), c.boundaries)) {
        // As the solver keeps them.
        for (auto* axis : {&faces_.x, &faces_.y, &faces_.z})
            for (double& g : *axis) g = static_cast<double>(static_cast<float>(g));
    }

    std::vector<double> operate(const std::vector<double>& v, bool held) const {
        std::vector<double> result(v.size());
        for (std::size_t i = 0; i < v.size(); ++i) result[i] = storage(i) * v[i];
        for (int axis = 0; axis < 3; ++axis) {
            for_lines(axis, [&](const std::vector<index_t>& line, const std::vector<double>& g) {
                for (std::size_t i = 0; i < line.size(); ++i) {
                    const double own = v[at(line[i])];
                    const double low = i > 0 ? v[at(line[i - 1])] : end(axis, 0, held);
                    const double high =
                        i + 1 < line.size() ? v[at(line[i + 1])] : end(axis, 1, held);
                    result[at(line[i])] -= g[i + 1] * (high - own) - g[i] * (own - low);
                }
            });
        }
        return result;
    }

    std::vector<double> solve(std::vector<double> right, bool held) const {
        for (int axis = 0; axis < 3; ++axis) {
            for_lines(axis, [&](const std::vector<index_t>& line, const std::vector<double>& g) {
                const std::size_t n = line.size();
                std::vector<double> diagonal(n), d(n);
                for (std::size_t i = 0; i < n; ++i) {
                    d[i] = right[at(line[i])] * (axis > 0 ? storage(at(line[i])) : 1.0);
                    diagonal[i] = storage(at(line[i])) + g[i] + g[i + 1];
                }
                d[0] += g[0] * end(axis, 0, held);
                d[n - 1] += g[n] * end(axis, 1, held);
                for (std::size_t i = 1; i < n; ++i) {
                    diagonal[i] -= g[i] * g[i] / diagonal[i - 1];
                    d[i] += g[i] * d[i - 1] / diagonal[i - 1];
                }
                for (std::size_t i = n; i-- > 0;) {
                    const double above = i + 1 < n ? g[i + 1] * right[at(line[i + 1])] : 0.0;
                    right[at(line[i])] = (d[i] + above) / diagonal[i];
                }
            });
        }
        return right;
    }

    double storage(std::size_t i) const { return case_.capacity[i] + time_ * case_.loss[i]; }

  private:
    static std::size_t at(index_t i) { return static_cast<std::size_t>(i); }

    double end(int axis, int side, bool held) const {
        return held ? case_.boundaries[at(2 * axis + side)].value : 0.0;
    }

    template <class Work>
    void for_lines(int axis, const Work& work) const {
        const Grid& g = case_.grid;
        const index_t size[] = {g.nx, g.ny, g.nz};
        const std::vector<double>* const faces[] = {&faces_.x, &faces_.y, &faces_.z};
        const int b = (axis + 1) % 3, c = (axis + 2) % 3;
        for (index_t p = 0; p < size[b] * size[c]; ++p) {
            std::vector<index_t> line;
            std::vector<double> conductance;
            std::array<index_t, 3> cell{};
            cell[at(b)] = p % size[b];
            cell[at(c)] = p / size[b];
            std::array<index_t, 3> extent{g.nx, g.ny, g.nz};
            extent[at(axis)] += 1;
            for (index_t i = 0; i <= size[axis]; ++i) {
                cell[at(axis)] = i;
                if (i < size[axis]) line.push_back(g.index(cell[0], cell[1], cell[2]));
                const index_t face = cell[0] + extent[0] * (cell[1] + extent[1] * cell[2]);
                conductance.push_back(time_ / g.spacing[at(axis)] * (*faces[axis])[at(face)]);
            }
            work(line, conductance);
        }
    }

    const Case& case_;
    double time_;
    FaceField faces_;
};

inline std::vector<double> oracle_step(const Case& c, double dt, TimeScheme scheme) {
    const double gamma = 1.0 - std::sqrt(0.5);
    const double time = dt * (scheme == TimeScheme::backward_euler   ? 1.0
                              : scheme == TimeScheme::crank_nicolson ? 0.5
                                                                     : gamma);
    const Oracle oracle(c, time);
    std::vector<double> right(c.u.size());
    for (std::size_t i = 0; i < right.size(); ++i) {
        right[i] = c.capacity[i] * c.u[i] + time * c.source[i];
    }
    if (scheme == TimeScheme::crank_nicolson) {
        const auto own = oracle.operate(c.u, true);
        for (std::size_t i = 0; i < right.size(); ++i) right[i] = 2.0 * (right[i] - own[i]);
        auto u = oracle.solve(right, false);
        for (std::size_t i = 0; i < u.size(); ++i) u[i] += c.u[i];
        return u;
    }
    const auto first = oracle.solve(right, true);
    if (scheme == TimeScheme::backward_euler) return first;
    const auto own = oracle.operate(first, true);
    for (std::size_t i = 0; i < right.size(); ++i) {
        const double later = c.capacity[i] * (c.u[i] + (1.0 / gamma - 1.0) * (first[i] - c.u[i])) +
                             time * c.source[i];
        right[i] = later + (right[i] - own[i]) / gamma;
    }
    return oracle.solve(right, true);
}

}  // namespace caravel::test
