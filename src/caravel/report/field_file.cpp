#include "caravel/report/field_file.hpp"

#include "caravel/base/error.hpp"
#include "caravel/report/atomic_file.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <hdf5.h>

namespace caravel::report {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view schema = "caravel-field-1";
constexpr std::array<hsize_t, 3> chunk{32, 64, 64};  // most voxels along z, y, x: 1 MiB of doubles

/// Keeps the library from printing its errors; the exceptions carry them.
class Quiet {
  public:
    Quiet() {
        H5Eget_auto2(H5E_DEFAULT, &function_, &data_);
        H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
        H5Eclear2(H5E_DEFAULT);
    }
    ~Quiet() { H5Eset_auto2(H5E_DEFAULT, function_, data_); }
    Quiet(const Quiet&) = delete;
    Quiet& operator=(const Quiet&) = delete;

  private:
    H5E_auto2_t function_ = nullptr;
    void* data_ = nullptr;
};

/// The deepest message of the library's error stack.
std::string last_error() {
    std::string text;
    const auto take = [](unsigned, const H5E_error2_t* error, void* to) -> herr_t {
        if (error->desc != nullptr) *static_cast<std::string*>(to) = error->desc;
        return 0;
    };
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_DOWNWARD, take, &text);
    return text;
}

/// Where things are done and how failure is told.
struct Task {
    fs::path path;
    std::string_view verb;

    [[noreturn]] void fail(const std::string& why) const {
        throw IoError(fmt::format("cannot {} '{}': {}", verb, path.string(), why));
    }
    /// Passes on what the library answered; failure is below zero.
    template <class T>
    T check(T answer) const {
        if (answer < 0) fail(last_error());
        return answer;
    }
};

/// Owns an identifier of the library.
class Handle {
  public:
    Handle(hid_t id, herr_t (*closer)(hid_t)) : id_(id), close_(closer) {}
    Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
    ~Handle() {
        if (id_ >= 0) close_(id_);
    }
    hid_t id() const { return id_; }

  private:
    hid_t id_;
    herr_t (*close_)(hid_t);
};

Handle text_type(const Task& task, std::size_t size) {
    Handle type(task.check(H5Tcopy(H5T_C_S1)), H5Tclose);
    task.check(H5Tset_size(type.id(), std::max<std::size_t>(size, 1)));
    return type;
}

void put_attribute(const Task& task, hid_t object, const char* name, hid_t type, hid_t space,
                   const void* value) {
    const Handle attribute(
        task.check(H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT)), H5Aclose);
    task.check(H5Awrite(attribute.id(), type, value));
}

void put_text(const Task& task, hid_t object, const char* name, std::string_view text) {
    const Handle type = text_type(task, text.size());
    const Handle space(task.check(H5Screate(H5S_SCALAR)), H5Sclose);
    const std::string ended(text);
    put_attribute(task, object, name, type.id(), space.id(), ended.c_str());
}

void put_vector(const Task& task, hid_t object, const char* name, const Vector3& value) {
    const hsize_t size = 3;
    const Handle space(task.check(H5Screate_simple(1, &size, nullptr)), H5Sclose);
    put_attribute(task, object, name, H5T_NATIVE_DOUBLE, space.id(), value.data());
}

void put_frame(const Task& task, hid_t file, const FieldTime& when) {
    put_text(task, file, "schema", schema);
    const Handle space(task.check(H5Screate(H5S_SCALAR)), H5Sclose);
    put_attribute(task, file, "step", H5T_NATIVE_INT64, space.id(), &when.step);
    put_attribute(task, file, "time_s", H5T_NATIVE_DOUBLE, space.id(), &when.time);
    put_vector(task, file, "spacing_m", when.grid.spacing);
    put_vector(task, file, "origin_m", when.grid.origin);
}

std::array<hsize_t, 3> size_of(const Grid& grid) {
    return {static_cast<hsize_t>(grid.nz), static_cast<hsize_t>(grid.ny),
            static_cast<hsize_t>(grid.nx)};
}

