// Counts of an X-ray fluorescence scan.
#pragma once

#include "caravel/imaging/image.hpp"
#include "caravel/imaging/object.hpp"
#include "caravel/imaging/xray/fluorescence_yield.hpp"
#include "caravel/imaging/xray/xfi_settings.hpp"

#include <functional>
#include <vector>

namespace caravel::imaging {

/// Counts in the line windows per kg/m3 (line) or per density of water (background) and m of the
/// beam's way, without attenuation.
struct XfiYield {
    double line = 0.0;            // counts per kg/m2 of the element
    double background = 0.0;      // counts per kg/m2 of tissue (electrons of water)
    double exit_energy = 0.0;     // J, of the line
    double compton_energy = 0.0;  // J, of photons scattered once
};

/// Windows, Klein-Nishina at the detector's angle, the spread of the single scatter by resolution
/// and aperture, and an even continuum of multiple scatter between the energy of back scatter and
/// the beam's. Throws InputError below the edge.
XfiYield xfi_yield(const PhotonTables& photons, matter::Library& library,
                   const XfiSettings& settings);

/// Object on the scan's grid.
struct XfiObject {
    Grid grid{};
    std::vector<double> element{};  // kg/m3
    std::vector<double> density{};  // kg/m3 of tissue
    std::vector<double> inward{};   // 1/m at the beam's energy
    std::vector<double> outward{};  // 1/m at the line's
    double radius = 0.0;            // m
};

/// Throws InputError when the field of view does not hold the object.
XfiObject xfi_object(exec::ThreadTeam& team, const PhotonTables& photons, matter::Library& library,
                     const ImagedObject& object, const XfiSettings& settings, const XfiYield& yield,
                     const Grid& grid);
Grid xfi_grid(const ImagedObject& object, const XfiSettings& settings);

/// Mean counts of a scan: view after view, slice after slice, position fastest.
struct XfiCounts {
    index_t views = 1, positions = 1;
    std::vector<double> line{};
    std::vector<double> background{};
    std::vector<double> passing{};  // per voxel: mean over views of what the tissue lets through
};

/// `views` over a turn (one: along +y). `interrupted` is asked before every view; true throws
/// Interrupted.
XfiCounts expected_counts(exec::ThreadTeam& team, const XfiObject& object,
                          const XfiSettings& settings, const XfiYield& yield, index_t views,
                          const std::function<bool()>& interrupted = {});

/// Positions of the beam that cover a slice of the grid in all directions (one view: along +y).
index_t beam_positions(const Grid& grid, const XfiSettings& settings, index_t views);

}  // namespace caravel::imaging
