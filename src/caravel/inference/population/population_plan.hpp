// The plan of a population as a user writes it.
#pragma once

#include "caravel/inference/distribution.hpp"
#include "caravel/inference/population/study_family.hpp"
#include "caravel/inference/population/virtual_subject.hpp"
#include "caravel/input/document.hpp"
#include "caravel/input/visitor.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace caravel::inference::population {

/// A correlation as a table of a plan.
struct CorrelationInput {
    std::vector<std::string> between;  // two names
    double value = 0.0;
};

/// A key of the study that varies beside what the population varies. Numbers are texts with units.
struct VaryInput {
    std::string key;
    std::string distribution = "log_normal";
    std::string mean;
    std::string sd;
    std::optional<double> cv;  // 1, standard deviation over mean
    std::string low;           // bound of a uniform distribution, truncation of the others
    std::string high;
    Location where;
};

struct SubgroupInput {
    std::string name;
    std::string where;  // "body_weight > 80 kg"; empty: with `by`
    std::string by;     // a covariate cut into groups of equal size
    std::int64_t groups = 4;
    Location place;
};

struct ResponderInput {
    std::string name;
    std::string where;  // "tumour.volume@21 d < 500 mm3"
    Location place;
};

struct PopulationInput {
    std::string study;
    std::vector<std::string> assignments;
    std::string population;  // empty: the default one of the study's species
    std::int64_t count = 200;
    std::int64_t seed = 1;
    std::vector<std::string> outputs;
    std::vector<VaryInput> varied;
    std::vector<CorrelationInput> correlations;
    std::vector<SubgroupInput> subgroups;
    std::vector<ResponderInput> responders;
};

void describe(input::Visitor& v, CorrelationInput& c);
void describe(input::Visitor& v, VaryInput& vary);
void describe(input::Visitor& v, SubgroupInput& group);
void describe(input::Visitor& v, ResponderInput& responder);
void describe(input::Visitor& v, PopulationInput& plan);

/// Whether a TOML or JSON file is a plan (its `study` is a text) rather than a study.
bool is_plan(const std::filesystem::path& path);

/// Reads a plan; numbers of [[vary]] may be plain. The study's path is made relative to the working
/// folder. A study instead of a plan gives the default plan for it. Throws InputError.
PopulationInput read_population_plan(const std::filesystem::path& path);

/// Canonical text of a plan: the same plan gives the same text.
std::string echo_plan(const PopulationInput& plan);

/// A distribution in `unit` with its truncation.
struct VariedNumber {
    VariedKey key;
    Distribution distribution;
    double low = 0.0;
    double high = 0.0;
};

/// Checks one [[vary]] table: sd and cv not negative and not both, units of one dimension, range
/// not reversed. Throws InputError at its place.
VariedNumber make_varied(const VaryInput& vary);

/// The name an output has in tables: "tumour.volume@240 h".
std::string output_name(const RequestedOutput& output);

/// "18..26 g" or "18 g..26 g": both ends in the unit of the upper one. Throws InputError for text
/// that is no range, a reversed or an empty one.
struct UnitRange {
    double low = 0.0;
    double high = 0.0;
    std::string unit;
};
UnitRange parse_range(const std::string& text, const std::string& owner, const Location& where);

/// Document of a plan with numbers of `list`'s tables turned into texts, so that units are
/// optional.
void numbers_to_texts(input::Document& document, std::string_view list,
                      const std::vector<std::string>& keys);

}  // namespace caravel::inference::population
