#include "caravel/imaging/nuclear/pet_scan.hpp"

namespace caravel::imaging {
namespace {

using input::non_negative;
using input::positive;

void describe_ring(input::Visitor& v, PetSettings& pet) {
    v.number({"ring_diameter", "between the faces of opposite crystals"}, pet.ring_diameter,
             positive("mm"));
    v.number({"axial_length", "of the ring"}, pet.axial_length, positive("mm"));
    v.number({"crystal_size", "edge of a crystal's face"}, pet.crystal_size, positive("mm"));
    v.number({"crystal_pitch", "from crystal to crystal"}, pet.crystal_pitch, positive("mm"));
    v.number({"crystal_depth", "along the radius"}, pet.crystal_depth, positive("mm"));
    v.number({"crystal_attenuation", "of the scintillator at 511 keV"}, pet.crystal_attenuation,
             positive("1/cm"));
    v.number({"photofraction", "photoelectric share of the first interactions"}, pet.photofraction,
             input::fraction());
    v.number({"captured_share", "of Compton-scattered photons, absorbed in the same block"},
             pet.captured_share, input::fraction());
    v.number({"energy_window_low", "lower threshold"}, pet.energy_window_low, positive("keV"));
    v.number({"energy_window_high", "upper threshold"}, pet.energy_window_high, positive("keV"));
    v.number({"energy_resolution", "full width at half maximum over energy at 511 keV"},
             pet.energy_resolution, {"%", 0.0, 100.0, true});
    v.number({"coincidence_window", "tau; randoms are 2 tau R1 R2"}, pet.coincidence_window,
             positive("ns"));
    v.number({"efficiency", "pairs in the window per pair that hits the ring; computed if absent"},
             pet.efficiency, {"%", 0.0, 100.0});
    v.number({"decoding_blur", "full width at half maximum beyond the crystals' width"},
             pet.decoding_blur, non_negative("mm"));
}

void describe_reconstruction(input::Visitor& v, PetSettings& pet) {
    v.number({"field_of_view", "transaxial diameter"}, pet.field_of_view, positive("mm"));
    v.number({"resolution", "edge of a voxel of the image"}, pet.resolution, positive("mm"));
    v.integer({"views", "angles of the sinograms over half a turn"}, pet.views, 4, 4096);
    v.number({"bin_width", "of the sinograms; half the crystal pitch if absent"}, pet.bin_width,
             positive("mm"));
    v.integer({"iterations", "of OSEM, each over all subsets"}, pet.iterations, 1, 1000);
    v.integer({"subsets", "they divide the views"}, pet.subsets, 1, 1024);
    v.flag({"psf_model", "detector blur within the reconstruction"}, pet.psf_model);
    v.number({"post_filter", "full width at half maximum of a normal filter of the image"},
             pet.post_filter, non_negative("mm"));
}

void check(input::Visitor& v, const PetSettings& pet) {
    if (!(pet.energy_window_low < pet.energy_window_high))
        v.complain("energy_window_low", "the energy window is empty",
                   "energy_window_low < energy_window_high");
    if (pet.crystal_size > pet.crystal_pitch)
        v.complain("crystal_size", "crystals are larger than their pitch",
                   "crystal_size <= crystal_pitch");
    if (pet.field_of_view > pet.ring_diameter)
        v.complain("field_of_view", "the field of view is larger than the ring",
                   "field_of_view <= ring_diameter");
    if (pet.views % pet.subsets != 0)
        v.complain("subsets", "the subsets do not divide the views", "a divisor of views");
    if (pet.attenuation_correction && !pet.attenuation)
        v.complain("attenuation_correction", "there is no attenuation to correct for",
                   "attenuation_correction = false");
    if (pet.body_weight && !pet.injected_activity)
        v.complain("body_weight", "an SUV needs the injected activity too",
                   "injected_activity = \"5 MBq\"");
}

}  // namespace

void describe(input::Visitor& v, PetSettings& pet) {
    v.text({"nuclide", "in whose activity the image is calibrated; the object's if absent"},
           pet.nuclide);
    v.number({"scan_duration", "of all bed positions"}, pet.scan_duration, positive("min"));
    v.integer({"bed_positions", "overlapping by half the axial length"}, pet.bed_positions, 1, 64);
    describe_ring(v, pet);
    v.flag({"randoms", "accidental coincidences"}, pet.randoms);
    v.flag({"scatter", "coincidences of photons scattered once in the object"}, pet.scatter);
    v.flag({"attenuation", "in the object"}, pet.attenuation);
    v.flag({"attenuation_correction", "in the reconstruction"}, pet.attenuation_correction);
    v.flag({"scatter_correction", "in the reconstruction"}, pet.scatter_correction);
    v.flag({"positron_range", "flight of the positrons"}, pet.positron_range);
    v.number({"positron_range_scale", "1: mean ranges of Conti and Eriksson 2016"},
             pet.positron_range_scale, {"1", 0.0, 10.0});
    describe_reconstruction(v, pet);
    v.number({"body_weight", "for the SUV"}, pet.body_weight, positive("g"));
    v.number({"injected_activity", "decayed to the start of the scan"}, pet.injected_activity,
             positive("MBq"));
    if (!v.describes_types()) check(v, pet);
}

}  // namespace caravel::imaging
