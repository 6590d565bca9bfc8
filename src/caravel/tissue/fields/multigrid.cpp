#include "caravel/tissue/fields/multigrid.hpp"

#include "caravel/tissue/fields/cell_tiles.hpp"

#include <utility>

namespace caravel::tissue {

namespace {

constexpr index_t most_coarsest_cells = 64;
constexpr index_t most_lone_cells = 32768;  // of a level that one thread passes over as fast

// steps whose product is the Chebyshev polynomial of D^-1 A on [0.3, 2]
constexpr float first_weight = 0.5706F;
constexpr float second_weight = 1.8235F;

std::vector<float>& line_of_thread() {
    thread_local std::vector<float> line;
    return line;
}

}  // namespace

Multigrid::Multigrid(std::array<index_t, 3> size, std::array<double, 3> spacing,
                     const Boundaries& condition)
    : condition_(condition), width_(widest_stencil()) {
    MultigridLevel level;
    for (std::size_t a = 0; a < 3; ++a) {
        level.axes[a].width.assign(static_cast<std::size_t>(size[a]), spacing[a]);
    }
    level.allocate();
    levels_.push_back(std::move(level));
    while (levels_.back().cells > most_coarsest_cells) {
        MultigridLevel coarse = coarser_level(levels_.back(), condition_);
        levels_.push_back(std::move(coarse));
    }
}

void Multigrid::couplings_changed() {
    for (std::size_t l = 1; l < levels_.size(); ++l) {
        average_couplings(levels_[l - 1], levels_[l], condition_);
    }
}

void Multigrid::loss_changed(exec::ThreadTeam& team) {
    for (std::size_t l = 0; l < levels_.size(); ++l) {
        MultigridLevel& level = levels_[l];
        over_planes(team, level.cells, level.axes[2].size(), [&](index_t k) {
            if (l > 0) sum_loss_plane(levels_[l - 1], level, k);
        });
        over_planes(team, level.cells, level.axes[2].size(),
                    [&](index_t k) { finish_diagonal_plane(level, k); });
    }
    factorise();
}

void Multigrid::cycle(exec::ThreadTeam& team) { descend(team, 0); }

void Multigrid::descend(exec::ThreadTeam& team, std::size_t l) {
    if (l + 1 == levels_.size()) return solve_coarsest();
    MultigridLevel& fine = levels_[l];
    MultigridLevel& coarse = levels_[l + 1];
    const Stencil<float> stencil = fine.stencil();
    const float* inverse = fine.inverse.data();
    const float* f = fine.f.data();
    float* u = fine.u.data();
    float* work = fine.work.data();
    const bool is_lone = fine.cells <= most_lone_cells;
    const auto pass_over = [&](const auto& pass) {
        if (is_lone) return run(width_, pass, CellRange{0, fine.cells});
        over_cells(team, fine.cells, [&](CellRange cells) { run(width_, pass, cells); });
    };
    const auto over_planes_of = [&](const MultigridLevel& level, const auto& pass) {
        const index_t planes = level.axes[2].size();
        if (!is_lone) return over_planes(team, level.cells, planes, pass);
        for (index_t k = 0; k < planes; ++k) pass(k);
    };
    pass_over(FirstSmoothPass{stencil, inverse, f, u, first_weight, second_weight});
    pass_over(ResidualPass{stencil, fine.diagonal.data(), fine.share.data(), f, u, work});
    over_planes_of(coarse,
                   [&](index_t k) { restrict_plane(fine, work, coarse, k, line_of_thread()); });
    descend(team, l + 1);
    over_planes_of(fine, [&](index_t k) { prolong_plane(fine, coarse, u, k, line_of_thread()); });
    pass_over(SmoothPass{stencil, inverse, f, u, work, second_weight});
    pass_over(SmoothPass{stencil, inverse, f, work, u, first_weight});
}

void Multigrid::factorise() {
    const MultigridLevel& level = levels_.back();
    const auto n = static_cast<std::size_t>(level.cells);
    factor_.assign(n * n, 0.0);
    right_.assign(n, 0.0);
    const std::array<index_t, 3> step{1, level.row, level.plane};
    for (std::size_t p = 0; p < n; ++p) {
        const auto at = static_cast<index_t>(p);
        factor_[p * n + p] = static_cast<double>(level.diagonal.data()[at]);
        for (std::size_t a = 0; a < 3; ++a) {
            const auto coupling = static_cast<double>(level.coupling[a].data()[at]);
            if (coupling > 0.0) factor_[p * n + p - static_cast<std::size_t>(step[a])] -= coupling;
        }
    }
    // a pivot that is lost in rounding belongs to a constant that nothing holds: its cell stays 0
    constexpr double lost = 1e-5;
    for (std::size_t p = 0; p < n; ++p) {
        const double diagonal = factor_[p * n + p];
        for (std::size_t q = 0; q < p; ++q) {
            double sum = factor_[p * n + q];
            for (std::size_t m = 0; m < q; ++m) {
                sum -= factor_[p * n + m] * factor_[q * n + m] * factor_[m * n + m];
            }
            const double pivot = factor_[q * n + q];
            factor_[p * n + q] = pivot > 0.0 ? sum / pivot : 0.0;
            factor_[p * n + p] -= factor_[p * n + q] * factor_[p * n + q] * pivot;
        }
        if (factor_[p * n + p] <= lost * diagonal) factor_[p * n + p] = 0.0;
    }
}

void Multigrid::solve_coarsest() {
    MultigridLevel& level = levels_.back();
    const std::size_t n = right_.size();
    for (std::size_t p = 0; p < n; ++p) {
        double sum = static_cast<double>(level.f.data()[p]);
        for (std::size_t q = 0; q < p; ++q) sum -= factor_[p * n + q] * right_[q];
        right_[p] = factor_[p * n + p] > 0.0 ? sum : 0.0;
    }
    for (std::size_t p = n; p-- > 0;) {
        const double pivot = factor_[p * n + p];
        double sum = pivot > 0.0 ? right_[p] / pivot : 0.0;
        for (std::size_t q = p + 1; q < n; ++q) sum -= factor_[q * n + p] * right_[q];
        right_[p] = pivot > 0.0 ? sum : 0.0;
        level.u.data()[p] = static_cast<float>(right_[p]);
    }
}

std::size_t Multigrid::memory() const {
    std::size_t sum = factor_.size() * sizeof(double);
    for (const auto& level : levels_) sum += level.bytes();
    return sum;
}

}  // namespace caravel::tissue
