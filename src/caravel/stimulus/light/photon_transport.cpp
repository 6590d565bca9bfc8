#include "caravel/stimulus/light/photon_transport.hpp"

#include "caravel/base/error.hpp"
#include "caravel/stimulus/light/photon_worker.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace caravel::stimulus {

int photon_lanes(int asked) {
    if (asked == 1) return 1;
    int most = 4;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2") != 0) most = 8;
    if (__builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512dq") != 0) {
        most = 16;
    }
#endif
    const int wanted = asked == 0 || asked >= 16 ? 16 : (asked >= 8 ? 8 : 4);
    return std::min(wanted, most);
}

void fly_photons(const PhotonScene& scene, PhotonWorker& worker, int lanes) {
    switch (lanes) {
    case 16: return fly_photons_16(scene, worker);
    case 8: return fly_photons_8(scene, worker);
    case 4: return fly_photons_4(scene, worker);
    default: return fly_photons_1(scene, worker);
    }
}

namespace {

// Above this size threads share one array of voxels.
constexpr std::size_t largest_own_tally = std::size_t{1} << 23U;

[[noreturn]] void reject(std::string what, std::string expected, std::string hint) {
    throw InputError(Diagnostic{{}, std::move(what), std::move(expected), std::move(hint)});
}

void check_photons(const PhotonRun& run) {
    if (run.only.empty() && run.photons < 1) {
        reject(fmt::format("{} photons", run.photons), "1 or more",
               "a million give about 1 % in the lit part of a tumour");
    }
    // Each photon is up to 2^30 counts of 63 bits.
    if (run.photons > 8'000'000'000) {
        reject(fmt::format("{} photons", run.photons), "at most 8e9 in one run",
               "several runs with other streams");
    }
    if (run.first < 0 || run.first > std::numeric_limits<std::int64_t>::max() - run.photons) {
        reject(fmt::format("{} as the number of the first photon", run.first), "0 or more", "");
    }
    if (!run.replay_weights.empty() && run.replay_weights.size() != run.only.size()) {
        reject(fmt::format("{} weights for {} photons to run again", run.replay_weights.size(),
                           run.only.size()),
               "one per photon or none", "");
    }
    const auto bad = std::find_if(run.replay_weights.begin(), run.replay_weights.end(),
                                  [](double w) { return !(std::isfinite(w) && w >= 0.0); });
    if (bad != run.replay_weights.end()) {
        reject(fmt::format("a photon to run again weighs {}", *bad), "0 or more, finite", "");
    }
    for (const PhotonDetector& detector : run.detectors) {
        if (!(std::isfinite(detector.radius) && detector.radius > 0.0)) {
            reject(fmt::format("a detector has the radius {} m", detector.radius), "more than 0 m",
                   "");
        }
    }
}

// Index at a source, which divides a fibre's numerical aperture.
double index_at(const PhotonMedium& medium, const LightSourceInput& source) {
    if (source.position.size() != 3) return medium.outside_index;
    std::array<index_t, 3> cell{};
    for (std::size_t a = 0; a < 3; ++a) {
        cell[a] = static_cast<index_t>(
            std::floor((source.position[a] - medium.grid.origin[a]) / medium.grid.spacing[a]));
    }
    if (!medium.grid.contains(cell[0], cell[1], cell[2])) return medium.outside_index;
    const auto voxel = static_cast<std::size_t>(medium.grid.index(cell[0], cell[1], cell[2]));
    return medium.media[medium.label[voxel]].refractive_index;
}

PhotonTally empty_tally(const PhotonScene& scene, const PhotonQueue& queue, bool arrays) {
    PhotonTally tally;
    const double largest = queue.largest_weight() > 0.0 ? queue.largest_weight() : 1.0;
    tally.unit = largest / photon_counts;
    tally.path_unit = tally.unit * scene.path_length * scene.length;
    const auto places =
        static_cast<std::size_t>(scene.cells) * static_cast<std::size_t>(scene.gates);
    if (arrays) tally.absorbed.assign(places, 0);
    if (arrays && scene.tally_path) tally.path.assign(places, 0);
    return tally;
}

void add(std::vector<std::int64_t>& to, const std::vector<std::int64_t>& from) {
    std::transform(to.begin(), to.end(), from.begin(), to.begin(), std::plus<>());
}

void add(PhotonTally& to, PhotonTally& from, bool arrays) {
    to.launched += from.launched;
    to.specular += from.specular;
    to.missed += from.missed;
    for (std::size_t f = 0; f < 6; ++f) to.left[f] += from.left[f];
    to.left_exterior += from.left_exterior;
    to.gated += from.gated;
    to.roulette_gain += from.roulette_gain;
    to.roulette_loss += from.roulette_loss;
    to.events += from.events;
    if (arrays) {
        add(to.absorbed, from.absorbed);
        add(to.path, from.path);
    }
    std::move(from.exits.begin(), from.exits.end(), std::back_inserter(to.exits));
}

// A tally that lends the arrays of another while its thread flies.
PhotonTally fly_all(exec::ThreadTeam& team, const PhotonScene& scene, PhotonQueue& queue,
                    int lanes) {
    const auto places =
        static_cast<std::size_t>(scene.cells) * static_cast<std::size_t>(scene.gates);
    const bool shared = team.size() > 1 && places > largest_own_tally;
    PhotonTally total = empty_tally(scene, queue, true);
    std::vector<PhotonTally> parts(static_cast<std::size_t>(team.size()));
    team.run(team.size(), [&](index_t member) {
        PhotonTally& part = parts[static_cast<std::size_t>(member)];
        part = empty_tally(scene, queue, !shared);
        PhotonWorker worker(scene, queue, part, shared ? total : part, 2 * lanes, member == 0);
        fly_photons(scene, worker, lanes);
    });
    for (PhotonTally& part : parts) add(total, part, !shared);
    return total;
}

/// Flies a run's photons and puts what detectors saw in order.
PhotonTally fly_queue(exec::ThreadTeam& team, const PhotonScene& scene, const PhotonStarts& starts,
                      const PhotonRun& run) {
    PhotonQueue queue(run, starts);
    PhotonTally tally = fly_all(team, scene, queue, photon_lanes(run.lanes));
    if (queue.cancelled()) throw Interrupted("photon transport: cancelled");
    tally.photons = queue.count();
    std::sort(tally.exits.begin(), tally.exits.end(), [](const PhotonExit& a, const PhotonExit& b) {
        return a.id != b.id ? a.id < b.id : a.detector < b.detector;
    });
    return tally;
}

void check_hits(const PhotonTally& tally) {
    if (tally.launched == 0 || tally.missed != tally.launched) return;
    reject("the light source lies outside of the domain, or in its exterior, and misses it",
           "a beam that meets the domain", "turn its direction or move its position");
}

}  // namespace

