/* SPDX-License-Identifier: MIT */
/*
 * token_world - a token source under test, the endpoint it asks played by a script, and what
 * came of the last take.
 */
#ifndef PLENARY_TESTS_TOKEN_WORLD_H
#define PLENARY_TESTS_TOKEN_WORLD_H

#include "daemon/wire/client.h"
#include "daemon/wire/token.h"
#include "tests/wire/script.h"

enum { HOUR_MS = 3600 * 1000 };

#define TOKEN_GRANT \
	"{\"token_type\":\"Bearer\",\"expires_in\":3600,\"access_token\":\"first." \
	"token\"}"

struct token_world {
	uv_loop_t loop;
	struct script server;
	struct client *client;
	struct token_source *source;
	struct script_reply next;
	char form[8192];
	char secret_path[64];
	unsigned calls, good;
	int error;
	char token[64];
	bool destroys;
};

void token_secret_write(const struct token_world *world, const char *secret);
/* The source proves itself with a secret file. */
void token_world_init(struct token_world *world, int64_t young_ms);
void token_world_finish(struct token_world *world);

token_fn token_came; /* context is the world */
void token_until_calls(struct token_world *world, unsigned calls);
/* One take, waited for; its error. */
int token_taken(struct token_world *world);

#endif
