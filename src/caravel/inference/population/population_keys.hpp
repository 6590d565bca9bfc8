// Which keys of a study file an individual of a population sets, and to what.
#pragma once

#include "caravel/inference/population/study_family.hpp"
#include "caravel/inference/population/virtual_subject.hpp"
#include "caravel/study/study_file.hpp"

#include <functional>
#include <string>
#include <vector>

namespace caravel::inference::population {

/// The bridge from virtual subjects to one study. Numbers that are not in the study file but follow
/// from the tables (organs, drugs, dispositions) are written into it by `assignments`, so that
/// every varied number has a key.
class StudyKeys {
  public:
    /// Reads the study with the user's assignments. Organs whose volume or flow the study gives
    /// stay as they are. Throws InputError when the study is of another species or cannot be read.
    StudyKeys(const std::filesystem::path& study, const std::vector<std::string>& assignments,
              const VirtualPopulation& population, const study::DataPaths& data);

    /// The user's assignments and those that make room for the keys.
    const std::vector<std::string>& assignments() const { return assignments_; }
    const std::vector<VariedKey>& keys() const { return keys_; }
    /// Numbers for keys(), in their units.
    std::vector<double> values(const VirtualSubject& subject) const;

  private:
    using Rule = std::function<double(const VirtualSubject&)>;

    void add(std::string key, std::string unit, Rule rule);
    void add_body(const body::SubjectInput& stated, const VirtualSubject& typical);
    void add_organs(const study::StudyInput& study, const VirtualSubject& typical);
    void add_tumours(const study::StudyInput& study, matter::Library& library);
    void add_carriers(const study::StudyInput& study, bool is_list, const study::DataPaths& data);
    void add_disposition(const std::string& prefix, const formulation::Disposition& disposition,
                         bool scales_wall, bool scales_capture);
    void add_drugs(const study::StudyInput& study, const study::DataPaths& data);

    std::vector<std::string> assignments_;
    std::vector<VariedKey> keys_;
    std::vector<Rule> rules_;
};

}  // namespace caravel::inference::population
