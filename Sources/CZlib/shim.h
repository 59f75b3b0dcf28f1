#ifndef EQUIPOISE_CZLIB_SHIM_H
#define EQUIPOISE_CZLIB_SHIM_H

#include <zlib.h>

/* Swift imports no function-like macro. The wrapper is named after the C original. */

/* inflateInit2(stream, windowBits) for a gzip file and nothing else: "Add 32 to windowBits to enable zlib and gzip
   decoding with automatic header detection, or add 16 to decode only the gzip format". */
static inline int CZlib_inflate_init_gzip(z_stream *stream) { return inflateInit2(stream, 15 + 16); }

#endif
