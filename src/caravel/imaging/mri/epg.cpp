#include "caravel/imaging/mri/epg.hpp"

#include "caravel/base/error.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

namespace caravel::imaging::mri {

namespace {

using Complex = std::complex<double>;

void check_row(const std::vector<double>& row, std::size_t voxels, const char* name,
               bool may_be_empty) {
    const bool has_size = row.size() == voxels || (may_be_empty && row.empty());
    const bool good =
        std::all_of(row.begin(), row.end(), [](double v) { return std::isfinite(v) && v >= 0.0; });
    if (!has_size || !good) {
        throw InputError(Diagnostic{{},
                                    fmt::format("'{}' of the voxels of a phase graph", name),
                                    fmt::format("{} numbers >= 0", voxels),
                                    {}});
    }
}

// The numbers of a pulse that mixes F+(k), F-(k) and Z(k).
struct Mixing {
    double keep;    // cos^2(flip / 2)
    double swap;    // sin^2(flip / 2)
    double cosine;  // of the flip
    double sine;
};

Mixing mixing_of(double flip) {
    const double s = std::sin(0.5 * flip);
    return {1.0 - s * s, s * s, std::cos(flip), std::sin(flip)};
}

}  // namespace

PhaseGraph::PhaseGraph(const EpgTissue& tissue, int most)
    : voxels_(static_cast<index_t>(tissue.density.size())),
      stride_(tissue.density.size()),
      most_(most),
      tissue_(tissue) {
    CARAVEL_EXPECTS(most >= 0);
    check_row(tissue.density, stride_, "density", false);
    check_row(tissue.r1, stride_, "r1", false);
    check_row(tissue.r2, stride_, "r2", false);
    check_row(tissue.transmit, stride_, "transmit", true);
    check_row(tissue.diffusion, stride_, "diffusion", true);
    const std::size_t count = (static_cast<std::size_t>(most) + 1) * stride_;
    for (auto* states : {&plus_re_, &plus_im_, &minus_re_, &minus_im_, &z_re_, &z_im_}) {
        states->assign(count, 0.0);
    }
    std::copy(tissue.density.begin(), tissue.density.end(), z_re_.begin());
    e1_.resize(stride_);
    e2_.resize(stride_);
}

void PhaseGraph::pulse(double flip, double phase) {
    std::vector<Mixing> mixing(stride_);
    for (std::size_t v = 0; v < stride_; ++v) {
        mixing[v] = mixing_of(tissue_.transmit.empty() ? flip : flip * tissue_.transmit[v]);
    }
    const double c1 = std::cos(phase), s1 = std::sin(phase);
    const double c2 = std::cos(2.0 * phase), s2 = std::sin(2.0 * phase);
    for (int k = 0; k <= used_; ++k) {
        const std::size_t first = at(k);
        for (std::size_t v = 0; v < stride_; ++v) {
            const Mixing& t = mixing[v];
            const std::size_t i = first + v;
            const double pr = plus_re_[i], pi = plus_im_[i];
            const double mr = minus_re_[i], mi = minus_im_[i];
            const double zr = z_re_[i], zi = z_im_[i];
            // F+' = keep F+ + swap e^{2 i phase} F- - i sine e^{i phase} Z
            plus_re_[i] = t.keep * pr + t.swap * (c2 * mr - s2 * mi) + t.sine * (s1 * zr + c1 * zi);
            plus_im_[i] = t.keep * pi + t.swap * (c2 * mi + s2 * mr) + t.sine * (s1 * zi - c1 * zr);
            // F-' = swap e^{-2 i phase} F+ + keep F- + i sine e^{-i phase} Z
            minus_re_[i] =
                t.keep * mr + t.swap * (c2 * pr + s2 * pi) + t.sine * (s1 * zr - c1 * zi);
            minus_im_[i] =
                t.keep * mi + t.swap * (c2 * pi - s2 * pr) + t.sine * (s1 * zi + c1 * zr);
            // Z' = -i/2 sine (e^{-i phase} F+ - e^{i phase} F-) + cosine Z
            const double dr = (c1 * pr + s1 * pi) - (c1 * mr - s1 * mi);
            const double di = (c1 * pi - s1 * pr) - (c1 * mi + s1 * mr);
            z_re_[i] = t.cosine * zr + 0.5 * t.sine * di;
            z_im_[i] = t.cosine * zi - 0.5 * t.sine * dr;
        }
    }
}

// Multiplies with e1_ and e2_ and regrows Z(0), both set for the time.
void PhaseGraph::scale(double time) {
    for (std::size_t v = 0; v < stride_; ++v) {
        e1_[v] = std::exp(-time * tissue_.r1[v]);
        e2_[v] = std::exp(-time * tissue_.r2[v]);
    }
    for (int k = 0; k <= used_; ++k) {
        const std::size_t first = at(k);
        for (std::size_t v = 0; v < stride_; ++v) {
            plus_re_[first + v] *= e2_[v];
            plus_im_[first + v] *= e2_[v];
            minus_re_[first + v] *= e2_[v];
            minus_im_[first + v] *= e2_[v];
            z_re_[first + v] *= e1_[v];
            z_im_[first + v] *= e1_[v];
        }
    }
    for (std::size_t v = 0; v < stride_; ++v) {
        z_re_[v] -= tissue_.density[v] * std::expm1(-time * tissue_.r1[v]);
    }
}

void PhaseGraph::relax(double time) { scale(time); }

void PhaseGraph::relax(double time, double turn) {
    scale(time);
    const double c = std::cos(turn), s = std::sin(turn);
    for (std::size_t i = 0; i < at(used_) + stride_; ++i) {
        const double pr = plus_re_[i], mr = minus_re_[i];
        plus_re_[i] = c * pr - s * plus_im_[i];
        plus_im_[i] = c * plus_im_[i] + s * pr;
        minus_re_[i] = c * mr + s * minus_im_[i];
        minus_im_[i] = c * minus_im_[i] - s * mr;
    }
}

void PhaseGraph::shift() {
    used_ = std::min(used_ + 1, most_);
    const std::size_t end = at(used_) + stride_;
    const auto move_up = [&](std::vector<double>& states) {
        std::copy_backward(states.begin(),
                           states.begin() + static_cast<std::ptrdiff_t>(end - stride_),
                           states.begin() + static_cast<std::ptrdiff_t>(end));
    };
    const auto move_down = [&](std::vector<double>& states) {
        std::copy(states.begin() + static_cast<std::ptrdiff_t>(stride_),
                  states.begin() + static_cast<std::ptrdiff_t>(end), states.begin());
        std::fill_n(states.begin() + static_cast<std::ptrdiff_t>(end - stride_), stride_, 0.0);
    };
    if (most_ == 0) {  // nothing is kept but k = 0
        for (auto* states : {&plus_re_, &plus_im_, &minus_re_, &minus_im_}) {
            std::fill(states->begin(), states->end(), 0.0);
        }
        return;
    }
    move_up(plus_re_);
    move_up(plus_im_);
    move_down(minus_re_);
    move_down(minus_im_);
    for (std::size_t v = 0; v < stride_; ++v) {
        plus_re_[v] = minus_re_[v];
        plus_im_[v] = -minus_im_[v];
    }
}

// Mean square of the wave number while it grows: Weigel, Schwenk, Kiselev et al., J. Magn. Reson.
// 205 (2010) 276.
void PhaseGraph::relax_and_shift(double time, double wavenumber) {
    scale(time);
    if (!tissue_.diffusion.empty()) {
        for (int k = 0; k <= used_; ++k) {
            const double n = k;
            const double along = (n * n + n + 1.0 / 3.0) * wavenumber * wavenumber * time;
            const double against = (n * n - n + 1.0 / 3.0) * wavenumber * wavenumber * time;
            const double still = n * n * wavenumber * wavenumber * time;
            for (std::size_t v = 0; v < stride_; ++v) {
                const std::size_t i = at(k) + v;
                const double up = std::exp(-tissue_.diffusion[v] * along);
                const double down = std::exp(-tissue_.diffusion[v] * against);
                const double stay = std::exp(-tissue_.diffusion[v] * still);
                plus_re_[i] *= up;
                plus_im_[i] *= up;
                minus_re_[i] *= down;
                minus_im_[i] *= down;
                z_re_[i] *= stay;
                z_im_[i] *= stay;
            }
        }
    }
    shift();
}

void PhaseGraph::relax_unshifted(double time, double wavenumber) {
    scale(time);
    if (tissue_.diffusion.empty()) return;
    for (int k = 1; k <= used_; ++k) {
        const double b = wavenumber * wavenumber * k * k * time;
        for (std::size_t v = 0; v < stride_; ++v) {
            const double damping = std::exp(-tissue_.diffusion[v] * b);
            for (auto* states : {&plus_re_, &plus_im_, &minus_re_, &minus_im_, &z_re_, &z_im_}) {
                (*states)[at(k) + v] *= damping;
            }
        }
    }
}

void PhaseGraph::spoil() {
    for (auto* states : {&plus_re_, &plus_im_, &minus_re_, &minus_im_}) {
        std::fill(states->begin(), states->end(), 0.0);
    }
}

Complex PhaseGraph::signal(index_t voxel) const { return transverse(0, voxel); }

Complex PhaseGraph::transverse(int k, index_t voxel) const {
    CARAVEL_EXPECTS(std::abs(k) <= most_ && voxel >= 0 && voxel < voxels_);
    const std::size_t i = at(std::abs(k)) + static_cast<std::size_t>(voxel);
    if (k >= 0) return {plus_re_[i], plus_im_[i]};
    return {minus_re_[i], -minus_im_[i]};
}

Complex PhaseGraph::longitudinal(int k, index_t voxel) const {
    CARAVEL_EXPECTS(std::abs(k) <= most_ && voxel >= 0 && voxel < voxels_);
    const std::size_t i = at(std::abs(k)) + static_cast<std::size_t>(voxel);
    return {z_re_[i], k >= 0 ? z_im_[i] : -z_im_[i]};
}

std::vector<Complex> echo_train(const EpgTissue& tissue, const EchoTrain& train) {
    // 2 shifts per echo; what goes beyond as many states as there are echoes cannot return
    PhaseGraph graph(tissue, static_cast<int>(train.refocusing.size()) + 1);
    graph.pulse(train.excitation, train.excitation_phase);
    std::vector<Complex> echoes;
    for (const double flip : train.refocusing) {
        graph.relax_and_shift(0.5 * train.spacing, train.wavenumber);
        graph.pulse(flip, train.refocusing_phase);
        graph.relax_and_shift(0.5 * train.spacing, train.wavenumber);
        for (index_t v = 0; v < graph.voxels(); ++v) echoes.push_back(graph.signal(v));
    }
    return echoes;
}

std::vector<Complex> gradient_echo_train(const EpgTissue& tissue, const GradientEchoTrain& train) {
    const int needed = static_cast<int>(train.flip.size()) / 2 + 1;
    PhaseGraph graph(tissue, train.spoiled ? 0 : std::min(needed, train.most_states));
    std::vector<Complex> signals;
    double phase = 0.0;
    double step = 0.0;
    const double rest = train.repetition_time - train.echo_time;
    for (const double flip : train.flip) {
        graph.pulse(flip, phase);
        graph.relax_unshifted(train.echo_time, train.wavenumber);
        const Complex receiver = std::polar(1.0, -phase);
        for (index_t v = 0; v < graph.voxels(); ++v) {
            signals.push_back(graph.signal(v) * receiver);
        }
        graph.relax_and_shift(rest, train.wavenumber);
        if (train.spoiled) graph.spoil();
        step = std::remainder(step + train.phase_increment, 2.0 * std::numbers::pi);
        phase = std::remainder(phase + step, 2.0 * std::numbers::pi);
    }
    return signals;
}

}  // namespace caravel::imaging::mri
