#include "caravel/inference/delivery/extrapolation_carrier.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/unit.hpp"

#include <cmath>

namespace caravel::inference::delivery {
namespace {

/// Scales one number and notes where it comes from.
class Carrier {
  public:
    Carrier(const formulation::Disposition& measured, double ratio, std::vector<std::string>& rows)
        : measured_(measured), ratio_(ratio), rows_(rows) {}

    void scale(std::optional<double>& value, const std::string& what, const std::string& unit,
               double power) {
        if (!value) return;
        note(what, *value, unit);
        *value *= std::pow(ratio_, power);
    }

    void note(const std::string& what, double value, const std::string& unit) {
        const std::string& source =
            measured_.calibrated_with.empty() ? measured_.source : measured_.calibrated_with;
        rows_.push_back(measured_.species + ": " + what + " " +
                        format_number(from_si(value, unit), 4) + " " + unit + " (" + source + ")");
    }

  private:
    const formulation::Disposition& measured_;
    double ratio_;
    std::vector<std::string>& rows_;
};

}  // namespace

CarriedDisposition carry_disposition(const formulation::Disposition& measured, double from,
                                     const std::string& species, double to) {
    if (!(from > 0.0) || !(to > 0.0) || measured.species == species)
        throw InputError(Diagnostic{
            {},
            "a disposition of the " + measured.species + " cannot be carried to the " + species,
            "two species and body weights above 0 kg",
            ""});
    CarriedDisposition result{measured, {}};
    formulation::Disposition& d = result.disposition;
    Carrier carrier(measured, to / from, result.rows);
    d.species = species;
    d.calibrated_with.clear();
    d.source = "carried from the " + measured.species +
               " by body weight^-1/4 per organ mass: " + measured.calibrated_with;
    if (d.degradation_half_life > 0.0) {
        carrier.note("degradation_half_life", d.degradation_half_life, "h");
        d.degradation_half_life *= std::pow(to / from, 0.25);
    }
    carrier.scale(d.biliary_clearance, "biliary_clearance", "mL/h/g", -0.25);
    for (formulation::OrganDisposition& organ : d.organs) {
        const bool is_tumour = organ.organ == "tumour";
        const double power = is_tumour ? 0.0 : 0.25;
        carrier.scale(organ.uptake_clearance, organ.organ + " uptake_clearance", "mL/h/g", -power);
        carrier.scale(organ.permeability_surface, organ.organ + " permeability_surface", "mL/h/g",
                      -power);
        carrier.scale(organ.degradation_half_life, organ.organ + " degradation_half_life", "h",
                      power);
        carrier.scale(organ.release_half_life, organ.organ + " release_half_life", "h", power);
    }
    return result;
}

}  // namespace caravel::inference::delivery
