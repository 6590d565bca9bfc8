#include "caravel/tissue/heat/heat_medium.hpp"

#include "caravel/base/error.hpp"

#include <cmath>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace caravel::tissue {

namespace {

// Temperatures between which a conductivity with a slope must stay positive.
constexpr double coldest = 273.15;  // K
constexpr double hottest = 373.15;  // K
constexpr double reference = 310.15;

constexpr std::array<std::string_view, 6> face_names = {"x low",  "x high", "y low",
                                                        "y high", "z low",  "z high"};

class Mistakes {
  public:
    void add(std::string what, std::string expected, std::string hint = "") {
        found_.push_back(Diagnostic{{}, std::move(what), std::move(expected), std::move(hint)});
    }
    void positive(std::string_view owner, std::string_view name, double value,
                  std::string_view range) {
        if (std::isfinite(value) && value > 0.0) return;
        add(fmt::format("{}: {} is {:g}", owner, name, value),
            fmt::format("a number above 0 ({})", range));
    }
    void not_negative(std::string_view owner, std::string_view name, double value,
                      std::string_view range) {
        if (std::isfinite(value) && value >= 0.0) return;
        add(fmt::format("{}: {} is {:g}", owner, name, value),
            fmt::format("0 or more ({})", range));
    }
    void raise() {
        if (!found_.empty()) throw InputError(std::move(found_));
    }

