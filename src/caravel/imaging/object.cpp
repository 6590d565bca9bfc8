#include "caravel/imaging/object.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/large_pages.hpp"

#include <fmt/format.h>

#include <cmath>

namespace caravel::imaging {
namespace {

[[noreturn]] void fail(std::string what, std::string expected) {
    throw InputError(Diagnostic{{}, std::move(what), std::move(expected), ""});
}

void check_size(std::size_t size, std::size_t voxels, const std::string& name, bool optional) {
    if (size == voxels || (optional && size == 0)) return;
    fail(fmt::format("{} of an imaged object has {} values", name, size),
         fmt::format("one for each of its {} voxels", voxels));
}

void check_field(const ImagedObject& object, const AgentField& field, std::size_t voxels) {
    if (field.agent >= object.agents.size())
        fail(fmt::format("a field belongs to agent {} of {}", field.agent, object.agents.size()),
             "an agent of the object");
    const std::string& name = object.agents[field.agent].name;
    check_size(field.concentration.size(), voxels, "concentration of " + name, false);
    for (std::size_t i = 0; i < voxels; ++i) {
        if (!(field.concentration[i] >= 0.0 && std::isfinite(field.concentration[i])))
            fail(fmt::format("concentration of {} is {} in voxel {}", name, field.concentration[i],
                             i),
                 "0 or more");
    }
}

}  // namespace

void check_object(const ImagedObject& object) {
    const auto voxels = static_cast<std::size_t>(object.grid.cell_count());
    check_size(object.region.size(), voxels, "region", false);
    check_size(object.temperature.size(), voxels, "temperature", true);
    check_size(object.ph.size(), voxels, "pH", true);
    check_size(object.oxygen.size(), voxels, "oxygen", true);
    for (const std::uint16_t region : object.region) {
        if (region >= object.regions.size())
            fail(fmt::format("a voxel lies in region {} of {}", region, object.regions.size()),
                 "a region of the object");
    }
    for (const AgentField& field : object.fields) check_field(object, field, voxels);
}

std::vector<double> total_concentration(const ImagedObject& object, std::size_t agent) {
    auto total = large_vector<double>(static_cast<std::size_t>(object.grid.cell_count()));
    for (const AgentField& field : object.fields) {
        if (field.agent != agent) continue;
        for (std::size_t i = 0; i < total.size(); ++i) total[i] += field.concentration[i];
    }
    return total;
}

}  // namespace caravel::imaging
