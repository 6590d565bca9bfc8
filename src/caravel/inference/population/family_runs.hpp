// Integrates variants of one study: those of one structure together in lanes, the others one by
// one.
#pragma once

#include "caravel/inference/population/family_outputs.hpp"
#include "caravel/kinetics/batch_solver.hpp"

#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace caravel::inference::population {

/// One variant: its outputs, or why it has none.
struct VariantResult {
    std::vector<double> outputs;
    std::exception_ptr error;
    std::string failure;  // text of the error
};

/// A model that many variants share but for its numbers, prepared for the batched integrator.
class SharedModel {
  public:
    SharedModel(const kinetics::KineticModel& model, double relative_tolerance);
    SharedModel(const SharedModel&) = delete;
    SharedModel& operator=(const SharedModel&) = delete;

    /// Whether a model differs from this one in numbers only.
    bool fits(const kinetics::KineticModel& model, double relative_tolerance) const;
    const kinetics::BatchSolver& solver() const { return solver_; }
    const kinetics::KineticModel& model() const { return compiled_.model(); }
    /// Conserved substances, and which of them each species is; the number of substances: none.
    const std::vector<std::string>& substances() const { return substances_; }
    const std::vector<std::size_t>& substance_of() const { return substance_of_; }

  private:
    kinetics::CompiledModel compiled_;
    kinetics::SolverOptions options_;
    kinetics::BatchSolver solver_;
    std::vector<std::string> substances_;
    std::vector<std::size_t> substance_of_;
};

/// The shared models met so far; safe for several threads.
class SharedModels {
  public:
    /// The one that fits, prepared when it is new. Beyond the most that are kept, `own` holds it.
    const SharedModel& find(const kinetics::KineticModel& model, double relative_tolerance,
                            std::vector<std::unique_ptr<SharedModel>>& own);

  private:
    std::mutex mutex_;
    std::deque<SharedModel> models_;  // stay in place
};

/// A variant that is ready to run. Where no curves are needed, what only building needs is gone: a
/// block of complete models would not fit into the processor's caches.
struct ReadyVariant {
    std::size_t row = 0;  // of the block
    study::StudyInput study;
    study::BuiltModel built;
    std::vector<study::Observable> observables;
    std::vector<double> times;           // s, recorded
    std::vector<double> stops;           // s, inside (0, last time): doses
    const SharedModel* model = nullptr;  // null: runs alone
    kinetics::Individual numbers;
    std::vector<kinetics::Term> tumour_flow;  // m3/s of blood
};

/// Prepares and runs variants; puts their outputs or failures at their rows of `results`.
class FamilyRuns {
  public:
    FamilyRuns(const FamilyOutputs& outputs, SharedModels& models, const study::DataPaths& data,
               exec::ThreadTeam& team)
        : outputs_(outputs), models_(models), data_(data), team_(team) {}

    /// Throws InputError where the outputs do not fit the variant.
    ReadyVariant prepare(std::size_t row, const study::StudyInput& study, study::BuiltModel built);
    void run(const std::vector<ReadyVariant>& variants, std::vector<VariantResult>& results);

  private:
    void run_alone(const ReadyVariant& variant, VariantResult& result) const;

    const FamilyOutputs& outputs_;
    SharedModels& models_;
    const study::DataPaths& data_;
    exec::ThreadTeam& team_;
    std::vector<std::unique_ptr<SharedModel>> own_;  // of this block
};

/// Runs `work`; an error of input or numbers becomes the result's failure.
template <class Work>
void catch_failure(VariantResult& result, const Work& work) {
    try {
        work();
    } catch (const InputError& error) {
        result = {{}, std::current_exception(), error.what()};
    } catch (const NumericalError& error) {
        result = {{}, std::current_exception(), error.what()};
    } catch (const std::invalid_argument& error) {
        // What a model refuses follows from numbers that do not go together.
        const InputError refused(Diagnostic{{}, error.what(), "", ""});
        result = {{}, std::make_exception_ptr(refused), refused.what()};
    }
}

}  // namespace caravel::inference::population
