#include "caravel/imaging/nuclear/pet_model.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/large_pages.hpp"
#include "caravel/base/suggest.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/exec/for_each.hpp"
#include "caravel/imaging/blur.hpp"
#include "caravel/imaging/nuclear/pet_ring.hpp"
#include "caravel/imaging/nuclear/scan_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace caravel::imaging {
namespace {

[[noreturn]] void fail(std::string what, std::string expected, std::string hint = "") {
    throw InputError(Diagnostic{{}, std::move(what), std::move(expected), std::move(hint)});
}

void check_view(const PetSettings& pet, const ImagedObject& object, double radius) {
    if (2.0 * radius > pet.field_of_view * (1.0 + 1e-9))
        fail(fmt::format("the object is {} mm wide, the field of view of the PET scanner {} mm",
                         format_number(2e3 * radius, 4), format_number(1e3 * pet.field_of_view, 4)),
             "an object within the field of view", "choose a larger scanner or crop the object");
    const double length = static_cast<double>(object.grid.nz) * object.grid.spacing[2];
    if (length > scanned_length(pet) * (1.0 + 1e-9))
        fail(fmt::format("the object is {} mm long, the PET scan covers {} mm",
                         format_number(1e3 * length, 4),
                         format_number(1e3 * scanned_length(pet), 4)),
             "an object within the scanned length", "more bed_positions, or a shorter object");
}

std::size_t find_calibrated(const PetModel& model) {
    if (model.pet.nuclide.empty()) {
        const auto most = std::max_element(model.sources.begin(), model.sources.end(),
                                           [](const auto& a, const auto& b) {
                                               const auto sum = [](const AnnihilationSource& s) {
                                                   double total = 0.0;
                                                   for (const double v : s.field.activity)
                                                       total += v;
                                                   return total * s.per_decay;
                                               };
                                               return sum(a) < sum(b);
                                           });
        return static_cast<std::size_t>(most - model.sources.begin());
    }
    std::vector<std::string_view> names;
    for (std::size_t i = 0; i < model.sources.size(); ++i) {
        const std::string& name = model.sources[i].field.emitter.name;
        if (name == model.pet.nuclide) return i;
        names.push_back(name);
    }
    fail(fmt::format("the object holds no {}", model.pet.nuclide),
         fmt::format("a nuclide of the object, such as {}", names.front()),
         did_you_mean(model.pet.nuclide, names));
}

/// Fields of the positron emitters among the labels of the object's agents.
std::vector<EmittingField> positron_fields(matter::Library& library,
                                           const matter::XrayTables& tables,
                                           const ImagedObject& object, const PetSettings& pet) {
    if (!pet.nuclide.empty() && !(emitter(library, tables, pet.nuclide).positron_fraction > 0.0))
        fail(fmt::format("{} emits no positrons", pet.nuclide), "a positron emitter",
             "gamma emitters are seen by SPECT");
    std::vector<EmittingField> fields = emitting_fields(library, tables, object);
    fields.erase(
        std::remove_if(fields.begin(), fields.end(),
                       [](const EmittingField& f) { return !(f.emitter.positron_fraction > 0.0); }),
        fields.end());
    if (fields.empty())
        fail("no agent of the object carries a positron emitter",
             "an agent labelled with F-18, Cu-64, Ga-68, Zr-89, ...",
             "gamma emitters are seen by SPECT");
    return fields;
}

/// Columns of a sinogram over a grid of this extent (m).
double sinogram_width(const PetSettings& pet, double x, double y) {
    return std::min(std::hypot(x, y), pet.field_of_view + 4.0 * detector_blur(pet));
}

void check_sizes(const PetModel& model, const ImagedObject& object) {
    const PetSettings& pet = model.pet;
    check_voxels(object.grid, pet.resolution, "PET");
    const auto extent = [&](index_t n, std::size_t a) {
        return static_cast<double>(n) * object.grid.spacing[a] + pet.resolution;
    };
    check_bins(
        static_cast<double>(pet.views),
        sinogram_width(pet, extent(object.grid.nx, 0), extent(object.grid.ny, 1)) / model.bin + 1.0,
        extent(object.grid.nz, 2) / pet.resolution, model.bin, "PET");
}

}  // namespace

