// What every run does with its folder, whatever it computes: states, resumes, earlier results.
#pragma once

#include "caravel/report/run_store.hpp"
#include "caravel/study/study_images.hpp"
#include "caravel/study/study_run.hpp"

#include <chrono>
#include <filesystem>
#include <string>

namespace caravel::study {

/// Wall time (s) since it was made.
class Stopwatch {
  public:
    double seconds() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    }

  private:
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// Throws UsageError when run `id` belongs to another study, other data, another seed or version.
void check_same_run(const std::string& id, const report::NewRun& run);

/// What became of a finished run in the folder, against this record's curves.
Earlier compare_with_earlier(const report::RunRecord& record, const std::filesystem::path& folder);

/// Notes the run this one derives from, and what changed since; nothing without a parent.
void link_parent(report::RunRecord& record, const RunOptions& options,
                 const report::RunStore& store);

/// On a full disk not even the state may be writable; the first error is the one to tell.
void note_state(const report::RunStore& store, const std::string& id, const char* state);

/// Where the images of a run go.
ImageHooks image_hooks(const RunOptions& options, const report::RunFolder& folder);

/// Calls fill(); when it throws, the run's state says why.
template <class Fill>
void fill_or_note(const report::RunStore& store, const std::string& id, const Fill& fill) {
    try {
        fill();
    } catch (const Interrupted&) {
        note_state(store, id, "interrupted");
        throw;
    } catch (const ResourceError&) {
        note_state(store, id, "paused: no space");
        throw;
    } catch (...) {
        note_state(store, id, "failed");
        throw;
    }
}

}  // namespace caravel::study
