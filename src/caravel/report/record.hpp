// What a finished run hands to the report: numbers, series, ledgers, provenance. Plain data, SI
// inside; every number carries the unit in which people read it.
#pragma once

#include "caravel/report/field_picture.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace caravel::report {

enum class Status { input, calibrated, predicted };

/// What the property laws with their discrepancy say of a delivered share, in the number's unit:
/// the forecast that `caravel qualify delivery` holds against unseen articles.
struct DeliveryForecast {
    double median = 0.0;
    std::array<double, 2> interval{};               // 90 %
    std::optional<std::array<double, 2>> before{};  // 90 % before early points, when updated
    bool is_reported = false;  // the number's value and interval; else it stands beside them
};

/// One reported number, e.g. tumour.delivery_efficiency_max.
struct QuantityResult {
    std::string name;            // "place.quantity"
    double value = 0.0;          // in `unit`
    std::string unit;            // UCUM
    std::string label;           // for people: "Delivery efficiency (maximum)"
    std::optional<double> time;  // s, where the number belongs to a time
    Status status = Status::predicted;
    std::string calibrated_with;                    // data used, when calibrated
    std::optional<std::array<double, 2>> interval;  // 90 %, in `unit`
    bool key = false;                               // shown as a card and in the terminal summary
    std::optional<double> updated{};                // median after early points, in `unit`
    std::optional<std::array<double, 2>> prior_interval{};  // 90 % before early points, in `unit`
    bool from_image = false;  // read off a scan: the scan has noise of its own, no interval
    std::optional<DeliveryForecast> forecast{};

    /// The number to show, in `unit`: the delivery forecast where it is reported, else the median
    /// after early points, else what the study gives as it stands.
    double shown() const {
        return forecast && forecast->is_reported ? forecast->median : updated.value_or(value);
    }
};

/// A measured point drawn over a prediction.
struct MeasuredPoint {
    double time = 0.0;                // s
    double value = 0.0;               // in the series' unit
    std::optional<double> spread;     // in the series' unit
    std::optional<double> predicted;  // the prediction at that time
    bool below_limit = false;
    std::string source;
    std::string group;  // data set name
};

/// 90 % interval of an observable at a time.
struct BandPoint {
    double time = 0.0;  // s
    double low = 0.0;
    double high = 0.0;
    std::optional<double> median{};  // of a delivery forecast; else the curve is what it is about
};

/// One observable over time. Times are shared by the record.
struct Series {
    std::string name;   // "blood.concentration[doxorubicin]"
    std::string label;  // "Blood, total doxorubicin"
    std::string unit;   // of the values
    std::string group;  // panel it belongs to: "blood", "organs", "tumour", "release", "toxicity"
    std::vector<double> values;  // one per time of the record
    std::vector<MeasuredPoint> measured;
    Status status = Status::predicted;
    std::vector<BandPoint> band{};  // ascending in time; empty: no interval
};

struct LedgerRow {
    std::string substance;
    double initial = 0.0;
    double sources = 0.0;
    double content = 0.0;            // in the body at the end
    double eliminated = 0.0;         // sinks and outflow
    double relative_residual = 0.0;  // largest over the run
    double limit = 1e-9;
    std::string unit;
};

/// A constant or assumption used by the run, with where it comes from.
struct Provenance {
    std::string what;    // "doxorubicin molar_mass"
    std::string value;   // "543.5 g/mol"
    std::string status;  // measured, fitted, assumed
    std::string source;
};

/// A change against the parent run's inputs.
struct InputChange {
    std::string key;
    std::string before;
    std::string after;
};

/// How the intervals of a record came about.
struct IntervalFacts {
    std::int64_t draws = 0;  // 0: no intervals
    std::uint64_t seed = 0;
    std::vector<std::string> sentences;  // what varies, by how much, from what
    /// Numbers without an interval, and why.
    std::vector<std::pair<std::string, std::string>> without;
    std::optional<double> known_until;  // s, measured points up to here updated the draws
    std::size_t known_points = 0;
    double reweighted_size = 0.0;  // effective number of the draws as weighted by these points
    double effective_size = 0.0;   // of the draws behind the intervals
};

/// A picture of a scan, as a PNG file.
struct ImagePlate {
    std::string title;
    std::string caption;
    std::string png;
};

/// One region of an image, as a reader would report it; values in `unit`, NaN where there is none.
struct ImageReadingRow {
    std::string scan;    // "ct"
    std::string image;   // "ct", "t2_map"
    std::string region;  // "tumour"
    std::string unit;
    double time = 0.0;  // s
    double mean = 0.0;
    double error = 0.0;  // standard error of the mean
    double truth = 0.0;
    double contrast = 0.0;
    double contrast_to_noise = 0.0;
    double recovery = 0.0;       // 1
    double detectability = 0.0;  // d'
    double area_under_curve = 0.0;
    bool lesion = false;
    double change = 0.0;   // against the first scan
    double z_score = 0.0;  // of that change
};

/// A number of a scan that is no image: dose, counts, scan time, detection limit.
struct ScanNumberRow {
    std::string scan;
    std::string label;
    double time = 0.0;   // s
    double value = 0.0;  // in `unit`
    std::string unit;
};

struct RunRecord {
    std::string name;  // study name
    std::string run_id;
    std::string description;
    std::string study_file;
    std::vector<double> times;  // s, common to all series
    std::vector<Series> series;
    std::vector<QuantityResult> quantities;
    std::vector<LedgerRow> ledger;
    std::vector<Provenance> provenance;
    std::vector<std::string> assumptions;  // sentences
    std::vector<std::string> notes;        // "declared but not simulated: ..."
    std::vector<std::string> models;       // model pages used, e.g. "whole_body"
    std::vector<InputChange> changes;      // against the parent run, if any
    std::string parent;
    std::map<std::string, double> timings;        // s
    std::map<std::string, std::string> manifest;  // version, compiler, seed, hashes, host class ...
    std::string study_toml;                       // complete echo
    // Protocol events drawn as marks: time (s) and text ("6 mg/kg doxil i.v.")
    std::vector<std::pair<double, std::string>> events;
    std::optional<IntervalFacts> intervals{};
    std::vector<FieldPicture> pictures{};  // fields of tumours in space
    std::vector<ImagePlate> plates{};      // of scans
    std::vector<ImageReadingRow> readings{};
    std::vector<ScanNumberRow> scan_numbers{};
};

}  // namespace caravel::report
