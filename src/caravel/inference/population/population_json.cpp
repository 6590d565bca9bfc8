#include "caravel/inference/population/population_results.hpp"
#include "caravel/report/json_value.hpp"

namespace caravel::inference::population {
namespace {

using input::Array;
using report::json;
using report::put;

input::Value number(std::uint64_t n) { return json(static_cast<std::int64_t>(n)); }

void put_count(input::Table& table, const char* key, std::uint64_t n) {
    put(table, key, static_cast<std::int64_t>(n));
}

input::Table estimate(const Estimate& e) {
    input::Table t;
    put(t, "value", e.value);
    put(t, "standard_error", e.standard_error);
    put(t, "low", e.low);
    put(t, "high", e.high);
    return t;
}

void put_spread(input::Table& t, const Spread& s) {
    put_count(t, "count", s.count);
    put(t, "mean", estimate(s.mean));
    put(t, "standard_deviation", s.standard_deviation);
    put(t, "coefficient_of_variation", s.coefficient_of_variation);
    put(t, "lowest", s.lowest);
    put(t, "highest", s.highest);
    static constexpr const char* names[] = {"p5", "p25", "p50", "p75", "p95"};
    input::Table percentiles;
    for (std::size_t k = 0; k < s.percentiles.size(); ++k)
        put(percentiles, names[k], estimate(s.percentiles[k]));
    put(t, "percentiles", std::move(percentiles));
}

input::Table column(const Column& c) {
    input::Table t;
    put(t, "name", c.name);
    put(t, "unit", c.unit);
    return t;
}

Array numbers(const std::vector<NumberResult>& list) {
    Array array;
    for (const auto& n : list) {
        input::Table t = column(n.column);
        put_spread(t, n.spread);
        if (!n.histogram.edges.empty()) {
            Array edges, counts;
            for (const double e : n.histogram.edges) edges.push_back(json(e));
            for (const std::uint64_t c : n.histogram.counts) counts.push_back(number(c));
            input::Table h;
            put(h, "edges", std::move(edges));
            put(h, "counts", std::move(counts));
            put(t, "histogram", std::move(h));
        }
        array.push_back(json(std::move(t)));
    }
    return array;
}

Array bands(const std::vector<BandResult>& list) {
    Array array;
    for (const auto& b : list) {
        input::Table t = column(b.column);
        Array points;
        for (std::size_t k = 0; k < b.times.size() && k < b.spreads.size(); ++k) {
            input::Table point;
            put(point, "time_h", b.times[k] / 3600.0);
            put_spread(point, b.spreads[k]);
            points.push_back(json(std::move(point)));
        }
        put(t, "points", std::move(points));
        array.push_back(json(std::move(t)));
    }
    return array;
}

input::Table share(const Share& s) {
    input::Table t;
    put_count(t, "hits", s.hits);
    put_count(t, "of", s.of);
    put(t, "share", s.value);
    put(t, "low", s.low);
    put(t, "high", s.high);
    return t;
}

Array responders(const PopulationResults& results) {
    Array array;
    for (const auto& r : results.responders) {
        input::Table t;
        put(t, "name", r.name);
        put(t, "where", r.condition);
        put(t, "all", share(r.share));
        array.push_back(json(std::move(t)));
    }
    return array;
}

Array groups(const PopulationResults& results) {
    Array array;
    for (const auto& g : results.groups) {
        input::Table t;
        put(t, "name", g.name);
        put(t, "where", g.condition);
        put_count(t, "count", g.count);
        put(t, "empty", g.count == 0);
        Array outputs;
        for (std::size_t k = 0; k < g.spreads.size(); ++k) {
            if (!g.spreads[k]) continue;
            input::Table o = column(results.numbers[k].column);
            put_spread(o, *g.spreads[k]);
            outputs.push_back(json(std::move(o)));
        }
        put(t, "outputs", std::move(outputs));
        Array shares;
        for (std::size_t r = 0; r < g.responders.size(); ++r) {
            input::Table s = share(g.responders[r]);
            put(s, "name", results.responders[r].name);
            shares.push_back(json(std::move(s)));
        }
        put(t, "responders", std::move(shares));
        array.push_back(json(std::move(t)));
    }
    return array;
}

Array failed(const PopulationResults& results) {
    Array array;
    for (const auto& f : results.failed) {
        input::Table t;
        put_count(t, "individual", f.what.index);
        put(t, "reason", f.what.reason);
        put(t, "parameters", f.what.parameters);
        put(t, "command", f.command);
        put(t, "study_command", f.study_command);
        array.push_back(json(std::move(t)));
    }
    return array;
}

Array sources(const PopulationStudy& study) {
    Array array;
    for (const auto& f : study.sources()) {
        input::Table t;
        put(t, "name", f.name);
        put(t, "property", f.property);
        put(t, "context", f.context);
        put(t, "value", f.value);
        put(t, "unit", f.unit);
        put(t, "status", std::string(matter::to_text(f.status)));
        put(t, "source", f.source);
        array.push_back(json(std::move(t)));
    }
    return array;
}

}  // namespace

std::string population_json(const PopulationStudy& study, const PopulationResults& results) {
    input::Table t;
    put(t, "schema", "caravel.population/1");
    put(t, "study", study.facts().name);
    put(t, "population", study.plan().population);
    put(t, "seed", study.plan().seed);
    put(t, "count", study.plan().count);
    put_count(t, "with_outputs", results.count);
    put(t, "errors",
        results.count >= 512
            ? "95 % intervals by the scatter of 8 independent randomisations of the sample"
            : "95 % intervals by bootstrap, as if individuals were independent");
    put(t, "outputs", numbers(results.numbers));
    put(t, "over_time", bands(results.bands));
    put(t, "individuals", numbers(results.traits));
    put(t, "subgroups", groups(results));
    put(t, "responders", responders(results));
    put(t, "quarantined", failed(results));
    put(t, "sources", sources(study));
    return input::to_json(json(std::move(t))) + "\n";
}

}  // namespace caravel::inference::population
