// Diffusion steps as a textbook writes them: line by line, elimination with divisions, nothing
// precomputed, Runge-Kutta stages one after the other. Oracle and baseline of the fast solver.
#pragma once

#include "caravel/base/grid.hpp"
#include "caravel/tissue/fields/constant_diffusion.hpp"

#include <array>
#include <cmath>
#include <vector>

namespace caravel::test {

/// One axis as (lower, diagonal, upper) of A and what g adds, for du/dt = A u + g.
struct PlainLine {
    std::vector<double> lower, diagonal, upper, g;

    PlainLine(index_t cells, double spacing, const tissue::DiffusingSpecies& s, double loss,
              double supply, const tissue::FaceCondition& low, const tissue::FaceCondition& high) {
        const auto n = static_cast<std::size_t>(cells);
        const double link = s.diffusion / (spacing * spacing);
        lower.assign(n, link);
        upper.assign(n, link);
        diagonal.assign(n, -2.0 * link - loss);
        g.assign(n, supply);
        close(s, spacing, low, link, 0);
        close(s, spacing, high, link, n - 1);
    }

    std::vector<double> apply(const std::vector<double>& u) const {
        std::vector<double> result(u.size());
        for (std::size_t i = 0; i < u.size(); ++i) {
            result[i] = diagonal[i] * u[i] + g[i];
            if (i > 0) result[i] += lower[i] * u[i - 1];
            if (i + 1 < u.size()) result[i] += upper[i] * u[i + 1];
        }
        return result;
    }

    /// (1 - w A)^-1 b by elimination.
    std::vector<double> solve(double w, std::vector<double> b) const {
        std::vector<double> factor(b.size());
        for (std::size_t i = 0; i < b.size(); ++i) {
            double pivot = 1.0 - w * diagonal[i];
            if (i > 0) {
                pivot -= w * lower[i] * factor[i - 1];
                b[i] += w * lower[i] * b[i - 1];
            }
            factor[i] = w * upper[i] / pivot;
            b[i] /= pivot;
        }
        for (std::size_t i = b.size() - 1; i-- > 0;) b[i] += factor[i] * b[i + 1];
        return b;
    }

    void step(std::vector<double>& u, double dt, tissue::TimeScheme scheme) const {
        if (scheme == tissue::TimeScheme::l_stable) {
            const double gamma = 1.0 - std::sqrt(0.5);
            const auto first = solve(gamma * dt, apply(u));
            std::vector<double> middle = u;
            for (std::size_t i = 0; i < u.size(); ++i) middle[i] += (1.0 - gamma) * dt * first[i];
            const auto second = solve(gamma * dt, apply(middle));
            for (std::size_t i = 0; i < u.size(); ++i) {
                u[i] += dt * ((1.0 - gamma) * first[i] + gamma * second[i]);
            }
            return;
        }
        const double w = scheme == tissue::TimeScheme::backward_euler ? dt : 0.5 * dt;
        if (scheme == tissue::TimeScheme::crank_nicolson) {
            const auto rate = apply(u);
            for (std::size_t i = 0; i < u.size(); ++i) u[i] += w * rate[i];
        }
        for (std::size_t i = 0; i < u.size(); ++i) u[i] += w * g[i];
        u = solve(w, std::move(u));
    }

  private:
    void close(const tissue::DiffusingSpecies& s, double spacing, const tissue::FaceCondition& face,
               double link, std::size_t cell) {
        using Kind = tissue::FaceCondition::Kind;
        diagonal[cell] += link;
        if (face.kind == Kind::zero_flux) return;
        double speed = 2.0 * s.diffusion / spacing;
        if (face.kind == Kind::exchange) {
            speed = speed * face.exchange / (speed + face.exchange);
        }
        diagonal[cell] -= speed / spacing;
        g[cell] += speed / spacing * face.value;
    }
};

/// The three axes' lines of one species on a box, `lossy` being the axis with loss and supply.
class PlainDiffusion {
  public:
    PlainDiffusion(const Grid& grid, const tissue::DiffusingSpecies& s, std::size_t lossy)
        : grid_(grid), lines_{line(s, 0, lossy), line(s, 1, lossy), line(s, 2, lossy)} {}

    void sweep(std::vector<double>& u, std::size_t axis, double dt,
               tissue::TimeScheme scheme) const {
        const index_t cells[3] = {grid_.nx, grid_.ny, grid_.nz};
        const index_t strides[3] = {1, grid_.nx, grid_.nx * grid_.ny};
        const index_t n = cells[axis];
        const index_t stride = strides[axis];
        std::vector<double> values(static_cast<std::size_t>(n));
        for (index_t cell = 0; cell < grid_.nx * grid_.ny * grid_.nz; ++cell) {
            if (cell / stride % n != 0) continue;
            double* const first = u.data() + cell;
            for (index_t i = 0; i < n; ++i) {
                values[static_cast<std::size_t>(i)] = first[i * stride];
            }
            lines_[axis].step(values, dt, scheme);
            for (index_t i = 0; i < n; ++i) {
                first[i * stride] = values[static_cast<std::size_t>(i)];
            }
        }
    }

    /// x, then y, then z.
    void step(std::vector<double>& u, double dt, tissue::TimeScheme scheme) const {
        for (std::size_t axis = 0; axis < 3; ++axis) sweep(u, axis, dt, scheme);
    }

    /// The same without what supply and faces' values feed.
    void step_unfed(std::vector<double>& u, double dt, tissue::TimeScheme scheme) const {
        std::vector<double> fed(u.size());
        step(fed, dt, scheme);
        step(u, dt, scheme);
        for (std::size_t i = 0; i < u.size(); ++i) u[i] -= fed[i];
    }

    /// du/dt in every cell.
    std::vector<double> rate(const std::vector<double>& u) const {
        std::vector<double> result(u.size());
        const index_t cells[3] = {grid_.nx, grid_.ny, grid_.nz};
        const index_t strides[3] = {1, grid_.nx, grid_.nx * grid_.ny};
        for (std::size_t a = 0; a < 3; ++a) {
            const PlainLine& l = lines_[a];
            for (std::size_t c = 0; c < u.size(); ++c) {
                const auto i =
                    static_cast<std::size_t>(static_cast<index_t>(c) / strides[a] % cells[a]);
                const auto stride = static_cast<std::size_t>(strides[a]);
                result[c] += l.diagonal[i] * u[c] + l.g[i];
                if (i > 0) result[c] += l.lower[i] * u[c - stride];
                if (i + 1 < l.g.size()) result[c] += l.upper[i] * u[c + stride];
            }
        }
        return result;
    }

  private:
    PlainLine line(const tissue::DiffusingSpecies& s, std::size_t axis, std::size_t lossy) const {
        const index_t cells[3] = {grid_.nx, grid_.ny, grid_.nz};
        const bool here = axis == lossy;
        return {cells[axis],
                grid_.spacing[axis],
                s,
                here ? s.loss : 0.0,
                here ? s.supply : 0.0,
                s.boundaries[2 * axis],
                s.boundaries[2 * axis + 1]};
    }

    Grid grid_;
    std::array<PlainLine, 3> lines_;
};

}  // namespace caravel::test
