#include "caravel/inference/delivery/folds.hpp"

#include "caravel/base/error.hpp"
#include "caravel/exec/philox.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace caravel::inference::delivery {
namespace {

constexpr std::uint32_t purpose = 0x464F4C44;

struct Article {
    std::string key;
    std::size_t cases = 0;
    std::uint64_t lot = 0;
};

/// FNV-1a, so that an article's lot does not depend on its neighbours.
std::uint64_t hash(const std::string& text) {
    std::uint64_t h = 0xCBF29CE484222325U;
    for (const char c : text) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
    return h;
}

}  // namespace

Folds make_folds(std::span<const DeliveryCase* const> tested, int count, std::uint64_t seed) {
    std::map<std::string, std::size_t> sizes;
    for (const DeliveryCase* c : tested) ++sizes[c->article];
    if (count < 2 || static_cast<std::size_t>(count) > sizes.size())
        throw InputError(
            Diagnostic{{},
                       fmt::format("{} folds", count),
                       fmt::format("2 to {} folds, the number of articles", sizes.size()),
                       ""});
    std::vector<Article> articles;
    for (const auto& [key, size] : sizes)
        articles.push_back({key, size, exec::RandomStream(seed, purpose, hash(key)).next_64()});
    std::sort(articles.begin(), articles.end(), [](const Article& a, const Article& b) {
        return std::tie(b.cases, a.lot, a.key) < std::tie(a.cases, b.lot, b.key);
    });
    std::vector<std::size_t> load(static_cast<std::size_t>(count), 0);
    Folds folds;
    for (const Article& article : articles) {
        const auto lightest = std::min_element(load.begin(), load.end());
        *lightest += article.cases;
        folds[article.key] = static_cast<int>(lightest - load.begin());
    }
    return folds;
}

std::vector<DeliveryCase> training_cases(std::span<const DeliveryCase> cases, const Folds& folds,
                                         int fold) {
    std::vector<DeliveryCase> kept;
    for (const DeliveryCase& c : cases) {
        const auto found = folds.find(c.article);
        if (found == folds.end() || found->second != fold) kept.push_back(c);
    }
    return kept;
}

}  // namespace caravel::inference::delivery
