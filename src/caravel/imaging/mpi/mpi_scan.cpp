#include "caravel/imaging/mpi/mpi_scan.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/imaging/blur.hpp"
#include "caravel/imaging/mpi/acquisition.hpp"
#include "caravel/imaging/mpi/point_spread.hpp"
#include "caravel/imaging/mpi/system_solver.hpp"
#include "caravel/imaging/mpi/x_space.hpp"
#include "caravel/imaging/noise.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <optional>

namespace caravel::imaging {
namespace {

/// Iron of all magnetic agents, and the agent whose moments stand for all.
struct IronMap {
    std::vector<double> iron{};  // kg/m3
    const ImagedAgent* agent = nullptr;
    std::size_t agents = 0;
};

IronMap iron_map(const ImagedObject& object) {
    IronMap map;
    map.iron.assign(static_cast<std::size_t>(object.grid.cell_count()), 0.0);
    double most = -1.0;
    for (std::size_t i = 0; i < object.agents.size(); ++i) {
        if (!object.agents[i].magnetic) continue;
        ++map.agents;
        const std::vector<double> c = total_concentration(object, i);
        const double iron = object.agents[i].magnetic->iron;
        for (std::size_t v = 0; v < c.size(); ++v) map.iron[v] += iron * c[v];
        const double all = iron * std::accumulate(c.begin(), c.end(), 0.0);
        if (all > most) {
            most = all;
            map.agent = &object.agents[i];
        }
    }
    if (map.agent == nullptr)
        throw InputError(Diagnostic{{},
                                    "no agent of the object is magnetic, the particle scanner "
                                    "receives nothing",
                                    "an agent with a magnetic core",
                                    ""});
    return map;
}

double mean_temperature(const ImagedObject& object) {
    if (object.temperature.empty()) return 310.15;
    return std::accumulate(object.temperature.begin(), object.temperature.end(), 0.0) /
           static_cast<double>(object.temperature.size());
}

/// What both tiers need.
struct Scan {
    const ScanContext& context;
    const MpiSettings& mpi;
    const ImagedObject& object;
    IronMap map;
    Grid image;
    ParticleResponse response;
    double sigma = 0.0;  // V, of a sample
};

Scan prepare(const ScanContext& context, const ImagedObject& object, const MpiSettings& mpi) {
    check_object(object);
    const IronMap map = iron_map(object);
    const Grid image = mpi_image_grid(mpi, object.grid);
    ParticleResponse response(*map.agent->magnetic,
                              {mean_temperature(object), mpi.viscosity, mpi.relaxation},
                              largest_field(mpi, object.grid, image));
    // without noise the regularisation still needs a scale, any will do
    const double sigma = mpi.noise_voltage > 0.0 ? sample_noise(mpi) : 1e-12;
    return {context, mpi, object, map, image, std::move(response), sigma};
}

Vector3 middle_voxel(const Grid& image) {
    const auto place = [](index_t n, double spacing) { return n % 2 == 0 ? -0.5 * spacing : 0.0; };
    return {place(image.nx, image.spacing[0]), place(image.ny, image.spacing[1]),
            place(image.nz, image.spacing[2])};
}

Vector3 middle_of(const Grid& g) {
    return {g.origin[0] + 0.5 * static_cast<double>(g.nx) * g.spacing[0],
            g.origin[1] + 0.5 * static_cast<double>(g.ny) * g.spacing[1],
            g.origin[2] + 0.5 * static_cast<double>(g.nz) * g.spacing[2]};
}

/// Speeds of the field-free point for which point spreads are made; between them images are mixed.
constexpr std::array<double, 3> slowings{1.0, 0.8, 0.55};

/// Integral of sqrt(1 - u^2) from 0 to u, |u| <= 1.
double half_disc(double u) { return 0.5 * (u * std::sqrt(1.0 - u * u) + std::asin(u)); }

/// Mean over the driven axes of its speed around a place, over that in the middle. An order n that
/// is cos(n theta) of the place x = -reach cos(theta) cannot tell places apart between which n
/// theta stays within a radian of a plane wave: its speed there is the mean within reach
/// (6/n)^(1/3).
double slowing_at(const MpiSettings& mpi, const Vector3& place, const Vector3& middle) {
    const double window = std::cbrt(6.0 / static_cast<double>(mpi.highest_order));
    double product = 1.0;
    int driven = 0;
    for (std::size_t a = 0; a < 3; ++a) {
        if (!(mpi.drive_amplitude[a] > 0.0)) continue;
        const double share = std::min(
            std::abs((place[a] - middle[a]) * mpi.gradient[a] / mpi.drive_amplitude[a]), 1.0);
        const double low = std::max(share - window, -1.0);
        const double high = std::min(share + window, 1.0);
        product *= (half_disc(high) - half_disc(low)) / (high - low);
        ++driven;
    }
    return std::pow(product, 1.0 / driven);
}

/// Shares of the point spreads at a place.
std::array<double, slowings.size()> mixture(double slowing) {
    const double s = std::clamp(slowing, slowings[2], slowings[0]);
    if (s >= slowings[1]) {
        const double t = (slowings[0] - s) / (slowings[0] - slowings[1]);
        return {1.0 - t, t, 0.0};
    }
    const double t = (slowings[1] - s) / (slowings[1] - slowings[2]);
    return {0.0, 1.0 - t, t};
}

/// Image with its predicted noise and the numbers that follow from it.
struct Reconstructed {
    std::vector<double> values{};
    double noise = 0.0;            // kg/m3
    double detection_limit = 0.0;  // kg
    double ideal_limit = 0.0;      // kg, of an observer of the voltages; 0: unknown
    std::vector<std::string> notes{};
};

struct SystemScan {
    std::vector<ReceivedOrder> orders;
    double energy = 0.0;  // of the middle voxel
    std::array<PointSpread, slowings.size()> spreads;
    double noise = 0.0;  // kg/m3, in the middle
    double peak = 0.0;   // share of a voxel's iron that its image shows there

