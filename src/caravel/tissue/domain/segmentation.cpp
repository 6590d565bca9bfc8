#include "caravel/tissue/domain/segmentation.hpp"

#include "caravel/base/unit.hpp"
#include "caravel/input/nifti.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <iterator>
#include <map>

#include <fmt/format.h>

namespace caravel::tissue {
namespace {

constexpr std::size_t region_count = 6;

/// Voxels lo..hi - 1 of the file along each axis.
struct Range {
    std::array<index_t, 3> low{};
    std::array<index_t, 3> high{};
};

std::array<index_t, 3> size_of(const Grid& grid) { return {grid.nx, grid.ny, grid.nz}; }

[[noreturn]] void refuse(const Location& where, std::string what, std::string expected,
                         std::string hint = "") {
    throw InputError(Diagnostic{where, std::move(what), std::move(expected), std::move(hint)});
}

/// A relative file lies beside the study file that names it.
std::filesystem::path path_of(const DomainInput& input, const Location& where) {
    if (input.file.empty())
        refuse(where, "shape = \"file\" without a file", "file = \"tumour.nii.gz\"");
    const std::filesystem::path file(input.file);
    if (file.is_absolute() || where.file.empty()) return file;
    return std::filesystem::path(where.file).parent_path() / file;
}

std::map<std::int64_t, Region> regions_of_labels(const DomainInput& input, const Location& where) {
    if (input.labels.empty()) return {{0, Region::normal}, {1, Region::tumour}};
    std::map<std::int64_t, Region> regions;
    for (const LabelInput& label : input.labels)
        if (!regions.emplace(label.value, region_of(label.region)).second)
            refuse(where, fmt::format("label {} is named twice", label.value), "each label once");
    regions.emplace(0, Region::normal);
    return regions;
}

/// The regions of the file's voxels.
struct Segmentation {
    Grid grid;
    std::vector<Region> region;
};

Segmentation load(const DomainInput& input, const Location& where) {
    const std::map<std::int64_t, Region> regions = regions_of_labels(input, where);
    const std::filesystem::path path = path_of(input, where);
    const input::NiftiVolume image = input::read_nifti(path);
    const std::vector<std::int32_t> labels = input::nifti_labels(image);
    Segmentation result{image.header.grid, std::vector<Region>(labels.size())};
    bool tumour = false;
    for (std::size_t i = 0; i < labels.size(); ++i) {
        const auto found = regions.find(labels[i]);
        if (found == regions.end()) {
            std::string known;
            for (const auto& [value, region] : regions)
                fmt::format_to(std::back_inserter(known), "{}{} {}", known.empty() ? "" : ", ",
                               value, name_of(region));
            refuse(
                where,
                fmt::format("'{}' holds label {}, which has no region", path.string(), labels[i]),
                known, fmt::format("add [[label]] value = {}", labels[i]));
        }
        result.region[i] = found->second;
        tumour = tumour || found->second == Region::tumour;
    }
    if (!tumour)
        refuse(where, fmt::format("'{}' holds no voxel of tumour", path.string()),
               "a label with region = \"tumour\" that occurs in the file");
    return result;
}

Range box_of_tumour(const Segmentation& file, double margin) {
    const Grid& grid = file.grid;
    const std::array<index_t, 3> size = size_of(grid);
    Range box{size, {}};
    for (index_t k = 0; k < grid.nz; ++k)
        for (index_t j = 0; j < grid.ny; ++j)
            for (index_t i = 0; i < grid.nx; ++i) {
                if (file.region[static_cast<std::size_t>(grid.index(i, j, k))] != Region::tumour)
                    continue;
                const std::array<index_t, 3> at{i, j, k};
                for (std::size_t d = 0; d < 3; ++d) {
                    box.low[d] = std::min(box.low[d], at[d]);
                    box.high[d] = std::max(box.high[d], at[d] + 1);
                }
            }
    for (std::size_t d = 0; d < 3; ++d) {
        const double wanted = std::ceil(margin / grid.spacing[d] * (1.0 - 1e-12));
        const auto more = static_cast<index_t>(std::min(wanted, static_cast<double>(size[d])));
        box.low[d] = std::max<index_t>(box.low[d] - more, 0);
        box.high[d] = std::min(box.high[d] + more, size[d]);
    }
    return box;
}

DomainSize size_over(const DomainInput& input, const Grid& file, const Range& box,
                     const Location& where) {
    if (input.resolution && !input.spacing.empty())
        refuse(where, "both resolution and spacing are given", "one of them");
    if (!input.spacing.empty() && input.spacing.size() != 3)
        refuse(where, fmt::format("spacing has {} values", input.spacing.size()),
               "three, along x, y and z");
    DomainSize size;
    size.cells = 1.0;
    std::array<double, 3> n{};
    for (std::size_t d = 0; d < 3; ++d) {
        double h = file.spacing[d];
        if (input.resolution) h = *input.resolution;
        if (!input.spacing.empty()) h = input.spacing[d];
        if (!(h > 0.0) || !std::isfinite(h))
            refuse(where,
                   fmt::format("a voxel of the tumour's domain is {} um wide",
                               format_number(h * 1e6, 4)),
                   "more than 0 um");
        const double length = static_cast<double>(box.high[d] - box.low[d]) * file.spacing[d];
        n[d] = std::max(1.0, std::ceil(length / h * (1.0 - 1e-9)));
        size.cells *= n[d];
        size.grid.spacing[d] = h;
        size.grid.origin[d] = file.origin[d] + static_cast<double>(box.low[d]) * file.spacing[d];
    }
    const Vector3& h = size.grid.spacing;
    const double fine = std::min({h[0], h[1], h[2]});
    check_cells(
        size.cells,
        fmt::format("a resolution of {} um for '{}'", format_number(fine * 1e6, 4), input.file),
        fine * std::cbrt(size.cells / most_cells), where);
    size.grid.nx = static_cast<index_t>(n[0]);
    size.grid.ny = static_cast<index_t>(n[1]);
    size.grid.nz = static_cast<index_t>(n[2]);
    return size;
}

/// Parts of the file's voxels along one axis that a voxel of the domain covers.
struct Cover {
    index_t first = 0;          // voxel of the file
    std::vector<double> parts;  // of the domain's voxel
};

std::vector<Cover> covers(index_t count, double h, double origin, index_t file_count, double file_h,
                          double file_origin) {
    std::vector<Cover> result(static_cast<std::size_t>(count));
    for (index_t i = 0; i < count; ++i) {
        // In voxels of the file; what rounding makes of common faces is snapped to them.
        const auto place = [&](index_t face) {
            const double at = (origin + static_cast<double>(face) * h - file_origin) / file_h;
            return std::abs(at - std::round(at)) < 1e-7 ? std::round(at) : at;
        };
        const double low = place(i);
        const double high = place(i + 1);
        Cover& cover = result[static_cast<std::size_t>(i)];
        cover.first = std::clamp<index_t>(static_cast<index_t>(std::floor(low)), 0, file_count - 1);
        for (index_t f = cover.first; f < file_count && static_cast<double>(f) < high; ++f) {
            const double from = std::max(low, static_cast<double>(f));
            const double to = std::min(high, static_cast<double>(f + 1));
            cover.parts.push_back(std::max(0.0, (to - from) * file_h / h));
        }
    }
    return result;
}

std::array<double, region_count> shares_of(const Segmentation& file, const Cover& x, const Cover& y,
                                           const Cover& z) {
    std::array<double, region_count> shares{};
    for (std::size_t c = 0; c < z.parts.size(); ++c)
        for (std::size_t b = 0; b < y.parts.size(); ++b) {
            const double part = z.parts[c] * y.parts[b];
            const index_t row = file.grid.index(x.first, y.first + static_cast<index_t>(b),
                                                z.first + static_cast<index_t>(c));
            for (std::size_t a = 0; a < x.parts.size(); ++a) {
                const Region region = file.region[static_cast<std::size_t>(row) + a];
                shares[static_cast<std::size_t>(region)] += part * x.parts[a];
            }
        }
    return shares;
}

/// Tumour from a share of one half on, else the largest of the others.
Region region_from(const std::array<double, region_count>& shares) {
    constexpr auto tumour = static_cast<std::size_t>(Region::tumour);
    if (shares[tumour] >= 0.5) return Region::tumour;
    std::size_t largest = static_cast<std::size_t>(Region::normal);
    for (std::size_t r = 0; r < region_count; ++r)
        if (r != tumour && shares[r] > shares[largest]) largest = r;
    return static_cast<Region>(largest);
}

DomainSize plan(const DomainInput& input, const Segmentation& file, const Location& where) {
    const Range all{{}, size_of(file.grid)};
    const Range box = input.margin > 0.0 ? box_of_tumour(file, input.margin) : all;
    return size_over(input, file.grid, box, where);
}

}  // namespace

DomainSize plan_segmentation(const DomainInput& input, const Location& where) {
    if (input.margin > 0.0) return plan(input, load(input, where), where);
    const Grid grid = input::read_nifti_header(path_of(input, where)).grid;
    return size_over(input, grid, {{}, size_of(grid)}, where);
}

Domain read_segmentation(const DomainInput& input, const Location& where) {
    const Segmentation file = load(input, where);
    Domain domain;
    domain.grid = plan(input, file, where).grid;
    const Grid& grid = domain.grid;
    const auto cells = static_cast<std::size_t>(grid.cell_count());
    domain.region.reserve(cells);
    domain.tumour_share.reserve(cells);
    const auto along = [&](std::size_t d) {
        return covers(size_of(grid)[d], grid.spacing[d], grid.origin[d], size_of(file.grid)[d],
                      file.grid.spacing[d], file.grid.origin[d]);
    };
    const std::vector<Cover> x = along(0);
    const std::vector<Cover> y = along(1);
    const std::vector<Cover> z = along(2);
    for (const Cover& c : z)
        for (const Cover& b : y)
            for (const Cover& a : x) {
                const std::array<double, region_count> shares = shares_of(file, a, b, c);
                const double tumour = shares[static_cast<std::size_t>(Region::tumour)];
                domain.region.push_back(region_from(shares));
                domain.tumour_share.push_back(std::min(tumour, 1.0));
            }
    return domain;
}

}  // namespace caravel::tissue
