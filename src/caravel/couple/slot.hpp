// Slots: the quantities that processes exchange, and the handles through which they reach them.
#pragma once

#include "caravel/base/error.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace caravel::couple {

/// What a slot may hold: one number, or a block of numbers (amounts, solver memory).
enum class SlotType { number, block };

/// A quantity that processes exchange: name, UCUM unit of its values, type.
struct Slot {
    std::string name;
    std::string unit;
    SlotType type = SlotType::number;
    std::size_t size = 1;  // of a block
};

/// Handle of a reader; only `State` can follow it.
struct ReadHandle {
    int slot = -1;
};
/// Handle of the one writer.
struct WriteHandle {
    int slot = -1;
};

/// One declaration of a process: it reads or writes a slot in a unit.
struct Declaration {
    std::string process;
    int slot = -1;
    bool writes = false;
};

/// Collects the slots and who reads and writes them. Processes declare in their constructors.
class Wiring {
  public:
    /// Notes that a process reads a slot. Throws InputError when the slot is known with another
    /// unit, type or size.
    ReadHandle read(std::string_view process, const Slot& slot);
    /// Notes that a process writes a slot; throws as `read`.
    WriteHandle write(std::string_view process, const Slot& slot);

    const std::vector<Slot>& slots() const { return slots_; }
    const std::vector<Declaration>& declarations() const { return declarations_; }

    /// Throws InputError naming every slot without a writer or with two writers.
    void check() const;

  private:
    int declare(std::string_view process, const Slot& slot);

    std::vector<Slot> slots_;
    std::vector<Declaration> declarations_;
};

/// What a process sees of the wiring while it is constructed.
class Ports {
  public:
    Ports(Wiring& wiring, std::string process) : wiring_(&wiring), process_(std::move(process)) {}
    ReadHandle read(std::string name, std::string unit) {
        return wiring_->read(process_, {std::move(name), std::move(unit)});
    }
    WriteHandle write(std::string name, std::string unit) {
        return wiring_->write(process_, {std::move(name), std::move(unit)});
    }
    ReadHandle read_block(std::string name, std::string unit, std::size_t size) {
        return wiring_->read(process_, {std::move(name), std::move(unit), SlotType::block, size});
    }
    WriteHandle write_block(std::string name, std::string unit, std::size_t size) {
        return wiring_->write(process_, {std::move(name), std::move(unit), SlotType::block, size});
    }

  private:
    Wiring* wiring_;
    std::string process_;
};

}  // namespace caravel::couple
