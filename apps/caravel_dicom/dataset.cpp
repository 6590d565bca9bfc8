#include "dataset.hpp"

#include "caravel/base/error.hpp"
#include "caravel/report/atomic_file.hpp"
#include "caravel/report/dicom_file.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <vector>

#include <dcmtk/config/osconfig.h>

#include <dcmtk/dcmdata/dcostrmb.h>
#include <dcmtk/dcmdata/dctk.h>
#include <fmt/format.h>

namespace caravel::dicom {
namespace {

/// Most bytes of the texts that DICOM limits.
std::size_t most_bytes(DcmEVR vr) {
    switch (vr) {
    case EVR_SH: return 16;
    case EVR_LO:
    case EVR_PN:
    case EVR_UI: return 64;
    case EVR_ST: return 1024;
    default: return 10240;
    }
}

/// The text cut at a whole UTF-8 character, without control characters.
std::string fitting(std::string_view text, DcmEVR vr) {
    std::size_t size = std::min(text.size(), most_bytes(vr));
    const auto continues = [&](std::size_t at) {
        return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0U) == 0x80U;
    };
    while (size > 0 && size < text.size() && continues(size)) --size;
    std::string fit(text.substr(0, size));
    // a backslash would part values, as it does in the codes and numbers written here
    const bool words = vr == EVR_LO || vr == EVR_SH || vr == EVR_PN || vr == EVR_LT;
    if (words) std::replace(fit.begin(), fit.end(), '\\', '/');
    std::replace_if(
        fit.begin(), fit.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
    return fit;
}

std::string number_text(double value) { return fmt::format("{:.9g}", value); }

}  // namespace

void demand(const OFCondition& condition, const std::string& what) {
    if (condition.bad()) throw IoError(fmt::format("DICOM: {}: {}", what, condition.text()));
}

void put(DcmItem& item, const DcmTagKey& tag, std::string_view text) {
    const DcmTag full(tag);
    demand(item.putAndInsertString(full, fitting(text, full.getEVR()).c_str()),
           DcmTag(tag).getTagName());
}

void put_number(DcmItem& item, const DcmTagKey& tag, double value) {
    put(item, tag, number_text(value));
}

void put_double(DcmItem& item, const DcmTagKey& tag, double value) {
    demand(item.putAndInsertFloat64(DcmTag(tag), value), DcmTag(tag).getTagName());
}

void put_short(DcmItem& item, const DcmTagKey& tag, int value) {
    demand(item.putAndInsertUint16(DcmTag(tag), static_cast<Uint16>(value)),
           DcmTag(tag).getTagName());
}

void put_empty(DcmItem& item, const DcmTagKey& tag) {
    demand(item.insertEmptyElement(DcmTag(tag)), DcmTag(tag).getTagName());
}

DcmItem& add_item(DcmItem& item, const DcmTagKey& sequence) {
    DcmItem* made = nullptr;
    demand(item.findOrCreateSequenceItem(DcmTag(sequence), made, -2),
           DcmTag(sequence).getTagName());
    return *made;
}

void put_code(DcmItem& item, const DcmTagKey& sequence, std::string_view value,
              std::string_view scheme, std::string_view meaning) {
    DcmItem& code = add_item(item, sequence);
    constexpr std::size_t short_code = 16;
    put(code, value.size() > short_code ? DCM_LongCodeValue : DCM_CodeValue, value);
    put(code, DCM_CodingSchemeDesignator, scheme);
    put(code, DCM_CodeMeaning, meaning);
}

std::string backslashed(std::initializer_list<double> values) {
    std::string text;
    for (const double v : values) {
        if (!text.empty()) text += '\\';
        text += number_text(v);
    }
    return text;
}

Moment moment(double seconds) {
    using namespace std::chrono;
    const double day_length = 86400.0;
    const double whole_days = std::floor(std::max(0.0, seconds) / day_length);
    const double rest = std::max(0.0, seconds) - whole_days * day_length;
    const auto start = sys_days(year(2000) / January / 1);
    const year_month_day date(start + days(static_cast<int>(std::min(whole_days, 1e6))));
    const auto milliseconds = static_cast<long>(std::floor(rest * 1e3));
    return {fmt::format("{:04d}{:02d}{:02d}", static_cast<int>(date.year()),
                        static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day())),
            fmt::format("{:02d}{:02d}{:02d}.{:03d}", milliseconds / 3600000,
                        milliseconds / 60000 % 60, milliseconds / 1000 % 60, milliseconds % 1000)};
}

