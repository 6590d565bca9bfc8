// The numbers that are taken from every variant of a study, and what must be computed for them.
#pragma once

#include "caravel/inference/population/varied_study.hpp"
#include "caravel/study/record_builder.hpp"

#include <optional>
#include <string>
#include <vector>

namespace caravel::inference::population {

class FamilyOutputs {
  public:
    /// Looks the requested outputs up in a run of the study as it stands; none requested: the
    /// numbers of its results that every variant has (no initial half-lives, no prescribed
    /// temperatures). Throws InputError with every output that does not exist ("did you
    /// mean"), NumericalError when that run fails.
    FamilyOutputs(const study::Prepared& base, const std::vector<RequestedOutput>& requested,
                  const study::DataPaths& data);

    const std::vector<std::string>& names() const { return names_; }
    const std::vector<std::string>& units() const { return units_; }
    /// Whether the untreated control must run beside each variant.
    bool needs_untreated() const { return needs_untreated_; }
    /// Whether whole curves are needed, not only values at the requested times.
    bool needs_curves() const { return !quantities_.empty(); }
    /// Whether the images of each variant must be taken.
    bool needs_images() const { return !readings_.empty(); }

    /// Times (s) at which amounts of a variant must be known, ascending. Throws InputError when one
    /// lies after the variant's end.
    std::vector<double> times(const study::StudyInput& study, const study::BuiltModel& built) const;

    /// Times that are recorded beside the grid of a run.
    std::vector<double> extra_times() const;

    /// The observables of a variant from which its outputs are taken: those asked for at a time, or
    /// all where whole curves are needed. One that the variant does not have is left out.
    std::vector<study::Observable> observables(const study::StudyInput& study,
                                               const study::BuiltModel& built) const;

    /// The outputs from amounts at `times` or more. Without curves only the doses of `built` are
    /// looked at. `fields`: numbers that tumours in space and
    /// images add. Throws NumericalError for an output
    /// that has no value.
    std::vector<double> values(const study::StudyInput& study, const study::BuiltModel& built,
                               const std::vector<study::Observable>& observables,
                               const study::AmountRecord& treated,
                               const study::AmountRecord* untreated,
                               const std::vector<report::QuantityResult>& fields = {}) const;

  private:
    /// An output that is an observable at a time.
    struct Timed {
        std::size_t output = 0;
        std::string observable;
        double time = 0.0;
    };
    /// An output that is a number of the results.
    struct Quantity {
        std::size_t output = 0;
        std::string name;
    };
    /// An output that is a number of an image.
    struct Reading {
        std::size_t output = 0;
        std::string name;
        std::optional<double> time;
    };
    void add(const RequestedOutput& output, const report::RunRecord& record,
             const std::vector<report::QuantityResult>& readings,
             const std::vector<study::Observable>& observables, std::vector<Diagnostic>& mistakes);
    bool add_reading(const RequestedOutput& output,
                     const std::vector<report::QuantityResult>& readings,
                     std::vector<Diagnostic>& mistakes);
    void find_curves(const study::Prepared& base, const report::RunRecord& record);
    std::vector<report::Series> curves(const std::vector<study::Observable>& observables,
                                       const study::BuiltModel& built,
                                       const study::AmountRecord& record) const;
    std::vector<double> untreated_volumes(const std::vector<study::Observable>& observables,
                                          const study::BuiltModel& built,
                                          const study::AmountRecord& record) const;
    void take_quantities(const study::StudyInput& study, const study::BuiltModel& built,
                         const std::vector<study::Observable>& observables,
                         const study::AmountRecord& treated, const study::AmountRecord* untreated,
                         const std::vector<report::QuantityResult>& fields,
                         std::vector<double>& values) const;

    std::vector<std::string> names_;
    std::vector<std::string> units_;
    std::vector<Timed> timed_;
    std::vector<Quantity> quantities_;
    std::vector<Reading> readings_;
    std::vector<std::string> curves_;  // observables the quantities are computed from
    std::vector<double> data_times_;   // s, of measured points, which a run records as well
    bool needs_untreated_ = false;
};

}  // namespace caravel::inference::population
