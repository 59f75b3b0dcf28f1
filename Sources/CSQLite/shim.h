#ifndef EQUIPOISE_CSQLITE_SHIM_H
#define EQUIPOISE_CSQLITE_SHIM_H

#include <sqlite3.h>

#endif
