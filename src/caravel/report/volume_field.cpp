#include "caravel/report/volume_field.hpp"

#include "caravel/base/error.hpp"

#include <cmath>
#include <limits>
#include <set>
#include <stdexcept>

#include <fmt/format.h>

namespace caravel::report {
namespace {

constexpr std::string_view name_characters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-+";

[[noreturn]] void refuse_value(const Grid& grid, const VolumeField& field, index_t cell) {
    NumericalFailure failure;
    failure.process = "field output";
    failure.quantity = field.name;
    failure.place = fmt::format("voxel ({}, {}, {})", cell % grid.nx, cell / grid.nx % grid.ny,
                                cell / grid.nx / grid.ny);
    failure.problem = fmt::format("is {}, which the file cannot hold", field.values[cell]);
    failure.advice = "a shorter time step";
    throw NumericalError(std::move(failure));
}

}  // namespace

std::string field_name_of(std::string name) {
    for (char& c : name)
        if (name_characters.find(c) == std::string_view::npos || c == '+') c = '_';
    return name;
}

void check_volume_fields(const Grid& grid, const std::vector<VolumeField>& fields,
                         bool single_precision) {
    const double most = single_precision ? static_cast<double>(std::numeric_limits<float>::max())
                                         : std::numeric_limits<double>::max();
    std::set<std::string> names;
    for (const VolumeField& field : fields) {
        if (field.name.empty() ||
            field.name.find_first_not_of(name_characters) != std::string::npos)
            throw std::invalid_argument(fmt::format("'{}' is no name of a field", field.name));
        if (!names.insert(field.name).second)
            throw std::invalid_argument(fmt::format("two fields have the name '{}'", field.name));
        if (field.values.size() != grid.cell_count())
            throw std::invalid_argument(fmt::format("field '{}' has {} values for {} cells",
                                                    field.name, field.values.size(),
                                                    grid.cell_count()));
        for (index_t i = 0; i < field.values.size(); ++i)
            if (!(std::abs(field.values[i]) <= most)) refuse_value(grid, field, i);
    }
}

}  // namespace caravel::report
