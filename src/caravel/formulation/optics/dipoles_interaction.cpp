#include "caravel/formulation/optics/dipoles_interaction.hpp"

#include <algorithm>

namespace caravel::formulation::optics {
namespace {

constexpr index_t lanes = fft_lanes;
constexpr index_t most_chunks = 16;  // fixed, so that the division of work is too

std::size_t at(index_t i) { return static_cast<std::size_t>(i); }

index_t whole_lanes(index_t n) { return (n + lanes - 1) / lanes * lanes; }

}  // namespace

InteractionOperator::Work::Work(index_t x, index_t y, index_t z, index_t plane)
    : along_x(x),
      along_y(y),
      along_z{FftBlock(z), FftBlock(z), FftBlock(z)},
      re(at(3 * plane)),
      im(at(3 * plane)) {}

InteractionOperator::InteractionOperator(const DipoleShape& shape, Coupling coupling, double kd,
                                         exec::ThreadTeam& team)
    : real_(coupling != Coupling::full_wave),
      nx_(shape.nx),
      ny_(shape.ny),
      nz_(shape.nz),
      fx_(even_fft_length(2 * nx_ - 1)),
      fy_(even_fft_length(2 * ny_ - 1)),
      fz_(even_fft_length(2 * nz_ - 1)),
      zp_(whole_lanes(nz_)),
      yp_(whole_lanes(fy_)),
      slices_(real_ ? fx_ / 2 + 1 : fx_),
      plan_x_(fx_),
      plan_y_(fy_),
      plan_z_(fz_),
      kernel_(tensor_kernel()) {
    check_shape(shape);
    index_cells(shape);
    const index_t chunks = std::min(most_chunks, fx_);
    work_.reserve(at(chunks));
    for (index_t i = 0; i < chunks; ++i) work_.emplace_back(fx_, fy_, fz_, zp_ * yp_);
    tensor_ = transform_tensor({{nx_, ny_, nz_}, {fx_, fy_, fz_}, yp_}, coupling, kd, team);
    field_re_.resize(at(3 * slices_ * ny_ * zp_));
    field_im_.resize(field_re_.size());
}

void InteractionOperator::index_cells(const DipoleShape& shape) {
    dipole_at_.assign(at(nx_ * ny_ * zp_), -1);
    for (index_t row = 0; row < nx_ * ny_; ++row) {
        for (index_t z = 0; z < nz_; ++z) {
            if (shape.material[at(row * nz_ + z)] == 0) continue;
            dipole_at_[at(row * zp_ + z)] = static_cast<std::int32_t>(dipoles_++);
        }
    }
}

std::size_t InteractionOperator::memory() const {
    std::size_t doubles = field_re_.size() + field_im_.size() + tensor_.re.size() +
                          tensor_.im.size() + dipole_at_.size() / 2;
    doubles += work_.size() * at(6 * zp_ * yp_ + 4 * lanes * (fx_ + fy_ + 3 * fz_));
    return doubles * sizeof(double);
}

// Task(work, i) for every i; each chunk of consecutive i has its own work space.
template <class Task>
void InteractionOperator::for_chunks(exec::ThreadTeam& team, index_t count, const Task& task) {
    const auto chunks = static_cast<index_t>(work_.size());
    team.run(chunks, [&](index_t chunk) {
        const index_t end = count * (chunk + 1) / chunks;
        for (index_t i = count * chunk / chunks; i < end; ++i) task(work_[at(chunk)], i);
    });
}

// Rows along x: from the dipoles to all kx and back.

void InteractionOperator::row_forward(Work& work, const Vector& x, index_t component, index_t y) {
    const index_t shift = component * dipoles_;
    for (index_t z = 0; z < zp_; z += lanes) {
        double* const re = work.along_x.re();
        double* const im = work.along_x.im();
        std::fill(re + nx_ * lanes, re + fx_ * lanes, 0.0);
        std::fill(im + nx_ * lanes, im + fx_ * lanes, 0.0);
        for (index_t ix = 0; ix < nx_; ++ix) {
            const std::int32_t* const who = dipole_at_.data() + (ix * ny_ + y) * zp_ + z;
            for (index_t l = 0; l < lanes; ++l) {
                re[ix * lanes + l] = who[l] < 0 ? 0.0 : x.re[shift + who[l]];
                im[ix * lanes + l] = who[l] < 0 ? 0.0 : x.im[shift + who[l]];
            }
        }
        plan_x_.forward(work.along_x);
        const double* const from_re = work.along_x.re();
        const double* const from_im = work.along_x.im();
        for (index_t k = 0; k < fx_; ++k) {
            const index_t to = ((component * slices_ + k) * ny_ + y) * zp_ + z;
            std::copy_n(from_re + k * lanes, lanes, field_re_.data() + to);
            std::copy_n(from_im + k * lanes, lanes, field_im_.data() + to);
        }
    }
}

// Two blocks of real rows are transformed as one complex block and told apart by their symmetry.
void InteractionOperator::row_forward_real(Work& work, const double* x, index_t component,
                                           index_t y) {
    const double* const from = x + component * dipoles_;
    for (index_t z = 0; z < zp_; z += 2 * lanes) {
        const bool paired = z + lanes < zp_;
        double* re = work.along_x.re();
        double* im = work.along_x.im();
        std::fill(re + nx_ * lanes, re + fx_ * lanes, 0.0);
        std::fill(im, im + fx_ * lanes, 0.0);
        for (index_t ix = 0; ix < nx_; ++ix) {
            const std::int32_t* const who = dipole_at_.data() + (ix * ny_ + y) * zp_ + z;
            for (index_t l = 0; l < lanes; ++l) {
                re[ix * lanes + l] = who[l] < 0 ? 0.0 : from[who[l]];
            }
            for (index_t l = 0; paired && l < lanes; ++l) {
                const std::int32_t other = who[lanes + l];
                im[ix * lanes + l] = other < 0 ? 0.0 : from[other];
            }
        }
        plan_x_.forward(work.along_x);
        re = work.along_x.re();
        im = work.along_x.im();
        for (index_t k = 0; k < slices_; ++k) {
            const index_t mirror = (fx_ - k) % fx_;
            const index_t to = ((component * slices_ + k) * ny_ + y) * zp_ + z;
            for (index_t l = 0; l < lanes; ++l) {
                const double a = re[k * lanes + l], b = re[mirror * lanes + l];
                const double c = im[k * lanes + l], d = im[mirror * lanes + l];
                field_re_[at(to + l)] = 0.5 * (a + b);
                field_im_[at(to + l)] = 0.5 * (c - d);
                if (!paired) continue;
                field_re_[at(to + lanes + l)] = 0.5 * (c + d);
                field_im_[at(to + lanes + l)] = 0.5 * (b - a);
            }
        }
    }
}

void InteractionOperator::row_backward(Work& work, double* out_re, double* out_im,
                                       index_t component, index_t y) {
    const index_t shift = component * dipoles_;
    for (index_t z = 0; z < zp_; z += lanes) {
        double* re = work.along_x.re();
        double* im = work.along_x.im();
        for (index_t k = 0; k < fx_; ++k) {
            const index_t from = ((component * slices_ + k) * ny_ + y) * zp_ + z;
            std::copy_n(field_re_.data() + from, lanes, re + k * lanes);
            std::copy_n(field_im_.data() + from, lanes, im + k * lanes);
        }
        plan_x_.backward(work.along_x);
        re = work.along_x.re();
        im = work.along_x.im();
        for (index_t ix = 0; ix < nx_; ++ix) {
            const std::int32_t* const who = dipole_at_.data() + (ix * ny_ + y) * zp_ + z;
            for (index_t l = 0; l < lanes; ++l) {
                if (who[l] < 0) continue;
                out_re[shift + who[l]] = re[ix * lanes + l];
                out_im[shift + who[l]] = im[ix * lanes + l];
            }
        }
    }
}

void InteractionOperator::row_backward_real(Work& work, double* out, index_t component, index_t y) {
    double* const to = out + component * dipoles_;
    for (index_t z = 0; z < zp_; z += 2 * lanes) {
        const bool paired = z + lanes < zp_;
        double* re = work.along_x.re();
        double* im = work.along_x.im();
        for (index_t k = 0; k < slices_; ++k) {
            const index_t mirror = (fx_ - k) % fx_;
            const index_t from = ((component * slices_ + k) * ny_ + y) * zp_ + z;
            for (index_t l = 0; l < lanes; ++l) {
                const double a = field_re_[at(from + l)], b = field_im_[at(from + l)];
                const double c = paired ? field_re_[at(from + lanes + l)] : 0.0;
                const double d = paired ? field_im_[at(from + lanes + l)] : 0.0;
                re[mirror * lanes + l] = a + d;
                im[mirror * lanes + l] = c - b;
                re[k * lanes + l] = a - d;
                im[k * lanes + l] = b + c;
            }
        }
        plan_x_.backward(work.along_x);
        re = work.along_x.re();
        im = work.along_x.im();
        for (index_t ix = 0; ix < nx_; ++ix) {
            const std::int32_t* const who = dipole_at_.data() + (ix * ny_ + y) * zp_ + z;
            for (index_t l = 0; l < lanes; ++l) {
                if (who[l] >= 0) to[who[l]] = re[ix * lanes + l];
                if (paired && who[lanes + l] >= 0) to[who[lanes + l]] = im[ix * lanes + l];
            }
        }
    }
}

// One slice of constant kx: along y, then z; product; and back. Only rows that hold dipoles are
// transformed along y.

void InteractionOperator::slice_forward(Work& work, index_t kx) {
    for (index_t c = 0; c < 3; ++c) {
        const index_t plane = (c * slices_ + kx) * ny_ * zp_;
        for (index_t z = 0; z < zp_; z += lanes) {
            double* re = work.along_y.re();
            double* im = work.along_y.im();
            for (index_t y = 0; y < ny_; ++y) {
                std::copy_n(field_re_.data() + plane + y * zp_ + z, lanes, re + y * lanes);
                std::copy_n(field_im_.data() + plane + y * zp_ + z, lanes, im + y * lanes);
            }
            std::fill(re + ny_ * lanes, re + fy_ * lanes, 0.0);
            std::fill(im + ny_ * lanes, im + fy_ * lanes, 0.0);
            plan_y_.forward(work.along_y);
            re = work.along_y.re();
            im = work.along_y.im();
            for (index_t l = 0; l < lanes; ++l) {
                double* const to_re = work.re.data() + (c * zp_ + z + l) * yp_;
                double* const to_im = work.im.data() + (c * zp_ + z + l) * yp_;
                for (index_t k = 0; k < fy_; ++k) {
                    to_re[k] = re[k * lanes + l];
                    to_im[k] = im[k * lanes + l];
                }
            }
        }
    }
}

void InteractionOperator::slice_backward(Work& work, index_t kx) {
    for (index_t c = 0; c < 3; ++c) {
        const index_t plane = (c * slices_ + kx) * ny_ * zp_;
        for (index_t z = 0; z < zp_; z += lanes) {
            double* re = work.along_y.re();
            double* im = work.along_y.im();
            for (index_t l = 0; l < lanes; ++l) {
                const double* const from_re = work.re.data() + (c * zp_ + z + l) * yp_;
                const double* const from_im = work.im.data() + (c * zp_ + z + l) * yp_;
                for (index_t k = 0; k < fy_; ++k) {
                    re[k * lanes + l] = from_re[k];
                    im[k * lanes + l] = from_im[k];
                }
            }
            plan_y_.backward(work.along_y);
            re = work.along_y.re();
            im = work.along_y.im();
            for (index_t y = 0; y < ny_; ++y) {
                std::copy_n(re + y * lanes, lanes, field_re_.data() + plane + y * zp_ + z);
                std::copy_n(im + y * lanes, lanes, field_im_.data() + plane + y * zp_ + z);
            }
        }
    }
}

void InteractionOperator::slice(Work& work, index_t kx) {
    slice_forward(work, kx);
    for (index_t ky = 0; ky < yp_; ky += lanes) {
        for (index_t c = 0; c < 3; ++c) {
            FftBlock& block = work.along_z[at(c)];
            for (index_t z = 0; z < nz_; ++z) {
                const index_t from = (c * zp_ + z) * yp_ + ky;
                std::copy_n(work.re.data() + from, lanes, block.re() + z * lanes);
                std::copy_n(work.im.data() + from, lanes, block.im() + z * lanes);
            }
            std::fill(block.re() + nz_ * lanes, block.re() + fz_ * lanes, 0.0);
            std::fill(block.im() + nz_ * lanes, block.im() + fz_ * lanes, 0.0);
            plan_z_.forward(block);
        }
        slice_product(work, kx, ky);
        for (index_t c = 0; c < 3; ++c) {
            FftBlock& block = work.along_z[at(c)];
            plan_z_.backward(block);
            for (index_t z = 0; z < nz_; ++z) {
                const index_t to = (c * zp_ + z) * yp_ + ky;
                std::copy_n(block.re() + z * lanes, lanes, work.re.data() + to);
                std::copy_n(block.im() + z * lanes, lanes, work.im.data() + to);
            }
        }
    }
    slice_backward(work, kx);
}

void InteractionOperator::slice_product(Work& work, index_t kx, index_t ky) {
    const index_t row = std::min(kx, fx_ - kx) * (fz_ / 2 + 1);
    TensorBlock block;
    block.step = yp_;
    for (std::size_t c = 0; c < 3; ++c) {
        block.re[c] = work.along_z[c].re();
        block.im[c] = work.along_z[c].im();
    }
    for (index_t kz = 0; kz < fz_; ++kz) {
        const index_t from = (row + std::min(kz, fz_ - kz)) * 6 * yp_ + ky;
        block.tensor_re = tensor_.re.data() + from;
        block.tensor_im = real_ ? nullptr : tensor_.im.data() + from;
        block.sign_x = 2 * kx > fx_ ? -1.0 : 1.0;
        block.sign_z = 2 * kz > fz_ ? -1.0 : 1.0;
        block.at = kz * lanes;
        kernel_(block);
    }
}

void InteractionOperator::apply(exec::ThreadTeam& team, std::span<const double> x,
                                std::span<double> y) {
    CARAVEL_EXPECTS(real_ && x.size() == at(3 * dipoles_) && y.size() == x.size());
    for_chunks(team, 3 * ny_,
               [&](Work& work, index_t i) { row_forward_real(work, x.data(), i / ny_, i % ny_); });
    for_chunks(team, slices_, [&](Work& work, index_t kx) { slice(work, kx); });
    for_chunks(team, 3 * ny_,
               [&](Work& work, index_t i) { row_backward_real(work, y.data(), i / ny_, i % ny_); });
}

void InteractionOperator::apply(exec::ThreadTeam& team, std::span<const double> xr,
                                std::span<const double> xi, std::span<double> yr,
                                std::span<double> yi) {
    CARAVEL_EXPECTS(!real_ && xr.size() == at(3 * dipoles_) && xi.size() == xr.size() &&
                    yr.size() == xr.size() && yi.size() == xr.size());
    for_chunks(team, 3 * ny_, [&](Work& work, index_t i) {
        row_forward(work, {xr.data(), xi.data()}, i / ny_, i % ny_);
    });
    for_chunks(team, slices_, [&](Work& work, index_t kx) { slice(work, kx); });
    for_chunks(team, 3 * ny_, [&](Work& work, index_t i) {
        row_backward(work, yr.data(), yi.data(), i / ny_, i % ny_);
    });
}

}  // namespace caravel::formulation::optics
