/* SPDX-License-Identifier: MIT */
/* What Microsoft Graph lets us do, and in whose name. */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "commands/doctor_ask.h"
#include "commands/doctor_checks.h"
#include "daemon/common/clock.h"
#include "daemon/settings/config.h"
#include "daemon/wire/auth.h"
#include "daemon/wire/graph_words.h"
#include "daemon/wire/hosts.h"

enum {
	PAGES = 20, /* of subscriptions; more are not looked at */
	STATE_BYTES = 16,
	TRIAL_MS = 50 * 60 * 1000, /* Graph raises anything below 45 minutes to 45 */
	MINUTE_MS = 60 * 1000,
	SOON_MINUTES = 45,
};

static bool is_good(const struct probe_reply *reply)
{
	return reply->fault == PROBE_ANSWERED && reply->status >= 200 &&
	       reply->status < 300;
}

static struct finding failure(struct doctor *doctor, const char *method, const char *path,
			      const char *body, const struct probe_reply *reply)
{
	char host[HOST_BYTES] = "Graph";

	if (reply->fault == PROBE_ANSWERED)
		return doctor_graph_refusal(doctor, method, path, body, reply);
	host_read(doctor->config->graph.base_url, host);
	return doctor_no_answer(host, reply);
}

/* -- permissions --------------------------------------------------------------------------- */

static bool is_used(const struct config *config, enum doctor_use use)
{
	switch (use) {
	case USED_FOR_CALL_EVENTS:
		return strcmp(config->graph.call_events_api, "none") != 0;
	case USED_FOR_REPORTS:
		return config->graph.attendance_reports;
	case USED_FOR_MAIL:
	case USED_FOR_LARGE_MAIL:
		return config->mail.sender_id != NULL;
	default:
		return true;
	}
}

/* Nothing goes on without it; otherwise part of it does not work. */
static bool is_needed(const struct doctor *doctor, enum doctor_use use)
{
	if (use == USED_FOR_ROOMS)
		return doctor->has_session && doctor->session.meeting_rounds > 0;
	return use != USED_FOR_LARGE_MAIL && use != USED_PERHAPS;
}

struct finding doctor_permission(struct doctor *doctor, const void *about)
{
	const struct doctor_permission *const permission = about;
	const struct config_graph *const graph = &doctor->config->graph;
	const struct doctor_token *const token = &doctor->tokens[PARTY_GRAPH];
	struct finding finding = { 0 };

	if (doctor_token(doctor, PARTY_GRAPH, &finding) == NULL)
		return finding;
	if (!is_used(doctor->config, permission->use))
		return finding_ok("it is not used");
	if (!token->hinted)
		return finding_not_checked("the token does not say what it allows");
	if (token_hint_has(&token->hint, permission->name) ||
	    (permission->instead != NULL &&
	     token_hint_has(&token->hint, permission->instead)))
		return finding_ok("granted");
	finding = is_needed(doctor, permission->use)
			  ? finding_failed("missing: %s", permission->loss)
			  : finding_warning("missing: %s", permission->loss);
	return finding_remedy(
		finding,
		"Entra admin centre > App registrations > your app > API permissions: "
		"add "
		"the application permission %s of Microsoft Graph; an administrator "
		"consents:\n"
		"%s/%s/adminconsent?client_id=%s",
		permission->name, cloud_hosts(doctor->config->cloud)->login,
		graph->tenant_id, graph->client_id);
}

/* -- the organiser -------------------------------------------------------------------------- */

/* "" when nobody is named. */
static const char *organiser_of(const struct doctor *doctor)
{
	if (doctor->has_session && doctor->session.organiser_id[0] != '\0')
		return doctor->session.organiser_id;
	return doctor->config->graph.organiser_id != NULL
		       ? doctor->config->graph.organiser_id
		       : "";
}

struct finding doctor_organiser(struct doctor *doctor, const void *about)
{
	const char *const organiser = organiser_of(doctor);
	struct finding finding = { 0 };
	struct probe_reply reply;
	struct text path = { 0 };

