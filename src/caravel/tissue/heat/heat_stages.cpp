#include "caravel/tissue/heat/heat_stages.hpp"

#include "caravel/base/error.hpp"
#include "caravel/tissue/fields/face_field.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

namespace caravel::tissue {

namespace {

constexpr double damping = 2.0 / 13.0;
constexpr int most_stages = 10000;
constexpr index_t brick_bytes = 1 << 17;  // of one array and plane
constexpr index_t brick_planes = 32;

bool is_size(index_t size, index_t cells) { return size == 1 || size == cells; }

double value_of(View<const double> values, index_t i) {
    return values.size() == 1 ? values[0] : values[i];
}

}  // namespace

ChebyshevStages chebyshev_stages(int stages) {
    if (stages < 2) throw std::logic_error("Runge-Kutta-Chebyshev needs two stages");
    const auto count = static_cast<std::size_t>(stages);
    const double w0 = 1.0 + damping / (static_cast<double>(stages) * stages);
    // Chebyshev polynomials and their first two derivatives at w0.
    std::vector<double> t(count + 1, 1.0), d(count + 1, 0.0), d2(count + 1, 0.0);
    t[1] = w0;
    d[1] = 1.0;
    for (std::size_t j = 2; j <= count; ++j) {
        t[j] = 2.0 * w0 * t[j - 1] - t[j - 2];
        d[j] = 2.0 * t[j - 1] + 2.0 * w0 * d[j - 1] - d[j - 2];
        d2[j] = 4.0 * d[j - 1] + 2.0 * w0 * d2[j - 1] - d2[j - 2];
    }
    const double w1 = d[count] / d2[count];
    std::vector<double> b(count + 1);
    for (std::size_t j = 2; j <= count; ++j) b[j] = d2[j] / (d[j] * d[j]);
    b[0] = b[1] = b[2];
    ChebyshevStages result;
    result.first = b[1] * w1;
    for (std::size_t j = 2; j <= count; ++j) {
        ChebyshevStage stage;
        stage.keep = 2.0 * b[j] * w0 / b[j - 1];
        stage.before = -b[j] / b[j - 2];
        stage.step = 2.0 * b[j] * w1 / b[j - 1];
        stage.start = stage.step * b[j - 1] * t[j - 1];  // step + gamma, gamma = -a_{j-1} step
        result.later.push_back(stage);
    }
    // How much of d_j the last stage holds, from the last one back.
    std::vector<double> held(count + 1, 0.0);
    held[count] = 1.0;
    for (std::size_t j = count; j >= 2; --j) {
        ChebyshevStage& stage = result.later[j - 2];
        stage.weight = stage.step * held[j];
        held[j - 1] += stage.keep * held[j];
        held[j - 2] += stage.before * held[j];
    }
    return result;
}

double chebyshev_reach(int stages) {
    return 2.0 / 3.0 * (static_cast<double>(stages) * stages - 1.0) * (1.0 - 2.0 / 15.0 * damping);
}

int chebyshev_stage_count(double dt, double spectral_radius) {
    const double need = dt * spectral_radius;
    const double scale = 2.0 / 3.0 * (1.0 - 2.0 / 15.0 * damping);
    const double stages = std::ceil(std::sqrt(1.0 + need / scale));
    if (!(stages <= most_stages)) {
        throw NumericalError(NumericalFailure{
            "explicit heat", "temperature", "", 0.0, 0.0,
            "a step needs more than 10000 stages: thermal contact or diffusion is too fast for it",
            "take the implicit scheme, or shorter steps"});
    }
    return std::max(2, static_cast<int>(stages));
}

template <class T>
HeatStages<T>::HeatStages(exec::ThreadTeam& team, const Grid& grid, View<const double> capacity,
                          View<const double> conductivity, const FaceField* faces)
    : grid_(grid), kernels_(heat::usable_heat_kernels<T>().back()) {
    const index_t cells = grid.cell_count();
    if (!is_size(capacity.size(), cells) || !is_size(conductivity.size(), cells)) {
        throw std::invalid_argument("explicit heat needs one value per voxel or one for all");
    }
    const auto positive = [](double v) { return v > 0.0 && std::isfinite(v); };
    if (!std::all_of(capacity.begin(), capacity.end(), positive) ||
        !std::all_of(conductivity.begin(), conductivity.end(), positive)) {
        throw std::invalid_argument("capacity and conductivity must be positive and finite");
    }
    find_uniform_rows(capacity, conductivity);
    double curvature = 0.0;
    for (const double h : grid.spacing) curvature += 4.0 / (h * h);
    for (const T a : diffusivity_) {
        conduction_ = std::max(conduction_, static_cast<double>(a) * curvature);
    }
    if (std::find(diffusivity_.begin(), diffusivity_.end(), T{0}) != diffusivity_.end()) {
        fill_faces(team, capacity, conductivity, faces);
    }
}

// A row is uniform where it and its four neighbours are of one tissue.
template <class T>
void HeatStages<T>::find_uniform_rows(View<const double> capacity,
                                      View<const double> conductivity) {
    const Grid& g = grid_;
    const auto rows = static_cast<std::size_t>(g.ny * g.nz);
    if (capacity.size() == 1 && conductivity.size() == 1) {
        diffusivity_.assign(rows, static_cast<T>(conductivity[0] / capacity[0]));
        return;
    }
    const auto is_one = [&](View<const double> values, index_t row, double value) {
        if (values.size() == 1) return true;
        const double* const first = values.data() + g.nx * row;
        return std::all_of(first, first + g.nx, [=](double v) { return v == value; });
    };
    diffusivity_.assign(rows, T{0});
    for (index_t row = 0; row < g.ny * g.nz; ++row) {
        const double c = value_of(capacity, g.nx * row);
        const double k = value_of(conductivity, g.nx * row);
        const index_t j = row % g.ny;
        const index_t l = row / g.ny;
        const bool is_uniform = is_one(capacity, row, c) && is_one(conductivity, row, k) &&
                                is_one(conductivity, j > 0 ? row - 1 : row, k) &&
                                is_one(conductivity, j + 1 < g.ny ? row + 1 : row, k) &&
                                is_one(conductivity, l > 0 ? row - g.ny : row, k) &&
                                is_one(conductivity, l + 1 < g.nz ? row + g.ny : row, k);
        if (is_uniform) diffusivity_[static_cast<std::size_t>(row)] = static_cast<T>(k / c);
    }
}

template <class T>
void HeatStages<T>::fill_faces(exec::ThreadTeam& team, View<const double> capacity,
                               View<const double> conductivity, const FaceField* given) {
    const Grid& g = grid_;
    const index_t cells = g.cell_count();
    FaceField own(given == nullptr ? g : Grid{});
    std::vector<double> spread;
    if (given == nullptr) {
        if (conductivity.size() != cells) {
            spread.assign(static_cast<std::size_t>(cells), conductivity[0]);
            conductivity = view_of(std::as_const(spread));
        }
        fill_conductances(team, g, conductivity, Boundaries{}, own);
    } else if (!fits(*given, g)) {
        throw std::invalid_argument("explicit heat needs one conductance per face");
    }
    const FaceField& faces = given == nullptr ? own : *given;
    const auto copy = [](const std::vector<double>& from, double spacing, std::vector<T>& to) {
        to.resize(from.size());
        std::transform(from.begin(), from.end(), to.begin(),
                       [=](double v) { return static_cast<T>(v / spacing); });
    };
    copy(faces.x, g.spacing[0], faces_x_);
    copy(faces.y, g.spacing[1], faces_y_);
    copy(faces.z, g.spacing[2], faces_z_);
    inverse_.resize(static_cast<std::size_t>(cells));
    over_values(team, [&](index_t p) {
        inverse_[static_cast<std::size_t>(p)] = static_cast<T>(1.0 / value_of(capacity, p));
    });
    find_fastest(team);
}

// Twice the conductances of a voxel over its capacity bound its row's eigenvalues.
template <class T>
void HeatStages<T>::find_fastest(exec::ThreadTeam& team) {
    const Grid& g = grid_;
    std::vector<double> largest(static_cast<std::size_t>(g.nz), 0.0);
    team.run(g.nz, [&](index_t k) {
        double most = 0.0;
        for (index_t j = 0; j < g.ny; ++j) {
            for (index_t i = 0; i < g.nx; ++i) {
                const auto p = static_cast<std::size_t>(g.index(i, j, k));
                const auto x = static_cast<std::size_t>(i + (g.nx + 1) * (j + g.ny * k));
                const auto y = static_cast<std::size_t>(i + g.nx * (j + (g.ny + 1) * k));
                const auto up = static_cast<std::size_t>(g.nx);
                const auto plane = static_cast<std::size_t>(g.nx * g.ny);
                const T out = (faces_x_[x] + faces_x_[x + 1]) + (faces_y_[y] + faces_y_[y + up]) +
                              (faces_z_[p] + faces_z_[p + plane]);
                most = std::max(most, 2.0 * static_cast<double>(out * inverse_[p]));
            }
        }
        largest[static_cast<std::size_t>(k)] = most;
    });
    conduction_ = std::max(conduction_, *std::max_element(largest.begin(), largest.end()));
}

template <class T>
void HeatStages<T>::set_loss(View<const T> loss) {
    if (!loss.empty() && loss.size() != grid_.cell_count()) {
        throw std::invalid_argument("a loss needs one value per voxel");
    }
    loss_ = loss;
    largest_loss_ = 0.0;
    for (const T v : loss) {
        if (!(v >= T{0}) || !std::isfinite(v)) {
            throw std::invalid_argument("a loss must be finite and not negative");
        }
        largest_loss_ = std::max(largest_loss_, static_cast<double>(v));
    }
}

template <class T>
heat::HeatRow<T> HeatStages<T>::row(const T* u, index_t j, index_t k) const {
    const Grid& g = grid_;
    const index_t plane = g.nx * g.ny;
    const index_t first = g.index(0, j, k);
    const T* const here = u + first;
    heat::HeatRow<T> r;
    r.u = here;
    r.cells = g.nx;
    r.is_inner = j + k > 0 && j + k < g.ny + g.nz - 2;
    r.low = {j > 0 ? here - g.nx : here, k > 0 ? here - plane : here};
    r.high = {j + 1 < g.ny ? here + g.nx : here, k + 1 < g.nz ? here + plane : here};
    r.loss = loss_.empty() ? nullptr : loss_.data() + first;
    const T a = diffusivity_[static_cast<std::size_t>(j + g.ny * k)];
    if (a > T{0}) {
        for (std::size_t d = 0; d < 3; ++d) {
            r.uniform[d] = static_cast<T>(static_cast<double>(a) / (g.spacing[d] * g.spacing[d]));
        }
        return r;
    }
    r.faces_x = faces_x_.data() + (g.nx + 1) * (j + g.ny * k);
    const T* const y = faces_y_.data() + g.nx * (j + (g.ny + 1) * k);
    const T* const z = faces_z_.data() + first;
    r.faces_low = {y, z};
    r.faces_high = {y + g.nx, z + plane};
    r.inverse = inverse_.data() + first;
    return r;
}

// Bricks of some rows by some planes, so that a row's neighbours along z are still in the second
// cache when they are needed.
template <class T>
template <class Fill>
void HeatStages<T>::over_rows(exec::ThreadTeam& team, const T* u, const Fill& fill) const {
    const index_t row_bytes = grid_.nx * static_cast<index_t>(sizeof(T));
    const index_t rows = std::clamp<index_t>(brick_bytes / row_bytes, 1, grid_.ny);
    const index_t across = (grid_.ny + rows - 1) / rows;
    const index_t along = (grid_.nz + brick_planes - 1) / brick_planes;
    team.run(across * along, [&](index_t brick) {
        const index_t first_row = brick % across * rows;
        const index_t first_plane = brick / across * brick_planes;
        for (index_t k = first_plane; k < std::min(first_plane + brick_planes, grid_.nz); ++k) {
            for (index_t j = first_row; j < std::min(first_row + rows, grid_.ny); ++j) {
                heat::HeatRow<T> r = row(u, j, k);
                fill(r, grid_.index(0, j, k));
                kernels_.row(r);
            }
        }
    });
}

template <class T>
template <class Work>
void HeatStages<T>::over_values(exec::ThreadTeam& team, const Work& work) const {
    const index_t plane = grid_.nx * grid_.ny;
    team.run(grid_.nz, [&](index_t k) {
        for (index_t p = plane * k; p < plane * (k + 1); ++p) work(p);
    });
}

template <class T>
void HeatStages<T>::euler(exec::ThreadTeam& team, View<const T> u, View<const T> supply, double dt,
                          View<T> out) const {
    const auto step = static_cast<T>(dt);
    over_rows(team, u.data(), [&](heat::HeatRow<T>& r, index_t first) {
        r.keep = T{1};
        r.step = r.start = step;
        r.given = supply.empty() ? nullptr : supply.data() + first;
        r.out = out.data() + first;
    });
}

template <class T>
int HeatStages<T>::chebyshev(exec::ThreadTeam& team, View<T> u, View<const T> supply, double dt,
                             View<T> mean) {
    const auto cells = static_cast<std::size_t>(grid_.cell_count());
    const int count = chebyshev_stage_count(dt, spectral_radius());
    const ChebyshevStages stages = chebyshev_stages(count);
    for (auto* field : {&slope_, &odd_, &even_}) field->resize(cells);
    over_rows(team, u.data(), [&](heat::HeatRow<T>& r, index_t first) {
        r.step = r.start = T{1};
        r.given = supply.empty() ? nullptr : supply.data() + first;
        r.out = slope_.data() + first;
    });
    const auto start = static_cast<T>(stages.first * dt);
    over_values(team, [&](index_t p) {
        const auto c = static_cast<std::size_t>(p);
        odd_[c] = start * slope_[c];
        even_[c] = T{0};
        if (!mean.empty()) mean[p] = u[p];
    });
    std::vector<T>* now = &odd_;
    std::vector<T>* next = &even_;
    for (const ChebyshevStage& stage : stages.later) {
        over_rows(team, now->data(), [&](heat::HeatRow<T>& r, index_t first) {
            r.keep = static_cast<T>(stage.keep);
            r.before = static_cast<T>(stage.before);
            r.step = static_cast<T>(stage.step * dt);
            r.start = static_cast<T>(stage.start * dt);
            r.weight = static_cast<T>(stage.weight);
            r.older = r.out = next->data() + first;
            r.given = slope_.data() + first;
            r.mean = mean.empty() ? nullptr : mean.data() + first;
        });
        std::swap(now, next);
    }
    over_values(team, [&](index_t p) { u[p] += (*now)[static_cast<std::size_t>(p)]; });
    return count;
}

template <class T>
std::size_t HeatStages<T>::memory() const {
    std::size_t sum = 0;
    for (const auto* v :
         {&diffusivity_, &faces_x_, &faces_y_, &faces_z_, &inverse_, &slope_, &odd_, &even_}) {
        sum += v->size() * sizeof(T);
    }
    return sum;
}

template class HeatStages<double>;
template class HeatStages<float>;

}  // namespace caravel::tissue
