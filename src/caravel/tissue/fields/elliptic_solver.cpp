#include "caravel/tissue/fields/elliptic_solver.hpp"

#include "caravel/base/error.hpp"
#include "caravel/tissue/fields/elliptic_work.hpp"
#include "caravel/tissue/fields/face_field.hpp"

#include <cmath>
#include <stdexcept>
#include <utility>

namespace caravel::tissue {

namespace {

constexpr int most_iterations = 200;

[[noreturn]] void fail(const char* problem, const char* advice) {
    throw NumericalError(
        NumericalFailure{"elliptic solver", "field in balance", "", 0.0, 0.0, problem, advice});
}

void check(View<const double> values, index_t cells) {
    if (!values.empty() && values.size() != cells) {
        throw std::invalid_argument("a term of the balance needs one value per cell");
    }
}

}  // namespace

double EllipticSolver::Work::start(exec::ThreadTeam& team, View<const double> u,
                                   View<const double> source) {
    check(source, cells);
    double* r = residual.data();
    double* copy = direction.data();
    over_cells(team, cells, [&](CellRange range) {
        for (index_t p = range.begin; p < range.end; ++p) {
            r[p] = source.empty() ? 0.0 : source[p];
            copy[p] = u[p];
        }
    });
    over_walls(grid, [&](std::size_t side, index_t face, index_t p) {
        r[p] += wall[side][static_cast<std::size_t>(face)] * boundaries[side].value;
    });
    const ApplyPass apply{stencil(), diagonal.data(), direction.data(), image.data()};
    const double square = sum_over_cells(team, cells, partial, [&](CellRange range) {
        sum(width, apply, range);
        double norm = 0.0;
        for (index_t p = range.begin; p < range.end; ++p) {
            if (diagonal.data()[p] > 0.0) {
                norm += r[p] * r[p];
                r[p] -= image[static_cast<std::size_t>(p)];
            } else {
                r[p] = 0.0;
            }
        }
        return norm;
    });
    if (!std::isfinite(square)) fail("source or first guess is not finite", "check the inputs");
    return std::sqrt(square);
}

double EllipticSolver::Work::supply_norm(exec::ThreadTeam& team, View<const double> source) {
    std::copy(source.begin(), source.end(), residual.begin());
    over_walls(grid, [&](std::size_t side, index_t face, index_t p) {
        residual[static_cast<std::size_t>(p)] +=
            wall[side][static_cast<std::size_t>(face)] * boundaries[side].value;
    });
    return residual_norm(team);
}

double EllipticSolver::Work::residual_norm(exec::ThreadTeam& team) {
    const double* r = residual.data();
    return std::sqrt(sum_over_cells(team, cells, partial, [&](CellRange range) {
        double norm = 0.0;
        for (index_t p = range.begin; p < range.end; ++p) norm += r[p] * r[p];
        return norm;
    }));
}

template <class Value>
double EllipticSolver::Work::total(exec::ThreadTeam& team, const Value& value) {
    const double* d = diagonal.data();
    return sum_over_cells(team, cells, partial, [&](CellRange range) {
        double sum = 0.0;
        for (index_t p = range.begin; p < range.end; ++p) {
            if (d[p] > 0.0) sum += value(p);
        }
        return sum;
    });
}

double EllipticSolver::Work::mean(exec::ThreadTeam& team, View<const double> u) {
    const double count = total(team, [](index_t) { return 1.0; });
    return count > 0.0 ? total(team, [=](index_t p) { return u[p]; }) / count : 0.0;
}

void EllipticSolver::Work::shift(exec::ThreadTeam& team, View<double> u, double by) {
    over_cells(team, cells, [&](CellRange range) {
        for (index_t p = range.begin; p < range.end; ++p) {
            if (diagonal.data()[p] > 0.0) u[p] += by;
        }
    });
}

void EllipticSolver::Work::balance_sources(exec::ThreadTeam& team, View<const double> source) {
    if (is_held) return;
    constexpr double rounding = 1e-9;
    if (!source.empty()) {
        const double net = total(team, [&](index_t p) { return source[p]; });
        const double gross = total(team, [&](index_t p) { return std::abs(source[p]); });
        if (std::abs(net) > rounding * gross) {
            fail("the sources do not add to zero, yet there is no loss and every face is closed",
                 "give a face a value, or add a loss");
        }
    }
    shift(team, view_of(residual), -mean(team, view_of(residual)));
}

EllipticResult EllipticSolver::Work::iterate(exec::ThreadTeam& team, View<double> u,
                                             double target) {
    EllipticResult result;
    result.residual = residual_norm(team);
    if (result.residual <= target) return result;
    if (is_fresh) multigrid.loss_changed(team);
    is_fresh = false;
    MultigridLevel& finest = multigrid.finest();
    double* r = residual.data();
    double* q = image.data();
    double rescale = 1.0 / result.residual;
    over_cells(team, cells, [&](CellRange range) {
        for (index_t p = range.begin; p < range.end; ++p) {
            finest.f.data()[p] = static_cast<float>(rescale * r[p]);
            direction.data()[p] = 0.0;
        }
    });
    double before = 1.0;
    while (result.residual > target) {
        if (result.iterations == most_iterations || !std::isfinite(result.residual)) {
            fail("the iteration does not converge", "ask for a looser tolerance");
        }
        multigrid.cycle(team);
        const float* z = finest.u.data();
        const ProductPass product{z, r};
        const double along =
            sum_over_cells(team, cells, partial,
                           [&](CellRange range) { return sum(width, product, range); }) /
            rescale;
        const DirectionPass turn{z, direction.data(), 1.0 / rescale,
                                 result.iterations == 0 ? 0.0 : along / before};
        over_cells(team, cells, [&](CellRange range) { run(width, turn, range); });
        const ApplyPass apply{stencil(), diagonal.data(), direction.data(), q};
        const double curvature = sum_over_cells(
            team, cells, partial, [&](CellRange range) { return sum(width, apply, range); });
        const AdvancePass advance{direction.data(),  q,      u.data(), r, finest.f.data(),
                                  along / curvature, rescale};
        result.residual = std::sqrt(sum_over_cells(
            team, cells, partial, [&](CellRange range) { return sum(width, advance, range); }));
        before = along;
        ++result.iterations;
    }
    return result;
}

EllipticSolver::EllipticSolver(const Grid& grid, const Boundaries& boundaries)
    : work_(std::make_unique<Work>(grid, boundaries)) {}
EllipticSolver::~EllipticSolver() = default;
EllipticSolver::EllipticSolver(EllipticSolver&&) noexcept = default;
EllipticSolver& EllipticSolver::operator=(EllipticSolver&&) noexcept = default;

void EllipticSolver::set_conductivity(exec::ThreadTeam& team, View<const double> conductivity) {
    FaceField faces(work_->grid);
    fill_conductances(team, work_->grid, conductivity, work_->boundaries, faces);
    work_->set_conductances(team, std::move(faces));
}

void EllipticSolver::set_conductances(exec::ThreadTeam& team, FaceField conductances) {
    work_->set_conductances(team, std::move(conductances));
}

const FaceField& EllipticSolver::conductances() const { return work_->conductances; }

EllipticResult EllipticSolver::solve(exec::ThreadTeam& team, View<double> u, const CellTerms& terms,
                                     double tolerance) {
    Work& w = *work_;
    if (u.size() != w.cells) throw std::invalid_argument("the field needs one value per cell");
    w.set_loss(team, terms.loss);
    double reference = w.start(team, u, terms.source);
    w.balance_sources(team, terms.source);
    if (reference == 0.0) reference = w.residual_norm(team);  // only the first guess to remove
    if (reference == 0.0) return {};
    const double mean = w.is_held ? 0.0 : w.mean(team, u);
    EllipticResult result = w.iterate(team, u, tolerance * reference);
    result.residual /= reference;
    if (!w.is_held) w.shift(team, u, mean - w.mean(team, u));
    return result;
}

std::size_t EllipticSolver::memory() const {
    const Work& w = *work_;
    std::size_t sum = w.multigrid.memory() + w.diagonal.bytes() + w.direction.bytes();
    for (const auto& field : w.coupling) sum += field.bytes();
    for (const auto* values : {&w.residual, &w.image, &w.partial, &w.linear_loss, &w.linear_source,
                               &w.conductances.x, &w.conductances.y, &w.conductances.z}) {
        sum += values->size() * sizeof(double);
    }
    return sum;
}

}  // namespace caravel::tissue