	(void)about;
	if (doctor->config->graph.client_id != NULL && organiser[0] == '\0')
		return finding_remedy(finding_not_checked("nobody is named"),
				      "set graph.organiser_id, or plan a session");
	text_addf(&path, "/v1.0/users/");
	text_add_percent(&path, organiser, strlen(organiser));
	text_addf(&path, "?$select=id");
	if (doctor_ask_graph(doctor, "GET", text_string(&path), NULL, &reply, &finding)) {
		if (is_good(&reply))
			finding = finding_ok("the organiser is known");
		else if (reply.status == 403)
			finding = finding_not_checked("that takes User.ReadBasic.All");
		else if (reply.status == 404)
			finding = finding_remedy(
				finding_failed("the tenant has no user %s", organiser),
				"the object id is on the user's page in the Entra admin "
				"centre; an address does not do");
		else
			finding =
				failure(doctor, "GET", text_string(&path), NULL, &reply);
	}
	probe_reply_finish(&reply);
	text_finish(&path);
	return finding;
}

/* Looking for a meeting by its link needs the policy and changes nothing. */
static void add_search(struct text *path, const struct doctor *doctor)
{
	const char *const url =
		doctor->has_session && doctor->session.join_url[0] != '\0'
			? doctor->session.join_url
			: "https://teams.microsoft.com/l/meetup-join/none";
	const char *const organiser = organiser_of(doctor);
	struct text doubled = { 0 };

	for (const char *at = url; *at != '\0'; at++)
		text_add(&doubled, *at == '\'' ? "''" : at, *at == '\'' ? 2 : 1);
	text_addf(path, "/v1.0/users/");
	text_add_percent(path, organiser, strlen(organiser));
	text_addf(path, "/onlineMeetings?$filter=JoinWebUrl%%20eq%%20'");
	text_add_percent(path, text_string(&doubled), doubled.length);
	text_addf(path, "'");
	text_finish(&doubled);
}

struct finding doctor_policy(struct doctor *doctor, const void *about)
{
	struct finding finding = { 0 };
	struct probe_reply reply;
	struct text path = { 0 };

	(void)about;
	if (doctor->config->graph.client_id != NULL && organiser_of(doctor)[0] == '\0')
		return finding_not_checked("nobody is named in whose name to act");
	add_search(&path, doctor);
	if (doctor_ask_graph(doctor, "GET", text_string(&path), NULL, &reply, &finding)) {
		if (is_good(&reply))
			finding = finding_ok("the app may act for the organiser");
		else if (reply.status == 404 || reply.status == 400)
			finding = finding_warning("Graph answered %d to a search for a "
						  "meeting, which says nothing of the "
						  "policy",
						  reply.status);
		else
			finding =
				failure(doctor, "GET", text_string(&path), NULL, &reply);
	}
	probe_reply_finish(&reply);
	text_finish(&path);
	return finding;
}

/* -- subscriptions ----------------------------------------------------------------------------- */

struct holdings {
	int64_t now_ms;
	unsigned ours, ending, strange;
};

static void count_them(struct holdings *holdings, const json_t *list,
		       const char *public_url)
{
	const size_t length = strlen(public_url);
	const json_t *item;
	size_t i;

	json_array_foreach (list, i, item) {
		const char *const url =
			json_string_value(json_object_get(item, "notificationUrl"));
		const char *const ends =
			json_string_value(json_object_get(item, "expirationDateTime"));
		int64_t ends_ms = 0;

		if (url == NULL || strncmp(url, public_url, length) != 0 ||
		    url[length] != '/') {
			holdings->strange++;
			continue;
		}
		holdings->ours++;
		if (ends != NULL && clock_parse(ends, &ends_ms) == 0 &&
		    ends_ms - holdings->now_ms < (int64_t)SOON_MINUTES * MINUTE_MS)
			holdings->ending++;
	}
}

static struct finding judge_holdings(const struct doctor *doctor,
				     const struct holdings *holdings)
{
	if (holdings->strange > 0)
		return finding_remedy(
			finding_warning("%u of ours, and %u that notify another address: "
					"an earlier public_url, or another Plenary with "
					"the same registration",
					holdings->ours, holdings->strange),
			"those of an earlier address end by themselves within three "
			"days; "
			"two running Plenarys need a registration each");
	if (holdings->ours < doctor->subscriptions)
		return finding_remedy(
			finding_warning(
				"%u notify us, and the session counts on %u: what "
				"is lost is not told live",
				holdings->ours, doctor->subscriptions),
			"let the daemon run: it looks for them, and makes lost ones "
			"again; journalctl -u plenary.service says what hinders it");
	if (holdings->ending > 0)
		return finding_warning("%u notify us, of which %u end within %d minutes",
				       holdings->ours, holdings->ending, SOON_MINUTES);
	return finding_ok("%u notify us", holdings->ours);
}

