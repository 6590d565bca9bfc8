#include "caravel/study/phantom_runner.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/couple/state.hpp"
#include "caravel/study/checkpoint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace caravel::study {
namespace {

constexpr double even_outputs = 120.0;
constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
const std::vector<double> default_depths{0.001, 0.002, 0.005, 0.01, 0.02};  // m

/// Share of the work that is light before anything is stepped, for the progress line.
constexpr double light_part = 0.2;

std::vector<double> output_times(const PhantomStudy& study, const BuiltPhantom& phantom,
                                 const response::Treatment& treatment,
                                 const std::vector<double>& extra) {
    const double end = phantom.end;
    std::vector<double> times{0.0, end};
    const auto add_even = [&](double step) {
        for (double i = 1.0; i * step < end * (1.0 - 1e-9); i += 1.0) times.push_back(i * step);
    };
    add_even(study.run.output_interval.value_or(end / even_outputs));
    if (study.run.checkpoint_interval) add_even(*study.run.checkpoint_interval);
    for (const double t : phantom_field_times(study, phantom)) times.push_back(t);
    // Pulses are a matter of the solver's own steps.
    if (const auto events = treatment.events(); events.size() <= 60)
        times.insert(times.end(), events.begin(), events.end());
    times.insert(times.end(), extra.begin(), extra.end());
    std::sort(times.begin(), times.end());
    times.erase(std::unique(times.begin(), times.end()), times.end());
    std::erase_if(times, [end](double t) { return t < 0.0 || t > end; });
    return times;
}

/// Means and extremes over the tumour and the normal tissue.
struct Regions {
    explicit Regions(const tissue::Domain& domain) {
        for (std::size_t i = 0; i < domain.region.size(); ++i) {
            const double share = domain.tumour_share[i];
            if (domain.region[i] == tissue::Region::outside) continue;
            if (share > 0.0) tumour.emplace_back(i, share);
            if (share < 1.0) normal.emplace_back(i, 1.0 - share);
        }
    }
    using Weights = std::vector<std::pair<std::size_t, double>>;
    static double mean(const Weights& weights, std::span<const double> values) {
        double sum = 0.0;
        double all = 0.0;
        for (const auto& [i, w] : weights) {
            if (!std::isfinite(values[i])) continue;
            sum += w * values[i];
            all += w;
        }
        return all > 0.0 ? sum / all : nothing;
    }
    Weights tumour;
    Weights normal;
};

/// What is written down at every output time, in a fixed order.
class Observer {
  public:
    Observer(const PhantomStudy& study, const BuiltPhantom& phantom,
             const response::Treatment& treatment)
        : limit_(study.phantom.lesion_limit),
          phantom_(phantom),
          treatment_(treatment),
          regions_(phantom.plan.domain) {
        add("temperature_max", "Temperature, largest", "Cel", "Heat");
        add("temperature_min", "Temperature, smallest", "Cel", "Heat");
        if (has_tumour()) add("temperature_mean[tumour]", "Temperature, tumour", "Cel", "Heat");
        add("temperature_mean[normal]", "Temperature, normal tissue", "Cel", "Heat");
        add("lesion_volume", "Volume destroyed", "mm3", "tumour");
        if (has_tumour()) {
            add("tumour_covered", "Tumour destroyed", "%", "tumour");
            add("survival[tumour]", "Cells that live, tumour", "%", "tumour");
        }
        add("normal_harmed", "Normal tissue destroyed", "mm3", "tumour");
        for (const char* row : {"oxygen", "singlet_oxygen", "sensitiser"})
            if (phantom.plan.photodynamic)
                add(fmt::format("{}_mean", row), row_label(row), row_unit(row), "Photochemistry");
        for (const auto& c : phantom.plan.controls) {
            add(fmt::format("power[{}]", c.of), fmt::format("Power of {}", c.of), "%", "Control");
            add(fmt::format("reading[{}]", c.of), fmt::format("Thermometer of {}", c.of), "Cel",
                "Control");
        }
    }

