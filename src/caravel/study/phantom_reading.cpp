#include "caravel/study/phantom_reading.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/response/treatment/treatment_light.hpp"
#include "caravel/stimulus/light/batch_error.hpp"
#include "caravel/stimulus/light/photon_detection.hpp"
#include "caravel/study/light_exits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <numeric>

namespace caravel::study {
namespace {

using stimulus::PhotonExit;
using stimulus::PhotonMedium;
using stimulus::PhotonRun;
using stimulus::PhotonTally;

/// Photons whose ways are kept at once.
constexpr std::int64_t piece = 50'000;
constexpr std::size_t own_columns = 4;  // before the detectors
constexpr double nowhere = std::numeric_limits<double>::quiet_NaN();

/// Flies in even batches, piece by piece, so that few photons' ways are held at once.
template <class Each, class End>
void fly(exec::ThreadTeam& team, const PhotonMedium& medium,
         const stimulus::LightSourceInput& source, const PhotonRun& run, const Each& each,
         const End& end_of_batch) {
    const std::int64_t batches = std::clamp<std::int64_t>(stimulus::photon_batches, 1, run.photons);
    const auto begin_of = [&](std::int64_t b) {
        return b * (run.photons / batches) + std::min(b, run.photons % batches);
    };
    for (std::int64_t b = 0; b < batches; ++b) {
        for (std::int64_t at = begin_of(b); at < begin_of(b + 1); at += piece) {
            PhotonRun part = run;
            part.first = at;
            part.photons = std::min(piece, begin_of(b + 1) - at);
            each(stimulus::transport_photons(team, medium, source, part));
        }
        end_of_batch();
    }
}

double share(std::int64_t count, const PhotonTally& tally) {
    return static_cast<double>(count) / static_cast<double>(tally.launched);
}

/// Mean of the batches with their errors, into a table.
void finish(const stimulus::BatchError& error, std::size_t columns, LightTable& table) {
    for (std::size_t v = 0; v < table.values.size(); ++v) {
        auto& shares = table.shares.emplace_back();
        auto& errors = table.errors.emplace_back();
        for (std::size_t c = 0; c < columns; ++c) {
            shares.push_back(error.mean(v * columns + c));
            errors.push_back(error.standard_error(v * columns + c));
        }
    }
    table.error_reach = stimulus::batch_interval(error.batches());
}

/// What all readings of one light have in common.
struct Lamp {
    std::size_t number = 0;
    const stimulus::LightInput& input;
    int entry = -1;
    PhotonRun run{};
};

/// Where absorption is changed, and from what.
struct Swept {
    std::vector<double> rise{};  // 1/m above the medium's, per value
    std::vector<bool> media{};   // that change
};

/// What one detector has seen of a light so far.
struct SeenLight {
    double weight = 0.0;              // launched photons
    double time = 0.0;                // s, times weight
    std::vector<double> paths{};      // m, times weight, per medium
    stimulus::SeenPhotons photons{};  // for a sensitivity; else empty

    void add(const PhotonExit& exit, bool keeps) {
        weight += exit.weight;
        time += exit.weight * exit.time;
        for (std::size_t m = 0; m < paths.size(); ++m) paths[m] += exit.weight * exit.paths[m];
        if (!keeps) return;
        photons.id.push_back(exit.id);
        photons.weight.push_back(exit.weight);
    }
};

class Reader {
  public:
    Reader(const PhantomStudy& study, const BuiltPhantom& phantom,
           const response::TreatmentLight& optics, exec::ThreadTeam& team)
        : study_(study), phantom_(phantom), optics_(optics), team_(team) {}

    void read(const Lamp& lamp, LightReadings& result) {
        const auto& p = study_.phantom;
        const auto medium = optics_.medium(lamp.number, phantom_.load(), {});
        if (p.gates || !p.detectors.empty()) read_times(lamp, medium, result);
        for (const auto& sweep : p.sweeps) result.sweeps.push_back(read_sweep(lamp, medium, sweep));
    }

  private:
    const Grid& grid() const { return phantom_.plan.domain.grid; }
    std::size_t detectors() const { return study_.phantom.detectors.size(); }
    std::size_t columns() const { return own_columns + detectors(); }

    /// The user's detectors, and one that sees all the rest.
    PhotonRun watching(const PhotonRun& run) const {
        PhotonRun seen = run;
        for (const auto& d : study_.phantom.detectors)
            seen.detectors.push_back({{d.position[0], d.position[1], d.position[2]}, d.radius});
        seen.detectors.push_back({grid().centre(grid().nx / 2, grid().ny / 2, grid().nz / 2),
                                  std::numeric_limits<double>::max()});
        return seen;
    }

