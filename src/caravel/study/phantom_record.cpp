#include "caravel/study/phantom_record.hpp"

#include "caravel/base/unit.hpp"
#include "caravel/response/treatment/lesion.hpp"
#include "caravel/stimulus/light/batch_error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace caravel::study {
namespace {

constexpr double light_ledger_limit = 1e-9;
constexpr double heat_ledger_limit = 1e-6;
constexpr double isoeffect_dose = 240.0 * 60.0;  // s at 43 Cel

class Quantities {
  public:
    Quantities(const PhantomStudy& study, const BuiltPhantom& phantom,
               const PhantomOutcome& outcome)
        : study_(study), phantom_(phantom), outcome_(outcome) {}

    std::vector<report::QuantityResult> all() {
        add_volumes();
        for (const auto& book : outcome_.lights) add_light(book);
        for (const auto& book : outcome_.readings.detectors) add_detector(book);
        for (const auto& table : outcome_.readings.sweeps) add_sweep(table);
        at_end_ = phantom_.changes();
        if (at_end_) {
            add_heat();
            add_lesion();
            add_doses();
            add_chemistry();
            add_emitted();
        }
        return std::move(result_);
    }

  private:
    /// Numbers that are not finite are left out.
    void add(const std::string& name, std::string label, double si, const std::string& unit,
             bool key = false) {
        if (!std::isfinite(si)) return;
        report::QuantityResult q;
        q.name = "phantom." + name;
        q.label = std::move(label);
        q.value = from_si(si, unit);
        q.unit = unit;
        q.key = key;
        if (at_end_) q.time = outcome_.times.back();
        result_.push_back(std::move(q));
    }

    const tissue::Domain& domain() const { return phantom_.plan.domain; }
    bool has_tumour() const { return domain().tumour_volume() > 0.0; }

    void add_volumes() {
        add("volume", "Volume of the phantom",
            domain().grid.cell_volume() * static_cast<double>(domain().grid.cell_count()), "mL");
        result_.back().status = report::Status::input;
        if (!has_tumour()) return;
        add("tumour_volume", "Volume of the tumour", domain().tumour_volume(), "mm3");
        result_.back().status = report::Status::input;
    }

    /// 90 % interval by chance of the photons, for what was added last.
    void set_interval(double error, double reach, double si) {
        if (!std::isfinite(error) || !std::isfinite(si)) return;
        auto& q = result_.back();
        q.interval = {from_si(std::max(si - reach * error, 0.0), q.unit),
                      from_si(si + reach * error, q.unit)};
    }

    void add_light(const LightBook& b) {
        add_emission(b);
        if (b.is_emission && b.power <= 0.0) return;
        const auto named = [&](const char* what) { return fmt::format("{}[{}]", what, b.name); };
        const auto chance = [&](double error, double si) {
            set_interval(error, b.error_reach, si);
        };
        add(named("absorbed_share"), fmt::format("Light of {} that is absorbed", b.name),
            b.absorbed, "%", true);
        chance(b.errors.absorbed, b.absorbed);
        add(named("absorbed_share_error"),
            fmt::format("Light of {} that is absorbed, standard error by {} photons", b.name,
                        b.photons),
            b.errors.absorbed, "%");
        add(named("reflected_share"), fmt::format("Light of {} that is reflected", b.name),
            b.reflected(), "%", true);
        chance(b.errors.reflected, b.reflected());
        add(named("transmitted_share"), fmt::format("Light of {} that goes through", b.name),
            b.transmitted(), "%", true);
        chance(b.errors.transmitted, b.transmitted());
        add(named("specular_share"), fmt::format("Light of {} reflected by the surface", b.name),
            b.specular, "%");
        add(named("left_share"), fmt::format("Light of {} that leaves in all", b.name),
            b.left_in_all(), "%");
        if (study_.phantom.gates)
            add(named("gated_share"),
                fmt::format("Light of {} later than the last time gate", b.name), b.gated, "%");
        add_absorbers(b);
        for (std::size_t i = 0; i < b.along_beam.size(); ++i) {
            const auto [depth, rate] = b.along_beam[i];
            const std::string at = format_number(depth * 1e3, 4);
            add(fmt::format("fluence_rate[{}][{} mm]", b.name, at),
                fmt::format("Fluence rate of {} in {} mm depth", b.name, at), rate, "mW/cm2");
            if (i < b.errors.along_beam.size()) chance(b.errors.along_beam[i], rate);
        }
    }

