// How agents go between plasma and tissue in the body's model: the truth of dynamic contrast.
#pragma once

#include "caravel/imaging/mri/tracer_kinetics.hpp"
#include "caravel/study/imaged_subject.hpp"

#include <span>
#include <string>
#include <vector>

namespace caravel::study {

/// Well-mixed vessels fed with plasma, and the space around them; rates per tissue volume.
struct VesselExchange {
    double plasma_flow = 0.0;    // 1/s
    double wall = 0.0;           // 1/s, permeability times surface
    double capture = 0.0;        // 1/s, plasma cleared by cells that hold the agent
    double interstitium = 0.0;   // fraction of the tissue
    double drain = 0.0;          // 1/s, interstitium to lymph
    double plasma_volume = 0.0;  // fraction of the tissue
};

/// What a reader who samples arterial plasma would find of it: Ktrans = F (PS + u) / (F + PS + u)
/// (1/s), kep = PS/ve F / (F + PS + u) + drain of what is free in the interstitium (1/s), vp. Holds
/// where vessels fill within a frame. F tends to 0: limited by flow, Ktrans = F; F large: Ktrans =
/// PS + u (P. S. Tofts et al., J Magn Reson Imaging 10 (1999) 223, their mixed case with a
/// well-mixed capillary).
imaging::TracerConstants tracer_constants(const VesselExchange& vessels);

/// Those of an agent in every region, by its name (organ, tumour or "blood"); 0 where the model has
/// no such part. Carriers: as above, capture as without saturation. Dissolved agents: tumours as
/// above with the drug's wall; organs limited by perfusion (Ktrans their plasma flow, no vessels of
/// their own). A tumour in space has the constants of its mean vessels. Concentrations in plasma
/// count as a reader's: that of blood over 1 - haematocrit.
std::vector<imaging::TracerConstants> region_exchanges(const BuiltModel& built,
                                                       const AgentOrigin& agent,
                                                       std::span<const std::string> regions);

}  // namespace caravel::study