    void read_times(const Lamp& lamp, const PhotonMedium& medium, LightReadings& result) {
        const auto gates =
            study_.phantom.gates ? static_cast<std::size_t>(study_.phantom.gates->count) : 1U;
        PhotonRun run = watching(lamp.run);
        run.gates = static_cast<int>(gates);
        run.fluence = response::has_clear_tissue(medium);
        const auto cells = medium.label.size();
        ExitSums sums(grid(), gates, detectors());
        std::vector<double> absorbed(gates, 0.0);
        PhotonTally all;
        std::vector<SeenLight> seen(detectors());
        for (SeenLight& light : seen) light.paths.resize(medium.media.size());
        stimulus::BatchError error;
        double launched = 0.0;
        fly(
            team_, medium, lamp.input.source, run,
            [&](const PhotonTally& tally) {
                launched += static_cast<double>(tally.launched) * tally.unit;
                for (std::size_t i = 0; i < tally.absorbed.size(); ++i)
                    absorbed[i / cells] += static_cast<double>(tally.absorbed[i]) * tally.unit;
                for (const auto& exit : tally.exits) {
                    const double part = exit.time / run.longest_time * static_cast<double>(gates);
                    sums.add(exit, std::min(static_cast<std::size_t>(part), gates - 1),
                             exit.weight);
                }
                keep(tally, all, seen);
            },
            [&] {
                std::vector<double> values;
                for (std::size_t g = 0; g < gates; ++g)
                    for (const double v : shares_of(sums, g, lamp.entry, 0.0, absorbed[g]))
                        values.push_back(v / launched);
                for (std::size_t d = 0; d < detectors(); ++d)
                    values.push_back(sums.detected_in_all(d) / launched);
                error.add(values);
                sums.clear();
                std::fill(absorbed.begin(), absorbed.end(), 0.0);
                launched = 0.0;
            });
        if (study_.phantom.gates) {
            LightTable table{lamp.input.name, "", "ns"};
            for (std::size_t g = 1; g <= gates; ++g)
                table.values.push_back(run.longest_time * static_cast<double>(g) /
                                       static_cast<double>(gates));
            finish(error, columns(), table);
            result.gates.push_back(std::move(table));
            if (study_.phantom.gates->fields)
                result.gate_fluence.push_back(gate_fluence(all, medium, gates));
        }
        for (std::size_t d = 0; d < detectors(); ++d)
            result.detectors.push_back(look(lamp, medium, std::move(seen[d]),
                                            static_cast<double>(all.launched) * all.unit,
                                            error.standard_error(gates * columns() + d), d));
    }

    /// Counts of all pieces, and what the detectors saw of their exits.
    void keep(const PhotonTally& tally, PhotonTally& all, std::vector<SeenLight>& seen) const {
        all.unit = tally.unit;
        all.path_unit = tally.path_unit;
        all.launched += tally.launched;
        all.absorbed.resize(tally.absorbed.size());
        all.path.resize(tally.path.size());
        for (std::size_t i = 0; i < tally.absorbed.size(); ++i)
            all.absorbed[i] += tally.absorbed[i];
        for (std::size_t i = 0; i < tally.path.size(); ++i) all.path[i] += tally.path[i];
        for (const auto& exit : tally.exits) {
            const auto d = static_cast<std::size_t>(exit.detector);
            if (d < detectors()) seen[d].add(exit, study_.phantom.detectors[d].sensitivity);
        }
    }

    static std::vector<std::vector<double>> gate_fluence(const PhotonTally& all,
                                                         const PhotonMedium& medium,
                                                         std::size_t gates) {
        std::vector<std::vector<double>> fields;
        const auto cells = static_cast<std::ptrdiff_t>(medium.label.size());
        for (std::size_t g = 0; g < gates; ++g) {
            PhotonTally one;
            one.unit = all.unit;
            one.path_unit = all.path_unit;
            one.launched = all.launched;
            const auto first = static_cast<std::ptrdiff_t>(g) * cells;
            one.absorbed.assign(all.absorbed.begin() + first, all.absorbed.begin() + first + cells);
            if (!all.path.empty())
                one.path.assign(all.path.begin() + first, all.path.begin() + first + cells);
            fields.push_back(stimulus::fluence(one, medium));
        }
        return fields;
    }

    /// A detector's light, of all gates, out of `launched` photons.
    DetectorBook look(const Lamp& lamp, const PhotonMedium& medium, SeenLight seen, double launched,
                      double error, std::size_t d) {
        const auto& detector = study_.phantom.detectors[d];
        DetectorBook book;
        book.light = lamp.input.name;
        book.detector = detector.name;
        book.share = seen.weight / launched;
        book.error = error;
        const auto mean = [&](double sum) {
            return seen.weight > 0.0 ? sum / seen.weight : nowhere;
        };
        book.mean_time = mean(seen.time);
        for (std::size_t m = 0; m < seen.paths.size(); ++m)
            book.mean_path.emplace_back(medium.media[m].name, mean(seen.paths[m]));
        if (detector.sensitivity)
            book.sensitivity = stimulus::absorption_sensitivity(
                team_, medium, lamp.input.source, lamp.run, std::move(seen.photons), launched);
        return book;
    }

