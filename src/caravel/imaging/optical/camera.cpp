#include "caravel/imaging/optical/camera.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/imaging/noise.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <vector>

namespace caravel::imaging {
namespace {

constexpr const char* table = "cameras";

double given_or_tabulated(const std::optional<double>& given, matter::Library& library,
                          const CameraSettings& camera, const char* property) {
    return given ? *given : library.value(table, camera.sensor, property);
}

double nanometres(const std::string& text) {
    double value = 0.0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

}  // namespace

void describe(input::Visitor& v, CameraSettings& camera) {
    v.choice({"sensor", "what it is made of"}, camera.sensor, {"silicon", "ingaas"});
    v.number({"pixel", "width of a pixel on the object"}, camera.pixel, input::positive("mm"));
    v.integer({"binning", "pixels of one side read as one"}, camera.binning, 1, 64);
    v.number({"f_number", "of the lens"}, camera.f_number, input::positive("1"));
    v.number({"focal_length", "of the lens"}, camera.focal_length, input::positive("mm"));
    v.number({"working_distance", "from lens to object"}, camera.working_distance,
             input::positive("cm"));
    v.number({"numerical_aperture", "on the object's side, instead of lens and distance"},
             camera.numerical_aperture, {"1", 0.0, 1.0, true});
    v.number({"transmission", "of lens and filter within the band"}, camera.transmission,
             input::fraction());
    v.number({"lens_blur", "full width at half maximum on the object"}, camera.lens_blur,
             input::non_negative("mm"));
    v.number({"exposure", "of one frame; else what fills 70 % of the well in each band"},
             camera.exposure, input::positive("s"));
    v.number({"longest_exposure", "when none is given"}, camera.longest_exposure,
             input::positive("s"));
    v.integer({"frames", "added up"}, camera.frames, 1, 100'000);
    v.number({"quantum_efficiency", "electrons per photon; else the sensor's at each wavelength"},
             camera.quantum_efficiency, input::fraction());
    v.number({"dark_current", "electrons per pixel; else the sensor's"}, camera.dark_current,
             input::non_negative("1/s"));
    v.number({"read_noise", "electrons per pixel and frame; else the sensor's"}, camera.read_noise,
             input::non_negative("1"));
    v.number({"full_well", "electrons per pixel and frame; else the sensor's"}, camera.full_well,
             input::positive("1"));
    v.integer({"bits", "of the converter"}, camera.bits, 8, 32);
}

double collected_share(const CameraSettings& camera) {
    if (camera.numerical_aperture) return *camera.numerical_aperture * *camera.numerical_aperture;
    const double radius = 0.5 * camera.focal_length / camera.f_number;
    const double distance = camera.working_distance;
    return radius * radius / (radius * radius + distance * distance);
}

double sensor_efficiency(const matter::Library& library, const std::string& sensor,
                         double wavelength) {
    double before = 0.0, before_value = 0.0;
    bool is_first = true;
    for (const matter::Fact* fact : library.table(table).all(sensor)) {
        if (fact->property != "quantum_efficiency") continue;
        const double at = nanometres(fact->context) * 1e-9;
        if (wavelength <= at) {
            if (is_first) return wavelength == at ? fact->si : 0.0;
            const double part = (wavelength - before) / (at - before);
            return (1.0 - part) * before_value + part * fact->si;
        }
        before = at;
        before_value = fact->si;
        is_first = false;
    }
    return 0.0;
}

Camera make_camera(const CameraSettings& settings, matter::Library& library) {
    const double share = collected_share(settings);
    if (!(share > 0.0 && share <= 1.0))
        throw InputError(Diagnostic{
            {},
            fmt::format("the numerical aperture of a camera is {}",
                        format_number(settings.numerical_aperture.value_or(std::sqrt(share)), 4)),
            "more than 0 and at most 1",
            "about 0.02 for a lens of f/1.4 and 25 mm at 25 cm"});
    library.require(table, settings.sensor, {});
    const auto binned = static_cast<double>(settings.binning);
    Camera camera;
    camera.pixel = settings.pixel * binned;
    camera.collection = share * settings.transmission;
    camera.exposure = settings.exposure.value_or(settings.longest_exposure);
    camera.frames = static_cast<double>(settings.frames);
    const double pixels = binned * binned;
    camera.dark_rate =
        pixels * given_or_tabulated(settings.dark_current, library, settings, "dark_current");
    const double read = given_or_tabulated(settings.read_noise, library, settings, "read_noise");
    camera.read_variance = pixels * read * read;
    camera.full_well =
        pixels * given_or_tabulated(settings.full_well, library, settings, "full_well");
    camera.step = camera.full_well / (std::exp2(static_cast<double>(settings.bits)) - 1.0);
    return camera;
}

double metered_exposure(const Camera& camera, double rate) {
    constexpr double filled = 0.7;
    const double all = rate + camera.dark_rate;
    return all > 0.0 ? std::min(camera.exposure, filled * camera.full_well / all) : camera.exposure;
}

double pixel_variance(const Camera& camera, double electrons) {
    return electrons + camera.frames * (camera.dark() + camera.read_variance +
                                        camera.step * camera.step / 12.0);
}

std::int64_t expose(exec::ThreadTeam& team, const Camera& camera, std::span<double> electrons,
                    std::uint64_t seed, std::uint32_t entity) {
    const double frames = camera.frames;
    const double dark = camera.dark() * frames;
    for (double& e : electrons) e += dark;
    draw_counts(team, electrons, seed, NoisePurpose::photons, entity);
    add_gaussian_noise(team, electrons, std::sqrt(camera.read_variance * frames), seed,
                       NoisePurpose::camera, entity);
    if (camera.step > 0.0) {
        // the converter rounds every frame: an even error of one step each, summed
        add_gaussian_noise(team, electrons, camera.step * std::sqrt((frames - 1.0) / 12.0), seed,
                           NoisePurpose::electronics, entity);
        for (double& e : electrons) e = camera.step * std::round(e / camera.step);
    }
    std::int64_t full = 0;
    for (double& e : electrons) {
        if (e > camera.full_well * frames) {
            e = camera.full_well * frames;
            ++full;
        }
        e -= dark;
    }
    return full;
}

}  // namespace caravel::imaging
