#include "caravel/formulation/optics/t_matrix.hpp"

#include "caravel/formulation/optics/angular_functions.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <numbers>

namespace caravel::formulation::optics {
namespace {

using Complex = std::complex<double>;
using std::numbers::pi;

std::size_t index(int i) { return static_cast<std::size_t>(i); }

Complex power_of_i(int exponent) {
    constexpr std::array<Complex, 4> powers{Complex{1, 0}, {0, 1}, {-1, 0}, {0, -1}};
    return powers[index(((exponent % 4) + 4) % 4)];
}

/// <A_{n',m+q}| r_q |A_nm> of the unit vector r between the normalised angular parts A (C of M
/// waves, B of N waves): z for q = 0, x + iy for q = 1. Vector operator: degrees n - 1, n, n + 1.
/// Same type couples n with n +- 1, the other type n with n.
struct UnitVector {
    /// Same type, n to n + 1.
    static double up(int n, int m, int q) {
        const double f = std::sqrt(n * (n + 2.0) / ((2.0 * n + 1.0) * (2.0 * n + 3.0))) / (n + 1.0);
        if (q == 0) return f * std::sqrt((n + 1.0) * (n + 1.0) - static_cast<double>(m) * m);
        return -f * std::sqrt((n + m + 1.0) * (n + m + 2.0));
    }
    /// Same type, n to n - 1.
    static double down(int n, int m, int q) {
        if (n < 2) return 0.0;
        const double f = std::sqrt((n - 1.0) * (n + 1.0) / ((2.0 * n - 1.0) * (2.0 * n + 1.0))) / n;
        if (q == 0)
            return f * std::sqrt(
                           std::max(0.0, static_cast<double>(n) * n - static_cast<double>(m) * m));
        return f * std::sqrt(std::max(0.0, (n - m) * (n - m - 1.0)));
    }
    /// From type N to type M at degree n, over -i (from M to N: over +i).
    static double across(int n, int m, int q) {
        const double g = 1.0 / (n * (n + 1.0));
        return q == 0 ? g * m : g * std::sqrt(std::max(0.0, (n - m) * (n + m + 1.0)));
    }
};

/// A vector over the waves of one m, or one column of a matrix.
struct Waves {
    int m = 0;
    int order = 0;
    std::vector<Complex> m_type, n_type;  // index n - first

    Waves(int azimuthal, int largest)
        : m(azimuthal),
          order(largest),
          m_type(index(largest - TMatrix::first_degree(std::abs(azimuthal)) + 1)),
          n_type(m_type.size()) {}
    int first() const { return TMatrix::first_degree(std::abs(m)); }
};

/// r_q as it acts on vectors of one azimuthal number m.
class UnitVectorOperator {
  public:
    UnitVectorOperator(int m, int q, int order) : m_(m), q_(q) {
        for (int n = TMatrix::first_degree(std::abs(m)); n <= order; ++n) {
            up_.push_back(UnitVector::up(n, m, q));
            down_.push_back(UnitVector::down(n, m, q));
            across_.push_back(UnitVector::across(n, m, q));
        }
    }

    /// r_q v: a vector of azimuthal number m + q.
    Waves operator()(const Waves& v) const {
        Waves result(m_ + q_, v.order);
        const int shift = v.first() - result.first();
        const int size = static_cast<int>(result.m_type.size());
        for (int i = 0; i < static_cast<int>(v.m_type.size()); ++i) {
            const Complex vm = v.m_type[index(i)];
            const Complex vn = v.n_type[index(i)];
            const int same = i + shift;
            if (same + 1 < size) {
                result.m_type[index(same + 1)] += up_[index(i)] * vm;
                result.n_type[index(same + 1)] += up_[index(i)] * vn;
            }
            if (same - 1 >= 0) {
                result.m_type[index(same - 1)] += down_[index(i)] * vm;
                result.n_type[index(same - 1)] += down_[index(i)] * vn;
            }
            if (same >= 0) {
                const double across = across_[index(i)];
                result.m_type[index(same)] += Complex(across * vn.imag(), -across * vn.real());
                result.n_type[index(same)] += Complex(-across * vm.imag(), across * vm.real());
            }
        }
        return result;
    }

    /// r_q of the one wave with place i among its type.
    Waves column(int i, bool magnetic, int order) const {
        Waves result(m_ + q_, order);
        const int same = i + TMatrix::first_degree(std::abs(m_)) - result.first();
        std::vector<Complex>& own = magnetic ? result.m_type : result.n_type;
        std::vector<Complex>& other = magnetic ? result.n_type : result.m_type;
        if (same + 1 < static_cast<int>(own.size())) own[index(same + 1)] = up_[index(i)];
        if (same - 1 >= 0) own[index(same - 1)] = down_[index(i)];
        if (same >= 0)
            other[index(same)] = Complex(0.0, magnetic ? across_[index(i)] : -across_[index(i)]);
        return result;
    }

