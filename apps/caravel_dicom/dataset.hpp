// Pieces that all DICOM objects share.
#pragma once

#include "caravel/report/dicom_request.hpp"

#include <filesystem>
#include <initializer_list>
#include <string>
#include <string_view>

class DcmFileFormat;
class DcmItem;
class DcmTagKey;
class OFCondition;

namespace caravel::dicom {

/// Throws IoError with the toolkit's text and the tag's name unless all is well.
void demand(const OFCondition& condition, const std::string& what);

/// Puts text under a tag; too long or forbidden characters are cut or replaced.
void put(DcmItem& item, const DcmTagKey& tag, std::string_view text);
/// A decimal text of at most 16 characters.
void put_number(DcmItem& item, const DcmTagKey& tag, double value);
void put_double(DcmItem& item, const DcmTagKey& tag, double value);
void put_short(DcmItem& item, const DcmTagKey& tag, int value);
/// An empty element, as the standard asks for where a value is unknown.
void put_empty(DcmItem& item, const DcmTagKey& tag);
/// A new item of a sequence.
DcmItem& add_item(DcmItem& item, const DcmTagKey& sequence);
/// A coded entry.
void put_code(DcmItem& item, const DcmTagKey& sequence, std::string_view value,
              std::string_view scheme, std::string_view meaning);

/// A place or number list as DICOM writes it: "1\2\3".
std::string backslashed(std::initializer_list<double> values);

/// Date and time of day of a moment (s after 2000-01-01, 00:00).
struct Moment {
    std::string date{};  // 20000102
    std::string time{};  // 031500.000
};
Moment moment(double seconds);

/// Patient, study, series, equipment, frame of reference, and the object's own class and number.
void put_common(DcmItem& item, const report::DicomRequest& request, const char* sop_class,
                int instance);

/// How stored numbers become values with a unit.
void put_real_world_map(DcmItem& item, const report::DicomRequest& request, bool as_float,
                        bool is_signed);

/// Writes the file as explicit little endian: whole or not there. Throws ResourceError or IoError.
void save(DcmFileFormat& file, const std::filesystem::path& path);

}  // namespace caravel::dicom
