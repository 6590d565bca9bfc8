// What scanners see of a subject at a time: carriers and agents in organs and tumours.
#pragma once

#include "caravel/imaging/object.hpp"
#include "caravel/study/field_output.hpp"
#include "caravel/study/imaged_agents.hpp"
#include "caravel/study/model_builder.hpp"

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace caravel::study {

/// A subject at a time: the body of draw_body() with agents. In every organ and in lumped tumours
/// concentrations are even; in tumours in space they follow the field of the carrier or agent that
/// was written at that time into `fields`, or is in `kept`, split into compartments as in the whole
/// tumour. Throws IoError where that file is missing.
struct SubjectMoment {
    const StudyInput& study;
    const BuiltModel& built;
    std::span<const double> amounts;
    double time = 0.0;  // s
    std::filesystem::path fields{};
    const KeptFields* kept = nullptr;  // in their stead
};

/// What an agent of the object is in the body's model.
struct AgentOrigin {
    int formulation = -1;     // that carries it; -1: dissolved
    std::string dissolved{};  // name of a dissolved agent
};

struct ImagedSubject {
    imaging::ImagedObject object;
    std::vector<AgentOrigin> origins;  // one per agent
};
ImagedSubject imaged_subject(const SubjectMoment& moment, matter::Library& library,
                             const AgentView& view, std::vector<std::string>& notes);

/// Sentences about that body.
std::vector<std::string> imaged_subject_assumptions();

}  // namespace caravel::study
