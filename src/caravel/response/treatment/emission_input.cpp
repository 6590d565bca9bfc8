#include "caravel/response/treatment/emission_input.hpp"

namespace caravel::response {
namespace {

void check_law(input::Visitor& v, const EmissionInput& e) {
    const bool upconverts = e.order.value_or(1.0) > 1.0;
    if (upconverts && !(e.saturation && e.quantum_yield && e.wavelength))
        v.complain("order", "an order above 1 without saturation, quantum_yield and wavelength",
                   "all of them", "saturation: where light no longer rises with that power");
    if (e.saturation && !upconverts)
        v.complain("saturation", "a saturation without an order above 1", "order = 2",
                   "fluorescence has the same yield in any light");
    if (e.yield_at && !e.saturation)
        v.complain("yield_at", "yield_at without saturation", "order = 2 and saturation",
                   "fluorescence has the same yield in any light");
}

}  // namespace

void describe(input::Visitor& v, EmissionInput& e) {
    using input::Presence;
    v.text({"name", "of the emitted light (default: that of what glows, and emission)"}, e.name);
    v.text({"of", "what glows: load of a phantom, formulation or agent in a tumour",
            Presence::required},
           e.of);
    v.number({"wavelength", "of the emitted light (default: of the formulation or agent)"},
             e.wavelength, {"nm", 200.0, 2500.0});
    v.number({"quantum_yield", "photons per absorbed photon (default: likewise)"}, e.quantum_yield,
             input::fraction());
    v.number({"order",
              "1: fluorescence; above: upconversion, photons taken per photon given in weak light"},
             e.order, {"1", 1.0, 6.0});
    v.number({"saturation", "fluence rate where the power law of upconversion bends"}, e.saturation,
             input::positive("W/cm2"));
    v.number({"yield_at", "fluence rate at which the quantum yield holds (default: saturation)"},
             e.yield_at, input::positive("W/cm2"));
    v.flag({"reabsorption", "it absorbs its own light"}, e.reabsorption);
    v.number({"transfer", "share of the emission that the sensitiser takes within the carrier"},
             e.transfer, input::fraction());
    v.choice({"method", "how the emitted light's way is computed"}, e.method,
             {"monte_carlo", "diffusion"});
    v.integer({"photons", "of one run of monte_carlo"}, e.photons, 1, 8'000'000'000);
    if (v.describes_types() || !v.reads()) return;
    e.where = v.where();
    check_law(v, e);
}

}  // namespace caravel::response