  private:
    int m_;
    int q_;
    std::vector<double> up_, down_, across_;
};

/// Re <a, b>.
double inner(const Waves& a, const Waves& b) {
    double sum = 0.0;
    for (std::size_t j = 0; j < a.m_type.size(); ++j)
        sum += a.m_type[j].real() * b.m_type[j].real() + a.m_type[j].imag() * b.m_type[j].imag() +
               a.n_type[j].real() * b.n_type[j].real() + a.n_type[j].imag() * b.n_type[j].imag();
    return sum;
}

Complex product(const Complex& a, const Complex& b) {
    return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}

/// Columns of T of azimuthal number m >= 0 in the phases of far-field amplitudes: outgoing M by
/// (-i)^(n+1), N by (-i)^n; incoming M by i^n, N by i^(n-1).
std::vector<Waves> far_field_columns(const TMatrix& t, int m) {
    const int size = t.degrees(m);
    const int first = TMatrix::first_degree(m);
    std::vector<Waves> columns;
    for (int column = 0; column < 2 * size; ++column) {
        Waves waves(m, t.order());
        const int in = first + column % size - (column < size ? 0 : 1);
        for (int j = 0; j < size; ++j) {
            const int n = first + j;
            waves.m_type[index(j)] = product(power_of_i(in - n - 1), t.at(m, j, column));
            waves.n_type[index(j)] = product(power_of_i(in - n), t.at(m, j + size, column));
        }
        columns.push_back(std::move(waves));
    }
    return columns;
}

/// T v by its columns.
Waves multiply(const std::vector<Waves>& columns, const Waves& v) {
    Waves result(v.m, v.order);
    const std::size_t size = v.m_type.size();
    for (std::size_t c = 0; c < columns.size(); ++c) {
        const Complex factor = c < size ? v.m_type[c] : v.n_type[c - size];
        if (factor == 0.0) continue;
        for (std::size_t j = 0; j < size; ++j) {
            result.m_type[j] += product(factor, columns[c].m_type[j]);
            result.n_type[j] += product(factor, columns[c].n_type[j]);
        }
    }
    return result;
}

/// Re Tr(T'^+ r_q T r_q^+) with T of azimuthal number m and T' of m + q.
double directional_trace(const std::vector<Waves>& from, const std::vector<Waves>& to, int q) {
    const int size = static_cast<int>(from.size() / 2);
    const int order = from[0].order;
    const UnitVectorOperator unit_vector(from[0].m, q, order);
    double sum = 0.0;
    for (int c = 0; c < 2 * size; ++c) {
        const Waves turned = unit_vector.column(c % size, c < size, order);
        sum += inner(multiply(to, turned), unit_vector(from[index(c)]));
    }
    return sum;
}

struct Response {
    double extinction = 0.0;  // times k^2
    double scattering = 0.0;  // times k^2
    Waves outgoing;
};

/// What block |m| of T makes of a plane wave.
Response respond(const TMatrix& t, int m, Incidence incidence) {
    const std::vector<Complex> in = plane_wave(m, t.order(), incidence);
    const int size = t.degrees(std::abs(m));
    Response result{0.0, 0.0, Waves(m, t.order())};
    for (int row = 0; row < 2 * size; ++row) {
        Complex value = 0.0;
        for (int column = 0; column < 2 * size; ++column) {
            const bool flipped = m < 0 && (row < size) != (column < size);
            const Complex term = product(t.at(std::abs(m), row, column), in[index(column)]);
            value += flipped ? -term : term;
        }
        result.extinction -= (std::conj(in[index(row)]) * value).real();
        result.scattering += std::norm(value);
        (row < size ? result.outgoing.m_type[index(row)]
                    : result.outgoing.n_type[index(row - size)]) = value;
    }
    return result;
}

/// Far-field phases, and the sign (-1)^m at m > 0 that the unit vector's elements expect.
void to_far_field(Waves& waves) {
    const double sign = waves.m > 0 && waves.m % 2 == 1 ? -1.0 : 1.0;
    for (int n = waves.first(); n <= waves.order; ++n) {
        waves.m_type[index(n - waves.first())] *= sign * power_of_i(-n - 1);
        waves.n_type[index(n - waves.first())] *= sign * power_of_i(-n);
    }
}

}  // namespace

CrossSections average_contribution(const TMatrix& t, int m, double wavenumber) {
    const int side = 2 * t.degrees(m);
    const double factor = (m == 0 ? 1.0 : 2.0) * 2.0 * pi / (wavenumber * wavenumber);
    CrossSections sum;
    for (int i = 0; i < side; ++i) {
        sum.extinction -= factor * t.at(m, i, i).real();
        for (int j = 0; j < side; ++j) sum.scattering += factor * std::norm(t.at(m, i, j));
    }
    sum.absorption = sum.extinction - sum.scattering;
    return sum;
}

CrossSections orientation_average(const TMatrix& t, double wavenumber) {
    CrossSections sum;
    double forward = 0.0;
    std::vector<Waves> below;
    for (int m = 0; m < t.blocks(); ++m) {  // -m gives the same as m
        const CrossSections part = average_contribution(t, m, wavenumber);
        sum.extinction += part.extinction;
        sum.scattering += part.scattering;
        std::vector<Waves> here = far_field_columns(t, m);
        forward += (m == 0 ? 1.0 : 2.0) * directional_trace(here, here, 0);
        if (m > 0) forward += 2.0 * directional_trace(below, here, 1);
        below = std::move(here);
    }
    sum.absorption = sum.extinction - sum.scattering;
    sum.anisotropy = 2.0 * pi / (wavenumber * wavenumber) * forward / sum.scattering;
    return sum;
}

double reciprocity_defect(const TMatrix& t) {
    double defect = 0.0;
    double norm = 0.0;
    for (int m = 0; m < t.blocks(); ++m) {
        const int size = t.degrees(m);
        for (int i = 0; i < 2 * size; ++i) {
            for (int j = 0; j < 2 * size; ++j) {
                const double sign = (i < size) == (j < size) ? 1.0 : -1.0;
                defect += std::norm(t.at(m, i, j) - sign * t.at(m, j, i));
                norm += std::norm(t.at(m, i, j));
            }
        }
    }
    return std::sqrt(defect / norm);
}

std::vector<Complex> plane_wave(int m, int order, Incidence incidence) {
    const int first = TMatrix::first_degree(std::abs(m));
    const auto size = index(std::max(0, order - first + 1));
    std::vector<Complex> wave(2 * size);
    const double scale = 4.0 * pi / std::sqrt(2.0 * pi);
    const Complex i(0.0, 1.0);
    const std::array<double, 1> equator{0.0};
    const AngularFunctions angular(std::abs(m), order, equator);
    for (int n = first; n <= order; ++n) {
        double pi_n = 0.0;
        double tau_n = 0.0;
        if (incidence == Incidence::along_axis) {
            if (std::abs(m) == 1) {
                tau_n = std::sqrt(2.0 * n + 1.0) / (2.0 * std::numbers::sqrt2);
                pi_n = m * tau_n;
            }
        } else {
            pi_n = (m < 0 ? -1.0 : 1.0) * angular.pi(n)[0];
            tau_n = angular.tau(n)[0];
        }
        const bool polar = incidence != Incidence::field_across_axis;
        const auto at = index(n - first);
        wave[at] = scale * power_of_i(n) * (polar ? -i * pi_n : Complex(-tau_n));
        wave[size + at] = scale * power_of_i(n - 1) * (polar ? Complex(tau_n) : -i * pi_n);
    }
    return wave;
}

CrossSections fixed_cross_sections(const TMatrix& t, double wavenumber, Incidence incidence) {
    CrossSections sum;
    const double factor = 1.0 / (wavenumber * wavenumber);
    for (int m = 0; m < t.blocks(); ++m) {  // -m gives the same as m
        const Response part = respond(t, m, incidence);
        sum.extinction += (m == 0 ? 1.0 : 2.0) * factor * part.extinction;
        sum.scattering += (m == 0 ? 1.0 : 2.0) * factor * part.scattering;
    }
    sum.absorption = sum.extinction - sum.scattering;
    return sum;
}

CrossSections fixed_orientation(const TMatrix& t, double wavenumber, Incidence incidence) {
    CrossSections sum = fixed_cross_sections(t, wavenumber, incidence);
    const int q = incidence == Incidence::along_axis ? 0 : 1;
    double forward = 0.0;
    Waves below(0, t.order());
    for (int m = -t.blocks() + 1; m < t.blocks(); ++m) {
        Waves here = respond(t, m, incidence).outgoing;
        to_far_field(here);
        if (q == 0) forward += inner(here, UnitVectorOperator(m, 0, t.order())(here));
        if (q == 1 && m > -t.blocks() + 1)
            forward += inner(here, UnitVectorOperator(m - 1, 1, t.order())(below));
        below = std::move(here);
    }
    sum.anisotropy = forward / (wavenumber * wavenumber) / sum.scattering;
    return sum;
}

}  // namespace caravel::formulation::optics
