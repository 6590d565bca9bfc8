#include "caravel/imaging/mpi/acquisition.hpp"

#include "caravel/base/error.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace caravel::imaging {
namespace {

/// cos(2 pi n/N) for all n.
std::vector<double> cosines(index_t samples) {
    std::vector<double> table;
    for (index_t n = 0; n < samples; ++n)
        table.push_back(std::cos(2.0 * std::numbers::pi * static_cast<double>(n) /
                                 static_cast<double>(samples)));
    return table;
}

/// Amplitude of cos(2 pi bin n/N) in a series that is even in n, of which a half is given.
double amplitude(const std::vector<double>& half, const std::vector<double>& table, index_t bin) {
    const auto samples = static_cast<index_t>(table.size());
    double sum = half[0];
    index_t place = 0;
    for (std::size_t n = 1; n < half.size(); ++n) {
        place += bin;
        if (place >= samples) place -= samples;
        const bool own_mirror = 2 * static_cast<index_t>(n) == samples;
        sum += (own_mirror ? 1.0 : 2.0) * half[n] * table[static_cast<std::size_t>(place)];
    }
    return 2.0 * sum / static_cast<double>(samples);
}

/// Estimate of an order, in units of its standard deviation.
double estimate(const ReceivedOrder& order, const std::vector<double>& samples,
                const std::vector<double>& table) {
    int nonzero = 0;
    for (const int n : order.order) nonzero += n > 0 ? 1 : 0;
    const double parts = std::pow(2.0, nonzero - 1);
    double sum = 0.0;
    double energy = 0.0;
    for (const ReceivedFrequency& frequency : order.frequencies) {
        const double power = std::norm(frequency.gain);
        sum += power * parts * amplitude(samples, table, frequency.bin);
        energy += power;
    }
    return order.weight * sum / energy;
}

}  // namespace

std::vector<double> moment_samples(exec::ThreadTeam& team, const MpiSettings& mpi,
                                   const MomentField& field, const Vector3& station) {
    const index_t samples = samples_per_frame(mpi);
    std::vector<double> moment(static_cast<std::size_t>(samples / 2 + 1));
    constexpr index_t chunk = 1024;
    const auto count = static_cast<index_t>(moment.size());
    team.run((count + chunk - 1) / chunk, [&](index_t tile) {
        for (index_t n = tile * chunk; n < std::min(count, (tile + 1) * chunk); ++n) {
            Vector3 place = station;
            for (std::size_t a = 0; a < 3; ++a) {
                if (!(mpi.drive_amplitude[a] > 0.0)) continue;
                const double phase =
                    2.0 * std::numbers::pi * static_cast<double>(n) / mpi.dividers[a];
                place[a] -= mpi.drive_amplitude[a] / mpi.gradient[a] * std::cos(phase);
            }
            moment[static_cast<std::size_t>(n)] = field.at(place);
        }
    });
    return moment;
}

void receive(const ScanContext& context, const MpiSettings& mpi, const std::vector<double>& samples,
             std::size_t coil, const std::vector<ReceivedOrder>& orders,
             std::vector<double>& data) {
    const std::vector<double> table = cosines(samples_per_frame(mpi));
    const auto count = static_cast<index_t>(orders.size());
    const index_t batch = std::max<index_t>(64, 16 * context.team.size());
    for (index_t first = 0; first < count; first += batch) {
        if (context.interrupted && context.interrupted())
            throw Interrupted("interrupted while a scan was received");
        context.team.run(std::min(batch, count - first), [&](index_t n) {
            const auto r = static_cast<std::size_t>(first + n);
            if (orders[r].coil == coil) data[r] = estimate(orders[r], samples, table);
        });
    }
}

}  // namespace caravel::imaging
