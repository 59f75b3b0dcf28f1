#ifndef EQUIPOISE_CCURL_SHIM_H
#define EQUIPOISE_CCURL_SHIM_H

#include <curl/curl.h>

#endif
