#include "caravel/base/fft.hpp"

#include <cmath>
#include <numbers>
#include <utility>

namespace caravel {
namespace {

index_t without_small_factors(index_t n) {
    for (const index_t factor : {2, 3, 5}) {
        while (n % factor == 0) n /= factor;
    }
    return n;
}

/// exp(-2 pi i k / n), from the first eighth of the circle so that it is exact where it can be.
std::pair<double, double> root_of_unity(index_t k, index_t n) {
    k %= n;
    const index_t eighth = 8 * k / n;
    const auto at = [n](index_t numerator) {  // angle 2 pi numerator / (4 n)
        return std::numbers::pi * static_cast<double>(numerator) / (2.0 * static_cast<double>(n));
    };
    const index_t quarter = ((eighth + 1) / 2) % 4;
    const double angle = at(4 * k - ((eighth + 1) / 2) * n);
    const double c = std::cos(angle);
    const double s = std::sin(angle);
    if (quarter == 0) return {c, -s};
    if (quarter == 1) return {-s, -c};
    if (quarter == 2) return {-c, s};
    return {s, c};
}

}  // namespace

index_t even_fft_length(index_t n) {
    CARAVEL_EXPECTS(n >= 1);
    index_t length = n + n % 2;
    while (without_small_factors(length) != 1) length += 2;
    return length;
}

FftBlock::FftBlock(index_t length)
    : data_(static_cast<std::size_t>(2 * length * fft_lanes)), spare_(data_.size()) {}

FftPlan::FftPlan(index_t length) : FftPlan(length, usable_fft_kernels().back()) {}

FftPlan::FftPlan(index_t length, const FftKernel& kernel) : length_(length), kernel_(kernel) {
    CARAVEL_EXPECTS(length >= 1 && without_small_factors(length) == 1);
    index_t remaining = length;
    for (const int radix : {4, 2, 3, 5}) {
        while (remaining % radix == 0) {
            add_pass(radix, remaining);
            remaining /= radix;
        }
    }
}

void FftPlan::add_pass(int radix, index_t remaining) {
    Step step;
    step.pass.radix = radix;
    step.pass.blocks = remaining / radix;
    step.pass.stride = length_ / remaining * fft_lanes;
    step.first_twiddle = twiddles_.size();
    for (index_t block = 0; block < step.pass.blocks; ++block) {
        for (index_t j = 1; j < radix; ++j) {
            const auto [re, im] = root_of_unity(j * block, remaining);
            twiddles_.push_back(re);
            twiddles_.push_back(im);
        }
    }
    steps_.push_back(step);
}

void FftPlan::run(FftBlock& block, bool swapped) const {
    const std::size_t half = static_cast<std::size_t>(length_ * fft_lanes);
    CARAVEL_EXPECTS(block.data_.size() == 2 * half);
    for (const Step& step : steps_) {
        FftPass pass = step.pass;
        pass.twiddles = twiddles_.data() + step.first_twiddle;
        FftArrays arrays{block.data_.data(), block.data_.data() + half, block.spare_.data(),
                         block.spare_.data() + half};
        if (swapped) {  // the backward transform is the forward one of swapped parts
            std::swap(arrays.in_re, arrays.in_im);
            std::swap(arrays.out_re, arrays.out_im);
        }
        kernel_.run(pass, arrays);
        std::swap(block.data_, block.spare_);
    }
}

}  // namespace caravel
