#include "caravel/stimulus/light/photon_detection.hpp"

#include "caravel/base/error.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>

namespace caravel::stimulus {
namespace {

/// Launched energy in photons.
double launched_photons(const PhotonTally& tally) {
    const double launched = static_cast<double>(tally.launched) * tally.unit;
    if (!(launched > 0.0))
        throw InputError(Diagnostic{
            {}, "no photons were launched, none can have been detected", "the tally of a run", ""});
    return launched;
}

void check_added(const PhotonExit& exit, std::span<const double> added) {
    if (exit.paths.size() != added.size())
        throw InputError(Diagnostic{{},
                                    fmt::format("{} values of added absorption for {} media",
                                                added.size(), exit.paths.size()),
                                    "one per medium",
                                    ""});
}

}  // namespace

std::vector<double> reweighted_detection(const PhotonTally& tally, std::size_t detectors,
                                         std::span<const double> added_absorption) {
    for (const double added : added_absorption)
        if (!std::isfinite(added))
            throw InputError(
                Diagnostic{{}, "an added absorption is not finite", "a number of 1/m", ""});
    const double launched = launched_photons(tally);
    std::vector<double> detected(detectors, 0.0);
    for (const PhotonExit& exit : tally.exits) {
        const auto d = static_cast<std::size_t>(exit.detector);
        if (exit.detector < 0 || d >= detectors) continue;
        check_added(exit, added_absorption);
        double depth = 0.0;
        for (std::size_t m = 0; m < exit.paths.size(); ++m)
            depth += added_absorption[m] * exit.paths[m];
        detected[d] += exit.weight * std::exp(-depth) / launched;
    }
    return detected;
}

std::vector<double> absorption_sensitivity(exec::ThreadTeam& team, const PhotonMedium& medium,
                                           const LightSourceInput& source, const PhotonRun& run,
                                           const PhotonTally& tally, int detector) {
    const double launched = launched_photons(tally);
    SeenPhotons seen;
    for (const PhotonExit& exit : tally.exits) {
        if (exit.detector != detector) continue;
        seen.id.push_back(exit.id);
        seen.weight.push_back(exit.weight);
    }
    return absorption_sensitivity(team, medium, source, run, std::move(seen), launched);
}

std::vector<double> absorption_sensitivity(exec::ThreadTeam& team, const PhotonMedium& medium,
                                           const LightSourceInput& source, const PhotonRun& run,
                                           SeenPhotons seen, double launched) {
    const auto cells = static_cast<std::size_t>(medium.grid.cell_count());
    std::vector<double> sensitivity(cells, 0.0);
    PhotonRun replay = run;
    replay.only = std::move(seen.id);
    replay.replay_weights = std::move(seen.weight);
    replay.detectors.clear();
    replay.fluence = true;
    replay.gates = 1;
    if (replay.only.empty()) return sensitivity;
    const PhotonTally paths = transport_photons(team, medium, source, replay);
    if (paths.path.size() != cells)
        throw InputError(
            Diagnostic{{}, "the replay has no path lengths of the voxels", "fluence = true", ""});
    for (std::size_t i = 0; i < cells; ++i)
        sensitivity[i] = -static_cast<double>(paths.path[i]) * paths.path_unit / launched;
    return sensitivity;
}

}  // namespace caravel::stimulus