void put_common(DcmItem& item, const report::DicomRequest& request, const char* sop_class,
                int instance) {
    const Moment start = moment(0.0);
    const Moment now = moment(request.time);
    put(item, DCM_SpecificCharacterSet, "ISO_IR 192");
    put(item, DCM_SOPClassUID, sop_class);
    put(item, DCM_SOPInstanceUID,
        report::dicom_uid(fmt::format("{}/{}", request.series_uid, instance)));
    put(item, DCM_PatientName, "CARAVEL^" + request.run);
    put(item, DCM_PatientID, request.run);
    put_empty(item, DCM_PatientBirthDate);
    put(item, DCM_PatientSex, "O");
    put(item, DCM_StudyInstanceUID, request.study_uid);
    put(item, DCM_StudyDate, start.date);
    put(item, DCM_StudyTime, start.time);
    put_empty(item, DCM_ReferringPhysicianName);
    put(item, DCM_StudyID, "1");
    put_empty(item, DCM_AccessionNumber);
    put(item, DCM_StudyDescription, "Simulated by Caravel: " + request.run);
    put(item, DCM_Modality, request.modality);
    put(item, DCM_SeriesInstanceUID, request.series_uid);
    put_number(item, DCM_SeriesNumber, static_cast<double>(request.series_number));
    put(item, DCM_SeriesDate, now.date);
    put(item, DCM_SeriesTime, now.time);
    put(item, DCM_SeriesDescription, request.label);
    put(item, DCM_FrameOfReferenceUID, request.frame_uid);
    put_empty(item, DCM_PositionReferenceIndicator);
    put(item, DCM_Manufacturer, "Caravel");
    put(item, DCM_ManufacturerModelName, "Simulated scanner");
    put(item, DCM_DeviceSerialNumber, "0");
    put(item, DCM_SoftwareVersions, request.version);
    put_number(item, DCM_InstanceNumber, instance);
    put(item, DCM_ContentDate, now.date);
    put(item, DCM_ContentTime, now.time);
    if (!request.description.empty()) put(item, DCM_ImageComments, request.description);
}

void put_real_world_map(DcmItem& item, const report::DicomRequest& request, bool as_float,
                        bool is_signed) {
    DcmItem& map = add_item(item, DCM_RealWorldValueMappingSequence);
    put(map, DCM_LUTExplanation, request.label);
    put(map, DCM_LUTLabel, request.label);
    if (as_float) {
        constexpr double most = 3.4028234e38;
        put_double(map, DCM_DoubleFloatRealWorldValueFirstValueMapped, -most);
        put_double(map, DCM_DoubleFloatRealWorldValueLastValueMapped, most);
    } else if (is_signed) {
        demand(map.putAndInsertSint16(DCM_RealWorldValueFirstValueMapped, -32768), "first value");
        demand(map.putAndInsertSint16(DCM_RealWorldValueLastValueMapped, 32767), "last value");
    } else {
        put_short(map, DCM_RealWorldValueFirstValueMapped, 0);
        put_short(map, DCM_RealWorldValueLastValueMapped, 65535);
    }
    put_double(map, DCM_RealWorldValueIntercept, as_float ? 0.0 : request.intercept);
    put_double(map, DCM_RealWorldValueSlope, as_float ? 1.0 : request.slope);
    const bool bare = request.unit.empty() || request.unit == "1";
    put_code(map, DCM_MeasurementUnitsCodeSequence, bare ? "1" : request.unit, "UCUM",
             bare ? "no units" : request.unit);
}

void save(DcmFileFormat& file, const std::filesystem::path& path) {
    constexpr E_TransferSyntax syntax = EXS_LittleEndianExplicit;
    demand(file.getDataset()->chooseRepresentation(syntax, nullptr), "transfer syntax");
    demand(file.validateMetaInfo(syntax), "header");
    std::vector<char> buffer(std::size_t{1} << 20U);
    DcmOutputBufferStream stream(buffer.data(), static_cast<offile_off_t>(buffer.size()));
    report::Replacement out(path);
    file.transferInit();
    OFCondition state = EC_StreamNotifyClient;
    while (state == EC_StreamNotifyClient) {
        state = file.write(stream, syntax, EET_ExplicitLength, nullptr);
        void* bytes = nullptr;
        offile_off_t size = 0;
        stream.flushBuffer(bytes, size);
        out.add({static_cast<const char*>(bytes), static_cast<std::size_t>(size)});
    }
    file.transferEnd();
    demand(state, path.filename().string());
    out.finish();
}

}  // namespace caravel::dicom
