#include "caravel/imaging/mpi/receive_chain.hpp"

#include <cmath>
#include <cstdlib>
#include <map>
#include <numbers>

namespace caravel::imaging {
namespace {

/// Signs of the orders' frequencies; the first order that is not 0 keeps its own.
std::vector<std::array<int, 3>> signed_orders(const std::array<int, 3>& order) {
    std::vector<std::array<int, 3>> all{order};
    bool first = true;
    for (std::size_t a = 0; a < 3; ++a) {
        if (order[a] == 0) continue;
        if (!first) {
            const std::size_t count = all.size();
            for (std::size_t i = 0; i < count; ++i) {
                all.push_back(all[i]);
                all.back()[a] = -order[a];
            }
        }
        first = false;
    }
    return all;
}

class Band {
  public:
    explicit Band(const MpiSettings& mpi) : mpi_(mpi), samples_(samples_per_frame(mpi)) {
        for (std::size_t a = 0; a < 3; ++a) {
            if (driven(a)) cycles_[a] = samples_ / static_cast<index_t>(mpi.dividers[a]);
        }
    }
    bool driven(std::size_t axis) const { return mpi_.drive_amplitude[axis] > 0.0; }
    index_t bin(const std::array<int, 3>& order) const {
        return std::abs(order[0] * cycles_[0] + order[1] * cycles_[1] + order[2] * cycles_[2]);
    }
    double frequency(index_t bin) const {
        return mpi_.clock * static_cast<double>(bin) / static_cast<double>(samples_);
    }
    bool passes(double frequency) const {
        if (frequency < mpi_.lowest_frequency || frequency > mpi_.highest_frequency) return false;
        for (std::size_t a = 0; a < 3; ++a) {
            if (driven(a) && std::abs(frequency - drive_frequency(mpi_, a)) <= mpi_.band_stop)
                return false;
        }
        return true;
    }

  private:
    const MpiSettings& mpi_;
    index_t samples_;
    std::array<index_t, 3> cycles_{0, 0, 0};
};

std::vector<std::array<int, 3>> all_orders(const Band& band, int highest) {
    std::vector<std::array<int, 3>> orders;
    for (int c = 0; c <= (band.driven(2) ? highest : 0); ++c) {
        for (int b = 0; b <= (band.driven(1) ? highest - c : 0); ++b) {
            for (int a = 0; a <= (band.driven(0) ? highest - b - c : 0); ++a)
                if (a + b + c > 0) orders.push_back({a, b, c});
        }
    }
    return orders;
}

}  // namespace

double bin_noise(const MpiSettings& mpi, double sigma) {
    return sigma * std::sqrt(2.0 / static_cast<double>(samples_per_frame(mpi)));
}

std::vector<ReceivedOrder> received_orders(const MpiSettings& mpi, double relaxation_time,
                                           double sigma) {
    const Band band(mpi);
    const auto orders = all_orders(band, static_cast<int>(mpi.highest_order));
    std::map<index_t, int> owners;
    for (const auto& order : orders) {
        for (const auto& with_signs : signed_orders(order)) ++owners[band.bin(with_signs)];
    }
    const double noise = bin_noise(mpi, sigma);
    std::vector<ReceivedOrder> received;
    for (const auto& order : orders) {
        const auto parts = signed_orders(order);
        ReceivedOrder entry{0, order, {}, 0.0};
        double energy = 0.0;
        for (const auto& with_signs : parts) {
            const index_t bin = band.bin(with_signs);
            const double frequency = band.frequency(bin);
            // nothing is induced at bin 0
            if (bin == 0 || owners[bin] > 1 || !band.passes(frequency)) continue;
            const std::complex<double> turn(0.0, 2.0 * std::numbers::pi * frequency);
            const auto gain = -mpi.coil_sensitivity * turn / (1.0 + turn * relaxation_time) /
                              static_cast<double>(parts.size());
            entry.frequencies.push_back({bin, gain});
            energy += std::norm(gain);
        }
        if (entry.frequencies.empty()) continue;
        entry.weight = std::sqrt(energy) / noise;
        for (std::size_t coil = 0; coil < 3; ++coil) {
            if (!band.driven(coil)) continue;
            entry.coil = coil;
            received.push_back(entry);
        }
    }
    return received;
}

}  // namespace caravel::imaging