bool PetModel::is_active() const {
    return std::any_of(sources.begin(), sources.end(),
                       [](const AnnihilationSource& s) { return s.field.is_active(); });
}

PetModel pet_model(const ScanContext& context, const ImagedObject& object,
                   const PetSettings& settings) {
    check_object(object);
    const matter::XrayTables tables(context.library.root() / "xray");
    PetModel model;
    model.pet = settings;
    model.bin = settings.bin_width.value_or(0.5 * settings.crystal_pitch);
    std::vector<EmittingField> fields = positron_fields(context.library, tables, object, settings);
    check_view(settings, object, transaxial_radius(context.team, object, fields));
    check_sizes(model, object);
    for (EmittingField& field : fields) {
        AnnihilationSource source;
        if (settings.positron_range)
            source.range = range_kernel(field.emitter, settings.positron_range_scale);
        source.per_decay = field.emitter.positron_fraction *
                           mean_decay(field.emitter.half_life, settings.scan_duration);
        source.field = std::move(field);
        model.sources.push_back(std::move(source));
    }
    model.calibrated = find_calibrated(model);
    model.attenuation = settings.attenuation ? attenuation_map(context.library, tables, object,
                                                               annihilation_energy())
                                             : large_vector<double>(object.region.size());
    model.image =
        covering_grid(object.grid, {settings.resolution, settings.resolution, settings.resolution});
    model.truth = annihilation_rate(model, object, context.team, model.image);
    const double per_activity = model.sources[model.calibrated].per_decay;
    exec::for_each(context.team, static_cast<index_t>(model.truth.size()),
                   [&](index_t i) { model.truth[static_cast<std::size_t>(i)] /= per_activity; });
    return model;
}

std::vector<double> annihilation_rate(const PetModel& model, const ImagedObject& object,
                                      exec::ThreadTeam& team, const Grid& grid) {
    auto rate = large_vector<double>(object.region.size());
    exec::for_each(team, static_cast<index_t>(rate.size()), [&](index_t n) {
        const auto i = static_cast<std::size_t>(n);
        for (const AnnihilationSource& source : model.sources)
            rate[i] += source.per_decay * source.field.activity[i];
    });
    return resample(team, object.grid, rate, grid);
}

ScanGeometry PetModel::sinograms(const Grid& grid, index_t views) const {
    ScanGeometry geometry;
    geometry.beam = BeamShape::parallel;
    const Vector3 extent{static_cast<double>(grid.nx) * grid.spacing[0],
                         static_cast<double>(grid.ny) * grid.spacing[1],
                         static_cast<double>(grid.nz) * grid.spacing[2]};
    for (std::size_t a = 0; a < 3; ++a) geometry.centre[a] = grid.origin[a] + 0.5 * extent[a];
    geometry.views = views;
    geometry.arc = std::numbers::pi;
    const double width = sinogram_width(pet, extent[0], extent[1]);
    geometry.columns = static_cast<index_t>(std::ceil(width / bin)) + 1;
    geometry.rows = grid.nz;
    geometry.column_pitch = bin;
    geometry.row_pitch = grid.spacing[2];
    return geometry;
}

double PetModel::height(const ScanGeometry& geometry, index_t row) {
    return (static_cast<double>(row) + 0.5 - 0.5 * static_cast<double>(geometry.rows)) *
           geometry.row_pitch;
}

std::vector<double> PetModel::row_gains(const ScanGeometry& geometry) const {
    const double scan = pet.scan_duration * bin * image.spacing[2] / static_cast<double>(pet.views);
    std::vector<double> gains;
    for (index_t row = 0; row < geometry.rows; ++row)
        gains.push_back(bed_sensitivity(pet, height(geometry, row)) * scan);
    return gains;
}

}  // namespace caravel::imaging