  private:
    std::vector<Diagnostic> found_;
};

void check_range(std::string_view owner, double solidus, double liquidus, Mistakes& mistakes) {
    mistakes.positive(owner, "liquidus", liquidus, "K; water 273.15, tissue about 272.15");
    mistakes.positive(owner, "solidus", solidus, "K; tissue about 265.15");
    if (solidus > liquidus) {
        mistakes.add(
            fmt::format("{}: solidus {:g} K above liquidus {:g} K", owner, solidus, liquidus),
            "a solidus at or below the liquidus", "were the two exchanged?");
    }
}

void check_tissue(const ThermalTissue& t, Mistakes& mistakes) {
    const std::string owner = "tissue \"" + t.name + "\"";
    mistakes.positive(owner, "density", t.density, "kg/m3; soft tissue 900 to 1100");
    mistakes.positive(owner, "heat capacity", t.heat_capacity, "J/(kg.K); tissue 1300 to 4200");
    mistakes.positive(owner, "conductivity", t.conductivity, "W/(m.K); tissue 0.2 to 0.6");
    for (const double temperature : {coldest, hottest}) {
        const double k = t.conductivity + t.conductivity_slope * (temperature - reference);
        if (k > 0.0 && std::isfinite(k)) continue;
        mistakes.add(fmt::format("{}: a conductivity slope of {:g} W/(m.K2) makes the "
                                 "conductivity {:g} W/(m.K) at {:g} K",
                                 owner, t.conductivity_slope, k, temperature),
                     "a conductivity above 0 from 273.15 to 373.15 K",
                     "water and tissue: about 0.001 W/(m.K2)");
        break;
    }
    mistakes.not_negative(owner, "perfusion", t.perfusion, "1/s; muscle 7e-4, liver 0.015");
    mistakes.not_negative(owner, "metabolic heat", t.metabolic_heat, "W/m3; 0 to 30000");
    mistakes.not_negative(owner, "latent heat", t.latent_heat, "J/m3; tissue about 2.5e8");
    if (t.latent_heat > 0.0) {
        mistakes.positive(owner, "frozen heat capacity", t.frozen_heat_capacity,
                          "J/(kg.K); about 1800");
        mistakes.positive(owner, "frozen conductivity", t.frozen_conductivity, "W/(m.K); about 2");
        check_range(owner, t.solidus, t.liquidus, mistakes);
    }
}

void check_grid(const Grid& grid, Mistakes& mistakes) {
    if (grid.nx < 1 || grid.ny < 1 || grid.nz < 1) {
        mistakes.add(fmt::format("a grid of {} x {} x {} voxels", grid.nx, grid.ny, grid.nz),
                     "at least one voxel along every axis");
    }
    for (const double h : grid.spacing) {
        mistakes.positive("grid", "spacing", h, "m; typically 1e-4 to 2e-3");
    }
}

void check_voxels(const std::vector<double>& values, index_t cells, std::string_view name,
                  bool is_positive, Mistakes& mistakes) {
    if (values.empty()) return;
    if (static_cast<index_t>(values.size()) != cells) {
        mistakes.add(fmt::format("{} has {} values", name, values.size()),
                     fmt::format("{}, one per voxel, or none", cells));
        return;
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double v = values[i];
        if (std::isfinite(v) && (is_positive ? v > 0.0 : v >= 0.0)) continue;
        mistakes.add(fmt::format("{} of voxel {} is {:g}", name, i, v),
                     is_positive ? "a number above 0" : "0 or more");
        return;
    }
}

void check_labels(const HeatMedium& m, index_t cells, Mistakes& mistakes) {
    if (m.tissues.empty()) mistakes.add("a heat medium without tissues", "at least one tissue");
    if (static_cast<index_t>(m.label.size()) != cells) {
        mistakes.add(fmt::format("{} labels of voxels", m.label.size()),
                     fmt::format("{}, one per voxel", cells));
        return;
    }
    for (std::size_t i = 0; i < m.label.size(); ++i) {
        if (m.label[i] < m.tissues.size()) continue;
        mistakes.add(fmt::format("voxel {} has the label {}", i, m.label[i]),
                     fmt::format("a number below {}, the number of tissues", m.tissues.size()));
        return;
    }
}

void check_links(const HeatMedium& m, index_t cells, Mistakes& mistakes) {
    const std::array<index_t, 3> size{m.grid.nx, m.grid.ny, m.grid.nz};
    const std::array<index_t, 3> step{1, m.grid.nx, m.grid.nx * m.grid.ny};
    for (const HeatLink& link : m.links) {
        const bool is_placed =
            link.axis >= 0 && link.axis < 3 && link.voxel >= 0 && link.voxel < cells;
        const auto a = static_cast<std::size_t>(is_placed ? link.axis : 0);
        if (!is_placed || link.voxel / step[a] % size[a] + 1 == size[a]) {
            mistakes.add(
                fmt::format("a border above voxel {} along axis {}", link.voxel, link.axis),
                "a voxel with a higher neighbour along axis 0, 1 or 2");
            return;
        }
        if (link.share >= 0.0 && link.share <= 1.0) continue;
        mistakes.add(
            fmt::format("a border at {:g} of the way above voxel {}", link.share, link.voxel),
            "a share from 0 to 1");
        return;
    }
}

void check_face(const HeatFace& face, std::string_view name, Mistakes& mistakes) {
    const std::string owner = fmt::format("face {}", name);
    if (face.kind != HeatFace::Kind::insulated) {
        mistakes.positive(owner, "temperature", face.temperature, "K");
    }
    if (face.kind == HeatFace::Kind::convective) {
        mistakes.not_negative(owner, "transfer", face.transfer,
                              "W/(m2.K); still air 5 to 10, forced air 50, water 100 to 1000");
    }
    if (!std::isfinite(face.heat_flux)) {
        mistakes.add(fmt::format("{}: heat flux is {:g}", owner, face.heat_flux),
                     "a finite number (W/m2)");
    }
    if (face.kind == HeatFace::Kind::fixed && face.heat_flux != 0.0) {
        mistakes.add(fmt::format("{}: a heat flux of {:g} W/m2 where the temperature is fixed",
                                 owner, face.heat_flux),
                     "a flux of 0: it follows from the temperature",
                     "take a convective face to prescribe both");
    }
}

}  // namespace

void check(const HeatMedium& medium) {
    Mistakes mistakes;
    check_grid(medium.grid, mistakes);
    mistakes.raise();
    const index_t cells = medium.grid.cell_count();
    check_labels(medium, cells, mistakes);
    for (const ThermalTissue& tissue : medium.tissues) check_tissue(tissue, mistakes);
    check_voxels(medium.conductivity_factor, cells, "conductivity factor", true, mistakes);
    check_voxels(medium.capacity_factor, cells, "capacity factor", true, mistakes);
    check_links(medium, cells, mistakes);
    check_voxels(medium.particles.latent_heat, cells, "latent heat of particles", false, mistakes);
    if (!medium.particles.latent_heat.empty()) {
        check_range("particles", medium.particles.solidus, medium.particles.liquidus, mistakes);
    }
    for (std::size_t f = 0; f < 6; ++f) check_face(medium.faces[f], face_names[f], mistakes);
    mistakes.not_negative("blood", "heat capacity", medium.blood_heat_capacity, "J/(m3.K); 3.8e6");
    mistakes.raise();
}

}  // namespace caravel::tissue
