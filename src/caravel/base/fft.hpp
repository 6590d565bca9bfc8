// Discrete Fourier transforms of eight series at a time.
#pragma once

#include "caravel/base/fft_passes.hpp"

#include <vector>

namespace caravel {

/// Smallest even length >= n of the form 2^a 3^b 5^c; n >= 1.
index_t even_fft_length(index_t n);

/// Eight series of one length, split complex: sample i of lane l is re()[i * fft_lanes + l].
class FftBlock {
  public:
    explicit FftBlock(index_t length);
    double* re() { return data_.data(); }
    double* im() { return data_.data() + data_.size() / 2; }

  private:
    friend class FftPlan;
    std::vector<double> data_;
    std::vector<double> spare_;
};

/// Transforms of one length by passes of radix 4, 2, 3 and 5 that sort as they go (Stockham).
/// forward: X_k = sum_j x_j exp(-2 pi i j k / n); backward has the other sign; neither is scaled.
/// Relative error of the order of 1e-16 log2(n). The bits do not depend on the vector width.
class FftPlan {
  public:
    /// Throws std::logic_error for a length below 1 or with a prime factor above 5.
    explicit FftPlan(index_t length);
    /// The same with a given kernel.
    FftPlan(index_t length, const FftKernel& kernel);

    index_t length() const { return length_; }
    void forward(FftBlock& block) const { run(block, false); }
    void backward(FftBlock& block) const { run(block, true); }

  private:
    struct Step {
        FftPass pass;  // its twiddles are set when it runs
        std::size_t first_twiddle = 0;
    };

    void add_pass(int radix, index_t remaining);
    void run(FftBlock& block, bool swapped) const;

    index_t length_;
    FftKernel kernel_;
    std::vector<Step> steps_;
    std::vector<double> twiddles_;
};

}  // namespace caravel
