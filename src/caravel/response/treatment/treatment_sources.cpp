#include "caravel/response/treatment/treatment_sources.hpp"

#include "caravel/base/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace caravel::response {
namespace {

/// Conductance (W/m3/K) that keeps air at its temperature: stores 1 kJ/m3/K.
constexpr double held_air = 1e6;

Vector3 axis_of(const std::vector<double>& direction) {
    const double length = std::hypot(direction[0], direction[1], direction[2]);
    return {direction[0] / length, direction[1] / length, direction[2] / length};
}

/// Distance (m) of a place from the line through `position` along `axis`.
double distance_from_axis(const Vector3& place, const std::vector<double>& position,
                          const Vector3& axis) {
    const Vector3 d{place[0] - position[0], place[1] - position[1], place[2] - position[2]};
    const double along = d[0] * axis[0] + d[1] * axis[1] + d[2] * axis[2];
    const double square = d[0] * d[0] + d[1] * d[1] + d[2] * d[2] - along * along;
    return std::sqrt(std::max(square, 0.0));
}

/// Half of the longest edge (m) of the domain, its mirror images included.
double domain_radius(const tissue::Domain& domain) {
    const auto& g = domain.grid;
    const double edges[] = {static_cast<double>(g.nx) * g.spacing[0],
                            static_cast<double>(g.ny) * g.spacing[1],
                            static_cast<double>(g.nz) * g.spacing[2]};
    double radius = 0.0;
    for (std::size_t d = 0; d < 3; ++d)
        radius =
            std::max(radius, domain.mirrored[2 * d] || domain.mirrored[2 * d + 1] ? edges[d]
                                                                                  : 0.5 * edges[d]);
    return radius;
}

/// Eddy currents around another axis are not mirror images of each other.
bool is_along_an_axis(const std::vector<double>& direction) {
    return std::count(direction.begin(), direction.end(), 0.0) == 2;
}

void refuse_in_symmetry(const TreatmentPlan& plan, const Location& where, const std::string& what) {
    if (plan.domain.copies == 1.0) return;
    throw InputError(Diagnostic{where, what + " in a symmetric piece of a tumour",
                                "the whole domain, or a uniform field along an edge of it",
                                "symmetry = \"full\" in the grid of the tumour"});
}

/// The tissue about an antenna; for one outside, or in air, the first one along its direction.
std::size_t tissue_at(const TreatmentPlan& plan, const stimulus::MicrowaveInput& antenna) {
    const auto& grid = plan.domain.grid;
    const auto axis = axis_of(antenna.direction);
    const double step = 0.5 * std::min({grid.spacing[0], grid.spacing[1], grid.spacing[2]});
    const double reach = 4.0 * domain_radius(plan.domain);
    for (double way = 0.0; way < reach; way += step) {
        std::array<index_t, 3> cell{};
        for (std::size_t d = 0; d < 3; ++d)
            cell[d] = static_cast<index_t>(std::floor(
                (antenna.position[d] + way * axis[d] - grid.origin[d]) / grid.spacing[d]));
        if (!grid.contains(cell[0], cell[1], cell[2])) continue;
        const auto label =
            plan.label[static_cast<std::size_t>(grid.index(cell[0], cell[1], cell[2]))];
        if (!plan.tissues[label].optics.exterior) return label;
    }
    return 0;
}

double sum(std::span<const double> values) {
    double total = 0.0;
    for (const double v : values) total += v;
    return total;
}

}  // namespace

std::vector<double> middle_of(const tissue::Domain& domain) {
    const auto& g = domain.grid;
    const double n[] = {static_cast<double>(g.nx), static_cast<double>(g.ny),
                        static_cast<double>(g.nz)};
    std::vector<double> middle;
    for (std::size_t d = 0; d < 3; ++d) {
        const double length = n[d] * g.spacing[d];
        middle.push_back(g.origin[d] + (domain.mirrored[2 * d]       ? 0.0
                                        : domain.mirrored[2 * d + 1] ? length
                                                                     : 0.5 * length));
    }
    return middle;
}

double overlap(double at, double duration, double start, double end) {
    const double common = std::min(at + duration, end) - std::max(at, start);
    return end > start ? std::clamp(common / (end - start), 0.0, 1.0) : 0.0;
}

