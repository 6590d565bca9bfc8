#include "caravel/inference/population/study_family.hpp"

#include "caravel/base/unit.hpp"
#include "caravel/inference/population/family_runs.hpp"
#include "caravel/report/sha256.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace caravel::inference::population {
namespace {

/// Variants in memory at once: enough to fill the lanes, few enough that their models fit.
constexpr std::size_t rows_at_once = 128;

/// Longest run (s, by its estimate) that is worth doing many times.
constexpr double longest_run = 600.0;

/// The study as it stands. Throws InputError where one run of it takes too long.
const study::Prepared& affordable(const StudyFamily::Plan& plan, const study::Prepared& base) {
    if (base.built.grids.empty()) return base;
    const double seconds = study::estimate(base).seconds;
    if (seconds <= longest_run) return base;
    throw InputError(Diagnostic{
        {plan.study.string(), 0, 0},
        fmt::format("one run of this tumour in space takes about {:.0f} min, which is too long to "
                    "do many times",
                    seconds / 60.0),
        fmt::format("at most {:.0f} min", longest_run / 60.0),
        "a coarser resolution, symmetry = \"octant\", a longer time_step; or model = \"lumped\""});
}

/// What one thread needs to evaluate variants.
struct Workplace {
    Workplace(const VariedStudy& study, const study::DataPaths& data)
        : library(data.root), reader(study, library) {}
    matter::Library library;
    VariantReader reader;
    exec::ThreadTeam team{1};
};

}  // namespace

struct StudyFamily::Content {
    Content(const Plan& p, const study::DataPaths& d)
        : data(d), study(p, d), outputs(affordable(p, study.base()), p.outputs, d) {
        std::string all = study::identity(study.base().stored, p.version, data);
        for (const auto& key : study.keys()) all += "\n" + key.key + " " + key.unit;
        for (const auto& name : outputs.names()) all += "\n" + name;
        identity = report::sha256_hex(all);
    }

    std::unique_ptr<Workplace> take_workplace() {
        {
            const std::lock_guard lock(mutex);
            if (!workplaces.empty()) {
                auto free = std::move(workplaces.back());
                workplaces.pop_back();
                return free;
            }
        }
        return std::make_unique<Workplace>(study, data);
    }

    void give_back(std::unique_ptr<Workplace> workplace) {
        const std::lock_guard lock(mutex);
        workplaces.push_back(std::move(workplace));
    }

    std::vector<VariantResult> run(std::span<const double> values) {
        auto workplace = take_workplace();
        const std::size_t width = study.keys().size();
        const std::size_t rows = width == 0 ? 1 : values.size() / width;
        std::vector<VariantResult> results(rows);
        FamilyRuns runs(outputs, models, data, workplace->team);
        // The voxels of many tumours in space would fill memory.
        const std::size_t block = study.base().built.grids.empty() ? rows_at_once : 1;
        for (std::size_t first = 0; first < rows; first += block) {
            std::vector<ReadyVariant> ready;
            for (std::size_t row = first; row < std::min(rows, first + block); ++row)
                catch_failure(results[row], [&] {
                    const auto& variant =
                        workplace->reader.read(values.subspan(row * width, width));
                    ready.push_back(runs.prepare(
                        row, variant, study::build_model(variant, workplace->library, data)));
                });
            runs.run(ready, results);
        }
        give_back(std::move(workplace));
        return results;
    }

    study::DataPaths data;
    VariedStudy study;
    FamilyOutputs outputs;
    std::string identity;
    SharedModels models;
    std::mutex mutex;
    std::vector<std::unique_ptr<Workplace>> workplaces;
};

RequestedOutput parse_output(std::string_view text) {
    const std::size_t at = text.find('@');
    RequestedOutput output{std::string(text.substr(0, at)), {}};
    const std::string expected = "a name, or an observable and a time as in tumour.volume@240 h";
    if (output.name.empty())
        throw InputError(Diagnostic{{}, "output '" + std::string(text) + "'", expected, ""});
    if (at == std::string_view::npos) return output;
    try {
        const auto time = parse_quantity(text.substr(at + 1));
        if (time.unit.dimension == dimension::time) {
            output.time = time.si;
            return output;
        }
    } catch (const UnitError&) {
        // Said below, with what was expected.
    }
    throw InputError(
        Diagnostic{{}, "output '" + std::string(text) + "' names no time after '@'", expected, ""});
}

StudyFamily::StudyFamily(const Plan& plan, const study::DataPaths& data)
    : content_(std::make_unique<Content>(plan, data)) {}
StudyFamily::~StudyFamily() = default;
StudyFamily::StudyFamily(StudyFamily&&) noexcept = default;

const std::vector<VariedKey>& StudyFamily::varied_keys() const { return content_->study.keys(); }

std::size_t StudyFamily::keys() const { return content_->study.keys().size(); }

const std::vector<std::string>& StudyFamily::output_names() const {
    return content_->outputs.names();
}

const std::vector<std::string>& StudyFamily::output_units() const {
    return content_->outputs.units();
}

const std::vector<double>& StudyFamily::base_values() const {
    return content_->study.base_values();
}

const std::string& StudyFamily::identity() const { return content_->identity; }

std::vector<double> StudyFamily::evaluate(std::span<const double> values) const {
    if (values.size() != keys())
        throw InputError(Diagnostic{{},
                                    std::to_string(values.size()) + " values",
                                    std::to_string(keys()) + ", one for each key",
                                    ""});
    auto results = content_->run(values);
    if (results.front().error) std::rethrow_exception(results.front().error);
    return std::move(results.front().outputs);
}

StudyFamily::BlockResult StudyFamily::evaluate_block(std::span<const double> values) const {
    if (keys() > 0 && values.size() % keys() != 0)
        throw InputError(Diagnostic{{},
                                    std::to_string(values.size()) + " values",
                                    "rows of " + std::to_string(keys()),
                                    ""});
    BlockResult block;
    for (auto& result : content_->run(values)) {
        block.outputs.push_back(std::move(result.outputs));
        block.failures.push_back(std::move(result.failure));
    }
    return block;
}

std::string StudyFamily::command(std::span<const double> values) const {
    return content_->study.command(values);
}

}  // namespace caravel::inference::population
