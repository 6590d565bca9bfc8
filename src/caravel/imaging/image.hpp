// What a scanner hands over: images with units, truth beside them, and what the scan cost.
#pragma once

#include "caravel/base/grid.hpp"
#include "caravel/exec/threads.hpp"
#include "caravel/matter/table.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace caravel::imaging {

/// How an image comes about. `image`: signal equation, point spread and noise in the image (L0,
/// milliseconds). `acquisition`: raw data with their noise, and a reconstruction (L1).
enum class Tier : std::uint8_t { image, acquisition };

/// One volume in `unit` on its own grid (in the object's coordinates).
struct Image {
    std::string name{};   // "t2_map", "activity": letters, digits and _
    std::string label{};  // for people: "T2 map"
    std::string unit{};   // UCUM, of `values`, `truth` and `noise`
    Grid grid{};
    std::vector<double> values{};
    std::vector<double> truth{};  // what a perfect scanner of this resolution grid would show: mean
                                  // over the voxel, no blur, no noise; empty where there is none
    std::vector<std::uint8_t> missing{};  // 1 where no value could be found (too little signal;
                                          // values are 0 there); empty: nowhere
    std::vector<double> without{};   // what it would show without agents, no noise; empty: nothing
                                     // that differs from place to place
    double noise = 0.0;              // standard deviation of one voxel, as predicted; 0: unknown
    std::string noise_model{};       // "rician", "gaussian", "poisson", "none"
    std::string direction{"along"};  // along: more agent, more signal; against: less
    std::string course{};            // name shared by the images of one course in time; empty: none
    double after = 0.0;  // s, from the start of the scan to the middle of this image of a course
};

/// A number of the scan that is no image: dose, counts, scan time, detection limit.
struct ScanNumber {
    std::string name{};   // "dose"
    std::string label{};  // "CT dose index"
    double value = 0.0;   // SI
    std::string unit{};   // UCUM in which people read it
};

/// What a scan makes of a whole region at once, where that is not the mean over an image.
struct CourseReading {
    std::string region{};
    std::string name{};   // "ktrans_course": letters, digits and _
    std::string label{};  // "Transfer constant Ktrans of the region's mean signal"
    std::string unit{};   // UCUM, of value, error and truth
    double value = 0.0;
    double error = 0.0;  // standard error
    double truth = 0.0;  // NaN without one
};

struct ScanResult {
    std::vector<Image> images{};
    std::vector<ScanNumber> numbers{};
    std::vector<CourseReading> courses{};
    std::vector<std::string> assumptions{};  // sentences
    std::vector<std::string> notes{};        // what was left out, what is doubtful
    std::vector<std::pair<std::string, std::string>> facts{};  // for the sidecar: name, value with
                                                               // unit
};

/// What every scan needs beside object and settings.
struct ScanContext {
    exec::ThreadTeam& team;
    matter::Library& library;
    std::uint64_t seed = 1;
    std::function<void(double)> progress{};  // share done
    std::function<bool()> interrupted{};     // asked now and then; true: throw Interrupted
};

/// Cost known before a scan.
struct ScanCost {
    double memory = 0.0;   // byte
    double seconds = 0.0;  // s on one core
};

}  // namespace caravel::imaging