TreatmentSources::TreatmentSources(const TreatmentPlan& plan, matter::Library& library)
    : plan_(plan) {
    for (const auto& coil : plan.coils) make_coil(coil, library);
    for (const auto& m : plan.microwaves) {
        refuse_in_symmetry(plan, m.where, fmt::format("microwave '{}'", m.name));
        const auto& tissue = plan.tissues[tissue_at(plan, m)].dielectric;
        microwave_.push_back(stimulus::power_density(
            m, plan.domain.grid,
            stimulus::tissue_dielectric(library, tissue.empty() ? "muscle" : tissue, m.frequency)));
    }
    for (const auto& probe : plan.probes) {
        refuse_in_symmetry(plan, probe.where, fmt::format("probe '{}'", probe.name));
        probe_.push_back(stimulus::probe_conductance(probe, plan.domain.grid));
    }
    if (!plan.probes.empty()) stimulus::check_probes(plan.probes, plan.domain.grid);
    make_skin();
    make_vessels();
}

/// Air takes heat through every face between it and tissue, and keeps its own temperature.
void TreatmentSources::make_skin() {
    const auto air = [&](std::size_t v) { return plan_.tissues[plan_.label[v]].optics.exterior; };
    bool any = false;
    for (std::size_t v = 0; v < plan_.label.size(); ++v) any = any || air(v);
    if (!any || plan_.skin_transfer <= 0.0) return;
    const auto& grid = plan_.domain.grid;
    const std::array<std::array<index_t, 3>, 6> around{
        {{-1, 0, 0}, {1, 0, 0}, {0, -1, 0}, {0, 1, 0}, {0, 0, -1}, {0, 0, 1}}};
    const std::size_t n = plan_.label.size();
    standing_ = {std::vector<double>(n, 0.0), std::vector<double>(n, plan_.ambient_temperature)};
    auto& conductance = standing_.conductance;
    // Evaporation is a flux whatever the temperature: air that is so much colder takes it.
    const double wet = plan_.ambient_temperature - plan_.skin_flux / plan_.skin_transfer;
    for (index_t k = 0; k < grid.nz; ++k)
        for (index_t j = 0; j < grid.ny; ++j)
            for (index_t i = 0; i < grid.nx; ++i) {
                const auto v = static_cast<std::size_t>(grid.index(i, j, k));
                if (air(v)) {
                    conductance[v] = held_air;
                    continue;
                }
                for (std::size_t f = 0; f < 6; ++f) {
                    const index_t a = i + around[f][0];
                    const index_t b = j + around[f][1];
                    const index_t c = k + around[f][2];
                    if (grid.contains(a, b, c) &&
                        air(static_cast<std::size_t>(grid.index(a, b, c))))
                        conductance[v] += plan_.skin_transfer / grid.spacing[f / 2];
                }
                if (conductance[v] > 0.0) standing_.temperature[v] = wet;
            }
}

/// Blood in large vessels, beside the air where both touch a voxel.
void TreatmentSources::make_vessels() {
    if (plan_.vessels.empty()) return;
    refuse_in_symmetry(plan_, {}, "a vessel");
    auto blood = tissue::vessel_contacts(plan_.domain.grid, plan_.vessels);
    if (standing_.conductance.empty()) {
        standing_ = std::move(blood);
        return;
    }
    for (std::size_t v = 0; v < blood.conductance.size(); ++v) {
        const double mine = blood.conductance[v];
        double& beside = standing_.conductance[v];
        if (mine <= 0.0 || beside >= held_air) continue;  // no blood flows in the air
        double& temperature = standing_.temperature[v];
        temperature = (beside * temperature + mine * blood.temperature[v]) / (beside + mine);
        beside += mine;
    }
}

double TreatmentSources::tissue_conductivity(std::size_t tissue, double frequency,
                                             matter::Library& library) const {
    const auto& t = plan_.tissues[tissue];
    if (t.optics.exterior) return 0.0;
    return stimulus::tissue_dielectric(library, t.dielectric.empty() ? "muscle" : t.dielectric,
                                       frequency)
        .conductivity;
}

void TreatmentSources::make_coil(const stimulus::CoilInput& coil, matter::Library& library) {
    if (coil.kind != "uniform" || !is_along_an_axis(coil.direction))
        refuse_in_symmetry(plan_, coil.where, fmt::format("coil '{}'", coil.name));
    const auto& grid = plan_.domain.grid;
    amplitude_.push_back(stimulus::field_amplitude(coil, grid));
    std::vector<double> eddy(amplitude_.back().size(), 0.0);
    const double body = coil.body_radius > 0.0 ? coil.body_radius : domain_radius(plan_.domain);
    if (coil.frequency > 0.0) {
        const auto text = stimulus::coil_safety(coil, body);
        if (!text.empty()) notes_.push_back(text);
        std::vector<double> conductivity;
        for (std::size_t t = 0; t < plan_.tissues.size(); ++t)
            conductivity.push_back(tissue_conductivity(t, coil.frequency, library));
        const auto axis = axis_of(coil.direction);
        // A uniform field has no axis of its own: currents circle around the middle of the tissue.
        const auto middle = coil.kind == "uniform" ? middle_of(plan_.domain) : coil.position;
        for (index_t k = 0; k < grid.nz; ++k)
            for (index_t j = 0; j < grid.ny; ++j)
                for (index_t i = 0; i < grid.nx; ++i) {
                    const auto v = static_cast<std::size_t>(grid.index(i, j, k));
                    const double r = distance_from_axis(grid.centre(i, j, k), middle, axis);
                    eddy[v] = stimulus::eddy_heating(conductivity[plan_.label[v]], coil.frequency,
                                                     amplitude_.back()[v], std::min(r, body));
                }
    }
    eddy_.push_back(std::move(eddy));
}

