#include "caravel/base/error.hpp"
#include "caravel/exec/reduce.hpp"
#include "caravel/formulation/optics/dipoles_interaction.hpp"
#include "caravel/formulation/optics/lanczos.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numbers>

namespace caravel::formulation::optics {
namespace {

using Vector = std::vector<double>;
constexpr double four_pi = 4.0 * std::numbers::pi;
constexpr index_t tile = 8192;
constexpr int steps_between_tests = 20;

double dot(exec::ThreadTeam& team, const Vector& a, const Vector& b) {
    return exec::sum_of(team, static_cast<index_t>(a.size()), [&](index_t index) {
        const auto i = static_cast<std::size_t>(index);
        return a[i] * b[i];
    });
}

void add(exec::ThreadTeam& team, Vector& y, double factor, const Vector& x) {
    const auto one = [&](index_t index) {
        const auto i = static_cast<std::size_t>(index);
        y[i] += factor * x[i];
    };
    exec::for_each(team, static_cast<index_t>(y.size()), one, tile);
}

/// Uniform vector of norm 1 along one axis.
Vector uniform(index_t dipoles, int axis) {
    Vector v(static_cast<std::size_t>(3 * dipoles), 0.0);
    const double value = 1.0 / std::sqrt(static_cast<double>(dipoles));
    std::fill_n(v.begin() + axis * dipoles, dipoles, value);
    return v;
}

class LanczosRun {
  public:
    LanczosRun(InteractionOperator& interaction, int axis, exec::ThreadTeam& team)
        : interaction_(interaction),
          team_(team),
          v_(uniform(interaction.dipoles(), axis)),
          last_(v_.size()),
          product_(v_.size()) {}

    AxisResponse run(const QuasiStaticOptions& options) {
        AxisResponse axis;
        for (int step = 1; step <= options.most_steps; ++step) {
            const double beta = advance(axis, options.reorthogonalise);
            if (beta < 1e-13) break;  // the whole space that the field reaches
            if (step % steps_between_tests == 0 && serves(axis, options)) break;
        }
        return axis;
    }

  private:
    double advance(AxisResponse& axis, bool reorthogonalise) {
        if (reorthogonalise) basis_.push_back(v_);
        interaction_.apply(team_, v_, product_);
        const double before = axis.off_diagonal.empty() ? 0.0 : axis.off_diagonal.back();
        const auto depolarise = [&](index_t index) {
            const auto i = static_cast<std::size_t>(index);
            product_[i] = v_[i] / 3.0 - product_[i] / four_pi - before * last_[i];
        };
        const auto n = static_cast<index_t>(v_.size());
        exec::for_each(team_, n, depolarise, tile);
        const double alpha = dot(team_, v_, product_);
        add(team_, product_, -alpha, v_);
        for (int pass = 0; reorthogonalise && pass < 2; ++pass) {
            for (const Vector& q : basis_) add(team_, product_, -dot(team_, q, product_), q);
        }
        const double beta = std::sqrt(dot(team_, product_, product_));
        axis.diagonal.push_back(alpha);
        axis.off_diagonal.push_back(beta);
        std::swap(last_, v_);
        const auto normalise = [&](index_t index) {
            const auto i = static_cast<std::size_t>(index);
            v_[i] = beta > 0.0 ? product_[i] / beta : 0.0;
        };
        exec::for_each(team_, n, normalise, tile);
        return beta;
    }

    InteractionOperator& interaction_;
    exec::ThreadTeam& team_;
    Vector v_, last_, product_;
    std::vector<Vector> basis_;
};

/// For each axis the first one that a symmetry of the shape carries into it.
std::array<int, 3> representatives(const DipoleShape& shape) {
    std::array<int, 3> first{0, 1, 2};
    for (const LatticeMap& map : symmetries(shape)) {
        for (std::size_t a = 0; a < 3; ++a) first[a] = std::min(first[a], map.from[a]);
    }
    return first;
}

double retardation(InteractionOperator& interaction, int axis, exec::ThreadTeam& team) {
    const Vector v = uniform(interaction.dipoles(), axis);
    Vector product(v.size());
    interaction.apply(team, v, product);
    return dot(team, v, product) / four_pi;
}

void check_request(const DipoleShape& shape, double spacing, const QuasiStaticOptions& options) {
    check_shape(shape);
    if (material_count(shape) > 1) {
        throw NotAvailable(
            "the quasi-static response serves one material; several need the full-wave solver");
    }
    if (!(std::isfinite(spacing) && spacing > 0.0)) {
        throw InputError(Diagnostic{
            {}, fmt::format("lattice spacing of {:g} m", spacing), "a length above 0", ""});
    }
    if (options.most_steps < 1) {
        throw InputError(
            Diagnostic{{}, fmt::format("{} Lanczos steps", options.most_steps), "at least 1", ""});
    }
}

}  // namespace

SpectralResponse quasi_static_response(const DipoleShape& shape, double spacing,
                                       const QuasiStaticOptions& options, exec::ThreadTeam& team) {
    check_request(shape, spacing, options);
    SpectralResponse response;
    response.spacing = spacing;
    response.volume = static_cast<double>(dipole_count(shape)) * spacing * spacing * spacing;
    response.half_extent =
        0.5 * spacing * static_cast<double>(std::max({shape.nx, shape.ny, shape.nz}));
    const std::array<int, 3> first = representatives(shape);
    std::array<double, 3> retarded{};
    {
        InteractionOperator interaction(shape, Coupling::retardation, 0.0, team);
        for (const int axis : {0, 1, 2})
            retarded[std::size_t(axis)] = retardation(interaction, axis, team);
    }
    InteractionOperator interaction(shape, Coupling::quasi_static, 0.0, team);
    for (const int axis : {0, 1, 2}) {
        const auto a = static_cast<std::size_t>(axis);
        if (first[a] != axis) {
            response.axes[a] = response.axes[static_cast<std::size_t>(first[a])];
            continue;
        }
        response.axes[a] = LanczosRun(interaction, axis, team).run(options);
        response.axes[a].retardation = retarded[a];
        ++response.runs;
    }
    return response;
}

}  // namespace caravel::formulation::optics