    LightTable read_sweep(const Lamp& lamp, const PhotonMedium& given, const PhantomSweep& sweep) {
        PhotonMedium medium = given;
        const Swept swept = sweep.factors.empty() ? lower_tissue(sweep, medium)
                                                  : lower_load(lamp.number, sweep, medium);
        LightTable table{lamp.input.name, sweep.of, sweep.factors.empty() ? "1/mm" : "1"};
        table.values = sweep.factors.empty() ? sweep.absorption_coefficient : sweep.factors;
        PhotonRun run = watching(lamp.run);
        run.fluence = false;
        // What is late with the least absorption would be absorbed with more.
        run.longest_time = PhotonRun{}.longest_time;
        const std::size_t lines = table.values.size();
        ExitSums sums(grid(), lines, detectors());
        stimulus::BatchError error;
        double launched = 0.0;
        double lost = 0.0;  // specular, late or never there
        double specular = 0.0;
        fly(
            team_, medium, lamp.input.source, run,
            [&](const PhotonTally& tally) {
                const double all = static_cast<double>(tally.launched) * tally.unit;
                launched += all;
                specular += share(tally.specular, tally) * all;
                lost += share(tally.specular + tally.gated + tally.missed, tally) * all;
                for (const auto& exit : tally.exits) reweigh(exit, swept, sums);
            },
            [&] {
                std::vector<double> values;
                for (std::size_t v = 0; v < lines; ++v) {
                    const double absorbed = launched - lost - sums.left_in_all(v);
                    for (const double x : shares_of(sums, v, lamp.entry, specular, absorbed))
                        values.push_back(x / launched);
                }
                error.add(values);
                sums.clear();
                launched = lost = specular = 0.0;
            });
        finish(error, columns(), table);
        return table;
    }

    static void reweigh(const PhotonExit& exit, const Swept& swept, ExitSums& sums) {
        double path = 0.0;
        for (std::size_t m = 0; m < swept.media.size(); ++m)
            if (swept.media[m]) path += exit.paths[m];
        for (std::size_t v = 0; v < swept.rise.size(); ++v)
            sums.add(exit, v, exit.weight * std::exp(-swept.rise[v] * path));
    }

    /// The smallest absorption of the list flies, the others are weighed out of it.
    Swept lower_tissue(const PhantomSweep& sweep, PhotonMedium& medium) const {
        const auto& values = sweep.absorption_coefficient;
        const double least = *std::min_element(values.begin(), values.end());
        Swept swept;
        for (const double v : values) swept.rise.push_back(v - least);
        for (auto& m : medium.media) {
            swept.media.push_back(m.name == sweep.of);
            if (m.name == sweep.of) m.absorption = least;
        }
        return swept;
    }

    /// Loaded tissue becomes a medium of its own.
    Swept lower_load(std::size_t light, const PhantomSweep& sweep, PhotonMedium& medium) const {
        const double least = *std::min_element(sweep.factors.begin(), sweep.factors.end());
        const auto tissues = medium.media.size();
        Swept swept;
        swept.media.assign(tissues, false);
        for (std::size_t m = 0; m < tissues; ++m) {
            medium.media.push_back(medium.media[m]);
            swept.media.push_back(true);
        }
        double unit = 0.0;  // 1/m of the load as given
        for (std::size_t a = 0; a < phantom_.plan.agents.size(); ++a) {
            if (phantom_.plan.agents[a].name != sweep.of) continue;
            const double cross_section = phantom_.plan.agents[a].optics[light].absorption;
            for (std::size_t i = 0; i < medium.label.size(); ++i) {
                const double amount = phantom_.agents[a][i];
                if (!(amount > 0.0)) continue;
                unit = cross_section * amount;
                medium.label[i] = static_cast<std::uint16_t>(medium.label[i] + tissues);
                if (!(unit > 0.0)) continue;
                double& added = medium.added_absorption[i];
                added = std::max(added - (1.0 - least) * unit, 0.0);
            }
        }
        for (const double f : sweep.factors) swept.rise.push_back((f - least) * unit);
        return swept;
    }

    const PhantomStudy& study_;
    const BuiltPhantom& phantom_;
    const response::TreatmentLight& optics_;
    exec::ThreadTeam& team_;
};

}  // namespace

LightReadings run_readings(const PhantomStudy& study, const BuiltPhantom& phantom,
                           matter::Library& library, int threads, const LightHooks& hooks,
                           const std::vector<LightBook>& books) {
    LightReadings result;
    const auto& p = study.phantom;
    if (!p.gates && p.detectors.empty() && p.sweeps.empty()) return result;
    exec::ThreadTeam team(threads);
    const response::TreatmentLight optics(phantom.plan, library);
    Reader reader(study, phantom, optics, team);
    std::atomic<bool> cancel = false;
    for (std::size_t l = 0; l < phantom.plan.lights.size(); ++l) {
        const auto& input = phantom.plan.lights[l];
        if (input.method != "monte_carlo") continue;
        Lamp lamp{l, input, books[l].entry};
        lamp.run.photons = books[l].photons;
        lamp.run.seed = phantom.plan.seed;
        lamp.run.stream = response::light_stream(l, 0);
        lamp.run.longest_time = phantom.longest_time;
        lamp.run.cancel = &cancel;
        lamp.run.progress = [&](double) {
            if (hooks.interrupted && hooks.interrupted()) cancel = true;
        };
        reader.read(lamp, result);
    }
    return result;
}

}  // namespace caravel::study
