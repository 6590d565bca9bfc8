#include "caravel/report/image_sidecar.hpp"

#include "caravel/base/unit.hpp"
#include "caravel/report/json_value.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace caravel::report {
namespace {

struct Alias {
    std::string_view fact;  // letters and digits in lower case
    std::string_view key;
    std::string_view unit;
};

// Names and units: BIDS 1.9, MRI and PET sections.
constexpr std::array<Alias, 24> aliases = {{{"repetitiontime", "RepetitionTime", "s"},
                                            {"tr", "RepetitionTime", "s"},
                                            {"echotime", "EchoTime", "s"},
                                            {"te", "EchoTime", "s"},
                                            {"inversiontime", "InversionTime", "s"},
                                            {"ti", "InversionTime", "s"},
                                            {"flipangle", "FlipAngle", "deg"},
                                            {"field", "MagneticFieldStrength", "T"},
                                            {"fieldstrength", "MagneticFieldStrength", "T"},
                                            {"magneticfield", "MagneticFieldStrength", "T"},
                                            {"magneticfieldstrength", "MagneticFieldStrength", "T"},
                                            {"bandwidth", "PixelBandwidth", "Hz"},
                                            {"pixelbandwidth", "PixelBandwidth", "Hz"},
                                            {"slicethickness", "SliceThickness", "mm"},
                                            {"injectedactivity", "InjectedRadioactivity", "MBq"},
                                            {"activity", "InjectedRadioactivity", "MBq"},
                                            {"injectedmass", "InjectedMass", "ug"},
                                            {"scanduration", "FrameDuration", "s"},
                                            {"frameduration", "FrameDuration", "s"},
                                            {"scantime", "FrameDuration", "s"},
                                            {"duration", "FrameDuration", "s"},
                                            {"tubevoltage", "XRayTubeVoltage", "kV"},
                                            {"voltage", "XRayTubeVoltage", "kV"},
                                            {"kvp", "XRayTubeVoltage", "kV"}}};

std::string plain(std::string_view name) {
    std::string letters;
    for (const char c : name)
        if (std::isalnum(static_cast<unsigned char>(c)) != 0)
            letters.push_back(static_cast<char>(std::tolower(static_cast<unsigned char>(c))));
    return letters;
}

/// A text as a quantity in SI; empty for words and other dimensions than that of `unit`.
std::optional<double> quantity(const std::string& text, const std::string& unit) {
    try {
        const ParsedQuantity parsed = parse_quantity(text);
        if (!parsed.has_unit || parsed.unit.dimension != parse_unit(unit).dimension)
            return std::nullopt;
        return parsed.si;
    } catch (const UnitError&) {
        return std::nullopt;
    }
}

input::Array numbers(const std::array<double, 3>& values) {
    input::Array items;
    for (const double v : values) items.push_back(json(v));
    return items;
}

std::array<double, 3> millimetres(const Vector3& metres) {
    std::array<double, 3> mm{};
    // through the shortest text of 12 digits: 0.2 rather than 0.20000000000000001
    for (std::size_t a = 0; a < 3; ++a) mm[a] = std::stod(format_number(1e3 * metres[a], 12));
    return mm;
}

std::string modality_name(const std::string& modality) {
    if (modality == "mri") return "MR";
    if (modality == "ct") return "CT";
    if (modality == "pet") return "PT";
    if (modality == "spect") return "NM";
    std::string upper = modality;
    std::transform(upper.begin(), upper.end(), upper.begin(), [](char c) {
        return static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    });
    return upper;
}

void put_place(input::Table& table, const Grid& grid) {
    input::Array shape;
    for (const index_t n : {grid.nx, grid.ny, grid.nz}) shape.push_back(json(std::int64_t{n}));
    put(table, "Shape", shape);
    put(table, "Spacing", numbers(millimetres(grid.spacing)));
    put(table, "FirstVoxelCentre", numbers(millimetres(grid.centre(0, 0, 0))));
    put(table, "SpatialUnits", "mm");
    put(table, "Orientation", "RAS");
}

void put_noise(input::Table& table, const ImageFile& image) {
    put(table, "NoiseModel", image.noise_model.empty() ? "unknown" : image.noise_model);
    if (image.noise > 0.0) put(table, "NoiseStandardDeviation", image.noise);
    put(table, "Seed", std::to_string(image.seed));
}

void put_facts(input::Table& table, const ImageFile& image) {
    input::Table others;
    for (const auto& [name, text] : image.facts) {
        const auto key = sidecar_key(name);
        const auto value = key ? quantity(text, key->unit) : std::nullopt;
        if (value && table.find(key->name) == nullptr)
            put(table, key->name, std::stod(format_number(from_si(*value, key->unit), 12)));
        else if (plain(name) == "nuclide" || plain(name) == "isotope")
            put(table, "TracerRadionuclide", text);
        else if (others.find(name) == nullptr)
            put(others, name, text);
    }
    if (!others.entries.empty()) put(table, "Facts", others);
}

}  // namespace

std::optional<SidecarKey> sidecar_key(std::string_view fact) {
    const std::string name = plain(fact);
    const auto* found = std::find_if(aliases.begin(), aliases.end(),
                                     [&](const Alias& alias) { return alias.fact == name; });
    if (found == aliases.end()) return std::nullopt;
    return SidecarKey{std::string(found->key), std::string(found->unit)};
}

std::optional<double> fact_value(const ImageFile& image, std::string_view key) {
    for (const auto& [name, text] : image.facts) {
        const auto known = sidecar_key(name);
        if (!known || known->name != key) continue;
        if (const auto value = quantity(text, known->unit)) return value;
    }
    return std::nullopt;
}

std::string image_sidecar(const ImageFile& image, const ImageFileOptions& options) {
    input::Table table;
    put(table, "Name", image.name);
    put(table, "Label", image.label);
    if (!image.description.empty()) put(table, "Description", image.description);
    put(table, "Modality", modality_name(image.modality));
    put(table, "Units", image.unit);
    put_place(table, image.grid);
    put(table, "Time", image.time);
    put(table, "TimeUnits", "s");
    if (image.duration > 0.0) put(table, "FrameDuration", image.duration);
    put_noise(table, image);
    if (!image.truth.empty()) put(table, "Truth", image.name + "_truth.nii.gz");
    put(table, "Simulated", true);
    if (!options.run.empty()) put(table, "Run", options.run);
    input::Table maker;
    put(maker, "Name", "Caravel");
    if (!options.version.empty()) put(maker, "Version", options.version);
    put(table, "GeneratedBy", input::Array{json(maker)});
    put_facts(table, image);
    return input::to_json(json(table)) + "\n";
}

}  // namespace caravel::report
