#ifndef EQUIPOISE_CSQLITE_SHIM_H
#define EQUIPOISE_CSQLITE_SHIM_H

#include <errno.h>
#include <pthread.h>
#include <sqlite3.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

/* Swift imports neither variadic functions nor the casts behind SQLITE_TRANSIENT. Each wrapper below is
   named after the C original. */

/* sqlite3_db_config(db, op, int, int *) for the options that are a switch: variadic. */
static inline int CSQLite_db_config_switch(sqlite3 *db, int option, int on) {
  int is_on = 0;
  int code = sqlite3_db_config(db, option, on, &is_on);
  return code == SQLITE_OK && is_on != on ? SQLITE_ERROR : code;
}

/* sqlite3_bind_text64 with SQLITE_TRANSIENT, which is a cast of -1 to a function pointer. A null pointer would
   bind NULL, and an empty buffer may have one. */
static inline int CSQLite_bind_text(sqlite3_stmt *statement, int index, const void *text, sqlite3_uint64 length) {
  return sqlite3_bind_text64(
      statement, index, length == 0 ? "" : (const char *)text, length, SQLITE_TRANSIENT, SQLITE_UTF8);
}

/* sqlite3_bind_blob64 with SQLITE_TRANSIENT; the same care for an empty buffer. */
static inline int CSQLite_bind_blob(sqlite3_stmt *statement, int index, const void *blob, sqlite3_uint64 length) {
  return length == 0 ? sqlite3_bind_zeroblob(statement, index, 0)
                     : sqlite3_bind_blob64(statement, index, blob, length, SQLITE_TRANSIENT);
}

/* Extended result codes are macros over shifts, which Swift does not import. */
static const int CSQLite_IOERR_WRITE = SQLITE_IOERR_WRITE;
static const int CSQLite_IOERR_SHMSIZE = SQLITE_IOERR_SHMSIZE;
static const int CSQLite_IOERR_NOMEM = SQLITE_IOERR_NOMEM;
static const int CSQLite_READONLY_DBMOVED = SQLITE_READONLY_DBMOVED;

/* What a store asks of the system, and Swift's Glibc module leaves out. */

/* statfs(path).f_type, the magic number of the file system; -errno when it fails. */
static inline long long CSQLite_statfs_type(const char *path) {
  struct statfs status;
  return statfs(path, &status) == 0 ? (long long)(unsigned int)status.f_type : -(long long)errno;
}

/* major(device), minor(device): macros. */
static inline unsigned int CSQLite_major(unsigned long long device) { return major(device); }
static inline unsigned int CSQLite_minor(unsigned long long device) { return minor(device); }

/* pthread_setname_np: declared by <pthread.h> only under _GNU_SOURCE, which a shim must not define, because
   Clang modules would then disagree about other declarations. */
int pthread_setname_np(pthread_t thread, const char *name);

#endif
