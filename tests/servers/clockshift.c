/* Shows a process another wall clock, and leaves its other clocks alone.
 *
 * PUBGUARD_TEST_CLOCK names a file that is read at every look at the clock:
 * "+SECONDS" or "-SECONDS" shifts CLOCK_REALTIME, "=SECONDS" stops it there
 * (seconds since 1970, up to nine decimals). libfaketime is not used because it
 * hangs Python's timed waits. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>

static int (*real)(clockid_t, struct timespec *);

static void shown(struct timespec *now) {
    const char *path = getenv("PUBGUARD_TEST_CLOCK");
    char sign = 0, fraction[16] = "";
    long long seconds = 0;
    long nanoseconds = 0;
    FILE *file = path ? fopen(path, "r") : NULL;
    if (!file) return;
    if (fscanf(file, "%c%lld.%9[0-9]", &sign, &seconds, fraction) < 2) sign = 0;
    fclose(file);
    if (fraction[0]) {
        char padded[10] = "000000000";
        memcpy(padded, fraction, strlen(fraction));
        nanoseconds = atol(padded);
    }
    if (sign == '=') {
        now->tv_sec = seconds;
        now->tv_nsec = nanoseconds;
    } else if (sign == '+' || sign == '-') {
        long long step = sign == '+' ? 1 : -1;
        now->tv_sec += step * seconds;
        now->tv_nsec += step * nanoseconds;
        if (now->tv_nsec >= 1000000000) { now->tv_nsec -= 1000000000; now->tv_sec++; }
        if (now->tv_nsec < 0) { now->tv_nsec += 1000000000; now->tv_sec--; }
    }
}

int clock_gettime(clockid_t which, struct timespec *now) {
    if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
    int result = real(which, now);
    if (result == 0 && which == CLOCK_REALTIME) shown(now);
    return result;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    struct timespec precise;
    (void)zone;
    if (clock_gettime(CLOCK_REALTIME, &precise)) return -1;
    now->tv_sec = precise.tv_sec;
    now->tv_usec = precise.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *out) {
    struct timespec precise;
    clock_gettime(CLOCK_REALTIME, &precise);
    if (out) *out = precise.tv_sec;
    return precise.tv_sec;
}
