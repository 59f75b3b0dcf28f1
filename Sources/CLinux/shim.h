#ifndef EQUIPOISE_CLINUX_SHIM_H
#define EQUIPOISE_CLINUX_SHIM_H

#include <sys/prctl.h>

/* Swift does not import variadic functions. */

/* prctl(PR_SET_DUMPABLE, 0): no core dump, and no process of the same user may attach or read the memory. */
static inline int CLinux_forbid_dumping(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }

/* prctl(PR_GET_DUMPABLE). */
static inline int CLinux_dumpable(void) { return prctl(PR_GET_DUMPABLE, 0, 0, 0, 0); }

#endif