    /// Of light that a load gives off; how sure the exciting light is does not enter the errors.
    void add_emission(const LightBook& b) {
        if (!b.is_emission) return;
        add(fmt::format("exciting_power[{}]", b.name),
            fmt::format("Power that excites {}, all lamps on", b.name), b.exciting, "mW");
        add(fmt::format("emitted_power[{}]", b.name),
            fmt::format("Power of {}, all lamps on", b.name), b.emitted, "mW", true);
        if (b.exciting > 0.0)
            add(fmt::format("emission_efficiency[{}]", b.name),
                fmt::format("Energy of {} over that which excites it", b.name),
                b.emitted / b.exciting, "%");
    }

    void add_detector(const DetectorBook& b) {
        const auto named = [&](const char* what) {
            return fmt::format("{}[{}][{}]", what, b.light, b.detector);
        };
        const auto label = [&](const char* what) {
            return fmt::format("Light of {} at detector {}, {}", b.light, b.detector, what);
        };
        add(named("detected_share"), label("share"), b.share, "%", true);
        set_interval(b.error, stimulus::batch_interval(stimulus::photon_batches), b.share);
        add(named("detected_time"), label("mean time of flight"), b.mean_time, "ns");
        for (const auto& [tissue, path] : b.mean_path)
            add(fmt::format("detected_path[{}][{}][{}]", b.light, b.detector, tissue),
                fmt::format("Light of {} at detector {}, mean path in {}", b.light, b.detector,
                            tissue),
                path, "mm");
    }

    void add_sweep(const LightTable& table) {
        const auto columns = light_table_columns(study_);
        for (std::size_t v = 0; v < table.values.size(); ++v) {
            const std::string at = sweep_row(table.of, table.values[v], table.unit);
            for (std::size_t c = 0; c < columns.size(); ++c) {
                add(fmt::format("sweep[{}][{}][{}]", table.light, at, columns[c]),
                    fmt::format("Light of {} with {}: {}", table.light, at, columns[c]),
                    table.shares[v][c], "%");
                if (std::isfinite(table.shares[v][c]))
                    set_interval(table.errors[v][c], table.error_reach, table.shares[v][c]);
            }
        }
    }

    void add_absorbers(const LightBook& b) {
        for (std::size_t i = 0; i < b.absorbed_in.size(); ++i) {
            const auto& [where, share] = b.absorbed_in[i];
            add(fmt::format("absorbed_share[{}][{}]", b.name, where),
                fmt::format("Light of {} absorbed by {}", b.name, where), share, "%");
            if (i < b.errors.absorbed_in.size())
                set_interval(b.errors.absorbed_in[i], b.error_reach, share);
        }
    }

    double extreme(const char* column, bool largest) const {
        for (std::size_t c = 0; c < outcome_.columns.size(); ++c) {
            if (outcome_.columns[c].name != column) continue;
            double found = outcome_.value(0, c);
            for (std::size_t t = 1; t < outcome_.times.size(); ++t)
                found = largest ? std::max(found, outcome_.value(t, c))
                                : std::min(found, outcome_.value(t, c));
            return found;
        }
        return std::nan("");
    }