/// How a dataset is stored; without times of creation the same fields give the same bytes.
Handle storage(const Task& task, const Grid& grid, int deflate) {
    Handle plan(task.check(H5Pcreate(H5P_DATASET_CREATE)), H5Pclose);
    std::array<hsize_t, 3> part = size_of(grid);
    // Chunks of one size that fill the field: parts of chunks are stored whole.
    for (std::size_t d = 0; d < 3; ++d) {
        const hsize_t count = (part[d] + chunk[d] - 1) / chunk[d];
        part[d] = (part[d] + count - 1) / count;
    }
    task.check(H5Pset_chunk(plan.id(), 3, part.data()));
    task.check(H5Pset_obj_track_times(plan.id(), false));
    if (deflate > 0) {
        task.check(H5Pset_shuffle(plan.id()));
        task.check(H5Pset_deflate(plan.id(), static_cast<unsigned>(deflate)));
    }
    return plan;
}

void put_field(const Task& task, hid_t group, const Grid& grid, const VolumeField& field,
               const FieldFileOptions& options) {
    const std::array<hsize_t, 3> size = size_of(grid);
    const Handle space(task.check(H5Screate_simple(3, size.data(), nullptr)), H5Sclose);
    const Handle plan = storage(task, grid, options.deflate);
    const hid_t type = options.single_precision ? H5T_IEEE_F32LE : H5T_IEEE_F64LE;
    const Handle data(task.check(H5Dcreate2(group, field.name.c_str(), type, space.id(),
                                            H5P_DEFAULT, plan.id(), H5P_DEFAULT)),
                      H5Dclose);
    task.check(
        H5Dwrite(data.id(), H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, field.values.data()));
    put_text(task, data.id(), "unit", field.unit);
}

/// The file is put together in memory: the library cannot close a file whose disk is full without
/// breaking down at exit.
Handle memory_driver(const Task& task) {
    constexpr std::size_t growth = std::size_t{1} << 24U;  // bytes
    Handle plan(task.check(H5Pcreate(H5P_FILE_ACCESS)), H5Pclose);
    task.check(H5Pset_fapl_core(plan.id(), growth, false));
    return plan;
}

/// The bytes of a flushed file in memory.
std::string_view image_of(const Task& task, hid_t file, hid_t driver) {
    task.check(H5Fflush(file, H5F_SCOPE_GLOBAL));
    void* bytes = nullptr;
    task.check(H5Fget_vfd_handle(file, driver, &bytes));
    const ssize_t size = task.check(H5Fget_file_image(file, nullptr, 0));
    return {*static_cast<const char**>(bytes), static_cast<std::size_t>(size)};
}

std::string text_of(const Task& task, hid_t object, const char* name) {
    const Handle attribute(task.check(H5Aopen(object, name, H5P_DEFAULT)), H5Aclose);
    const Handle type(task.check(H5Aget_type(attribute.id())), H5Tclose);
    const std::size_t size = H5Tget_size(type.id());
    constexpr std::size_t most = 4096;
    if (H5Tget_class(type.id()) != H5T_STRING || H5Tis_variable_str(type.id()) != 0 || size > most)
        task.fail(fmt::format("its attribute '{}' is no short text", name));
    std::string text(size, '\0');
    task.check(H5Aread(attribute.id(), type.id(), text.data()));
    return text.substr(0, text.find('\0'));
}

/// Reads an attribute of `count` numbers.
void numbers_of(const Task& task, hid_t object, const char* name, hid_t type, hssize_t count,
                void* to) {
    const Handle attribute(task.check(H5Aopen(object, name, H5P_DEFAULT)), H5Aclose);
    const Handle space(task.check(H5Aget_space(attribute.id())), H5Sclose);
    if (H5Sget_simple_extent_npoints(space.id()) != count)
        task.fail(fmt::format("its attribute '{}' has another size", name));
    task.check(H5Aread(attribute.id(), type, to));
}

