// Relaxivity of particles in blood, on cells and in endosomes.
#include "caravel/base/error.hpp"
#include "caravel/formulation/magnetism/relaxivity.hpp"
#include "caravel/imaging/mri/contrast.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace caravel::imaging {
namespace {

const Relaxivity free_particle{10.0, 100.0, 110.0};  // 1/s per mM

ClusteredParticles magnetite() {
    ClusteredParticles p;
    p.magnetic_volume = 1.49e-5;  // m3 per mM of iron and m3
    p.magnetisation = 446e3;
    return p;
}

Relaxivity in(const std::array<Relaxivity, compartment_count>& all, Compartment c) {
    return all[static_cast<std::size_t>(c)];
}

TEST(Contrast, FreeParticlesKeepTheirRelaxivity) {
    const auto all = compartment_relaxivities(free_particle, magnetite());
    for (const auto c : {Compartment::blood, Compartment::free, Compartment::bound}) {
        EXPECT_DOUBLE_EQ(in(all, c).r1, 10.0);
        EXPECT_DOUBLE_EQ(in(all, c).r2, 100.0);
        EXPECT_DOUBLE_EQ(in(all, c).r2_star, 110.0);
    }
}

TEST(Contrast, EndosomesReachTheStaticPlateau) {
    const Relaxivity r =
        in(compartment_relaxivities(free_particle, magnetite()), Compartment::endosome);
    // 2 pi/(3 sqrt 3) 1.49e-5 gamma mu0 446 kA/m / 3, whatever the packing
    EXPECT_NEAR(r.r2_star, 900.5, 1.0);
    ClusteredParticles dense = magnetite();
    dense.packing = 0.2;
    EXPECT_NEAR(in(compartment_relaxivities(free_particle, dense), Compartment::endosome).r2_star,
                900.5, 1.0);
}

TEST(Contrast, LargeEndosomesLoseSpinEchoRelaxivityButNotFreeDecay) {
    ClusteredParticles p = magnetite();
    p.endosome_diameter = 5e-6;
    p.half_echo = 2e-3;
    const Relaxivity r = in(compartment_relaxivities(free_particle, p), Compartment::endosome);
    EXPECT_LT(r.r2, 450.0);
    EXPECT_NEAR(r.r2_star, 900.5, 1.0);
}

TEST(Contrast, LongitudinalRelaxivityCollapsesInEndosomes) {
    const Relaxivity r =
        in(compartment_relaxivities(free_particle, magnetite()), Compartment::endosome);
    // 10 1/(s mM) * 0.05/1.49e-5 mM = 33557 1/s within; water stays 300 nm/(6 * 30 um/s) = 1.667 ms
    EXPECT_NEAR(r.r1, 10.0 / (1.0 + 33557.0 / 600.0), 1e-4);
    EXPECT_DOUBLE_EQ(shut_in_share(0.0, 1e-7, 1e-5), 1.0);
}

TEST(Contrast, GroupsOnCellsRelaxMoreUpToThePlateau) {
    ClusteredParticles p = magnetite();
    p.bound_group = 10.0;
    EXPECT_NEAR(in(compartment_relaxivities(free_particle, p), Compartment::bound).r2,
                100.0 * std::pow(10.0, 0.44), 1e-9);
    p.bound_group = 1e5;
    EXPECT_NEAR(in(compartment_relaxivities(free_particle, p), Compartment::bound).r2, 900.5, 1.0);
}

TEST(Contrast, RefusesBadInput) {
    EXPECT_THROW(compartment_relaxivities({1.0, 5.0, 4.0}, magnetite()), InputError);
    ClusteredParticles p = magnetite();
    p.packing = 0.9;
    EXPECT_THROW(compartment_relaxivities(free_particle, p), InputError);
    p = magnetite();
    p.magnetic_volume = 0.0;
    EXPECT_THROW(compartment_relaxivities(free_particle, p), InputError);
    EXPECT_THROW(shut_in_share(1.0, 1e-7, 0.0), InputError);
}

}  // namespace
}  // namespace caravel::imaging
