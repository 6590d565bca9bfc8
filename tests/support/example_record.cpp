#include "example_record.hpp"

#include <cmath>
#include <functional>
#include <utility>

namespace caravel::testing {

namespace {

using report::MeasuredPoint;
using report::RunRecord;
using report::Series;
using report::Status;

constexpr double hour = 3600.0;

void add_series(RunRecord& record, Series series, const std::function<double(double)>& curve) {
    for (const double t : record.times) series.values.push_back(curve(t / hour));
    record.series.push_back(std::move(series));
}

/// Sum of one exponential pair per dose.
double repeated(double t, const std::function<double(double)>& single) {
    double sum = 0.0;
    for (const double dose : {0.0, 72.0, 144.0}) {
        if (t >= dose) sum += single(t - dose);
    }
    return sum;
}

void add_blood(RunRecord& record) {
    add_series(
        record,
        {"blood.concentration[doxil]", "Blood, liposomal doxorubicin", "mg/L", "blood", {}, {}},
        [](double t) {
            return repeated(t, [](double s) {
                return 42.0 * std::exp(-0.9 * s) + 78.0 * std::exp(-0.0385 * s);
            });
        });
    record.series.back().measured = {
        {0.5 * hour, 112.0, 14.0, {}, false, "Example et al. 2001, table 2", "Example 2001"},
        {4.0 * hour, 71.0, 9.0, {}, false, "Example et al. 2001, table 2", "Example 2001"},
        {24.0 * hour, 29.0, 6.0, {}, false, "Example et al. 2001, table 2", "Example 2001"},
        {48.0 * hour, 5.1, 1.8, {}, false, "Example et al. 2001, table 2", "Example 2001"},
        {70.0 * hour, 0.5, {}, {}, true, "Example et al. 2001, table 2", "Example 2001"}};
    add_series(
        record,
        {"blood.concentration[doxorubicin]", "Blood, free doxorubicin", "mg/L", "blood", {}, {}},
        [](double t) {
            return repeated(
                t, [](double s) { return 0.9 * (std::exp(-0.0385 * s) - std::exp(-1.4 * s)); });
        });
    record.series.back().measured = {
        {4.0 * hour, 0.62, 0.11, {}, false, "Example et al. 2003, figure 4", "Example 2003"},
        {24.0 * hour, 0.21, 0.05, {}, false, "Example et al. 2003, figure 4", "Example 2003"}};
}

void add_organs(RunRecord& record) {
    const std::vector<std::pair<const char*, double>> shares = {
        {"liver", 31.0}, {"spleen", 4.2}, {"kidney", 2.1}, {"lung", 1.3},
        {"heart", 0.6},  {"muscle", 9.5}, {"skin", 7.7},   {"tumour", 2.9}};
    const std::vector<double> masses = {1.1, 0.09, 0.33, 0.12, 0.1, 8.0, 3.3, 0.15};
    for (std::size_t i = 0; i < shares.size(); ++i) {
        const std::string place = shares[i].first;
        const double share = shares[i].second;
        record.quantities.push_back({place + ".injected_dose_fraction",
                                     share,
                                     "%{ID}",
                                     "",
                                     24.0 * hour,
                                     Status::predicted,
                                     "",
                                     {}});
        record.quantities.push_back({place + ".injected_dose_per_gram",
                                     share / masses[i],
                                     "%{ID}/g",
                                     "",
                                     24.0 * hour,
                                     Status::predicted,
                                     "",
                                     {}});
    }
    for (std::size_t i = 0; i < 4; ++i) {
        const std::string place = shares[i].first;
        std::string label = place;
        label.front() = static_cast<char>(label.front() - 'a' + 'A');
        const double share = shares[i].second;
        add_series(
            record, {place + ".injected_dose_fraction", label, "%{ID}", "organs", {}, {}},
            [&](double t) { return 1.4 * share * (std::exp(-0.012 * t) - std::exp(-0.2 * t)); });
        record.series.back().measured = {{24.0 * hour,
                                          share * (i == 1 ? 2.6 : 0.85),
                                          0.12 * share,
                                          {},
                                          false,
                                          "Example et al. 2001, table 3",
                                          "Example 2001"}};
    }
}

void add_tumour(RunRecord& record) {
    add_series(record,
               {"tumour.injected_dose_per_gram", "Tumour uptake", "%{ID}/g", "tumour", {}, {}},
               [](double t) { return 11.0 * (std::exp(-0.011 * t) - std::exp(-0.06 * t)); });
    record.series.back().measured = {
        {6.0 * hour, 2.1, 0.5, {}, false, "Example et al. 2001, table 3", "Example 2001"},
        {24.0 * hour, 6.3, 1.1, {}, false, "Example et al. 2001, table 3", "Example 2001"},
        {72.0 * hour, 1.4, 0.6, {}, false, "Example et al. 2001, table 3", "Example 2001"}};
    add_series(record, {"tumour.volume", "Tumour volume", "mm3", "tumour", {}, {}},
               [](double t) { return 150.0 * std::exp(0.004 * t - 0.000016 * t * t); });
    add_series(record,
               {"tumour.volume[control]", "Tumour volume, untreated", "mm3", "tumour", {}, {}},
               [](double t) { return 150.0 * std::exp(0.0075 * t); });
}

void add_release_and_toxicity(RunRecord& record) {
    add_series(record, {"plasma.released_fraction", "pH 7.4, plasma", "%", "release", {}, {}},
               [](double t) { return 100.0 * (1.0 - std::exp(-0.0048 * t)); });
    add_series(record, {"tumour.released_fraction", "pH 6.5, tumour", "%", "release", {}, {}},
               [](double t) { return 100.0 * (1.0 - std::exp(-0.018 * t)); });
    add_series(record, {"endosome.released_fraction", "pH 5.0, endosome", "%", "release", {}, {}},
               [](double t) { return 100.0 * (1.0 - std::exp(-0.07 * t)); });
    add_series(record, {"blood.neutrophils", "Neutrophils", "10*9/L", "toxicity", {}, {}},
               [](double t) { return 1.5 - 0.9 * t / 96.0 * std::exp(1.0 - t / 96.0); });
}

void add_numbers(RunRecord& record) {
    record.quantities = {{"tumour.delivery_efficiency_max",
                          0.94,
                          "%{ID}",
                          "Delivery efficiency to the tumour (maximum)",
                          31.5 * hour,
                          Status::predicted,
                          "",
                          {{0.41, 1.87}},
                          true},
                         {"blood.half_life_terminal[doxil]",
                          18.0,
                          "h",
                          "Terminal half-life in blood",
                          {},
                          Status::calibrated,
                          "Example 2001",
                          {{16.1, 20.4}},
                          true},
                         {"tumour.area_under_curve[doxorubicin]",
                          412.7,
                          "mg.h/L",
                          "Exposure of the tumour to free drug",
                          {},
                          Status::predicted,
                          "",
                          {},
                          true},
                         {"formulation.hydrodynamic_diameter",
                          87.3,
                          "nm",
                          "Hydrodynamic diameter",
                          {},
                          Status::input,
                          "",
                          {},
                          true},
                         {"tumour.volume",
                          163421.7,
                          "um3",
                          "Tumour volume at the end",
                          240.0 * hour,
                          Status::predicted,
                          "",
                          {}},
                         {"tumour.survival_fraction",
                          3.1e-7,
                          "1",
                          "Clonogenic survival",
                          240.0 * hour,
                          Status::predicted,
                          "",
                          {{2.2e-9, 4.0e-5}}}};
}

void add_record_of_inputs(RunRecord& record) {
    record.ledger = {{"doxorubicin (liposomal)", 0.0, 0.36, 0.011, 0.349, 3.1e-13, 1e-9, "mg"},
                     {"doxorubicin (free)", 0.0, 0.2871, 0.0042, 0.2829, 8.8e-12, 1e-9, "mg"}};
    record.provenance = {
        {"doxorubicin molar_mass", "543.5 g/mol", "measured", "PubChem CID 31703"},
        {"mouse liver mass", "1.1 g", "measured", "Brown et al. 1997, table 4"},
        {"tumour permeability", "2e-9 m/s", "assumed", "order of magnitude for 90 nm liposomes"},
        {"liver uptake rate", "0.011 1/h", "fitted", "fitted to Example 2001"}};
    record.assumptions = {"The tumour is well mixed; its vessels carry the arterial concentration.",
                          "Released drug in the liver does not return into the blood."};
    record.notes = {"declared but not simulated: protocol.image[0] (MRI, no forward model chosen)",
                    "declared but not simulated: formulation.ligand folate <no receptor in C26>"};
    record.models = {"whole_body", "lumped_tumour", "first_order_release"};
    record.parent = "3k7m0q8v5x2d9f1c6t4w8n0pza";
    record.changes = {{"formulation.coating[0].density", "0.02 1/nm2", "0.05 1/nm2"},
                      {"run.seed", "1", "7"},
                      {"protocol.administer[2]", "", "6 mg/kg at 144 h"}};
    record.timings = {{"check", 0.012}, {"simulate", 1.84}, {"report", 0.21}};
    record.manifest = {
        {"version", "0.1.0"},
        {"compiler", "g++ 12.2.0"},
        {"seed", "7"},
        {"study_hash", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"},
        {"machine_class", "x86-64-v3"}};
    record.study_toml =
        "[study]\nname = \"pegylated liposomal doxorubicin, mouse\"\n\n[[formulation.layer]]\n"
        "material = \"water\"\nradius = \"37 nm\"\n# A & B <escaped>\n\n[run]\nuntil = \"240 h\"\n"
        "seed = 7\n";
}

}  // namespace

report::RunRecord example_record() {
    RunRecord record;
    record.name = "Pegylated liposomal doxorubicin, C26 mouse";
    record.run_id = "7h2k9w4qd0x8m5t1c6v3b8n2za";
    record.description =
        "Three intravenous doses of 6 mg/kg, every third day, in a 20 g mouse with a subcutaneous "
        "C26 tumour of 150 mm³.";
    record.study_file = "studies/doxil_mouse.toml";
    for (int i = 0; i <= 2400; ++i) record.times.push_back(0.1 * i * hour);
    record.events = {{0.0, "6 mg/kg doxil i.v."},
                     {72.0 * hour, "6 mg/kg doxil i.v."},
                     {144.0 * hour, "6 mg/kg doxil i.v."},
                     {146.0 * hour, "magnetic resonance image"},
                     {192.0 * hour, "blood sample"}};
    add_numbers(record);
    add_blood(record);
    add_organs(record);
    add_tumour(record);
    add_release_and_toxicity(record);
    add_record_of_inputs(record);
    return record;
}

}  // namespace caravel::testing