StoredField field_of(const Task& task, hid_t group, const std::string& name, Grid& grid,
                     bool first) {
    const Handle data(task.check(H5Dopen2(group, name.c_str(), H5P_DEFAULT)), H5Dclose);
    const Handle space(task.check(H5Dget_space(data.id())), H5Sclose);
    std::array<hsize_t, 3> size{};
    if (H5Sget_simple_extent_ndims(space.id()) != 3)
        task.fail(fmt::format("field '{}' is not three-dimensional", name));
    task.check(H5Sget_simple_extent_dims(space.id(), size.data(), nullptr));
    if (first) {
        grid.nz = static_cast<index_t>(size[0]);
        grid.ny = static_cast<index_t>(size[1]);
        grid.nx = static_cast<index_t>(size[2]);
    }
    constexpr double most = 2147483648.0;  // voxels of a domain
    const double cells =
        static_cast<double>(size[0]) * static_cast<double>(size[1]) * static_cast<double>(size[2]);
    if (size != size_of(grid) || !(cells > 0.0) || cells > most)
        task.fail(
            fmt::format("field '{}' has {} x {} x {} voxels", name, size[2], size[1], size[0]));
    StoredField field{name, text_of(task, data.id(), "unit"), {}};
    field.values.resize(static_cast<std::size_t>(grid.cell_count()));
    task.check(
        H5Dread(data.id(), H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, field.values.data()));
    return field;
}

std::string name_at(const Task& task, hid_t group, hsize_t i) {
    std::array<char, 256> name{};
    const ssize_t length = task.check(H5Lget_name_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, i,
                                                         name.data(), name.size(), H5P_DEFAULT));
    if (static_cast<std::size_t>(length) >= name.size()) task.fail("a name is too long");
    return name.data();
}

}  // namespace

std::string field_file_name(std::int64_t step) { return fmt::format("t{:06}.h5", step); }

void write_field_file(const fs::path& path, const FieldTime& when,
                      const std::vector<VolumeField>& fields, const FieldFileOptions& options) {
    if (options.deflate < 0 || options.deflate > 9)
        throw std::invalid_argument(fmt::format("deflate = {}, expected 0 to 9", options.deflate));
    check_volume_fields(when.grid, fields, options.single_precision);
    const Quiet quiet;
    const Task task{path, "write"};
    const Handle driver = memory_driver(task);
    const Handle file(task.check(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, driver.id())),
                      H5Fclose);
    put_frame(task, file.id(), when);
    {
        const Handle group(
            task.check(H5Gcreate2(file.id(), "fields", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT)),
            H5Gclose);
        for (const VolumeField& field : fields)
            put_field(task, group.id(), when.grid, field, options);
    }
    write_file_atomically(path, image_of(task, file.id(), driver.id()));
}

FieldFile read_field_file(const fs::path& path) {
    const Quiet quiet;
    const Task task{path, "read"};
    std::error_code error;
    if (!fs::is_regular_file(path, error)) task.fail("no such file");
    const Handle file(task.check(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT)), H5Fclose);
    if (text_of(task, file.id(), "schema") != schema)
        task.fail(fmt::format("its schema is not {}", schema));
    FieldFile result;
    FieldTime& when = result.when;
    numbers_of(task, file.id(), "step", H5T_NATIVE_INT64, 1, &when.step);
    numbers_of(task, file.id(), "time_s", H5T_NATIVE_DOUBLE, 1, &when.time);
    numbers_of(task, file.id(), "spacing_m", H5T_NATIVE_DOUBLE, 3, when.grid.spacing.data());
    numbers_of(task, file.id(), "origin_m", H5T_NATIVE_DOUBLE, 3, when.grid.origin.data());
    const Handle group(task.check(H5Gopen2(file.id(), "fields", H5P_DEFAULT)), H5Gclose);
    H5G_info_t info{};
    task.check(H5Gget_info(group.id(), &info));
    for (hsize_t i = 0; i < info.nlinks; ++i)
        result.fields.push_back(
            field_of(task, group.id(), name_at(task, group.id(), i), when.grid, i == 0));
    return result;
}

}  // namespace caravel::report
