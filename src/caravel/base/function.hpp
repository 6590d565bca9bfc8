// Marks functions that kernels may call on the host and on a device.
#pragma once

#if defined(__CUDACC__)
#define CARAVEL_FN __host__ __device__
#else
#define CARAVEL_FN
#endif
