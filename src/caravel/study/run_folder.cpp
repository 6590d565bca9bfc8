#include "caravel/study/run_folder.hpp"

#include "caravel/base/error.hpp"
#include "caravel/report/atomic_file.hpp"
#include "caravel/report/series_csv.hpp"
#include "caravel/study/study_diff.hpp"

namespace caravel::study {

void check_same_run(const std::string& id, const report::NewRun& run) {
    if (report::run_id(run.study_echo, run.version, run.seed) == id) return;
    throw UsageError("run '" + id +
                     "' belongs to another study, other data, another seed or another version; "
                     "leave out --resume to begin a new run");
}

Earlier compare_with_earlier(const report::RunRecord& record, const std::filesystem::path& folder) {
    const auto path = folder / "series.csv";
    if (!std::filesystem::exists(path)) return Earlier::none;
    return report::read_whole_file(path) == report::series_csv(record) ? Earlier::same_results
                                                                       : Earlier::other_results;
}

void link_parent(report::RunRecord& record, const RunOptions& options,
                 const report::RunStore& store) {
    if (options.parent.empty()) return;
    record.parent = store.find(options.parent).id;
    record.changes = study_diff(report::read_whole_file(options.out / record.parent / "study.toml"),
                                record.study_toml);
}

void note_state(const report::RunStore& store, const std::string& id, const char* state) {
    try {
        store.set_state(id, state);
    } catch (const std::exception&) {
    }
}

ImageHooks image_hooks(const RunOptions& options, const report::RunFolder& folder) {
    ImageHooks hooks;
    hooks.folder = folder.path;
    hooks.run = folder.id;
    hooks.version = options.version;
    hooks.threads = options.threads;
    hooks.interrupted = options.interrupted;
    return hooks;
}

}  // namespace caravel::study
