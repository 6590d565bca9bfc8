#include "caravel/inference/population/scan.hpp"

#include "caravel/base/unit.hpp"
#include "caravel/inference/population/population_run.hpp"
#include "caravel/report/atomic_file.hpp"
#include "caravel/report/result_lock.hpp"
#include "caravel/report/run_store.hpp"
#include "caravel/report/text.hpp"
#include "caravel/study/run_folder.hpp"
#include "caravel/study/stored_study.hpp"

#include <algorithm>
#include <cmath>

namespace caravel::inference::population {
namespace {

/// Points that the page shows one by one, and failures that scan.json lists.
constexpr std::uint64_t most_shown = 10'000;
constexpr std::size_t most_failures = 1000;

StudyFamily::Plan family_plan(const ScanOptions& options) {
    const ScanPlan& plan = options.plan;
    StudyFamily::Plan family;
    family.study = plan.study;
    family.assignments = plan.set;
    if (plan.has_seed) family.assignments.push_back("run.seed=" + std::to_string(plan.seed));
    for (const auto& axis : plan.axes) family.keys.push_back({axis.key, axis.unit});
    for (const auto& output : plan.outputs) family.outputs.push_back(parse_output(output));
    family.version = options.version;
    return family;
}

/// The plan with every default, as the run folder keeps it.
std::string plan_text(const ScanPlan& plan, const StudyFamily& family) {
    ScanPlan moved = plan;
    // What the study says is in the identity; where it lies is of no account.
    moved.study = std::filesystem::path(plan.study).filename().string();
    return "# identity " + family.identity() + "\n" + input::to_toml(input::echo(moved));
}

std::vector<report::ScanColumn> key_columns(const StudyFamily& family) {
    std::vector<report::ScanColumn> columns;
    for (const auto& key : family.varied_keys()) columns.push_back({key.key, key.unit});
    return columns;
}

std::vector<report::ScanColumn> output_columns(const StudyFamily& family) {
    std::vector<report::ScanColumn> columns;
    for (std::size_t i = 0; i < family.output_names().size(); ++i)
        columns.push_back({family.output_names()[i], family.output_units()[i]});
    return columns;
}

/// table.csv, row by row.
class TableFile {
  public:
    explicit TableFile(const std::filesystem::path& path) : file_(path) {}

    void header(const report::ScanRecord& r) {
        std::string line = "point";
        for (const auto* columns : {&r.keys, &r.outputs})
            for (const auto& c : *columns) line += ',' + report::csv_cell(report::heading(c));
        file_.add(line + ",failure\n");
    }

    void row(const report::ScanPoint& p, std::size_t outputs, const Quarantined* failure) {
        std::string line = std::to_string(p.index);
        for (const double v : p.values) line += ',' + format_number(v);
        for (std::size_t o = 0; o < outputs; ++o)
            line += ',' + (failure || !std::isfinite(p.outputs[o]) ? std::string()
                                                                   : format_number(p.outputs[o]));
        file_.add(line + ',' + (failure ? report::csv_cell(failure->reason) : std::string()) +
                  '\n');
    }

    void finish() { file_.finish(); }

