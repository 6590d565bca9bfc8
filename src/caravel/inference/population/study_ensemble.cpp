#include "caravel/inference/population/study_ensemble.hpp"

#include "caravel/base/unit.hpp"
#include "caravel/inference/shards.hpp"
#include "caravel/report/sha256.hpp"

#include <algorithm>
#include <cmath>
#include <mutex>

namespace caravel::inference::population {
namespace {

// A record is one line and a tab ends its first part.
std::string one_line(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
    return text;
}

std::string plan_hash(const StudyFamily& family, const StudyJobs& jobs) {
    return report::sha256_hex(family.identity() + "\n" + jobs.identity + "\n" +
                              std::to_string(jobs.count));
}

}  // namespace

StudyEnsemble::StudyEnsemble(const StudyFamily& family, StudyJobs jobs, std::filesystem::path file)
    : family_(family),
      jobs_(std::move(jobs)),
      store_(std::move(file), plan_hash(family_, jobs_), jobs_.count) {}

std::vector<double> StudyEnsemble::values(std::uint64_t i) const {
    std::vector<double> values(family_.keys());
    jobs_.values(i, values);
    return values;
}

std::vector<Record> StudyEnsemble::compute(std::span<const std::uint64_t> jobs) const {
    const std::size_t width = family_.keys();
    std::vector<double> values(width * jobs.size());
    for (std::size_t k = 0; k < jobs.size(); ++k)
        jobs_.values(jobs[k], std::span(values).subspan(k * width, width));
    const auto block = family_.evaluate_block(values);
    std::vector<Record> records;
    for (std::size_t k = 0; k < jobs.size(); ++k) {
        const auto row = std::span<const double>(values).subspan(k * width, width);
        if (block.failures[k].empty())
            records.push_back({jobs[k], "v " + encode_doubles(block.outputs[k])});
        else
            records.push_back({jobs[k], "q " + one_line(family_.command(row)) + '\t' +
                                            one_line(block.failures[k])});
    }
    return records;
}

StudyEnsembleReport StudyEnsemble::run(exec::ThreadTeam& team, const ProgressCallback& progress,
                                       const std::atomic<bool>* cancel) {
    StudyEnsembleReport report;
    {
        const auto missing = store_.missing();
        const std::uint64_t shard = std::max<std::uint64_t>(jobs_.shard, 1);
        const std::uint64_t shards = (missing.size() + shard - 1) / shard;
        std::mutex mutex;
        const auto work = [&](index_t s) {
            const auto begin = static_cast<std::uint64_t>(s) * shard;
            const auto size = std::min<std::uint64_t>(shard, missing.size() - begin);
            const auto records = compute(std::span(missing).subspan(begin, size));
            const std::lock_guard lock(mutex);
            store_.append(records);
            report.computed += records.size();
            if (progress)
                progress({static_cast<index_t>(store_.finished()),
                          static_cast<index_t>(store_.count()), std::nan("")});
        };
        run_shards(static_cast<index_t>(shards), work, team, {}, cancel);
    }
    report.finished = store_.finished();
    report.missing = store_.count() - store_.finished();
    store_.put_in_order();
    return report;
}

void StudyEnsemble::visit(const Visitor& result) const {
    RecordReader reader(store_);
    for (std::uint64_t i = 0; i < store_.count(); ++i) {
        if (!store_.has(i)) continue;
        const std::string payload = reader.payload(i);
        if (const auto outputs = outputs_of(payload)) {
            result(i, &*outputs, nullptr);
        } else {
            const auto failure = quarantined_of(i, payload);
            result(i, nullptr, &*failure);
        }
    }
}

}  // namespace caravel::inference::population
