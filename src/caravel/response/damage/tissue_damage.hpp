// What heat and cold do to tissue, voxel by voxel: thermal dose, Arrhenius processes, three-state
// cell death, vascular shutdown, freezing injury.
#pragma once

#include "caravel/exec/threads.hpp"
#include "caravel/input/visitor.hpp"
#include "caravel/matter/table.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace caravel::response {

/// [subject.tumour.damage] or [phantom.damage]
struct DamageInput {
    std::string model = "cem43";                    // cells: cem43, arrhenius, three_state
    std::string process = "tumour_cells";           // of data/thermal_damage.csv, for arrhenius
    std::string vessels = "microvasculature";       // process of vascular shutdown; "none"
    std::string coagulation = "liver_coagulation";  // process that changes optics; "none"
    double lethal_dose = 240.0 * 60.0;              // s at 43 C, of model cem43
    bool heat_shock = true;                         // tolerance after sublethal heat
    double dilation = 1.0;                          // largest relative gain of perfusion by warmth
    std::optional<double> lethal_temperature;       // K, of freezing (default: table)
    bool ice = true;                                // freezing injury
};
void describe(input::Visitor& v, DamageInput& damage);

/// Fields of the damage model over all voxels; each kept as a row of `voxels` values.
class TissueDamage {
  public:
    /// Throws InputError for unknown models and processes, with suggestions, a lethal dose that is
    /// not positive, a lethal temperature above freezing.
    TissueDamage(const DamageInput& input, matter::Library& library);
    ~TissueDamage();
    TissueDamage(TissueDamage&&) noexcept;
    TissueDamage& operator=(TissueDamage&&) noexcept;

    /// Names of the rows: "cem43" (s), then what the input asks for: "arrhenius.cells" (1), "alive"
    /// and "vulnerable" (1), "cem43.cells" (s, as tolerant cells feel it), "arrhenius.vessels",
    /// "arrhenius.coagulation", "heat_shock.stress", "heat_shock.tolerance" (1), "freezing.hazard"
    /// (1), "freezing.lowest" and "freezing.coldest" (K, of this cycle and ever),
    /// "freezing.cooling_rate" (K/s), "freezing.lethal_time" (s), "freezing.cycles" (1).
    const std::vector<std::string>& rows() const;
    /// Tissue that was never heated or frozen.
    void initialise(std::span<double> state, std::size_t voxels) const;
    /// Advances over dt (s) with temperatures (K) linear between start and end. `ice_sites`:
    /// relative nucleation of ice inside cells per voxel by particles (empty: none). Voxels between
    /// freezing and 39 Cel whose memory has faded keep their bits; same bits for any number of
    /// threads. Throws InputError for negative steps, NumericalError for temperatures that are not
    /// positive and finite.
    void advance(exec::ThreadTeam& team, std::span<double> state, View<const double> start,
                 View<const double> end, double dt, View<const double> ice_sites = {}) const;
    /// Share (0 to 1) of the cells that live.
    void survival(exec::ThreadTeam& team, std::span<const double> state,
                  std::span<double> share) const;
    /// Perfusion relative to rest: open vessels times their widening at `temperature` (K; empty:
    /// none).
    void perfusion(exec::ThreadTeam& team, std::span<const double> state,
                   View<const double> temperature, std::span<double> factor) const;
    /// Share (0 to 1) that is coagulated.
    void coagulated(exec::ThreadTeam& team, std::span<const double> state,
                    std::span<double> share) const;

    struct Work;

  private:
    std::unique_ptr<Work> work_;
};

}  // namespace caravel::response
