/* SPDX-License-Identifier: MIT */
/*
 * mail_upload - a mail that is too large for one request: draft, attachments, send.
 *
 *	POST messages ──► for each file: POST attachments            below 3 MB
 *	                                 createUploadSession, PUT …  above
 *	              ──► POST messages/{id}/send
 *
 * Ranges are MAIL_CHUNK_BYTES, a multiple of 320 KiB and below 4 MB.  The upload URL is the
 * sender's own choice and carries its own right: it gets no token, and only hosts of
 * Microsoft's mail service (or our own Graph) get the file.  Whatever fails before `send`
 * leaves a draft that nobody gets, which is removed, and all is made again later; a lost
 * answer to `send` leaves the outcome unknown.  Rules: Microsoft Graph "attach large files
 * to Outlook messages".
 */
#ifndef PLENARY_MAIL_UPLOAD_H
#define PLENARY_MAIL_UPLOAD_H

#include <stdbool.h>
#include <stddef.h>

enum {
	MAIL_REQUEST_BYTES = 4 * 1000 * 1000, /* one request takes no more */
	MAIL_INLINE_BYTES = 3 * 1000 * 1000,  /* one file in one request */
	MAIL_CHUNK_BYTES = 12 * 320 * 1024,
	MAIL_CHUNKS = 64, /* more requests for one file: something is wrong */
};

struct mail_upload;
struct parcel;

/* The parcel is a sendMail whose body is too large. */
bool mail_needs_upload(const struct parcel *parcel);
/* Ends in parcel_done(), parcel_rest(), parcel_failed() or parcel_unknown(). */
void mail_upload_start(struct parcel *parcel);
void mail_upload_destroy(struct mail_upload *upload);

#endif
