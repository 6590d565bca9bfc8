#include "caravel/response/treatment/treatment_layout.hpp"

#include <algorithm>
#include <array>

namespace caravel::response {

TreatmentBooks TreatmentLayout::books(std::span<const double> s) const {
    const auto v = s.subspan(scalars_at(), book_count);
    TreatmentBooks b;
    b.light_launched = v[0];
    b.light_absorbed = v[1];
    b.light_by_agents = v[2];
    b.magnetic = v[3];
    b.eddy = v[4];
    b.microwave = v[5];
    b.heat = {v[6], v[7], v[8], v[9], v[10], v[11]};
    b.hottest = v[12];
    b.coldest = v[13];
    b.photons = static_cast<std::int64_t>(v[14]);
    b.steps = static_cast<std::int64_t>(v[15]);
    b.light_emitted = v[16];
    b.emitted_absorbed = v[17];
    return b;
}

void TreatmentLayout::set_books(std::span<double> s, const TreatmentBooks& b) const {
    const std::array<double, book_count> v{b.light_launched,
                                           b.light_absorbed,
                                           b.light_by_agents,
                                           b.magnetic,
                                           b.eddy,
                                           b.microwave,
                                           b.heat.source,
                                           b.heat.metabolic,
                                           b.heat.perfusion,
                                           b.heat.contact,
                                           b.heat.faces,
                                           b.heat.stored,
                                           b.hottest,
                                           b.coldest,
                                           static_cast<double>(b.photons),
                                           static_cast<double>(b.steps),
                                           b.light_emitted,
                                           b.emitted_absorbed};
    std::copy(v.begin(), v.end(), s.begin() + static_cast<std::ptrdiff_t>(scalars_at()));
}

stimulus::ControlMemory TreatmentLayout::control(std::span<const double> s, std::size_t c) const {
    const auto v = s.subspan(control_at(c), 5);
    return {v[0], v[1], v[2], v[3], v[4]};
}

void TreatmentLayout::set_control(std::span<double> s, std::size_t c,
                                  const stimulus::ControlMemory& m) const {
    const std::array<double, 5> v{m.integral, m.last, m.power, m.next, m.readings};
    std::copy(v.begin(), v.end(), s.begin() + static_cast<std::ptrdiff_t>(control_at(c)));
}

}  // namespace caravel::response
