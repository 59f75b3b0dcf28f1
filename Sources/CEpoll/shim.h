#ifndef EQUIPOISE_CEPOLL_SHIM_H
#define EQUIPOISE_CEPOLL_SHIM_H

#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

/* The headers declare these only under _GNU_SOURCE. To define that here would make this module see other
   declarations of the same types than Swift's own Glibc module does, and builds then fail at random. */
int accept4(int descriptor, struct sockaddr *address, socklen_t *length, int flags);
int pthread_setname_np(pthread_t thread, const char *name);

/* Constants whose kind (macro, enumeration) differs between headers. */
static inline int CEpoll_accept_flags(void) { return SOCK_NONBLOCK | SOCK_CLOEXEC; }
static inline int CEpoll_eventfd_flags(void) { return EFD_NONBLOCK | EFD_CLOEXEC; }
static inline int CEpoll_create_flags(void) { return EPOLL_CLOEXEC; }

#endif
