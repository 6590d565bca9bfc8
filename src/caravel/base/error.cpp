#include "caravel/base/error.hpp"

#include "caravel/base/unit.hpp"

#include <filesystem>
#include <new>
#include <utility>

namespace caravel {
namespace {

constexpr std::size_t most_diagnostics = 20;

std::string join(const std::vector<Diagnostic>& diagnostics) {
    std::string text;
    for (std::size_t i = 0; i < diagnostics.size() && i < most_diagnostics; ++i) {
        if (i > 0) text += '\n';
        text += format(diagnostics[i]);
    }
    if (diagnostics.size() > most_diagnostics) {
        const std::size_t more = diagnostics.size() - most_diagnostics;
        text += "\n... and " + std::to_string(more) + " more mistake" + (more == 1 ? "" : "s");
    }
    return text;
}

std::vector<Diagnostic> first_ones(std::vector<Diagnostic> diagnostics) {
    if (diagnostics.size() > most_diagnostics) diagnostics.resize(most_diagnostics);
    return diagnostics;
}

std::string explain(const NumericalFailure& failure) {
    std::string text = failure.process.empty() ? std::string("numerical failure") : failure.process;
    text += ": ";
    text += failure.quantity.empty() ? std::string("the solution") : failure.quantity;
    if (!failure.place.empty()) text += " in " + failure.place;
    text += ' ';
    text += failure.problem.empty() ? std::string("is not usable") : failure.problem;
    text += " at " + format_number(failure.time) + " s; the last good time is " +
            format_number(failure.last_good_time) + " s.";
    if (!failure.advice.empty()) text += " Advice: " + failure.advice;
    return text;
}

template <class... Errors>
bool is_one_of(const std::exception& error) {
    return (... || (dynamic_cast<const Errors*>(&error) != nullptr));
}

}  // namespace

std::string format(const Diagnostic& diagnostic) {
    const Location& where = diagnostic.where;
    std::string text;
    if (!where.file.empty()) {
        text += where.file;
        if (where.line > 0) {
            text += ':' + std::to_string(where.line);
            if (where.column > 0) text += ':' + std::to_string(where.column);
        }
        text += ": ";
    }
    text += diagnostic.what;
    if (!diagnostic.expected.empty()) text += ", expected " + diagnostic.expected;
    if (!diagnostic.hint.empty()) text += " (" + diagnostic.hint + ")";
    return text;
}

InputError::InputError(std::vector<Diagnostic> diagnostics)
    : std::runtime_error(join(diagnostics)), diagnostics_(first_ones(std::move(diagnostics))) {}

InputError::InputError(Diagnostic diagnostic)
    : InputError(std::vector<Diagnostic>{std::move(diagnostic)}) {}

NumericalError::NumericalError(NumericalFailure failure)
    : std::runtime_error(explain(failure)), failure_(std::move(failure)) {}

int exit_code(const std::exception& error) {
    if (is_one_of<UsageError>(error)) return 2;
    if (is_one_of<InputError, NotAvailable>(error)) return 3;
    if (is_one_of<NumericalError>(error)) return 4;
    if (is_one_of<ResourceError, std::bad_alloc>(error)) return 5;
    if (is_one_of<IoError, std::filesystem::filesystem_error>(error)) return 6;
    if (is_one_of<Interrupted>(error)) return 75;
    return 70;
}

}  // namespace caravel
