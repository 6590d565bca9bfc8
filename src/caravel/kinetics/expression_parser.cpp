#include "caravel/base/error.hpp"
#include "caravel/base/suggest.hpp"
#include "caravel/kinetics/expression.hpp"
#include "caravel/kinetics/expression_graph.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <utility>

namespace caravel::kinetics {

namespace {

constexpr int deepest_nesting = 200;
constexpr std::size_t longest_formula = 1'000'000;
constexpr int any_number = 1000;

enum class Kind { operation, logarithm, root, extreme, piecewise };

struct Function {
    std::string_view name;
    Operation operation;
    int least = 1;
    int most = 1;
    Kind kind = Kind::operation;
};

constexpr Function functions[] = {
    {"exp", Operation::exp},
    {"log", Operation::log, 1, 2, Kind::logarithm},
    {"ln", Operation::log},
    {"log10", Operation::log10},
    {"log2", Operation::log2},
    {"sqrt", Operation::sqrt},
    {"root", Operation::power, 1, 2, Kind::root},
    {"pow", Operation::power, 2, 2},
    {"power", Operation::power, 2, 2},
    {"abs", Operation::abs},
    {"floor", Operation::floor},
    {"ceil", Operation::ceil},
    {"ceiling", Operation::ceil},
    {"sin", Operation::sin},
    {"cos", Operation::cos},
    {"tan", Operation::tan},
    {"asin", Operation::asin},
    {"acos", Operation::acos},
    {"atan", Operation::atan},
    {"arcsin", Operation::asin},
    {"arccos", Operation::acos},
    {"arctan", Operation::atan},
    {"sinh", Operation::sinh},
    {"cosh", Operation::cosh},
    {"tanh", Operation::tanh},
    {"min", Operation::minimum, 2, any_number, Kind::extreme},
    {"max", Operation::maximum, 2, any_number, Kind::extreme},
    {"piecewise", Operation::select, 3, any_number, Kind::piecewise},
};

struct Infix {
    std::string_view text;
    int rank = 0;
    Operation operation{};
    bool swapped = false;  // a > b is b < a
};

// Longer spellings first; rank 3 is `not`, rank 7 the sign, rank 8 the power.
constexpr Infix infixes[] = {
    {"or", 1, Operation::either},     {"||", 1, Operation::either},
    {"and", 2, Operation::both},      {"&&", 2, Operation::both},
    {"==", 4, Operation::equal},      {"!=", 4, Operation::not_equal},
    {"<=", 4, Operation::less_equal}, {">=", 4, Operation::less_equal, true},
    {"<", 4, Operation::less},        {">", 4, Operation::less, true},
    {"**", 8, Operation::power},      {"^", 8, Operation::power},
    {"+", 5, Operation::add},         {"-", 5, Operation::subtract},
    {"*", 6, Operation::multiply},    {"/", 6, Operation::divide},
};

bool starts_name(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool continues_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

class Parser {
  public:
    Parser(std::string_view text, ExpressionGraph& graph) : text_(text), graph_(graph) {}

    int run() {
        if (text_.size() > longest_formula) {
            fail("the formula is too long", "at most 1000000 characters");
        }
        const int root = binary(1);
        skip_space();
        if (place_ < text_.size()) {
            fail(fmt::format("unexpected '{}'", text_[place_]), "an operator or the end");
        }
        return root;
    }

  private:
    [[noreturn]] void fail(const std::string& what, std::string expected,
                           std::string hint = {}) const {
        fail_at(place_, what, std::move(expected), std::move(hint));
    }
    [[noreturn]] void fail_at(std::size_t place, const std::string& what, std::string expected,
                              std::string hint = {}) const {
        const std::size_t begin = place > 30 ? place - 30 : 0;
        std::string excerpt(text_.substr(begin, 60));
        std::replace_if(
            excerpt.begin(), excerpt.end(),
            [](char c) { return std::isprint(static_cast<unsigned char>(c)) == 0; }, '?');
        throw InputError(
            Diagnostic{{"", 1, static_cast<int>(std::min(place, longest_formula)) + 1},
                       fmt::format("{} at column {} of the formula '{}'", what, place + 1, excerpt),
                       std::move(expected),
                       std::move(hint)});
    }

    void skip_space() {
        while (place_ < text_.size() &&
               std::isspace(static_cast<unsigned char>(text_[place_])) != 0) {
            ++place_;
        }
    }

    bool accept(char c) {
        skip_space();
        if (place_ >= text_.size() || text_[place_] != c) return false;
        ++place_;
        return true;
    }

    const Infix* next_infix() {
        skip_space();
        const std::string_view rest = text_.substr(place_);
        for (const Infix& infix : infixes) {
            if (rest.substr(0, infix.text.size()) == infix.text &&
                !(starts_name(infix.text[0]) && rest.size() > infix.text.size() &&
                  continues_name(rest[infix.text.size()]))) {
                return &infix;
            }
        }
        return nullptr;
    }

    // Operators of at least this rank, from the left.
    int binary(int least) {
        const Depth depth(*this);
        int left = prefix(least);
        for (const Infix* infix = next_infix(); infix != nullptr && infix->rank >= least;
             infix = next_infix()) {
            const std::size_t start = place_;
            place_ += infix->text.size();
            if (infix->rank == 8) {  // from the right, and the exponent may have a sign
                left = graph_.make(Operation::power, left, binary(7));
                continue;
            }
            if (infix->rank == 4 && compared_ == left) {
                fail_at(start, "comparisons cannot be chained", "a < b and b < c");
            }
            const int right = binary(infix->rank + 1);
            left = infix->swapped ? graph_.make(infix->operation, right, left)
                                  : graph_.make(infix->operation, left, right);
            compared_ = infix->rank == 4 ? left : -1;
        }
        return left;
    }

    int prefix(int least) {
        skip_space();
        if (place_ < text_.size() && (text_[place_] == '-' || text_[place_] == '+')) {
            const bool minus = text_[place_++] == '-';
            const int operand = binary(7);
            return minus ? graph_.make(Operation::negate, operand) : operand;
        }
        const bool word = text_.substr(place_, 3) == "not" &&
                          !(place_ + 3 < text_.size() && continues_name(text_[place_ + 3]));
        const bool sign = text_.substr(place_, 1) == "!" && text_.substr(place_, 2) != "!=";
        if ((word || sign) && least <= 3) {
            place_ += word ? 3 : 1;
            return graph_.make(Operation::negation, binary(4));
        }
        if (word || sign) {
            place_ += word ? 3 : 1;
            return graph_.make(Operation::negation, primary());
        }
        return primary();
    }

    int primary() {
        const Depth depth(*this);
        compared_ = -1;
        if (accept('(')) {
            const int inner = binary(1);
            if (!accept(')')) fail("a bracket is not closed", "')'");
            compared_ = -1;
            return inner;
        }
        if (place_ >= text_.size()) fail("the formula ends too early", "a number, name or '('");
        if (starts_name(text_[place_])) return name();
        return number();
    }

    int number() {
        double value = 0.0;
        const char* const begin = text_.data() + place_;
        const auto [end, error] = std::from_chars(begin, text_.data() + text_.size(), value);
        if (error == std::errc::result_out_of_range) {
            fail("the number is out of range", "a number between 1e-307 and 1e308");
        }
        if (error != std::errc() || end == begin) {
            fail(fmt::format("unexpected '{}'",
                             std::isprint(static_cast<unsigned char>(*begin)) != 0 ? *begin : '?'),
                 "a number, name or '('");
        }
        place_ += static_cast<std::size_t>(end - begin);
        return graph_.constant(value);
    }

    int name() {
        const std::size_t start = place_;
        while (place_ < text_.size() && continues_name(text_[place_])) {
            ++place_;
        }
        const std::string_view word = text_.substr(start, place_ - start);
        if (word == "and" || word == "or") {
            fail_at(start, fmt::format("unexpected '{}'", word), "a number, name or '('");
        }
        if (!accept('(')) {
            if (word == "true") return graph_.constant(1.0);
            if (word == "false") return graph_.constant(0.0);
            return graph_.variable(word);
        }
        const auto* const found = std::find_if(std::begin(functions), std::end(functions),
                                               [&](const Function& f) { return f.name == word; });
        if (found == std::end(functions)) {
            std::vector<std::string_view> known;
            for (const Function& function : functions) {
                known.push_back(function.name);
            }
            fail_at(start, fmt::format("unknown function '{}'", word),
                    "a function such as exp, log, pow, min or piecewise",
                    did_you_mean(word, known));
        }
        return call(*found, start);
    }

    int call(const Function& function, std::size_t start) {
        std::vector<int> arguments;
        if (!accept(')')) {
            do {
                arguments.push_back(binary(1));
            } while (accept(','));
            if (!accept(')')) fail("the list of arguments is not closed", "',' or ')'");
        }
        compared_ = -1;
        const int count = static_cast<int>(arguments.size());
        if (count < function.least || count > function.most) {
            const std::string expected =
                function.most == function.least ? fmt::format("{}", function.least)
                : function.most == any_number
                    ? fmt::format("at least {}", function.least)
                    : fmt::format("{} or {}", function.least, function.most);
            fail_at(start, fmt::format("{} has {} arguments", function.name, count), expected);
        }
        return build(function, arguments);
    }

    int build(const Function& function, const std::vector<int>& x) {
        switch (function.kind) {
        case Kind::operation:
            return graph_.make(function.operation, x[0], x.size() > 1 ? x[1] : -1);
        case Kind::logarithm:
            if (x.size() == 1) return graph_.make(Operation::log, x[0]);
            return graph_.make(Operation::divide, graph_.make(Operation::log, x[0]),
                               graph_.make(Operation::log, x[1]));
        case Kind::root:
            if (x.size() == 1) return graph_.make(Operation::sqrt, x[0]);
            return graph_.make(Operation::power, x[1],
                               graph_.make(Operation::divide, graph_.constant(1.0), x[0]));
        case Kind::extreme: {
            int result = x[0];
            for (std::size_t i = 1; i < x.size(); ++i) {
                result = graph_.make(function.operation, result, x[i]);
            }
            return result;
        }
        case Kind::piecewise: break;
        }
        // value, condition, ..., otherwise; without otherwise the last condition is taken to hold
        std::size_t last = x.size() % 2 == 1 ? x.size() - 1 : x.size() - 2;
        int result = x[last];
        while (last >= 2) {
            last -= 2;
            result = graph_.make(Operation::select, x[last + 1], x[last], result);
        }
        return result;
    }

    struct Depth {
        explicit Depth(Parser& parser) : parser_(parser) {
            if (++parser_.depth_ > 3 * deepest_nesting) {
                parser_.fail("the formula is nested too deeply", "at most 200 levels");
            }
        }
        ~Depth() { --parser_.depth_; }
        Depth(const Depth&) = delete;
        Depth& operator=(const Depth&) = delete;
        Parser& parser_;
    };

    std::string_view text_;
    ExpressionGraph& graph_;
    std::size_t place_ = 0;
    int depth_ = 0;
    int compared_ = -1;  // the node that a comparison just gave
};

}  // namespace

Expression Expression::parse(std::string_view text) {
    ExpressionGraph graph;
    return graph.extract(Parser(text, graph).run());
}

}  // namespace caravel::kinetics
