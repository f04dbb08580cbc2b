/* SPDX-License-Identifier: MIT */
/*
 * web - the files a browser is given, built into the program.
 *
 * plenary.css and live.js are sent as they are; live.html, login.html and problem.html are
 * templates for page_fill() (web/page.h) and are never sent themselves.
 *
 * Send static files with their etag and "Cache-Control: no-cache": a browser then asks with
 * If-None-Match and is answered 304 (RFC 9110 §13.1.2), and a new program shows at once.
 */
#ifndef PLENARY_WEB_H
#define PLENARY_WEB_H

#include <stddef.h>

/*
 * Content-Security-Policy of every page: nothing inline, nothing from elsewhere.  'self'
 * covers the websocket, which has the page's host and port (CSP Level 3).
 */
#define WEB_POLICY \
	"default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; " \
	"connect-src 'self'; " \
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

struct web_file {
	const char *name; /* "plenary.css" */
	const char *content_type;
	const char *bytes; /* a NUL stands behind the last */
	size_t count;      /* without that NUL */
	const char *etag;  /* with its quotes */
};

/* NULL when there is none of that name. */
const struct web_file *web_find(const char *name);

/* All of them, sorted by name. */
extern const struct web_file web_files[];
extern const size_t web_file_count;

#endif
