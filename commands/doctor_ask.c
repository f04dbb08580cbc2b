/* SPDX-License-Identifier: MIT */
#include "commands/doctor_ask.h"

#include <string.h>

#include "daemon/common/clock.h"
#include "daemon/settings/config.h"
#include "daemon/wire/graph_words.h"
#include "daemon/wire/hosts.h"

bool doctor_ask(struct doctor *doctor, struct probe *probe, struct probe_reply *reply,
		struct finding *why)
{
	const int64_t left_ms = doctor->began_ms + DOCTOR_TOTAL_MS - clock_real_ms();

	*reply = (struct probe_reply){ 0 };
	if (left_ms < 1000) {
		*why = finding_not_checked("no time was left: other checks had to wait "
					   "for answers that did not come");
		return false;
	}
	if (probe->request.timeout_ms == 0)
		probe->request.timeout_ms = DOCTOR_ASK_MS;
	if (probe->request.timeout_ms > left_ms)
		probe->request.timeout_ms = (long)left_ms;
	probe_ask(probe, reply);
	return true;
}

bool doctor_ask_graph(struct doctor *doctor, const char *method, const char *path,
		      const char *body, struct probe_reply *reply, struct finding *why)
{
	const struct config *const config = doctor->config;
	const char *const token = doctor_token(doctor, PARTY_GRAPH, why);
	struct text url = { 0 }, authorization = { 0 };

	*reply = (struct probe_reply){ 0 };
	if (token == NULL)
		return false;
	text_addf(&url, "%s%s", path[0] == '/' ? config->graph.base_url : "", path);
	text_addf(&authorization, "Authorization: Bearer %s", token);
	struct probe probe = {
		.ca_path = config->ca_file,
		.request = { .method = method,
			     .url = text_string(&url),
			     .headers = { text_string(&authorization),
					  "Accept: application/json",
					  body != NULL ? "Content-Type: application/json"
						       : NULL },
			     .body = body,
			     .body_bytes = body != NULL ? strlen(body) : 0 },
	};
	/* Creating a subscription takes as long as the handshake that it makes. */
	if (body != NULL)
		probe.request.timeout_ms = 2 * DOCTOR_HANDSHAKE_MS;
	const bool asked = doctor_ask(doctor, &probe, reply, why);

	explicit_bzero(authorization.data, authorization.length);
	text_finish(&authorization);
	text_finish(&url);
	return asked;
}

struct finding doctor_graph_refusal(struct doctor *doctor, const char *method,
				    const char *path, const char *body,
				    const struct probe_reply *reply)
{
	const struct config *const config = doctor->config;
	const struct graph_self self = { .client_id = config->graph.client_id,
					 .tenant_id = config->graph.tenant_id,
					 .sign_in = cloud_hosts(config->cloud)->login };
	struct finding finding;
	struct graph_refusal refusal;
	struct text words = { 0 };

	graph_refusal_read(&refusal, graph_task_of(method, path, body), path,
			   reply->status, text_string(&reply->body), reply->body.length);
	graph_refusal_headers(&refusal, reply->request_id, reply->date);
	graph_words_add(&words, &refusal, &self, "\n");
	/* The first line says what is wrong, the others what to do. */
	const char *const said = text_string(&words);
	const size_t first = strcspn(said, "\n");

	finding = finding_failed("%.*s", (int)first, said);
	finding = finding_remedy(finding, "%s",
				 said[first] == '\n' ? said + first + 1 : "");
	text_finish(&words);
	return finding;
}

struct finding doctor_no_answer(const char *host, const struct probe_reply *reply)
{
	static const char *const remedies[PROBE_FAULTS] = {
		[PROBE_NO_NAME] = "look at the DNS of this machine: getent hosts ",
		[PROBE_NO_ROUTE] = "let this machine connect to port 443 of ",
		[PROBE_SILENT] = "let this machine connect to port 443 of ",
		[PROBE_EXPIRED] =
			"look at this machine's clock (timedatectl), then at the "
			"certificate of ",
		[PROBE_UNTRUSTED] =
			"apt-get install ca-certificates; if a proxy signs TLS "
			"here, name its authority in ca_file.  The host is ",
		[PROBE_OTHER_NAME] = "something stands between this machine and ",
		[PROBE_NO_TLS] = "something stands between this machine and ",
		[PROBE_BROKEN] = "try again; it was ",
	};
	struct finding finding =
		finding_failed("%s: %s (%s)", host, probe_fault_words(reply->fault),
			       reply->words);

	return remedies[reply->fault] != NULL
		       ? finding_remedy(finding, "%s%s", remedies[reply->fault], host)
		       : finding;
}
