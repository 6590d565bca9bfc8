// One study read again and again with other values of some keys: the file is parsed once, names
// are checked once, tables are read once.
#pragma once

#include "caravel/inference/population/study_family.hpp"
#include "caravel/inference/population/varied_keys.hpp"

#include <atomic>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace caravel::inference::population {

/// The study as it stands and the keys that vary. Immutable; shared by threads.
class VariedStudy {
  public:
    /// Throws IoError, or InputError with everything found: what study::read_study finds, keys that
    /// do not exist ("did you mean"), take no number, or have another dimension than their unit.
    VariedStudy(const StudyFamily::Plan& plan, const study::DataPaths& data);

    const study::Prepared& base() const { return base_; }
    const input::Document& document() const { return document_; }
    const std::vector<VariedKey>& keys() const { return keys_; }
    /// What the study says, in the keys' units; NaN where it says nothing.
    const std::vector<double>& base_values() const { return base_values_; }

    /// `key=20.5 g`, as `--set` takes it.
    std::string assignment(std::size_t key, double value) const;
    /// The command that runs one variant.
    std::string command(std::span<const double> values) const;

  private:
    friend class VariantReader;

    /// One step of a key: a name, or a place in a list.
    struct Step {
        std::string name;
        std::size_t index = 0;
    };
    static std::vector<Step> steps_of(const std::string& key);
    static std::string text_of(const std::vector<Step>& steps);
    /// The steps as `--set` takes them for this document: a table is no list of one there.
    std::vector<Step> settable(std::vector<Step> steps) const;
    /// The steps with [0] wherever the document has a list that they do not enter.
    std::vector<Step> entering_lists(std::vector<Step> steps) const;
    std::string suggestion(const std::vector<KeyPlace>& places, const std::string& key) const;
    void check_key(const VariedKey& key, const KeyPlace* place, const std::vector<KeyPlace>& places,
                   std::vector<Diagnostic>& mistakes) const;
    double base_value(std::size_t key) const;
    /// The value as the document holds it.
    input::Value value_of(std::size_t key, double value) const;
    /// Puts what tables on disk say beside what the study says, so that they are read only once.
    void add_tables(study::StudyInput& study) const;

    std::filesystem::path path_;
    std::vector<std::string> assignments_;
    std::vector<VariedKey> keys_;           // as `--set` takes them
    std::vector<std::vector<Step>> steps_;  // to the value in the document
    input::Document document_;              // with a value for every key
    study::Prepared base_;
    std::vector<double> base_values_;
    std::vector<body::DrugDisposition> drugs_;            // from tables
    std::vector<formulation::Disposition> dispositions_;  // from tables
    bool direct_ = true;  // every value can be written straight into the struct
    /// Whether a variant passed the complete reader: which keys are there is then known to be
    /// right, for all variants have the same keys.
    mutable std::atomic<bool> complete_{false};
};

/// Reads variants for one thread.
class VariantReader {
  public:
    /// `study` and `library` must outlive the reader.
    VariantReader(const VariedStudy& study, matter::Library& library);
    VariantReader(const VariantReader&) = delete;
    VariantReader& operator=(const VariantReader&) = delete;

    /// The study with these values; holds until the next call. Throws InputError.
    const study::StudyInput& read(std::span<const double> values);

  private:
    bool write_directly(std::span<const double> values);
    void read_completely(std::span<const double> values);

    const VariedStudy& study_;
    matter::Library& library_;
    study::StudyInput patched_;
    std::vector<KeyPlace> places_;             // of the keys in patched_
    std::vector<std::string> own_complaints_;  // false ones, of the study as it stands
    input::Document document_;
    study::StudyInput read_;
};

}  // namespace caravel::inference::population
