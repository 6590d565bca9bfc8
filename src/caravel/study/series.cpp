#include "caravel/stimulus/local_heating.hpp"
#include "caravel/study/record_builder.hpp"

#include "caravel/report/fold_error.hpp"

namespace caravel::study {
namespace {

/// The prescribed temperature of heated tumours, which no amount holds.
void add_temperatures(const BuiltModel& built, const StudyInput& study,
                      const std::vector<double>& times, std::vector<report::Series>& series) {
    for (const auto& tumour : built.tumours) {
        std::vector<stimulus::Heating> heatings;
        for (const auto& s : study.protocol.stimuli)
            if (s.kind == "heat" && s.on == tumour.name())
                heatings.push_back(
                    {s.at, s.duration, s.temperature.value_or(0.0), s.rise_time, s.cooling_time});
        if (heatings.empty()) continue;
        double body = 310.15;  // as the heating process starts from
        for (const auto& c : built.conditions)
            if (c.slot == tumour.name() + ".temperature") body = c.value;
        report::Series s;
        s.name = tumour.name() + ".temperature";
        s.label = "Tumour temperature (prescribed)";
        s.unit = "Cel";
        s.group = "tumour";
        s.status = report::Status::input;
        for (const double t : times)
            s.values.push_back(stimulus::heated_temperature(body, heatings, t) - 273.15);
        series.push_back(std::move(s));
    }
}

}  // namespace

std::vector<report::Series> make_series(const BuiltModel& built, const StudyInput& study,
                                        const AmountRecord& record,
                                        const std::vector<Measurement>& measurements) {
    std::vector<report::Series> series;
    const auto& times = record.times();
    for (const auto& o : make_observables(built, study)) {
        report::Series s;
        s.name = o.name;
        s.label = o.label;
        s.unit = o.unit;
        s.group = o.group;
        s.status = o.status;
        s.values.reserve(times.size());
        const Unit unit = parse_unit(o.unit);
        for (std::size_t i = 0; i < times.size(); ++i)
            s.values.push_back(evaluate(o, unit, built, record.row(i), times[i]));
        series.push_back(std::move(s));
    }
    add_temperatures(built, study, times, series);
    attach_measurements(series, measurements);
    for (auto& s : series)
        for (auto& point : s.measured)
            point.predicted = report::interpolate(times, s.values, point.time);
    return series;
}

}  // namespace caravel::study
