#ifndef EQUIPOISE_COPENSSL_SHIM_H
#define EQUIPOISE_COPENSSL_SHIM_H

#include <openssl/asn1.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/pkcs12.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

/* Swift imports neither function-like macros nor variadic functions nor typed stacks. Each wrapper
   below is named after the C original. */

/* EVP_EC_gen(curve): a macro over the variadic EVP_PKEY_Q_keygen. */
static inline EVP_PKEY *COpenSSL_EVP_EC_gen(const char *curve) { return EVP_EC_gen(curve); }

/* sk_GENERAL_NAME_num, sk_GENERAL_NAME_value: typed stack macros. */
static inline int COpenSSL_sk_GENERAL_NAME_num(const GENERAL_NAMES *names) {
  return sk_GENERAL_NAME_num(names);
}
static inline const GENERAL_NAME *COpenSSL_sk_GENERAL_NAME_value(const GENERAL_NAMES *names, int index) {
  return sk_GENERAL_NAME_value(names, index);
}

/* GENERAL_NAME.d.uniformResourceIdentifier: a member of an anonymous union; NULL for another kind of name. */
static inline const ASN1_STRING *COpenSSL_GENERAL_NAME_uri(const GENERAL_NAME *name) {
  return name->type == GEN_URI ? name->d.uniformResourceIdentifier : NULL;
}

/* sk_ASN1_OBJECT_num, sk_ASN1_OBJECT_value: typed stack macros. */
static inline int COpenSSL_sk_ASN1_OBJECT_num(const EXTENDED_KEY_USAGE *usages) {
  return sk_ASN1_OBJECT_num(usages);
}
static inline const ASN1_OBJECT *COpenSSL_sk_ASN1_OBJECT_value(
    const EXTENDED_KEY_USAGE *usages, int index) {
  return sk_ASN1_OBJECT_value(usages, index);
}

/* sk_GENERAL_SUBTREE_num, sk_GENERAL_SUBTREE_value: typed stack macros; no stack counts as an empty one. */
static inline int COpenSSL_sk_GENERAL_SUBTREE_num(const STACK_OF(GENERAL_SUBTREE) *trees) {
  return trees == NULL ? 0 : sk_GENERAL_SUBTREE_num(trees);
}
/* The base of one subtree, if the subtree has neither minimum nor maximum; otherwise NULL. */
static inline const GENERAL_NAME *COpenSSL_GENERAL_SUBTREE_base(
    const STACK_OF(GENERAL_SUBTREE) *trees, int index) {
  const GENERAL_SUBTREE *tree = sk_GENERAL_SUBTREE_value(trees, index);
  return tree->minimum == NULL && tree->maximum == NULL ? tree->base : NULL;
}

/* GENERAL_NAME.d.dNSName and .iPAddress: members of an anonymous union; NULL for another kind of name. */
static inline const ASN1_STRING *COpenSSL_GENERAL_NAME_dns(const GENERAL_NAME *name) {
  return name->type == GEN_DNS ? name->d.dNSName : NULL;
}
static inline const ASN1_STRING *COpenSSL_GENERAL_NAME_ip(const GENERAL_NAME *name) {
  return name->type == GEN_IPADD ? name->d.iPAddress : NULL;
}

#include "tls-shim.h"

#endif
