// What one thread does with photons beyond the kernels' straight steps: start, faces, steps of the
// index, roulette, detection. One photon at a time; the counts are whole numbers.
#pragma once

#include "caravel/stimulus/light/photon_scene.hpp"
#include "caravel/stimulus/light/photon_start.hpp"

#include <atomic>

namespace caravel::stimulus {

/// One photon in flight.
struct Photon {
    std::array<float, 3> place{};  // voxels
    std::array<float, 3> direction{0.0F, 0.0F, 1.0F};
    std::array<std::int32_t, 3> voxel{};
    float path = 0.0F;   // optical, from where it came in
    float depth = 0.0F;  // optical depth to the next collision, cell by cell only
    float index = 1.0F;
    std::int32_t weight = 0;  // counts
    std::uint32_t block = 0;  // next one of its random numbers
    std::uint64_t id = 0;
};

/// Hands out photons in batches to any number of workers.
class PhotonQueue {
  public:
    PhotonQueue(const PhotonRun& run, const PhotonStarts& starts);

    const PhotonRun& run() const { return run_; }
    const PhotonStarts& starts() const { return starts_; }
    std::int64_t count() const { return count_; }
    /// Takes the next batch; false when there is none or the run was cancelled.
    bool take(std::int64_t& begin, std::int64_t& end);
    bool cancelled() const;
    std::uint64_t id(std::int64_t number) const;
    /// Counts with which photon `number` starts.
    std::int32_t weight(std::int64_t number) const;
    double largest_weight() const { return largest_weight_; }

  private:
    const PhotonRun& run_;
    const PhotonStarts& starts_;
    std::int64_t count_;
    std::int64_t batch_;
    double largest_weight_ = 1.0;
    std::atomic<std::int64_t> next_{0};
};

class PhotonWorker {
  public:
    /// Counts into `tally`, voxels into `voxels`, which is another one where workers share it.
    /// `lanes`: photons in flight at once at most. `reports`: calls progress.
    PhotonWorker(const PhotonScene& scene, PhotonQueue& queue, PhotonTally& tally,
                 PhotonTally& voxels, int lanes, bool reports);

    /// Starts the next photon that comes into the body, for this lane. False when there are none.
    bool start(Photon& photon, int lane);

    /// The flight without inner borders left the box or ran out of time. Returns whether the photon
    /// goes on.
    bool leave_box(Photon& photon, int lane);

    /// Cell by cell: the photon stands on a border of `voxel`, which it crossed along `axis`.
    bool cross(Photon& photon, int axis, int lane);

    /// Ends the photon, or raises its weight.
    bool roulette(Photon& photon);

    void gate(const Photon& photon) { tally_.gated += photon.weight; }

    /// Counts `weight` times the flight through every voxel, and path per medium.
    void walk(const Photon& from, float flight, int lane);

    /// 1 - cosine of a phase function that is not Henyey-Greenstein; u even in (0, 1).
    static float special_deflection(const ScenePhase& phase, float u);

    void count_events(std::int64_t events) { tally_.events += events; }

    void absorb(std::size_t place, std::int64_t counts) { add(absorbed_, place, counts); }
    void tally_path(std::size_t place, std::int64_t counts) { add(path_, place, counts); }
    std::int64_t* absorbed() { return absorbed_; }
    bool shared() const { return shared_; }

  private:
    void add(std::int64_t* tally, std::size_t place, std::int64_t counts) {
        if (shared_) {
            std::atomic_ref(tally[place]).fetch_add(counts, std::memory_order_relaxed);
        } else {
            tally[place] += counts;
        }
    }
    bool next(std::int64_t& number);
    bool place_start(Photon& photon, const PhotonStart& start, int lane);
    bool enter_from_air(Photon& photon, std::array<double, 3>& at, int& axis);
    bool reach_body(Photon& photon, std::array<double, 3>& at, int axis);
    void specular(Photon& photon, int axis, float outside, float inside);
    /// The last place before a high face: a photon on the face itself, flying inwards by less than
    /// half a unit in the last place, would stay outside.
    float within(std::size_t axis) const;
    bool face(Photon& photon, int axis, int lane);
    bool interface(Photon& photon, int axis, int lane, float next_index, bool exterior,
                   std::int64_t& leaves);
    float draw(Photon& photon) const;
    void detect(const Photon& photon, int lane);
    int gate_of(float path) const;

    const PhotonScene& scene_;
    PhotonQueue& queue_;
    PhotonTally& tally_;
    std::int64_t* absorbed_;
    std::int64_t* path_;
    std::vector<double> paths_;  // lane after lane, per medium
    std::int64_t at_ = 0;
    std::int64_t end_ = 0;
    bool shared_;
    bool reports_;
};

/// Fresnel reflectance of unpolarised light that meets a border under a cosine > 0, and the cosine
/// beyond it (0 for total reflection).
struct Fresnel {
    float reflectance = 0.0F;
    float cosine = 1.0F;
};
Fresnel fresnel(float cosine, float index, float next_index);

/// Flies all photons of the worker's queue in `lanes` lanes: 1, 4, 8 or 16, as rounded down to what
/// the processor has.
void fly_photons(const PhotonScene& scene, PhotonWorker& worker, int lanes);
void fly_photons_1(const PhotonScene& scene, PhotonWorker& worker);
void fly_photons_4(const PhotonScene& scene, PhotonWorker& worker);
void fly_photons_8(const PhotonScene& scene, PhotonWorker& worker);
void fly_photons_16(const PhotonScene& scene, PhotonWorker& worker);
/// The lanes that `asked` (0: the best) comes to on this processor.
int photon_lanes(int asked);

}  // namespace caravel::stimulus
