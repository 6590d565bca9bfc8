#include "caravel/imaging/mri/fluorine.hpp"

namespace caravel::imaging {

FluorineRelaxation fluorine_relaxation(matter::Library& library) {
    return {library.value("tissue_mri", "perfluorocarbon", "r1_anoxic"),
            library.value("tissue_mri", "perfluorocarbon", "r1_per_oxygen")};
}

}  // namespace caravel::imaging