    void add_heat() {
        if (!phantom_.plan.heat) return;
        const auto& books = outcome_.books;
        const bool ends = std::exchange(at_end_, false);  // of the whole run
        add("temperature_max", "Temperature, largest at any time",
            std::max(books.hottest, extreme("phantom.temperature_max", true)), "Cel", true);
        const double coldest = std::min(books.coldest, extreme("phantom.temperature_min", false));
        add("temperature_min", "Temperature, smallest at any time", coldest, "Cel",
            coldest < 283.15);
        add("temperature_mean_max[tumour]", "Temperature of the tumour, largest mean",
            extreme("phantom.temperature_mean[tumour]", true), "Cel");
        at_end_ = ends;
        if (!phantom_.plan.lights.empty()) {
            add("light_energy", "Energy of light launched", books.light_launched, "J");
            if (phantom_.plan.controls.empty()) result_.back().status = report::Status::input;
            add("light_energy_absorbed", "Energy of light absorbed", books.light_absorbed, "J");
            add("light_energy_in_agents", "Energy of light absorbed by agents",
                books.light_by_agents, "J");
            add("photons", "Photons flown while heat was computed",
                static_cast<double>(books.photons), "1");
            for (std::size_t l = 0; l < outcome_.rise_errors.size(); ++l)
                if (outcome_.rise_errors[l] > 0.0)
                    add(fmt::format("temperature_rise_error[{}]", phantom_.plan.lights[l].name),
                        fmt::format("Standard error of the largest rise of temperature, by the "
                                    "photons of {}",
                                    phantom_.plan.lights[l].name),
                        outcome_.rise_errors[l], "%");
        }
        if (!phantom_.plan.coils.empty()) {
            add("magnetic_energy", "Energy of coils taken by particles", books.magnetic, "J");
            add("eddy_energy", "Energy of eddy currents", books.eddy, "J");
        }
        if (!phantom_.plan.microwaves.empty())
            add("microwave_energy", "Energy of microwaves", books.microwave, "J");
        if (!phantom_.plan.probes.empty())
            add("probe_energy", "Heat from probes (below 0: into them)", books.heat.contact, "J");
    }

    void add_lesion() {
        const auto field = find("temperature");
        const auto lesion = response::lesion_of(
            domain(), outcome_.survival,
            field ? std::span<const double>(field->values) : std::span<const double>{},
            study_.phantom.lesion_limit);
        add("lesion_volume", "Volume destroyed", lesion.volume, "mm3", true);
        if (!has_tumour()) return;
        add("tumour_covered", "Tumour destroyed", lesion.tumour_covered, "%", true);
        add("normal_harmed", "Normal tissue destroyed", lesion.normal_harmed, "mm3", true);
        if (lesion.volume > 0.0)
            add("least_margin", "Least margin of the lesion beyond the tumour", lesion.least_margin,
                "mm", true);
        add("survival_mean[tumour]", "Cells of the tumour that live", mean_survival(), "%", true);
    }

    void add_emitted() {
        if (phantom_.plan.emissions.empty()) return;
        add("light_energy_emitted", "Energy of light that loads gave off",
            outcome_.books.light_emitted, "J");
        add("emitted_energy_absorbed", "Energy of that light absorbed",
            outcome_.books.emitted_absorbed, "J");
    }

    double mean_survival() const {
        double sum = 0.0;
        double all = 0.0;
        for (std::size_t i = 0; i < outcome_.survival.size(); ++i) {
            sum += domain().tumour_share[i] * outcome_.survival[i];
            all += domain().tumour_share[i];
        }
        return sum / all;
    }

    const response::TreatmentField* find(std::string_view name) const {
        for (const auto& f : outcome_.fields)
            if (f.name == name) return &f;
        return nullptr;
    }

    void add_d90(const char* name, const std::string& what) {
        const auto* field = find(name);
        if (field == nullptr) return;
        add(fmt::format("{}_d90", name),
            fmt::format("{} that 90 % of the {} has at least", what,
                        has_tumour() ? "tumour" : "phantom"),
            response::dose_at_volume(domain(), field->values,
                                     has_tumour() ? tissue::Region::tumour : tissue::Region::normal,
                                     0.9),
            field->unit, has_tumour());
    }

    void add_doses() {
        if (!phantom_.plan.heat) return;
        add_d90("cem43", "Thermal dose at 43 Cel");
        if (const auto* cem43 = find("cem43"))
            add("isoeffect_volume[normal]", "Normal tissue above 240 min at 43 Cel",
                response::isoeffect_volume(domain(), cem43->values, tissue::Region::normal,
                                           isoeffect_dose),
                "mm3");
    }