    const std::vector<PhantomColumn>& columns() const { return columns_; }

    void look(std::span<const double> state, std::span<double> row) {
        const auto temperature = treatment_.temperature(state);
        survival_.resize(temperature.size());
        treatment_.survival(state, survival_);
        std::size_t c = 0;
        double hottest = -std::numeric_limits<double>::infinity();
        double coldest = -hottest;
        for (std::size_t i = 0; i < temperature.size(); ++i) {
            if (phantom_.plan.domain.region[i] == tissue::Region::outside) continue;
            hottest = std::max(hottest, temperature[i]);
            coldest = std::min(coldest, temperature[i]);
        }
        row[c++] = hottest;
        row[c++] = coldest;
        if (has_tumour()) row[c++] = Regions::mean(regions_.tumour, temperature);
        row[c++] = Regions::mean(regions_.normal, temperature);
        const Destroyed destroyed = look_at_survival();
        row[c++] = destroyed.volume;
        if (has_tumour()) {
            row[c++] = destroyed.tumour_share;
            row[c++] = Regions::mean(regions_.tumour, survival_);
        }
        row[c++] = destroyed.normal_volume;
        if (phantom_.plan.photodynamic) look_at_chemistry(state, row, c);
        for (const auto& memory : treatment_.controllers(state)) {
            row[c++] = memory.power;
            row[c++] = memory.readings > 0.0 ? memory.last : nothing;
        }
    }

  private:
    bool has_tumour() const { return !regions_.tumour.empty(); }

    struct Destroyed {
        double volume = 0.0;         // m3
        double normal_volume = 0.0;  // m3
        double tumour_share = 0.0;
    };
    /// As lesion_of() without the margin, which takes longer than a step of heat.
    Destroyed look_at_survival() const {
        const auto& domain = phantom_.plan.domain;
        Destroyed result;
        double tumour = 0.0;
        for (std::size_t i = 0; i < survival_.size(); ++i) {
            const double share = domain.tumour_share[i];
            tumour += share;
            if (!(survival_[i] < limit_) || domain.region[i] == tissue::Region::outside) continue;
            result.tumour_share += share;
            result.volume += domain.grid.cell_volume();
            result.normal_volume += (1.0 - share) * domain.grid.cell_volume();
        }
        if (tumour > 0.0) result.tumour_share /= tumour;
        return result;
    }

    void add(std::string name, std::string label, std::string unit, std::string group) {
        columns_.push_back(
            {"phantom." + std::move(name), std::move(label), std::move(unit), std::move(group)});
    }

    std::string place() const { return has_tumour() ? ", mean of the tumour" : ", mean"; }
    std::string row_label(std::string_view row) const {
        if (row == "oxygen") return "Oxygen" + place();
        return (row == "singlet_oxygen" ? "Reacted singlet oxygen" : "Sensitiser not bleached") +
               place();
    }
    static std::string row_unit(std::string_view row) {
        return row == "sensitiser" ? "%" : "umol/L";
    }

    void look_at_chemistry(std::span<const double> state, std::span<double> row, std::size_t& c) {
        const auto fields = treatment_.fields(state);
        const auto& where = has_tumour() ? regions_.tumour : regions_.normal;
        for (const char* name : {"oxygen", "singlet_oxygen", "sensitiser"}) {
            const auto found = std::find_if(fields.begin(), fields.end(),
                                            [&](const auto& f) { return f.name == name; });
            row[c++] = found == fields.end() ? nothing : Regions::mean(where, found->values);
        }
    }