PhotonTally transport_photons(exec::ThreadTeam& team, const PhotonMedium& medium,
                              const LightSourceInput& source, const PhotonRun& run) {
    check_photons(run);
    const PhotonScene scene = photon_scene(medium, run);
    const PhotonStarts starts(source, medium.grid, index_at(medium, source));
    PhotonTally tally = fly_queue(team, scene, starts, run);
    check_hits(tally);
    if (run.progress) run.progress(1.0);
    return tally;
}

PhotonTally transport_batches(exec::ThreadTeam& team, const PhotonMedium& medium,
                              const LightSourceInput& source, const PhotonRun& run, int batches,
                              const std::function<void(const PhotonTally&)>& each) {
    check_photons(run);
    if (!run.only.empty()) reject("batches of photons that run again", "a run of its own", "");
    const PhotonScene scene = photon_scene(medium, run);
    const PhotonStarts starts(source, medium.grid, index_at(medium, source));
    const std::int64_t count = std::clamp<std::int64_t>(batches, 1, run.photons);
    const auto begin_of = [&](std::int64_t b) {
        return b * (run.photons / count) + std::min(b, run.photons % count);
    };
    PhotonTally total;
    for (std::int64_t b = 0; b < count; ++b) {
        PhotonRun piece = run;
        piece.first = run.first + begin_of(b);
        piece.photons = begin_of(b + 1) - begin_of(b);
        if (run.progress) {
            piece.progress = [&](double done) {
                run.progress((static_cast<double>(b) + done) / static_cast<double>(count));
            };
        }
        PhotonTally tally = fly_queue(team, scene, starts, piece);
        each(tally);
        if (b == 0) {
            total = std::move(tally);
        } else {
            total.photons += tally.photons;
            add(total, tally, true);
        }
    }
    check_hits(total);
    if (run.progress) run.progress(1.0);
    return total;
}

double PhotonTally::absorbed_share() const {
    const auto sum = std::accumulate(absorbed.begin(), absorbed.end(), std::int64_t{0});
    return launched == 0 ? 0.0 : static_cast<double>(sum) / static_cast<double>(launched);
}

std::int64_t PhotonTally::residual() const {
    const auto inside = std::accumulate(absorbed.begin(), absorbed.end(), std::int64_t{0});
    const auto out = std::accumulate(left.begin(), left.end(), left_exterior);
    return launched + roulette_gain - specular - missed - out - inside - gated - roulette_loss;
}

double absorption_at(const PhotonMedium& medium, std::size_t i) {
    const double added = medium.added_absorption.empty() ? 0.0 : medium.added_absorption[i];
    return medium.media[medium.label[i]].absorption + added;
}

std::vector<double> absorbed_density(const PhotonTally& tally, const PhotonMedium& medium) {
    const std::size_t cells = medium.label.size();
    std::vector<std::int64_t> sums(cells, 0);
    for (std::size_t i = 0; i < tally.absorbed.size(); ++i) sums[i % cells] += tally.absorbed[i];
    const double factor =
        tally.launched == 0
            ? 0.0
            : 1.0 / (static_cast<double>(tally.launched) * medium.grid.cell_volume());
    std::vector<double> density(cells);
    std::transform(sums.begin(), sums.end(), density.begin(),
                   [&](std::int64_t sum) { return static_cast<double>(sum) * factor; });
    return density;
}

std::vector<double> fluence(const PhotonTally& tally, const PhotonMedium& medium) {
    std::vector<double> fluence = absorbed_density(tally, medium);
    const std::size_t cells = fluence.size();
    if (tally.path.empty()) {
        for (std::size_t i = 0; i < cells; ++i) {
            const double absorption = absorption_at(medium, i);
            fluence[i] = absorption > 0.0 ? fluence[i] / absorption : 0.0;
        }
        return fluence;
    }
    std::vector<std::int64_t> sums(cells, 0);
    for (std::size_t i = 0; i < tally.path.size(); ++i) sums[i % cells] += tally.path[i];
    const double factor = tally.path_unit / (static_cast<double>(tally.launched) * tally.unit *
                                             medium.grid.cell_volume());
    std::transform(sums.begin(), sums.end(), fluence.begin(),
                   [&](std::int64_t sum) { return static_cast<double>(sum) * factor; });
    return fluence;
}

}  // namespace caravel::stimulus
