// Where things stand in the state of a treatment: rows of one value per voxel, then scalars.
#pragma once

#include "caravel/response/treatment/treatment.hpp"

#include <cstddef>
#include <span>

namespace caravel::response {

/// Rows in their order. A light (lamps, then emissions) has two: fluence per launched energy (1/m2)
/// and the effective attenuation (1/m) it was computed with; an emission a third: the source (W/m3)
/// it was computed for.
class TreatmentLayout {
  public:
    TreatmentLayout(std::size_t voxels, bool freezes, std::size_t damage_rows,
                    std::size_t photodynamic_rows, std::size_t lights, std::size_t controls,
                    std::size_t emissions = 0)
        : voxels_(voxels),
          damage_rows_(damage_rows),
          photodynamic_rows_(photodynamic_rows),
          lights_(lights),
          controls_(controls),
          emissions_(emissions),
          damage_(freezes ? 2 : 1),
          photodynamic_(damage_ + damage_rows),
          light_(photodynamic_ + photodynamic_rows) {}

    std::size_t voxels() const { return voxels_; }
    std::size_t size() const {
        return scalars_at() + book_count + 3 + 3 * lights_ + 5 * controls_ + emissions_;
    }

    template <class T>
    std::span<T> temperature(std::span<T> s) const {
        return rows(s, 0, 1);
    }
    template <class T>
    std::span<T> enthalpy(std::span<T> s) const {
        return rows(s, 1, 1);
    }
    template <class T>
    std::span<T> damage(std::span<T> s) const {
        return rows(s, damage_, damage_rows_);
    }
    template <class T>
    std::span<T> photodynamic(std::span<T> s) const {
        return rows(s, photodynamic_, photodynamic_rows_);
    }
    template <class T>
    std::span<T> fluence(std::span<T> s, std::size_t light) const {
        return rows(s, light_ + 2 * light, 1);
    }
    template <class T>
    std::span<T> attenuation(std::span<T> s, std::size_t light) const {
        return rows(s, light_ + 2 * light + 1, 1);
    }

    template <class T>
    std::span<T> emission_source(std::span<T> s, std::size_t emission) const {
        return rows(s, light_ + 2 * lights_ + emission, 1);
    }
    /// Power (W) that an emission gives in the pulses of the lamps that shone last.
    template <class T>
    T& emitted_power(std::span<T> s, std::size_t emission) const {
        return s[control_at(controls_) + emission];
    }

    /// 1 when nothing changes any more, and when photochemistry was last under light (s).
    template <class T>
    T& settled(std::span<T> s) const {
        return s[scalars_at() + book_count];
    }
    template <class T>
    T& last_light(std::span<T> s) const {
        return s[scalars_at() + book_count + 1];
    }
    /// Mark of the load that the enthalpy belongs to.
    template <class T>
    T& load_mark(std::span<T> s) const {
        return s[scalars_at() + book_count + 2];
    }
    /// Number of runs of a light so far.
    template <class T>
    T& light_runs(std::span<T> s, std::size_t light) const {
        return s[scalars_at() + book_count + 3 + light];
    }
    /// Largest relative error of the rise of temperature that its photons left; 0: not known.
    template <class T>
    T& rise_error(std::span<T> s, std::size_t light) const {
        return s[scalars_at() + book_count + 3 + lights_ + light];
    }
    /// Largest share of its absorbed energy for which diffusion did not hold; 0: it did.
    template <class T>
    T& invalid_share(std::span<T> s, std::size_t light) const {
        return s[scalars_at() + book_count + 3 + 2 * lights_ + light];
    }

    TreatmentBooks books(std::span<const double> s) const;
    void set_books(std::span<double> s, const TreatmentBooks& books) const;
    stimulus::ControlMemory control(std::span<const double> s, std::size_t c) const;
    void set_control(std::span<double> s, std::size_t c, const stimulus::ControlMemory& m) const;

  private:
    static constexpr std::size_t book_count = 18;

    template <class T>
    std::span<T> rows(std::span<T> s, std::size_t first, std::size_t count) const {
        return s.subspan(first * voxels_, count * voxels_);
    }
    std::size_t scalars_at() const { return (light_ + 2 * lights_ + emissions_) * voxels_; }
    std::size_t control_at(std::size_t c) const {
        return scalars_at() + book_count + 3 + 3 * lights_ + 5 * c;
    }

    std::size_t voxels_;
    std::size_t damage_rows_;
    std::size_t photodynamic_rows_;
    std::size_t lights_;
    std::size_t controls_;
    std::size_t emissions_;
    std::size_t damage_;
    std::size_t photodynamic_;
    std::size_t light_;
};

}  // namespace caravel::response
