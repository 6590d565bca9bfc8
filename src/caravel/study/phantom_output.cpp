#include "caravel/study/phantom_output.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/report/field_file.hpp"
#include "caravel/report/nifti_file.hpp"
#include "caravel/report/vti_file.hpp"
#include "caravel/study/phantom_shapes.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

namespace caravel::study {
namespace {

namespace fs = std::filesystem;

constexpr const char* own_folder = "phantom";

/// "fluence_rate.laser" to "fluence rate, laser".
std::string label_of(std::string name) {
    const auto dot = name.find('.');
    std::string of = dot == std::string::npos ? "" : ", " + name.substr(dot + 1);
    name = name.substr(0, dot);
    std::replace(name.begin(), name.end(), '_', ' ');
    return name + of;
}

/// Slices go through the first beam, else through the tumour, else the middle.
Vector3 through_of(const BuiltPhantom& phantom) {
    const Grid& grid = phantom.plan.domain.grid;
    Vector3 place = middle_of(grid);
    const auto& region = phantom.plan.domain.region;
    Vector3 sum{};
    double count = 0.0;
    std::size_t cell = 0;
    for (index_t k = 0; k < grid.nz; ++k)
        for (index_t j = 0; j < grid.ny; ++j)
            for (index_t i = 0; i < grid.nx; ++i, ++cell) {
                if (region[cell] != tissue::Region::tumour) continue;
                const Vector3 at = grid.centre(i, j, k);
                for (std::size_t d = 0; d < 3; ++d) sum[d] += at[d];
                count += 1.0;
            }
    if (count > 0.0)
        for (std::size_t d = 0; d < 3; ++d) place[d] = sum[d] / count;
    for (std::size_t d = 0; d < 3; ++d) place[d] -= grid.origin[d];
    return place;
}

report::FieldPicture frame_of(const BuiltPhantom& phantom, const report::StoredField& field,
                              const Vector3& through, const std::vector<float>& depth) {
    const Grid& grid = phantom.plan.domain.grid;
    report::FieldPicture picture;
    picture.name = report::field_name_of("phantom." + field.name);
    picture.label = label_of(field.name);
    picture.unit = field.unit;
    picture.cells = {grid.nx, grid.ny, grid.nz};
    picture.spacing = grid.spacing;
    picture.through = through;
    picture.depth = depth;
    // Light falls by decades.
    picture.logarithmic = field.name.starts_with("fluence") || field.name.starts_with("absorbed") ||
                          field.name.starts_with("emission");
    return picture;
}

/// Place of a field in the report; what only the models' memory holds stays in the files.
int rank_of(const std::string& name) {
    static const std::vector<std::string> order{
        "temperature",      "ice",         "survival", "fluence_rate", "absorbed_power",
        "emission",         "sensitivity", "cem43",    "oxygen",       "singlet_oxygen",
        "sensitiser",       "radicals",    "peroxide", "perfusion",    "freezing.lowest",
        "freezing.coldest", "tissue"};
    for (std::size_t i = 0; i < order.size(); ++i)
        if (name == order[i] || name.starts_with(order[i] + ".")) return static_cast<int>(i);
    return -1;
}

bool varies(const report::FieldPicture& picture) {
    float low = std::numeric_limits<float>::infinity();
    float high = -low;
    for (const auto& values : picture.values)
        for (const float v : values) {
            if (std::isnan(v)) continue;
            low = std::min(low, v);
            high = std::max(high, v);
        }
    return low < high;
}

std::vector<float> depths_of(const tissue::Domain& domain) {
    std::vector<float> depth;
    if (!(domain.tumour_volume() > 0.0)) return depth;
    try {
        for (const double d : tissue::depth_below_surface(domain))
            depth.push_back(static_cast<float>(d));
    } catch (const InputError&) {
        depth.clear();  // all of the block is tumour
    }
    return depth;
}

}  // namespace

fs::path phantom_field_file(const std::vector<double>& times, double time, const fs::path& folder) {
    const auto number = std::lower_bound(times.begin(), times.end(), time) - times.begin() + 1;
    return folder / own_folder / report::field_file_name(number);
}

void write_phantom_fields(const BuiltPhantom& phantom,
                          const std::vector<response::TreatmentField>& fields, double time,
                          std::int64_t number, const fs::path& folder) {
    const auto& plan = phantom.plan;
    const Grid& grid = plan.domain.grid;
    const fs::path own = folder / own_folder;
    fs::create_directories(own);
    const std::vector<double> tissue(plan.label.begin(), plan.label.end());
    std::vector<report::VolumeField> volumes{
        {"tissue", "1", view_of(tissue)}, {"tumour_share", "1", view_of(plan.domain.tumour_share)}};
    auto shown = fields;
    for (auto& field : shown) {
        const Unit unit = parse_unit(field.unit);
        for (double& v : field.values) v = std::isfinite(v) ? from_si(v, unit) : 0.0;
        field.name = report::field_name_of(field.name);
        volumes.push_back({field.name, field.unit, view_of(std::as_const(field.values))});
    }
    const std::string stem = fs::path(report::field_file_name(number)).stem().string();
    report::write_field_file(own / (stem + ".h5"), {number, time, grid}, volumes, {true, 1});
    report::write_vti(own / (stem + ".vti"), grid, time, volumes);
    for (const auto& volume : volumes)
        report::write_nifti(own / (stem + "." + volume.name + ".nii.gz"), grid, volume,
                            "phantom " + volume.name);
}

std::vector<report::FieldPicture> read_phantom_pictures(const BuiltPhantom& phantom,
                                                        const fs::path& folder) {
    const fs::path own = folder / own_folder;
    std::vector<report::FieldPicture> pictures;
    if (!fs::exists(own)) return pictures;
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(own))
        if (entry.path().extension() == ".h5") files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    const Vector3 through = through_of(phantom);
    const auto depth = depths_of(phantom.plan.domain);
    const auto& region = phantom.plan.domain.region;
    std::map<std::pair<int, std::string>, report::FieldPicture> by_name;
    for (const auto& path : files) {
        const auto file = report::read_field_file(path);
        for (const auto& field : file.fields) {
            const int rank = rank_of(field.name);
            if (rank < 0) continue;
            auto& picture = by_name[{rank, field.name}];
            if (field.name == "tissue" && !picture.times.empty()) continue;
            if (picture.times.empty()) picture = frame_of(phantom, field, through, depth);
            picture.times.push_back(file.when.time);
            auto& values = picture.values.emplace_back();
            for (std::size_t i = 0; i < field.values.size(); ++i)
                values.push_back(region[i] == tissue::Region::outside
                                     ? std::numeric_limits<float>::quiet_NaN()
                                     : static_cast<float>(field.values[i]));
        }
    }
    for (auto& [rank, picture] : by_name)
        if (varies(picture)) pictures.push_back(std::move(picture));
    return pictures;
}

}  // namespace caravel::study
