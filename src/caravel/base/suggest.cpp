#include "caravel/base/suggest.hpp"

#include <algorithm>
#include <cstdlib>
#include <vector>

namespace caravel {

int edit_distance(std::string_view a, std::string_view b) {
    std::vector<int> before(b.size() + 1);
    std::vector<int> last(b.size() + 1);
    std::vector<int> now(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) last[j] = static_cast<int>(j);
    for (std::size_t i = 1; i <= a.size(); ++i) {
        now[0] = static_cast<int>(i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const int replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            now[j] = std::min({replaced, last[j] + 1, now[j - 1] + 1});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                now[j] = std::min(now[j], before[j - 2] + 1);
            }
        }
        before.swap(last);
        last.swap(now);
    }
    return last[b.size()];
}

std::string nearest(std::string_view word, std::span<const std::string_view> candidates) {
    const int furthest = std::max(1, static_cast<int>(word.size() / 3));
    int best = furthest + 1;
    std::string_view found;
    for (const std::string_view candidate : candidates) {
        const auto difference =
            static_cast<long>(candidate.size()) - static_cast<long>(word.size());
        if (std::labs(difference) >= best) continue;
        const int distance = edit_distance(word, candidate);
        if (distance < best) {
            best = distance;
            found = candidate;
        }
    }
    if (found.empty()) {  // "blood.concentration[x]" where that of the only x has no bracket
        const std::string_view bare = word.substr(0, word.find('['));
        if (bare.size() < word.size() &&
            std::find(candidates.begin(), candidates.end(), bare) != candidates.end())
            found = bare;
    }
    return std::string(found);
}

std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates) {
    const std::string meant = nearest(word, candidates);
    return meant.empty() ? "" : "did you mean '" + meant + "'?";
}

}  // namespace caravel
