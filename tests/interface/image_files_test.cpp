// Images on disk as other programs read them: nibabel, pydicom, dciodvfy.
#include "process.hpp"

#include "caravel/base/error.hpp"
#include "caravel/report/image_files.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace caravel::interface_test {
namespace {

constexpr const char* python = "/usr/bin/python3";
constexpr const char* checker = "/usr/bin/dciodvfy";

fs::path program() { return fs::path(CARAVEL_BINARY).parent_path() / "caravel-dicom"; }

Finished run_program(const std::string& name, const std::vector<std::string>& arguments,
                     const fs::path& folder) {
    HowToRun how;
    how.folder = folder;
    how.program = name;
    return run(arguments, how);
}

bool has_python_modules(const fs::path& folder) {
    return fs::exists(python) &&
           run_program(python, {"-c", "import nibabel, pydicom, numpy"}, folder).code == 0;
}

/// An image without symmetry, so that a turned axis shows.
struct Example {
    Grid grid{12, 9, 5, {2e-4, 3e-4, 5e-4}, {-1e-3, 2e-3, -3e-3}};
    std::vector<double> values{};
    std::vector<double> truth{};
    std::string corrections{};  // of PET
    Example() {
        for (index_t n = 0; n < grid.cell_count(); ++n) {
            const double i = static_cast<double>(n % 12);
            const double j = static_cast<double>(n / 12 % 9);
            const double k = static_cast<double>(n / 108);
            values.push_back(-100.0 + 3.25 * i + 20.0 * j + 101.0 * k + i * k);
            truth.push_back(1.0 + i);
        }
    }
    report::ImageFile file(const std::string& modality, const std::string& unit) const {
        report::ImageFile image;
        image.grid = grid;
        image.name = modality;
        image.label = "Test of " + modality + ", \u00b5 and \u00e9";
        image.unit = unit;
        image.values = values;
        image.truth = truth;
        image.modality = modality;
        image.time = 90061.5;
        image.duration = 600.0;
        image.noise = 2.0;
        image.noise_model = "gaussian";
        image.seed = 42;
        image.description = "A ramp along every axis";
        image.facts = {{"echo_time", "8 ms"},     {"repetition_time", "2 s"},
                       {"flip_angle", "30 deg"},  {"field_strength", "7 T"},
                       {"tube_voltage", "80 kV"}, {"inversion_time", "300 ms"},
                       {"sequence", "spin echo"}};
        if (modality != "pet") return image;
        image.duration = 0.0;  // is among the facts
        image.facts = {{"scan_duration", "20 min"},     {"injected_activity", "5 MBq"},
                       {"body_weight", "22 g"},         {"half_life", "6584.04 s"},
                       {"positron_fraction", "0.9686"}, {"nuclide", "F-18"}};
        if (!corrections.empty()) image.facts.emplace_back("corrections", corrections);
        return image;
    }
};

report::ImageFileOptions options() {
    report::ImageFileOptions options;
    options.dicom = true;
    options.run = "mouse_7";
    options.version = "0.1.0";
    options.dicom_program = program();
    return options;
}

const std::vector<std::pair<std::string, std::string>>& kinds() {
    static const std::vector<std::pair<std::string, std::string>> all = {
        {"ct", "[hnsf'U]"}, {"mri", "ms"},    {"pet", "kBq/mL"},    {"spect", "Bq/mL"},
        {"mpi", "mg/mL"},   {"xfi", "ug/mL"}, {"fluorescence", "1"}};
    return all;
}

void write_all(const fs::path& folder, const std::string& corrections = "decay, randoms") {
    Example example;
    example.corrections = corrections;
    for (const auto& [modality, unit] : kinds())
        report::write_image_files(folder, example.file(modality, unit), options());
}

TEST(ImagesOnDisk, DicomHasNoErrorByItsStandard) {
    if (!fs::exists(checker))
        GTEST_SKIP() << "dciodvfy is not installed (Debian package dicom3tools)";
    for (const std::string corrections : {"", "decay, attenuation, scatter, randoms"}) {
        const Scratch folder;
        write_all(folder.path(), corrections);
        int files = 0;
        for (const auto& entry : fs::recursive_directory_iterator(folder.path())) {
            if (entry.path().extension() != ".dcm") continue;
            const Finished check = run_program(checker, {entry.path().string()}, folder.path());
            EXPECT_EQ(check.err.find("Error"), std::string::npos) << entry.path() << '\n'
                                                                  << check.err;
            EXPECT_FALSE(check.err.empty()) << "the kind of object is named";
            ++files;
        }
        EXPECT_EQ(files, 3 * 5 + 4);  // CT, MR, PET per slice; four maps
    }
}

TEST(ImagesOnDisk, PydicomAndNibabelReadValuesPlacesAndUnits) {
    const Scratch folder;
    if (!has_python_modules(folder.path()))
        GTEST_SKIP() << "nibabel and pydicom are not installed for /usr/bin/python3 (Debian "
                        "packages python3-nibabel, python3-pydicom)";
    write_all(folder.path());
    write_file(folder / "check.py", R"(
import glob, json
import numpy as np
import nibabel, pydicom
i, j, k = np.meshgrid(np.arange(12), np.arange(9), np.arange(5), indexing='ij')
truth = -100 + 3.25 * i + 20 * j + 101 * k + i * k
image = nibabel.load('ct.nii.gz')
A = image.affine
assert nibabel.aff2axcodes(A) == ('R', 'A', 'S')
assert np.allclose(A, [[.2, 0, 0, -.9], [0, .3, 0, 2.15], [0, 0, .5, -2.75], [0, 0, 0, 1]], atol=1e-6)
assert image.header.get_xyzt_units()[0] == 'mm'
assert np.allclose(image.get_qform(), A)
assert np.allclose(image.get_fdata(), truth, atol=1e-4)
assert np.allclose(nibabel.load('ct_truth.nii.gz').get_fdata(), 1 + i)
def place(index):  # left, back, head
    x, y, z = (A @ [*index, 1])[:3]
    return [-x, -y, z]
for name, unit, step in [('ct', 1, .5), ('mri', 1, .006), ('pet', 1000, 10)]:
    uids = set()
    files = sorted(glob.glob(name + '_dicom/*.dcm'))
    assert len(files) == 5
    for slice, file in enumerate(files):
        d = pydicom.dcmread(file)
        uids.add(d.SOPInstanceUID)
        v = d.pixel_array * float(d.RescaleSlope) + float(d.RescaleIntercept)
        assert abs(v - unit * truth[::-1, ::-1, slice].T).max() <= step, (file, v)
        assert np.allclose(d.ImagePositionPatient, place([11, 8, slice]), atol=1e-4)
        assert d.ImageOrientationPatient == [1, 0, 0, 0, 1, 0]
        assert d.PixelSpacing == [.3, .2] and d.SliceThickness == .5
        assert str(d.PatientName) == 'CARAVEL^mouse_7'
        assert str(d.SeriesDescription).endswith('\u00b5 and \u00e9')
        assert d.AcquisitionDate == '20000102' if name == 'pet' else d.SeriesTime == '010101.500'
    assert len(uids) == 5
d = pydicom.dcmread('mri_dicom/0001.dcm')
assert (d.EchoTime, d.RepetitionTime, d.FlipAngle, d.MagneticFieldStrength) == (8, 2000, 30, 7)
assert d.RealWorldValueMappingSequence[0].MeasurementUnitsCodeSequence[0].CodeValue == 'ms'
assert pydicom.dcmread('ct_dicom/0001.dcm').KVP == 80
d = pydicom.dcmread('pet_dicom/0001.dcm')
assert (d.Units, d.ActualFrameDuration, d.PatientWeight) == ('BQML', 1200000, .022)
tracer = d.RadiopharmaceuticalInformationSequence[0]
assert (tracer.RadionuclideTotalDose, tracer.RadionuclideHalfLife) == (5e6, 6584.04)
assert tracer.RadionuclidePositronFraction == .9686
assert tracer.RadiopharmaceuticalStartTime == d.AcquisitionTime
study = set()
for name, unit in [('spect', 'Bq/mL'), ('mpi', 'mg/mL'), ('xfi', 'ug/mL'), ('fluorescence', '1')]:
    d = pydicom.dcmread(name + '_dicom/map.dcm')
    study.add(d.StudyInstanceUID)
    v = np.frombuffer(d.FloatPixelData, '<f4').reshape(5, 9, 12)
    assert abs(v - np.float32(truth[::-1, ::-1]).T).max() == 0, name
    shared = d.SharedFunctionalGroupsSequence[0]
    assert shared.RealWorldValueMappingSequence[0].MeasurementUnitsCodeSequence[0].CodeValue == unit
    for slice, frame in enumerate(d.PerFrameFunctionalGroupsSequence):
        assert np.allclose(frame.PlanePositionSequence[0].ImagePositionPatient,
                           place([11, 8, slice]), atol=1e-4)
assert study == {pydicom.dcmread('ct_dicom/0001.dcm').StudyInstanceUID}
sidecar = json.load(open('mri.json'))
assert sidecar['EchoTime'] == .008 and sidecar['RepetitionTime'] == 2 and sidecar['FlipAngle'] == 30
assert sidecar['Spacing'] == [.2, .3, .5] and sidecar['Units'] == 'ms'
print('all well')
)");
    const Finished check = run_program(python, {"check.py"}, folder.path());
    EXPECT_EQ(check.code, 0) << check.err;
    EXPECT_EQ(check.out, "all well\n");
}

TEST(ImagesOnDisk, SameImageSameDicom) {
    const Example example;
    const Scratch folder;
    report::write_image_files(folder / "a", example.file("ct", "[hnsf'U]"), options());
    report::write_image_files(folder / "b", example.file("ct", "[hnsf'U]"), options());
    const std::string slice = read_file(folder / "a" / "ct_dicom" / "0003.dcm");
    EXPECT_GT(slice.size(), 1000u);
    EXPECT_TRUE(slice == read_file(folder / "b" / "ct_dicom" / "0003.dcm"));
}

TEST(ImagesOnDisk, FileSizeLimitIsToldAndLeavesNoHalfSeries) {
    const Example example;
    const Scratch folder;
    write_file(folder / "limited.sh",
               "#!/bin/sh\nulimit -f 1\nexec '" + program().string() + "' \"$1\"\n");
    fs::permissions(folder / "limited.sh", fs::perms::owner_all);
    report::ImageFileOptions limited = options();
    limited.nifti = false;
    limited.dicom_program = folder / "limited.sh";
    try {
        report::write_image_files(folder / "out", example.file("ct", "[hnsf'U]"), limited);
        FAIL() << "nothing was refused";
    } catch (const IoError& error) {
        const std::string text = error.what();
        EXPECT_NE(text.find("file size limit reached"), std::string::npos) << text;
        EXPECT_NE(text.find("nothing of the series was left behind"), std::string::npos) << text;
    }
    EXPECT_TRUE(fs::is_empty(folder / "out"));
}

TEST(ImagesOnDisk, DicomProgramTellsWhatItCannotRead) {
    const Scratch folder;
    const std::string name = program().string();
    EXPECT_EQ(run_program(name, {}, folder.path()).code, 2);
    const Finished none = run_program(name, {"none.json"}, folder.path());
    EXPECT_EQ(none.code, 6);
    EXPECT_NE(none.err.find("cannot read 'none.json'"), std::string::npos) << none.err;
    write_file(folder / "bad.json", "{\"object\": \"ct\"}");
    const Finished bad = run_program(name, {"bad.json"}, folder.path());
    EXPECT_EQ(bad.code, 3);
    EXPECT_NE(bad.err.find("'modality' is missing"), std::string::npos) << bad.err;
}

}  // namespace
}  // namespace caravel::interface_test