    double limit_;
    const BuiltPhantom& phantom_;
    const response::Treatment& treatment_;
    Regions regions_;
    std::vector<PhantomColumn> columns_;
    std::vector<double> survival_;
};

/// The windows of a phantom and what survives an interruption.
class Runner {
  public:
    Runner(const PhantomStudy& study, const BuiltPhantom& phantom,
           const response::Treatment& treatment, const PhantomHooks& hooks, PhantomOutcome& outcome)
        : field_times_(phantom_field_times(study, phantom)),
          phantom_(phantom),
          treatment_(treatment),
          hooks_(hooks),
          outcome_(outcome),
          observer_(study, phantom, treatment),
          memory_(wiring_.write("treatment",
                                {"treatment", "1", couple::SlotType::block, treatment.size()})),
          state_(wiring_.slots()),
          load_(phantom.load()) {
        outcome_.columns = observer_.columns();
        outcome_.values.assign(outcome_.times.size() * outcome_.columns.size(), nothing);
    }

    void run() {
        RunProgress begin{0.0, 1};
        treatment_.initialise(state_.jump_block(memory_), load_);
        outcome_.resumed = hooks_.checkpoint && read_checkpoint(*hooks_.checkpoint, hooks_.identity,
                                                                state_, outcome_.values, begin);
        if (!outcome_.resumed) write_down(0);
        double now = begin.now;
        for (std::size_t next = begin.next_window; next < outcome_.times.size(); ++next) {
            advance(next, now);
            now = outcome_.times[next];
            write_down(next);
            save_or_stop(next + 1, now);
        }
        finish();
    }

  private:
    std::span<const double> state() const { return state_.start_block(memory_); }

    void advance(std::size_t next, double now) {
        response::TreatmentHooks inner;
        inner.interrupted = hooks_.interrupted;
        const double end = outcome_.times.back();
        inner.progress = [&](double done, double) { tell(now + done, end); };
        state_.begin();
        try {
            treatment_.advance(state_.end_block(memory_), load_, now, outcome_.times[next], inner);
        } catch (const Interrupted&) {
            save(next, now);
            stop(now);
        }
        state_.accept();
    }

    void tell(double done, double end) const {
        if (hooks_.progress) hooks_.progress(light_part * end + (1.0 - light_part) * done, end);
    }

    void write_down(std::size_t time) {
        const std::size_t n = outcome_.columns.size();
        observer_.look(state(), std::span(outcome_.values).subspan(time * n, n));
        const double now = outcome_.times[time];
        if (hooks_.fields &&
            std::find(field_times_.begin(), field_times_.end(), now) != field_times_.end())
            hooks_.fields(treatment_.fields(state()), now);
    }

    void save(std::size_t next, double now) {
        checkpoints_.time([&] {
            if (hooks_.checkpoint)
                write_checkpoint(*hooks_.checkpoint, hooks_.identity, state_, outcome_.values,
                                 {now, next});
        });
    }

    [[noreturn]] void stop(double now) const {
        throw Interrupted("interrupted at " + format_number(now, 6) + " s of " +
                          format_number(outcome_.times.back(), 6) + " s");
    }

    void save_or_stop(std::size_t next, double now) {
        const bool stopping =
            hooks_.interrupted && hooks_.interrupted() && next < outcome_.times.size();
        if (stopping || checkpoints_.is_due()) save(next, now);
        if (stopping) stop(now);
    }

    void finish() {
        outcome_.fields = treatment_.fields(state());
        outcome_.survival.resize(phantom_.plan.label.size());
        treatment_.survival(state(), outcome_.survival);
        outcome_.books = treatment_.books(state());
        outcome_.notes = treatment_.notes();
        for (auto& doubt : treatment_.doubts(state())) outcome_.notes.push_back(std::move(doubt));
        for (std::size_t l = 0; l < phantom_.plan.lights.size(); ++l)
            outcome_.rise_errors.push_back(treatment_.rise_error(state(), l));
    }

