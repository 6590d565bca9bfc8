#include "caravel/base/error.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/inference/population/scan.hpp"
#include "long_work.hpp"

#include <filesystem>
#include <iostream>

namespace caravel::apps {
namespace {

namespace population = inference::population;

/// SIGTERM, SIGINT and SIGUSR1 end the scan after the points in hand.
population::ScanOptions scan_options(const Options& o) {
    population::ScanOptions options;
    options.plan = population::read_scan_plan(o.study);
    auto& plan = options.plan;
    plan.set.insert(plan.set.end(), o.assignments.begin(), o.assignments.end());
    // What the command line varies takes the place of the plan's axes.
    if (!o.vary.empty()) {
        plan.axes.clear();
        plan.rows.clear();
    }
    for (const auto& text : o.vary) plan.axes.push_back(population::parse_vary(text));
    if (!o.outputs.empty()) plan.outputs = o.outputs;
    if (o.seed) {
        plan.seed = *o.seed;
        plan.has_seed = true;
    }
    options.out = o.out;
    options.threads = o.threads;
    options.resume = o.resume;
    options.version = o.version;
    options.cancel = &stop_requested;
    return options;
}

void print_single(const population::ScanSingle& single) {
    std::cout << "point " << single.point.index << '\n';
    for (std::size_t k = 0; k < single.keys.size(); ++k)
        std::cout << "  " << report::heading(single.keys[k]) << " = "
                  << format_number(single.point.values[k]) << '\n';
    for (std::size_t k = 0; k < single.outputs.size(); ++k)
        std::cout << "  " << report::heading(single.outputs[k]) << " = "
                  << format_number(single.point.outputs[k]) << '\n';
    std::cout << "as a study of its own: " << single.command << '\n';
}

void print_summary(const population::ScanResult& result) {
    const auto& record = result.record;
    std::cout << record.count << " points, " << record.failed << " failed, " << result.computed
              << " computed now\n";
    for (std::size_t o = 0; o < record.outputs.size(); ++o) {
        const auto& s = record.summaries[o];
        if (s.count == 0) continue;
        std::cout << "  " << report::heading(record.outputs[o]) << ": "
                  << format_number(s.lowest.outputs[o], 5) << " (point " << s.lowest.index
                  << ") to " << format_number(s.highest.outputs[o], 5) << " (point "
                  << s.highest.index << ")\n";
    }
    if (!record.failures.empty())
        std::cout << "first failure, point " << record.failures.front().index << ": "
                  << record.failures.front().reason << '\n';
    std::cout << result.folder.string() << "/report.html\n";
}

}  // namespace

void command_scan(const Options& o) {
    auto options = scan_options(o);
    const auto data = study::default_data_paths();
    if (o.only) {
        if (*o.only < 0) throw UsageError("--only takes the number of a point, from 0");
        print_single(
            population::run_scan_point(options, static_cast<std::uint64_t>(*o.only), data));
        return;
    }
    stop_on_signals();
    report::Progress progress =
        make_progress(o, std::filesystem::path(o.study).stem().string(), "points");
    options.progress = [&](const inference::Progress& p) {
        progress.update(static_cast<double>(p.done), static_cast<double>(p.total));
    };
    population::ScanResult result;
    try {
        result = population::run_scan(options, data);
    } catch (const Interrupted&) {
        progress.finish("interrupted");
        throw;
    }
    progress.finish();
    if (o.quiet)
        std::cout << result.record.id << '\n';
    else
        print_summary(result);
    if (result.record.failed == result.record.count)
        throw NumericalError(
            {"scan", "every point", "", 0.0, 0.0, "failed", "repeat one with --only 0 to see why"});
}

}  // namespace caravel::apps
