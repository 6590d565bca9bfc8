// The tissues that a phantom names, each once: shipped ones, own ones, and mixtures of both.
#pragma once

#include "caravel/input/reader.hpp"
#include "caravel/matter/table.hpp"
#include "caravel/response/treatment/treatment_plan.hpp"
#include "caravel/study/phantom_input.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace caravel::study {

/// Which tissues conduct heat alike at every temperature although a study asked for slopes, as a
/// sentence; empty: none.
std::string flat_conductivity(const std::vector<response::TreatedTissue>& tissues);

/// Looks names up as they come and keeps what it found. Mistakes are collected where they stand.
class PhantomTissues {
  public:
    /// All three must outlive the tissues.
    PhantomTissues(const PhantomStudy& study, matter::Library& library,
                   input::Diagnostics& mistakes);

    /// Number of the tissue of this name in the plan, added when it is new: an own one, else a
    /// shipped one. Complains at `where` about unknown names and missing numbers.
    std::uint16_t find(const std::string& name, const Location& where);
    /// Whether light that gets into tissue i has left the body.
    bool exterior(std::uint16_t i) const { return tissues_[i].optics.exterior; }
    const std::vector<response::TreatedTissue>& all() const { return tissues_; }
    /// Sentences about what was assumed.
    const std::vector<std::string>& assumptions() const { return assumptions_; }

  private:
    response::TreatedTissue make(const PhantomTissue& own);
    void set_optics(const PhantomTissue& own, response::TreatedTissue& tissue);
    void set_shipped_optics(const PhantomTissue& own, response::TreatedTissue& tissue);
    void set_dielectric(const PhantomTissue& own, response::TreatedTissue& tissue);
    void set_heat(const PhantomTissue& own, response::TreatedTissue& tissue);
    void complain(const Location& where, std::string what, std::string expected,
                  std::string hint = "");
    std::string shipped_hint(const std::string& name);
    bool is_shipped(const std::string& name);

    const PhantomStudy& study_;
    matter::Library& library_;
    input::Diagnostics& mistakes_;
    std::vector<response::TreatedTissue> tissues_;
    std::vector<std::string> assumptions_;
};

}  // namespace caravel::study
