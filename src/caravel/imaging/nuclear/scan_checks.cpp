#include "caravel/imaging/nuclear/scan_checks.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/unit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>

namespace caravel::imaging {
namespace {

constexpr double most = 2e8;  // voxels, bins

}  // namespace

void check_interrupted(const ScanContext& context, std::string_view what) {
    if (context.interrupted && context.interrupted()) throw Interrupted(std::string(what));
}

void check_voxels(const Grid& object, double resolution, std::string_view scanner) {
    const auto along = [&](index_t n, double spacing) {
        return std::max(1.0, std::ceil(static_cast<double>(n) * spacing / resolution));
    };
    const double voxels = along(object.nx, object.spacing[0]) *
                          along(object.ny, object.spacing[1]) * along(object.nz, object.spacing[2]);
    if (voxels <= most) return;
    throw InputError(Diagnostic{
        {},
        fmt::format("a resolution of {} mm makes a {} image of {} voxels",
                    format_number(1e3 * resolution, 4), scanner, format_number(voxels, 3)),
        fmt::format("at most {} voxels", format_number(most, 3)),
        "a coarser resolution"});
}

void check_bins(double views, double columns, double rows, double bin, std::string_view scanner) {
    const double bins = views * columns * rows;
    if (bins <= most) return;
    throw InputError(
        Diagnostic{{},
                   fmt::format("bins of {} mm make a {} scan of {} bins",
                               format_number(1e3 * bin, 4), scanner, format_number(bins, 3)),
                   fmt::format("at most {} bins", format_number(most, 3)),
                   "wider bins, a coarser resolution or fewer views"});
}

}  // namespace caravel::imaging
