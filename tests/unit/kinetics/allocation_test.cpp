// Counts what `new` hands out in this program.
#include "../../support/mouse_model.hpp"
#include "caravel/kinetics/solver.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdlib>
#include <new>
#include <vector>

namespace {

thread_local std::size_t allocations = 0;

void* allocate(std::size_t size, std::size_t alignment) {
    ++allocations;
    const std::size_t rounded = (size + alignment - 1) / alignment * alignment;
    if (void* const memory = std::aligned_alloc(alignment, rounded == 0 ? alignment : rounded)) {
        return memory;
    }
    throw std::bad_alloc();
}

}  // namespace

void* operator new(std::size_t size) { return allocate(size, alignof(std::max_align_t)); }
void* operator new(std::size_t size, std::align_val_t alignment) {
    return allocate(size, static_cast<std::size_t>(alignment));
}
// A sanitizer has its own form of this one, which would not fit the deallocation below.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
    ++allocations;
    return std::malloc(size == 0 ? 1 : size);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }

namespace caravel::kinetics {
namespace {

TEST(Solver, AllocatesNothingWhileItAdvances) {
    const KineticModel model = test::mouse_model();
    const CompiledModel compiled(model);
    Solver solver(compiled);
    const std::vector<double> times = test::mouse_output_times();
    const OutputSink sink = [](std::size_t, double, std::span<const double>) {};
    const Forcing forcing = [](double t, std::span<double> k) { k[0] = 1e-6 * (1.0 + 1e-6 * t); };
    const std::vector<CrossingEvent> events{{SumId{0}, 1e9}};
    for (const Forcing& chosen : {Forcing(), forcing}) {
        std::vector<double> y = model.initial();
        double step = 0.0;
        const std::size_t before = allocations;
        solver.advance(y, 0.0, times.back(), step, chosen, times, sink, events);
        EXPECT_EQ(allocations, before);
    }
    EXPECT_GT(solver.statistics().accepted, 50);
    const std::size_t before = allocations;
    const std::vector<double> counted(9);
    EXPECT_GT(allocations, before);
}

}  // namespace
}  // namespace caravel::kinetics