struct finding doctor_subscriptions(struct doctor *doctor, const void *about)
{
	const struct config *const config = doctor->config;
	struct holdings holdings = { .now_ms = clock_real_ms() };
	struct finding finding = { 0 };
	struct text next = { 0 };
	bool more = true;

	(void)about;
	if (config->graph.client_id != NULL && config->public_url == NULL)
		return finding_not_checked("without public_url there can be none");
	text_addf(&next, "/beta/subscriptions");
	for (int page = 0; more && page < PAGES; page++) {
		struct probe_reply reply;

		more = doctor_ask_graph(doctor, "GET", text_string(&next), NULL, &reply,
					&finding);
		if (more && !is_good(&reply)) {
			finding = failure(doctor, "GET", "/subscriptions", NULL, &reply);
			more = false;
		} else if (more) {
			json_t *const root = json_loadb(text_string(&reply.body),
							reply.body.length, 0, NULL);
			const char *const link = json_string_value(
				json_object_get(root, "@odata.nextLink"));

			count_them(&holdings, json_object_get(root, "value"),
				   config->public_url);
			more = link != NULL && host_same(link, config->graph.base_url);
			text_clear(&next);
			text_addf(&next, "%s", more ? link : "");
			if (!more)
				finding = judge_holdings(doctor, &holdings);
			json_decref(root);
		}
		probe_reply_finish(&reply);
	}
	if (more)
		finding = finding_warning("more than %d pages of subscriptions", PAGES);
	text_finish(&next);
	return finding;
}

/* -- one for trial: Microsoft itself calls public_url ------------------------------------------ */

/* One that Plenary itself never asks for, so that the daemon's own are left alone. */
static const char *trial_of(const struct doctor_token *token, const char **change)
{
	*change = "created";
	if (token_hint_has(&token->hint, "VirtualEvent.Read.All"))
		return "solutions/virtualEvents/events";
	*change = "updated";
	return token_hint_has(&token->hint, "User.Read.All") ? "users" : NULL;
}

static bool delete_trial(struct doctor *doctor, const char *id)
{
	struct probe_reply reply = { 0 };
	struct text path = { 0 };
	struct finding why = { 0 };

	text_addf(&path, "/v1.0/subscriptions/");
	text_add_percent(&path, id, strlen(id));
	const bool deleted = doctor_ask_graph(doctor, "DELETE", text_string(&path), NULL,
					      &reply, &why) &&
			     is_good(&reply);

	finding_finish(&why);
	probe_reply_finish(&reply);
	text_finish(&path);
	return deleted;
}

static struct finding end_trial(struct doctor *doctor, const struct probe_reply *made)
{
	json_t *const root =
		json_loadb(text_string(&made->body), made->body.length, 0, NULL);
	const char *const id = json_string_value(json_object_get(root, "id"));
	struct finding finding =
		finding_ok("Microsoft reached public_url and was answered rightly");

	if (id == NULL || !delete_trial(doctor, id)) {
		finding.state = FINDING_WARNING;
		text_addf(&finding.words,
			  "; the subscription for trial could not be "
			  "deleted and ends by itself in %d minutes",
			  TRIAL_MS / MINUTE_MS);
	}
	json_decref(root);
	return finding;
}

enum former { FORMER_UNKNOWN, FORMER_OURS, FORMER_ELSEWHERE };

/* Who holds one of this resource; *id: of one that is a trial of our own. */
static enum former former_in(const json_t *list, const char *resource, const char *url,
			     struct text *id)
{
	enum former former = FORMER_UNKNOWN;
	const json_t *item;
	size_t i;

	json_array_foreach (list, i, item) {
		const char *const of =
			json_string_value(json_object_get(item, "resource"));
		const char *const to =
			json_string_value(json_object_get(item, "notificationUrl"));
		const char *const named = json_string_value(json_object_get(item, "id"));

		if (of == NULL || to == NULL || named == NULL)
			continue;
		if (strcasecmp(of + (of[0] == '/'), resource) != 0)
			continue;
		former = FORMER_ELSEWHERE;
		if (strcmp(to, url) != 0)
			continue;
		text_addf(id, "%s", named);
		return FORMER_OURS;
	}
	return former;
}

