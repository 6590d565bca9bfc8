// Errors with the information a user needs to mend the cause, and the exit code each one maps to.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

namespace caravel {

/// A place in an input file; line and column count from 1, 0 means unknown.
struct Location {
    std::string file;
    int line = 0;
    int column = 0;
};

/// One input mistake: what is wrong, what was expected, and a hint ("did you mean ...").
struct Diagnostic {
    Location where;
    std::string what;
    std::string expected;  // may be empty
    std::string hint;      // may be empty
};

/// Formats `file:line:column: what, expected X (hint)`; parts that are empty are left out.
std::string format(const Diagnostic& diagnostic);

/// Mistakes in the user's input, collected (at most 20 are kept); exit code 3.
class InputError : public std::runtime_error {
  public:
    explicit InputError(std::vector<Diagnostic> diagnostics);
    explicit InputError(Diagnostic diagnostic);
    const std::vector<Diagnostic>& diagnostics() const { return diagnostics_; }

  private:
    std::vector<Diagnostic> diagnostics_;
};

/// What a numerical guard knows when it stops a run.
struct NumericalFailure {
    std::string process;          // which process or solver
    std::string quantity;         // which slot or species
    std::string place;            // organ, voxel, cell; may be empty
    double time = 0.0;            // s
    double last_good_time = 0.0;  // s
    std::string problem;          // "is not finite", "step size fell below ..."
    std::string advice;           // what the user can try
};

/// A numerical guard stopped the run; exit code 4.
class NumericalError : public std::runtime_error {
  public:
    explicit NumericalError(NumericalFailure failure);
    const NumericalFailure& failure() const { return failure_; }

  private:
    NumericalFailure failure_;
};

/// Wrong command line; exit code 2.
class UsageError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Not enough memory or disk; exit code 5.
class ResourceError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// A file could not be read or written, or is corrupt; exit code 6.
class IoError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The run was interrupted by a signal and can be resumed; exit code 75.
class Interrupted : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// A quantity was asked for by name whose physics Caravel does not have yet; exit code 3.
class NotAvailable : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Exit code of an error as in design section 3 (unknown exceptions: 70).
int exit_code(const std::exception& error);

}  // namespace caravel
