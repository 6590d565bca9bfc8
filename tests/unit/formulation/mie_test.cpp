#include "caravel/base/error.hpp"
#include "caravel/exec/threads.hpp"
#include "caravel/formulation/optics/layered_sphere.hpp"
#include "caravel/formulation/optics/mie_batch.hpp"
#include "caravel/formulation/optics/sphere_near_field.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <functional>
#include <numbers>
#include <random>
#include <vector>

namespace caravel::formulation::optics {
namespace {

using std::numbers::pi;
using Complex = std::complex<double>;

SphereResult sphere(std::vector<double> x, std::vector<Complex> m) { return layered_sphere(x, m); }

TEST(Mie, TinySphereIsRayleighs) {
    const double x = 1e-3;
    const Complex m{1.5, 0.1};
    const Complex k = (m * m - 1.0) / (m * m + 2.0);
    const SphereResult r = sphere({x}, {m});
    EXPECT_NEAR(r.scattering / (8.0 / 3.0 * std::pow(x, 4) * std::norm(k)), 1.0, 1e-5);
    EXPECT_NEAR(r.absorption / (4.0 * x * k.imag()), 1.0, 1e-5);
    EXPECT_LT(std::abs(r.anisotropy), 1e-6);
}

TEST(Mie, HugeSphereTakesTwiceItsShadow) {
    EXPECT_NEAR(sphere({1e5}, {{1.5, 0.1}}).extinction, 2.0, 2e-3);
}

TEST(Mie, LayersOfOneMaterialAreOneSphere) {
    const SphereResult one = sphere({3.0}, {{1.4, 0.2}});
    const SphereResult three = sphere({0.01, 2.9999, 3.0}, {{1.4, 0.2}, {1.4, 0.2}, {1.4, 0.2}});
    EXPECT_NEAR(three.extinction / one.extinction, 1.0, 1e-14);
    EXPECT_NEAR(three.backscattering / one.backscattering, 1.0, 1e-12);
}

TEST(Mie, AShellOfMediumDoesNotCountAndTheMediumIsInvisible) {
    const SphereResult bare = sphere({2.0}, {{0.3, 3.0}});
    const SphereResult wrapped = sphere({2.0, 2.5}, {{0.3, 3.0}, 1.0});
    EXPECT_NEAR(wrapped.extinction * 2.5 * 2.5, bare.extinction * 4.0, 1e-12);
    EXPECT_LT(sphere({2.0}, {1.0}).extinction, 1e-30);
}

TEST(Mie, PerfectConductorIsTheLimitOfAMetal) {
    const SphereResult conductor = sphere({1.5}, {perfect_conductor()});
    const SphereResult metal = sphere({1.5}, {{0.0, 1e6}});
    EXPECT_NEAR(conductor.extinction / metal.extinction, 1.0, 1e-5);
    EXPECT_DOUBLE_EQ(conductor.absorption, 0.0);
    EXPECT_NEAR(sphere({1e-3}, {perfect_conductor()}).scattering, 10.0 / 3.0 * 1e-12, 1e-17);
    const SphereResult coated = sphere({1.0, 1.5}, {perfect_conductor(), {1.5, 0.1}});
    const SphereResult coated_metal = sphere({1.0, 1.5}, {{0.0, 1e6}, {1.5, 0.1}});
    EXPECT_NEAR(coated.extinction / coated_metal.extinction, 1.0, 1e-5);
    EXPECT_NEAR(coated.absorption / coated_metal.absorption, 1.0, 1e-4);
}

TEST(Mie, LosslessLayersAbsorbNothing) {
    EXPECT_DOUBLE_EQ(sphere({0.01, 0.02}, {1.5, 2.0}).absorption, 0.0);
    EXPECT_LT(std::abs(sphere({1.0, 2.0}, {1.5, 2.0}).absorption), 1e-14);
}

TEST(Mie, AmplitudesGiveExtinctionAndBackscattering) {
    const double x = 4.0;
    const std::vector<double> size{x};
    const std::vector<Complex> index{{1.5, 0.1}};
    const MieCoefficients c = mie_coefficients(size, index);
    const SphereResult r = layered_sphere(size, index);
    const std::vector<double> cosines{1.0, -1.0};
    const auto s = scattering_amplitudes(c, cosines);
    EXPECT_NEAR(4.0 / (x * x) * s[0].s1.real(), r.extinction, 1e-13);
    EXPECT_NEAR(4.0 / (x * x) * std::norm(s[1].s1), r.backscattering, 1e-13);
    EXPECT_LT(std::abs(s[0].s1 - s[0].s2), 1e-13);
    EXPECT_LT(std::abs(s[1].s1 + s[1].s2), 1e-13);
    EXPECT_DOUBLE_EQ(efficiencies(c, x).extinction, r.extinction);
}

// Wiscombe's case m = 1.5 - 1i, x = 1, as miepython prints it (time factor exp(+i omega t))
TEST(Mie, AmplitudesOfWiscombesCase) {
    const MieCoefficients c =
        mie_coefficients(std::vector<double>{1.0}, std::vector<Complex>{{1.5, 1.0}});
    const auto s = scattering_amplitudes(c, std::vector<double>{1.0, 0.0});
    EXPECT_NEAR(s[0].s1.real(), 0.584080, 5.1e-7);
    EXPECT_NEAR(s[0].s1.imag(), -0.190515, 5.1e-7);
    EXPECT_NEAR(s[1].s1.real(), 0.456340, 5.1e-7);
    EXPECT_NEAR(s[1].s1.imag(), -0.167167, 5.1e-7);
    EXPECT_NEAR(s[1].s2.real(), 0.0362285, 5.1e-8);
    EXPECT_NEAR(s[1].s2.imag(), 0.0618265, 5.1e-8);
}

TEST(Mie, CrossSectionsScaleWithTheMediumAndTheRadius) {
    const std::vector<double> radii{20e-9};
    const std::vector<Complex> index{{0.6, 2.1}};
    const CrossSections c = sphere_cross_sections(radii, index, 1.33, 524e-9);
    const double x = 2.0 * pi * 1.33 * 20.0 / 524.0;
    const SphereResult r = sphere({x}, {index[0] / 1.33});
    EXPECT_NEAR(c.extinction / (pi * 4e-16 * r.extinction), 1.0, 1e-13);
    EXPECT_NEAR(c.extinction, c.scattering + c.absorption, 1e-27);
}

std::string message(const std::function<void()>& call) {
    try {
        call();
    } catch (const InputError& error) {
        return error.what();
    }
    return "no error";
}

TEST(Mie, BadSpheresAreRefusedByName) {
    const auto says = [](std::vector<double> x, std::vector<Complex> m, const char* part) {
        const std::string text = message([&] { layered_sphere(x, m); });
        EXPECT_NE(text.find(part), std::string::npos) << text;
    };
    says({}, {}, "at least one layer");
    says({1.0, 2.0}, {1.5}, "one index per layer");
    says({2.0, 1.0}, {1.5, 1.5}, "size parameter 1 of layer 2");
    says({-1.0}, {1.5}, "size parameter -1 of layer 1");
    says({2e5}, {1.5}, "at most 100000");
    says({1e-40}, {1.5}, "the smallest there is");
    says({std::nan("")}, {1.5}, "size parameter nan");
    says({1.0}, {{1.5, -0.1}}, "absorption is a positive imaginary part");
    says({1.0}, {0.0}, "refractive index 0 + 0i of layer 1");
    says({1.0, 2.0}, {1.5, perfect_conductor()}, "innermost layer only");
    EXPECT_NE(message([] {
                  sphere_cross_sections(std::vector<double>{1e-8}, std::vector<Complex>{1.5}, 0.0,
                                        5e-7);
              }).find("medium index 0"),
              std::string::npos);
}

struct Batch {
    int layers;
    std::vector<double> x, re, im;
    std::size_t count() const { return x.size() / static_cast<std::size_t>(layers); }
};

Batch random_batch(int layers, std::size_t count, double largest) {
    std::mt19937_64 random(5);
    std::uniform_real_distribution<double> u(0.0, 1.0);
    const std::size_t values = count * static_cast<std::size_t>(layers);
    Batch b{layers, std::vector<double>(values), std::vector<double>(values),
            std::vector<double>(values)};
    for (std::size_t i = 0; i < count; ++i) {
        const double x = largest * std::pow(10.0, -3.0 * u(random));
        for (int l = 0; l < layers; ++l) {
            const std::size_t at = static_cast<std::size_t>(l) * count + i;
            b.x[at] = x * (l + 0.1 + 0.8 * u(random)) / layers;
            b.re[at] = 0.1 + 3.0 * u(random);
            b.im[at] = i % 3 == 0 ? 0.0 : 4.0 * u(random);
        }
    }
    return b;
}

struct Columns {
    std::vector<double> ext, sca, absorbed, back, g;
    explicit Columns(std::size_t n) : ext(n), sca(n), absorbed(n), back(n), g(n) {}
    bool operator==(const Columns&) const = default;
};

Columns run(const Batch& b, int threads, MieLanes lanes) {
    exec::ThreadTeam team(threads);
    Columns c(b.count());
    layered_spheres(team, {b.layers, b.x, b.re, b.im}, {c.ext, c.sca, c.absorbed, c.back, c.g},
                    lanes);
    return c;
}

TEST(MieBatch, AgreesWithSingleSpheres) {
    for (int layers = 1; layers <= 4; ++layers) {
        const Batch b = random_batch(layers, 203, 30.0);
        const Columns c = run(b, 1, widest_mie_lanes());
        for (std::size_t i = 0; i < b.count(); ++i) {
            std::vector<double> x;
            std::vector<Complex> m;
            for (std::size_t l = 0; l < static_cast<std::size_t>(layers); ++l) {
                x.push_back(b.x[l * b.count() + i]);
                m.emplace_back(b.re[l * b.count() + i], b.im[l * b.count() + i]);
            }
            const SphereResult r = layered_sphere(x, m);
            EXPECT_NEAR(c.ext[i] / r.extinction, 1.0, 1e-12) << layers << " " << i;
            EXPECT_NEAR(c.sca[i] / r.scattering, 1.0, 1e-12) << layers << " " << i;
            EXPECT_NEAR((c.absorbed[i] - r.absorption) / r.extinction, 0.0, 1e-12);
            EXPECT_NEAR((c.back[i] - r.backscattering) / r.scattering, 0.0, 1e-10);
            EXPECT_NEAR(c.g[i], r.anisotropy, 1e-12) << layers << " " << i;
        }
    }
}

TEST(MieBatch, BitsDependNeitherOnThreadsNorOnLanes) {
    const Batch b = random_batch(2, 1003, 5.0);
    const Columns one = run(b, 1, MieLanes::baseline);
    EXPECT_TRUE(one == run(b, 3, MieLanes::baseline));
    EXPECT_TRUE(one == run(b, 2, widest_mie_lanes()));
    if (widest_mie_lanes() == MieLanes::avx512) {
        EXPECT_TRUE(one == run(b, 2, MieLanes::avx2));
    }
}

TEST(MieBatch, BadBatchesAreRefused) {
    exec::ThreadTeam team(1);
    std::vector<double> x{1.0, 2.0, 3.0, 1.5};  // the second sphere's shell lies within its core
    const std::vector<double> re(4, 1.5);
    const std::vector<double> im(4, 0.0);
    std::vector<double> ext(2);
    SphereBatchResult result;
    result.extinction = ext;
    const auto says = [&](int layers, const char* part) {
        const std::string text = message([&] {
            layered_spheres(team, {layers, x, re, im}, result);
        });
        EXPECT_NE(text.find(part), std::string::npos) << text;
    };
    says(2, "sphere 2 of the batch: size parameter 1.5 of layer 2");
    says(1, "result column of 2 values");
    says(3, "a multiple of the layers");
    says(5, "1 to 4 layers");
    x[3] = 4.0;
    says(2, "no error");
}

TEST(SphereField, SmallSphereHoldsTheUniformFieldOfStatics) {
    const Complex m{0.3, 2.5};
    const SphereField field(std::vector<double>{1e-3}, std::vector<Complex>{m});
    const Complex inside = 3.0 / (m * m + 2.0);
    for (const double z : {0.0, 3e-4, -8e-4}) {
        const ComplexVector3 e = field.electric({2e-4, 1e-4, z});
        EXPECT_LT(std::abs(e[0] - inside), 1e-3 * std::abs(inside));
        EXPECT_LT(std::abs(e[1]), 1e-3);
        EXPECT_LT(std::abs(e[2]), 3e-3);
    }
    // on the surface along the polarisation the normal field is eps times the inner one
    const Complex pole = m * m * inside;
    EXPECT_NEAR(std::abs(field.electric({1e-3 * (1.0 + 1e-9), 0.0, 0.0})[0] / pole), 1.0, 1e-3);
    // mean over the surface: (|eps E|^2 + 2 |E|^2)/3
    const double mean = std::norm(inside) * (std::norm(m * m) + 2.0) / 3.0;
    EXPECT_NEAR(field.mean_intensity(1e-3) / mean, 1.0, 1e-3);
}

TEST(SphereField, TheMediumAloneCarriesThePlaneWave) {
    const SphereField field(std::vector<double>{1.0}, std::vector<Complex>{1.0});
    for (const double z : {-3.0, 0.2, 5.0}) {
        const ComplexVector3 e = field.electric({0.4, -0.7, z});
        EXPECT_LT(std::abs(e[0] - std::exp(Complex(0.0, z))), 1e-12);
        EXPECT_LT(std::abs(e[1]) + std::abs(e[2]), 1e-12);
    }
    EXPECT_NEAR(field.mean_intensity(1.0), 1.0, 1e-13);
    EXPECT_NEAR(field.mean_squared_intensity(2.0), 1.0, 1e-12);
}

TEST(SphereField, MeanFieldsAreAveragesOverPoints) {
    const std::vector<double> x{0.8, 1.1};
    const std::vector<Complex> m{{1.1, 0.0}, {0.2, 3.0}};
    const SphereField field(x, m);
    for (const double radius : {0.3, 0.9, 1.2, 2.0}) {
        double square = 0.0;
        double fourth = 0.0;
        const int rings = 200;
        for (int i = 0; i < rings; ++i) {
            const double z = radius * (2.0 * (i + 0.5) / rings - 1.0);
            const double across = std::sqrt(radius * radius - z * z);
            for (int j = 0; j < 8; ++j) {
                const double phi = 2.0 * pi * (j + 0.3) / 8.0;
                const ComplexVector3 e =
                    field.electric({across * std::cos(phi), across * std::sin(phi), z});
                const double e2 = std::norm(e[0]) + std::norm(e[1]) + std::norm(e[2]);
                square += e2 / (8.0 * rings);
                fourth += e2 * e2 / (8.0 * rings);
            }
        }
        EXPECT_NEAR(field.mean_intensity(radius) / square, 1.0, 1e-3) << radius;
        EXPECT_NEAR(field.mean_squared_intensity(radius) / fourth, 1.0, 3e-3) << radius;
    }
}

TEST(SphereField, FarFieldIsTheScatteringAmplitude) {
    const std::vector<double> x{2.0};
    const std::vector<Complex> m{{1.5, 0.2}};
    const SphereField field(x, m);
    const double r = 5000.0;
    const ComplexVector3 e = field.electric({0.0, r, 0.0});  // perpendicular to x: S1 at 90
    const Complex scattered = e[0] - 1.0;
    const auto s = scattering_amplitudes(mie_coefficients(x, m), std::vector<double>{0.0});
    const Complex expected = std::exp(Complex(0.0, r)) * s[0].s1 * Complex(0.0, 1.0) / r;
    EXPECT_LT(std::abs(scattered - expected), 2e-3 * std::abs(expected));
}

TEST(SphereField, NoFieldInAConductorAndNormalFieldAtIt) {
    const SphereField field(std::vector<double>{1.0, 1.5},
                            std::vector<Complex>{perfect_conductor(), {1.5, 0.1}});
    EXPECT_DOUBLE_EQ(field.mean_intensity(0.5), 0.0);
    const ComplexVector3 e = field.electric({0.0, 0.0, 1.0});
    EXPECT_LT(std::abs(e[0]), 1e-12);
    const std::vector<double> absorbed = field.layer_absorption();
    EXPECT_DOUBLE_EQ(absorbed[0], 0.0);
    EXPECT_NEAR(absorbed[1], sphere({1.0, 1.5}, {perfect_conductor(), {1.5, 0.1}}).absorption,
                1e-13);
    EXPECT_NE(message([&] { field.mean_intensity(-1.0); }).find("radius -1"), std::string::npos);
}

}  // namespace
}  // namespace caravel::formulation::optics
