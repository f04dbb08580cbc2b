/* SPDX-License-Identifier: MIT */
/*
 * selfsigned - a certificate for this machine's own name, when there is no real one yet.
 *
 * ECDSA P-256, valid from now for SELFSIGNED_DAYS, for localhost, 127.0.0.1 and ::1.  Both
 * files are written beside their place and renamed, the key first and readable by its owner
 * only, so that no reader sees half a file.  0, or a negative errno (-EIO: OpenSSL failed);
 * files that stood there before are replaced only when both new ones are whole.
 */
#ifndef PLENARY_SELFSIGNED_H
#define PLENARY_SELFSIGNED_H

enum { SELFSIGNED_DAYS = 397 };

int selfsigned_make(const char *certificate_path, const char *key_path);

#endif