    std::vector<double> field_times_;
    const BuiltPhantom& phantom_;
    const response::Treatment& treatment_;
    const PhantomHooks& hooks_;
    PhantomOutcome& outcome_;
    Observer observer_;
    couple::Wiring wiring_;
    couple::WriteHandle memory_;
    couple::State state_;
    response::TreatmentLoad load_;
    CheckpointClock checkpoints_{hooks_.checkpoint_spacing};
};

/// Fields of light alone.
std::vector<response::TreatmentField> light_fields(const std::vector<LightBook>& books) {
    std::vector<response::TreatmentField> fields;
    for (const auto& book : books) {
        response::TreatmentField rate{"fluence_rate." + book.name, "fluence rate of " + book.name,
                                      "mW/cm2", book.fluence};
        response::TreatmentField heat{"absorbed_power." + book.name,
                                      "absorbed power of " + book.name, "mW/cm3",
                                      book.absorbed_density};
        for (double& v : rate.values) v *= book.power;
        for (double& v : heat.values) v *= book.power;
        fields.push_back(std::move(rate));
        fields.push_back(std::move(heat));
        if (book.is_emission)
            fields.push_back({"emission." + book.name, "light given off by " + book.name, "mW/cm3",
                              book.emission});
    }
    return fields;
}

void add_reading_fields(const PhantomOutcome& outcome,
                        std::vector<response::TreatmentField>& fields) {
    const auto& readings = outcome.readings;
    for (std::size_t l = 0; l < readings.gate_fluence.size(); ++l)
        for (std::size_t g = 0; g < readings.gate_fluence[l].size(); ++g) {
            const auto& light = readings.gates[l].light;
            fields.push_back(
                {fmt::format("gate_fluence.{}.{}", light, g + 1),
                 fmt::format("fluence of {} in gate {}, per launched energy", light, g + 1),
                 "1/cm2", readings.gate_fluence[l][g]});
        }
    for (const auto& d : readings.detectors)
        if (!d.sensitivity.empty())
            fields.push_back({fmt::format("sensitivity.{}.{}", d.light, d.detector),
                              fmt::format("change of the share of {} that {} sees with absorption",
                                          d.light, d.detector),
                              "mm", d.sensitivity});
}

/// Scans see the fields of their time.
std::vector<double> with_images(const PhantomStudy& study, std::vector<double> times) {
    for (const double t : object_times(study.protocol.images)) times.push_back(t);
    std::sort(times.begin(), times.end());
    times.erase(std::unique(times.begin(), times.end()), times.end());
    return times;
}

}  // namespace

std::vector<double> phantom_field_times(const PhantomStudy& study, const BuiltPhantom& phantom) {
    if (!phantom.changes()) return {0.0};
    if (!study.phantom.fields_at.empty()) {
        return with_images(study, study.phantom.fields_at);
    }
    return with_images(study,
                       {0.25 * phantom.end, 0.5 * phantom.end, 0.75 * phantom.end, phantom.end});
}

PhantomOutcome run_phantom_model(const PhantomStudy& study, const BuiltPhantom& phantom,
                                 const std::vector<double>& extra_times, matter::Library& library,
                                 const PhantomHooks& hooks) {
    PhantomOutcome outcome;
    const auto& depths = study.phantom.depths.empty() ? default_depths : study.phantom.depths;
    const double all = phantom.changes() ? phantom.end : 1.0;
    LightHooks light;
    light.interrupted = hooks.interrupted;
    light.progress = [&](double done) {
        const double part = phantom.changes() ? light_part * done : done;
        if (hooks.progress) hooks.progress(part * all, all);
    };
    outcome.lights = run_lights(phantom, depths, library, hooks.threads, light);
    outcome.readings = run_readings(study, phantom, library, hooks.threads, light, outcome.lights);
    if (!phantom.changes()) {
        outcome.times = {0.0};
        outcome.fields = light_fields(outcome.lights);
        add_reading_fields(outcome, outcome.fields);
        outcome.notes = light_notes(phantom, library);
        if (hooks.fields) hooks.fields(outcome.fields, 0.0);
        return outcome;
    }
    const response::Treatment treatment(phantom.plan, library, hooks.threads);
    outcome.times = output_times(study, phantom, treatment, extra_times);
    Runner(study, phantom, treatment, hooks, outcome).run();
    return outcome;
}

}  // namespace caravel::study
