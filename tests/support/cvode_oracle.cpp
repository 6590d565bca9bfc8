#include "cvode_oracle.hpp"

#include <cvode/cvode.h>
#include <nvector/nvector_serial.h>
#include <sunlinsol/sunlinsol_dense.h>
#include <sunmatrix/sunmatrix_dense.h>

#include <algorithm>
#include <stdexcept>
#include <string>

namespace caravel::test {

struct CvodeOracle::Memory {
    explicit Memory(const kinetics::CompiledModel& compiled) : model(compiled) {}
    Memory(const Memory&) = delete;
    Memory& operator=(const Memory&) = delete;
    ~Memory() {
        CVodeFree(&cvode);
        SUNLinSolFree(solver);
        SUNMatDestroy(matrix);
        N_VDestroy(state);
        N_VDestroy(absolute);
        SUNContext_Free(&context);
    }

    std::span<const double> view(N_Vector vector) const {
        return {N_VGetArrayPointer(vector), static_cast<std::size_t>(model.size())};
    }

    static int rates(double, N_Vector y, N_Vector dydt, void* user) {
        const auto& memory = *static_cast<Memory*>(user);
        const auto n = static_cast<std::size_t>(memory.model.size());
        memory.model.rates(memory.view(y), memory.model.coefficients(),
                           {N_VGetArrayPointer(dydt), n});
        return 0;
    }

    static int jacobian(double, N_Vector y, N_Vector, SUNMatrix matrix, void* user, N_Vector,
                        N_Vector, N_Vector) {
        auto& memory = *static_cast<Memory*>(user);
        const kinetics::CompiledModel& model = memory.model;
        memory.values.resize(model.row_indices().size());
        model.jacobian(memory.view(y), model.coefficients(), memory.values);
        for (int column = 0; column < model.size(); ++column) {
            double* const out = SUNDenseMatrix_Column(matrix, column);
            const auto c = static_cast<std::size_t>(column);
            for (int i = model.column_starts()[c]; i < model.column_starts()[c + 1]; ++i) {
                const auto k = static_cast<std::size_t>(i);
                out[model.row_indices()[k]] = memory.values[k];
            }
        }
        return 0;
    }

    const kinetics::CompiledModel& model;
    SUNContext context = nullptr;
    void* cvode = nullptr;
    N_Vector state = nullptr;
    N_Vector absolute = nullptr;
    SUNMatrix matrix = nullptr;
    SUNLinearSolver solver = nullptr;
    std::vector<double> values;
};

namespace {

void check(int flag, const char* call) {
    if (flag < 0) {
        throw std::runtime_error(std::string(call) + " failed with " + std::to_string(flag));
    }
}

}  // namespace

CvodeOracle::CvodeOracle(const kinetics::CompiledModel& model, CvodeOptions options)
    : memory_(std::make_unique<Memory>(model)) {
    Memory& memory = *memory_;
    check(SUNContext_Create(nullptr, &memory.context), "SUNContext_Create");
    memory.state = N_VNew_Serial(model.size(), memory.context);
    memory.absolute = N_VNew_Serial(model.size(), memory.context);
    for (int i = 0; i < model.size(); ++i) {
        const auto& species = model.model().all_species()[static_cast<std::size_t>(i)];
        N_VGetArrayPointer(memory.absolute)[i] =
            species.scale * options.relative_tolerance * options.absolute_factor;
        N_VGetArrayPointer(memory.state)[i] = model.model().initial()[static_cast<std::size_t>(i)];
    }
    memory.cvode = CVodeCreate(CV_BDF, memory.context);
    check(CVodeInit(memory.cvode, &Memory::rates, 0.0, memory.state), "CVodeInit");
    check(CVodeSVtolerances(memory.cvode, options.relative_tolerance, memory.absolute),
          "CVodeSVtolerances");
    check(CVodeSetUserData(memory.cvode, &memory), "CVodeSetUserData");
    memory.matrix = SUNDenseMatrix(model.size(), model.size(), memory.context);
    memory.solver = SUNLinSol_Dense(memory.state, memory.matrix, memory.context);
    check(CVodeSetLinearSolver(memory.cvode, memory.solver, memory.matrix), "CVodeSetLinearSolver");
    if (options.analytic_jacobian) {
        check(CVodeSetJacFn(memory.cvode, &Memory::jacobian), "CVodeSetJacFn");
    }
    check(CVodeSetMaxNumSteps(memory.cvode, 1'000'000), "CVodeSetMaxNumSteps");
}

CvodeOracle::~CvodeOracle() = default;

std::vector<double> CvodeOracle::run(std::span<const double> y,
                                     std::span<const double> output_times) {
    Memory& memory = *memory_;
    double* const state = N_VGetArrayPointer(memory.state);
    std::copy(y.begin(), y.end(), state);
    check(CVodeReInit(memory.cvode, 0.0, memory.state), "CVodeReInit");
    std::vector<double> result;
    result.reserve(y.size() * output_times.size());
    for (const double time : output_times) {
        double reached = 0.0;
        check(CVode(memory.cvode, time, memory.state, &reached, CV_NORMAL), "CVode");
        result.insert(result.end(), state, state + y.size());
    }
    return result;
}

long CvodeOracle::steps() const {
    long steps = 0;
    CVodeGetNumSteps(memory_->cvode, &steps);
    return steps;
}

}  // namespace caravel::test
