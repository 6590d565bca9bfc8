#include "caravel/inference/ensemble.hpp"

#include "caravel/base/checks.hpp"
#include "caravel/inference/shards.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <mutex>
#include <string_view>

namespace caravel::inference {
namespace {

constexpr char value_mark = 'v';
constexpr char quarantine_mark = 'q';
constexpr char separator = '\t';

// A record is one line and a tab ends its first part.
std::string one_line(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
    return text;
}

std::string quarantine_payload(const std::string& parameters, const std::string& reason) {
    return std::string(1, quarantine_mark) + ' ' + one_line(parameters) + separator +
           one_line(reason);
}

Record compute(const EnsemblePlan& plan, std::uint64_t i) {
    std::string reason;
    try {
        const std::vector<double> values = plan.job(i);
        CARAVEL_EXPECTS(values.size() == plan.outputs.size());
        for (std::size_t k = 0; k < values.size() && reason.empty(); ++k) {
            if (std::isfinite(values[k])) continue;
            reason = "output '" + plan.outputs[k] + "' is " + format_number(values[k]);
        }
        if (reason.empty()) return {i, std::string(1, value_mark) + ' ' + encode_doubles(values)};
    } catch (const NumericalError& error) {
        reason = error.what();
    } catch (const InputError& error) {
        reason = error.what();
    }
    return {i, quarantine_payload(plan.describe(i), reason)};
}

}  // namespace

std::optional<std::vector<double>> outputs_of(const std::string& payload) {
    if (payload.size() >= 2 && payload[0] == quarantine_mark) return std::nullopt;
    if (payload.size() < 2 || payload[0] != value_mark || payload[1] != ' ') {
        throw IoError("a record holds no result of an individual");
    }
    return decode_doubles(std::string_view(payload).substr(2));
}

std::optional<Quarantined> quarantined_of(std::uint64_t index, const std::string& payload) {
    if (payload.size() < 2 || payload[0] != quarantine_mark) return std::nullopt;
    const std::size_t tab = payload.find(separator);
    if (tab == std::string::npos) throw IoError("a quarantine record has no reason");
    return Quarantined{index, payload.substr(2, tab - 2), payload.substr(tab + 1)};
}

EnsembleReport run_ensemble(const EnsemblePlan& plan, RecordStore& store, exec::ThreadTeam& team,
                            const ProgressCallback& progress, const std::atomic<bool>* cancel) {
    require_between(static_cast<double>(plan.shard), 1, 1e9, "the individuals of a shard", "");
    CARAVEL_EXPECTS(plan.job && plan.describe);
    const std::vector<std::uint64_t> missing = store.missing();
    const std::uint64_t shards = (missing.size() + plan.shard - 1) / plan.shard;
    EnsembleReport report;
    std::mutex mutex;
    const auto work = [&](index_t shard) {
        const std::uint64_t begin = static_cast<std::uint64_t>(shard) * plan.shard;
        const std::uint64_t end = std::min<std::uint64_t>(begin + plan.shard, missing.size());
        std::vector<Record> records;
        for (std::uint64_t k = begin; k < end && !is_cancelled(cancel); ++k) {
            records.push_back(compute(plan, missing[k]));
        }
        const std::lock_guard lock(mutex);
        store.append(records);
        report.computed += records.size();
        if (!progress) return;
        progress({static_cast<index_t>(store.finished()), static_cast<index_t>(store.count()),
                  std::numeric_limits<double>::quiet_NaN()});
    };
    run_shards(static_cast<index_t>(shards), work, team, {}, cancel);
    report.missing = store.count() - store.finished();
    store.put_in_order();
    RecordReader reader(store);
    for (std::uint64_t i = 0; i < store.count(); ++i) {
        if (!store.has(i)) continue;
        if (auto found = quarantined_of(i, reader.payload(i))) {
            report.quarantined.push_back(std::move(*found));
        }
    }
    return report;
}

}  // namespace caravel::inference
