// Laws that tie what a particle is to where it goes: corona, filters of kidney, liver and spleen,
// passage into a tumour, drainage and binding there. Pure functions of SI numbers.
#pragma once

namespace caravel::body {

/// Zeta potential (V) in serum of a particle of this zeta potential in water: the protein corona
/// hides the surface, zeta_serum = -7.43 mV + 0.0396 zeta. Fit to 105 gold and silver formulations
/// (scatter 2.4 mV). Source: C. D. Walkey et al., ACS Nano 8 (2014) 2439, supplementary data.
double serum_zeta_potential(double zeta);

/// Hydrodynamic diameter (m) in serum: d + 24 nm (1 - stealth) z^2/(z^2 + z0^2), z0 = 5 mV. Charged
/// particles of the same set gain 23 nm (anionic) and 25 nm (cationic) in the median, neutral ones
/// 0.6 nm; `stealth` in [0, 1] is the part of the surface that a PEG brush covers.
double serum_diameter(double diameter, double zeta, double stealth);

/// Fraction of the filtrate's particles that pass the glomerulus: convective hindrance
/// W(l) = (1-l)^2 (1 + 3.867 l - 1.907 l^2 - 0.834 l^3)/(1 + 1.867 l - 0.741 l^2), l = d/pore, 0
/// for l >= 1, times exp(charge z / 10 mV): anionic particles are held back for charge > 0. Pores
/// of about 8 nm. Sources: P. Dechadilok, W. M. Deen, Ind. Eng. Chem. Res. 45 (2006) 6953; H. S.
/// Choi et al., Nat. Biotechnol. 25 (2007) 1165.
double glomerular_passage(double diameter, double pore_diameter, double zeta, double charge);

/// Convective hindrance W(l) of a sphere in a pore, l = diameter ratio; 0 for l >= 1.
double convective_hindrance(double ratio);

/// Fraction of sinusoid fenestrae wider than the particle: log-normal, median 120 nm (100 to 150 nm
/// in rodents), logarithmic standard deviation 0.3 (assumed).
double fenestra_access(double diameter);

/// Fraction held by the slits between splenic sinus and cord, 1/(1 + (200 nm/d)^4) (the exponent is
/// assumed). Source of 200 nm: S. M. Moghimi et al., Pharmacol. Rev. 53 (2001) 283.
double splenic_slit_retention(double diameter);

/// Diffusivity (m2/s) in a tumour's interstitium: Stokes-Einstein at 37 C (0.69 mPa s) times Ogston
/// steric exclusion exp(-sqrt(phi) (1 + r/r_f)), fibre fraction phi = 0.03 (assumed), r_f = 20 nm
/// fibre bundles (assumed).
double interstitial_diffusivity(double diameter);

/// Binding of a multivalent particle to receptors in tissue.
struct LigandBinding {
    double association = 0.0;         // m3/mol/s of one ligand
    double dissociation = 0.0;        // 1/s of one bond
    double ligands_in_contact = 1.0;  // that can bind at the same time
    double receptor = 0.0;            // mol/m3 of interstitium
    double internalisation = 0.0;     // 1/s of bound particles
};

/// Rate (1/s) at which free particles of the interstitium end inside cells: capture
/// m k_on R times the probability k_e/(k_e + k_off,m) that a bound one is taken in before all its m
/// bonds open, k_off,m = k_off / (1 + K)^(m-1), K = k_on R / k_off (independent bonds).
double ligand_capture_rate(const LigandBinding& binding);

/// Depth (m) to which a front of concentration `free` (mol/m3 of particles) gets before the
/// receptors it meets have bound it: sqrt(2 D free t / receptor), at most sqrt(D t) (binding-site
/// barrier). Source: G. M. Thurber et al., Adv. Drug Deliv. Rev. 60 (2008) 1421.
double binding_front_depth(double diffusivity, double free, double receptor, double time);

}  // namespace caravel::body
