// The Sobol low-discrepancy sequence, plain or scrambled.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace caravel::inference {

/// The most coordinates a SobolSequence has.
inline constexpr int sobol_dimensions = 128;

/// How a sequence is randomised. Every scrambling keeps the equidistribution of the net and makes
/// each point uniform, so that averages are unbiased and seeds give independent replicates.
enum class Scrambling {
    none,           // the sequence itself; its point 0 is the origin
    digital_shift,  // one random bit pattern per coordinate, added modulo 2
    linear,         // random lower triangular matrix on the digits, then a shift (Matousek)
    nested,         // every digit flipped by a random bit of all digits before it (Owen)
};

/// Points of the unit cube that fill it more evenly than random ones: every 2^k consecutive points
/// from a multiple of 2^k on fall one into each of 2^k elementary slices of any coordinate.
///
/// Point i is a pure function of (dimensions, scrambling, seed, i). Directions of Joe and Kuo
/// (new-joe-kuo-6), natural (not Gray code) order, 32 binary digits; scrambled points lie in the
/// middle of their cell of 2^-32 and never on 0 or 1.
/// Sources: I. M. Sobol, USSR Comp. Math. Math. Phys. 7 (1967) 86; S. Joe and F. Y. Kuo, SIAM J.
/// Sci. Comput. 30 (2008) 2635; A. B. Owen, J. Complexity 14 (1998) 466; J. Matousek, J. Complexity
/// 14 (1998) 527.
class SobolSequence {
  public:
    /// Throws InputError outside of 1 to 128 dimensions.
    SobolSequence(int dimensions, Scrambling scrambling = Scrambling::nested,
                  std::uint64_t seed = 0);

    int dimensions() const { return static_cast<int>(direction_.size()); }

    /// Writes point `index` (below 2^32) to `out`, which has room for all coordinates; throws
    /// std::logic_error otherwise.
    void point(std::uint64_t index, std::span<double> out) const;

  private:
    void mix_directions(std::uint32_t dimension);
    std::uint32_t scrambled(std::uint32_t digits, std::size_t dimension) const;

    std::vector<std::array<std::uint32_t, 32>> direction_;  // of each coordinate, high digit first
    std::vector<std::uint32_t> shift_;
    Scrambling scrambling_;
    std::uint64_t seed_;
};

/// Direction numbers v_1 ... v_32 of coordinate `dimension` (from 0) as fractions of 2^32.
std::array<std::uint32_t, 32> sobol_directions(int dimension);

/// What the directions of a coordinate start from: degree s, inner coefficients `a` of the
/// primitive polynomial and m_1 ... m_s; coordinate 0 (van der Corput) has degree 0.
struct SobolStart {
    int degree = 0;
    std::uint32_t polynomial = 0;
    std::array<std::uint32_t, 10> m{};
};
SobolStart sobol_start(int dimension);

}  // namespace caravel::inference
