#include "caravel/inference/fit/pieces.hpp"

#include "caravel/base/error.hpp"

#include <algorithm>
#include <utility>

namespace caravel::inference::fit {
namespace {

IoError damaged(const char* what) {
    return IoError(std::string("a stored ") + what + " of a fit cannot be read; delete the folder");
}

// Numbers first, a text behind a bar.
std::string join(const std::vector<double>& numbers, const std::string& text) {
    CARAVEL_EXPECTS(text.find('\n') == std::string::npos);
    return encode_doubles(numbers) + '|' + text;
}

struct Parts {
    std::vector<double> numbers;
    std::string text;
};

Parts split(const std::string& payload, const char* what) {
    const std::size_t bar = payload.find('|');
    if (bar == std::string::npos) throw damaged(what);
    return {decode_doubles(std::string_view(payload).substr(0, bar)), payload.substr(bar + 1)};
}

// Takes numbers one after the other.
class Source {
  public:
    Source(const std::vector<double>& numbers, const char* what) : numbers_(numbers), what_(what) {}

    double next() {
        if (at_ >= numbers_.size()) throw damaged(what_);
        return numbers_[at_++];
    }
    std::vector<double> next(std::size_t count) {
        if (count > numbers_.size() - at_) throw damaged(what_);
        const auto begin = numbers_.begin() + static_cast<std::ptrdiff_t>(at_);
        at_ += count;
        return {begin, begin + static_cast<std::ptrdiff_t>(count)};
    }
    std::size_t left() const { return numbers_.size() - at_; }
    void finish() const {
        if (left() != 0) throw damaged(what_);
    }

  private:
    const std::vector<double>& numbers_;
    const char* what_;
    std::size_t at_ = 0;
};

void append(std::vector<double>& numbers, const std::vector<double>& more) {
    numbers.insert(numbers.end(), more.begin(), more.end());
}

void append_side(std::vector<double>& numbers, const ProfileSide& side) {
    append(numbers, {side.limit ? 1.0 : 0.0, side.limit.value_or(0.0), side.greatest_rise});
}

ProfileSide next_side(Source& source) {
    ProfileSide side;
    const bool has_limit = source.next() != 0.0;
    const double limit = source.next();
    if (has_limit) side.limit = limit;
    side.greatest_rise = source.next();
    return side;
}

void append_point(std::vector<double>& numbers, const ProfilePoint& point) {
    append(numbers, {point.at, point.value});
    append(numbers, point.theta);
}

ProfilePoint next_point(Source& source, std::size_t dimensions) {
    ProfilePoint point;
    point.at = source.next();
    point.value = source.next();
    point.theta = source.next(dimensions);
    return point;
}

}  // namespace

std::string one_line(std::string text) {
    std::replace(text.begin(), text.end(), '\n', ' ');
    return text;
}

std::string encode(const LocalFit& fit) {
    std::vector<double> numbers{fit.value, static_cast<double>(fit.stop),
                                static_cast<double>(fit.evaluations)};
    append(numbers, fit.start);
    append(numbers, fit.theta);
    return join(numbers, fit.failure);
}

LocalFit decode_local_fit(const std::string& payload, std::size_t dimensions) {
    const Parts parts = split(payload, "start");
    Source source(parts.numbers, "start");
    LocalFit fit;
    fit.value = source.next();
    fit.stop = static_cast<Stop>(static_cast<int>(source.next()));
    fit.evaluations = static_cast<long>(source.next());
    fit.start = source.next(dimensions);
    fit.theta = source.next(source.left() == 0 ? 0 : dimensions);
    source.finish();
    fit.failure = parts.text;
    return fit;
}

std::string encode(const Profile& profile) {
    std::vector<double> numbers{static_cast<double>(profile.parameter), profile.threshold,
                                profile.better ? 1.0 : 0.0,
                                static_cast<double>(profile.below.reason.size())};
    append_side(numbers, profile.below);
    append_side(numbers, profile.above);
    if (profile.better) append_point(numbers, *profile.better);
    for (const ProfilePoint& point : profile.points) append_point(numbers, point);
    return join(numbers, profile.below.reason + profile.above.reason);
}

Profile decode_profile(const std::string& payload, std::size_t dimensions) {
    const Parts parts = split(payload, "profile");
    Source source(parts.numbers, "profile");
    Profile profile;
    profile.parameter = static_cast<std::size_t>(source.next());
    profile.threshold = source.next();
    const bool has_better = source.next() != 0.0;
    const double below_length = source.next();
    profile.below = next_side(source);
    profile.above = next_side(source);
    if (has_better) profile.better = next_point(source, dimensions);
    while (source.left() > 0) profile.points.push_back(next_point(source, dimensions));
    if (!(below_length >= 0.0 && below_length <= static_cast<double>(parts.text.size())))
        throw damaged("profile");
    const auto cut = static_cast<std::size_t>(below_length);
    profile.below.reason = parts.text.substr(0, cut);
    profile.above.reason = parts.text.substr(cut);
    return profile;
}

std::string encode(const ChainState& chain) {
    std::vector<double> numbers{static_cast<double>(chain.chain), static_cast<double>(chain.step),
                                static_cast<double>(chain.accepted),
                                static_cast<double>(chain.failed)};
    append(numbers, chain.theta);
    append(numbers, chain.log_densities);
    append(numbers, chain.draws);
    return join(numbers, "");
}

ChainState decode_chain(const std::string& payload, std::size_t dimensions) {
    const Parts parts = split(payload, "chain");
    Source source(parts.numbers, "chain");
    ChainState chain;
    chain.chain = static_cast<std::uint64_t>(source.next());
    chain.step = static_cast<long>(source.next());
    chain.accepted = static_cast<long>(source.next());
    chain.failed = static_cast<long>(source.next());
    chain.theta = source.next(dimensions);
    const std::size_t draws = source.left() / (dimensions + 1);
    chain.log_densities = source.next(draws);
    chain.draws = source.next(draws * dimensions);
    source.finish();
    return chain;
}

PieceStore::PieceStore(const std::filesystem::path& folder, const std::string& name,
                       const std::string& plan_hash, std::uint64_t count) {
    if (folder.empty()) return;
    store_.emplace(folder / (name + ".records"), plan_hash, count);
}

std::optional<std::string> PieceStore::find(std::uint64_t index) const {
    if (!has(index)) return std::nullopt;
    return store_->payload(index);
}

void PieceStore::add(std::uint64_t index, std::string payload) {
    if (!store_ || store_->has(index)) return;
    const Record record{index, std::move(payload)};
    store_->append({&record, 1});
}

void PieceStore::close() {
    if (!store_) return;
    const RecordStore* source = &*store_;
    merge_stores({&source, 1}, store_->path());
}

}  // namespace caravel::inference::fit
