#include "caravel/report/vti_file.hpp"

#include "caravel/base/unit.hpp"
#include "caravel/report/atomic_file.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <iterator>
#include <string_view>

#include <fmt/format.h>

namespace caravel::report {
namespace {

constexpr std::size_t chunk = 65536;  // values
constexpr std::string_view byte_order =
    std::endian::native == std::endian::little ? "LittleEndian" : "BigEndian";

/// 15 digits leave out what the conversion adds.
std::string in_mm(const Vector3& v) {
    return fmt::format("{} {} {}", format_number(v[0] * 1e3, 15), format_number(v[1] * 1e3, 15),
                       format_number(v[2] * 1e3, 15));
}

std::string escaped(std::string_view text) {
    std::string result;
    for (const char c : text) {
        switch (c) {
        case '&': result += "&amp;"; break;
        case '<': result += "&lt;"; break;
        case '>': result += "&gt;"; break;
        case '"': result += "&quot;"; break;
        default: result += c;
        }
    }
    return result;
}

std::string label_of(const VolumeField& field) {
    return field.unit.empty() ? field.name : fmt::format("{} [{}]", field.name, field.unit);
}

/// The part before the values. VTK stores texts as character codes that end in 0.
std::string head_of(const Grid& grid, double time, const std::vector<VolumeField>& fields,
                    std::size_t value_bytes) {
    const std::string extent = fmt::format("0 {} 0 {} 0 {}", grid.nx, grid.ny, grid.nz);
    std::string text = fmt::format(
        "<?xml version=\"1.0\"?>\n"
        "<VTKFile type=\"ImageData\" version=\"1.0\" byte_order=\"{}\" header_type=\"UInt64\">\n"
        "<ImageData WholeExtent=\"{}\" Origin=\"{}\" Spacing=\"{}\">\n"
        "<FieldData>\n"
        "<DataArray type=\"Float64\" Name=\"TimeValue\" NumberOfTuples=\"1\" "
        "format=\"ascii\">{}</DataArray>\n"
        "<DataArray type=\"String\" Name=\"length_unit\" NumberOfTuples=\"1\" "
        "format=\"ascii\">109 109 0</DataArray>\n"
        "</FieldData>\n"
        "<Piece Extent=\"{}\">\n<CellData>\n",
        byte_order, extent, in_mm(grid.origin), in_mm(grid.spacing), format_number(time), extent);
    std::uint64_t offset = 0;
    for (const VolumeField& field : fields) {
        fmt::format_to(std::back_inserter(text),
                       "<DataArray type=\"Float{}\" Name=\"{}\" format=\"appended\" "
                       "offset=\"{}\"/>\n",
                       8 * value_bytes, escaped(label_of(field)), offset);
        offset +=
            sizeof(std::uint64_t) + static_cast<std::uint64_t>(field.values.size()) * value_bytes;
    }
    return text + "</CellData>\n</Piece>\n</ImageData>\n<AppendedData encoding=\"raw\">\n_";
}

template <class T>
void add_values(Replacement& file, const VolumeField& field) {
    const auto cells = static_cast<std::size_t>(field.values.size());
    const std::uint64_t bytes = cells * sizeof(T);
    file.add({reinterpret_cast<const char*>(&bytes), sizeof(bytes)});
    std::vector<T> values;
    for (std::size_t first = 0; first < cells; first += chunk) {
        const double* from = field.values.data() + first;
        values.assign(from, from + std::min(chunk, cells - first));
        file.add({reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)});
    }
}

}  // namespace

void write_vti(const std::filesystem::path& path, const Grid& grid, double time,
               const std::vector<VolumeField>& fields, bool single_precision) {
    check_volume_fields(grid, fields, single_precision);
    Replacement file(path);
    file.add(head_of(grid, time, fields, single_precision ? sizeof(float) : sizeof(double)));
    for (const VolumeField& field : fields) {
        if (single_precision)
            add_values<float>(file, field);
        else
            add_values<double>(file, field);
    }
    file.add("\n</AppendedData>\n</VTKFile>\n");
    file.finish();
}

void write_vti_series(const std::filesystem::path& path,
                      const std::vector<std::pair<double, std::string>>& files) {
    std::string text = fmt::format(
        "<?xml version=\"1.0\"?>\n"
        "<VTKFile type=\"Collection\" version=\"1.0\" byte_order=\"{}\">\n<Collection>\n",
        byte_order);
    for (const auto& [time, name] : files)
        fmt::format_to(std::back_inserter(text),
                       "<DataSet timestep=\"{}\" part=\"0\" file=\"{}\"/>\n", format_number(time),
                       escaped(name));
    write_file_atomically(path, text + "</Collection>\n</VTKFile>\n");
}

}  // namespace caravel::report
