#include "caravel/study/phantom_light.hpp"

#include "caravel/base/error.hpp"
#include "caravel/response/treatment/treatment_light.hpp"
#include "caravel/stimulus/light/batch_error.hpp"
#include "caravel/stimulus/light/diffuse_light.hpp"
#include "caravel/stimulus/light/photon_transport.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <numeric>

namespace caravel::study {
namespace {

/// Enough for the books of a light whose fluence the treatment computes itself.
constexpr std::int64_t book_photons = 300'000;
constexpr double nowhere = std::numeric_limits<double>::quiet_NaN();

bool comes_from_within(const stimulus::LightSourceInput& source) {
    return source.kind == "isotropic" || source.kind == "line" || source.kind == "volume";
}

/// Face whose normal is nearest to the beam.
int entry_face(const stimulus::LightSourceInput& source) {
    if (comes_from_within(source) || source.direction.size() != 3) return -1;
    std::size_t axis = 0;
    for (std::size_t d = 1; d < 3; ++d)
        if (std::abs(source.direction[d]) > std::abs(source.direction[axis])) axis = d;
    return static_cast<int>(2 * axis) + (source.direction[axis] < 0.0 ? 1 : 0);
}

Vector3 unit(const std::vector<double>& v) {
    const double length = std::hypot(v[0], v[1], v[2]);
    return {v[0] / length, v[1] / length, v[2] / length};
}

/// Where the middle of a beam is when it enters the block.
Vector3 entry_place(const stimulus::LightSourceInput& source, const Grid& grid,
                    const Vector3& direction) {
    Vector3 place{source.position[0], source.position[1], source.position[2]};
    if (source.edge_1.size() == 3 && source.edge_2.size() == 3)
        for (std::size_t d = 0; d < 3; ++d) place[d] += 0.5 * (source.edge_1[d] + source.edge_2[d]);
    const double n[] = {static_cast<double>(grid.nx), static_cast<double>(grid.ny),
                        static_cast<double>(grid.nz)};
    double enter = 0.0;
    for (std::size_t d = 0; d < 3; ++d) {
        if (direction[d] == 0.0) continue;
        const double low = (grid.origin[d] - place[d]) / direction[d];
        const double high = low + n[d] * grid.spacing[d] / direction[d];
        enter = std::max(enter, std::min(low, high));
    }
    for (std::size_t d = 0; d < 3; ++d) place[d] += enter * direction[d];
    return place;
}

/// Cell of a place; -1 outside.
index_t cell_at(const Grid& grid, const Vector3& place) {
    std::array<index_t, 3> cell{};
    for (std::size_t d = 0; d < 3; ++d)
        cell[d] = static_cast<index_t>(
            std::floor((place[d] - grid.origin[d]) / grid.spacing[d] * (1.0 + 1e-12)));
    return grid.contains(cell[0], cell[1], cell[2]) ? grid.index(cell[0], cell[1], cell[2]) : -1;
}

void follow_beam(const stimulus::LightSourceInput& source, const Grid& grid,
                 const std::vector<double>& depths, LightBook& book) {
    if (source.direction.size() != 3 || source.position.size() != 3) return;
    const Vector3 direction = unit(source.direction);
    const Vector3 entry = entry_place(source, grid, direction);
    for (const double depth : depths) {
        Vector3 place = entry;
        for (std::size_t d = 0; d < 3; ++d) place[d] += depth * direction[d];
        const index_t cell = cell_at(grid, place);
        if (cell >= 0)
            book.along_beam.emplace_back(depth,
                                         book.power * book.fluence[static_cast<std::size_t>(cell)]);
    }
}

/// Whom the absorbed light heats.
void share_out(const BuiltPhantom& phantom, std::size_t light, const stimulus::PhotonMedium& medium,
               LightBook& book) {
    const auto& plan = phantom.plan;
    std::vector<double> tissues(plan.tissues.size());
    std::vector<double> agents(plan.agents.size());
    const double volume = plan.domain.grid.cell_volume();
    for (std::size_t i = 0; i < plan.label.size(); ++i) {
        const double absorbed = book.absorbed_density[i] * volume;
        const double all = stimulus::absorption_at(medium, i);
        if (absorbed <= 0.0 || all <= 0.0) continue;
        double own = 1.0;
        for (std::size_t a = 0; a < agents.size(); ++a) {
            if (light >= plan.agents[a].optics.size()) continue;
            const double part =
                plan.agents[a].optics[light].absorption * phantom.agents[a][i] / all;
            agents[a] += absorbed * part;
            own -= part;
        }
        tissues[plan.label[i]] += absorbed * own;
    }
    for (std::size_t t = 0; t < tissues.size(); ++t)
        book.absorbed_in.emplace_back(plan.tissues[t].name, tissues[t]);
    for (std::size_t a = 0; a < agents.size(); ++a)
        book.absorbed_in.emplace_back(plan.agents[a].name, agents[a]);
}

void take_tally(const stimulus::PhotonTally& tally, const stimulus::PhotonMedium& medium,
                LightBook& book) {
    const auto share = [&](std::int64_t count) {
        return static_cast<double>(count) / static_cast<double>(tally.launched);
    };
    book.photons = tally.photons;
    book.absorbed = tally.absorbed_share();
    book.specular = share(tally.specular);
    for (std::size_t f = 0; f < 6; ++f) book.left[f] = share(tally.left[f]);
    book.left_exterior = share(tally.left_exterior);
    book.gated = share(tally.gated);
    book.missed = share(tally.missed);
    book.roulette = share(tally.roulette_gain - tally.roulette_loss);
    book.residual = share(tally.residual());
    book.fluence = stimulus::fluence(tally, medium);
    book.absorbed_density = stimulus::absorbed_density(tally, medium);
}

void take_diffusion(stimulus::DiffuseLight solved, const stimulus::PhotonMedium& medium,
                    LightBook& book) {
    book.absorbed = solved.absorbed;
    book.specular = solved.specular;
    book.left[static_cast<std::size_t>(std::max(book.entry, 0))] = solved.left;
    book.residual = 1.0 - solved.absorbed - solved.specular - solved.left;
    book.fluence = std::move(solved.fluence);
    book.absorbed_density.resize(book.fluence.size());
    for (std::size_t i = 0; i < book.fluence.size(); ++i)
        book.absorbed_density[i] = book.fluence[i] * stimulus::absorption_at(medium, i);
    book.warning = std::move(solved.warning);
}

/// Numbers of a book whose error of chance is reported, in a fixed order.
std::vector<double> uncertain(const LightBook& book) {
    std::vector<double> values{book.absorbed, book.reflected(), book.transmitted()};
    for (const auto& [name, share] : book.absorbed_in) values.push_back(share);
    for (const auto& [depth, rate] : book.along_beam) values.push_back(rate);
    return values;
}

void take_errors(const stimulus::BatchError& error, LightBook& book) {
    std::size_t i = 0;
    for (double* one : {&book.errors.absorbed, &book.errors.reflected, &book.errors.transmitted})
        *one = error.standard_error(i++);
    for (std::size_t n = 0; n < book.absorbed_in.size(); ++n)
        book.errors.absorbed_in.push_back(error.standard_error(i++));
    for (std::size_t n = 0; n < book.along_beam.size(); ++n)
        book.errors.along_beam.push_back(error.standard_error(i++));
    book.error_reach = stimulus::batch_interval(error.batches());
}

/// One light, lamp or emission, and along which beam its fluence is reported.
struct Beam {
    std::size_t light = 0;
    const stimulus::LightSourceInput& source;
    const stimulus::LightSourceInput& along;
    std::int64_t photons = 0;
};

/// Light on its way; batches of photons say how sure its numbers are.
class Flight {
  public:
    Flight(const BuiltPhantom& phantom, const Beam& beam, const stimulus::PhotonMedium& medium,
           const std::vector<double>& depths)
        : phantom_(phantom), beam_(beam), medium_(medium), depths_(depths) {}

