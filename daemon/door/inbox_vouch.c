/* SPDX-License-Identifier: MIT */
#include "daemon/door/inbox_vouch.h"

#include <strings.h>

#include "daemon/common/log.h"
#include "daemon/door/inbox.h"
#include "daemon/store/directory.h"

static bool is_vouched_for(const struct inbox_verdicts *verdicts, const char *tenant)
{
	for (size_t i = 0; i < verdicts->count; i++) {
		const struct inbox_check *const check = &verdicts->check[i];

		if (check->verdict == AUTH_GOOD && strcasecmp(check->tenant, tenant) == 0)
			return true;
	}
	return false;
}

/* The first that is not good says why. */
static enum auth_verdict worst(const struct inbox_verdicts *verdicts)
{
	for (size_t i = 0; i < verdicts->count; i++) {
		if (verdicts->check[i].verdict != AUTH_GOOD)
			return verdicts->check[i].verdict;
	}
	return AUTH_GOOD;
}

static bool waits_for_keys(const struct inbox_verdicts *verdicts)
{
	for (size_t i = 0; i < verdicts->count; i++) {
		if (verdicts->check[i].verdict == AUTH_UNKNOWN_KEY)
			return verdicts->has_patience;
	}
	return false;
}

static bool is_our_tenant(const struct inbox_verdicts *verdicts,
			  const struct directory *directory,
			  const struct sealed_item *item)
{
	const struct session_row *const row =
		directory_session(directory, item->whose.session);
	const char *const theirs = row != NULL ? row->tenant_id : NULL;

	if (theirs != NULL && theirs[0] != '\0')
		return strcasecmp(theirs, item->tenant) == 0;
	return verdicts->tenant == NULL ||
	       strcasecmp(verdicts->tenant, item->tenant) == 0;
}

static void tell_unvouched(const struct inbox_verdicts *verdicts, unsigned items,
			   unsigned foreign)
{
	const enum auth_verdict verdict = worst(verdicts);

	if (foreign > 0)
		log_warning("inbox",
			    "left items=%u: of a tenant that is not the session's",
			    foreign);
	if (items > 0 && verdicts->count == 0)
		log_warning(
			"inbox",
			"left items=%u: nothing vouches for them.  Does the "
			"application demand an assignment (appRoleAssignmentRequired)? "
			"Then Microsoft Graph Change Tracking needs one, or it must "
			"be switched off",
			items);
	else if (items > 0)
		log_warning("inbox",
			    "left items=%u: no token is good for their tenant: %s", items,
			    verdict != AUTH_GOOD ? auth_verdict_name(verdict)
						 : "it is another one's");
}

bool inbox_vouch(const struct inbox_verdicts *verdicts, const struct directory *directory,
		 struct sealed *sealed, struct inbox_counts *counts)
{
	const bool waits = waits_for_keys(verdicts);
	unsigned left = 0, foreign = 0;
	bool some = false;

	for (size_t i = 0; i < sealed->count; i++) {
		struct sealed_item *const item = &sealed->items[i];
		const bool is_good = is_vouched_for(verdicts, item->tenant);

		if (item->settled)
			continue;
		item->vouched = is_good && is_our_tenant(verdicts, directory, item);
		some = some || item->vouched;
		if (item->vouched || (!is_good && waits))
			continue;
		item->settled = true;
		*(is_good ? &foreign : &left) += 1;
	}
	counts->unvouched += left + foreign;
	tell_unvouched(verdicts, left, foreign);
	return some;
}
