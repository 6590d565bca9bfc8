#include "caravel/formulation/optics/sphere_near_field.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/quadrature.hpp"
#include "caravel/formulation/optics/layered_sphere.hpp"
#include "caravel/formulation/optics/mie_setup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace caravel::formulation::optics {
namespace {

using Complex = std::complex<double>;
using mie::Surface;
using mie::to_std;

constexpr Complex i_unit{0.0, 1.0};

/// Phi and its slope (over the permittivity for electric multipoles), both continuous everywhere:
/// Phi_b/x and slope_a/x are the tangential field of magnetic and electric multipoles.
struct Multipole {
    Complex phi;
    Complex slope;
};

struct Order {
    Multipole electric;
    Multipole magnetic;
};

/// [surface][order - 1]
using Solution = std::vector<std::vector<Order>>;

/// The states of one multipole at the surfaces, and the factors that lead its amplitude inwards.
struct Ladder {
    std::vector<Surface<double>> states;
    std::vector<Complex> transfers;  // [shell]
};

mie::Complex<double> product(const mie::Complex<double>& a, const mie::Complex<double>& b) {
    return a * b;
}

void climb(Ladder& ladder, Surface<double> state, const mie::Shell<double>& shell) {
    const mie::Complex<double> w_inner = shell.at.rho_inner - shell.at.delta_inner;
    const mie::Complex<double> w_outer = shell.at.rho_outer - shell.at.delta_outer;
    const mie::Complex<double> s = shell.at.ratio;
    mie::pass(state, shell.at, w_inner, product(product(s, s), w_outer));
    const double factor = mie::rescale(state);
    ladder.transfers.push_back(to_std(product(product(s, w_inner), w_outer)) * factor);
    ladder.states.push_back(state);
}

/// Amplitudes from the outermost surface inwards: Phi = amplitude * den there.
void descend(const Ladder& ladder, Complex amplitude, std::span<const double> sizes,
             std::span<const Complex> permittivities, double n, Solution& solution, bool electric) {
    for (std::size_t j = sizes.size(); j-- > 0;) {
        const Complex den = to_std(ladder.states[j].den);
        const Complex num = to_std(ladder.states[j].num);
        Order& order = solution[j].back();
        const Complex slope = amplitude * ((n + 1.0) / sizes[j] * den - num);
        if (electric)
            order.electric = {amplitude * den, slope / permittivities[j]};
        else
            order.magnetic = {amplitude * den, slope};
        if (j > 0) amplitude *= ladder.transfers[j - 1];
    }
}

/// The solver of one layered sphere, order by order.
class Orders {
  public:
    Orders(std::span<const double> sizes, std::span<const Complex> indices, int count)
        : prepared_(sizes, indices, count), sizes_(sizes), solution_(sizes.size()) {
        const mie::Sphere<double>& sphere = prepared_.sphere();
        for (const Complex& m : indices)
            permittivities_.push_back(mie::is_conductor(m) ? Complex(1.0) : m * m);
        delta_ = mie::first_delta(sphere.inverse_outer);
        inverse_zeta_ = i_unit * std::exp(-i_unit * sizes.back());
        for (int n = 1; n <= count; ++n) add(sphere, n);
    }
    Solution take() { return std::move(solution_); }

