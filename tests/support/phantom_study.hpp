// Shipped phantoms with some of their inputs altered.
#pragma once

#include "support/study_text.hpp"

#include "caravel/study/phantom_run.hpp"

#include <cmath>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

namespace caravel::test {

/// A shipped phantom that has been run.
class ShippedPhantom {
  public:
    /// `name`: studies/phantom_<name>.toml; assignments as of --set.
    explicit ShippedPhantom(const std::string& name,
                            const std::vector<std::string>& assignments = {})
        : prepared_(study::prepare_phantom(
              std::filesystem::path(CARAVEL_SOURCE_DIR) / "studies" / ("phantom_" + name + ".toml"),
              assignments, repository_data())),
          result_(study::simulate_phantom(prepared_, {}, "run")) {}

    /// A reported number in its unit; throws std::runtime_error where there is none of this name.
    double operator[](const std::string& quantity) const {
        for (const auto& q : result_.record.quantities)
            if (q.name == quantity) return q.value;
        throw std::runtime_error("no quantity " + quantity);
    }
    /// A field at the end, one value per voxel.
    const std::vector<double>& field(const std::string& name) const {
        for (const auto& f : result_.outcome.fields)
            if (f.name == name) return f.values;
        throw std::runtime_error("no field " + name);
    }
    /// Mean of a field at the end.
    double mean(const std::string& name) const {
        const auto& values = field(name);
        return std::accumulate(values.begin(), values.end(), 0.0) /
               static_cast<double>(values.size());
    }
    /// Mean of a field over the tumour.
    double tumour_mean(const std::string& name) const {
        const auto& values = field(name);
        const auto& share = tumour_share();
        double sum = 0.0;
        double weight = 0.0;
        for (std::size_t i = 0; i < values.size(); ++i) {
            sum += share[i] * values[i];
            weight += share[i];
        }
        return sum / weight;
    }

    /// Share (0 to 1) of the tumour in every voxel.
    const std::vector<double>& tumour_share() const {
        return prepared_.built.plan.domain.tumour_share;
    }

  private:
    study::PreparedPhantom prepared_;
    study::SimulatedPhantom result_;
};

}  // namespace caravel::test