static enum former find_former(struct doctor *doctor, const char *resource,
			       const char *url, struct text *id)
{
	enum former former = FORMER_UNKNOWN;
	struct text next = { 0 };

	text_addf(&next, "/v1.0/subscriptions");
	for (int page = 0; next.length > 0 && page < PAGES; page++) {
		struct finding why = { 0 };
		struct probe_reply reply;
		json_t *root = NULL;

		if (doctor_ask_graph(doctor, "GET", text_string(&next), NULL, &reply,
				     &why) &&
		    is_good(&reply))
			root = json_loadb(text_string(&reply.body), reply.body.length, 0,
					  NULL);
		const enum former here =
			former_in(json_object_get(root, "value"), resource, url, id);
		former = here != FORMER_UNKNOWN ? here : former;
		text_clear(&next);
		const char *const link =
			json_string_value(json_object_get(root, "@odata.nextLink"));
		if (former != FORMER_OURS && link != NULL &&
		    host_same(link, doctor->config->graph.base_url))
			text_addf(&next, "%s", link);
		json_decref(root);
		finding_finish(&why);
		probe_reply_finish(&reply);
	}
	text_finish(&next);
	return former;
}

static struct finding judge_trial(struct doctor *doctor, const char *body,
				  const struct probe_reply *reply)
{
	if (is_good(reply))
		return end_trial(doctor, reply);
	if (reply->status == 409)
		return finding_not_checked("Microsoft holds such a subscription already, "
					   "and did not call public_url for this one");
	if (strcasestr(text_string(&reply->body), "validation") == NULL)
		return failure(doctor, "POST", "/subscriptions", body, reply);
	return finding_remedy(
		finding_failed(
			"Microsoft could not reach public_url, or was not answered "
			"rightly (request-id %s)",
			reply->request_id),
		"let Microsoft's addresses connect to port 443 (docs/tenant-setup.md, "
		"Firewall); a reverse proxy must pass /graph/ on; then again: plenary "
		"doctor --webhook");
}

/* A 409 says that somebody's is in the way, not that we were reached: ours goes first. */
static struct finding try_trial(struct doctor *doctor, const char *resource,
				const char *body)
{
	static const char path[] = "/v1.0/subscriptions";
	struct finding finding = { 0 };
	struct probe_reply reply;
	struct text id = { 0 }, url = { 0 };
	enum former former = FORMER_UNKNOWN;
	bool asked = doctor_ask_graph(doctor, "POST", path, body, &reply, &finding);

	text_addf(&url, "%s/graph/notifications", doctor->config->public_url);
	if (asked && reply.fault == PROBE_ANSWERED && reply.status == 409)
		former = find_former(doctor, resource, text_string(&url), &id);
	if (former == FORMER_OURS && delete_trial(doctor, text_string(&id))) {
		probe_reply_finish(&reply);
		asked = doctor_ask_graph(doctor, "POST", path, body, &reply, &finding);
	}
	if (asked && former == FORMER_ELSEWHERE)
		finding = finding_remedy(
			finding_not_checked("another program with this registration "
					    "holds such a subscription, for another "
					    "address"),
			"delete it, or wait until it ends; then again: plenary doctor "
			"--webhook");
	else if (asked)
		finding = judge_trial(doctor, body, &reply);
	probe_reply_finish(&reply);
	text_finish(&url);
	text_finish(&id);
	return finding;
}

struct finding doctor_subscribe(struct doctor *doctor, const void *about)
{
	const struct config *const config = doctor->config;
	char state[2 * STATE_BYTES + 1], ends[32];
	struct finding finding = { 0 };
	struct text body = { 0 };
	const char *change;

	(void)about;
	if (!doctor->webhook)
		return finding_remedy(finding_not_checked("only Microsoft can prove it"),
				      "plenary doctor --webhook makes a subscription, "
				      "which Microsoft checks, and deletes it");
	if (config->public_url == NULL)
		return finding_not_checked("public_url is not set");
	if (doctor_token(doctor, PARTY_GRAPH, &finding) == NULL)
		return finding;
	const char *const resource = trial_of(&doctor->tokens[PARTY_GRAPH], &change);
	if (resource == NULL)
		return finding_not_checked("a subscription for trial takes "
					   "VirtualEvent.Read.All or User.Read.All");
	auth_random_hex(state, STATE_BYTES);
	clock_iso(clock_real_ms() + TRIAL_MS, ends);
	text_addf(&body,
		  "{\"changeType\":\"%s\",\"notificationUrl\":\"%s/graph/notifications\","
		  "\"resource\":\"%s\",\"expirationDateTime\":\"%s\",\"clientState\":"
		  "\"%s\"}",
		  change, config->public_url, resource, ends, state);
	finding = try_trial(doctor, resource, text_string(&body));
	text_finish(&body);
	return finding;
}
