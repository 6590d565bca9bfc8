// Order of convergence of processes that exchange slots as ramps, against exact solutions.
#include "caravel/couple/schedule.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <memory>
#include <vector>

namespace caravel::couple {
namespace {

/// z' = -decay z + gain u, exact for a straight u; writes z, reads u (or nothing).
class LinearProcess final : public Process {
  public:
    LinearProcess(Wiring& wiring, const std::string& writes, const std::string& reads, double decay,
                  double gain)
        : name_(writes), decay_(decay), gain_(gain), has_input_(!reads.empty()) {
        Ports ports(wiring, name_);
        value_ = ports.write(writes, "1");
        if (has_input_) input_ = ports.read(reads, "1");
    }
    std::string name() const override { return name_; }
    void initialise(State& state, double value) const { state.set(value_, value); }
    double value(const State& state) const { return state.start(value_); }

    void advance(State& state, const Window& window) const override {
        const double h = window.end - window.start;
        const double kept = std::exp(-decay_ * h);
        double z = kept * state.start(value_);
        if (has_input_) {
            const double first = state.ramp(input_, window, window.start);
            const double slope = (state.ramp(input_, window, window.end) - first) / h;
            const double memory = -std::expm1(-decay_ * h) / decay_;
            z += gain_ * (first * memory + slope * (h - memory) / decay_);
        }
        state.set_end(value_, z);
    }

  private:
    std::string name_;
    double decay_;
    double gain_;
    bool has_input_;
    WriteHandle value_;
    ReadHandle input_;
};

struct Part {
    std::string writes;
    std::string reads;
    double decay;
    double gain;
    double initial;
};

/// Value of the part `wanted` at t = 2 with n equal windows.
double solve(const std::vector<Part>& parts, const std::string& wanted, int n) {
    Wiring wiring;
    std::vector<std::unique_ptr<Process>> processes;
    std::vector<const LinearProcess*> views;
    for (const auto& p : parts) {
        auto process = std::make_unique<LinearProcess>(wiring, p.writes, p.reads, p.decay, p.gain);
        views.push_back(process.get());
        processes.push_back(std::move(process));
    }
    const Schedule schedule(std::move(wiring), std::move(processes));
    State state(schedule.wiring().slots());
    for (std::size_t i = 0; i < parts.size(); ++i) views[i]->initialise(state, parts[i].initial);
    for (int i = 0; i < n; ++i) schedule.advance(state, {2.0 * i / n, 2.0 * (i + 1) / n});
    for (const auto* view : views)
        if (view->name() == wanted) return view->value(state);
    return std::nan("");
}

/// Observed order between 320, 640, 1280 and 2560 windows; each is asserted to lie in [1.9, 2.1].
void expect_second_order(const std::vector<Part>& parts, const std::string& wanted, double exact) {
    double coarse = std::abs(solve(parts, wanted, 320) - exact);
    for (const int n : {640, 1280, 2560}) {
        const double fine = std::abs(solve(parts, wanted, n) - exact);
        const double order = std::log2(coarse / fine);
        std::printf("%s: %d windows, error %.3e, order %.3f\n", wanted.c_str(), n, fine, order);
        EXPECT_GT(order, 1.9) << wanted << ", " << n << " windows";
        EXPECT_LT(order, 2.1) << wanted << ", " << n << " windows";
        coarse = fine;
    }
}

// x' = -a x - w y, y' = -a y + w x: x + i y = exp((i w - a) t)
const std::vector<Part> spiral{{"x", "y", 0.3, -2.0, 1.0}, {"y", "x", 0.3, 2.0, 0.0}};

TEST(Coupling, TwoProcessesInASlotCycleConvergeWithSecondOrder) {
    const double radius = std::exp(-0.3 * 2.0);
    expect_second_order(spiral, "x", radius * std::cos(4.0));
    expect_second_order(spiral, "y", radius * std::sin(4.0));
}

TEST(Coupling, AProcessThatOnlyReadsFromTheCycleConvergesWithSecondOrder) {
    std::vector<Part> parts{{"z", "x", 1.0, 1.0, 0.0}};
    parts.insert(parts.end(), spiral.begin(), spiral.end());
    // z' = -z + Re exp(s t), s = -0.3 + 2 i: z = Re (exp(s t) - exp(-t)) / (s + 1)
    const double radius = std::exp(-0.6);
    const double real = radius * std::cos(4.0) - std::exp(-2.0);
    const double imaginary = radius * std::sin(4.0);
    const double exact = (real * 0.7 + imaginary * 2.0) / (0.7 * 0.7 + 4.0);
    expect_second_order(parts, "z", exact);
}

TEST(Coupling, OneWayCouplingThroughARampConvergesWithSecondOrder) {
    // x = exp(-k t), y' = -m y + x: y = (exp(-k t) - exp(-m t)) / (m - k)
    const std::vector<Part> chain{{"y", "x", 0.5, 1.0, 0.0}, {"x", "", 3.0, 0.0, 1.0}};
    expect_second_order(chain, "y", (std::exp(-6.0) - std::exp(-1.0)) / (0.5 - 3.0));
}

TEST(Coupling, AStraightInputIsTakenOverExactly) {
    // The writer's solution is constant, so its ramp is exact with a single window.
    const std::vector<Part> chain{{"y", "x", 0.5, 1.0, 2.0}, {"x", "", 1e-12, 0.0, 3.0}};
    EXPECT_NEAR(solve(chain, "y", 1), 2.0 * std::exp(-1.0) + 6.0 * (1.0 - std::exp(-1.0)), 1e-11);
}

}  // namespace
}  // namespace caravel::couple
