// The study file: what a scientist writes.
#pragma once

#include "caravel/body/drug.hpp"
#include "caravel/body/physiology.hpp"
#include "caravel/formulation/formulation.hpp"
#include "caravel/response/growth.hpp"
#include "caravel/response/kill.hpp"
#include "caravel/response/myelosuppression.hpp"
#include "caravel/response/treatment/treatment_input.hpp"
#include "caravel/stimulus/stimuli.hpp"
#include "caravel/study/image_input.hpp"
#include "caravel/study/imaged_body.hpp"
#include "caravel/tissue/lumped_tumour.hpp"

#include <optional>
#include <string>
#include <vector>

namespace caravel::study {

struct StudyInfo {
    std::string name;
    std::string description;
    std::string author;
    std::string reference;
};

/// A tumour with its growth and its response to drugs.
struct Tumour {
    tissue::TumourInput tissue;
    response::Growth growth;
    std::vector<response::Kill> kills;
    response::TreatmentInput treatment;  // of a tumour in space by light, heat or cold
    // What articles tell of a tumour, for the forecast of delivery.
    std::string cancer = "not_told";        // "breast", ...
    std::string implantation = "not_told";  // xenograft, allograft
    std::string site = "not_told";          // orthotopic, heterotopic
};

/// A local condition that a trigger sees, known for this subject.
struct ConditionInput {
    std::string environment;  // "blood", "interstitium", "lysosome", "<tumour>.interstitium" ...
    std::string signal;
    AnyQuantity value;
};

struct Subject {
    body::SubjectInput body;
    std::vector<Tumour> tumours;
    std::vector<response::Myelosuppression> toxicities;
    std::vector<ConditionInput> conditions;
};

/// One dose, or a series of equal ones.
struct Administration {
    double at = 0.0;  // s
    std::string route = "intravenous";
    AnyQuantity dose;                // per body mass, per body surface, mass, amount or particles
    std::string of;                  // agent, or "particles"
    std::string formulation;         // which one (default: the only one); "free": dissolved drug
    std::optional<double> duration;  // s, infusion
    std::int64_t repeat = 1;
    std::optional<double> every;   // s
    std::string into;              // tumour of an intratumoural injection
    std::optional<double> volume;  // m3, injected into a tumour
    std::optional<double> rate;    // m3/s, of such an injection
    std::vector<double> position;  // m, its place from the tumour's middle
    double reflux = 0.0;           // share of it that runs back along the needle (assumed)
    std::string line = "main";     // infusion line: one infusion at a time
    std::optional<double> absorption_half_life;  // s
    double bioavailability = 1.0;
    Location where;
};

/// Light, sound, fields, radiation, heat, cold from outside.
struct Stimulus {
    std::string kind = "heat";
    double at = 0.0;        // s
    double duration = 0.0;  // s
    std::string on = "tumour";
    std::optional<double> temperature;  // K, plateau of a heating
    double rise_time = 60.0;            // s
    double cooling_time = 120.0;        // s, time constant
    std::optional<double> wavelength;   // m
    std::optional<double> irradiance;   // W/m2
    std::optional<double> frequency;    // Hz
    std::optional<double> pressure;     // Pa
    std::optional<double> field;        // T
    std::optional<double> voltage;      // V
    std::optional<double> dose;         // Gy
    Location where;
};

/// A sample taken: every observable of a place is reported at that time.
struct Sample {
    double at = 0.0;  // s
    std::string of = "blood";
    std::int64_t repeat = 1;
    std::optional<double> every;  // s
    Location where;
};

struct Protocol {
    std::vector<Administration> administrations;
    std::vector<Stimulus> stimuli;
    stimulus::Stimuli local;  // light, fields and probes on a tumour in space
    std::vector<ImageInput> images;
    std::vector<Sample> samples;
    std::vector<Sample> measurements;
};

/// Measured points drawn over the prediction.
struct Data {
    std::string file;
    std::string observable;  // default: the file's own column
    std::string name;
    Location where;
};

struct Run {
    double until = 0.0;  // s
    std::int64_t seed = 1;
    double relative_tolerance = 1e-6;
    std::optional<double> output_interval;      // s
    std::optional<double> checkpoint_interval;  // s of simulated time
};

struct StudyInput {
    StudyInfo info;
    std::vector<formulation::Formulation> formulations;
    std::vector<body::DrugDisposition> drugs;
    Subject subject;
    Protocol protocol;
    std::vector<Data> data;
    ImagedBodyInput imaging;
    Run run;
};

void describe(input::Visitor& v, StudyInfo& info);
void describe(input::Visitor& v, Tumour& tumour);
void describe(input::Visitor& v, ConditionInput& condition);
void describe(input::Visitor& v, Subject& subject);
void describe(input::Visitor& v, Administration& administration);
void describe(input::Visitor& v, Stimulus& stimulus);
void describe(input::Visitor& v, Sample& sample);
void describe(input::Visitor& v, Protocol& protocol);
void describe(input::Visitor& v, Data& data);
void describe(input::Visitor& v, Run& run);
void describe(input::Visitor& v, StudyInput& study);

}  // namespace caravel::study