  private:
    void add(const mie::Sphere<double>& sphere, int n) {
        const double order = n;
        const bool conductor = sphere.rho_core == nullptr;
        const mie::Complex<double> one{1.0, 0.0};
        Ladder a;
        Ladder b;
        if (conductor) {
            a.states.push_back({{(order + 1.0) * sphere.inverse_core, 0.0}, one});
            b.states.push_back({one, {}});
        } else {
            a.states.push_back({sphere.rho_core[n], one});
            b.states.push_back(a.states.front());
        }
        for (int l = 0; l < sphere.shell_count; ++l) {
            mie::Shell<double>& shell = sphere.shells[l];
            mie::raise(shell.at, n, shell.permittivity, shell.inverse_inner, shell.inverse_outer);
            shell.at.rho_inner = shell.rho_inner[n];
            shell.at.rho_outer = shell.rho_outer[n];
            Surface<double> state = a.states.back();
            if (l > 0 || !conductor)
                mie::cross(state, shell.kappa, shell.less_one, shell.inverse_inner * (order + 1.0));
            climb(a, state, shell);
            climb(b, b.states.back(), shell);
        }
        inverse_zeta_ /= to_std(delta_);  // zeta_{n-1}/zeta_n = 1/delta_{n-1} in the medium
        delta_ = mie::subtract(sphere.inverse_outer * (2.0 * order + 1.0), mie::reciprocal(delta_));
        for (std::vector<Order>& surface : solution_) surface.emplace_back();
        Surface<double> outside = a.states.back();
        if (sphere.shell_count > 0 || !conductor)
            mie::cross(outside, sphere.kappa, sphere.less_one,
                       sphere.inverse_outer * (order + 1.0));
        descend(a, amplitude(outside), sizes_, permittivities_, order, solution_, true);
        descend(b, amplitude(b.states.back()), sizes_, permittivities_, order, solution_, false);
    }

    /// Phi/den at the outer surface, where Phi = psi - c zeta = i den / (zeta (num - delta den)).
    Complex amplitude(const Surface<double>& s) const {
        return i_unit * inverse_zeta_ / (to_std(s.num) - to_std(delta_) * to_std(s.den));
    }

    mie::PreparedSphere prepared_;
    std::span<const double> sizes_;
    std::vector<Complex> permittivities_;
    Solution solution_;
    mie::Complex<double> delta_;
    Complex inverse_zeta_;
};

}  // namespace

struct SphereField::Shell {
    double radius = 0.0;
    Complex permittivity = 1.0;
    std::vector<Order> orders;
};

/// E without cos(phi), cos(phi), -sin(phi).
struct SphereField::Tangents {
    Complex radial, polar, azimuthal;
};

SphereField::SphereField(std::span<const double> size_parameters,
                         std::span<const std::complex<double>> relative_indices)
    : sizes_(size_parameters.begin(), size_parameters.end()),
      indices_(relative_indices.begin(), relative_indices.end()) {
    mie::check_layers(sizes_, indices_);
}

/// The radius becomes a surface of its own, with the same material on both sides.
SphereField::Shell SphereField::at(double radius) const {
    if (!(radius >= 0.0 && radius <= mie::largest_size_parameter)) {
        const std::string what = fmt::format("field at the radius {}/k", radius);
        throw InputError(
            Diagnostic{{}, what, fmt::format("0 to {}", mie::largest_size_parameter), ""});
    }
    const double r = std::max(radius, 1e-6 * sizes_.front());
    std::vector<double> sizes = sizes_;
    std::vector<Complex> indices = indices_;
    const auto place = std::lower_bound(sizes.begin(), sizes.end(), r) - sizes.begin();
    const auto j = static_cast<std::size_t>(place);
    Shell shell;
    shell.radius = r;
    const bool surface = j < sizes.size() && sizes[j] == r;
    const std::size_t material = surface ? j + 1 : j;
    const Complex index = material < indices.size() ? indices[material] : Complex(1.0);
    if (mie::is_conductor(index)) return shell;
    shell.permittivity = index * index;
    if (!surface) {
        sizes.insert(sizes.begin() + place, r);
        indices.insert(indices.begin() + place, index);
    }
    Orders orders(sizes, indices, mie_field_orders(sizes.back()));
    shell.orders = std::move(orders.take()[j]);
    return shell;
}