    void add_chemistry() {
        if (!phantom_.plan.photodynamic) return;
        add_d90("singlet_oxygen", "Reacted singlet oxygen");
        for (const auto& c : outcome_.columns) {
            if (c.group != "Photochemistry") continue;
            const auto column = static_cast<std::size_t>(&c - outcome_.columns.data());
            add(c.name.substr(std::string("phantom.").size()) + "_end", c.label + ", at the end",
                outcome_.value(outcome_.times.size() - 1, column), c.unit);
        }
    }

    const PhantomStudy& study_;
    const BuiltPhantom& phantom_;
    const PhantomOutcome& outcome_;
    bool at_end_ = false;  // what is added belongs to the end of the run
    std::vector<report::QuantityResult> result_;
};

}  // namespace

std::vector<report::Series> phantom_series(const PhantomOutcome& outcome) {
    std::vector<report::Series> all;
    for (std::size_t c = 0; c < outcome.columns.size(); ++c) {
        const auto& column = outcome.columns[c];
        report::Series s;
        s.name = column.name;
        s.label = column.label;
        s.unit = column.unit;
        s.group = column.group;
        const Unit unit = parse_unit(column.unit);
        for (std::size_t t = 0; t < outcome.times.size(); ++t)
            s.values.push_back(from_si(outcome.value(t, c), unit));
        all.push_back(std::move(s));
    }
    return all;
}

std::vector<report::QuantityResult> phantom_quantities(const PhantomStudy& study,
                                                       const BuiltPhantom& phantom,
                                                       const PhantomOutcome& outcome) {
    return Quantities(study, phantom, outcome).all();
}

std::vector<report::LedgerRow> phantom_ledger(const PhantomOutcome& outcome) {
    std::vector<report::LedgerRow> rows;
    for (const auto& b : outcome.lights) {
        if (b.is_emission && b.power <= 0.0) continue;
        report::LedgerRow row;
        row.substance = "light of " + b.name + " (shares)";
        row.sources = 1.0 + b.roulette;
        row.content = b.absorbed;
        row.eliminated = b.specular + b.left_in_all() + b.gated;
        row.relative_residual = std::abs(b.residual);
        // The diffusion solver iterates.
        row.limit = b.photons > 0 ? light_ledger_limit : 1e-3;
        row.unit = "1";
        rows.push_back(std::move(row));
    }
    const auto& heat = outcome.books.heat;
    const double turnover = std::abs(heat.source) + std::abs(heat.metabolic) +
                            std::abs(heat.perfusion) + std::abs(heat.contact) +
                            std::abs(heat.faces);
    if (turnover > 0.0) {
        report::LedgerRow row;
        row.substance = "heat";
        row.sources = heat.source + heat.metabolic;
        row.content = heat.stored;
        row.eliminated = -(heat.perfusion + heat.contact + heat.faces);
        row.relative_residual = std::abs(heat.residual()) / turnover;
        row.limit = heat_ledger_limit;
        row.unit = "J";
        rows.push_back(std::move(row));
    }
    return rows;
}

std::vector<std::pair<double, std::string>> phantom_events(const PhantomStudy& study) {
    std::vector<std::pair<double, std::string>> events;
    const auto add = [&](double at, double duration, const std::string& text) {
        events.emplace_back(at, text + " on");
        events.emplace_back(at + duration, text + " off");
    };
    const auto& s = study.protocol.stimuli;
    for (const auto& l : s.lights)
        add(l.at, l.duration,
            fmt::format("{} ({} nm, {} W)", l.name, format_number(l.wavelength * 1e9, 4),
                        format_number(stimulus::light_power(l), 3)));
    for (const auto& c : s.coils) add(c.at, c.duration, c.name);
    for (const auto& m : s.microwaves)
        add(m.at, m.duration, fmt::format("{} ({} W)", m.name, format_number(m.power, 3)));
    for (const auto& p : s.probes) add(p.at, p.duration, p.name);
    std::sort(events.begin(), events.end());
    return events;
}

}  // namespace caravel::study