  private:
    report::Replacement file_;
};

void add_to(std::vector<report::ScanSummary>& summaries, const report::ScanPoint& p) {
    for (std::size_t o = 0; o < summaries.size(); ++o) {
        auto& s = summaries[o];
        const double value = p.outputs[o];
        if (!std::isfinite(value)) continue;  // of a tumour that has vanished
        ++s.count;
        s.mean += (value - s.mean) / static_cast<double>(s.count);
        if (s.count == 1 || value < s.lowest.outputs[o]) s.lowest = p;
        if (s.count == 1 || value > s.highest.outputs[o]) s.highest = p;
    }
}

/// One pass over the results in order: table, extremes, failures.
void gather(const StudyEnsemble& ensemble, const std::filesystem::path& folder,
            report::ScanRecord& record) {
    record.summaries.resize(record.outputs.size());
    TableFile table(folder / "table.csv");
    table.header(record);
    ensemble.visit(
        [&](std::uint64_t i, const std::vector<double>* outputs, const Quarantined* failure) {
            report::ScanPoint point{i, ensemble.values(i), {}};
            if (outputs) {
                point.outputs = *outputs;
                add_to(record.summaries, point);
            } else {
                ++record.failed;
                if (record.failures.size() < most_failures)
                    record.failures.push_back({i, failure->parameters, failure->reason});
            }
            table.row(point, record.outputs.size(), failure);
            if (record.count <= most_shown) record.points.push_back(std::move(point));
        });
    table.finish();
}

StudyJobs jobs_of(const ScanPoints& points, const std::string& identity) {
    StudyJobs jobs;
    jobs.count = points.count();
    jobs.values = [&points](std::uint64_t i, std::span<double> values) { points.point(i, values); };
    jobs.identity = identity;
    return jobs;
}

void write(const report::ScanRecord& record, const std::filesystem::path& folder) {
    report::write_file_atomically(folder / "scan.json", report::scan_json(record));
    report::write_file_atomically(folder / "report.html", report::scan_page(record));
}

ScanResult compute(const ScanOptions& options, const StudyFamily& family, const ScanPoints& points,
                   const std::string& text, const report::RunFolder& folder) {
    ScanResult result;
    result.folder = folder.path;
    StudyEnsemble ensemble(family, jobs_of(points, text), folder.path / "results.store");
    exec::ThreadTeam team(options.threads);
    const auto run = ensemble.run(team, options.progress, options.cancel);
    result.computed = run.computed;
    if (run.missing > 0)
        throw Interrupted("interrupted at point " + std::to_string(run.finished) + " of " +
                          std::to_string(ensemble.count()));
    auto& record = result.record;
    record.name = std::filesystem::path(options.plan.study).parent_path().filename().string();
    if (record.name.empty())
        record.name = std::filesystem::path(options.plan.study).stem().string();
    record.id = folder.id;
    record.study = options.plan.study;
    record.version = options.version;
    record.keys = key_columns(family);
    record.outputs = output_columns(family);
    record.count = points.count();
    for (std::size_t k = 0; points.is_grid() && k < points.axes(); ++k)
        record.grid.push_back(points.values(k));
    gather(ensemble, folder.path, record);
    write(record, folder.path);
    return result;
}

}  // namespace

ScanResult run_scan(const ScanOptions& options, const study::DataPaths& data) {
    const ScanPoints points(options.plan);
    const StudyFamily family(family_plan(options), data);
    const std::string text = plan_text(options.plan, family);
    const auto seed = static_cast<std::uint64_t>(options.plan.seed);
    const std::string id = report::run_id(text, options.version, seed);
    if (!options.resume.empty() && !id.starts_with(options.resume))
        throw UsageError("run '" + options.resume +
                         "' belongs to another scan, other data or another version; leave out "
                         "--resume to begin a new one");
    const report::RunStore store(options.out);
    const report::ResultLock lock(options.out / id);
    const auto folder =
        store.create({"scan of " + options.plan.study, text, options.version, seed, ""},
                     report::Existing::reuse);
    study::remove_abandoned_files(folder.path);
    ScanResult result;
    study::fill_or_note(store, folder.id, [&] {
        report::write_file_atomically(folder.path / "scan.toml", text);
        result = compute(options, family, points, text, folder);
        store.finish(folder.id,
                     {{"version", options.version}, {"points", std::to_string(points.count())}},
                     {});
    });
    return result;
}

ScanSingle run_scan_point(const ScanOptions& options, std::uint64_t i,
                          const study::DataPaths& data) {
    const ScanPoints points(options.plan);
    if (i >= points.count())
        throw UsageError("--only " + std::to_string(i) + ": the scan has points 0 to " +
                         std::to_string(points.count() - 1));
    const StudyFamily family(family_plan(options), data);
    ScanSingle single{key_columns(family), output_columns(family), {i, {}, {}}, {}};
    single.point.values.resize(points.axes());
    points.point(i, single.point.values);
    single.command = family.command(single.point.values);
    single.point.outputs = family.evaluate(single.point.values);
    return single;
}

}  // namespace caravel::inference::population