SphereField::Tangents SphereField::angular_sums(const Shell& shell, double cosine) {
    const double sine = std::sqrt(std::max(0.0, 1.0 - cosine * cosine));
    Tangents e{};
    double before = 0.0;
    double pi = 1.0;
    Complex power = i_unit;
    const double r = shell.radius;
    for (std::size_t k = 0; k < shell.orders.size(); ++k) {
        const double n = static_cast<double>(k + 1);
        const double tau = n * cosine * pi - (n + 1.0) * before;
        const Complex weight = power * ((2.0 * n + 1.0) / (n * (n + 1.0)));
        const Order& o = shell.orders[k];
        const Complex magnetic = weight * o.magnetic.phi / r;
        const Complex electric = -i_unit * weight * o.electric.slope / r;
        e.radial -= i_unit * weight * n * (n + 1.0) * sine * pi * o.electric.phi /
                    (shell.permittivity * r * r);
        e.polar += magnetic * pi + electric * tau;
        e.azimuthal += magnetic * tau + electric * pi;
        const double next = ((2.0 * n + 1.0) * cosine * pi - (n + 1.0) * before) / n;
        before = pi;
        pi = next;
        power *= i_unit;
    }
    return e;
}

ComplexVector3 SphereField::electric(const Vector3& p) const {
    const double across = std::hypot(p[0], p[1]);
    const double radius = std::hypot(across, p[2]);
    const Shell shell = at(radius);
    const double cosine = radius > 0.0 ? p[2] / radius : 1.0;
    const double sine = radius > 0.0 ? across / radius : 0.0;
    const double cos_phi = across > 0.0 ? p[0] / across : 1.0;
    const double sin_phi = across > 0.0 ? p[1] / across : 0.0;
    const Tangents sums = angular_sums(shell, cosine);
    const Complex er = cos_phi * sums.radial;
    const Complex et = cos_phi * sums.polar;
    const Complex ep = -sin_phi * sums.azimuthal;
    const Complex flat = er * sine + et * cosine;
    return {flat * cos_phi - ep * sin_phi, flat * sin_phi + ep * cos_phi, er * cosine - et * sine};
}

double SphereField::mean_intensity(double radius) const {
    const Shell shell = at(radius);
    const double r2 = shell.radius * shell.radius;
    double sum = 0.0;
    for (std::size_t k = 0; k < shell.orders.size(); ++k) {
        const double n = static_cast<double>(k + 1);
        const Order& o = shell.orders[k];
        sum += (2.0 * n + 1.0) *
               ((std::norm(o.magnetic.phi) + std::norm(o.electric.slope)) / r2 +
                n * (n + 1.0) * std::norm(o.electric.phi / shell.permittivity) / (r2 * r2));
    }
    return 0.5 * sum;
}

double SphereField::mean_squared_intensity(double radius) const {
    const Shell shell = at(radius);
    double mean = 0.0;
    const QuadratureRule rule = gauss_legendre(2 * (static_cast<int>(shell.orders.size()) + 1));
    for (std::size_t i = 0; i < rule.size(); ++i) {
        const Tangents e = angular_sums(shell, rule.node[i]);
        const double along = std::norm(e.radial) + std::norm(e.polar);  // times cos^2(phi)
        const double across = std::norm(e.azimuthal);                   // times sin^2(phi)
        const double over_phi =
            (3.0 * along * along + 3.0 * across * across + 2.0 * along * across) / 8.0;
        mean += 0.5 * rule.weight[i] * over_phi;
    }
    return mean;
}

std::vector<double> SphereField::layer_absorption() const {
    Orders orders(sizes_, indices_, mie_orders(sizes_.back()));
    const Solution solution = orders.take();
    std::vector<double> absorbed;
    double within = 0.0;
    for (const std::vector<Order>& surface : solution) {
        double flux = 0.0;
        for (std::size_t k = 0; k < surface.size(); ++k)
            flux -= (2.0 * static_cast<double>(k + 1) + 1.0) *
                    (std::imag(surface[k].electric.slope * std::conj(surface[k].electric.phi)) +
                     std::imag(surface[k].magnetic.slope * std::conj(surface[k].magnetic.phi)));
        absorbed.push_back(2.0 * (flux - within) / (sizes_.back() * sizes_.back()));
        within = flux;
    }
    return absorbed;
}

}  // namespace caravel::formulation::optics
