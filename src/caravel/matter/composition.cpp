#include "caravel/matter/composition.hpp"

#include "caravel/base/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <map>

namespace caravel::matter {
namespace {

using Masses = std::map<std::string, double>;

/// Recursive-descent reader of a chemical formula.
class FormulaReader {
  public:
    FormulaReader(std::string_view text, const std::vector<Element>& elements)
        : text_(text), elements_(elements) {}

    Masses read() {
        Masses masses = group(0);
        if (at_ != text_.size() || masses.empty()) fail("an element or a group in brackets");
        return masses;
    }

  private:
    static constexpr int deepest = 8;

    [[noreturn]] void fail(const std::string& expected) const {
        throw InputError(
            Diagnostic{{},
                       fmt::format("'{}' is no chemical formula (at character {})", text_, at_ + 1),
                       expected,
                       ""});
    }

    bool next_is(int (*test)(int)) const {
        return at_ < text_.size() && test(static_cast<unsigned char>(text_[at_])) != 0;
    }

    Masses group(int depth) {
        if (depth > deepest) fail("fewer nested brackets");
        Masses masses;
        while (at_ < text_.size() && text_[at_] != ')') {
            Masses part;
            if (text_[at_] == '(') {
                ++at_;
                part = group(depth + 1);
                if (at_ == text_.size()) fail("')'");
                ++at_;
            } else {
                part = element();
            }
            const double times = count();
            for (const auto& [symbol, mass] : part) masses[symbol] += times * mass;
        }
        return masses;
    }

    Masses element() {
        if (!next_is(std::isupper)) fail("an element");
        const std::size_t begin = at_++;
        while (next_is(std::islower)) ++at_;
        const std::string symbol(text_.substr(begin, at_ - begin));
        for (const Element& e : elements_)
            if (e.symbol == symbol) return {{symbol, e.atomic_weight}};
        throw InputError(Diagnostic{
            {}, fmt::format("no X-ray data for the element '{}' of '{}'", symbol, text_), "", ""});
    }

    double count() {
        const std::size_t begin = at_;
        while (next_is(std::isdigit) || (at_ < text_.size() && text_[at_] == '.')) ++at_;
        if (at_ == begin) return 1.0;
        double value = 0.0;
        const char* end = text_.data() + at_;
        const auto result = std::from_chars(text_.data() + begin, end, value);
        if (result.ec != std::errc() || result.ptr != end || !(value > 0.0))
            fail("a positive number");
        return value;
    }

    std::string_view text_;
    const std::vector<Element>& elements_;
    std::size_t at_ = 0;
};

Composition normalised(const Masses& masses) {
    double sum = 0.0;
    for (const auto& [symbol, mass] : masses) sum += mass;
    if (!(sum > 0.0) || !std::isfinite(sum))
        throw InputError(Diagnostic{{}, "a mixture has no mass", "a positive weight", ""});
    Composition composition;
    for (const auto& [symbol, mass] : masses)
        if (mass > 0.0) composition.mass_fractions.emplace_back(symbol, mass / sum);
    return composition;
}

}  // namespace

Composition parse_formula(std::string_view formula, const std::vector<Element>& elements) {
    return normalised(FormulaReader(formula, elements).read());
}

Composition mix(const std::vector<std::pair<Composition, double>>& parts) {
    Masses masses;
    for (const auto& [composition, weight] : parts) {
        if (!(weight >= 0.0))
            throw InputError(Diagnostic{{}, "a part of a mixture has a negative weight", "", ""});
        for (const auto& [symbol, fraction] : composition.mass_fractions)
            masses[symbol] += weight * fraction;
    }
    return normalised(masses);
}

double effective_atomic_number(const Composition& composition,
                               const std::vector<Element>& elements) {
    constexpr double power = 2.94;
    double electrons = 0.0;
    double sum = 0.0;
    for (const auto& part : composition.mass_fractions) {
        const double fraction = part.second;
        const auto e = std::find_if(elements.begin(), elements.end(),
                                    [&](const Element& x) { return x.symbol == part.first; });
        if (e == elements.end())
            throw InputError(
                Diagnostic{{}, fmt::format("unknown element '{}'", part.first), "", ""});
        const double z = static_cast<double>(e->z);
        electrons += fraction * z / e->atomic_weight;
        sum += fraction * z / e->atomic_weight * std::pow(z, power);
    }
    return std::pow(sum / electrons, 1.0 / power);
}

}  // namespace caravel::matter