    /// kg of iron in one voxel whose image stands three deviations above 0.
    double detection_limit(double volume) const { return 3.0 * noise * volume / peak; }
};

/// Values of the point spreads in the middle.
void mix_middle(const MpiSettings& mpi, SystemScan& s) {
    const auto shares = mixture(slowing_at(mpi, {}, {}));
    s.noise = s.peak = 0.0;
    for (std::size_t i = 0; i < slowings.size(); ++i) {
        s.noise += shares[i] * s.spreads[i].image_noise;
        s.peak += shares[i] * s.spreads[i].peak;
    }
}

SystemScan system_scan(Scan& scan) {
    SystemScan s;
    const auto energies = [&] {
        s.orders = received_orders(scan.mpi, scan.response.relaxation_time(), scan.sigma);
        if (s.orders.empty())
            throw InputError(Diagnostic{scan.mpi.where, "no mixed frequency lies in the band",
                                        "a wider band or a higher highest_order", ""});
        s.energy = column_energy(scan.mpi, scan.response, scan.image.cell_volume(),
                                 middle_voxel(scan.image), s.orders);
        for (std::size_t i = 0; i < slowings.size(); ++i)
            s.spreads[i] =
                system_point_spread(scan.context.team, scan.mpi, scan.response, scan.image,
                                    s.orders, scan.mpi.regularisation * s.energy, slowings[i]);
        mix_middle(scan.mpi, s);
    };
    energies();
    if (scan.mpi.detection_limit) {
        scan.sigma *= *scan.mpi.detection_limit / s.detection_limit(scan.image.cell_volume());
        energies();
    }
    return s;
}

/// Calls add(voxel, shares of the point spreads) for every voxel of the image.
template <class Add>
void for_mixtures(const Scan& scan, const Add& add) {
    const Grid& image = scan.image;
    const Vector3 middle = middle_of(image);
    for (index_t k = 0; k < image.nz; ++k) {
        for (index_t j = 0; j < image.ny; ++j) {
            for (index_t i = 0; i < image.nx; ++i)
                add(static_cast<std::size_t>(image.index(i, j, k)),
                    mixture(slowing_at(scan.mpi, image.centre(i, j, k), middle)));
        }
    }
}

/// Voxel of `wide` that is voxel i of `image`, both with the same first voxel.
index_t place_in(const Grid& wide, const Grid& image, index_t i) {
    return wide.index(i % image.nx, i / image.nx % image.ny, i / (image.nx * image.ny));
}

std::vector<double> show(const Scan& scan, const SystemScan& s) {
    exec::ThreadTeam& team = scan.context.team;
    const std::vector<double> truth = resample(team, scan.object.grid, scan.map.iron, scan.image);
    const Grid wide = noise_grid(scan.image);
    std::vector<double> white(static_cast<std::size_t>(wide.cell_count()), 0.0);
    if (scan.mpi.noise)
        add_gaussian_noise(team, white, 1.0, scan.context.seed, NoisePurpose::receiver);
    std::vector<double> values(truth.size(), 0.0);
    for (std::size_t level = 0; level < slowings.size(); ++level) {
        std::vector<double> part = convolve(team, scan.image, s.spreads[level].signal, truth);
        if (scan.mpi.noise) {
            const auto noise = convolve(team, wide, s.spreads[level].noise, white);
            for (index_t i = 0; i < scan.image.cell_count(); ++i)
                part[static_cast<std::size_t>(i)] +=
                    noise[static_cast<std::size_t>(place_in(wide, scan.image, i))];
        }
        for_mixtures(
            scan, [&](std::size_t i, const auto& shares) { values[i] += shares[level] * part[i]; });
    }
    return values;
}

/// Standard deviation (kg/m3) of the image's voxels, mean over the image.
double mean_noise(const Scan& scan, const SystemScan& s) {
    double sum = 0.0;
    for_mixtures(scan, [&](std::size_t, const auto& shares) {
        for (std::size_t level = 0; level < slowings.size(); ++level)
            sum += shares[level] * s.spreads[level].image_noise;
    });
    return sum / static_cast<double>(scan.image.cell_count());
}

std::vector<double> acquire(const Scan& scan, const SystemScan& s) {
    const ScanContext& context = scan.context;
    std::vector<double> data(s.orders.size(), 0.0);
    for (int coil = 0; coil < 3; ++coil) {
        const auto axis = static_cast<std::size_t>(coil);
        if (!(scan.mpi.drive_amplitude[axis] > 0.0)) continue;
        const MomentField field = moment_field(context, scan.mpi, scan.response, scan.object.grid,
                                               scan.map.iron, scan.image, coil);
        receive(context, scan.mpi,
                moment_samples(context.team, scan.mpi, field, middle_of(scan.image)), axis,
                s.orders, data);
    }
    if (scan.mpi.noise)
        add_gaussian_noise(context.team, data, 1.0, context.seed, NoisePurpose::receiver);
    const SystemMatrix matrix =
        system_matrix(context, scan.mpi, scan.response, scan.image, s.orders);
    const SolverRun run{scan.mpi.regularisation, scan.mpi.iterations};
    return scan.mpi.solver == "kaczmarz" ? solve_kaczmarz(context, matrix, data, run)
                                         : solve_conjugate_gradient(context, matrix, data, run);
}

Reconstructed by_system_matrix(Scan& scan, Tier tier) {
    const SystemScan s = system_scan(scan);
    const double volume = scan.image.cell_volume();
    Reconstructed r;
    r.values = tier == Tier::image ? show(scan, s) : acquire(scan, s);
    r.noise = mean_noise(scan, s);
    r.detection_limit = s.detection_limit(volume);
    r.ideal_limit = 3.0 * volume / std::sqrt(s.energy);
    r.notes.push_back(
        fmt::format("{} orders of the drive frequencies were received.", s.orders.size()));
    if (tier == Tier::image)
        r.notes.emplace_back("Point spread and noise follow the density of the path.");
    return r;
}

Reconstructed by_x_space(Scan& scan, Tier tier) {
    const double volume = scan.image.cell_volume();
    const auto limit_of = [&](const XSpace& x) { return 3.0 * x.noise() * volume / x.peak(); };
    if (scan.mpi.detection_limit) {
        const XSpace given(scan.mpi, scan.response, scan.image, scan.sigma);
        scan.sigma *= *scan.mpi.detection_limit / limit_of(given);
    }
    const XSpace x(scan.mpi, scan.response, scan.image, scan.sigma);
    Reconstructed r;
    if (tier == Tier::image)
        r.values = x.show(scan.context,
                          resample(scan.context.team, scan.object.grid, scan.map.iron, scan.image));
    else
        r.values = x.acquire(scan.context, scan.object.grid, scan.map.iron);
    r.noise = x.noise();
    r.detection_limit = limit_of(x);
    r.notes = {"The mean of every line along the drive is unknown: its ends are shown as 0.",
               "Small objects keep the share of their signal that the point spread leaves them."};
    return r;
}

void describe_scan(const Scan& scan, const Reconstructed& r, ScanResult& result) {
    const double time = mpi_scan_time(scan.mpi, scan.image);
    result.numbers.push_back({"scan_time", "Scan time", time, "s"});
    result.numbers.push_back({"detection_limit",
                              "Iron in one place seen at a signal of 3 deviations of the image",
                              r.detection_limit, "ng"});
    if (r.ideal_limit > 0.0)
        result.numbers.push_back({"ideal_detection_limit",
                                  "Iron in one place that an ideal observer of the voltages sees",
                                  r.ideal_limit, "ng"});
    result.assumptions = {
        "Moments follow the field by the Langevin function of log-normal cores with one Debye time "
        "for all; no interaction between particles.",
        "Tissue gives no signal; receivers see every place alike.",
        "Voxels of the image act as points at their middles."};
    if (scan.map.agents > 1)
        result.assumptions.push_back(fmt::format(
            "All iron is taken for that of {}, the agent with most of it.", scan.map.agent->name));
    result.notes = r.notes;
    if (scan.mpi.reconstruction == "x_space")
        result.notes.emplace_back(
            "An x-space image carries a haze of everything around, for its point spread falls only "
            "with the square of the distance: concentrations are right for one ball of two point "
            "spreads' radius, too high for larger or several objects.");
    result.facts = {{"particle", scan.map.agent->name},
                    {"point_spread_of_field", format_quantity(scan.response.width(), "mT")},
                    {"relaxation_time", format_quantity(scan.response.relaxation_time(), "us")},
                    {"frame_time", format_quantity(frame_time(scan.mpi), "ms")},
                    {"sample_noise", format_quantity(scan.sigma, "nV")}};
}

}  // namespace

ScanResult scan_mpi(const ScanContext& context, const ImagedObject& object,
                    const MpiSettings& settings, Tier tier) {
    Scan scan = prepare(context, object, settings);
    const Reconstructed r = settings.reconstruction == "x_space" ? by_x_space(scan, tier)
                                                                 : by_system_matrix(scan, tier);
    ScanResult result;
    Image image;
    image.name = "iron";
    image.label = "Iron";
    image.unit = "mg/L";
    image.grid = scan.image;
    image.values = r.values;
    image.truth = resample(context.team, object.grid, scan.map.iron, scan.image);
    image.noise = settings.noise ? r.noise : 0.0;
    image.noise_model = settings.noise ? "gaussian" : "none";
    constexpr double mg_per_litre = 1e3;  // of 1 kg/m3
    for (double& v : image.values) v *= mg_per_litre;
    for (double& v : image.truth) v *= mg_per_litre;
    image.noise *= mg_per_litre;
    describe_scan(scan, r, result);
    result.images.push_back(std::move(image));
    return result;
}

ScanCost estimate_mpi(const Grid& object_grid, const MpiSettings& settings, Tier tier) {
    const Grid image = mpi_image_grid(settings, object_grid);
    const auto voxels = static_cast<double>(image.cell_count());
    const auto cells = static_cast<double>(object_grid.cell_count());
    // as measured (docs/models/mpi.md)
    const bool matrix = settings.reconstruction == "system_matrix";
    ScanCost cost{(matrix ? 6e5 + 100.0 * voxels : 2e5 + 36.0 * voxels) + 16.0 * cells,
                  0.005 + 5e-8 * cells + 5e-7 * voxels};
    if (tier == Tier::image) return cost;
    constexpr double moments = 6e7;  // byte, of the object's moment as the field moves over it
    if (!matrix) {
        cost.memory += moments;
        cost.seconds += 0.2;
        return cost;
    }
    const double orders = static_cast<double>(received_orders(settings, 0.0, 1.0).size());
    cost.memory += std::max(moments, 4.0 * orders * voxels);
    cost.seconds +=
        0.1 + 3.2e-4 * voxels + 1e-9 * orders * voxels * static_cast<double>(settings.iterations);
    return cost;
}

}  // namespace caravel::imaging
