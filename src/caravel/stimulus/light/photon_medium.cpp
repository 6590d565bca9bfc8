#include "caravel/stimulus/light/photon_medium.hpp"

#include "caravel/base/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace caravel::stimulus {

namespace {

[[noreturn]] void reject(std::string what, std::string expected, std::string hint = "") {
    throw InputError(Diagnostic{{}, std::move(what), std::move(expected), std::move(hint)});
}

bool is_coefficient(double value) { return std::isfinite(value) && value >= 0.0; }

void check_anisotropy(double anisotropy, const std::string& of) {
    if (std::isfinite(anisotropy) && std::abs(anisotropy) <= 1.0) return;
    reject(fmt::format("{} has the anisotropy {}", of, anisotropy), "-1 to 1",
           "it is the mean cosine of the scattering angle, about 0.9 in tissue");
}

void check_phase(const OpticalMedium& medium, const std::string& name) {
    const PhaseFunction& phase = medium.phase;
    if (phase.kind == PhaseFunction::Kind::modified_henyey_greenstein &&
        !(phase.beta >= 0.0 && phase.beta <= 1.0)) {
        reject(fmt::format("{} has the Henyey-Greenstein share {}", name, phase.beta), "0 to 1");
    }
    if (phase.kind != PhaseFunction::Kind::tabulated) return;
    const auto& cosines = phase.cosines;
    if (cosines.size() < 2 || !(cosines.front() >= -1.0) || !(cosines.back() <= 1.0) ||
        std::adjacent_find(cosines.begin(), cosines.end(),
                           [](double a, double b) { return !(a <= b); }) != cosines.end()) {
        reject(fmt::format("the table of scattering angles of {} does not rise", name),
               "at least two cosines that rise from -1 or above to 1 or below",
               "they belong to even steps of the cumulative probability from 0 to 1");
    }
}

void check_medium(const OpticalMedium& medium, std::size_t number) {
    const std::string name =
        medium.name.empty() ? fmt::format("medium {}", number) : "medium " + medium.name;
    if (!is_coefficient(medium.absorption)) {
        reject(fmt::format("{} absorbs {} 1/m", name, medium.absorption), "0 or more, finite");
    }
    if (!is_coefficient(medium.scattering)) {
        reject(fmt::format("{} scatters {} 1/m", name, medium.scattering), "0 or more, finite");
    }
    check_anisotropy(medium.anisotropy, name);
    if (!(std::isfinite(medium.refractive_index) && medium.refractive_index >= 1.0)) {
        reject(fmt::format("{} has the refractive index {}", name, medium.refractive_index),
               "1 or more", "tissue has 1.33 to 1.5, air 1");
    }
    check_phase(medium, name);
}

void check_added(const std::vector<double>& added, std::size_t cells, const char* what) {
    if (added.empty()) return;
    if (added.size() != cells) {
        reject(fmt::format("{} values of added {} for {} voxels", added.size(), what, cells),
               "one per voxel or none");
    }
    const auto bad = std::find_if_not(added.begin(), added.end(), is_coefficient);
    if (bad == added.end()) return;
    reject(fmt::format("voxel {} has the added {} {} 1/m", bad - added.begin(), what, *bad),
           "0 or more, finite");
}

void check_faces(const PhotonMedium& medium) {
    for (std::size_t axis = 0; axis < 3; ++axis) {
        const bool low = medium.faces[2 * axis] == LightFace::cyclic;
        const bool high = medium.faces[2 * axis + 1] == LightFace::cyclic;
        if (low != high) {
            reject(fmt::format("only one of the two {} faces is cyclic", "xyz"[axis]),
                   "both or none", "what leaves a cyclic face comes in at the opposite one");
        }
    }
    if (!(std::isfinite(medium.outside_index) && medium.outside_index >= 1.0)) {
        reject(fmt::format("the refractive index outside is {}", medium.outside_index), "1 or more",
               "air has 1, water 1.33");
    }
}

}  // namespace

void check(const PhotonMedium& medium) {
    const auto cells = static_cast<std::size_t>(medium.grid.cell_count());
    for (const double spacing : medium.grid.spacing) {
        if (!(std::isfinite(spacing) && spacing > 0.0)) {
            reject(fmt::format("voxels are {} m wide", spacing), "more than 0 m");
        }
    }
    if (medium.media.empty()) reject("there is no medium for light", "at least one");
    if (medium.label.size() != cells) {
        reject(fmt::format("{} labels for {} voxels", medium.label.size(), cells),
               "one label per voxel");
    }
    const auto largest = *std::max_element(medium.label.begin(), medium.label.end());
    if (largest >= medium.media.size()) {
        reject(fmt::format("a voxel has the label {}", largest),
               fmt::format("0 to {}", medium.media.size() - 1), "labels number the media from 0");
    }
    for (std::size_t i = 0; i < medium.media.size(); ++i) check_medium(medium.media[i], i);
    check_added(medium.added_absorption, cells, "absorption");
    check_added(medium.added_scattering, cells, "scattering");
    check_anisotropy(medium.added_anisotropy, "the added scattering");
    check_faces(medium);
}

}  // namespace caravel::stimulus
