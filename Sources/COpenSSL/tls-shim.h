#ifndef EQUIPOISE_COPENSSL_TLS_SHIM_H
#define EQUIPOISE_COPENSSL_TLS_SHIM_H

#include <openssl/ssl.h>

/* The part of the shims that is about libssl. Each wrapper is named after the C original. */

/* SSL_CTX_set_min_proto_version, SSL_CTX_set_max_proto_version: macros over SSL_CTX_ctrl. */
static inline int COpenSSL_SSL_CTX_set_min_proto_version(SSL_CTX *context, int version) {
  return (int)SSL_CTX_set_min_proto_version(context, version);
}
static inline int COpenSSL_SSL_CTX_set_max_proto_version(SSL_CTX *context, int version) {
  return (int)SSL_CTX_set_max_proto_version(context, version);
}

/* SSL_CTX_set_mode, SSL_CTX_clear_mode, SSL_CTX_set_session_cache_mode, SSL_CTX_set_max_cert_list,
   SSL_CTX_set_read_ahead, SSL_CTX_set1_groups_list, SSL_CTX_add0_chain_cert: macros over SSL_CTX_ctrl. */
static inline long COpenSSL_SSL_CTX_set_mode(SSL_CTX *context, long mode) {
  return SSL_CTX_set_mode(context, mode);
}
static inline long COpenSSL_SSL_CTX_clear_mode(SSL_CTX *context, long mode) {
  return SSL_CTX_clear_mode(context, mode);
}
static inline long COpenSSL_SSL_CTX_set_session_cache_mode(SSL_CTX *context, long mode) {
  return SSL_CTX_set_session_cache_mode(context, mode);
}
static inline long COpenSSL_SSL_CTX_set_max_cert_list(SSL_CTX *context, long bytes) {
  return SSL_CTX_set_max_cert_list(context, bytes);
}
static inline long COpenSSL_SSL_CTX_set_read_ahead(SSL_CTX *context, int yes) {
  return SSL_CTX_set_read_ahead(context, yes);
}
static inline int COpenSSL_SSL_CTX_set1_groups_list(SSL_CTX *context, const char *list) {
  return (int)SSL_CTX_set1_groups_list(context, (char *)list);
}
static inline int COpenSSL_SSL_CTX_add0_chain_cert(SSL_CTX *context, X509 *certificate) {
  return (int)SSL_CTX_add0_chain_cert(context, certificate);
}

/* SSL_OP_*: macros with a cast. What a server of this product never does. */
static inline uint64_t COpenSSL_server_options(void) {
  return SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE
      | SSL_OP_PRIORITIZE_CHACHA;
}

/* sk_X509_num, sk_X509_value: typed stack macros. */
static inline int COpenSSL_sk_X509_num(const STACK_OF(X509) *certificates) {
  return sk_X509_num(certificates);
}
static inline X509 *COpenSSL_sk_X509_value(const STACK_OF(X509) *certificates, int index) {
  return sk_X509_value(certificates, index);
}

#endif
