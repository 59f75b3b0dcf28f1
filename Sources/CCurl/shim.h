#ifndef EQUIPOISE_CCURL_SHIM_H
#define EQUIPOISE_CCURL_SHIM_H

#include <curl/curl.h>

/* Swift does not import variadic functions. Each wrapper below fixes the type of the last argument; the
   parentheses around the C name step past the macro of the same name that checks constants only. */

/* curl_easy_setopt with the argument types that the manual gives for each kind of option. */
static inline CURLcode CCurl_setopt_long(CURL *handle, CURLoption option, long value) {
  return (curl_easy_setopt)(handle, option, value);
}
static inline CURLcode CCurl_setopt_offset(CURL *handle, CURLoption option, curl_off_t value) {
  return (curl_easy_setopt)(handle, option, value);
}
static inline CURLcode CCurl_setopt_string(CURL *handle, CURLoption option, const char *value) {
  return (curl_easy_setopt)(handle, option, value);
}
static inline CURLcode CCurl_setopt_pointer(CURL *handle, CURLoption option, void *value) {
  return (curl_easy_setopt)(handle, option, value);
}
static inline CURLcode CCurl_setopt_list(CURL *handle, CURLoption option, struct curl_slist *value) {
  return (curl_easy_setopt)(handle, option, value);
}

/* curl_easy_setopt with CURLOPT_WRITEFUNCTION, CURLOPT_HEADERFUNCTION, CURLOPT_READFUNCTION. */
typedef size_t (*CCurl_data_callback)(char *data, size_t size, size_t count, void *context);
static inline CURLcode CCurl_setopt_data_callback(
    CURL *handle, CURLoption option, CCurl_data_callback callback) {
  return (curl_easy_setopt)(handle, option, callback);
}

/* curl_easy_setopt with CURLOPT_SSL_CTX_FUNCTION. */
typedef CURLcode (*CCurl_tls_callback)(CURL *handle, void *ssl_ctx, void *context);
static inline CURLcode CCurl_setopt_tls_callback(CURL *handle, CCurl_tls_callback callback) {
  return (curl_easy_setopt)(handle, CURLOPT_SSL_CTX_FUNCTION, callback);
}

/* curl_easy_setopt with CURLOPT_PREREQFUNCTION. */
typedef int (*CCurl_request_callback)(
    void *context, char *remote, char *local, int remote_port, int local_port);
static inline CURLcode CCurl_setopt_request_callback(CURL *handle, CCurl_request_callback callback) {
  return (curl_easy_setopt)(handle, CURLOPT_PREREQFUNCTION, callback);
}

/* curl_multi_setopt. */
static inline CURLMcode CCurl_multi_setopt_long(CURLM *handle, CURLMoption option, long value) {
  return (curl_multi_setopt)(handle, option, value);
}

/* curl_easy_getinfo with an option whose result is a long; -1 when there is none. */
static inline long CCurl_getinfo_long(CURL *handle, CURLINFO info) {
  long value = -1;
  return (curl_easy_getinfo)(handle, info, &value) == CURLE_OK ? value : -1;
}

/* curl_easy_getinfo with an option whose result is a curl_off_t; -1 when there is none. */
static inline curl_off_t CCurl_getinfo_offset(CURL *handle, CURLINFO info) {
  curl_off_t value = -1;
  return (curl_easy_getinfo)(handle, info, &value) == CURLE_OK ? value : -1;
}

/* curl_version_info(CURLVERSION_NOW): the argument is a macro that names a member of an enumeration. */
static inline const curl_version_info_data *CCurl_version_info(void) {
  return curl_version_info(CURLVERSION_NOW);
}

/* CURLAUTH_BASIC | CURLAUTH_DIGEST: macros with a cast. */
static const unsigned long CURLAUTH_BASIC_OR_DIGEST = CURLAUTH_BASIC | CURLAUTH_DIGEST;

/* CURLMsg.data.result: a member of an anonymous union. */
static inline CURLcode CCurl_message_result(const CURLMsg *message) { return message->data.result; }

#endif
