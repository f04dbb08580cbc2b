/* SPDX-License-Identifier: MIT */
/*
 * tenant - Microsoft as the doctor meets it: one port, on a thread of its own, where every
 * path has a good answer until the test says another.
 *
 *	tenant_says(&tenant, "POST /token", 401, "", "{…}");
 *
 * The first rule whose words begin "METHOD PATH" counts; tenant_behaves() drops them all.
 */
#ifndef PLENARY_TESTS_TENANT_H
#define PLENARY_TESTS_TENANT_H

#include <pthread.h>
#include <stdbool.h>
#include <uv.h>

#include "daemon/common/text.h"
#include "daemon/wire/auth.h"
#include "tests/wire/script.h"

enum { TENANT_RULES = 16, TENANT_BYTES = 4096 };

#define TENANT_ORGANISER "/graph/v1.0/users/00000000-0000-0000-0000-0000000000b0"

/* Every permission that Plenary uses. */
#define TENANT_ROLES \
	"\"OnlineMeetings.ReadWrite.All\",\"OnlineMeetingArtifact.Read.All\"," \
	"\"VirtualEvent.Read.All\",\"User.ReadBasic.All\",\"Mail.Send\""

struct tenant_rule {
	char begins[SCRIPT_WORD_BYTES], headers[SCRIPT_WORD_BYTES], body[TENANT_BYTES];
	int status;
	bool silent, once, spent;
};

struct tenant {
	uv_loop_t loop;
	uv_async_t stop;
	pthread_t thread;
	pthread_mutex_t mutex;
	struct script script;
	struct auth_signer *signer;
	char *keys, *token; /* as published; as given out */
	char *metadata;
	struct text came; /* "METHOD PATH\n" */
	struct tenant_rule rules[TENANT_RULES];
	int rule_count, port;
};

void tenant_start(struct tenant *tenant);
void tenant_stop(struct tenant *tenant);
/* headers: whole lines or ""; status 0: says nothing at all. */
void tenant_says(struct tenant *tenant, const char *begins, int status,
		 const char *headers, const char *body);
void tenant_says_once(struct tenant *tenant, const char *begins, int status,
		      const char *headers, const char *body);
void tenant_behaves(struct tenant *tenant);
/* Tokens from now on have these roles: "\"A\",\"B\"". */
void tenant_grants(struct tenant *tenant, const char *roles);
/* How often these words came. */
int tenant_heard(struct tenant *tenant, const char *words);

#endif
