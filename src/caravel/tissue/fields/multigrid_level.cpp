#include "caravel/tissue/fields/multigrid_level.hpp"

#include <algorithm>
#include <cmath>

namespace caravel::tissue {

namespace {

std::vector<double> centres(const LevelAxis& axis) {
    std::vector<double> at(axis.width.size());
    double edge = 0.0;
    for (std::size_t i = 0; i < at.size(); ++i) {
        at[i] = edge + 0.5 * axis.width[i];
        edge += axis.width[i];
    }
    return at;
}

index_t first_child(const LevelAxis& fine, index_t coarse) {
    return fine.coarsened ? 2 * coarse : coarse;
}

index_t end_child(const LevelAxis& fine, index_t coarse) {
    return std::min(fine.size(), first_child(fine, coarse) + (fine.coarsened ? 2 : 1));
}

LevelAxis::Source source_of(index_t cell, const std::vector<double>& fine,
                            const std::vector<double>& coarse, double length,
                            std::array<bool, 2> zero_value) {
    const index_t near = cell / 2;
    const double at = fine[static_cast<std::size_t>(cell)];
    const double near_at = coarse[static_cast<std::size_t>(near)];
    if (at == near_at) return {near, near, 1.0F, 0.0F};
    const index_t far = at < near_at ? near - 1 : near + 1;
    if (far < 0) return {near, near, zero_value[0] ? static_cast<float>(at / near_at) : 1.0F, 0.0F};
    if (far >= static_cast<index_t>(coarse.size())) {
        const double share = (length - at) / (length - near_at);
        return {near, near, zero_value[1] ? static_cast<float>(share) : 1.0F, 0.0F};
    }
    const double share = (at - near_at) / (coarse[static_cast<std::size_t>(far)] - near_at);
    return {near, far, static_cast<float>(1.0 - share), static_cast<float>(share)};
}

void gather(LevelAxis& fine, index_t coarse_size) {
    fine.gathers.assign(static_cast<std::size_t>(coarse_size), {});
    const auto add = [&](index_t cell, index_t to, float weight) {
        auto& target = fine.gathers[static_cast<std::size_t>(to)];
        if (target.count == 0) target.first = cell;
        target.weights[static_cast<std::size_t>(cell - target.first)] += weight;
        target.count = cell - target.first + 1;
    };
    for (index_t i = 0; i < fine.size(); ++i) {
        const auto& source = fine.sources[static_cast<std::size_t>(i)];
        add(i, source.near, source.near_weight);
        if (source.far != source.near) add(i, source.far, source.far_weight);
    }
}

/// Distance between the fine centres at a face over that between the coarse ones.
double distance_ratio(const LevelAxis& fine, const LevelAxis& coarse, index_t coarse_face) {
    const auto lower = static_cast<std::size_t>(first_child(fine, coarse_face));
    const auto face = static_cast<std::size_t>(coarse_face);
    return (fine.width[lower - 1] + fine.width[lower]) /
           (coarse.width[face - 1] + coarse.width[face]);
}

/// Sum of fine values over the children of coarse cell (b, c) across an axis.
template <class Value>
float sum_children(const LevelAxis& fine_b, const LevelAxis& fine_c, index_t b, index_t c,
                   const Value& value) {
    float sum = 0.0F;
    for (index_t k = first_child(fine_c, c); k < end_child(fine_c, c); ++k) {
        for (index_t j = first_child(fine_b, b); j < end_child(fine_b, b); ++j) sum += value(j, k);
    }
    return sum;
}

std::array<index_t, 3> strides(const MultigridLevel& level) { return {1, level.row, level.plane}; }

/// The two axes beside `axis`.
std::array<std::size_t, 2> across(std::size_t axis) {
    return {axis == 0 ? std::size_t{1} : std::size_t{0},
            axis == 2 ? std::size_t{1} : std::size_t{2}};
}

void average_axis(const MultigridLevel& fine, MultigridLevel& coarse, std::size_t axis) {
    const auto [b, c] = across(axis);
    const auto from = strides(fine);
    const auto to = strides(coarse);
    const float* values = fine.coupling[axis].data();
    float* result = coarse.coupling[axis].data();
    const LevelAxis& along = fine.axes[axis];
    for (index_t i = 1; i < coarse.axes[axis].size(); ++i) {
        const index_t face = first_child(along, i) * from[axis];
        const auto ratio = static_cast<float>(distance_ratio(along, coarse.axes[axis], i));
        for (index_t k = 0; k < coarse.axes[c].size(); ++k) {
            for (index_t j = 0; j < coarse.axes[b].size(); ++j) {
                const index_t stride_b = from[b];
                const index_t stride_c = from[c];
                const float sum = sum_children(
                    fine.axes[b], fine.axes[c], j, k, [=](index_t fine_j, index_t fine_k) {
                        return values[face + fine_j * stride_b + fine_k * stride_c];
                    });
                result[i * to[axis] + j * to[b] + k * to[c]] = ratio * sum;
            }
        }
    }
}

void average_wall(const MultigridLevel& fine, MultigridLevel& coarse, std::size_t side,
                  const FaceCondition& condition) {
    const std::size_t axis = side / 2;
    const auto [b, c] = across(axis);
    const bool high = side % 2 == 1;
    const auto& fine_width = fine.axes[axis].width;
    const auto& coarse_width = coarse.axes[axis].width;
    const double ratio = condition.kind != FaceCondition::Kind::value ? 1.0
                         : high ? fine_width.back() / coarse_width.back()
                                : fine_width.front() / coarse_width.front();
    const index_t fine_row = fine.axes[b].size();
    const index_t row = coarse.axes[b].size();
    const float* values = fine.wall[side].data();
    for (index_t k = 0; k < coarse.axes[c].size(); ++k) {
        for (index_t j = 0; j < row; ++j) {
            const float sum = sum_children(
                fine.axes[b], fine.axes[c], j, k,
                [=](index_t fine_j, index_t fine_k) { return values[fine_j + fine_row * fine_k]; });
            coarse.wall[side][static_cast<std::size_t>(j + row * k)] =
                static_cast<float>(ratio) * sum;
        }
    }
}

}  // namespace

LevelAxis coarser_axis(const LevelAxis& fine) {
    LevelAxis coarse;
    for (std::size_t i = 0; i < fine.width.size(); i += 2) {
        const bool alone = i + 1 == fine.width.size();
        coarse.width.push_back(fine.width[i] + (alone ? 0.0 : fine.width[i + 1]));
    }
    return coarse;
}

void link_axes(LevelAxis& fine, const LevelAxis& coarse, std::array<bool, 2> zero_value) {
    fine.sources.clear();
    const std::vector<double> fine_at = centres(fine);
    const std::vector<double> coarse_at = centres(coarse);
    const double length = fine_at.back() + 0.5 * fine.width.back();
    for (index_t i = 0; i < fine.size(); ++i) {
        fine.sources.push_back(fine.coarsened ? source_of(i, fine_at, coarse_at, length, zero_value)
                                              : LevelAxis::Source{i, i, 1.0F, 0.0F});
    }
    gather(fine, coarse.size());
}

void MultigridLevel::allocate() {
    row = axes[0].size();
    plane = row * axes[1].size();
    cells = plane * axes[2].size();
    for (auto* field : {&coupling[0], &coupling[1], &coupling[2], &loss, &diagonal, &inverse,
                        &share, &f, &u, &work}) {
        field->resize(cells, plane + 1);
    }
    for (std::size_t side = 0; side < 6; ++side) {
        const auto [b, c] = across(side / 2);
        wall[side].assign(axes[b].width.size() * axes[c].width.size(), 0.0F);
    }
}

std::size_t MultigridLevel::bytes() const {
    std::size_t sum = coupling[0].bytes() + coupling[1].bytes() + coupling[2].bytes() +
                      loss.bytes() + diagonal.bytes() + inverse.bytes() + share.bytes() +
                      f.bytes() + u.bytes() + work.bytes();
    for (const auto& side : wall) sum += side.size() * sizeof(float);
    return sum;
}

MultigridLevel coarser_level(MultigridLevel& fine, const Boundaries& condition) {
    constexpr double nearly_as_close = 1.5;
    double closest = INFINITY;
    for (const LevelAxis& axis : fine.axes) {
        if (axis.size() > 1) closest = std::min(closest, axis.width.front());
    }
    MultigridLevel coarse;
    for (std::size_t a = 0; a < 3; ++a) {
        LevelAxis& axis = fine.axes[a];
        axis.coarsened = axis.size() > 1 && axis.width.front() <= nearly_as_close * closest;
        if (axis.coarsened) {
            coarse.axes[a] = coarser_axis(axis);
        } else {
            coarse.axes[a].width = axis.width;
        }
        const auto is_zero = [&](std::size_t side) {
            return condition[side].kind == FaceCondition::Kind::value;
        };
        link_axes(axis, coarse.axes[a], {is_zero(2 * a), is_zero(2 * a + 1)});
    }
    coarse.allocate();
    return coarse;
}

void average_couplings(const MultigridLevel& fine, MultigridLevel& coarse,
                       const Boundaries& condition) {
    for (std::size_t axis = 0; axis < 3; ++axis) average_axis(fine, coarse, axis);
    for (std::size_t side = 0; side < 6; ++side) average_wall(fine, coarse, side, condition[side]);
}

void sum_loss_plane(const MultigridLevel& fine, MultigridLevel& coarse, index_t k) {
    const float* values = fine.loss.data();
    const float* diagonal = fine.diagonal.data();
    float* result = coarse.loss.data() + k * coarse.plane;
    for (index_t j = 0; j < coarse.axes[1].size(); ++j) {
        for (index_t i = 0; i < coarse.row; ++i) {
            const index_t begin = first_child(fine.axes[0], i);
            const index_t end = end_child(fine.axes[0], i);
            *result++ =
                sum_children(fine.axes[1], fine.axes[2], j, k, [&](index_t fine_j, index_t fine_k) {
                    const index_t row = fine_j * fine.row + fine_k * fine.plane;
                    float sum = 0.0F;
                    for (index_t x = row + begin; x < row + end; ++x) {
                        sum += std::min(values[x], diagonal[x] - values[x]);
                    }
                    return sum;
                });
        }
    }
}

void finish_diagonal_plane(MultigridLevel& level, index_t k) {
    const index_t ny = level.axes[1].size();
    const index_t start = k * level.plane;
    const float* x = level.coupling[0].data() + start;
    const float* y = level.coupling[1].data() + start;
    const float* z = level.coupling[2].data() + start;
    const float* loss = level.loss.data() + start;
    float* diagonal = level.diagonal.data() + start;
    float* inverse = level.inverse.data() + start;
    float* share = level.share.data() + start;
    for (index_t p = 0; p < level.plane; ++p) {
        diagonal[p] =
            loss[p] + ((x[p] + x[p + 1]) + (y[p] + y[p + level.row]) + (z[p] + z[p + level.plane]));
    }
    const auto add = [&](index_t p, std::size_t side, index_t face) {
        diagonal[p] += level.wall[side][static_cast<std::size_t>(face)];
    };
    for (index_t j = 0; j < ny; ++j) {
        add(j * level.row, 0, j + ny * k);
        add(j * level.row + level.row - 1, 1, j + ny * k);
    }
    for (index_t i = 0; i < level.row; ++i) {
        add(i, 2, i + level.row * k);
        add(i + level.plane - level.row, 3, i + level.row * k);
    }
    for (index_t p = 0; p < level.plane; ++p) {
        if (k == 0) add(p, 4, p);
        if (k + 1 == level.axes[2].size()) add(p, 5, p);
        inverse[p] = diagonal[p] > 0.0F ? 1.0F / diagonal[p] : 0.0F;
        const float held = diagonal[p] - loss[p];  // by neighbours and walls
        share[p] = loss[p] > held ? held / loss[p] : (diagonal[p] > 0.0F ? 1.0F : 0.0F);
    }
}

void restrict_plane(const MultigridLevel& fine, const float* values, MultigridLevel& coarse,
                    index_t k, std::vector<float>& line) {
    const index_t nx = fine.row;
    line.resize(static_cast<std::size_t>(nx));
    const auto& over_z = fine.axes[2].gathers[static_cast<std::size_t>(k)];
    for (index_t j = 0; j < coarse.axes[1].size(); ++j) {
        const auto& over_y = fine.axes[1].gathers[static_cast<std::size_t>(j)];
        std::fill(line.begin(), line.end(), 0.0F);
        for (index_t c = 0; c < over_z.count; ++c) {
            for (index_t b = 0; b < over_y.count; ++b) {
                const float weight = over_z.weights[static_cast<std::size_t>(c)] *
                                     over_y.weights[static_cast<std::size_t>(b)];
                const float* from =
                    values + (over_y.first + b) * nx + (over_z.first + c) * fine.plane;
                add_scaled(weight, from, line.data(), nx);
            }
        }
        const index_t start = j * coarse.row + k * coarse.plane;
        const float* inverse = coarse.inverse.data() + start;
        float* to = coarse.f.data() + start;
        for (index_t i = 0; i < coarse.row; ++i) {
            const auto& over_x = fine.axes[0].gathers[static_cast<std::size_t>(i)];
            const float* from = line.data() + over_x.first;
            float sum = 0.0F;
            for (index_t a = 0; a < over_x.count; ++a) {
                sum += over_x.weights[static_cast<std::size_t>(a)] * from[a];
            }
            to[i] = inverse[i] > 0.0F ? sum : 0.0F;
        }
    }
}

void prolong_plane(const MultigridLevel& fine, const MultigridLevel& coarse, float* values,
                   index_t k, std::vector<float>& line) {
    const index_t nx = coarse.row;
    line.resize(static_cast<std::size_t>(nx));
    const float* u = coarse.u.data();
    const auto& z = fine.axes[2].sources[static_cast<std::size_t>(k)];
    for (index_t j = 0; j < fine.axes[1].size(); ++j) {
        const auto& y = fine.axes[1].sources[static_cast<std::size_t>(j)];
        std::fill(line.begin(), line.end(), 0.0F);
        const auto add = [&](index_t row, index_t plane, float weight) {
            if (weight == 0.0F) return;
            add_scaled(weight, u + row * coarse.row + plane * coarse.plane, line.data(), nx);
        };
        add(y.near, z.near, y.near_weight * z.near_weight);
        add(y.far, z.near, y.far_weight * z.near_weight);
        add(y.near, z.far, y.near_weight * z.far_weight);
        add(y.far, z.far, y.far_weight * z.far_weight);
        const index_t start = j * fine.row + k * fine.plane;
        const float* share = fine.share.data() + start;
        float* to = values + start;
        const auto interpolate = [&](index_t i) {
            const auto& x = fine.axes[0].sources[static_cast<std::size_t>(i)];
            const float value = x.near_weight * line[static_cast<std::size_t>(x.near)] +
                                x.far_weight * line[static_cast<std::size_t>(x.far)];
            to[i] += share[i] * value;
        };
        const index_t pairs = fine.axes[0].coarsened ? (fine.row - 3) / 2 : 0;
        if (pairs <= 0) {
            for (index_t i = 0; i < fine.row; ++i) interpolate(i);
            continue;
        }
        interpolate(0);
        interpolate_pairs(line.data(), share + 1, to + 1, pairs);
        for (index_t i = 1 + 2 * pairs; i < fine.row; ++i) interpolate(i);
    }
}

}  // namespace caravel::tissue
