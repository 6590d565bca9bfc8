// The stages of a Rosenbrock method measured from the linearisation at the start of the step. With
// W = I/(gamma h) - J, s_i = u_i - y and m_i = k_i + s_i the stages of rosenbrock_tableau.hpp
// become
//   W m_i = f(t, y) + sum_j right_ij m_j / h + h d_i df/dt + r_i,   s_i = sum_j shift_ij m_j,
//   r_i = f(t + alpha_i h, y + s_i) - f(t, y) - J s_i,   y_new = y + m_s,   error = m_s - s_s,
// which is the same method but needs only the nonlinear remainder r_i of the right-hand side.
#pragma once

#include <cstddef>

namespace caravel::kinetics {

template <class Tableau>
struct StageWeights {
    static constexpr int stages = Tableau::stages;
    double shift[stages][stages] = {};
    double right[stages][stages] = {};
    double dense[Tableau::dense_terms > 0 ? Tableau::dense_terms : 1][stages] = {};
    /// Whether s_i is m_(i-1) itself, as in the last stages of a stiffly accurate method.
    bool shift_is_previous[stages] = {};

    // k = T m with T = (I + A)^-1, row by row
    constexpr StageWeights() {
        double t[stages][stages] = {};
        for (int i = 0; i < stages; ++i) {
            t[i][i] = 1.0;
            for (int l = 0; l < i; ++l) {
                for (int j = l; j < i; ++j) {
                    shift[i][l] += Tableau::a[i][j] * t[j][l];
                    right[i][l] += (Tableau::a[i][j] / Tableau::gamma + Tableau::c[i][j]) * t[j][l];
                }
                t[i][l] = -shift[i][l];
            }
            shift_is_previous[i] = i > 1 && continues_previous(i);
        }
        for (int m = 0; m < Tableau::dense_terms; ++m) {
            for (int l = 0; l < stages; ++l) {
                for (int j = l; j < stages; ++j) {
                    dense[m][l] += Tableau::dense[m][j] * t[j][l];
                }
            }
        }
    }

  private:
    // u_i = u_(i-1) + k_(i-1)
    static constexpr bool continues_previous(int i) {
        for (int j = 0; j + 1 < i; ++j) {
            if (Tableau::a[i][j] != Tableau::a[i - 1][j]) {
                return false;
            }
        }
        return Tableau::a[i][i - 1] == 1.0;
    }
};

}  // namespace caravel::kinetics
