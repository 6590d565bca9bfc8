// Phantoms as text, read as the program reads files.
#pragma once

#include "support/study_text.hpp"

#include "caravel/study/phantom_run.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace caravel::study::test_phantom {

/// A folder of its own for each test, gone afterwards.
class Folder {
  public:
    Folder()
        : path_(std::filesystem::temp_directory_path() /
                ("caravel-phantom-" + std::to_string(::getpid()) + "-" +
                 ::testing::UnitTest::GetInstance()->current_test_info()->name())) {
        std::filesystem::create_directories(path_);
    }
    ~Folder() {
        std::error_code none;
        std::filesystem::remove_all(path_, none);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    std::filesystem::path write(const std::string& text) const {
        const auto file = path_ / "study.toml";
        std::ofstream(file) << text;
        return file;
    }
    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

/// A grey cube of 20 mm under a pencil beam, lines 1 to 20.
inline std::string grey_cube() {
    return R"([study]
name = "grey"
[phantom]
size = ["20 mm", "20 mm", "20 mm"]
resolution = "2 mm"
background = "grey"
heat = false
[[phantom.tissue]]
name = "grey"
absorption_coefficient = "0.02 1/mm"
scattering_coefficient = "1 1/mm"
anisotropy = 0.5
refractive_index = 1.37
[[protocol.light]]
name = "pencil"
at = "0 s"
duration = "1 s"
wavelength = "800 nm"
power = "2 W"
photons = 20000
source = { position = ["10 mm", "10 mm", "0 mm"], direction = [0, 0, 1] }
)";
}

/// The text with its first `from` replaced; `from` must occur.
inline std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

inline PreparedPhantom prepared(const Folder& folder, const std::string& text) {
    return prepare_phantom(folder.write(text), {}, test::repository_data());
}

/// What is said against a phantom; empty when nothing is.
inline std::string complaint(const Folder& folder, const std::string& text) {
    try {
        prepared(folder, text);
    } catch (const InputError& error) {
        return error.what();
    }
    return "";
}

}  // namespace caravel::study::test_phantom