    void fly(exec::ThreadTeam& team, const LightHooks& hooks, LightBook& book) const {
        const auto& plan = phantom_.plan;
        std::atomic<bool> cancel = false;
        stimulus::PhotonRun run;
        run.photons = beam_.photons;
        if (phantom_.changes()) run.photons = std::min(run.photons, book_photons);
        run.seed = plan.seed;
        run.longest_time = phantom_.longest_time;
        // The first run of this light in a treatment takes the same stream.
        run.stream = response::light_stream(beam_.light, 0);
        run.cancel = &cancel;
        run.progress = [&](double done) {
            if (hooks.interrupted && hooks.interrupted()) cancel = true;
            const auto count = static_cast<double>(response::light_count(plan));
            if (hooks.progress) hooks.progress((static_cast<double>(beam_.light) + done) / count);
        };
        stimulus::BatchError error;
        const auto tally =
            stimulus::transport_batches(team, medium_, beam_.source, run, stimulus::photon_batches,
                                        [&](const stimulus::PhotonTally& batch) {
                                            LightBook part;
                                            part.power = book.power;
                                            part.entry = book.entry;
                                            fill(batch, part);
                                            error.add(uncertain(part));
                                        });
        fill(tally, book);
        take_errors(error, book);
    }

    void diffuse(exec::ThreadTeam& team, LightBook& book) const {
        take_diffusion(stimulus::diffuse_light(team, medium_, beam_.source), medium_, book);
        look(book);
    }

