// Which numbers of a record are shares of one carrier's dose in a place that the laws know.
#pragma once

#include "caravel/inference/delivery/delivery_case.hpp"
#include "caravel/report/record.hpp"
#include "caravel/study/study_run.hpp"

#include <optional>
#include <string>
#include <vector>

namespace caravel::inference::delivery {

/// A number as a share of the dose.
struct DeliveredShare {
    Place place = Place::tumour;
    std::size_t tumour = 0;    // of which the number is; else the first
    double scale = 1.0;        // the number in its unit for the whole dose
    bool is_greatest = false;  // over time
};

/// Names of a carrier's curves and numbers.
class ForecastPlaces {
  public:
    ForecastPlaces(const report::RunRecord& record, const study::Prepared& prepared,
                   std::size_t formulation);

    /// What a name of the record means at a time (s); none where it is no such share: other
    /// substances, places without a law. A tumour's mass at that time is the record's.
    std::optional<DeliveredShare> share(const std::string& name, double time) const;

  private:
    struct Known {
        std::string name;
        DeliveredShare share;
        std::size_t whole = 0;     // series of the tumour's content, for its mass
        std::size_t per_gram = 0;  // and of that per mass; equal: not needed
    };
    void add(std::string name, DeliveredShare share);
    void add_organs(const study::Prepared& prepared, const std::string& suffix);
    void add_tumours(const study::Prepared& prepared, const std::string& suffix);
    /// Index of a series; the number of series for none.
    std::size_t series(const std::string& name) const;

    const report::RunRecord& record_;
    std::vector<Known> known_;
};

}  // namespace caravel::inference::delivery
