#include "caravel/tissue/heat/freezing.hpp"

#include "caravel/base/error.hpp"
#include "caravel/tissue/heat/freezing_work.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace caravel::tissue {

namespace {

void check_drive(const HeatDrive& drive, index_t cells) {
    const auto fits = [cells](View<const double> v) { return v.empty() || v.size() == cells; };
    if (!fits(drive.source) || !fits(drive.perfusion_factor) || !fits(drive.contact_conductance) ||
        drive.contact_conductance.size() != drive.contact_temperature.size()) {
        throw std::invalid_argument("what acts on tissue needs one value per voxel");
    }
}

void check_size(View<const double> values, index_t cells) {
    if (values.size() != cells) throw std::invalid_argument("a field needs one value per voxel");
}

constexpr int most_pieces = 1024;

[[noreturn]] void fail() {
    throw NumericalError(NumericalFailure{
        "freezing", "enthalpy", "", 0.0, 0.0, "does not settle even in 1024 shorter steps",
        "check temperatures, sources and contacts for values that are not finite"});
}

}  // namespace

FreezingSolver::FreezingSolver(const HeatMedium& medium) : work_(std::make_unique<Work>(medium)) {}
FreezingSolver::~FreezingSolver() = default;
FreezingSolver::FreezingSolver(FreezingSolver&&) noexcept = default;
FreezingSolver& FreezingSolver::operator=(FreezingSolver&&) noexcept = default;

void FreezingSolver::follow_medium() { work_->follow_medium(); }

void FreezingSolver::enthalpy_of(View<const double> temperature, View<double> enthalpy) const {
    check_size(temperature, enthalpy.size());
    check_size(enthalpy, work_->medium->grid.cell_count());
    for (index_t p = 0; p < enthalpy.size(); ++p) {
        enthalpy[p] = enthalpy_at(work_->curve_of(p), work_->voxel_heat(p), temperature[p]);
    }
}

void FreezingSolver::temperature_of(View<const double> enthalpy, View<double> temperature) const {
    check_size(enthalpy, temperature.size());
    check_size(enthalpy, work_->medium->grid.cell_count());
    for (index_t p = 0; p < enthalpy.size(); ++p) {
        temperature[p] =
            point_at(work_->curve_of(p), work_->voxel_heat(p), enthalpy[p]).temperature;
    }
}

void FreezingSolver::frozen_share(View<const double> enthalpy, View<double> share) const {
    check_size(enthalpy, share.size());
    check_size(enthalpy, work_->medium->grid.cell_count());
    for (index_t p = 0; p < enthalpy.size(); ++p) {
        share[p] = frozen_share_at(work_->curve_of(p), work_->voxel_heat(p), enthalpy[p]);
    }
}

FreezingStep FreezingSolver::step(exec::ThreadTeam& team, View<double> enthalpy,
                                  const HeatDrive& drive, double dt) {
    Work& w = *work_;
    check_size(enthalpy, w.medium->grid.cell_count());
    check_drive(drive, enthalpy.size());
    if (!(dt > 0.0) || !std::isfinite(dt)) {
        throw std::invalid_argument("a step of freezing must be positive and finite");
    }
    FreezingStep result;
    int done = 0;
    while (done < result.pieces) {
        const int sweeps = w.try_step(team, enthalpy, drive, dt / result.pieces, result.balance);
        if (sweeps > 0) {
            ++done;
            result.linear_iterations += sweeps;
            result.newton_steps = std::max(result.newton_steps, sweeps);
        } else if (result.pieces < most_pieces) {
            result.pieces *= 2;
            done *= 2;
        } else {
            fail();
        }
    }
    if (!std::isfinite(result.balance.stored)) fail();
    return result;
}

}  // namespace caravel::tissue
