// Planes between mirrors as sums of cosines.
#pragma once

#include "caravel/base/fft.hpp"
#include "caravel/base/view.hpp"

#include <vector>

namespace caravel::imaging {

/// Two real planes of nx * ny values, x fastest, transformed at once: X_kl = sum x_ij
/// cos(pi k (i + 1/2)/nx) cos(pi l (j + 1/2)/ny) and back. Lengths of the form 2^a 3^b 5^c.
/// J. Makhoul, IEEE Trans. Acoust. 28, 27 (1980). One per thread.
class CosineTransform {
  public:
    CosineTransform(index_t nx, index_t ny);
    void forward(std::vector<double>& first, std::vector<double>& second);
    void backward(std::vector<double>& first, std::vector<double>& second);

  private:
    struct Axis {
        explicit Axis(index_t n);
        FftPlan plan;
        std::vector<double> cosine, sine;  // of pi k/2n
        std::vector<std::size_t> order;    // sample of the transform's input i
        FftBlock block;
    };
    void lines(Axis& axis, std::size_t count, std::size_t line_step, std::size_t step,
               std::vector<double>& first, std::vector<double>& second, bool forward);
    static void load(Axis& axis, std::size_t from, std::size_t lanes, std::size_t line_step,
                     std::size_t step, const std::vector<double>& first,
                     const std::vector<double>& second);
    static void store(Axis& axis, std::size_t from, std::size_t lanes, std::size_t line_step,
                      std::size_t step, std::vector<double>& first, std::vector<double>& second);
    static void load_frequencies(Axis& axis, std::size_t from, std::size_t lanes,
                                 std::size_t line_step, std::size_t step,
                                 const std::vector<double>& first,
                                 const std::vector<double>& second);
    static void store_samples(Axis& axis, std::size_t from, std::size_t lanes,
                              std::size_t line_step, std::size_t step, std::vector<double>& first,
                              std::vector<double>& second);

    index_t nx_;
    index_t ny_;
    Axis x_;
    Axis y_;
};

}  // namespace caravel::imaging
