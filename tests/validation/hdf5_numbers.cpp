#include "validation/hdf5_numbers.hpp"

#if __has_include(<hdf5.h>)
#include <hdf5.h>
#else
#include <hdf5/serial/hdf5.h>  // where Debian puts it
#endif

#include <stdexcept>

namespace caravel::test {

namespace {

// Closes what HDF5 opened.
class Handle {
  public:
    Handle(hid_t id, herr_t (*close)(hid_t), const std::string& what) : id_(id), close_(close) {
        if (id < 0) throw std::runtime_error("cannot open " + what);
    }
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
    ~Handle() { close_(id_); }
    hid_t id() const { return id_; }

  private:
    hid_t id_;
    herr_t (*close_)(hid_t);
};

}  // namespace

Hdf5Numbers read_hdf5_numbers(const std::filesystem::path& path, const std::string& data_set) {
    const Handle file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose, path.string());
    const Handle data(H5Dopen2(file.id(), data_set.c_str(), H5P_DEFAULT), H5Dclose, data_set);
    const Handle space(H5Dget_space(data.id()), H5Sclose, data_set);
    const int rank = H5Sget_simple_extent_ndims(space.id());
    if (rank < 0 || rank > H5S_MAX_RANK) throw std::runtime_error("no array: " + data_set);
    std::vector<hsize_t> extent(static_cast<std::size_t>(rank));
    H5Sget_simple_extent_dims(space.id(), extent.data(), nullptr);
    Hdf5Numbers result;
    std::size_t count = 1;
    for (const hsize_t n : extent) {
        result.size.push_back(static_cast<std::size_t>(n));
        count *= static_cast<std::size_t>(n);
    }
    result.values.resize(count);
    if (H5Dread(data.id(), H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, result.values.data()) <
        0) {
        throw std::runtime_error("cannot read " + data_set);
    }
    return result;
}

}  // namespace caravel::test
