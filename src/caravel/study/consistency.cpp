#include "caravel/study/consistency.hpp"

#include "caravel/base/suggest.hpp"
#include "caravel/base/unit.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>

namespace caravel::study {
namespace {

/// Finest grid of outputs and windows over a run; finer ones only fill memory.
constexpr double most_pieces = 100'000.0;

/// Places of the body and its sinks; a tumour of that name would mix with them.
const std::set<std::string>& reserved_places() {
    static const std::set<std::string> names{"arterial", "venous",       "lymph",   "blood",
                                             "plasma",   "urine",        "bile",    "metabolised",
                                             "degraded", "unabsorbed",   "depot",   "marrow",
                                             "tumours",  "interstitium", "lysosome"};
    return names;
}

class Checker {
  public:
    explicit Checker(const StudyInput& study) : study_(study) {}

    std::vector<Diagnostic> run() {
        formulations();
        std::set<std::string> seen;
        for (const auto& t : study_.subject.tumours) tumour(t.tissue, seen);
        toxicities();
        depots();
        samples();
        settings();
        return std::move(mistakes_);
    }

  private:
    void add(const Location& where, std::string what, std::string expected, std::string hint = "") {
        mistakes_.push_back({where, std::move(what), std::move(expected), std::move(hint)});
    }

    void formulations() {
        std::set<std::string> seen;
        for (const auto& f : study_.formulations)
            if (!seen.insert(f.name).second)
                add({}, "two formulations are named '" + f.name + "'", "a name for each");
    }

    void tumour(const tissue::TumourInput& t, std::set<std::string>& seen) {
        if (!seen.insert(t.name).second)
            add(t.where, "two tumours are named '" + t.name + "'", "a name for each");
        const auto& organs = formulation::organ_names();
        const bool organ =
            t.name != "tumour" && std::find(organs.begin(), organs.end(), t.name) != organs.end();
        if (organ || reserved_places().count(t.name))
            add(t.where, "tumour '" + t.name + "' is named like a place of the body",
                "another name, such as 'tumour2'");
        std::set<std::string> populations{"dying1", "dying2", "dying3"};
        for (const auto& p : t.populations)
            if (!populations.insert(p.name).second)
                add(t.where, "tumour '" + t.name + "' cannot have a population '" + p.name + "'",
                    "a name of its own for each population");
    }

    void toxicities() {
        std::set<std::string> cells;
        for (const auto& m : study_.subject.toxicities)
            if (!cells.insert(m.cells).second)
                add({}, "two [[subject.myelosuppression]] describe " + m.cells,
                    "one for each kind of cells");
    }

    /// A route has one depot: what its doses say of it must agree.
    void depots() {
        std::map<std::string, double> half_lives;
        for (const auto& a : study_.protocol.administrations) {
            if (!a.absorption_half_life) continue;
            const auto [known, fresh] = half_lives.emplace(a.route, *a.absorption_half_life);
            if (!fresh && known->second != *a.absorption_half_life)
                add(a.where, a.route + " doses have two absorption half-lives",
                    "the same for every dose of a route");
        }
    }

    void samples() {
        std::vector<std::string_view> places{"blood", "plasma"};
        for (const auto organ : formulation::organ_names())
            if (organ != "tumour") places.push_back(organ);
        for (const auto& t : study_.subject.tumours) places.push_back(t.tissue.name);
        for (const auto* list : {&study_.protocol.samples, &study_.protocol.measurements})
            for (const auto& s : *list)
                if (std::find(places.begin(), places.end(), s.of) == places.end())
                    add(s.where, "a sample of '" + s.of + "' cannot be taken",
                        "blood, plasma, an organ or a tumour of the study",
                        did_you_mean(s.of, places));
    }

    void settings() {
        const double finest = study_.run.until / most_pieces;
        const auto check = [&](const std::optional<double>& interval, const std::string& key) {
            if (interval && *interval < finest)
                add({}, key + " is " + format_number(from_si(*interval, "s"), 3) + " s",
                    "at least " + format_number(from_si(finest, "s"), 3) +
                        " s, a hundred-thousandth of the run");
        };
        check(study_.run.output_interval, "output_interval");
        check(study_.run.checkpoint_interval, "checkpoint_interval");
    }

    const StudyInput& study_;
    std::vector<Diagnostic> mistakes_;
};

}  // namespace

void check_consistency(const StudyInput& study) {
    auto mistakes = Checker(study).run();
    if (!mistakes.empty()) throw InputError(std::move(mistakes));
}

}  // namespace caravel::study