  private:
    void fill(const stimulus::PhotonTally& tally, LightBook& book) const {
        take_tally(tally, medium_, book);
        look(book);
    }

    void look(LightBook& book) const {
        share_out(phantom_, beam_.light, medium_, book);
        follow_beam(beam_.along, phantom_.plan.domain.grid, depths_, book);
    }

    const BuiltPhantom& phantom_;
    const Beam& beam_;
    const stimulus::PhotonMedium& medium_;
    const std::vector<double>& depths_;
};

/// What a load gives off with all lamps at full power, not yet on its way.
LightBook emission_book(const BuiltPhantom& phantom, const response::LightEmission& emission,
                        const std::vector<LightBook>& lamps) {
    const auto& plan = phantom.plan;
    std::vector<response::ExcitingLight> exciting;
    for (std::size_t l = 0; l < plan.lights.size(); ++l)
        exciting.push_back(
            {plan.lights[l].wavelength, lamps[l].power, 1.0, std::span(lamps[l].fluence)});
    const auto load = phantom.load();
    auto light = response::emitted_light(emission, exciting, load.agents, plan.label.size(),
                                         plan.domain.grid.cell_volume());
    LightBook book;
    book.name = emission.name;
    book.method = emission.method;
    book.is_emission = true;
    book.exciting = light.taken;
    book.emitted = light.emitted;
    book.power = (1.0 - emission.transfer) * light.emitted;
    book.emission = std::move(light.density);
    book.fluence.assign(plan.label.size(), 0.0);
    book.absorbed_density.assign(plan.label.size(), 0.0);
    return book;
}

}  // namespace

double LightBook::reflected() const {
    return entry < 0 ? nowhere : specular + left[static_cast<std::size_t>(entry)];
}

double LightBook::transmitted() const {
    return entry < 0 ? nowhere : left[static_cast<std::size_t>(entry ^ 1)];
}

double LightBook::left_in_all() const {
    return std::accumulate(left.begin(), left.end(), left_exterior);
}

namespace {

void run_emissions(const BuiltPhantom& phantom, const std::vector<double>& depths,
                   const response::TreatmentLight& optics, exec::ThreadTeam& team,
                   const LightHooks& hooks, std::vector<LightBook>& books) {
    const auto& plan = phantom.plan;
    for (std::size_t e = 0; e < plan.emissions.size(); ++e) {
        auto book = emission_book(phantom, plan.emissions[e], books);
        if (book.power > 0.0) {
            const std::size_t light = plan.lights.size() + e;
            const auto medium = optics.medium(light, phantom.load(), {});
            const auto source = response::volume_source(book.emission);
            const Beam beam{light, source, plan.lights.front().source, plan.emissions[e].photons};
            const Flight flight(phantom, beam, medium, depths);
            if (book.method == "diffusion")
                flight.diffuse(team, book);
            else
                flight.fly(team, hooks, book);
        }
        books.push_back(std::move(book));
    }
}

}  // namespace

std::vector<LightBook> run_lights(const BuiltPhantom& phantom, const std::vector<double>& depths,
                                  matter::Library& library, int threads, const LightHooks& hooks) {
    std::vector<LightBook> books;
    const auto& plan = phantom.plan;
    if (plan.lights.empty()) return books;
    exec::ThreadTeam team(threads);
    const response::TreatmentLight optics(plan, library);
    const auto load = phantom.load();
    for (std::size_t l = 0; l < plan.lights.size(); ++l) {
        const auto& light = plan.lights[l];
        const auto medium = optics.medium(l, load, {});
        LightBook book;
        book.name = light.name;
        book.method = light.method;
        book.power = stimulus::light_power(light);
        book.entry = entry_face(light.source);
        const Beam beam{l, light.source, light.source, light.photons};
        const Flight flight(phantom, beam, medium, depths);
        if (light.method == "diffusion")
            flight.diffuse(team, book);
        else
            flight.fly(team, hooks, book);
        books.push_back(std::move(book));
        if (hooks.interrupted && hooks.interrupted())
            throw Interrupted("interrupted after light '" + light.name + "'");
    }
    run_emissions(phantom, depths, optics, team, hooks, books);
    return books;
}

std::vector<std::string> light_notes(const BuiltPhantom& phantom, matter::Library& library) {
    return response::TreatmentLight(phantom.plan, library).notes();
}

}  // namespace caravel::study
