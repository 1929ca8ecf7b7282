/* clock.h - readings of the system's clocks, in nanoseconds. */
#ifndef PARASOL_BASE_CLOCK_H
#define PARASOL_BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

/*
 * CLOCK_MONOTONIC, or CLOCK_MONOTONIC_COARSE where milliseconds do. Neither asks the kernel; the
 * clocks of threads and processes do, at a microsecond a reading.
 */
static inline uint64_t clock_read(clockid_t clock)
{
	struct timespec time = {0};

	clock_gettime(clock, &time);
	return (uint64_t)time.tv_sec * 1000000000U + (uint64_t)time.tv_nsec;
}

#endif
