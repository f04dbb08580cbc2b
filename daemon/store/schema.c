/* SPDX-License-Identifier: MIT */
#include "daemon/store/schema.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>

#include "daemon/common/log.h"
#include "daemon/store/sqlite.h"

/* schema/1.sql and its followers, built in (cmake/steps.cmake); a step once published is
 * never changed, the next one is. */
extern const char *const schema_steps[];
extern const int schema_step_count;

int schema_version(void)
{
	return schema_step_count;
}

static int take_step(struct sqlite *sqlite, int64_t version)
{
	char stamp[96];
	int rc = sqlite_run(sqlite, "BEGIN IMMEDIATE");

	if (rc == 0)
		rc = sqlite_run(sqlite, schema_steps[version]);
	snprintf(stamp, sizeof(stamp),
		 "PRAGMA application_id = %d; PRAGMA user_version = %d",
		 SCHEMA_APPLICATION_ID, (int)version + 1);
	if (rc == 0)
		rc = sqlite_run(sqlite, stamp);
	if (rc == 0)
		rc = sqlite_run(sqlite, "COMMIT");
	return rc;
}

static int read_stamp(struct sqlite *sqlite, int64_t *version)
{
	int64_t application = 0, objects = 0;
	int rc = sqlite_number(sqlite, "SELECT count(*) FROM sqlite_schema", &objects);

	if (rc == 0)
		rc = sqlite_number(sqlite, "PRAGMA application_id", &application);
	if (rc == 0)
		rc = sqlite_number(sqlite, "PRAGMA user_version", version);
	if (rc < 0)
		return rc;
	if (application == SCHEMA_APPLICATION_ID && *version > schema_step_count) {
		log_error("store",
			  "doing=schema version=%d known=%d words=\"written by a "
			  "newer Plenary\"",
			  (int)*version, schema_step_count);
		return -ENOTSUP;
	}
	if (application == SCHEMA_APPLICATION_ID ||
	    (objects == 0 && application == 0 && *version == 0))
		return 0;
	log_error("store",
		  "doing=schema words=\"this database belongs to another program\"");
	return -EINVAL;
}

int schema_prepare(struct sqlite *sqlite)
{
	int64_t version = 0;
	char page_size[48];
	int rc = read_stamp(sqlite, &version);

	snprintf(page_size, sizeof(page_size), "PRAGMA page_size = %d",
		 SQLITE_PAGE_BYTES);
	if (rc == 0 && version == 0)
		rc = sqlite_run(sqlite, page_size);
	if (rc == 0)
		rc = sqlite_tune(sqlite);
	for (; rc == 0 && version < schema_step_count; version++)
		rc = take_step(sqlite, version);
	return rc;
}

int schema_check(struct sqlite *sqlite)
{
	int64_t version = 0;
	const int rc = read_stamp(sqlite, &version);

	if (rc == 0 && version < schema_step_count) {
		log_error("store",
			  "doing=schema version=%d known=%d words=\"older than this "
			  "program; start the daemon once\"",
			  (int)version, schema_step_count);
		return -ENOTSUP;
	}
	return rc;
}
