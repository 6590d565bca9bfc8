// The body that scanners see where a study has amounts but no anatomy: a trunk with its main organs
// and the tumour, drawn from their volumes.
#pragma once

#include "caravel/base/grid.hpp"
#include "caravel/imaging/object.hpp"
#include "caravel/input/visitor.hpp"

#include <optional>
#include <string>
#include <vector>

namespace caravel::study {

/// [imaging]: size and fineness of that body.
struct ImagedBodyInput {
    std::optional<double> diameter;      // m, of the trunk
    std::optional<double> length;        // m, that the scanners see
    std::optional<double> resolution;    // m, of the object itself
    std::optional<double> tumour_depth;  // m of tissue over the tumour
};
void describe(input::Visitor& v, ImagedBodyInput& body);

/// An organ or tumour to be drawn.
struct BodyPart {
    std::string name;
    double volume = 0.0;  // m3
};

/// Where the first tumour is: middle and radius (m).
struct TumourPlace {
    Vector3 centre{};
    double radius = 0.0;
};

/// A cylinder along z (head at high z, belly at low y) in air, 80 % of the body's volume within
/// three diameters of length (assumed), and in it at fixed places as ellipsoids of their volumes:
/// blood (a tenth of it, as the heart's), liver, spleen, kidneys, the spine as bone; tumours on the
/// low-y flank `tumour_depth` below the skin, side by side along z. All else is muscle, the
/// background of readings. Regions carry the names of the parts.
struct ImagedBody {
    imaging::ImagedObject object;  // without agents
    std::vector<TumourPlace> tumours;
};
ImagedBody draw_body(const ImagedBodyInput& input, double body_weight,
                     const std::vector<BodyPart>& organs, const std::vector<BodyPart>& tumours);

}  // namespace caravel::study
