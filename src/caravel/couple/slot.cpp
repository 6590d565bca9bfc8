#include "caravel/couple/slot.hpp"

#include "caravel/base/unit.hpp"

namespace caravel::couple {

int Wiring::declare(std::string_view process, const Slot& slot) {
    const Unit unit = parse_unit(slot.unit);
    for (std::size_t i = 0; i < slots_.size(); ++i) {
        if (slots_[i].name != slot.name) continue;
        const Unit known = parse_unit(slots_[i].unit);
        if (known.dimension != unit.dimension || known.factor != unit.factor ||
            known.offset != unit.offset || slots_[i].type != slot.type ||
            slots_[i].size != slot.size)
            throw InputError(Diagnostic{{},
                                        "process '" + std::string(process) + "' uses slot '" +
                                            slot.name + "' in " + slot.unit,
                                        slots_[i].unit,
                                        "one slot has one unit and one type"});
        return static_cast<int>(i);
    }
    slots_.push_back(slot);
    return static_cast<int>(slots_.size()) - 1;
}

ReadHandle Wiring::read(std::string_view process, const Slot& slot) {
    const int index = declare(process, slot);
    declarations_.push_back({std::string(process), index, false});
    return {index};
}

WriteHandle Wiring::write(std::string_view process, const Slot& slot) {
    const int index = declare(process, slot);
    declarations_.push_back({std::string(process), index, true});
    return {index};
}

void Wiring::check() const {
    std::vector<Diagnostic> mistakes;
    for (std::size_t i = 0; i < slots_.size(); ++i) {
        std::string writers;
        std::string readers;
        int count = 0;
        for (const auto& d : declarations_) {
            if (d.slot != static_cast<int>(i)) continue;
            std::string& list = d.writes ? writers : readers;
            list += (list.empty() ? "'" : ", '") + d.process + "'";
            if (d.writes) ++count;
        }
        if (count == 0)
            mistakes.push_back(
                {{},
                 "nothing writes slot '" + slots_[i].name + "' that " + readers + " reads",
                 "one writer",
                 ""});
        if (count > 1)
            mistakes.push_back(
                {{}, "slot '" + slots_[i].name + "' has several writers: " + writers, "one", ""});
    }
    if (!mistakes.empty()) throw InputError(std::move(mistakes));
}

}  // namespace caravel::couple
