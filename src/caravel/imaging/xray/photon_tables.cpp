#include "caravel/imaging/xray/photon_tables.hpp"

namespace caravel::imaging {
namespace {

using matter::PhotonProcess;

}  // namespace

PhotonTables::PhotonTables(const matter::Library& library)
    : cross_sections(library.root() / "xray" / "cross_sections.csv"),
      tables(library.root() / "xray") {}

double mass_attenuation(const PhotonTables& photons, const matter::Composition& composition,
                        double energy, PhotonProcess process) {
    double sum = 0.0;
    for (const auto& [symbol, fraction] : composition.mass_fractions)
        sum += fraction * photons.cross_sections(symbol, process, energy);
    return sum;
}

double mass_attenuation(const PhotonTables& photons, const matter::Composition& composition,
                        double energy) {
    double sum = 0.0;
    for (const PhotonProcess process :
         {PhotonProcess::photo, PhotonProcess::rayleigh, PhotonProcess::compton})
        sum += mass_attenuation(photons, composition, energy, process);
    return sum;
}

}  // namespace caravel::imaging
