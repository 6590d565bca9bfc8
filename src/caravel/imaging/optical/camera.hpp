// A camera before a glowing surface: how much light it takes in and what it makes of it.
#pragma once

#include "caravel/exec/threads.hpp"
#include "caravel/input/visitor.hpp"
#include "caravel/matter/table.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace caravel::imaging {

/// [camera] of a fluorescence scan. What is left out comes from data/cameras.csv by the sensor.
struct CameraSettings {
    std::string sensor = "silicon";            // silicon, ingaas
    double pixel = 0.2e-3;                     // m on the object, before binning
    std::int64_t binning = 1;                  // pixels of one side that are read as one
    double f_number = 1.4;                     // of the lens
    double focal_length = 25e-3;               // m
    double working_distance = 0.25;            // m, from lens to object
    std::optional<double> numerical_aperture;  // on the side of the object; instead of the three
    double transmission = 0.6;                 // of lens and filter within the band
    double lens_blur = 0.0;                    // m on the object, full width at half maximum
    std::optional<double> exposure;            // s of one frame; else metered for each band
    double longest_exposure = 5.0;             // s, when metered
    std::int64_t frames = 1;                   // added up
    std::optional<double> quantum_efficiency;  // electrons per photon
    std::optional<double> dark_current;        // electrons per s and pixel
    std::optional<double> read_noise;          // electrons per pixel and frame
    std::optional<double> full_well;           // electrons per pixel and frame
    std::int64_t bits = 16;                    // of the converter, from 0 to the full well
};
void describe(input::Visitor& v, CameraSettings& camera);

/// A camera with everything known at its wavelength.
struct Camera {
    double pixel = 0.0;       // m on the object, binned
    double collection = 0.0;  // electrons per photon that leaves the surface, without the sensor
    double exposure = 0.0;    // s of a frame
    double frames = 1.0;
    double dark_rate = 0.0;                               // electrons per s and binned pixel
    double read_variance = 0.0;                           // electrons^2 per binned pixel and frame
    double full_well = 0.0;                               // electrons per binned pixel and frame
    double step = 0.0;                                    // electrons per count of the converter
    double dark() const { return dark_rate * exposure; }  // electrons per binned pixel and frame
};

/// Share of light from a surface that glows by Lambert's law (radiance the same under every angle)
/// that a lens takes in: sin^2 of the half angle of its cone. From the numerical aperture, else
/// from the lens' diameter focal_length/f_number and its distance.
double collected_share(const CameraSettings& camera);

/// Electrons per photon (1) of a sensor at a wavelength (m): linear in data/cameras.csv, 0 beyond
/// its ends.
double sensor_efficiency(const matter::Library& library, const std::string& sensor,
                         double wavelength);

/// The camera ready for use; without a given exposure that is the longest. Throws InputError for an
/// aperture above 1 and unknown sensors.
Camera make_camera(const CameraSettings& settings, matter::Library& library);

/// The exposure (s) in which a pixel that gets `rate` electrons per s fills 70 % of its well, at
/// most the camera's own.
double metered_exposure(const Camera& camera, double rate);

/// Variance (electrons^2) of a pixel's sum over the frames of which `electrons` are expected.
double pixel_variance(const Camera& camera, double electrons);

/// What the camera reads, in electrons summed over frames, for the `electrons` expected in each
/// pixel: Poisson numbers of light and dark current, read noise, the converter's whole steps, and
/// the full well; the known mean of the dark current is taken off. Returns how many pixels were
/// full.
std::int64_t expose(exec::ThreadTeam& team, const Camera& camera, std::span<double> electrons,
                    std::uint64_t seed, std::uint32_t entity);

}  // namespace caravel::imaging