void TreatmentSources::add_power(std::span<double> source, const TreatmentLoad& load,
                                 const PowerShare& share, double start, double end,
                                 TreatmentBooks& books) const {
    const double energy = plan_.domain.grid.cell_volume() * plan_.domain.copies * (end - start);
    for (std::size_t c = 0; c < plan_.coils.size(); ++c) {
        const auto& coil = plan_.coils[c];
        const double on = overlap(coil.at, coil.duration, start, end) * share(coil.name);
        if (on <= 0.0 || coil.frequency <= 0.0) continue;
        for (std::size_t a = 0; a < plan_.agents.size() && a < load.agents.size(); ++a) {
            const auto& heating = plan_.agents[a].magnetic;
            if (c >= heating.size() || load.agents[a].empty()) continue;
            double all = 0.0;
            for (std::size_t i = 0; i < source.size(); ++i) {
                const double amount = load.agents[a][static_cast<index_t>(i)];
                if (amount <= 0.0) continue;
                const double power = on * amount * heating[c](amplitude_[c][i]);
                source[i] += power;
                all += power;
            }
            books.magnetic += all * energy;
        }
        for (std::size_t i = 0; i < source.size(); ++i) source[i] += on * eddy_[c][i];
        books.eddy += on * sum(eddy_[c]) * energy;
    }
    for (std::size_t m = 0; m < plan_.microwaves.size(); ++m) {
        const auto& antenna = plan_.microwaves[m];
        const double on = overlap(antenna.at, antenna.duration, start, end) * share(antenna.name);
        if (on <= 0.0) continue;
        for (std::size_t i = 0; i < source.size(); ++i) source[i] += on * microwave_[m][i];
        books.microwave += on * sum(microwave_[m]) * energy;
    }
}

bool TreatmentSources::contacts(std::span<double> conductance, std::span<double> temperature,
                                const PowerShare& share, double start, double end) const {
    bool any = !standing_.conductance.empty();
    if (any) {
        std::copy(standing_.conductance.begin(), standing_.conductance.end(), conductance.begin());
        std::copy(standing_.temperature.begin(), standing_.temperature.end(), temperature.begin());
    }
    for (std::size_t p = 0; p < plan_.probes.size(); ++p) {
        const auto now = stimulus::probe_state(plan_.probes[p], 0.5 * (start + end));
        const double on = now.active ? share(plan_.probes[p].name) : 0.0;
        if (on <= 0.0) continue;
        if (!any) {
            std::fill(conductance.begin(), conductance.end(), 0.0);
            std::fill(temperature.begin(), temperature.end(), now.temperature);
        }
        any = true;
        for (std::size_t i = 0; i < conductance.size(); ++i) {
            const double mine = on * probe_[p][i];
            if (mine <= 0.0) continue;
            const double both = conductance[i] + mine;
            temperature[i] = (conductance[i] * temperature[i] + mine * now.temperature) / both;
            conductance[i] = both;
        }
    }
    return any;
}

bool TreatmentSources::acts(double start, double end) const {
    for (const auto& c : plan_.coils)
        if (c.frequency > 0.0 && overlap(c.at, c.duration, start, end) > 0.0) return true;
    for (const auto& m : plan_.microwaves)
        if (overlap(m.at, m.duration, start, end) > 0.0) return true;
    for (const auto& p : plan_.probes) {
        const auto times = stimulus::probe_events(p);
        if (!times.empty() && times.front() < end && times.back() > start) return true;
    }
    return false;
}

std::vector<double> TreatmentSources::events() const {
    std::vector<double> times;
    const auto add = [&](double at, double duration) {
        times.push_back(at);
        times.push_back(at + duration);
    };
    for (const auto& c : plan_.coils) add(c.at, c.duration);
    for (const auto& m : plan_.microwaves) add(m.at, m.duration);
    for (const auto& p : plan_.probes)
        for (const double t : stimulus::probe_events(p)) times.push_back(t);
    return times;
}

}  // namespace caravel::response
