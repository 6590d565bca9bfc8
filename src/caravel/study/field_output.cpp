#include "caravel/study/field_output.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/report/field_file.hpp"
#include "caravel/report/nifti_file.hpp"
#include "caravel/report/vti_file.hpp"
#include "caravel/study/treatment_output.hpp"
#include "caravel/tissue/grid/grid_fields.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string_view>

namespace caravel::study {
namespace {

namespace fs = std::filesystem;

/// Drugs that were given, then carriers.
std::vector<tissue::ShownSubstance> shown_substances(const BuiltModel& built) {
    std::vector<tissue::ShownSubstance> shown;
    for (const auto& [agent, drug] : built.drugs)
        shown.push_back({agent, agent, drug.molar_mass()});
    std::vector<std::string> seen;
    for (const auto& cohort : built.cohorts) {
        const auto& substance = cohort.places.carrier();
        if (std::find(seen.begin(), seen.end(), substance) != seen.end()) continue;
        seen.push_back(substance);
        std::string label = substance;
        std::replace(label.begin(), label.end(), ' ', '_');
        shown.push_back({substance, label, 1.0});
    }
    return shown;
}

std::vector<tissue::GridField> fields_in_units(const BuiltModel& built,
                                               const tissue::GridPlan& plan,
                                               const FieldMoment& moment) {
    auto shown = tissue::shown_fields(plan, moment.fields, shown_substances(built));
    if (moment.treatment)
        for (auto& field : moment.treatment->treatment().fields(moment.memory)) {
            // Photochemistry has an oxygen of its own.
            const bool taken = std::any_of(shown.begin(), shown.end(),
                                           [&](const auto& f) { return f.name == field.name; });
            shown.push_back({taken ? "photodynamic." + field.name : std::move(field.name),
                             std::move(field.label), std::move(field.unit),
                             std::move(field.values)});
        }
    std::erase_if(shown, [](const auto& f) {
        return std::none_of(f.values.begin(), f.values.end(),
                            [](double v) { return std::isfinite(v) && v != 0.0; });
    });
    for (auto& field : shown) {
        const Unit unit = parse_unit(field.unit);
        for (double& v : field.values) v = from_si(v, unit);
    }
    return shown;
}

/// As files hold them: air, which the region tells, is 0.
std::vector<tissue::GridField> stored_fields(const BuiltModel& built, const FieldMoment& moment) {
    auto shown = fields_in_units(built, moment.tumour.plan(), moment);
    for (auto& field : shown) {
        for (double& v : field.values)
            if (std::isnan(v)) v = 0.0;
        field.name = report::field_name_of(field.name);
    }
    return shown;
}

/// Whether scanners look at a field.
bool is_imaged(const std::string& name) {
    constexpr std::string_view total = ".total";
    return name == "temperature" ||
           (name.size() > total.size() &&
            name.compare(name.size() - total.size(), total.size(), total) == 0);
}

std::int64_t number_of(const std::vector<double>& times, double time) {
    return std::lower_bound(times.begin(), times.end(), time) - times.begin() + 1;
}

std::string label_of(std::string name) {
    std::replace(name.begin(), name.end(), '_', ' ');
    const auto dot = name.rfind('.');
    if (dot == std::string::npos) return name;
    const std::string what = name.substr(dot + 1);
    const std::string base = name.substr(0, dot);
    if (what == "interstitium") return base + ", in the interstitial fluid";
    return base + (what == "cells" ? ", inside cells" : ", " + what);
}

/// What a reader asks first: what is where, then what acted, last what a damage model remembers.
int reading_order(const std::string& name) {
    const auto begins = [&](std::string_view text) { return name.rfind(text, 0) == 0; };
    if (begins("temperature")) return 1;
    if (begins("survival")) return 2;
    if (begins("fluence_rate")) return 3;
    for (const char* memory : {"arrhenius", "cem43.cells", "heat_shock", "freezing", "alive",
                               "vulnerable", "oxygen_at_start", "oxygen_supplied"})
        if (begins(memory)) return 5;
    const bool treated = begins("cem43") || begins("perfusion") || begins("ice") ||
                         begins("singlet") || begins("photodynamic") || begins("radicals") ||
                         begins("sensitiser") || begins("peroxide");
    return treated ? 4 : 0;
}

}  // namespace

std::vector<double> field_times(const tissue::GridPlan& plan, double until) {
    if (!plan.input.fields_at.empty()) {
        auto times = plan.input.fields_at;
        std::sort(times.begin(), times.end());
        std::erase_if(times, [until](double t) { return t > until; });
        return times;
    }
    // Early, when carriers are near vessels; then as they spread.
    return {until / 24.0, until / 6.0, until / 2.0, until};
}

std::vector<double> field_times_with_scans(const tissue::GridPlan& plan, const StudyInput& study) {
    const auto scans = object_times(study.protocol.images);
    if (scans.empty()) return plan.input.fields_at;
    auto times = field_times(plan, study.run.until);
    times.insert(times.end(), scans.begin(), scans.end());
    std::sort(times.begin(), times.end());
    times.erase(std::unique(times.begin(), times.end()), times.end());
    return times;
}

fs::path field_file(const tissue::GridPlan& plan, double time, double until,
                    const fs::path& folder) {
    return folder / report::field_name_of(plan.name) /
           report::field_file_name(number_of(field_times(plan, until), time));
}

void write_fields(const BuiltModel& built, const FieldMoment& moment, double until,
                  const fs::path& folder) {
    const auto& plan = moment.tumour.plan();
    const double time = moment.time;
    const auto number = number_of(field_times(plan, until), time);
    const auto shown = stored_fields(built, moment);
    const fs::path own = folder / report::field_name_of(plan.name);
    fs::create_directories(own);
    std::vector<double> region;
    for (const auto r : plan.domain.region) region.push_back(static_cast<double>(r));
    std::vector<report::VolumeField> volumes{{"region", "1", view_of(std::as_const(region))}};
    for (const auto& field : shown)
        volumes.push_back({field.name, field.unit, view_of(field.values)});
    const std::string stem = fs::path(report::field_file_name(number)).stem().string();
    report::write_field_file(own / (stem + ".h5"), {number, time, plan.domain.grid}, volumes,
                             {true, 1});
    report::write_vti(own / (stem + ".vti"), plan.domain.grid, time, volumes);
    const auto times = field_times(plan, until);
    std::vector<std::pair<double, std::string>> film;
    for (std::int64_t i = 1; i <= number; ++i)
        film.emplace_back(times.at(static_cast<std::size_t>(i - 1)),
                          fs::path(report::field_file_name(i)).stem().string() + ".vti");
    report::write_vti_series(own / "fields.pvd", film);
    for (const auto& volume : volumes)
        report::write_nifti(own / (stem + "." + volume.name + ".nii.gz"), plan.domain.grid, volume,
                            plan.name + " " + volume.name);
}

void KeptFields::keep(const BuiltModel& built, const FieldMoment& moment) {
    if (std::find(times_.begin(), times_.end(), moment.time) == times_.end()) return;
    auto& kept = fields_[{moment.tumour.plan().name, moment.time}];
    kept.clear();
    for (auto& field : stored_fields(built, moment)) {
        if (!is_imaged(field.name)) continue;
        for (double& v : field.values) v = static_cast<double>(static_cast<float>(v));
        kept.push_back({field.name, field.unit, std::move(field.values)});
    }
}

const std::vector<report::StoredField>& KeptFields::at(const std::string& tumour,
                                                       double time) const {
    const auto found = fields_.find({tumour, time});
    if (found == fields_.end())
        throw std::logic_error("no fields of " + tumour + " were kept at the time of an image");
    return found->second;
}

std::vector<report::FieldPicture> read_pictures(const BuiltModel& built, const fs::path& folder) {
    std::vector<report::FieldPicture> pictures;
    for (const auto& plan : built.grids) {
        const fs::path own = folder / report::field_name_of(plan.name);
        if (!fs::exists(own)) continue;
        std::vector<fs::path> files;
        for (const auto& entry : fs::directory_iterator(own))
            if (entry.path().extension() == ".h5") files.push_back(entry.path());
        std::sort(files.begin(), files.end());
        std::vector<float> depth;
        for (const double d : tissue::depth_below_surface(plan.domain))
            depth.push_back(static_cast<float>(d));
        std::map<std::string, report::FieldPicture> by_name;
        for (const auto& path : files) {
            const auto file = report::read_field_file(path);
            for (const auto& field : file.fields) {
                if (field.name == "region") continue;
                auto& picture = by_name[field.name];
                if (picture.times.empty()) {
                    picture.name = report::field_name_of(plan.name + "." + field.name);
                    picture.label = label_of(field.name);
                    if (built.grids.size() > 1) picture.label = plan.name + ": " + picture.label;
                    picture.unit = field.unit;
                    const auto& grid = plan.domain.grid;
                    picture.cells = {grid.nx, grid.ny, grid.nz};
                    picture.spacing = grid.spacing;
                    picture.mirrored = plan.domain.mirrored;
                    picture.depth = depth;
                    // Through the tumour's middle, which in an octant is its corner.
                    picture.through.emplace();
                    for (std::size_t a = 0; a < 3; ++a)
                        (*picture.through)[a] =
                            plan.domain.mirrored[2 * a]
                                ? 0.5 * grid.spacing[a]
                                : 0.5 * grid.spacing[a] * static_cast<double>(picture.cells[a]);
                }
                picture.times.push_back(file.when.time);
                auto& values = picture.values.emplace_back();
                for (std::size_t i = 0; i < field.values.size(); ++i)
                    values.push_back(plan.domain.region[i] == tissue::Region::outside
                                         ? std::numeric_limits<float>::quiet_NaN()
                                         : static_cast<float>(field.values[i]));
            }
        }
        std::vector<std::string> names;
        for (const auto& entry : by_name) names.push_back(entry.first);
        std::stable_sort(names.begin(), names.end(), [](const auto& a, const auto& b) {
            return reading_order(a) < reading_order(b);
        });
        for (const auto& name : names) pictures.push_back(std::move(by_name.at(name)));
    }
    return pictures;
}

std::vector<report::QuantityResult> field_quantities(const BuiltModel& built,
                                                     const FieldMoment& moment) {
    const auto& plan = moment.tumour.plan();
    const auto fields = moment.fields;
    const auto summary = tissue::summarise(plan, fields);
    std::vector<report::QuantityResult> result;
    const auto add = [&](const std::string& name, const std::string& label, double si,
                         const std::string& unit, bool key = false) {
        report::QuantityResult q;
        q.name = plan.name + "." + name;
        q.label = label;
        q.value = from_si(si, unit);
        q.unit = unit;
        q.time = moment.time;
        q.key = key;
        result.push_back(std::move(q));
    };
    if (plan.input.oxygen) {
        add("oxygen_mean", "Oxygen in the tumour (mean)", summary.mean_oxygen, "mm[Hg]", true);
        add("hypoxic_fraction", "Tumour below 10 mmHg of oxygen", summary.hypoxic_share, "%", true);
    }
    add("dying_fraction", "Dying and dead tumour", summary.dead_share, "%");
    if (plan.input.fluid)
        add("interstitial_fluid_pressure_max", "Interstitial fluid pressure (largest)",
            summary.largest_pressure, "mm[Hg]");
    const auto depth = tissue::depth_below_surface(plan.domain);
    for (const auto& field : tissue::shown_fields(plan, fields, shown_substances(built))) {
        const auto dot = field.name.rfind('.');
        if (dot == std::string::npos || field.name.substr(dot) != ".total") continue;
        const auto p = tissue::penetration(plan, depth, field.values);
        if (p.depth_90 <= 0.0) continue;
        const std::string what = field.name.substr(0, dot);
        add("core_to_mean_ratio[" + what + "]",
            what + ": deepest eighth of the tumour against its mean", p.core_to_mean, "1");
        add("depth_of_90_percent[" + what + "]", what + ": depth that holds 90 %", p.depth_90,
            "um");
    }
    if (moment.treatment)
        for (auto& q : treatment_quantities(*moment.treatment, moment.memory, moment.time))
            result.push_back(std::move(q));
    return result;
}

}  // namespace caravel::study
