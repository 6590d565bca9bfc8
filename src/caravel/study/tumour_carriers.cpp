#include "caravel/study/tumour_carriers.hpp"

#include "caravel/body/two_pore.hpp"

namespace caravel::study {

double tumour_wall(const tissue::TumourParameters& p, const body::CarrierKinetics& k) {
    if (p.vascular_permeability) return *p.vascular_permeability * p.vessel_surface_density;
    if (k.tumour_permeability_surface) return *k.tumour_permeability_surface;
    return body::tumour_vessel_permeability(k.hydrodynamic_radius) * p.vessel_surface_density;
}

const formulation::Response* size_switch(const formulation::Formulation& formulation) {
    for (const auto& r : formulation.responses)
        if (r.effect == "size" && r.diameter) return &r;
    return nullptr;
}

}  // namespace caravel::study
